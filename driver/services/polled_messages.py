"""Stores what polls find, message by message, so that a problem with one message affects no other.

A message whose media cannot be listed is stored without them, and they are fetched later. A message that repeatedly
cannot be stored, or that cannot be read at all, is set aside as a dead letter, which a person can see and retry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from driver.domain.commands import RECEIVE_MESSAGE, REQUEUED, SOURCE_PHONE_NUMBER, ExecutionState
from driver.domain.events import DESTINATION_PHONE_NUMBER
from driver.domain.execution import Execution
from driver.domain.message import received_message
from driver.domain.phone_numbers import shortened
from driver.domain.storable_text import storable_text
from driver.errors import CommandRefusedError, StoreUnavailableError
from driver.ports.gateway import GatewayError, RemoteMessage, SmsGateway, UnreadableMessage
from driver.ports.store import Once, OnceKind, SetMark, Store
from driver.runtime.clock import Clock
from driver.runtime.ulid import Ids
from driver.services.assets import Assets
from driver.services.inbox import MEDIA_MARK, Inbox

_log = structlog.get_logger("driver.poller")
#: The number of rounds in which storing a message may fail before it is set aside.
MAX_TRIES = 5
#: The maximum number of late media fetched in one round, and how long after their message they are retried.
MAX_LATE_MEDIA = 20
LATE_MEDIA = timedelta(days=1)
#: Mark that distinguishes a message that cannot be stored from a database that stores nothing.
CHECKED = "poll.checked"
MESSAGE_SID = "Message SID"


class PolledMessages:
    """Stores messages that Twilio lists."""

    def __init__(
        self,
        store: Store,
        gateway: SmsGateway,
        inbox: Inbox,
        *,
        assets: Assets,
        clock: Clock,
        ids: Ids,
        marks: Mapping[str, str],
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._inbox = inbox
        self._assets = assets
        self._clock = clock
        self._ids = ids
        self._tries: dict[str, int] = {}
        self._aside: set[str] = set()
        self._late = {name.removeprefix(MEDIA_MARK): marks[name] for name in marks if name.startswith(MEDIA_MARK)}
        self._media_fail = False

    async def take(
        self, messages: Sequence[RemoteMessage], unreadable: Sequence[UnreadableMessage] = ()
    ) -> tuple[bool, str]:
        """Store new messages; return whether there were any, and which message could not be stored and why.

        Raises:
            StoreUnavailableError: the database cannot store anything now.
        """
        known = await self._store.known_messages([message.sid for message in messages])
        fresh, problem = False, ""
        for message in messages:
            if message.sid in known or message.sid in self._aside or message.status == "receiving":
                continue
            try:
                fresh = await self._accept(message) or fresh
                self._tries.pop(message.sid, None)
            except Exception as exc:  # noqa: BLE001 - whatever is wrong with this message, the others continue
                problem = await self._failed(message, exc) or problem
        for row in unreadable:
            await self._set_aside(row)
        return fresh, problem

    async def _accept(self, message: RemoteMessage) -> bool:
        media, late = await self._media(message)
        moment = message.sent_at or self._gateway.twilio_now()
        received = received_message(
            message.sid, message.from_number, message.to_number, body=message.body, at=moment, media=media
        )
        fresh = await self._inbox.accept(received, way="poll", media_late=late)
        if message.replaced:
            _log.warning("odd_characters_replaced", sid=message.sid, fields=message.replaced)
        if late:
            self._late[message.sid] = moment.isoformat()
        return fresh

    async def _media(self, message: RemoteMessage) -> tuple[tuple[str, ...], bool]:
        """Return the media of a message, and whether they must be fetched later.

        If listing the media of one message fails, no others are requested in this round, because each may take long.
        """
        if not message.media_count:
            return (), False
        if self._media_fail:
            return (), True
        try:
            return tuple(await self._gateway.media(message.sid)), False
        except GatewayError as exc:
            self._media_fail = True
            _log.warning("media_not_listed", sid=message.sid, reason=exc.detail)
            return (), True

    async def fetch_late_media(self) -> None:
        """Fetch media that could not be listed when their message arrived, and add them to it.

        Raises:
            StoreUnavailableError: the database cannot store anything now.
        """
        self._media_fail = False
        for sid, since in list(self._late.items())[:MAX_LATE_MEDIA]:
            row = await self._store.message(sid)
            try:
                media = tuple(await self._gateway.media(sid))
            except GatewayError as exc:
                age = self._gateway.twilio_now() - datetime.fromisoformat(since)
                if exc.http_status != 404 and row is not None and age < LATE_MEDIA:
                    self._late[sid] = self._late.pop(sid)
                    return
                media = ()
            found = [] if row is None else [replace(row, media=media)]
            await self._store.commit([*found, SetMark(MEDIA_MARK + sid, "")])
            del self._late[sid]

    async def _failed(self, message: RemoteMessage, exc: Exception) -> str:
        """Set aside a message that failed too often; until then, return the problem to report.

        Raises:
            StoreUnavailableError: the database cannot store anything now, so the message is not the cause.
        """
        await self._store.commit([SetMark(CHECKED, self._clock.now().isoformat())])
        tries = self._tries[message.sid] = self._tries.get(message.sid, 0) + 1
        reason = storable_text(str(exc))[:500] or type(exc).__name__
        _log.error("message_not_stored", sid=message.sid, tries=tries, reason=reason)
        if tries < MAX_TRIES:
            return f"message {message.sid} to {message.to_number} cannot be stored: {reason}"
        why = f"it could not be stored {tries} times: {reason}"
        await self._set_aside(UnreadableMessage(message.sid, message.from_number, message.to_number, why))
        del self._tries[message.sid]
        return ""

    async def _set_aside(self, row: UnreadableMessage) -> None:
        if row.sid in self._aside:
            return
        now, system = self._clock.now(), self._assets.catalog.system.asset_id
        letter = Execution(
            execution_id=self._ids(),
            command_id=f"receive:{row.sid}",
            asset_id=system,
            scope="system",
            command=RECEIVE_MESSAGE,
            parameters={
                MESSAGE_SID: row.sid,
                SOURCE_PHONE_NUMBER: row.from_number,
                DESTINATION_PHONE_NUMBER: row.to_number,
            },
            state=ExecutionState.TERMINATED,
            created_at=now,
            finished_at=now,
            reason=f"a received message was set aside: {row.reason}",
            message_sid=row.sid,
        )
        done = await self._store.commit([letter], once=Once(OnceKind.COMMAND, letter.command_id))
        self._aside.add(row.sid)
        if done.fresh:
            _log.error("message_set_aside", sid=row.sid, from_number=shortened(row.from_number), reason=row.reason)

    async def again(self, letter: Execution) -> Execution:
        """Try again to store a message that was set aside.

        Raises:
            CommandRefusedError: it still fails, or Twilio no longer has it; the text says which.
        """
        sid = letter.message_sid
        try:
            message = await self._gateway.message(sid)
            if message is None:
                raise CommandRefusedError(f"Twilio no longer has message {sid}")
            await self._accept(message)
        except (GatewayError, StoreUnavailableError) as exc:
            raise CommandRefusedError(f"message {sid} cannot be received now: {exc}") from exc
        done = replace(letter, state=ExecutionState.SUCCEEDED, result=REQUEUED, finished_at=self._clock.now())
        await self._store.commit([done])
        return done
