"""The city's units as rows: the seed, the operator's list, and the accounts that belong to them."""
