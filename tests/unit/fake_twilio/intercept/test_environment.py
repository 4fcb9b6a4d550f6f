"""The variables that redirect programs to a fake, and their syntax in shells and files."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from fake_twilio.intercept.ca_bundle import write_bundle
from fake_twilio.intercept.client_files import write_client_files
from fake_twilio.intercept.environment import FORMATS, STARTUP_FOLDER, RunningServer, applied, variables

RUNNING = RunningServer(
    base_url="http://127.0.0.1:8945",
    account_sid="AC" + "1" * 32,
    auth_token='it\'s a $secret `with` "quotes"',
    phone_number="+12015550100",
    proxy_url="http://127.0.0.1:8946",
    bundle_file="/data/bundle.pem",
)


def test_every_promised_variable_is_set() -> None:
    made = variables(RUNNING, {})
    assert made["FAKE_TWILIO_URL"] == RUNNING.base_url
    assert made["TWILIO_ACCOUNT_SID"] == RUNNING.account_sid
    assert made["TWILIO_AUTH_TOKEN"] == RUNNING.auth_token
    assert made["TWILIO_PHONE_NUMBER"] == RUNNING.phone_number
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        assert made[name] == RUNNING.proxy_url
    assert made["NO_PROXY"] == made["no_proxy"] == "localhost,127.0.0.1,::1"
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "TWILIO_CA_BUNDLE"):
        assert made[name] == "/data/bundle.pem"


def test_variables_that_would_lead_elsewhere_are_removed_and_others_kept() -> None:
    before = {"TWILIO_REGION": "ie1", "TWILIO_EDGE": "dublin", "HOME": "/home/somebody", "NO_PROXY": "*"}
    after = applied(RUNNING, before)
    assert "TWILIO_REGION" not in after
    assert "TWILIO_EDGE" not in after
    assert after["HOME"] == "/home/somebody"
    assert after["NO_PROXY"] == "localhost,127.0.0.1,::1"


def test_a_python_path_is_kept_behind_the_start_up_hook_and_never_doubled() -> None:
    once = applied(RUNNING, {"PYTHONPATH": "/mine"})["PYTHONPATH"]
    assert once == f"{STARTUP_FOLDER}{os.pathsep}/mine"
    assert applied(RUNNING, {"PYTHONPATH": once})["PYTHONPATH"] == once


@pytest.mark.parametrize("name", ["NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "PHP_INI_SCAN_DIR"])
def test_options_of_the_programs_own_are_kept_and_those_of_the_fake_never_doubled(name: str) -> None:
    once = applied(RUNNING, {name: "/mine"})
    assert "/mine" in once[name]
    assert applied(RUNNING, once)[name] == once[name] != "/mine"


def test_php_still_reads_the_folder_that_it_was_built_with() -> None:
    assert applied(RUNNING, {})["PHP_INI_SCAN_DIR"] == f"{os.pathsep}/data/php"


def test_the_users_own_settings_of_wget_are_kept_and_the_files_written_once_more_are_the_same(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("-----BEGIN CERTIFICATE-----\nQ09NUEFOWQ==\n-----END CERTIFICATE-----\n")
    mine = tmp_path / "mine"
    mine.write_text("timeout = 7")
    write_client_files(tmp_path, str(bundle), {"WGETRC": str(mine)})
    assert (tmp_path / "wgetrc").read_text() == f"timeout = 7\nca_certificate = {bundle}\n"
    write_client_files(tmp_path, str(bundle), {"WGETRC": str(tmp_path / "wgetrc")})
    assert (tmp_path / "wgetrc").read_text() == f"ca_certificate = {bundle}\n"
    assert f'curl.cainfo = "{bundle}"' in (tmp_path / "php" / "fake-twilio.ini").read_text()


def test_a_fake_without_a_proxy_leaves_the_network_alone() -> None:
    made = variables(RunningServer("http://127.0.0.1:1", "AC", "token", "+12015550100"), {})
    assert set(made) == {"FAKE_TWILIO_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_PHONE_NUMBER"}


def test_the_shell_reads_back_exactly_what_was_said() -> None:
    script = FORMATS["sh"](variables(RUNNING, {})) + "\nenv -0"
    inherited = {"PATH": os.environ["PATH"], "TWILIO_REGION": "ie1"}
    output = subprocess.run(["sh", "-c", script], env=inherited, capture_output=True, check=True).stdout.decode()
    shown = dict(entry.split("=", 1) for entry in output.split("\0") if entry)
    assert shown["TWILIO_AUTH_TOKEN"] == RUNNING.auth_token
    assert shown["https_proxy"] == RUNNING.proxy_url
    assert "TWILIO_REGION" not in shown


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is missing: install the package fish")
def test_fish_reads_back_exactly_what_was_said() -> None:
    script = FORMATS["fish"](variables(RUNNING, {})) + "\nenv -0"
    output = subprocess.run(["fish", "-c", script], capture_output=True, check=True).stdout.decode()
    shown = dict(entry.split("=", 1) for entry in output.split("\0") if entry)
    assert shown["TWILIO_AUTH_TOKEN"] == RUNNING.auth_token


def test_powershell_quotes_are_doubled_and_each_variable_is_said_once() -> None:
    lines = FORMATS["powershell"](variables(RUNNING, {})).splitlines()
    assert "$env:TWILIO_AUTH_TOKEN = 'it''s a $secret `with` \"quotes\"'" in lines
    assert sum(line.upper().startswith("$ENV:HTTP_PROXY ") for line in lines) == 1
    assert "Remove-Item Env:TWILIO_REGION -ErrorAction SilentlyContinue" in lines


def test_dotenv_values_are_quoted() -> None:
    lines = FORMATS["dotenv"]({"A": 'say "hi"', "B": "plain"}).splitlines()
    assert lines[:2] == ['A="say \\"hi\\""', 'B="plain"']


def test_json_says_null_where_a_variable_must_go() -> None:
    document = json.loads(FORMATS["json"](variables(RUNNING, {})))
    assert document["TWILIO_AUTH_TOKEN"] == RUNNING.auth_token
    assert document["TWILIO_REGION"] is None
    assert document["TWILIO_EDGE"] is None


def test_the_bundle_holds_the_own_authority_and_everything_trusted_before(tmp_path: Path) -> None:
    block = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----"
    mine = tmp_path / "mine.pem"
    mine.write_text(f"# a company's root\n{block.format('Q09NUEFOWQ==')}\nAnd again:\n{block.format('Q09NUEFOWQ==')}\n")
    environment = {"REQUESTS_CA_BUNDLE": str(mine), "CURL_CA_BUNDLE": str(tmp_path / "absent.pem")}
    text = write_bundle(tmp_path, block.format("T1dO"), environment).read_text("ascii")
    assert text.startswith(block.format("T1dO"))
    assert text.count(block.format("Q09NUEFOWQ==")) == 1
    assert "company" not in text
