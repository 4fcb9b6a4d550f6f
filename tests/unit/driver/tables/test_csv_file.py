"""Table files as people save them: encodings, separators, leftovers of spreadsheets, and cells that act as formulas."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from driver.tables.csv_file import MAX_BYTES, cell_name, guard, read_csv, unguard, write_csv
from driver.tables.errors import TableError

TABLE = "Id,Caption\r\n1,Grüße aus Québec\r\n"
EXPECTED = [{"Id": "1", "Caption": "Grüße aus Québec"}]


def cells(data: bytes) -> list[dict[str, str]]:
    return [dict(record.cells) for record in read_csv(data).records]


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode("utf-8"),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        b"\xfe\xff" + TABLE.encode("utf-16-be"),
        TABLE.replace(",", "\t").encode("utf-16"),
        TABLE.replace(",", ";").encode("utf-8-sig"),
        ("sep=;\r\n" + TABLE.replace(",", ";")).encode(),
        TABLE.replace("\r\n", "\n").encode(),
        TABLE.encode() + b"\r\n,\r\n   ,\r\n",
        "Id,Caption,,\r\n1,Grüße aus Québec,,\r\n".encode(),
        'Id,Caption\r\n1,"Grüße aus Québec"\r\n'.encode(),
        " Id , Caption \r\n 1 , Grüße aus Québec \r\n".encode(),
    ],
    ids=["utf-8", "mark", "utf-16", "utf-16-be", "unicode-text", "semicolons", "sep", "unix", "empty-lines",
         "empty-columns", "quoted", "spaces"],
)  # fmt: skip
def test_reads_what_spreadsheets_save(data: bytes) -> None:
    assert cells(data) == EXPECTED
    assert read_csv(data).warnings == ()


def test_reads_windows_1252_and_says_that_it_guessed() -> None:
    sheet = read_csv(TABLE.encode("cp1252"))
    assert [dict(record.cells) for record in sheet.records] == EXPECTED
    assert "Windows-1252" in sheet.warnings[0].message


def test_semicolons_inside_cells_do_not_make_a_semicolon_file() -> None:
    assert cells(b'"a;b;c;d",x\n"3;4",y\n') == [{"a;b;c;d": "3;4", "x": "y"}]


def test_lines_count_as_in_an_editor_even_behind_cells_of_several_lines() -> None:
    sheet = read_csv(b'Id,Note\n1,"two\nlines"\n\n2,x\n')
    assert [record.line for record in sheet.records] == [2, 5]
    assert [record.line for record in read_csv(b"sep=,\nId\n1\n").records] == [3]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty; start from a template"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x81\x8d\x8f", "not text"),
        (b"\xff\xfeA", "line 1: byte 0x41: not valid UTF-16-LE"),
        (b"Id\n\0\n", "line 2: contains a NUL character"),
        (b'Id\n"open\n', "line 2: invalid CSV: a quotation mark is not closed"),
        (b'Id\n"a"b\n', "invalid CSV"),
        (b"Id,Id\n", "line 1 (B1), Id: the column appears twice"),
        (b"Id,,Name\n1,2,3\n", "line 1 (B1): a column has no name"),
        (b"Id,Name\n1,2\n1,2,3\n", "line 3 (C3) = '3': the row has more cells than the header has columns"),
        (b"Id\n" + b"x" * 10_001 + b"\n", "line 2: a cell is longer"),
        (b"x" * (MAX_BYTES + 1), "larger than 8 MB"),
    ],
)
def test_refuses_with_the_place_and_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(TableError) as refused:
        read_csv(data)
    assert says in str(refused.value)


def test_several_mistakes_of_the_header_are_told_at_once() -> None:
    with pytest.raises(TableError) as refused:
        read_csv(b"Id,,Id\n1,2,3,4\n")
    assert len(refused.value.problems) == 3


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "-2", "+12015550101", "'=1", "\tx", "'''+1"])
def test_nothing_exported_runs_in_a_spreadsheet(cell: str) -> None:
    assert guard(cell).startswith("'")
    assert unguard(guard(cell)) == cell


@given(st.text())
def test_the_guard_is_lossless(cell: str) -> None:
    assert unguard(guard(cell)) == cell


def test_takes_the_apostrophe_that_people_type_before_a_plus() -> None:
    assert cells(b"Phone\n'+12015550101\n") == [{"Phone": "+12015550101"}]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                name: st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30).map(str.strip)
                for name in "ABC"
            }
        ).filter(lambda row: any(row.values())),
        max_size=8,
    )
)
def test_what_is_written_is_read_again(rows: list[dict[str, str]]) -> None:
    assert cells(write_csv("ABC", rows).encode()) == rows


def test_writes_as_excel_expects_it() -> None:
    text = write_csv(["Id", "Phone"], [{"Id": "=x", "Phone": "+12015550101"}], text_columns=["Phone"])
    assert text == "\ufeffId,Phone\r\n'=x,+12015550101\r\n"


@pytest.mark.parametrize(("line", "position", "name"), [(7, 2, "C7"), (1, 25, "Z1"), (1, 26, "AA1"), (3, 701, "ZZ3")])
def test_names_cells_as_spreadsheets_do(line: int, position: int, name: str) -> None:
    assert cell_name(line, position) == name


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1 201", "+12015550101;=1", "-1", "@x", "＝1", "'=1", "''+1", "\u00e4", "x=1"]
)
def test_no_column_runs_as_a_formula_and_every_cell_returns(cell: str) -> None:
    """This includes the header and phone number columns, where only phone numbers stay plain."""
    file = write_csv((cell, "PhoneNumber"), [{cell: cell, "PhoneNumber": cell}], text_columns=("PhoneNumber",))
    risky = ("=", "+", "-", "@", "＝", '"=')
    for line in file.removeprefix("\ufeff").splitlines():
        assert not any(part.startswith(risky) for part in line.split(","))
    sheet = read_csv(file.encode())
    assert sheet.columns == (cell, "PhoneNumber")
    assert sheet.records[0].cells == {cell: cell, "PhoneNumber": cell}


def test_phone_numbers_stay_as_they_are() -> None:
    file = write_csv(("PhoneNumber",), [{"PhoneNumber": "+12015550101"}], text_columns=("PhoneNumber",), mark=False)
    assert file == "PhoneNumber\r\n+12015550101\r\n"
