"""Sends broadcasts, reports their progress, and cancels what is still waiting."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from driver.domain.asset_changes import Operator
from driver.domain.broadcast import BROADCAST, PHONES, Progress, command_id, command_ids, named_phones, progress_of
from driver.domain.commands import MESSAGE_CONTENT, AssetType
from driver.domain.execution import Execution
from driver.domain.outbound_message import OutboundMessage
from driver.errors import NotFoundError, RequestError
from driver.ports.store import Store, StoreReader, Write
from driver.services.asset_catalog import AssetEntry
from driver.services.assets import Assets
from driver.services.command_parameters import text_mistake
from driver.services.commands import CommandRequest, Commands
from driver.services.send_queue import SendQueue

#: The maximum number of errors in one response.
MAX_ERRORS = 20
_NEEDS_A_PERSON = (Progress.FAILED, Progress.UNKNOWN)


@dataclass(frozen=True, slots=True)
class BroadcastProgress:
    """The progress of a broadcast: its own execution, its phones by progress, and the messages that need a person."""

    execution: Execution
    counts: Counter[Progress]
    problems: tuple[tuple[Execution, Progress], ...]


class Broadcasts:
    """Sends one message to several phones as one command."""

    def __init__(self, store: Store, assets: Assets, commands: Commands, *, send_queue: SendQueue) -> None:
        self._store = store
        self._assets = assets
        self._commands = commands
        self._send_queue = send_queue

    async def send(self, names: Sequence[str], request: CommandRequest) -> BroadcastProgress:
        """Send a message to several phones; all of it becomes durable in one commit, or nothing.

        Raises:
            RequestError: the text cannot be sent, or some names are not phones; each error is listed.
            IdempotencyConflictError: the command id was used for something else.
            StoreUnavailableError: the database cannot store it; nothing is sent.
        """
        text = request.parameters[MESSAGE_CONTENT]
        phones, wrong = self._phones(names)
        if mistake := text_mistake("message", text):
            wrong.insert(0, {"path": "message", "message": mistake})
        if wrong:
            raise RequestError("; ".join(each["message"] for each in wrong[:MAX_ERRORS]), errors=wrong[:MAX_ERRORS])
        parameters = {MESSAGE_CONTENT: text, PHONES: named_phones([phone.asset_id for phone in phones])}
        broadcast, audit = self._commands.broadcast(len(phones), parameters, request)
        writes: list[Write] = [broadcast, audit]
        messages: list[OutboundMessage] = []
        for phone in phones:
            of_phone = replace(request, command_id=command_id(broadcast, phone.asset_id))
            message, of_message = self._commands.message_to(phone, text, of_phone)
            messages.append(message)
            writes += of_message
        done = await self._commands.store(broadcast, writes, messages)
        return await broadcast_progress(self._store, done.execution_id)

    async def cancel(self, broadcast_id: str, by: Operator) -> BroadcastProgress:
        """Cancel the messages of a broadcast that are waiting and not on their way to Twilio; idempotent.

        Raises:
            NotFoundError: the broadcast does not exist, or no longer exists.
            StoreUnavailableError: the database cannot store it; the messages are still sent.
        """
        broadcast = await _found(self._store, broadcast_id)
        await self._send_queue.cancel_all(frozenset(command_ids(broadcast)), by)
        return await broadcast_progress(self._store, broadcast_id)

    def _phones(self, names: Sequence[str]) -> tuple[list[AssetEntry], list[dict[str, str]]]:
        """Return the named phones, each once, and an error for each name that is not a phone."""
        found: dict[str, AssetEntry] = {}
        wrong = []
        for place, name in enumerate(names):
            entry = self._assets.catalog.find(name)
            if entry is not None and entry.asset_type is AssetType.PHONE:
                found[entry.asset_id] = entry
            else:
                wrong.append({"path": f"assets.{place}", "message": f"there is no phone {name!r}"})
        return list(found.values()), wrong


async def broadcast_progress(store: StoreReader, broadcast_id: str) -> BroadcastProgress:
    """Return the progress of a broadcast.

    Raises:
        NotFoundError: the broadcast does not exist, or no longer exists.
        StoreUnavailableError: the database does not answer.
    """
    broadcast = await _found(store, broadcast_id)
    counts: Counter[Progress] = Counter()
    problems = []
    for execution, message in await store.executions_of(command_ids(broadcast)):
        progress = progress_of(execution, message.status if message else None)
        counts[progress] += 1
        if progress in _NEEDS_A_PERSON:
            problems.append((execution, progress))
    return BroadcastProgress(broadcast, counts, tuple(problems))


async def _found(store: StoreReader, broadcast_id: str) -> Execution:
    known = await store.execution(broadcast_id)
    if known is None or known.scope != BROADCAST:
        raise NotFoundError(f"there is no broadcast {broadcast_id!r}")
    return known
