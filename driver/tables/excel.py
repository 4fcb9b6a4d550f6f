"""The habits of spreadsheet programs: how they encode a text file, which separator they use, what they do to cells."""

import re

from driver.config.text_files import decoded

#: Excel's plain "CSV" in western languages.
_ANSI = "cp1252"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)

#: What makes a spreadsheet run a cell as a formula; ``+`` also makes it turn a phone number into a plain number.
_RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"''*[=+\-@\t\r\n＝＋－＠]")
_PHONE_NUMBER = re.compile(r"\+[0-9]{1,15}")

#: What becomes of a long number in a column that is not formatted as text. Decimal commas included.
SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file, and a warning if its encoding had to be guessed.

    Raises:
        ValueError: the bytes are no text.
    """
    try:
        return decoded(data), ""
    except ValueError:
        if data.startswith(_UTF16_MARKS) or b"\0" in data:
            raise
    try:
        text = data.decode(_ANSI)
    except UnicodeDecodeError:
        raise ValueError("the file is not text; save it as 'CSV UTF-8 (comma delimited)'") from None
    return text, "the file is not UTF-8; it was read as Windows-1252. Look at letters with accents in the difference"


def separator(text: str) -> tuple[str, str, int]:
    """Return the separator, the text behind a ``sep=;`` line, and how many lines such a line took (0 or 1).

    Without that line the separator is the one most frequent in the first line: Excel writes ``;`` where the comma is
    the decimal sign, and tabs in "Unicode Text".
    """
    told = _SEPARATOR_LINE.match(text)
    if told and told[1] in _SEPARATORS:
        return told[1], text[told.end() :], 1
    first = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return max(_SEPARATORS, key=first.count), text, 0


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe in front, as one types it by hand."""
    return f"'{cell}" if _RISKY.match(cell) else cell


def is_phone_number(cell: str) -> bool:
    """Tell whether a cell is a phone number and nothing else: it begins as a formula does, and calculates nothing."""
    return _PHONE_NUMBER.fullmatch(cell) is not None


def unguard(cell: str) -> str:
    """Take back one apostrophe of ``guard`` (or of a person who typed ``'+1…`` so that the plus sign stays)."""
    return cell[1:] if _GUARDED.match(cell) else cell


def cell_name(line: int, position: int) -> str:
    """Return the spreadsheet's name of a place; ``position`` counts from 0, so line 7 and position 2 are ``C7``."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{line}"
