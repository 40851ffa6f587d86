"""Events of the cohort: police, housing, health, training, work and study, and levels of risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic.days import YEAR, age_on, birthday
from csc_outcomes.synthetic.draws import below, expand, exponential, gamma, pick, poisson, uniform
from csc_outcomes.synthetic.episodes import dates, labelled
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.local_effect import MOST, sizes
from csc_outcomes.synthetic.local_people import code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.draws import Bools, Floats, Ints
    from csc_outcomes.synthetic.local_effect import LocalEffect
    from csc_outcomes.synthetic.local_people import Care, Members, Persons, Span

RATES = {
    "arrest": 0.20,
    "victim": 0.15,
    "missing_from_home": 0.80,
    "ae_attendance": 0.60,
    "camhs_referral": 0.30,
    "homeless": 0.20,
}
"""Events per year of a person old enough, before children differ."""
_FIRST_AGE = {"arrest": 10, "victim": 10, "missing_from_home": 8, "homeless": 16}
_UNEVEN = {"arrest": 0.8, "missing_from_home": 0.6}
"""Shape of the gamma distribution of rates between children; the smaller, the more unlike they are."""

_HOMELESS = ("statutory_duty_owed", "presented", "self_reported")
_MISSING = ("missing", "absent")
_ATTENDANCE = ("first_unplanned", "follow_up", "planned")
_REFERRAL = ("accepted", "rejected", "pending")
_CONTACT = ("attended", "not_attended", "cancelled")
_TRAINING = ("completed", "part", "not_attended")
_STATUS = ("education", "employment", "training", "neet", "unknown")
_STATUS_SHARES = {
    "young": (0.62, 0.06, 0.10, 0.17, 0.05),
    "older": (0.28, 0.24, 0.08, 0.33, 0.07),
    "parent": (0.05, 0.47, 0.05, 0.38, 0.05),
}
COURSE, INDUCTION = "relationship-based practice", "induction"
TOOLS = ("exploitation checklist", "exploitation checklist, short form")
_CONTACT_GAP, _MOST_CONTACTS = 18, 8
_STATUS_DAYS, _MOST_STATUSES = 420.0, 8


def events_of(
    children: Members,
    adults: Members,
    staff: Members,
    care: Care,
    span: Span,
    effects: Sequence[LocalEffect],
    codes: Sequence[str],
) -> pl.DataFrame:
    """All events of the cohort but those of schools, in the columns of the table `events`."""
    import polars as pl

    parents = adults.take(~adults.in_care)
    return pl.concat(
        [
            _arrests(children, span, effects, codes),
            _plain(children, "victim", span, codes),
            _missing(children, care, span, effects, codes),
            _coded(children, "homeless", span, codes, _HOMELESS, (0.35, 0.4, 0.25)),
            _attendances(children, span, codes),
            *_mental_health(children, span, codes),
            _statuses(children, span, codes, parents=False),
            _statuses(parents, span, codes, parents=True),
            _risks(children, span, codes),
            *_training(staff, span, codes),
        ]
    )


def frame_of(
    persons: Persons,
    rows: Ints,
    event: str,
    start: Ints,
    codes: Sequence[str],
    *,
    end: Ints | None = None,
    detail: pl.Series | None = None,
    level: Ints | None = None,
    name: pl.Series | str | None = None,
) -> pl.DataFrame:
    """Events of one kind in the columns of the table: one for each of `rows`, the places of persons."""
    import polars as pl

    nothing = pl.Series([None] * len(rows), dtype=pl.String)
    told = pl.Series([name] * len(rows), dtype=pl.String) if isinstance(name, str) else name
    return pl.DataFrame(
        {
            "LA": code_of(persons.authority[rows], codes),
            "CHILD": persons.name.gather(rows),
            "event": pl.Series([event] * len(rows), dtype=pl.String),
            "start": dates(start),
            "end": dates(np.full(len(rows), NEVER) if end is None else end),
            "detail": nothing if detail is None else detail,
            "level": pl.Series([None] * len(rows) if level is None else level, dtype=pl.Int64),
            "name": nothing if told is None else told,
            "DOB": dates(persons.born[rows]),
            "age": pl.Series([None] * len(rows), dtype=pl.Int64),
        }
    )


def _drawn(members: Members, event: str, span: Span, rate: float | Floats) -> tuple[Ints, Ints, Ints]:
    """Person, day and running number of events at a yearly rate, on days on which the person is observed."""
    key = members.persons.key
    length = span.until - span.since + 1
    counts = poisson(uniform(key, f"number of {event}"), np.broadcast_to(rate * length / YEAR, key.shape))
    rows, number = expand(counts)
    day = span.since + below(key[rows], event, length, number)
    kept = (day >= members.start[rows]) & (day <= members.end[rows])
    age = age_on(day, members.persons.born[rows])
    kept &= age >= _FIRST_AGE.get(event, 0)
    return rows[kept], day[kept], number[kept]


def _uneven(members: Members, event: str) -> Floats:
    """Yearly rate of each child, the same on average as that of the event."""
    shape = _UNEVEN[event]
    return RATES[event] * gamma(uniform(members.persons.key, f"rate of {event}"), shape, 1.0)


def _thinned(
    members: Members, event: str, span: Span, effects: Sequence[LocalEffect], effect: str
) -> tuple[Ints, Ints, Ints]:
    """Events drawn at the highest rate an effect may lead to, of which each stays with the chance it has.

    So a smaller multiplier only takes events away, and the expected number is exactly what it says.
    """
    rows, day, number = _drawn(members, event, span, MOST * _uneven(members, event))
    factor = sizes(effects, effect)[members.persons.authority[rows]]
    factor = np.where(members.treated[rows] & (day >= members.index[rows]), factor, 1.0)
    kept = uniform(members.persons.key[rows], f"{event} happens", number) * MOST < factor
    return rows[kept], day[kept], number[kept]


def _arrests(
    children: Members, span: Span, effects: Sequence[LocalEffect], codes: Sequence[str]
) -> pl.DataFrame:
    rows, day, _ = _thinned(children, "arrest", span, effects, "arrests")
    return frame_of(children.persons, rows, "arrest", day, codes)


def _missing(
    children: Members, care: Care, span: Span, effects: Sequence[LocalEffect], codes: Sequence[str]
) -> pl.DataFrame:
    """Missing from home: only on days on which the child is not in care, and below the age of 18."""
    rows, day, number = _thinned(children, "missing_from_home", span, effects, "missing_from_home")
    home = ~looked_after(children, care, rows, day) & (day < birthday(children.persons.born[rows], 18))
    rows, day, number = rows[home], day[home], number[home]
    kind = pick(uniform(children.persons.key[rows], "missing or absent", number), (0.85, 0.15))
    detail = labelled(_MISSING, kind)
    return frame_of(children.persons, rows, "missing_from_home", day, codes, detail=detail)


def looked_after(members: Members, care: Care, rows: Ints, day: Ints) -> Bools:
    """Whether members are in care on a day."""
    of_return = members.of_return[rows]
    inside: Bools = (of_return >= 0) & care.on(np.maximum(of_return, 0), day)
    return inside


def _plain(members: Members, event: str, span: Span, codes: Sequence[str]) -> pl.DataFrame:
    rows, day, _ = _drawn(members, event, span, RATES[event])
    return frame_of(members.persons, rows, event, day, codes)


def _coded(
    members: Members,
    event: str,
    span: Span,
    codes: Sequence[str],
    details: Sequence[str],
    shares: Sequence[float],
) -> pl.DataFrame:
    rows, day, number = _drawn(members, event, span, RATES[event])
    detail = labelled(details, pick(uniform(members.persons.key[rows], f"kind of {event}", number), shares))
    return frame_of(members.persons, rows, event, day, codes, detail=detail)


def _attendances(children: Members, span: Span, codes: Sequence[str]) -> pl.DataFrame:
    """Emergency departments: detail, and level, the department's type."""
    rows, day, number = _drawn(children, "ae_attendance", span, RATES["ae_attendance"])
    key = children.persons.key[rows]
    detail = labelled(_ATTENDANCE, pick(uniform(key, "kind of attendance", number), (0.88, 0.09, 0.03)))
    level = 1 + pick(uniform(key, "department", number), (0.66, 0.02, 0.26, 0.06))
    return frame_of(children.persons, rows, "ae_attendance", day, codes, detail=detail, level=level)


