"""Waiting, in real time, until a message is as somebody wants it."""

import asyncio
from collections.abc import Callable

from fake_twilio.context import Context
from fake_twilio.model.message import Message


async def wait_for_message(context: Context, fits: Callable[[Message], bool], seconds: float) -> Message | None:
    """Return the newest message that fits, as soon as there is one; None if none does within ``seconds``."""
    for message in sorted(context.state.messages(), key=lambda row: -row.number):
        if fits(message):
            return message
    arrived: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

    def watch(message: Message) -> None:
        if arrived.done():
            return
        try:
            if fits(message):
                arrived.set_result(message)
        except Exception as exc:  # noqa: BLE001 - a function of whoever waits, which must not break the fake's work
            arrived.set_exception(exc)

    context.watchers.append(watch)
    try:
        async with asyncio.timeout(seconds):
            return await arrived
    except TimeoutError:
        return None
    finally:
        context.watchers.remove(watch)
