"""Writes the agenda of the workflow rules as text for the store, and reads it again."""

import json
from datetime import datetime

from driver.domain.escalation import Agenda, Code, Waiting

_FORMAT = 1


def dump(agenda: Agenda) -> str:
    """Return an agenda as JSON."""
    return json.dumps(
        {
            "format": _FORMAT,
            "seq": agenda.seq,
            "lost": agenda.lost,
            "waiting": [
                [w.key, w.rule, w.to, w.text, w.due.isoformat(), w.asset_id, w.alarm_id, w.answer]
                for w in agenda.waiting
            ],
            "codes": [[c.phone, c.code, c.asset_id, c.alarm_id, c.about, c.made_at.isoformat()] for c in agenda.codes],
            "spent": [[phone, answer, at.isoformat()] for phone, answer, at in agenda.spent],
        },
        ensure_ascii=False,
    )


def load(text: str) -> Agenda:
    """Return the agenda that ``dump`` wrote.

    Raises:
        ValueError: the text is something else.
    """
    try:
        told = json.loads(text)
        if told["format"] != _FORMAT:
            raise ValueError(f"written by another version of the driver (format {told['format']!r})")
        return Agenda(
            seq=told["seq"],
            waiting=tuple(
                Waiting(key, rule, to, body, datetime.fromisoformat(due), asset_id, alarm_id, answer)
                for key, rule, to, body, due, asset_id, alarm_id, answer in told["waiting"]
            ),
            codes=tuple(
                Code(phone, code, asset_id, alarm_id, about, datetime.fromisoformat(made_at))
                for phone, code, asset_id, alarm_id, about, made_at in told["codes"]
            ),
            spent=tuple((phone, answer, datetime.fromisoformat(at)) for phone, answer, at in told["spent"]),
            lost=told["lost"],
        )
    except (KeyError, TypeError) as broken:
        raise ValueError(f"not an agenda: {broken!r}") from None
