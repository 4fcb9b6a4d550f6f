"""Two distributions: each contains its own package and nothing else, and both are ready for a package index."""

import re
import sys
import tarfile
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from support.venvs import ROOT, metadata, names_in, run

if TYPE_CHECKING:
    from install.conftest import Built

pytestmark = [pytest.mark.long]


def test_the_index_would_take_them(built: "Built") -> None:
    done = run(sys.executable, "-m", "twine", "check", "--strict", *built.files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 4


def test_each_wheel_holds_its_own_package_alone(built: "Built") -> None:
    for wheel, package in ((built.fake, "fake_twilio"), (built.driver, "driver")):
        names = names_in(wheel)
        assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {package}
        assert f"{package}/py.typed" in names
        assert not [name for name in names if name.endswith(("pyproject.toml", "README.md", "PKG-INFO", ".gitignore"))]
        sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py")}
        assert sources <= set(names)
    assert "fake_twilio/ui/static/" in str(names_in(built.fake))


def test_both_have_one_version_written_in_one_place(built: "Built") -> None:
    versions = {metadata(wheel)["Version"] for wheel in (built.fake, built.driver)}
    assert len(versions) == 1
    for file in ("pyproject.toml", "fake_twilio/pyproject.toml"):
        project: dict[str, Any] = tomllib.loads((ROOT / file).read_text(encoding="utf-8"))["project"]
        assert "version" in project["dynamic"]
    assert versions.pop() not in (ROOT / "driver" / "__init__.py").read_text(encoding="utf-8")


def test_the_licence_is_the_same_in_both() -> None:
    assert (ROOT / "fake_twilio" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_driver_s_source_archive_holds_what_its_lock_names(built: "Built") -> None:
    with tarfile.open(built.driver_source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"uv.lock", "fake_twilio/pyproject.toml", "features/README.md", "tests/install/conftest.py"} <= names


def test_links_work_where_an_index_shows_the_readme(built: "Built") -> None:
    for wheel in (built.fake, built.driver):
        text = metadata(wheel).get_payload()
        targets = re.findall(r"\]\(([^)\s]+)\)", str(text))
        assert [target for target in targets if not target.startswith(("https://", "http://127.0.0.1", "#"))] == []
