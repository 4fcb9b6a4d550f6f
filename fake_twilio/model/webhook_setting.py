"""A Webhook Setting: how all webhooks of an account are called, whatever the fragments of their URLs say.

Source: Twilio's Webhooks API, Settings.
"""

from dataclasses import dataclass

CONDITIONS = {
    "HTTP_4XX": "4xx",
    "HTTP_5XX": "5xx",
    "CONNECTION_TIMEOUT": "ct",
    "READ_TIMEOUT": "rt",
    "ALL": "all",
}
"""What a call may be made again after, and what the fragment of a URL calls that."""

MAX_TIMEOUT_MS, MAX_TOTAL_TIMEOUT_MS, MAX_RETRIES = 15_000, 60_000, 5
"""Milliseconds that connecting and reading may take, and all attempts together; retries at most."""


@dataclass(frozen=True, slots=True)
class WebhookSetting:
    """Time-outs in milliseconds; ``retry_on`` holds keys of ``CONDITIONS``."""

    connect_timeout: int = 5_000
    read_timeout: int = MAX_TIMEOUT_MS
    total_timeout: int = MAX_TIMEOUT_MS
    retry_count: int = 0
    retry_on: tuple[str, ...] = ("CONNECTION_TIMEOUT",)
