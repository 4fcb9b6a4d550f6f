"""Requests that a standby accepted for the active driver to carry out: durable, answered once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol


class RequestKind(StrEnum):
    """The kind of request: one to the data server, whose client waits for a response, or one of Twilio's webhooks."""

    API = "api"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class TakenRequest:
    """A request as it was accepted. ``age`` is how long ago that was, by the database's clock."""

    request_id: str
    kind: RequestKind
    content: Mapping[str, Any]
    age: timedelta = timedelta(0)


class RequestTable(Protocol):
    """Where a standby stores requests and finds their answers.

    Raises (every method): ``StoreUnavailableError`` when the database cannot do it now.
    """

    async def put(self, request: TakenRequest, lasts: timedelta | None) -> None:
        """Store a request. The active driver carries it out, unless its lifetime (``lasts``) ends before that."""

    async def answers(self, request_ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the answers already given to some requests."""

    async def withdraw(self, request_id: str) -> bool:
        """Withdraw a request; return False if the active driver is handling it, or has handled it."""

    async def forget(self, request_ids: Collection[str]) -> None:
        """Delete answered requests."""
