"""What can be sent, and what is kept of it."""

from mutation.mutant import Mutant, mutant

AUDIT = "commands/every-command-is-on-record"
REFUSED = "commands/a-command-that-cannot-be-given-is-refused"
WHAT = "sending/what-can-be-sent"
WORKFLOW = "sending/a-workflow-texts-any-number"
ONCE = "sending/the-same-command-is-carried-out-once"
STORED = "sending/nothing-is-acknowledged-that-is-not-stored"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "texts that are too long are taken",
        "driver/services/command_parameters.py",
        "MAX_TEXT = 1600",
        "MAX_TEXT = 16000",
        f"{WHAT}::A text that is too long is refused",
    ),
    mutant(
        "empty texts are taken",
        "driver/services/command_parameters.py",
        "    if not body.strip():",
        "    if False:",
        f"{WHAT}::An empty text is refused",
    ),
    mutant(
        "a repeated command is carried out again",
        "driver/services/commands.py",
        "once = Once(OnceKind.COMMAND, execution.command_id) if execution.command_id else None",
        "once = None",
        f"{ONCE}::A repeated command sends nothing more",
    ),
    mutant(
        "parameters may be left out",
        "driver/services/command_parameters.py",
        "missing = [name for name in form.required if name not in given]",
        "missing: list[str] = []",
        f"{REFUSED}::The system command without a destination",
    ),
    mutant(
        "a workflow's failed text troubles the system",
        "driver/domain/outbound_message.py",
        'return self.asset_id if self.scope == "asset" else ""',
        "return self.asset_id",
        f"{WORKFLOW}::A text that fails twice terminates and no phone shows Fault",
    ),
    mutant(
        "the audit does not know who",
        "driver/services/commands.py",
        'user=execution.user or "anonymous"',
        'user="anonymous"',
        f"{AUDIT}::<command> is in the audit",
    ),
    mutant(
        "what cannot be stored is acknowledged",
        "driver/store/writer.py",
        "request.answer.set_exception(error)",
        "request.answer.set_result(Committed())",
        f"{STORED}::A text that cannot be stored is refused and not sent",
    ),
    mutant(
        "a full database is no error in the log",
        "driver/store/writer.py",
        '_log.error("database_refuses_commits"',
        '_log.warning("database_refuses_commits"',
        f"{STORED}::A text that cannot be stored is refused and not sent",
    ),
    mutant(
        "nothing is stored any more after the first refusal",
        "driver/store/writer.py",
        "                self._refuse(requests[0], exc)\n",
        "                self._refuse(requests[0], exc)\n                self._database = None\n",
        f"{STORED}::The driver goes on by itself once there is room",
        f"{STORED}::A text that came in meanwhile is received once there is room",
    ),
)
