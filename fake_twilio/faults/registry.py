"""The families of effects, loaded when the first fault is looked at: a fake without faults starts without them."""

from functools import cache
from importlib import import_module

from fake_twilio.faults.base import EFFECTS, Effect

FAMILIES = ("http_errors", "latency", "connection", "corrupt_responses", "delivery", "webhooks")
"""The modules of this package whose effects exist; loading them is what registers their effects."""


def effects() -> dict[str, type[Effect]]:
    """Return every effect by its ``type``."""
    _load()
    return EFFECTS


@cache
def _load() -> None:
    for name in FAMILIES:
        import_module(f"fake_twilio.faults.{name}")
