"""The telephones that people hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from gherkin_tools.table_columns import columns
from harness.capabilities import Capability, needs
from harness.table_diff import compare
from steps.words import is_keyword

if TYPE_CHECKING:
    from harness.harness import Harness


@given(parsers.parse('"{name}" texts "{body}"'))
@when(parsers.parse('"{name}" texts "{body}"'))
@needs(Capability.UNSTAMPED, when=lambda body, **_: is_keyword(body))
def somebody_texts(harness: Harness, name: str, body: str) -> None:
    """A person texts the account's Twilio number. The name of a phone asset texts from its external number."""
    harness.twilio.text(name, body)


@given(parsers.parse('"{name}" texts "{body}" to {number}'))
@needs(Capability.UNSTAMPED, when=lambda body, **_: is_keyword(body))
def somebody_texts_a_number(harness: Harness, name: str, body: str, number: str) -> None:
    """A person texts one of the account's numbers: `Twilio` is the first, `Twilio 2` the second."""
    harness.twilio.text(name, body, number)


@then(parsers.parse('the handset of "{name}" shows:'))
@columns("way", "from", "to", "sender", "body", "status")
def the_handset_shows(harness: Harness, name: str, datatable: Sequence[Sequence[str]]) -> None:
    """What the person sees, in order. Columns: way (`in` or `out`), sender, from, to, body, status."""
    harness.eventually(
        lambda: compare(datatable, harness.twilio.handset(name), in_order=True), f"the handset of {name}"
    )


@then(parsers.parse('the handset of "{name}" shows nothing'))
def the_handset_shows_nothing(harness: Harness, name: str) -> None:
    """No text has arrived and none was written."""
    harness.eventually(lambda: compare([["body"]], harness.twilio.handset(name)), f"the handset of {name}")
