"""The REST calls: each reads strictly, asks a service, and writes what came of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from driver.config.models import Role
from driver.dataserver import login, wire
from driver.dataserver.auth import Access, Caller
from driver.dataserver.csv_lists import answer_page
from driver.dataserver.info import Info
from driver.dataserver.paging import MOMENT_AND_SID, NUMBER, OFFSET, TIMED_ID, LongPageQuery, paging
from driver.domain.asset_changes import Operator
from driver.domain.commands import COMMENT, MESSAGE_CONTENT, Command
from driver.domain.execution import Execution
from driver.domain.segments import measure
from driver.errors import NotFoundError
from driver.ports.store import Store
from driver.runtime.clock import Clock
from driver.services.assets import Assets
from driver.services.commands import CommandRequest, Commands
from driver.services.dead_letters import DEAD, DeadLetters

#: What a client may count on beyond the states of assets.
CAPABILITIES = (
    "events",
    "commands",
    "executions",
    "alarms",
    "messages",
    "deadletters",
    "audit",
    "tables",
    "segments",
)


@dataclass(frozen=True, slots=True)
class Site:
    """What this driver tells of itself while it leads: ``address`` is where clients reach it."""

    info: Info
    instance_id: str
    term: int
    address: str
    project_hash: Callable[[], str]


class Rest:
    """The handlers of ``/api``."""

    def __init__(
        self,
        store: Store,
        assets: Assets,
        commands: Commands,
        dead_letters: DeadLetters,
        access: Access,
        clock: Clock,
        site: Site,
    ) -> None:
        self._store = store
        self._assets = assets
        self._commands = commands
        self._dead_letters = dead_letters
        self._access = access
        self._clock = clock
        self.site = site

    def routes(self) -> list[web.RouteDef]:
        """Return the routes with the role each needs."""
        return [
            *login.routes(self._access),
            web.get("/api/info", self._may(Role.VIEWER, self._get_info)),
            web.get("/api/systems", self._may(Role.VIEWER, self._get_systems)),
            web.get("/api/assets", self._may(Role.VIEWER, self._get_assets)),
            web.post("/api/assets/{id:.+}/commands", self._may(Role.OPERATOR, self._asset_command)),
            web.get("/api/assets/{id:.+}", self._may(Role.VIEWER, self._get_asset)),
            web.post("/api/systems/{id}/commands", self._may(Role.OPERATOR, self._system_command)),
            web.get("/api/executions/{id}", self._may(Role.VIEWER, self._get_execution)),
            web.get("/api/alarms", self._may(Role.VIEWER, self._get_alarms)),
            web.post("/api/alarms/{id}/acknowledge", self._may(Role.OPERATOR, self._acknowledge)),
            web.get("/api/messages", self._may(Role.VIEWER, self._get_messages)),
            web.get("/api/deadletters", self._may(Role.VIEWER, self._get_dead_letters)),
            web.post("/api/deadletters/{id}/requeue", self._may(Role.OPERATOR, self._requeue)),
            web.get("/api/audit", self._may(Role.VIEWER, self._get_audit)),
        ]

    def _may(
        self, role: Role, handler: Callable[[web.Request, Caller], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def guarded(request: web.Request) -> web.Response:
            return await handler(request, await self._access.require(request, role))

        return guarded

    async def _get_info(self, _request: web.Request, _caller: Caller) -> web.Response:
        site = self.site
        told = site.info.told(
            "active",
            open_to_all=self._access.config.open_to_all,
            active_server=site.address,
            instance_id=site.instance_id,
            project_hash=site.project_hash(),
            term=site.term,
            capabilities=CAPABILITIES,
        )
        return wire.answer(told)

    async def _get_systems(self, _request: web.Request, _caller: Caller) -> web.Response:
        system = self._assets.catalog.system
        shown = wire.asset_json(system, self._assets.get(system.asset_id), self._clock.now(), self._assets.cause_of)
        return wire.answer(wire.page([shown], ""))

    async def _get_assets(self, request: web.Request, _caller: Caller) -> web.Response:
        shown, following = paging(request, OFFSET, LongPageQuery).cut(self._assets.all())
        now = self._clock.now()
        return wire.answer(
            wire.page([wire.asset_json(entry, asset, now, self._assets.cause_of) for entry, asset in shown], following)
        )

    async def _get_asset(self, request: web.Request, _caller: Caller) -> web.Response:
        name = request.match_info["id"]
        entry = self._assets.catalog.find(name)
        if entry is None:
            raise NotFoundError(f"there is no asset {name!r}")
        return wire.answer(
            wire.asset_json(entry, self._assets.get(entry.asset_id), self._clock.now(), self._assets.cause_of)
        )

    async def _asset_command(self, request: web.Request, caller: Caller) -> web.Response:
        call = _call(await wire.read(request, wire.CommandBody), caller)
        return _accepted(await self._commands.on_asset(request.match_info["id"], call))

    async def _system_command(self, request: web.Request, caller: Caller) -> web.Response:
        call = _call(await wire.read(request, wire.CommandBody), caller)
        return _accepted(await self._commands.on_system(request.match_info["id"], call))

    async def _get_execution(self, request: web.Request, _caller: Caller) -> web.Response:
        name = request.match_info["id"]
        execution = await self._store.execution(name)
        if execution is None:
            raise NotFoundError(f"there is no execution {name!r}")
        message = await self._store.message(execution.message_sid) if execution.message_sid else None
        return wire.answer(wire.execution_json(execution, message))

    async def _get_alarms(self, request: web.Request, _caller: Caller) -> web.Response:
        asked, now = paging(request, OFFSET), self._clock.now()
        alarms = [
            wire.alarm_json(entry, asset, record, now, self._assets.cause_of)
            for entry, asset in self._assets.all()
            for record in asset.records
        ]
        alarms.sort(key=lambda alarm: (alarm["state"] == "Acknowledged", alarm["time"], alarm["alarmId"]))
        return answer_page(request, "Alarm", *asked.cut(alarms))

    async def _acknowledge(self, request: web.Request, caller: Caller) -> web.Response:
        body = await wire.read(request, wire.AcknowledgeBody)
        command = wire.CommandBody(
            command=Command.ACKNOWLEDGE.value,
            parameters={COMMENT: body.comment} if body.comment else {},
            commandId=body.commandId,
            user=body.user,
            workstation=body.workstation,
        )
        return _accepted(await self._commands.on_alarm(request.match_info["id"], _call(command, caller)))

    async def _get_messages(self, request: web.Request, _caller: Caller) -> web.Response:
        asked = paging(request, MOMENT_AND_SID)
        found = await self._store.messages(asked.size, asked.start)
        items = [wire.message_json(message) for message in found.items]
        return answer_page(request, "Message", items, asked.seal(found.next))

    async def _get_dead_letters(self, request: web.Request, _caller: Caller) -> web.Response:
        asked = paging(request, TIMED_ID)
        found = await self._store.executions(asked.size, asked.start, DEAD)
        items = [wire.execution_json(execution, None) for execution in found.items]
        return answer_page(request, "Execution", items, asked.seal(found.next))

    async def _requeue(self, request: web.Request, caller: Caller) -> web.Response:
        operator = Operator(caller.name)
        return _accepted(await self._dead_letters.requeue(request.match_info["id"], operator))

    async def _get_audit(self, request: web.Request, _caller: Caller) -> web.Response:
        asked = paging(request, NUMBER)
        found = await self._store.audit(asked.size, asked.start)
        items = [wire.audit_json(entry) for entry in found.items]
        return answer_page(request, "AuditLine", items, asked.seal(found.next))


def _call(body: wire.CommandBody, caller: Caller) -> CommandRequest:
    user = caller.name if caller.person or not body.user else body.user
    operator = Operator(user, "workstation" if body.workstation else "api", body.workstation)
    return CommandRequest(body.command, body.parameters, body.commandId, operator)


def _accepted(execution: Execution) -> web.Response:
    told: wire.Json = {
        "executionId": execution.execution_id,
        "state": execution.state.value,
        "result": execution.result or None,
        "reason": execution.reason or None,
    }
    if MESSAGE_CONTENT in execution.parameters:
        length = measure(execution.parameters[MESSAGE_CONTENT])
        told |= {"segments": length.segments, "encoding": length.alphabet.value}
    return wire.answer(told, 202, {"Location": f"/api/executions/{execution.execution_id}"})
