"""Dead letters: executions that ended badly, which a person can send, or receive, again."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from driver.domain.asset_changes import Operator
from driver.domain.commands import ABOUT, DEAD, RECEIVE_MESSAGE, REQUEUED
from driver.domain.execution import Execution
from driver.errors import CommandRefusedError, NotFoundError
from driver.ports.store import Store
from driver.services.commands import CommandRequest, Commands


class DeadLetters:
    """Requeues dead letters; ``receive_again`` takes in a received message that was set aside."""

    def __init__(
        self, store: Store, commands: Commands, receive_again: Callable[[Execution], Awaitable[Execution]]
    ) -> None:
        self._store = store
        self._commands = commands
        self._receive_again = receive_again

    async def requeue(self, execution_id: str, operator: Operator) -> Execution:
        """Send a message again that was terminated or whose outcome is unknown, as a new execution.

        A received message that was set aside is taken in again instead. Doing so twice gives the same new execution,
        so a doubled click sends once.

        Raises:
            NotFoundError: there is no such execution.
            CommandRefusedError: it did not end badly, so there is nothing to send again.
        """
        letter = await self._store.execution(execution_id)
        if letter is None:
            raise NotFoundError(f"there is no execution {execution_id!r}")
        if letter.state not in DEAD:
            raise CommandRefusedError(
                f"execution {execution_id} is {letter.state.value}; only a dead letter can be requeued"
            )
        if letter.command == RECEIVE_MESSAGE:
            return await self._receive_again(letter)
        parameters = {name: value for name, value in letter.parameters.items() if name != ABOUT}
        request = CommandRequest(letter.command, parameters, f"requeue:{execution_id}", operator)
        again = await (self._commands.on_asset if letter.scope == "asset" else self._commands.on_system)(
            letter.asset_id, request
        )
        await self._store.commit([replace(letter, result=REQUEUED)])
        return again
