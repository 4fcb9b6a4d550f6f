"""The private PostgreSQL server of the feature suite, for benchmarks."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "features"))
from harness.driver.postgres_server import NoServerError, postgres_server

__all__ = ["NoServerError", "postgres_server"]
