"""The fake in a container, for projects that use Testcontainers."""

import json
from collections.abc import Mapping
from typing import Any, Self
from urllib.request import ProxyHandler, Request, build_opener

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

PORT = 8945
_HEALTH = "/_fake/v1/health"


class FakeTwilioContainer(DockerContainer):
    """A fake that runs while its ``with`` block runs.

    Args:
        image: the image, built with ``docker build --target fake --tag fake-twilio .`` or from your registry.
        options: additional options of ``fake-twilio serve``, such as ``--trial``.
        settings: arguments of ``DockerContainer``.
    """

    def __init__(self, image: str = "fake-twilio", *options: str, **settings: Any) -> None:
        super().__init__(image, **settings)
        self.with_exposed_ports(PORT)
        if options:
            self.with_command(["serve", "--host", "0.0.0.0", "--data-dir", "/var/lib/fake-twilio", *options])
        self.waiting_for(HttpWaitStrategy(PORT, _HEALTH).for_status_code(200))

    def start(self) -> Self:
        """Start the container and wait until the fake answers."""
        super().start()
        self._facts: dict[str, Any] = self.control("GET", "/environment")
        return self

    @property
    def base_url(self) -> str:
        """The URL that replaces ``https://api.twilio.com``."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    @property
    def account_sid(self) -> str:
        """The SID of the first account."""
        return str(self._facts["account_sid"])

    @property
    def auth_token(self) -> str:
        """The auth token of the first account."""
        return str(self._facts["auth_token"])

    @property
    def phone_number(self) -> str:
        """The first number of the first account."""
        return str(self._facts["phone_number"])

    def control(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Any:
        """Call the control API, as in ``control("POST", "/reset")``, and return the JSON response, or None.

        Raises:
            urllib.error.HTTPError: if the request is rejected.
        """
        content = None if document is None else json.dumps(document).encode("utf-8")
        request = Request(f"{self.base_url}/_fake/v1{path}", content, method=method)  # noqa: S310 - http, as built above
        # A proxy named in the environment cannot reach the container.
        with build_opener(ProxyHandler({})).open(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None
