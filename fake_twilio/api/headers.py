"""The header lines that every answer of Twilio's carries, successes and errors alike.

Source: answers seen on the wire.
"""

from datetime import UTC, datetime, timedelta

from fake_twilio.model.dates import http_date

_FIXED = (
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Allow-Headers: Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, "
    "If-Unmodified-Since, Idempotency-Key\r\n"
    "Access-Control-Allow-Methods: GET, POST, DELETE, OPTIONS\r\n"
    "Access-Control-Expose-Headers: ETag\r\n"
    "Access-Control-Allow-Credentials: true\r\n"
    "X-Powered-By: AT-5000\r\n"
    "X-Shenanigans: none\r\n"
    "X-Home-Region: us1\r\n"
    "X-API-Domain: api.twilio.com\r\n"
    "Strict-Transport-Security: max-age=31536000\r\n"
)


class Headers:
    """Writes them; what all answers of one second share is made once."""

    def __init__(self) -> None:
        self._shared = b""
        self._second = self._following = datetime.min.replace(tzinfo=UTC)

    def lines(self, now: datetime, at_once: int, request_id: str, seconds: float) -> bytes:
        """Return the lines of an answer given now.

        They tell how many requests are answered at once, this one's name, and how long it took.
        """
        return b"%bTwilio-Concurrent-Requests: %d\r\nTwilio-Request-Id: %b\r\nTwilio-Request-Duration: %.3f\r\n" % (
            self._of_second(now),
            at_once,
            request_id.encode("ascii"),
            seconds,
        )

    def _of_second(self, now: datetime) -> bytes:
        if not self._second <= now < self._following:
            self._second = now.replace(microsecond=0)
            self._following = self._second + timedelta(seconds=1)
            self._shared = f"Date: {http_date(now)}\r\n{_FIXED}".encode("ascii")
        return self._shared
