"""Turns the rounds of two sides into ratios and prints them; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """One measured thing: the rounds of both sides, in the order they were taken.

    Attributes:
        name: what one unit is ("chat, per delivery").
        unit: unit of the rounds ("µs", "kB").
        ours: cost of one unit in each round, ours.
        peers: the same for the peer; round i ran right after round i of ours.
        target: the ratio not to be passed, None for a row that only informs.
        note: shown below the table ("profile: build/bench/chat.txt"), or empty.
    """

    name: str
    unit: str
    ours: Sequence[float]
    peers: Sequence[float]
    target: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """Median of ours over median of the peer's; below 1 we are the cheaper."""
        return median(self.ours) / median(self.peers)

    @property
    def spread(self) -> tuple[float, float]:
        """Least and greatest ratio of two neighbouring rounds: how much the machine disturbed the measurement."""
        ratios = [ours / peers for ours, peers in zip(self.ours, self.peers, strict=True)]
        return min(ratios), max(ratios)

    @property
    def is_missed(self) -> bool:
        """The ratio is above the target."""
        return self.target is not None and self.ratio > self.target

    @property
    def verdict(self) -> str:
        """`pass`, `MISS`, or `-` where there is no target."""
        if self.target is None:
            return "-"
        return "MISS" if self.is_missed else "pass"


_HEADINGS = ("per unit", "onepizza", "node", "ratio", "spread", "target", "")


def _cells(row: Row) -> tuple[str, ...]:
    low, high = row.spread
    return (
        row.name,
        f"{median(row.ours):.1f} {row.unit}",
        f"{median(row.peers):.1f} {row.unit}",
        f"{row.ratio:.2f}",
        f"{low:.2f}-{high:.2f}",
        "" if row.target is None else f"<= {row.target:.2f}",
        row.verdict,
    )


def render(rows: Sequence[Row]) -> str:
    """Return the table as text, one line a row, the notes below it."""
    lines = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    text = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    text.insert(1, "-" * len(text[0]))
    text += [f"{row.name}: {row.note}" for row in rows if row.note]
    return "\n".join(text)
