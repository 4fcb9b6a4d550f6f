"""What proofs of life add to the rule state, which answers are missing, and what an answer clears."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from driver.domain.proofs import Proof, ProofRound
from driver.domain.rule_state import PendingMessage, RuleState
from driver.domain.severity import TOP_SEVERITY

#: Time after startup to read the answers that arrived in the meantime.
CATCH_UP = timedelta(minutes=2)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Proving:
    """The new rule state, the proofs whose answers are missing, and the phones that no longer have a missing answer."""

    rule_state: RuleState
    missing: tuple[Proof, ...] = ()
    over: tuple[str, ...] = ()


def proven(rule_state: RuleState, proofs: Sequence[Proof], now: datetime, *, prefix: str) -> Proving:
    """Return the rule state with the messages of due proofs, and the results of earlier ones.

    ``prefix`` starts the keys of the messages. A proof that fell due longer ago than its answer may take is skipped.
    """
    known = {each.name: each for each in rule_state.proofs}
    waiting, rounds, missing = list(rule_state.waiting), [], []
    for proof in proofs:
        each = known.get(proof.name)
        if each is None or each.phone != proof.phone or each.seen > now + _DAY:
            rounds.append(ProofRound(proof.name, proof.phone, now))
            continue
        if each.deadline is not None and each.deadline <= now:
            each = replace(each, deadline=None, missing=True)
            missing.append(proof)
        due = None
        while (following := proof.next_after(due or each.seen)) <= now:
            due = following
        if due is not None:
            each = replace(each, seen=due)
            if now - due < proof.within:
                key = f"{prefix}proof:{proof.name}:{due.isoformat()}"
                text = PendingMessage(key, proof.rule, proof.phone, proof.message, now, severity=TOP_SEVERITY)
                waiting.append(text)
                each = replace(each, deadline=now + proof.within)
        rounds.append(each)
    still = {each.phone for each in rounds if each.missing}
    over = tuple({each.phone: None for each in rule_state.proofs if each.missing and each.phone not in still})
    return Proving(replace(rule_state, waiting=tuple(waiting), proofs=tuple(rounds)), tuple(missing), over)


def proof_answered(
    rule_state: RuleState, proofs: Sequence[Proof], phone: str, *, text: str
) -> tuple[RuleState, bool, tuple[str, ...]]:
    """Return the rule state after a phone's message, whether it answers a proof, and the phone if one was missing."""
    fitting = {proof.name for proof in proofs if proof.phone == phone and proof.fits(text)}
    open_ = [each for each in rule_state.proofs if each.name in fitting and (each.deadline or each.missing)]
    rounds = tuple(replace(each, deadline=None, missing=False) if each in open_ else each for each in rule_state.proofs)
    was_missing = any(each.missing for each in open_)
    still = any(each.missing for each in rounds if each.phone == phone)
    return replace(rule_state, proofs=rounds), bool(open_), (phone,) if was_missing and not still else ()


def next_proof(rule_state: RuleState, proofs: Sequence[Proof]) -> datetime | None:
    """Return when the next proof is due or the next answer missing, or None."""
    moments = [each.deadline for each in rule_state.proofs if each.deadline is not None]
    seen = {each.name: each.seen for each in rule_state.proofs}
    moments += [proof.next_after(seen[proof.name]) for proof in proofs if proof.name in seen]
    return min(moments, default=None)


def resumed(rule_state: RuleState, now: datetime) -> RuleState:
    """Return the rule state at startup, when answers that arrived in the meantime are still to be read."""
    earliest = now + CATCH_UP
    rounds = (
        each if each.deadline is None else replace(each, deadline=max(each.deadline, earliest))
        for each in rule_state.proofs
    )
    return replace(rule_state, proofs=tuple(rounds))
