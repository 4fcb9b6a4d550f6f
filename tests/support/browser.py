"""A real browser for page tests: Chromium from the machine, and a page that records everything that goes wrong."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from harness.report.screenshots import ARGUMENTS, BROWSERS, browser_program


def chromium() -> str:
    """Return the browser's path. Without one the test is skipped, or fails where every check must run."""
    found = browser_program()
    if found:
        return found
    reason = f"no browser: none of {', '.join(BROWSERS)} is installed"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Run a headless browser."""
    path = chromium()
    expect.set_options(timeout=15_000)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield running
        finally:
            await running.close()


@dataclass
class Watched:
    """A page, and what went wrong on it: script errors, blocked content, dialogs, requests to other servers."""

    page: Page
    context: BrowserContext
    mistakes: list[str] = field(default_factory=list)


async def flaws(page: Page) -> list[str]:
    """Return the accessibility violations that axe finds on a page, as rules and elements."""
    found = await Axe().run(page)
    return [f"{it['id']}: {node['html']}" for it in found.response["violations"] for node in it["nodes"]]


async def paused(page: Page) -> None:
    """Stop the page's clock; from now on only ``page.clock.run_for`` advances it."""
    await page.clock.pause_at(await page.evaluate("Date.now() / 1000") + 1)


@asynccontextmanager
async def watched(running: Browser, address: str, path: str = "/", **options: Any) -> AsyncIterator[Watched]:
    """Open a page of the server at ``address``, and check at the end that nothing went wrong."""
    context = await running.new_context(**options)
    page = await context.new_page()
    seen = Watched(page, context)

    def console(kind: str, text: str) -> None:
        if kind == "error" and not text.startswith(("Failed to load resource", "WebSocket connection to")):
            seen.mistakes.append(f"console: {text}")

    page.on("console", lambda message: console(message.type, message.text))
    page.on("pageerror", lambda error: seen.mistakes.append(f"script: {error}"))
    page.on("dialog", lambda dialog: seen.mistakes.append(f"dialog: {dialog.message}"))
    origin = address.split("://", 1)[1]
    page.on(
        "request",
        lambda request: (
            None
            if request.url.split("://", 1)[-1].startswith(origin) or request.url.startswith(("blob:", "data:"))
            else seen.mistakes.append(f"foreign: {request.url}")
        ),
    )
    await page.goto(address + path)
    try:
        yield seen
        assert seen.mistakes == []
    finally:
        await context.close()
