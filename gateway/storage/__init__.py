"""Where things are kept: one database, SQLite or PostgreSQL, its schema, and what numbers things.

The tables themselves lie beside this folder (`gateway/tables.py`) and in `core/tables.py`.
"""
