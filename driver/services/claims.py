"""Messages that Twilio speaks of before the driver knows them: the receipt names the text, so no list is searched.

The address that receipts come to carries the execution, inside what Twilio signs. A receipt for a message that nobody
knows therefore tells which text it is, even where the answer to the request was lost and Twilio's lists lag behind.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace

import structlog

from driver.clock import Clock
from driver.domain.commands import MESSAGE_CONTENT, ExecutionState
from driver.domain.events import MESSAGE_ACCEPTED
from driver.domain.happenings import Happening
from driver.domain.message import MessageStatus
from driver.domain.segments import count
from driver.ports.records import Execution, MessageRow
from driver.ports.store import AppendEvent, PutExecution, PutMessage, Store, Write
from driver.services.assets import Assets
from driver.services.receipts import Receipts

_log = structlog.get_logger("driver.claims")
#: Claims kept of texts whose answer is still awaited.
MOST = 1000
_OPEN = frozenset({ExecutionState.ACCEPTED, ExecutionState.EXECUTING})


@dataclass(frozen=True, slots=True)
class Claim:
    """What a receipt says: that this message is the text of an execution."""

    sid: str
    source: str
    destination: str


class Claims:
    """Remembers which message claims to be which text, until that text is decided."""

    def __init__(self, store: Store, assets: Assets, receipts: Receipts, clock: Clock) -> None:
        self._store = store
        self._assets = assets
        self._receipts = receipts
        self._clock = clock
        self._claims: OrderedDict[str, Claim] = OrderedDict()
        self._telling = asyncio.Lock()

    def take(self, execution_id: str) -> Claim | None:
        """Return the claim to be the text of an execution, and forget it."""
        return self._claims.pop(execution_id, None)

    async def note(self, execution_id: str, claim: Claim) -> bool:
        """Take note of a message that was not known; True if it is known from now on, because its text is decided.

        Raises:
            StoreUnavailableError: it could not be stored.
        """
        held = await self._store.execution(execution_id)
        if held is None:
            return False
        if held[0].state in _OPEN:
            self._claims[execution_id] = claim
            while len(self._claims) > MOST:
                self._claims.popitem(last=False)
            return False
        await self.tell(held[0], claim)
        return True

    async def tell(self, execution: Execution, claim: Claim) -> None:
        """Store a message that came to light after its text was decided, and say what it means.

        It is one too many, or it proves that a text which was given up exists after all: nobody shall believe what is
        not so.

        Raises:
            StoreUnavailableError: it could not be stored.
        """
        async with self._telling:
            if claim.sid != execution.message_sid and await self._store.message(claim.sid) is None:
                await self._tell(execution, claim)

    async def _tell(self, execution: Execution, claim: Claim) -> None:
        now, body = self._clock.now(), execution.parameters.get(MESSAGE_CONTENT, "")
        row = MessageRow(
            sid=claim.sid,
            direction="outbound",
            source=claim.source,
            destination=claim.destination,
            body=body,
            status=MessageStatus.QUEUED,
            created_at=now,
            updated_at=now,
            execution_id=execution.execution_id,
            asset_id=execution.asset_id if execution.scope == "asset" else "",
            segments=count(body),
        )
        twice = execution.state is ExecutionState.SUCCEEDED
        words = "Twilio has taken the text twice" if twice else "Twilio has taken the text after all"
        writes: list[Write] = [PutMessage(row), self._event(execution, row, words)]
        if execution.state is ExecutionState.UNKNOWN:
            known = replace(execution, state=ExecutionState.SUCCEEDED, message_sid=claim.sid, reason=words)
            writes.append(PutExecution(known))
        await self._assets.commit([], writes)
        self._receipts.follow(row)
        _log.warning("a message came to light late", sid=claim.sid, asset=execution.asset_id, why=words)

    def _event(self, execution: Execution, row: MessageRow, words: str) -> AppendEvent:
        catalogue = self._assets.catalogue
        told = {
            "Message SID": row.sid,
            "Explanation": words,
            "Destination Number": row.destination,
            "Source Phone Number": row.source,
            "Execution ID": execution.execution_id,
        }
        entry = catalogue.entries.get(execution.asset_id, catalogue.system)
        event_id = f"{row.sid}:{MESSAGE_ACCEPTED}"
        return AppendEvent(self._assets.event(entry, Happening(MESSAGE_ACCEPTED, told), event_id=event_id))
