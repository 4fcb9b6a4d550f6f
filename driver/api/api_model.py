"""What all JSON objects of the API have in common: field names, times, empty fields and pages."""

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
#: A string that is null if empty.
OrNull = Annotated[str | None, BeforeValidator(lambda text: text or None)]
#: A field that is omitted if it has no value.
Omitted = Annotated[T | None, Field(exclude_if=lambda value: value is None)]


class ApiModel(BaseModel):
    """A JSON object of the API. ``snake_case`` names in Python are ``camelCase`` in JSON."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        from_attributes=True,
        frozen=True,
        hide_input_in_errors=True,
        defer_build=True,
    )


class PageModel(ApiModel, Generic[T]):
    """A page of a list; ``next`` is the cursor of the next page, or null on the last page."""

    items: list[T]
    next: OrNull


class MistakeModel(ApiModel):
    """One invalid value in a request: its path, and what is wrong with it."""

    path: str
    message: str


class ProblemModel(ApiModel):
    """A problem document (RFC 9457): why a request failed. ``code`` is for programs, ``detail`` for people."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: Omitted[Sequence[MistakeModel]] = None


class StandbyProblemModel(ProblemModel):
    """A problem document from a driver on standby, with the address of the active driver."""

    active_server_address: OrNull
