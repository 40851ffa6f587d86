"""What is odd in typed tables of the return: reported with counts, never with a row's value, never repaired."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.door import Problem, distinct_keys
from csc_outcomes.sources.code_checks import rows_to_look_at
from csc_outcomes.sources.ssda903_tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csc_outcomes.definitions.tables import Column


def check(tables: Mapping[str, pl.DataFrame]) -> list[Problem]:
    """Check codes of every table, dates of episodes, and children against header."""
    found: list[Problem] = []
    for name, frame in tables.items():
        found += _codes(name, frame)
    episodes = tables.get("ssda903.episodes")
    if episodes is not None:
        found += _episodes(episodes)
    header = tables.get("ssda903.header")
    if header is not None:
        found += _without_header(tables, header)
    if "ssda903.missing" in tables:
        found += _missing(tables["ssda903.missing"])
    return found


def _codes(name: str, frame: pl.DataFrame) -> list[Problem]:
    found = []
    for column in TABLES[name.removeprefix("ssda903.")].coded:
        if column.name in frame.columns:
            found += _column_codes(name, frame, column)
    return found


def _column_codes(name: str, frame: pl.DataFrame, column: Column) -> list[Problem]:
    """Unknown codes are counted only; retired ones are the list's own and can be named."""
    assert column.codes is not None
    unknown = 0
    retired: dict[str, int] = {}
    early: dict[str, int] = {}
    for code, entry, year, rows in rows_to_look_at(frame, column, column.first_year):
        if entry is None:
            unknown += rows
        elif year is not None and entry.last_year is not None and year > entry.last_year:
            retired[code] = retired.get(code, 0) + rows
        elif year is not None and year < entry.first_year and entry.first_year > column.first_year:
            early[code] = early.get(code, 0) + rows
    found = []
    if unknown:
        text = f"{column.name}: {unknown} rows hold codes that are not in the list {column.codes.name}; "
        text += "they are kept and fall in no group"
        found.append(Problem("unknown_code", name, unknown, text))
    for kind, codes, words in (("retired_code", retired, "after"), ("early_code", early, "before")):
        if codes:
            rows = sum(codes.values())
            listed = ", ".join(sorted(codes))
            text = f"{column.name}: {rows} rows hold codes ({listed}) in returns {words} their years; they are kept"
            found.append(Problem(kind, name, rows, text))
    return found


def _episodes(frame: pl.DataFrame) -> list[Problem]:
    open_row = pl.col("DEC").is_null()
    days = {year: dt.date(year, 3, 31) for year in frame["YEAR"].unique().drop_nulls().to_list()}
    year_end = pl.col("YEAR").replace_strict(days, default=None, return_dtype=pl.Date)
    counts = frame.select(
        rec_on_open_row=(open_row & pl.col("REC").is_not_null()).sum(),
        dec_before_decom=(pl.col("DEC") < pl.col("DECOM")).sum(),
        dec_after_return=(pl.col("DEC") > year_end).sum(),
        decom_after_return=(pl.col("DECOM") > year_end).sum(),
    ).row(0, named=True)
    texts = {
        "rec_on_open_row": "rows have REC but no DEC; REC is ignored and the row is open",
        "dec_before_decom": "rows end before they start; they hold no day in care and give no duration",
        "dec_after_return": "rows end after 31 March of their return",
        "decom_after_return": "rows start after 31 March of their return",
    }
    return [
        Problem(code, "ssda903.episodes", counts[code], f"{counts[code]} {text}")
        for code, text in texts.items()
        if counts[code]
    ]


def _without_header(tables: Mapping[str, pl.DataFrame], header: pl.DataFrame) -> list[Problem]:
    known = distinct_keys(header)
    found = []
    for name, frame in tables.items():
        if name == "ssda903.header":
            continue
        strangers = distinct_keys(frame).join(known, on="KEY", how="anti").height
        if strangers:
            text = f"{strangers} children are not in header; their age, sex and ethnicity are unknown"
            rows = frame.join(known, on="KEY", how="anti").height
            found.append(Problem("child_without_header", name, rows, text))
    return found


def _missing(frame: pl.DataFrame) -> list[Problem]:
    backwards = int(frame.select((pl.col("MIS_END") < pl.col("MIS_START")).sum()).item() or 0)
    if not backwards:
        return []
    text = f"{backwards} incidents end before they start"
    return [Problem("incident_dates", "ssda903.missing", backwards, text)]
