"""The free-units trial of 2026: texts are chosen from templates, and few people can be texted.

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
"""The names that Body may have, and a plausible text for each."""

SENDERS = ("+17372508034", "+17372212163")
"""The numbers that Twilio lends to all such trials; seen in 2026."""

PARAMETERS = frozenset(
    {"To", "From", "Body", "MessagingServiceSid", "ContentSid", "ContentVariables", "StatusCallback"}
)
"""What may be said of a new message; whoever says more is refused."""

UNITS = 100
"""Texts that a trial may send in all, and as many messages on WhatsApp."""

LASTS = timedelta(days=30)
"""How long a trial lasts from its sign-up on."""

RECIPIENTS = 5
"""People who may be verified."""


def check_parameters(names: Iterable[str]) -> None:
    """Check that a request to create a message has no parameters but those that a trial may use.

    Raises:
        TwilioError: code 0, as seen in 2026.
    """
    if not PARAMETERS.issuperset(names):
        raise TwilioError(0)


def text_for(body: str) -> str:
    """Return the text that a template's name stands for.

    Raises:
        TwilioError: 572006 when Body is not the name of a template.
    """
    text = TEMPLATES.get(body)
    if text is None:
        raise TwilioError(572006)
    return text
