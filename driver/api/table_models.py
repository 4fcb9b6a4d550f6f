"""What the data server answers about tables and their imports."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, SkipValidation

from driver.api.api_model import ApiModel, MistakeModel, OrNull, ProblemModel

#: The line of a file; null where a row is not in it.
LineOrNull = Annotated[int | None, BeforeValidator(lambda line: line or None)]
#: A row by column name. What is wrong in one that comes in is said with its place, by whoever reads the table.
Row = dict[str, str | int | bool]
RowBody = Annotated[dict[str, str | int | bool | None], SkipValidation]


class TableModel(ApiModel):
    """The tables of a kind as rows by column name."""

    kind: str
    version: str
    columns: list[str]
    rows: list[Row]


class TableBody(BaseModel):
    """``PUT /api/tables/{kind}`` as JSON; what ``GET`` answers is such a body."""

    rows: list[RowBody]


class CellChangeModel(ApiModel):
    """What stands in a cell before and after an import."""

    column: str
    before: str
    after: str


class RowChangeModel(ApiModel):
    """A row that an import adds, changes or removes; ``line`` is its place in the file."""

    change: Literal["added", "changed", "removed"]
    table_id: OrNull
    row: str
    line: LineOrNull
    cells: list[CellChangeModel]


class TableMistakeModel(MistakeModel):
    """What is wrong in one cell or line of a table file."""

    line: LineOrNull
    column: OrNull
    cell: OrNull
    value: OrNull


class TableProblemModel(ProblemModel):
    """Why a table file was not imported."""

    errors: Sequence[TableMistakeModel]
    warnings: list[TableMistakeModel]


class ImportModel(ApiModel):
    """What an import changed, or would change."""

    version: str
    changes: list[RowChangeModel]
    unchanged: int
    warnings: list[TableMistakeModel]
