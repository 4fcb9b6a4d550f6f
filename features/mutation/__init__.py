"""Breaks the product in named ways, to see whether the scenarios notice: ``cd features && python -m mutation``."""
