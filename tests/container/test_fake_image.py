"""The image of the fake alone: small, unprivileged, confined, healthy; and the module for Testcontainers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from container.test_compose import await_health

pytestmark = [pytest.mark.container, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
MAX_OVER_BASE = 120_000_000


@pytest.fixture(scope="module")
def image(engine: docker.DockerClient) -> Iterator[str]:
    name = f"fake-twilio-test-{os.getpid()}"
    engine.images.build(path=str(ROOT), target="fake", tag=name, rm=True)
    yield name
    engine.images.remove(name, force=True)


def test_it_is_small(engine: docker.DockerClient, image: str) -> None:
    base = engine.images.get("python:3.13-slim").attrs["Size"]
    assert engine.images.get(image).attrs["Size"] - base < MAX_OVER_BASE


def test_it_is_healthy_while_it_may_write_nowhere(engine: docker.DockerClient, image: str) -> None:
    container = engine.containers.run(
        image,
        detach=True,
        read_only=True,
        cap_drop=["ALL"],
        tmpfs={"/tmp": "size=64m"},
        security_opt=["no-new-privileges:true"],
    )
    try:
        await_health(engine, container)
        status, output = container.exec_run(["id", "-u"])
        assert (status, output.decode().strip()) == (0, "10001")
        status, _ = container.exec_run(["python", "-c", "import driver"])
        assert status != 0
    finally:
        container.remove(force=True, v=True)


@pytest.mark.usefixtures("engine")
def test_the_module_for_testcontainers_works_as_its_page_says(image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "how-to" / "test-in-ci.md").read_text("utf-8")
    (example,) = re.findall(r"```python container\n(.*?)```", page, re.DOTALL)
    monkeypatch.setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
    exec(example.replace('"fake-twilio"', f'"{image}"', 1), {})


def test_the_dockerfile_says_who_runs_it_and_how_it_is_asked() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    (stage,) = re.findall(r"^FROM \S+ AS fake\n(.*?)(?=^FROM )", text, re.DOTALL | re.MULTILINE)
    for line in ("USER fake", "EXPOSE 8945", "HEALTHCHECK ", 'ENTRYPOINT ["fake-twilio"]'):
        assert line in stage
    assert "driver" not in stage
