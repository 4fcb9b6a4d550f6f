"""Connection faults: the connection is reset or no response ever arrives, before or after processing."""

from fake_twilio.faults.actions import Drop, Hang
from fake_twilio.faults.base import Effect, effect


@effect("reset_before", "request")
class ResetBefore(Effect):
    """The connection is reset before the request is processed."""

    action = Drop()


@effect("reset_after", "response")
class ResetAfter(Effect):
    """The connection is reset after the request is processed.

    A created message exists, but the client does not know it.
    """

    action = Drop()


@effect("hang_before", "request")
class HangBefore(Effect):
    """No response ever arrives, and the request is not processed."""

    action = Hang()


@effect("hang_after", "response")
class HangAfter(Effect):
    """No response ever arrives, although the request is processed."""

    action = Hang()
