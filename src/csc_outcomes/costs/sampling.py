"""How confident a sample of a known number of cases makes one of a share: the claim behind many a "88%"."""

from __future__ import annotations

import math

from csc_outcomes.costs.money import read_amounts
from csc_outcomes.errors import all_at_once


def sample_confidence(
    sample: int, population: int | None = None, *, margin: float = 0.05, share: float = 0.5
) -> float:
    """Compute the confidence with which a share seen in a sample lies within a margin of the whole's.

    The normal approximation with the correction for a finite population. It supposes a random sample; it says
    nothing about whether the cases that were looked at represent the others.

    Args:
        sample: cases looked at.
        population: cases there were; None for very many.
        margin: half the width of the interval, as a share.
        share: the share supposed; one half is the most cautious.

    Returns:
        The confidence as a share, 0.88 for 88%.

    Raises:
        InputError: all problems at once: numbers that are missing or out of range, a sample above the whole.
    """
    problems: list[str] = []
    read_amounts(sample, "sample", problems, least=1, whole=True)
    read_amounts(margin, "margin", problems, above=0, most=1)
    read_amounts(share, "share", problems, above=0, most=1)
    if population is not None:
        read_amounts(population, "population", problems, least=2, whole=True)
        if not problems and population < sample:
            problems.append("population: needed at least the sample, found less")
    if not problems and share == 1:
        problems.append("share: needed less than 1, found 1")
    all_at_once("sample_confidence", problems)
    correction = 1.0 if population is None else (population - sample) / (population - 1)
    error = math.sqrt(share * (1 - share) / sample * correction)
    return math.erf(margin / error / math.sqrt(2)) if error else 1.0
