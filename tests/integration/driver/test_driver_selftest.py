"""The driver's test of everything it needs: what it says when something is wrong, and when nobody can tell yet."""

from pathlib import Path

import pytest

from driver.errors import StoreUnavailableError
from driver.ports.store import Committed
from support.driver_site import Site, site


async def found(here: Site) -> dict[str, tuple[str, str]]:
    findings = await here.driver.parts.selftest.run()
    return {finding.about: (finding.verdict.value, finding.words) for finding in findings}


async def test_a_database_and_a_twilio_that_do_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_given: object, **_more: object) -> Committed:
        raise StoreUnavailableError("the disk is full")

    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        monkeypatch.setattr(here.driver.parts.store, "commit", refuse)
        told = await found(here)
        assert told["database"] == ("problem", "the disk is full")
        assert told["twilio"][0] == "problem"
