"""The Media resource: a message's attachments, as a resource and as content.

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
    """Return a media item with every key in Twilio's response."""
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
        """Return the media item of the message, both named in the path."""
        row = super().find(request)
        if row.parent_sid != request.variables["sid"]:
            raise self.missing(request)
        return row


MEDIA = _MediaResource(lambda state: state.media, media_document, key="media_list", element="Media", variable="media")


def list_(request: ApiRequest) -> Response:
    """Show a page of a message's media, filtered by date of creation.

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
    """Show one media item; without a suffix, redirect to its content."""
    row = MEDIA.find(request)
    if request.suffix:
        return MEDIA.answer(request, row)
    return Response(307, headers=(("Location", f"{request.origin}/media/{row.account_sid}/{row.sid}"),))


def stored(request: ApiRequest) -> Response:
    """Return the content of a media item; its URL is the secret, as in Twilio's storage."""
    row = request.context.state.media.get(request.variables["media"], request.variables["owner"])
    if row is None:
        raise TwilioError(20404, path=request.path)
    # Nothing that a person sends may run as a page of the fake.
    harmless = (("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "sandbox; default-src 'none'"))
    return Response(200, row.content, _safe_type(row.content_type), headers=harmless)


def sample(_: ApiRequest) -> Response:
    """Return the picture at https://demo.twilio.com/owl.png, which Twilio's samples use."""
    return Response(200, owl(), "image/png")


def _safe_type(content_type: str) -> str:
    return content_type if content_type.isascii() and content_type.isprintable() else "application/octet-stream"


ROUTES = (
    *MEDIA.routes(_BASE, "media", list=list_, fetch=fetch, update=None),
    Route("GET", "/media/{owner}/{media}", "media.content", stored, public=True),
    Route("GET", "/owl.png", "media.owl", sample, public=True),
)
