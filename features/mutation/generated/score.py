"""The score of each package, as a row for the table of ``docs/qa/mutants.md``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from mutation.generated.verdicts import ILL_TYPED, NOTICED, SURVIVED, UNREACHED, Verdict

HEAD = """| package | judged | refused by types | killed | survived | reached by no test | killed of those played |
|---|---|---|---|---|---|---|"""


def table(judged: Iterable[Verdict]) -> str:
    """Return the table. Mutants refused by the type checker count neither for nor against the tests."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in judged:
        counts[one.mutant.package][one.verdict] += 1
    return "\n".join([HEAD, *(_row(package, counted) for package, counted in sorted(counts.items()))])


def _row(package: str, counted: Counter[str]) -> str:
    killed = sum(counted[verdict] for verdict in NOTICED)
    played = killed + counted[SURVIVED] + counted[UNREACHED]
    numbers = (counted.total(), counted[ILL_TYPED], killed, counted[SURVIVED], counted[UNREACHED])
    percent = f"{100 * killed // played} %" if played else "-"
    return f"| `{package.replace('.', '/')}` | {' | '.join(f'{number:,}' for number in numbers)} | {percent} |"
