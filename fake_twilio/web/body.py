"""Reading a request's body, with a size limit; immediately if it has already arrived."""

from aiohttp import web


class BodyError(Exception):
    """The body is unacceptable; ``status`` is the status of the response."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


async def read_body(request: web.BaseRequest, limit: int) -> bytes:
    """Return the request's whole body.

    Raises:
        BodyError: if it is longer than ``limit`` bytes, or not encoded as its headers say.
    """
    content = request.content
    try:
        if content.is_eof():
            body = content.read_nowait(-1)
        else:
            chunks = bytearray()
            while len(chunks) <= limit and (chunk := await content.readany()):
                chunks += chunk
            body = bytes(chunks)
    except web.RequestPayloadError:
        raise BodyError("the body is not encoded as the headers say") from None
    if len(body) > limit:
        raise BodyError(f"the body is longer than {limit} bytes", 413)
    return body
