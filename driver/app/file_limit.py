"""How many files and connections the system lets this process have open, and how the listeners share them."""

from contextlib import suppress

#: Where the system does not say.
_UNKNOWN = 8192
#: Each listener's share of what the process may have open, and the most it takes; the rest is the database's, Twilio's
#: and the files'. One listener that is flooded leaves the others theirs.
SHARES = {"dataserver": (1 / 2, 8192), "webhooks": (1 / 8, 512), "debugtools": (1 / 8, 256)}


def raise_file_limit() -> None:
    """Have the system allow as many open files as it allows anybody of this account."""
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
