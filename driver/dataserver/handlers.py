"""The request handlers of the data server: each calls a service and returns the result."""

from collections.abc import Sequence

from aiohttp import web

import driver
from driver.api import models, requests
from driver.api.routing import ApiRequest, ModelResponse
from driver.dataserver.commanding import Accepted, accepted, command_request, operator_of
from driver.dataserver.context import CAPABILITIES, NAME, DataServer, DataView, Standby, authentication
from driver.dataserver.csv_lists import PageOrCsv, page_response
from driver.dataserver.paging import MOMENT_AND_NUMBER, MOMENT_AND_SID, OFFSET, TIMED_ID, paging
from driver.dataserver.serializers import asset_model, execution_model
from driver.domain.asset import Asset
from driver.domain.asset_changes import Operator
from driver.domain.segments import measure
from driver.errors import NotFoundError, StoreUnavailableError
from driver.ports.store import AuditSearch, MessageSearch
from driver.services.asset_catalog import AssetEntry


async def get_info(server: DataView, request: ApiRequest[None]) -> models.InfoModel:
    """Return information about this driver and its capabilities."""
    return models.InfoModel(
        driver=NAME,
        version=driver.__version__,
        instance_id=server.instance_id,
        role=server.role,
        term=server.term,
        active_server_address=server.address,
        system_id=server.system_id,
        caption=server.assets.catalog.system.caption,
        debug_port=server.debug_port,
        project_hash=server.tables.project_hash(),
        authentication=authentication(request),
        capabilities=CAPABILITIES,
    )


async def get_systems(server: DataView, request: ApiRequest[requests.LongPageQuery]) -> models.AssetPage:
    """List the system asset."""
    system = server.assets.catalog.system
    return _asset_page(server, request, [(system, server.assets.get(system.asset_id))])


async def get_assets(server: DataView, request: ApiRequest[requests.LongPageQuery]) -> models.AssetPage:
    """List all assets with their status and the reason for it, the system first."""
    return _asset_page(server, request, server.assets.all())


def _asset_page(
    server: DataView, request: ApiRequest[requests.LongPageQuery], assets: Sequence[tuple[AssetEntry, Asset]]
) -> models.AssetPage:
    shown, following = paging(request, OFFSET).cut(assets)
    now = server.clock.now()
    items = [asset_model(server.assets, entry, asset, now=now) for entry, asset in shown]
    return models.AssetPage(items=items, next=following)


async def get_asset(server: DataView, request: ApiRequest[None]) -> models.AssetModel:
    """Return an asset by its id or item id."""
    entry = _entry(server, request.path("id"))
    return asset_model(server.assets, entry, server.assets.get(entry.asset_id), now=server.clock.now())


async def command_asset(server: DataServer, request: ApiRequest[requests.CommandBody]) -> Accepted:
    """Give an asset a command. Repeating a request with the same commandId returns the same execution."""
    given = command_request(request.data, request.principal)
    return accepted(await server.commands.on_asset(request.path("id"), given))


async def command_system(server: DataServer, request: ApiRequest[requests.CommandBody]) -> Accepted:
    """Give the system a command, as workflows do: Send Message between any two numbers."""
    given = command_request(request.data, request.principal)
    return accepted(await server.commands.on_system(request.path("id"), given))


async def get_execution(server: DataView, request: ApiRequest[None]) -> models.ExecutionModel:
    """Return the progress of a command, with its attempts and the delivery status."""
    name = request.path("id")
    execution = await server.store.execution(name)
    if execution is None:
        raise NotFoundError(f"there is no execution {name!r}")
    message = await server.store.message(execution.message_sid) if execution.message_sid else None
    return execution_model(execution, message)


async def cancel_execution(server: DataServer, request: ApiRequest[requests.CancelBody]) -> models.ExecutionModel:
    """Cancel a waiting message. A message that is on its way to Twilio, or that Twilio may have, cannot be canceled."""
    by = operator_of(request.data, request.principal)
    return execution_model(await server.send_queue.cancel(request.path("id"), by))


async def get_queue(server: DataView, request: ApiRequest[requests.PageQuery]) -> PageOrCsv[models.ExecutionPage]:
    """List the messages that are waiting or being sent, in order of acceptance; also available as CSV."""
    items, following = paging(request, OFFSET).cut(await server.waiting())
    shown = [execution_model(message) for message in items]
    return page_response(request, models.ExecutionPage(items=shown, next=following))