def _mental_health(children: Members, span: Span, codes: Sequence[str]) -> list[pl.DataFrame]:
    """Referrals; contacts follow one that is accepted, every few weeks."""
    rows, day, number = _drawn(children, "camhs_referral", span, RATES["camhs_referral"])
    key = children.persons.key[rows]
    outcome = pick(uniform(key, "referral", number), (0.68, 0.24, 0.08))
    referrals = frame_of(
        children.persons, rows, "camhs_referral", day, codes, detail=labelled(_REFERRAL, outcome)
    )
    accepted = np.flatnonzero(outcome == 0)
    counts = 1 + below(key[accepted], "number of contacts", _MOST_CONTACTS, number[accepted])
    again, step = expand(counts)
    place = accepted[again]
    own = 100 * number[place] + step
    wait = 20 + below(key[place], "wait", 70, number[place])
    held = day[place] + wait + _CONTACT_GAP * step + below(key[place], "contact day", 7, own)
    inside = (held <= span.until) & (held <= children.end[rows[place]])
    place, held, own = place[inside], held[inside], own[inside]
    detail = labelled(_CONTACT, pick(uniform(key[place], "contact", own), (0.78, 0.14, 0.08)))
    return [
        referrals,
        frame_of(children.persons, rows[place], "camhs_contact", held, codes, detail=detail),
    ]


