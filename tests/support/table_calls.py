"""Tables that tests import, and the calls that put them into a running driver and fetch them again."""

from typing import Any

from support.driver_site import Site, answered

NIGHT = (
    "TableId,TableDescription,Status.State.Value,Status.Priority,Status.IsAlarm,Status.AlarmIsAutoReset,Status.Description\n"
    ",Night,4,2,TRUE,TRUE,\n,Night,3,3,TRUE,TRUE,Trouble\n,Night,1,9,,,Fine\n"
)
BROKEN = "TableId,Status.State.Value,Status.Color\ndefault,9,Red\ndefault,3,Reddish\n"


async def put(here: Site, path: str, text: str, status: int = 200, method: str = "PUT", **headers: str) -> Any:
    headers = {"Content-Type": "text/csv", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await answered(here.client, method, path, status=status, body=text.encode(), headers=headers)


async def csv(here: Site, kind: str, query: str = "") -> str:
    url = f"{here.driver.dataserver_url}/api/tables/{kind}{query}"
    async with here.http.get(url, headers={"Accept": "text/csv"}) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/csv"
        return (await answer.read()).decode("utf-8-sig")
