"""What ``fake-twilio exec`` adds to the bare command, and as a multiple of starting Python with an HTTP server."""

import statistics
import subprocess
import sys
import tempfile
import time

from claims import tell

ROUNDS = 7
SERVER = "import asyncio, aiohttp.web"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as data:
        commands = {
            "bare": ["true"],
            "exec": [sys.executable, "-P", "-m", "fake_twilio", "exec", "--data-dir", data, "--", "true"],
            "python_with_server": [sys.executable, "-c", SERVER],
        }
        spent: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                started = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True)
                spent[name].append(time.perf_counter() - started)
    median = {name: statistics.median(each) for name, each in spent.items()}
    extra = median["exec"] - median["bare"]
    servers = extra / median["python_with_server"]
    tell("fake-twilio exec adds", extra, "s", ratio=f"{servers:.2f} starts of Python with an HTTP server")


if __name__ == "__main__":
    main()
