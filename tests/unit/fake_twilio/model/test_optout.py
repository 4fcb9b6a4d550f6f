"""Opt-out and opt-in keywords."""

import pytest

from fake_twilio.model import optout


@pytest.mark.parametrize(
    "word", ["stop", " STOP ", "StopAll", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"]
)
def test_words_that_stop(word: str) -> None:
    assert optout.keyword(word) is optout.Keyword.STOP


def test_only_whole_messages_are_keywords() -> None:
    assert optout.keyword("please stop") is None
    assert optout.keyword("yes") is optout.Keyword.START
    assert optout.keyword("Info") is optout.Keyword.HELP
