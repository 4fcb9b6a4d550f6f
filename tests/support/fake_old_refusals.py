"""Refusals that had other texts around 2019."""

from support.fake_cases import Case, Request, creation, sending
from support.fake_refused_messages import LEGACY, UNVERIFIED
from support.fake_seeds import ABROAD, NO_ROUTE, OTHERS, TEST, VOICE_ONLY
from support.fake_wire import GUARD, OURS

OLD_CASES = (
    creation(21211, "The 'To' number +15555550100 is not a valid phone number.", To="+15555550100"),
    creation(
        21212, "The 'From' number ?! is not a valid phone number, shortcode, or alphanumeric sender ID.", From="?!"
    ),
    creation(21265, "The 'To' number 12345 is not a valid phone number.", To="12345"),
    creation(21268, "The 'To' number +19005550100 is not a valid phone number.", To="+19005550100"),
    creation(21266, f"The 'To' number {OURS} is not a valid phone number.", To=OURS),
    Case(
        21267,
        "The 'From' number MyCompany is not a valid phone number, shortcode, or alphanumeric sender ID.",
        sending(From="MyCompany"),
        {"type": "Trial"},
    ),
    creation(
        21408,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: +447946460000.",
        To="+447946460000",
    ),
    creation(21603, "A 'From' phone number is required.", From=""),
    Case(
        21608, UNVERIFIED.replace("+1201555XXXX", "+12015550109") + ".", sending(To="+12015550109"), {"type": "Trial"}
    ),
    Case(
        21610,
        "The message From/To pair violates a blacklist rule.",
        sending(),
        before=(Request("POST", f"/_fake/v1/handsets/{GUARD}/messages", {"to": OURS, "body": "STOP"}),),
    ),
    Case(21611, "SMS queue is full.", sending(), {"messages_per_second": 0.0001}, before=(sending(),) * 4),
    creation(
        21612,
        f"The 'To' phone number: {NO_ROUTE}, is not currently reachable using the 'From' phone number: {OURS} via SMS.",
        To=NO_ROUTE,
    ),
    Case(21614, f"To number: {ABROAD}, is not a mobile number", sending(To=ABROAD), {"geo_permissions": ["US", "GB"]}),
    creation(21656, "The ContentVariables Parameter is invalid", ContentSid=f"HX{'0' * 32}", ContentVariables="[1]"),
    Case(21606, LEGACY.format(OURS), sending(TEST)),
    Case(
        20503,
        "Service unavailable",
        sending(),
        before=(Request("POST", "/_fake/v1/faults", {"effect": {"type": "http_error", "status": 503}}),),
    ),
    creation(21659, LEGACY.format("+12015550199"), From="+12015550199"),
    creation(21660, LEGACY.format(OTHERS), From=OTHERS),
    creation(21661, LEGACY.format(VOICE_ONLY), From=VOICE_ONLY),
)
"""A case for every refusal that had another text in the 2019 wire generation; the code is the current one."""
