"""A refusal for each code that a request can be refused with, in the current texts."""

from support.fake_cases import (
    API,
    BY_SERVICE,
    CALLERS,
    MESSAGES,
    NUMBERS,
    Case,
    Request,
    calling,
    creation,
    post,
    sending,
)
from support.fake_refused_messages import FREE_UNITS, REFUSED_MESSAGES
from support.fake_seeds import (
    CHILD,
    EMPTY_SERVICE,
    FREE,
    NUMBER_SIDS,
    OTHERS,
    SERVICE,
    STRANGER,
    STRANGERS_SERVICE,
    TEST,
    TEXT_ONLY,
    TRIAL,
    VOICE_ONLY,
    VOICE_SERVICE,
)
from support.fake_wire import ACCOUNT, GUARD, OURS

ONE_NUMBER = (
    "Trial accounts are allowed only one Twilio number. To purchase additional numbers, please upgrade your account."
)
NOT_YOUR_CALLER = (
    f"The source phone number provided, {OURS}, is not yet verified for your account. You may only make calls from "
    "phone numbers that you've verified or purchased from Twilio."
)
MANY = [f"+1212555{number}" for number in range(1000, 1400)]
CHILDS = f"/2010-04-01/Accounts/{CHILD}"


def moving(to: str, owner: str = ACCOUNT) -> Request:
    """Return a request in which a number's owner moves the number to another account."""
    path = f"/2010-04-01/Accounts/{owner}/IncomingPhoneNumbers/{NUMBER_SIDS[OURS]}.json"
    return Request("POST", path, {"AccountSid": to}, owner)


GONE = f"{MESSAGES}/SM{'0' * 32}.json"

