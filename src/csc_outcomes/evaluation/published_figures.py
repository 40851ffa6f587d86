"""Published figures of our measures, from the files as downloaded, in one long table."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from csc_outcomes.definitions import authorities
from csc_outcomes.engine.door import to_polars
from csc_outcomes.errors import InputError, ReadError, all_at_once
from csc_outcomes.sources.published import Symbol, published_table, with_symbols
from csc_outcomes.sources.published_maps import PUBLICATIONS, Amount, Entry, Publication

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

NATIONAL, REGIONAL, AUTHORITY = "National", "Regional", "Local authority"
COLUMNS = (
    "measure", "area", "old_la_code", "level", "period", "start", "end", "numerator", "denominator", "value",
    "symbol", "decimals", "publication", "parameters",
)  # fmt: skip

_LEVELS = {
    "national": NATIONAL,
    "england": NATIONAL,
    "country": NATIONAL,
    "regional": REGIONAL,
    "region": REGIONAL,
    "regions (statistical)": REGIONAL,
    "local authority": AUTHORITY,
}
# Fingertips adds the boundaries used: "Counties & UAs (from Apr 2023)".
_AUTHORITY_PREFIX = "counties & uas"
_LEVEL_COLUMNS = ("geographic_level", "Area Type")
_AREA_COLUMNS = ("new_la_code", "Area Code")
_CODE_COLUMNS = ("old_la_code", "la_code")
_REGION_COLUMNS = ("region_code", "region_name", "Area Code", "la_name", "area")
# The interactive tool numbers England and the regions like authorities; London's halves follow London.
_TOOL_AREAS = {"970": authorities.ENGLAND} | {
    str(980 + place): code
    for place, code in enumerate((
        "E12000001", "E12000002", "E12000003", "E12000004", "E12000005", "E12000006", "E12000007", "E13000001",
        "E13000002", "E12000008", "E12000009",
    ))
}  # fmt: skip
# 2025; 202425; 2024/25, 2024-25 and the tool's "2024-25 (OT)", its outturn.
_ONE_YEAR = re.compile(r"\d{4}")
_TWO_YEARS = re.compile(r"(\d{2})(\d{2})[/-]?(\d{2})( \(OT\))?")
_PLACE = ("PERIOD", "LEVEL", "AREA", "OLD")


def published_figures(*tables: Any) -> pd.DataFrame:
    """Put published figures of our measures, from files as downloaded, into one long table.

    Read are the open data files of Explore Education Statistics and of the interactive tool (Department for
    Education) and Fingertips files (Office for Health Improvement and Disparities) that hold a measure of the
    catalogue; `docs/published-figures.md` lists them. A file is recognised by its columns, and may have others.
    Rows of England, regions and authorities are taken, those of other levels left out.

    Args:
        tables: paths of CSV files, or frames of their rows: text as printed, or as `read_published` gives them.

    Returns:
        A pandas frame with a row per measure, area and period of each publication: `measure`; `area`, the ONS
        code as published, or where none is, the one that held at the period's end; `old_la_code`, the
        three-digit code of an authority, two of them for authorities published together ("314 / 318"), blank
        for regions and England; `level` (National, Regional, Local authority); `period` as published; `start`
        and `end`, first and last day of the period, both included; `numerator`, `denominator`, `value` in the
        unit of the measure, each missing where it is not printed; `symbol`, what is printed instead of the
        value (instead of its parts where a publication prints only them): a value of
        `csc_outcomes.sources.published.Symbol`, else blank; `decimals` of the printed value, -1 where counts
        are rounded to 10; `publication`; and `parameters`, blank where the figure is that of the measure's
        defaults, else such as `ages=19-21`.

    Raises:
        InputError: no tables, or a frame of no known kind.
        ReadError: a file cannot be read, is not a publication known here, lacks a column or a row, names a
            period that cannot be read, or has two rows for one place and period.
    """
    if not tables:
        raise InputError("published_figures: needed at least one file or frame, found none")
    found: list[pl.DataFrame] = []
    problems: list[str] = []
    for number, given in enumerate(tables, 1):
        try:
            found.append(_figures(given, number))
        except ReadError as error:
            problems.append(str(error))
    all_at_once("published_figures", problems, ReadError)
    frame = pl.concat(found).to_pandas()
    return frame.astype({"start": "datetime64[ns]", "end": "datetime64[ns]"})


def _figures(given: Any, number: int) -> pl.DataFrame:
    """The long table of one file."""
    if isinstance(given, (str, Path)):
        name, table = Path(given).name, published_table(given)
    else:
        name = f"table {number}"
        table = with_symbols(to_polars(given, name))
    publication = recognised(table, name)
    rows = _placed(table, publication, name)
    pieces, problems = [], []
    for entry in publication.entries:
        try:
            pieces.append(_of_entry(rows, publication, entry))
        except ReadError as error:
            problems.append(str(error))
    all_at_once(name, list(dict.fromkeys(problems)), ReadError)
    return pl.concat([piece for piece in pieces if piece is not None] or [_nothing()])


# ---- which publication ----------------------------------------------------------------------------------


def recognised(table: pl.DataFrame, name: str) -> Publication:
    """The publication that a table is.

    Raises:
        ReadError: none, or rows of several; says which column is missing and what was found.
    """
    columns = set(table.columns)
    shaped = [one for one in PUBLICATIONS if set(one.columns) <= columns]
    fits = [one for one in shaped if not one.marks or _names(table, one.marked) & set(one.marks)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        titles = "; ".join(one.title for one in fits)
        raise ReadError(
            f"{name}: needed one publication, found rows of {len(fits)} ({titles}); give each by itself"
        )
    if shaped:
        marks = "; ".join(f"{one.title}: {', '.join(one.marks)}" for one in shaped)
        raise ReadError(
            f"{name}: needed in column {shaped[0].marked!r} a row by which the publication is known ({marks}); "
            "found none of them"
        )
    raise ReadError(f"{name}: {_nearest(table.columns)}")


def _nearest(columns: Sequence[str]) -> str:
    """Say what the most similar publication has that the table lacks."""
    found = set(columns)
    best = max(PUBLICATIONS, key=lambda one: len(set(one.columns) & found) / len(one.columns))
    shown = ", ".join(name for name in columns if not name.endswith("_symbol"))
    own = set(best.columns) - set(_SHARED)
    if not own & found:
        titles = "; ".join(dict.fromkeys(one.title.partition(":")[0] for one in PUBLICATIONS))
        return f"not a publication known here ({titles}); found columns {shown}"
    lacking = []
    for column in best.columns:
        if column not in found:
            near = get_close_matches(column, columns, n=1, cutoff=0.6)
            lacking.append(f"{column!r}" + (f" (found {near[0]!r})" if near else ""))
    return f"looks like {best.title!r}, but lacks column {', '.join(lacking)}; found columns {shown}"


_SHARED = ("time_period", "geographic_level", "old_la_code", "new_la_code", "year", "area")


def _names(table: pl.DataFrame, column: str) -> set[str]:
    return set(_text(table, column).drop_nulls().to_list())


# ---- where and when -------------------------------------------------------------------------------------


def _placed(table: pl.DataFrame, publication: Publication, name: str) -> pl.DataFrame:
    """The rows of England, regions and authorities, with level, codes and period as text."""
    level = _levels(table)
    kept = table.with_columns(LEVEL=level, PERIOD=_text(table, publication.period)).filter(
        level.is_not_null()
    )
    codes = _first_text(kept, _CODE_COLUMNS)
    areas = _first_text(kept, _AREA_COLUMNS)
    notes = _text(kept, publication.note).to_list() if publication.note else [None] * kept.height
    regions = list(
        zip(
            *(_text(kept, column).to_list() for column in _REGION_COLUMNS if column in kept.columns),
            strict=True,
        )
    )
    joined = dict(publication.joined)
    places = [
        _place(level, code, area, region, joined.get(note or ""))
        for level, code, area, region, note in zip(
            kept["LEVEL"], codes, areas, regions or [()] * kept.height, notes, strict=True
        )
    ]
    strangers = sum(place is None for place in places)
    if strangers:
        raise ReadError(
            f"{name}: {strangers} rows are about an area without a code or name known here; needed a region_code "
            "or region_name, old_la_code or new_la_code"
        )
    known = [place or ("", "") for place in places]
    schema = {"AREA": pl.String, "OLD": pl.String}
    return pl.concat([kept, pl.DataFrame(known, schema=schema, orient="row")], how="horizontal")


def _levels(table: pl.DataFrame) -> pl.Series:
    """Level of each row; null where it is neither England nor a region nor an authority."""
    column = next((name for name in _LEVEL_COLUMNS if name in table.columns), None)
    if column is None:
        tool = _text(table, "la_code").to_list()
        return pl.Series([_tool_level(code) for code in tool], dtype=pl.String)
    spelled = _text(table, column)
    return pl.Series([_level(text or "") for text in spelled], dtype=pl.String)


def _level(printed: str) -> str | None:
    plain = " ".join(printed.casefold().split())
    return AUTHORITY if plain.startswith(_AUTHORITY_PREFIX) else _LEVELS.get(plain)


def _tool_level(code: str | None) -> str | None:
    if code not in _TOOL_AREAS:
        return AUTHORITY if code else None
    return NATIONAL if _TOOL_AREAS[code] == authorities.ENGLAND else REGIONAL


def _place(
    level: str, code: str | None, area: str | None, region: tuple[str | None, ...], joined: str | None
) -> tuple[str, str] | None:
    """ONS code ("" where only the period tells it) and three-digit code of a row; None where it has neither."""
    if level == NATIONAL:
        return authorities.ENGLAND, ""
    if level == REGIONAL:
        spelled = (_TOOL_AREAS.get(code or ""), *(authorities.region(text) for text in region if text))
        known = next((one for one in spelled if one), None)
        return (known, "") if known else None
    if joined or (code and "/" in code):
        return area or "", joined or code or ""
    one = authorities.lookup(code or "") or authorities.lookup(area or "")
    if one is None and not (code and area):
        return None
    return area or "", one.code if one else code or ""


def _days(rows: pl.DataFrame, entry: Entry) -> tuple[list[date], list[date]]:
    """First and last day of each row's period."""
    years = {text: _year(text or "") for text in rows["PERIOD"].unique()}
    unread = sum(year is None for year in years.values())
    if unread:
        raise ReadError(
            f"{entry.measure}: {unread} of {len(years)} periods cannot be read; needed such as 2025, 202425 or 2024/25"
        )
    days = [entry.span.days(years[text] or 0) for text in rows["PERIOD"]]
    return [start for start, _ in days], [end for _, end in days]


