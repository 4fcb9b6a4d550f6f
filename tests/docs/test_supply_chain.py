"""Pinned installs: the lock file has public URLs and hashes, and everything that installs uses it."""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
FILES = [
    file for package in LOCK["package"] for file in (*package.get("wheels", ()), *filter(None, [package.get("sdist")]))
]


def test_every_package_comes_from_the_public_index() -> None:
    ours = ({"editable": "."}, {"editable": "fake_twilio"})
    sources = [package["source"] for package in LOCK["package"]]
    assert [source for source in sources if source not in ({"registry": "https://pypi.org/simple"}, *ours)] == []


def test_every_file_has_its_public_address_and_its_hash() -> None:
    assert FILES
    for file in FILES:
        assert urlsplit(file["url"])[:2] == ("https", "files.pythonhosted.org")
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", file["hash"])


def test_the_image_installs_what_the_lock_names() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    installs = [line for line in lines if " sync " in line or "pip install" in line]
    assert installs
    assert all("--locked" in line or "uv.lock" in line for line in installs), installs
    stages = [line.split() for line in lines if line.startswith("FROM ")]
    named = {stage[3] for stage in stages if len(stage) > 3}
    assert {stage[1] for stage in stages} - named == {"${PYTHON_IMAGE}"}


def test_the_environments_of_tox_hold_what_the_lock_names() -> None:
    text = (ROOT / "tox.ini").read_text(encoding="utf-8")
    assert "runner = uv-venv-lock-runner" in text
    assert "uv_sync_locked" not in text


def test_the_front_door_installs_what_the_lock_names() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    installs = [line for line in lines if "pip install" in line or " sync " in line]
    assert installs
    assert all("--locked" in line or "$(UV_VERSION)" in line for line in installs), installs
