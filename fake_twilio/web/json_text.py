"""Encoding and decoding JSON with the standard library, as strictly as the standard."""

import json
import math
from typing import Any, NoReturn

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dumps(document: Any) -> bytes:
    """Return a document as compact JSON; a lone surrogate, which UTF-8 cannot encode, becomes a question mark."""
    return _ENCODER.encode(document).encode("utf-8", "replace")


def loads(text: str) -> Any:
    """Parse a document.

    Raises:
        ValueError: if it is not JSON, or contains what cannot be written: an infinite number, a lone surrogate, or
            too many levels of nesting.
    """
    try:
        document = _DECODER.decode(text)
        if "\\u" in text:
            _ENCODER.encode(document).encode()
    except RecursionError:
        raise ValueError("it has too many levels of nesting") from None
    except UnicodeEncodeError:
        raise ValueError("a \\u escape is a lone surrogate") from None
    return document


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"the number {digits} is too large")
    return number


def _whole(digits: str) -> int | float:
    """Return an integer; beyond 64 bits it becomes a float, as in most JSON parsers."""
    if len(digits) < 19 or (len(digits) <= 20 and -(2**63) <= int(digits) < 2**64):
        return int(digits)
    return _finite(digits)


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_int=_whole, parse_constant=_constant)
