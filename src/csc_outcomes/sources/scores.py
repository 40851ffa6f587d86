"""Questionnaires and surveys that projects keep themselves: the tables `scores` and `survey`.

No national return holds them. Tables are declared in `scores_tables`; this module says what is derived from them:
`scores.valid`, every score with its person's arm and its point in time, and `scores.answers`, every row of a
survey. Rows that no figure may use stay there, marked in the column `unusable`, so that figures can say how many
there were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.door import Problem
from csc_outcomes.engine.source import Builder, Frames, Source
from csc_outcomes.sources.scores_items import FromItems, from_items
from csc_outcomes.sources.scores_rows import CONFLICT, prepare, with_member, without_repeats
from csc_outcomes.sources.scores_tables import ANSWER_KEY, ITEMS, NAME, SCORE_KEY, TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

MEMBERS = "local.members"
VALID, ANSWERS = "scores.valid", "scores.answers"
NO_SCORE = "no_score"
"""Fault of a row without a score; `conflict`: rows that share a key and differ."""

# Spark does not tell upper from lower case: no two names here, or in a selection, may differ in that alone.
_SCORE_COLUMNS = (
    "KEY", "LA", "DOB", "ARM", "row", "date", "instrument", "scale", "informant", "points", "scoring", "form",
    "score", "point", "unverified", "unusable",
)  # fmt: skip
_ANSWER_COLUMNS = (
    "KEY", "LA", "DOB", "ARM", "row", "date", "survey", "role", "question", "answer", "scale_max", "refused",
    "invited", "returned", "point", "unusable",
)  # fmt: skip


def _valid(scores: pl.DataFrame, members: pl.DataFrame | None) -> tuple[Frames, list[Problem]]:
    distinct, problems = without_repeats(scores, NAME, SCORE_KEY)
    scored, found = _scored(distinct)
    told = with_member(scored, members)
    faults = pl.when("CONFLICT").then(pl.lit(CONFLICT)).when(pl.col("score").is_null())
    marked = told.with_columns(unusable=faults.then(pl.lit(NO_SCORE)).otherwise(pl.lit("")))
    ordered = _numbered(marked, (*SCORE_KEY, "score", "point", "ARM"))
    return {VALID: ordered.select(_SCORE_COLUMNS)}, [*problems, *found]


def _scored(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """Put scores where there are only answers; a stored score stands as it is."""
    present = [item for item in ITEMS if item in rows.columns]
    numbered = rows.with_row_index("AT").with_columns(unverified=pl.lit(value=False))
    stated = pl.col("score").is_not_null()
    answered = pl.any_horizontal(pl.col(present).is_not_null()) if present else pl.lit(value=False)
    bare = numbered.filter(~stated, answered, ~pl.col("CONFLICT"))
    absent = [pl.lit(None, dtype=pl.Float64).alias(item) for item in ITEMS if item not in present]
    made = from_items(bare.with_columns(absent)) if bare.height else FromItems(pl.DataFrame())
    problems = [*made.problems, *_without(numbered.filter(~stated, ~answered, ~pl.col("CONFLICT")).height)]
    plain = numbered.drop(present)
    if made.scores.is_empty():
        return plain.drop("AT"), problems
    ours = made.scores.join(plain.drop("scale", "score", "unverified"), on="AT", how="left")
    others = plain.filter(~pl.col("AT").is_in(made.scores["AT"].implode()))
    joined, contradictions = _once_more(pl.concat([others, ours.select(others.columns)]).drop("AT"))
    return joined, [*problems, *contradictions]


def _without(rows: int) -> list[Problem]:
    text = f"{rows} rows have neither a score nor answers to items"
    return [Problem("missing_score", NAME, rows, text, set_aside=rows)] if rows else []


def _once_more(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """A score made here can repeat one that is stored, which then stays, or contradict it."""
    same = ["KEY", *SCORE_KEY, "score", "point", "arm", "CONFLICT"]
    distinct = rows.sort("unverified", maintain_order=True).unique(same, keep="first", maintain_order=True)
    scored = pl.col("score").is_not_null() & ~pl.col("CONFLICT")
    against = scored & (scored.sum().over("KEY", *SCORE_KEY) > 1)
    marked = distinct.with_columns(AGAINST=against)
    lost = int(marked["AGAINST"].sum())
    text = f"{lost} scores, stored or made from answers, contradict another of the same key; all are left out"
    problems = [Problem("conflicting_rows", NAME, lost, text)] if lost else []
    return marked.with_columns(CONFLICT=pl.col("CONFLICT") | pl.col("AGAINST")).drop("AGAINST"), problems


def _answers(survey: pl.DataFrame, members: pl.DataFrame | None) -> tuple[Frames, list[Problem]]:
    distinct, problems = without_repeats(survey, "survey", ANSWER_KEY)
    told = with_member(distinct, members)
    fault = pl.when("CONFLICT").then(pl.lit(CONFLICT)).otherwise(pl.lit(""))
    marked = told.with_columns(unusable=fault)
    ordered = _numbered(marked, ("date", "survey", "question", "role", "answer", "point", "ARM"))
    return {ANSWERS: ordered.select(_ANSWER_COLUMNS)}, problems


def _numbered(rows: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Number rows in order of date and content, so that which is a person's last never depends on their order."""
    return (
        rows.sort("KEY", *by, nulls_last=True)
        .with_row_index("row")
        .with_columns(pl.col("row").cast(pl.Int64))
    )


BUILDERS: Mapping[str, Builder] = {
    VALID: Builder(("scores",), _valid, (MEMBERS,)),
    ANSWERS: Builder(("survey",), _answers, (MEMBERS,)),
}
"""Derived tables: how each is made."""

SOURCE = Source(
    NAME,
    tables=TABLES,
    builders=BUILDERS,
    base="scores",
    own_cover=frozenset(),
    checked=(VALID, ANSWERS),
    prepare=prepare,
    yearly=False,
)
"""Questionnaires and surveys as the engine knows them."""
