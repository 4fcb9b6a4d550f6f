"""Status tables: the built-in table and the checks of every table."""

from collections.abc import Iterable, Mapping

from driver.domain.asset import ALARMING
from driver.domain.status_table import State, StatusRow, StatusTable, default_table
from driver.tables.errors import Finding
from driver.tables.models import Contents, ImportContext, Project, StatusTableRow
from driver.tables.references import check_uses

DEFAULT_TABLE_ID = default_table().table_id

_COLORS = {
    State.NORMAL: "#FFB0B8C1",
    State.MASKED: "#FF3F51B5",
    State.FAULT: "#FFC62828",
    State.ACKNOWLEDGED: "#FFB26A00",
    State.NO_COMMUNICATION: "#FF7B1FA2",
}
_WHITE = "#FFFFFFFF"


def built_in(*, latch: bool = False) -> Contents[StatusTableRow]:
    """Return the table that every asset has until another one is assigned."""
    table = default_table(latch=latch)
    rows = (
        StatusTableRow(
            table_id=table.table_id,
            table=table.description,
            caption_blinks=True,
            description=row.status,
            states=row.states,
            priority=row.priority,
            color=_COLORS[State(row.status)],
            selected_color=_COLORS[State(row.status)],
            alarm=row.alarm,
            latch=row.latch,
            alarm_type=row.alarm_type,
            flash=row.alarm,
            flash_color=_WHITE if row.alarm else "",
        )
        for row in table.rows
    )
    return Contents(tuple(row.completed() for row in rows))


def status_tables(contents: Contents[StatusTableRow]) -> Mapping[str, StatusTable]:
    """Return the tables as domain objects, by id."""
    tables = {}
    for table_id in contents.table_ids():
        rows = contents.of(table_id)
        status_rows = (
            StatusRow(r.description, r.states, r.priority or 0, r.alarm, r.latch, r.alarm_type) for r in rows
        )
        tables[table_id] = StatusTable(table_id, rows[0].table, tuple(status_rows))
    return tables


def check(project: Project, _context: ImportContext) -> Iterable[Finding]:
    """Check the status tables of a project; yield errors and warnings."""
    for table_id in project.status.table_ids():
        rows = project.status.of(table_id)
        yield from _check_table(table_id, rows)
        for row in rows:
            yield from _check_row(row)
    yield from check_uses(project.status, project.asset, lambda asset: asset.status_table or DEFAULT_TABLE_ID)


def _check_table(table_id: str, rows: tuple[StatusTableRow, ...]) -> Iterable[Finding]:
    if all(row.states != {State.NO_COMMUNICATION} for row in rows):
        message = f"the table {table_id!r} has no row for No Communication; every status table must contain it"
        yield Finding(table_id, None, "states", message)
    seen: dict[int | None, StatusTableRow] = {}
    for row in rows:
        first = seen.setdefault(row.priority, row)
        if first is not row:
            message = (
                f"{first.description!r} and {row.description!r} have the same priority; if both match, the one with "
                "more states is shown, or else the upper one"
            )
            yield Finding(table_id, row.states, "priority", message, warning=True, other=first.states)


def _check_row(row: StatusTableRow) -> Iterable[Finding]:
    def finding(field: str, message: str, *, warning: bool = False) -> Finding:
        return Finding(row.table_id, row.states, field, message, warning)

    if row.alarm and (len(row.states) != 1 or not row.states <= set(ALARMING)):
        names = " or ".join(sorted(ALARMING))
        yield finding("alarm", f"only a row with the single state {names} can be bound to an alarm")
    if row.latch and not row.alarm:
        message = "without Status.IsAlarm, there is nothing to latch; this has no effect"
        yield finding("latch", message, warning=True)
    if row.acknowledged_state not in (None, State.ACKNOWLEDGED):
        yield finding("acknowledged_state", "an acknowledged alarm always counts as Acknowledged; expected 0")
    if row.flash and not row.flash_color and not row.flash_text_color:
        message = "no color to flash; set Status.FlashColor or Status.FlashTextColor"
        yield finding("flash", message, warning=True)
