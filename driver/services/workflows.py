"""Carries out the workflow rules: watches events, sends what is due, and takes answers that acknowledge.

Everything it does goes through the same commands as an operator's. Each text has a command id made from its event,
so that going over the same events again after a crash sends nothing twice.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from driver.clock import Clock
from driver.domain.alarms import AlarmRecord
from driver.domain.changes import Operator
from driver.domain.commands import ALARM_ID, COMMENT, MESSAGE_CONTENT, Command
from driver.domain.escalation import (
    Agenda,
    Allowances,
    Trigger,
    Waiting,
    answered,
    reclocked,
    take_due,
    tidied,
    triggered,
    without_strangers,
)
from driver.domain.events import MESSAGE_RECEIVED_FROM_EXTERNAL, Event
from driver.domain.replies import read_reply
from driver.domain.rules import OWN_TEXT_EVENTS, THIS_PHONE, Rule
from driver.errors import CommandRefusedError, IdempotencyConflictError, NotFoundError, StoreUnavailableError
from driver.ports.store import SetMark, Store
from driver.services.activity import Activity, Pulse
from driver.services.agenda_text import dump, load
from driver.services.assets import Assets
from driver.services.bus import EventBus, Subscription
from driver.services.commands import CommandCall, Commands

_log = structlog.get_logger("driver.workflows")
AGENDA = "workflows.agenda"
PREFIX = "workflow:"
#: After a store that could not be written, rules try again so much later.
PAUSE_S = 5.0
#: A driver that was away for more events than this goes on with the newest.
LONGEST_CATCH_UP = 10_000
#: Events that trigger nothing are remembered as seen every so many.
SEEN_EVERY = 200


class Workflows:
    """The rules of one driver at work."""

    def __init__(
        self,
        rules: tuple[Rule, ...],
        allowances: Allowances,
        *,
        store: Store,
        bus: EventBus,
        assets: Assets,
        commands: Commands,
        clock: Clock,
        activity: Activity,
        remembered: str = "",
    ) -> None:
        """Take up what is remembered.

        Raises:
            ValueError: ``remembered`` cannot be understood.
        """
        self._rules: tuple[Rule, ...] = ()
        self._allowances = Allowances()
        self._store = store
        self._bus = bus
        self._assets = assets
        self._commands = commands
        self._clock = clock
        self._activity = activity
        self._agenda = load(remembered) if remembered and rules else Agenda()
        self._kept = self._agenda if remembered and rules else None
        #: Whether the store remembers something that is not to be taken up any more.
        self._leftover = bool(remembered) and not rules
        self._waking = Pulse()
        self._subscription: Subscription | None = None
        #: Whether events have to be read from the store before those in the queue: at the start, and after a loss.
        self._behind = self._kept is not None
        self._wanted = (rules, allowances)
        self._step = timedelta(0)
        self._take_over()

    def configure(self, rules: tuple[Rule, ...], allowances: Allowances) -> None:
        """Go on with other rules: new ones see events from now on, texts of those that are gone stay unsent."""
        self._wanted = (rules, allowances)
        self._waking.give()

    def reclock(self, step: timedelta) -> None:
        """Take due times anew after the wall clock was set, between two rounds of work."""
        self._step += step
        self._waking.give()

    def _take_over(self) -> None:
        """Take up the rules that are wanted, between two rounds of work."""
        rules, self._allowances = self._wanted
        if rules and self._subscription is None:
            self._subscription = self._bus.subscribe(self._waking)
            if self._kept is None:
                self._agenda = Agenda(seq=self._bus.last_seq)
        elif not rules and self._subscription is not None:
            self._bus.unsubscribe(self._subscription)
            self._subscription, self._leftover, self._kept = None, True, None
        self._rules = rules
        self._agenda = without_strangers(self._agenda, {rule.name for rule in rules})
        self._warn_of_strangers()

    async def run(self) -> None:
        """Watch, send and answer until stopped; without rules do nothing at all."""
        while True:
            if self._wanted != (self._rules, self._allowances):
                self._take_over()
            if self._step:
                step, self._step = self._step, timedelta(0)
                self._agenda = reclocked(self._agenda, step, self._allowances.quiet_hours)
            try:
                subscription = self._subscription
                if subscription is None:
                    await self._forget()
                    await self._activity.rest(self._waking, None)
                    continue
                await self._look_at_events(subscription)
                await self._send_due()
                await self._keep()
            except StoreUnavailableError as trouble:
                _log.warning("rules wait for the database", trouble=str(trouble))
                await self._activity.rest(self._waking, self._clock.monotonic() + timedelta(seconds=PAUSE_S))
                continue
            if not subscription.waiting:
                await self._activity.rest(self._waking, self._agenda.next_due())

    async def _forget(self) -> None:
        """Forget what rules had to do once there are none, so that rules of another day do not take it up."""
        if self._leftover:
            await self._store.commit([SetMark(AGENDA, "")])
            self._leftover = False

    def _warn_of_strangers(self) -> None:
        """Say which phones that rules name there are not; they may still be imported."""
        if not self._rules:
            return
        named = {phone for rule in self._rules for step in rule.steps for phone in step.to} - {THIS_PHONE}
        for phone in sorted((named | self._allowances.acknowledgers) - set(self._assets.catalogue.entries)):
            _log.warning("a rule names a phone that there is not", phone=phone)

    async def _catch_up(self) -> None:
        """Look at the events since the last one seen."""
        missed = await self._store.events_since(self._agenda.seq, LONGEST_CATCH_UP)
        if missed is None:
            _log.warning("rules were away too long; they go on with the newest events", seen=self._agenda.seq)
            self._agenda = replace(self._agenda, seq=self._bus.last_seq)
            return
        for event in missed:
            await self._look_at(event)

    async def _look_at_events(self, subscription: Subscription) -> None:
        if subscription.lost:
            subscription.lost, self._behind = False, True
        if self._behind:
            subscription.queue.clear()
            await self._catch_up()
            self._behind = False
        while subscription.queue:
            await self._look_at(subscription.queue[0])
            subscription.queue.popleft()

    async def _look_at(self, event: Event) -> None:
        if event.seq <= self._agenda.seq:
            return
        agenda = replace(self._agenda, seq=event.seq)
        if event.name == MESSAGE_RECEIVED_FROM_EXTERNAL and event.asset_id in self._allowances.acknowledgers:
            agenda = await self._answer(agenda, event)
        if event.name not in OWN_TEXT_EVENTS or not await self._of_a_rule(event):
            trigger = Trigger(event.event_id, event.asset_id, self._fields(event), event.observed_at)
            agenda = triggered(agenda, trigger, self._rules, self._allowances)
        if agenda.lost > self._agenda.lost:
            _log.error("too many texts of rules wait already; this event's were not taken on", event_id=event.event_id)
        self._agenda = agenda

    async def _answer(self, agenda: Agenda, event: Event) -> Agenda:
        """Acknowledge the alarm that an answer names, and tell its sender what came of it."""
        reply = read_reply(str(event.parameters.get(MESSAGE_CONTENT, "")))
        if reply is None:
            return agenda
        known = agenda.code_for(event.asset_id, reply.code)
        if known is None:
            words = f"No open alarm has the code {reply.code}." if reply.code else "Which alarm? Answer with its code."
        else:
            words = await self._acknowledge(known.asset_id, known.alarm_id, known.about, reply.comment, event)
        return answered(agenda, f"{PREFIX}{event.event_id}:answer", event.asset_id, words, self._clock.now())

    async def _acknowledge(self, asset_id: str, alarm_id: str, about: str, comment: str, event: Event) -> str:
        record = self._record(asset_id, alarm_id)
        if record is None:
            return f"That alarm is over: {about}."
        if record.state.acked:
            return f"Already acknowledged by {record.acked_by or 'somebody'}: {about}."
        operator = Operator(str(event.initial.get("Name", event.asset_id)), "sms")
        parameters = {ALARM_ID: alarm_id} | ({COMMENT: comment} if comment else {})
        call = CommandCall(Command.ACKNOWLEDGE.value, parameters, f"{PREFIX}{event.event_id}:acknowledge", operator)
        await self._commands.on_asset(asset_id, call)
        _log.info("acknowledged by text", asset=asset_id, alarm=alarm_id, phone=event.asset_id)
        return f"Acknowledged: {about}."

    async def _send_due(self) -> None:
        now = self._clock.now()
        agenda = tidied(self._agenda, now, lambda asset, alarm: self._record(asset, alarm) is not None)
        agenda, send, refused = take_due(agenda, now, self._is_open, self._allowances)
        if send:
            await self._keep()
        for item in send:
            await self._send(item)
        for item in refused:
            _log.warning("a text of a rule is not sent: the phone has had enough", rule=item.rule, phone=item.to)
        self._agenda = agenda

    async def _send(self, item: Waiting) -> None:
        operator = Operator("workflow" if item.answer else item.rule, "workflow")
        call = CommandCall(Command.SEND_MESSAGE.value, {MESSAGE_CONTENT: item.text[:1600]}, item.key, operator)
        try:
            execution = await self._commands.on_asset(item.to, call)
            _log.info("a rule sends a text", rule=item.rule, phone=item.to, execution=execution.execution_id)
        except (CommandRefusedError, NotFoundError) as wrong:
            _log.error("a rule cannot send its text", rule=item.rule, phone=item.to, why=str(wrong))
        except IdempotencyConflictError:
            _log.info("a rule's text was sent before the restart", rule=item.rule, phone=item.to)

    async def _keep(self) -> None:
        """Remember the agenda, unless all that is new are a few events that triggered nothing."""
        kept, now = self._kept, self._agenda
        if kept is not None and replace(kept, seq=now.seq) == now and now.seq - kept.seq < SEEN_EVERY:
            return
        await self._store.commit([SetMark(AGENDA, dump(self._agenda))])
        self._kept = self._agenda

    async def _of_a_rule(self, event: Event) -> bool:
        """Tell whether an event is about a text that a rule sent."""
        held = await self._store.execution(str(event.parameters.get("Execution ID", "")))
        return held is not None and held[0].command_id.startswith(PREFIX)

    def _fields(self, event: Event) -> Mapping[str, str]:
        entry = self._assets.catalogue.entries.get(event.asset_id)
        common = {
            "Asset": event.asset_id,
            "Name": event.initial.get("Name", ""),
            "Location": entry.location if entry else "",
            "Item ID": event.item_id,
            "Item Type": event.item_type,
            "Status": event.initial.get("Status", ""),
            "Event": event.name,
            "Time": self._local(event.occurred_at),
        }
        return {name: _words(value) for name, value in {**common, **event.parameters}.items()}

    def _local(self, moment: datetime) -> str:
        quiet = self._allowances.quiet_hours
        return moment.astimezone(quiet.zone).strftime("%H:%M") if quiet else moment.strftime("%H:%M UTC")

    def _record(self, asset_id: str, alarm_id: str) -> AlarmRecord | None:
        if asset_id not in self._assets.catalogue.entries:
            return None
        records = self._assets.get(asset_id).records
        return next((record for record in records if record.alarm_id == alarm_id), None)

    def _is_open(self, asset_id: str, alarm_id: str) -> bool:
        record = self._record(asset_id, alarm_id)
        return record is not None and not record.state.acked and self._assets.get(asset_id).facts.mask is None


def _words(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
