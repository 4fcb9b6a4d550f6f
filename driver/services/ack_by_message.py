"""Handles replies from people: reads the code, gives the command, lists the open alarms, and reports the result."""

from collections.abc import Iterator
from dataclasses import replace

import structlog

from driver.domain.ack_replies import STATUS, AckReply, asks_for_status, belongs_to_twilio, read_ack_reply
from driver.domain.alarm_status import OpenAlarm, alarm_status
from driver.domain.alarms import AlarmRecord, RecordState
from driver.domain.answer_pins import PinGiven, PinnedAnswer, may_try_a_pin, read_pinned, with_wrong_pin
from driver.domain.asset_changes import Operator
from driver.domain.commands import ALARM_ID, COMMENT, MESSAGE_CONTENT, Command
from driver.domain.events import Event
from driver.domain.relevance import Subject, SubjectKind
from driver.domain.rule_state import AckCode, Allowances, RuleState
from driver.services.assets import Assets
from driver.services.commands import CommandRequest, Commands

_log = structlog.get_logger("driver.workflows")


class AckByMessage:
    """Acknowledges alarms for people who reply to a message."""

    def __init__(self, assets: Assets, commands: Commands) -> None:
        self._assets = assets
        self._commands = commands

    async def take(
        self, rule_state: RuleState, event: Event, handset: str, *, key: str, allowances: Allowances, proves: bool
    ) -> tuple[RuleState, str]:
        """Do what a message asks for; return the rule state and the reply, which is empty if there is nothing to say.

        ``handset`` is the phone that keeps the codes; ``key`` prevents acknowledging twice. A message that
        ``proves`` that its person is there is about an alarm only if it names a code.
        """
        text = str(event.parameters.get(MESSAGE_CONTENT, ""))
        if belongs_to_twilio(text):
            return rule_state, ""
        if asks_for_status(text):
            return alarm_status(rule_state, handset, self._open_alarms(), now=event.observed_at, allowances=allowances)
        needed = self._needs_pin(event.asset_id, allowances)
        answer = read_pinned(text) if needed else PinnedAnswer(text, PinGiven.RIGHT)
        reply = read_ack_reply(answer.text)
        if proves and (reply is None or not reply.code):
            return rule_state, ""
        if reply is None:
            return self._explain(rule_state, handset, needed=needed)
        if answer.pin is PinGiven.MISSING:
            return rule_state, f"Your PIN is missing. Text {reply.code or 'the code'} and your PIN."
        if not may_try_a_pin(rule_state.wrong_pins, handset, event.observed_at):
            return rule_state, "Too many wrong PINs. Call the control room."
        if answer.pin is PinGiven.WRONG:
            _log.warning("wrong_pin", asset_id=event.asset_id)
            wrong_pins = with_wrong_pin(rule_state.wrong_pins, handset, event.observed_at)
            return replace(rule_state, wrong_pins=wrong_pins), "That PIN is wrong."
        return rule_state, await self._acknowledged(rule_state, reply, event, handset=handset, key=key)

    def _needs_pin(self, asset_id: str, allowances: Allowances) -> bool:
        """Return whether a PIN is needed for a phone, or for another phone of the same person."""
        catalog = self._assets.catalog
        phones = (
            catalog.phones_of(catalog.entries[asset_id].external_phone_number) if asset_id in catalog.entries else ()
        )
        return any(phone.asset_id in allowances.need_pin for phone in phones)

    def _explain(self, rule_state: RuleState, handset: str, *, needed: bool) -> tuple[RuleState, str]:
        """Explain how to reply, once per unacknowledged alarm, so that two automatic systems do not reply forever."""
        rule_state, code = rule_state.explained(handset, lambda alarms: not self._assets.why_over(alarms))
        return rule_state, code and (
            f"Not understood as an answer. Text a code {'and your PIN' if needed else 'alone'}, such as {code}, or "
            f"{STATUS} for the open alarms."
        )

    def _open_alarms(self) -> Iterator[OpenAlarm]:
        """Yield the alarms that are not over, except those that only follow from another one."""
        for entry, asset in self._assets.all():
            for record in asset.records:
                subject = Subject(SubjectKind.ALARM, entry.asset_id, record.alarm_id)
                waits = not self._assets.why_over([subject])
                acked = record.state is RecordState.ACTIVE_ACKED and asset.facts.mask is None
                if (waits or acked) and not self._assets.cause_of(asset, record):
                    about = f"{entry.caption}, {record.alarm_type}"
                    yield OpenAlarm(subject, about, record.alarm_type, record.raised_at, waits, record.acked_by)

    async def _acknowledged(
        self, rule_state: RuleState, reply: AckReply, event: Event, *, handset: str, key: str
    ) -> str:
        known = rule_state.code_for(handset, reply.code)
        if known is None:
            return f"No open alarm has the code {reply.code}." if reply.code else "Which alarm? Answer with its code."
        operator = Operator(str(event.initial.get("Name", event.asset_id)), "sms")
        if len(known.alarms) == 1:
            return await self._one(known, reply.comment, operator, key=key)
        return await self._all(known, reply.comment, operator, key=key)

    async def _one(self, known: AckCode, comment: str, operator: Operator, *, key: str) -> str:
        [alarm] = known.alarms
        record = self.record(alarm)
        if record is None:
            return f"That alarm is over: {known.about}."
        if record.state.acked:
            return f"Already acknowledged by {record.acked_by or 'somebody'}: {known.about}."
        await self._acknowledge(alarm, comment, operator, key=key)
        return f"Acknowledged: {known.about}."

    async def _all(self, known: AckCode, comment: str, operator: Operator, *, key: str) -> str:
        done = 0
        for alarm in known.alarms:
            record = self.record(alarm)
            if record is not None and not record.state.acked:
                await self._acknowledge(alarm, comment, operator, key=f"{key}:{alarm.name}")
                done += 1
        others = len(known.alarms) - done
        rest = f" {others} over or acknowledged before." if others else ""
        return f"Acknowledged: {done} of {len(known.alarms)} alarms.{rest}"

    async def _acknowledge(self, alarm: Subject, comment: str, operator: Operator, *, key: str) -> None:
        parameters = {ALARM_ID: alarm.name} | ({COMMENT: comment} if comment else {})
        await self._commands.on_asset(
            alarm.asset_id, CommandRequest(Command.ACKNOWLEDGE.value, parameters, key, operator)
        )
        _log.info("acknowledged_by_message", asset_id=alarm.asset_id, alarm=alarm.name, by=operator.user)

    def record(self, alarm: Subject) -> AlarmRecord | None:
        """Return the record of an alarm, if it is not over."""
        if alarm.asset_id not in self._assets.catalog.entries:
            return None
        records = self._assets.get(alarm.asset_id).records
        return next((record for record in records if record.alarm_id == alarm.name), None)
