"""The page at ``/_fake/``: handsets, a timeline, faults, time, accounts; static modules that use the control API."""
