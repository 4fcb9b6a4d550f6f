"""Serving the page's files, with headers that allow only the page's own modules to run."""

from functools import cache
from pathlib import Path

from fake_twilio.skill import skill
from fake_twilio.web.response import Response

PREFIX = "/_fake/"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What a browser may load and run: only the page's own files, nothing inline or foreign, no text as markup."""

_HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-cache"),
)
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_PLAIN = "text/plain; charset=utf-8"
_FOLDER = Path(__file__).parent / "static"


@cache
def _pages() -> dict[str, Response]:
    """Return the page's files and the guide for agents, read once."""
    found = {
        PREFIX + path.name: Response(200, path.read_bytes(), _TYPES[path.suffix], headers=_HEADERS)
        for path in _FOLDER.iterdir()
        if path.suffix in _TYPES
    }
    guide = Response(200, skill().encode("utf-8"), "text/markdown; charset=utf-8", headers=_HEADERS)
    return {**found, PREFIX + "agent.md": guide, PREFIX: found[PREFIX + "index.html"]}


def answer(method: str, path: str) -> Response:
    """Return the file at a path; a folder without a trailing slash is redirected to the one with it."""
    if path == PREFIX.rstrip("/"):
        return Response(308, headers=(("Location", PREFIX),))
    found = _pages().get(path)
    if found is None:
        return Response(404, b"No such page; the page is at /_fake/\n", _PLAIN, headers=_HEADERS)
    if method not in ("GET", "HEAD"):
        return Response(405, b"Pages are read-only.\n", _PLAIN, headers=(*_HEADERS, ("Allow", "GET, HEAD")))
    return found
