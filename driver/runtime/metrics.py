"""What is counted, in a registry of its own, for ``/metrics``."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

#: Name and help of the gauge of the role.
ACTIVE = ("active", "1 while this driver is the active one, 0 on standby.")
#: The same of the gauge of what the log lost.
LOG_LINES_LOST = ("log_lines_lost", "Log lines that could not be written to stderr since the start.")


class Metrics:
    """The driver's counters and gauges."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.attempts = self._counter("attempts", "Attempts to hand a text to Twilio, by outcome.", "outcome")
        self.messages = self._counter(
            "messages", "Texts by how they ended: accepted, terminated, unknown, dropped, canceled.", "end"
        )
        self.received = self._counter("received", "Texts received for the first time, by way.", "way")
        self.duplicates = self._counter("received_again", "Texts received that were known already, by way.", "way")
        self.receipts = self._counter("receipts", "Receipts that moved a message, by status and way.", "status", "way")
        self.webhooks_refused = self._counter("webhooks_refused", "Webhook requests refused, by reason.", "reason")
        self.polls = self._counter("polls", "Polls for arriving texts, by result.", "result")

    def watch(self, name: str, help_text: str, value: Callable[[], float]) -> None:
        """Add a gauge that asks for its value when it is read."""
        gauge = Gauge(f"sms_driver_{name}", help_text, registry=self.registry)
        gauge.set_function(value)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(f"sms_driver_{name}", help_text, labels, registry=self.registry)
