"""The signature that authenticates a webhook as Twilio's.

Source: Twilio's documentation of webhook security, and what its official validators accept.
"""

import base64
import hmac
from collections.abc import Iterable
from urllib.parse import urldefrag


def signed_url(url: str) -> str:
    """Return the URL that is called and signed.

    This is the configured URL without its fragment, which contains only overrides.
    """
    return urldefrag(url).url


def base_string(url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Return the text to sign: the URL, then all distinct pairs of key and value, sorted."""
    return url + "".join(name + value for name, value in sorted(set(parameters)))


def sign(token: str, url: str, parameters: Iterable[tuple[str, str]] = (), *, algorithm: str = "sha1") -> str:
    """Return the value of ``X-Twilio-Signature``: base64 of an HMAC over ``base_string``.

    The key is the auth token with SHA-1, the secret of a shared key with SHA-256.
    """
    text = base_string(url, parameters).encode("utf-8", "replace")
    digest = hmac.digest(token.encode("utf-8", "replace"), text, algorithm)
    return base64.b64encode(digest).decode()
