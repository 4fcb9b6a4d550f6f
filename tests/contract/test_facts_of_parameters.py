"""Facts about the parameters of a new message: which values are refused with which code, and what each parameter does.

Sources: Twilio's API reference of the Message resource, its OpenAPI specification, its error catalog, and limits
measured on the wire.
"""

from typing import Any
from urllib.parse import urlencode

import pytest

from support.fake_wire import GUARD, OURS, Wire, seed, wire

SERVICE = f"MG{'2' * 32}"
TEMPLATE = f"HX{'1' * 32}"


def served(**account: Any) -> dict[str, Any]:
    """Return a seed whose account has a service with our number in its pool."""
    return seed(messaging_services=[{"sid": SERVICE, "numbers": [OURS]}], **account)


async def code_of(site: Wire, **form: Any) -> int:
    """Return the error code of a refused creation, or 0 if it is accepted."""
    async with site.create(**form) as answer:
        document = await answer.json()
        assert answer.status in (201, 400)
        return 0 if answer.status == 201 else int(document["code"])


@pytest.mark.parametrize(
    ("code", "form"),
    [
        (0, {"Body": "x" * 1600}),
        (21617, {"Body": "x" * 1601}),
        (0, {"Body": "й" * 1600}),
        (21266, {"To": OURS}),
        (21265, {"To": "12345"}),
        (21211, {"To": "+15555550100"}),
        (21604, {"To": ""}),
        (21603, {"From": ""}),
        (21602, {"Body": ""}),
        (0, {"ValidityPeriod": "1"}),
        (0, {"ValidityPeriod": "36000"}),
        (21624, {"ValidityPeriod": "0"}),
        (21624, {"ValidityPeriod": "36001"}),
        (21609, {"StatusCallback": "not a url"}),
        (21609, {"StatusCallback": "ftp://example.com/"}),
        (21609, {"StatusCallback": "http://under_score.example.com/"}),
        (0, {"StatusCallback": "http://example.com/" + "x" * 3981}),
        (21609, {"StatusCallback": "http://example.com/" + "x" * 3982}),
        (21620, {"MediaUrl": "example.com/picture.png"}),
        (21711, {"From": "Alarms", "MessagingServiceSid": SERVICE}),
        (35118, {"ScheduleType": "fixed", "SendAt": "2026-01-02T00:00:00Z"}),
        (0, {"Unknown": "ignored", "AnythingElse": "too"}),
    ],
)
async def test_parameters_of_a_creation(code: int, form: dict[str, str]) -> None:
    async with wire(seed=served()) as site:
        assert await code_of(site, **form) == code


@pytest.mark.parametrize(("count", "code"), [(10, 201), (11, 21623)])
async def test_ten_media_are_the_most(count: int, code: int) -> None:
    async with wire() as site:
        form = [("To", GUARD), ("From", OURS), *[("MediaUrl", f"{site.hook_url}/{n}.png") for n in range(count)]]
        body = urlencode(form)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        async with site.session.post(f"{site.messages_url}.json", data=body, headers=headers) as answer:
            document = await answer.json()
            assert document.get("code", answer.status) == code
            assert document.get("num_media", str(count)) == str(count)


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("2026-01-01T00:15:00Z", 0),
        ("2026-01-01T00:14:59Z", 35114),
        ("2026-02-05T00:00:00Z", 0),
        ("2026-02-05T00:00:01Z", 35114),
        ("2025-12-31T23:00:00Z", 35114),
        ("2026-01-01T02:15:00+02:00", 0),
        ("tomorrow", 35115),
        ("", 35111),
    ],
)
async def test_a_text_is_scheduled_between_a_quarter_of_an_hour_and_35_days_ahead(when: str, code: int) -> None:
    async with wire(seed=served()) as site:
        form = {"From": "", "MessagingServiceSid": SERVICE, "ScheduleType": "fixed", "SendAt": when}
        assert await code_of(site, **form) == code


async def test_a_creation_that_is_repeated_makes_another_text() -> None:
    async with wire() as site:
        form = {"To": GUARD, "From": OURS, "Body": "once"}
        for _ in range(2):
            url = f"{site.messages_url}.json"
            async with site.session.post(url, data=form, headers={"Idempotency-Key": "same"}) as answer:
                assert answer.status == 201
        assert await site.listed() == ["once", "once"]


async def test_a_client_decides_neither_status_nor_text() -> None:
    async with wire() as site:
        sid = (await site.created())["sid"]
        await site.fake.wait_idle()
        for form, code in (
            ({"Status": "delivered"}, 20001),
            ({"Body": "other"}, 20001),
            ({"Status": "canceled"}, 30409),
        ):
            async with site.session.post(f"{site.messages_url}/{sid}.json", data=form) as answer:
                assert (answer.status, (await answer.json())["code"]) == (400, code)
        assert (await site.fetch(sid))["body"] == "hello"


@pytest.mark.parametrize(
    ("form", "code"), [({"ContentRetention": "discard"}, 30029), ({"AddressRetention": "obfuscate"}, 30030)]
)
async def test_less_is_kept_only_where_redaction_is_enabled(form: dict[str, str], code: int) -> None:
    for enabled, expected in ((True, 0), (False, code)):
        async with wire(seed=seed(message_redaction=enabled)) as site:
            assert await code_of(site, **form) == expected
            assert await code_of(site, **dict.fromkeys(form, "retain")) == 0


async def test_a_message_that_is_dearer_than_its_highest_price_is_sent_all_the_same() -> None:
    async with wire() as site:
        sid = (await site.created(MaxPrice="0.0001"))["sid"]
        await site.fake.wait_idle()
        row = await site.fetch(sid)
        assert (row["status"], row["price"], row["error_code"]) == ("delivered", "-0.00830", None)


@pytest.mark.parametrize(
    ("variables", "body"),
    [
        ({"ContentVariables": '{"1": "7", "2": "open"}'}, "Door 7 is open"),
        ({}, "Door {{1}} is {{2}}"),
        ({"ContentVariables": '{"1": "7", "2": "open"}', "Body": "not sent"}, "Door 7 is open"),
    ],
)
async def test_a_content_template_is_sent_with_its_variables(variables: dict[str, str], body: str) -> None:
    templates = [{"sid": TEMPLATE, "body": "Door {{1}} is {{ 2 }}"}]
    async with wire(seed=seed(content_templates=templates)) as site:
        made = await site.created(**{"Body": "", "ContentSid": TEMPLATE, **variables})
        assert made["body"].replace("{{ 2 }}", "{{2}}") == body
        await site.fake.wait_idle()
        assert site.fake.handset(GUARD).messages[-1].body == made["body"]
