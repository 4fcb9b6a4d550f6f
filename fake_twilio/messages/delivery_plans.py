"""The steps a message will take: its default life cycle, one set by a fault, or none until a person decides."""

import random

from fake_twilio.context import Context
from fake_twilio.faults import Facts
from fake_twilio.faults.actions import EndMessage, HoldMessage
from fake_twilio.model.lifecycle import Life, Step
from fake_twilio.model.message import Message, Status

LANDLINE = 30006
"""Landline or unreachable carrier."""

_NEVER_LEFT = frozenset({30001, 30002, 30036})
"""Errors of messages that fail before reaching a carrier: queue overflow, suspended account, expired validity."""


class DeliveryPlans:
    """Applies the faults of the phase ``delivery``, once per message."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._drawn = random.Random()  # noqa: S311 - drawn for tests, not for secrets
        self._begin()
        context.on_reset.append(self._begin)

    def _begin(self) -> None:
        self._drawn.seed(self._context.seed.random_seed)

    def life_of(self, message: Message, usual: Life) -> Life:
        """Return the steps that a message will take; for a parked message, those up to where it is parked."""
        faults = self._context.faults
        number = self._context.state.number(message.to)
        if message.to in self._context.seed.landlines or (number is not None and not number.capabilities.sms):
            usual = _ending(usual, EndMessage(Status.UNDELIVERED, LANDLINE))
        code = self._context.seed.fates.get(message.to)
        if code is None:
            code = self._drawn_code()
        if code:
            status = Status.FAILED if code in _NEVER_LEFT else Status.UNDELIVERED
            usual = _ending(usual, EndMessage(status, code))
        if not faults:
            return usual
        facts = Facts("delivery", message.to, message.sender or "", message.account_sid, message.body)
        for _, action in faults.apply("delivery", facts):
            if isinstance(action, HoldMessage):
                self._context.state.held[message.sid] = message.account_sid
                return _until(usual, Status(action.at))
            return _ending(usual, action)
        return usual

    def _drawn_code(self) -> int:
        """Return an error code for the share of messages that the seed does not deliver, 0 for a delivered one."""
        seed = self._context.seed
        if seed.delivered_percent == 100 or self._drawn.random() * 100 < seed.delivered_percent:
            return 0
        return self._drawn.choice(seed.undelivered_codes)

    def release(self, message: Message, status: str, error_code: int | None, *, usual: Life) -> Life:
        """Return the remaining steps of a parked message; none if it is to stay where it is.

        Raises:
            KeyError: if the message is not parked.
        """
        del self._context.state.held[message.sid]
        life = _ending(usual, EndMessage(status, error_code)) if status else usual
        passed = [step.status for step in life]
        return life[passed.index(message.status) + 1 :] if message.status in passed else life


def _until(life: Life, last: Status) -> Life:
    """Return the steps up to and including a status; none if the status is not among them."""
    for index, step in enumerate(life):
        if step.status is last:
            return life[: index + 1]
    return ()


def _ending(usual: Life, end: EndMessage) -> Life:
    """Return a life cycle that ends as a fault requires; a failed message skips the intermediate steps."""
    status = Status(end.status)
    if status is Status.QUEUED:
        return ()
    if status is Status.SENT:
        return _late(_until(usual, Status.SENT), end.seconds)
    before = () if status is Status.FAILED else tuple(step for step in usual if step.status is not Status.DELIVERED)
    last = usual[-1]
    return _late((*before, Step(status, last.least, last.most, end.error_code)), end.seconds)


def _late(life: Life, seconds: float) -> Life:
    """Return a life cycle whose last step takes the given seconds; 0 leaves it unchanged."""
    return (*life[:-1], life[-1]._replace(least=seconds, most=seconds)) if seconds and life else life
