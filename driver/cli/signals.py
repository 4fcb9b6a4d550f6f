"""Signals as calls on the event loop, also where the loop cannot take them itself."""

import asyncio
import signal
from collections.abc import Callable

#: What asks a program to end; Windows sends ``SIGBREAK`` for Ctrl-Break and when its console closes.
ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name))


def on_signal(number: int, call: Callable[[], object]) -> None:
    """Have the running loop make a call whenever a signal arrives."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(number, call)
    except NotImplementedError:  # the loop of Windows
        signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(call))
