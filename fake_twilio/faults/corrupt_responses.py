"""Response faults: the request is processed, but the response is unreadable."""

import random
from html import escape
from http import HTTPStatus

from fake_twilio.faults.actions import CorruptResponse
from fake_twilio.faults.base import Effect, effect


@effect("truncate", "response")
class Truncate(Effect):
    """The connection is closed after ``keep`` bytes of the response body, by default half of it."""

    keep: int | None = None

    def problems(self) -> list[str]:
        """Return what is wrong with the values."""
        return [f"keep: {self.keep} is negative"] if self.keep is not None and self.keep < 0 else []

    def decide(self, chance: random.Random, body: bytes = b"") -> CorruptResponse:
        """Return where the response is cut off."""
        half = len(body) // 2
        return CorruptResponse(cut=half if self.keep is None else min(self.keep, max(len(body) - 1, 0)))


@effect("malformed_json", "response")
class MalformedJson(Effect):
    """The response arrives complete, with its status and type, but its JSON lacks the last closing bracket."""

    def decide(self, chance: random.Random, body: bytes = b"") -> CorruptResponse:
        """Return the response without its end."""
        return CorruptResponse(body=body.rstrip()[:-1] or b"{")


@effect("html_error", "response")
class HtmlError(Effect):
    """A gateway's HTML error page arrives (``status``, by default 502), although the request is processed."""

    ranges = (("status", 400, 599),)

    status: int = 502

    def decide(self, chance: random.Random, body: bytes = b"") -> CorruptResponse:
        """Return the page."""
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Error"
        title = escape(f"{self.status} {phrase}")
        head = f"<html>\r\n<head><title>{title}</title></head>\r\n"
        page = f"{head}<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
        return CorruptResponse(self.status, page.encode(), "text/html")
