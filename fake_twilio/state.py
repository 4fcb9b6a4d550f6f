"""Everything that a fake knows, in tables with the indexes its lists need; reads and writes only, no rules."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from fake_twilio.config import Seed, SeedAccount, SeedNumber
from fake_twilio.ids import Ids
from fake_twilio.model.account import Account, AccountStatus, AccountType, ApiKey, CallerId, Principal
from fake_twilio.model.message import Message
from fake_twilio.model.number import Capabilities, IncomingNumber
from fake_twilio.model.phone import friendly


class Owned(Protocol):
    """A row of a table: it has a SID and belongs to an account."""

    @property
    def sid(self) -> str: ...  # noqa: D102
    @property
    def account_sid(self) -> str: ...  # noqa: D102


R = TypeVar("R", bound=Owned)


class Table(Generic[R]):
    """Rows by SID, and each account's rows in the order in which they came."""

    def __init__(self) -> None:
        self.rows: dict[str, R] = {}
        self._by_account: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def put(self, row: R) -> R:
        """Add a row or replace the one with its SID, and return it."""
        self.rows[row.sid] = row
        self._by_account[row.account_sid][row.sid] = None
        return row

    def get(self, sid: str, account_sid: str) -> R | None:
        """Return an account's row, None when there is none or it is somebody else's."""
        row = self.rows.get(sid)
        return row if row is not None and row.account_sid == account_sid else None

    def remove(self, sid: str) -> None:
        """Forget a row."""
        row = self.rows.pop(sid)
        del self._by_account[row.account_sid][sid]

    def of(self, account_sid: str) -> list[R]:
        """Return an account's rows, oldest first."""
        return [self.rows[sid] for sid in self._by_account.get(account_sid, ())]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows.values())


class MessageLog:
    """One account's messages, found by SID, and sorted by position: all of them, by recipient, by sender.

    Lists hold SIDs in ascending position; pages are read from the end, so a page costs the same with ten messages or a million.
    """

    def __init__(self) -> None:
        self.rows: dict[str, Message] = {}
        self.everything: list[str] = []
        self.by_to: dict[str, list[str]] = {}
        self.by_sender: dict[str, list[str]] = {}
        self._gone: dict[str, int] = {}

    def put(self, message: Message) -> None:
        """Add a message, or replace the one with its SID, moving it in the lists when its position changed."""
        previous = self.rows.get(message.sid)
        if previous is None:
            self.rows[message.sid] = message
            for line in self._lines(message):
                self._insert(line, message)
        elif (previous.position, previous.sender, previous.to) != (message.position, message.sender, message.to):
            for line in self._lines(previous):
                del line[self._index(line, previous)]
            self.rows[message.sid] = message
            for line in self._lines(message):
                self._insert(line, message)
        else:
            self.rows[message.sid] = message

    def remove(self, message: Message) -> None:
        """Forget a message; page tokens that name it stay usable."""
        for line in self._lines(message):
            del line[self._index(line, message)]
        del self.rows[message.sid]
        self._gone[message.sid] = message.position

    def position_of(self, sid: str) -> int | None:
        """Return where a message stands, or stood before it was deleted; None for a SID that never was."""
        message = self.rows.get(sid)
        return message.position if message is not None else self._gone.get(sid)

    def line(self, to: str, sender: str) -> list[str]:
        """Return the shortest list that holds every message with this recipient and this sender (either may be empty)."""
        lines = []
        if to:
            lines.append(self.by_to.get(to, []))
        if sender:
            lines.append(self.by_sender.get(sender, []))
        return min(lines, key=len) if lines else self.everything

    def descending(self, line: list[str], below: int | None) -> Iterator[Message]:
        """Yield a line's messages, newest first, from the first whose position is lower than `below`."""
        rows = self.rows
        index = len(line) if below is None else bisect_left(line, below, key=lambda sid: rows[sid].position)
        while index:
            index -= 1
            yield rows[line[index]]

    def count_at_or_above(self, line: list[str], position: int) -> int:
        """Return how many messages of a line stand at this position or a later one."""
        rows = self.rows
        return len(line) - bisect_left(line, position, key=lambda sid: rows[sid].position)

    def _lines(self, message: Message) -> Iterator[list[str]]:
        yield self.everything
        line = self.by_to.get(message.to)
        if line is None:
            line = self.by_to[message.to] = []
        yield line
        sender = message.sender
        if sender is not None:
            line = self.by_sender.get(sender)
            if line is None:
                line = self.by_sender[sender] = []
            yield line

    def _insert(self, line: list[str], message: Message) -> None:
        rows = self.rows
        if not line or rows[line[-1]].position <= message.position:
            line.append(message.sid)
        else:
            insort(line, message.sid, key=lambda sid: rows[sid].position)

    def _index(self, line: list[str], message: Message) -> int:
        rows = self.rows
        if rows[line[-1]].sid == message.sid:
            return len(line) - 1
        return bisect_right(line, message.position, key=lambda sid: rows[sid].position) - 1


