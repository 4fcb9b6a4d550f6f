"""Decides which due messages are sent, which are folded into a digest, and which are dropped and why.

Severity comes first: the most urgent messages have no limit, and a less urgent message never uses up what a more urgent
one may need. Whatever does not fit is folded into one digest per phone and hour; nothing is dropped without a reason.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from driver.domain.alarm_digest import digest_of
from driver.domain.relevance import Subject
from driver.domain.rule_state import Allowances, PendingMessage, RuleState, SpentAllowance

HOUR = timedelta(hours=1)
#: How long a digest waits for the rest of a flood.
DIGEST_WAIT = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The new rule state, and the messages to send now, those dropped (with the reason) and those folded now."""

    rule_state: RuleState
    send: tuple[PendingMessage, ...] = ()
    dropped: tuple[tuple[PendingMessage, str], ...] = ()
    folded: tuple[PendingMessage, ...] = ()


def take_due(
    rule_state: RuleState,
    now: datetime,
    why_over: Callable[[Sequence[Subject]], str],
    *,
    allowances: Allowances,
    cleared: Callable[[Sequence[Subject]], bool] = lambda _subjects: False,
) -> Dispatch:
    """Decide what happens to the messages that are due.

    ``why_over`` returns why a message is no longer true, or nothing; ``cleared``, whether an alarm is only latched.
    """
    spent = tuple(entry for entry in rule_state.spent if entry.at > now - HOUR)
    later = tuple(item for item in rule_state.waiting if item.due > now)
    due = sorted((item for item in rule_state.waiting if item.due <= now), key=lambda item: (item.severity, item.due))
    round_ = _SendRound(replace(rule_state, waiting=later, spent=spent), now, allowances)
    true = []
    for item in due:
        why = why_over(item.subjects) or _too_old(item, now, allowances)
        if item.repeated and (why or cleared(item.subjects)):
            continue  # it was sent before, so nothing is lost
        if why:
            round_.dropped.append((item, why))
        else:
            true.append(item)
            round_.later(next_repetition(item, now, allowances))
    grouped = _groups(true)
    in_groups = {item.key for group in grouped for item in group}
    for item in true:
        if item.key not in in_groups:
            round_.one(item)
    for group in grouped:
        round_.digest(group)
    return round_.done()


class _SendRound:
    """One pass over the due messages, and its result so far."""

    def __init__(self, rule_state: RuleState, now: datetime, allowances: Allowances) -> None:
        self._rule_state = rule_state
        self._now = now
        self._allowances = allowances
        self._send: list[PendingMessage] = []
        self._folded: list[PendingMessage] = []
        #: What pending digests already cover, for which phones.
        self._awaiting_digest = {(item.to, item.subjects) for item in rule_state.waiting if item.folded}
        self.dropped: list[tuple[PendingMessage, str]] = []

    def later(self, item: PendingMessage | None) -> None:
        """Put a message, if any, back into the rule state."""
        if item is not None:
            self._rule_state = replace(self._rule_state, waiting=(*self._rule_state.waiting, item))

    def one(self, item: PendingMessage) -> None:
        """Send a message or a reply if its allowance permits."""
        if item.answer:
            most = self._allowances.replies_per_hour
            if self._count(item) >= most:
                self.dropped.append((item, f"the hourly limit is reached: notify.replies_per_hour = {most}"))
            else:
                self._go(item)
        elif item.urgent:
            self._send.append(item)
        elif self._count(item) < self._allowances.texts_per_hour:
            self._go(item)
        else:
            self._fold(item)

    def digest(self, group: Sequence[PendingMessage]) -> None:
        """Send a digest of several messages to one phone, if they waited for one or the hourly allowance permits."""
        first = group[0]
        if not first.folded and self._count(first) >= self._allowances.texts_per_hour:
            for item in group:
                self._fold(item)
            return
        listens = first.to in self._allowances.acknowledgers
        handset = self._allowances.handsets.get(first.to, first.to)
        self._rule_state, made = digest_of(self._rule_state, group, self._now, listens=listens, handset=handset)
        why = "it does not fit into the digest, and "
        why += f"notify.texts_per_hour = {self._allowances.texts_per_hour}" if first.folded else "quiet hours held it"
        self.dropped.extend((item, why) for item in made.left_out)
        self._go(made.text, digest=first.folded)

    def done(self) -> Dispatch:
        """Return the result of the round."""
        rule_state = replace(self._rule_state, waiting=(*self._rule_state.waiting, *self._folded))
        return Dispatch(rule_state, tuple(self._send), tuple(self.dropped), tuple(self._folded))

    def _go(self, item: PendingMessage, *, digest: bool = False) -> None:
        entry = SpentAllowance(item.to, self._now, item.answer, item.severity, digest)
        self._rule_state = replace(self._rule_state, spent=(*self._rule_state.spent, entry))
        self._send.append(item)

    def _count(self, item: PendingMessage) -> int:
        """Return how many messages of the last hour count against this one: to its phone, and at least as urgent."""
        return sum(
            entry.phone == item.to
            and entry.answer == item.answer
            and not entry.digest
            and entry.severity <= item.severity
            for entry in self._rule_state.spent
        )

    def _fold(self, item: PendingMessage) -> None:
        if item.repeated and (item.to, item.subjects) in self._awaiting_digest:
            return
        others = (*self._rule_state.waiting, *self._folded)
        due = next((other.due for other in others if other.folded and other.to == item.to), None)
        if due is None:
            last = [entry.at for entry in self._rule_state.spent if entry.digest and entry.phone == item.to]
            due = max([self._now + DIGEST_WAIT, *(at + HOUR for at in last)])
        self._folded.append(replace(item, folded=True, due=due, repetition=None))


def _groups(items: Iterable[PendingMessage]) -> list[list[PendingMessage]]:
    """Return what to send as digests: folded messages, and those that quiet hours held if they differ in subject."""
    found: dict[tuple[str, bool], list[PendingMessage]] = {}
    for item in items:
        if item.folded or item.in_quiet_hours:
            found.setdefault((item.to, item.folded), []).append(item)
    return [
        group
        for (_, folded), group in found.items()
        if folded or len({item.subjects or item.key for item in group}) > 1
    ]


def next_repetition(item: PendingMessage, now: datetime, allowances: Allowances) -> PendingMessage | None:
    """Return the next repetition of a message that is sent now, or None if it was the last.

    Repetitions that fell due while nothing could be sent are skipped, so that they do not arrive in a burst.
    """
    again = item.repetition
    if again is None:
        return None
    every = timedelta(seconds=again.every_s)
    steps = max((now - item.due) // every, 0) + 1
    if steps > again.left:
        return None
    due = later = item.due + steps * every
    if again.quiet and allowances.quiet_hours is not None:
        later = allowances.quiet_hours.earliest(due, item.severity)
    number = again.number + steps
    return replace(
        item,
        key=f"{again.key}:repetition {number}",
        due=later,
        in_quiet_hours=later != due,
        repetition=replace(again, left=again.left - steps, number=number),
    )


def _too_old(item: PendingMessage, now: datetime, allowances: Allowances) -> str:
    """Return why a message is too old to be useful; one about something that can end is sent as long as that lasts."""
    if item.subjects or now - item.due <= allowances.validity:
        return ""
    return f"it is too old: it was due {int((now - item.due).total_seconds() // 60)} minutes ago"
