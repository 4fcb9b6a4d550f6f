"""Breaks the product in named ways, to check that scenarios notice: ``cd features && python -m mutation``."""
