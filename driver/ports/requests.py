"""Requests that a driver on standby took, for the active one to carry out: durable, answered once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol


class RequestKind(StrEnum):
    """What was taken: a request to the data server, whose answer somebody waits for, or one of Twilio's webhooks."""

    API = "api"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class TakenRequest:
    """A request as it was taken. ``age`` is how long ago that was, by the database's clock."""

    request_id: str
    kind: RequestKind
    content: Mapping[str, Any]
    age: timedelta = timedelta(0)


class RequestTable(Protocol):
    """Where a driver on standby puts requests, and finds their answers.

    Raises (every method): ``StoreUnavailableError`` when the database cannot do it now.
    """

    async def put(self, request: TakenRequest, lasts: timedelta | None) -> None:
        """Store a request. The active driver carries it out unless it ``lasts`` shorter than that takes."""
        ...

    async def answers(self, request_ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the answers already given to some requests."""
        ...

    async def withdraw(self, request_id: str) -> bool:
        """Take a request back; False if the active driver has it, or had it."""
        ...

    async def forget(self, request_ids: Collection[str]) -> None:
        """Delete requests that are answered."""
        ...
