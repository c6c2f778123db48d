"""Officers are told of their work, as citizens are told of theirs: through the same outbox.

tables    who is on which unit's roster, and which clocks remind
roster    a roster as values: hours on duty, what each is told of; and read from the tables
rules     which fact calls whom, what is no news any more, who is next in an alarm   [pure]
calling   writes the notices beside the fact that causes them
rounds    half and four fifths of a clock; alarms until somebody acknowledges        [worker]
hearing   what an officer's reply means: never a complaint                           [pure]
wording   number, category, kelurahan, due time; of what is confidential nothing     [pure]
lines     one line of a roster as somebody writes it                                 [pure]
listing   reads an operator's roster file
desk      a unit's own admin reads and replaces its roster (REST)
entering  brings either into the tables
"""
