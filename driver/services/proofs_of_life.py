"""Carries out proofs of life: sends them when due, and raises a fault on a phone whose answer is missing."""

from collections.abc import Iterable, Sequence

import structlog

from driver.domain.asset_changes import FaultCleared, FaultRaised
from driver.domain.commands import MESSAGE_CONTENT
from driver.domain.events import Event
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.proof_of_life import proof_answered, proven
from driver.domain.proofs import Proof
from driver.domain.rule_state import RuleState
from driver.runtime.clock import Clock
from driver.services.assets import Assets
from driver.services.rule_messages import PREFIX

_log = structlog.get_logger("driver.workflows")
_HINT = "a message from this phone (is it switched on, and with its owner?)"


class ProofsOfLife:
    """Follows the proofs of life in the rule state."""

    def __init__(self, assets: Assets, clock: Clock) -> None:
        self._assets = assets
        self._clock = clock

    async def look(self, rule_state: RuleState, proofs: Sequence[Proof]) -> RuleState:
        """Return the rule state with the proofs that are due; a phone whose answer is missing is in Fault."""
        done = proven(rule_state, proofs, self._clock.now(), prefix=PREFIX)
        for proof in done.missing:
            detail = f"No answer to the proof of life {proof.name!r} of {proof.at:%H:%M}"
            _log.warning("proof_of_life_not_answered", proof=proof.name, asset_id=proof.phone)
            missing = FaultRaised(FaultCause.NO_ANSWER, CauseKind.STANDING, detail, hint=_HINT)
            await self._assets.apply(proof.phone, missing)
        await self._end(done.over)
        return done.rule_state

    async def take(self, rule_state: RuleState, proofs: Sequence[Proof], event: Event) -> tuple[RuleState, bool]:
        """Return the rule state after a person's message, and whether it answers a proof."""
        text = str(event.parameters.get(MESSAGE_CONTENT, ""))
        rule_state, proves, over = proof_answered(rule_state, proofs, event.asset_id, text=text)
        await self._end(over)
        return rule_state, proves

    async def _end(self, phones: Iterable[str]) -> None:
        for phone in phones:
            await self._assets.apply(phone, FaultCleared(CauseKind.STANDING, (FaultCause.NO_ANSWER,)))
