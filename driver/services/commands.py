"""Takes commands: checks and remembers them, carries out those about states, and hands texts to the outbox."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from driver.config.models import SendConfig
from driver.domain.asset_changes import Change, Operator, ResetGiven
from driver.domain.commands import (
    ABOUT,
    ALARM_ID,
    ASSET_COMMANDS,
    COMMENT,
    DESTINATION_NUMBER,
    MESSAGE_CONTENT,
    RECEIVE_MESSAGE,
    SOURCE_PHONE_NUMBER,
    SYSTEM_COMMANDS,
    UNTIL,
    Command,
    CommandResult,
    ExecutionState,
)
from driver.domain.delivery import OutboundMessage
from driver.domain.facts import CommReason
from driver.domain.relevance import Subject, written
from driver.errors import CommandRefusedError, IdempotencyConflictError, NotFoundError, StoreUnavailableError
from driver.ports.records import Execution
from driver.ports.store import AppendAudit, Once, OnceKind, PutExecution, PutOutbox, Store, Write
from driver.runtime.clock import Clock
from driver.runtime.ulid import Ids
from driver.services.asset_catalog import AssetEntry
from driver.services.assets import Assets
from driver.services.command_parameters import change_of, check_ahead, checked_parameters, number_of, sender_of
from driver.services.message_events import message_dropped
from driver.services.outbox import Outbox
from driver.services.twilio_monitor import TwilioMonitor

#: Parameters that the audit tells; texts are private and are not among them.
NOTED = (ALARM_ID, COMMENT, UNTIL)
#: Twilio refuses longer texts (error 21617).
MAX_MESSAGE_CONTENT = 1600
#: The result of a dead letter that was sent again.
REQUEUED = "requeued"


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """A command as it came in.

    ``by_rule`` marks a text that a rule sends: nobody reads the answer, so what cannot be sent becomes a dead letter.
    ``about`` is what such a text stands and falls with.
    """

    command: str
    parameters: Mapping[str, str]
    command_id: str
    operator: Operator
    by_rule: bool = False
    about: tuple[Subject, ...] = ()


class Commands:
    """Carries out commands on assets and on the system."""

    def __init__(
        self,
        store: Store,
        assets: Assets,
        outbox: Outbox,
        health: TwilioMonitor,
        clock: Clock,
        ids: Ids,
        send: SendConfig,
        *,
        receive_again: Callable[[Execution], Awaitable[Execution]],
        reject_when_down: bool = False,
    ) -> None:
        self._store = store
        self._assets = assets
        self._outbox = outbox
        self._health = health
        self._clock = clock
        self._ids = ids
        self._send = send
        self._receive_again = receive_again
        self._reject_when_down = reject_when_down
        self._one_at_a_time = asyncio.Lock()

    def configure(self, send: SendConfig, *, reject_when_down: bool) -> None:
        """Take over other choices, for commands from now on."""
        self._send = send
        self._reject_when_down = reject_when_down

    async def on_asset(self, name: str, call: CommandRequest) -> Execution:
        """Carry out a command of an asset.

        Raises:
            NotFoundError: there is no such asset.
            CommandRefusedError: the asset has no such command, or a parameter is wrong.
            IdempotencyConflictError: the command id was used for something else.
            StoreUnavailableError: the database cannot remember it; nothing was done.
        """
        entry = self._assets.catalog.find(name)
        if entry is None:
            raise NotFoundError(f"there is no asset {name!r}")
        command, parameters = checked_parameters(call.command, call.parameters, ASSET_COMMANDS[entry.asset_type])
        execution = self._execution(entry, "asset", command, parameters, call)
        if command is Command.SEND_MESSAGE:
            if call.about:
                execution = replace(execution, parameters={**parameters, ABOUT: written(call.about)})
            problem = self._cannot_send(entry)
            if problem and call.by_rule:
                return await self._drop(execution, problem)
            text = self._text(execution, entry.twilio_number, entry.external_number, parameters[MESSAGE_CONTENT])
            return await self._send_message(entry, execution, text, problem)
        return await self._change_state(entry, execution, change_of(command, parameters, call.operator))

    async def drop(self, name: str, call: CommandRequest, why: str) -> Execution:
        """Put on record that a rule's text to an asset is not sent: as a dead letter, which can be sent after all.

        Raises:
            IdempotencyConflictError: the text was sent before.
            StoreUnavailableError: the database cannot remember it.
        """
        entry = self._assets.catalog.find(name) or self._assets.catalog.system
        execution = self._execution(entry, "asset", Command.SEND_MESSAGE, call.parameters, call)
        return await self._drop(replace(execution, asset_id=name), why)

    async def _drop(self, execution: Execution, why: str) -> Execution:
        entry = self._assets.catalog.entries.get(execution.asset_id, self._assets.catalog.system)
        numbers = (entry.twilio_number, entry.external_number)
        writes = message_dropped(self._assets, execution, why, *numbers, execution.created_at)
        return await self._commit(execution, writes) or replace(execution, state=ExecutionState.TERMINATED, reason=why)

    async def on_alarm(self, alarm_id: str, call: CommandRequest) -> Execution:
        """Acknowledge one alarm, whichever asset it is of; same errors as ``on_asset``."""
        for entry, asset in self._assets.all():
            if any(record.alarm_id == alarm_id for record in asset.records):
                parameters = {**call.parameters, ALARM_ID: alarm_id}
                return await self.on_asset(entry.asset_id, replace(call, parameters=parameters))
        known = await self._store.execution_of(call.command_id) if call.command_id else None
        if known is not None and known.parameters.get(ALARM_ID) == alarm_id:
            return known
        raise NotFoundError(f"there is no alarm {alarm_id!r}, or no longer")

    async def on_system(self, name: str, call: CommandRequest) -> Execution:
        """Carry out a command of the system as a workflow gives it; same errors as ``on_asset``."""
        entry = self._assets.catalog.find(name)
        if entry is None or entry is not self._assets.catalog.system:
            raise NotFoundError(f"there is no system {name!r}")
        command, parameters = checked_parameters(call.command, call.parameters, SYSTEM_COMMANDS)
        execution = self._execution(entry, "system", command, parameters, call)
        sender, recipient = sender_of(parameters[SOURCE_PHONE_NUMBER]), number_of(parameters, DESTINATION_NUMBER)
        text = self._text(execution, sender, recipient, parameters[MESSAGE_CONTENT])
        return await self._send_message(entry, execution, text, "")

    async def requeue(self, execution_id: str, operator: Operator) -> Execution:
        """Send a message again that was terminated or whose fate is unknown, as a new execution.

        A received message that was set aside is taken in again instead.

        Doing so twice gives the same new execution, so a doubled click sends once.

        Raises:
            NotFoundError: there is no such execution.
            CommandRefusedError: it did not end badly, so there is nothing to send again.
        """
        held = await self._store.execution(execution_id)
        if held is None:
            raise NotFoundError(f"there is no execution {execution_id!r}")
        old = held[0]
        if old.state not in (ExecutionState.TERMINATED, ExecutionState.UNKNOWN):
            raise CommandRefusedError(
                f"execution {execution_id} is {old.state.value}; only a dead letter can be requeued"
            )
        if old.command == RECEIVE_MESSAGE:
            return await self._receive_again(old)
        parameters = {name: value for name, value in old.parameters.items() if name != ABOUT}
        call = CommandRequest(old.command, parameters, f"requeue:{execution_id}", operator)
        again = await (self.on_asset if old.scope == "asset" else self.on_system)(old.asset_id, call)
        await self._store.commit([PutExecution(replace(old, result=REQUEUED))])
        return again

    def _cannot_send(self, entry: AssetEntry) -> str:
        comm = self._assets.get(entry.asset_id).facts.comm
        if comm is not None and comm.reason is CommReason.CONFIG_INVALID:
            if not entry.own_problem:  # what the asset itself lacks, no answer of Twilio's mends
                self._health.ask()
            return comm.detail
        if self._reject_when_down and comm is not None:
            return "the asset has no communication, and sending then is switched off (states.reject_when_down)"
        return ""

    async def _send_message(
        self, entry: AssetEntry, execution: Execution, text: OutboundMessage, problem: str
    ) -> Execution:
        if problem:
            execution = replace(
                execution,
                state=ExecutionState.REJECTED,
                finished_at=execution.created_at,
                result="rejected",
                reason=problem,
            )
        writes: list[Write] = [PutExecution(execution), self._audit(entry, execution, problem)]
        if not problem:
            writes.append(PutOutbox(text))
        try:
            with self._outbox.accepting():
                known = await self._commit(execution, writes)
        except StoreUnavailableError as exc:
            self._assets.store_failed(str(exc))
            raise
        if known is None and not problem:
            self._outbox.accept(text, execution)
        return known or execution

    async def _change_state(self, entry: AssetEntry, execution: Execution, change: Change) -> Execution:
        async with self._one_at_a_time:
            known = await self._store.execution_of(execution.command_id) if execution.command_id else None
            if known is not None:
                return _same(known, execution)
            check_ahead(change, execution.created_at)
            before = [self._assets.get(asset_id) for asset_id in {entry.asset_id, self._assets.catalog.system.asset_id}]
            staged = self._assets.stage(entry.asset_id, change)
            state = ExecutionState.REJECTED if staged.result is CommandResult.REJECTED else ExecutionState.SUCCEEDED
            done = replace(
                execution, state=state, finished_at=execution.created_at, result=staged.result.value, reason=staged.why
            )
            try:
                await self._store.commit([PutExecution(done), self._audit(entry, done, staged.why), *staged.writes])
            except StoreUnavailableError as exc:
                self._assets.take_back(before, staged.writes)
                self._assets.store_failed(str(exc))
                raise
        if isinstance(change, ResetGiven):
            self._health.ask()
        return done

    async def _commit(self, execution: Execution, writes: list[Write]) -> Execution | None:
        """Commit a new execution; return the one that already had its command id, if any."""
        once = Once(OnceKind.COMMAND, execution.command_id) if execution.command_id else None
        done = await self._store.commit(writes, once=once)
        if done.fresh:
            return None
        held = await self._store.execution(done.existing)
        return _same(held[0], execution) if held else None

    def _execution(
        self, entry: AssetEntry, scope: str, command: Command, parameters: Mapping[str, str], call: CommandRequest
    ) -> Execution:
        return Execution(
            execution_id=self._ids(),
            command_id=call.command_id,
            asset_id=entry.asset_id,
            scope=scope,
            command=command.value,
            parameters=parameters,
            user=call.operator.user,
            workstation=call.operator.workstation,
            state=ExecutionState.ACCEPTED,
            created_at=self._clock.now(),
        )

    def _text(self, execution: Execution, sender: str, recipient: str, body: str) -> OutboundMessage:
        if not body.strip():
            raise CommandRefusedError(f"{MESSAGE_CONTENT} is empty", path=f"parameters.{MESSAGE_CONTENT}")
        if len(body) > MAX_MESSAGE_CONTENT:
            raise CommandRefusedError(
                f"{MESSAGE_CONTENT} has {len(body)} characters; Twilio takes at most {MAX_MESSAGE_CONTENT}",
                path=f"parameters.{MESSAGE_CONTENT}",
            )
        now = execution.created_at
        return OutboundMessage(
            execution_id=execution.execution_id,
            asset_id=execution.asset_id if execution.scope == "asset" else "",
            from_number=sender,
            to_number=recipient,
            body=body,
            due_at=now,
            created_at=now,
            expires_at=now + timedelta(seconds=self._send.validity_s),
            position=self._outbox.next_position(),
        )

    def _audit(self, entry: AssetEntry, execution: Execution, why: str) -> AppendAudit:
        action = f"Command {execution.result or 'accepted'}" + (f": {why}" if why else "")
        action += "".join(f"; {name}: {execution.parameters[name]}" for name in NOTED if name in execution.parameters)
        return AppendAudit(
            self._assets.audit(
                entry, execution.command, action, computer=execution.workstation, user=execution.user or "anonymous"
            )
        )


def _same(held: Execution, asked: Execution) -> Execution:
    def meant(execution: Execution) -> tuple[object, ...]:
        return execution.asset_id, execution.scope, execution.command, dict(execution.parameters)

    if meant(held) != meant(asked):
        raise IdempotencyConflictError(
            f"commandId {asked.command_id!r} was used before, for another command: {held.command} on {held.asset_id}"
        )
    return held
