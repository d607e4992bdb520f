"""Two sides that take turns: ours, floor, ours, floor … so that what else the machine does hits both alike."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.results import Result
from bin._progress import Progress


@dataclass(frozen=True)
class Round:
    """rate: requests a second. helper: the share of a core that our own load generator or receiver took."""

    rate: float
    helper: float


Side = Callable[[float], Round]  # takes how many seconds to measure, about


def take_turns(
    title: str, *, ours: Side, floor: Side, seconds: float, rounds: int, notes: list[str]
) -> Result:
    """Warm both sides up, then measure them in turns."""
    with Progress(f"Measuring {title}") as progress:
        progress.show("warming up")
        warm = min(1.0, seconds)
        ours(warm), floor(warm)
        pairs: list[tuple[Round, Round]] = []
        for number in range(1, rounds + 1):
            pairs.append((ours(seconds), floor(seconds)))
            progress.show(f"round {number} of {rounds}: {pairs[-1][0].rate / pairs[-1][1].rate:.2f}")
    return Result(
        title=title,
        ours=[pair[0].rate for pair in pairs],
        floor=[pair[1].rate for pair in pairs],
        helper=max(side.helper for pair in pairs for side in pair),
        notes=notes,
    )
