"""Step definitions, grouped by subject rather than by the feature that uses them."""
