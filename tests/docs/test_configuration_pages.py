"""Every excerpt of ``driver.toml`` on the pages works as printed."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from driver.api.passwords import hash_password, hash_token
from driver.config.loading import load

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference" / "configuration.md"
BASE = f'[twilio]\naccount_sid = "AC{"0" * 32}"\n'
TOKEN = 'auth_token = "t"\n'
#: Values for the keys without a default.
NEEDED = {
    "account_sid": f'"AC{"0" * 32}"', "username": '"ann"', "password_hash": f'"{hash_password("h")}"',
    "name": '"scada"',
    "token_hash": f'"{hash_token("h")}"', "role": '"viewer"', "id": '"gate"', "start": '"22:00"', "end": '"06:00"',
    "zone": '"America/Toronto"', "on": '"AlarmRaised"', "to": '["gate"]',
    "phone": '"gate"', "pin": '"47112"', "at": '"07:30"',
}  # fmt: skip
#: Keys without a default that something else requires.
ALSO = {"[twilio]": TOKEN, "[[workflows.do]]": 'message = "x"\n'}


def sections() -> Iterator[tuple[str, str]]:
    """Yield each heading of the reference with all keys below it as TOML."""
    for part in re.split(r"^##+ ", REFERENCE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        heading = part.splitlines()[0].strip("`")
        if not heading.startswith("["):
            continue
        rows = re.findall(r"^\| `(\w+)`[ †‡]* \| (.*?) \|", part, flags=re.MULTILINE)
        lines = [f"{key} = {NEEDED[key] if default == '*(required)*' else default.strip('`')}" for key, default in rows
                 if default and default != "*(none)*"]  # fmt: skip
        yield heading, "\n".join([heading, *lines, ALSO.get(heading, "")])


def test_the_reference_can_be_copied_whole(tmp_path: Path) -> None:
    """The file has every heading with every default, one after the other."""
    file = tmp_path / "driver.toml"
    file.write_text("\n".join(text for _, text in sections()), encoding="utf-8")
    config = load(file, {})
    assert config.notify.quiet_hours is not None
    assert [len(part) for part in (config.phones, config.workflows, config.dataserver.users)] == [1, 1, 1]


def test_every_heading_of_the_reference_is_tried() -> None:
    headings = [heading for heading, _ in sections()]
    assert "[notify.quiet_hours]" in headings
    assert "[[workflows.do]]" in headings
    assert len(headings) > 12


def blocks() -> Iterator[tuple[str, str]]:
    """Yield every TOML block on the pages that belongs to the driver."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for number, block in enumerate(
            re.findall(r"^ *```toml\n(.*?)^ *```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL), 1
        ):
            if "[[accounts]]" not in block:  # a seed
                yield f"{page.relative_to(ROOT)}-{number}", textwrap.dedent(block)


SHOWN = dict(blocks())


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_page_shows_can_be_used(name: str, tmp_path: Path) -> None:
    text = SHOWN[name]
    for number, secret in enumerate(re.findall(r'_file = "(.*?)"', text)):
        (tmp_path / f"secret{number}").write_text("secret")
        text = text.replace(secret, f"secret{number}")
    if "[twilio]" not in text:
        text = BASE + TOKEN + text
    elif "account_sid" not in text:
        text = text.replace("[twilio]\n", BASE)
    file = tmp_path / "driver.toml"
    file.write_text(text, encoding="utf-8")
    load(file, {})
    assert len(SHOWN) >= 6
