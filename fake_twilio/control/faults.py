"""Faults: add, list, remove."""

from dataclasses import MISSING, Field, fields
from typing import Any, get_type_hints

from fake_twilio.control.request import ControlRequest, ProblemError
from fake_twilio.faults import FaultError
from fake_twilio.faults import effects as known_effects
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route


async def plant(request: ControlRequest) -> Response:
    """Add a fault: 201 with the fault and its ID."""
    try:
        planted = request.context.faults.add(await request.document())
    except FaultError as exc:
        raise ProblemError(400, "Not a fault", str(exc), errors=exc.problems) from None
    document = planted.document()
    request.context.events.publish("fault", document)
    return json_response(201, document)


def list_(request: ControlRequest) -> Response:
    """Show every fault, with how often it matched and was applied."""
    return json_response(200, {"faults": [planted.document() for planted in request.context.faults]})


def effects(request: ControlRequest) -> Response:
    """Show every effect: what it does, its keys, where it applies; the page builds its form from this."""
    return json_response(
        200,
        {
            "effects": [
                {
                    "type": name,
                    "phase": cls.phase,
                    "where": cls.where,
                    "does": (cls.__doc__ or "").strip().replace("``", "`"),
                    "keys": [_key(item, get_type_hints(cls)[item.name]) for item in fields(cls)],  # type: ignore[arg-type]
                }
                for name, cls in known_effects().items()
            ],
            "operations": sorted(request.context.faults.operations | {"delivery", "callback", "inbound_webhook"}),
        },
    )


def _key(item: Field[Any], kind: Any) -> dict[str, Any]:
    required = item.default is MISSING and item.default_factory is MISSING
    default = None if item.default is MISSING else item.default
    names = {int: "integer", float: "number", str: "text", bool: "boolean", int | None: "integer"}
    return {"name": item.name, "type": names.get(kind, "object"), "required": required, "default": default}


def fetch(request: ControlRequest) -> Response:
    """Show one fault."""
    planted = request.context.faults.get(request.variables["id"])
    if planted is None:
        raise _unknown(request)
    return json_response(200, planted.document())


def remove(request: ControlRequest) -> Response:
    """Remove one fault."""
    if not request.context.faults.remove(request.variables["id"]):
        raise _unknown(request)
    request.context.events.publish("fault_removed", {"id": request.variables["id"]})
    return Response(204)


def clear(request: ControlRequest) -> Response:
    """Remove every fault."""
    for planted in request.context.faults:
        request.context.events.publish("fault_removed", {"id": planted.id})
    request.context.faults.clear()
    return Response(204)


def _unknown(request: ControlRequest) -> ProblemError:
    known = ", ".join(planted.id for planted in request.context.faults) or "none"
    return ProblemError(404, "No such fault", f"no fault {request.variables['id']}; faults: {known}")


ROUTES = (
    Route("POST", "/faults", "control.faults.plant", plant),
    Route("GET", "/faults", "control.faults.list", list_),
    Route("DELETE", "/faults", "control.faults.clear", clear),
    Route("GET", "/faults/effects", "control.faults.effects", effects),
    Route("GET", "/faults/{id}", "control.faults.fetch", fetch),
    Route("DELETE", "/faults/{id}", "control.faults.remove", remove),
)
