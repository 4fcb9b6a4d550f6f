"""The ``[[phones]]`` section: a phone's two numbers, and the checks of the pair."""

from collections.abc import Iterable, Iterator
from typing import Self

from pydantic import model_validator

from driver.config.types import Identifier, PhoneNumber, Section, Sender

#: The error of a phone that ``texts_itself``.
TEXTS_ITSELF = (
    "has the same external_phone_number and twilio_phone_number; Twilio sends no message from a number to itself"
)


class PhoneConfig(Section):
    """A phone asset. If one of its numbers is missing, the phone is shown as No Communication, with the reason."""

    id: Identifier
    """Asset id. It must be unique and permanent."""
    caption: str = ""
    """Display name. If empty, the id is used."""
    logging_description: str = ""
    """Location in alarms and in the audit. If empty, the caption is used."""
    external_phone_number: PhoneNumber | None = None
    """The person's number."""
    twilio_phone_number: Sender | None = None
    """The Twilio number that messages are sent from and replies arrive at, or a Messaging Service SID."""

    @model_validator(mode="after")
    def _two_numbers(self) -> Self:
        if texts_itself(self.external_phone_number, self.twilio_phone_number):
            raise ValueError(f"the phone {self.id!r} {TEXTS_ITSELF}")
        return self


def texts_itself(external: str | None, twilio: str | None) -> bool:
    """Return whether a phone's messages would go from a number to that same number."""
    return bool(external) and external == twilio


def same_numbers(phones: Iterable[PhoneConfig]) -> Iterator[tuple[str, str]]:
    """Yield every phone with the same two numbers as an earlier one: its id and the earlier phone's id."""
    pairs: dict[tuple[str, str], str] = {}
    for phone in phones:
        if phone.external_phone_number and phone.twilio_phone_number:
            other = pairs.setdefault((phone.external_phone_number, phone.twilio_phone_number), phone.id)
            if other != phone.id:
                yield phone.id, other
