"""Claim: the ``delivered`` callback arrives within 5 ms, 400 a second do, and a slow listener never slows POST.

The first response takes at most 1.3 times as long as that of a bare aiohttp server started in the same run. Run as
``python benchmarks/fake_callbacks.py [--messages 2000]``.
"""

import argparse
import asyncio
import statistics
import sys
from time import perf_counter

import uvloop
from aiohttp import web
from claims import round_trip, tell
from fake_load import get, post, run
from fake_speed import HERE, free_port, serving


class Listener:
    """A customer's server that counts receipts; ``stall`` delays its responses by that many seconds."""

    def __init__(self) -> None:
        self.delivered = 0
        self.stall = 0.0
        self.arrived = asyncio.Event()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Receive one receipt."""
        if b"MessageStatus=delivered" in await request.read():
            self.delivered += 1
            self.arrived.set()
        if self.stall:
            await asyncio.sleep(self.stall)  # noqa: TID251 - a slow server is what is measured
        return web.Response(status=204)


STARTS = 5


def starting(command: list[str], port: int) -> float:
    """Return the seconds from a server's start to its first response."""
    started = perf_counter()
    with serving([*command, str(port)], port):
        uvloop.run(run(port, 1, 0, make=post, count=1))
        return perf_counter() - started


async def measure(port: int, messages: int, bare: float) -> None:
    """Measure the time to the first receipt, receipts a second, and POST with a listener that hangs."""
    listener = Listener()
    runner = web.ServerRunner(web.Server(listener.handle, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/status"
    waits = []
    for _ in range(200):
        listener.arrived.clear()
        started = perf_counter()
        await run(port, 1, 0, make=lambda number: post(number, StatusCallback=url), count=1)
        await listener.arrived.wait()
        waits.append((perf_counter() - started) * 1000)
    wait = statistics.median(waits)
    tell("delivered after", wait, "ms", most=5, ratio=f"{wait / bare:.1f} bare round trips")
    listener.delivered = 0
    started = perf_counter()
    storm = asyncio.create_task(run(port, 32, 0, make=lambda number: post(number, StatusCallback=url), count=messages))
    while listener.delivered < messages:
        listener.arrived.clear()
        await listener.arrived.wait()
    rate = messages / (perf_counter() - started)
    await storm
    tell("delivered", rate, "a second", least=400, ratio="two callbacks each")
    plain = await run(port, 16, 2, make=post)
    listener.stall = 10
    slow = await run(
        port, 16, 2, make=lambda number: post(number, StatusCallback=url) if number % 50 == 0 else post(number)
    )
    tell("POST with a listener that hangs", slow.p50 / plain.p50, "of POST alone", most=1.1)
    assert not (await run(port, 1, 0, make=lambda _: get(".json?PageSize=1"), count=1)).errors
    await runner.cleanup()


def main() -> None:
    """Start a fake, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    arguments = parser.parse_args()
    bare, fake = [str(HERE / "fake_reference.py")], ["-m", "fake_twilio", "serve", "--port"]
    starts = [(starting(bare, free_port()), starting(fake, free_port())) for _ in range(STARTS)]
    first, own = (statistics.median(times) for times in zip(*starts, strict=True))
    tell("first response after", own / first, "of a bare server's time", most=1.3, ratio=f"{own:.2f} s")
    sys.stdout.flush()
    port, beside = free_port(), free_port()
    with serving([*fake, str(port)], port), serving([*bare, str(beside)], beside):
        uvloop.run(measure(port, arguments.messages, uvloop.run(round_trip(beside, post))))


if __name__ == "__main__":
    main()
