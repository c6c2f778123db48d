"""One folder per provider; each turns its provider's words into ours, and ours into its.

Read `contract` first, then `fake`, the reference connector. A connector never sees the database,
Redis, the web framework, complaints, the words of replies, retry schedules or another connector.
"""
