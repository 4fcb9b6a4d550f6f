"""Messages that Twilio speaks of before the driver knows them: the receipt names the text, so no list is searched.

The address that receipts come to carries the execution, inside what Twilio signs. A receipt for a message that nobody
knows therefore tells which text it is, even where the answer to the request was lost and Twilio's lists lag behind.
Such receipts are on disk before Twilio gets its answer, so a restart in between changes nothing.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import structlog

from driver.domain.commands import MESSAGE_CONTENT, ExecutionState
from driver.domain.events import MESSAGE_ACCEPTED
from driver.domain.message_status import NEVER_LEFT, MessageStatus
from driver.domain.segments import count
from driver.errors import StoreUnavailableError
from driver.ports.records import Execution, MessageRow
from driver.ports.store import PutExecution, PutMessage, SetMark, Store, Write
from driver.runtime.clock import Clock
from driver.services.assets import Assets
from driver.services.delivery_tracking import DeliveryTracking
from driver.services.message_events import message_event

_log = structlog.get_logger("driver.claims")
#: Names of the marks that hold claims begin so.
MARK = "claim."
#: Texts whose answer is still awaited and of which claims are kept.
MOST = 1000
#: States of an execution whose text is not decided yet.
OPEN = frozenset({ExecutionState.ACCEPTED, ExecutionState.EXECUTING})


@dataclass(frozen=True, slots=True)
class OrphanReceipt:
    """What a receipt says: that this message is the text of an execution, and how far it is."""

    sid: str
    source: str
    destination: str
    status: str
    error_code: int | None = None


class OrphanReceipts:
    """Remembers which messages claim to be which text, until that text is decided."""

    def __init__(self, store: Store, assets: Assets, receipts: DeliveryTracking, clock: Clock) -> None:
        self._store = store
        self._assets = assets
        self._receipts = receipts
        self._clock = clock
        self._claims: OrderedDict[str, dict[str, OrphanReceipt]] = OrderedDict()
        self._telling = asyncio.Lock()

    def live(self, execution_id: str) -> OrphanReceipt | None:
        """Return the first claim to be the text of an execution, by a message that left or still may."""
        claims = self._claims.get(execution_id, {}).values()
        return next((claim for claim in claims if claim.status not in NEVER_LEFT), None)

    async def restore(self, marks: Mapping[str, str]) -> None:
        """Take up the claims that a driver before this one was told of."""
        for name in sorted(marks):
            if name.startswith(MARK):
                execution_id, claim = _load(name, marks[name])
                self._claims.setdefault(execution_id, {})[claim.sid] = claim
                self._receipts.keep_early(claim.sid, claim.status, claim.error_code)
        for execution_id in tuple(self._claims):
            held = await self._store.execution(execution_id)
            if held is not None and held[0].state not in OPEN:
                await self.settle(held[0])

    async def note(self, execution_id: str, claim: OrphanReceipt) -> bool:
        """Take note of a message that was not known; True if it is known from now on, because its text is decided.

        Raises:
            StoreUnavailableError: it could not be stored.
        """
        # The claim is there before the store is asked: a text that is decided meanwhile finds it.
        self._claims.setdefault(execution_id, {})[claim.sid] = claim
        while len(self._claims) > MOST:
            self._claims.popitem(last=False)
        held = await self._store.execution(execution_id)
        if held is not None and held[0].state in OPEN:
            await self._store.commit([SetMark(_mark(execution_id, claim), _dump(claim))])
            if execution_id not in self._claims:
                await self._store.commit([SetMark(_mark(execution_id, claim), "")])
            return False
        self._claims.pop(execution_id, None)
        if held is None:
            return False
        await self._tell(held[0], claim)
        return True

    async def settle(self, execution: Execution) -> None:
        """Tell of the messages that claimed to be the text of an execution which is decided, and are not its own."""
        for claim in self._claims.pop(execution.execution_id, {}).values():
            try:
                await self._tell(execution, claim)
                await self._store.commit([SetMark(_mark(execution.execution_id, claim), "")])
            except StoreUnavailableError as exc:
                _log.error("a message that came to light could not be stored", sid=claim.sid, trouble=str(exc))

    async def _tell(self, execution: Execution, claim: OrphanReceipt) -> None:
        """Store a message that came to light after its text was decided, and say what it means.

        It is one too many, or it proves that a text which was given up exists after all: nobody shall believe what is
        not so.
        """
        if claim.status in NEVER_LEFT:
            _log.info("a message that never left came to light late", sid=claim.sid, asset=execution.asset_id)
            return
        async with self._telling:
            if claim.sid != execution.message_sid and await self._store.message(claim.sid) is None:
                await self._store_and_say(execution, claim)

    async def _store_and_say(self, execution: Execution, claim: OrphanReceipt) -> None:
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
        told = message_event(
            self._assets,
            row.asset_id,
            MESSAGE_ACCEPTED,
            {"Message SID": row.sid, "Explanation": words},
            source=row.source,
            destination=row.destination,
            execution_id=row.execution_id,
            key=row.sid,
        )
        writes: list[Write] = [PutMessage(row), told]
        if execution.state is ExecutionState.UNKNOWN:
            known = replace(execution, state=ExecutionState.SUCCEEDED, message_sid=claim.sid, reason=words)
            writes.append(PutExecution(known))
        await self._assets.commit([], writes)
        self._receipts.follow(row)
        _log.warning("a message came to light late", sid=claim.sid, asset=execution.asset_id, why=words)


def _mark(execution_id: str, claim: OrphanReceipt) -> str:
    return f"{MARK}{execution_id}.{claim.sid}"


def _dump(claim: OrphanReceipt) -> str:
    return json.dumps(asdict(claim))


def _load(mark: str, text: str) -> tuple[str, OrphanReceipt]:
    return mark.split(".")[1], OrphanReceipt(**json.loads(text))
