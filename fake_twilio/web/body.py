"""Reading a request's body, with a size limit; immediately if it has already arrived."""

from aiohttp import web


class BodyError(Exception):
    """The body is unacceptable; ``status`` is the status of the response."""

    status = 400


class BodyTooLargeError(BodyError):
    """The body is longer than this API allows."""

    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"the body is longer than {limit} bytes")


class BrokenBodyError(BodyError):
    """The body is not encoded as its headers say."""

    def __init__(self) -> None:
        super().__init__("the body is not encoded as the headers say")


async def read_body(request: web.BaseRequest, limit: int) -> bytes:
    """Return the request's whole body.

    Raises:
        BodyTooLargeError: if it is longer than ``limit`` bytes.
        BrokenBodyError: if it cannot be decoded.
    """
    content = request.content
    try:
        if content.is_eof():
            body = content.read_nowait(-1)
        else:
            chunks = bytearray()
            while chunk := await content.readany():
                chunks += chunk
                if len(chunks) > limit:
                    raise BodyTooLargeError(limit)
            body = bytes(chunks)
    except web.RequestPayloadError:
        raise BrokenBodyError from None
    if len(body) > limit:
        raise BodyTooLargeError(limit)
    return body
