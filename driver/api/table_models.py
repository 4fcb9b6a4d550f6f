"""Request and response models of the data server for tables and their imports."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, SkipValidation

from driver.api.api_model import ApiModel, MistakeModel, OrNull, ProblemModel

#: The line of a file; null if the row is not in the file.
LineOrNull = Annotated[int | None, BeforeValidator(lambda line: line or None)]
#: A row by column name. Incoming rows are not validated here: the table reader reports mistakes with their place.
Row = dict[str, str | int | bool]
RowBody = Annotated[dict[str, str | int | bool | None], SkipValidation]


class TableModel(ApiModel):
    """All tables of a kind, as rows by column name."""

    kind: str
    version: str
    columns: list[str]
    rows: list[Row]


class TableBody(BaseModel):
    """The JSON body of ``PUT /api/tables/{kind}``; the response of ``GET`` can be used as one."""

    rows: list[RowBody]


class CellChangeModel(ApiModel):
    """The value of a cell before and after an import."""

    column: str
    before: str
    after: str


class RowChangeModel(ApiModel):
    """A row that an import adds, changes or removes; ``line`` is its line in the file."""

    change: Literal["added", "changed", "removed"]
    table_id: OrNull
    row: str
    line: LineOrNull
    cells: list[CellChangeModel]


class TableMistakeModel(MistakeModel):
    """A mistake in a cell or line of a table file."""

    line: LineOrNull
    column: OrNull
    cell: OrNull
    value: OrNull


class TableProblemModel(ProblemModel):
    """A problem document that lists why a table file was not imported."""

    errors: Sequence[TableMistakeModel]
    warnings: list[TableMistakeModel]


class ImportModel(ApiModel):
    """The changes made by an import, or those that a preview shows."""

    version: str
    changes: list[RowChangeModel]
    unchanged: int
    warnings: list[TableMistakeModel]