async def purge_queue(server: DataServer, request: ApiRequest[requests.PurgeBody]) -> models.PurgedModel:
    """Cancel all waiting messages of a sender that are not on their way to Twilio."""
    canceled, left = await server.send_queue.purge(request.data.sender, operator_of(request.data, request.principal))
    return models.PurgedModel(canceled=canceled, on_their_way=left)


async def get_messages(server: DataView, request: ApiRequest[requests.MessagesQuery]) -> PageOrCsv[models.MessagePage]:
    """List messages in both directions, newest first; also available as CSV.

    ``asset`` selects the messages to and from a phone's external number, ``q`` those that contain a text. A page of
    search results can have fewer items than requested although another page follows.
    """
    asked, query = paging(request, MOMENT_AND_SID), request.data
    number = _entry(server, query.asset).external_phone_number if query.asset else ""
    if query.asset and not number:
        return page_response(request, models.MessagePage(items=[], next=None))
    found = await server.store.messages(
        asked.size, asked.start, MessageSearch(number, query.q, query.since, query.until)
    )
    items = [models.MessageModel.model_validate(message) for message in found.items]
    return page_response(request, models.MessagePage(items=items, next=asked.seal(found.next)))


async def get_dead_letters(
    server: DataView, request: ApiRequest[requests.PageQuery]
) -> PageOrCsv[models.ExecutionPage]:
    """List the messages that were terminated or whose outcome is unknown; also available as CSV."""
    asked = paging(request, TIMED_ID)
    found = await server.store.executions(asked.size, asked.start, dead=True)
    items = [execution_model(execution) for execution in found.items]
    return page_response(request, models.ExecutionPage(items=items, next=asked.seal(found.next)))


async def requeue(server: DataServer, request: ApiRequest[None]) -> Accepted:
    """Send a dead letter again, once."""
    return accepted(await server.dead_letters.requeue(request.path("id"), Operator(request.principal.name)))


async def get_audit(server: DataView, request: ApiRequest[requests.AuditQuery]) -> PageOrCsv[models.AuditPage]:
    """List commands and state changes with the platform's seven columns, newest first; also available as CSV.

    ``location``, ``user`` and ``kind`` are texts that Location, User Name and Command/Status must contain.
    """
    asked, query = paging(request, MOMENT_AND_NUMBER), request.data
    wanted = AuditSearch(query.location, query.user, query.kind, query.since, query.until)
    found = await server.store.audit(asked.size, asked.start, wanted)
    items = [models.AuditLineModel.model_validate(entry) for entry in found.items]
    return page_response(request, models.AuditPage(items=items, next=asked.seal(found.next)))


async def get_segments(_server: DataView, request: ApiRequest[requests.SegmentsBody]) -> models.SegmentsModel:
    """Return how many SMS segments a message would have, without sending it."""
    length = measure(request.data.text)
    return models.SegmentsModel(
        encoding=length.alphabet.value,
        segments=length.segments,
        units=length.units,
        per_segment=length.room,
        remaining=length.left,
        foreign=length.foreign,
        characters=len(request.data.text),
    )


async def get_health(server: DataView, _request: ApiRequest[None]) -> ModelResponse[models.HealthModel]:
    """Return whether all tasks of the driver are running."""
    broken = {name: health.last_error for name, health in server.supervisor.health.items() if not health.running}
    return ModelResponse(models.HealthModel(status="broken" if broken else "ok", tasks=broken), 503 if broken else 200)


async def get_readiness(server: DataView, _request: ApiRequest[None]) -> ModelResponse[models.ReadinessModel]:
    """Return whether this driver can serve requests. It stays ready while Twilio is down, which the console shows."""
    twilio = "no communication" if server.assets.system_down else "connected"
    try:
        await server.store.answers()
    except StoreUnavailableError as exc:
        unavailable = models.ReadinessModel(status="store unavailable", can=[], reason=str(exc), twilio=twilio)
        return ModelResponse(unavailable, 503)
    standby = server.role == "standby"
    return ModelResponse(
        models.ReadinessModel(
            status="standby" if standby else "ready",
            can=server.can,
            reason=f"the driver at {server.address} is active" if standby else None,
            twilio=twilio,
        )
    )


async def get_metrics(server: DataView | Standby, _request: ApiRequest[None]) -> web.Response:
    """Return the metrics in the Prometheus text format."""
    content_type = "text/plain; version=0.0.4; charset=utf-8"
    return web.Response(body=server.metrics.text(), headers={"Content-Type": content_type})


def _entry(server: DataView, name: str) -> AssetEntry:
    entry = server.assets.catalog.find(name)
    if entry is None:
        raise NotFoundError(f"there is no asset {name!r}")
    return entry
