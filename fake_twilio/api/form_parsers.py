"""Parsing the parameters of small resources: one table per resource maps each parameter to its reader."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.webhooks.request import callable_url, is_local

Reader = Callable[[ApiRequest, str, str], Any]
"""Takes the request, a parameter's name and its text; returns the value to store, or raises a TwilioError."""

Fields = Mapping[str, Reader]
"""The reader of each parameter; ``SmsUrl`` sets the attribute ``sms_url``."""


@cache
def snake(name: str) -> str:
    """Return the name of a parameter's attribute: ``SmsUrl`` becomes ``sms_url``."""
    return re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()


def read(request: ApiRequest, fields: Fields) -> dict[str, Any]:
    """Return the attributes that the form sets; parameters that are not in the table are ignored, as at Twilio.

    Raises:
        TwilioError: for the first invalid parameter.
    """
    form = request.form
    return {snake(name): reader(request, name, form.get(name)) for name, reader in fields.items() if name in form}


def text(_: ApiRequest, __: str, value: str) -> str:
    """Return a string unchanged."""
    return value


def name(_: ApiRequest, __: str, value: str) -> str:
    """Return a friendly name of at most 64 characters, else raise 20002."""
    if len(value) > 64:
        raise TwilioError(20002)
    return value


def may_be_called(request: ApiRequest, address: str) -> bool:
    """Return whether Twilio would call this URL; other servers on this machine only if the seed allows it."""
    if not callable_url(address):
        return False
    context = request.context
    return context.seed.local_urls or address.startswith(f"{context.origin}/") or not is_local(address)


def url(request: ApiRequest, parameter: str, value: str) -> str:
    """Return a URL that can be called, or an empty one; else raise 21402."""
    if value and not may_be_called(request, value):
        raise TwilioError(21402, parameter=parameter, value=value)
    return value


def callback(request: ApiRequest, _: str, value: str) -> str:
    """Return the URL of a status callback, or an empty one; else raise 21609."""
    if value and not may_be_called(request, value):
        raise TwilioError(21609, value=value)
    return value


def method(_: ApiRequest, __: str, value: str) -> str:
    """Return GET or POST, POST if empty; else raise 21403."""
    if value.upper() not in ("", "GET", "POST"):
        raise TwilioError(21403, value=value)
    return value.upper() or "POST"


def flag(_: ApiRequest, parameter: str, value: str) -> bool:
    """Return a boolean, false if empty; else raise 20001."""
    found = {"": False, "true": True, "1": True, "false": False, "0": False}.get(value.lower())
    if found is None:
        raise TwilioError(20001, value=parameter)
    return found


def asked(request: ApiRequest, parameter: str) -> bool | None:
    """Return a boolean from the query, or None if absent.

    Raises:
        TwilioError: 20001 if it is neither true nor false.
    """
    value = request.query.get(parameter)
    return flag(request, parameter, value) if value else None


def application(request: ApiRequest, _: str, value: str) -> str:
    """Return the SID of one of the account's applications, or an empty one; else raise 21420."""
    if value and request.context.state.applications.get(value, request.account.sid) is None:
        raise TwilioError(21420, value=value)
    return value


def choice(*choices: str, code: int = 20001) -> Reader:
    """Return a reader that accepts these values; for others, it raises an error with this code."""

    def reader(_: ApiRequest, parameter: str, value: str) -> str:
        if value not in choices:
            raise TwilioError(code, value=parameter)
        return value

    return reader


API_VERSION = choice("2010-04-01", "2008-08-01")
"""Reads the API version with which TwiML sessions start."""


def whole(lowest: int, highest: int, code: int = 20001) -> Reader:
    """Return a reader for an integer within limits; for others, it raises an error with this code."""

    def reader(_: ApiRequest, parameter: str, value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) <= 12 and lowest <= int(value) <= highest):
            raise TwilioError(code, value=parameter)
        return int(value)

    return reader


def required(request: ApiRequest, parameter: str) -> str:
    """Return a required parameter.

    Raises:
        TwilioError: 20001 if it is missing or empty, with the text of the v1 product APIs, as seen on the wire.
    """
    value = request.form.get(parameter)
    if not value:
        raise TwilioError(20001, text=f"Missing required parameter {parameter} in the post body")
    return value


NAMED: Fields = {"FriendlyName": name, "ApiVersion": API_VERSION}
FOR_MESSAGES: Fields = {"SmsUrl": url, "SmsMethod": method, "SmsFallbackUrl": url, "SmsFallbackMethod": method}
"""Parameters common to numbers, short codes and applications: name, version, and the URLs for incoming messages."""
