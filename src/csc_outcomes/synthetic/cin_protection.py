"""Enquiries, conferences, child protection plans with their reviews, and child in need plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from csc_outcomes.synthetic import cin_rates as rates
from csc_outcomes.synthetic.cin_days import drawn, working_days_after
from csc_outcomes.synthetic.cin_rates import Outcome
from csc_outcomes.synthetic.days import YEAR
from csc_outcomes.synthetic.draws import below, expand, exponential, pick, poisson, uniform
from csc_outcomes.synthetic.legal import NEVER

if TYPE_CHECKING:
    from csc_outcomes.synthetic.cin_cases import Cases
    from csc_outcomes.synthetic.cin_story import Story
    from csc_outcomes.synthetic.draws import Bools, Ints

_TARGET = 15
"""Working days from enquiry to conference that are allowed."""
_SHORTEST_PLAN = 14


@frozen(eq=False)
class Enquiries:
    """One row per enquiry, ordered by case and start; `conference` is `NEVER` where none is held."""

    case: Ints
    start: Ints
    target: Ints
    conference: Ints
    end: Ints
    """The day of the conference, or of the decision that none is needed."""


def transferred(cases: Cases) -> Bools:
    """Cases whose plan followed a conference without an enquiry of the authority: the child moved in."""
    return (cases.plan_start < NEVER) & (uniform(cases.key, "transfer in") < rates.TRANSFER_IN)


def enquiries_of(story: Story) -> Enquiries:
    """Enquiries that led to a plan, to a conference only, or to none."""
    parts = [_to_plans(story.cases), _to_conferences(story.cases), _ended(story)]
    case, start, conference, end = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((conference, start, case))
    case, start, conference, end = case[order], start[order], conference[order], end[order]
    # Of two on one day the one with a conference stands.
    new = np.append(True, (case[1:] != case[:-1]) | (start[1:] != start[:-1]))[: len(case)]
    case, start, conference, end = case[new], start[new], conference[new], end[new]
    return Enquiries(case, start, working_days_after(start, np.full(len(start), _TARGET)), conference, end)


def _lead(cases: Cases, rows: Ints) -> Ints:
    return drawn(rates.CONFERENCE_DAYS, cases.key[rows], "conference").astype(np.int64)


def _to_plans(cases: Cases) -> tuple[Ints, Ints, Ints, Ints]:
    rows = np.flatnonzero((cases.plan_start < NEVER) & ~transferred(cases))
    conference = cases.plan_start[rows]
    start = np.maximum(working_days_after(conference, -_lead(cases, rows)), cases.start[rows])
    return rows, start, conference, conference


def _to_conferences(cases: Cases) -> tuple[Ints, Ints, Ints, Ints]:
    chosen = (
        (cases.outcome == Outcome.NEED)
        & (cases.plan_start == NEVER)
        & (uniform(cases.key, "conference only") < rates.CONFERENCE_ONLY)
    )
    rows = np.flatnonzero(chosen)
    start = working_days_after(
        cases.start[rows] + below(cases.key[rows], "enquiry", 30), np.zeros(len(rows), int)
    )
    conference = working_days_after(start, _lead(cases, rows))
    held = conference < np.minimum(cases.end, cases.care)[rows]
    return rows[held], start[held], conference[held], conference[held]


def _ended(story: Story) -> tuple[Ints, Ints, Ints, Ints]:
    """Enquiries without a conference: early in a case, and from time to time in a long one outside care."""
    cases = story.cases
    need = np.isin(cases.outcome, (Outcome.NEED, Outcome.PROTECTED)) & ~story.children.uasc[cases.child]
    early = np.flatnonzero(need & (uniform(cases.key, "early enquiry") < rates.ENQUIRY_EARLY))
    soon = cases.start[early] + exponential(uniform(cases.key[early], "early enquiry", 1), 10.0).astype(
        np.int64
    )
    until = np.minimum(np.minimum(cases.end, cases.care), story.children.adult[cases.child])
    span = np.where(need, np.maximum(until - cases.start - 60, 0), 0)
    row, number = expand(poisson(uniform(cases.key, "enquiries"), rates.ENQUIRY_YEARLY * span / YEAR))
    late = cases.start[row] + 60 + below(cases.key[row], "late enquiry", span[row], number)
    rows, start = np.concatenate([early, row]), np.concatenate([soon, late])
    step = np.concatenate([np.zeros(len(early), dtype=np.int64), number + 1])
    end = working_days_after(start, 3 + below(cases.key[rows], "length of enquiry", 13, step))
    start = np.minimum(start, np.maximum(cases.end[rows] - 1, cases.start[rows]))
    end = np.minimum(end, cases.end[rows])
    return rows, start, np.full(len(rows), NEVER), end


def reviews_of(cases: Cases, until: int) -> tuple[Ints, Ints]:
    """Case and day of the reviews of plans up to a day: after about three months, then every half year."""
    rows = np.flatnonzero(cases.plan_start < NEVER)
    last = np.minimum(cases.plan_end[rows] - 1, until)
    counts = np.maximum((last - cases.plan_start[rows] - rates.FIRST_REVIEW) // rates.REVIEW_GAP + 2, 0)
    at, number = expand(counts)
    due = rates.FIRST_REVIEW + number * rates.REVIEW_GAP
    day = cases.plan_start[rows[at]] + due - below(cases.key[rows[at]], "review", 14, number)
    held = day <= last[at]
    return rows[at[held]], day[held]


def categories(cases: Cases, rows: Ints) -> tuple[Ints, Ints]:
    """Initial and latest category of abuse of plans: indices in `cin_rates.CATEGORIES`."""
    key = cases.key[rows]
    first = pick(uniform(key, "category"), rates.CATEGORY_SHARES)
    other = pick(uniform(key, "later category"), rates.CATEGORY_SHARES)
    return first, np.where(uniform(key, "category changes") < rates.CATEGORY_CHANGES, other, first)


def plans_in_need(cases: Cases) -> tuple[Ints, Ints, Ints]:
    """Case, start and end of child in need plans: after the assessment, or after a child protection plan."""
    key = cases.key
    ceases = np.minimum(cases.end, cases.care)
    after = (cases.plan_start < NEVER) & (uniform(key, "plan in need after") < rates.CIN_PLAN_AFTER)
    before = (cases.outcome == Outcome.NEED) & (uniform(key, "plan in need") < rates.CIN_PLAN)
    begins = np.where(after, cases.plan_end, cases.assessed + below(key, "plan in need starts", 15))
    rows = np.flatnonzero((after | before) & (begins < NEVER))
    rows = rows[ceases[rows] - begins[rows] >= _SHORTEST_PLAN]
    return rows, begins[rows], ceases[rows]
