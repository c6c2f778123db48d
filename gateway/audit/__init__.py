"""Who did what, when and from where: every change, and every look at what is confidential.

`entry` makes the rows, `trail` writes them in the transaction of what they record and reads them,
`chain` and `seal` join them to a hash chain afterwards, `verify` follows that chain. Rows hold ids:
never a word, a name or a number of anybody. ADR 0008.
"""
