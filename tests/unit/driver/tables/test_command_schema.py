"""Importing command tables: actions by name or number, the misspelled column, and what a table may hold."""

import pytest

from support.tables import imported, mistakes

HEADER = "TableId,TableDescription,AssetType,Command.Action.Description,Command.CommandID,Command.Name"


def test_a_new_table_with_fewer_buttons_under_other_names() -> None:
    done = imported("command", f"{HEADER}\n,Desk,Phone,Send Message,1,Text\n,Desk,Phone,acknowledge,2,\n")
    rows = done.after.command.of("desk")
    assert [(row.name, row.action, row.execution) for row in rows] == [
        ("Text", "Send Message", "ExecuteLocal"), ("Acknowledge", "Acknowledge", "ExecuteLocal"),
    ]  # fmt: skip


@pytest.mark.parametrize("spelling", ["Command.Action.Value", "Commnand.Action.Value"])
def test_both_spellings_are_read(spelling: str) -> None:
    done = imported("command", f"TableId,TableDescription,{spelling},Command.CommandID\n,X,4,1\n")
    assert done.after.command.of("x")[0].action == "Reset"
    assert done.warnings == ()


def test_both_spellings_at_once_are_refused() -> None:
    text = "TableId,Command.Action.Value,Commnand.Action.Value,Command.CommandID\ndefault-phone,1,1,1\n"
    assert mistakes("command", text) == [
        "line 1 (C1), Commnand.Action.Value: the same column as Command.Action.Value in another spelling; keep one"
    ]


def test_an_edit_by_command_id() -> None:
    done = imported("command", "TableId,Command.CommandID,Command.IsConfirmationRequired\ndefault-phone,4,TRUE\n")
    assert [str(change) for change in done.changes] == [
        "changed: default-phone / 4 (Command.IsConfirmationRequired: FALSE → TRUE)"
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",New,Phone,,1,Nothing", "a command needs an action: 1 Send Message, 2 Mask"),
        (",New,Phone,Explode,1,x", "expected one of Send Message, Mask, Acknowledge, Reset, Cancel"),
        (",New,System,Send Message,1,x", "assets of type System have no command Send Message"),
        (",New,Phone,Mask,,x", "(E2), Command.CommandID: required for a command, but empty"),
        (",New,Phone,Mask,1.5,x", "expected a whole number from 0"),
        (",New,Phone,Mask,1,x\n,New,Phone,Reset,1,y", "line 3 (E3), Command.CommandID = '1': is already on line 2"),
        ("default-phone,P,System,Mask,2,x", "would be for assets of type System, but the asset 'guard-desk' uses it"),
    ],
)
def test_refusals(row: str, says: str) -> None:
    found = mistakes("command", f"{HEADER}\n{row}\n")
    assert any(says in mistake for mistake in found), found


def test_an_unknown_action_number() -> None:
    (mistake,) = mistakes("command", "TableId,TableDescription,Command.Action.Value,Command.CommandID\n,X,9,1\n")[:1]
    assert "expected the number of an action: 1 Send Message" in mistake


def test_other_execution_options_are_kept_with_a_warning() -> None:
    done = imported("command", "TableId,Command.CommandID,Command.ExecutionOptions\ndefault-phone,1,ExecuteRemote\n")
    assert done.changes[0].cells[0].after == "ExecuteRemote"
    assert "keeps this value, but executes the command as ExecuteLocal" in str(done.warnings[0])
