"""A table of rows that belong to accounts."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar


class Owned(Protocol):
    """A row of a table, which has a SID and belongs to an account."""

    @property
    def sid(self) -> str: ...  # noqa: D102
    @property
    def account_sid(self) -> str: ...  # noqa: D102


R = TypeVar("R", bound=Owned)


class Table(Generic[R]):
    """Rows by SID, and each account's rows in insertion order.

    Args:
        put: updates indexes outside the table after a row is added.
        removed: updates them after a row is removed.
    """

    def __init__(self, put: Callable[[R], object] | None = None, removed: Callable[[R], object] | None = None) -> None:
        self.rows: dict[str, R] = {}
        self._by_account: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._put = put
        self._removed = removed

    def put(self, row: R) -> R:
        """Add a row, or replace the one with its SID, and return it."""
        self.rows[row.sid] = row
        self._by_account[row.account_sid][row.sid] = None
        if self._put is not None:
            self._put(row)
        return row

    def get(self, sid: str, account_sid: str) -> R | None:
        """Return an account's row, or None if there is none or it belongs to another account."""
        row = self.rows.get(sid)
        return row if row is not None and row.account_sid == account_sid else None

    def remove(self, sid: str) -> None:
        """Delete a row."""
        row = self.rows.pop(sid)
        del self._by_account[row.account_sid][sid]
        if self._removed is not None:
            self._removed(row)

    def of(self, account_sid: str) -> list[R]:
        """Return an account's rows, oldest first."""
        return [self.rows[sid] for sid in self._by_account.get(account_sid, ())]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows.values())