CASES = (
    # Any request
    Case(
        10002,
        "Trial accounts do not support the feature you tried to use",
        post(f"{NUMBERS}.json", AreaCode="201"),
        FREE_UNITS,
    ),
    Case(20001, "Invalid date value.", Request("GET", f"{MESSAGES}.json", {"DateSent": "=>2019-08-08"})),
    Case(20001, "Invalid PageSize value.", Request("GET", f"{MESSAGES}.json", {"PageSize": "many"})),
    creation(20001, "Invalid RiskCheck value.", RiskCheck="perhaps"),
    Case(20002, "Invalid FriendlyName", post(f"{API}.json", FriendlyName="x" * 65)),
    Case(20003, "Authenticate", Request("GET", f"/2010-04-01/Accounts/{STRANGER}/Messages.json")),
    Case(20004, "Method not allowed", Request("PUT", f"{API}.json")),
    Case(20005, "Account not active", sending(), {"status": "suspended"}),
    Case(20005, "Account not active", sending(), {"balance": "0"}),
    Case(20006, "Access Denied", Request("POST", f"{CHILDS}.json", {"Status": "closed"}, CHILD)),
    Case(20007, "Page size too large", Request("GET", f"{MESSAGES}.json", {"PageSize": "1001"})),
    Case(
        20008,
        "Resource not accessible with Test Account Credentials",
        Request("GET", f"/2010-04-01/Accounts/{TEST}/Messages.json", user=TEST),
    ),
    Case(
        20009,
        "Cannot delete message because delivery has not been completed.",
        Request("DELETE", MESSAGES + "/{message}.json"),
        before=(sending(),),
        pace="realistic",
    ),
    Case(
        20010,
        "Action disabled for account",
        Request("POST", f"/2010-04-01/Accounts/{FREE}/OutgoingCallerIds.json", {"PhoneNumber": "+12015550130"}, FREE),
    ),
    Case(20404, f"The requested resource {GONE} was not found", Request("GET", GONE)),
    Case(
        20404,
        "The requested resource /2010-04-01/Accounts/invalid_sid/Messages.json was not found",
        Request("GET", "/2010-04-01/Accounts/invalid_sid/Messages.json"),
    ),
    Case(20404, "The requested resource /v1/AuthTokens/Promote was not found", post("/v1/AuthTokens/Promote")),
    Case(20409, "Conflict", post("/v1/AuthTokens/Secondary"), before=(post("/v1/AuthTokens/Secondary"),)),
    Case(
        30409,
        "This message cannot be canceled",
        post(MESSAGES + "/{message}.json", Status="canceled"),
        before=(sending(),),
    ),
    # Accounts
    Case(21101, "Subaccounts cannot contain subaccounts", Request("POST", "/2010-04-01/Accounts.json", user=CHILD)),
    Case(21470, "Invalid AccountSid", moving(to="AC1")),
    Case(21471, "Account does not exist", moving(to=f"AC{'0' * 32}")),
    Case(21472, "Account is not active", moving(to=CHILD), before=(post(f"{CHILDS}.json", Status="suspended"),)),
    Case(
        21473,
        "AccountSid you are transferring to is not related to the originating owner of the phone number",
        moving(to=STRANGER),
    ),
    Case(
        21474,
        "API User must be the parent account to transfer phone numbers.",
        moving(to=ACCOUNT, owner=CHILD),
        before=(moving(to=CHILD),),
    ),
    Case(21475, "Unable to update Status, invalid Status.", post(f"{API}.json", Status="asleep")),
    Case(
        21476,
        "Unable to update Status for subaccount, parent account is suspended.",
        post(f"{CHILDS}.json", Status="active"),
        before=(post(f"/_fake/v1/accounts/{ACCOUNT}", status="suspended"),),
    ),
    Case(21477, "Unable to update Status for parent accounts", post(f"{API}.json", Status="closed")),
    Case(
        21479,
        "Unable to update Status for subaccount, subaccount is closed and can not be re-opened.",
        post(f"{CHILDS}.json", Status="active"),
        before=(post(f"{CHILDS}.json", Status="closed"),),
    ),
    Case(
        21480,
        "Reached maximum number of subaccounts",
        Request("POST", "/2010-04-01/Accounts.json", user=TRIAL),
        before=(Request("POST", "/2010-04-01/Accounts.json", user=TRIAL),),
    ),
    Case(70001, "The request has constraint violations", post(f"{API}/Keys.json", FriendlyName="x" * 65)),
    Case(70002, "Invalid Sid provided in the request", Request("GET", f"{API}/Keys/{ACCOUNT}.json")),
    *REFUSED_MESSAGES,
    # Calls
    calling(21201, "No 'To' number is specified", To=""),
    calling(21210, NOT_YOUR_CALLER, From=OURS),
    calling(21214, "'To' phone number cannot be reached", To="+15005550002"),
    calling(21215, "Account not authorized to call +1500555XXXX", To="+15005550003"),
    calling(21216, "Account not allowed to call +1500555XXXX", To="+15005550004"),
    Case(
        573002,
        "No Twilio trial phone number is assigned for voice calls to this destination number.",
        Request("POST", f"{API}/Calls.json", {"To": "+12015550109", "From": OURS}),
        FREE_UNITS,
    ),
    calling(21217, "Phone number does not appear to be valid", To="+15005550001"),
    # Numbers, verified callers, services
    Case(21401, "Invalid Phone Number: nobody", post(f"{CALLERS}.json", PhoneNumber="nobody")),
    Case(21402, "SmsUrl is not valid: nowhere", post(f"{NUMBERS}.json", AreaCode="201", SmsUrl="nowhere")),
    Case(21403, "PATCH is not a valid HTTP method", post(f"{NUMBERS}.json", AreaCode="201", SmsMethod="PATCH")),
    Case(21404, ONE_NUMBER, post(f"{NUMBERS}.json", AreaCode="201"), {"type": "Trial"}),
    Case(
        21406,
        "Cannot set SmsFallbackUrl without setting SmsUrl",
        post(f"{NUMBERS}.json", AreaCode="201", SmsUrl="", SmsFallbackUrl="http://example.com/"),
    ),
    Case(
        21407,
        "This Phone Number type does not support SMS or MMS",
        post(f"{NUMBERS}/{NUMBER_SIDS[VOICE_ONLY]}.json", SmsUrl="http://example.com/"),
    ),
    creation(21420, "ApplicationSid is not accessible", ApplicationSid=f"AP{'0' * 32}"),
    Case(
        21420,
        "ApplicationSid is not accessible",
        post(f"{NUMBERS}/{NUMBER_SIDS[OURS]}.json", SmsApplicationSid=f"AP{'0' * 32}"),
    ),
    Case(
        21421, "The phone number you have provided (nobody) is invalid.", post(f"{NUMBERS}.json", PhoneNumber="nobody")
    ),
    Case(21421, "The phone number you have provided () is invalid.", post(f"{NUMBERS}.json")),
    Case(21458, "PhoneNumber Provisioning Type Mismatch", post(f"{NUMBERS}/TollFree.json", PhoneNumber="+12015550170")),
    Case(21422, f"{OTHERS} is not available", post(f"{NUMBERS}.json", PhoneNumber=OTHERS)),
    Case(21449, "Phone number is already owned by this account", post(f"{CALLERS}.json", PhoneNumber=OURS)),
    Case(21450, "Phone number already validated for your account", post(f"{CALLERS}.json", PhoneNumber=GUARD)),
    Case(21451, "20 is not a valid area code", post(f"{NUMBERS}.json", AreaCode="20")),
    Case(21452, "No phone numbers found in area code 999", post(f"{NUMBERS}.json", AreaCode="999")),
    Case(
        21453,
        "Phone number is already validated for another trial account",
        post(f"{CALLERS}.json", PhoneNumber="+12015550103"),
        {"type": "Trial"},
    ),
    Case(
        21454,
        "CallDelay must be between 0 and 60 seconds",
        post(f"{CALLERS}.json", PhoneNumber="+12015550102", CallDelay="61"),
    ),
    Case(20001, "Missing required parameter FriendlyName in the post body", post("/v1/Services")),
    creation(21701, "The Messaging Service does not exist", **{**BY_SERVICE, "MessagingServiceSid": f"MG{'9' * 32}"}),
    creation(
        21703,
        "The Messaging Service does not have a phone number available to send a message",
        **{**BY_SERVICE, "MessagingServiceSid": VOICE_SERVICE},
    ),
    creation(
        21704, "The Messaging Service contains no phone numbers", **{**BY_SERVICE, "MessagingServiceSid": EMPTY_SERVICE}
    ),
    creation(21705, "The Messaging Service Sid MG1 is invalid", **{**BY_SERVICE, "MessagingServiceSid": "MG1"}),
    creation(
        21705,
        f"The Messaging Service Sid {STRANGERS_SERVICE} is invalid",
        **{**BY_SERVICE, "MessagingServiceSid": STRANGERS_SERVICE},
    ),
    creation(21711, f"The 'From' number {OURS} is not in the Messaging Service", MessagingServiceSid=SERVICE),
    Case(
        21710,
        "Phone Number or Short Code is already in the Messaging Service.",
        post(f"/v1/Services/{SERVICE}/PhoneNumbers", PhoneNumberSid=NUMBER_SIDS[TEXT_ONLY]),
    ),
    Case(
        21712,
        "Phone Number or Short Code is associated with another Messaging Service.",
        post(f"/v1/Services/{SERVICE}/PhoneNumbers", PhoneNumberSid=NUMBER_SIDS[VOICE_ONLY]),
    ),
    Case(21421, "Phone Number is invalid", post(f"/v1/Services/{SERVICE}/PhoneNumbers", PhoneNumberSid="PN1")),
    Case(21708, "Alpha Sender ID Missing from the request", post(f"/v1/Services/{SERVICE}/AlphaSenders")),
    Case(
        21709,
        "Alpha Sender ID is Invalid or Not Authorized for this Messaging Service",
        post(f"/v1/Services/{SERVICE}/AlphaSenders", AlphaSender="12345"),
    ),
    Case(21713, "Messaging Service Use Case is Invalid", post(f"/v1/Services/{SERVICE}", Usecase="spam")),
    Case(
        21715,
        "Phone Number Does Not Have Correct Messaging Service Capabilities",
        post(f"/v1/Services/{SERVICE}/PhoneNumbers", PhoneNumberSid=NUMBER_SIDS[VOICE_ONLY]),
        {"messaging_services": [{"sid": SERVICE}]},
    ),
    Case(
        21714,
        "Number Pool size limit reached",
        post(f"/v1/Services/{SERVICE}/PhoneNumbers", PhoneNumberSid=NUMBER_SIDS[OURS]),
        {
            "numbers": [{"phone_number": OURS, "sid": NUMBER_SIDS[OURS]}, *({"phone_number": row} for row in MANY)],
            "messaging_services": [{"sid": SERVICE, "numbers": MANY}],
        },
    ),
)
"""A case for every code that a single request can trigger; 20429 takes several at once."""
