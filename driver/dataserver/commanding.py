"""What the commands of the API have in common: their operator, and the response once they are stored."""

from driver.api.access import Principal
from driver.api.models import AcceptedModel
from driver.api.requests import CommandBody, OperatorBody
from driver.api.routing import ModelResponse
from driver.domain.asset_changes import Operator
from driver.domain.commands import MESSAGE_CONTENT
from driver.domain.execution import Execution
from driver.domain.segments import measure
from driver.services.commands import CommandRequest

Accepted = ModelResponse[AcceptedModel]


def command_request(body: CommandBody, principal: Principal) -> CommandRequest:
    """Return a command in the form that the services accept."""
    return CommandRequest(body.command, body.parameters, body.commandId, operator_of(body, principal))


def operator_of(body: OperatorBody, principal: Principal) -> Operator:
    """Return who gives a command: the person who is logged in, or the user whom a program names."""
    user = principal.name if principal.person or not body.user else body.user
    return Operator(user, "workstation" if body.workstation else "api", body.workstation)


def accepted(execution: Execution) -> Accepted:
    """Return the response for a stored command, with the length of its message and the address of its execution."""
    text = execution.parameters.get(MESSAGE_CONTENT)
    length = None if text is None else measure(text)
    model = AcceptedModel(
        execution_id=execution.execution_id,
        state=execution.state,
        result=execution.result,
        reason=execution.reason,
        segments=length and length.segments,
        encoding=length and length.alphabet.value,
    )
    return ModelResponse(model, headers={"Location": f"/api/executions/{execution.execution_id}"})
