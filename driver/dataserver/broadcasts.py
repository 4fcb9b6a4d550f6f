"""Handlers for broadcasts: one message to several phones, sent, followed and canceled as one command."""

from driver.api.models import BroadcastModel, BroadcastProblemModel
from driver.api.requests import BroadcastBody, CancelBody
from driver.api.routing import ApiRequest, ModelResponse
from driver.dataserver.commanding import operator_of
from driver.dataserver.context import DataServer, DataView
from driver.domain.broadcast import Progress
from driver.domain.commands import MESSAGE_CONTENT, Command
from driver.services.broadcasts import BroadcastProgress, broadcast_progress
from driver.services.commands import CommandRequest

#: Maximum number of problems listed in a response; the counts include all messages.
MAX_PROBLEMS = 100


async def send_broadcast(server: DataServer, request: ApiRequest[BroadcastBody]) -> ModelResponse[BroadcastModel]:
    """Send one message to several phones. Repeating a request with the same commandId returns the same broadcast."""
    body = request.data
    given = CommandRequest(
        Command.SEND_MESSAGE, {MESSAGE_CONTENT: body.message}, body.commandId, operator_of(body, request.principal)
    )
    model = _model(await server.broadcasts.send(body.assets, given))
    return ModelResponse(model, headers={"Location": f"/api/broadcasts/{model.broadcast_id}"})


async def get_broadcast(server: DataView, request: ApiRequest[None]) -> BroadcastModel:
    """Return the progress of a broadcast."""
    return _model(await broadcast_progress(server.store, request.path("id")))


async def cancel_broadcast(server: DataServer, request: ApiRequest[CancelBody]) -> BroadcastModel:
    """Cancel the messages of a broadcast that are still waiting. Messages on their way to Twilio are not canceled."""
    by = operator_of(request.data, request.principal)
    return _model(await server.broadcasts.cancel(request.path("id"), by))


def _model(progress: BroadcastProgress) -> BroadcastModel:
    execution = progress.execution
    return BroadcastModel(
        broadcast_id=execution.execution_id,
        command_id=execution.command_id,
        user=execution.user,
        workstation=execution.workstation,
        created_at=execution.created_at,
        phones=progress.counts.total(),
        problems=[
            BroadcastProblemModel(
                asset_id=each.asset_id, execution_id=each.execution_id, progress=how.value, reason=each.reason
            )
            for each, how in progress.problems[:MAX_PROBLEMS]
        ],
        **{how.value: progress.counts[how] for how in Progress},
    )
