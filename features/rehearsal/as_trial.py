"""Runs a command with the trial account in the environment, authenticated by its OAuth app instead of a token."""

import os
import subprocess
import sys

TRIAL = {
    "TWILIO_ACCOUNT_SID": "AC" + "c" * 32,
    "TWILIO_OAUTH_CLIENT_ID": "OQ" + "c" * 32,
    "TWILIO_OAUTH_CLIENT_SECRET": "the-trials-secret",
}

if __name__ == "__main__":
    environment = {name: value for name, value in os.environ.items() if name != "TWILIO_AUTH_TOKEN"} | TRIAL
    sys.exit(subprocess.call(sys.argv[1:], env=environment))  # noqa: S603 - what the caller wants to run
