"""Values as case systems and workbooks spell them, brought into the codes and dates of the returns.

`a) WBRI`, `n) 5A: LA services`, `RC7 - Services ceased` and `WBRI` hold a code; `b) Physical abuse` holds the words
for one. A text that holds neither stays as it is and is counted as an unknown code later; nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import polars as pl

from csc_outcomes.engine.door import parsed_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_LETTER = re.compile(r"^\s*[a-z]{1,2}\d?\)\s*", re.IGNORECASE)
"""The letter that puts the values of a list in order: `n) 5A: LA services`."""
_TOKEN = re.compile(r"^([A-Z0-9]+)(\s*[:\-\u2013\u2014.)/]|\s|$)")
_SERIAL_ORIGIN = dt.date(1899, 12, 30)
_SERIALS = range(10_000, 80_000)
"""Day numbers of a spreadsheet for 1927 to 2118; smaller numbers in a column of dates are something else."""
_NO_DATE = dt.date(1900, 1, 1)
"""What case systems write for a date that they do not have."""

SEXES: Mapping[str, str] = {
    "MALE": "M", "BOY": "M", "1": "M", "01": "M", "FEMALE": "F", "GIRL": "F", "2": "F", "02": "F",
    "UNKNOWN": "U", "NOT STATED": "U", "NOT RECORDED": "U", "UNBORN": "U", "NEITHER": "U",
    "INDETERMINATE": "U", "I": "U", "0": "U", "9": "U",
}  # fmt: skip
CATEGORIES: Mapping[str, str] = {
    "NEGLECT": "NEG",
    "PHYSICAL": "PHY",
    "SEXUAL": "SAB",
    "EMOTIONAL": "EMO",
    "MULTIPLE": "MUL",
}
ANSWERS: Mapping[str, str] = {
    "YES": "1", "Y": "1", "TRUE": "1", "1": "1", "NO": "0", "N": "0", "FALSE": "0", "0": "0",
}  # fmt: skip


def plain(text: str) -> str:
    """A text in upper case, without the list's letter, odd spaces and curly quotation marks."""
    straight = text.replace("\u2019", "'").replace("\u2018", "'").replace("\xa0", " ")
    return " ".join(_LETTER.sub("", straight).split()).upper()


def code_in(text: str, codes: Iterable[str], words: Mapping[str, str]) -> str | None:
    """The code that a text holds, by itself or at its beginning, or whose words it begins with; None if none.

    A code of one letter must stand alone or before a mark, because `A placement` begins with no code.
    """
    bare = plain(text)
    known = set(codes)
    if bare in known:
        return bare
    found = _TOKEN.match(bare)
    if found and found.group(1) in known and (len(found.group(1)) > 1 or found.group(2).strip()):
        return found.group(1)
    for beginning, code in words.items():
        if bare.startswith(beginning) and not bare[len(beginning) : len(beginning) + 1].isalnum():
            return code
    return None


def coded(column: pl.Series, codes: Iterable[str], words: Mapping[str, str] | None = None) -> pl.Series:
    """Texts as codes; what holds none stays as it is, in upper case."""
    known = tuple(codes)
    return _by_spelling(column, lambda text: code_in(text, known, words or {}) or plain(text) or None)


def answers(column: pl.Series) -> pl.Series:
    """Yes and no as 1 and 0; anything else, `Unknown` too, is missing."""
    return _by_spelling(column, lambda text: code_in(text, (), ANSWERS))


def readable(column: pl.Series, codes: Iterable[str]) -> float:
    """Share of the cells with something in them that are codes; 1 where all are blank."""
    filled = column.drop_nulls()
    return int(filled.is_in(list(codes)).sum()) / len(filled) if len(filled) else 1.0


def identifiers(column: pl.Series) -> pl.Series:
    """Ids as text; numbers, which spreadsheets make of them, without their decimals."""
    if column.dtype.is_float():
        return column.cast(pl.String).str.replace(r"\.0+$", "")
    return _by_spelling(column, lambda text: re.sub(r"^(\d+)\.0+$", r"\1", text.strip()) or None)


def _by_spelling(column: pl.Series, reading: Callable[[str], str | None]) -> pl.Series:
    """Read each distinct text once."""
    texts = column.cast(pl.String)
    distinct = texts.unique().drop_nulls().to_list()
    if not distinct:
        return texts
    table = {text: reading(text) for text in distinct}
    return texts.replace_strict(table, default=None, return_dtype=pl.String).alias(column.name)


def dates(column: pl.Series) -> tuple[pl.Series, int]:
    """Cells as dates, and how many cannot be read: dates, times, DD/MM/YYYY, YYYY-MM-DD, day numbers.

    1 January 1900 stands for no date.
    """
    if column.dtype == pl.Date:
        found = column
    elif isinstance(column.dtype, pl.Datetime):
        found = column.dt.date()
    elif column.dtype == pl.Null:
        found = column.cast(pl.Date)
    else:
        found = _dates_of_texts(column.cast(pl.String))
    lost = int((found.is_null() & ~_empty(column)).sum())
    return pl.select(pl.when(found > _NO_DATE).then(found)).to_series().alias(column.name), lost


def _empty(column: pl.Series) -> pl.Series:
    texts = column.cast(pl.String)
    return texts.is_null() | (texts.str.strip_chars() == "").fill_null(value=True)


def _dates_of_texts(texts: pl.Series) -> pl.Series:
    """Texts as dates; a time of day is cut off, a number is a spreadsheet's day."""
    trimmed = texts.str.strip_chars().str.replace(r"(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$", "")
    parsed = parsed_date(trimmed)
    rest = trimmed.filter(parsed.is_null() & trimmed.is_not_null()).unique().to_list()
    days = {text: day for text in rest if (day := _serial(text)) is not None}
    if not days:
        return parsed
    return parsed.fill_null(trimmed.replace_strict(days, default=None, return_dtype=pl.Date))


def _serial(text: str) -> dt.date | None:
    """A spreadsheet's day number as a date."""
    match = re.fullmatch(r"(\d{5})(?:\.\d+)?", text)
    if not match or int(match.group(1)) not in _SERIALS:
        return None
    return _SERIAL_ORIGIN + dt.timedelta(days=int(match.group(1)))


def series(name: str, values: Iterable[Any]) -> pl.Series:
    """Python values as a column: whole days where all are dates, text where they are mixed."""
    cells = [None if value == "" else value for value in values]
    filled = [value for value in cells if value is not None]
    if filled and all(isinstance(value, dt.date) for value in filled):
        days = [value.date() if isinstance(value, dt.datetime) else value for value in cells]
        return pl.Series(name, days, dtype=pl.Date)
    return pl.Series(name, [None if value is None else _text(value) for value in cells], dtype=pl.String)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)
