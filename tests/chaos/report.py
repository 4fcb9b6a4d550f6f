"""The figures of a run as lines for people."""

from collections import Counter
from dataclasses import dataclass, field

from chaos.ledger import Ledger
from chaos.play import Played


def command(seed: int, seconds: float, number: int | None = None) -> str:
    """Return the command that runs the same misfortunes again."""
    return f"tox -e chaos -- --seed {seed} --seconds {seconds:g}" + (f" --round {number}" if number else "")


def figures(ledger: Ledger) -> Counter[str]:
    """Count what happened at a site."""
    counted: Counter[str] = Counter(outcome.state or "none" for outcome in ledger.outcomes.values())
    counted["commands"] = sum(promise.acknowledged_at is not None for promise in ledger.promises)
    counted["texts"] = sum(not row.incoming and not row.refused for row in ledger.rows)
    counted["incoming"] = sum(row.incoming for row in ledger.rows)
    counted["failovers"] = ledger.failovers
    return counted


def line(number: int, played: Played) -> str:
    """Return the line of one site."""
    counted = figures(played.ledger)
    states = ", ".join(f"{counted[name]} {name}" for name in ("succeeded", "terminated", "unknown", "rejected"))
    misfortunes = ", ".join(f"{times} {kind}" for kind, times in sorted(played.ledger.misfortunes.items()))
    return (
        f"round {number}, {played.plan.name} ({played.plan.twilio}): "
        f"{played.seconds:.0f} s and {played.calm_s:.0f} s calm, "
        f"{played.kills} kills, {counted['failovers']} failovers, {counted['commands']} commands ({states}), "
        f"{counted['texts']} texts, {counted['incoming']} incoming, {len(played.verdict.gaps)} in the known gap, "
        f"{len(played.verdict.findings)} broken; misfortunes: {misfortunes or 'none'}"
    )


@dataclass
class Total:
    """The sum of all sites."""

    figures: Counter[str] = field(default_factory=Counter)
    misfortunes: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    broken: int = 0

    def add(self, played: Played) -> None:
        """Add a site."""
        self.figures += figures(played.ledger)
        self.figures["kills"] += played.kills
        self.figures["gaps"] += len(played.verdict.gaps)
        self.misfortunes += played.ledger.misfortunes
        self.broken += bool(played.verdict.findings)
        self.kept += not played.verdict.findings

    def line(self, seed: int) -> str:
        """Return the figures of the whole run."""
        names = ("kills", "failovers", "commands", "texts", "incoming", "gaps")
        shown = ", ".join(f"{self.figures[name]} {name}" for name in names)
        return f"seed {seed}, all sites: {shown}, {self.misfortunes.total()} misfortunes"
