"""What people type on a phone, as it was meant."""

import pytest

from driver.domain.reply_normalization import BROKEN, plain


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a\r\nb", "a b"),
        ("a\r\nSent from my iPhone", "a"),
        ("a\u2028Sent from my iPhone", "a"),
        ("a\u2029Sent from my iPhone", "a"),
        ("a\x01b\u00a0c", "a b c"),
        ('""', '""'),
        ('"a"', "a"),
        ("'\"a\"'", "a"),
        ("(12) [a]", "12 a"),
        ("<12>", "12"),
        ("x\u200b1\u200b2", f"x1{BROKEN}2"),
        ("１٢", "12"),
        ("—‘a’", "-'a'"),
        ("XL", "XL"),
        ("- John", "- John"),
        ("12\nok\n- John", "12 ok"),
        ("", ""),
    ],
)
def test_a_text_is_one_plain_line(written: str, meant: str) -> None:
    assert plain(written) == meant
