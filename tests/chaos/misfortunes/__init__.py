"""Misfortunes of a site: one small file per family, each misfortune registered by its kind."""
