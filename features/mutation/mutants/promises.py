"""Promises of the guarantees: looking back, receipts in between, limits, validity, roles, accounts."""

from mutation.mutant import Mutant, mutant

LATE = "receiving/texts-that-twilio-lists-late"
CHECKED = "communication/the-account-is-checked"
STOPS = "accounts/an-account-stops-working"
RECEIPTS = "receipts/what-becomes-of-an-accepted-text"
TRUE = "states/a-phone-shows-its-true-state"
WHICH = "states/the-system-says-which-phones-are-in-fault"
RULES = "workflows/rules-text-people-by-themselves"
LIMITS = "workflows/limits-and-quiet-hours"
OLD = "sending/a-text-that-is-too-old-is-not-sent"
LATCHED = "commands/a-latched-alarm-stays-until-it-is-reset"
ROLES = "commands/a-role-decides-what-a-client-may-do"
REPEATED = "workflows/a-text-is-repeated-until-somebody-acknowledges"
PROOF = "workflows/a-proof-of-life-is-answered"
URGENT = "sending/an-urgent-text-goes-first"
RESENT = "retry/every-failure-is-resent-once"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "polls do not overlap",
        "driver/services/poller.py",
        "timedelta(seconds=self._config.overlap_s), begun)",
        "timedelta(0), begun)",
        f"{LATE}::Polls overlap",
    ),
    mutant(
        "only the first look sweeps",
        "driver/services/poller.py",
        "sweep = self._swept is None or begun",
        "sweep = self._swept is None or False and begun",
        f"{LATE}::A sweep finds a text that is listed <delay> late",
    ),
    mutant(
        "a sweep looks back an hour",
        "driver/services/poller.py",
        "_SWEEP = timedelta(days=1)",
        "_SWEEP = timedelta(hours=1)",
        f"{LATE}::A sweep finds a text that is listed <delay> late",
    ),
    mutant(
        "media of polled texts are dropped",
        "driver/services/polled_messages.py",
        "return tuple(await self._gateway.media(message.sid)), False",
        "return (), False",
        f"{LATE}::A text with a picture keeps it",
    ),
    mutant(
        "429 to a probe counts as lost communication",
        "driver/services/twilio_monitor.py",
        "                elif exc.http_status == 429:\n",
        "                elif False:\n",
        f"{CHECKED}::A Twilio that asks for fewer requests is not out of reach",
    ),
    mutant(
        "receipts are not asked for between 3 seconds and 10 minutes",
        "driver/services/delivery_tracking.py",
        "SCHEDULE_S = (1.0, 3.0, 6.0, 12.0, 30.0, 60.0, 120.0, 300.0, 600.0,",
        "SCHEDULE_S = (1.0, 3.0, 600.0,",
        f"{RECEIPTS}::A text that fails within a minute is noticed within two",
    ),
    mutant(
        "the system counts one phone in Fault too few",
        "driver/services/system_rollup.py",
        'return f"{count} phones are in Fault"',
        'return f"{count - 1} phones are in Fault"',
        f"{WHICH}::Three of four phones",
    ),
    mutant(
        "an acknowledgement by text counts as a workstation's",
        "driver/services/ack_by_message.py",
        'event.asset_id)), "sms")',
        'event.asset_id)), "workstation")',
        f"{RULES}::An acknowledgement by text has a comment, and its way is on record",
    ),
    mutant(
        "a phone gets a Fault of its own while communication is lost",
        "driver/services/send_outcomes.py",
        "if self._fault_on_failure and not (failure.transport and self._assets.system_down):",
        "if self._fault_on_failure:",
        f"{TRUE}::A text that fails because the credentials are wrong is no fault of the phone",
    ),
    mutant(
        "a repeated fault forgets its start",
        "driver/domain/facts.py",
        "again = replace(fault, since=known.since, count=known.count + 1)",
        "again = replace(fault, count=known.count + 1)",
        f"{TRUE}::A fault that is repeated keeps its start",
    ),
    mutant(
        "quiet hours hold nothing back",
        "driver/domain/escalation.py",
        "if rule.quiet and alarm and allowances.quiet_hours is not None:",
        "if False:",
        f"{LIMITS}::During quiet hours nobody is texted",
    ),
    mutant(
        "quiet hours never end",
        "driver/domain/quiet_hours.py",
        "return max(over, moment)",
        "return max(over, moment) + timedelta(days=1)",
        f"{LIMITS}::After quiet hours the text arrives",
    ),
    mutant(
        "replies know no limit",
        "driver/domain/flood_control.py",
        "if self._count(item) >= most:",
        "if False:",
        f"{LIMITS}::The third reply within an hour is left out",
    ),
    mutant(
        "'10 minutes' is taken for a code",
        "driver/domain/ack_replies.py",
        "if found := _WITH_CODE.fullmatch(line):",
        "if found := _WITH_CODE.match(line):",
        f"{RULES}::An answer that only looks like a code acknowledges nothing: <answer>",
    ),
    mutant(
        "the comment of an acknowledgement by text is lost",
        "driver/domain/ack_replies.py",
        'return AckReply(found["code"], found["comment"].rstrip(_GAPS))',
        'return AckReply(found["code"])',
        f"{RULES}::An acknowledgement by text has a comment, and its way is on record",
    ),
    mutant(
        "whatever is not understood is answered every time",
        "driver/domain/rule_state.py",
        "replace(known, explained=True) if known in own else known",
        "known",
        f"{RULES}::Whatever is not understood is answered once",
    ),
    mutant(
        "repetitions have no end",
        "driver/domain/repetition.py",
        "if steps > again.left:",
        "if False:",
        f"{REPEATED}::Nobody answers the repeated text",
    ),
    mutant(
        "a missing answer to a proof of life is no fault",
        "driver/domain/proof_of_life.py",
        "missing.append(proof)",
        "pass",
        f"{PROOF}::Nobody answers",
    ),
    mutant(
        "urgent texts wait for their turn",
        "driver/services/send_lanes.py",
        "else min(self._by_severity)",
        "else earliest",
        f"{URGENT}::It overtakes what waits for its sender",
    ),
    mutant(
        "no text is ever too old",
        "driver/domain/outbound_message.py",
        "return self.expires_at is not None and now >= self.expires_at",
        "return False",
        f"{OLD}::A text that waited for the driver too long is a dead letter",
    ),
    mutant(
        "a text is too old too early",
        "driver/services/commands.py",
        "expires_at=execution.created_at + self._validity,",
        "expires_at=execution.created_at + self._validity / 8,",
        f"{OLD}::A text that waited for a shorter time is sent",
    ),
    mutant(
        "Twilio does not learn how long a text is valid",
        "driver/gateway/client.py",
        'form["ValidityPeriod"] = max(1, int(left.total_seconds()))',
        "pass",
        f"{OLD}::Twilio learns how long a text is valid",
    ),
    mutant(
        "the hold time of a fault is ignored",
        "driver/domain/facts_reducer.py",
        "    if rules.fault_hold_s:\n",
        "    if False:\n",
        f"{TRUE}::A fault can end by itself after a hold time",
    ),
    mutant(
        "the hold time of a fault is over too early",
        "driver/services/asset_catalog.py",
        "fault_hold_s=states.fault_hold_s,",
        "fault_hold_s=states.fault_hold_s / 2,",
        f"{TRUE}::A fault lasts as long as its hold time",
    ),
    mutant(
        "a strict latch is none",
        "driver/domain/state_machine.py",
        "if rules.latch_strict and asset.facts.mask is None:",
        "if False:",
        f"{LATCHED}::What is shown over a latched alarm when communication is lost: <mode>",
    ),
    mutant(
        "a doubled requeue sends twice",
        "driver/services/dead_letters.py",
        'f"requeue:{execution_id}", operator)',
        "f\"requeue:{execution_id}:{__import__('uuid').uuid4().hex}\", operator)",
        f"{RESENT}::A dead letter that is requeued twice is sent once",
    ),
    mutant(
        "a viewer may send",
        "driver/dataserver/routes.py",
        '_command("/api/assets/{id:.+}/commands", OPERATOR,',
        '_command("/api/assets/{id:.+}/commands", VIEWER,',
        f"{ROLES}::A viewer sends nothing",
    ),
    mutant(
        "an operator may not send",
        "driver/dataserver/routes.py",
        '_command("/api/assets/{id:.+}/commands", OPERATOR,',
        '_command("/api/assets/{id:.+}/commands", ENGINEER,',
        f"{ROLES}::An operator sends",
    ),
    mutant(
        "a suspended account goes unseen",
        "driver/services/twilio_monitor.py",
        'if account.status == "active":',
        "if True:",
        f"{STOPS}::A suspended account",
    ),
    mutant(
        "an account without money is not explained",
        "driver/domain/twilio_errors.py",
        '20005: CodeMeaning(_SENT, "the Twilio account is not active"',
        '20005: CodeMeaning(_SENT, "a message could not be sent"',
        f"{STOPS}::A text on an account without money terminates and says so",
    ),
    mutant(
        "the fake sends on credit",
        "fake_twilio/messages/quotas.py",
        "        if not state.works(account):\n",
        "        if False:\n",
        f"{STOPS}::A text on an account without money terminates and says so",
    ),
)
