"""Responses in Twilio's three formats: JSON with spaces, XML with capitalized names, CSV for paging.

Each has an error envelope, whose JSON has no spaces and whose code a header repeats since 2025.
"""

import json
import re
from functools import cache
from http import HTTPStatus
from typing import Any

from fake_twilio.errors import GENERATIONS, TwilioError, more_info, page_in, title
from fake_twilio.web.response import Response

CONTENT_TYPES = {"json": "application/json", "xml": "application/xml", "csv": "text/csv"}

_encoder = json.JSONEncoder(ensure_ascii=False)
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_OLD_DETAIL = "Your AccountSid or AuthToken was incorrect."
_XML_HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse>"


def json_bytes(document: Any) -> bytes:
    """Return a document as Twilio writes it: one line, a space after each comma and colon, UTF-8."""
    return _encoder.encode(document).encode("utf-8", "replace")


def resource(status: int, format_: str, name: str, *, document: dict[str, Any]) -> Response:
    """Return a response with one resource; ``name`` is its XML element, such as ``Message``."""
    if format_ == "json":
        return Response(status, json_bytes(document))
    if format_ == "csv":
        return Response(status, _csv([document]), CONTENT_TYPES["csv"])
    return Response(status, _xml(_element(name, document)), CONTENT_TYPES["xml"])


def page(format_: str, key: str, element: str, *, rows: list[dict[str, Any]], envelope: dict[str, Any]) -> Response:
    """Return a page of resources; in XML, the envelope becomes attributes of the list's element."""
    if format_ == "json":
        return Response(200, json_bytes({**envelope, key: rows}))
    if format_ == "csv":
        return Response(200, _csv(rows), CONTENT_TYPES["csv"])
    attributes = "".join(
        f' {name.replace("_", "")}="{_xml_text("" if value is None else str(value), quote=True)}"'
        for name, value in envelope.items()
    )
    inside = "".join(_element(element, row) for row in rows)
    name = pascal(key)
    return Response(200, _xml(f"<{name}{attributes}>{inside}</{name}>"), CONTENT_TYPES["xml"])


def refusal(refused: TwilioError, generation: str, format_: str) -> Response:
    """Return the response to a rejected request, in the style of a wire generation."""
    status, code, message = refused.status, refused.code_in(generation), refused.message(generation)
    if refused.rfc9457:
        return problem(status, code, message, headers=refused.headers)
    return error(status, code, message, format_=format_, generation=generation, headers=refused.headers)


def error(
    status: int,
    code: int,
    message: str,
    *,
    format_: str = "json",
    generation: str = GENERATIONS[0],
    headers: tuple[tuple[str, str], ...] = (),
) -> Response:
    """Return Twilio's error envelope; older responses to wrong credentials also had a ``detail``."""
    page = more_info(page_in(code, generation))
    new = generation == GENERATIONS[0]
    if new and code:
        headers = (("X-Twilio-Error-Code", str(code)), *headers)
    if format_ == "xml":
        inside = (
            f"<RestException><Code>{code}</Code><Message>{_xml_text(message)}</Message>"
            f"<MoreInfo>{page}</MoreInfo><Status>{status}</Status></RestException>"
        )
        return Response(status, _xml(inside), CONTENT_TYPES["xml"], headers=headers)
    document: dict[str, Any] = {"code": code, "message": message, "more_info": page, "status": status}
    if not new and (status, code) == (401, 20003):
        document["detail"] = _OLD_DETAIL
    encoder = _compact if new else _encoder
    return Response(status, encoder.encode(document).encode("utf-8", "replace"), CONTENT_TYPES["json"], headers=headers)


def problem(status: int, code: int, detail: str, *, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Return an error in the format of Twilio's newer products: problem details as in RFC 9457."""
    document = {
        "type": more_info(code),
        "title": title(code) or HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return Response(status, json_bytes(document), "application/problem+json", headers=headers)


def pascal(name: str) -> str:
    """Return the XML name of a field: ``date_created`` becomes ``DateCreated``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _xml(inside: str) -> bytes:
    return f"{_XML_HEAD}{inside}</TwilioResponse>".encode("utf-8", "replace")


@cache
def _not_xml() -> re.Pattern[str]:
    """Return a pattern of characters that XML forbids; compiled on demand, because that would slow every start."""
    return re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml_text(text: str, *, quote: bool = False) -> str:
    safe = _not_xml().sub("\ufffd", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace('"', "&quot;") if quote else safe


def _element(name: str, value: Any) -> str:
    match value:
        case None:
            return f"<{name}/>"
        case dict():
            return f"<{name}>{''.join(_element(pascal(key), item) for key, item in value.items())}</{name}>"
        case list():
            return f"<{name}>{''.join(_element('Item', item) for item in value)}</{name}>"
        case bool():
            return f"<{name}>{str(value).lower()}</{name}>"
        case _:
            return f"<{name}>{_xml_text(str(value))}</{name}>"


def _cell(value: Any) -> Any:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value


def _csv(rows: list[dict[str, Any]]) -> bytes:
    if not rows:
        return b""
    names = [name for name, value in rows[0].items() if not isinstance(value, (dict, list))]
    # Loaded on demand, because CSV lists are rare.
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(pascal(name) for name in names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue().encode("utf-8", "replace")
