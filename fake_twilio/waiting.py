"""Waiting, in real time, for a message that meets a condition."""

import asyncio
from collections.abc import Callable

from fake_twilio.context import Context
from fake_twilio.model.message import Message


async def wait_for_message(context: Context, fits: Callable[[Message], bool], seconds: float) -> Message | None:
    """Return the newest matching message as soon as there is one, or None after ``seconds``."""
    for message in sorted(context.state.messages(), key=lambda row: -row.number):
        if fits(message):
            return message
    return await next_message(context, fits, seconds)


async def next_message(context: Context, fits: Callable[[Message], bool], seconds: float) -> Message | None:
    """Return the next message, new or changed, that matches, or None after ``seconds``."""
    arrived: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

    def watch(message: Message) -> None:
        if arrived.done():
            return
        try:
            if fits(message):
                arrived.set_result(message)
        except Exception as exc:  # noqa: BLE001 - the waiting caller's function must not break the fake
            arrived.set_exception(exc)

    context.watchers.append(watch)
    try:
        async with asyncio.timeout(seconds):
            return await arrived
    except TimeoutError:
        return None
    finally:
        context.watchers.remove(watch)
