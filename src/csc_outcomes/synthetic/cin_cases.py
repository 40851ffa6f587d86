"""Cases: referrals of a child, what each leads to, and when the case closes.

Referrals come in clusters: one that follows none in twelve months, and those of the twelve months after it. All
of a cluster lie within twelve months of its first, so any of them can be left out or added, and the others are
re-referrals all the same: that is what makes an effect on re-referrals exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, fields, frozen

from csc_outcomes.synthetic import cin_rates as rates
from csc_outcomes.synthetic.authorities import MOST
from csc_outcomes.synthetic.cin_days import drawn, working_days_after
from csc_outcomes.synthetic.cin_rates import Outcome
from csc_outcomes.synthetic.days import YEAR, first_day, last_day
from csc_outcomes.synthetic.draws import exponential, mixed, pick, uniform
from csc_outcomes.synthetic.legal import NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csc_outcomes.synthetic.children import Children
    from csc_outcomes.synthetic.draws import Bools, Floats, Ints, Keys

_MOST_OTHERS = len(rates.CHAIN_SHARES)
_SHORTEST_PLAN = 150
"""A child who will be 18 sooner is not put on a plan."""


@frozen(eq=False)
class Cases:
    """One row per referral; `child` is the child's row. Days that never come are `NEVER`."""

    child: Ints
    key: Keys
    start: Ints
    """Day of the referral."""
    end: Ints
    """Day of closure; `NEVER` after no further action."""
    outcome: Ints
    assessed: Ints
    """Day on which the first assessment ends."""
    plan_start: Ints
    plan_end: Ints
    previous: Ints
    """Child protection plans the child was on before this one."""
    care: Ints
    """First day in care of a case that leads there."""
    reason: Ints
    """Why it closes: index in `cin_rates.ENDS`."""

    def __len__(self) -> int:
        return len(self.key)

    def take(self, rows: Ints | Bools) -> Cases:
        """The cases in these rows."""
        return evolve(self, **{f.name: getattr(self, f.name)[rows] for f in fields(Cases)})


def joined(parts: Sequence[Cases]) -> Cases:
    """Several sets of cases as one."""
    return Cases(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Cases)})


# ---- clusters of referrals --------------------------------------------------------------------------------


@frozen(eq=False)
class Clusters:
    """Clusters of referrals, one per row; `days[:, 0]` is the first referral, unused places are `NEVER`."""

    key: Keys
    days: Ints
    reserved: Ints
    """The last day that one of the cluster could have, with any effect."""


def chain_chance(scale: Floats) -> Floats:
    """Chance that others follow a referral, by an authority's own multiplier."""
    found: Floats = rates.CHAIN * scale
    return found


def clusters_from(
    key: Keys, first: Ints, adult: Ints, chance: Floats, factor: Floats, begins: Ints
) -> Clusters:
    """Clusters that begin on the days `first`; from `begins` on, an effect multiplies what follows."""
    u = uniform(key, "chain")
    offsets = chain_offsets(key)
    others = np.where(offsets < NEVER, first[:, None] + offsets, NEVER)
    kept = u[:, None] < chance[:, None] * np.where(others >= begins[:, None], factor[:, None], 1.0)
    days = np.where(kept & (others < adult[:, None] - rates.SHORTEST_LEAD), others, NEVER)
    days = np.sort(np.concatenate([first[:, None], days], axis=1), axis=1)
    last = np.where(offsets < NEVER, offsets, 0).max(axis=1)
    return Clusters(key, days, first + np.where(u < chance * MOST["rereferrals"], last, 0))


def chain_offsets(key: Keys) -> Ints:
    """Days from the first referral to each of the others, increasing, all within twelve months."""
    many = 1 + pick(uniform(key, "chain length"), rates.CHAIN_SHARES)
    place = np.arange(_MOST_OTHERS)
    draws = np.stack([uniform(key, "chain day", step) for step in range(_MOST_OTHERS)], axis=1)
    draws = np.where(place[None, :] < many[:, None], draws**rates.CHAIN_POWER, 2.0)
    low, high = rates.CHAIN_DAYS
    sorted_draws = np.sort(draws, axis=1)
    offsets = (low + sorted_draws * (high - _MOST_OTHERS - low)).astype(np.int64) + place
    return np.where(sorted_draws <= 1.0, offsets, NEVER)


