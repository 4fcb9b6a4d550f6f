"""What the commands of the API have in common: their operator, and the response once they are stored."""

from driver.api.access import Principal
from driver.api.models import AcceptedModel
from driver.api.requests import CommandBody, OperatorBody
from driver.api.routing import ModelResponse
from driver.dataserver.serializers import accepted_model
from driver.domain.asset_changes import Operator
from driver.domain.execution import Execution
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
    """Return the response for a stored command, with the address of its execution."""
    location = f"/api/executions/{execution.execution_id}"
    return ModelResponse(accepted_model(execution), headers={"Location": location})
