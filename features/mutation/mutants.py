"""Named ways to break the driver and the fake, and for each the scenarios that name the matter and must notice.

A mutant replaces one text, which has to occur exactly once in its file. When the code moves on, the job says which
mutants no longer fit, and they are mended here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One broken behaviour: `name` says what is wrong, `killers` are scenarios as `folder/file::Scenario`."""

    name: str
    file: str
    old: str
    new: str
    killers: tuple[str, ...]


def _m(name: str, file: str, old: str, new: str, *killers: str) -> Mutant:
    return Mutant(name, file, old, new, killers)


RETRY = "retry/a-failed-text-is-resent-after-five-seconds"
EVERY = "retry/every-failure-is-resent-once"
LOST = "retry/a-lost-answer-is-looked-up-before-resending"
MAGIC = "retry/what-twilio-says-to-magic-numbers"
TRIAL = "accounts/a-trial-account-texts-verified-numbers-only"
FULL = "accounts/a-full-account-texts-anybody"
REPLIES = "accounts/automated-replies-are-disabled"
QUIET = "commands/operators-quiet-and-clear-alarms"
ALARMS = "commands/alarms-are-raised-noticed-and-ended"
UNTIL = "commands/a-mask-can-end-by-itself"
AUDIT = "commands/every-command-is-on-record"
REFUSED = "commands/a-command-that-cannot-be-given-is-refused"
LATCHED = "states/every-transition-of-a-phone-whose-alarms-are-latched"
PLAIN = "states/every-transition-of-a-phone-whose-alarms-are-not-latched"
OUTAGE = "states/every-transition-while-communication-is-lost"
SYSTEM = "states/every-transition-of-the-system-asset"
ACCOUNT = "communication/the-account-is-checked"
NUMBERS = "communication/a-phone-needs-its-two-numbers"
SEND = "sending/an-operator-texts-a-phone"
WHAT = "sending/what-can-be-sent"
WORKFLOW = "sending/a-workflow-texts-any-number"
ONCE = "sending/the-same-command-is-carried-out-once"
EVENTS = "receiving/a-text-from-outside-becomes-events"
WHICH = "receiving/which-texts-make-which-events"
OLD = "receiving/texts-from-before-the-first-start"
CALLS = "receiving/texts-by-webhook"
RECEIPTS = "receipts/what-becomes-of-an-accepted-text"
CALLBACKS = "receipts/receipts-by-webhook"
RESTART = "restart/nothing-is-forgotten"
STOP = "opting-out/a-recipient-texts-stop"
DEBUG = "debugging/debug-tools-show-what-the-driver-does"
TABLES = "tables/status-tables-decide-what-is-shown"
RULES = "workflows/rules-text-people-by-themselves"

