"""Actions on assets, by the names used in transition tables, each carried out through the public API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.harness import Harness

AssetAction = Callable[["Harness", Sequence[str]], None]

INVALID_PARAMETER = 20001
"""An error that says nothing about the number and does not clear by itself."""

LOST_AFTER_S = 30.0
"""Seconds after which three polls, ten seconds apart, have failed and communication counts as lost."""

BACK_AFTER_S = 65.0
"""Seconds after which the driver has checked again, whatever its check interval."""


_FAILS, _LOST, _BACK = "a text fails", "communication is lost", "communication is restored"
_REPLIES, _SILENT = "automated replies are found", "automated replies are disabled"


def _phones(harness: Harness, names: Sequence[str]) -> list[str]:
    """Return the phones to use. Messages that affect the System asset go through the first phone."""
    return [harness.phone_names()[0] if name == "System" else name for name in names]


def _texts_fail(harness: Harness, names: Sequence[str]) -> None:
    names = _phones(harness, names)
    for name in names:
        effect = {"type": "http_error", "status": 400, "code": INVALID_PARAMETER}
        harness.twilio.add_fault(effect, times=2, to=harness.personas.number(name))
    harness.commands.commands(names, "Send Message", {"Message Content": "This one fails"})
    harness.pass_time(5)


def _texts_go_out(harness: Harness, names: Sequence[str]) -> None:
    harness.commands.commands(_phones(harness, names), "Send Message", {"Message Content": "This one goes out"})


def _twilio_is_lost(harness: Harness, _: Sequence[str]) -> None:
    harness.twilio.add_fault({"type": "http_error", "status": 503}, "*")
    harness.pass_time(LOST_AFTER_S)


def _twilio_is_back(harness: Harness, _: Sequence[str]) -> None:
    harness.twilio.clear_faults()
    harness.pass_time(BACK_AFTER_S)


def _numbers_point_to(harness: Harness, url: str) -> None:
    harness.twilio.point_number_to(url)
    harness.pass_time(BACK_AFTER_S)


def _command(command: str) -> AssetAction:
    def give(harness: Harness, names: Sequence[str]) -> None:
        harness.commands.commands(names, command)

    return give


ASSET_ACTIONS: Mapping[str, AssetAction] = {
    _FAILS: _texts_fail,
    "a text goes out": _texts_go_out,
    _LOST: _twilio_is_lost,
    _BACK: _twilio_is_back,
    _REPLIES: lambda harness, _: _numbers_point_to(harness, harness.twilio.automatic_reply),
    _SILENT: lambda harness, _: _numbers_point_to(harness, harness.twilio.no_reply),
    **{command: _command(command) for command in ("Mask", "Acknowledge", "Reset", "Cancel")},
}


def carry_out(harness: Harness, action: str, names: Sequence[str]) -> None:
    """Carry out an action on these assets.

    Raises:
        AssertionError: If the action is unknown; the message lists the known ones.
    """
    assert action in ASSET_ACTIONS, f"unknown action {action!r}; one of: {', '.join(ASSET_ACTIONS)}"
    ASSET_ACTIONS[action](harness, names)


def needs_faults(history: str) -> bool:
    """Return whether an action of a history needs a connection to Twilio that fails on demand."""
    return not {_FAILS, _LOST, _BACK}.isdisjoint(_parts(history))


def takes_long(history: str) -> bool:
    """Return whether a history takes too long to wait for where the clock cannot be moved."""
    return not {_LOST, _BACK, _REPLIES, _SILENT}.isdisjoint(_parts(history))


def _parts(history: str) -> list[str]:
    return [part.strip() for part in history.split(",")]


def play(harness: Harness, histories: Mapping[str, str]) -> None:
    """Apply a history to each of several assets side by side: actions separated by commas, ``-`` for none.

    The first actions of all assets come first, then the second ones, and so on.
    """
    parts = {name: _parts(history) for name, history in histories.items()}
    for turn in range(max(map(len, parts.values()), default=0)):
        now = {name: actions[turn] for name, actions in parts.items() if turn < len(actions)}
        for action in dict.fromkeys(now.values()):
            if action != "-":
                carry_out(harness, action, [name for name, own in now.items() if own == action])
