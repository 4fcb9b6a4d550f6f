"""The guide for coding agents on testing with the fake."""

from importlib.resources import files


def skill() -> str:
    """Return the guide, in the format of a SKILL.md."""
    return files("fake_twilio").joinpath("skill.md").read_text(encoding="utf-8")
