"""Routing of methods and paths to endpoints: a tree of path segments, walked once per request."""

from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Any

from fake_twilio.records import dataclass

Endpoint = Callable[..., Any]
"""Takes a request and returns the response, directly or as an awaitable."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: a method and a path pattern such as ``/v1/Services/{service}``, its name, and its handler.

    ``operation`` is its name in logs, faults and the coverage table.
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
    """Whether it requires no credentials."""


@dataclass(slots=True)
class _Node:
    """One segment of a path."""

    fixed: dict[str, "_Node"] = field(default_factory=dict)
    variable: "_Node | None" = None
    name: str = ""
    methods: dict[str, Route] = field(default_factory=dict)


class Router:
    """The tree of all routes of one API."""

    def __init__(self, routes: Iterable[Route] = ()) -> None:
        self._root = _Node()
        self.all: list[Route] = []
        for route in routes:
            self.add(route)

    def add(self, route: Route) -> None:
        """Add a route to the tree.

        Raises:
            ValueError: if there is already a route for the method and pattern.
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
        """Return the route for each method at this path, and the path's variables; None if the path does not exist."""
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
