"""The fake's own API under ``/_fake/v1``: faults, time, handsets, journals, reset; one file a subject."""
