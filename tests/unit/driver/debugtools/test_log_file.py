"""The log file: limited in size, private, and readable no matter how the driver ended."""

import stat
from pathlib import Path

import orjson
import pytest

from driver.debugtools.log_file import LogFile


def line(number: int) -> bytes:
    return orjson.dumps({"event": f"record {number}"}) + b"\n"


def test_it_never_grows_beyond_its_two_parts_and_keeps_the_newest(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "log.ndjson", max_bytes=200)
    for number in range(100):
        file.write(line(number))
    file.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.ndjson", "log.ndjson.1"]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 400
    assert [record["event"] for record in LogFile(tmp_path / "log.ndjson").newest(9)] == [
        f"record {number}" for number in range(91, 100)
    ]


def test_what_is_there_is_added_to_and_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    for number in range(2):
        file = LogFile(tmp_path / "log.ndjson")
        file.write(line(number))
        file.close()
    assert len(LogFile(tmp_path / "log.ndjson").newest(10)) == 2
    assert stat.S_IMODE((tmp_path / "log.ndjson").stat().st_mode) == 0o600


def test_a_line_that_was_cut_short_costs_itself_only(tmp_path: Path) -> None:
    (tmp_path / "log.ndjson").write_bytes(line(1) + b"5 lines were lost\n[]\n" + line(2) + b'{"event": "rec')
    assert [record["event"] for record in LogFile(tmp_path / "log.ndjson").newest(10)] == ["record 1", "record 2"]


def test_without_a_file_there_is_nothing_and_one_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "no folder" / "log.ndjson")
    assert file.newest(10) == []
    with pytest.raises(OSError, match="No such file"):
        file.write(b"x")
    file.close()
