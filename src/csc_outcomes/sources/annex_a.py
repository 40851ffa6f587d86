"""Ofsted's Annex A workbook: sheets recognised by their headings, cells read as dates, numbers and texts.

Source: Ofsted, *Annex A: child level data* (lists 1 to 11), update of August 2019. The workbook is made for the day of
an inspection and reaches six months back from it. `annex_a_tables` says what of it fills tables of the returns.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import field, frozen

from csc_outcomes.engine.door import Problem
from csc_outcomes.engine.kit import shift_months
from csc_outcomes.errors import ReadError
from csc_outcomes.sources import spellings
from csc_outcomes.sources.annex_a_lists import LISTS, AnnexList, Holds, simple
from csc_outcomes.sources.workbooks import sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_HEADING_ROWS = 25
"""Titles and notes stand above the headings; below this row nobody starts a list."""
_LIKE_A_LIST = 0.5
"""Share of a list's columns from which a sheet that lacks a needed one is taken to be meant as that list."""
_WITNESSES = 3
_A_DAY = dt.timedelta(days=1)
_YEAR_DAYS = 365.25


@frozen
class FoundList:
    """One list of one workbook: its rows, and how many columns the sheet has."""

    declared: AnnexList
    sheet: str
    frame: pl.DataFrame = field(repr=False)
    columns: int


@frozen
class Workbook:
    """What one workbook holds: its lists by number, why others are missing, and what was odd."""

    name: str
    lists: Mapping[int, FoundList]
    missing: Mapping[int, str]
    problems: tuple[Problem, ...]

    def day(self) -> dt.date | None:
        """The day that the workbook is about, where the children's ages leave no doubt."""
        return _told_day([found.frame for found in self.lists.values()])


# ---- sheets -----------------------------------------------------------------------------------------------


def read_workbook(path: Path) -> Workbook:
    """Read the lists of one workbook.

    Raises:
        InputError: python-calamine is not installed.
        ReadError: the file is no workbook, or no sheet of it is one of the lists.
    """
    found: dict[int, FoundList] = {}
    missing: dict[int, str] = {}
    problems: list[Problem] = []
    strangers: list[str] = []
    for name, rows in sheets(path).items():
        at, declared, places = _recognised(rows)
        lacking = [mark for mark in (declared.person, *declared.marks) if mark not in places]
        if lacking and (declared.person not in places or len(places) < _LIKE_A_LIST * len(declared.headings)):
            strangers.append(name)
            continue
        if lacking:
            listed = ", ".join(repr(_heading(declared, mark)) for mark in lacking)
            missing[declared.number] = (
                f"sheet {name!r} looks like list {declared.number} but has no column {listed}"
            )
            problems.append(
                Problem("list_incomplete", _table(declared), 0, f"{path.name}: {missing[declared.number]}")
            )
            continue
        frame, odd = _frame(declared, places, rows[at + 1 :], f"{path.name}, sheet {name!r}")
        problems += odd
        if declared.number in found:
            frame = pl.concat([found[declared.number].frame, frame], how="diagonal_relaxed")
        found[declared.number] = FoundList(
            declared, name, frame, sum(1 for cell in rows[at] if str(cell).strip())
        )
    if not found:
        needed = "needed sheets headed as the lists of Annex A (Child Unique ID, Date of referral ...)"
        odd_ones = f"; {'; '.join(missing.values())}" if missing else ""
        raise ReadError(f"{path.name}: {needed}, found none among {len(strangers)} other sheets{odd_ones}")
    if strangers:
        listed = ", ".join(repr(name) for name in strangers)
        text = (
            f"{path.name}: {len(strangers)} sheets are none of the eleven lists and are not read ({listed})"
        )
        problems.append(Problem("not_recognised", "", 0, text))
    return Workbook(path.name, found, missing, tuple(problems))


def _table(declared: AnnexList) -> str:
    return f"list {declared.number}"


def _heading(declared: AnnexList, name: str) -> str:
    """The first spelling of a column's heading."""
    return next(heading.spellings[0] for heading in declared.headings if heading.name == name)


