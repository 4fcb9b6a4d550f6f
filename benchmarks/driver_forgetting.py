"""Runs ``sms-driver run``, except that retention begins on SIGUSR1 and not five minutes after the start."""

import argparse
import asyncio
import json
import os
import signal
from pathlib import Path

import uvloop

from driver.app import open_driver
from driver.cli.whole_file import write_whole
from driver.config.loading import load


async def main(config: Path, ready: Path) -> None:
    """Run until SIGTERM; a file next to ``ready`` marks the end of retention."""
    loop, stop, begin = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, begin.set)
    async with open_driver(load(config)) as running:

        async def forget() -> None:
            await begin.wait()
            await running.services.retention.forget()
            write_whole({ready.with_suffix(".over"): ""})

        forgetting = asyncio.create_task(forget())
        write_whole({ready: json.dumps({"dataserver_url": running.dataserver_url, "pid": os.getpid()})})
        await stop.wait()
        forgetting.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--ready-file", type=Path, required=True)
    given = parser.parse_args()
    uvloop.run(main(given.config, given.ready_file))
