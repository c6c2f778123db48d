"""The city's reports: monthly books, the Pendopo's recapitulation, lists for the Inspektorat.

Every figure is derived from rows that are only added to, as they stood when the month ended in
Jakarta (ADR 0009). Reading is at the edge, shaping is pure:

    month          which month, until when, and whether its books are closed
    queries        what is asked of the database: complaints as they stood at two moments
    reading        runs the queries, feeds the books a page at a time
    standing       a complaint at the beginning and at the end of the month       [pure]
    messages       received = what became of it + unread + waiting                [pure]
    books          filed = open + ended; opening + in = out + closing             [pure]
    measures       met, missed, median and p90 of every clock                     [pure]
    monthly        all of it as tables: a further table is one more line there     [pure]
    tickets, pauses           what units filed, and for how long asking held their clocks [pure]
    pendopo, twice_rejected, photo_signals   the other reports
    readers        whose figures an officer may read
    table, labels, cells      what a table is, its Indonesian words, what a spreadsheet gets [pure]
    files          CSV and XLSX
"""