def _recognised(rows: Sequence[Sequence[Any]]) -> tuple[int, AnnexList, dict[str, int]]:
    """The row of headings, the list that it fits best, and the place of each column found."""
    fits = [
        (at, declared, _places(declared, row))
        for at, row in enumerate(rows[:_HEADING_ROWS])
        for declared in LISTS
    ]
    return max(
        fits or [(0, LISTS[0], {})],
        key=lambda fit: (
            {fit[1].person, *fit[1].marks} <= fit[2].keys(),
            len(fit[2]),
            len(fit[2]) / len(fit[1].headings),
        ),
    )


def _places(declared: AnnexList, row: Sequence[Any]) -> dict[str, int]:
    """Place of each column of a list in a row of headings; of two with one heading the first."""
    heads = [simple(cell) for cell in row]
    places: dict[str, int] = {}
    for heading in declared.headings:
        at = next((heads.index(spelling) for spelling in heading.spellings if spelling in heads), None)
        if at is not None:
            places[heading.name] = at
    return places


def _frame(
    declared: AnnexList, places: Mapping[str, int], rows: Sequence[Sequence[Any]], where: str
) -> tuple[pl.DataFrame, list[Problem]]:
    """The rows below the headings, each column as it is declared."""
    filled = [row for row in rows if any(str(cell).strip() for cell in row)]
    columns, problems = [], []
    for heading in declared.headings:
        if heading.name not in places:
            continue
        at = places[heading.name]
        raw = spellings.series(heading.name, (row[at] if at < len(row) else None for row in filled))
        if heading.holds is Holds.DATE:
            column, lost = spellings.dates(raw)
        elif heading.holds is Holds.NUMBER:
            column, lost = _numbers(raw)
        else:
            column, lost = (
                (spellings.identifiers(raw) if heading.holds is Holds.ID else raw.cast(pl.String)),
                0,
            )
        columns.append(column)
        if lost:
            kind = heading.holds.value
            text = f"{where}: {heading.spellings[0]!r} cannot be read as a {kind} in {lost} rows; treated as missing"
            problems.append(Problem(f"unreadable_{kind}", _table(declared), lost, text))
    return pl.DataFrame(columns), problems


def _numbers(raw: pl.Series) -> tuple[pl.Series, int]:
    texts = raw.cast(pl.String).str.strip_chars()
    found = texts.cast(pl.Float64, strict=False)
    return found.alias(raw.name), int((found.is_null() & texts.is_not_null() & (texts != "")).sum())


# ---- the day of the workbook ------------------------------------------------------------------------------


def _told_day(frames: Sequence[pl.DataFrame]) -> dt.date | None:
    """The one day on which all ages in the workbook are right; None where there is none, or more than one.

    A fractional age tells it by itself, whole ages by where the children's birthdays leave room.
    """
    exact: set[dt.date] = set()
    earliest, latest, witnesses = dt.date.min, dt.date.max, 0
    for birth, age in _ages(frames):
        if age == int(age):
            birthday, following = shift_months(birth, 12 * int(age)), shift_months(birth, 12 * int(age) + 12)
            earliest, latest = max(earliest, birthday), min(latest, following - _A_DAY)
        else:
            days = age * _YEAR_DAYS
            exact.add(
                birth + dt.timedelta(days=round(days)) if abs(days - round(days)) < 0.01 else dt.date.min
            )
        witnesses += 1
    if witnesses < _WITNESSES or len(exact) > 1:
        return None
    day = next(iter(exact), earliest)
    certain = earliest <= day <= latest and (exact or earliest == latest) and day != dt.date.min
    return day if certain else None


def _ages(frames: Sequence[pl.DataFrame]) -> Iterator[tuple[dt.date, float]]:
    for frame in frames:
        if {"DOB", "AGE"} <= set(frame.columns):
            known = frame.select("DOB", "AGE").drop_nulls().filter(pl.col("AGE") >= 0)
            # Of births on 29 February it is disputed which day the birthday falls on.
            leap = (pl.col("DOB").dt.month() == 2) & (pl.col("DOB").dt.day() == 29)
            yield from known.filter(~leap).iter_rows()
