"""Which endpoint answers which method and path: a tree of path segments, walked once a request."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Endpoint = Callable[..., Any]
"""Takes a request and returns the response, at once or awaited."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: a verb on a path pattern such as ``/v1/Services/{service}``, its name, and its handler.

    ``operation`` names it in journals, faults and the coverage table.
    """

    method: str
    pattern: str
    operation: str
    endpoint: Endpoint
    test_credentials: bool = False
    """Whether Twilio's test credentials may use it."""
    standard_key: bool = True
    """Whether a standard API key may use it."""
    public: bool = False
    """Whether it needs no credentials."""


@dataclass(slots=True)
class _Node:
    """One step of a path."""

    fixed: dict[str, "_Node"] = field(default_factory=dict)
    variable: "_Node | None" = None
    name: str = ""
    methods: dict[str, Route] = field(default_factory=dict)


class Router:
    """The tree of every route of one API."""

    def __init__(self, routes: Iterable[Route] = ()) -> None:
        self._root = _Node()
        self.all: list[Route] = []
        for route in routes:
            self.add(route)

    def add(self, route: Route) -> None:
        """Grow the tree by one route.

        Raises:
            ValueError: when method and pattern are already taken.
        """
        node = self._root
        for segment in route.pattern.strip("/").split("/"):
            if segment.startswith("{"):
                if node.variable is None:
                    node.variable = _Node(name=segment.strip("{}"))
                node = node.variable
            else:
                node = node.fixed.setdefault(segment, _Node())
        if route.method in node.methods:
            raise ValueError(f"{route.method} {route.pattern} is already taken")
        node.methods[route.method] = route
        self.all.append(route)

    def find(self, segments: list[str]) -> tuple[dict[str, Route], dict[str, str]] | None:
        """Return what each method does at this path, with the path's variables; None for a path that does not exist."""
        node = self._root
        variables: dict[str, str] = {}
        for segment in segments:
            following = node.fixed.get(segment)
            if following is None:
                following = node.variable
                if following is None or not segment:
                    return None
                variables[following.name] = segment
            node = following
        return (node.methods, variables) if node.methods else None
