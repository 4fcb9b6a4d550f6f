"""The images and the Compose file on a real container engine: built, started, healthy, and one message goes through."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
import yaml
from docker.models.containers import Container

pytestmark = [pytest.mark.container, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
COMPOSITION: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSITION["services"]
SECOND = 1_000_000_000
#: Settings that keep a compromised program from doing harm.
CONFINED = ("read_only", "tmpfs", "cap_drop", "security_opt", "mem_limit", "pids_limit")


@pytest.fixture(scope="module")
def composition(engine: docker.DockerClient) -> Iterator[dict[str, Container]]:
    """Start the services of docker-compose.yml in order, on their own network, each healthy before the next."""
    name = f"twilio-sms-driver-test-{os.getpid()}"
    image, _ = engine.images.build(path=str(ROOT), tag=f"{name}:latest", rm=True)
    network = engine.networks.create(name)
    containers: dict[str, Container] = {}
    try:
        for service, settings in SERVICES.items():
            containers[service] = start(engine, image.id, network.name, service, settings)
            await_health(engine, containers[service])
        yield containers
    finally:
        for container in containers.values():
            container.remove(force=True, v=True)
        for volume in COMPOSITION["volumes"]:
            engine.volumes.get(f"{name}-{volume}").remove(force=True)
        network.remove()
        engine.images.remove(f"{name}:latest", force=True)


def start(engine: docker.DockerClient, image: str, network: str, service: str, settings: dict[str, Any]) -> Container:
    check = settings["healthcheck"]
    container = engine.containers.create(
        image,
        settings["command"],
        name=f"{network}-{service}",
        # Compose interprets ``$$`` as one dollar sign.
        environment={key: value.replace("$$", "$") for key, value in settings.get("environment", {}).items()},
        healthcheck={"test": check["test"], "interval": SECOND, "timeout": 5 * SECOND, "retries": 60},
        volumes=volumes(network, settings),
        sysctls=settings.get("sysctls", {}),
        **{name: settings[name] for name in CONFINED if name != "tmpfs"},
        tmpfs=dict(mount.split(":", 1) for mount in settings["tmpfs"]),
        ports={f"{port.rsplit(':', 1)[1]}/tcp": ("127.0.0.1", None) for port in settings["ports"]},
    )
    engine.networks.get(network).connect(container, aliases=[service, *aliases(settings)])
    container.start()
    return container


def volumes(network: str, settings: dict[str, Any]) -> dict[str, dict[str, str]]:
    mounts = [mount.split(":") for mount in settings.get("volumes", [])]
    return {f"{network}-{name}": {"bind": where, "mode": "rw"} for name, where in mounts}


def aliases(settings: dict[str, Any]) -> list[str]:
    networks = settings.get("networks", {})
    return [alias for network in networks.values() for alias in (network or {}).get("aliases", [])]


def await_health(engine: docker.DockerClient, container: Container) -> None:
    for event in engine.events(decode=True, since=0, filters={"container": container.id}):
        if event["status"] == "health_status: healthy":
            return
        assert event["status"] != "die", container.logs().decode()
        assert event["status"] != "health_status: unhealthy", container.logs().decode()


def published(container: Container, port: int) -> str:
    container.reload()
    return f"http://127.0.0.1:{container.ports[f'{port}/tcp'][0]['HostPort']}"


def test_every_service_has_a_health_check() -> None:
    assert set(SERVICES) == {"fake-twilio", "sms-driver"}
    assert all("healthcheck" in settings for settings in SERVICES.values())


def test_every_service_is_confined() -> None:
    for settings in SERVICES.values():
        assert settings["read_only"] is True
        assert settings["cap_drop"] == ["ALL"]
        assert "cap_add" not in settings
        assert not settings.get("privileged")
        assert settings["security_opt"] == ["no-new-privileges:true"]
        assert settings["mem_limit"]
        assert settings["pids_limit"]


def test_published_ports_are_for_this_machine_only() -> None:
    assert all(port.startswith("127.0.0.1:") for settings in SERVICES.values() for port in settings["ports"])


def test_one_text_goes_through(composition: dict[str, Container]) -> None:
    send = "sms-driver send --phone guard-desk --json 'Hello from a container'"
    status, output = composition["sms-driver"].exec_run(["sh", "-c", send])
    assert status == 0, output.decode()
    fake = published(composition["fake-twilio"], 8945)
    with urllib.request.urlopen(f"{fake}/_fake/v1/handsets/+12015550101/messages", timeout=5) as answer:
        shown = json.load(answer)["messages"]
    assert [message["body"] for message in shown] == ["Sent from your Twilio trial account - Hello from a container"]


def test_a_further_program_reaches_the_fake_under_twilio_s_own_name(
    engine: docker.DockerClient, composition: dict[str, Container]
) -> None:
    fake = composition["fake-twilio"]
    network = next(iter(fake.attrs["NetworkSettings"]["Networks"]))
    for name in fake.attrs["NetworkSettings"]["Networks"]:
        network = name if name != "bridge" else network
    script = (
        "from twilio.rest import Client; print(Client().messages.create("
        "to='+12015550101', from_='+12015550100', body='Unchanged').status)"
    )
    bundle = "/var/lib/fake-twilio/bundle.pem"
    output = engine.containers.run(
        fake.image.id,
        ["python", "-c", script],
        network=network,
        volumes={f"{network}-fake-twilio": {"bind": "/var/lib/fake-twilio", "mode": "ro"}},
        environment={
            "TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef",
            "TWILIO_AUTH_TOKEN": "fake0auth0token0for0local0tests0",
            "SSL_CERT_FILE": bundle,
            "REQUESTS_CA_BUNDLE": bundle,
        },
        remove=True,
    )
    assert output.decode().strip() == "queued"


def test_neither_program_can_write_where_nothing_of_it_is_kept(composition: dict[str, Container]) -> None:
    for container in composition.values():
        for place in ("/opt/sms/planted", "/var/planted"):
            status, _ = container.exec_run(["touch", place], user="root")
            assert status != 0, f"{container.name} wrote {place}"
        status, output = container.exec_run(["touch", "/tmp/kept"])
        assert status == 0, output.decode()


def test_neither_program_has_a_capability(composition: dict[str, Container]) -> None:
    for container in composition.values():
        status, output = container.exec_run(["grep", "-E", "^(CapBnd|NoNewPrivs)", "/proc/1/status"])
        assert status == 0, output.decode()
        assert output.decode().split() == ["CapBnd:", "0" * 16, "NoNewPrivs:", "1"]


def test_neither_program_runs_as_root(composition: dict[str, Container]) -> None:
    for container in composition.values():
        status, output = container.exec_run(["id", "-u"])
        assert status == 0
        assert output.decode().strip() == "10001"


def test_both_stop_by_themselves_when_asked(composition: dict[str, Container]) -> None:
    for container in composition.values():
        container.stop(timeout=10)
        container.reload()
        assert container.attrs["State"]["ExitCode"] == 0, container.logs().decode()
