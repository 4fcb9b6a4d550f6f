"""Tables in the operator console: an import is previewed, and its changes appear at once."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from support.console import Opened, card, select
from support.driver_site import GUARD, OURS

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_an_import_shows_its_difference_first_and_repaints_at_once(console: Opened) -> None:
    async with console() as (_here, page):
        chosen = page.get_by_label("Import from")
        header = b"TableId,Status.State.Value,Status.Color\n"
        await chosen.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": header + b"default,9,Redd\n"})
        result = page.locator("sms-tables .difference")
        await expect(result).to_contain_text("Nothing was imported. 2 to fix:")
        await expect(result).to_contain_text('line 2 (C2), Status.Color = "Redd": expected a color')
        await expect(page.get_by_role("button", name="Import", exact=True)).to_be_hidden()
        good = header.strip() + b",Status.TextColor,Status.SelectedColor\ndefault,1,#123456,#8A0000,Navy\n"
        await chosen.set_input_files({"name": "b.csv", "mimeType": "text/csv", "buffer": good})
        await expect(result).to_contain_text("Status.Color: #FFB0B8C1 → #FF123456")
        await expect(card(page, "Guard").locator(".status")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
        await page.get_by_role("button", name="Import", exact=True).click()
        await expect(result).to_contain_text("Imported: 1 row changed.")
        await expect(card(page, "Guard").locator(".status")).to_have_css("background-color", "rgb(18, 52, 86)")
        await expect(card(page, "Guard").locator(".caption")).to_have_css("color", "rgb(138, 0, 0)")
        await select(page, "Guard")
        await expect(card(page, "Guard")).to_have_css("box-shadow", re.compile(r"rgb\(0, 0, 128\)"))


async def test_an_export_is_a_file(console: Opened) -> None:
    async with console() as (_here, page):
        await page.get_by_label("Kind").select_option("Assets")
        async with page.expect_download() as download:
            await page.get_by_role("button", name="Export").click()
        file = await (await download.value).path()
        text = Path(file).read_bytes().decode("utf-8-sig")
        assert text.splitlines()[0].startswith("AssetId,AssetType,Caption")
        assert f",'{GUARD},'{OURS}," in text
