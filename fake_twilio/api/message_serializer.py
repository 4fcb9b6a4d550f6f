"""Serializing a message in Twilio's format: as a document for any format, and directly to JSON for the hot path."""

from json.encoder import encode_basestring
from typing import Any, NamedTuple

from fake_twilio.errors import GENERATIONS, title
from fake_twilio.model.dates import rfc2822
from fake_twilio.model.message import Message

API = "/2010-04-01/Accounts"


class MessageStyle(NamedTuple):
    """How messages are shown: the wire generation, and whether error titles are included."""

    generation: str = GENERATIONS[0]
    titles: bool = False

    def title(self, code: int | None) -> str | None:
        """Return the ``error_message`` for a code: none in the 2026 generation, whatever the reference says."""
        return title(code, self.generation) if code and self.titles else None

    def price_unit(self, message: Message) -> str | None:
        """Return the currency: none for a message on a channel other than SMS without a price yet, as seen in 2021."""
        if message.price is None and ":" in message.to and self.generation == GENERATIONS[0]:
            return None
        return "USD"


def message_document(message: Message, style: MessageStyle, *, created: bool = False) -> dict[str, Any]:
    """Return a message with every key in Twilio's response, in the order of its recorded XML.

    ``created`` selects the response to its creation, which has fewer links.
    """
    base = f"{API}/{message.account_sid}/Messages/{message.sid}"
    links = {"media": f"{base}/Media.json"}
    if not created:
        links["feedback"] = f"{base}/Feedback.json"
    return {
        "sid": message.sid,
        "date_created": rfc2822(message.created),
        "date_updated": rfc2822(message.updated),
        "date_sent": rfc2822(message.sent) if message.sent else None,
        "account_sid": message.account_sid,
        "to": message.to,
        "from": message.sender,
        "messaging_service_sid": message.service_sid,
        "body": message.body,
        "status": message.status.value,
        "num_segments": str(message.segments),
        "num_media": str(message.media),
        "direction": message.direction.value,
        "api_version": "2010-04-01",
        "price": message.price,
        "price_unit": style.price_unit(message),
        "error_code": message.error_code,
        "error_message": style.title(message.error_code),
        "uri": f"{base}.json",
        "subresource_uris": links,
    }


def message_json(message: Message, style: MessageStyle, *, created: bool = False) -> str:
    """Return the same as ``message_document``, as JSON, without building the document."""
    text = encode_basestring
    date = rfc2822(message.updated)
    updated = f'"{date}"'
    created_at = updated if message.created is message.updated else f'"{rfc2822(message.created)}"'
    sent = (
        "null" if message.sent is None else updated if message.sent is message.updated else f'"{rfc2822(message.sent)}"'
    )
    base = f"{API}/{message.account_sid}/Messages/{message.sid}"
    feedback = "" if created else f', "feedback": "{base}/Feedback.json"'
    sender = "null" if message.sender is None else text(message.sender)
    code = message.error_code
    error_title = style.title(code) if code else None
    unit = '"USD"' if ":" not in message.to else _plain(style.price_unit(message))
    return (
        f'{{"body": {text(message.body)}, "num_segments": "{message.segments}", "direction": "{message.direction}", '
        f'"from": {sender}, "date_updated": {updated}, "price": {_plain(message.price)}, '
        f'"error_message": {"null" if error_title is None else text(error_title)}, "uri": "{base}.json", '
        f'"account_sid": "{message.account_sid}", "num_media": "{message.media}", "to": {text(message.to)}, '
        f'"date_created": {created_at}, "status": "{message.status}", "sid": "{message.sid}", "date_sent": {sent}, '
        f'"messaging_service_sid": {_plain(message.service_sid)}, "error_code": {code or "null"}, '
        f'"price_unit": {unit}, "api_version": "2010-04-01", '
        f'"subresource_uris": {{"media": "{base}/Media.json"{feedback}}}}}'
    )


def _plain(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'
