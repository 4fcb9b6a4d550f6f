"""The Twilio SMS driver: phones as assets that send, receive and always show their true state."""

__version__: str


def __getattr__(name: str) -> str:
    """Look up the version in the installed metadata, on first use."""
    if name == "__version__":
        from importlib.metadata import version

        return version("twilio-sms-driver")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
