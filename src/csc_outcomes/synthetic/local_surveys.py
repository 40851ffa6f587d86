"""Surveys of young people, parents and carers, workers, staff and foster carers, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from csc_outcomes.synthetic.days import age_on
from csc_outcomes.synthetic.draws import below, pick, uniform
from csc_outcomes.synthetic.episodes import dates
from csc_outcomes.synthetic.local_people import code_of
from csc_outcomes.synthetic.local_scores import BASELINE, FOLLOW_UP

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.draws import Ints
    from csc_outcomes.synthetic.local_people import Members, Span


@frozen
class _Question:
    """A question: the top of its scale, its lowest answer, shares of answers (the same after as before), refusals."""

    name: str
    scale_max: int | None
    lowest: int
    shares: tuple[float, ...]
    refused: float = 0.0


_SATISFIED = _Question("relationship_satisfaction", 5, 1, (0.06, 0.11, 0.23, 0.38, 0.22))
_SCALING = _Question(
    "relationship_scaling", 10, 0, (0.02, 0.02, 0.04, 0.06, 0.08, 0.14, 0.15, 0.18, 0.16, 0.09, 0.06)
)
_RELATIONSHIPS = (_SATISFIED, _SCALING)
_YOUNG = (
    _Question("gang_involvement", 1, 0, (0.91, 0.09), refused=0.06),
    _Question("cse_experience", 1, 0, (0.93, 0.07), refused=0.10),
    _Question("one_good_friend", None, 0, (0.13, 0.22, 0.28, 0.20, 0.17)),
    *_RELATIONSHIPS,
)
_JOB = _Question("job_satisfaction", 5, 1, (0.06, 0.14, 0.23, 0.40, 0.17))
_LEAVING = _Question("intention_to_leave", 1, 0, (0.76, 0.24), refused=0.03)


@frozen(eq=False)
class _Round:
    """Who is asked what, how many answer, and from which day of the span on."""

    name: str
    role: str
    members: Members
    questions: tuple[_Question, ...]
    response: float
    opens: tuple[int, int]
    """First day before and after, relative to the day of going live; a round is open for 60 days."""


_OPEN_DAYS = 60


def survey_of(
    children: Members, adults: Members, staff: Members, span: Span, codes: Sequence[str]
) -> pl.DataFrame:
    """The table `survey`: one row per person, round and question; one without question where nothing came back."""
    import polars as pl

    young = age_on(np.full(len(children), span.go_live), children.persons.born) >= 11
    carers = adults.take(adults.in_care)
    rounds = (
        _Round("young people", "young_person", children.take(young), _YOUNG, 0.72, (-70, 240)),
        _Round("parents and carers", "parent_carer", adults, _RELATIONSHIPS, 0.61, (-70, 240)),
        _Round("workers", "worker", staff, _RELATIONSHIPS, 0.80, (-70, 240)),
        _Round("staff", "staff", staff, (_JOB, _LEAVING), 0.66, (-160, 205)),
        _Round("foster carers", "foster_carer", carers, (_JOB,), 0.55, (-160, 205)),
    )
    return pl.concat([_answers(asked, point, span, codes) for asked in rounds for point in (0, 1)])


def _answers(asked: _Round, point: int, span: Span, codes: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    members, what = asked.members, f"{asked.name}, {('before', 'after')[point]}"
    opened = span.go_live + asked.opens[point]
    day = opened + below(members.persons.key, f"{what}: day", _OPEN_DAYS)
    there = (day >= members.start) & (day <= members.end) & (day >= span.since) & (day <= span.until)
    back = uniform(members.persons.key, f"{what}: returned") < asked.response
    parts = [_rows(asked, point, what, there & ~back, day, codes, None)]
    parts += [_rows(asked, point, what, there & back, day, codes, question) for question in asked.questions]
    return pl.concat(parts)


def _rows(
    asked: _Round,
    point: int,
    what: str,
    chosen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    day: Ints,
    codes: Sequence[str],
    question: _Question | None,
) -> pl.DataFrame:
    """Rows of the chosen persons to a question, or (None) of those who returned nothing."""
    import polars as pl

    rows = np.flatnonzero(chosen)
    persons, count = asked.members.persons, len(rows)
    key = persons.key[rows]
    answer = pl.Series([None] * count, dtype=pl.Int64)
    refused = np.zeros(count, dtype=np.int64)
    if question is not None:
        given = question.lowest + pick(uniform(key, f"{what}: {question.name}"), question.shares)
        refuses = uniform(key, f"{what}: {question.name} refused") < question.refused
        refused = refuses.astype(np.int64)
        answer = pl.Series(given, dtype=pl.Int64).set(pl.Series(refuses), None)
    return pl.DataFrame(
        {
            "LA": code_of(persons.authority[rows], codes),
            "CHILD": persons.name.gather(rows),
            "survey": pl.Series([what] * count, dtype=pl.String),
            "date": dates(day[rows]),
            "role": pl.Series([asked.role] * count, dtype=pl.String),
            "question": pl.Series([question.name if question else None] * count, dtype=pl.String),
            "answer": answer,
            "scale_max": pl.Series([question.scale_max if question else None] * count, dtype=pl.Int64),
            "refused": refused,
            "invited": np.ones(count, dtype=np.int64),
            "returned": np.full(count, int(question is not None)),
            "point": pl.Series([(BASELINE, FOLLOW_UP)[point]] * count, dtype=pl.String),
        }
    )
