"""``--driver=compose``: prerequisites are checked before anything runs; all drivers of a scenario share its folder."""

from pathlib import Path

import pytest

from harness.driver.container import DriverContainer, why_not

IMAGE = "twilio-sms-driver"


def engine(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program named docker first in PATH; its arguments are recorded in a file beside it."""
    program = folder / "docker"
    program.write_text(f'#!/bin/sh\necho "$@" >>"{folder}/asked"\n{script}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_an_engine_with_the_image_is_all_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine(tmp_path, monkeypatch, "echo sha256:0123")
    assert why_not(IMAGE) is None
    assert (tmp_path / "asked").read_text(encoding="utf-8").startswith("image inspect")


def test_a_machine_without_docker_learns_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert why_not(IMAGE) == (
        "--driver=compose needs docker, which is not installed: install it, or use --driver=subprocess"
    )


def test_an_engine_that_does_not_answer_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine(tmp_path, monkeypatch, 'echo "Cannot connect to the Docker daemon at unix:///nowhere." >&2; exit 1')
    assert why_not(IMAGE) == (
        "--driver=compose needs a container engine, and none answers (Cannot connect to the Docker daemon at "
        "unix:///nowhere.): start one, or set DOCKER_HOST"
    )


def test_a_missing_image_is_reported_with_how_to_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine(tmp_path, monkeypatch, f'echo "Error response from daemon: No such image: {IMAGE}" >&2; exit 1')
    assert why_not(IMAGE) == f"no image named {IMAGE}: build it with `docker compose build`"


def test_both_drivers_of_a_scenario_find_its_database(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    commands = [
        DriverContainer(IMAGE).command(place / "driver.toml", place / "ready.json") for place in (first, second)
    ]
    for command, place in zip(commands, (first, second), strict=True):
        assert command[command.index("--volume") + 1] == f"{tmp_path}:{tmp_path}"
        assert command[command.index("--workdir") + 1] == str(place)


def test_nobody_s_image_of_the_same_name_is_fetched(tmp_path: Path) -> None:
    command = DriverContainer(IMAGE).command(tmp_path / "driver.toml", tmp_path / "ready.json")
    assert command[command.index("--pull") + 1] == "never"


def test_each_start_is_a_container_of_its_own(tmp_path: Path) -> None:
    program = DriverContainer(IMAGE)
    names = [program.command(tmp_path / "driver.toml", tmp_path / "ready.json") for _ in range(2)]
    assert names[0][names[0].index("--name") + 1] != names[1][names[1].index("--name") + 1]
