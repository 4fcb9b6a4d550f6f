"""The status tables, command tables and assets there are: what is built in, configured, and imported, put together.

What the configuration file says of an asset is pinned: imports add to it, they do not contradict it.
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
#: What the configuration file can say of a phone beside its id.
_OF_PHONES = tuple(name for name in PhoneConfig.model_fields if name != "id")


class Tables:
    """The tables and assets of one driver, as they are now."""

    def __init__(self, config: DriverConfig, marks: Mapping[str, str]) -> None:
        """Take up what is remembered.

        Args:
            config: The configuration.
            marks: What the store remembers, by name.

        Raises:
            StartError: what is remembered of a table cannot be understood.
        """
        self._remembered = {kind: marks[mark(kind)] for kind in TableKind if mark(kind) in marks}
        self.configure(config)

    def configure(self, config: DriverConfig) -> None:
        """Apply a configuration; what was imported stays.

        Raises:
            StartError: what is remembered of a table cannot be understood; nothing was changed.
        """
        system, phones, pinned = _configured(config)
        kept = initial(system, phones, latch=config.states.latch)
        project = kept
        for kind, text in self._remembered.items():
            try:
                project = project.having(kind, load(SCHEMAS[kind], text, kept[kind], pinned=pinned))
            except ValueError as exc:
                raise StartError(f"what the database remembers of {kind.value} tables cannot be read: {exc}") from None
        phones_now = _phones(project)
        for phone in phones_now:
            if texts_itself(phone.external_phone_number, phone.twilio_phone_number):
                raise StartError(f"with what was imported, the phone {phone.id!r} {TEXTS_ITSELF}")
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
        """Return the text under which the store has to remember a kind (as ``mark(kind)``) before it applies."""
        return dump(SCHEMAS[kind], project[kind], self.context.base[kind])

    def apply(self, kind: TableKind, project: Project) -> None:
        """From now on a project with other contents of one kind is the truth."""
        self._remembered[kind] = self.remembered_as(kind, project)
        self._put(project)

    def version(self, kind: TableKind) -> str:
        """Return a word that changes with the contents of a kind."""
        if kind not in self._versions:
            version = hashlib.sha256()
            for piece in pieces(SCHEMAS[kind], self.project[kind], Contents()):
                version.update(piece)
            self._versions[kind] = version.hexdigest()[:16]
        return self._versions[kind]

    def project_hash(self) -> str:
        """Return a fingerprint of assets and tables, by which a workstation with another project is noticed."""
        project = "".join(self.version(kind) for kind in TableKind)
        return hashlib.sha256(project.encode()).hexdigest()[:16]

    @property
    def system(self) -> SystemConfig:
        """The system asset as it is now."""
        row = self._assets[self.config.system.id]
        return self.config.system.model_copy(
            update={"caption": row.caption, "logging_description": row.logging_description}
        )

    @property
    def phones(self) -> tuple[PhoneConfig, ...]:
        """The phones there are now, those of the configuration file first. Their values were checked on the way in."""
        return _phones(self.project)

    def rules_of(self, asset_id: str) -> AlarmRules:
        """Return the rules by which an asset's state answers, with the status table assigned to it."""
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


def _phones(project: Project) -> tuple[PhoneConfig, ...]:
    return tuple(
        PhoneConfig.model_construct(
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
    """Return the name under which the store remembers a kind."""
    return f"tables.{kind.value}"


def _possible(number: str) -> str:
    try:
        phone_number(number)
    except ValueError as exc:
        return str(exc)
    return ""


def _configured(config: DriverConfig) -> tuple[AssetRow, tuple[AssetRow, ...], Mapping[str, frozenset[str]]]:
    """Return the system and the phones of the configuration file as rows, and which fields it sets of each."""
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
