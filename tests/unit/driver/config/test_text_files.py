"""Text files as people save them: Notepad's and PowerShell's encodings are read, and errors name the line."""

import codecs
from pathlib import Path

import pytest

from driver.config.loading import load
from driver.config.text_files import decoded
from driver.errors import ConfigurationError
from fake_twilio.seed.loading import load_seed
from fake_twilio.seed.models import SeedError
from fake_twilio.seed.text_files import decoded as decoded_by_the_fake

ACCOUNT = "AC" + "0" * 32
CONFIG = f'[twilio]\r\naccount_sid = "{ACCOUNT}"\r\nauth_token_file = "token"\r\n[system]\r\ncaption = "Tür 📱"\r\n'
SEED = f'[[accounts]]\r\nsid = "{ACCOUNT}"\r\nauth_token = "t"\r\nfriendly_name = "Tür 📱"\r\n'
readers = pytest.mark.parametrize("read", [decoded, decoded_by_the_fake])
SAVED = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with a mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "utf-16-le": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16-be": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "utf-16-le without a mark": lambda text: text.encode("utf-16-le"),
    "utf-16-be without a mark": lambda text: text.encode("utf-16-be"),
}
ways = pytest.mark.parametrize("way", SAVED)


@ways
@readers
def test_every_encoding_of_an_editor_gives_the_same_text(read, way: str) -> None:  # type: ignore[no-untyped-def]
    assert read(SAVED[way](CONFIG)) == CONFIG


@ways
def test_a_configuration_and_its_token_file_are_read(tmp_path: Path, way: str) -> None:
    (tmp_path / "driver.toml").write_bytes(SAVED[way](CONFIG))
    (tmp_path / "token").write_bytes(SAVED[way]("s3cret\r\n"))
    config = load(tmp_path / "driver.toml", {})
    assert config.system.caption == "Tür 📱"
    assert config.twilio.auth_token is not None
    assert config.twilio.auth_token.get_secret_value() == "s3cret"


@ways
def test_a_seed_is_read(tmp_path: Path, way: str) -> None:
    (tmp_path / "seed.toml").write_bytes(SAVED[way](SEED))
    assert load_seed(tmp_path / "seed.toml").accounts[0].friendly_name == "Tür 📱"


BROKEN = [
    ("a = 1\nb = 'Tür'\n".encode("latin-1"), "line 2: byte 0xFC: not valid UTF-8; save it as UTF-8"),
    (b"a = 1\nb = 2\n\nc = '\x00'\n", "line 4: contains a NUL character; save it as UTF-8"),
    (codecs.BOM_UTF16_LE + "a\nb".encode("utf-16-le") + b"c", "line 2: byte 0x63: not valid UTF-16-LE"),
    (codecs.BOM_UTF16_BE + "a\nb\n".encode("utf-16-be") + b"\xd8\x00\x00a", "line 3: "),
    (codecs.BOM_UTF32_LE + "a".encode("utf-32-le"), "line 1: contains a NUL character"),
]


@pytest.mark.parametrize(("data", "says"), BROKEN)
@readers
def test_what_is_no_text_is_refused_with_its_line(read, data: bytes, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=says):
        read(data)


@pytest.mark.parametrize(("data", "says"), BROKEN)
def test_files_that_are_no_text_end_in_a_clear_error(tmp_path: Path, data: bytes, says: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    with pytest.raises(ConfigurationError, match=f"file: .*{says}"):
        load(file, {})
    with pytest.raises(SeedError, match=says):
        load_seed(file)
