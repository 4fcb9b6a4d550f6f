"""One request to Twilio's API, parsed only as far as its handler needs."""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from aiohttp import web

from fake_twilio.backend import Backend
from fake_twilio.context import Context
from fake_twilio.model.account import Account, Principal
from fake_twilio.web.forms import EMPTY, Form, decode


class ApiRequest:
    """A request, for its handler. ``format`` is ``json``, ``xml`` or ``csv``, from the suffix of the path."""

    # Class-level defaults for what most requests never change, which make creating one cheap.
    format = "xml"
    suffix = ""
    operation = ""
    body = b""
    form: Form = EMPTY
    authenticated: Principal | None = None
    account_in_path: Account | None = None
    fault = ""
    counted = ""
    late_by = 0.0
    passed_on = False
    lag = 0.0
    variables: Mapping[str, str] = MappingProxyType({})

    def __init__(self, backend: Backend, raw: web.BaseRequest, path: str, *, query: str) -> None:
        self.backend = backend
        self.context: Context = backend.context
        self.raw = raw
        self.method = raw.method
        self.path = path
        self.raw_query = query

    @property
    def account(self) -> Account:
        """The account that the path names, which the caller may act for."""
        if self.account_in_path is None:
            raise RuntimeError("the request is not authorized yet")
        return self.account_in_path

    @property
    def principal(self) -> Principal:
        """The authenticated principal, once known."""
        if self.authenticated is None:
            raise RuntimeError("the request is not authorized yet")
        return self.authenticated

    @property
    def origin(self) -> str:
        """The origin that was called, for links back to it."""
        host = self.raw.headers.get("Host", "")
        return f"{self.raw.scheme}://{host}" if host else self.context.origin

    @cached_property
    def query(self) -> Form:
        """The decoded query string."""
        return decode(self.raw_query.encode("utf-8", "surrogateescape"))
