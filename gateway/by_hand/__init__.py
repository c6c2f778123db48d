"""Whoever has no address is told by hand: what is owed, by when, and that it was done.

tables   the way of a reporter, and what is owed
owing    writes what is owed beside the change that causes it
desk     the list of who is still to be told, the way, and that somebody was
"""
