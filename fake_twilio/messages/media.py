"""Fetching media from their addresses, with Twilio's limits, and keeping the bytes.

Source: Twilio's API reference, Message and Media resources, and its page about accepted content types.
"""

import re
from typing import NamedTuple

from fake_twilio.context import Context
from fake_twilio.model import owl
from fake_twilio.model.media import IMAGE_LIMIT, Media, size_limit
from fake_twilio.model.message import Message
from fake_twilio.webhooks.client import WebhookClient
from fake_twilio.webhooks.request import FOLLOWED, MAX_REDIRECTS, NoResponse, callable_url, joined

_TWILIO = "https://api.twilio.com"
_RESOURCE = re.compile(
    r"(?P<origin>https?://[^/]+)/2010-04-01/Accounts/(?P<account>AC\w{32})/Messages/(?P<message>\w{34})"
    r"/Media/(?P<medium>ME\w{32})"
)

FETCH_FAILED, BEYOND_TWILIO, BEYOND_CARRIER = 11200, 11751, 30019
"""What a message ends with when its media cannot be fetched, are larger than Twilio takes, or than carriers take."""


class Failure(NamedTuple):
    """A medium that a message cannot have: the code that the message ends with, where it was looked for, and why."""

    code: int
    url: str
    reason: str


class MediaStore:
    """Fetches and keeps media."""

    def __init__(self, context: Context, client: WebhookClient) -> None:
        self._context = context
        self._client = client

    async def fetch_all(self, message: Message, urls: tuple[str, ...]) -> Failure | None:
        """Fetch every medium of a message; return the first that it cannot have, None when all are kept.

        All media of a message together may be as large as one picture.
        """
        room = IMAGE_LIMIT
        for url in urls:
            found = self._own(message, url) or await self._fetched(url)
            if isinstance(found, Failure):
                return found
            content_type, content = found
            room -= len(content)
            if room < 0:
                return Failure(BEYOND_TWILIO, url, f"larger than {IMAGE_LIMIT} bytes, or with the others together")
            if len(content) > size_limit(content_type):
                return Failure(BEYOND_CARRIER, url, f"larger than {size_limit(content_type)} bytes")
            self.keep(message, content_type, content)
        return None

    def _own(self, message: Message, url: str) -> tuple[str, bytes] | None:
        """Return type and content if the address is that of a medium of the same account, which needs no log-in then.

        So what came in can be sent on by the ``MediaUrl0`` of its webhook. The picture of Twilio's samples needs no
        server either.
        """
        if url == owl.URL:
            return "image/png", owl.owl()
        found = _RESOURCE.fullmatch(url)
        if found is None or found["origin"] not in (self._context.origin, _TWILIO):
            return None
        medium = self._context.state.media.get(found["medium"], message.account_sid)
        if medium is None or (medium.account_sid, medium.parent_sid) != (found["account"], found["message"]):
            return None
        return medium.content_type, medium.content

    async def _fetched(self, url: str) -> tuple[str, bytes] | Failure:
        """Return type and content of what a server answers in the end."""
        here, headers = url, {"User-Agent": "TwilioProxy/1.1"}
        for _ in range(MAX_REDIRECTS + 1):
            if not callable_url(here):
                return Failure(FETCH_FAILED, url, "a redirect leads to an address that cannot be called")
            try:
                answer = await self._client.call("GET", here, headers, body=None, limit=IMAGE_LIMIT)
            except NoResponse as exc:
                return Failure(FETCH_FAILED, url, exc.reason)
            location = next((value for name, value in answer.headers if name.lower() == "location"), "")
            if answer.status in FOLLOWED and location:
                here = joined(here, location)
                continue
            if answer.status >= 300:
                return Failure(FETCH_FAILED, url, f"the server answered HTTP {answer.status}")
            if answer.truncated:
                return Failure(BEYOND_TWILIO, url, f"larger than {IMAGE_LIMIT} bytes")
            return answer.content_type or "application/octet-stream", answer.body
        return Failure(FETCH_FAILED, url, "too many redirects")

    def keep(self, message: Message, content_type: str, content: bytes) -> Media:
        """Keep one medium of a message."""
        now = self._context.now()
        kept = self._context.state.media.put(
            Media(self._context.ids.sid("ME"), message.account_sid, message.sid, content_type, content, now, now)
        )
        if self._context.events.wanted:
            self._context.events.publish("media", {"sid": kept.sid, "message_sid": message.sid})
        return kept
