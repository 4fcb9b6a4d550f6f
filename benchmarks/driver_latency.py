"""The time from Twilio's signed request to the event on the stream, at a steady rate of messages.

    python benchmarks/driver_latency.py [--rate 100] [--seconds 10]

The project's claim: 99 of 100 within 6 ms at 100 messages a second and within 15 ms at 500, on SQLite with
synchronous=FULL. The requests are signed here as Twilio signs them and sent directly to the webhook listener, so that
only the driver is measured. The first second does not count: the first requests of a driver and of this client take 30
to 90 ms, and others queue up behind them. Each figure is shown with the same percentile of single-row SQLite commits at
that rate (at most 200 a second), because no event is faster than its commit.
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
from claims import tell
from driver_throughput import OURS, config, plain_commits, process

from driver.api.frames import EventFrame
from driver.client import DriverClient
from driver.client.driver_client import EventStream


def signed(token: str, url: str, form: dict[str, str]) -> str:
    """Return Twilio's signature of a form."""
    text = url + "".join(key + form[key] for key in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


async def main(rate: int, seconds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with process("fake_twilio", "serve", "--port", "0", "--log-level", "error", ready=folder / "f") as fake:
            public = "https://sms.example.com"
            receive = ["[receive]", 'mode = "webhook"', 'webhook_host = "127.0.0.1"', "webhook_port = 0"]
            receive.append(f'public_url = "{public}"')
            file = folder / "driver.toml"
            file.write_text(config(fake, folder, 100) + "\n".join(receive))
            async with (
                process("driver", "run", "--config", str(file), ready=folder / "d") as driver,
                aiohttp.ClientSession() as http,
                DriverClient(http, driver["dataserver_url"]).events() as events,
            ):
                waits = await texts(
                    http, events, driver, fake=fake, public=public, rate=rate, count=rate * (seconds + 1)
                )
    waits = sorted(waits[rate:])
    commits = await asyncio.to_thread(plain_commits, 3, min(rate, 200))
    for share, most in ((50, 0), (99, 6 if rate <= 100 else 15)):
        within, commit = (times[len(times) * share // 100 - 1] * 1000 for times in (waits, commits))
        beside = f"{within / commit:.1f} of a plain commit's {commit:.1f} ms"
        tell(f"webhook to event, {share} % at {rate} a second", within, "ms", most=most, ratio=beside)


async def texts(
    http: aiohttp.ClientSession,
    events: EventStream,
    driver: dict[str, Any],
    *,
    fake: dict[str, Any],
    public: str,
    rate: int,
    count: int,
) -> list[float]:
    """Send this many messages at a rate; return how long each took to its event."""
    sent: dict[str, float] = {}
    waits: list[float] = []
    posts: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()

    async def post(number: int) -> None:
        sid = f"SM{number:032x}"
        form = {
            "MessageSid": sid,
            "AccountSid": fake["account_sid"],
            "From": "+12015550101",
            "To": OURS,
            "Body": f"text {number}",
            "NumMedia": "0",
        }
        headers = {"X-Twilio-Signature": signed(fake["auth_token"], f"{public}/twilio/sms", form)}
        sent[f"{sid}:twilio"] = time.perf_counter()
        async with http.post(f"{driver['webhook_url']}/twilio/sms", data=form, headers=headers) as answer:
            assert answer.status == 200, answer.status

    def start(number: int) -> None:
        task = loop.create_task(post(number))
        posts.add(task)
        task.add_done_callback(posts.discard)

    begun = loop.time()
    for number in range(count):
        loop.call_at(begun + number / rate, start, number)
    while len(waits) < count:
        frame = await events.receive(30)
        if isinstance(frame, EventFrame) and frame.event.event_id in sent:
            waits.append(time.perf_counter() - sent[frame.event.event_id])
    return waits


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=10)
    given = parser.parse_args()
    asyncio.run(main(given.rate, given.seconds))
