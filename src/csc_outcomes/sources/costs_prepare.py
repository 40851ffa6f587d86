"""Typed tables of money made ready: defaults filled, what cannot be meant refused, contradictions marked.

A sum of money from which a line is missing looks like any other sum. So a row that cannot be used is kept and
marked with what it lacks (column `lacks`): a figure that it would enter is incomplete, never smaller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.definitions.tables import ColumnType
from csc_outcomes.engine.door import Problem
from csc_outcomes.engine.source import Prepared
from csc_outcomes.errors import InputError, all_at_once
from csc_outcomes.sources.costs_prices import NEEDED, price_year
from csc_outcomes.sources.costs_tables import (
    BEHAVIOURS,
    CATEGORIES,
    COUNTERFACTUALS,
    IDENTITY,
    KINDS,
    PER,
    PLACEMENT,
    TABLES,
)

if TYPE_CHECKING:
    from csc_outcomes.engine.source import Frames

CONTRADICTION = "rows that contradict each other"
LOWEST_GRADE = 6
_LOWER_CASE = {
    "costs": ("kind", "behaviour"),
    "unit_costs": ("per", "category"),
    "avoided": ("counterfactual",),
}
_LISTED = {
    ("costs", "behaviour"): BEHAVIOURS,
    ("unit_costs", "per"): PER,
    ("unit_costs", "category"): CATEGORIES,
}
"""Closed lists on which the arithmetic depends."""
_NUMBERS_AS_TEXT = {"costs": ("displaced",), "avoided": ("duration",), "flows": ("cost", "benefit")}
_FLAGS = {"costs": ("in_kind",), "avoided": ("judged",)}
_NOT_NEGATIVE = {
    "costs": ("gross", "displaced"),
    "unit_costs": ("value", "sd", "low", "high"),
    "avoided": ("exposed", "observed", "comparator_events", "comparator_exposed", "duration"),
    "service": ("cases", "throughput", "running_cost"),
}
_YES, _NO = ("1", "true"), ("0", "false")
_TYPES = {
    ColumnType.TEXT: pl.String,
    ColumnType.NUMBER: pl.Float64,
    ColumnType.INTEGER: pl.Int32,
    ColumnType.DATE: pl.Date,
}


def prepare(tables: Frames, _directory: pl.DataFrame | None) -> Prepared:
    """Fill defaults, read numbers and words, mark contradictions, and refuse what cannot be meant.

    Raises:
        InputError: everything at once: negative amounts, displaced above gross, a price year or a source
            missing, words outside a list on which the arithmetic depends, numbers that are none.
    """
    ready: Frames = {}
    problems: list[Problem] = []
    faults: list[str] = []
    for name, frame in tables.items():
        filled = _read(name, _complete(name, frame), faults)
        faults += _faults(name, filled)
        marked, found = _marked(name, filled)
        problems += [*_odd(name, filled), *found]
        ready[name] = marked
    all_at_once("data cannot be used as given", faults, InputError)
    return Prepared(ready, tuple(problems))


# ---- reading --------------------------------------------------------------------------------------------


def _complete(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Every declared column, words of closed lists in lower case."""
    absent = [
        pl.lit(None, dtype=_TYPES[column.type]).alias(column.name)
        for column in TABLES[name].columns
        if column.name not in frame.columns
    ]
    words = [pl.col(word).str.to_lowercase() for word in _LOWER_CASE.get(name, ())]
    return frame.with_columns(absent).with_columns(words)


def _read(name: str, frame: pl.DataFrame, faults: list[str]) -> pl.DataFrame:
    """Defaults of blanks; numbers and flags that were read as text; price years in one spelling."""
    for column in _NUMBERS_AS_TEXT.get(name, ()):
        number = frame[column].str.replace_all(",", "").cast(pl.Float64, strict=False)
        lost = int((number.is_null() & frame[column].is_not_null()).sum())
        faults += _fault(name, column, "a number", lost)
        frame = frame.with_columns(number.fill_null(1.0 if column == "duration" else 0.0).alias(column))
    for column in _FLAGS.get(name, ()):
        word = frame[column].str.to_lowercase().fill_null("0")
        faults += _fault(name, column, "0 or 1", int((~word.is_in([*_YES, *_NO])).sum()))
        frame = frame.with_columns(word.is_in(list(_YES)).alias(column))
    if name == "costs":
        return _with_price_year(frame).with_columns(pl.col("behaviour").fill_null("fixed"))
    if name == "unit_costs":
        graded = pl.col("confidence").fill_null(LOWEST_GRADE)
        return _with_price_year(frame).with_columns(pl.col("category").fill_null("fiscal"), confidence=graded)
    return frame


def _with_price_year(frame: pl.DataFrame) -> pl.DataFrame:
    spellings = {label: price_year(label) for label in frame["price_year"].unique().drop_nulls().to_list()}
    return frame.with_columns(
        pl.col("price_year").replace_strict(spellings, default=None, return_dtype=pl.String)
    )


