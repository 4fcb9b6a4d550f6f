"""The examples on the CI page are valid for the systems they are for, and its Go recipe runs as printed."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from fake_twilio.seed.loading import load_seed
from support.played_page import play

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "test-in-ci.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return the text of the page under a heading."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def documents(title: str) -> list[dict[str, Any]]:
    """Return the YAML documents under a heading."""
    return [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", section(title), re.DOTALL)]


def test_gitlab_reads_its_jobs() -> None:
    pipelines = documents("GitLab CI")
    assert len(pipelines) == 2
    for (job,) in (pipeline.values() for pipeline in pipelines):
        assert {"script"} <= job.keys() <= {"image", "script", "services", "variables"}
        assert all(isinstance(line, str) for line in job["script"])
    (service,) = pipelines[1]["test"]["services"]
    assert service.keys() == {"name", "alias"}
    assert pipelines[1]["test"]["variables"]["FAKE_TWILIO_URL"] == f"http://{service['alias']}:8945"


@pytest.mark.parametrize("title", ["GitHub Actions", "GitLab CI"])
def test_the_credentials_are_those_of_the_fake(title: str) -> None:
    document = documents(title)[1]
    account = load_seed(None, trial=False).accounts[0]
    variables = document.get("env") or document["test"]["variables"]
    assert variables["TWILIO_ACCOUNT_SID"] == account.sid
    assert variables["TWILIO_AUTH_TOKEN"] == account.auth_token
    assert variables["TWILIO_PHONE_NUMBER"] == account.numbers[0].phone_number


@pytest.mark.long
@pytest.mark.timeout(180)
@pytest.mark.skipif(shutil.which("go") is None, reason="install Go 1.18 or newer")
def test_a_go_program_reaches_the_fake(tmp_path: Path) -> None:
    (tmp_path / "go.md").write_text(section("Go"), encoding="utf-8")
    (tmp_path / "go.mod").write_text("module remind\n\ngo 1.18\n", encoding="utf-8")
    alone = {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "CGO_ENABLED": "0"}
    assert play(tmp_path / "go.md", tmp_path, instead={}, environment=alone) == 1
