"""What all JSON objects of the API have in common: their names, moments, empty fields and pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from driver.domain.events import iso

T = TypeVar("T")
Moment = Annotated[
    datetime, PlainSerializer(iso, return_type=str), WithJsonSchema({"type": "string", "format": "date-time"})
]
#: A text that is null where there is none.
OrNull = Annotated[str | None, BeforeValidator(lambda text: text or None)]
#: A field that is left out where there is no value.
Omitted = Annotated[T | None, Field(exclude_if=lambda value: value is None)]


class ApiModel(BaseModel):
    """A JSON object of the API: ``snake_case`` here is ``camelCase`` there."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        from_attributes=True,
        frozen=True,
        hide_input_in_errors=True,
    )


class PageModel(ApiModel, Generic[T]):
    """A page of a list; ``next`` is the cursor of the following one."""

    items: list[T]
    next: OrNull


class MistakeModel(ApiModel):
    """What is wrong in one place of a request."""

    path: str
    message: str


class ProblemModel(ApiModel):
    """A problem document (RFC 9457): why a request was refused. ``code`` is for programs."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: Omitted[Sequence[MistakeModel]] = None


class StandbyProblemModel(ProblemModel):
    """The same from a driver on standby, with the address of the active one."""

    active_server_address: OrNull
