"""A refusal for each code that a new message can be refused with, in the current texts."""

from typing import Any

from support.fake_cases import BY_SERVICE, CALLERS, LATER, SCHEDULED, Case, Request, creation, post, sending
from support.fake_seeds import ABROAD, LANDLINE, NO_ROUTE, OTHERS, SERVICE, TEST, TEXT_ONLY, VOICE_ONLY
from support.fake_wire import ACCOUNT, GUARD, OURS

UNVERIFIED = (
    "The number +1201555XXXX is unverified. Trial accounts cannot send messages to unverified numbers; verify "
    "+1201555XXXX at twilio.com/user/account/phone-numbers/verified, or purchase a Twilio number to send messages to "
    "unverified numbers"
)
NOT_YOURS = "'From' +12015550199 is not a Twilio phone number or Short Code country mismatch"
OF_ANOTHER = f"Mismatch between the 'From' number {OTHERS} and the account {ACCOUNT}"
NO_WAY = f"Message cannot be sent with the current combination of 'To' (+1201555XXXX) and/or 'From' ({OURS}) parameters"
GEO = "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: +44794646XXXX"
NOT_ALLOWED = (
    "Invalid or disallowed parameters provided - trial accounts have limited parameter access, upgrade your account "
    "to unlock full functionality"
)
NOT_CAPABLE = (
    "The 'From' phone number provided ({}) is not a valid message-capable Twilio phone number for this destination"
)
LEGACY = "The From phone number {} is not a valid, SMS-capable inbound phone number or short code for your account."
NO_SENDER = "A 'From' or 'MessagingServiceSid' parameter is required to send a message"
NOT_ASSIGNED = (
    "No Twilio trial phone number is assigned for messaging to this destination number. Please add the 'to' number as "
    "a verified recipient."
)
LEAD = "SendAt time must be between 900 seconds and 35 days (3024000 seconds) in the future"
FREE_UNITS: dict[str, Any] = {"type": "Trial", "profile": "free-units"}

