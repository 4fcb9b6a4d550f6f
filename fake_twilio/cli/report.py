"""A human-readable report of what a program did: messages, rejected requests, blocked hosts."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fake_twilio.errors import title
from fake_twilio.model.message import Message
from fake_twilio.request_log import Exchange

if TYPE_CHECKING:
    from fake_twilio.fake import FakeTwilio

MAX_LINES = 20
"""Maximum number of lines per section; the rest are only counted."""

_BODY_SHOWN = 60


def report(fake: "FakeTwilio") -> Iterator[str]:
    """Yield the lines, messages first."""
    messages = sorted(fake.context.state.messages(), key=lambda row: row.number)
    sent = [row for row in messages if row.outbound]
    came_in = [row for row in messages if not row.outbound]
    yield from _section(
        f"{_count(len(sent), 'message')} sent" if sent else "nothing was sent", [_text(row) for row in sent]
    )
    if came_in:
        yield from _section(f"{_count(len(came_in), 'message')} received", [_text(row) for row in came_in])
    refused = [entry for entry in fake.requests if entry.status >= 400]
    if refused:
        yield from _section(f"{_count(len(refused), 'request')} refused", [_refusal(entry) for entry in refused])
    for host, times in fake.refused_hosts.items():
        yield f"the proxy refused {host} ({_count(times, 'time')}); to allow it, add --proxy-allow {host}"

    yield from _connections(fake)


def _connections(fake: "FakeTwilio") -> Iterator[str]:
    """Yield what distinguishes a program that bypassed the fake from one that sent nothing."""
    listeners = fake.listeners
    if listeners is None:
        return
    handshakes = listeners.handshakes
    if handshakes.refused:
        yield (
            f"{_count(handshakes.refused, 'client')} did not trust the certificate; "
            f"make {'it' if handshakes.refused == 1 else 'them'} trust {listeners.ca_file}"
        )
    if handshakes.unused:
        yield (
            f"{_count(handshakes.unused, 'connection')} closed without a request: "
            f"the client may not trust the certificate; if so, make it trust {listeners.ca_file}"
        )
    if not (fake.requests or handshakes.seen or (listeners.proxy and listeners.proxy.connections)):
        yield "no connection was seen: the program made no request, or its requests bypassed the fake"


def _section(head: str, lines: list[str]) -> Iterator[str]:
    yield head
    for line in lines[:MAX_LINES]:
        yield f"  {line}"
    if len(lines) > MAX_LINES:
        yield f"  and {len(lines) - MAX_LINES} more"


def _text(message: Message) -> str:
    failure = f" ({message.error_code} {title(message.error_code)})" if message.error_code else ""
    body = message.body if len(message.body) <= _BODY_SHOWN else message.body[: _BODY_SHOWN - 1] + "…"
    return f"{message.sender} → {message.to}  {message.status}{failure}  {json.dumps(body, ensure_ascii=False)}"


def _refusal(entry: Exchange) -> str:
    try:
        error = json.loads(entry.response)
        said = f"{error['code']} {error['message']}"
    except (ValueError, TypeError, KeyError):
        said = entry.response_type
    return f"{entry.method} {entry.target.partition('?')[0]}  HTTP {entry.status}  {said}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
