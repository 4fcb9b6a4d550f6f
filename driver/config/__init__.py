"""The configuration: typed models, and loading from TOML, environment and secret files with every error at once."""
