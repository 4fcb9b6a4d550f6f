"""Claim: lists, fetches and reset cost the same with a thousand messages as with a million, which fit in 1.5 GB.

A list of 50 takes at most 2 ms, a reset 5 ms. Messages are added in this process through the same code as the API's;
lists are then requested over HTTP, as is a bare aiohttp server in the same run. Run as
``python benchmarks/fake_scale.py [--messages 1000,100000]``; a million messages take some minutes.
"""

import argparse
import statistics
import sys
from time import perf_counter

import uvloop
from claims import round_trip, tell
from fake_load import get, post, resident_megabytes, run
from fake_speed import HERE, free_port, serving

from fake_twilio import FakeTwilio
from fake_twilio.messages.outbound import Draft
from fake_twilio.model.area_codes import AREA_CODES

RECIPIENTS = 5000

MEGABYTES = ((10_000, 85), (100_000, 250), (1_000_000, 1500))
"""Memory limit for each number of messages, this program included."""


async def fill(fake: FakeTwilio, count: int) -> None:
    """Send this many messages, and let their life cycles end."""
    submit, account = fake.backend.outbound.submit, fake.account
    codes = [code for code, (country, _) in AREA_CODES.items() if country == "US"][: RECIPIENTS // 100]
    for number in range(count):
        to = f"+1{codes[number // 100 % len(codes)]}5550{100 + number % 100}"
        if to == "+12015550100":
            continue
        submit(account, Draft(to, "+12015550100", f"Door {number} is open"))
        if number % 500 == 0:
            await fake.wait_idle()
    await fake.wait_idle()


async def measure(count: int, bare: float) -> None:
    """Fill a fake, and print the cost of lists, fetches and reset; ``bare`` is an empty round trip in ms."""
    async with FakeTwilio() as fake:
        started = perf_counter()
        await fill(fake, count)
        filled = perf_counter() - started
        port = int(fake.base_url.rpartition(":")[2])
        row = next(iter(fake.context.state.logs[fake.account_sid].rows.values()))
        day = f"{row.created:%Y-%m-%d}"
        to = row.to.replace("+", "%2B")
        requests = {
            "list 50, To and DateSent": get(f".json?To={to}&DateSent%3E={day}&PageSize=50"),
            "list 50, all": get(".json?PageSize=50"),
            "fetch": get(f"/{row.sid}.json"),
        }
        print(f"{count:,} messages: {filled:.1f} s to fill")
        label = f"{count:,} messages: "
        tell(f"{label}memory", resident_megabytes(), "MB", most=next(most for size, most in MEGABYTES if count <= size))
        for name, request in requests.items():
            times = [await round_trip(port, lambda _, request=request: request, 50) for _ in range(3)]  # type: ignore[misc]
            median = statistics.median(times)
            tell(f"{label}{name}", median, "ms", most=2, ratio=f"{median / bare:.1f} bare round trips")
        started = perf_counter()
        fake.reset()
        took = (perf_counter() - started) * 1000
        tell(f"{label}reset", took, "ms", most=5, ratio=f"{took / bare:.1f} bare round trips")
        await run(port, 1, 0, make=lambda _: requests["list 50, all"], count=10)


def main() -> None:
    """Measure each size in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", default="1000,100000")
    port = free_port()
    with serving([str(HERE / "fake_reference.py"), str(port)], port):
        for count in parser.parse_args().messages.split(","):
            bare = uvloop.run(round_trip(port, post))
            uvloop.run(measure(int(count), bare))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
