"""Events of residents outside the project: children whom no return and no cohort holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic.days import YEAR, age_on, first_day, last_day, return_year
from csc_outcomes.synthetic.draws import below, expand, pick, poisson, uniform
from csc_outcomes.synthetic.episodes import labelled
from csc_outcomes.synthetic.local_events import frame_of
from csc_outcomes.synthetic.local_people import Persons, keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from csc_outcomes.synthetic.draws import Ints
    from csc_outcomes.synthetic.local_people import Span

KINDS = {
    "victim": (0.008, 10, 17),
    "arrest": (0.006, 10, 17),
    "missing_from_home": (0.0022, 8, 17),
}
"""Children with an event in a year per child of the ages 10-17 (missing: 0-17), and the ages they have."""
_OTHERS = 0.35
"""Further events in the same year, on average."""
_BORN_KNOWN = 0.8
"""Share whose date of birth the register holds; of the others it holds the age."""


def residents(
    people: Mapping[tuple[str, int, str], int], codes: Sequence[str], span: Span, seed: int
) -> pl.DataFrame:
    """Events in the columns of the table `events`; `people` gives children by authority, return year and ages."""
    import polars as pl

    days = np.array([span.since, span.until])
    first, last = return_year(days).tolist()
    parts = [
        _of_year(event, year, people, codes, span, seed) for event in KINDS for year in range(first, last + 1)
    ]
    return pl.concat(parts)


def _of_year(
    event: str,
    year: int,
    people: Mapping[tuple[str, int, str], int],
    codes: Sequence[str],
    span: Span,
    seed: int,
) -> pl.DataFrame:
    persons = _persons(event, year, people, codes, seed)
    more = poisson(uniform(persons.key, "further events"), np.full(len(persons), _OTHERS))
    rows, number = expand(1 + more)
    length = last_day(year) - first_day(year) + 1
    start = first_day(year) + below(persons.key[rows], event, length, number)
    inside = (start >= span.since) & (start <= span.until)
    rows, start, number = rows[inside], start[inside], number[inside]
    detail = None
    if event == "missing_from_home":
        kind = pick(uniform(persons.key[rows], "missing or absent", number), (0.85, 0.15))
        detail = labelled(("missing", "absent"), kind)
    frame = frame_of(persons, rows, event, start, codes, detail=detail)
    return _aged(frame, persons, rows, start)


def _persons(
    event: str, year: int, people: Mapping[tuple[str, int, str], int], codes: Sequence[str], seed: int
) -> Persons:
    """The children with an event in a year. Their ages fit on every day of it."""
    import polars as pl

    rate, youngest, oldest = KINDS[event]
    ages = "0-17" if event == "missing_from_home" else "10-17"
    size = np.array([people[code, year, ages] for code in codes], dtype=np.float64)
    own = keys_of(seed, codes, [f"residents, {event}, {year}"] * len(codes))
    place, number = expand(poisson(uniform(own, "number of children"), size * rate))
    letter = {"victim": "V", "arrest": "A", "missing_from_home": "M"}[event]
    name = f"R{letter}{year % 100:02d}" + pl.Series(number + 1, dtype=pl.Int64).cast(pl.String).str.zfill(5)
    key = keys_of(seed, [codes[p] for p in place.tolist()], name.to_list())
    age = youngest + uniform(key, "age") * (oldest - youngest - 0.01)
    return Persons(place, name, key, first_day(year) - (age * YEAR).astype(np.int64))


def _aged(frame: pl.DataFrame, persons: Persons, rows: Ints, start: Ints) -> pl.DataFrame:
    """Registers without the date of birth hold the age."""
    import polars as pl

    known = pl.Series(uniform(persons.key[rows], "birth known") < _BORN_KNOWN)
    age = pl.Series(age_on(start, persons.born[rows]), dtype=pl.Int64)
    return frame.with_columns(DOB=pl.when(known).then("DOB"), age=pl.when(~known).then(age))
