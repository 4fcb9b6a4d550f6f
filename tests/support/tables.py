"""A small project with one phone from the configuration file and one imported, for tests of tables."""

from driver.domain.commands import AssetType
from driver.tables.asset_schema import asset_row
from driver.tables.csv_file import read_csv
from driver.tables.errors import TableError
from driver.tables.models import ImportContext, Project, TableKind
from driver.tables.plan import Mode, Plan, plan
from driver.tables.schemas import SCHEMAS, initial

GUARD_DESK = asset_row(
    "guard-desk",
    AssetType.PHONE,
    caption="Guard desk",
    external_phone_number="+12015550101",
    twilio_phone_number="+12015550100",
)
PROJECT = initial(asset_row("twilio", AssetType.SYSTEM, caption="Twilio SMS"), (GUARD_DESK,))
CONTEXT = ImportContext("twilio", base=PROJECT, pinned={"guard-desk": frozenset({"caption", "external_phone_number"})})


def imported(kind: str, text: str | bytes, *, project: Project = PROJECT, mode: Mode = Mode.UPDATE) -> Plan:
    """Import a CSV text or file into the project, without a driver."""
    data = text.encode() if isinstance(text, str) else text
    return plan(SCHEMAS[TableKind(kind)], project, read_csv(data), mode=mode, context=CONTEXT)


def mistakes(kind: str, text: str | bytes, *, project: Project = PROJECT, mode: Mode = Mode.UPDATE) -> list[str]:
    """Return the problems of a file, as a person sees them."""
    try:
        imported(kind, text, project=project, mode=mode)
    except TableError as exc:
        return [str(problem) for problem in exc.problems]
    return []
