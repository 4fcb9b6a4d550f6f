"""The command line as a module: ``python -m fake_twilio``."""

from fake_twilio.cli import main

main()
