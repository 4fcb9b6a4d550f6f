"""Authentication of webhooks to the customer's server as their Webhook Setting says: Basic, Digest or OAuth 2.0.

Source: Twilio's documentation of webhook settings; RFC 6749, section 4.4, for the access token.
"""

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from fake_twilio.context import Context
from fake_twilio.model.webhook_rule import BASIC, DIGEST, OAUTH2, ListenerAuth
from fake_twilio.webhooks.client import WebhookClient
from fake_twilio.webhooks.request import NoResponse, encode
from fake_twilio.webhooks.url_credentials import UrlCredentials


class Login(NamedTuple):
    """The Authorization header to send, and the credentials for a server that requires HTTP Digest."""

    header: str = ""
    digest: UrlCredentials | None = None


class ListenerLogins:
    """Logs in to customers' servers; access tokens are cached until they expire."""

    def __init__(self, context: Context, client: WebhookClient) -> None:
        self._context = context
        self._client = client
        self._tokens: dict[ListenerAuth, tuple[str, datetime]] = {}
        context.on_reset.append(self._tokens.clear)

    async def login(self, auth: ListenerAuth) -> Login:
        """Return the login for a server.

        Raises:
            NoResponse: if no access token is returned.
        """
        credentials = UrlCredentials(auth.username, auth.password)
        if auth.scheme == BASIC:
            return Login(credentials.basic)
        if auth.scheme == OAUTH2:
            return Login(f"Bearer {await self._token(auth)}")
        return Login(digest=credentials if auth.scheme == DIGEST else None)

    async def _token(self, auth: ListenerAuth) -> str:
        token, until = self._tokens.get(auth, ("", self._context.now()))
        if token and self._context.now() < until:
            return token
        asked = {"client_id": auth.client_id, "client_secret": auth.client_secret, "grant_type": "client_credentials"}
        asked |= {name: value for name, value in (("scope", auth.scope), ("audience", auth.audience)) if value}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = await self._client.call("POST", auth.token_url, headers, body=encode(asked.items()))
        try:
            document: Any = json.loads(answer.body) if answer.status == 200 else None
            token, seconds = str(document["access_token"]), float(document.get("expires_in", 0))
            self._tokens[auth] = token, self._context.now() + timedelta(seconds=seconds)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            raise NoResponse(11205, f"tokenUrl returned no access token (HTTP {answer.status})") from None
        return token
