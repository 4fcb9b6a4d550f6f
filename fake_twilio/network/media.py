"""Fetching media from their addresses, with Twilio's limits, and keeping the bytes."""

from fake_twilio.model.attachment import IMAGE_LIMIT, Media, size_limit
from fake_twilio.model.message import Message
from fake_twilio.network.caller import Caller, NoAnswer
from fake_twilio.network.world import World

FETCH_FAILED, TOO_LARGE = 11200, 30019
"""What a message ends with when its media cannot be fetched, or are larger than they may be."""


class MediaStore:
    """Fetches and keeps media."""

    def __init__(self, world: World, caller: Caller) -> None:
        self._world = world
        self._caller = caller

    async def fetch_all(self, message: Message, urls: tuple[str, ...]) -> int:
        """Fetch every medium of a message; return the error code of the first that fails, 0 when all could be kept."""
        for url in urls:
            try:
                answer = await self._caller.call("GET", url, {"User-Agent": "TwilioProxy/1.1"}, None, limit=IMAGE_LIMIT)
            except NoAnswer:
                return FETCH_FAILED
            if answer.status >= 300:
                return FETCH_FAILED
            content_type = answer.content_type or "application/octet-stream"
            if answer.truncated or len(answer.body) > size_limit(content_type):
                return TOO_LARGE
            self.keep(message, content_type, answer.body)
        return 0

    def keep(self, message: Message, content_type: str, content: bytes) -> Media:
        """Keep one medium of a message."""
        now = self._world.now()
        kept = self._world.state.put_media(
            Media(self._world.ids.sid("ME"), message.account_sid, message.sid, content_type, content, now, now)
        )
        if self._world.events.wanted:
            self._world.events.publish("media", {"sid": kept.sid, "message_sid": message.sid})
        return kept
