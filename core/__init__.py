"""The rules of the city: complaints, their workflow, their clocks. Imports nothing of ours.

Read `messages` (the vocabulary that passes between rooms), `complaint` (what a complaint is),
`workflow` (what may happen to it) and `commands` (the use cases). Only `tables` and `store`
know SQL. Whatever opens a transaction commits it; nothing in here does.
"""
