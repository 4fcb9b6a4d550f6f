"""Twilio's refusals: an exception that names a row of the catalogue, and the text that a client gets to read for it."""

from fake_twilio.errors.catalogue import CATALOGUE, Entry, Reach

__all__ = ["CATALOGUE", "Entry", "Reach", "TwilioError", "code_in", "mask", "more_info", "page_in", "title"]

GENERATIONS = ("2026", "2019")
"""The generations of wire texts that can be chosen; the first is the default."""


class TwilioError(Exception):
    """A request that Twilio refuses; the API turns it into the error body.

    Args:
        code: Twilio's error code, a key of ``CATALOGUE``.
        status: HTTP status, when it differs from the catalogue's.
        text: the whole message, when no row of the catalogue fits (faults use it).
        headers: extra response headers, such as ``Retry-After``.
        rfc9457: whether the error has the form that Twilio's newer products use.
        facts: what the catalogue's text has placeholders for: ``to``, ``sender``, ``account``, ``path``, …
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
        """Return the text on the wire in the chosen generation, with destination numbers masked as was its habit."""
        if self._text is not None:
            return self._text
        entry = CATALOGUE[self.code]
        old = generation != GENERATIONS[0]
        template = entry.old_text if old and entry.old_text else entry.text
        facts = dict(self._facts)
        if not old and "to" in facts:
            facts["to"] = mask(facts["to"])
        if old and facts.get("path", "").startswith("/v1/"):
            # The product APIs knew their paths without their version until 2022; seen on the wire.
            facts["path"] = facts["path"].removeprefix("/v1")
        return template.format_map(_Facts(facts)) if "{" in template else template

    def code_in(self, generation: str) -> int:
        """Return the code on the wire in a generation."""
        return self.code if self._text is not None else code_in(self.code, generation)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message()}"


class _Facts(dict[str, str]):
    """Facts for a text; one that is missing leaves its place empty instead of failing the answer."""

    def __missing__(self, key: str) -> str:
        return ""


def code_in(code: int, generation: str) -> int:
    """Return the code that a situation had in a generation: what has a code of its own now may once have shared one."""
    entry = CATALOGUE.get(code)
    old = generation != GENERATIONS[0]
    return entry.old_code if old and entry is not None and entry.old_code else code


def mask(number: str) -> str:
    """Hide the last four characters of a number, or all of a shorter one, with one X for each.

    The API does so in its error texts since 2023, in receipts of channels and where a sender asked for ``obfuscate``.
    """
    return number[:-4] + "X" * min(4, len(number))


def more_info(code: int) -> str:
    """Return the address of the page about an error code."""
    return f"https://www.twilio.com/docs/errors/{code}"


def page_in(code: int, generation: str) -> int:
    """Return the number of the page that error bodies of a generation point to: the code's, but for one."""
    entry = CATALOGUE.get(code)
    return (entry.page if entry is not None and generation == GENERATIONS[0] else 0) or code


def title(code: int, generation: str = GENERATIONS[0]) -> str:
    """Return the short title that Twilio shows for a code, such as a message's ``error_message``.

    Empty when unknown.
    """
    entry = CATALOGUE.get(code)
    if entry is None:
        return ""
    old = generation != GENERATIONS[0] and not entry.status
    return entry.old_text if old and entry.old_text else entry.title
