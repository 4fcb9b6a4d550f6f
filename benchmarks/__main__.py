"""Runs all benchmarks one after the other and prints one table: ``make bench``, in under four minutes.

Each figure is shown with its claim and with a reference from the same run, such as a bare aiohttp server, a loop of the
official SDK or plain SQLite commits. ``SOAK=1`` adds runs that take hours: a million messages in the store of each
database, a million through both programs, and a million requests to the fake.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from claims import MISSED, ROWS, slowness

HERE = Path(__file__).parent
PLAYED = (
    "fake_speed.py --rounds 2 --seconds 3",
    "fake_callbacks.py",
    "fake_scale.py",
    "fake_exec.py",
    "fake_page.py",
    "driver_throughput.py",
    "driver_latency.py",
    "driver_latency.py --rate 500 --seconds 5",
    "driver_scale.py",
    "driver_standbys.py",
    "driver_growth.py --messages 1000 100000",
)
LONG = (
    "driver_growth.py --messages 1000000",
    "driver_soak.py",
    "fake_scale.py --messages 1000000",
    "fake_soak.py",
)


def main() -> int:
    """Run them and print the table; return 1 if a claim was missed or a benchmark failed."""
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows"
        rows.touch()
        for line in (*PLAYED, *(LONG if os.environ.get("SOAK") else ())):
            print(f"… {line}", file=sys.stderr)
            script, *arguments = line.split()
            command = [sys.executable, str(HERE / script), *arguments]
            done = subprocess.run(
                command, env=os.environ | {ROWS: str(rows)}, capture_output=True, text=True, check=False
            )
            if done.returncode:
                broken.append(f"{line}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
        figures = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    width = max((len(row["what"]) for row in figures), default=0)
    for row in figures:
        figure = f"{row['figure']:,.2f} {row['unit']}"
        print(f"{row['what']:{width}}  {figure:>22}  {row['claim']:16} {row['kept']:18}  {row['ratio']}".rstrip())
    print(f"In a plain Python loop, this machine takes {slowness():.1f} times as long as the reference machine.")
    for line in broken:
        print(f"BROKEN {line}")
    return int(bool(broken) or any(row["kept"] == MISSED for row in figures))


if __name__ == "__main__":
    sys.exit(main())
