"""``fake-twilio coverage``: list which parts of Twilio's messaging API the fake supports."""

import json
from collections import Counter
from dataclasses import asdict

import click

from fake_twilio.api_coverage import operations


@click.command("coverage")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(as_json: bool) -> None:
    """List the operations of Twilio's messaging API (supported, partial, refused) and the unsupported parameters."""
    rows = operations()
    if as_json:
        print(json.dumps({"operations": [asdict(row) for row in rows]}, indent=2))
        return
    for row in rows:
        print(f"{row.status:9}  {row.method:6}  {row.path}")
        parts = (("partial", row.partial), ("without effect", tuple(row.without_effect)), ("ignored", row.refused))
        for status, names in parts:
            if names and row.status != "refused":
                print(f"{'':11}{status}: {', '.join(names)}")
    counts = Counter(row.status for row in rows)
    print(", ".join(f"{counts[status]} {status}" for status in ("supported", "partial", "refused")))
