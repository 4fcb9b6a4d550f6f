"""A software bill of materials for a distribution, generated from the lock file."""

import json
import subprocess
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uv import find_uv_bin


def sbom(root: Path, distribution: str, version: str, *, made: int) -> str:
    """Return a CycloneDX document: the runtime dependencies of a distribution at the tested versions, with hashes."""
    command = ["export", "--quiet", "--locked", "--no-default-groups", "--format", "cyclonedx1.5"]
    printed = subprocess.run(
        [find_uv_bin(), *command, "--package", distribution], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    document: dict[str, Any] = json.loads(printed)
    component = document["metadata"]["component"]
    component |= {"version": version, "purl": f"pkg:pypi/{distribution}@{version}"}
    # Reproducible: the same tag gives the same document.
    document["metadata"]["timestamp"] = datetime.fromtimestamp(made, UTC).isoformat().replace("+00:00", "Z")
    document["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, component['purl'])}"
    return json.dumps(document, indent=2) + "\n"
