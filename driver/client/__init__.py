"""Talks to running drivers over their HTTP interfaces, and goes over to another one when one is lost."""

from driver.client.driver_client import DriverClient
from driver.errors import RefusedError

__all__ = ["DriverClient", "RefusedError"]
