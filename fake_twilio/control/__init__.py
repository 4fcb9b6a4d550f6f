"""The control API under ``/_fake/v1``: faults, time, handsets, logs, reset; one file per subject."""

PREFIX = "/_fake/v1"
"""The path below which it lives."""
