"""Signal handlers that run on the event loop, even where the loop does not support signals."""

import asyncio
import signal
from collections.abc import Callable

#: Signals that ask a program to stop; Windows sends ``SIGBREAK`` for Ctrl-Break and when the console closes.
ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name))


def on_signal(number: int, call: Callable[[], object]) -> None:
    """Call a function on the running loop whenever a signal arrives."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(number, call)
    except NotImplementedError:  # the event loop on Windows
        signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(call))


def forget_signal(number: int) -> None:
    """Restore a signal's default handling."""
    try:
        asyncio.get_running_loop().remove_signal_handler(number)
    except NotImplementedError:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
