"""The issue forms are valid for GitHub, which silently drops a broken one from the list."""

from pathlib import Path

import pytest
import yaml

FORMS = Path(__file__).parents[2] / ".github" / "ISSUE_TEMPLATE"


@pytest.mark.parametrize("form", sorted(FORMS.glob("[!c]*.yml")), ids=lambda form: form.name)
def test_each_form_can_be_read(form: Path) -> None:
    document = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= document.keys() <= {"name", "description", "title", "labels", "body"}
    ids = [field["id"] for field in document["body"]]
    assert len(ids) == len(set(ids))
    for field in document["body"]:
        assert field["type"] in {"input", "textarea", "dropdown", "checkboxes"}
        assert field["attributes"]["label"]
