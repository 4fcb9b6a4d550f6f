"""The catalog of assets: the configuration of each, and how its state responds (rules)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from driver.config.models import StatesConfig, SystemConfig
from driver.config.phones import PhoneConfig
from driver.config.rules import NotifyConfig
from driver.domain.asset import AlarmRules
from driver.domain.asset_changes import CommLost
from driver.domain.commands import AssetType
from driver.domain.events import item_id
from driver.domain.facts import CommReason, FaultCause
from driver.domain.phone_numbers import is_messaging_service
from driver.domain.status_table import State, default_table


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetEntry:
    """One asset as configured. The numbers are empty for the system."""

    asset_id: str
    asset_type: AssetType
    item_id: str
    caption: str
    location: str
    rules: AlarmRules
    external_phone_number: str = ""
    twilio_phone_number: str = ""
    command_table: str = ""

    @property
    def own_problem(self) -> str:
        """What the asset's own configuration lacks, in words; empty if nothing."""
        if self.asset_type is AssetType.SYSTEM:
            return ""
        external, twilio = self.external_phone_number, self.twilio_phone_number
        numbers = {"External Phone Number": external, "Twilio Phone Number": twilio}
        missing = [name for name, number in numbers.items() if not number]
        return f"{' and '.join(missing)} not configured" if missing else ""


def incomplete(entry: AssetEntry) -> CommLost:
    """Return the loss of communication of a phone that lacks a number."""
    return CommLost(CommReason.CONFIG_INVALID, entry.own_problem, "both numbers in the asset's properties")


class AssetCatalog:
    """The system asset and the phones, by id and by numbers."""

    def __init__(self, entries: Iterable[AssetEntry], *, any_destination: bool = False) -> None:
        self.entries: Mapping[str, AssetEntry] = {entry.asset_id: entry for entry in entries}
        self.system = next(e for e in self.entries.values() if e.asset_type is AssetType.SYSTEM)
        self.phones = tuple(e for e in self.entries.values() if e.asset_type is AssetType.PHONE)
        self._any_destination = any_destination
        by_person: dict[str, list[AssetEntry]] = {}
        for phone in self.phones:
            by_person.setdefault(phone.external_phone_number, []).append(phone)
        self._by_person = {number: tuple(phones) for number, phones in by_person.items()}

    def find(self, name: str) -> AssetEntry | None:
        """Return an asset by its id or by its item id."""
        entry = self.entries.get(name.rpartition("/")[2])
        return entry if entry is not None and name in (entry.asset_id, entry.item_id) else None

    def phones_for(self, from_number: str, to_number: str) -> tuple[AssetEntry, ...]:
        """Return the phones that a message to our ``to_number`` belongs to.

        A Messaging Service has several numbers, and a reply may come to any of them.
        """
        return tuple(
            phone
            for phone in self._by_person.get(from_number, ())
            if self._any_destination
            or phone.twilio_phone_number == to_number
            or is_messaging_service(phone.twilio_phone_number)
        )

    def phones_of(self, number: str) -> tuple[AssetEntry, ...]:
        """Return the phones of the person with a number."""
        return self._by_person.get(number, ())

    def handset(self, asset_id: str, phones: Collection[str]) -> str:
        """Return the first of some phones that belongs to the same person as an asset; the asset if none does."""
        person = self.entries[asset_id].external_phone_number if asset_id in self.entries else ""
        return next((phone.asset_id for phone in self._by_person.get(person, ()) if phone.asset_id in phones), asset_id)

    @property
    def twilio_numbers(self) -> tuple[str, ...]:
        """Our own numbers that phones use, without Messaging Services, each once."""
        numbers = (phone.twilio_phone_number for phone in self.phones)
        return tuple(dict.fromkeys(number for number in numbers if number.startswith("+")))

    @property
    def messaging_services(self) -> tuple[str, ...]:
        """The Messaging Services that phones use, each once."""
        numbers = (phone.twilio_phone_number for phone in self.phones)
        return tuple(dict.fromkeys(number for number in numbers if is_messaging_service(number)))


def rules_from(states: StatesConfig, notify: NotifyConfig) -> AlarmRules:
    """Return the rules that result from the configuration, with the default status table."""
    return AlarmRules(
        table=default_table(latch=states.latch),
        mask_toggles=states.mask_toggles,
        latch_strict=states.latch_mode == "strict",
        reject_reset_while_active=states.reset_while_active == "reject",
        re_alarm_on_repeat=states.re_alarm_on_repeat,
        fault_hold_s=states.fault_hold_s,
        suppress_parent_down=states.suppress_child_comm_alarms,
        fault_on=frozenset(map(FaultCause, states.fault_on)),
        severities=notify.alarm_severities(),
    )


def asset_catalog(
    system: SystemConfig,
    phones: Sequence[PhoneConfig],
    rules_of: Callable[[str], AlarmRules],
    *,
    command_table_of: Callable[[str], str] = lambda _asset_id: "",
    any_destination: bool = False,
) -> AssetCatalog:
    """Return the catalog of a system and its phones.

    ``any_destination``: a message from a phone's person belongs to the phone, whichever of our numbers it was sent to.
    """
    causing = rules_of(system.id).table.binding(State.NO_COMMUNICATION) is not None
    entries = [
        AssetEntry(
            asset_id=system.id,
            asset_type=AssetType.SYSTEM,
            item_id=item_id(system.id, AssetType.SYSTEM, system.id),
            caption=system.caption,
            location=system.logging_description or system.caption,
            rules=rules_of(system.id),
            command_table=command_table_of(system.id),
        )
    ]
    entries.extend(
        AssetEntry(
            asset_id=phone.id,
            asset_type=AssetType.PHONE,
            item_id=item_id(system.id, AssetType.PHONE, phone.id),
            caption=phone.caption or phone.id,
            location=phone.logging_description or phone.caption or phone.id,
            # Where the system raises no alarm, its phones' alarms are the only ones.
            rules=rules_of(phone.id) if causing else replace(rules_of(phone.id), suppress_parent_down=False),
            external_phone_number=phone.external_phone_number or "",
            twilio_phone_number=phone.twilio_phone_number or "",
            command_table=command_table_of(phone.id),
        )
        for phone in phones
    )
    return AssetCatalog(entries, any_destination=any_destination)
