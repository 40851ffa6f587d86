"""Official statistics as downloaded: CSV files in which a cell holds a figure or a symbol in its place.

Read are the open data files of Explore Education Statistics (Department for Education), the long file of the
Local Authority Interactive Tool (Department for Education), Fingertips files (Office for Health Improvement and
Disparities), revenue outturn tables (Ministry of Housing, Communities and Local Government) and any other table
with one header line. Symbols and the older spellings ":" and "~" follow "Open data standards" (Department for
Education, Analysts' guide, undated); "k", "-" and brackets are how the publications themselves print them.
"""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.errors import ReadError, all_at_once, unknown
from csc_outcomes.sources.csv_files import read_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


class Symbol(Enum):
    """What a publication says where it prints no figure; the value is the spelling of today's standard."""

    SUPPRESSED = "c"
    ROUNDS_TO_ZERO = "low"
    NOT_APPLICABLE = "z"
    NOT_AVAILABLE = "x"
    UNRELIABLE = "u"

    @property
    def meaning(self) -> str:
        """The symbol in words."""
        return _MEANINGS[self]

    @classmethod
    def read(cls, printed: object) -> Symbol | None:
        """Read a symbol as printed, in brackets or not, of today or older; None for anything else."""
        return _SPELLINGS.get(printed.strip().casefold()) if isinstance(printed, str) else None


_MEANINGS = {
    Symbol.SUPPRESSED: "suppressed, or hidden so that a suppressed figure cannot be worked out",
    Symbol.ROUNDS_TO_ZERO: "rounds to 0 but is not 0",
    Symbol.NOT_APPLICABLE: "not applicable: no such group, no such authority, or a denominator of zero",
    Symbol.NOT_AVAILABLE: "not available: not collected, not returned, or not usable",
    Symbol.UNRELIABLE: "of low reliability, or left out of the totals for that reason",
}
_LETTERS = {
    "c": Symbol.SUPPRESSED,
    "k": Symbol.ROUNDS_TO_ZERO,
    "low": Symbol.ROUNDS_TO_ZERO,
    "z": Symbol.NOT_APPLICABLE,
    "x": Symbol.NOT_AVAILABLE,
    "u": Symbol.UNRELIABLE,
}
# Older marks. "-" is how the Local Authority Interactive Tool prints a missing value, never a nil.
_MARKS = {
    "~": Symbol.ROUNDS_TO_ZERO,
    ":": Symbol.NOT_AVAILABLE,
    "..": Symbol.NOT_AVAILABLE,
    "-": Symbol.NOT_AVAILABLE,
}
_SPELLINGS = _LETTERS | {f"[{letter}]": symbol for letter, symbol in _LETTERS.items()} | _MARKS

# No leading zeros: "007" is a code. Exponents only as R and Python write them, with a sign: "1e+05".
_NUMBER = r"^[+-]?(([1-9][0-9]{0,2}(,[0-9]{3})+|0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)(e[+-][0-9]{1,3})?\s?%?$"
# Columns that say what a row is about, whatever their cells look like. Names are compared in lower case with
# underscores for spaces.
_IDENTIFIER = re.compile(
    r"(.*_)?(code|id|name|urn|ukprn|laestab|identifier|date)"
    r"|time_period.*|period|(academic_|financial_|calendar_|reporting_|return_)?year|year_ending|quarter|month"
    r"|geographic_level|area|model|measure|age|sex"
)
# What a file prints in place of a symbol, told by its columns. Spend per child and share of spending, revenue
# outturn 2024-25 (Local Authority Interactive Tool): -300 where the authority sent no return, elsewhere `[x]`.
_STAND_INS = {("cs_share_percent", "cost_per_child"): (-300.0, "[x]")}
_SUFFIX = "_symbol"
_OTHER_FORMATS = {
    b"PK": "an Excel workbook or zip archive; unpack it or save the sheet as CSV",
    b"\x1f\x8b": "a gzip archive; unpack it",
    b"\xd0\xcf\x11\xe0": "an Excel workbook; save the sheet as CSV",
    b"<": "a web page or XML; download the data file itself",
}


def read_published(path: str | Path, *, required: Sequence[str] = ()) -> pd.DataFrame:
    """Read a published CSV file: its rows and columns in order, figures as numbers, symbols beside them.

    A column is one of figures when each cell that is not blank is a number or a symbol and its name is not one
    of an identifier (codes, names, periods, levels). It becomes floats in the unit printed (12.3% is 12.3), and
    the column `<column>_symbol` directly after it holds the symbol as printed. A symbol or a blank is missing,
    never 0; a printed 0 is 0. Every other column is text as printed, blank cells missing. `Symbol.read` gives
    the meaning of a symbol. A file that already has `<column>_symbol` (one saved from such a frame) keeps it.

    Args:
        path: the file; commas, semicolons or tabs; UTF-8 with or without byte order mark, UTF-16 or Windows-1252.
        required: columns the caller relies on; those that are missing are named in one error.

    Returns:
        A pandas frame with a row per line of the file.

    Raises:
        ReadError: no such file, not a CSV file, no header line, lines cut off, a column twice or without a
            name, or a required column missing.
    """
    file = Path(path)
    frame = _content(file)
    _check_required(file, frame.columns, required)
    return with_symbols(frame).to_pandas()


