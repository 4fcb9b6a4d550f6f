"""Reads JSON that somebody sends while the driver runs, as strictly as the configuration is read."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from driver.errors import RequestError

B = TypeVar("B", bound=BaseModel)


class StrictBody(BaseModel):
    """A body without unknown keys and without values of another type than the documented one."""

    model_config = ConfigDict(extra="forbid", strict=True)


def read_json(raw: bytes, shape: type[B]) -> B:
    """Read a JSON body.

    Raises:
        RequestError: it is no JSON, or does not fit; every mistake is named with its path.
    """
    try:
        return shape.model_validate_json(raw)
    except ValidationError as wrong:
        errors = [
            {"path": ".".join(map(str, error["loc"])) or "(body)", "message": error["msg"]}
            for error in wrong.errors(include_url=False, include_input=False)
        ]
        detail = "; ".join(f"{error['path']}: {error['message']}" for error in errors)
        raise RequestError(detail, errors=errors) from None
