"""Form decoding for ``multipart/form-data``, which some HTTP libraries send unless asked for something else."""

import re

from fake_twilio.web.forms import MAX_FIELDS, Form, FormError

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_NAME = re.compile(rb';\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.IGNORECASE)
_ESCAPED = re.compile(rb"\\(.)")


def decode_multipart(content_type: str, raw: bytes) -> Form:
    """Decode a body; the value of a file is its content. Bytes that are not UTF-8 become U+FFFD.

    Raises:
        FormError: when the body is not what its content type says, or has more than ``MAX_FIELDS`` fields.
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise FormError("multipart/form-data needs a boundary in the Content-Type header")
    delimiter = b"--" + (found[1] or found[2]).encode("latin-1", "replace")
    sections = (b"\r\n" + raw).split(b"\r\n" + delimiter, MAX_FIELDS + 1)
    if not sections[-1].startswith(b"--") or len(sections) == 1:
        if len(sections) > MAX_FIELDS + 1:
            raise FormError(f"a form has at most {MAX_FIELDS} fields")
        raise FormError("the body does not end with the boundary that the Content-Type header names")
    return Form([_field(section) for section in sections[1:-1]])


def _field(section: bytes) -> tuple[str, str]:
    """Return name and value of one part."""
    head, blank, value = section.partition(b"\r\n\r\n")
    disposition = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-disposition:")), b"")
    name = _NAME.search(disposition)
    if not blank or name is None:
        raise FormError("a part of the form has no name in its Content-Disposition header")
    plain = _ESCAPED.sub(rb"\1", name[1]) if name[1] is not None else name[2]
    return plain.decode("utf-8", "replace"), value.decode("utf-8", "replace")
