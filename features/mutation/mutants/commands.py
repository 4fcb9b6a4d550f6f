"""States, alarms and the commands that operators give."""

from mutation.mutant import Mutant, mutant

QUIET = "commands/operators-quiet-and-clear-alarms"
ALARMS = "commands/alarms-are-raised-acknowledged-and-cleared"
UNTIL = "commands/a-mask-can-end-by-itself"
LATCHED = "states/every-transition-of-a-phone-whose-alarms-are-latched"
PLAIN = "states/every-transition-of-a-phone-whose-alarms-are-not-latched"
OUTAGE = "states/every-transition-while-communication-is-lost"
SYSTEM = "states/every-transition-of-the-system-asset"
ACCOUNT = "communication/the-account-is-checked"
RESTART = "restart/nothing-is-forgotten"
TABLES = "tables/status-tables-decide-what-is-shown"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "Acknowledge is forgotten",
        "driver/domain/asset.py",
        "active.add(State.ACKNOWLEDGED if record.state.acked else state)",
        "active.add(state)",
        f"{PLAIN}::Not latched: <action>",
    ),
    mutant(
        "one alarm cannot be acknowledged by itself",
        "driver/domain/facts_reducer.py",
        'if change.alarm_id in ("", record.alarm_id)',
        "if True",
        f"{ALARMS}::One of several alarms of an asset can be acknowledged by itself",
    ),
    mutant(
        "Acknowledge without an alarm claims to have done something",
        "driver/domain/facts_reducer.py",
        'result=CommandResult.NOOP, why="no alarm waits',
        'result=CommandResult.OK, why="no alarm waits',
        f"{PLAIN}::Not latched: the result of <command>",
    ),
    mutant(
        "Reset does not unmask",
        "driver/domain/facts_reducer.py",
        "done = _unmask(asset, now) if asset.facts.mask is not None else Transition(asset)",
        "done = Transition(asset)",
        f"{QUIET}::Reset unmasks",
    ),
    mutant(
        "Reset of a latched alarm needs no Acknowledge",
        "driver/domain/facts_reducer.py",
        "waiting = [r.status.value for r in asset.records if not r.state.acked and rules.latches(r.status)]",
        "waiting: list[str] = []",
        f"{LATCHED}::Latched: the result of <command>",
    ),
    mutant(
        "Reset leaves the send failure",
        "driver/domain/facts_reducer.py",
        "after = replace(after, facts=after.facts.without(kind=CauseKind.EVENT))",
        "pass",
        f"{QUIET}::Reset clears an acknowledged send failure",
    ),
    mutant(
        "a latch holds nothing",
        "driver/domain/alarm_lifecycle.py",
        "    if not latch:\n",
        "    if True:\n",
        f"{LATCHED}::Latched: <action>",
    ),
    mutant(
        "every alarm is latched",
        "driver/domain/alarm_lifecycle.py",
        "    if not latch:\n",
        "    if False:\n",
        f"{PLAIN}::Not latched: <action>",
    ),
    mutant(
        "repeated failures are not counted",
        "driver/domain/facts_reducer.py",
        "again = replace(record, count=record.count + 1, last_seen=now)",
        "again = replace(record, last_seen=now)",
        f"{ALARMS}::A further failure is counted",
    ),
    mutant(
        "a second Mask is not recognised",
        "driver/domain/facts_reducer.py",
        "if mask is not None and mask.until == change.until:",
        "if False:",
        f"{PLAIN}::Not latched: the result of <command>",
    ),
    mutant(
        "a mask never ends by itself",
        "driver/services/command_parameters.py",
        "return Masked(by, _until(parameters))",
        "return Masked(by, None)",
        f"{UNTIL}::The true state is shown when the mask has ended",
    ),
    mutant(
        "a mask ends too early",
        "driver/services/command_parameters.py",
        "            return until.astimezone(UTC)\n",
        "            return until.astimezone(UTC) - __import__('datetime').timedelta(seconds=5)\n",
        f"{UNTIL}::The mask holds until its end",
    ),
    mutant(
        "a masked alarm is annunciated",
        "driver/domain/facts_reducer.py",
        "silenced = tuple(replace(record, annunciated_at=None) for record in asset.records)",
        "silenced = asset.records",
        f"{ALARMS}::A masked alarm is not annunciated and has no age",
    ),
    mutant(
        "a restart raises alarms at once",
        "driver/domain/alarm_lifecycle.py",
        "return state is State.NO_COMMUNICATION and asset.held_until is not None",
        "return False",
        f"{ACCOUNT}::A restart does not raise alarms before Twilio had time to answer",
    ),
    mutant(
        "Cancel unmasks",
        "driver/domain/facts_reducer.py",
        'return Transition(asset, why="the selection',
        'return Transition(_unmask(asset, now).asset, why="the selection',
        f"{QUIET}::Cancel changes nothing",
    ),
    mutant(
        "a fault beats a mask",
        "driver/domain/status_table.py",
        'row(State.FAULT, 3, "Fault")',
        'row(State.FAULT, 0, "Fault")',
        f"{PLAIN}::Not latched: <action>",
    ),
    mutant(
        "a fault beats lost communication",
        "driver/domain/status_table.py",
        "row(State.NO_COMMUNICATION, 2,",
        "row(State.NO_COMMUNICATION, 4,",
        f"{PLAIN}::Not latched: <action>",
    ),
    mutant(
        "an acknowledged alarm hides an open one",
        "driver/domain/status_table.py",
        "row(State.ACKNOWLEDGED, 4)",
        "row(State.ACKNOWLEDGED, 2)",
        f"{OUTAGE}::Back and latched: <action>",
    ),
    mutant(
        "the larger priority wins",
        "driver/domain/status_table.py",
        "return min(matching, key=lambda row: (row.priority,",
        "return min(matching, key=lambda row: (-row.priority,",
        f"{TABLES}::The smallest priority wins",
    ),
    mutant(
        "Fault raises no alarm",
        "driver/domain/status_table.py",
        'row(State.FAULT, 3, "Fault")',
        "row(State.FAULT, 3)",
        f"{ALARMS}::A failed text raises an alarm on the phone and on the system",
    ),
    mutant(
        "the system does not follow its phones",
        "driver/services/system_rollup.py",
        "faulty = bool(phone.facts.faults) and phone.facts.mask is None",
        "faulty = False",
        f"{SYSTEM}::System, not latched, <history>: <action>",
    ),
    mutant(
        "masked phones still put the system in Fault",
        "driver/services/system_rollup.py",
        "faulty = bool(phone.facts.faults) and phone.facts.mask is None",
        "faulty = bool(phone.facts.faults)",
        f"{QUIET}::A masked phone hides its fault but not its true state",
    ),
    mutant(
        "masks and alarms are forgotten at a restart",
        "driver/services/assets.py",
        "self._begin(entry, remembered.get(entry.asset_id), loss)",
        "self._begin(entry, None, loss)",
        f"{RESTART}::A mask survives",
    ),
)
