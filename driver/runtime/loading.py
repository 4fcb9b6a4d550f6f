"""Garbage collection settings: off while modules and startup data are loaded, and less frequent afterwards."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: New objects before a collection, and collections before older generations are included. What a message leaves behind
#: is freed without a collection, so few are needed; each takes a millisecond.
THRESHOLDS = (10_000, 20, 50)


@contextmanager
def loading() -> Iterator[None]:
    """Load long-lived objects in this block without collections, which would visit all of them and find no garbage.

    Later collections skip what was loaded here as well.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()
