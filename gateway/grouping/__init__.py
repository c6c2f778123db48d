"""Complaints that have to do with each other: problems, merged, split and repeated ones.

records  rows: members, links, and messages that move from one complaint to another
acts     what officers do: link, unlink, merge, unmerge, split
together an action on all complaints about one problem
told     what is compared of a complaint                                          [pure]
compare  looks for others like a complaint that came in or says more now         [worker]
view     what an officer sees of all this
"""
