"""All mutants, by what they break. When the code moves on, the mutants follow; a test says which do not fit."""

from __future__ import annotations

from mutation.mutant import Mutant
from mutation.mutants import (
    commands,
    communication,
    failover,
    network,
    promises,
    receipts,
    receiving,
    resending,
    sending,
    watching,
)

MUTANTS: tuple[Mutant, ...] = (
    *resending.MUTANTS,
    *commands.MUTANTS,
    *communication.MUTANTS,
    *sending.MUTANTS,
    *receiving.MUTANTS,
    *receipts.MUTANTS,
    *watching.MUTANTS,
    *network.MUTANTS,
    *failover.MUTANTS,
    *promises.MUTANTS,
)
"""Every one of them, in the order in which they are judged."""
