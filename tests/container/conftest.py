"""The container engine for the image tests."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

import docker
import pytest
from docker.errors import DockerException


@pytest.fixture(scope="module")
def engine() -> Iterator[docker.DockerClient]:
    client = connected()
    if isinstance(client, str):
        # If the engine does not answer, the library leaves its socket to the garbage collector.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
        pytest.skip(f"no container engine answers ({client}); start one, or name it in DOCKER_HOST")
    yield client
    client.close()


def connected() -> docker.DockerClient | str:
    """Return a client of the engine, or the reason why there is none."""
    try:
        client = docker.from_env(timeout=300)
        client.ping()
    except DockerException as exc:
        return str(exc)
    return client
