"""Lists of resources that the fake does not have: each returns an empty page, as Twilio does for an empty list.

Programs that inspect an account need them. Requests that create or name one of these resources get a 404.

Source: Twilio's API reference of each resource.
"""

from collections.abc import Callable

from fake_twilio.api import paging
from fake_twilio.api.request import ApiRequest
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/2010-04-01/Accounts/{account}"
_LISTS = {
    "Addresses": ("addresses", "Address"),
    "AuthorizedConnectApps": ("authorized_connect_apps", "AuthorizedConnectApp"),
    "Calls": ("calls", "Call"),
    "Conferences": ("conferences", "Conference"),
    "ConnectApps": ("connect_apps", "ConnectApp"),
    "Queues": ("queues", "Queue"),
    "Recordings": ("recordings", "Recording"),
    "SIP/CredentialLists": ("credential_lists", "CredentialList"),
    "SIP/Domains": ("domains", "Domain"),
    "SIP/IpAccessControlLists": ("ip_access_control_lists", "IpAccessControlList"),
    "SigningKeys": ("signing_keys", "SigningKey"),
    "Transcriptions": ("transcriptions", "Transcription"),
    "Usage/Triggers": ("usage_triggers", "UsageTrigger"),
}
"""Path of each list, mapped to its key and XML element."""


def _empty(key: str, element: str) -> Callable[[ApiRequest], Response]:
    def list_(request: ApiRequest) -> Response:
        return paging.page_of(request, (), key, element=element, document=dict)

    return list_


ROUTES = tuple(
    Route("GET", f"{_BASE}/{path}", f"{key}.list", _empty(key, element), standard_key=path != "SigningKeys")
    for path, (key, element) in _LISTS.items()
)
