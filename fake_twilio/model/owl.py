"""The image that Twilio's samples send, ``https://demo.twilio.com/owl.png``, redrawn."""

import struct
import zlib
from functools import cache

URL = "https://demo.twilio.com/owl.png"
_SIZE = 64
_WHITE, _BROWN, _BLACK, _ORANGE = b"\xff\xff\xff", b"\x8a\x5a\x2b", b"\x1e\x1e\x1e", b"\xf2\xa0\x2c"


@cache
def owl() -> bytes:
    """Return an owl as a PNG of 64 by 64 pixels."""
    rows = b"".join(b"\0" + b"".join(_pixel(x, y) for x in range(_SIZE)) for y in range(_SIZE))
    head = struct.pack(">IIBBBBB", _SIZE, _SIZE, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _pixel(x: int, y: int) -> bytes:
    """Return the color of a pixel: eyes, beak and body on white."""
    for center in (22, 42):
        distance = (x - center) ** 2 + (y - 24) ** 2
        if distance < 64:
            return _BLACK if distance < 16 else _WHITE
    if abs(x - 32) < (42 - y) / 2 and 30 <= y < 42:
        return _ORANGE
    return _BROWN if ((x - 32) / 26) ** 2 + ((y - 34) / 28) ** 2 < 1 else _WHITE


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