def _year(period: str) -> int | None:
    """The year that a period ends in."""
    if _ONE_YEAR.fullmatch(period):
        return int(period)
    match = _TWO_YEARS.fullmatch(period)
    if match is None:
        return None
    first, second = int(match[1] + match[2]), int(match[3])
    return first + 1 if (first + 1) % 100 == second else None


# ---- figures --------------------------------------------------------------------------------------------


def _of_entry(rows: pl.DataFrame, publication: Publication, entry: Entry) -> pl.DataFrame | None:
    """The figures of one measure; None where a file has been cut to other rows."""
    chosen = rows
    for column, name in entry.where:
        text = _text(chosen, column)
        chosen = chosen.filter(text == name if name else text.is_null())
    if chosen.is_empty():
        return None
    amounts = (entry.value, entry.numerator, entry.denominator)
    cells = [_cells(chosen, publication, entry, amount) for amount in amounts]
    present = [frame for frame in cells if frame is not None]
    result = present[0].select(*_PLACE)
    if result.is_empty():
        return None
    for name, frame in zip(("VALUE", "NUMERATOR", "DENOMINATOR"), cells, strict=True):
        if frame is None:
            result = result.with_columns(
                pl.lit(None, dtype=pl.Float64).alias(name),
                pl.lit(None, dtype=pl.String).alias(f"{name}_SYMBOL"),
            )
        else:
            renamed = frame.rename({"NUMBER": name, "SYMBOL": f"{name}_SYMBOL"})
            result = result.join(renamed, on=_PLACE, how="left", maintain_order="left")
    return _long(result, publication, entry)


