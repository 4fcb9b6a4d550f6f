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


def forget_signal(number: int) -> None:
    """Let a signal do again what it does by default."""
    try:
        asyncio.get_running_loop().remove_signal_handler(number)
    except NotImplementedError:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
