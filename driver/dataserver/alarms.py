"""Handlers for current alarms: list, acknowledge, shelve and unshelve."""

from dataclasses import replace

from driver.api import alarm_models
from driver.api.access import Principal
from driver.api.requests import AcknowledgeAlarmsBody, AcknowledgeBody, AlarmsBody, PageQuery, ShelveBody
from driver.api.routing import ApiRequest
from driver.dataserver.commanding import Accepted, accepted, operator_of
from driver.dataserver.context import DataServer, DataView
from driver.dataserver.csv_lists import PageOrCsv, page_response
from driver.dataserver.paging import OFFSET, paging
from driver.dataserver.serializers import alarm_model
from driver.domain.asset_changes import Operator
from driver.domain.commands import COMMENT, Command
from driver.services.commands import CommandRequest


async def get_alarms(server: DataView, request: ApiRequest[PageQuery]) -> PageOrCsv[alarm_models.AlarmPage]:
    """List the current alarms, unacknowledged ones first; also available as CSV."""
    asked, now = paging(request, OFFSET), server.clock.now()
    alarms = [
        alarm_model(server.assets, entry, asset, record=record, now=now)
        for entry, asset in server.assets.all()
        for record in asset.records
    ]
    alarms.sort(key=lambda alarm: (alarm.state == "Acknowledged", alarm.time, alarm.alarm_id))
    items, following = asked.cut(alarms)
    return page_response(request, alarm_models.AlarmPage(items=items, next=following))


async def acknowledge(server: DataServer, request: ApiRequest[AcknowledgeBody]) -> Accepted:
    """Acknowledge one alarm. To acknowledge all alarms of an asset, give it the command Acknowledge."""
    body = request.data
    parameters = {COMMENT: body.comment} if body.comment else {}
    given = CommandRequest(Command.ACKNOWLEDGE, parameters, body.commandId, operator_of(body, request.principal))
    return accepted(await server.commands.on_alarm(request.path("id"), given))


async def acknowledge_alarms(
    server: DataServer, request: ApiRequest[AcknowledgeAlarmsBody]
) -> alarm_models.AlarmsDoneModel:
    """Acknowledge several alarms of any assets in one step; with ``consequences``, also those that follow from them."""
    body, by = request.data, _about(request.data, request.principal)
    done = await server.alarm_actions.acknowledge(body.alarmIds, by, consequences=body.consequences)
    return alarm_models.AlarmsDoneModel.model_validate(done)


async def shelve_alarms(server: DataServer, request: ApiRequest[ShelveBody]) -> alarm_models.AlarmsDoneModel:
    """Shelve alarms for at most 24 hours. They return automatically, including alarms raised again meanwhile."""
    body = request.data
    by = _about(body, request.principal)
    done = await server.alarm_actions.shelve(body.alarmIds, body.until, by)
    return alarm_models.AlarmsDoneModel.model_validate(done)


async def unshelve_alarms(server: DataServer, request: ApiRequest[AlarmsBody]) -> alarm_models.AlarmsDoneModel:
    """Unshelve alarms."""
    done = await server.alarm_actions.unshelve(request.data.alarmIds, _about(request.data, request.principal))
    return alarm_models.AlarmsDoneModel.model_validate(done)


def _about(body: AlarmsBody, principal: Principal) -> Operator:
    """Return who acts on the alarms, with their comment."""
    return replace(operator_of(body, principal), comment=body.comment)
