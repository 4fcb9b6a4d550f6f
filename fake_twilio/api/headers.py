"""Headers that all of Twilio's responses have in common, successes and errors alike.

Source: responses seen on the wire; those of the 2026 generation were recorded between 2025-11 and 2026-04.
"""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

from fake_twilio.errors import GENERATIONS
from fake_twilio.model.dates import http_date

_CROSS_ORIGIN = (
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Allow-Headers: Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, "
    "If-Unmodified-Since, Idempotency-Key\r\n"
    "Access-Control-Allow-Methods: GET, POST, DELETE, OPTIONS\r\n"
    "Access-Control-Expose-Headers: ETag\r\n"
    "Access-Control-Allow-Credentials: true\r\n"
)
_OWN = (
    "X-Powered-By: AT-5000\r\n"
    "X-Shenanigans: none\r\n"
    "X-Home-Region: us1\r\n"
    "X-API-Domain: api.twilio.com\r\n"
    "Strict-Transport-Security: max-age=31536000\r\n"
)
_SUCCESS, _ERROR = b"X-Cache: Miss from cloudfront\r\n", b"X-Cache: Error from cloudfront\r\n"


class Headers:
    """Writes the headers; lines that do not change within a second are built once per second."""

    def __init__(self, generation: str = GENERATIONS[0]) -> None:
        self._new = generation == GENERATIONS[0]
        self._shared = b""
        self._second = self._following = datetime.min.replace(tzinfo=UTC)

    def lines(
        self, now: datetime, at_once: int, request_id: str, *, seconds: float, error: bool = False, origin: bool = True
    ) -> bytes:
        """Return the header lines of a response sent now.

        They give the number of concurrent requests (0: unknown), the request's ID, and how long it took. Since 2025
        they also flag an ``error``, and pages elsewhere may read the response only if the request names an ``origin``.
        """
        lines = b"%bTwilio-Request-Id: %b\r\nTwilio-Request-Duration: %.3f\r\n" % (
            self._of_second(now),
            request_id.encode("ascii"),
            seconds,
        )
        if at_once:
            lines += b"Twilio-Concurrent-Requests: %d\r\n" % at_once
        if not self._new:
            return lines
        lines += _ERROR if error else _SUCCESS
        return lines + _CROSS_ORIGIN.encode("ascii") if origin else lines

    def _of_second(self, now: datetime) -> bytes:
        if not self._second <= now < self._following:
            self._second = now.replace(microsecond=0)
            self._following = self._second + timedelta(seconds=1)
            further = _cloud_front(self._second) if self._new else _CROSS_ORIGIN
            self._shared = f"Date: {http_date(now)}\r\n{_OWN}{further}".encode("ascii")
        return self._shared


def _cloud_front(second: datetime) -> str:
    """Return the headers of the CDN in front of Twilio; the part that identifies the request changes every second."""
    name = base64.urlsafe_b64encode(hashlib.sha512(second.isoformat().encode()).digest()[:40]).decode()
    via = "1.1 fake0000000000000000000000000000.cloudfront.net (CloudFront)"
    return f"Vary: Origin\r\nVia: {via}\r\nX-Amz-Cf-Pop: IAD55-P1\r\nX-Amz-Cf-Id: {name}\r\n"
