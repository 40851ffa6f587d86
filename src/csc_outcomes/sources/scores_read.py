"""Cells of local tables read strictly: a row with a cell that should be a date or a number and is none is left out.

To read such a cell as blank would give it the meaning that blanks have: a form with five response points, a question
that was not refused, a person who was invited.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_outcomes.engine.door import Problem, parsed_date

_TIME_OF_DAY = r"[T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$"
_FIRST, _LAST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)


def read_cells(
    frame: pl.DataFrame, name: str, numbers: tuple[str, ...]
) -> tuple[pl.DataFrame, list[Problem]]:
    """Read `date` (without its time of day) and the columns of numbers; rows with unreadable cells leave."""
    present = [column for column in numbers if column in frame.columns]
    dates = _date(frame["date"])
    problems, keep = _kept(frame, name, {"date": dates}, "date", "dates are YYYY-MM-DD or DD/MM/YYYY")
    read = {column: _number(frame[column]) for column in present}
    found, fine = _kept(frame, name, read, "number", "blank cells are left blank")
    cells = frame.with_columns(dates, *read.values())
    return cells.filter(keep & fine), [*problems, *found]


def _kept(
    frame: pl.DataFrame, name: str, read: dict[str, pl.Series], kind: str, hint: str
) -> tuple[list[Problem], pl.Series]:
    """Which rows have no cell that was lost in reading, and the problem that counts the others."""
    lost = {column: cells.is_null() & frame[column].is_not_null() for column, cells in read.items()}
    counts = {column: int(cells.sum()) for column, cells in lost.items()}
    keep = pl.repeat(value=True, n=frame.height, eager=True)
    for cells in lost.values():
        keep &= ~cells
    rows = int((~keep).sum())
    if not rows:
        return [], keep
    where = ", ".join(f"{column} {count}" for column, count in counts.items() if count)
    text = f"{rows} rows hold a cell that is no {kind} ({where}); they are left out; {hint}"
    return [Problem(f"unreadable_{kind}", name, rows, text, set_aside=rows)], keep


def _date(text: pl.Series) -> pl.Series:
    parsed = parsed_date(text.cast(pl.String).str.strip_chars().str.replace(_TIME_OF_DAY, ""))
    sensible = parsed.is_between(_FIRST, _LAST)
    return pl.select(pl.when(sensible).then(parsed)).to_series().alias(text.name)


def _number(text: pl.Series) -> pl.Series:
    """Numbers; text that stands for none or for one without end is none."""
    read = text.cast(pl.String).cast(pl.Float64, strict=False)
    return pl.select(pl.when(read.is_finite()).then(read)).to_series().alias(text.name)
