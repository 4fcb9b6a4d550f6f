"""A local Twilio that real clients cannot tell from the real one."""

__version__ = "0.1.0"
