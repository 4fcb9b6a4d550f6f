"""Lists of resources that the fake does not have: each returns an empty page, as Twilio does for an empty list.

Programs that inspect an account need them. Requests that create or name one of these resources get a 404.

Source: Twilio's API reference of each resource.
"""

from functools import partial

from fake_twilio.api import paging
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


ROUTES = tuple(
    Route(
        "GET",
        f"{_BASE}/{path}",
        f"{key}.list",
        partial(paging.page_of, rows=(), key=key, element=element, document=dict),
        standard_key=path != "SigningKeys",
    )
    for path, (key, element) in _LISTS.items()
)
