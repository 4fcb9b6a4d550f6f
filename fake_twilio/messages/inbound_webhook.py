"""Where an inbound message is announced: to the number's webhook, its application's, or its service's."""

from fake_twilio.model.channel_sender import Sender
from fake_twilio.records import dataclass
from fake_twilio.state import State


@dataclass(frozen=True, slots=True)
class Destination:
    """A webhook and its fallback. An empty ``url`` means no webhook; ``dropped`` means the message is not recorded."""

    url: str
    method: str
    fallback_url: str
    fallback_method: str
    service_sid: str = ""
    dropped: bool = False


def destination(state: State, number: Sender) -> Destination:
    """Return the webhook for messages to a sender.

    A number in a service's pool uses the service's webhook, unless the service leaves this to the number. A service
    without an inbound URL does not receive messages at all; neither does a number without SMS, or an account that is
    inactive or out of funds. An application of the number overrides the number's own URLs.
    """
    if not (number.capabilities.sms and state.works(state.accounts[number.account_sid])):
        return Destination("", "POST", "", "POST", dropped=True)
    service = state.service_for(number)
    if service is not None and not service.use_inbound_webhook_on_number:
        return Destination(
            service.inbound_request_url,
            service.inbound_method,
            service.fallback_url,
            service.fallback_method,
            service.sid,
            dropped=not service.inbound_request_url,
        )
    service_sid = service.sid if service is not None else ""
    application = state.applications.get(number.sms_application_sid, number.account_sid)
    source = application or number
    return Destination(
        source.sms_url, source.sms_method, source.sms_fallback_url, source.sms_fallback_method, service_sid
    )
