"""What is counted, in a registry of its own, for ``/metrics``."""

from collections.abc import Callable, Sequence
from itertools import product

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from driver.domain.delivery import ACCEPTED, ADOPTED
from driver.domain.message_status import MessageStatus
from driver.domain.send_result import FailureKind

#: Name and help of the gauge of the role.
ACTIVE = ("active", "1 while this driver is the active one, 0 on standby.")
#: The same of the gauge of what the log lost.
LOG_LINES_LOST = ("log_lines_lost", "Log lines that could not be written to stderr since the start.")
#: What a text that we sent can become.
_OUTBOUND = [status for status in MessageStatus if status not in (MessageStatus.RECEIVING, MessageStatus.RECEIVED)]


class Metrics:
    """The driver's counters and gauges."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ways = ("poll", "webhook")
        self.attempts = self._counter(
            "attempts", "Attempts to hand a text to Twilio, by outcome.", outcome=(ACCEPTED, ADOPTED, *FailureKind)
        )
        self.messages = self._counter(
            "messages",
            "Texts by how they ended: accepted, terminated, unknown, dropped, canceled.",
            end=("accepted", "terminated", "unknown", "dropped", "canceled"),
        )
        self.received = self._counter("received", "Texts received for the first time, by way.", way=ways)
        self.duplicates = self._counter("received_again", "Texts received that were known already, by way.", way=ways)
        self.receipts = self._counter(
            "receipts", "Receipts that moved a message, by status and way.", status=_OUTBOUND, way=ways
        )
        self.webhooks_refused = self._counter(
            "webhooks_refused", "Webhook requests refused, by reason.", reason=("form", "signature", "account", "store")
        )
        self.polls = self._counter("polls", "Polls for arriving texts, by result.", result=("answered", "failed"))

    def watch(self, name: str, help_text: str, value: Callable[[], float]) -> None:
        """Add a gauge that asks for its value when it is read."""
        gauge = Gauge(f"sms_driver_{name}", help_text, registry=self.registry)
        gauge.set_function(value)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, help_text: str, **labels: Sequence[str]) -> Counter:
        """Return a counter that shows 0 for each value of its labels: what appears as 1 is no rise for Prometheus."""
        counter = Counter(f"sms_driver_{name}", help_text, tuple(labels), registry=self.registry)
        for values in product(*labels.values()):
            counter.labels(*values)
        return counter
