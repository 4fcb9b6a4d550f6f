"""Lets ``python -m driver`` do what ``sms-driver`` does."""

from driver.cli import main

main()
