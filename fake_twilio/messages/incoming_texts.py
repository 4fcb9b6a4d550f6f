"""Bulk inbound messages from a CSV file: who sends what to which number, and when on the fake's clock."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from fake_twilio.messages.handsets import Handsets, UnknownNumberError
from fake_twilio.model.addresses import e164
from fake_twilio.seed.text_files import decoded

COLUMNS = ("seconds", "from", "to", "body")
MAX_SECONDS = 366 * 86_400

_logger = logging.getLogger(__name__)


class IncomingTextsError(ValueError):
    """The file is invalid. Each entry of ``problems`` names the line, column and value, and says what to do."""

    def __init__(self, problems: list[str], path: Path | None = None) -> None:
        super().__init__("; ".join(problems) if path is None else "\n".join(f"{path}: {text}" for text in problems))
        self.problems = problems


class IncomingText(NamedTuple):
    """A row of the file: a person messages a Twilio number some seconds from now."""

    seconds: float
    sender: str
    to: str
    body: str


def plan(handsets: Handsets, content: bytes) -> int:
    """Schedule a file's messages (columns ``seconds``, ``from``, ``to``, ``body``) and return their number.

    Raises:
        IncomingTextsError: listing every mistake in the file; nothing is scheduled then.
    """
    try:
        texts = read_incoming_texts(decoded(content), handsets.recipient)
    except IncomingTextsError:
        raise
    except ValueError as exc:
        raise IncomingTextsError([str(exc)]) from None
    context = handsets.context
    now = context.now()
    for text in texts:
        context.scheduler.at(now + timedelta(seconds=text.seconds), partial(_send, handsets, text))
    return len(texts)


def plan_file(handsets: Handsets, path: Path) -> int:
    """Schedule the messages of a file on disk and return their number.

    Raises:
        IncomingTextsError: listing every mistake in the file, each with its path.
    """
    try:
        return plan(handsets, path.read_bytes())
    except OSError as exc:
        raise IncomingTextsError([f"cannot be read: {exc.strerror}"], path) from None
    except IncomingTextsError as exc:
        raise IncomingTextsError(exc.problems, path) from None


def _send(handsets: Handsets, text: IncomingText) -> None:
    try:
        handsets.send(text.sender, text.to, text.body)
    except UnknownNumberError as exc:
        # The number may have been released since the file was read.
        _logger.warning('planned_text_not_sent reason="%s"', exc)


def read_incoming_texts(content: str, check_recipient: Callable[[str], object]) -> list[IncomingText]:
    """Return the rows of a CSV file; ``check_recipient`` raises for a number that no account owns.

    Raises:
        IncomingTextsError: listing every mistake in the file.
    """
    import csv

    problems: list[str] = []
    texts: list[IncomingText] = []
    rows = csv.reader(content.splitlines(keepends=True), strict=True)
    line = 1
    try:
        names = next(rows, [])
        if sorted(names) != sorted(COLUMNS):
            problems.append(
                f"line 1: expected the columns {', '.join(COLUMNS)}, found {', '.join(names) or 'none'}; "
                f"begin the file with the line {','.join(COLUMNS)}"
            )
        else:
            line = rows.line_num + 1
            for cells in rows:
                if cells:
                    mistakes = list(_mistakes(names, cells, check_recipient))
                    problems += [f"line {line}: {mistake}" for mistake in mistakes]
                    if not mistakes:
                        texts.append(_text(names, cells))
                line = rows.line_num + 1
    except csv.Error as exc:
        problems.append(f"line {line}: {exc}; quote the body, and double each quote in it")
    if problems:
        raise IncomingTextsError(problems)
    return texts


def _mistakes(names: list[str], cells: list[str], check_recipient: Callable[[str], object]) -> Iterator[str]:
    if len(cells) != len(names):
        yield f"{len(cells)} cells for the columns {', '.join(names)}; quote a body that contains commas"
        return
    row = dict(zip(names, cells, strict=True))
    seconds = -1.0
    with suppress(ValueError):
        seconds = float(row["seconds"])
    if not 0 <= seconds <= MAX_SECONDS:
        yield f"seconds: {row['seconds']!r} is not a number from 0 to {MAX_SECONDS}; give the delay in seconds"
    if e164(row["from"]) is None:
        yield f"from: {row['from']!r} is not a phone number; use E.164 form, such as +12015550101"
    try:
        check_recipient(row["to"])
    except UnknownNumberError as exc:
        yield f"to: {exc}"


def _text(names: list[str], cells: list[str]) -> IncomingText:
    row = dict(zip(names, cells, strict=True))
    return IncomingText(float(row["seconds"]), e164(row["from"]) or "", row["to"], row["body"])
