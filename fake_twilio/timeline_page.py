"""The timeline of a fake as one self-contained HTML page."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from typing import NamedTuple
from urllib.parse import parse_qsl

from fake_twilio.model.message import Message
from fake_twilio.request_log import Exchange, WebhookAttempt

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-top: 1px solid #8886; }
td { overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
pre { overflow-x: auto; padding: .8rem; background: #8881; white-space: pre-wrap; }
.bad { color: light-dark(#b00020, #ff8a80); } .fault { font-weight: 600; }
"""


class TimelineEntry(NamedTuple):
    """One line of the timeline."""

    at: datetime
    kind: str
    what: str
    result: str
    bad: bool
    fault: str
    detail: str


def timeline_page(
    title: str,
    failure: str,
    messages: Sequence[Message],
    *,
    requests: Iterable[Exchange],
    webhooks: Iterable[WebhookAttempt],
) -> str:
    """Return the page; it contains no secrets."""
    entries = sorted([*map(_request, requests), *map(_webhook, webhooks)], key=lambda entry: entry.at)
    rows = "".join(_timeline_row(entry) for entry in entries) or "<tr><td>nothing</td></tr>"
    texts = "".join(_message_row(row) for row in messages) or "<tr><td>none</td></tr>"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(title)}</h1><pre>{escape(failure)}</pre>"
        f"<h2>Messages</h2><table><tr><th>Made<th>From<th>To<th>Body<th>Status<th>Error</tr>{texts}</table>"
        f"<h2>Requests and webhooks</h2>"
        f"<table><tr><th>At<th>Kind<th>What<th>Result<th>Fault<th>Content</tr>{rows}</table></html>\n"
    )


def _request(row: Exchange) -> TimelineEntry:
    content = "\n".join([*_fields(row.body.decode("utf-8", "replace")), row.response.decode("utf-8", "replace")])
    result = f"{row.status} in {row.seconds * 1000:.0f} ms"
    return TimelineEntry(row.at, "request", f"{row.method} {row.target}", result, row.status >= 400, row.fault, content)


def _webhook(row: WebhookAttempt) -> TimelineEntry:
    content = "\n".join([*_fields(row.body), row.response])
    bad = row.status is None or row.status >= 400
    what = f"{row.method} {row.url} ({row.event or row.message_sid}, attempt {row.attempt})"
    return TimelineEntry(row.at, row.kind, what, str(row.status or row.error), bad, row.fault, content)


def _fields(form: str) -> Iterator[str]:
    return (f"{name}: {value}" for name, value in parse_qsl(form, keep_blank_values=True))


def _timeline_row(entry: TimelineEntry) -> str:
    content = f"<details><summary>show</summary><pre>{escape(entry.detail.strip())}</pre></details>"
    return (
        f"<tr><td>{_time(entry.at)}<td>{escape(entry.kind)}<td>{escape(entry.what)}"
        f'<td{" class=bad" if entry.bad else ""}>{escape(entry.result)}<td class="fault">{escape(entry.fault)}'
        f"<td>{content if entry.detail.strip() else ''}</tr>"
    )


def _message_row(row: Message) -> str:
    cells = (_time(row.created), row.sender or "", row.to, row.body, row.status.value, str(row.error_code or ""))
    return f"<tr>{''.join(f'<td>{escape(cell)}' for cell in cells)}</tr>"


def _time(at: datetime) -> str:
    return at.strftime("%H:%M:%S.%f")[:-3]