def flat(days: Ints) -> tuple[Ints, Ints, Ints]:
    """Row, day, and day of the next referral in the row (`NEVER` for the last) of every referral."""
    rows, places = np.nonzero(days < NEVER)
    following = np.concatenate([days[:, 1:], np.full((len(days), 1), NEVER)], axis=1)
    return rows, days[rows, places], following[rows, places]


# ---- what becomes of them ---------------------------------------------------------------------------------


def outcomes(key: Keys, gap: Ints, last: Bools) -> Ints:
    """What referrals lead to; `gap` is the time to the next one of the cluster."""
    table = np.array([rates.OUTCOMES, rates.OUTCOMES_WHEN_FOLLOWED])
    found = pick(uniform(key, "outcome"), table, (~last).astype(np.int64))
    return np.where(gap < rates.SHORTEST_GAP, Outcome.NFA, found)


def first_assessment(key: Keys, start: Ints) -> Ints:
    """The day on which the first assessment of a case ends, if nothing ends it sooner."""
    number = drawn(rates.ASSESSMENT_DAYS, key, "assessment").astype(np.int64)
    return working_days_after(start, number)


def cases_of(child: Ints, key: Keys, start: Ints, outcome: Ints, until: Ints, disabled: Bools) -> Cases:
    """Cases of children who do not come into care in them.

    Args:
        child: row of the child.
        key: random keys of the cases.
        start: days of referral.
        outcome: what they lead to.
        until: the last day that a case can last: the next referral, or the 18th birthday.
        disabled: whether the need is the child's disability.
    """
    assessed = first_assessment(key, start)
    tail = np.ceil(exponential(uniform(key, "after assessment"), rates.AFTER_ASSESSMENT)).astype(np.int64)
    need = np.where(
        disabled, drawn(rates.DISABLED_LENGTHS, key, "length"), drawn(rates.NEED_LENGTHS, key, "length")
    )
    plan_start, plan_end, after = _plans(key, start, until)
    end = np.select(
        [outcome == Outcome.NOT_IN_NEED, outcome == Outcome.NEED, outcome == Outcome.PROTECTED],
        [assessed + tail, start + np.ceil(need * YEAR).astype(np.int64), after],
        NEVER,
    )
    squeezed = start + np.maximum(
        1, ((until - start) * (0.25 + 0.75 * uniform(key, "squeezed"))).astype(np.int64)
    )
    end = np.where((outcome != Outcome.NFA) & (end > until), squeezed, end)
    planned = outcome == Outcome.PROTECTED
    end = np.where(planned, np.minimum(after, until), end)
    assessed = np.where(outcome == Outcome.NFA, NEVER, np.minimum(assessed, end))
    none = np.full(len(key), NEVER, dtype=np.int64)
    return Cases(
        child,
        key,
        start,
        end,
        outcome,
        assessed,
        np.where(planned, plan_start, NEVER),
        np.where(planned, plan_end, NEVER),
        np.zeros(len(key), dtype=np.int64),
        none,
        _reasons(key, outcome),
    )


def _plans(key: Keys, start: Ints, until: Ints) -> tuple[Ints, Ints, Ints]:
    """Start and end of a child protection plan, and the closure of the case after it."""
    late = uniform(key, "late plan") < rates.PLAN_LATE
    mean = np.where(late, rates.PLAN_LATE_LEAD, rates.PLAN_LEAD)
    u, v = uniform(key, "plan lead"), uniform(key, "plan lead", 1)
    lead = rates.SHORTEST_LEAD + exponential(u * v, mean / 2).astype(np.int64)
    plan_start = np.minimum(start + lead, np.maximum(start + 1, until - 100))
    # Conferences are not held at weekends.
    plan_start = working_days_after(plan_start, np.zeros(len(key), dtype=np.int64))
    length = np.ceil(drawn(rates.PLAN_LENGTHS, key, "plan length") * YEAR).astype(np.int64)
    plan_end = np.minimum(plan_start + length, np.maximum(until, plan_start + 1))
    tail = exponential(uniform(key, "after plan"), rates.AFTER_PLAN).astype(np.int64)
    return plan_start, plan_end, plan_end + tail


