"""The rows of the three kinds of tables, and a project: all tables at one moment.

The aliases of a row's fields are the platform's column names, in export order; their docstrings go to the reference.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from driver.domain.commands import AssetType
from driver.domain.status_table import State, default_table
from driver.tables import column_types as cell
from driver.tables.column_types import TABLE_ID, Column, column, own_column

EXECUTE_LOCAL = "ExecuteLocal"
_PRIORITIES = {state: row.priority for row in default_table().rows for state in row.states}


class TableKind(StrEnum):
    """The kinds of tables that can be exported and imported."""

    STATUS = "status"
    COMMAND = "command"
    ASSET = "asset"


class TableRow(BaseModel):
    """A table row. ``extras`` are the cells of unknown columns; they are kept and exported again."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    #: Columns that show a field as a number, in addition to the column that shows its name.
    by_number: ClassVar[tuple[Column, ...]] = ()
    #: Fields that are the same in all rows of a table.
    shared: ClassVar[tuple[str, ...]] = ()

    table_id: str = ""
    extras: Mapping[str, str] = {}

    @abstractmethod
    def completed(self) -> Self:
        """Return the row with empty fields filled in where they follow from others."""


class AssignableRow(TableRow):
    """A row of a table that is assigned to assets."""

    shared: ClassVar[tuple[str, ...]] = ("table", "asset_type")

    table_id: str = Field("", alias=TABLE_ID)
    table: cell.Text = column("TableDescription")
    """Name of the table."""
    asset_type: cell.AnyAssetType = own_column("AssetType", None)
    """Type of the assets that can use the table; empty for all."""


class StatusTableRow(AssignableRow):
    """A status, shown when all its states are active and no row with a smaller priority matches."""

    by_number = (
        Column("Status.State.Value", "states", cell.BY_STATE_NUMBERS, "The states as numbers. Use either column."),
    )
    shared = (*AssignableRow.shared, "caption_blinks")

    caption_blinks: cell.Flag = own_column("CaptionBlinksTrueAlarm", False)
    """Whether the caption blinks to show the true alarmed state of an asset that shows another status."""
    description: cell.Text = own_column("Status.Description")
    """Display name. If empty, the names of the states are used."""
    states: cell.States = own_column("Status.State.Description", frozenset())
    """The states that must all be active: one, or several for a multistate row."""
    priority: cell.Priority = own_column("Status.Priority", None)
    """If several rows match, the one with the smallest priority is shown. If empty, the priority is that of the
    built-in table."""
    color: cell.Color = column("Status.Color")
    """Color of the icon."""
    selected_color: cell.Color = column("Status.SelectedColor")
    """Color of the border when the asset is selected."""
    selected_text_color: cell.Color = column("Status.SelectedTextColor")
    """Color of the caption when the asset is selected."""
    text_color: cell.Color = column("Status.TextColor")
    """Color of the caption."""
    flash: cell.Flag = column("Status.Flash", False)
    """Whether the colors flash."""
    flash_color: cell.Color = column("Status.FlashColor")
    """Color in which the icon flashes."""
    flash_text_color: cell.Color = column("Status.FlashTextColor")
    """Color in which the caption flashes."""
    alarm: cell.Flag = column("Status.IsAlarm", False)
    """Whether the status is bound to an alarm."""
    latch: cell.Flag = column("Status.AlarmIsAutoReset", False)
    """``TRUE`` means that the alarm **latches**: it stays until Acknowledge and Reset. The column's name suggests the
    opposite, but this is what the platform's documentation says, and what the driver does."""
    alarm_type: cell.Text = own_column("Status.AlarmType")
    """Alarm type. If empty, the name of the state is used."""
    acknowledged_state: cell.StateNumber = column("Status.AcknowledgedStatusState.Value", None)
    """The state that an acknowledged alarm counts as: always 0."""
    icon: cell.Text = column("Status.IconAppearance", "Default")
    """Appearance of the icon. Values other than ``Default`` are kept."""

    def completed(self) -> Self:
        """Name the row and its alarm after its states, and use the priority of the built-in table."""
        names = " + ".join(cell.in_order(self.states))
        priority = min(_PRIORITIES[state] for state in self.states) if self.priority is None else self.priority
        update: dict[str, object] = {"description": self.description or names, "priority": priority}
        if self.alarm:
            update["alarm_type"] = self.alarm_type or names
            update["acknowledged_state"] = self.acknowledged_state or State.ACKNOWLEDGED
        return self.model_copy(update=update)


