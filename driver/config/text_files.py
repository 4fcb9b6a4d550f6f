"""Decoding of text files from any editor: UTF-8 or UTF-16, with or without a byte order mark."""

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def decoded(data: bytes) -> str:
    """Return the text of a file. Notepad and PowerShell save UTF-16, or UTF-8 with a byte order mark.

    Raises:
        ValueError: the data is not valid text; the message names the line and the remedy.
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", _unmarked(data)))
    data = data[len(mark) :]
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as exc:
        line = data[: exc.start].decode(encoding, "replace").count("\n") + 1
        shown = "byte" if len(data[exc.start : exc.end]) == 1 else "bytes"
        values = " ".join(f"0x{value:02X}" for value in data[exc.start : exc.end])
        raise ValueError(f"line {line}: {shown} {values}: not valid {encoding.upper()}; save it as UTF-8") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ValueError(f"line {line}: contains a NUL character; save it as UTF-8")
    return text


def _unmarked(data: bytes) -> str:
    """Return the encoding of a file without a mark. In UTF-16 that is mostly ASCII, every second byte is zero."""
    half = len(data) // 2
    if half and data[1::2].count(0) > half / 2:
        return "utf-16-le"
    if half and data[::2].count(0) > half / 2:
        return "utf-16-be"
    return "utf-8"
