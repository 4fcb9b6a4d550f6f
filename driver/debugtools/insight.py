"""What an engineer asks of a running driver: everything at once, and why an asset shows what it shows."""

from collections.abc import Callable, Mapping

import orjson
from aiohttp import web

from driver.debugtools.redact import Redactor
from driver.debugtools.server import Guard
from driver.domain.asset import active_states, true_states
from driver.domain.events import iso
from driver.domain.explanations import awaiting, reason
from driver.errors import NotFoundError
from driver.services.account_checks import CheckLevel
from driver.services.assets import Assets
from driver.services.selftest import SelfTest

Sections = Mapping[str, Callable[[], object]]
"""Parts of the report by name, each worked out when somebody asks."""


class Insight:
    """The calls that show the driver's insides, redacted like the log, for whoever may see the log."""

    def __init__(
        self, sections: Sections, assets: Assets, selftest: SelfTest, redactor: Redactor, guard: Guard
    ) -> None:
        self._sections = sections
        self._selftest = selftest
        self._assets = assets
        self._redactor = redactor
        self._guard = guard

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/api/diagnostics", self._diagnostics),
            web.get("/api/why/{id:.+}", self._why),
            web.post("/api/selftest", self._test),
        ]

    async def _diagnostics(self, request: web.Request) -> web.Response:
        await self._guard(request)
        return self._told({name: section() for name, section in self._sections.items()})

    async def _why(self, request: web.Request) -> web.Response:
        """Tell how the facts became the shown status: facts, alarm records, active states, the rows that fit."""
        await self._guard(request)
        name = request.match_info["id"]
        entry = self._assets.catalog.find(name)
        if entry is None:
            raise NotFoundError(f"there is no asset {name!r}")
        asset, table = self._assets.get(entry.asset_id), entry.rules.table
        active = active_states(asset)
        return self._told(
            {
                "asset": entry.asset_id,
                "status": asset.status,
                "since": iso(asset.since),
                "reason": reason(asset),
                "awaiting": awaiting(asset, entry.rules),
                "facts": asset.facts,
                "trueStates": sorted(true_states(asset.facts)),
                "alarmRecords": asset.records,
                "alarmsHeldUntil": asset.held_until,
                "activeStates": sorted(active),
                "statusTable": table.table_id,
                "rows": [
                    {
                        "status": row.status,
                        "states": sorted(row.states),
                        "priority": row.priority,
                        "fits": row.states <= active,
                        "alarm": row.alarm,
                        "latch": row.latch,
                    }
                    for row in sorted(table.rows, key=lambda row: row.priority)
                ],
            }
        )

    async def _test(self, request: web.Request) -> web.Response:
        """Try everything the driver needs; ``ok`` is false if something keeps it from working."""
        await self._guard(request)
        findings = await self._selftest.run()
        ok = all(finding.verdict is not CheckLevel.PROBLEM for finding in findings)
        return self._told({"ok": ok, "findings": findings})

    def _told(self, value: Mapping[str, object]) -> web.Response:
        plain = orjson.loads(orjson.dumps(value, default=str))
        return web.Response(body=orjson.dumps(self._redactor.clean(plain)), content_type="application/json")
