"""Loading the configuration: all errors are reported at once, each with source, path, value and expectation."""

from pathlib import Path

import pytest

from driver.config.loading import SECRETS, load
from driver.config.models import DriverConfig
from driver.errors import ConfigurationError

ACCOUNT = "AC" + "0" * 32
GOOD = f'[twilio]\naccount_sid = "{ACCOUNT}"\nauth_token = "t"\n'


def write(folder: Path, text: str) -> Path:
    file = folder / "driver.toml"
    file.write_text(text, encoding="utf-8")
    return file


def wrong(folder: Path, text: str, env: dict[str, str] | None = None) -> list[tuple[str, str, str, str]]:
    """Return the problems of a configuration: source (without the folder), path, value, expectation."""
    file = write(folder, text)
    with pytest.raises(ConfigurationError) as refused:
        load(file, env or {})
    return [
        (problem.source.replace(str(file), "FILE"), problem.path, problem.value, problem.expected)
        for problem in refused.value.problems
    ]


def test_a_small_file_is_enough(tmp_path: Path) -> None:
    config = load(write(tmp_path, GOOD), {})
    assert (config.system.id, config.dataserver.port, config.receive.mode) == ("twilio", 9622, "poll")
    assert config.store.url == "sqlite:///driver.db"


def test_without_a_file_the_environment_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    env = {"SMS_DRIVER__TWILIO__ACCOUNT_SID": ACCOUNT, "SMS_DRIVER__TWILIO__AUTH_TOKEN": "t", "HOME": "/"}
    assert load(None, env).twilio.account_sid == ACCOUNT


def test_a_file_in_the_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, GOOD + '[system]\nid = "here"\n')
    assert load(None, {}).system.id == "here"


class TestEnvironment:
    """``SMS_DRIVER__SECTION__KEY`` overrides the file."""

    def test_values_lists_and_tables(self, tmp_path: Path) -> None:
        env = {
            "SMS_DRIVER__DATASERVER__PORT": "1234",
            "SMS_DRIVER__STATES__LATCH": "true",
            "SMS_DRIVER__PHONES": '[{"id": "gate", "external_phone_number": "+12015550101"}]',
            "SMS_DRIVER__NOTIFY": '{"acknowledgers": ["gate"]}',
        }
        config = load(write(tmp_path, GOOD + "[dataserver]\nport = 1\n"), env)
        assert (config.dataserver.port, config.states.latch) == (1234, True)
        assert config.phones[0].external_phone_number == "+12015550101"
        assert config.notify.acknowledgers == ("gate",)

    def test_mistakes_name_the_variable(self, tmp_path: Path) -> None:
        env = {
            "SMS_DRIVER__DATASERVER__PORT": "many",
            "SMS_DRIVER__PHONES": "[{",
            "SMS_DRIVER__SEND__RETRY_PERMANET": "1",
            "SMS_DRIVER__TWILIO__ACCOUNT_SID__X": "1",
        }
        assert wrong(tmp_path, GOOD, env) == [
            ("SMS_DRIVER__PHONES", "phones", "", "expected a list or table in JSON"),
            ("SMS_DRIVER__TWILIO__ACCOUNT_SID__X", "twilio.account_sid.x", "", "expected SMS_DRIVER__SECTION__KEY"),
            (
                "SMS_DRIVER__SEND__RETRY_PERMANET",
                "send.retry_permanet",
                "",
                "unknown key; did you mean 'retry_permanent'?",
            ),
            ("SMS_DRIVER__DATASERVER__PORT", "dataserver.port", "'many'", "expected a whole number"),
        ]


