"""The driver's metrics, in a separate registry, for ``/metrics``."""

from collections.abc import Callable, Sequence
from itertools import product

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from driver.domain.delivery import ACCEPTED, ADOPTED
from driver.domain.message_status import MessageStatus
from driver.domain.send_result import FailureKind

#: Name and help text of the gauge for the role.
ACTIVE = ("active", "1 while this driver is the active one, 0 on standby.")
#: Name and help text of the gauge for lost log lines.
LOG_LINES_LOST = ("log_lines_lost", "Log lines that could not be written to stderr since the start.")
#: The statuses that a message sent by the driver can have.
_OUTBOUND = [status for status in MessageStatus if status not in (MessageStatus.RECEIVING, MessageStatus.RECEIVED)]


class Metrics:
    """The driver's counters and gauges."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ways = ("poll", "webhook")
        self.attempts = self._counter(
            "attempts", "Attempts to send a message to Twilio, by outcome.", outcome=(ACCEPTED, ADOPTED, *FailureKind)
        )
        self.messages = self._counter(
            "messages",
            "Messages by how they ended: accepted, terminated, unknown, dropped, canceled.",
            end=("accepted", "terminated", "unknown", "dropped", "canceled"),
        )
        self.received = self._counter("received", "Messages received for the first time, by way.", way=ways)
        self.duplicates = self._counter(
            "received_again", "Messages received that were already known, by way.", way=ways
        )
        self.receipts = self._counter(
            "receipts", "Receipts that moved a message, by status and way.", status=_OUTBOUND, way=ways
        )
        self.webhooks_refused = self._counter(
            "webhooks_refused", "Webhook requests refused, by reason.", reason=("form", "signature", "account", "store")
        )
        self.polls = self._counter("polls", "Polls for incoming messages, by result.", result=("answered", "failed"))

    def watch(self, name: str, help_text: str, value: Callable[[], float]) -> None:
        """Add a gauge whose value is computed when it is read."""
        gauge = Gauge(f"sms_driver_{name}", help_text, registry=self.registry)
        gauge.set_function(value)

    def text(self) -> bytes:
        """Return all metrics in the Prometheus text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, help_text: str, **labels: Sequence[str]) -> Counter:
        """Return a counter with a 0 for each label value; Prometheus sees no increase in one that starts at 1."""
        counter = Counter(f"sms_driver_{name}", help_text, tuple(labels), registry=self.registry)
        for values in product(*labels.values()):
            counter.labels(*values)
        return counter
