"""Receipts: what becomes of texts that Twilio accepted."""

from mutation.mutant import Mutant, mutant

NAMES = "receipts/a-receipt-names-its-text"
RECEIPTS = "receipts/what-becomes-of-an-accepted-text"
CALLBACKS = "receipts/receipts-by-webhook"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "receipts may move backwards",
        "driver/domain/message_status.py",
        "return reported if RANK[reported] > RANK[current] else current",
        "return reported",
        f"{CALLBACKS}::Receipts that <fault> do no harm",
    ),
    mutant(
        "a text that did not arrive raises no fault",
        "driver/domain/message_status.py",
        "LOST = frozenset({MessageStatus.UNDELIVERED, MessageStatus.FAILED, MessageStatus.CANCELED})",
        "LOST = frozenset({MessageStatus.CANCELED})",
        f"{RECEIPTS}::A text that did not arrive: <case>",
    ),
    mutant(
        "a delivered text does not end the fault",
        "driver/services/delivery_tracking.py",
        "over = FaultCleared(CauseKind.EVENT, (FaultCause.DELIVERY_FAILED,))",
        "over = FaultCleared(CauseKind.EVENT, (FaultCause.OPTED_OUT,))",
        f"{RECEIPTS}::The next text that arrives ends the fault",
    ),
    mutant(
        "receipts are forgotten at a restart",
        "driver/services/delivery_tracking.py",
        "        for message in messages:\n            self.follow(message)",
        "        for message in ():\n            self.follow(message)",
        f"{RECEIPTS}::Receipts are followed up over a restart",
    ),
    mutant(
        "a receipt does not name its text",
        "driver/webhooks/intake.py",
        'query.get("execution")',
        'query.get("nothing")',
        f"{NAMES}::The receipt proves that the text exists",
    ),
    mutant(
        "what a receipt says of a text in doubt is forgotten at once",
        "driver/services/orphan_receipts.py",
        "        self._receipts.setdefault(execution_id, {})[receipt.sid] = receipt\n        while",
        "        while",
        f"{NAMES}::The receipt proves that the text exists",
    ),
)
