"""Configuration: typed models, loaded from TOML, the environment and secret files; all errors are reported at once."""
