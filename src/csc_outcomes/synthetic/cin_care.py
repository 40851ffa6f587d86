"""Children who are looked after, as the children in need census has them: referred, in need, in care, after care.

Every period of care lies inside one case, referred on or before its first day; periods that follow each other
closely share a case. The children, their births and their periods are those of the SSDA903 returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from csc_outcomes.synthetic import cin_rates as rates
from csc_outcomes.synthetic import exits
from csc_outcomes.synthetic.children import Children, effect_days, first_entries, multipliers
from csc_outcomes.synthetic.cin_cases import (
    Cases,
    case_key,
    cases_of,
    chain_chance,
    chain_offsets,
    cluster_cases,
    cluster_key,
    clusters_from,
    first_assessment,
    flat,
    joined,
    outcomes,
    settled,
    visible,
)
from csc_outcomes.synthetic.cin_days import drawn, working_days_after
from csc_outcomes.synthetic.cin_rates import Outcome
from csc_outcomes.synthetic.days import YEAR, last_day, return_year
from csc_outcomes.synthetic.draws import exponential, mixed, uniform
from csc_outcomes.synthetic.identity import pupil_numbers
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.periods import Periods, periods_of
from csc_outcomes.synthetic.rates import End
from csc_outcomes.synthetic.short_breaks import agreements

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.draws import Floats, Ints, Keys

_BEFORE, _EARLIER, _LATER = 101, 102, 103
"""Numbers of the clusters that lead to care, before those, and after care."""
_APART = 367
"""Two referrals so many days apart are more than twelve months apart."""
_LONGEST_HISTORY = int(5 * YEAR)
"""No referral comes longer before the start of care than so."""
_RC = {code: place for place, code in enumerate(rates.ENDS)}
_CLOSURES = {"E11": "RC1", "E12": "RC1", "E2": "RC2", "E41": "RC3", "E3": "RC5"}
"""Why the case closes, by the reason why a period of care ends."""


def looked_after(
    authorities: Sequence[Authority], keys: Keys, years: Sequence[int]
) -> tuple[Children, Cases, pl.Series]:
    """The children of the SSDA903 returns and of some years beyond, their cases, and their pupil numbers.

    Only cases that a return may show, and children who have one.
    """
    until = max(years) + rates.CARE_HORIZON
    children = first_entries(authorities, keys, range(min(years), until + 1))
    periods = periods_of(children, authorities, last_day(until))
    spans = _spans(_stays(periods, children), children)
    effect = _effect(children.authority[spans.child], authorities)
    parts = [_leading(spans, children, effect), _earlier(spans, children), _later(spans, children, effect)]
    cases = settled(joined(parts), children.key, children.born)
    shown, cases, rows = visible(children, cases, years)
    return shown, cases, pupil_numbers(children, periods).gather(rows)


@frozen(eq=False)
class _Effect:
    """Per row: the chance of re-referrals, its multiplier and the day from which that holds."""

    scale: Floats
    factor: Floats
    begins: Ints


def _effect(place: Ints, authorities: Sequence[Authority]) -> _Effect:
    scale = np.array([a.practice.rereferrals for a in authorities], dtype=np.float64)
    return _Effect(
        scale[place], multipliers(authorities, "rereferrals")[place], effect_days(authorities)[place]
    )


# ---- stays in care, and how long their cases stay open ----------------------------------------------------


@frozen(eq=False)
class _Stays:
    """Periods of care and agreements on short breaks, ordered by child and start."""

    child: Ints
    key: Keys
    start: Ints
    open_until: Ints
    """The day on which the case closes, if the child does not come back before."""
    reason: Ints

    def __len__(self) -> int:
        return len(self.key)


def _stays(periods: Periods, children: Children) -> _Stays:
    open_until, reason = _closures(periods)
    rows, begins, ends = agreements(children)
    key = mixed(children.key[rows])
    tail = exponential(uniform(key, "after breaks"), YEAR).astype(np.int64)
    columns = {
        "child": (periods.child, rows),
        "key": (periods.key, key),
        "start": (periods.start, begins),
        "open_until": (open_until, np.minimum(ends + tail, children.adult[rows])),
        "reason": (reason, np.full(len(rows), _RC["RC7"])),
    }
    order = np.lexsort((np.concatenate(columns["start"]), np.concatenate(columns["child"])))
    return _Stays(**{name: np.concatenate(parts)[order] for name, parts in columns.items()})


def _closures(periods: Periods) -> tuple[Ints, Ints]:
    """When and why the case closes after each period of care."""
    key, grown = periods.key, periods.end >= periods.adult
    leaver = grown & (uniform(key, "care leaver") < rates.LEAVER_OPEN)
    later = exponential(uniform(key, "case after care"), 1.0)
    home = np.isin(periods.destination, (End.HOME, End.HOME_SOON, End.REMAND, End.ALONE))
    order = np.isin(periods.destination, (End.GUARDIAN, End.ORDER))
    tail = np.select(
        [leaver, grown, home, order],
        [
            uniform(key, "care leaver's case") ** rates.LEAVER_POWER * rates.LEAVER_YEARS * YEAR,
            0.0,
            later * rates.AFTER_HOME,
            later * rates.AFTER_ORDER,
        ],
        0.0,
    ).astype(np.int64)
    end = periods.end + tail
    open_until = np.where(grown, end, np.minimum(end, periods.adult))
    reason = np.full(len(key), _RC["RC7"])
    left = _left(periods)
    for code, closure in _CLOSURES.items():
        reason[(left == code) & ~grown] = _RC[closure]
    reason[(periods.destination == End.GUARDIAN) & ~grown] = _RC["RC4"]
    reason[grown & (uniform(key, "adult social care") < rates.TO_ADULT_CARE)] = _RC["RC6"]
    return open_until, reason


def _left(periods: Periods) -> np.ndarray:
    """Why periods of care end before 18, as the SSDA903 returns have it: it rests on destination and key alone."""
    none = np.zeros(len(periods), dtype=np.int64)
    never = np.zeros(len(periods), dtype=bool)
    return np.array(exits.CODES)[exits.reasons(periods, none, never, never, return_year(periods.end))]


# ---- spans: stays that share a case -----------------------------------------------------------------------


@frozen(eq=False)
class _Spans:
    """One row per case with care, ordered by child and start."""

    child: Ints
    key: Keys
    care: Ints
    """First day of care."""
    referral: Ints
    first: Ints
    """The first referral, if others come before the one that leads to care; `NEVER` where there is no room."""
    history: Ints
    """A referral more than twelve months before these; `NEVER` for none."""
    end: Ints
    reason: Ints
    room: Ints
    """The last day before the next span has something of its own."""


def _spans(stays: _Stays, children: Children) -> _Spans:
    """Join stays of a child whose case stays open between them; place the referrals of each case."""
    born = children.born[stays.child] - rates.UNBORN_DAYS
    floor = np.maximum(born, stays.start - _LONGEST_HISTORY)
    same = np.append(False, stays.child[1:] == stays.child[:-1])[: len(stays)]
    # A new case must come after the old one, and more than twelve months after its referral.
    before = np.maximum(np.roll(stays.open_until, 1) + 2, np.roll(stays.start, 1) + _APART)
    floor = np.where(same, np.maximum(floor, before), floor)
    joins = same & (before > stays.start)
    opening = np.flatnonzero(~joins)
    closing = np.append(opening[1:], len(stays)) - 1
    referral, first = _referrals(stays, opening, floor[opening], children)
    earliest = np.where(first < NEVER, first, referral)
    history = _history(stays.key[opening], earliest, floor[opening], children, stays.child[opening])
    earliest = np.minimum(earliest, history)
    child = stays.child[opening]
    again = np.append(child[1:] == child[:-1], False)[: len(child)]
    room = np.where(again, np.roll(earliest, -1) - _APART, children.adult[child] - 30)
    return _Spans(
        child,
        stays.key[opening],
        stays.start[opening],
        referral,
        first,
        history,
        stays.open_until[closing],
        stays.reason[closing],
        room,
    )


def _referrals(stays: _Stays, rows: Ints, floor: Ints, children: Children) -> tuple[Ints, Ints]:
    """The referral that leads to each case's care, and the first of those that may come before it."""
    child, start, key = stays.child[rows], stays.start[rows], stays.key[rows]
    lead = drawn(rates.CARE_LEADS, key, "lead").astype(np.int64)
    asylum = children.uasc[child]
    lead = np.where(asylum, (uniform(key, "lead", 1) * 3).astype(np.int64), lead)
    room = np.maximum(start - floor, 0)
    lead = np.where(lead > room, (uniform(key, "lead", 2) * room).astype(np.int64), lead)
    referral = start - lead
    offsets = chain_offsets(cluster_key(key, _BEFORE))
    first = referral - np.where(offsets < NEVER, offsets, 0).max(axis=1)
    possible = (first >= floor) & ~asylum & ~children.short[child]
    return referral, np.where(possible, first, NEVER)


