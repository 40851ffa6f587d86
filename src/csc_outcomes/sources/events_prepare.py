"""Typed local tables made ready: defaults filled, rows that cannot be used set aside and counted.

A row with a date that cannot be read, or that ends before it starts, is left out. Rows that agree in everything
count once. Rows that claim to be the same thing and differ are all left out: none of them is known to be right.
Events are the exception, because of one person's events of one kind on one day one that qualifies is enough; a
status or a level can be only one.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.door import Problem, parsed_date
from csc_outcomes.engine.source import Prepared
from csc_outcomes.sources.events_tables import (
    DATES,
    DETAILS,
    EVENTS,
    IDENTITY,
    LEVELS,
    ROLES,
    SINGLE,
    TABLES,
)

if TYPE_CHECKING:
    from csc_outcomes.engine.source import Frames

ABSENCE = "absence"
"""How the table `cover` names sessions at school, which are no event."""
_TIME_OF_DAY = r"[T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([AaPp][Mm])?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$"
_FIRST, _LAST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
_IN_LOWER_CASE = ("event", "detail", "role")
_COUNTS = ("possible", "authorised", "unauthorised")


def prepare(tables: Frames, _directory: pl.DataFrame | None) -> Prepared:
    """Fill defaults, set aside what cannot be used, and say what is odd."""
    ready: Frames = {}
    problems: list[Problem] = []
    for name, frame in tables.items():
        dated, unreadable = _dated(name, _filled(frame))
        problems += [unreadable] if unreadable else []
        problems += _odd(name, dated)
        kept, found = _usable(name, dated)
        ready[name] = kept
        problems += found
    return Prepared(ready, tuple(problems))


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """Closed lists in lower case; a blank role is a child's."""
    listed = [name for name in _IN_LOWER_CASE if name in frame.columns]
    lowered = frame.with_columns(pl.col(name).str.to_lowercase() for name in listed)
    if "role" in listed:
        lowered = lowered.with_columns(pl.col("role").fill_null("child"))
    return lowered


def _dated(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, Problem | None]:
    """Dates without times of day; rows with a date that cannot be read leave."""
    columns = [column for column in DATES if column in frame.columns]
    if not columns:
        return frame, None
    read = frame.with_columns(_date(frame[column]) for column in columns)
    lost = pl.any_horizontal(read[column].is_null() & frame[column].is_not_null() for column in columns)
    unreadable = read.select(lost.alias("LOST"))["LOST"]
    rows = int(unreadable.sum())
    if not rows:
        return read, None
    text = (
        f"{rows} rows hold a date that cannot be read; they are left out; dates are YYYY-MM-DD or DD/MM/YYYY"
    )
    problem = Problem("unreadable_date", name, rows, text, set_aside=rows)
    return _without(name, read, unreadable), problem


def _date(text: pl.Series) -> pl.Series:
    parsed = parsed_date(text.cast(pl.String).str.strip_chars().str.replace(_TIME_OF_DAY, ""))
    sensible = parsed.is_between(_FIRST, _LAST)
    return pl.select(pl.when(sensible).then(parsed)).to_series().alias(text.name)


def _without(name: str, frame: pl.DataFrame, lost: pl.Series) -> pl.DataFrame:
    """The rows that stay. A row of `cover` loses its dates instead.

    The authority spoke of this kind of event: without the dates nothing of it is known to be held.
    """
    if name != "cover":
        return frame.filter(~lost)
    none = pl.lit(None, dtype=pl.Date)
    return frame.with_columns(start=pl.when(lost).then(none).otherwise("start"))


# ---- rows that leave ------------------------------------------------------------------------------------


