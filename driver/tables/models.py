"""The rows of the three kinds of tables, and all of them together at one moment.

The aliases of a row's fields are the platform's column names, in the order in which they are exported; their
docstrings explain the columns in the reference.
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
    """What can be exported and imported."""

    STATUS = "status"
    COMMAND = "command"
    ASSET = "asset"


class TableRow(BaseModel):
    """One row. ``extras`` are the cells of columns the driver does not know; they are kept and written back."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, use_attribute_docstrings=True)

    #: Columns that show a field as a number, beside the one that shows it by name.
    by_number: ClassVar[tuple[Column, ...]] = ()
    #: Fields that are the same in all rows of a table.
    shared: ClassVar[tuple[str, ...]] = ()

    table_id: str = ""
    extras: Mapping[str, str] = {}

    @abstractmethod
    def completed(self) -> Self:
        """Return the row with every empty field filled in that follows from others."""


class AssignableRow(TableRow):
    """One row of a table that is assigned to assets."""

    shared: ClassVar[tuple[str, ...]] = ("table", "asset_type")

    table_id: str = Field("", alias=TABLE_ID)
    table: cell.Text = column("TableDescription")
    """Name of the table."""
    asset_type: cell.AnyAssetType = own_column("AssetType", None)
    """Type of the assets that can use the table; empty for all."""


class StatusTableRow(AssignableRow):
    """One status: shown when all its states are active and no row with a smaller priority matches."""

    by_number = (
        Column("Status.State.Value", "states", cell.BY_STATE_NUMBERS, "The same as numbers. Either column will do."),
    )
    shared = (*AssignableRow.shared, "caption_blinks")

    caption_blinks: cell.Flag = own_column("CaptionBlinksTrueAlarm", False)
    """Whether the caption blinks to show the true alarmed state of an asset that shows another status."""
    description: cell.Text = own_column("Status.Description")
    """Name shown; empty: the names of the states."""
    states: cell.States = own_column("Status.State.Description", frozenset())
    """The states that must all be active. One is enough; several make a multistate row."""
    priority: cell.Priority = own_column("Status.Priority", None)
    """Of several rows that match, the smallest priority is shown. Empty: as in the built-in table."""
    color: cell.Color = column("Status.Color")
    """Color of the icon."""
    selected_color: cell.Color = column("Status.SelectedColor")
    """Color of the border when the asset is selected."""
    selected_text_color: cell.Color = column("Status.SelectedTextColor")
    """Color of the caption when selected."""
    text_color: cell.Color = column("Status.TextColor")
    """Color of the caption."""
    flash: cell.Flag = column("Status.Flash", False)
    """Whether the colors flash."""
    flash_color: cell.Color = column("Status.FlashColor")
    """The color the icon flashes in."""
    flash_text_color: cell.Color = column("Status.FlashTextColor")
    """The color the caption flashes in."""
    alarm: cell.Flag = column("Status.IsAlarm", False)
    """Whether the status is bound to an alarm."""
    latch: cell.Flag = column("Status.AlarmIsAutoReset", False)
    """``TRUE`` means that the alarm is **latched**: it stays until Acknowledge and Reset. The name says the opposite;
    the platform's documentation of the column says this, and so it is taken."""
    alarm_type: cell.Text = own_column("Status.AlarmType")
    """Alarm type; empty: the name of the state."""
    acknowledged_state: cell.StateNumber = column("Status.AcknowledgedStatusState.Value", None)
    """The state an alarm counts as once it is acknowledged: always 0."""
    icon: cell.Text = column("Status.IconAppearance", "Default")
    """How the icon appears. Values other than ``Default`` are kept."""

    def completed(self) -> Self:
        """Name the row and its alarm after its states, and give it the priority they have in the built-in table."""
        names = " + ".join(cell.in_order(self.states))
        priority = min(_PRIORITIES[state] for state in self.states) if self.priority is None else self.priority
        update: dict[str, object] = {"description": self.description or names, "priority": priority}
        if self.alarm:
            update["alarm_type"] = self.alarm_type or names
            update["acknowledged_state"] = self.acknowledged_state or State.ACKNOWLEDGED
        return self.model_copy(update=update)


class CommandTableRow(AssignableRow):
    """One button: which command it gives, and how it behaves."""

    by_number = (
        Column(
            "Command.Action.Value",
            "action",
            cell.BY_ACTION_NUMBER,
            "The same as a number. Either column will do. The platform's documentation spells the column "
            "`Commnand.Action.Value`; both spellings are read.",
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
    """Whether the command is not shown."""
    execution: cell.Text = column("Command.ExecutionOptions", EXECUTE_LOCAL)
    """How the command is executed. Other values are kept."""
    confirm: cell.Flag = column("Command.IsConfirmationRequired", False)
    """Whether the operator is asked to confirm."""
    command_id: cell.CommandId = column("Command.CommandID", None)
    """Unique in its table; the buttons stand in this order."""
    name: cell.Text = column("Command.Name")
    """Name on the button; empty: the action."""

    def completed(self) -> Self:
        """Name the button after its action."""
        return self.model_copy(update={"name": self.name or str(self.action or "")})


class AssetRow(TableRow):
    """One asset. The platform's own columns of assets are not documented."""

    asset_id: cell.Identifier = own_column("AssetId")
    """Unique and permanent: events, alarms and the audit name the asset by it."""
    asset_type: cell.OneAssetType = own_column("AssetType", AssetType.PHONE)
    """Empty: Phone. There is one System, and it cannot be added."""
    caption: cell.Text = own_column("Caption")
    """Name shown; empty: the AssetId."""
    logging_description: cell.Text = own_column("LoggingDescription")
    """Location in alarms and in the audit; empty: the caption."""
    status_table: cell.Identifier = own_column("StatusTableId")
    """Status table; empty: the built-in one."""
    command_table: cell.Identifier = own_column("CommandTableId")
    """Command table; empty: the built-in one of the asset's type."""
    external_phone_number: cell.Phone = own_column("ExternalPhoneNumber")
    """The person's number."""
    twilio_phone_number: cell.Sender = own_column("TwilioPhoneNumber")
    """The number texts leave from and answers come to."""
    single_note: cell.Flag = own_column("SingleNoteMode", False)
    """Whether the asset keeps one note instead of a list."""

    def completed(self) -> Self:
        """Call an asset without a caption by its id."""
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
    """Everything that can be imported, at one moment."""

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
    """What an import has to respect.

    ``base`` are the rows that stay, or come back, when a replacing file lacks them: the built-in tables and the assets
    of the configuration file. ``pinned`` names, by asset id, the fields set there; no import changes them.
    ``possible`` says what is wrong with a phone number that has the right form (empty: nothing).
    ``same_numbers`` tells whether two phones may have the same two numbers.
    """

    system_id: str
    base: Project = Project()
    pinned: Mapping[str, frozenset[str]] = field(default_factory=dict)
    possible: Callable[[str], str] = lambda _number: ""
    same_numbers: bool = True
