"""``sms-driver check``, offline: it reports what startup would refuse and what can never work."""

import json
from pathlib import Path
from typing import Any

import pytest

from driver.cli.check import check
from driver.runtime.tls_trust import BUNDLES
from support.commands import invoke
from support.driver_site import OURS, settings, site
from support.table_calls import put

RULE = '[[workflows]]\nname = "night"\non = "AlarmRaised"\ndo = [{{ to = {to}, message = "x" }}]\n'
PHONE = '[[phones]]\nid = "gate"\nexternal_phone_number = "+12015550102"\ntwilio_phone_number = "+12015550100"\n'


def configured(folder: Path, more: str) -> str:
    file = folder / "driver.toml"
    store = "" if "[store]" in more else f'[store]\nurl = "sqlite:///{folder}/driver.db"\n'
    file.write_text(f'[twilio]\naccount_sid = "AC{"0" * 32}"\nauth_token = "t"\n{store}{more}', encoding="utf-8")
    return str(file)


async def found(folder: Path, more: str) -> tuple[int, list[tuple[str, str, str]]]:
    done = await invoke(check, "--json", "--config", configured(folder, more))
    answer: list[dict[str, Any]] = json.loads(done.stdout)
    kept = [(one["verdict"], one["about"], one["words"]) for one in answer if one["about"] != "dataserver"]
    return done.returncode, [one for one in kept if one[0] != "ok"]


async def test_nothing_is_wrong_with_a_good_one(tmp_path: Path) -> None:
    assert await found(tmp_path, PHONE + RULE.format(to='["gate", "this"]')) == (0, [])


@pytest.mark.parametrize(
    ("more", "about", "words"),
    [
        (PHONE + RULE.format(to='["gate", "gaet"]'), "night", "the rule references an unknown phone: 'gaet'"),
        (PHONE + '[notify]\nacknowledgers = ["gaet"]\n', "notify.acknowledgers", "there is no phone 'gaet'"),
        (
            PHONE + '[[notify.proofs]]\nphone = "gaet"\nat = "07:30"\nzone = "UTC"\n',
            "notify.proofs",
            "there is no phone 'gaet'",
        ),
        (PHONE + '[[notify.pins]]\nphone = "gaet"\npin = "47112"\n', "notify.pins", "there is no phone 'gaet'"),
        ("[dataserver]\nport = 9623\n", "the debug tools", "port 9623 is also the port of dataserver.port"),
        (
            '[receive]\nmode = "both"\npublic_url = "https://sms.example.com"\nwebhook_port = 9622\n',
            "receive.webhook_port",
            "port 9622 is also the port of dataserver.port",
        ),
        ('[store]\nurl = "sqlite:////nowhere/at/all/x.db"\n', "store", "the folder /nowhere/at/all does not exist"),
        ('[store]\nurl = "postgresql://nobody@127.0.0.1:9/none"\n', "store", "cannot be read"),
    ],
)
async def test_what_can_never_work_is_a_problem(tmp_path: Path, more: str, about: str, words: str) -> None:
    status, findings = await found(tmp_path, more)
    assert status == 1
    assert [(verdict, name) for verdict, name, _ in findings] == [("problem", about)]
    assert words in findings[0][2]


async def test_files_that_are_only_read_at_the_start_are_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in BUNDLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    more = '[dataserver]\ntls_certificate = "/nowhere/cert.pem"\ntls_key = "/nowhere/key.pem"\n'
    done = await invoke(check, "--config", configured(tmp_path, more))
    assert done.returncode == 1
    assert "the TLS certificate /nowhere/cert.pem" in done.stdout
    assert "SSL_CERT_FILE names /nowhere/ca.pem, which cannot be read" in done.stdout


async def test_a_phone_that_is_a_number_of_ours_is_pointed_out(tmp_path: Path) -> None:
    other = f'[[phones]]\nid = "loop"\nexternal_phone_number = "{OURS}"\n'
    _, findings = await found(tmp_path, PHONE + other)
    assert ("warning", "loop", "its external_phone_number is the twilio_phone_number of gate") in findings


async def test_phones_that_were_imported_count(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here, here.running(settings(here.fake, tmp_path)):
        await put(
            here, "/api/tables/asset", f"AssetId,ExternalPhoneNumber,TwilioPhoneNumber\nnew,+12015550109,{OURS}\n"
        )
    assert await found(tmp_path, PHONE + RULE.format(to='["new"]')) == (0, [])


async def test_a_damaged_database_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "driver.db").write_bytes(b"nothing that a database would hold" * 100)
    status, findings = await found(tmp_path, PHONE)
    assert (status, [(verdict, about) for verdict, about, _ in findings]) == (1, [("problem", "store")])
