"""Paging through Twilio's lists, with limits: no list is read forever, whatever the responses.

The SDK's own paging follows any next address, without a limit, and discards a whole page for one malformed row. So
pages are requested through the SDK's client, but parsed here.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import structlog
from twilio.base.version import Version
from twilio.rest import Client

from driver.gateway.request_failed import RequestFailedError
from driver.ports.gateway import GatewayError
from driver.runtime.clock import Clock
from driver.runtime.log_rate_limit import LogRateLimit

_log = structlog.get_logger("driver.gateway")
Row = Mapping[str, Any]
#: Domain in which each Twilio product has its own host; anywhere else, all products share one address.
TWILIO = ".twilio.com"
#: Limits of one query. A longer list is continued by the next query, or is an error.
MAX_PAGES = 20
MAX_ROWS = 20_000
MAX_BYTES = 64 * 1024 * 1024
MAX_DURATION = timedelta(seconds=60)
#: Maximum length of the address of a next page.
MAX_ADDRESS = 8_000


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """The rows of a page, the address of the next page (empty at the end), and how many rows are not objects."""

    rows: tuple[Row, ...]
    next: str
    unreadable: int = 0


class PagedLists:
    """Reads lists. ``place`` returns a slot, which is held during each request, but not between requests."""

    def __init__(self, client: Client, clock: Clock, place: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        self._client = client
        self._clock = clock
        self._place = place
        self._limit = LogRateLimit(clock)

    async def read(
        self, address: str, key: str, parameters: Mapping[str, str], *, resume: str = ""
    ) -> AsyncIterator[FetchedPage]:
        """Yield the pages of a list, from its beginning or from ``resume``, where an earlier query stopped.

        Raises:
            GatewayError: the list loops, leads elsewhere, or exceeds the limits of one query.
        """
        begun, seen, rows, size = self._clock.monotonic(), {resume or address}, 0, 0
        following = resume
        for number in range(1, MAX_PAGES + 1):
            if following:
                response = await self._following(following)
            else:
                async with self._place():
                    response = await self._client.request_async("GET", address, params=dict(parameters))
            listed, link = _read(response, key)
            found = tuple(row for row in listed if isinstance(row, dict))
            unreadable = len(listed) - len(found)
            if unreadable and (more := self._limit.let(key)) is not None:
                _log.warning("rows_unreadable", list=key, count=unreadable, **more)
            following, wrong = _followed(address, link)
            if following in seen:
                following, wrong = "", f"Twilio's list loops: page {number + 1} was already read"
            yield FetchedPage(found, following, unreadable)
            if wrong:
                raise GatewayError(wrong, reason=None)
            if not following:
                return
            seen.add(following)
            rows, size = rows + len(listed), size + len(response.text)
            if rows >= MAX_ROWS or size >= MAX_BYTES or self._clock.monotonic() - begun >= MAX_DURATION:
                break
        read = f"{number} pages, {rows} rows, {size >> 20} MB"
        raise GatewayError(f"Twilio's list exceeds the limits of one query ({read})", reason=None)

    async def _following(self, address: str) -> Any:
        """Request a later page, with one immediate retry on failure: the pages already read are worth it."""
        with suppress(RequestFailedError):
            async with self._place():
                response = await self._client.request_async("GET", address)
            if response.status_code < 500:
                return response
        async with self._place():
            return await self._client.request_async("GET", address)

    async def rows(self, address: str, key: str, parameters: Mapping[str, str]) -> list[Row]:
        """Return all rows of a short list; raises the same errors as ``read``."""
        return [row async for page in self.read(address, key, parameters) for row in page.rows]


def fetched(response: Any) -> Row:
    """Return the JSON object in a response.

    Raises:
        TwilioException: the response is an error from Twilio.
    """
    if not 200 <= response.status_code < 300:
        raise Version.exception("GET", "", response, "Unable to fetch record")
    content = json.loads(response.text)
    if not isinstance(content, dict):
        raise TypeError("the response is not an object")
    return content


def _read(response: Any, key: str) -> tuple[list[object], object]:
    """Return the rows of a page and its link to the next page."""
    content = fetched(response)
    rows = content[key]
    if not isinstance(rows, list):
        raise TypeError(f"{key} is not a list")
    link = content.get("next_page_uri") or (content.get("meta") or {}).get("next_page_url")
    return rows, link


def _followed(address: str, link: object) -> tuple[str, str]:
    """Return the address of the next page, and what is wrong with it if it does not belong to the same list.

    Some lists contain absolute URLs at Twilio; with a proxy or another base URL, these are rewritten to it.
    """
    if not link:
        return "", ""
    if not isinstance(link, str) or len(link) > MAX_ADDRESS:
        return "", "Twilio's list continues at something that is not an address"
    here, there = urlsplit(address), urlsplit(urljoin(address, link))
    if str(there.hostname).endswith(TWILIO):
        there = there._replace(scheme=here.scheme, netloc=here.netloc)
    if (here.scheme, here.netloc, here.path) != (there.scheme, there.netloc, there.path):
        return "", f"Twilio's list continues elsewhere, at {there.scheme}://{there.hostname}{there.path[:100]}"
    return there.geturl(), ""
