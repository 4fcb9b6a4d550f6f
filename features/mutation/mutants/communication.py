"""Communication: how its loss and its return are noticed."""

from mutation.mutant import Mutant, mutant

ACCOUNT = "communication/the-account-is-checked"
NUMBERS = "communication/a-phone-needs-its-two-numbers"
REPLIES = "accounts/automated-replies-are-disabled"
TRIAL = "accounts/a-trial-account-texts-verified-numbers-only"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "wrong credentials are given three chances",
        "driver/services/twilio_monitor.py",
        "_AT_ONCE = frozenset({CommReason.AUTH_FAILED, CommReason.CONFIG_INVALID})",
        "_AT_ONCE: frozenset[CommReason] = frozenset()",
        f"{ACCOUNT}::Credentials that stop working are noticed at the next poll",
    ),
    mutant(
        "an unreachable Twilio is given no chance",
        "driver/services/twilio_monitor.py",
        "self._failures >= self._states.comm_loss_threshold",
        "self._failures >= 1",
        f"{ACCOUNT}::Communication is lost only after three failures",
    ),
    mutant(
        "a number of another account goes unnoticed",
        "driver/services/account_conditions.py",
        "        elif number not in can_text:\n",
        "        elif False:\n",
        f"{NUMBERS}::A phone that cannot work: <case>",
    ),
    mutant(
        "a phone without a number tries to send",
        "driver/services/commands.py",
        "if comm is not None and comm.reason is CommReason.CONFIG_INVALID:",
        "if False:",
        f"{NUMBERS}::A message to a phone without a number is rejected at once",
    ),
    mutant(
        "the reason of lost communication is not shown",
        "driver/domain/explanations.py",
        'CommReason.AUTH_FAILED: "Twilio does not accept the account\'s credentials"',
        'CommReason.AUTH_FAILED: "Something is wrong"',
        f"{ACCOUNT}::Wrong communication settings: <case>",
    ),
    mutant(
        "nobody learns that the account is a trial",
        "driver/services/account_conditions.py",
        '    trial = account.kind == "Trial"\n',
        "    trial = False\n",
        f"{TRIAL}::The driver says what the trial means before anybody texts",
    ),
    mutant(
        "nobody learns that automated replies are on",
        "driver/domain/facts.py",
        'AUTOMATIC_REPLY = "automatic_reply"',
        'AUTOMATIC_REPLY = "reply"',
        f"{REPLIES}::The driver says that they are still on",
    ),
    mutant(
        "a lost line alarms every phone",
        "driver/domain/alarm_lifecycle.py",
        "return state is State.NO_COMMUNICATION and comm.reason in OF_THE_SYSTEM",
        "return False",
        "states/one-lost-line-is-one-alarm::The system raises the alarm, and its phones show their state without one",
    ),
    mutant(
        "phones do not show the lost line that the system alarms",
        "driver/domain/asset.py",
        "if state in true and (record is None or not record.state.active):",
        "if False:",
        "states/one-lost-line-is-one-alarm::The system raises the alarm, and its phones show their state without one",
    ),
    mutant(
        "an access token is used until it has expired",
        "driver/gateway/access_tokens.py",
        "not self._header or self._clock.monotonic() >= self._renew_at",
        "not self._header",
        "communication/an-oauth-app-logs-in::A token is renewed a minute before it expires",
    ),
    mutant(
        "a refused access token is not replaced",
        "driver/gateway/access_tokens.py",
        "            return (self._header,)",
        "            return ()",
        "communication/an-oauth-app-logs-in::A token that Twilio refuses costs no attempt",
    ),
)
