"""Fixtures that give anybody's tests a running fake Twilio."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    # Imported only by tests that ask for a fixture: installing the distribution must not slow other projects' runs.
    from fake_twilio.blocking import BlockingFakeTwilio, BlockingHandset


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the setting."""
    group = parser.getgroup("fake-twilio")
    group.addoption("--fake-twilio-trial", action="store_true", help="make the fake's accounts trial accounts")
    parser.addini("fake_twilio_seed", "the fake's seed: a TOML file, relative to the rootdir", default="")


@pytest.fixture(scope="session")
def _fake_twilio_server(request: pytest.FixtureRequest) -> Iterator["BlockingFakeTwilio"]:
    """One server a session, on a free port and on a clock that tests move by hand."""
    from fake_twilio.clock import ManualClock, RealClock
    from fake_twilio.server import FakeTwilio

    config = request.config
    seed = str(config.getini("fake_twilio_seed"))
    with FakeTwilio.running(
        config.rootpath / seed if seed else None,
        trial=bool(config.getoption("--fake-twilio-trial")),
        # It starts at the present, since programs under test compare Twilio's dates with their own.
        clock=ManualClock(RealClock().now()),
    ) as fake:
        yield fake


@pytest.fixture
def fake_twilio(_fake_twilio_server: "BlockingFakeTwilio") -> "BlockingFakeTwilio":
    """A fake Twilio, just as its seed says: `base_url`, `faults`, `clock`, `handset(number)`, `assert_sent()`, …."""
    _fake_twilio_server.reset()
    return _fake_twilio_server


@pytest.fixture
def twilio_client(fake_twilio: "BlockingFakeTwilio") -> Any:
    """The official SDK's client, bound to the fake's first account."""
    return fake_twilio.client()


@pytest.fixture
def handset(fake_twilio: "BlockingFakeTwilio") -> "BlockingHandset":
    """The phone of the first verified caller; `handset(number)` is any other phone."""
    from fake_twilio.seed import DEFAULT_VERIFIED

    verified = fake_twilio.inner.seed.accounts[0].verified
    return fake_twilio.handset(verified[0] if verified else DEFAULT_VERIFIED)
