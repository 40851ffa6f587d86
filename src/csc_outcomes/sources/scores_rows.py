"""Rows of scores and surveys made ready: blanks with a default filled, odd words reported, repeats found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.door import Problem
from csc_outcomes.engine.source import Frames, Prepared
from csc_outcomes.errors import InputError, all_at_once
from csc_outcomes.sources.scores_read import read_cells
from csc_outcomes.sources.scores_tables import (
    BASELINE,
    FOLLOW_UP,
    INFORMANTS,
    ITEMS,
    NUMBERS,
    POINTS_IN_TIME,
    ROLES,
    TABLES,
    USUAL_POINTS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = ("instrument", "scale", "informant", "scoring", "point", "role", "question")
_FLAGS = ("refused", "invited", "returned")
_VOCABULARY = {
    "scores": {"informant": INFORMANTS, "point": POINTS_IN_TIME},
    "survey": {"role": ROLES, "point": POINTS_IN_TIME},
}
CONFLICT = "conflict"
_NO_ARM = "unknown"


def prepare(tables: Frames, _directory: pl.DataFrame | None) -> Prepared:
    """Fill what may be left out, and report words and flags that mean nothing here.

    Raises:
        InputError: a table of scores has neither scores nor answers to items.
    """
    _check_something_to_score(tables)
    ready: Frames = {}
    problems: list[Problem] = []
    for name, frame in tables.items():
        read, unreadable = read_cells(frame, name, NUMBERS[name])
        problems += unreadable
        filled = _filled(read, name)
        problems += _strange_words(filled, name)
        ready[name] = filled
    if "survey" in ready:
        ready["survey"], found = _flagged(ready["survey"])
        problems += found
    return Prepared(ready, tuple(problems))


def _check_something_to_score(tables: Frames) -> None:
    lacking = "scores" in tables and not {"score", *ITEMS} & set(tables["scores"].columns)
    needed = "table 'scores': needed a column score, or columns i1, i2 ... with the answers, found neither"
    all_at_once("data cannot be used as given", [needed] if lacking else [], InputError)


def _filled(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Every declared column but the items, words in lower case; of blanks those that have a default."""
    wanted = [column for column in TABLES[name].columns if column.name not in ITEMS]
    absent = [
        pl.lit(None, dtype=pl.Float64 if column.name in NUMBERS[name] else pl.String).alias(column.name)
        for column in wanted
        if column.name not in frame.columns
    ]
    complete = frame.with_columns(absent)
    words = [word for word in _WORDS if word in complete.columns]
    lowered = complete.with_columns(pl.col(words).cast(pl.String).str.to_lowercase())
    if name == "survey":
        return lowered
    return lowered.with_columns(
        pl.col("scale").fill_null("total"),
        pl.col("informant", "scoring", "form").fill_null(""),
        pl.col("points").fill_null(USUAL_POINTS),
    )


def _strange_words(frame: pl.DataFrame, name: str) -> list[Problem]:
    problems = []
    for column, known in _VOCABULARY[name].items():
        strange = int((~frame[column].is_in([*known, ""])).sum())
        if strange:
            text = f"{column}: {strange} rows have a word that is none of {', '.join(known)}"
            problems.append(Problem("unknown_word", name, strange, text))
    blank = int(frame["role"].is_null().sum()) if "role" in frame.columns else 0
    if blank:
        text = f"{blank} rows without role; no figure about one role counts them"
        problems.append(Problem("missing_role", name, blank, text))
    return problems


def _flagged(survey: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """Flags filled; rows in which one is neither 0 nor 1 are left out."""
    wrong = pl.any_horizontal(~pl.col(_FLAGS).is_in([0.0, 1.0]).fill_null(value=True))
    kept = survey.filter(~wrong)
    problems = []
    lost = survey.height - kept.height
    if lost:
        text = f"{lost} rows in which {', '.join(_FLAGS)} is neither 0 nor 1 are left out"
        problems.append(Problem("bad_flag", "survey", lost, text, set_aside=lost))
    whole = kept.with_columns(pl.col(_FLAGS).cast(pl.Int64))
    filled = whole.with_columns(pl.col("refused").fill_null(0), pl.col("invited").fill_null(1))
    said = pl.col("answer").is_not_null() | (pl.col("refused") == 1)
    told = filled.with_columns(returned=pl.col("returned").fill_null(said.cast(pl.Int64)))
    against = told.filter(said, pl.col("returned") == 0).height
    if against:
        text = f"{against} rows hold an answer or a refusal and say that nothing was returned"
        problems.append(Problem("returned_contradiction", "survey", against, text))
    return told, problems


def without_repeats(frame: pl.DataFrame, name: str, key: Sequence[str]) -> tuple[pl.DataFrame, list[Problem]]:
    """Equal rows once; rows that share a key and differ elsewhere are marked in the column CONFLICT.

    None of the latter is used: which of them is right cannot be told.
    """
    distinct = frame.drop("YEAR", strict=False).unique(maintain_order=True)
    marked = distinct.with_columns((pl.len().over("KEY", *key) > 1).alias(CONFLICT.upper()))
    conflicts = int(marked[CONFLICT.upper()].sum())
    texts = {
        "duplicate_row": (frame.height - distinct.height, "rows are exact duplicates and count once"),
        "conflicting_rows": (conflicts, f"rows share {', '.join(key)} and differ elsewhere; all left out"),
    }
    problems = [
        Problem(code, name, rows, f"{rows} {text}", set_aside=rows)
        for code, (rows, text) in texts.items()
        if rows
    ]
    return marked, problems


def with_member(frame: pl.DataFrame, members: pl.DataFrame | None) -> pl.DataFrame:
    """Add DOB and ARM (the cohort's, else the row's), and tell the points that are not written.

    A questionnaire filled in on the index date is a baseline: it is filled in at the door.
    """
    if members is None:
        known = frame.with_columns(
            DOB=pl.lit(None, dtype=pl.Date),
            ARM=pl.lit(None, dtype=pl.String),
            INDEX_DATE=pl.lit(None, dtype=pl.Date),
        )
    else:
        told = members.select("KEY", "DOB", pl.col("ARM").cast(pl.String), "INDEX_DATE").unique("KEY")
        known = frame.join(told, on="KEY", how="left", maintain_order="left")
    own = pl.when(pl.col("arm") != _NO_ARM).then("arm")
    index, date = pl.col("INDEX_DATE"), pl.col("date")
    dated = pl.when(date <= index).then(pl.lit(BASELINE)).when(date > index).then(pl.lit(FOLLOW_UP))
    return known.with_columns(ARM=pl.coalesce("ARM", own), point=pl.coalesce("point", dated)).drop(
        "INDEX_DATE", "arm"
    )
