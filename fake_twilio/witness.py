"""What tests ask a fake about: the messages and journals, and assertions on them; mixed into `FakeTwilio`."""

from typing import Any

from fake_twilio.assertions import MESSAGE, REQUEST, WEBHOOK, assert_none, assert_some, sent
from fake_twilio.journal import Exchange, WebhookAttempt
from fake_twilio.model.message import Message
from fake_twilio.network.world import World


class Witness:
    """Looks at a world and judges.

    In every assertion a wanted value is compared as it is; a compiled regular expression is searched for; a function
    judges by itself. Failures list the near misses and where they differ.
    """

    @property
    def world(self) -> World:
        """The fake's data."""
        raise NotImplementedError

    @property
    def messages(self) -> list[Message]:
        """Every message, both directions, in the order of making; refused requests made none."""
        return sorted(self.world.state.messages(), key=lambda row: row.number)

    @property
    def requests(self) -> list[Exchange]:
        """The journal of requests, oldest first."""
        return list(self.world.requests.entries)

    @property
    def webhooks(self) -> list[WebhookAttempt]:
        """The journal of webhook attempts, oldest first."""
        return list(self.world.webhooks.entries)

    def assert_sent(self, times: int | None = None, **wanted: Any) -> list[Message]:
        """Fail unless messages went out that fit, and return them.

        Args:
            times: exactly so many; one or more without.
            wanted: `to`, `from_`, `body`, `status`, `direction`, `error_code`, `sid`, `account_sid`.

        Raises:
            AssertionError: with the near misses.
        """
        __tracebackhide__ = True
        return assert_some("sent message", sent(self.messages), MESSAGE, wanted, times)

    def assert_nothing_sent(self, **wanted: Any) -> None:
        """Fail if a message went out, or one that fits when anything is wanted.

        Raises:
            AssertionError: with those that went out.
        """
        __tracebackhide__ = True
        assert_none("sent message", sent(self.messages), MESSAGE, wanted)

    def assert_requested(self, times: int | None = None, **wanted: Any) -> list[Exchange]:
        """Fail unless requests were made that fit, and return them.

        Args:
            times: exactly so many; one or more without.
            wanted: `operation`, `method`, `target`, `body`, `status`, `fault`, `account_sid`.

        Raises:
            AssertionError: with the near misses.
        """
        __tracebackhide__ = True
        return assert_some("request", self.requests, REQUEST, wanted, times)

    def assert_called_back(self, times: int | None = None, **wanted: Any) -> list[WebhookAttempt]:
        """Fail unless webhooks were called that fit, and return the attempts.

        Args:
            times: exactly so many; one or more without.
            wanted: `kind` (`callback`, `inbound_webhook`), `event`, `to`, `from_`, `url`, `body`, `status`, `attempt`,
                `fault`, `message_sid`.

        Raises:
            AssertionError: with the near misses.
        """
        __tracebackhide__ = True
        return assert_some("webhook attempt", self.webhooks, WEBHOOK, wanted, times)
