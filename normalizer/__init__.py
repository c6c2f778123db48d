"""From words to meaning: pure functions, Indonesian first. Knows no storage, no channel, no clock.

`understand` reads one message by itself and returns a `Reading`; `dialogue` decides what a
conversation means by it. Every finding carries its confidence and the words it came from, and
nothing is thrown away: what was not understood stays as text for a person.
"""