def _cells(
    rows: pl.DataFrame, publication: Publication, entry: Entry, amount: Amount | None
) -> pl.DataFrame | None:
    """Number and symbol of an amount for each place and period."""
    if amount is None:
        return None
    frame: pl.DataFrame | None = None
    for spellings in amount.rows or ((),):
        named = _named(rows, publication, entry, spellings)
        for column in amount.columns:
            one = _column(named, column, entry)
            frame = one if frame is None else _added(frame, one)
    return frame


def _named(
    rows: pl.DataFrame, publication: Publication, entry: Entry, spellings: tuple[str, ...]
) -> pl.DataFrame:
    """The rows of one name; none where a file was cut to others that are known.

    Raises:
        ReadError: none, and there are names that are not known: the publication has renamed its rows.
    """
    if not spellings:
        return rows
    names = _text(rows, publication.row)
    found = rows.filter(names.is_in(list(spellings)))
    if found.is_empty() and not set(names.drop_nulls()) <= _known_rows(publication):
        within = ", ".join(f"{column} {name!r}" for column, name in entry.where)
        listed = "; ".join(sorted(names.drop_nulls().unique().to_list())[:20])
        raise ReadError(
            f"needed rows {' or '.join(map(repr, spellings))} in column {publication.row!r}"
            f"{f' of {within}' if within else ''}, found {listed}"
        )
    return found


