"""Frees a large old state in small slices, so that a reset returns at once whatever the size."""

import asyncio
from collections import deque
from typing import Any

from fake_twilio.request_log import Journal
from fake_twilio.state import State

SLICE = 1000
"""Entries freed per iteration of the event loop."""


def dispose(state: State, journals: list[Journal[Any]]) -> None:
    """Free a state and journals that are no longer used, without blocking the event loop."""
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
