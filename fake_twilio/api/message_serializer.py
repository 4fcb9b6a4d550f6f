"""A message in Twilio's wire form: as a document for any format, and as JSON text made in one go for the hot path."""

from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from fake_twilio.errors import title
from fake_twilio.model.dates import rfc2822
from fake_twilio.model.message import Message

API = "/2010-04-01/Accounts"


def message_document(message: Message, generation: str, *, created: bool = False) -> dict[str, Any]:
    """Return a message with every key that Twilio sends, in the order in which its XML was seen.

    `generation` is the one whose titles of errors are spoken; `created` is the answer to its creation, whose links are
    fewer.
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
        "price_unit": "USD",
        "error_code": message.error_code,
        "error_message": title(message.error_code, generation) if message.error_code else None,
        "uri": f"{base}.json",
        "subresource_uris": links,
    }


def message_json(message: Message, generation: str, *, created: bool = False) -> str:
    """Return the same as `message_document`, as JSON text, without building the document."""
    text = encode_basestring
    date = rfc2822(message.updated)
    updated = f'"{date}"'
    created_at = updated if message.created is message.updated else f'"{rfc2822(message.created)}"'
    sent = (
        "null" if message.sent is None else updated if message.sent is message.updated else f'"{rfc2822(message.sent)}"'
    )
    base = f"{API}/{message.account_sid}/Messages/{message.sid}"
    feedback = "" if created else f', "feedback": "{base}/Feedback.json"'
    code = message.error_code
    return (
        f'{{"body": {text(message.body)}, "num_segments": "{message.segments}", "direction": "{message.direction}", '
        f'"from": {_address(message.sender)}, "date_updated": {updated}, "price": {_plain(message.price)}, '
        f'"error_message": {text(title(code, generation)) if code else "null"}, "uri": "{base}.json", '
        f'"account_sid": "{message.account_sid}", "num_media": "{message.media}", "to": {_address(message.to)}, '
        f'"date_created": {created_at}, "status": "{message.status}", "sid": "{message.sid}", "date_sent": {sent}, '
        f'"messaging_service_sid": {_plain(message.service_sid)}, "error_code": {code or "null"}, '
        f'"price_unit": "USD", "api_version": "2010-04-01", '
        f'"subresource_uris": {{"media": "{base}/Media.json"{feedback}}}}}'
    )


@lru_cache(maxsize=4096)
def _address(address: str | None) -> str:
    return "null" if address is None else encode_basestring(address)


def _plain(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'
