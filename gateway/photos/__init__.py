"""Photos of a result: kept without their metadata, looked at before it is gone.

`desk` takes a photo in: `capture` reads the file, `fingerprint` makes alike what looks alike,
`twins` finds it elsewhere, `signals` says what is odd [pure]. `listing` shows the photos of a
complaint, `policy` says when one is owed [pure], `reuse` refuses one that proved another result,
`showing` says which the reporter may see, and under which address.
"""
