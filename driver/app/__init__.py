"""The composition root: opens and closes every part; the only place that sees them all."""

from driver.app.lifecycle import RunningDriver, open_driver

__all__ = ["RunningDriver", "open_driver"]
