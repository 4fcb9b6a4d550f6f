"""Which of Twilio's hosts serves which paths. On any other host, such as loopback, all paths are available."""

PRODUCTS = (
    ("/2010-04-01", "api"),
    ("/media/", "api"),
    ("/v1/Services", "messaging"),
    ("/v1/AuthTokens", "accounts"),
    ("/v1/Messaging/GeoPermissions", "accounts"),
    ("/v1/Alerts", "monitor"),
    ("/v1/CallerIds", "numbers"),
    ("/v1/Webhooks", "webhooks"),
    ("/v2/token", "oauth", "www"),
    ("/owl.png", "demo"),
)
"""Path prefixes, with the first label of each host that serves them; edge and region may follow the label."""

_TWILIO = ".twilio.com"


def products(path: str) -> list[str]:
    """Return the first labels of the hosts that serve a path, the usual one first; empty for an unknown path."""
    return next((labels for prefix, *labels in PRODUCTS if path.startswith(prefix)), [])


def serves(host: str, path: str) -> bool:
    """Return whether a path exists on a host, named as in the ``Host`` header."""
    name = host.lower()
    if _TWILIO not in name:
        return True
    name = name.partition(":")[0].rstrip(".")
    if not name.endswith(_TWILIO):
        return True
    labels = products(path)
    return not labels or name.partition(".")[0] in labels
