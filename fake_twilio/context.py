"""The data of one fake: its clock, tables, faults and logs.

Messages change only here.
"""

import os
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from fake_twilio.clock import Clock, ManualClock
from fake_twilio.errors import GENERATIONS, title
from fake_twilio.event_stream import EventStream
from fake_twilio.faults import FaultEngine
from fake_twilio.ids import Ids
from fake_twilio.model.dates import iso_milliseconds
from fake_twilio.model.message import LEFT, Message, Status, changed, position
from fake_twilio.records import dataclass
from fake_twilio.request_log import Exchange, Journal, WebhookAttempt
from fake_twilio.scheduler import Scheduler
from fake_twilio.seed.models import Seed
from fake_twilio.state import State, seeded_state
from fake_twilio.state.disposal import dispose

PACES = ("instant", "realistic")
"""How fast messages go through their life cycle: immediately and in order, or with delays like a carrier's."""

Watcher = Callable[[Message], None]


@dataclass(frozen=True, slots=True)
class ListenerUrls:
    """URLs of the listeners other than the plain one, and their certificate files; None for each that is missing."""

    tls_url: str | None = None
    proxy_url: str | None = None
    ca_file: str | None = None
    bundle_file: str | None = None


class Context:
    """One fake's data. ``reset`` restores the seed."""

    def __init__(
        self, seed: Seed, clock: Clock, pace: str = "instant", *, origin: str = "", keep_messages: int | None = None
    ) -> None:
        if pace not in PACES:
            raise ValueError(f"pace must be one of {', '.join(PACES)}, not {pace!r}")
        self.seed = seed
        self.generation = seed.wire_generation
        """The wire generation in use."""
        self.error_titles = seed.error_messages or seed.wire_generation != GENERATIONS[0]
        """Whether the API and callbacks include the title of an error; recorded traffic since 2023 never does."""
        self.clock = clock
        self.now = clock.now
        """Returns the current time on the fake's clock."""
        self.pace = pace
        self.origin = origin
        self.listener_urls = ListenerUrls()
        self.upstream: str | None = None
        """The URL of another Twilio to which requests are forwarded."""
        self.keep_messages = keep_messages
        self.ids = Ids(seed.random_seed)
        self.state = seeded_state(seed, self.ids, clock.now())
        self.faults = FaultEngine(seed.random_seed)
        self.requests: Journal[Exchange] = Journal()
        self.webhooks: Journal[WebhookAttempt] = Journal()
        self.forgotten = 0
        """Messages dropped to make room for newer ones."""
        self._room: dict[str, int] = {}
        """The number of messages, per account, above which old ones are dropped again."""
        self.events = EventStream()
        self.scheduler = Scheduler(clock)
        self.watchers: list[Watcher] = []
        self.on_reset: list[Callable[[], None]] = []

    def ready(self) -> dict[str, Any]:
        """Return how programs reach this fake: URLs, certificate files, the first account's credentials."""
        first = self.seed.accounts[0]
        account = self.state.accounts[first.sid]
        return {
            "base_url": self.origin,
            **asdict(self.listener_urls),
            "account_sid": account.sid,
            "auth_token": account.auth_token,
            "phone_number": first.numbers[0].phone_number if first.numbers else "",
            "pid": os.getpid(),
        }

    def add_message(self, message: Message) -> Message:
        """Add a new message to the tables; watchers are notified, unless it only marks a rejected request."""
        self.state.put_message(message)
        if self.keep_messages is not None:
            self._make_room(message.account_sid, self.keep_messages)
        if not message.refused:
            self._tell(message)
        return message

    def _make_room(self, account_sid: str, kept: int) -> None:
        """Drop an account's oldest messages when it has 10 % more than the number to keep.

        While most of them are in progress, few can be dropped; the next attempt then waits for enough new messages to
        amortize the cost of scanning them all.
        """
        rows = self.state.logs[account_sid].rows
        if len(rows) <= self._room.get(account_sid, kept + kept // 10):
            return
        self.forgotten += self.state.forget_messages(account_sid, kept)
        self._room[account_sid] = len(rows) + max(kept // 10, len(rows) // 100)

    def change_message(self, message: Message, status: Status, **changes: Any) -> Message:
        """Set a message's next status, now.

        Once it is ``sent``, lists order it by the time of sending.
        """
        now = self.clock.now()
        if message.sent is None and status in LEFT:
            changes["sent"] = now
            changes["position"] = position(now, message.number)
        following = changed(message, status=status, updated=now, **changes)
        self.state.put_message(following)
        self._tell(following)
        return following

    def reset(self) -> None:
        """Reset to the seed: tables, faults, logs, scheduled steps, and the clock if it is manual."""
        if isinstance(self.clock, ManualClock):
            self.clock.restart()
        ids = Ids(self.seed.random_seed)
        self.begin(seeded_state(self.seed, ids, self.clock.now()), ids)
        self.faults.clear()
        self.events.publish("reset", {})

    def begin(self, state: State, ids: Ids) -> None:
        """Replace the tables as if nothing had happened before: scheduled and running work is dropped."""
        self.scheduler.forget()
        dispose(self.state, [self.requests, self.webhooks])
        self.ids = ids
        self.state = state
        self.requests = Journal()
        self.webhooks = Journal()
        self.forgotten = 0
        self._room.clear()
        for forget in self.on_reset:
            forget()

    def _tell(self, message: Message) -> None:
        for watcher in tuple(self.watchers):
            watcher(message)
        if self.events.wanted:
            self.events.publish("message", describe(message))


def describe(message: Message) -> dict[str, Any]:
    """Return a message in the format of the control API: plain values, ISO times."""
    return {
        "sid": message.sid,
        "account_sid": message.account_sid,
        "direction": message.direction,
        "from": message.sender,
        "to": message.to,
        "body": message.body,
        "status": message.status,
        "num_segments": message.segments,
        "num_media": message.media,
        "messaging_service_sid": message.service_sid,
        "price": message.price,
        "error_code": message.error_code,
        "error_message": title(message.error_code) if message.error_code else None,
        "date_created": iso_milliseconds(message.created),
        "date_updated": iso_milliseconds(message.updated),
        "date_sent": iso_milliseconds(message.sent) if message.sent else None,
        "number": message.number,
    }