@cache
def _known_rows(publication: Publication) -> frozenset[str]:
    amounts = [
        amount
        for one in publication.entries
        for amount in (one.value, one.numerator, one.denominator)
        if amount
    ]
    return frozenset(name for amount in amounts for spellings in amount.rows for name in spellings)


def _column(rows: pl.DataFrame, column: str, entry: Entry) -> pl.DataFrame:
    if not rows[column].dtype.is_numeric():
        raise ReadError(f"column {column!r}: needed figures or symbols, found other text in it")
    beside = f"{column}_symbol"
    symbols = (
        _text(rows, beside) if beside in rows.columns else pl.Series([None] * rows.height, dtype=pl.String)
    )
    spelled = {text: symbol for text in symbols.unique().drop_nulls() if (symbol := Symbol.read(text))}
    meant = [spelled[text].value if text in spelled else None for text in symbols]
    frame = rows.select(
        *_PLACE,
        NUMBER=pl.col(column).cast(pl.Float64).fill_nan(None),
        SYMBOL=pl.Series(meant, dtype=pl.String),
    ).unique(maintain_order=True)
    twice = frame.height - frame.select(_PLACE).unique().height
    if twice:
        raise ReadError(
            f"{entry.measure}: {twice} rows are about the same place and period as another; keep one of each kind"
        )
    return frame


def _added(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """The sum of two amounts; missing where one is, with the symbol of the one."""
    both = first.join(second, on=_PLACE, how="left", suffix="_2", maintain_order="left")
    return both.select(
        *_PLACE,
        NUMBER=pl.col("NUMBER") + pl.col("NUMBER_2"),
        SYMBOL=pl.coalesce("SYMBOL", "SYMBOL_2"),
    )


def _long(cells: pl.DataFrame, publication: Publication, entry: Entry) -> pl.DataFrame:
    starts, ends = _days(cells, entry)
    symbol = pl.col("VALUE_SYMBOL") if entry.value else pl.coalesce("NUMERATOR_SYMBOL", "DENOMINATOR_SYMBOL")
    coarse = entry.count and publication.steps[1] == 10
    decimals = (
        pl.when(pl.col("LEVEL") == AUTHORITY).then(entry.decimals).otherwise(-1 if coarse else entry.decimals)
    )
    areas = [
        area or _code_on(old, end) for area, old, end in zip(cells["AREA"], cells["OLD"], ends, strict=True)
    ]
    return cells.select(
        measure=pl.lit(entry.measure),
        area=pl.Series(areas, dtype=pl.String),
        old_la_code="OLD",
        level="LEVEL",
        period="PERIOD",
        start=pl.Series(starts, dtype=pl.Date),
        end=pl.Series(ends, dtype=pl.Date),
        numerator="NUMERATOR",
        denominator="DENOMINATOR",
        value="VALUE",
        symbol=symbol.fill_null(""),
        decimals=decimals.cast(pl.Int64),
        publication=pl.lit(publication.title),
        parameters=pl.lit(entry.parameters),
    )


def _code_on(old: str, day: date) -> str:
    """The ONS code of an authority on a day, or the nearest one; of two together, both."""
    codes = []
    for code in old.split(" / "):
        one = authorities.lookup(code)
        codes.append((one.ons_code_on(day) or one.ons_code or "") if one else "")
    return " / ".join(codes)


def _nothing() -> pl.DataFrame:
    text, number, day = pl.String, pl.Float64, pl.Date
    types = (text, text, text, text, text, day, day, number, number, number, text, pl.Int64, text, text)
    return pl.DataFrame(schema=dict(zip(COLUMNS, types, strict=True)))


def _first_text(table: pl.DataFrame, names: Sequence[str]) -> list[str | None]:
    column = next((name for name in names if name in table.columns), None)
    return _text(table, column).to_list() if column else [None] * table.height


def _text(table: pl.DataFrame, name: str) -> pl.Series:
    """A column as text without space around it, blank missing; codes that came as floats without their ".0"."""
    text = table[name].cast(pl.String).str.strip_chars().str.replace(r"^([0-9]+)\.0+$", "$1")
    return text.replace("", None)
