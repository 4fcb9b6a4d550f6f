"""Loads modules, and what a driver starts from, without looking for garbage meanwhile, and more seldom afterwards."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: New objects after which garbage is looked for, and looks after which older ones are looked at as well. What a text
#: leaves behind is freed without any look, so few are needed; each takes a millisecond.
THRESHOLDS = (10_000, 20, 50)


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
        gc.set_threshold(*THRESHOLDS)
        gc.enable()
