"""How much of a request's body is read: what a call needs and not more, and nothing of one that is refused anyway."""

from aiohttp import web

from driver.errors import RequestError

#: Bytes of a body at most: what strangers may send, what commands are, 20,000 alarms, and a table of 50,000 phones.
LOGIN_BODY, COMMAND_BODY, ALARMS_BODY, TABLE_BODY = 4 * 1024, 64 * 1024, 1024 * 1024, 8 * 1024 * 1024


async def body_of(request: web.Request, limit: int) -> bytes:
    """Return a body. It is the first thing that waits for the client, so whoever may not call is refused before.

    Raises:
        RequestError: it is larger than ``limit`` (413); one that says so beforehand is not read at all.
    """
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> RequestError:
    return RequestError(f"the body is larger than the {limit:,} bytes that this call takes", status=413)
