"""Dead letters: failed executions that a person can send, or receive, again."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from driver.domain.asset_changes import Operator
from driver.domain.commands import ABOUT, DEAD, RECEIVE_MESSAGE, REQUEUED
from driver.domain.execution import Execution
from driver.errors import CommandRefusedError, NotFoundError
from driver.ports.store import Store
from driver.services.commands import CommandRequest, Commands


class DeadLetters:
    """Requeues dead letters; ``receive_again`` processes a received message that was set aside."""

    def __init__(
        self, store: Store, commands: Commands, receive_again: Callable[[Execution], Awaitable[Execution]]
    ) -> None:
        self._store = store
        self._commands = commands
        self._receive_again = receive_again

    async def requeue(self, execution_id: str, operator: Operator) -> Execution:
        """Send a message that was terminated or whose outcome is unknown again, as a new execution.

        A received message that was set aside is processed again instead. Requeuing twice returns the same new
        execution, so a double click sends once.

        Raises:
            NotFoundError: the execution does not exist.
            CommandRefusedError: it did not fail, so there is nothing to send again.
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
