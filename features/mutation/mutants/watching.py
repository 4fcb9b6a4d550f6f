"""Debug tools, and rules that text people by themselves."""

from mutation.mutant import Mutant, mutant

DEBUG = "debugging/debug-tools-show-what-the-driver-does"
RULES = "workflows/rules-text-people-by-themselves"
TRUTH = "workflows/no-outdated-text-is-sent"
FLOOD = "workflows/a-flood-becomes-one-text"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "numbers are in the log",
        "driver/debugtools/redact.py",
        'return _NUMBER.sub(lambda found: shortened(f"+{found[1]}"), text)',
        "return text",
        f"{DEBUG}::What Twilio says about a number is shortened too",
    ),
    mutant(
        "texts are in the log",
        "driver/debugtools/redact.py",
        "if key.lower() in _BODY_KEYS and not self._bodies and isinstance(value, str):",
        "if False:",
        f"{DEBUG}::What was texted is not in the log: <case>",
    ),
    mutant(
        "an acknowledged alarm is still escalated",
        "driver/domain/relevance.py",
        "    if record.state.acked:\n",
        "    if False:\n",
        f"{RULES}::An acknowledgement ends the escalation",
    ),
    mutant(
        "escalation does not wait",
        "driver/domain/escalation.py",
        "due = trigger.at + timedelta(seconds=step.after_s)",
        "due = trigger.at",
        f"{RULES}::The alarm is texted at once",
    ),
    mutant(
        "an answer acknowledges nothing",
        "driver/services/ack_by_message.py",
        "        if reply is None:\n",
        "        if True:\n",
        f"{RULES}::The answer acknowledges the alarm",
    ),
    mutant(
        "escalation is forgotten at a restart",
        "driver/services/rule_engine.py",
        "self._kept = self._rule_state if remembered and wanted else None",
        "self._kept = None",
        f"{RULES}::The escalation survives a restart",
    ),
    mutant(
        "what is over is sent all the same",
        "driver/domain/relevance.py",
        "    if record is None:\n",
        "    if False:\n",
        f"{TRUTH}::An alarm that has cleared meanwhile",
    ),
    mutant(
        "a flood is not folded",
        "driver/domain/flood_control.py",
        "elif self._count(item) < self._allowances.texts_per_hour:",
        "elif item:",
        f"{FLOOD}::What is beyond the limit is one text",
    ),
    mutant(
        "the most urgent texts are limited as well",
        "driver/domain/flood_control.py",
        "elif item.urgent:",
        "elif False:",
        f"{FLOOD}::Urgent texts arrive whatever the limit",
    ),
    mutant(
        "a digest's code acknowledges one alarm",
        "driver/services/ack_by_message.py",
        "        for alarm in known.alarms:\n",
        "        for alarm in known.alarms[:1]:\n",
        f"{FLOOD}::Its code acknowledges all of its alarms",
    ),
)
