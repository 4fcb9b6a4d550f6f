"""The composition root: opens and closes every component; the only package that imports all of them."""

from driver.app.lifecycle import RunningDriver, open_driver

__all__ = ["RunningDriver", "open_driver"]
