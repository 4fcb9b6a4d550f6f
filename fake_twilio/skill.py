"""The text that tells coding agents how to test with the fake."""

from importlib.resources import files


def skill() -> str:
    """Return the text, in the form of a SKILL.md."""
    return files("fake_twilio").joinpath("skill.md").read_text(encoding="utf-8")
