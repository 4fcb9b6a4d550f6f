"""A bare aiohttp server with a minimal Message resource, as the reference for the fake's speed.

It parses the form, makes a SID, keeps a dictionary and returns JSON; it validates nothing and makes no requests.
Run as ``python benchmarks/fake_reference.py PORT``.
"""

import secrets
import sys
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import orjson
import uvloop
from aiohttp import web

MESSAGES: dict[str, dict[str, Any]] = {}
BASE = "/2010-04-01/Accounts/{account}/Messages"


async def create(request: web.Request) -> web.Response:
    """Store the form and return it."""
    form = dict(parse_qsl((await request.read()).decode()))
    now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")  # noqa: TID251 - no clock to inject here
    sid = f"SM{secrets.token_hex(16)}"
    row = MESSAGES[sid] = {
        "account_sid": request.match_info["account"],
        "body": form.get("Body"),
        "date_created": now,
        "date_sent": None,
        "date_updated": now,
        "from": form.get("From"),
        "sid": sid,
        "status": "queued",
        "to": form.get("To"),
    }
    return web.Response(body=orjson.dumps(row), status=201, content_type="application/json")


async def fetch(request: web.Request) -> web.Response:
    """Return one message."""
    row = MESSAGES[request.match_info["sid"].removesuffix(".json")]
    return web.Response(body=orjson.dumps(row), content_type="application/json")


def main() -> None:
    """Serve until killed."""
    app = web.Application()
    app.router.add_post(f"{BASE}.json", create)
    app.router.add_get(f"{BASE}/{{sid}}", fetch)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None, loop=uvloop.new_event_loop())


if __name__ == "__main__":
    main()
