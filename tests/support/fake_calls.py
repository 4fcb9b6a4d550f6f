"""Calls of Twilio's API as a client without an SDK makes them."""

from typing import Any

import aiohttp

from support.fake_wire import Wire


async def call(site: Wire, method: str, path: str, user: str = "", secret: str = "", **form: Any) -> tuple[int, Any]:
    """Call the API and return status and document; `form` is the body of a POST, the query of anything else."""
    data: dict[str, Any] = {"data": form} if method == "POST" else {"params": form}
    headers = {"Authorization": aiohttp.encode_basic_auth(user, secret)} if user else {}
    async with site.session.request(method, f"{site.fake.base_url}{path}", headers=headers, **data) as answer:
        text = await answer.text()
        return answer.status, await answer.json(content_type=None) if text else None


async def good(site: Wire, method: str, path: str, **form: Any) -> Any:
    """Call the API and return the document of an answer that is no refusal."""
    status, document = await call(site, method, path, **form)
    assert status < 400, document
    return document
