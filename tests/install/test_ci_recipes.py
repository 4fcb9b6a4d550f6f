"""The recipes for CI and other languages, run as printed."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from support.venvs import ROOT, clean_environment

if TYPE_CHECKING:
    from install.conftest import Built

pytestmark = [pytest.mark.long, pytest.mark.release]

ACTION: dict[str, Any] = yaml.safe_load((ROOT / ".github/actions/fake-twilio/action.yml").read_text("utf-8"))
PAGE = (ROOT / "docs" / "how-to" / "test-in-ci.md").read_text("utf-8")

JAVA = """
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.*;
import java.util.Base64;

public class Main {
    public static void main(String[] arguments) throws Exception {
        var sid = System.getenv("TWILIO_ACCOUNT_SID");
        var login = Base64.getEncoder().encodeToString((sid + ":" + System.getenv("TWILIO_AUTH_TOKEN")).getBytes());
        var url = URI.create("https://api.twilio.com/2010-04-01/Accounts/" + sid + "/Messages.json");
        var form = "To=%2B12015550101&From=%2B12015550100&Body=Hello";
        var request = HttpRequest.newBuilder(url).header("Authorization", "Basic " + login)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)).build();
        var client = HttpClient.newBuilder().proxy(ProxySelector.getDefault()).build();
        System.out.println(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
    }
}
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize("intercept", ["false", "true"])
def test_the_action_leads_further_steps_to_a_fake(built: "Built", tmp_path: Path, intercept: str) -> None:
    (step,) = ACTION["runs"]["steps"]
    given = {"package": str(built.fake), "options": "--trial", "intercept": intercept}
    assert ACTION["inputs"].keys() == given.keys()
    environment = {name: given[value.split(".")[1].rstrip(" }")] for name, value in step["env"].items()}
    exported = tmp_path / "exported"
    process = subprocess.Popen(
        [step["shell"], "-c", step["run"]],
        env=clean_environment(RUNNER_TEMP=str(tmp_path), GITHUB_ENV=str(exported), **environment),
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.wait(timeout=200) == 0
        variables = dict(line.split("=", 1) for line in exported.read_text("utf-8").splitlines())
        assert urllib.request.urlopen(f"{variables['FAKE_TWILIO_URL']}/_fake/v1/health").status == 200
        assert variables["TWILIO_PHONE_NUMBER"] == "+12015550100"
        assert ("HTTPS_PROXY" in variables) is (intercept == "true")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        if process.stderr is not None:
            process.stderr.close()


@pytest.mark.skipif(not all(map(shutil.which, ("java", "javac", "keytool"))), reason="no Java 11 or newer here")
def test_a_java_program_reaches_the_fake(tmp_path: Path) -> None:
    recipe = PAGE.partition("## Java")[2].partition("```sh\n")[2].partition("```")[0]
    (tmp_path / "Main.java").write_text(JAVA)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", recipe.replace("./gradlew test", "java Main.java")],
        cwd=tmp_path,
        env=clean_environment(PATH=path),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "\n201" in f"\n{done.stdout}", done.stderr
    assert "1 message sent" in done.stderr
