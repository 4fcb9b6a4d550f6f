"""Reading a request's body: at once when it has already arrived, and always bounded."""

from aiohttp import web


class BodyError(Exception):
    """The body cannot be taken; ``status`` is the one to answer with."""

    status = 400


class BodyTooLargeError(BodyError):
    """The body is longer than this API accepts."""

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
        BodyTooLargeError: when it is longer than ``limit`` bytes.
        BrokenBodyError: when it cannot be decoded.
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
