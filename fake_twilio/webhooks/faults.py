"""Faults applied to webhook requests: dropped, repeated, late, behind the next one, or badly signed."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from fake_twilio.context import Context
from fake_twilio.faults import Facts
from fake_twilio.faults.actions import ChangeWebhook
from fake_twilio.model.message import Message

STRAIGHT = ChangeWebhook()


class WebhookTiming(NamedTuple):
    """How to make a request. ``fault`` names the faults that applied, for the journal."""

    copies: int = 0
    forged: bool = False
    fault: str = ""


PLAIN = WebhookTiming()

Job = Callable[[WebhookTiming], Coroutine[Any, Any, None]]
"""Makes a webhook request."""

_Call = Callable[[], Coroutine[Any, Any, None]]


class WebhookFaults:
    """Sends the requests of one kind, after applying faults.

    Args:
        context: provides the faults and the clock.
        kind: ``callback`` or ``inbound_webhook``.
    """

    def __init__(self, context: Context, kind: str) -> None:
        self._context = context
        self._kind = kind
        self._aside: dict[str, list[_Call]] = {}
        context.on_reset.append(self._aside.clear)

    def send(self, lane: str, message: Message, job: Job, *, on_drop: Callable[[str], None]) -> None:
        """Start a job now or later; if a fault drops it, pass the names of the faults to ``on_drop`` instead.

        A request that is held back goes right behind the next one of its ``lane``.
        """
        change, fault = self._ask(message)
        if change.drop:
            on_drop(fault)
            return
        call: _Call = partial(job, WebhookTiming(change.copies, change.forged, fault))
        scheduler = self._context.scheduler
        if change.behind is not None:
            self._aside.setdefault(lane, []).append(call)
            scheduler.at(self._context.now() + timedelta(seconds=change.behind), partial(self._let_go, lane, call))
            return
        calls = [call, *self._aside.pop(lane, [])]
        if change.seconds:
            scheduler.at(self._context.now() + timedelta(seconds=change.seconds), partial(self._start, calls))
        else:
            self._start(calls)

    def _ask(self, message: Message) -> tuple[ChangeWebhook, str]:
        """Return the combined effect of all faults that apply to a request."""
        facts = Facts(self._kind, message.to, message.sender or "", message.account_sid, message.body)
        whole, names = STRAIGHT, []
        for fault_id, action in self._context.faults.apply(self._kind, facts):
            names.append(fault_id)
            whole = replace(
                whole,
                drop=whole.drop or action.drop,
                copies=whole.copies + action.copies,
                seconds=whole.seconds + action.seconds,
                behind=action.behind if whole.behind is None else whole.behind,
                forged=whole.forged or action.forged,
            )
            if whole.drop:
                break
        return whole, ",".join(names)

    def _start(self, calls: list[_Call]) -> None:
        self._context.scheduler.start(_in_turn(calls))

    def _let_go(self, lane: str, call: _Call) -> None:
        """Make a request that has waited long enough for another one."""
        waiting = self._aside.get(lane, [])
        if call in waiting:
            waiting.remove(call)
            if not waiting:
                del self._aside[lane]
            self._start([call])


async def _in_turn(calls: list[_Call]) -> None:
    for call in calls:
        await call()