class CommandTableRow(AssignableRow):
    """A button: the command it gives, and how it behaves."""

    by_number = (
        Column(
            "Command.Action.Value",
            "action",
            cell.BY_ACTION_NUMBER,
            "The action as a number. Use either column. The platform's documentation spells the column "
            "`Commnand.Action.Value`; both spellings are accepted.",
            documented=True,
            misspelled="Commnand.Action.Value",
        ),
    )

    action: cell.Action = column("Command.Action.Description", None)
    """Name of the action."""
    retain: cell.Flag = column("Command.RetainCommandUI", False)
    """Whether the command panel stays open after the command."""
    single_only: cell.Flag = column("Command.IsDisabledInMultiSelect", False)
    """Whether the command is disabled while several assets are selected."""
    hidden: cell.Flag = column("Command.HideInCommandBar", False)
    """Whether the command is hidden."""
    execution: cell.Text = column("Command.ExecutionOptions", EXECUTE_LOCAL)
    """How the command is executed. Values other than ``ExecuteLocal`` are kept."""
    confirm: cell.Flag = column("Command.IsConfirmationRequired", False)
    """Whether the operator is asked to confirm."""
    command_id: cell.CommandId = column("Command.CommandID", None)
    """Unique in its table. Buttons are shown in this order."""
    name: cell.Text = column("Command.Name")
    """Name on the button. If empty, the action is used."""

    def completed(self) -> Self:
        """Name the button after its action."""
        return self.model_copy(update={"name": self.name or str(self.action or "")})


class AssetRow(TableRow):
    """An asset. The platform's own asset columns are not documented."""

    asset_id: cell.Identifier = own_column("AssetId")
    """Unique and permanent: events, alarms and the audit refer to the asset by it."""
    asset_type: cell.OneAssetType = own_column("AssetType", AssetType.PHONE)
    """If empty, Phone. There is only one System, and it cannot be added."""
    caption: cell.Text = own_column("Caption")
    """Display name. If empty, the AssetId is used."""
    logging_description: cell.Text = own_column("LoggingDescription")
    """Location in alarms and in the audit. If empty, the caption is used."""
    status_table: cell.Identifier = own_column("StatusTableId")
    """Status table. If empty, the built-in one is used."""
    command_table: cell.Identifier = own_column("CommandTableId")
    """Command table. If empty, the built-in one of the asset's type is used."""
    external_phone_number: cell.Phone = own_column("ExternalPhoneNumber")
    """The person's number."""
    twilio_phone_number: cell.Sender = own_column("TwilioPhoneNumber")
    """The Twilio number that messages are sent from and replies arrive at."""
    single_note: cell.Flag = own_column("SingleNoteMode", False)
    """Whether the asset keeps one note instead of a list."""

    def completed(self) -> Self:
        """Use the id of an asset without a caption as its caption."""
        return self if self.caption else self.model_copy(update={"caption": self.asset_id})


Row_co = TypeVar("Row_co", bound=TableRow, covariant=True)


@dataclass(frozen=True, slots=True)
class Contents(Generic[Row_co]):
    """All rows of one kind, in order, and the unknown columns seen so far."""

    rows: tuple[Row_co, ...] = ()
    extra_columns: tuple[str, ...] = ()

    def table_ids(self) -> tuple[str, ...]:
        """Return the ids of the tables, in order."""
        return tuple(dict.fromkeys(row.table_id for row in self.rows))

    def of(self, table_id: str) -> tuple[Row_co, ...]:
        """Return the rows of one table."""
        return tuple(row for row in self.rows if row.table_id == table_id)


@dataclass(frozen=True, slots=True)
class Project:
    """All tables that can be imported, at one moment."""

    status: Contents[StatusTableRow] = Contents()
    command: Contents[CommandTableRow] = Contents()
    asset: Contents[AssetRow] = Contents()

    def __getitem__(self, kind: TableKind) -> Contents[TableRow]:
        """Return the contents of one kind."""
        found: Contents[TableRow] = getattr(self, kind.value)
        return found

    def having(self, kind: TableKind, contents: Contents[Any]) -> Self:
        """Return the project with other contents of one kind."""
        return replace(self, **{kind.value: contents})


@dataclass(frozen=True, slots=True)
class ImportContext:
    """Constraints on an import.

    ``base`` has the rows that stay, or come back, if a replacing file lacks them: the built-in tables and the assets of
    the configuration file. ``pinned`` lists, by asset id, the fields set there, which no import changes. ``possible``
    returns what is wrong with a well-formed phone number (empty: nothing). ``same_numbers`` is whether two phones may
    have the same two numbers.
    """

    system_id: str
    base: Project = Project()
    pinned: Mapping[str, frozenset[str]] = field(default_factory=dict)
    possible: Callable[[str], str] = lambda _number: ""
    same_numbers: bool = True
