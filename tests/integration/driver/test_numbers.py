"""Phone numbers at every interface of a running driver: pasted ones are understood, and no phone texts itself."""

from pathlib import Path

import pytest

from driver.errors import StartError
from support.commands import sms_driver
from support.driver_site import GUARD, OURS, refused, settings, site
from support.table_calls import put

ITSELF = "the same external_phone_number and twilio_phone_number"


async def test_a_copied_number_is_texted_as_it_is_meant(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        copied = {
            "Message Content": "Hello",
            "Destination Number": "\N{LEFT-TO-RIGHT MARK}+1 (201) 555\N{NON-BREAKING HYPHEN}0101",
            "Source Phone Number": "tel:+1-201-555-0100",
        }
        await here.client.system_command("twilio", "Send Message", copied)
        await here.clock.wait_idle()
        assert here.received(GUARD) == ["Hello"]


async def test_a_number_that_cannot_exist_is_refused_with_the_one_that_was_meant(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        wrong = {"Message Content": "x", "Destination Number": "+44 020 7946 0958", "Source Phone Number": OURS}
        problem = await refused(here.client.system_command("twilio", "Send Message", wrong), 400)
        assert "did you mean +442079460958?" in problem["detail"]
        assert here.creates() == 0


async def test_no_imported_phone_texts_itself(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        for row in (f"new,{OURS},{OURS}", f"guard,{GUARD},{GUARD}", f"guard,{OURS},{OURS}"):
            file = f"AssetId,ExternalPhoneNumber,TwilioPhoneNumber\n{row}\n"
            answer = await put(here, "/api/tables/asset", file, status=422)
            assert ITSELF in answer["detail"] or "the configuration file sets this" in answer["detail"]


async def test_no_phone_texts_itself_after_a_reload(tmp_path: Path) -> None:
    phones = [{"id": "guard", "external_phone_number": GUARD}]
    async with site(tmp_path, phones=phones) as here:
        await put(here, "/api/tables/asset", f"AssetId,TwilioPhoneNumber\nguard,{OURS}\n")
        wanted = settings(here.fake, tmp_path, phones=[{"id": "guard", "external_phone_number": OURS}])
        with pytest.raises(StartError, match=ITSELF):
            await here.driver.reload(wanted)
        assert (await here.asset("guard"))["externalPhoneNumber"] == GUARD


@pytest.mark.parametrize("command", ["check", "run"])
async def test_no_configured_phone_texts_itself(tmp_path: Path, command: str) -> None:
    (tmp_path / "driver.toml").write_text(
        f'[twilio]\naccount_sid = "AC{"0" * 32}"\nauth_token = "t"\n[[phones]]\nid = "a"\n'
        f'external_phone_number = "{OURS}"\ntwilio_phone_number = "{OURS}"\n'
    )
    status, _, err = await sms_driver(command, "--config", str(tmp_path / "driver.toml"))
    assert status == 2
    assert "phones[1]" in err
    assert ITSELF in err
