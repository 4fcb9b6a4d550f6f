"""Makes ``python -m driver`` equivalent to ``sms-driver``."""

from driver.cli import main

main()