def _history(key: Keys, earliest: Ints, floor: Ints, children: Children, child: Ints) -> Ints:
    gap = _APART + exponential(uniform(key, "history gap"), rates.EARLIER_GAP).astype(np.int64)
    some = (uniform(key, "history") < rates.EARLIER_HISTORY) & ~children.uasc[child] & ~children.short[child]
    return np.where(some & (earliest - gap >= floor), earliest - gap, NEVER)


# ---- the cases --------------------------------------------------------------------------------------------


def _leading(spans: _Spans, children: Children, effect: _Effect) -> Cases:
    """The case of each span, and the referrals of the twelve months before it, whose cases closed."""
    key = cluster_key(spans.key, _BEFORE)
    at, start, following = flat(_leading_days(spans, key, effect))
    followed = following < NEVER
    child, who = spans.child[at], case_key(key[at], start - spans.referral[at] + _LONGEST_HISTORY)
    rows = np.flatnonzero(followed)
    result = outcomes(who[rows], (following - start)[rows], np.zeros(len(rows), dtype=bool))
    before = cases_of(
        child[rows],
        who[rows],
        start[rows],
        result,
        following[rows] - 2,
        np.zeros(len(rows), dtype=bool),
    )
    last = np.flatnonzero(~followed)
    return joined([before, _into_care(spans, at[last], start[last], children)])


