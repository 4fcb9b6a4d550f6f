"""Twilio's errors: an exception that refers to a row of the catalogue, and the message that clients receive."""

from collections import defaultdict

from fake_twilio.errors.catalogue import CATALOGUE, Entry, Reach

__all__ = ["CATALOGUE", "Entry", "Reach", "TwilioError", "code_in", "mask", "more_info", "page_in", "title"]

GENERATIONS = ("2026", "2019")
"""The wire generations to choose from; the first is the default."""


class TwilioError(Exception):
    """A refused request; the API turns it into the error body.

    Args:
        code: Twilio's error code, a key of ``CATALOGUE``.
        status: HTTP status, if it differs from the catalogue's.
        text: the whole message, if no row of the catalogue fits (used by faults).
        headers: extra response headers, such as ``Retry-After``.
        rfc9457: whether to use the error format of Twilio's newer products.
        facts: values of the placeholders in the catalogue's text: ``to``, ``sender``, ``account``, ``path``, …
    """

    def __init__(
        self,
        code: int,
        *,
        status: int | None = None,
        text: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        rfc9457: bool = False,
        **facts: str,
    ) -> None:
        super().__init__(code)
        entry = CATALOGUE.get(code)
        self.code = code
        self.status = status or (entry.status if entry else 0) or 400
        self.headers = headers
        self.rfc9457 = rfc9457
        self._text = text
        self._facts = facts

    def message(self, generation: str = GENERATIONS[0]) -> str:
        """Return the wire text in a generation, with destination numbers masked as in that generation."""
        if self._text is not None:
            return self._text
        entry = CATALOGUE[self.code]
        old = generation != GENERATIONS[0]
        template = entry.old_text if old and entry.old_text else entry.text
        facts = defaultdict(str, self._facts)
        if not old and "to" in facts:
            facts["to"] = mask(facts["to"])
        if old and facts.get("path", "").startswith("/v1/"):
            # Until 2022, the product APIs gave their paths without the version; seen on the wire.
            facts["path"] = facts["path"].removeprefix("/v1")
        return template.format_map(facts) if "{" in template else template

    def code_in(self, generation: str) -> int:
        """Return the wire code in a generation."""
        return self.code if self._text is not None else code_in(self.code, generation)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message()}"


def code_in(code: int, generation: str) -> int:
    """Return the code for a situation in a generation: situations with separate codes now may once have shared one."""
    entry = CATALOGUE.get(code)
    old = generation != GENERATIONS[0]
    return entry.old_code if old and entry is not None and entry.old_code else code


def mask(number: str) -> str:
    """Replace the last four characters of a number, or all of a shorter one, with an X each.

    The API has done this in error texts since 2023; it also does in channel callbacks and for ``obfuscate``.
    """
    return number[:-4] + "X" * min(4, len(number))


def more_info(code: int) -> str:
    """Return the URL of the page about an error code."""
    return f"https://www.twilio.com/docs/errors/{code}"


def page_in(code: int, generation: str) -> int:
    """Return the number of the page that a generation's error bodies link to: the code itself, with one exception."""
    entry = CATALOGUE.get(code)
    return (entry.page if entry is not None and generation == GENERATIONS[0] else 0) or code


def title(code: int, generation: str = GENERATIONS[0]) -> str:
    """Return the short title that Twilio shows for a code, as in a message's ``error_message``.

    Empty if the code is unknown.
    """
    entry = CATALOGUE.get(code)
    if entry is None:
        return ""
    old = generation != GENERATIONS[0] and not entry.status
    return entry.old_text if old and entry.old_text else entry.title
