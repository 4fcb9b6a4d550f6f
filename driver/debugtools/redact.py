"""Keeps secrets and private data out of every log record, including those of libraries."""

import re
from collections.abc import Iterable, MutableMapping
from datetime import datetime
from typing import Any

from driver.domain.answer_pins import is_pin, without_pin
from driver.domain.phone_numbers import shortened

_NUMBER = re.compile(r"(?:\+|%2[Bb])([1-9]\d{6,14})")
_CREDENTIAL = re.compile(r"(?i)\b(basic|bearer)\s+[A-Za-z0-9+/=._~-]{8,}")
_LOGIN = re.compile(r"(?<=://)[^/?#\s'\"@]+(?=@)")
_SECRET_KEYS = re.compile(r"(?i)token|secret|password|authorization|cookie|shared_key")
_BODY_KEYS = frozenset({"body", "content", "message_content", "text"})
HIDDEN = "[hidden]"


class Redactor:
    """A structlog processor that hides secrets, shortens phone numbers and, by default, omits message texts."""

    def __init__(self, secrets: Iterable[str], *, bodies: bool = False) -> None:
        self._secrets: tuple[str, ...] = ()
        self._pins: tuple[str, ...] = ()
        self.configure(secrets, bodies=bodies)

    def configure(self, secrets: Iterable[str], *, bodies: bool) -> None:
        """Also hide these secrets, in addition to those already hidden."""
        hidden = {*self._secrets, *(secret for secret in secrets if len(secret) >= 4)}
        self._secrets = tuple(sorted(hidden, key=len, reverse=True))
        self._pins = tuple(filter(is_pin, self._secrets))
        self._bodies = bodies

    def __call__(self, _logger: object, _method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Return the redacted record."""
        for key, value in record.items():
            record[key] = self._named(key, value)
        return record

    def text(self, text: str) -> str:
        """Return a text without secrets and with shortened phone numbers."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pin in self._pins:
            text = without_pin(text, pin, HIDDEN)
        text = _LOGIN.sub(HIDDEN, text)
        text = _CREDENTIAL.sub(lambda found: f"{found[1]} {HIDDEN}", text)
        return _NUMBER.sub(lambda found: shortened(f"+{found[1]}"), text)

    def _named(self, key: str, value: Any) -> Any:
        if _SECRET_KEYS.search(key) and value:
            return HIDDEN
        if key.lower() in _BODY_KEYS and not self._bodies and isinstance(value, str):
            return f"[{len(value)} characters]"
        return self.clean(value)

    def clean(self, value: Any) -> Any:
        """Return a redacted copy of a value, however deeply nested."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self._named(str(key), item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.clean(item) for item in value]
        if value is None or isinstance(value, bool | int | float | datetime):
            return value
        return self.text(_written(value))


def _written(value: object) -> str:
    try:
        return str(value)
    except Exception as exc:  # noqa: BLE001 - anything may be logged
        return f"a {type(value).__name__} that cannot be written ({type(exc).__name__})"
