"""The page about services: systemd accepts its unit, and its Windows file is well-formed."""

import re
import shutil
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/how-to/run-as-a-service.md"


def block(title: str) -> str:
    found = re.search(rf'```\w+ title="{re.escape(title)}"\n(.*?)```', PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return textwrap.dedent(found[1])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_the_unit_and_calls_it_safe(tmp_path: Path) -> None:
    unit = tmp_path / "sms-driver.service"
    unit.write_text(block(unit.name).replace("/opt/sms-driver/bin/sms-driver", sys.executable))
    for command in (("verify",), ("security", "--offline=true", "--threshold=20")):
        done = subprocess.run(
            ["systemd-analyze", *command, unit], capture_output=True, text=True, timeout=30, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_the_service_of_windows_is_well_formed() -> None:
    service = ET.fromstring(block("sms-driver.xml"))
    assert service.findtext("arguments") == "run"