# ---- what is refused ------------------------------------------------------------------------------------


def _fault(name: str, column: str, needed: str, rows: int) -> list[str]:
    return [f"table {name!r}, {column}: needed {needed}, found something else in {rows} rows"] if rows else []


def _faults(name: str, frame: pl.DataFrame) -> list[str]:
    found: list[str] = []
    for column in (column.name for column in TABLES[name].columns if frame[column.name].dtype.is_float()):
        endless = int((~frame[column].is_finite()).sum())
        found += _fault(name, column, "a number that ends", endless)
    for column in _NOT_NEGATIVE.get(name, ()):
        found += _fault(name, column, "0 or more", int((frame[column] < 0).sum()))
    for (table, column), codes in _LISTED.items():
        if table == name:
            strange = int((~frame[column].is_in(list(codes.names)).fill_null(value=False)).sum())
            found += _fault(name, column, f"one of {', '.join(codes.names)}", strange)
    if name in ("costs", "unit_costs"):
        lacking = frame["price_year"].null_count()
        found += [f"table {name!r}, price_year: {NEEDED}, found none in {lacking} rows"] if lacking else []
    if name == "costs":
        found += _fault(name, "displaced", "at most gross", int((frame["displaced"] > frame["gross"]).sum()))
    if name == "unit_costs":
        found += _unit_cost_faults(frame)
    return found


def _unit_cost_faults(frame: pl.DataFrame) -> list[str]:
    checks = (
        ("source", "title, publisher and year", pl.col("source").is_null()),
        (
            "confidence",
            f"a grade from 1 to {LOWEST_GRADE}",
            ~pl.col("confidence").is_between(1, LOWEST_GRADE),
        ),
        ("cashable_share", "a share from 0 to 1", ~pl.col("cashable_share").is_between(0, 1)),
        ("low", "at most high", pl.col("low") > pl.col("high")),
    )
    return [
        text
        for column, needed, wrong in checks
        for text in _fault("unit_costs", column, needed, frame.filter(wrong).height)
    ]


# ---- what is odd, and what contradicts itself -----------------------------------------------------------


def _odd(name: str, frame: pl.DataFrame) -> list[Problem]:
    """Words outside a list that no arithmetic depends on, and rows without usable dates."""
    found = []
    for table, column, codes in (("costs", "kind", KINDS), ("avoided", "counterfactual", COUNTERFACTUALS)):
        if table == name:
            known = pl.col(column).is_in(list(codes.names)).fill_null(value=False)
            strange = frame.filter(~known).height
            if strange:
                text = f"{column}: {strange} rows are blank or hold a word that is not in the list"
                found.append(Problem("unknown_code", name, strange, text))
    if "end" not in frame.columns:
        return found
    for column in ("start", "end"):
        lost = frame[column].null_count()
        if lost:
            text = f"{lost} rows without a (readable) {column} are left out"
            found.append(Problem(f"missing_{column}", name, lost, text, set_aside=lost))
    backwards = frame.filter(pl.col("end") < pl.col("start")).height
    if backwards:
        text = f"{backwards} rows end before they start; they are left out"
        found.append(Problem("end_before_start", name, backwards, text, set_aside=backwards))
    return found


def _marked(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """Repeats count once; of rows that contradict each other one is kept, marked as of no use."""
    if name not in IDENTITY:
        return frame.with_columns(lacks=pl.lit(None, dtype=pl.String)), []
    if name == "flows":
        frame = frame.with_columns(pl.col("month").dt.month_start())
    if name == "unit_costs":
        frame = frame.with_columns(item=_item())
    origin = ["LA"] if TABLES[name].authority else []
    single = frame.unique([*origin, *TABLES[name].names], keep="first", maintain_order=True)
    key = [*origin, *IDENTITY[name]]
    disputed = pl.len().over(key) > 1
    marked = single.with_columns(lacks=pl.when(disputed).then(pl.lit(CONTRADICTION)))
    kept = marked.unique(key, keep="first", maintain_order=True)
    found = []
    if repeated := frame.height - single.height:
        text = f"{repeated} rows repeat another in every column; they count once"
        found.append(Problem("duplicate_row", name, repeated, text, set_aside=repeated))
    if lost := marked.filter(pl.col("lacks").is_not_null()).height:
        columns = ", ".join(key)
        text = f"{lost} rows agree in {columns} with another and differ elsewhere; all of them are left out"
        found.append(Problem("conflicting_rows", name, lost, text, set_aside=lost))
    return kept, found


def _item() -> pl.Expr:
    """The item of a placement in one spelling: codes are written in capitals."""
    lower, length = pl.col("item").str.to_lowercase(), len(PLACEMENT)
    code = pl.col("item").str.slice(length).str.strip_chars().str.to_uppercase()
    return pl.when(lower.str.starts_with(PLACEMENT)).then(pl.lit(PLACEMENT) + code).otherwise("item")
