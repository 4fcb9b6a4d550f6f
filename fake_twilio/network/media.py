"""Fetching media from their addresses, with Twilio's limits, and keeping the bytes."""

from typing import NamedTuple

from fake_twilio.model.attachment import IMAGE_LIMIT, Media, size_limit
from fake_twilio.model.message import Message
from fake_twilio.network.caller import Caller, NoAnswer
from fake_twilio.network.world import World

FETCH_FAILED, BEYOND_TWILIO, BEYOND_CARRIER = 11200, 11751, 30019
"""What a message ends with when its media cannot be fetched, are larger than Twilio takes, or than carriers take."""


class Failure(NamedTuple):
    """A medium that a message cannot have: the code that the message ends with, where it was looked for, and why."""

    code: int
    url: str
    reason: str


class MediaStore:
    """Fetches and keeps media."""

    def __init__(self, world: World, caller: Caller) -> None:
        self._world = world
        self._caller = caller

    async def fetch_all(self, message: Message, urls: tuple[str, ...]) -> Failure | None:
        """Fetch every medium of a message; return the first that it cannot have, None when all are kept."""
        for url in urls:
            try:
                answer = await self._caller.call("GET", url, {"User-Agent": "TwilioProxy/1.1"}, None, limit=IMAGE_LIMIT)
            except NoAnswer as none:
                return Failure(FETCH_FAILED, url, none.reason)
            if answer.status >= 300:
                return Failure(FETCH_FAILED, url, f"the server answered HTTP {answer.status}")
            content_type = answer.content_type or "application/octet-stream"
            if answer.truncated:
                return Failure(BEYOND_TWILIO, url, f"larger than {IMAGE_LIMIT} bytes")
            if len(answer.body) > size_limit(content_type):
                return Failure(BEYOND_CARRIER, url, f"larger than {size_limit(content_type)} bytes")
            self.keep(message, content_type, answer.body)
        return None

    def keep(self, message: Message, content_type: str, content: bytes) -> Media:
        """Keep one medium of a message."""
        now = self._world.now()
        kept = self._world.state.put_media(
            Media(self._world.ids.sid("ME"), message.account_sid, message.sid, content_type, content, now, now)
        )
        if self._world.events.wanted:
            self._world.events.publish("media", {"sid": kept.sid, "message_sid": message.sid})
        return kept
