"""What waits for a person though it is no complaint, or not one that can wait.

waiting    what a message puts into the inbox, and by when somebody should look    [pure]
tables     the rows
entering   writes them beside what caused them, and takes out what settled itself
listing    the inbox of an officer, whatever is due first on top
answering  an officer answers in the thread, or marks an entry as handled
"""
