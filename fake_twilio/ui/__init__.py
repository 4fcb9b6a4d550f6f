"""The page at ``/_fake/``: virtual handsets, a timeline, faults, time, accounts; static modules on the control API."""
