"""A client of running drivers over their HTTP APIs, with failover to another driver."""

from driver.client.driver_client import DriverClient
from driver.errors import RefusedError

__all__ = ["DriverClient", "RefusedError"]
