"""A request to Twilio to which no complete answer came."""

from driver.domain.facts import CommReason


class RequestFailedError(Exception):
    """No complete answer came. ``sent`` is False where the request certainly never reached Twilio."""

    def __init__(self, detail: str, *, sent: bool, reason: CommReason) -> None:
        super().__init__(detail)
        self.detail = detail
        self.sent = sent
        self.reason = reason