def published_table(path: str | Path) -> pl.DataFrame:
    """What `read_published` reads, as a Polars frame."""
    return with_symbols(_content(Path(path)))


def with_symbols(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn columns of text that hold figures into numbers, with their symbols in a column behind each.

    Columns of any other type, and symbols that stand in `<column>_symbol` already, are kept as they are.
    """
    stand_ins = {
        column: stand_in
        for columns, stand_in in _STAND_INS.items()
        if set(columns) <= set(frame.columns)
        for column in columns
    }
    columns: list[pl.Series] = []
    for name in frame.columns:
        if _symbols_of(name, frame.columns):
            continue
        figures = _figures(frame[name], stand_ins.get(name)) if frame[name].dtype == pl.String else None
        beside = frame[name + _SUFFIX] if name + _SUFFIX in frame.columns else None
        if figures is None:
            columns += [frame[name]] if beside is None else [frame[name], beside]
        else:
            numbers, symbols = figures
            columns += [numbers, symbols if beside is None else symbols.fill_null(beside)]
    return pl.DataFrame(columns)


def _content(file: Path) -> pl.DataFrame:
    """The file's cells as text, blank ones missing."""
    if not file.is_file():
        raise ReadError(
            f"{file.name}: needed a CSV file, found {'a folder' if file.is_dir() else 'no such file'}"
        )
    with file.open("rb") as opened:
        start = opened.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, what in _OTHER_FORMATS.items():
        if start.startswith(mark):
            raise ReadError(f"{file.name}: needed a CSV file, found {what}")
    content = read_csv(file)
    if content.uneven:
        raise ReadError(
            f"{file.name}: {content.uneven} lines do not have the header's number of fields; the file is cut off, or "
            "has lines above its header or below its table: download it again, or remove those lines"
        )
    return _named(file, content.frame)


def _named(file: Path, frame: pl.DataFrame) -> pl.DataFrame:
    """Columns with a name, without space around it; columns without one that hold nothing are left out."""
    nameless = [name for name in frame.columns if not name.strip() or name.startswith("_duplicated_")]
    filled = [name for name in nameless if frame[name].null_count() < frame.height]
    if filled:
        raise ReadError(
            f"{file.name}: {len(filled)} columns have no name in the first line; remove lines above the header"
        )
    kept = frame.drop(nameless)
    return kept.rename({name: name.strip() for name in kept.columns})


def _check_required(file: Path, found: list[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in found]
    problems = [str(unknown("column", [name], found)) for name in missing]
    all_at_once(f"{file.name}: required columns are missing", problems, ReadError)


def _symbols_of(name: str, columns: list[str]) -> bool:
    """Whether a column holds the symbols of another one of the file."""
    return name.endswith(_SUFFIX) and name.removesuffix(_SUFFIX) in columns


def _figures(column: pl.Series, stand_in: tuple[float, str] | None) -> tuple[pl.Series, pl.Series] | None:
    """Numbers and symbols of a column of figures; None for any other column."""
    if _IDENTIFIER.fullmatch(re.sub(r"\W+", "_", column.name.strip().lower())):
        return None
    text = column.str.strip_chars()
    numbers = _numbers(text)
    symbols = _printed_symbols(text)
    if (numbers.is_null() & symbols.is_null() & (text != "").fill_null(value=False)).any():
        return None
    if stand_in is not None:
        value, symbol = stand_in
        stands_in = (numbers == value).fill_null(value=False)
        symbols = _where(stands_in, pl.lit(symbol), symbols)
        numbers = _where(~stands_in, numbers, pl.lit(None, dtype=pl.Float64))
    return numbers.alias(column.name), symbols.alias(column.name + _SUFFIX)


def _numbers(text: pl.Series) -> pl.Series:
    """Floats where the text is a number, missing elsewhere; "-0" is 0."""
    plain = text.str.to_lowercase().str.replace("\u2212", "-", literal=True)
    plain = _where(plain.str.contains(_NUMBER), plain, pl.lit(None, dtype=pl.String))
    numbers = plain.str.replace_all(r"[,%\s]", "").cast(pl.Float64)
    finite = _where(numbers.is_finite(), numbers, pl.lit(None, dtype=pl.Float64))
    return _where(finite == 0, pl.lit(0.0), finite)


def _printed_symbols(text: pl.Series) -> pl.Series:
    """The text where it is a symbol, missing elsewhere; looked up once per distinct spelling."""
    spelled = [cell for cell in text.unique() if Symbol.read(cell)]
    return _where(text.is_in(spelled), text, pl.lit(None, dtype=pl.String))


def _where(condition: pl.Series, chosen: pl.Series | pl.Expr, otherwise: pl.Series | pl.Expr) -> pl.Series:
    return pl.select(pl.when(condition).then(chosen).otherwise(otherwise)).to_series()
