"""``fake-twilio serve``: run a fake until SIGTERM or SIGINT."""

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fake_twilio.cli.options import build, run, server_options

if TYPE_CHECKING:
    from fake_twilio.fake import FakeTwilio

DEFAULT_PORT = 8945


@click.command("serve")
@server_options(port=DEFAULT_PORT)
def command(**given: Any) -> None:
    """Run a fake Twilio until SIGTERM or SIGINT."""
    raise SystemExit(run(_serve(build(given), given["ready_file"])))


async def _serve(fake: "FakeTwilio", ready_file: Path | None) -> int:
    from fake_twilio.server import serving

    async with serving(fake) as stop:
        if ready_file is not None:
            announce(fake, ready_file)
        proxy = fake.ready()["proxy_url"]
        print(
            f"fake-twilio serves {fake.account.type} account {fake.account_sid}"
            f"{f' with {fake.phone_number}' if fake.phone_number else ''} at {fake.base_url}"
            f"{f', proxy {proxy}' if proxy else ''}",
            flush=True,
        )
        await stop.wait()
    return 0


def announce(fake: "FakeTwilio", path: Path) -> None:
    """Atomically write how to reach the fake to a file that only this user can read."""
    if path.exists() and not path.is_file():  # a device or a pipe is not replaced
        path.write_text(json.dumps(fake.ready()), encoding="utf-8")
        return
    descriptor, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(fake.ready(), file)
    Path(name).replace(path)
