"""What a fake begins with: accounts, numbers, verified callers, keys, services.

Read from TOML or a mapping; every mistake is reported at once.
"""
