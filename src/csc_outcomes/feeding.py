"""Feeds other than the returns: Ofsted's Annex A workbook and the Standard Safeguarding Dataset.

They fill the same tables, so the same measures run on them. What a feed does not hold is not filled and not
approximated: a measure that rests on it has the status `no_data`, with the reason in the notes of the result.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csc_outcomes.engine.data import POPULATION, POSTCODES, Data
from csc_outcomes.errors import InputError, ReadError, all_at_once
from csc_outcomes.sources import annex_a_tables, ssd, ssd_tables
from csc_outcomes.sources.annex_a import read_workbook
from csc_outcomes.sources.csv_files import read_csv
from csc_outcomes.sources.feeds import absent_tables
from csc_outcomes.sources.registry import given_tables
from csc_outcomes.sources.ssd_fetch import fetched
from csc_outcomes.sources.workbooks import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from csc_outcomes.definitions.measure import Measure
    from csc_outcomes.sources.annex_a import Workbook
    from csc_outcomes.sources.feeds import Filled

    PathLike = str | Path
    Day = str | dt.date


_ABSENT = {
    "annex_a": absent_tables(annex_a_tables.FILLED, annex_a_tables.ABSENT, annex_a_tables.NAME),
    "ssd": absent_tables(ssd.FILLED, {**ssd.ABSENT, **ssd.OF_WORKFORCE}, ssd.NAME),
}
_WITHHELD: Mapping[str, Mapping[str, str]] = {"annex_a": {}, "ssd": ssd.WITHHELD}


def unanswered(feed: str, measures: Iterable[Measure]) -> dict[str, str]:
    """Why a feed cannot answer measures even where it is complete, by id.

    Args:
        feed: `annex_a` or `ssd`.
        measures: those that rest on returns; local tables come from no feed.
    """
    reasons = {}
    for measure in measures:
        tables = set(given_tables(*measure.needs))
        lacking = [_ABSENT[feed][table] for table in sorted(tables) if table in _ABSENT[feed]]
        if reason := _WITHHELD[feed].get(measure.id) or "; ".join(dict.fromkeys(lacking)):
            reasons[measure.id] = reason
    return reasons


def read_annex_a(
    path: PathLike | Sequence[PathLike],
    *,
    la: str,
    date: Day | Sequence[Day] | None = None,
    population: PathLike | Any = None,
) -> Data:
    """Read Ofsted's Annex A: one workbook, several, or a folder of them, made by one authority.

    Sheets are recognised by their headings, whatever they are called. A workbook holds six months to the day it
    was made, one row per child in several lists; so a year is covered only where workbooks together hold all of
    it, and no episodes of care are filled. `data.problems` lists what is odd, and `data.feed` what is left out.

    Args:
        path: a workbook (.xlsx and the like), several, or a folder.
        la: code of the authority.
        date: the day that the workbook is about (for several, one day each, in their order). It may be left out
            where the children's ages leave no doubt of it.
        population: file or frame of mid-year estimates, for rates.

    Returns:
        Tables of the children in need census, and of adoption, as `csc.Data`.

    Raises:
        InputError: the day of a workbook is not certain, or python-calamine is not installed.
        ReadError: files that are no workbooks, or hold none of the lists; all of them at once.
    """
    books = _workbooks(_paths(path))
    filled = annex_a_tables.filled(_dated(books, date), la)
    return _data(filled, la, population, None)


def read_ssd(
    tables: Mapping[str, Any] | Any,
    *,
    la: str,
    extracted: Day | None = None,
    years: int = ssd_tables.YEARS,
    schema: str | None = None,
    population: PathLike | Any = None,
    postcodes: PathLike | Any = None,
) -> Data:
    """Read the Standard Safeguarding Dataset of one authority, from frames or from its database.

    Names of tables and columns are read without regard to case. Of a database only the columns that are needed are
    asked for. The extract reaches some years back from the day it was made: the return years wholly within are
    covered. `data.problems` lists what is odd, and `data.feed` what is left out.

    Args:
        tables: frames by name (`ssd_person`, `ssd_cin_episodes` ...; pandas, Polars, PyArrow, DuckDB), or a DB-API or
            SQLAlchemy connection.
        la: code of the authority.
        extracted: the day that the extract was made. It may be left out where its dates leave no doubt of the
            years that it covers.
        years: how many years the extract reaches back.
        schema: where in the database the tables are, if they are in several schemas.
        population: file or frame of mid-year estimates, for rates.
        postcodes: file or frame with ONS Postcode Directory columns, to tell where placements are.

    Returns:
        Tables of the children in need census and the SSDA903 return as `csc.Data`.

    Raises:
        InputError: no table of the dataset is there, needed columns are missing, or the day of the extract is not
            certain.
    """
    day = None if extracted is None else _day(extracted, "extracted")
    filled = ssd.filled(fetched(tables, schema), la, day, years)
    return _data(filled, la, population, postcodes)


def _data(filled: Filled, la: str, population: Any, postcodes: Any) -> Data:
    given: dict[str, Any] = dict(filled.tables)
    for name, frame in ((POPULATION, population), (POSTCODES, postcodes)):
        if frame is not None:
            given[name] = read_csv(Path(frame)).frame if isinstance(frame, (str, Path)) else frame
    return Data(given, la=la).noted(filled.problems, {}).fed(filled.feed)


# ---- workbooks --------------------------------------------------------------------------------------------


def _paths(given: PathLike | Sequence[PathLike]) -> list[Path]:
    """Workbooks in their order; those of a folder by name."""
    paths = [Path(given)] if isinstance(given, (str, Path)) else [Path(one) for one in given]
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
            found += [p for p in inside if not p.name.startswith(("~", "."))]
        else:
            found.append(path)
    if not found:
        raise InputError("read_annex_a: needed at least one workbook, found none")
    return found


def _workbooks(paths: Sequence[Path]) -> list[Workbook]:
    books, faults = [], []
    for path in paths:
        try:
            books.append(read_workbook(path))
        except ReadError as error:
            faults.append(str(error))
    all_at_once("workbooks cannot be read", faults, ReadError)
    return books


def _dated(books: Sequence[Workbook], date: Day | Sequence[Day] | None) -> list[annex_a_tables.Dated]:
    """Give each workbook its day: as stated, or as the ages in it leave no doubt."""
    if date is None:
        days = [book.day() for book in books]
    else:
        stated = [date] if isinstance(date, (str, dt.date)) else list(date)
        if len(stated) != len(books):
            raise InputError(
                f"date: needed one day for each of {len(books)} workbooks, in their order; found {len(stated)}"
            )
        days = [_day(day, "date") for day in stated]
    unknown = [book.name for book, day in zip(books, days, strict=True) if day is None]
    if unknown:
        raise InputError(
            f"the day of {', '.join(unknown)} cannot be told for certain from the ages of the children in it; give "
            "date=, the day that the workbook is about"
        )
    return [annex_a_tables.Dated(book, day) for book, day in zip(books, days, strict=True) if day is not None]


def _day(given: Day, name: str) -> dt.date:
    if isinstance(given, dt.datetime):
        return given.date()
    if isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise InputError(f"{name}: needed a day such as '2024-03-31', found another text") from None
