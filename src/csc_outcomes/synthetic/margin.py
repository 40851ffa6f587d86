"""A published figure that a national run is fitted to."""

from __future__ import annotations

from attrs import frozen

PERCENT, COUNT, RATE, MEAN = "%", "number", "per 10,000", "mean"

POINTS = 2.0
"""Allowed difference of percentages, in percentage points."""
RELATIVE = 0.02
"""Allowed difference of counts, rates and means, as a share of the target."""
SPREAD = 0.05
"""The same for centiles of authorities: a single one of 200 children varies by 7 % between seeds."""
HALF = 0.5
"""Allowed difference of figures that are published in whole months."""


@frozen
class Margin:
    """One published figure: its block and name, value, unit, year ending, source and allowed difference."""

    block: str
    name: str
    target: float
    unit: str
    year: int
    source: str
    allowed: float
    """Largest difference that counts as met."""


def block(
    name: str,
    unit: str,
    figures: dict[str, float],
    source: str,
    *,
    year: int = 2025,
    spread: bool = False,
    allowed: float | None = None,
) -> tuple[Margin, ...]:
    """The margins of a block; `spread`: they are centiles of authorities; `allowed`: a difference of their own."""
    share = SPREAD if spread else RELATIVE

    def limit(value: float) -> float:
        if allowed is not None:
            return allowed
        return POINTS if unit == PERCENT else share * value

    return tuple(
        Margin(name, label, value, unit, year, source, limit(value)) for label, value in figures.items()
    )
