"""The configuration: typed models, and loading from TOML, environment and secret files with every error at once."""

from driver.config.loading import load
from driver.config.models import DriverConfig
from driver.config.phones import PhoneConfig

__all__ = ["DriverConfig", "PhoneConfig", "load"]
