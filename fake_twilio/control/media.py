"""The media of messages, for the page: a list, and their content, served so that it cannot harm a browser."""

from fake_twilio.control.request import ControlRequest, ProblemError
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route

PICTURES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
"""Types that a browser displays; all others, including SVG with its scripts, are only downloaded."""


def list_(request: ControlRequest) -> Response:
    """Show the media of a message."""
    state = request.context.state
    rows = [state.media.rows[sid] for sid in state.media_of.get(request.variables["sid"], ())]
    media = [{"sid": row.sid, "content_type": _type(row.content_type), "bytes": len(row.content)} for row in rows]
    return json_response(200, {"media": media})


def fetch(request: ControlRequest) -> Response:
    """Return the content of a media item."""
    row = request.context.state.media.rows.get(request.variables["medium"])
    if row is None:
        raise ProblemError(404, "No such media", f"no media {request.variables['medium']}")
    shown = _type(row.content_type) in PICTURES
    headers = (
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "sandbox; default-src 'none'"),
        ("Content-Disposition", "inline" if shown else "attachment"),
    )
    return Response(200, row.content, _type(row.content_type) if shown else "application/octet-stream", headers=headers)


def _type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


ROUTES = (
    Route("GET", "/messages/{sid}/media", "control.media.list", list_),
    Route("GET", "/media/{medium}", "control.media.fetch", fetch),
)
