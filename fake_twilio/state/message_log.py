"""An account's messages, with the sorted lists that filters and pages read."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from itertools import islice

from fake_twilio.model.message import Message

DELETED = 10_000
"""Deleted messages whose positions are stored, for page tokens that refer to them."""


class MessageLog:
    """An account's messages, by SID and sorted by position: all, by recipient, by sender.

    Lists hold SIDs in ascending position. Pages are read from the end, so that a page costs the same with ten messages
    as with a million.
    """

    def __init__(self) -> None:
        self.rows: dict[str, Message] = {}
        self.everything: list[str] = []
        self.by_to: dict[str, list[str]] = {}
        self.by_sender: dict[str, list[str]] = {}
        self._gone: dict[str, int] = {}
        self._last = 0
        """The highest position of any message so far; messages beyond it are appended to the lists."""

    def put(self, message: Message) -> None:
        """Add a message, or replace the one with its SID; a changed position moves it in the lists."""
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
        """Delete a message; page tokens that refer to it stay valid."""
        for line in self._lines(message):
            del line[self._index(line, message)]
        del self.rows[message.sid]
        self._gone[message.sid] = message.position
        if len(self._gone) > DELETED:
            del self._gone[next(iter(self._gone))]

    def forget(self, count: int, finished: Callable[[Message], bool]) -> list[Message]:
        """Delete up to ``count`` of the oldest finished messages, and return them."""
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
        """Return the position of a message, even if deleted; None for an unknown SID."""
        message = self.rows.get(sid)
        return message.position if message is not None else self._gone.get(sid)

    def line(self, to: str, sender: str) -> list[str]:
        """Return the shortest list that contains all messages with this recipient and sender (either may be empty)."""
        lines = []
        if to:
            lines.append(self.by_to.get(to, []))
        if sender:
            lines.append(self.by_sender.get(sender, []))
        return min(lines, key=len) if lines else self.everything

    def descending(self, line: list[str], below: int | None) -> Iterator[Message]:
        """Yield a list's messages, newest first, starting at the first whose position is lower than ``below``."""
        rows = self.rows
        index = len(line) if below is None else bisect_left(line, below, key=lambda sid: rows[sid].position)
        while index:
            index -= 1
            yield rows[line[index]]

    def ascending(self, line: list[str], above: int) -> Iterator[Message]:
        """Yield a list's messages, oldest first, starting at the first whose position is higher than ``above``."""
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
