"""Fetching media from their URLs, within Twilio's limits, and storing the content.

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
"""Final error codes of messages whose media cannot be fetched, are too large for Twilio, or too large for carriers."""


class Failure(NamedTuple):
    """Media that could not be used: the resulting error code, the URL, and the reason."""

    code: int
    url: str
    reason: str


class MediaStore:
    """Fetches and stores media."""

    def __init__(self, context: Context, client: WebhookClient) -> None:
        self._context = context
        self._client = client

    async def fetch_all(self, message: Message, urls: tuple[str, ...]) -> Failure | None:
        """Fetch all media of a message; return the first failure, or None if all are stored.

        The media of a message may in total be as large as a single image.
        """
        room = IMAGE_LIMIT
        for url in urls:
            found = self._own(message, url) or await self._fetched(url)
            if isinstance(found, Failure):
                return found
            content_type, content = found
            room -= len(content)
            if room < 0:
                return Failure(BEYOND_TWILIO, url, f"larger than {IMAGE_LIMIT} bytes, alone or with the other media")
            if len(content) > size_limit(content_type):
                return Failure(BEYOND_CARRIER, url, f"larger than {size_limit(content_type)} bytes")
            self.keep(message, content_type, content)
        return None

    def _own(self, message: Message, url: str) -> tuple[str, bytes] | None:
        """Return type and content if the URL is a media resource of the same account; no credentials are needed.

        This allows inbound media to be forwarded by the ``MediaUrl0`` of their webhook. The image of Twilio's samples
        needs no server either.
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
        """Return type and content of the server's final response."""
        here, headers = url, {"User-Agent": "TwilioProxy/1.1"}
        for _ in range(MAX_REDIRECTS + 1):
            if not callable_url(here):
                return Failure(FETCH_FAILED, url, "redirected to an invalid URL")
            try:
                answer = await self._client.call("GET", here, headers, body=None, limit=IMAGE_LIMIT)
            except NoResponse as exc:
                return Failure(FETCH_FAILED, url, exc.reason)
            location = next((value for name, value in answer.headers if name.lower() == "location"), "")
            if answer.status in FOLLOWED and location:
                here = joined(here, location)
                continue
            if answer.status >= 300:
                return Failure(FETCH_FAILED, url, f"the server responded with HTTP {answer.status}")
            if answer.truncated:
                return Failure(BEYOND_TWILIO, url, f"larger than {IMAGE_LIMIT} bytes")
            return answer.content_type or "application/octet-stream", answer.body
        return Failure(FETCH_FAILED, url, "too many redirects")

    def keep(self, message: Message, content_type: str, content: bytes) -> Media:
        """Store a media file of a message."""
        now = self._context.now()
        kept = self._context.state.media.put(
            Media(self._context.ids.sid("ME"), message.account_sid, message.sid, content_type, content, now, now)
        )
        if self._context.events.wanted:
            self._context.events.publish("media", {"sid": kept.sid, "message_sid": message.sid})
        return kept
