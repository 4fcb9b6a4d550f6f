"""Twilio's official specification from the pinned npm package, and validation of responses against it."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema

from support.node import node_modules

PRODUCTS = ("twilio_api_v2010", "twilio_messaging_v1", "twilio_monitor_v1", "twilio_accounts_v1")


@cache
def document(product: str) -> dict[str, Any]:
    """Return one product's specification; skip the test without Node.js or the package."""
    folder = node_modules() / "@twilio" / "cli-core" / "src" / "services" / "twilio-api"
    loaded: dict[str, Any] = json.loads((folder / f"{product}.json").read_text("utf-8"))
    return loaded


@cache
def _patterns(product: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    paths = document(product)["paths"]
    # A fixed segment precedes a variable one: ``/Messages/Media`` before ``/Messages/{Sid}``.
    ordered = sorted(paths, key=lambda path: [segment.startswith("{") for segment in path.split("/")])
    return tuple((re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+?", re.escape(path)) + "$"), path) for path in ordered)


def find(path: str, method: str) -> tuple[str, str, dict[str, Any]] | None:
    """Return product, path pattern and operation of a request; None if the specification has none."""
    for product in PRODUCTS:
        for pattern, name in _patterns(product):
            if pattern.match(path):
                operation = document(product)["paths"][name].get(method.lower())
                if operation is not None:
                    return product, name, operation
    return None


def problems(product: str, operation: dict[str, Any], status: int, body: Any) -> list[str]:
    """Return what is wrong with a response: status, values, missing keys, and keys that Twilio does not have."""
    response = operation["responses"].get(str(status))
    if response is None:
        return [f"status {status} is not one of {', '.join(operation['responses'])}"]
    content = response.get("content", {}).get("application/json")
    if content is None:
        return [] if body is None else ["a body where there should be none"]
    schema = _resolved(product, content["schema"])
    validator = jsonschema.Draft202012Validator(schema)
    found = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(body)]
    return found + _keys(schema, body, "")


def links(value: Any) -> Iterator[frozenset[str]]:
    """Yield the link names of every resource in a document."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name in ("subresource_uris", "links") and isinstance(item, dict):
                yield frozenset(item)
            yield from links(item)
    elif isinstance(value, list):
        for item in value:
            yield from links(item)


def unlike_samples(operation: dict[str, Any], status: int, body: Any) -> list[str]:
    """Return the sets of links that no sample of the operation has; none if its samples have no links."""
    content = operation["responses"].get(str(status), {}).get("content", {}).get("application/json", {})
    sampled = set(links(content.get("examples", {})))
    return [
        f"links {', '.join(sorted(found))}: no sample has them"
        for found in links(body)
        if found not in sampled and sampled
    ]


def _keys(schema: Any, value: Any, path: str) -> list[str]:
    """Compare keys; the specification marks none as required, but Twilio sends all of them."""
    schema = _object_of(schema)
    properties = schema.get("properties")
    if isinstance(value, dict) and properties:
        missing, extra = set(properties) - set(value), set(value) - set(properties)
        found = [f"{path}/{name}: is missing" for name in sorted(missing)]
        found += [f"{path}/{name}: is not in the specification" for name in sorted(extra)]
        for name, item in value.items():
            found += _keys(properties.get(name, {}), item, f"{path}/{name}")
        return found
    if isinstance(value, list) and value and "items" in schema:
        return _keys(schema["items"], value[0], f"{path}/0")
    return []


def _object_of(schema: Any) -> dict[str, Any]:
    for choice in schema.get("anyOf", []) if isinstance(schema, dict) else []:
        if choice.get("properties") or choice.get("items"):
            return dict(choice)
    return schema if isinstance(schema, dict) else {}


def _resolved(product: str, schema: Any) -> Any:
    """Return a schema as JSON Schema, with references resolved and ``nullable`` expanded."""
    if isinstance(schema, list):
        return [_resolved(product, item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(product, document(product)["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    plain = {name: _resolved(product, value) for name, value in schema.items() if name not in ("nullable", "example")}
    if schema.get("nullable"):
        return {"anyOf": [plain, {"type": "null"}]}
    return plain


MESSAGING = (
    r"/2010-04-01/Accounts(/\{Sid\})?\.json",
    r"/2010-04-01/Accounts/\{AccountSid\}/(Messages|Balance|IncomingPhoneNumbers|AvailablePhoneNumbers)\b.*",
    r"/2010-04-01/Accounts/\{AccountSid\}/(OutgoingCallerIds|Applications|Keys|Notifications|Usage/Records)\b.*",
    r"/2010-04-01/Accounts/\{AccountSid\}/SMS/.*",
    r"/v1/(Services|Alerts|AuthTokens|Messaging|Deactivations|LinkShortening|Tollfree|a2p)\b.*",
)
"""Paths of the specification's messaging part."""


def messaging_operations() -> dict[str, tuple[str, ...]]:
    """Return every operation of the messaging part, as ``METHOD path``, with the names of its parameters."""
    found = {}
    for product in PRODUCTS:
        for path, item in document(product)["paths"].items():
            if not any(re.fullmatch(pattern, path) for pattern in MESSAGING):
                continue
            for method in ("get", "post", "put", "patch", "delete"):
                if method in item:
                    found[f"{method.upper()} {path}"] = _parameters(product, item[method])
    return found


def _parameters(product: str, operation: dict[str, Any]) -> tuple[str, ...]:
    names = [item["name"] for item in operation.get("parameters", []) if item.get("in") == "query"]
    body = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
    names += _resolved(product, body.get("schema", {})).get("properties", {})
    return tuple(sorted(set(names)))


def sampled_queries(path: str) -> set[str]:
    """Return the first pages' query strings in the samples of a list."""
    content = document("twilio_api_v2010")["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    addresses = [sample["value"].get("first_page_uri", "") for sample in content.get("examples", {}).values()]
    return {address.partition("?")[2] for address in addresses if "?" in address}
