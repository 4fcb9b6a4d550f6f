"""Handles commands: checks and stores them, carries out state commands, and passes messages to the outbox."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from driver.domain.asset_changes import Change, Operator, ResetGiven
from driver.domain.broadcast import BROADCAST
from driver.domain.commands import (
    ABOUT,
    ALARM_ID,
    ASSET_COMMANDS,
    COMMENT,
    DESTINATION_NUMBER,
    MESSAGE_CONTENT,
    SOURCE_PHONE_NUMBER,
    SYSTEM_COMMANDS,
    UNTIL,
    Command,
    CommandResult,
    ExecutionState,
)
from driver.domain.delivery import DeliveryPolicy, Obsolete, step
from driver.domain.execution import Execution
from driver.domain.facts import CommReason
from driver.domain.outbound_message import OutboundMessage
from driver.domain.relevance import Subject, written
from driver.domain.severity import PEOPLE_SEVERITY
from driver.errors import IdempotencyConflictError, NotFoundError, StoreUnavailableError
from driver.ports.store import AuditEntry, Once, OnceKind, Store, Write
from driver.runtime.clock import Clock
from driver.runtime.ulid import Ids
from driver.services.asset_catalog import AssetEntry
from driver.services.assets import Assets
from driver.services.command_parameters import (
    change_of,
    check_ahead,
    check_text,
    checked_parameters,
    number_of,
    sender_of,
)
from driver.services.outbox import Outbox
from driver.services.send_outcomes import dropped_writes
from driver.services.twilio_monitor import TwilioMonitor

#: Parameters that the audit shows; message texts are private and not among them.
NOTED = (ALARM_ID, COMMENT, UNTIL)


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """A command as it came in.

    ``by_rule`` marks a rule's message: nobody reads the response, so a message that cannot be sent becomes a dead
    letter. ``about`` lists the subjects that such a message depends on, ``severity`` is how urgent a message is.
    """

    command: str
    parameters: Mapping[str, str]
    command_id: str
    operator: Operator
    by_rule: bool = False
    about: tuple[Subject, ...] = ()
    severity: int = PEOPLE_SEVERITY


class Commands:
    """Carries out commands on assets and on the system."""

    def __init__(
        self, store: Store, assets: Assets, outbox: Outbox, *, monitor: TwilioMonitor, clock: Clock, ids: Ids
    ) -> None:
        self._store = store
        self._assets = assets
        self._outbox = outbox
        self._monitor = monitor
        self._clock = clock
        self._ids = ids
        self._one_at_a_time = asyncio.Lock()
        self._validity = timedelta(0)
        self._reject_when_down = False

    def configure(self, *, validity_s: float, reject_when_down: bool) -> None:
        """Apply new settings to commands from now on."""
        self._validity = timedelta(seconds=validity_s)
        self._reject_when_down = reject_when_down

    async def on_asset(self, name: str, request: CommandRequest) -> Execution:
        """Carry out a command of an asset.

        Raises:
            NotFoundError: the asset does not exist.
            CommandRefusedError: the asset has no such command, or a parameter is wrong.
            IdempotencyConflictError: the command id was used for something else.
            StoreUnavailableError: the database cannot store it; nothing was done.
        """
        entry = self._assets.catalog.find(name)
        if entry is None:
            raise NotFoundError(f"there is no asset {name!r}")
        command, parameters = checked_parameters(request.command, request.parameters, ASSET_COMMANDS[entry.asset_type])
        execution = self._execution(entry, command, parameters, request=request)
        if command is not Command.SEND_MESSAGE:
            return await self._change_state(entry, execution, change_of(command, parameters, request.operator))
        if request.about:
            execution = replace(execution, parameters={**parameters, ABOUT: written(request.about)})
        message = self._message(entry, execution, request)
        problem = self._cannot_send(entry)
        if problem and request.by_rule:
            return await self._drop(message, problem)
        return await self._send(entry, message, problem)

    def message_to(self, entry: AssetEntry, text: str, request: CommandRequest) -> tuple[OutboundMessage, list[Write]]:
        """Return a new message to a phone, rejected if it cannot be sent, and the writes that store it."""
        execution = self._execution(entry, Command.SEND_MESSAGE, {MESSAGE_CONTENT: text}, request=request)
        return self._checked(entry, self._message(entry, execution, request), self._cannot_send(entry))

    def broadcast(
        self, phones: int, parameters: Mapping[str, str], request: CommandRequest
    ) -> tuple[Execution, AuditEntry]:
        """Return the execution of a broadcast, which ends once its messages are stored, and its audit entry."""
        system = self._assets.catalog.system
        given = self._execution(system, Command.SEND_MESSAGE, parameters, request=request)
        done = replace(
            given,
            scope=BROADCAST,
            state=ExecutionState.SUCCEEDED,
            result=CommandResult.OK.value,
            finished_at=given.created_at,
        )
        return done, self._audit(system, done, f"to {phones} phones")

    async def store(
        self, execution: Execution, writes: Sequence[Write], messages: Sequence[OutboundMessage]
    ) -> Execution:
        """Store a command with its messages in one commit, then queue those that can be sent.

        Return the execution, or the one that already had its command id.

        Raises:
            IdempotencyConflictError: the command id was used for something else.
            StoreUnavailableError: the database cannot store it; nothing is sent.
        """
        try:
            with self._outbox.accepting():
                known = await self._commit(execution, writes)
        except StoreUnavailableError as exc:
            self._assets.store_failed(str(exc))
            raise
        if known is not None:
            return known
        for message in messages:
            if not message.state.final:
                self._outbox.accept(message)
        return execution

    async def drop(self, name: str, request: CommandRequest, why: str) -> Execution:
        """Record that a rule's message to an asset is not sent, as a dead letter, which can still be requeued.

        Raises:
            IdempotencyConflictError: the message was sent before.
            StoreUnavailableError: the database cannot store it.
        """
        entry = self._assets.catalog.find(name) or self._assets.catalog.system
        execution = self._execution(entry, Command.SEND_MESSAGE, request.parameters, request=request)
        return await self._drop(self._message(entry, replace(execution, asset_id=name), request), why)

    async def _drop(self, message: OutboundMessage, why: str) -> Execution:
        message = step(message, Obsolete(why), DeliveryPolicy(), now=message.created_at).message
        return await self._commit(message, dropped_writes(self._assets, message)) or message

    async def on_alarm(self, alarm_id: str, request: CommandRequest) -> Execution:
        """Acknowledge one alarm, whichever asset it belongs to; same errors as ``on_asset``."""
        for entry, asset in self._assets.all():
            if any(record.alarm_id == alarm_id for record in asset.records):
                parameters = {**request.parameters, ALARM_ID: alarm_id}
                return await self.on_asset(entry.asset_id, replace(request, parameters=parameters))
        known = await self._store.execution_of(request.command_id) if request.command_id else None
        if known is not None and known.parameters.get(ALARM_ID) == alarm_id:
            return known
        raise NotFoundError(f"there is no alarm {alarm_id!r}, or it ended")

    async def on_system(self, name: str, request: CommandRequest) -> Execution:
        """Carry out a command of the system, as given by a workflow; same errors as ``on_asset``."""
        entry = self._assets.catalog.find(name)
        if entry is None or entry is not self._assets.catalog.system:
            raise NotFoundError(f"there is no system {name!r}")
        command, parameters = checked_parameters(request.command, request.parameters, SYSTEM_COMMANDS)
        execution = replace(self._execution(entry, command, parameters, request=request), scope="system")
        from_number, to_number = sender_of(parameters[SOURCE_PHONE_NUMBER]), number_of(parameters, DESTINATION_NUMBER)
        message = replace(self._message(entry, execution, request), from_number=from_number, to_number=to_number)
        return await self._send(entry, message, "")

    def _cannot_send(self, entry: AssetEntry) -> str:
        comm = self._assets.get(entry.asset_id).facts.comm
        if comm is not None and comm.reason is CommReason.CONFIG_INVALID:
            if not entry.own_problem:  # no response from Twilio changes what the asset itself lacks
                self._monitor.ask()
            return comm.detail
        if self._reject_when_down and comm is not None:
            return "the asset has no communication, and states.reject_when_down is set"
        return ""

    async def _send(self, entry: AssetEntry, message: OutboundMessage, problem: str) -> Execution:
        check_text(message.body)
        message, writes = self._checked(entry, message, problem)
        return await self.store(message, writes, [message])

    def _checked(
        self, entry: AssetEntry, message: OutboundMessage, problem: str
    ) -> tuple[OutboundMessage, list[Write]]:
        if problem:
            message = replace(
                message,
                state=ExecutionState.REJECTED,
                finished_at=message.created_at,
                result=CommandResult.REJECTED.value,
                reason=problem,
            )
        return message, [message, self._audit(entry, message, problem)]

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
                await self._store.commit([done, self._audit(entry, done, staged.why), *staged.writes])
            except StoreUnavailableError as exc:
                self._assets.take_back(before, staged.writes)
                self._assets.store_failed(str(exc))
                raise
        if isinstance(change, ResetGiven):
            self._monitor.ask()
        return done

    async def _commit(self, execution: Execution, writes: Sequence[Write]) -> Execution | None:
        """Commit a new execution; return the one that already had its command id, if any."""
        once = Once(OnceKind.COMMAND, execution.command_id) if execution.command_id else None
        done = await self._store.commit(writes, once=once)
        if done.fresh:
            return None
        known = await self._store.execution(done.existing)
        return _same(known, execution) if known else None

    def _execution(
        self, entry: AssetEntry, command: Command, parameters: Mapping[str, str], *, request: CommandRequest
    ) -> Execution:
        return Execution(
            execution_id=self._ids(),
            command_id=request.command_id,
            asset_id=entry.asset_id,
            command=command.value,
            parameters=parameters,
            user=request.operator.user,
            workstation=request.operator.workstation,
            created_at=self._clock.now(),
        )

    def _message(self, entry: AssetEntry, execution: Execution, request: CommandRequest) -> OutboundMessage:
        """Return a message between the two numbers of an asset."""
        return OutboundMessage.of(
            execution,
            entry.twilio_phone_number,
            entry.external_phone_number,
            expires_at=execution.created_at + self._validity,
            position=self._outbox.next_position(),
            severity=request.severity,
        )

    def _audit(self, entry: AssetEntry, execution: Execution, why: str) -> AuditEntry:
        action = f"Command {execution.result or 'accepted'}" + (f": {why}" if why else "")
        action += "".join(f"; {name}: {execution.parameters[name]}" for name in NOTED if name in execution.parameters)
        return self._assets.audit(
            entry, execution.command, action, computer=execution.workstation, user=execution.user or "anonymous"
        )


def _same(known: Execution, asked: Execution) -> Execution:
    def meant(execution: Execution) -> tuple[object, ...]:
        return execution.asset_id, execution.scope, execution.command, dict(execution.parameters)

    if meant(known) != meant(asked):
        where = "several phones" if known.scope == BROADCAST else known.asset_id
        raise IdempotencyConflictError(
            f"commandId {asked.command_id!r} was already used for another command: {known.command} on {where}"
        )
    return known
