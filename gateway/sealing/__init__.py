"""The sealing keys over their life: one is added, used, takes over every row, and the old one goes.

tables    which keys this database has met, and which processes hold which
places    where sealed columns stand
known     what the database knows of its keys, and what a key file lacks           [pure], queries
holders   every running process says which keys it opens and seals with
rotation  what the next step of a rotation is, and what stands in its way          [pure]
keyfile   changes the key file, so that a crash leaves the old or the new one
reseal    seals rows anew in bounded batches while everybody works
giving_up  empties what nobody can read any more
desk      what an operator does with all that
"""
