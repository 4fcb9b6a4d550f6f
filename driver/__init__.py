"""The Twilio SMS driver: phones as assets that send, receive and always show their true state."""

__version__ = "0.1.0"
