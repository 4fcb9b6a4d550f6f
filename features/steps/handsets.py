"""Handsets, and the people who text with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from gherkin_tools.absence import absence
from gherkin_tools.table_columns import columns
from gherkin_tools.vocabulary import introduces
from harness.capabilities import Capability, needs
from harness.table_diff import compare
from harness.vocabularies import ANYBODY, MESSAGE_STATUS, RESERVED, WAY
from steps.words import WORDS, is_keyword

if TYPE_CHECKING:
    from harness.harness import Harness


@given(parsers.parse('there is a person called "{name}"'))
@introduces(lambda arguments, _: [("person", arguments["name"])], reserved=RESERVED)
def there_is_a_person(harness: Harness, name: str) -> None:
    """A person with a handset who is not one of the driver's phone assets. The harness assigns a number."""
    harness.personas.number(name)


@given(parsers.parse('"{name:Handset}" texts "{body}"', WORDS))
@when(parsers.parse('"{name:Handset}" texts "{body}"', WORDS))
@needs(Capability.UNSTAMPED, when=lambda body, **_: is_keyword(body))
def somebody_texts(harness: Harness, name: str, body: str) -> None:
    """Text the account's Twilio number. The name of a phone asset texts from its external number."""
    harness.twilio.text(name, body)


@given(parsers.parse('"{name:Handset}" sends a picture with the text "{body}"', WORDS))
@needs(Capability.CARRIER)
def somebody_texts_a_picture(harness: Harness, name: str, body: str) -> None:
    """Text a picture to the account's Twilio number."""
    harness.twilio.text(name, body, picture=True)


@given(parsers.parse('"{name:Handset}" texts "{body}" to {number:Sender}', WORDS))
@needs(Capability.UNSTAMPED, when=lambda body, **_: is_keyword(body))
def somebody_texts_a_number(harness: Harness, name: str, body: str, number: str) -> None:
    """Text one of the account's numbers: ``Twilio`` is the first, ``Twilio 2`` the second."""
    harness.twilio.text(name, body, number)


@then(parsers.parse('the handset of "{name:Handset}" shows:', WORDS))
@columns("body", way=WAY, status=MESSAGE_STATUS, to=ANYBODY, from_=ANYBODY)
def the_handset_shows(harness: Harness, name: str, datatable: Sequence[Sequence[str]]) -> None:
    """The messages on the person's handset, in order. Columns: way (``in`` or ``out``), from, to, body, status."""
    harness.eventually(
        lambda: compare(datatable, harness.twilio.handset(name), in_order=True), f"the handset of {name}"
    )


@then(parsers.parse('the handset of "{name:Handset}" shows nothing', WORDS))
@absence
def the_handset_shows_nothing(harness: Harness, name: str) -> None:
    """No message has arrived at the handset, and none was sent from it."""
    harness.never(lambda: compare([["body"]], harness.twilio.handset(name)), f'the handset of "{name}" shows nothing')
