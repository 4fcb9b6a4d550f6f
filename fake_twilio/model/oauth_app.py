"""OAuth apps and their access tokens, which are JSON Web Tokens because Twilio's SDKs read the expiry from them.

Source: Twilio's documentation of account-level OAuth apps and of the OAuth Token API; RFC 7519 for the tokens.
"""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fake_twilio.records import dataclass

DEFAULT_LIFETIME_S, MIN_LIFETIME_S, MAX_LIFETIME_S = 3_600, 60, 30 * 86_400
"""Lifetime of an access token in seconds: one hour unless the app sets another, from one minute to 30 days."""

_HEADER = {"alg": "HS256", "typ": "JWT"}


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """An account's OAuth app; its SID is its client ID."""

    sid: str
    account_sid: str
    secret: str
    friendly_name: str
    created: datetime
    updated: datetime
    lifetime_s: int = DEFAULT_LIFETIME_S


def access_token(app: OAuthApp, token_id: str, now: datetime) -> str:
    """Return a token that authenticates as the app's account until it expires."""
    begun = int(now.timestamp())
    claims = {"iss": app.sid, "sub": app.account_sid, "iat": begun, "exp": begun + app.lifetime_s, "jti": token_id}
    unsigned = f"{_encoded(json.dumps(_HEADER).encode())}.{_encoded(json.dumps(claims).encode())}"
    return f"{unsigned}.{_signature(app, unsigned)}"


def app_of(token: str, find: Callable[[str], OAuthApp | None], now: datetime) -> OAuthApp | None:
    """Return the app that a token belongs to, or None if the token is unknown, tampered with, or expired."""
    unsigned, _, signature = token.rpartition(".")
    claims = _claims(unsigned)
    client, expires = claims.get("iss"), claims.get("exp")
    app = find(client) if isinstance(client, str) else None
    if app is None or not hmac.compare_digest(_signature(app, unsigned).encode(), signature.encode("utf-8", "replace")):
        return None
    return app if isinstance(expires, int) and now.timestamp() < expires else None


def _claims(unsigned: str) -> dict[str, Any]:
    try:
        claims = json.loads(base64.urlsafe_b64decode(unsigned.partition(".")[2] + "=="))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _signature(app: OAuthApp, unsigned: str) -> str:
    return _encoded(hmac.digest(app.secret.encode(), unsigned.encode("utf-8", "replace"), "sha256"))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