MUTANTS: tuple[Mutant, ...] = (
    # --- resending
    _m(
        "the second attempt comes a second late",
        "driver/domain/retry.py",
        "wait_s: float = 5.0",
        "wait_s: float = 6.0",
        f"{RETRY}::The second attempt succeeds",
    ),
    _m(
        "the second attempt comes a second early",
        "driver/domain/retry.py",
        "wait_s: float = 5.0",
        "wait_s: float = 4.0",
        f"{RETRY}::Nothing is resent before five seconds have passed",
    ),
    _m(
        "there is a third attempt",
        "driver/domain/retry.py",
        "attempts: int = 2",
        "attempts: int = 3",
        f"{RETRY}::Nothing is sent after that",
    ),
    _m(
        "there is no second attempt",
        "driver/domain/retry.py",
        "attempts: int = 2",
        "attempts: int = 1",
        f"{RETRY}::The second attempt succeeds",
    ),
    _m(
        "permanent refusals are not resent",
        "driver/domain/retry.py",
        "and not policy.retry_permanent",
        "",
        f"{RETRY}::A permanent refusal is resent once as well",
    ),
    _m(
        "a lost answer is not looked up",
        "driver/services/sending.py",
        "        if text.in_doubt:",
        "        if False:",
        f"{LOST}::The text exists and its answer <accident>",
    ),
    _m(
        "somebody else's text is taken for the lost one",
        "driver/services/sending.py",
        "own = [row for row in alike if row.sid not in others]",
        "own = alike",
        f"{LOST}::The same text sent on purpose twice is not mistaken for a lost one",
    ),
    _m(
        "a terminated text raises no fault",
        "driver/services/sending.py",
        "if self._fault_on_send_failure and not",
        "if False and not",
        f"{RETRY}::The command terminates",
    ),
    _m(
        "success does not end the fault",
        "driver/services/sending.py",
        "ENDED_BY_SUCCESS = (FaultCause.SEND_FAILED, FaultCause.OPTED_OUT, FaultCause.NUMBER_PROBLEM)",
        "ENDED_BY_SUCCESS = (FaultCause.OPTED_OUT,)",
        f"{PLAIN}::Not latched: <happening>",
    ),
    _m(
        "opting in again does not end the fault",
        "driver/services/sending.py",
        "ENDED_BY_SUCCESS = (FaultCause.SEND_FAILED, FaultCause.OPTED_OUT, FaultCause.NUMBER_PROBLEM)",
        "ENDED_BY_SUCCESS = (FaultCause.SEND_FAILED, FaultCause.NUMBER_PROBLEM)",
        f"{STOP}::After START texts go out again and the fault ends",
    ),
    _m(
        "a text that waits is forgotten at a restart",
        "driver/services/outbox.py",
        "        for text in waiting:\n            self.add(text)",
        "        for text in ():\n            self.add(text)",
        f"{RESTART}::A text that waits to be resent survives",
    ),
    _m(
        "one phone's text waits for another's",
        "driver/services/outbox.py",
        "        lane = (text.sender, text.recipient)\n        texts",
        '        lane = (text.sender, "")\n        texts',
        f"{EVERY}::A phone whose text waits does not hold up the others",
    ),
    _m(
        "texts to one phone overtake each other",
        "driver/services/outbox.py",
        "        lane = (text.sender, text.recipient)\n        texts",
        "        lane = (text.sender, text.execution_id)\n        texts",
        f"{EVERY}::Texts to one phone keep their order when the first has to be resent",
    ),
    _m(
        "the reason of an opt-out is not told",
        "driver/domain/codes.py",
        '"the recipient has opted out by texting STOP"',
        '"it did not work"',
        f"{EVERY}::Refused: <case>",
    ),
    # --- states and commands
    _m(
        "Acknowledge is forgotten",
        "driver/domain/asset.py",
        "active.add(State.ACKNOWLEDGED if record.state.acked else state)",
        "active.add(state)",
        f"{PLAIN}::Not latched: <happening>",
    ),
    _m(
        "Acknowledge without an alarm claims to have done something",
        "driver/domain/settle.py",
        'result=CommandResult.NOOP, why="no alarm waits',
        'result=CommandResult.OK, why="no alarm waits',
        f"{PLAIN}::Not latched: what <command> comes to",
    ),
    _m(
        "Reset does not unmask",
        "driver/domain/settle.py",
        "done = _unmask(asset, now) if asset.facts.mask is not None else Settled(asset)",
        "done = Settled(asset)",
        f"{QUIET}::Reset unmasks",
    ),
    _m(
        "Reset of a latched alarm needs no Acknowledge",
        "driver/domain/settle.py",
        "waiting = [r.status.value for r in asset.records if not r.state.acked and rules.latches(r.status)]",
        "waiting: list[str] = []",
        f"{LATCHED}::Latched: what <command> comes to",
    ),
    _m(
        "Reset leaves the send failure",
        "driver/domain/settle.py",
        "after = replace(after, facts=after.facts.without(kind=CauseKind.EVENT))",
        "pass",
        f"{QUIET}::Reset clears an acknowledged send failure",
    ),
    _m(
        "a latch holds nothing",
        "driver/domain/settle.py",
        "    if not latch:\n",
        "    if True:\n",
        f"{LATCHED}::Latched: <happening>",
    ),
    _m(
        "every alarm is latched",
        "driver/domain/settle.py",
        "    if not latch:\n",
        "    if False:\n",
        f"{PLAIN}::Not latched: <happening>",
    ),
    _m(
        "repeated failures are not counted",
        "driver/domain/settle.py",
        "again = replace(record, count=record.count + 1, last_seen=now)",
        "again = replace(record, last_seen=now)",
        f"{ALARMS}::A further failure is counted",
    ),
    _m(
        "a second Mask is not recognised",
        "driver/domain/settle.py",
        "if mask is not None and mask.until == change.until:",
        "if False:",
        f"{PLAIN}::Not latched: what <command> comes to",
    ),
    _m(
        "a mask never ends by itself",
        "driver/services/commands.py",
        "return Masked(by, _until(parameters))",
        "return Masked(by, None)",
        f"{UNTIL}::The true state is shown when the mask has ended",
    ),
    _m(
        "a mask ends too early",
        "driver/services/commands.py",
        "    return until\n",
        "    return until - timedelta(seconds=5)\n",
        f"{UNTIL}::The mask holds until its end",
    ),
    _m(
        "a masked alarm is annunciated",
        "driver/domain/settle.py",
        "silenced = tuple(replace(record, annunciated_at=None) for record in asset.records)",
        "silenced = asset.records",
        f"{ALARMS}::A masked alarm is not annunciated and has no age",
    ),
    _m(
        "a restart raises alarms at once",
        "driver/domain/settle.py",
        "return asset.held_until is not None or",
        "return False or",
        f"{ACCOUNT}::A restart does not raise alarms before Twilio had time to answer",
    ),
    _m(
        "Cancel unmasks",
        "driver/domain/settle.py",
        'return Settled(asset, why="the selection',
        'return Settled(_unmask(asset, now).asset, why="the selection',
        f"{QUIET}::Cancel changes nothing",
    ),
    _m(
        "a fault beats a mask",
        "driver/domain/status.py",
        'row(State.FAULT, 3, "Fault")',
        'row(State.FAULT, 0, "Fault")',
        f"{PLAIN}::Not latched: <happening>",
    ),
    _m(
        "a fault beats lost communication",
        "driver/domain/status.py",
        "row(State.NO_COMMUNICATION, 2,",
        "row(State.NO_COMMUNICATION, 4,",
        f"{PLAIN}::Not latched: <happening>",
    ),
    _m(
        "an acknowledged alarm hides an open one",
        "driver/domain/status.py",
        "row(State.ACKNOWLEDGED, 4)",
        "row(State.ACKNOWLEDGED, 2)",
        f"{OUTAGE}::Back and latched: <happening>",
    ),
    _m(
        "the larger priority wins",
        "driver/domain/status.py",
        "return min(matching, key=lambda row: (row.priority,",
        "return min(matching, key=lambda row: (-row.priority,",
        f"{TABLES}::The smallest priority wins",
    ),
    _m(
        "Fault raises no alarm",
        "driver/domain/status.py",
        'row(State.FAULT, 3, "Fault")',
        "row(State.FAULT, 3)",
        f"{ALARMS}::A failed text raises an alarm on the phone and on the system",
    ),
    _m(
        "the system does not follow its phones",
        "driver/services/assets.py",
        "faulty = bool(asset.facts.faults) and asset.facts.mask is None",
        "faulty = False",
        f"{SYSTEM}::System, not latched, <so far>: <happening>",
    ),
    _m(
        "masked phones still trouble the system",
        "driver/services/assets.py",
        "faulty = bool(asset.facts.faults) and asset.facts.mask is None",
        "faulty = bool(asset.facts.faults)",
        f"{QUIET}::A masked phone hides its fault but not its true state",
    ),
    _m(
        "masks and alarms are forgotten at a restart",
        "driver/services/assets.py",
        "self._begin(entry, remembered.get(entry.asset_id))",
        "self._begin(entry, None)",
        f"{RESTART}::A mask survives",
    ),
    # --- communication
    _m(
        "wrong credentials are given three chances",
        "driver/services/health.py",
        "_AT_ONCE = frozenset({CommReason.AUTH_FAILED, CommReason.CONFIG_INVALID})",
        "_AT_ONCE: frozenset[CommReason] = frozenset()",
        f"{ACCOUNT}::Credentials that stop working are noticed at the next look, without waiting for more",
    ),
    _m(
        "an unreachable Twilio is given no chance",
        "driver/services/health.py",
        "self._failures >= self._states.comm_loss_threshold",
        "self._failures >= 1",
        f"{ACCOUNT}::A Twilio that cannot be reached is given three chances",
    ),
    _m(
        "a number of another account goes unnoticed",
        "driver/services/health.py",
        "            if number not in can_text:\n",
        "            if False:\n",
        f"{NUMBERS}::A phone that cannot work: <case>",
    ),
    _m(
        "a phone without a number tries to send",
        "driver/services/commands.py",
        "        if entry.own_problem:\n            return entry.own_problem\n",
        "",
        f"{NUMBERS}::A message to a phone without a number is rejected at once",
    ),
    _m(
        "the reason of lost communication is not told",
        "driver/domain/words.py",
        'CommReason.AUTH_FAILED: "Twilio does not accept the account\'s credentials"',
        'CommReason.AUTH_FAILED: "Something is wrong"',
        f"{ACCOUNT}::Wrong communication settings: <case>",
    ),
    # --- sending and the record of it
    _m(
        "texts that are too long are taken",
        "driver/services/commands.py",
        "LONGEST_TEXT = 1600",
        "LONGEST_TEXT = 16000",
        f"{WHAT}::A text that is too long is refused",
    ),
    _m(
        "empty texts are taken",
        "driver/services/commands.py",
        "        if not body.strip():",
        "        if False:",
        f"{WHAT}::An empty text is refused",
    ),
    _m(
        "a repeated command is carried out again",
        "driver/services/commands.py",
        "once = Once(OnceKind.COMMAND, execution.command_id) if execution.command_id else None",
        "once = None",
        f"{ONCE}::A repeated command sends nothing more",
    ),
    _m(
        "parameters may be left out",
        "driver/services/commands.py",
        "missing = [name for name in form.required if name not in call.parameters]",
        "missing: list[str] = []",
        f"{REFUSED}::The system command without a destination",
    ),
    _m(
        "a workflow's failed text troubles the system",
        "driver/services/commands.py",
        'asset_id=execution.asset_id if execution.scope == "asset" else ""',
        "asset_id=execution.asset_id",
        f"{WORKFLOW}::A text that fails twice terminates and no phone shows Fault",
    ),
    _m(
        "the audit does not know who",
        "driver/services/commands.py",
        'user=execution.user or "anonymous"',
        'user="anonymous"',
        f"{AUDIT}::<command> is in the audit",
    ),
    # --- receiving
    _m(
        "the sender's number alone decides which phone hears",
        "driver/services/catalogue.py",
        "return tuple(self._by_pair.get((source, destination), ()))",
        "return tuple(phone for pair, several in self._by_pair.items() if pair[0] == source for phone in several)",
        f"{WHICH}::The right sender on another Twilio number reaches the system only",
    ),
    _m(
        "the phone's event comes before the system's",
        "driver/services/inbox.py",
        "for entry in (catalogue.system, *phones):",
        "for entry in (*phones, catalogue.system):",
        f"{WHICH}::Each of several phones hears only its own texts",
    ),
    _m(
        "texts from before the first start make events",
        "driver/services/inbox.py",
        "        if text.received_at < self._floor:\n",
        "        if False:\n",
        f"{OLD}::An old text is no event",
    ),
    _m(
        "source and destination are mixed up",
        "driver/domain/events.py",
        "parameters[SOURCE_PHONE_NUMBER] = text.source",
        "parameters[SOURCE_PHONE_NUMBER] = text.destination",
        f"{EVENTS}::The system says what was received, from whom and where",
    ),
    _m(
        "the time of receipt is missing",
        "driver/domain/events.py",
        "    parameters[RECEIVED_TIMESTAMP] = iso(text.received_at)\n",
        "",
        f"{EVENTS}::The phone whose numbers match says so too",
    ),
    _m(
        "the phone's event has another name",
        "driver/domain/events.py",
        'MESSAGE_RECEIVED_FROM_EXTERNAL = "Message Received from External Number"',
        'MESSAGE_RECEIVED_FROM_EXTERNAL = "Message Received From External Number"',
        f"{EVENTS}::The phone whose numbers match says so too",
    ),
    _m(
        "a doubled call makes doubled events",
        "driver/services/inbox.py",
        "once=Once(OnceKind.MESSAGE, text.sid)",
        "once=None",
        f"{CALLS}::Incoming calls that are <trouble> make each event once",
    ),
    _m(
        "forged calls are believed",
        "driver/webhooks/app.py",
        'if not is_genuine(given, self._tokens, f"{self._public_url}{path}{query}", pairs):',
        "if False:",
        f"{CALLS}::A forged call is refused",
        f"{CALLBACKS}::A forged receipt is refused",
    ),
    _m(
        "genuine calls are refused",
        "driver/webhooks/signature.py",
        "for key in sorted(values) for value in sorted(values[key])",
        "for key in values for value in sorted(values[key])",
        f"{CALLS}::The events are there at once",
    ),
    _m(
        "whoever texts gets an answer of the driver's",
        "driver/webhooks/app.py",
        "<Response/>'",
        "<Response><Message>ok</Message></Response>'",
        f"{CALLS}::Nobody gets an automatic answer",
    ),
    # --- receipts
    _m(
        "receipts may move backwards",
        "driver/domain/message.py",
        "return reported if RANK[reported] > RANK[current] else current",
        "return reported",
        f"{CALLBACKS}::Receipts that are <trouble> do no harm",
    ),
    _m(
        "a text that did not arrive raises no fault",
        "driver/domain/message.py",
        "LOST = frozenset({MessageStatus.UNDELIVERED, MessageStatus.FAILED, MessageStatus.CANCELED})",
        "LOST = frozenset({MessageStatus.CANCELED})",
        f"{RECEIPTS}::A text that did not arrive: <case>",
    ),
    _m(
        "a delivered text does not end the fault",
        "driver/services/receipts.py",
        "over = FaultCleared(CauseKind.EVENT, (FaultCause.DELIVERY_FAILED,))",
        "over = FaultCleared(CauseKind.EVENT, (FaultCause.OPTED_OUT,))",
        f"{RECEIPTS}::The next text that arrives ends the fault",
    ),
    _m(
        "receipts are forgotten at a restart",
        "driver/services/receipts.py",
        "        for message in messages:\n            self.follow(message)",
        "        for message in ():\n            self.follow(message)",
        f"{RECEIPTS}::Receipts are followed up over a restart",
    ),
    # --- debug tools, rules
    _m(
        "numbers are in the log",
        "driver/debugtools/redact.py",
        "return _NUMBER.sub(lambda found: shortened(found[0]), text)",
        "return text",
        f"{DEBUG}::What Twilio says about a number is shortened too",
    ),
    _m(
        "an acknowledged alarm is still escalated",
        "driver/domain/escalation.py",
        "if item.alarm_id and not is_open(item.asset_id, item.alarm_id):",
        "if False:",
        f"{RULES}::Taking notice ends the chain",
    ),
    _m(
        "escalation does not wait",
        "driver/domain/escalation.py",
        "due = trigger.at + timedelta(seconds=step.after_s)",
        "due = trigger.at",
        f"{RULES}::The alarm is texted at once",
    ),
    _m(
        "an answer acknowledges nothing",
        "driver/services/workflows.py",
        "        if reply is None:\n",
        "        if True:\n",
        f"{RULES}::The answer acknowledges the alarm",
    ),
    _m(
        "escalation is forgotten at a restart",
        "driver/services/workflows.py",
        "load(remembered) if remembered else Agenda(seq=bus.last_seq)",
        "Agenda(seq=bus.last_seq)",
        f"{RULES}::The chain goes on over a restart",
    ),
    # --- the fake
    _m(
        "the trial's sentence is worded otherwise",
        "fake_twilio/model/rules.py",
        'TRIAL_PREFIX = "Sent from your Twilio trial account - "',
        'TRIAL_PREFIX = "Sent from a Twilio trial account - "',
        f"{TRIAL}::A verified number sees the trial prefix",
    ),
    _m(
        "full accounts have the trial's sentence too",
        "fake_twilio/model/rules.py",
        "return TRIAL_PREFIX + body if account.trial else body",
        "return TRIAL_PREFIX + body",
        f"{FULL}::The text has no prefix",
    ),
    _m(
        "trial accounts text anybody",
        "fake_twilio/model/rules.py",
        "if account.trial and to not in verified:",
        "if False:",
        f"{TRIAL}::An unverified number gets nothing and the phone shows Fault",
    ),
    _m(
        "countries that are switched off get texts",
        "fake_twilio/model/rules.py",
        "if country(to) not in account.geo_permissions:",
        "if False:",
        f"{FULL}::A number in a country that is switched off gets nothing",
    ),
    _m(
        "nothing is ever delivered",
        "fake_twilio/network/carrier.py",
        '"instant": (Step(Status.SENT), Step(Status.DELIVERED)),',
        '"instant": (Step(Status.SENT),),',
        f"{SEND}::The text arrives as it was written",
    ),
    _m(
        "STOP stops nothing",
        "fake_twilio/network/optouts.py",
        "            self._world.state.opted_out.add(pair)",
        "            pass",
        f"{STOP}::After <word> a text terminates and the phone says why",
    ),
    _m(
        "a sentence with STOP in it opts out",
        "fake_twilio/model/optout.py",
        "return _WORDS.get(body.strip().upper())",
        "return next((_WORDS[w] for w in body.upper().split() if w in _WORDS), None)",
        f"{STOP}::A sentence with the word in it opts nobody out",
    ),
    _m(
        "the fake signs badly",
        "fake_twilio/network/signature.py",
        "for name, value in sorted(set(parameters))",
        "for name, value in set(parameters)",
        f"{CALLS}::The events are there at once",
    ),
    _m(
        "a magic number gives another error",
        "fake_twilio/model/magic.py",
        '"+15005550004": 21610,',
        '"+15005550004": 21211,',
        f"{MAGIC}::Magic: <case>",
    ),
    _m(
        "automated replies say nothing",
        "fake_twilio/model/bin.py",
        'HANDLER = "https://handler.twilio.com/twiml/"',
        'HANDLER = "https://handler.twilio.com/bins/"',
        f"{REPLIES}::While they are on, whoever texts gets Twilio's answer",
    ),
)
"""All mutants."""
