"""Carrier faults: what happens to messages that the API accepted, including parking them until they are released."""

import random

from fake_twilio.faults.actions import EndMessage, HoldMessage
from fake_twilio.faults.base import Effect, effect
from fake_twilio.faults.final_statuses import FINAL_STATUSES, PARKINGS


@effect("delivery", "delivery", "delivery")
class FinalStatus(Effect):
    """The message ends ``undelivered`` or ``failed`` with ``error_code``, or stays at ``sent`` or ``queued``.

    ``status`` is that status; ``after`` seconds pass on the fake's clock before the last step.
    """

    status: str = "undelivered"
    error_code: int | None = None
    after: float = 0

    def problems(self) -> list[str]:
        """Return what is wrong with the values."""
        found = (
            []
            if self.status in FINAL_STATUSES
            else [f"status: {self.status!r} is not one of {', '.join(FINAL_STATUSES)}"]
        )
        if self.error_code is not None and FINAL_STATUSES.get(self.status, 0) is None:
            found.append(f"error_code: a message that ends as {self.status} has no error code")
        if not 0 <= self.after <= 864_000:
            found.append(f"after: {self.after:g} is not between 0 and 864000 seconds")
        return found

    def decide(self, chance: random.Random, body: bytes = b"") -> EndMessage:
        """Return how the message ends."""
        return EndMessage(self.status, self.error_code or FINAL_STATUSES[self.status], self.after)


@effect("hold", "delivery", "delivery")
class Hold(Effect):
    """The message is parked at ``at`` (``queued`` or ``sent``) until ``POST /held/{message_sid}/release``."""

    at: str = "queued"

    def problems(self) -> list[str]:
        """Return what is wrong with the values."""
        return [] if self.at in PARKINGS else [f"at: {self.at!r} is not one of {', '.join(PARKINGS)}"]

    def decide(self, chance: random.Random, body: bytes = b"") -> HoldMessage:
        """Return where the message is parked."""
        return HoldMessage(self.at)
