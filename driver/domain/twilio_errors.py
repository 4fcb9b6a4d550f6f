"""What Twilio's error codes mean for an asset and for a person (source: Twilio's error catalogue)."""

from dataclasses import dataclass

from driver.domain.facts import FaultCause


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """The fault a code stands for, what happened, and what can be done about it."""

    cause: FaultCause
    text: str
    hint: str


_NUMBER = FaultCause.NUMBER_PROBLEM
_SENT = FaultCause.SEND_FAILED
_LOST = FaultCause.DELIVERY_FAILED

MEANINGS: dict[int, CodeMeaning] = {
    14107: CodeMeaning(
        _LOST, "Twilio stopped a loop of automatic replies", "no automatic answers between the two numbers"
    ),
    20003: CodeMeaning(
        _SENT, "Twilio does not accept the credentials", "the right Account SID and token in the configuration"
    ),
    20005: CodeMeaning(_SENT, "the Twilio account is not active", "an active account in the Twilio console"),
    20008: CodeMeaning(_SENT, "the credentials are Twilio's test credentials", "the account's live credentials"),
    20429: CodeMeaning(
        _SENT,
        "Twilio received too many requests at once",
        "fewer requests on this account; twilio.concurrency bounds the driver's",
    ),
    21211: CodeMeaning(_NUMBER, "the external number is not a valid phone number", "a correct External Phone Number"),
    21212: CodeMeaning(_NUMBER, "the Twilio number is not a valid sender", "a correct Twilio Phone Number"),
    21265: CodeMeaning(_NUMBER, "the external number is a short code", "a full phone number as External Phone Number"),
    21266: CodeMeaning(_NUMBER, "the external and the Twilio number are the same", "two different numbers"),
    21408: CodeMeaning(
        _NUMBER, "the account may not text to this country", "the country enabled in Twilio's geo permissions"
    ),
    21602: CodeMeaning(_SENT, "the message has no text", "a text in the message"),
    21606: CodeMeaning(
        _NUMBER, "the Twilio number cannot send texts for this account", "a Twilio number of this account"
    ),
    21608: CodeMeaning(
        _NUMBER,
        "the external number is not verified, which a trial account requires",
        "the number verified in the Twilio console, or an upgraded account",
    ),
    21609: CodeMeaning(
        FaultCause.WEBHOOK_INVALID, "Twilio cannot use the address for receipts", "a correct public_url"
    ),
    21610: CodeMeaning(
        FaultCause.OPTED_OUT, "the recipient has opted out by texting STOP", "START texted from that phone"
    ),
    21611: CodeMeaning(
        _SENT,
        "too many texts wait at Twilio for this sender",
        "less traffic on this number; send.per_sender_per_s sets its pace",
    ),
    21612: CodeMeaning(_NUMBER, "Twilio has no route between the two numbers", "another Twilio number for this phone"),
    21614: CodeMeaning(_NUMBER, "the external number cannot receive texts", "a mobile number as External Phone Number"),
    21617: CodeMeaning(_SENT, "the text is longer than 1600 characters", "a shorter text"),
    21635: CodeMeaning(_NUMBER, "the external number is a landline", "a mobile number as External Phone Number"),
    21659: CodeMeaning(_NUMBER, "the Twilio number does not belong to Twilio", "a Twilio number of this account"),
    21660: CodeMeaning(_NUMBER, "the Twilio number belongs to another account", "a Twilio number of this account"),
    21661: CodeMeaning(_NUMBER, "the Twilio number cannot send texts", "an SMS-capable Twilio number"),
    30001: CodeMeaning(_LOST, "the queue at Twilio overflowed", "sending it again, later"),
    30002: CodeMeaning(FaultCause.ACCOUNT_SUSPENDED, "the Twilio account is suspended", "the account reactivated"),
    30003: CodeMeaning(_LOST, "the handset is switched off or out of reach", "the phone switched on"),
    30004: CodeMeaning(_LOST, "the message was blocked", "the recipient's carrier or phone to accept it"),
    30005: CodeMeaning(_LOST, "the number is unknown or no longer in use", "a correct External Phone Number"),
    30006: CodeMeaning(_LOST, "the number is a landline or its carrier is out of reach", "a mobile number"),
    30007: CodeMeaning(_LOST, "a carrier filtered the message because of its content", "another wording"),
    30008: CodeMeaning(_LOST, "the carrier gave no reason", "sending it again"),
    30010: CodeMeaning(_LOST, "the price was above the maximum set", "a higher maximum price"),
    30017: CodeMeaning(_LOST, "the carrier's network is congested", "sending it again, later"),
    30019: CodeMeaning(_LOST, "the content is too large for the carrier", "a shorter text"),
    30022: CodeMeaning(_LOST, "the carrier's rate limit for this sender was exceeded", "less traffic on this number"),
    30023: CodeMeaning(_LOST, "the carrier's daily limit for this sender was reached", "waiting for the next day"),
    30024: CodeMeaning(
        _LOST, "the sender is not provisioned at the carrier", "the number set up in the Twilio console"
    ),
    30032: CodeMeaning(_LOST, "the toll-free number is not verified", "the number verified in the Twilio console"),
    30034: CodeMeaning(
        _LOST, "the number is not registered for A2P 10DLC", "the number registered in the Twilio console"
    ),
    30035: CodeMeaning(_LOST, "the number is still being configured", "waiting until Twilio has configured it"),
    30036: CodeMeaning(
        _LOST, "it could not be delivered before it was too old", "sending it again if it still matters"
    ),
    30037: CodeMeaning(_LOST, "sending is disabled for this account", "Twilio's support"),
    30044: CodeMeaning(_LOST, "the text is too long for a trial account", "a shorter text, or an upgraded account"),
    30410: CodeMeaning(_LOST, "the carrier did not answer Twilio in time", "sending it again"),
    30454: CodeMeaning(_LOST, "the trial account's message limit is reached", "waiting, or an upgraded account"),
    63038: CodeMeaning(_SENT, "the account's daily message limit is reached", "waiting for the next day"),
}


def meaning(code: int | None, fallback: FaultCause, text: str) -> CodeMeaning:
    """Return what a code means; for an unknown one the fallback fault with the given text."""
    known = MEANINGS.get(code) if code is not None else None
    return known or CodeMeaning(fallback, text, "")
