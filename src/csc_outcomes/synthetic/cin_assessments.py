"""Assessments of cases, and the factors that they find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from csc_outcomes.synthetic import cin_rates as rates
from csc_outcomes.synthetic.cin_days import working_days_after
from csc_outcomes.synthetic.days import YEAR, return_year
from csc_outcomes.synthetic.draws import below, expand, mixed, poisson, uniform
from csc_outcomes.synthetic.legal import NEVER

if TYPE_CHECKING:
    from csc_outcomes.synthetic.cin_story import Story
    from csc_outcomes.synthetic.draws import Floats, Ints, Keys

CODES = (*rates.FACTORS, "18A", "19A", "21")
_NONE = CODES.index("21")
_OTHER = CODES.index("20")
_AGAIN_FROM = 183
"""Days from the referral from which a case that stays open is assessed again."""
_OLD_CODES = {"18B": "18A", "18C": "18A", "19B": "19A", "19C": "19A"}


@frozen(eq=False)
class Assessments:
    """One row per assessment, ordered by case and start."""

    case: Ints
    key: Keys
    start: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.case)


def assessments_of(story: Story) -> Assessments:
    """The first assessment of each case, and further ones while it is open outside care."""
    cases = story.cases
    first = np.flatnonzero(cases.assessed < NEVER)
    start = cases.start[first]
    begun = np.minimum(start + below(cases.key[first], "assessment starts", 3), cases.assessed[first])
    later, when, ends = _further(story)
    case = np.concatenate([first, later])
    starts = np.concatenate([begun, when])
    end = np.concatenate([cases.assessed[first], ends])
    order = np.lexsort((starts, case))
    case, starts, end = case[order], starts[order], end[order]
    key = mixed(cases.key[case] ^ mixed((starts - cases.start[case]).astype(np.uint64)))
    return Assessments(case, key, starts, end)


def _further(story: Story) -> tuple[Ints, Ints, Ints]:
    cases = story.cases
    opening = cases.start + _AGAIN_FROM
    until = np.minimum(np.minimum(cases.end, cases.care), story.children.adult[cases.child])
    span = np.where(cases.assessed < NEVER, np.maximum(until - opening - 30, 0), 0)
    mean = span / (rates.REASSESSMENT_YEARS * YEAR)
    row, number = expand(poisson(uniform(cases.key, "further assessments"), mean))
    start = opening[row] + below(cases.key[row], "further assessment", span[row], number)
    length = 8 + below(cases.key[row], "length of further assessment", 38, number)
    end = np.minimum(working_days_after(start, length), until[row] - 1)
    # Two on one day are one.
    order = np.lexsort((start, row))
    row, start, end = row[order], start[order], end[order]
    new = np.append(True, (row[1:] != row[:-1]) | (start[1:] != start[:-1]))[: len(row)]
    return row[new], start[new], np.maximum(end, start)[new]


def factors_of(story: Story, made: Assessments, rows: Ints) -> tuple[Ints, Ints]:
    """Factors of the assessments `rows`: the row of each, and the index of the factor in `CODES`, in order."""
    cases, children = story.cases, story.children
    case = made.case[rows]
    child = cases.child[case]
    key, end = made.key[rows], made.end[rows]
    age = (end - children.born[child]) / YEAR
    band = np.searchsorted(rates.FACTOR_AGES, age, side="right")
    nothing = uniform(key, "no factor") < rates.NO_FACTOR
    asylum, disabled = children.uasc[child], story.need[child] == rates.NEEDS.index("N2")
    found: list[tuple[Ints, Ints]] = []
    some = np.zeros(len(rows), dtype=bool)
    for place, code in enumerate(rates.FACTORS):
        chance = _chances(code)[band]
        if code == "9A":
            chance = np.where(asylum, 0.95, 0.0)
        elif code == "6A":
            chance = np.where(disabled, np.maximum(chance, 0.5), chance)
        hit = (uniform(key, f"factor {code}") < chance) & ~nothing
        some |= hit
        at = np.flatnonzero(hit)
        found.append((at, np.full(len(at), place)))
    lacking = np.flatnonzero(~some & ~nothing)
    bare = np.flatnonzero(nothing)
    found += [(lacking, np.full(len(lacking), _OTHER)), (bare, np.full(len(bare), _NONE))]
    at = np.concatenate([row for row, _ in found])
    factor = _of_year(np.concatenate([code for _, code in found]), return_year(end)[at])
    return _single(at, factor)


def _chances(code: str) -> Floats:
    """Chance of a factor by age, such that the ages together give its share."""
    share, *weights = rates.FACTORS[code]
    mean = float(np.dot(weights, rates.FACTOR_AGE_SHARES))
    found: Floats = np.minimum(np.array(weights) * share / mean, 0.9)
    return found


def _of_year(factor: Ints, year: Ints) -> Ints:
    """Codes as the return of the year has them; what it has none for is another factor."""
    for code, old in _OLD_CODES.items():
        past = (factor == CODES.index(code)) & (year < rates.SPLIT_ABUSE)
        factor = np.where(past, CODES.index(old), factor)
    return np.where((factor == CODES.index("24A")) & (year < rates.FIRST_CRIMINAL), _OTHER, factor)


def _single(at: Ints, factor: Ints) -> tuple[Ints, Ints]:
    """Each factor once per assessment, in order."""
    packed = np.unique(at * len(CODES) + factor)
    return packed // len(CODES), packed % len(CODES)
