"""TwiML parsing: the actions in a response to an inbound message, and the alerts it raises.

Source: Twilio's documentation of TwiML for messaging.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from fake_twilio.records import dataclass

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_VERSIONS = frozenset({"", "1", "1.0"})
"""Valid values of ``<Response version>``, which is rarely given."""

_CHARACTER_SETS = frozenset({"us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
"""Character sets besides UTF-8 that are supported if the content type names one."""

_MESSAGE_ATTRIBUTES = frozenset({"to", "from", "action", "method", "statusCallback"})


@dataclass(frozen=True, slots=True)
class Say:
    """Send a message: ``<Message>``, the older ``<Sms>``, or a whole plain-text response."""

    body: str
    media: tuple[str, ...] = ()
    to: str = ""
    sender: str = ""
    action: str = ""
    method: str = "POST"
    status_callback: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Continue with the document at another URL."""

    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Script:
    """The actions of a document, in order, and the codes of the alerts it raises.

    ``failed`` means that there is no usable document; ``failure`` is the code if its alert has already been raised.
    """

    verbs: tuple[Say | Redirect, ...] = ()
    alerts: tuple[int, ...] = ()
    failed: bool = False
    failure: int = 0


@dataclass(slots=True)
class _Reading:
    verbs: list[Say | Redirect] = field(default_factory=list)
    alerts: list[int] = field(default_factory=list)


def read_answer(content_type: str, document: bytes) -> Script:
    """Parse the response to an inbound message."""
    kind = content_type.partition(";")[0].strip().lower()
    if not document.strip():
        return Script()
    character_set = _character_set(content_type)
    if kind == "text/plain":
        return Script((Say(document.decode(character_set, "replace")),))
    if kind not in _XML_TYPES:
        return Script(alerts=(12300,), failed=True)
    if character_set != "utf-8" and b"encoding=" not in document.partition(b"?>")[0]:
        document = document.decode(character_set, "replace").encode()
    return read_document(document)


def _character_set(content_type: str) -> str:
    """Return the character set that a content type names; UTF-8 if it names none or an unsupported one."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(" \"'").lower() in _CHARACTER_SETS:
            return value.strip(" \"'").lower()
    return "utf-8"


def read_document(document: bytes) -> Script:
    """Parse a TwiML document; documents with a DOCTYPE are refused, so that no entity is ever expanded."""
    marked = document.startswith(_BYTE_ORDER_MARKS)
    if marked or b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        return Script(alerts=(12100,), failed=True)
    # Imported with the first document: most fakes only send at first, and start faster without it.
    from xml.etree import ElementTree

    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - DOCTYPE is refused above, and the size is bounded
    except (ElementTree.ParseError, ValueError, LookupError):
        return Script(alerts=(12100,), failed=True)
    if root.tag != "Response":
        return Script(alerts=(12102,), failed=True)
    if root.get("version", "") not in _VERSIONS:
        return Script(alerts=(12101,), failed=True)
    reading = _Reading()
    if root.text and root.text.strip():
        reading.alerts.append(12200)
    for element in root:
        _read_verb(element, reading)
    return Script(tuple(reading.verbs), tuple(reading.alerts))


def _read_verb(element: Element, reading: _Reading) -> None:
    if element.tag in ("Message", "Sms"):
        _read_message(element, reading)
    elif element.tag == "Redirect":
        method = _method(element.get("method"), reading)
        reading.verbs.append(Redirect((element.text or "").strip(), method))
    else:
        reading.alerts.append(12200 if str(element.tag).lower() in ("message", "sms", "redirect") else 14110)


def _read_message(element: Element, reading: _Reading) -> None:
    if set(element.keys()) - _MESSAGE_ATTRIBUTES:
        reading.alerts.append(12200)
    parts: list[str] = [element.text or ""]
    media: list[str] = []
    for child in element:
        if child.tag == "Body":
            parts.append(child.text or "")
        elif child.tag == "Media":
            url = (child.text or "").strip()
            if url:
                media.append(url)
            else:
                reading.alerts.append(12200)
        else:
            reading.alerts.append(12200)
        parts.append(child.tail or "")
    texts = [part for part in parts if part.strip()]
    reading.verbs.append(
        Say(
            body="".join(texts).strip(),
            media=tuple(media),
            to=element.get("to", ""),
            sender=element.get("from", ""),
            action=element.get("action", ""),
            method=_method(element.get("method"), reading),
            status_callback=element.get("statusCallback", ""),
        )
    )


def _method(value: str | None, reading: _Reading) -> str:
    if value is None or value in ("GET", "POST"):
        return value or "POST"
    reading.alerts.append(14104)
    return "POST"
