"""The initial contents of a fake: accounts, numbers, verified callers, keys, services.

A seed is read from TOML or a mapping; all mistakes are reported at once.
"""
