"""Words in feature files that stand for values, settings as they are written, and configurations as TOML."""

import tomllib

import pytest
from pytest_bdd import parsers

from harness.driver.configuration import in_sections, put, toml, value_of
from steps.words import WORDS


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("Times", "once", 1),
        ("Times", "twice", 2),
        ("Times", "3 times", 3),
        ("Times", "1 attempt", 1),
        ("Duration", "4.9 seconds", 4.9),
        ("Duration", "10 minutes", 600.0),
        ("Duration", "1 hour", 3600.0),
        ("Duration", "5 Seconds", 5.0),
        ("Times", "Once", 1),
        ("Messages", "Message", 1),
        ("Messages", "2 messages", 2),
    ],
)
def test_words_stand_for_values(kind: str, text: str, value: object) -> None:
    parser = parsers.parse(f"it was {{word:{kind}}} so", WORDS)
    assert parser.is_matching(f"it was {text} so")
    assert parser.parse_arguments(f"it was {text} so") == {"word": value}
    assert not parser.is_matching("it was somehow so")


@pytest.mark.parametrize(
    ("kind", "text"),
    [("Duration", "0 seconds"), ("Duration", "0.0 seconds"), ("Duration", "00 days"), ("Messages", "0 messages")],
)
def test_nothing_at_all_is_no_word(kind: str, text: str) -> None:
    assert not parsers.parse(f"it was {{word:{kind}}} so", WORDS).is_matching(f"it was {text} so")


@pytest.mark.parametrize("text", ["0.5 seconds", "0.05 seconds", "10 seconds", "05 seconds"])
def test_a_little_is_a_word(text: str) -> None:
    assert parsers.parse("it was {word:Duration} so", WORDS).is_matching(f"it was {text} so")


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("no", False), ("-", None), ("3", 3), ("2.5", 2.5), ("poll", "poll"), ("+1", 1)]
)
def test_settings_are_written_plainly(text: str, value: object) -> None:
    assert value_of(text) == value


def test_a_setting_is_put_where_its_path_says_and_taken_out_again() -> None:
    tree: dict[str, object] = {"states": {"latch": False}}
    put(tree, "states.latch", True)
    put(tree, "receive.mode", "both")
    put(tree, "states.nothing", None)
    assert tree == {"states": {"latch": True}, "receive": {"mode": "both"}}


def test_a_configuration_survives_being_written_as_toml() -> None:
    made = {
        "system": {"id": "twilio"},
        "receive": {"poll_interval_s": 10.0, "on": True},
        "notify": {"acknowledgers": ["desk"], "templates": {"alarm": 'say "hello"\nand go'}},
        "phones": [{"id": "gate", "caption": "Gate \\ Tür"}, {"id": "dock"}],
    }
    assert tomllib.loads(toml(made)) == made


def test_settings_of_sections_are_put_one_by_one_beside_others() -> None:
    text = '[receive]\nmode = "both"\n[notify.quiet_hours]\nzone = "UTC"\n[[workflows]]\nname = "a"\n'
    assert in_sections(text) == {
        "receive.mode": "both",
        "notify.quiet_hours": {"zone": "UTC"},
        "workflows": [{"name": "a"}],
    }
    with pytest.raises(AssertionError, match="the text under the step is invalid TOML"):
        in_sections("mode = both")
