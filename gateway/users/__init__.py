"""People with accounts: `passwords` (scrypt), `accounts` (rows of people), `sessions` (signed in).

A person is known by id in history and audit; the name they sign in with stands in one table.
"""
