"""Local data: a cohort, events of local registers, absence, figures of other bodies, and what extracts hold.

Tables and the codes of their columns are declared in `events_tables`; this module says what is derived from them.
Nothing here is of a return year: a measure says itself what its tables can answer for.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.kit import OPEN
from csc_outcomes.engine.source import Builder, Source
from csc_outcomes.sources.events_prepare import ABSENCE, prepare, valid_sessions
from csc_outcomes.sources.events_tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csc_outcomes.engine.door import Problem
    from csc_outcomes.engine.source import Frames

NAME = "local"
LONG_AGO = dt.date(1900, 1, 1)
"""Start of what has no start."""
_UNKNOWN = "unknown"
_DAY = dt.timedelta(days=1)


def _column(frame: pl.DataFrame, name: str, kind: type[pl.DataType]) -> pl.Expr:
    """A declared column, blank where the table does not have it."""
    return pl.col(name) if name in frame.columns else pl.lit(None, dtype=kind)


def _members(cohort: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    """One row per person: role, arm, first and last day observed. The arm `unknown` is no arm."""
    arm = _column(cohort, "arm", pl.String)
    frame = cohort.select(
        "KEY",
        "LA",
        DOB=_column(cohort, "DOB", pl.Date),
        ROLE=_column(cohort, "role", pl.String).fill_null("child"),
        ARM=pl.when(arm != _UNKNOWN).then(arm),
        START=_column(cohort, "start", pl.Date).fill_null(LONG_AGO),
        END=_column(cohort, "end", pl.Date).fill_null(OPEN),
        INDEX_DATE=_column(cohort, "index_date", pl.Date),
        CLOSED=_column(cohort, "closed", pl.Date),
    )
    return {"local.members": frame}, []


def _events(events: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    """One row per event; a spell without an end goes on."""
    frame = events.select(
        "KEY",
        "LA",
        EVENT="event",
        START="start",
        END=_column(events, "end", pl.Date).fill_null(OPEN),
        DETAIL=_column(events, "detail", pl.String),
        LEVEL=_column(events, "level", pl.Float64),
        NAME=_column(events, "name", pl.String),
        DOB=_column(events, "DOB", pl.Date),
        AGE=_column(events, "age", pl.Int32).cast(pl.Int64),
    )
    return {"local.events": frame}, []


def _absence(absence: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    """One row per pupil, school and period. AUGUST is the last 31 August before the period."""
    start = pl.col("start")
    frame = absence.select(
        "KEY",
        "LA",
        START=start,
        END="end",
        POSSIBLE=pl.col("possible").cast(pl.Int64),
        AUTHORISED=pl.col("authorised").cast(pl.Int64),
        UNAUTHORISED=pl.col("unauthorised").cast(pl.Int64),
        SESSION_GROUP=_column(absence, "group", pl.String),
        DOB=_column(absence, "DOB", pl.Date),
        AGE_STATED=pl.lit("DOB" in absence.columns),
        AUGUST=pl.date(start.dt.year() - (start.dt.month() <= 8).cast(pl.Int32), 8, 31),
        VALID=valid_sessions(),
    )
    return {"local.absence": frame.with_row_index("LINE").with_columns(pl.col("LINE").cast(pl.Int64))}, []


def _external(external: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    """One row per published figure."""
    frame = external.select(
        "KEY",
        "LA",
        MEASURE="measure",
        START="start",
        END="end",
        NUMERATOR=_column(external, "numerator", pl.Float64),
        DENOMINATOR=_column(external, "denominator", pl.Float64),
        DEDUCTED=_column(external, "deducted", pl.Float64),
    )
    return {"local.external": frame}, []


def _cover(cover: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    """LA, EVENT, FROM and TO: spans of days held, touching ones joined.

    An authority and kind of event of which a row speaks without saying from when has a row with blank dates.
    """
    spoken = cover.select(
        "LA", EVENT="event", FROM="start", TO=_column(cover, "end", pl.Date).fill_null(OPEN)
    )
    dated = spoken.filter(pl.col("FROM").is_not_null()).sort("LA", "EVENT", "FROM", "TO")
    reached = pl.col("TO").cum_max().shift(1).over("LA", "EVENT")
    apart = (pl.col("FROM") > reached + _DAY).fill_null(value=True)
    joined = dated.with_columns(SPAN=apart).with_columns(pl.col("SPAN").cum_sum().over("LA", "EVENT"))
    spans = joined.group_by("LA", "EVENT", "SPAN").agg(pl.col("FROM").min(), pl.col("TO").max())
    undated = spoken.filter(pl.col("FROM").is_null()).with_columns(TO=pl.lit(None, dtype=pl.Date)).unique()
    return {"local.cover": pl.concat([spans.drop("SPAN"), undated])}, []


def _held(
    members: pl.DataFrame | None,
    events: pl.DataFrame | None,
    absence: pl.DataFrame | None,
    external: pl.DataFrame | None,
) -> tuple[Frames, list[Problem]]:
    """LA, TABLE and KIND: of what an authority has at least one usable row, whatever its date."""
    schema = {"LA": pl.String, "TABLE": pl.String, "KIND": pl.String}
    pieces = [pl.DataFrame(schema=schema)]
    for name, frame, kind in (
        ("cohort", members, "ROLE"),
        ("events", events, "EVENT"),
        ("absence", absence, None),
        ("external", external, "MEASURE"),
    ):
        if frame is not None:
            column = pl.col(kind) if kind else pl.lit(ABSENCE)
            rows = frame.select(pl.col("LA").cast(pl.String), TABLE=pl.lit(name), KIND=column)
            pieces.append(rows.unique())
    return {"local.held": pl.concat(pieces)}, []


BUILDERS: Mapping[str, Builder] = {
    "local.members": Builder(("cohort",), _members),
    "local.events": Builder(("events",), _events),
    "local.absence": Builder(("absence",), _absence),
    "local.external": Builder(("external",), _external),
    "local.cover": Builder(("cover",), _cover),
    "local.held": Builder((), _held, ("local.members", "local.events", "local.absence", "local.external")),
}
"""Derived tables of local data: how each is made."""

SOURCE = Source(
    NAME,
    tables=TABLES,
    builders=BUILDERS,
    base="cohort",
    own_cover=frozenset(),
    checked=(),
    prepare=prepare,
    yearly=False,
)
"""Local data as the engine knows them."""
