"""Request faults: an HTTP error in Twilio's format, and the rate limit."""

import random
from dataclasses import field

from fake_twilio.errors import CATALOGUE
from fake_twilio.faults.actions import Refuse
from fake_twilio.faults.base import Effect, effect


@effect("http_error", "request")
class HttpError(Effect):
    """The request is refused with this status and not processed. Code and message default to the catalogue's.

    ``rfc9457`` selects the error format of Twilio's newer products.
    """

    ranges = (("status", 400, 599),)

    status: int
    code: int = 0
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    rfc9457: bool = False

    def problems(self) -> list[str]:
        """Return what is wrong with the values."""
        found = Effect.problems(self)
        if any("\r" in text or "\n" in text for pair in self.headers.items() for text in pair):
            found.append("headers: a header contains a line break")
        return found

    def decide(self, chance: random.Random, body: bytes = b"") -> Refuse:
        """Return the refusal."""
        code = self.code or _CODES.get(self.status, 20000 + self.status)
        message = self.message or ("" if code in CATALOGUE else "Error")
        return Refuse(self.status, code, message, tuple(self.headers.items()), self.rfc9457)


_CODES = {401: 20003, 403: 20006, 404: 20404, 409: 20409, 422: 20422, 429: 20429, 500: 20500, 503: 20503}
"""The default error code of each status."""


@effect("rate_limit", "request")
class RateLimit(Effect):
    """The request is refused with 429 / 20429; ``retry_after`` (seconds) adds the header.

    According to Twilio, such a request was never processed.
    """

    retry_after: float = 0

    def problems(self) -> list[str]:
        """Return what is wrong with the values."""
        return [] if self.retry_after >= 0 else [f"retry_after: {self.retry_after} is negative"]

    def decide(self, chance: random.Random, body: bytes = b"") -> Refuse:
        """Return the refusal."""
        headers = (("Retry-After", f"{self.retry_after:g}"),) if self.retry_after else ()
        return Refuse(429, 20429, CATALOGUE[20429].text, headers)
