"""Claims about the fake: a figure, what it may be at most or has to be at least, and how that is told.

Beside each figure stands a ratio to what a bare aiohttp server takes in the same run, so that machines can be compared.
"""

from collections.abc import Callable

from fake_load import get, run


def tell(what: str, figure: float, unit: str, *, most: float = 0, least: float = 0, ratio: str = "") -> None:
    """Print a figure beside its claim, and whether that was kept."""
    kept = figure <= most if most else figure >= least
    claim = f"at most {most:g}" if most else f"at least {least:g}"
    beside = f", {ratio}" if ratio else ""
    print(f"{what}: {figure:.2f} {unit}{beside} (claim: {claim} {unit}: {'kept' if kept else 'MISSED'})")


async def round_trip(port: int, make: Callable[[int], bytes] | None = None, count: int = 200) -> float:
    """Return the median of a request's round trips on one connection, in milliseconds."""
    request = get(".json?PageSize=1")
    return (await run(port, 1, 0, make or (lambda _: request), count=count)).p50