def _usable(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """Rows that can be used, each once, and how many left for which reason."""
    found: list[Problem] = []
    for step in (_in_order, _once, _undisputed):
        frame, problem = step(name, frame)
        found += [problem] if problem else []
    return frame, found


def _in_order(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, Problem | None]:
    if not {"start", "end"} <= set(frame.columns):
        return frame, None
    backwards = frame.select(lost=(pl.col("end") < pl.col("start")).fill_null(value=False))["lost"]
    rows = int(backwards.sum())
    if not rows:
        return frame, None
    text = f"{rows} rows end before they start; they are left out"
    problem = Problem("end_before_start", name, rows, text, set_aside=rows)
    return _without(name, frame, backwards), problem


def _once(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, Problem | None]:
    declared = ["LA", *(column for column in TABLES[name].names if column in frame.columns)]
    single = frame.unique(declared, keep="first", maintain_order=True)
    lost = frame.height - single.height
    if not lost:
        return frame, None
    text = f"{lost} rows repeat another in every column; they count once"
    return single, Problem("duplicate_row", name, lost, text, set_aside=lost)


def _undisputed(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, Problem | None]:
    """Without the rows that share what identifies them and differ elsewhere."""
    if name not in IDENTITY:
        return frame, None
    key = ["LA", *(column for column in IDENTITY[name] if column in frame.columns)]
    disputed = pl.len().over(key) > 1
    if name == "events":
        disputed &= pl.col("event").is_in(SINGLE)
    kept = frame.filter(~disputed)
    lost = frame.height - kept.height
    if not lost:
        return frame, None
    columns = ", ".join(key)
    text = f"{lost} rows agree in {columns} with another and differ elsewhere; all of them are left out"
    return kept, Problem("conflicting_rows", name, lost, text, set_aside=lost)


# ---- what is odd ----------------------------------------------------------------------------------------


def _odd(name: str, frame: pl.DataFrame) -> list[Problem]:
    """Values outside their lists: counted, never repaired, and never counted in a figure."""
    counts: list[tuple[str, int, str]] = []
    if name == "cohort" and "role" in frame.columns:
        strange = frame.filter(~pl.col("role").is_in(ROLES.names)).height
        counts.append(("unknown_code", strange, "role: {} rows hold a role that is not in the list"))
    if name in ("events", "cover"):
        known = (*EVENTS.names, ABSENCE) if name == "cover" else EVENTS.names
        strange = frame.filter(~pl.col("event").is_in(known)).height
        counts.append(
            ("unknown_event", strange, "event: {} rows are of a kind that no measure of the library reads")
        )
    if name == "events":
        counts += _odd_events(frame)
    if name == "absence":
        invalid = frame.filter(~valid_sessions()).height
        text = (
            "{} rows are no valid sessions: three whole numbers of 0 or more are needed, and no more "
            "missed than possible"
        )
        counts.append(("invalid_sessions", invalid, text))
    if name == "cover":
        unclear = frame.filter(pl.col("start").is_null()).height
        text = "start: {} rows say that an extract is held, but not from which day; nothing of it is covered"
        counts.append(("cover_without_start", unclear, text))
    return [Problem(code, name, rows, text.format(rows)) for code, rows, text in counts if rows]


def _odd_events(frame: pl.DataFrame) -> list[tuple[str, int, str]]:
    counts = []
    if "detail" in frame.columns:
        strange = pl.lit(value=False)
        for event, codes in DETAILS.items():
            strange |= (pl.col("event") == event) & ~pl.col("detail").is_in(codes.names)
        rows = frame.filter(strange).height
        counts.append(
            ("unknown_code", rows, "detail: {} rows hold a code that their event does not have; none counts")
        )
    if "level" in frame.columns:
        strange = pl.lit(value=False)
        for event, levels in LEVELS.items():
            strange |= (pl.col("event") == event) & ~pl.col("level").is_in([float(n) for n in levels])
        rows = frame.filter(strange).height
        counts.append(
            (
                "level_not_in_list",
                rows,
                "level: {} rows hold a level that their event does not have; none counts",
            )
        )
    return counts


def valid_sessions() -> pl.Expr:
    """Whether a row's sessions can be: whole numbers from 0, and no more missed than possible."""
    whole = pl.all_horizontal(pl.col(name).is_not_null() & (pl.col(name) >= 0) for name in _COUNTS)
    missed = pl.col("authorised") + pl.col("unauthorised")
    return (whole & (missed <= pl.col("possible"))).fill_null(value=False)
