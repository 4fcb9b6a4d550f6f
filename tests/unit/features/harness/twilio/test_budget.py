"""Real messages cost money: every guard on its own, and that everything missing is reported at once."""

from pathlib import Path

import pytest

from harness.personas import Account, NotOnThisBackendError, Personas
from harness.twilio.budget import Budget, TooExpensiveError, parts
from harness.twilio.real_settings import NotReadyError, read_settings

OURS, HANDSET = "+12015550100", "+12015550101"
READY = {
    "TWILIO_ACCOUNT_SID": "AC" + "a" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_HANDSET_ACCOUNT_SID": "AC" + "b" * 32,
    "TWILIO_HANDSET_AUTH_TOKEN": "other token",
}


@pytest.fixture
def owned(tmp_path: Path) -> Path:
    file = tmp_path / "real.toml"
    file.write_text(f'number = "{OURS}"\nhandset = "{HANDSET}"\n', encoding="utf-8")
    return file


def test_everything_needed_is_taken_over(owned: Path) -> None:
    settings = read_settings(10, parallel=False, environment=READY, file=owned)
    assert (settings.number, settings.handset_number, settings.budget) == (OURS, HANDSET, 10)
    assert settings.driver.auth_token == "token"
    assert settings.handset.auth_token == "other token"
    assert settings.account_type == "Full"


def test_everything_missing_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError) as refusal:
        read_settings(None, parallel=True, environment={"CI": "true"}, file=tmp_path / "real.toml")
    found = str(refusal.value)
    for reason in (
        "a single process",
        "ALLOW_REAL_TWILIO=1",
        "--budget is missing",
        "real.toml does not exist",
        *READY,
    ):
        assert f"{reason}" in found


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        (f'number = "{OURS}"', "handset is None, expected a number"),
        (f'number = "12"\nhandset = "{HANDSET}"', "number is '12', expected a number"),
        (f'number = "{OURS}"\nhandset = "{OURS}"', "number and handset are the same"),
        (f'number = "{OURS}"\nhandset = "{HANDSET}"\nthird = 1', "unknown key third"),
        (f'number = "{OURS}"\nhandset = "{HANDSET}"\naccount_type = "Big"', "account_type is 'Big'"),
        ("number = ", "real.toml: "),
    ],
)
def test_a_wrong_file_of_owned_numbers_is_refused(tmp_path: Path, text: str, failure: str) -> None:
    file = tmp_path / "real.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(NotReadyError, match=failure.replace("(", r"\(")):
        read_settings(1, parallel=False, environment=READY, file=file)


def test_a_file_of_owned_numbers_that_cannot_be_read_is_one_more_reason(tmp_path: Path) -> None:
    file = tmp_path / "real.toml"
    file.write_bytes(b"number = '\xff'")
    for place, reason in ((file, "it is not UTF-8"), (tmp_path, "Is a directory")):
        with pytest.raises(NotReadyError, match=f"{place} cannot be read: {reason}"):
            read_settings(1, parallel=False, environment=READY, file=place)


@pytest.mark.parametrize(
    ("budget", "parallel", "environment"),
    [(0, False, {}), (-1, False, {}), (5, True, {}), (5, False, {"CI": "1"}), (5, False, {"TWILIO_AUTH_TOKEN": ""})],
)
def test_each_guard_is_enough_to_refuse(owned: Path, budget: int, parallel: bool, environment: dict[str, str]) -> None:
    with pytest.raises(NotReadyError):
        read_settings(budget, parallel=parallel, environment=READY | environment, file=owned)


def test_ci_plays_for_real_only_when_it_is_reported_to(owned: Path) -> None:
    environment = READY | {"CI": "1", "ALLOW_REAL_TWILIO": "1"}
    assert read_settings(5, parallel=False, environment=environment, file=owned).budget == 5


def test_the_budget_is_the_number_of_texts() -> None:
    guard = Budget(2, {HANDSET})
    guard.reserve(HANDSET, "one")
    guard.reserve(HANDSET, "two")
    with pytest.raises(TooExpensiveError, match="the budget of 2 messages is used up"):
        guard.reserve(HANDSET, "three")
    assert guard.bill.endswith("2 of 2 real messages sent, 2 billable segments")


def test_nobody_but_the_owned_numbers_gets_a_text() -> None:
    guard = Budget(2, {HANDSET})
    with pytest.raises(TooExpensiveError, match=r"message to \+1…0199 refused: real messages only go to \+1…0101$"):
        guard.reserve("+12015550199", "Hello")
    assert guard.texts == 0


def test_every_run_has_an_id_of_its_own() -> None:
    assert Budget(1, ()).run != Budget(1, ()).run


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("ü" * 70, 1),
        ("ü" * 71, 2),
        ("🚨" * 36, 2),
    ],
)
def test_the_bill_is_never_too_low(text: str, count: int) -> None:
    assert parts(text) == count


def test_a_closed_cast_gives_out_no_other_numbers() -> None:
    personas = Personas(Account("Full", "AC", "", (OURS,)), (HANDSET,), (), closed=True)
    assert personas.number("Gate") == HANDSET
    assert personas.number(HANDSET) == HANDSET
    for name in ("Dock", "+12015550199"):
        with pytest.raises(NotOnThisBackendError):
            personas.number(name)
    with pytest.raises(NotOnThisBackendError):
        personas.twilio_number("Twilio 2")
