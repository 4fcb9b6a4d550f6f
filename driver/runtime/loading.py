"""Loads modules, and what a driver starts from, without looking for garbage meanwhile."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Load in this block what stays: it makes many objects and no garbage, and each look for some would visit them all.

    Later looks leave out what was loaded here as well.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
