"""The free-units trial of 2026: bodies are chosen from templates, and only a few recipients are allowed.

Source: Twilio's documentation of trials; opt in with ``profile = "free-units"`` in the seed.
"""

from collections.abc import Iterable
from datetime import timedelta

from fake_twilio.errors import TwilioError

TEMPLATES = {
    "sms_2fa": "Your verification code is 123456.",
    "sms_appointment_reminders": "Reminder: you have an appointment tomorrow at 10:00.",
    "sms_order_confirmation": "Your order is confirmed.",
    "sms_delivery_updates": "Your parcel is on its way.",
    "sms_customer_support": "We have received your request.",
    "sms_marketing_promotions": "This week everything is cheaper.",
    "sms_event_notifications": "The event begins soon.",
    "sms_account_alerts": "There is news about your account.",
    "sms_feedback_surveys": "How did we do?",
    "sms_internal_alerts": "Something needs your attention.",
}
"""The template names that ``Body`` may contain, and a plausible text for each."""

SENDERS = ("+17372508034", "+17372212163")
"""The numbers that all such trials share; seen in 2026."""

PARAMETERS = frozenset(
    {"To", "From", "Body", "MessagingServiceSid", "ContentSid", "ContentVariables", "StatusCallback"}
)
"""The only parameters that may be given for a new message; any other is refused."""

UNITS = 100
"""The total number of SMS messages that a trial may send; as many again on WhatsApp."""

LASTS = timedelta(days=30)
"""The duration of a trial from its sign-up."""

RECIPIENTS = 5
"""The maximum number of verified recipients."""


def check_parameters(names: Iterable[str]) -> None:
    """Check that a request to create a message has only parameters that a trial may use.

    Raises:
        TwilioError: code 0, as seen in 2026.
    """
    if not PARAMETERS.issuperset(names):
        raise TwilioError(0)


def text_for(body: str) -> str:
    """Return the text of a template.

    Raises:
        TwilioError: 572006 if ``Body`` is not the name of a template.
    """
    text = TEMPLATES.get(body)
    if text is None:
        raise TwilioError(572006)
    return text
