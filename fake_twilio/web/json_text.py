"""JSON as bytes, and back: the standard library's, as strict as the standard itself."""

import json
import math
from typing import Any, NoReturn

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dumps(document: Any) -> bytes:
    """Return a document in compact JSON; half a surrogate pair, which UTF-8 cannot carry, becomes a question mark."""
    return _ENCODER.encode(document).encode("utf-8", "replace")


def loads(text: str) -> Any:
    """Read a document.

    Raises:
        ValueError: when it is not JSON, or holds what could never be written again: an infinite number, half a
            surrogate pair, or too many levels.
    """
    try:
        document = _DECODER.decode(text)
        if "\\u" in text:
            _ENCODER.encode(document).encode()
    except RecursionError:
        raise ValueError("it has too many levels") from None
    except UnicodeEncodeError:
        raise ValueError("a \\u escape is half of a surrogate pair") from None
    return document


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"the number {digits} is too large")
    return number


def _whole(digits: str) -> int | float:
    """Return a whole number; beyond 64 bits it is a float, as in most programs that read JSON."""
    return int(digits) if len(digits) < 19 else _large(digits)


def _large(digits: str) -> int | float:
    if len(digits) <= 20 and -(2**63) <= int(digits) < 2**64:
        return int(digits)
    return _finite(digits)


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_int=_whole, parse_constant=_constant)
