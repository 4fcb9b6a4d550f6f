"""Texts from outside, and the events they make."""

from mutation.mutant import Mutant, mutant

EVENTS = "receiving/a-text-from-outside-becomes-events"
WHICH = "receiving/which-texts-make-which-events"
OLD = "receiving/texts-from-before-the-first-start"
CALLS = "receiving/texts-by-webhook"
CALLBACKS = "receipts/receipts-by-webhook"
SERVICE = "sending/a-messaging-service-chooses-the-sender"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "the sender's number alone decides which phone hears",
        "driver/services/asset_catalog.py",
        "            if self._any_destination or phone.twilio_number == to_number or",
        "            if True or",
        f"{WHICH}::The right sender on another Twilio number reaches the system only",
    ),
    mutant(
        "an answer to another number of the service is nobody's",
        "driver/services/asset_catalog.py",
        " or is_messaging_service(phone.twilio_number)",
        "",
        f"{SERVICE}::An answer to any number of the service is the phone's",
    ),
    mutant(
        "the phone's event comes before the system's",
        "driver/services/inbox.py",
        "for entry in (catalog.system, *phones):",
        "for entry in (*phones, catalog.system):",
        f"{WHICH}::Each of several phones hears only its own texts",
    ),
    mutant(
        "texts from before the first start make events",
        "driver/services/poller.py",
        "m.sent_at >= self._cursors.floor]",
        "m.sent_at]",
        f"{OLD}::An old text is no event",
    ),
    mutant(
        "source and destination are mixed up",
        "driver/domain/events.py",
        "parameters[SOURCE_PHONE_NUMBER] = message.from_number",
        "parameters[SOURCE_PHONE_NUMBER] = message.to_number",
        f"{EVENTS}::The system says what was received, from whom and where",
    ),
    mutant(
        "the time of receipt is missing",
        "driver/domain/events.py",
        "    parameters[RECEIVED_TIMESTAMP] = iso(message.created_at)\n",
        "",
        f"{EVENTS}::The phone whose numbers match says so too",
    ),
    mutant(
        "the phone's event has another name",
        "driver/domain/events.py",
        'MESSAGE_RECEIVED_FROM_EXTERNAL = "Message Received from External Number"',
        'MESSAGE_RECEIVED_FROM_EXTERNAL = "Message Received From External Number"',
        f"{EVENTS}::The phone whose numbers match says so too",
    ),
    mutant(
        "a doubled call makes doubled events",
        "driver/services/inbox.py",
        "once=Once(OnceKind.MESSAGE, message.sid)",
        "once=None",
        f"{CALLS}::Webhooks for incoming texts that <fault> make each event once",
    ),
    mutant(
        "forged calls are believed",
        "driver/webhooks/server.py",
        'if not self._keys.fit(given, settings, f"{self._public_url}{path}{query}", pairs):',
        "if False:",
        f"{CALLS}::A forged webhook is refused",
        f"{CALLBACKS}::A forged receipt is refused",
    ),
    mutant(
        "genuine calls are refused",
        "driver/webhooks/signature.py",
        "for key in sorted(values) for value in sorted(values[key])",
        "for key in values for value in sorted(values[key])",
        f"{CALLS}::The events are there at once",
    ),
    mutant(
        "whoever texts gets an answer of the driver's",
        "driver/webhooks/server.py",
        "<Response/>'",
        "<Response><Message>ok</Message></Response>'",
        f"{CALLS}::Nobody gets an automatic answer",
    ),
    mutant(
        "new settings wait for a restart",
        "driver/app/reload.py",
        "await services.reload(taken.config)",
        "pass",
        "restart/settings-change-without-a-restart::Texts are looked for as often as the new settings say",
    ),
    mutant(
        "phones of a changed configuration wait for a restart",
        "driver/config/hot_reload.py",
        '    "phones": None,\n',
        "",
        "restart/phones-change-without-a-restart::A phone that is added can be texted at once",
    ),
    mutant(
        "the second shared key is not known",
        "driver/app/http_servers.py",
        "(twilio.shared_key, twilio.shared_key_secondary)",
        "(twilio.shared_key,)",
        "receiving/webhooks-signed-with-a-shared-key::The key is rotated without a restart",
    ),
    mutant(
        "calls that name a shared key are taken unseen",
        "driver/webhooks/signature.py",
        "return algorithm is not None and is_genuine(given, self.shared_keys, url, form, algorithm)",
        "return True",
        "receiving/webhooks-signed-with-a-shared-key::A call signed with an unknown key is refused",
    ),
)
