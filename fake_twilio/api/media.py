"""The Media resource: what hangs on a message, as a document and as the bytes themselves.

Source: Twilio's API reference, Media.
"""

from typing import Any

from fake_twilio.api import date_filters
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import Resource
from fake_twilio.errors import TwilioError
from fake_twilio.model.dates import rfc2822
from fake_twilio.model.media import Media
from fake_twilio.model.owl import owl
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_FILTERS = ("DateCreated", "DateCreated<", "DateCreated>")
_BASE = "/2010-04-01/Accounts/{account}/Messages/{sid}/Media"


def media_document(_: ApiRequest, row: Media) -> dict[str, Any]:
    """Return a medium with every key that Twilio sends."""
    return {
        "account_sid": row.account_sid,
        "content_type": row.content_type,
        "date_created": rfc2822(row.created),
        "date_updated": rfc2822(row.updated),
        "parent_sid": row.parent_sid,
        "sid": row.sid,
        "uri": f"/2010-04-01/Accounts/{row.account_sid}/Messages/{row.parent_sid}/Media/{row.sid}.json",
    }


class _MediaResource(Resource[Media]):
    def find(self, request: ApiRequest) -> Media:
        """Return the medium that the path names, of the message that it names."""
        row = super().find(request)
        if row.parent_sid != request.variables["sid"]:
            raise self.missing(request)
        return row


MEDIA = _MediaResource(lambda state: state.media, media_document, key="media_list", element="Media", variable="media")


def list_(request: ApiRequest) -> Response:
    """Show a page of a message's media, by the day of making.

    Raises:
        TwilioError: 20404 (no such message), 20001 (not a date).
    """
    state = request.context.state
    message = state.message(request.account.sid, request.variables["sid"])
    if message is None:
        raise TwilioError(20404, path=request.path)
    admitted = date_filters.date_range(request, "DateCreated")
    rows = [state.media.rows[sid] for sid in state.media_of.get(message.sid, ())]
    rows = [row for row in rows if admitted.admits(row.created)]
    return MEDIA.page(request, rows, _FILTERS)


def fetch(request: ApiRequest) -> Response:
    """Show one medium; without a suffix, lead to its bytes."""
    row = MEDIA.find(request)
    if request.suffix:
        return MEDIA.answer(request, row)
    return Response(307, headers=(("Location", f"{request.origin}/media/{row.account_sid}/{row.sid}"),))


def stored(request: ApiRequest) -> Response:
    """Send the bytes of a medium; the address is the secret here, as it is at Twilio's storage."""
    row = request.context.state.media.get(request.variables["media"], request.variables["owner"])
    if row is None:
        raise TwilioError(20404, path=request.path)
    # Nothing that a texter sent may run as a page of the fake.
    harmless = (("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "sandbox; default-src 'none'"))
    return Response(200, row.content, _safe_type(row.content_type), headers=harmless)


def sample(_: ApiRequest) -> Response:
    """Send the picture at https://demo.twilio.com/owl.png, which Twilio's samples send."""
    return Response(200, owl(), "image/png")


def _safe_type(content_type: str) -> str:
    return content_type if content_type.isascii() and content_type.isprintable() else "application/octet-stream"


ROUTES = (
    Route("GET", _BASE, "media.list", list_),
    Route("GET", _BASE + "/{media}", "media.fetch", fetch),
    Route("DELETE", _BASE + "/{media}", "media.delete", MEDIA.delete),
    Route("GET", "/media/{owner}/{media}", "media.content", stored, public=True),
    Route("GET", "/owl.png", "media.owl", sample, public=True),
)
