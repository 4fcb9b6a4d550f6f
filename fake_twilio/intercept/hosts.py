"""Recognizing Twilio's host names and other allowed hosts, by string comparison only."""

TWILIO = "twilio.com"


def normal(host: str) -> str:
    """Return a host name normalized for comparison: lower case, no brackets, no trailing dot."""
    return host.strip("[]").rstrip(".").lower()


def is_twilio(host: str) -> bool:
    """Return whether a host is ``twilio.com`` or a subdomain, whatever its product, edge or region."""
    name = normal(host)
    return name == TWILIO or name.endswith("." + TWILIO)


def allowed(host: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a pattern matches a host.

    ``example.com`` matches the host itself, ``.example.com`` and ``*.example.com`` its subdomains, ``*`` all hosts.
    """
    name = normal(host)
    for pattern in patterns:
        wanted = normal(pattern)
        if wanted == "*" or wanted == name:
            return True
        below = wanted.removeprefix("*")
        if below.startswith(".") and name.endswith(below):
            return True
    return False


def split(authority: str, default_port: int) -> tuple[str, int]:
    """Split ``host:port`` or ``[address]:port``.

    Raises:
        ValueError: if the port is not a number from 1 to 65535 or the host is missing.
    """
    host, colon, port = authority.rpartition(":")
    if not colon or "]" in port:
        host, port = authority, str(default_port)
    number = int(port) if port.isascii() and port.isdigit() else 0
    if not normal(host) or not 1 <= number <= 65_535:
        raise ValueError(f"{authority!r} is not a host and a port")
    return normal(host), number
