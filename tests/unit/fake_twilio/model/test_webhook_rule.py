"""The rule that applies to a webhook, and how its settings share the webhooks."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fake_twilio.model.webhook_rule import DEFAULT, EXACT, PREFIX, Share, WebhookRule, matching, resource_id

NOW = datetime(2026, 1, 1, tzinfo=UTC)


RULE = WebhookRule(
    sid="r1",
    account_sid="AC1",
    match_type=DEFAULT,
    url="",
    shares=(Share("a", 30), Share("b", 0), Share("c", 60)),
    friendly_name="",
    description="",
    created=NOW,
    updated=NOW,
)


@pytest.mark.parametrize(("percent", "setting"), [(0, "a"), (29, "a"), (30, "c"), (89, "c"), (90, "c"), (99, "c")])
def test_settings_share_the_webhooks(percent: int, setting: str) -> None:
    assert RULE.share_for(percent) == setting


def test_the_exact_rule_goes_before_the_longest_prefix_before_the_default() -> None:
    short = replace(RULE, match_type=PREFIX, url="https://a.example/")
    long = replace(RULE, match_type=PREFIX, url="https://a.example/webhooks/")
    exact = replace(RULE, match_type=EXACT, url="https://a.example/webhooks")
    rules = [RULE, short, long, exact]
    assert matching(rules, "https://a.example/webhooks") == exact
    assert matching(rules, "https://a.example/webhooks/sms") == long
    assert matching(rules, "https://a.example/x") == short
    assert matching(rules, "https://b.example/") == RULE
    assert matching([exact], "https://a.example/webhooks/sms") is None


@pytest.mark.parametrize(("last", "digits"), [("000", "000"), ("021", "011"), ("41f", "10z")])
def test_an_id_writes_a_uuid_in_26_characters(last: str, digits: str) -> None:
    zeros = "0" * 23
    assert resource_id("rule", f"00000000-0000-0000-0000-000000000{last}") == f"webhooks_rule_{zeros}{digits}"
    assert resource_id("key", "f" * 32) == "webhooks_key_7" + "z" * 25
