"""Step definitions, by what they are about: never by the feature that uses them."""
