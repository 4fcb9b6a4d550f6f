"""Passes messages of rules to the commands, or records why one is not sent, so that none just disappears."""

import structlog

from driver.domain.asset_changes import Operator
from driver.domain.commands import MESSAGE_CONTENT, Command, ExecutionState
from driver.domain.relevance import MAX_LENGTH
from driver.domain.rule_state import PendingMessage
from driver.errors import CommandRefusedError, IdempotencyConflictError, NotFoundError
from driver.services.commands import CommandRequest, Commands

_log = structlog.get_logger("driver.workflows")
#: What the command ids of rules begin with.
PREFIX = "workflow:"


class RuleMessages:
    """Sends and drops messages of rules, each only once, even across crashes."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def send(self, item: PendingMessage) -> None:
        """Send a message that is due."""
        try:
            execution = await self._commands.on_asset(item.to, _call(item))
        except (CommandRefusedError, NotFoundError) as exc:
            await self.drop(item, str(exc))
        except IdempotencyConflictError:
            _log.info("rule_message_sent_before_restart", rule=item.rule, asset_id=item.to)
        else:
            if execution.state is ExecutionState.TERMINATED:
                _log.warning("rule_message_not_sent", rule=item.rule, asset_id=item.to, reason=execution.reason)
            else:
                _log.info("rule_message_sent", rule=item.rule, asset_id=item.to, execution_id=execution.execution_id)

    async def drop(self, item: PendingMessage, why: str) -> None:
        """Record that a message is not sent: with an event, an audit entry, a dead letter and a log record."""
        try:
            await self._commands.drop(item.to, _call(item), why)
        except IdempotencyConflictError:
            return  # it was sent before the restart
        _log.warning("rule_message_not_sent", rule=item.rule, asset_id=item.to, reason=why)


def _call(item: PendingMessage) -> CommandRequest:
    operator = Operator("workflow" if item.answer else item.rule, "workflow")
    parameters = {MESSAGE_CONTENT: item.text[:MAX_LENGTH]}
    return CommandRequest(
        Command.SEND_MESSAGE.value,
        parameters,
        item.key,
        operator,
        by_rule=True,
        about=item.subjects,
        severity=item.severity,
    )
