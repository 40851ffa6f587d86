"""Schools: who is on a roll, who moves, and sessions missed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic.days import YEAR, age_on, birthday, day
from csc_outcomes.synthetic.draws import below, expand, gamma, poisson, uniform
from csc_outcomes.synthetic.episodes import dates
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.local_events import frame_of, looked_after
from csc_outcomes.synthetic.local_people import code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.draws import Ints, Keys
    from csc_outcomes.synthetic.local_people import Care, Members, Persons, Span

MOVES = 0.14
"""Moves to another school per year on a roll."""
NO_ROLL = 0.03
"""Share of children of school age on no school's roll."""
_SECONDARY = 11

TERMS = (((9, 1), (12, 31), 138), ((1, 1), (3, 31), 116), ((4, 1), (7, 31), 128))
"""First and last day of each term, as month and day, and possible sessions."""
MISSED = {"looked after": 0.09, "at home": 0.17}
"""Share of sessions missed, on average."""
_UNAUTHORISED = {"looked after": 0.38, "at home": 0.48}


def enrolments(persons: Persons, care: Care, span: Span, codes: Sequence[str]) -> pl.DataFrame:
    """School enrolments (spells) and moves of children of the returns in care during the span."""
    import polars as pl

    rows = _on_roll(persons, care, span)
    key, born = persons.key[rows], persons.born[rows]
    first = np.maximum(_september(born, 4), span.since)
    last = _september(born, 15) + 302  # the end of June of the school year in which the child turns 16
    open_ = first <= np.minimum(last, span.until)
    rows, key, born, first, last = rows[open_], key[open_], born[open_], first[open_], last[open_]
    child, moved = _moves(key, born, first, last, span)
    at = np.concatenate([first, moved])
    who = np.concatenate([np.arange(len(rows)), child])
    order = np.lexsort((at, who))
    who, at = who[order], at[order]
    same = np.append(who[1:] == who[:-1], False)
    end = np.where(same, np.append(at[1:], 0) - 1, last[who])
    spells = frame_of(
        persons,
        rows[who],
        "school_enrolment",
        at,
        codes,
        end=np.where(end > span.until, NEVER, end),
    )
    return pl.concat([spells, frame_of(persons, rows[child], "school_move", moved, codes)])


def _on_roll(persons: Persons, care: Care, span: Span) -> Ints:
    """Children in care on any day of the span who are on some school's roll."""
    touched = np.zeros(len(persons), dtype=bool)
    touched[care.person[(care.start <= span.until) & (care.end >= span.since)]] = True
    return np.flatnonzero(touched & (uniform(persons.key, "on no roll") >= NO_ROLL))


def _september(born: Ints, age: int) -> Ints:
    """1 September after the last 31 August before which the child has reached an age."""
    reached = birthday(born, age).astype("datetime64[D]")
    year = reached.astype("datetime64[Y]")
    this = year.astype("datetime64[M]") + np.timedelta64(8, "M")
    late = reached >= this
    september = np.where(late, this + np.timedelta64(12, "M"), this)
    found: Ints = september.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return found


def _moves(key: Keys, born: Ints, first: Ints, last: Ints, span: Span) -> tuple[Ints, Ints]:
    """Child and day of each move: to secondary school, and at any other time; at most one a day."""
    until = np.minimum(last, span.until)
    length = np.maximum(until - first, 0)
    child, number = expand(poisson(uniform(key, "number of schools"), MOVES * length / YEAR))
    moved = first[child] + 1 + below(key[child], "school move", np.maximum(length[child], 1), number)
    secondary = _september(born, _SECONDARY)
    starts = np.flatnonzero((secondary > first) & (secondary <= until))
    child, moved = np.concatenate([child, starts]), np.concatenate([moved, secondary[starts]])
    single = np.unique(np.stack([child, moved], axis=1), axis=0)
    single = single[single[:, 1] <= until[single[:, 0]]]
    return single[:, 0], single[:, 1]


# ---- absence ----------------------------------------------------------------------------------------------


def absence(children: Members, care: Care, span: Span, codes: Sequence[str]) -> pl.DataFrame:
    """The table `absence`: sessions of children of the cohort by term; group says whether they are in care."""
    import polars as pl

    return pl.concat([_term(children, care, codes, *term) for term in _terms(span)]).sort(
        "LA", "CHILD", "start"
    )


def _terms(span: Span) -> list[tuple[int, int, int]]:
    """First day, last day and possible sessions of the terms inside the span."""
    first, last = (int(1970 + moment // YEAR) for moment in (span.since, span.until))
    found = [
        (day(date(year, *opens)), day(date(year, *closes)), possible)
        for year in range(first - 1, last + 2)
        for opens, closes, possible in TERMS
    ]
    inside = [term for term in found if term[0] >= span.since and term[1] <= span.until]
    return sorted(inside)


def _term(
    children: Members, care: Care, codes: Sequence[str], first: int, last: int, possible: int
) -> pl.DataFrame:
    import polars as pl

    persons = children.persons
    opened = np.full(len(children), first)
    age = age_on(_august(opened), persons.born)
    there = (children.start <= first) & (children.end >= last) & (age >= 5) & (age <= 15)
    rows = np.flatnonzero(there & (uniform(persons.key, "on no roll") >= NO_ROLL))
    key = persons.key[rows]
    cared = looked_after(children, care, rows, opened[rows])
    short = below(key, "sessions not offered", 12, first)
    offered = possible - short
    usual = np.where(cared, MISSED["looked after"], MISSED["at home"])
    share = gamma(uniform(key, "share of sessions missed"), 0.9, usual)
    missed = np.minimum(poisson(uniform(key, "sessions missed", first), share * offered), offered)
    unexcused = np.where(cared, _UNAUTHORISED["looked after"], _UNAUTHORISED["at home"])
    split = np.clip(unexcused + 0.5 * (uniform(key, "without leave", first) - 0.5), 0.0, 1.0)
    unauthorised = np.floor(missed * split + uniform(key, "odd session", first)).astype(np.int64)
    unauthorised = np.minimum(unauthorised, missed)
    return pl.DataFrame(
        {
            "LA": code_of(persons.authority[rows], codes),
            "CHILD": persons.name.gather(rows),
            "start": dates(np.full(len(rows), first)),
            "end": dates(np.full(len(rows), last)),
            "possible": offered,
            "authorised": missed - unauthorised,
            "unauthorised": unauthorised,
            "DOB": dates(persons.born[rows]),
            "group": pl.Series(["at home", "looked after"]).gather(cared.astype(np.int64)),
        }
    )


def _august(days: Ints) -> Ints:
    """The last 31 August before each day."""
    moments = days.astype("datetime64[D]")
    september = moments.astype("datetime64[Y]").astype("datetime64[M]") + np.timedelta64(8, "M")
    late = moments >= september
    found = np.where(late, september, september - np.timedelta64(12, "M"))
    last: Ints = found.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    return last