class TestSecretFiles:
    """``KEY_file`` names a file that contains the secret, relative to the configuration file."""

    def test_are_read_beside_the_file_and_stripped(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text("abc\n")
        text = f'[twilio]\naccount_sid = "{ACCOUNT}"\nauth_token_file = "token"\n'
        token = load(write(tmp_path, text), {}).twilio.auth_token
        assert token is not None
        assert token.get_secret_value() == "abc"

    def test_that_cannot_be_read_or_are_given_twice(self, tmp_path: Path) -> None:
        (tmp_path / "binary").write_bytes(b"one\n\xff\x00\x80")
        text = (
            f'[twilio]\naccount_sid = "{ACCOUNT}"\nauth_token = "t"\nauth_token_file = "token"\n'
            'auth_token_secondary_file = "none"\n[store]\nurl_file = "binary"\n'
        )
        found = wrong(tmp_path, text)
        assert [(path, value) for _, path, value, _ in found] == [
            ("twilio.auth_token_file", "token"),
            ("twilio.auth_token_secondary_file", "none"),
            ("store.url_file", "binary"),
        ]
        assert [expected for *_, expected in found] == [
            "twilio.auth_token is also set; keep only one",
            "the secret cannot be read: No such file or directory",
            "the secret cannot be read: line 2: byte 0xFF: not valid UTF-8; save it as UTF-8",
        ]


class TestTwoWaysForOneSecret:
    """A variable overrides the file, whichever of the two keys each uses; setting both in one place is an error."""

    @pytest.mark.parametrize(("section", "key"), [(name, key) for name, keys in SECRETS.items() for key in keys])
    @pytest.mark.parametrize("by_file", [False, True])
    def test_a_variable_overrides_the_file(self, tmp_path: Path, section: str, key: str, by_file: bool) -> None:
        value = "sqlite:///new.db" if section == "store" else "new"
        (tmp_path / "new").write_text(value)
        (tmp_path / "old").write_text("old")
        lines = {"twilio": [f'account_sid = "{ACCOUNT}"', 'auth_token = "t"', f'api_key_sid = "SK{"0" * 32}"',
                            'api_key_secret = "t"', f'oauth_client_id = "OQ{"0" * 32}"',
                            'oauth_client_secret = "t"']}  # fmt: skip
        kept = [line for line in lines.pop("twilio") if not line.startswith(f"{key} ")]
        text = "[twilio]\n" + "\n".join(kept) + "\n" + (f"[{section}]\n" if section != "twilio" else "")
        text += f'{key} = "old"\n' if by_file else f'{key}_file = "old"\n'
        variable = f"SMS_DRIVER__{section}__{key}".upper() + ("_FILE" if by_file else "")
        config = load(write(tmp_path, text), {variable: "new" if by_file else value})
        found = getattr(getattr(config, section), key)
        assert (found if isinstance(found, str) else found.get_secret_value()) == value

    def test_two_variables_are_named_both(self, tmp_path: Path) -> None:
        env = {"SMS_DRIVER__TWILIO__AUTH_TOKEN": "a", "SMS_DRIVER__TWILIO__AUTH_TOKEN_FILE": "b"}
        assert wrong(tmp_path, GOOD, env) == [
            (
                "SMS_DRIVER__TWILIO__AUTH_TOKEN_FILE",
                "twilio.auth_token_file",
                "b",
                "SMS_DRIVER__TWILIO__AUTH_TOKEN is also set; keep only one",
            )
        ]

    def test_an_empty_variable_leaves_the_files_way_alone(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text("abc")
        file = write(tmp_path, GOOD.replace('auth_token = "t"', 'auth_token_file = "token"'))
        token = load(file, {"SMS_DRIVER__TWILIO__AUTH_TOKEN": ""}).twilio.auth_token
        assert token is not None
        assert token.get_secret_value() == "abc"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[twilio", ("FILE", "(the file)", "", "invalid TOML")),
        ("", ("FILE", "twilio", "", "is required")),
        ('[twilio]\naccount_sid = "AC1"\nauth_token = "t"', ("FILE", "twilio.account_sid", "'AC1'", "AC and 32 hexa")),
        (f'[twilio]\naccount_sid = "{ACCOUNT}"', ("FILE", "twilio", "", "expected auth_token (or auth_token_file)")),
        (GOOD + 'api_key_sid = "SK1"\n', ("FILE", "twilio.api_key_sid", "'SK1'", "expected an API key SID")),
        (GOOD + f'api_key_sid = "SK{"0" * 32}"\n', ("FILE", "twilio", "", "must be set together")),
        (GOOD + 'oauth_client_id = "OQ1"\n', ("FILE", "twilio.oauth_client_id", "'OQ1'", "OQ and 32 hexadecimal")),
        (
            GOOD + f'oauth_client_id = "OQ{"0" * 32}"\n',
            ("FILE", "twilio", "", "oauth_client_secret must be set together"),
        ),
        (GOOD + 'oauth_client_secret = "x"\n', ("FILE", "twilio", "", "oauth_client_secret must be set together")),
        (GOOD + "timeout_s = 0\n", ("FILE", "twilio.timeout_s", "0", "greater than 0")),
        (GOOD + 'base_url = "ftp://x"\n', ("FILE", "twilio.base_url", "(not shown)", "expected a web address")),
        (GOOD + "[sned]\nx = 1\n", ("FILE", "sned", "", "unknown key; did you mean 'send'?")),
        (GOOD + "[zzz]\n", ("FILE", "zzz", "", "unknown key; known keys: ")),
        (GOOD + "[send]\nretry_permanent = 5\n", ("FILE", "send.retry_permanent", "5", "expected true or false")),
        (
            GOOD + '[receive]\nmode = "push"\n',
            ("FILE", "receive.mode", "'push'", "expected 'poll', 'webhook' or 'both'"),
        ),
        (GOOD + '[receive]\nmode = "both"\n', ("FILE", "(configuration)", "", "requires receive.public_url")),
        (GOOD + '[dataserver]\nhost = "0.0.0.0"\n', ("FILE", "dataserver", "", "only listens on loopback")),
        (
            GOOD + '[debugtools]\nhost = "0.0.0.0"\n',
            ("FILE", "(configuration)", "", "the debug tools only listen on loop"),
        ),
        (GOOD + '[dataserver]\ntls_key = "k"\n', ("FILE", "dataserver", "", "must be set together")),
        (GOOD + "[dataserver]\nport = 70000\n", ("FILE", "dataserver.port", "70000", "less than or equal to 65535")),
        (
            GOOD + '[store]\nurl = "mysql://x"\n',
            ("FILE", "store.url", "(not shown)", "expected sqlite:///FILE or postgresql://"),
        ),
        (GOOD + '[system]\nid = "a b"\n', ("FILE", "system.id", "'a b'", "expected letters, digits, dots")),
        (GOOD + '[[phones]]\nid = "a"\n[[phones]]\nid = "a"\n', ("FILE", "(configuration)", "", "'a' is used twice")),
        (GOOD + '[[phones]]\nid = "twilio"\n', ("FILE", "(configuration)", "", "'twilio' is used twice")),
        (
            GOOD + '[[phones]]\nid = "a"\n[[phones]]\nid = "b"\nexternal_phone_number = "555-0101"\n',
            ("FILE", "phones[2].external_phone_number", "'555-0101'", "expected a phone number in E.164 form"),
        ),
        (
            GOOD + '[[phones]]\nid = "a"\nexternal_phone_number = 12015550101\n',
            ("FILE", "phones[1].external_phone_number", "12015550101", "in quotes, for example '+12015550101'"),
        ),
        (
            GOOD + '[[phones]]\nid = "a"\ntwilio_phone_number = "MG12"\n',
            ("FILE", "phones[1].twilio_phone_number", "'MG12'", "MG and 32 hexadecimal digits"),
        ),
        (
            GOOD + '[[phones]]\nid = "a"\nexternal_phone_number = "+1201555"\n',
            ("FILE", "phones[1].external_phone_number", "'+1201555'", "that is possible in its country"),
        ),
    ],
)
def test_mistakes(tmp_path: Path, text: str, problem: tuple[str, str, str, str]) -> None:
    found = wrong(tmp_path, text)
    assert any(one[:3] == problem[:3] and problem[3] in one[3] for one in found), found


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    text = GOOD.replace(ACCOUNT, "AC1") + '[dataserver]\nport = -1\n[log]\nlevel = "LOUD"\n[[phones]]\nid = ""\n'
    assert {path for _, path, _, _ in wrong(tmp_path, text)} == {
        "twilio.account_sid",
        "dataserver.port",
        "log.level",
        "phones[1].id",
    }


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        load(tmp_path / "none.toml", {})
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        load(tmp_path, {})
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="not valid UTF-16"):
        load(tmp_path / "binary.toml", {})


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "{a = " * 5000])
def test_a_file_that_nests_too_deeply(tmp_path: Path, text: str) -> None:
    assert wrong(tmp_path, text) == [("FILE", "(the file)", "", "lists or tables are nested too deeply")]


