"""Tables for tests of imports, and the requests that import them into a running driver and export them again."""

import json
from typing import Any

from driver.api.requests import JSON
from support.driver_site import Site, answered

NIGHT = (
    "TableId,TableDescription,Status.State.Value,Status.Priority,Status.IsAlarm,Status.AlarmIsAutoReset,Status.Description\n"
    ",Night,4,2,TRUE,TRUE,\n,Night,3,3,TRUE,TRUE,Trouble\n,Night,1,9,,,Fine\n"
)
BROKEN = "TableId,Status.State.Value,Status.Color\ndefault,9,Red\ndefault,3,Reddish\n"


async def put(here: Site, path: str, text: str, status: int = 200, method: str = "PUT", **headers: str) -> Any:
    headers = {"Content-Type": "text/csv", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await answered(here.client, method, path, status=status, body=text.encode(), headers=headers)


async def table(here: Site, kind: str) -> Any:
    return json.loads(await here.client.table(kind, accept=JSON))


async def csv(here: Site, kind: str, **query: str) -> str:
    return (await here.client.table(kind, query=query)).decode("utf-8-sig")
