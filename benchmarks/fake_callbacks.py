"""Claim: the `delivered` callback arrives within 5 ms, 400 a second do, and a slow listener never slows POST.

The listener is a process of its own. Run as `python benchmarks/fake_callbacks.py [--messages 2000]`.
"""

import argparse
import asyncio
import statistics
import sys
from time import perf_counter

import uvloop
from aiohttp import web
from fake_load import get, post, run
from fake_speed import free_port, serving


class Listener:
    """A customer's server that counts receipts; `stall` makes it answer so many seconds late."""

    def __init__(self) -> None:
        self.delivered = 0
        self.stall = 0.0
        self.arrived = asyncio.Event()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Take one receipt."""
        if b"MessageStatus=delivered" in await request.read():
            self.delivered += 1
            self.arrived.set()
        if self.stall:
            await asyncio.sleep(self.stall)  # noqa: TID251 - a slow server is what is measured
        return web.Response(status=204)


async def measure(port: int, messages: int) -> None:
    """Measure the time to the first receipt, receipts a second, and POST beside a listener that hangs."""
    listener = Listener()
    runner = web.ServerRunner(web.Server(listener.handle, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/status"
    waits = []
    for _ in range(200):
        listener.arrived.clear()
        started = perf_counter()
        await run(port, 1, 0, lambda number: post(number, StatusCallback=url), count=1)
        await listener.arrived.wait()
        waits.append((perf_counter() - started) * 1000)
    print(f"delivered after p50 {statistics.median(waits):.1f} ms (claim: 5 ms)")
    listener.delivered = 0
    started = perf_counter()
    storm = asyncio.create_task(run(port, 32, 0, lambda number: post(number, StatusCallback=url), count=messages))
    while listener.delivered < messages:
        listener.arrived.clear()
        await listener.arrived.wait()
    rate = messages / (perf_counter() - started)
    await storm
    print(f"{rate:.0f} delivered a second, two callbacks each (claim: 400)")
    plain = await run(port, 16, 2, post)
    listener.stall = 10
    slow = await run(port, 16, 2, lambda number: post(number, StatusCallback=url) if number % 50 == 0 else post(number))
    print(f"POST p50 {plain.p50:.2f} ms, beside a listener that hangs {slow.p50:.2f} ms")
    assert not (await run(port, 1, 0, lambda _: get(".json?PageSize=1"), count=1)).errors
    await runner.cleanup()


def main() -> None:
    """Start a fake, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    arguments = parser.parse_args()
    port = free_port()
    started = perf_counter()
    with serving(["-m", "fake_twilio", "serve", "--port", str(port)], port):
        uvloop.run(run(port, 1, 0, post, count=1))
        print(f"first answer after {perf_counter() - started:.2f} s (claim: 0.35 s)")
        sys.stdout.flush()
        uvloop.run(measure(port, arguments.messages))


if __name__ == "__main__":
    main()
