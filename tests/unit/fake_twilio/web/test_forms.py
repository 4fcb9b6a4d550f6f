"""Forms in ``multipart/form-data``, as HTTP libraries write them, and malformed ones."""

import pytest

from fake_twilio.web.forms import MAX_FIELDS, FormError, decode_multipart

TYPE = "multipart/form-data; boundary=xyz"


def _part(name: str, value: str, further: str = "") -> str:
    return f'--xyz\r\nContent-Disposition: form-data; name="{name}"{further}\r\n\r\n{value}\r\n'


def test_fields_keep_their_order_and_their_line_breaks() -> None:
    raw = (
        _part("To", "+12015550101") + _part("Body", "one\r\n--two é") + _part("To", "again") + "--xyz--\r\n"
    ).encode()
    assert decode_multipart(TYPE, raw).pairs == [("To", "+12015550101"), ("Body", "one\r\n--two é"), ("To", "again")]


@pytest.mark.parametrize("content_type", ['multipart/form-data; boundary="xyz"', "Multipart/Form-Data; Boundary=xyz"])
def test_the_boundary_may_be_quoted(content_type: str) -> None:
    raw = (_part('a \\"name\\"', "1", '; filename="x.txt"\r\nContent-Type: text/plain') + "--xyz--").encode()
    assert decode_multipart(content_type, raw).pairs == [('a "name"', "1")]


@pytest.mark.parametrize(
    ("content_type", "raw", "said"),
    [
        ("multipart/form-data", b"--xyz--", "needs a boundary"),
        (TYPE, b"To=1", "does not end with the boundary"),
        (TYPE, _part("To", "1").encode(), "does not end with the boundary"),
        (TYPE, b"--", "does not end with the boundary"),
        (TYPE, b"--xyz\r\nContent-Type: text/plain\r\n\r\n1\r\n--xyz--", "has no name"),
        (TYPE, b'--xyz\r\nContent-Disposition: form-data; name="To"\r\n--xyz--', "has no name"),
        (TYPE, (_part("a", "1") * (MAX_FIELDS + 1) + "--xyz--").encode(), "at most 1000 fields"),
    ],
)
def test_what_is_broken_is_named(content_type: str, raw: bytes, said: str) -> None:
    with pytest.raises(FormError, match=said):
        decode_multipart(content_type, raw)


def test_as_many_fields_as_a_form_may_have() -> None:
    raw = (_part("a", "1") * MAX_FIELDS + "--xyz--").encode()
    assert len(decode_multipart(TYPE, raw).pairs) == MAX_FIELDS
