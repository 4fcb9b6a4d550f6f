"""The limit on files and connections that this process may have open, and how the listeners share it."""

from contextlib import suppress

#: Assumed if the system does not report a limit.
_UNKNOWN = 8192
#: Each listener's share of what the process may have open, and its maximum; the rest is for the database, Twilio and
#: files. A flooded listener does not affect the others' shares.
SHARES = {"dataserver": (1 / 2, 8192), "webhooks": (1 / 8, 512), "debugtools": (1 / 8, 256)}


def raise_file_limit() -> None:
    """Raise the limit of open files to the maximum that the system allows this account."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # macOS refuses its own "unlimited"
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def connections_for(listener: str) -> int:
    """Return how many connections a listener may have at once."""
    share, most = SHARES[listener]
    return max(8, min(most, int(share * _file_limit())))


def _file_limit() -> int:
    try:
        import resource
    except ImportError:
        return _UNKNOWN
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _UNKNOWN * 2 if soft == resource.RLIM_INFINITY else soft
