"""What Twilio keeps of the answers to GET.

It asks again with ``If-None-Match`` or ``If-Modified-Since``, and 304 saves the rest.

Source: Twilio's documentation of its webhook client (ETag and Last-Modified).
"""

from collections import OrderedDict

from fake_twilio.webhooks.request import WebhookResponse

MAX_ENTRIES = 100
"""Answers that are kept, the newest ones."""

MAX_BYTES = 20 * 1024 * 1024
"""Bytes that all of them may have."""

_QUESTIONS = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))


class HttpCache:
    """Keeps answers by the address that gave them."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, WebhookResponse] = OrderedDict()
        self._bytes = 0

    def questions(self, url: str) -> dict[str, str]:
        """Return the headers that ask whether what is kept of an address is still good; none when nothing is kept."""
        kept = self._answers.get(url)
        if kept is None:
            return {}
        named = {name.lower(): value for name, value in kept.headers}
        return {question: named[name] for name, question in _QUESTIONS if name in named}

    def resolve(self, url: str, answer: "WebhookResponse") -> "WebhookResponse":
        """Return what an address says: what is kept of it where the answer is 304, else the answer.

        That is kept if it may be.
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
        """Forget everything."""
        self._answers.clear()
        self._bytes = 0

    def _drop(self, url: str) -> None:
        answer = self._answers.pop(url, None)
        if answer is not None:
            self._bytes -= len(answer.body)
