"""What officers see and do with a complaint, and what a change of it causes.

Begin with `orders`, which carries out one order in one transaction; the rules are `core`'s.
"""
