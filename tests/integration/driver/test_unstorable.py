"""An asset change that can never be stored is dropped; those before and after it are kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from driver.domain.asset import Asset
from driver.errors import UnstorableError
from driver.ports.store import SetMark
from driver.store.integrity_check import check_store
from support.driver_site import Site, site


def poisoned(here: Site) -> Asset:
    asset: Asset = here.driver.services.assets.get("guard")
    return replace(asset, status="half \ud83d")


async def test_what_can_never_be_stored_is_refused_and_not_tried_again(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        assets = here.driver.services.assets
        with pytest.raises(UnstorableError):
            await assets.commit([poisoned(here)])
        await assets.save([poisoned(here)])
        await here.command("guard", "Mask")
        assert await here.status() == "Masked"
        assert (await here.asset("twilio"))["facts"]["faults"] == []
    report = await check_store(f"sqlite:///{tmp_path}/driver.db")
    assert report.remembered is not None
    assert report.remembered.assets["guard"].facts.mask is not None


async def test_among_what_waited_for_the_database_it_is_dropped_alone(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        assets = here.driver.services.assets
        assets._unsaved = [SetMark("first", "kept"), poisoned(here), SetMark("second", "kept")]
        await assets.commit([SetMark("third", "kept")])
        assert assets._unsaved == []
        assets._unsaved = [SetMark("fourth", "kept")]
        with pytest.raises(UnstorableError):
            await assets.commit([poisoned(here)])
    report = await check_store(f"sqlite:///{tmp_path}/driver.db")
    assert report.remembered is not None
    assert {"first", "second", "third", "fourth"} <= set(report.remembered.marks)
