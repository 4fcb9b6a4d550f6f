"""The fake Twilio: accounts, carriers, opt-outs, calls."""

from mutation.mutant import Mutant, mutant

MAGIC = "retry/what-twilio-says-to-magic-numbers"
TRIAL = "accounts/a-trial-account-texts-verified-numbers-only"
FULL = "accounts/a-full-account-texts-anybody"
REPLIES = "accounts/automated-replies-are-disabled"
SEND = "sending/an-operator-texts-a-phone"
CALLS = "receiving/texts-by-webhook"
STOP = "opting-out/a-recipient-texts-stop"
SERVICE = "sending/a-messaging-service-chooses-the-sender"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "the trial's sentence is worded otherwise",
        "fake_twilio/model/message_validation.py",
        'TRIAL_PREFIX = "Sent from your Twilio trial account - "',
        'TRIAL_PREFIX = "Sent from a Twilio trial account - "',
        f"{TRIAL}::A verified number sees the trial prefix",
    ),
    mutant(
        "full accounts have the trial's sentence too",
        "fake_twilio/model/message_validation.py",
        "return TRIAL_PREFIX + body if account.trial else body",
        "return TRIAL_PREFIX + body",
        f"{FULL}::The text has no prefix",
    ),
    mutant(
        "trial accounts text anybody",
        "fake_twilio/model/message_validation.py",
        "if account.trial and to not in verified:",
        "if False:",
        f"{TRIAL}::An unverified number gets nothing and the phone shows Fault",
    ),
    mutant(
        "countries that are switched off get texts",
        "fake_twilio/model/message_validation.py",
        "if country(to) not in account.geo_permissions:",
        "if False:",
        f"{FULL}::A number in a country that is switched off gets nothing",
    ),
    mutant(
        "nothing is ever delivered",
        "fake_twilio/messages/carrier.py",
        '"instant": (Step(Status.SENT), Step(Status.DELIVERED)),',
        '"instant": (Step(Status.SENT),),',
        f"{SEND}::The text arrives as it was written",
    ),
    mutant(
        "STOP stops nothing",
        "fake_twilio/messages/optouts.py",
        "            self._context.state.opted_out.add(pair)",
        "            pass",
        f"{STOP}::After <word> a text terminates and the phone says why",
    ),
    mutant(
        "a sentence with STOP in it opts out",
        "fake_twilio/model/optout.py",
        'return None if toll_free and word == "YES" else _WORDS.get(word)',
        "return next((_WORDS[w] for w in body.upper().split() if w in _WORDS), None)",
        f"{STOP}::A sentence with the word in it opts nobody out",
    ),
    mutant(
        "the fake signs badly",
        "fake_twilio/webhooks/signature.py",
        "for name, value in sorted(set(parameters))",
        "for name, value in set(parameters)",
        f"{CALLS}::The events are there at once",
    ),
    mutant(
        "a magic number gives another error",
        "fake_twilio/model/magic_numbers.py",
        '"+15005550004": 21610,',
        '"+15005550004": 21211,',
        f"{MAGIC}::Magic: <case>",
    ),
    mutant(
        "no country takes a name as sender",
        "fake_twilio/messages/sender_selection.py",
        'first = choose_alpha(state.alpha_senders_of(service), to, country(to)) or ""',
        'first = ""',
        f"{SERVICE}::A country that takes names sees the name",
    ),
    mutant(
        "automated replies say nothing",
        "fake_twilio/messages/twiml_replies.py",
        'if url.rstrip("/") == DEFAULT_SMS_URL:',
        "if False:",
        f"{REPLIES}::While they are on, whoever texts gets Twilio's answer",
    ),
)
