"""The effective status tables, command tables and assets, combined from built-in, configured and imported ones.

What the configuration file says about an asset is pinned: imports can add to it, but not contradict it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import structlog

from driver.config.models import DriverConfig, SystemConfig
from driver.config.phone_numbers import phone_number
from driver.config.phones import TEXTS_ITSELF, PhoneConfig, same_numbers, texts_itself
from driver.domain.asset import AlarmRules
from driver.domain.commands import AssetType
from driver.errors import StartError
from driver.services.asset_catalog import rules_from
from driver.tables.asset_schema import asset_row
from driver.tables.command_schema import DEFAULT_TABLE_IDS, command_table_of
from driver.tables.models import AssetRow, Contents, ImportContext, Project, TableKind
from driver.tables.persistence import dump, load, pieces
from driver.tables.schemas import SCHEMAS, initial
from driver.tables.status_schema import DEFAULT_TABLE_ID, status_tables

_log = structlog.get_logger("driver.tables")
#: What the configuration file can say about a phone besides its id.
_OF_PHONES = tuple(name for name in PhoneConfig.model_fields if name != "id")


class Tables:
    """The current tables and assets of one driver."""

    def __init__(self, config: DriverConfig, marks: Mapping[str, str]) -> None:
        """Restore what is stored.

        Args:
            config: The configuration.
            marks: The marks in the store, by name.

        Raises:
            StartError: what is stored about a table cannot be read.
        """
        self._remembered = {kind: marks[mark(kind)] for kind in TableKind if mark(kind) in marks}
        self.configure(config)

    def configure(self, config: DriverConfig) -> None:
        """Apply a configuration; what was imported stays.

        Raises:
            StartError: what is stored about a table cannot be read; nothing was changed.
        """
        system, phones, pinned = _configured(config)
        kept = initial(system, phones, latch=config.states.latch)
        project = kept
        for kind, text in self._remembered.items():
            try:
                project = project.having(kind, load(SCHEMAS[kind], text, kept[kind], pinned=pinned))
            except ValueError as exc:
                raise StartError(f"the {kind.value} tables in the database cannot be read: {exc}") from None
        phones_now = _phones(project, kept, config)
        for phone in phones_now:
            if texts_itself(phone.external_phone_number, phone.twilio_phone_number):
                raise StartError(f"with the imported assets, the phone {phone.id!r} {TEXTS_ITSELF}")
        allowed = config.receive.same_numbers == "allow"
        for twin, other in same_numbers(phones_now):
            if not allowed:
                raise StartError(
                    f"the phones {other!r} and {twin!r} have the same two numbers, which receive.same_numbers = "
                    '"reject" forbids'
                )
            _log.warning("phones_share_numbers", reason="both get every message", asset_id=twin, other=other)
        self.config = config
        self.context = ImportContext(config.system.id, kept, pinned, _possible, allowed)
        self._put(project)

    def remembered_as(self, kind: TableKind, project: Project) -> str:
        """Return the text that the store must hold for a kind (as ``mark(kind)``) before it applies."""
        return dump(SCHEMAS[kind], project[kind], self.context.base[kind])

    def apply(self, kind: TableKind, project: Project) -> None:
        """Make a project with new contents of one kind the current one."""
        self._remembered[kind] = self.remembered_as(kind, project)
        self._put(project)

    def version(self, kind: TableKind) -> str:
        """Return a string that changes with the contents of a kind."""
        if kind not in self._versions:
            version = hashlib.sha256()
            for piece in pieces(SCHEMAS[kind], self.project[kind], Contents()):
                version.update(piece)
            self._versions[kind] = version.hexdigest()[:16]
        return self._versions[kind]

    def project_hash(self) -> str:
        """Return a fingerprint of assets and tables, which reveals a workstation with another project."""
        project = "".join(self.version(kind) for kind in TableKind)
        return hashlib.sha256(project.encode()).hexdigest()[:16]

    @property
    def system(self) -> SystemConfig:
        """The current system asset."""
        row = self._assets[self.config.system.id]
        return self.config.system.model_copy(
            update={"caption": row.caption, "logging_description": row.logging_description}
        )

    @property
    def phones(self) -> tuple[PhoneConfig, ...]:
        """The current phones, those of the configuration file first. Their values were checked on input."""
        return _phones(self.project, self.context.base, self.config)

    def rules_of(self, asset_id: str) -> AlarmRules:
        """Return the rules for an asset's state, with the status table assigned to it."""
        row = self._assets.get(asset_id)
        return self._rules[(row and row.status_table) or DEFAULT_TABLE_ID]

    def command_table_of(self, asset_id: str) -> str:
        """Return the id of the command table that an asset's buttons come from."""
        row = self._assets.get(asset_id)
        return command_table_of(row) if row else DEFAULT_TABLE_IDS[AssetType.PHONE]

    def _put(self, project: Project) -> None:
        self.project = project
        rules = rules_from(self.config.states, self.config.notify)
        self._rules = {name: replace(rules, table=table) for name, table in status_tables(project.status).items()}
        self._assets = {row.asset_id: row for row in project.asset.rows}
        self._versions: dict[TableKind, str] = {}


def _phones(project: Project, base: Project, config: DriverConfig) -> tuple[PhoneConfig, ...]:
    """Return the phones of a project; those that no import has changed are the configuration's own objects."""
    _, *configured = base.asset.rows  # without the system
    unchanged = {id(row): phone for row, phone in zip(configured, config.phones, strict=True)}
    return tuple(
        unchanged.get(id(row))
        or PhoneConfig.model_construct(
            id=row.asset_id,
            caption=row.caption,
            logging_description=row.logging_description,
            external_phone_number=row.external_phone_number or None,
            twilio_phone_number=row.twilio_phone_number or None,
        )
        for row in project.asset.rows
        if row.asset_type is AssetType.PHONE
    )


def mark(kind: TableKind) -> str:
    """Return the name of the mark that stores a kind."""
    return f"tables.{kind.value}"


def _possible(number: str) -> str:
    try:
        phone_number(number)
    except ValueError as exc:
        return str(exc)
    return ""


def _configured(config: DriverConfig) -> tuple[AssetRow, tuple[AssetRow, ...], Mapping[str, frozenset[str]]]:
    """Return the system and the phones of the configuration file as rows, and which fields it sets for each."""
    system = config.system
    rows = []
    pinned = {system.id: frozenset({"caption", "logging_description"} & system.model_fields_set)}
    alike: dict[frozenset[str], frozenset[str]] = {}
    for phone in config.phones:
        given = {name: value for name in _OF_PHONES if (value := getattr(phone, name))}
        rows.append(asset_row(phone.id, AssetType.PHONE, **given))
        fields = frozenset(given)
        pinned[phone.id] = alike.setdefault(fields, fields)
    named = {"caption": system.caption, "logging_description": system.logging_description}
    return asset_row(system.id, AssetType.SYSTEM, **named), tuple(rows), pinned
