"""The signature that proves to a customer's server that a webhook comes from Twilio.

Source: Twilio's documentation of webhook security, and what its official validators accept.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urldefrag


def signed_url(url: str) -> str:
    """Return the URL that is called and signed.

    The configured one without its fragment, which only carries overrides.
    """
    return urldefrag(url).url


def base_string(url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Return the text that is signed: the URL, then each key and value, sorted, every pair once."""
    return url + "".join(name + value for name, value in sorted(set(parameters)))


def sign(token: str, url: str, parameters: Iterable[tuple[str, str]] = ()) -> str:
    """Return the value of `X-Twilio-Signature`: base64 of HMAC-SHA1 over `base_string`, keyed with the auth token."""
    digest = hmac.digest(token.encode(), base_string(url, parameters).encode(), hashlib.sha1)
    return base64.b64encode(digest).decode()
