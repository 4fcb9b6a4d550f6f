"""The app that an access token belongs to, and the token's lifetime."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fake_twilio.model.oauth_app import OAuthApp, access_token, app_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)


APP = OAuthApp("OA1", "AC1", "secret", "app", NOW, NOW, lifetime_s=60)


def part(token: str, number: int) -> Any:
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def test_a_token_says_whose_it_is_and_how_long_it_is_good() -> None:
    token = access_token(APP, "id-1", NOW)
    begun = int(NOW.timestamp())
    assert part(token, 0) == {"alg": "HS256", "typ": "JWT"}
    assert part(token, 1) == {"iss": "OA1", "sub": "AC1", "iat": begun, "exp": begun + 60, "jti": "id-1"}
    assert "=" not in token


@pytest.mark.parametrize("token_id", ["a", "ab", "abc"])
def test_a_token_is_its_apps_until_it_expires(token_id: str) -> None:
    token = access_token(APP, token_id, NOW)
    assert app_of(token, {"OA1": APP}.get, NOW + timedelta(seconds=59)) == APP
    assert app_of(token, {"OA1": APP}.get, NOW + timedelta(seconds=60)) is None
    assert app_of(token, lambda _: None, NOW) is None
    assert app_of(token, {"OA1": replace(APP, secret="other")}.get, NOW) is None


@pytest.mark.parametrize("token", ["", "a", "..", "a.b.c", "\ud800.\ud800.\ud800", "e30.W10.x", "e30.eyJpc3MiOiAxfQ.x"])
def test_what_is_no_token_is_nobodys(token: str) -> None:
    assert app_of(token, {"OA1": APP}.get, NOW) is None


def test_a_token_that_was_changed_is_nobodys() -> None:
    head, claims, signature = access_token(APP, "id-1", NOW).split(".")
    later = base64.urlsafe_b64encode(json.dumps(part(f"{head}.{claims}.x", 1) | {"exp": 2**40}).encode()).decode()
    for changed in (f"{head}.{later.rstrip('=')}.{signature}", f"{head}.{claims}.{signature}\ud800"):
        assert app_of(changed, {"OA1": APP}.get, NOW) is None
