"""Faults of the answer: the request was processed, but what comes back cannot be read."""

import random
from html import escape
from http import HTTPStatus

from fake_twilio.faults.actions import CorruptResponse
from fake_twilio.faults.base import Effect, Facts, effect


@effect("truncate", "response")
class Truncate(Effect):
    """The connection breaks off in the middle of the answer's body; ``keep`` bytes of it arrive, half of it without."""

    keep: int | None = None

    def problems(self) -> list[str]:
        """Say what is wrong with the values."""
        return [f"keep: {self.keep} is below zero"] if self.keep is not None and self.keep < 0 else []

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> CorruptResponse:
        """Return where the answer breaks off."""
        half = len(body) // 2
        return CorruptResponse(cut=half if self.keep is None else min(self.keep, max(len(body) - 1, 0)))


@effect("malformed_json", "response")
class MalformedJson(Effect):
    """The answer arrives whole, with its status and type, but its JSON lacks the last closing mark."""

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> CorruptResponse:
        """Return the answer without its end."""
        return CorruptResponse(body=body.rstrip()[:-1] or b"{")


@effect("html_error", "response")
class HtmlError(Effect):
    """An HTML page such as a gateway in between shows (``status``, 502 without), although the request was processed."""

    status: int = 502

    def problems(self) -> list[str]:
        """Say what is wrong with the values."""
        return [] if 400 <= self.status <= 599 else [f"status: {self.status} is not between 400 and 599"]

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> CorruptResponse:
        """Return the page."""
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Error"
        title = escape(f"{self.status} {phrase}")
        head = f"<html>\r\n<head><title>{title}</title></head>\r\n"
        page = f"{head}<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
        return CorruptResponse(self.status, page.encode(), "text/html")
