"""Receipts for messages that the driver cannot match yet: the receipt identifies its message, so no list is searched.

The callback URL contains the execution id, covered by Twilio's signature. A receipt for an unknown message therefore
identifies it even if the response to the request was lost and Twilio's lists lag behind. Such receipts are on disk
before Twilio gets its response, so a restart in between changes nothing.
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
#: Prefix of the marks that hold receipts.
MARK = "orphan_receipt."
#: The maximum number of executions whose receipts are kept in memory.
MAX_KEPT = 1000


class OrphanReceipts:
    """Keeps the receipts that name an execution until that execution is final."""

    def __init__(self, store: Store, assets: Assets, tracking: DeliveryTracking) -> None:
        self._store = store
        self._assets = assets
        self._tracking = tracking
        self._receipts: OrderedDict[str, dict[str, Receipt]] = OrderedDict()
        self._reporting = asyncio.Lock()

    def of(self, execution_id: str) -> Receipt | None:
        """Return the first receipt that names an execution and is of a message that left or still may."""
        receipts = self._receipts.get(execution_id, {}).values()
        return next((receipt for receipt in receipts if receipt.status not in NEVER_LEFT), None)

    async def restore(self, marks: Mapping[str, str]) -> None:
        """Restore the receipts that came before a restart."""
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
        """Keep a receipt for an unknown message; return True if it is now known, because its execution is final.

        Raises:
            StoreUnavailableError: it could not be stored.
        """
        # Keep the receipt before querying the store, so that an execution that becomes final meanwhile finds it.
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
        """Report the messages that receipts named for a now final execution, other than its own message."""
        for receipt in self._receipts.pop(execution.execution_id, {}).values():
            try:
                await self._report(execution, receipt)
                await self._store.commit([SetMark(_mark(execution.execution_id, receipt), "")])
            except StoreUnavailableError as exc:
                asset_id = execution.asset_id
                _log.error("late_message_not_stored", sid=receipt.sid, asset_id=asset_id, reason=str(exc))

    async def _report(self, execution: Execution, receipt: Receipt) -> None:
        """Store a message that was found after its execution was final, and record what it means.

        The record must say that it is a duplicate, or that a message that was given up exists after all.
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
        explanation = "Twilio accepted the message twice" if twice else "Twilio accepted the message after all"
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
