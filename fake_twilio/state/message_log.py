"""One account's messages, with the sorted lists that filters and pages are read from."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from itertools import islice

from fake_twilio.model.message import Message

DELETED = 10_000
"""Deleted messages whose place is remembered, for page tokens that name them."""


class MessageLog:
    """One account's messages, found by SID, and sorted by position: all of them, by recipient, by sender.

    Lists hold SIDs in ascending position; pages are read from the end, so a page costs the same with ten messages or a
    million.
    """

    def __init__(self) -> None:
        self.rows: dict[str, Message] = {}
        self.everything: list[str] = []
        self.by_to: dict[str, list[str]] = {}
        self.by_sender: dict[str, list[str]] = {}
        self._gone: dict[str, int] = {}
        self._last = 0
        """The highest position that a message ever had: whatever is beyond it goes to the end of each list."""

    def put(self, message: Message) -> None:
        """Add a message, or replace the one with its SID, moving it in the lists when its position changed."""
        previous = self.rows.get(message.sid)
        if previous is None:
            self._insert(message)
        elif previous.position != message.position or previous.sender != message.sender or previous.to != message.to:
            for line in self._lines(previous):
                del line[self._index(line, previous)]
            self._insert(message)
        else:
            self.rows[message.sid] = message

    def remove(self, message: Message) -> None:
        """Forget a message; page tokens that name it stay usable."""
        for line in self._lines(message):
            del line[self._index(line, message)]
        del self.rows[message.sid]
        self._gone[message.sid] = message.position
        if len(self._gone) > DELETED:
            del self._gone[next(iter(self._gone))]

    def forget(self, count: int, finished: Callable[[Message], bool]) -> list[Message]:
        """Drop up to ``count`` of the oldest finished messages, and return them."""
        rows = self.rows
        old = list(islice((row for sid in self.everything if finished(row := rows[sid])), count))
        for message in old:
            del rows[message.sid]
        self.everything = [sid for sid in self.everything if sid in rows]
        for lines, names in (
            (self.by_to, {message.to for message in old}),
            (self.by_sender, {message.sender for message in old if message.sender is not None}),
        ):
            for name in names:
                left = [sid for sid in lines.pop(name) if sid in rows]
                if left:
                    lines[name] = left
        return old

    def position_of(self, sid: str) -> int | None:
        """Return where a message stands, or stood before it was deleted; None for a SID that never was."""
        message = self.rows.get(sid)
        return message.position if message is not None else self._gone.get(sid)

    def line(self, to: str, sender: str) -> list[str]:
        """Return the shortest list that holds all messages with this recipient and sender (either may be empty)."""
        lines = []
        if to:
            lines.append(self.by_to.get(to, []))
        if sender:
            lines.append(self.by_sender.get(sender, []))
        return min(lines, key=len) if lines else self.everything

    def descending(self, line: list[str], below: int | None) -> Iterator[Message]:
        """Yield a line's messages, newest first, from the first whose position is lower than ``below``."""
        rows = self.rows
        index = len(line) if below is None else bisect_left(line, below, key=lambda sid: rows[sid].position)
        while index:
            index -= 1
            yield rows[line[index]]

    def ascending(self, line: list[str], above: int) -> Iterator[Message]:
        """Yield a line's messages, oldest first, from the first whose position is higher than ``above``."""
        rows = self.rows
        for index in range(bisect_right(line, above, key=lambda sid: rows[sid].position), len(line)):
            yield rows[line[index]]

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

    def _insert(self, message: Message) -> None:
        rows, sid, position = self.rows, message.sid, message.position
        rows[sid] = message
        if position >= self._last:
            self._last = position
            for line in self._lines(message):
                line.append(sid)
        else:
            for line in self._lines(message):
                insort(line, sid, key=lambda sid: rows[sid].position)

    def _index(self, line: list[str], message: Message) -> int:
        rows = self.rows
        if rows[line[-1]].sid == message.sid:
            return len(line) - 1
        return bisect_right(line, message.position, key=lambda sid: rows[sid].position) - 1