def _reasons(key: Keys, outcome: Ints) -> Ints:
    """Why cases close that do not lead into care."""
    u = uniform(key, "closure")
    ends = rates.ENDS
    early_help = np.where(u < rates.TO_EARLY_HELP, ends.index("RC9"), ends.index("RC8"))
    edges = np.cumsum([rates.DIED, rates.MOVED, rates.RESIDENCE])
    need = np.array([ends.index(code) for code in ("RC2", "RC5", "RC3", "RC7")])[np.searchsorted(edges, u)]
    return np.where(outcome == Outcome.NOT_IN_NEED, early_help, need)


def earlier_plans(key: Keys, age: Floats) -> Ints:
    """Plans of a child before the histories begin, for one who comes on a first plan at an age in years."""
    band = np.searchsorted(rates.EARLIER_PLAN_AGES, np.maximum(age, 0.0), side="right") - 1
    some = uniform(key, "earlier plans") < rates.EARLIER_PLANS[band]
    more = uniform(key, "more earlier plans") < rates.ANOTHER_EARLIER
    return np.where(some, 1 + more, 0)


def visible(children: Children, cases: Cases, years: Sequence[int]) -> tuple[Children, Cases, Ints]:
    """The cases that a return of these years may show, their children, and these children's rows."""
    first, last = first_day(min(years)), last_day(max(years))
    still = (cases.outcome != Outcome.NFA) & (cases.end >= first)
    cases = cases.take((cases.start <= last) & ((cases.start >= first) | still))
    shown = np.zeros(len(children), dtype=bool)
    shown[cases.child] = True
    places = np.cumsum(shown) - 1
    rows: Ints = np.flatnonzero(shown)
    return children.take(rows), evolve(cases, child=places[cases.child]), rows


def settled(cases: Cases, keys: Keys, born: Ints) -> Cases:
    """Order the cases by child and day, count the earlier plans of each, and let no child die before the last.

    All cases of a child must be at hand, whether a return shows them or not; `keys` and `born` are the children's.
    """
    cases = cases.take(np.lexsort((cases.start, cases.child)))
    more = np.append(cases.child[1:] == cases.child[:-1], False)[: len(cases)]
    died = cases.reason == rates.ENDS.index("RC2")
    cases = evolve(cases, reason=np.where(more & died, rates.ENDS.index("RC7"), cases.reason))
    return _numbered(cases, keys, born)


def _numbered(cases: Cases, keys: Keys, born: Ints) -> Cases:
    rows = np.flatnonzero(cases.plan_start < NEVER)
    child = cases.child[rows]
    opening = np.flatnonzero(np.append(True, child[1:] != child[:-1])[: len(rows)])
    sizes = np.diff(np.append(opening, len(rows)))
    who = child[opening]
    before = earlier_plans(keys[who], (cases.plan_start[rows[opening]] - born[who]) / YEAR)
    previous = cases.previous.copy()
    previous[rows] = np.arange(len(rows)) - np.repeat(opening - before, sizes)
    return evolve(cases, previous=previous)


def cluster_key(key: Keys, number: int) -> Keys:
    """The key of a child's cluster."""
    return mixed(key ^ mixed(np.full(len(key), number, dtype=np.uint64)))


def case_key(key: Keys, day: Ints) -> Keys:
    """The key of a referral, by the key of its cluster and the days since the cluster's first."""
    return mixed(key + mixed(day.astype(np.uint64)))


# ---- ordinary cases ---------------------------------------------------------------------------------------


def cluster_cases(days: Ints, key: Keys, rows: Ints, children: Children, until: Ints) -> Cases:
    """The cases of clusters given as days (one row per cluster of the children `rows`), each over by `until`."""
    at, start, following = flat(days)
    last = following == NEVER
    # The last case of a cluster is the same one whatever was left out before it.
    own = np.where(last, key[at], case_key(key[at], start - days[at, 0]))
    child = rows[at]
    result = outcomes(own, following - start, last)
    limit = np.where(last, until[at], following - 2)
    too_late = (result == Outcome.PROTECTED) & (limit - start < _SHORTEST_PLAN)
    result = np.where(too_late, Outcome.NEED, result)
    disabled = is_disabled_need(children, child)
    return cases_of(child, own, start, result, limit, disabled)


def is_disabled_need(children: Children, child: Ints) -> Bools:
    """Whether the need of children who are not looked after is their disability."""
    found: Bools = need_of(children.key[child]) == rates.NEEDS.index("N2")
    return found


def need_of(key: Keys) -> Ints:
    """Category of need of children who are not looked after: index in `cin_rates.NEEDS`."""
    return pick(uniform(key, "need of a child in need"), rates.NEED_SHARES)
