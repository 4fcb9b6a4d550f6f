"""Frees a large old state in small pieces, so that a reset answers at once whatever its size."""

import asyncio
from collections import deque
from typing import Any

from fake_twilio.request_log import Journal
from fake_twilio.state import State

SLICE = 1000
"""Entries freed in one turn of the event loop."""


def dispose(state: State, journals: list[Journal[Any]]) -> None:
    """Free a state and journals that are no longer used, between the event loop's other work."""
    heaps: list[Any] = [*(journal.entries for journal in journals), state.media.rows, state.alerts.rows]
    for log in state.logs.values():
        heaps += [log.everything, log.by_to, log.by_sender, log.rows]
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    loop.call_soon(_free_slice, loop, heaps)


def _free_slice(loop: asyncio.AbstractEventLoop, heaps: list[Any]) -> None:
    left = SLICE
    while heaps and left:
        heap = heaps[-1]
        if not heap:
            heaps.pop()
            continue
        left -= 1
        if isinstance(heap, dict):
            heap.popitem()
        elif isinstance(heap, (list, deque)):
            heap.pop()
    if heaps:
        loop.call_soon(_free_slice, loop, heaps)
