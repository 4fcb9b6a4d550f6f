"""A phone's section: its two numbers, and what is wrong with some pairs of them."""

from collections.abc import Iterable, Iterator
from typing import Self

from pydantic import model_validator

from driver.config.types import Identifier, PhoneNumber, Section, Sender

#: What is wrong with a phone that ``texts_itself``.
TEXTS_ITSELF = (
    "has one number as external_phone_number and twilio_phone_number; Twilio sends no text from a number to itself"
)


class PhoneConfig(Section):
    """One phone asset. A phone without one of its numbers is shown as No Communication with the reason."""

    id: Identifier
    """Asset id: unique and permanent."""
    caption: str = ""
    """Name shown; empty: the id."""
    logging_description: str = ""
    """Location in alarms and in the audit; empty: the caption."""
    external_phone_number: PhoneNumber | None = None
    """The person's number."""
    twilio_phone_number: Sender | None = None
    """The number texts leave from and answers come to, or a Messaging Service SID."""

    @model_validator(mode="after")
    def _two_numbers(self) -> Self:
        if texts_itself(self.external_phone_number, self.twilio_phone_number):
            raise ValueError(f"the phone {self.id!r} {TEXTS_ITSELF}")
        return self


def texts_itself(external: str | None, twilio: str | None) -> bool:
    """Return whether a phone's texts would go from a number to the same number."""
    return bool(external) and external == twilio


def same_numbers(phones: Iterable[PhoneConfig]) -> Iterator[tuple[str, str]]:
    """Go through the phones that have the same two numbers as one before them: its id and the other's."""
    pairs: dict[tuple[str, str], str] = {}
    for phone in phones:
        if phone.external_phone_number and phone.twilio_phone_number:
            other = pairs.setdefault((phone.external_phone_number, phone.twilio_phone_number), phone.id)
            if other != phone.id:
                yield phone.id, other
