"""Receipts for messages that the driver does not know yet: such a receipt names its message, so no list is searched.

The address that receipts come to carries the execution, inside what Twilio signs. A receipt for a message that nobody
knows therefore tells which one it is, even where the answer to the request was lost and Twilio's lists lag behind.
Such receipts are on disk before Twilio gets its answer, so a restart in between changes nothing.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, replace

import structlog

from driver.domain.commands import ExecutionState
from driver.domain.execution import Execution
from driver.domain.message import Receipt
from driver.domain.message_status import NEVER_LEFT
from driver.domain.outbound_message import OutboundMessage
from driver.domain.segments import count
from driver.domain.send_result import Accepted
from driver.errors import StoreUnavailableError
from driver.ports.store import SetMark, Store
from driver.services.assets import Assets
from driver.services.delivery_tracking import DeliveryTracking

_log = structlog.get_logger("driver.orphan_receipts")
#: Names of the marks that hold receipts begin so.
MARK = "orphan_receipt."
#: Executions that receipts are kept for in memory.
MAX_KEPT = 1000


class OrphanReceipts:
    """Remembers the receipts that name an execution until that execution is final."""

    def __init__(self, store: Store, assets: Assets, tracking: DeliveryTracking) -> None:
        self._store = store
        self._assets = assets
        self._tracking = tracking
        self._receipts: OrderedDict[str, dict[str, Receipt]] = OrderedDict()
        self._reporting = asyncio.Lock()

    def of(self, execution_id: str) -> Receipt | None:
        """Return the first receipt that names an execution, of a message that left or still may."""
        receipts = self._receipts.get(execution_id, {}).values()
        return next((receipt for receipt in receipts if receipt.status not in NEVER_LEFT), None)

    async def restore(self, marks: Mapping[str, str]) -> None:
        """Take up the receipts that came before a restart."""
        for name in sorted(marks):
            if name.startswith(MARK):
                receipt = Receipt(**json.loads(marks[name]))
                self._receipts.setdefault(name.split(".")[1], {})[receipt.sid] = receipt
                self._tracking.keep_early(receipt)
        for execution_id in tuple(self._receipts):
            execution = await self._store.execution(execution_id)
            if execution is not None and execution.state.final:
                await self.resolve(execution)

    async def add(self, execution_id: str, receipt: Receipt) -> bool:
        """Keep a receipt of an unknown message; True if it is known from now on, because its execution is final.

        Raises:
            StoreUnavailableError: it could not be stored.
        """
        # The receipt is there before the store is asked: an execution that becomes final meanwhile finds it.
        self._receipts.setdefault(execution_id, {})[receipt.sid] = receipt
        while len(self._receipts) > MAX_KEPT:
            self._receipts.popitem(last=False)
        execution = await self._store.execution(execution_id)
        if execution is not None and not execution.state.final:
            mark = _mark(execution_id, receipt)
            await self._store.commit([SetMark(mark, json.dumps(asdict(receipt)))])
            if execution_id not in self._receipts:
                await self._store.commit([SetMark(mark, "")])
            return False
        self._receipts.pop(execution_id, None)
        if execution is None:
            return False
        await self._report(execution, receipt)
        return True

    async def resolve(self, execution: Execution) -> None:
        """Report the messages that receipts named for an execution which is final now, and which are not its own."""
        for receipt in self._receipts.pop(execution.execution_id, {}).values():
            try:
                await self._report(execution, receipt)
                await self._store.commit([SetMark(_mark(execution.execution_id, receipt), "")])
            except StoreUnavailableError as exc:
                asset_id = execution.asset_id
                _log.error("late_message_not_stored", sid=receipt.sid, asset_id=asset_id, reason=str(exc))

    async def _report(self, execution: Execution, receipt: Receipt) -> None:
        """Store a message that was found after its execution was final, and say what it means.

        It is one too many, or it proves that a message which was given up exists after all; either way the record has
        to say so.
        """
        if receipt.status in NEVER_LEFT:
            _log.info("late_message_never_left", sid=receipt.sid, asset_id=execution.asset_id)
            return
        async with self._reporting:
            unknown = receipt.sid != execution.message_sid and await self._store.message(receipt.sid) is None
            if unknown and isinstance(execution, OutboundMessage):
                await self._store_late(execution, receipt)

    async def _store_late(self, message: OutboundMessage, receipt: Receipt) -> None:
        twice = message.state is ExecutionState.SUCCEEDED
        explanation = "Twilio has taken the text twice" if twice else "Twilio has taken the text after all"
        sent = replace(message, from_number=receipt.from_number, to_number=receipt.to_number)
        made, writes = self._tracking.accepted(sent, Accepted(receipt.sid, "queued", count(message.body)), explanation)
        if message.state is ExecutionState.UNKNOWN:
            known = replace(message, state=ExecutionState.SUCCEEDED, message_sid=receipt.sid, reason=explanation)
            writes.append(known)
        await self._assets.commit([], writes)
        self._tracking.follow(made)
        _log.warning("late_message_found", sid=receipt.sid, asset_id=message.asset_id, explanation=explanation)


def _mark(execution_id: str, receipt: Receipt) -> str:
    return f"{MARK}{execution_id}.{receipt.sid}"
