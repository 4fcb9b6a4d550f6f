"""The error of a request to Twilio that got no complete response."""

from driver.domain.facts import CommReason


class RequestFailedError(Exception):
    """No complete response arrived. ``sent`` is False if the request certainly never reached Twilio."""

    def __init__(self, detail: str, *, sent: bool, reason: CommReason) -> None:
        super().__init__(detail)
        self.detail = detail
        self.sent = sent
        self.reason = reason
