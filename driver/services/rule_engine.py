"""Runs the workflow rules: watches events, sends due messages, and handles replies that acknowledge.

Everything it does goes through the same commands as an operator's actions. The command id of each message is derived
from its event, so that processing the same events again after a crash sends nothing twice.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import structlog

from driver.domain.escalation import Trigger, Triggered, triggered, without_rules
from driver.domain.events import MESSAGE_DROPPED, MESSAGE_RECEIVED_FROM_EXTERNAL, Event
from driver.domain.flood_control import take_due
from driver.domain.proof_of_life import next_proof, resumed
from driver.domain.rule_state import Allowances, PendingMessage, RuleState, answered, reclocked, without_expired
from driver.domain.rules import GOES_ROUND, OWN_MESSAGE_EVENTS, THIS_PHONE, Rule, drop_goes_round
from driver.errors import StoreUnavailableError
from driver.ports.store import SetMark, Store
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.services.ack_by_message import AckByMessage
from driver.services.assets import Assets
from driver.services.commands import Commands
from driver.services.event_bus import EventBus, Subscription
from driver.services.proofs_of_life import ProofsOfLife
from driver.services.rule_messages import PREFIX, RuleMessages
from driver.services.rule_state_codec import dump, load

_log = structlog.get_logger("driver.workflows")
RULE_STATE = "workflows.agenda"
#: The delay before rules retry after the store could not be written.
PAUSE_S = 5.0
#: Missed events are read in pages of this size, with other work in between.
CATCH_UP_PAGE = 500
#: After this many events that trigger nothing, they are stored as seen.
SEEN_EVERY = 200


class RuleEngine:
    """Runs the rules of one driver."""

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
        activity: IdleTracker,
        remembered: str,
    ) -> None:
        """Restore the stored rule state.

        Raises:
            ValueError: ``remembered`` cannot be understood.
        """
        self._rules: tuple[Rule, ...] = ()
        self._allowances = Allowances()
        self._store = store
        self._bus = bus
        self._assets = assets
        self._messages = RuleMessages(commands)
        self._answers = AckByMessage(assets, commands)
        self._proofs = ProofsOfLife(assets, clock)
        self._clock = clock
        self._activity = activity
        self._rule_state = RuleState()
        wanted = bool(rules or allowances.proofs)
        if remembered:
            # Without rules, it only matters which of their messages are not sent, if that can be read.
            with suppress(*() if wanted else (ValueError,)):
                self._rule_state = resumed(load(remembered), clock.now())
        self._kept = self._rule_state if remembered and wanted else None
        #: Whether the store contains a rule state that must not be restored any more.
        self._leftover = bool(remembered) and not wanted
        self._waking = asyncio.Event()
        self._subscription: Subscription | None = None
        #: Whether events have to be read from the store before those in the queue: at the start, and after a loss.
        self._behind = self._kept is not None
        #: Messages of rules that no longer exist, which have to be recorded as not sent.
        self._gone: list[PendingMessage] = []
        self._wanted = (rules, allowances)
        self._step = timedelta(0)
        #: The latest message that was handled as a reply.
        self._answered = ""
        self._apply_wanted()

    def configure(self, rules: tuple[Rule, ...], allowances: Allowances) -> None:
        """Apply new rules: they see events from now on, and messages of removed rules are not sent."""
        self._wanted = (rules, allowances)
        self._waking.set()

    def reclock(self, step: timedelta) -> None:
        """Recompute due times after the wall clock was set, between two rounds of work."""
        self._step += step
        self._waking.set()

    def _apply_wanted(self) -> None:
        """Apply the configured rules, between two rounds of work."""
        rules, self._allowances = self._wanted
        wanted = rules or self._allowances.proofs
        if wanted and self._subscription is None:
            self._subscription = self._bus.subscribe(self._waking)
            if self._kept is None:
                self._rule_state = RuleState(seq=self._bus.last_seq)
        elif not wanted and self._subscription is not None:
            self._bus.unsubscribe(self._subscription)
            self._subscription, self._leftover, self._kept = None, True, None
        self._rules = rules
        kept = {rule.name for rule in rules} | {proof.rule for proof in self._allowances.proofs}
        self._rule_state, gone = without_rules(self._rule_state, kept)
        self._gone.extend(gone)
        self._warn_of_unknown_phones()
        self._warn_of_unmet_fields()

    async def run(self) -> None:
        """Watch, send and reply until stopped; without rules, do nothing at all."""
        while True:
            if self._wanted != (self._rules, self._allowances):
                self._apply_wanted()
            if self._step:
                step, self._step = self._step, timedelta(0)
                self._rule_state = reclocked(self._rule_state, step, self._allowances.quiet_hours)
            try:
                await self._drop_gone()
                subscription = self._subscription
                if subscription is None:
                    self._rule_state = await self._proofs.look(self._rule_state, self._allowances.proofs)
                    if self._leftover:  # later rules must not restore the state of earlier ones
                        await self._store.commit([SetMark(RULE_STATE, "")])
                        self._leftover = False
                    await self._activity.rest(self._waking, None)
                    continue
                await self._look_at_events(subscription)
                if not self._behind:  # an answer may be among the missed events
                    self._rule_state = await self._proofs.look(self._rule_state, self._allowances.proofs)
                await self._send_due()
                await self._keep()
            except StoreUnavailableError as exc:
                _log.warning("rules_wait_for_database", reason=str(exc))
                await self._activity.rest(self._waking, self._clock.monotonic() + timedelta(seconds=PAUSE_S))
                continue
            if not (self._behind or subscription.waiting):
                moments = (self._rule_state.next_due(), next_proof(self._rule_state, self._allowances.proofs))
                due = min((moment for moment in moments if moment), default=None)
                await self._activity.rest(self._waking, due)

    def _warn_of_unknown_phones(self) -> None:
        """Warn about unknown phones that rules reference; they may still be imported."""
        if not self._rules and not self._allowances.proofs:
            return
        named = {phone for rule in self._rules for step in rule.steps for phone in step.to} - {THIS_PHONE}
        named |= {proof.phone for proof in self._allowances.proofs}
        for phone in sorted((named | self._allowances.acknowledgers) - set(self._assets.catalog.entries)):
            _log.warning("rule_references_unknown_phone", asset_id=phone)

    def _warn_of_unmet_fields(self) -> None:
        """Warn about names, statuses and alarm types that no asset has; they may be misspelled, or imported later."""
        severities = self._allowances.severities.by_alarm_type
        if not (severities or any(rule.where for rule in self._rules)):
            return
        entries = self._assets.catalog.entries.values()
        tables = {id(entry.rules.table): entry.rules.table for entry in entries}
        rows = {row for table in tables.values() for row in table.rows}
        statuses, alarm_types = {row.status for row in rows}, {row.alarm_type for row in rows}
        for alarm_type in sorted(severities.keys() - alarm_types):
            _log.warning("severity_for_unknown_alarm_type", alarm_type=alarm_type)
        known = {
            "Asset": {entry.asset_id for entry in entries},
            "Name": {entry.caption for entry in entries},
            "Location": {entry.location for entry in entries},
            "Item ID": {entry.item_id for entry in entries},
            "Item Type": {entry.asset_type.value for entry in entries},
            "Status": statuses,
            "Previous Status": statuses,
            "Alarm Type": alarm_types,
        }
        for rule in self._rules:
            for name, pattern in rule.unmet(known):
                _log.warning("rule_field_never_fits", rule=rule.name, field=name, pattern=pattern)

    async def _drop_gone(self) -> None:
        while self._gone:
            await self._messages.drop(self._gone[0], "its rule is gone")
            del self._gone[0]

    async def _catch_up(self) -> None:
        """Process one page of the events since the last one seen; the messages that result are sent between pages."""
        page = await self._store.events_after(self._rule_state.seq, CATCH_UP_PAGE)
        if page and page[0].seq > self._rule_state.seq + 1:
            _log.warning(
                "rule_events_missed", reason="they are no longer stored", after=self._rule_state.seq, before=page[0].seq
            )
        for event in page:
            await self._look_at(event)
        self._behind = len(page) == CATCH_UP_PAGE

    async def _look_at_events(self, subscription: Subscription) -> None:
        if subscription.lost:
            subscription.lost, self._behind = False, True
        if self._behind:
            subscription.queue.clear()  # the store has all of these
            await self._catch_up()
            return
        while subscription.queue:
            await self._look_at(subscription.queue[0])
            subscription.queue.popleft()

    async def _look_at(self, event: Event) -> None:
        if event.seq <= self._rule_state.seq:
            return
        rule_state, sid = replace(self._rule_state, seq=event.seq), ""
        proves = False
        if event.name == MESSAGE_RECEIVED_FROM_EXTERNAL:
            rule_state, proves = await self._proofs.take(rule_state, self._allowances.proofs, event)
        if event.name == MESSAGE_RECEIVED_FROM_EXTERNAL and event.asset_id in self._allowances.acknowledgers:
            sid = event.event_id.partition(":")[0]
        if sid and sid != self._answered:  # a message that belongs to several phones is one reply
            handset = self._assets.catalog.handset(event.asset_id, self._allowances.acknowledgers)
            key = f"{PREFIX}{event.event_id}:acknowledge"
            rule_state, answer = await self._answers.take(
                rule_state, event, handset, key=key, allowances=self._allowances, proves=proves
            )
            if answer:
                key = f"{PREFIX}{event.event_id}:answer"
                rule_state = answered(rule_state, key, event.asset_id, text=answer, now=self._clock.now())
        if any(rule.on == event.name for rule in self._rules):
            rule_state = await self._apply_rules(rule_state, event)
        self._rule_state, self._answered = rule_state, sid or self._answered

    async def _apply_rules(self, rule_state: RuleState, event: Event) -> RuleState:
        if event.name in OWN_MESSAGE_EVENTS and await self._of_a_rule(event):
            for item in self._triggered(RuleState(), event).rule_state.waiting:
                await self._messages.drop(item, GOES_ROUND)
            return rule_state
        if event.name == MESSAGE_DROPPED and drop_goes_round(self._fields(event), self._rules):
            # Dropping a message about it would cause another event of this kind.
            _log.info("rule_not_triggered", event_id=event.event_id, asset_id=event.asset_id, reason=GOES_ROUND)
            return rule_state
        done = self._triggered(rule_state, event)
        for item in done.crowded_out:
            await self._messages.drop(item, "too many messages of rules are already waiting")
        return done.rule_state

    def _triggered(self, rule_state: RuleState, event: Event) -> Triggered:
        trigger = Trigger(event.event_id, event.asset_id, self._fields(event), event.observed_at)
        return triggered(rule_state, trigger, self._rules, allowances=self._allowances_now())

    def _allowances_now(self) -> Allowances:
        """Return the allowances with the current handsets."""
        listed = self._allowances.acknowledgers
        handsets = {phone: self._assets.catalog.handset(phone, listed) for phone in listed}
        return replace(self._allowances, handsets=handsets)

    async def _send_due(self) -> None:
        now = self._clock.now()
        rule_state = without_expired(self._rule_state, now, lambda alarm: self._answers.record(alarm) is not None)
        due = take_due(
            rule_state, now, self._assets.why_over, allowances=self._allowances_now(), cleared=self._assets.cleared
        )
        if due.send or due.dropped:
            self._rule_state = replace(self._rule_state, codes=due.rule_state.codes)
            await self._keep()
        for item in due.send:
            await self._messages.send(item)
        for item, why in due.dropped:
            await self._messages.drop(item, why)
        for item in due.folded:
            _log.info("rule_message_waits_for_digest", rule=item.rule, asset_id=item.to, until=item.due)
        self._rule_state = due.rule_state

    async def _keep(self) -> None:
        """Store the rule state, unless the only change is a few events that triggered nothing."""
        kept, now = self._kept, self._rule_state
        if kept is not None and replace(kept, seq=now.seq) == now and now.seq - kept.seq < SEEN_EVERY:
            return
        await self._store.commit([SetMark(RULE_STATE, dump(self._rule_state))])
        self._kept = self._rule_state

    async def _of_a_rule(self, event: Event) -> bool:
        """Return whether an event is about a message that a rule sent."""
        execution = await self._store.execution(str(event.parameters.get("Execution ID", "")))
        return execution is not None and execution.command_id.startswith(PREFIX)

    def _fields(self, event: Event) -> Mapping[str, str]:
        entry = self._assets.catalog.entries.get(event.asset_id)
        common = {
            "Asset": event.asset_id,
            "Name": event.initial.get("Name", ""),
            "Location": entry.location if entry else "",
            "Item ID": event.item_id,
            "Item Type": event.item_type,
            "Status": event.initial.get("Status", ""),
            "Event": event.name,
            "Time": self._allowances.clock_time(event.occurred_at),
        }
        return {name: _words(value) for name, value in {**common, **event.parameters}.items()}


def _words(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
