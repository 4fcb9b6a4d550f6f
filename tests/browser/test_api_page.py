"""The API page of the data server in a real browser: the bundled Swagger UI shows the document it is given."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from driver.dataserver.routes import ROUTES
from support.browser import watched
from support.driver_site import site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_the_page_shows_every_call_and_the_shape_of_an_answer(running: Browser, tmp_path: Path) -> None:
    async with site(tmp_path) as here, watched(running, here.driver.dataserver_url, "/docs") as seen:
        page = seen.page
        await expect(page.locator(".opblock")).to_have_count(len(ROUTES))
        await expect(page.get_by_text("Unable to render this definition")).to_have_count(0)
        await page.locator("#operations-default-get_api_info, .opblock", has_text="/api/info").first.click()
        await expect(page.locator(".opblock.is-open")).to_contain_text("instanceId")
