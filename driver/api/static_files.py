"""Serves the pages bundled with the package; a content security policy restricts them to this server's own files."""

import hashlib
from importlib import resources

from aiohttp import web

#: Allows running, showing and requesting only this server's own files.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def static_files(package: str, front: str, prefix: str) -> list[web.RouteDef]:
    """Return routes for the files in ``static`` of a package: ``front`` at ``/``, and all of them under ``prefix``.

    The files are read once; clients can revalidate each response by its ETag.
    """
    folder = resources.files(package) / "static"
    files = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
    tags = {name: hashlib.sha256(body).hexdigest()[:16] for name, body in files.items()}

    async def served(request: web.Request) -> web.Response:
        name = request.match_info.get("name", front)
        if name not in files:
            raise web.HTTPNotFound
        headers = {**HEADERS, "ETag": f'"{tags[name]}"'}
        if tags[name] in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        kind = _TYPES["." + name.rpartition(".")[2]]
        return web.Response(body=files[name], content_type=kind, charset="utf-8", headers=headers)

    return [web.get("/", served), web.get(prefix + "/{name}", served)]
