"""Webhooks signed with a shared key: accepted with it and with nothing else; the key is rotated without a restart.

Source: Twilio's documentation, "Sign webhooks with shared keys"; twilio-python 9.13 makes the signatures.
"""

from pathlib import Path

import pytest

from support.driver_site import GUARD, OURS, Site
from support.driver_webhooks import post, webhook_setup, webhook_site

OLD, NEW = "the-shared-key", "the-next-shared-key"
SIGNED = {"webhook_key": "webhooks_sharedkey_1", "webhook_secret": OLD}


def inbound(here: Site, number: int = 1) -> dict[str, str]:
    sid = f"SM{number:032x}"
    return {"MessageSid": sid, "AccountSid": here.fake.account_sid, "From": GUARD, "To": OURS, "Body": "hello"}


async def test_texts_and_receipts_come_by_webhooks_signed_with_the_key(tmp_path: Path) -> None:
    async with webhook_site(tmp_path, account=SIGNED, twilio={"shared_key": OLD}) as here:
        await here.fake.handset(GUARD).send(OURS, "quick")
        execution = await here.send("Fire")
        await here.clock.wait_idle()
        assert len(await here.events("Message Received")) == 1
        assert (await here.execution(execution))["delivery"] == "delivered"
        assert {webhook.status for webhook in here.fake.webhooks} <= {200, 204}
        assert not [exchange for exchange in here.fake.requests if exchange.operation == "messages.fetch"]


async def test_without_an_auth_token_the_key_is_enough(tmp_path: Path) -> None:
    key = {"api_key_sid": "SK" + "1" * 32, "api_key_secret": "secret", "auth_token": None, "shared_key": OLD}
    account = SIGNED | {"api_keys": [{"sid": key["api_key_sid"], "secret": "secret"}]}
    async with webhook_setup(tmp_path, account=account, twilio=key) as (here, config), here.running(config):
        assert await post(here, "/twilio/sms", inbound(here), shared_key=OLD) == 200
        assert await post(here, "/twilio/sms", inbound(here, 2), token="") == 403
        assert len(await here.events("Message Received")) == 1


async def test_only_the_key_that_the_header_calls_for_counts(tmp_path: Path) -> None:
    async with webhook_site(tmp_path, twilio={"shared_key": OLD}) as here:
        form = inbound(here)
        assert await post(here, "/twilio/sms", form, shared_key=NEW) == 403
        assert await post(here, "/twilio/sms", form, shared_key=here.fake.auth_token) == 403, (
            "the token is no shared key"
        )
        assert await post(here, "/twilio/sms", form, token=OLD) == 403, "a shared key is no token"
        assert await post(here, "/twilio/sms", form, shared_key=OLD, signature="") == 403
        assert await here.events("Message Received") == []
        assert await post(here, "/twilio/sms", form) == 200, "the token is still good"
        assert await post(here, "/twilio/sms", form, shared_key=OLD, algorithm="HMAC_SHA1") == 200


@pytest.mark.parametrize("settings", ["key=webhooks_sharedkey_1,algorithm=HMAC_MD5", "algorithm=none", "algorithm= ,"])
async def test_an_unknown_algorithm_is_refused(tmp_path: Path, settings: str) -> None:
    async with webhook_site(tmp_path, twilio={"shared_key": OLD}) as here:
        url, headers = f"{here.driver.webhook_url}/twilio/sms", {"X-Twilio-Webhooks-Signature-Settings": settings}
        async with here.http.post(url, data=inbound(here), headers=headers) as answer:
            assert answer.status == 403


async def test_a_driver_without_a_shared_key_says_what_is_missing(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        assert await post(here, "/twilio/sms", inbound(here), shared_key=OLD) == 403
        [record] = await here.logged("webhook_refused")
        assert record["detail"] == "signed with a shared key, but twilio.shared_key is not set"


async def test_the_key_is_rotated_without_a_restart(tmp_path: Path) -> None:
    async with webhook_setup(tmp_path, twilio={"shared_key": OLD}) as (here, config), here.running(config):
        steps = (
            ({"shared_key": OLD, "shared_key_secondary": NEW}, [200, 200]),
            ({"shared_key": NEW}, [403, 200]),
        )
        assert [await post(here, "/twilio/sms", inbound(here), shared_key=key) for key in (OLD, NEW)] == [200, 403]
        for twilio, statuses in steps:
            keys = {"shared_key": None, "shared_key_secondary": None} | twilio
            changed = type(config).model_validate(
                {**config.model_dump(), "twilio": {**config.twilio.model_dump(), **keys}}
            )
            await here.driver.reload(changed)
            assert [await post(here, "/twilio/sms", inbound(here), shared_key=key) for key in (OLD, NEW)] == statuses
        log = str(await here.client.logs(pageSize="1000"))
        assert not [secret for secret in (OLD, NEW) if secret in log]