def test_a_variable_that_nests_too_deeply(tmp_path: Path) -> None:
    name = "SMS_DRIVER__PHONES"
    assert wrong(tmp_path, GOOD, {name: "[" * 100_000}) == [(name, "phones", "", "expected a list or table in JSON")]


SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "text",
    [
        f'[twilio]\naccount_sid = "AC1"\nauth_token = "{SECRET}"\n',
        f'[twilio]\naccount_sid = "{ACCOUNT}"\nauth_tokn = "{SECRET}"\n',
        f'[twilio]\naccount_sid = "{ACCOUNT}"\nauth_token = ["{SECRET}"]\n',
        GOOD + f'[store]\nurl = "mysql://me:{SECRET}@host"\n',
        GOOD + f'[store]\nurk = "postgresql://me:{SECRET}@host"\n',
        GOOD + f'[[dataserver.users]]\nusername = "a"\npasword_hash = "{SECRET}"\nrole = "viewer"\n',
        GOOD + f'[[dataserver.tokens]]\nname = "a"\ntoken_hash = 1\nrole = "{SECRET[:3]}"\nhash = "{SECRET}"\n',
        f'auth_token = "{SECRET}"\n' + GOOD,
        f'twilio = "{SECRET}"\n',
        GOOD + f'[dataserver]\ntokens = "{SECRET}"\n',
        GOOD + f'[dataserver]\ntokens = ["{SECRET}"]\n',
        GOOD + f'[dataserver]\nusers = ["{SECRET}"]\n',
    ],
)
def test_no_secret_is_ever_shown(tmp_path: Path, text: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as refused:
        load(file, {})
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_secret_stays_out_of_the_configurations_own_text(tmp_path: Path) -> None:
    config = load(write(tmp_path, GOOD.replace('"t"', f'"{SECRET}"')), {})
    assert SECRET not in repr(config)
    assert SECRET not in config.model_dump_json()


def test_nothing_can_be_changed_afterwards() -> None:
    config = DriverConfig.model_validate({"twilio": {"account_sid": ACCOUNT, "auth_token": "t"}})
    with pytest.raises(ValueError, match="frozen"):
        setattr(config.dataserver, "port", 1)  # noqa: B010 - the type checker knows better
