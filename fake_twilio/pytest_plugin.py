"""Pytest fixtures for a running fake Twilio."""

import re
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    # Imported only when a test requests a fixture: installing the distribution must not slow other projects' runs.
    from fake_twilio.blocking import BlockingFakeTwilio, BlockingHandset

REPORT_FOLDER = "fake-twilio-report"
"""Folder in the rootdir to which ``--fake-twilio-report`` writes its pages."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the setting."""
    group = parser.getgroup("fake-twilio")
    group.addoption("--fake-twilio-trial", action="store_true", help="make the fake's accounts trial accounts")
    group.addoption(
        "--fake-twilio-report",
        action="store_true",
        help="write the fake's timeline of each failed test to fake-twilio-report/, one HTML page per test",
    )
    parser.addini("fake_twilio_seed", "the fake's seed: a TOML file, relative to the rootdir", default="")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write the timeline of a failed test that used the fake, and report its path."""
    report = yield
    fake = getattr(item, "funcargs", {}).get("fake_twilio")
    if report.failed and report.when == "call" and fake is not None and item.config.getoption("--fake-twilio-report"):
        from fake_twilio.timeline_page import timeline_page

        folder = item.config.rootpath / REPORT_FOLDER
        folder.mkdir(exist_ok=True)
        path = folder / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', item.nodeid).strip('-')[:150]}.html"
        page = timeline_page(
            item.nodeid, report.longreprtext, fake.messages, requests=fake.requests, webhooks=fake.webhooks
        )
        path.write_text(page, encoding="utf-8")
        report.sections.append(("fake Twilio", f"timeline: {path}"))
    return report


@pytest.fixture(scope="session")
def _fake_twilio_server(request: pytest.FixtureRequest) -> Iterator["BlockingFakeTwilio"]:
    """One server per session, on a free port and with a manual clock."""
    from fake_twilio.clock import ManualClock, RealClock
    from fake_twilio.fake import FakeTwilio

    config = request.config
    seed = str(config.getini("fake_twilio_seed"))
    with FakeTwilio.running(
        config.rootpath / seed if seed else None,
        trial=bool(config.getoption("--fake-twilio-trial")),
        # The clock starts now, because programs under test compare Twilio's dates with their own.
        clock=ManualClock(RealClock().now()),
    ) as fake:
        yield fake


@pytest.fixture
def fake_twilio(_fake_twilio_server: "BlockingFakeTwilio") -> "BlockingFakeTwilio":
    """A fake Twilio, reset to its seed: ``base_url``, ``faults``, ``clock``, ``handset(…)``, ``assert_sent(…)``, …."""
    _fake_twilio_server.reset()
    return _fake_twilio_server


@pytest.fixture
def twilio_client(fake_twilio: "BlockingFakeTwilio") -> Any:
    """A client of the official SDK, connected to the fake's first account."""
    return fake_twilio.client()


@pytest.fixture
def handset(fake_twilio: "BlockingFakeTwilio") -> "BlockingHandset":
    """The phone of the first verified caller; ``handset(number)`` returns any other phone."""
    from fake_twilio.seed.loading import DEFAULT_VERIFIED

    verified = fake_twilio.inner.seed.accounts[0].verified
    return fake_twilio.handset(verified[0] if verified else DEFAULT_VERIFIED)