class State:
    """All tables of one fake."""

    def __init__(self, seed: Seed, ids: Ids, now: datetime) -> None:
        self.accounts: dict[str, Account] = {}
        self.keys: Table[ApiKey] = Table()
        self.callers: Table[CallerId] = Table()
        self.numbers: Table[IncomingNumber] = Table()
        self.number_sids: dict[str, str] = {}
        self.logs: defaultdict[str, MessageLog] = defaultdict(MessageLog)
        self.message_count = 0
        self.held: dict[str, str] = {}
        self.by_number: list[tuple[str, str]] = []
        self.verified: defaultdict[str, set[str]] = defaultdict(set)
        self.principals: dict[str, Principal] = {}
        for account in seed.accounts:
            self._sow(account, ids, now)

    def _sow(self, seed: SeedAccount, ids: Ids, now: datetime) -> None:
        self.accounts[seed.sid] = Account(
            sid=seed.sid,
            auth_token=seed.auth_token,
            friendly_name=seed.friendly_name or "My account",
            type=AccountType(seed.type),
            created=now,
            updated=now,
            owner_sid=seed.owner or seed.sid,
            status=AccountStatus(seed.status),
            balance=Decimal(seed.balance),
            geo_permissions=frozenset(seed.geo_permissions),
            profile=seed.profile,
            test_credentials=seed.test_credentials,
        )
        for number in seed.verified:
            self.put_caller(CallerId(ids.sid("PN"), seed.sid, number, friendly(number), now, now))
        for row in seed.numbers:
            self.put_number(_number(row, seed.sid, ids, now))
        for key in seed.api_keys:
            self.keys.put(ApiKey(key.sid, seed.sid, key.secret, key.friendly_name, now, now, key.main))

    def put_account(self, account: Account) -> Account:
        """Add or replace an account; who a credential belongs to is looked up anew after that."""
        self.accounts[account.sid] = account
        self.principals.clear()
        return account

    def change_account(self, account: Account, change: Callable[[Account], Account]) -> Account:
        """Replace an account by what `change` makes of it."""
        return self.put_account(change(account))

    def put_number(self, number: IncomingNumber) -> IncomingNumber:
        """Add or replace a Twilio number."""
        self.number_sids[number.phone_number] = number.sid
        return self.numbers.put(number)

    def remove_number(self, number: IncomingNumber) -> None:
        """Release a Twilio number."""
        del self.number_sids[number.phone_number]
        self.numbers.remove(number.sid)

    def number(self, phone_number: str) -> IncomingNumber | None:
        """Return the Twilio number with these digits, whoever owns it."""
        sid = self.number_sids.get(phone_number)
        return self.numbers.rows[sid] if sid else None

    def put_caller(self, caller: CallerId) -> CallerId:
        """Add or replace a verified caller."""
        self.verified[caller.account_sid].add(caller.phone_number)
        return self.callers.put(caller)

    def remove_caller(self, caller: CallerId) -> None:
        """Forget a verified caller."""
        self.verified[caller.account_sid].discard(caller.phone_number)
        self.callers.remove(caller.sid)

    def next_message_number(self) -> int:
        """Return the next number in the order of making, beginning with 1."""
        self.message_count += 1
        return self.message_count

    def put_message(self, message: Message) -> None:
        """Add or replace a message."""
        self.logs[message.account_sid].put(message)

    def message(self, account_sid: str, sid: str) -> Message | None:
        """Return an account's message, None when there is none."""
        log = self.logs.get(account_sid)
        return log.rows.get(sid) if log is not None else None


def _number(row: SeedNumber, account_sid: str, ids: Ids, now: datetime) -> IncomingNumber:
    return IncomingNumber(
        sid=row.sid or ids.sid("PN"),
        account_sid=account_sid,
        phone_number=row.phone_number,
        friendly_name=row.friendly_name or friendly(row.phone_number),
        created=now,
        updated=now,
        capabilities=replace(Capabilities(voice=False, sms=False, mms=False), **dict.fromkeys(row.capabilities, True)),
        sms_url=row.sms_url,
        sms_method=row.sms_method,
        sms_fallback_url=row.sms_fallback_url,
        sms_fallback_method=row.sms_fallback_method,
        sms_application_sid=row.sms_application_sid,
    )