REFUSED_MESSAGES = (
    creation(21604, "A 'To' phone number is required.", To=""),
    creation(21603, NO_SENDER, From=""),
    creation(21602, "Message body is required.", Body=""),
    creation(21619, "A text message body or media urls must be specified.", Body="", **BY_SERVICE),
    creation(21617, "The concatenated message body exceeds the 1600 character limit", Body="a" * 1601),
    creation(21211, "Invalid 'To' Phone Number: +1555555XXXX", To="+15555550100"),
    creation(21211, "Invalid 'To' Phone Number: 96475142XXXX", To="964751422000"),
    creation(21265, "'To' number cannot be a Short Code: 1XXXX", To="12345"),
    creation(21266, "'To' and 'From' number cannot be the same: +1201555XXXX", To=OURS),
    creation(21268, "Sending to Premium rate or Information Service numbers is not allowed", To="+19005550100"),
    creation(21212, "Invalid From Number (caller ID): ?!", From="?!"),
    creation(21659, NOT_YOURS, From="+12015550199"),
    creation(21660, OF_ANOTHER, From=OTHERS),
    creation(21661, f"'From' number {VOICE_ONLY} is not SMS-capable", From=VOICE_ONLY),
    Case(
        21267,
        "Alphanumeric Sender ID cannot be used as the 'From' number on trial accounts",
        sending(From="MyCompany"),
        {"type": "Trial"},
    ),
    creation(21408, GEO, To="+447946460000"),
    Case(21608, UNVERIFIED, sending(To="+12015550109"), {"type": "Trial"}),
    creation(21609, "The StatusCallback URL notaurl is not a valid URL.", StatusCallback="notaurl"),
    creation(
        21609,
        "The StatusCallback URL http://under_score.example.com/ is not a valid URL.",
        StatusCallback="http://under_score.example.com/",
    ),
    Case(
        21610,
        "Attempt to send to unsubscribed recipient",
        sending(),
        before=(Request("POST", f"/_fake/v1/handsets/{GUARD}/messages", {"to": OURS, "body": "STOP"}),),
    ),
    Case(
        21611,
        "This 'From' number has exceeded the maximum number of queued messages",
        sending(),
        {"messages_per_second": 0.0001},
        before=(sending(),) * 4,
    ),
    creation(21612, NO_WAY, To=NO_ROUTE),
    Case(
        21614,
        "'To' number: +44207123XXXX, is not a valid mobile number",
        sending(To=ABROAD),
        {"geo_permissions": ["US", "GB"]},
    ),
    creation(21635, "'To' number cannot be a landline", To=LANDLINE),
    creation(21620, "Invalid media URL(s)", MediaUrl="example.com/a.png"),
    creation(
        21623,
        "Number of media files exceeds allowed limit",
        MediaUrl=[f"http://example.com/{number}.png" for number in range(11)],
    ),
    creation(21621, "The 'From' number has not been enabled for MMS", From=TEXT_ONLY, SendAsMms="true"),
    creation(21624, "Invalid validity period value", ValidityPeriod="36001"),
    creation(21624, "Invalid validity period value", ValidityPeriod="0"),
    creation(21627, "Max Price must be a valid float", MaxPrice="cheap"),
    creation(21654, "ContentSid Required", ContentVariables="{}"),
    creation(21655, "The ContentSid is Invalid", ContentSid="HX1"),
    creation(21655, "The ContentSid is Invalid", ContentSid=f"HX{'0' * 32}"),
    creation(21656, "The Content Variables parameter is invalid.", ContentSid=f"HX{'0' * 32}", ContentVariables="[1]"),
    creation(21664, "'FallbackFrom' cannot be used with 'From'", FallbackFrom=OURS),
    creation(21666, "'FallbackFrom' requires a 'MessagingServiceSid'", From="", FallbackFrom=OURS),
    Case(
        21665,
        "'FallbackFrom' is not a valid SMS or MMS sender",
        sending(**BY_SERVICE, FallbackFrom=OTHERS),
        {
            "channel_senders": [{"sender": "rcs:agent"}],
            "messaging_services": [{"sid": SERVICE, "channel_senders": ["rcs:agent"]}],
        },
    ),
    creation(21667, "'FallbackFrom' requires a Messaging Service with an RCS sender", **BY_SERVICE, FallbackFrom=OURS),
    creation(21910, "Invalid From and To pair. From and To should be of the same channel", To=f"whatsapp:{GUARD}"),
    creation(
        63007,
        "Twilio could not find a Channel with the specified From address",
        From="whatsapp:+12015550100",
        To=f"whatsapp:{GUARD}",
    ),
    creation(30029, "Invalid ContentRetention", ContentRetention="burn"),
    creation(30030, "Invalid AddressRetention", AddressRetention="burn"),
    creation(35111, "SendAt cannot be empty for ScheduleType 'fixed'", **SCHEDULED),
    creation(35114, LEAD, **SCHEDULED, SendAt="2026-01-01T00:14:59Z"),
    creation(35114, LEAD, **SCHEDULED, SendAt="2026-02-05T00:00:01Z"),
    creation(35115, "Scheduling does not support this timestamp", **SCHEDULED, SendAt="tomorrow"),
    creation(35117, "Scheduling does not support this timestamp", **SCHEDULED, SendAt="2026-01-02"),
    creation(35118, "MessagingServiceSid is required to schedule a message", ScheduleType="fixed", SendAt=LATER),
    Case(
        35125,
        "Maximum limit reached in the account for scheduling messages",
        sending(**SCHEDULED, SendAt=LATER),
        seed={"scheduled_limit": 2},
        before=(sending(**SCHEDULED, SendAt=LATER),) * 2,
    ),
    creation(
        35126,
        "The ScheduleType value provided is not supported for this channel",
        **{**SCHEDULED, "ScheduleType": "loose"},
        SendAt=LATER,
    ),
    Case(
        63038,
        f"Account {ACCOUNT} exceeded the 2 daily messages limit",
        sending(),
        {"type": "Trial"},
        {"daily_trial_limit": 2},
        before=(sending(),) * 2,
    ),
    Case(0, NOT_ALLOWED, sending(MediaUrl="http://example.com/a.png", Body="sms_2fa"), FREE_UNITS),
    Case(572002, NOT_ASSIGNED, sending(From=TEXT_ONLY, Body="sms_2fa"), FREE_UNITS),
    Case(
        572005,
        "The recipient has not been verified yet",
        sending(To="+12015550102", Body="sms_2fa"),
        FREE_UNITS,
        before=(post(f"{CALLERS}.json", PhoneNumber="+12015550102"),),
    ),
    Case(572006, "Invalid template name. Trial accounts can only use predefined SMS templates.", sending(), FREE_UNITS),
    Case(21606, NOT_CAPABLE.format(OURS), sending(TEST)),
)
