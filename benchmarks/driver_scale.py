"""What ten thousand phones cost: the start, the memory, and a state change on its way to fifty listeners.

    python benchmarks/driver_scale.py [--phones 10000] [--streams 50]

The claims of the project: start under 3 s, memory under 400 MB, a change at every listener in under 50 ms.
"""

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
from driver_throughput import config, process


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


async def until_changed(socket: aiohttp.ClientWebSocketResponse, asset: str, status: str) -> float:
    """Wait for a state change on a stream; return when it arrived."""
    while True:
        frame: dict[str, Any] = json.loads((await socket.receive(60)).data)
        event = frame.get("event", {})
        if (event.get("name"), event.get("assetId")) != ("StateChanged", asset):
            continue
        if event["parameters"]["Status"] == status:
            return time.perf_counter()


async def fan_out(url: str, http: aiohttp.ClientSession, streams: int) -> list[float]:
    """Mask and unmask a phone a few times; return how long the last of all listeners waited, each time."""
    waits = []
    sockets = [await http.ws_connect(f"{url}/api/events", max_msg_size=0) for _ in range(streams)]
    for socket in sockets:
        while json.loads((await socket.receive(60)).data)["type"] != "snapshot":
            pass
    for command, status in (("Mask", "Masked"), ("Reset", "Normal")) * 5:
        arrivals = [asyncio.create_task(until_changed(socket, "p200", status)) for socket in sockets]
        begun = time.perf_counter()
        async with http.post(f"{url}/api/assets/p200/commands", json={"command": command}) as answer:
            assert answer.status == 202
        waits.append(max(await asyncio.gather(*arrivals)) - begun)
    for socket in sockets:
        await socket.close()
    return waits


async def main(phones: int, streams: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with process("fake_twilio", "serve", "--port", "0", "--log-level", "error", ready=folder / "f") as fake:
            file = folder / "driver.toml"
            file.write_text(config(fake, folder, phones))
            begun = time.perf_counter()
            async with (
                process("driver", "run", "--config", str(file), ready=folder / "d") as driver,
                aiohttp.ClientSession() as http,
            ):
                ready = time.perf_counter() - begun
                url = driver["dataserver_url"]
                while True:
                    async with http.get(f"{url}/readyz") as answer:
                        if (await answer.json()).get("twilio") == "connected":
                            break
                normal = time.perf_counter() - begun
                waits = sorted(await fan_out(url, http, streams))
                memory = memory_mb(driver["pid"])
    print(f"{phones} phones: answering after    {ready:8.2f} s    (claim: 3)")
    print(f"{phones} phones: Normal after       {normal:8.2f} s")
    print(f"{phones} phones: memory             {memory:8.0f} MB   (claim: 400)")
    middle = waits[len(waits) // 2] * 1000
    print(f"{streams} streams: change at the last  {middle:8.1f} ms   (claim: 50; median of {len(waits)})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=10_000)
    parser.add_argument("--streams", type=int, default=50)
    given = parser.parse_args()
    asyncio.run(main(given.phones, given.streams))
