"""The driver in a container, with its files and the harness's Twilio reachable at their usual places."""

from __future__ import annotations

import asyncio
import os
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from harness.driver.driver_subprocess import LocalProcess

IMAGE = "twilio-sms-driver"
"""The image that ``docker compose build`` builds."""

ANSWERS_WITHIN_S = 60.0


def why_not(image: str) -> str | None:
    """Return why no container of this image can be started, with what to do about it; None if one can."""
    asked = ["docker", "image", "inspect", "--format", "{{.Id}}", image]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=ANSWERS_WITHIN_S, check=False)  # noqa: S603
    except FileNotFoundError:
        return "--driver=compose needs docker, which is not installed: install it, or use --driver=subprocess"
    except subprocess.TimeoutExpired:
        said = f"no answer from docker within {ANSWERS_WITHIN_S:g} s"
    else:
        if done.returncode == 0:
            return None
        said = done.stderr.strip()
    if "no such image" in said.lower():
        return f"no image named {image}: build it with `docker compose build`"
    return f"--driver=compose needs a container engine, and none answers ({said}): start one, or set DOCKER_HOST"


class DriverContainer(LocalProcess):
    """Starts a driver from an image. Each start is a new container that is removed afterwards."""

    def __init__(self, image: str) -> None:
        self._image = image
        self._name = ""

    def command(self, config: Path, ready: Path) -> Sequence[str]:
        """Return the command line. The parent of the driver's folder is mounted, because it contains the database."""
        self._name = f"harness-{uuid.uuid4().hex[:12]}"
        shared, own = str(config.parent.parent), str(config.parent)
        user = f"{os.getuid()}:{os.getgid()}"
        started = ["docker", "run", "--rm", "--init", "--pull", "never", "--name", self._name]
        place = ["--network", "host", "--user", user, "--volume", f"{shared}:{shared}", "--workdir", own]
        return [*started, *place, self._image, "sms-driver", "run", "--config", str(config), "--ready-file", str(ready)]

    async def kill(self, process: asyncio.subprocess.Process) -> None:
        """End the container without warning. Killing only its client would leave the container running."""
        quiet = asyncio.subprocess.DEVNULL
        killing = await asyncio.create_subprocess_exec("docker", "kill", self._name, stdout=quiet, stderr=quiet)
        if await killing.wait() != 0 and process.returncode is None:
            process.kill()
