"""Reading a request's body: at once when it is already there, bounded always."""

from aiohttp import web


class BodyTooLargeError(Exception):
    """The body is longer than this surface accepts."""


async def read_body(request: web.BaseRequest, limit: int) -> bytes:
    """Return the request's whole body.

    Raises:
        BodyTooLargeError: when it is longer than `limit` bytes.
    """
    content = request.content
    if content.is_eof():
        body = content.read_nowait(-1)
    else:
        chunks = bytearray()
        while chunk := await content.readany():
            chunks += chunk
            if len(chunks) > limit:
                raise BodyTooLargeError(limit)
        body = bytes(chunks)
    if len(body) > limit:
        raise BodyTooLargeError(limit)
    return body