def _statuses(members: Members, span: Span, codes: Sequence[str], *, parents: bool) -> pl.DataFrame:
    """Spells in, or out of, education, employment or training from the 16th birthday on, without gaps."""
    import polars as pl

    persons = members.persons
    rows = np.arange(len(members))
    day = np.maximum(span.since, birthday(persons.born, 16))
    parts, step = [], 0
    while len(rows) and step < _MOST_STATUSES:
        open_ = (day <= span.until) & (day <= members.end[rows])
        rows, day = rows[open_], day[open_]
        key = persons.key[rows]
        stay = 60 + exponential(uniform(key, "status stays", step), _STATUS_DAYS).astype(np.int64)
        following = day + stay
        if parents:
            shares, of_age = np.array([_STATUS_SHARES["parent"]]), np.zeros(len(rows), dtype=np.int64)
        else:
            shares = np.array([_STATUS_SHARES["young"], _STATUS_SHARES["older"]])
            of_age = (age_on(day, persons.born[rows]) >= 18).astype(np.int64)
        status = pick(uniform(key, "status", step), shares, of_age)
        end = np.where(following > span.until, NEVER, following - 1)
        detail = labelled(_STATUS, status)
        parts.append(frame_of(persons, rows, "eet_status", day, codes, end=end, detail=detail))
        day, step = following, step + 1
    return pl.concat(parts)


def _risks(children: Members, span: Span, codes: Sequence[str]) -> pl.DataFrame:
    """Levels of risk by a tool, shortly before the index date and half a year or more after it."""
    import polars as pl

    assessed = (children.age >= 11) & (uniform(children.persons.key, "assessed") < 0.6)
    rows = np.flatnonzero(assessed)
    key = children.persons.key[rows]
    index = children.index[rows]
    name = labelled(TOOLS, pick(uniform(key, "tool"), (0.85, 0.15)))
    level = pick(uniform(key, "risk"), (0.2, 0.35, 0.3, 0.15))
    change = pick(uniform(key, "change of risk"), (0.32, 0.53, 0.15)) - 1
    before = frame_of(
        children.persons,
        rows,
        "risk_assessment",
        index - below(key, "risk before", 28),
        codes,
        level=level,
        name=name,
    )
    day = index + 150 + below(key, "risk after", 90)
    kept = (uniform(key, "assessed again") < 0.85) & (day <= span.until) & (day <= children.end[rows])
    after = frame_of(
        children.persons,
        rows[kept],
        "risk_assessment",
        day[kept],
        codes,
        level=np.clip(level + change, 0, 3)[kept],
        name=name.filter(pl.Series(kept)),
    )
    return pl.concat([before, after])


def _training(staff: Members, span: Span, codes: Sequence[str]) -> list[pl.DataFrame]:
    """Two courses: induction in the year before the project begins, and the project's own course."""
    parts = []
    for course, chance, opens, days in ((INDUCTION, 0.4, -350, 330), (COURSE, 0.9, 10, 150)):
        key = staff.persons.key
        day = span.go_live + opens + below(key, course, days)
        booked = (uniform(key, f"booked on {course}") < chance) & (day >= span.since) & (day <= span.until)
        booked &= (day >= staff.start) & (day <= staff.end)
        rows = np.flatnonzero(booked)
        detail = labelled(_TRAINING, pick(uniform(key[rows], f"completes {course}"), (0.78, 0.1, 0.12)))
        persons = staff.persons
        parts.append(frame_of(persons, rows, "training", day[rows], codes, detail=detail, name=course))
    return parts
