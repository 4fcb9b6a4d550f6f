"""Both distributions, built once per session or taken from the folder in FAKE_TWILIO_DISTRIBUTIONS."""

import os
from pathlib import Path

import pytest

from support.venvs import DISTRIBUTIONS, uv


class Built:
    """The built files."""

    def __init__(self, folder: Path) -> None:
        self.files = sorted(file for file in folder.iterdir() if file.suffix in {".whl", ".gz"})
        self.fake, self.driver = (self._one(f"{name}-*.whl") for name in ("fake_twilio", "twilio_sms_driver"))
        self.fake_source, self.driver_source = (
            self._one(f"{name}-*.tar.gz") for name in ("fake_twilio", "twilio_sms_driver")
        )

    def _one(self, pattern: str) -> Path:
        (found,) = (file for file in self.files if file.match(pattern))
        return found


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return wheels and source archives of both distributions; each wheel is built from its source archive."""
    if given := os.environ.get("FAKE_TWILIO_DISTRIBUTIONS"):
        return Built(Path(given))
    folder = tmp_path_factory.mktemp("dist")
    for name in DISTRIBUTIONS:
        uv("build", "--quiet", "--package", name, "--out-dir", folder)
    return Built(folder)
