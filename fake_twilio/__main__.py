"""Runs the command line: ``python -m fake_twilio``."""

from fake_twilio.cli import main

main()
