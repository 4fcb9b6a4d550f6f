"""What all JSON objects of the API have in common: their names, moments, empty fields and pages."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

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
