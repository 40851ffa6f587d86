"""Corrections for optimism, by how well a figure is evidenced.

Source: HM Treasury, Public Service Transformation Network and New Economy, *Supporting public service
transformation: cost benefit analysis guidance for local partnerships*, 2014. The table itself was not at hand:
the corrections are recalled, and every grade says so. The Green Book gives no generic values for benefits.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen

from csc_outcomes.errors import InputError


@frozen
class Grade:
    """One grade of confidence.

    Attributes:
        grade: 1 (best) to 6; the weakest of evidence base, population data, age of data and margin of error.
        correction: share by which benefits are reduced, or costs raised.
        description: what such evidence is, where that is known.
        status: `unverified` as long as the table has not been checked against its source.
    """

    grade: int
    correction: Decimal
    description: str = ""
    status: str = "unverified"


OPTIMISM_BIAS: tuple[Grade, ...] = (
    Grade(1, Decimal("0.00"), "independently audited data, or a randomised trial"),
    Grade(2, Decimal("0.05")),
    Grade(3, Decimal("0.10")),
    Grade(4, Decimal("0.15")),
    Grade(5, Decimal("0.25")),
    Grade(6, Decimal("0.40"), "judgement of experts that nothing else bears out"),
)
"""Grades 1 to 6; an input without a stated grade is of grade 6."""

LOWEST_GRADE = OPTIMISM_BIAS[-1].grade


def optimism_bias(grade: int = LOWEST_GRADE) -> float:
    """The correction of a grade, as a share for `benefit(optimism_bias=...)`; unverified.

    Raises:
        InputError: no such grade.
    """
    for entry in OPTIMISM_BIAS:
        if entry.grade == grade and not isinstance(grade, bool):
            return float(entry.correction)
    raise InputError(f"optimism_bias: needed a grade from 1 to {LOWEST_GRADE}, found {grade!r}")
