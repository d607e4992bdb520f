"""What was measured, and how it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

AIMS = {"create": 0.5, "page": 0.5, "webhooks": 0.7}
GROWTH_AIMS = {"create": 1.2, "get": 1.2, "list": 1.2}
WIDE = 1.3  # how far apart the ratios of the rounds may lie before it is told
BUSY = 0.5  # a helper that takes more of a core than this may be what was measured


@dataclass(frozen=True)
class Result:
    """ours, floor: requests a second, round by round. helper: the largest share of a core that the load
    generator or the receiver took."""

    title: str
    ours: Sequence[float]
    floor: Sequence[float]
    helper: float
    notes: Sequence[str]

    @property
    def ratios(self) -> list[float]:
        return [ours / floor for ours, floor in zip(self.ours, self.floor, strict=True)]

    @property
    def ratio(self) -> float:
        return median(self.ratios)


def table(results: Sequence[Result]) -> list[str]:
    lines = [f"{'':<10}{'ours':>9}{'floor':>10}{'ratio':>8}{'lowest–highest':>17}{'aim':>8}"]
    for result in results:
        span = f"{min(result.ratios):.2f}–{max(result.ratios):.2f}"
        lines.append(
            f"{result.title:<10}{median(result.ours):>7.0f}/s{median(result.floor):>8.0f}/s"
            f"{result.ratio:>8.2f}{span:>17}{AIMS.get(result.title, ''):>8}"
        )
    lines.append("")
    lines += [f"{result.title}: {note}" for result in results for note in _notes(result)]
    return lines


def ratios_line(results: Sequence[Result]) -> str:
    return " ".join(["RATIOS", *(f"{result.title}={result.ratio:.2f}" for result in results)])


def growth_table(results: Sequence[Result], fewer: int, more: int) -> list[str]:
    """ours of a result: with more sessions stored, floor: with fewer."""
    lines = [f"{'stored':<10}{fewer:>10,}{more:>12,}{'growth':>8}{'aim':>8}"]
    for result in results:
        aim = f"≤ {GROWTH_AIMS[result.title]}" if result.title in GROWTH_AIMS else ""
        lines.append(
            f"{result.title:<10}{median(result.floor):>8.0f}/s{median(result.ours):>10.0f}/s"
            f"{1 / result.ratio:>8.2f}{aim:>8}"
        )
    lines.append("")
    lines += [f"{result.title}: {note}" for result in results for note in _notes(result)]
    return lines


def growth_line(results: Sequence[Result]) -> str:
    return " ".join(["GROWTH", *(f"{result.title}={1 / result.ratio:.2f}" for result in results)])


def _notes(result: Result) -> list[str]:
    notes = [*result.notes, _about_helper(result)]
    if max(result.ratios) > min(result.ratios) * WIDE:
        notes.append(
            "THE ROUNDS DIFFER WIDELY: something else used the machine; measure again when it is quiet."
        )
    return notes


def _about_helper(result: Result) -> str:
    what = "receiver" if result.title == "webhooks" else "load generator"
    verdict = "so it may have been the limit" if result.helper > BUSY else "so it was not the limit"
    return f"The {what} took at most {result.helper:.0%} of a core, {verdict}."
