"""Base classes for the resources of Twilio's APIs: finding, showing, listing, changing and deleting rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, field, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from fake_twilio.api import form_parsers, paging, responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.records import dataclass
from fake_twilio.state import Owned, State, Table
from fake_twilio.web.response import Response
from fake_twilio.web.router import Endpoint, Route


class Row(Owned, Protocol):
    """A row that can be changed: a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


R = TypeVar("R", bound=Row)


def by_name(row: Any, value: str) -> bool:
    """Return whether a row has this name: the filter ``FriendlyName`` of many lists."""
    return bool(row.friendly_name == value)


def shown(row: Any, keys: Iterable[str], date: Callable[[datetime], str], **special: Any) -> dict[str, Any]:
    """Return a row with these keys, in their order.

    A key is the name of a field, with ``?`` if an empty string is shown as null, or has a ``special`` value.
    """
    special |= {"date_created": date(row.created), "date_updated": date(row.updated)}
    document = {}
    for key in keys:
        name = key.rstrip("?")
        value = special[name] if name in special else getattr(row, name)
        document[name] = None if name != key and value == "" else value
    return document


@dataclass(frozen=True)
class Resource(Generic[R]):
    """A type of resource, in the format of the 2010 API.

    ``table`` returns the rows, ``document`` shows a row, ``key`` is the name of the rows in lists, ``element`` that of
    a row in XML, ``fields`` are the parameters of an update, ``filters`` those of a list, each with a test of a row and
    a value, and ``variable`` is the path variable that names the row.
    """

    change: ClassVar[str] = "POST"
    """The method of an update."""

    table: Callable[[State], Table[R]]
    document: Callable[[ApiRequest, R], dict[str, Any]]
    _: KW_ONLY
    key: str
    element: str = ""
    fields: form_parsers.Fields = field(default_factory=dict)
    filters: Mapping[str, Callable[[R, str], bool]] = field(default_factory=dict)
    variable: str = "sid"

    def rows(self, request: ApiRequest) -> list[R]:
        """Return the account's rows, oldest first."""
        return self.table(request.context.state).of(request.account.sid)

    def find(self, request: ApiRequest) -> R:
        """Return the account's row that the path names.

        Raises:
            TwilioError: 20404 if there is none.
        """
        row = self.table(request.context.state).get(request.variables[self.variable], request.account.sid)
        if row is None:
            raise self.missing(request)
        return row

    def missing(self, request: ApiRequest) -> TwilioError:
        """Return the error for a path that names no row."""
        return TwilioError(20404, path=request.path)

    def configured(self, request: ApiRequest, row: R) -> R:
        """Return a row with the changes in the form.

        Raises:
            TwilioError: for the first invalid parameter.
        """
        return replace(row, **form_parsers.read(request, self.fields))

    def put(self, request: ApiRequest, row: R, status: int = 200) -> Response:
        """Store a row, and show it."""
        return self.answer(request, self.table(request.context.state).put(row), status)

    def answer(self, request: ApiRequest, row: R, status: int = 200) -> Response:
        """Show a row."""
        return responses.resource(status, request.format, self.element, document=self.document(request, row))

    def page(self, request: ApiRequest, rows: Sequence[R], filters: Sequence[str] = ()) -> Response:
        """Show the requested page of these rows; its URLs repeat the ``filters`` of the query."""
        return paging.page_of(
            request,
            rows,
            self.key,
            element=self.element,
            document=lambda row: self.document(request, row),
            filters=filters,
        )

    def list_(self, request: ApiRequest) -> Response:
        """Show a page of the account's rows that pass the filters in the query."""
        given = [(fits, value) for name, fits in self.filters.items() if (value := request.query.get(name))]
        rows = [row for row in self.rows(request) if all(fits(row, value) for fits, value in given)]
        return self.page(request, rows, tuple(self.filters))

    def fetch(self, request: ApiRequest) -> Response:
        """Show the row that the path names."""
        return self.answer(request, self.find(request))

    def update(self, request: ApiRequest) -> Response:
        """Change the row that the path names."""
        return self.put(request, replace(self.configured(request, self.find(request)), updated=request.context.now()))

    def delete(self, request: ApiRequest) -> Response:
        """Delete the row that the path names, and everything that depends on it."""
        self.table(request.context.state).remove(self.find(request).sid)
        return Response(204)

    def routes(self, base: str, name: str, *, standard_key: bool = True, **own: Endpoint | None) -> tuple[Route, ...]:
        """Return the routes of the usual operations; ``own`` handlers replace the usual ones, None omits one."""
        row = f"{base}/{{{self.variable}}}"
        usual = {
            "list": ("GET", base, self.list_),
            "create": ("POST", base, None),
            "fetch": ("GET", row, self.fetch),
            "update": (self.change, row, self.update),
            "delete": ("DELETE", row, self.delete),
        }
        return tuple(
            Route(method, path, f"{name}.{operation}", endpoint, standard_key=standard_key)
            for operation, (method, path, handler) in usual.items()
            if (endpoint := own.get(operation, handler)) is not None
        )


class ProductResource(Resource[R]):
    """A type of resource, in the format of the v1 product APIs."""

    def answer(self, request: ApiRequest, row: R, status: int = 200) -> Response:
        """Show a row."""
        return Response(status, responses.json_bytes(self.document(request, row)))

    def page(self, request: ApiRequest, rows: Sequence[R], filters: Sequence[str] = ()) -> Response:
        """Show the requested page of these rows; its URLs start with the ``filters``."""
        return paging.product_page_of(
            request, rows, self.key, document=lambda row: self.document(request, row), filters=filters
        )
