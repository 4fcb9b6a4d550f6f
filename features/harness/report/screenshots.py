"""Screenshots of the pages on failure, if Playwright and a browser are installed."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.util import find_spec

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
AT_MOST = 5
"""Maximum number of failures per process with screenshots; when everything fails, more only cost time."""

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
"""Browser options for showing local pages only."""
_SIZE = {"width": 1200, "height": 800}
_LOADED_WITHIN_MS = 5000

Blocking = Callable[[Callable[[], dict[str, str]]], dict[str, str]]


def browser_program() -> str | None:
    """Return the path of an installed browser, if any."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


class Photographer:
    """Takes screenshots for a limited number of failures; ``left`` is how many remain."""

    def __init__(self) -> None:
        self.left = AT_MOST

    def pictures(self, pages: Mapping[str, str], call_blocking: Blocking) -> dict[str, str]:
        """Return a screenshot of each page by name, as a ``data:`` URL; empty where none can be taken.

        Args:
            pages: The addresses of the pages by name.
            call_blocking: Calls a blocking function while the servers of the pages continue to respond.
        """
        browser = browser_program()
        if browser is None or find_spec("playwright") is None or not self.left:
            return {}
        self.left -= 1
        return call_blocking(lambda: _taken(pages, browser))


def _taken(pages: Mapping[str, str], browser: str) -> dict[str, str]:
    from playwright.sync_api import Error, sync_playwright

    taken = {}
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
        for name, url in pages.items():
            page = running.new_page(viewport=_SIZE)  # type: ignore[arg-type]  # a mapping as it is documented
            with suppress(Error):
                page.goto(url, timeout=_LOADED_WITHIN_MS)
                with suppress(Error):
                    page.wait_for_load_state("networkidle", timeout=_LOADED_WITHIN_MS)
                picture = page.screenshot(type="jpeg", quality=60)
                taken[name] = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
        running.close()
    return taken