def _leading_days(spans: _Spans, key: Keys, effect: _Effect) -> Ints:
    """Referrals up to the one that leads to care: one row per span, in order, unused places `NEVER`.

    An effect leaves out, or adds, what follows the first of them from its day on. Where the last is left out, the
    case of the one before it did not close but led into care.
    """
    possible = spans.first < NEVER
    offsets = chain_offsets(key)
    others = np.where(possible[:, None] & (offsets < NEVER), spans.first[:, None] + offsets, NEVER)
    u = uniform(key, "chain")
    chance = rates.CHAIN_OF_CARE * effect.scale
    kept = u[:, None] < chance[:, None] * np.where(
        others >= effect.begins[:, None], effect.factor[:, None], 1.0
    )
    kept &= others < NEVER
    begun = possible & (kept.any(axis=1) | (u < chance))
    days = np.where(kept, others, NEVER)
    alone = np.where(begun, spans.first, spans.referral)
    return np.sort(np.concatenate([alone[:, None], days], axis=1), axis=1)


def _into_care(spans: _Spans, at: Ints, start: Ints, children: Children) -> Cases:
    """Cases that lead into care: open from the referral to what follows the last period of care."""
    key, care = spans.key[at], spans.care[at]
    child, end = spans.child[at], spans.end[at]
    assessed = np.minimum(first_assessment(key, start), np.maximum(end, start + 1))
    lead = care - start
    length = np.ceil(drawn(rates.PLAN_LENGTHS, key, "plan length") * YEAR).astype(np.int64)
    planned = (
        (lead >= 2 * rates.SHORTEST_LEAD + 10)
        & (uniform(key, "plan before care") < rates.PLAN_BEFORE_CARE)
        & ~children.uasc[child]
        & ~children.short[child]
    )
    wait = (uniform(key, "plan lead") * np.minimum(lead - rates.SHORTEST_LEAD - 10, 120)).astype(np.int64)
    plan_start = working_days_after(start + rates.SHORTEST_LEAD + wait, np.zeros(len(key), dtype=np.int64))
    into = care + (uniform(key, "plan in care") * 40).astype(np.int64)
    plan_end = np.minimum(np.minimum(plan_start + length, into), end)
    planned &= plan_end > plan_start + 7
    return Cases(
        child,
        key,
        start,
        end,
        np.where(planned, Outcome.PROTECTED, Outcome.NEED),
        assessed,
        np.where(planned, plan_start, NEVER),
        np.where(planned, plan_end, NEVER),
        np.zeros(len(key), dtype=np.int64),
        care,
        spans.reason[at],
    )


def _earlier(spans: _Spans, children: Children) -> Cases:
    """One referral long before those that led to care."""
    rows = np.flatnonzero(spans.history < NEVER)
    following = np.minimum(spans.first, spans.referral)[rows]
    key = cluster_key(spans.key[rows], _EARLIER)
    return cluster_cases(spans.history[rows][:, None], key, spans.child[rows], children, following - 2)


def _later(spans: _Spans, children: Children, effect: _Effect) -> Cases:
    """A cluster of referrals after a case with care has closed, if it comes well before the next one."""
    key = cluster_key(spans.key, _LATER)
    gap = 30 + exponential(uniform(key, "later gap"), rates.LATER_GAP).astype(np.int64)
    # Adopted children have another identity, and those who moved away or died do not come back.
    stays = np.isin(spans.reason, (_RC["RC3"], _RC["RC4"], _RC["RC7"]))
    first = np.maximum(spans.end + gap, spans.care + _APART)
    some = (uniform(key, "later") < rates.LATER_HISTORY) & stays & ~children.uasc[spans.child]
    rows = np.flatnonzero(some & (first + _APART < spans.room))
    child = spans.child[rows]
    clusters = clusters_from(
        key[rows],
        first[rows],
        children.adult[child],
        chain_chance(effect.scale[rows]),
        effect.factor[rows],
        effect.begins[rows],
    )
    return cluster_cases(clusters.days, key[rows], child, children, spans.room[rows])
