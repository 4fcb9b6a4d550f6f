"""The cache of responses to GET requests.

Cached responses are revalidated with ``If-None-Match`` or ``If-Modified-Since``; 304 saves the transfer.

Source: Twilio's documentation of its webhook client (ETag and Last-Modified).
"""

from collections import OrderedDict

from fake_twilio.webhooks.request import WebhookResponse

MAX_ENTRIES = 100
"""The maximum number of cached responses; the newest are kept."""

MAX_BYTES = 20 * 1024 * 1024
"""The maximum total size of the cached responses, in bytes."""

_QUESTIONS = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))


class HttpCache:
    """Stores responses by URL."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, WebhookResponse] = OrderedDict()
        self._bytes = 0

    def questions(self, url: str) -> dict[str, str]:
        """Return the headers that revalidate the cached response of a URL; empty if none is cached."""
        kept = self._answers.get(url)
        if kept is None:
            return {}
        named = {name.lower(): value for name, value in kept.headers}
        return {question: named[name] for name, question in _QUESTIONS if name in named}

    def resolve(self, url: str, answer: "WebhookResponse") -> "WebhookResponse":
        """Return the cached response if the server responded with 304, else the new response.

        The new response is cached if that is allowed.
        """
        kept = self._answers.get(url)
        if answer.status == 304 and kept is not None:
            self._answers.move_to_end(url)
            return kept
        self._drop(url)
        named = {name.lower(): value.lower() for name, value in answer.headers}
        tellable = any(name in named for name, _ in _QUESTIONS) and "no-store" not in named.get("cache-control", "")
        if answer.status == 200 and tellable and not answer.truncated:
            self._answers[url] = answer
            self._bytes += len(answer.body)
        while len(self._answers) > MAX_ENTRIES or self._bytes > MAX_BYTES:
            self._drop(next(iter(self._answers)))
        return answer

    def clear(self) -> None:
        """Delete all cached responses."""
        self._answers.clear()
        self._bytes = 0

    def _drop(self, url: str) -> None:
        answer = self._answers.pop(url, None)
        if answer is not None:
            self._bytes -= len(answer.body)
