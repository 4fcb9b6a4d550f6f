"""One message in place of many: the number of alarms, the first of them, and one code to acknowledge them all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from driver.domain.relevance import MAX_LENGTH
from driver.domain.rule_state import PendingMessage, RuleState
from driver.domain.segments import count


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest, and the messages about no alarm that it leaves out because they would make it too long."""

    text: PendingMessage
    left_out: tuple[PendingMessage, ...] = ()


def digest_of(
    rule_state: RuleState, items: Sequence[PendingMessage], now: datetime, *, listens: bool, handset: str = ""
) -> tuple[RuleState, Digest]:
    """Return the rule state with the digest's code, and the digest of one phone's messages, most urgent first.

    A single message is sent unchanged. ``listens`` is whether replies from the phone acknowledge, ``handset`` the phone
    that keeps its codes, if not the phone itself.
    """
    first = items[0]
    subjects = {item.alarms or item.key: item for item in items}
    if len(subjects) == 1:
        latest = max(items, key=lambda item: item.due)
        return rule_state, Digest(latest, tuple(item for item in items if item is not latest))
    alarms = tuple(dict.fromkeys(alarm for item in items for alarm in item.alarms))
    only_alarms = all(item.alarms for item in items)
    ending = ""
    if alarms and listens:
        rule_state, code = rule_state.with_code(handset or first.to, alarms, f"{len(alarms)} alarms", at=now)
        ending = f" Reply {code} to acknowledge {'all' if only_alarms else 'the alarms'}."
    body, left_out = _body(tuple(subjects.values()), "alarms" if only_alarms else "messages", ending)
    text = replace(
        first,
        # Quiet hours can end more than once at the same moment, because missed events are read page by page.
        key=f"{min(item.key for item in items)}:digest",
        rule="digest",
        text=body,
        # A message that cannot become obsolete is worth sending whatever happens to the alarms beside it.
        subjects=tuple(dict.fromkeys(subject for item in items for subject in item.subjects))
        if all(item.subjects for item in items)
        else (),
    )
    return rule_state, Digest(text, left_out)


def _body(items: Sequence[PendingMessage], noun: str, ending: str) -> tuple[str, tuple[PendingMessage, ...]]:
    """Return the body of a digest and the messages that it leaves out.

    Alarms are listed only while the body fits into one segment, messages from people as long as they fit at all.
    """
    listed: list[str] = []
    left_out = []
    for item in items:
        entry = item.summary or item.text
        longer = _sentence(len(items), noun, [*listed, entry], ending=ending)
        if not listed or count(longer) == 1 or (not item.alarms and len(longer) <= MAX_LENGTH):
            listed.append(entry)
        elif not item.alarms:
            left_out.append(item)
    too_long = len(_sentence(len(items), noun, listed, ending=ending)) - MAX_LENGTH
    if too_long > 0:  # a single entry, too long by itself
        listed = [listed[0][:-too_long]]
    return _sentence(len(items), noun, listed, ending=ending), tuple(left_out)


def _sentence(number: int, noun: str, listed: Sequence[str], *, ending: str) -> str:
    more = ", first" if len(listed) < number else ""
    return f"{number} more {noun}{more}: {'; '.join(entry.rstrip('.') for entry in listed)}.{ending}"
