"""JSON is parsed as strictly as the standard requires, even where the standard library is more lenient."""

import pytest

from fake_twilio.web import json_text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN",
        "[-Infinity]",
        "1e999",
        "9" * 400,
        '"\\ud800"',
        '"\t"',
        "1 2",
        "[" * 100_000 + "]" * 100_000,
        "'a'",
    ],
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        json_text.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2.5, null, true, "é"]}', {"a": [1, 2.5, None, True, "é"]}),
        ('"\\ud83d\\ude00"', "😀"),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
        ("123456789012345678901234567890", 1.2345678901234568e29),
    ],
)
def test_what_is_json_is_read(text: str, value: object) -> None:
    assert json_text.loads(text) == value


def test_it_is_written_compactly_and_always_in_utf_8() -> None:
    assert json_text.dumps({"a": [1, "é", None]}) == '{"a":[1,"é",null]}'.encode()
    assert json_text.dumps("\ud800") == b'"?"'
