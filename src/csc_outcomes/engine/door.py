"""The door: every local frame is brought into Polars, typed and coded once, by its declared columns.

pandas (numpy, Arrow-backed or object columns), Polars, PyArrow tables and DuckDB relations come in; nothing
that comes in is modified. What cannot be read as declared is counted, never guessed.
"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs
from attrs import define, field, frozen

from csc_outcomes.definitions.tables import Column, ColumnType, Table
from csc_outcomes.errors import InputError, all_at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_NUMERIC_TEXT = r"^(-?\d+)\.0+$"
TYPED = "table cannot be used as given"
"""Heading of what is wrong with one table."""
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2100
_EARLIEST, _LATEST = dt.date(_EARLIEST_YEAR, 1, 1), dt.date(_LATEST_YEAR, 12, 31)
_KEY_STEP = 2**32
_NO_CHILD = _KEY_STEP - 1
_RUNS = 32
"""Up to so many stretches of rows per authority are taken one by one; of more the rows are sorted first."""
_READABLE = (ColumnType.DATE, ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.CODE)
"""Types that a text can fail to be; of others every text is one."""


@frozen
class Problem:
    """Something odd: how many rows, in which table, in words, and how many rows were set aside for it."""

    code: str
    table: str
    rows: int
    message: str
    set_aside: int = 0


@define
class Coder:
    """Integer keys for (LA, CHILD), shared by all tables of one `Data`.

    The codes follow the order of appearance: they serve to join and sort, never to order a result. Each authority's
    children are numbered by themselves: to look a child up among some thousands is several times faster than
    among millions, and authorities can be seen to side by side.
    """

    _authorities: pl.Series = field(factory=lambda: _no_values("csc_la"))
    _children: dict[int | None, pl.Series] = field(factory=dict)

    def code(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add KEY (int) and code LA as a category; rows of no person have the key of the authority."""
        coded = frame.with_columns(_recoded(frame["LA"], self._authorities.dtype))
        authority = coded["LA"].to_physical()
        if "CHILD" not in coded.columns:
            return coded.with_columns(KEY=authority.cast(pl.Int64) * _KEY_STEP + _NO_CHILD)
        return coded.with_columns(KEY=self._keys(authority, coded["CHILD"]))

    def _keys(self, authority: pl.Series, child: pl.Series) -> pl.Series:
        """The key of each row's child."""
        runs = authority.rle().struct.unnest()
        if runs.height <= _RUNS * runs["value"].n_unique():
            return self._of_runs(runs, child)
        order = authority.arg_sort()
        together = self._of_runs(authority.gather(order).rle().struct.unnest(), child.gather(order))
        return together.gather(order.arg_sort())

    def _of_runs(self, runs: pl.DataFrame, child: pl.Series) -> pl.Series:
        """The same for rows of which each authority's stand together; `runs`: length and authority of each run."""
        starts = (runs["len"].cum_sum() - runs["len"]).to_list()
        places: dict[int | None, list[slice]] = {}
        for start, length, area in zip(starts, *runs.get_columns(), strict=True):
            places.setdefault(area, []).append(slice(start, start + length))
        for area in places:
            if area not in self._children:
                self._children[area] = _no_values("csc_child")

        def keys(area: int | None) -> list[tuple[int, pl.Series]]:
            kind, first = self._children[area].dtype, None if area is None else area * _KEY_STEP
            codes = ((place.start, child[place].cast(kind).to_physical()) for place in places[area])
            return [(start, code.cast(pl.Int64) + first) for start, code in codes]

        with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
            pieces = dict(piece for found in pool.map(keys, places) for piece in found)
        return pl.concat([pl.Series(dtype=pl.Int64), *(pieces[start] for start in starts)])


def of_no_person(key: pl.Expr) -> pl.Expr:
    """The KEY of rows of no person, from that of any row of the same authority."""
    return key | _NO_CHILD


def _no_values(namespace: str) -> pl.Series:
    """A series without values whose categories are its own. Polars forgets codes that no series holds on to."""
    return pl.Series(dtype=pl.Categorical(pl.Categories.random(namespace)))


def _recoded(column: pl.Series, kind: pl.DataType) -> pl.Series:
    """Other categories instead of a column's own: worked out once per category, not once per row."""
    if not isinstance(column.dtype, pl.Categorical) or column.null_count() == len(column):
        return column.cast(kind)
    seen = column.unique(maintain_order=True).drop_nulls()
    codes = seen.to_physical()
    places = pl.int_range(len(seen), dtype=pl.UInt32, eager=True)
    table = places.new_from_index(0, codes.to_numpy().max() + 1).scatter(codes, places)
    return seen.cast(pl.String).cast(kind).gather(table.gather(column.to_physical())).alias(column.name)


def text_key(frame: pl.DataFrame) -> pl.DataFrame:
    """KEY as text, for frames that are spread over several machines and share no codes."""
    parts = ("LA", "CHILD") if "CHILD" in frame.columns else ("LA",)
    return frame.with_columns(KEY=pl.concat_str(*parts, separator="|"))


def is_spark(frame: Any) -> bool:
    """Whether a frame is a PySpark DataFrame, told without importing PySpark."""
    return type(frame).__module__.startswith("pyspark.")


def to_polars(frame: Any, name: str) -> pl.DataFrame:
    """Bring a local frame into Polars.

    Raises:
        InputError: the object is no frame of a kind the library knows, or has duplicate columns.
    """
    module = type(frame).__module__.split(".")[0]
    if isinstance(frame, (pl.LazyFrame, pl.DataFrame)):
        # NaN would be a value like any other: a child of that name, or a number that is not missing.
        return frame.lazy().collect().with_columns(cs.float().fill_nan(None))
    if module == "pandas":
        return _from_pandas(frame, name)
    if module in ("pyarrow", "duckdb", "_duckdb"):
        return _from_arrow(frame, name).with_columns(cs.float().fill_nan(None))
    raise InputError(
        f"table {name!r}: needed a pandas, Polars, PyArrow, DuckDB or Spark frame, found {type(frame).__name__}"
    )


def _from_arrow(frame: Any, name: str) -> pl.DataFrame:
    table = frame if hasattr(frame, "column_names") else frame.to_arrow_table()
    _refuse_twice(table.column_names, name)
    result = pl.from_arrow(table)
    assert isinstance(result, pl.DataFrame)
    return result


def _from_pandas(frame: Any, name: str) -> pl.DataFrame:
    if not hasattr(frame, "columns"):
        raise InputError(f"table {name!r}: needed a frame, found a pandas {type(frame).__name__}")
    _refuse_twice([str(column) for column in frame.columns], name)
    named = [level for level in frame.index.names if level is not None and level not in frame.columns]
    if named:
        frame = frame.reset_index(level=named)
    return pl.DataFrame([_pandas_column(frame[column], str(column)) for column in frame.columns])


def _pandas_column(column: Any, name: str) -> pl.Series:
    """One column; an object column of mixed types becomes text, as it would in a file."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        kind = column.cat.categories.dtype
        column = column.astype(object if kind.kind in "iub" else kind)  # integers have no place for a blank
    try:
        series: pl.Series = pl.from_pandas(column, nan_to_null=True)
    except Exception:  # pyarrow raises several kinds for a column of mixed types
        series = pl.Series(
            name, [None if pd.isna(value) else str(value) for value in column], dtype=pl.String
        )
    return series.alias(name)


def standard_names(frame: pl.DataFrame, name: str, declared: Iterable[str] = ()) -> pl.DataFrame:
    """Column names as the return writes them: no byte order mark, no space around, upper case or as declared."""
    spelled = {column.upper(): column for column in declared}
    names = {column: column.replace("\ufeff", "").strip().strip('"').upper() for column in frame.columns}
    names = {column: spelled.get(standard, standard) for column, standard in names.items()}
    _refuse_twice(list(names.values()), name)
    return frame.rename(names)


def _refuse_twice(columns: list[str], name: str) -> None:
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise InputError(f"table {name!r}: columns found twice: {', '.join(twice)}; rename or drop one")


def missing_columns(table: Table, name: str, found: Iterable[str]) -> list[str]:
    """Say which required columns are not there, and in which years they exist."""
    present = set(found)
    returned = "." in name  # a local table is no return and has no years
    return [
        f"table {name!r} has no column {column!r}"
        + (f", which exists in {table[column].years}" if returned else "")
        for column in table.required
        if column not in present
    ]


@frozen
class Typed:
    """A table as declared, with what was found while typing it."""

    frame: pl.DataFrame
    problems: tuple[Problem, ...]
    rows_read: int


def typed(raw: pl.DataFrame, table: Table, name: str, *, la: str | None, year: int | None) -> Typed:
    """Read a raw frame's columns as declared; add LA and YEAR where the caller states them.

    Rows without CHILD, or without a date that is part of the table's key, are set aside and counted.
    Columns that are not declared are dropped.

    Raises:
        InputError: required columns, or LA, are missing; all of them at once.
    """
    frame = standard_names(raw, name, table.names)
    problems = missing_columns(table, name, frame.columns)
    if "LA" not in frame.columns and la is None and table.authority:
        problems.append(f"table {name!r} has no column 'LA'; give la= or add the column")
    problems += _unreadable_years(frame, name)
    all_at_once(TYPED, problems)
    present = [column for column in table.columns if column.name in frame.columns]
    # Each column is work for one processor and knows nothing of the others.
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        authority = pool.submit(_authority, frame, la)
        columns = list(pool.map(lambda column: _typed_column(frame[column.name], column, name), present))
    found = [problem for _, problem in columns if problem is not None]
    result = pl.DataFrame([series for series, _ in columns])
    result = result.with_columns(LA=authority.result(), YEAR=_stated_year(frame, year))
    kept = _keyed(result, table, name, found)
    if table.person not in ("", "CHILD"):
        kept = kept.with_columns(CHILD=pl.col(table.person).cast(pl.String))
    return Typed(kept, tuple(found), rows_read=raw.height)


def _unreadable_years(frame: pl.DataFrame, name: str) -> list[str]:
    """A return year that cannot be read decides which return wins and what is covered: it is never guessed."""
    if "YEAR" not in frame.columns:
        return []
    stated = frame["YEAR"]
    # Stated once per return and not once per row, years are few; what is wrong with them is counted row by row.
    years = pl.DataFrame({"STATED": stated}).group_by("STATED").len("ROWS")
    sensible = _integer(years["STATED"]).is_between(_EARLIEST_YEAR, _LATEST_YEAR).fill_null(value=False)
    lost = int(years.filter(~sensible & ~_blank(years["STATED"]))["ROWS"].sum())
    needed = "needed the year ending 31 March as a number such as 2024"
    return [f"table {name!r}: YEAR cannot be read in {lost} rows; {needed}"] if lost else []


def _authority(frame: pl.DataFrame, la: str | None) -> Any:
    """Authorities as categories: there are few of them."""
    if "LA" not in frame.columns:
        return pl.lit(la, dtype=pl.String)
    stated = _mended(frame["LA"], _identifier)
    return stated if la is None else stated.cast(pl.String).fill_null(la)


def _stated_year(frame: pl.DataFrame, year: int | None) -> Any:
    if "YEAR" not in frame.columns:
        return pl.lit(year, dtype=pl.Int16)
    return _integer(frame["YEAR"]).cast(pl.Int16, strict=False)


def _typed_column(raw: pl.Series, column: Column, name: str) -> tuple[pl.Series, Problem | None]:
    if column.type is ColumnType.DATE:
        result = _date(raw)
    elif column.type is ColumnType.INTEGER:
        result = _integer(raw)
    elif column.type is ColumnType.NUMBER:
        result = _number(raw)
    elif column.type is ColumnType.CODE:
        result = _code(raw)
    elif column.type is ColumnType.POSTCODE:
        result = _postcode(raw)
    else:
        result = _identifier(raw)
    if column.type not in _READABLE:
        return result, None
    # What was missing stays missing, so equal numbers say that nothing was lost; blanks are dear to find.
    lost = result.null_count() > raw.null_count()
    unreadable = int((result.is_null() & ~_blank(raw)).sum()) if lost else 0
    if not unreadable:
        return result, None
    kind = column.type.value
    hint = "; dates are DD/MM/YYYY or YYYY-MM-DD" if column.type is ColumnType.DATE else ""
    text = f"{column.name}: {kind} cannot be read in {unreadable} rows{hint}; treated as missing"
    return result, Problem(f"unreadable_{kind}", name, unreadable, text)


def _blank(raw: pl.Series) -> pl.Series:
    if raw.dtype != pl.String:
        return raw.is_null()
    return raw.is_null() | (raw.str.strip_chars() == "").fill_null(value=True)


def _text(raw: pl.Series) -> pl.Series:
    """A column as text; whole floats (a frequent round-trip artefact) without their '.0'."""
    if raw.dtype == pl.String:
        return raw
    if raw.dtype.is_float():
        return raw.cast(pl.String).str.replace(_NUMERIC_TEXT, "$1")
    if raw.dtype == pl.Boolean:
        return raw.cast(pl.Int8).cast(pl.String)
    return raw.cast(pl.String)


def _identifier(raw: pl.Series) -> pl.Series:
    text = _text(raw).str.strip_chars()
    # Few identifiers end in 0, and only these are searched.
    if text.filter(text.str.ends_with("0")).str.contains(".0", literal=True).any():
        # Numbers that went through floats on their way into text; the other tables hold them without '.0'.
        text = text.str.replace(_NUMERIC_TEXT, "$1")
    return _without_blanks(text).alias(raw.name)


def _without_blanks(text: pl.Series) -> pl.Series:
    if not (text == "").any():
        return text
    return pl.select(pl.when(text != "").then(text)).to_series()


def _code(raw: pl.Series) -> pl.Series:
    """Upper-case codes as categories."""
    return _mended(
        raw, lambda text: text.str.strip_chars().str.to_uppercase().str.replace(_NUMERIC_TEXT, "$1")
    )


def _mended(raw: pl.Series, mend: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Categories whose spelling is mended once per distinct spelling, not once per row."""
    coded = (raw if raw.dtype == pl.Categorical else _text(raw)).cast(pl.Categorical)
    spellings = coded.unique().drop_nulls().cast(pl.String)
    mended = mend(spellings)
    changes = {
        before: (after or None)
        for before, after in zip(spellings.to_list(), mended.to_list(), strict=True)
        if before != after or not after
    }
    if not changes:
        return coded
    return coded.cast(pl.String).replace(changes).cast(pl.Categorical).alias(raw.name)


def _postcode(raw: pl.Series) -> pl.Series:
    """Without spaces, upper case; text and no category, because nearly every child has one of its own."""
    text = _text(raw).str.replace_all(" ", "", literal=True).str.to_uppercase()
    if text.str.contains(r"\s").any():
        text = text.str.replace_all(r"\s", "")
    return _without_blanks(text).alias(raw.name)


def _number(raw: pl.Series) -> pl.Series:
    if raw.dtype.is_numeric():
        return raw.cast(pl.Float64)
    return _text(raw).str.strip_chars().cast(pl.Float64, strict=False)


def _integer(raw: pl.Series) -> pl.Series:
    if raw.dtype.is_integer():
        return raw.cast(pl.Int32, strict=False)
    if raw.dtype == pl.String:
        digits = raw.cast(pl.Int32, strict=False)
        if digits.null_count() == raw.null_count():
            return digits
    number = _number(raw)
    whole = pl.select(pl.when(number == number.floor()).then(number)).to_series()
    return whole.cast(pl.Int32, strict=False).alias(raw.name)


def _date(raw: pl.Series) -> pl.Series:
    """DD/MM/YYYY, else YYYY-MM-DD (a time of midnight may follow), else missing; a parser never infers."""
    if raw.dtype == pl.Date:
        parsed = raw
    elif isinstance(raw.dtype, pl.Datetime):
        parsed = raw.dt.date()
    elif raw.dtype == pl.String or raw.dtype == pl.Categorical:
        parsed = parsed_date(raw.cast(pl.String))
    else:
        return pl.Series(raw.name, [None] * len(raw), dtype=pl.Date)
    sensible = parsed.is_between(_EARLIEST, _LATEST)
    if sensible.all():
        return parsed
    return pl.select(pl.when(sensible).then(parsed)).to_series().alias(raw.name)


def parsed_date(text: pl.Series) -> pl.Series:
    """Text as dates: DD/MM/YYYY, else YYYY-MM-DD; missing where it is neither."""
    return _by_spelling(text, _parsed_date)


def _by_spelling(text: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A function of texts of which few differ, worked out once per spelling and not once per row."""
    coded = text.cast(pl.Categorical(pl.Categories.random("csc_text")))
    seen = coded.unique().drop_nulls()
    in_order = seen.gather(seen.to_physical().arg_sort()).cast(pl.String)
    return read(in_order).gather(coded.to_physical()).alias(text.name)


def _parsed_date(text: pl.Series) -> pl.Series:
    parsed = text.str.to_date("%d/%m/%Y", strict=False)
    rest = text.is_not_null() & parsed.is_null()
    if not rest.any():
        return parsed
    trimmed = text.str.strip_chars().str.replace(r"[T ]00:00:00(\.0+)?$", "")
    iso = trimmed.str.to_date("%Y-%m-%d", strict=False)
    slashed = trimmed.str.to_date("%d/%m/%Y", strict=False)
    return parsed.fill_null(iso).fill_null(slashed)


def _keyed(frame: pl.DataFrame, table: Table, name: str, found: list[Problem]) -> pl.DataFrame:
    """Set aside rows that lack what identifies them."""
    origin = ["LA"] if table.authority else []
    needed: Sequence[str] = [*origin, *(column for column in table.key if column in frame.columns)]
    for column in needed:
        lost = frame[column].null_count()
        if lost:
            text = f"{lost} rows without a (readable) {column} are set aside: it is part of the key"
            found.append(Problem(f"missing_{column.lower()}", name, lost, text, set_aside=lost))
            frame = frame.filter(pl.col(column).is_not_null())
    return frame


def packed(frame: pl.DataFrame, by: Sequence[str]) -> pl.Series | None:
    """KEY and further columns in one integer per row, or None where they do not fit into 63 bits.

    Integers and dates keep their order, nulls last; of other types equal values stay together, in no order.
    One integer is sorted, or searched for repeats, several times faster than four columns.
    """
    found = packed_alike([frame], by)
    return None if found is None else found[0]


def packed_alike(frames: Sequence[pl.DataFrame], by: Sequence[str]) -> list[pl.Series] | None:
    """The same for rows of several frames: equal where KEY and the columns are equal."""
    if any(frame["KEY"].dtype == pl.String for frame in frames):
        return None
    columns = [
        frame.select("KEY", *(_whole_number(frame, name).alias(str(i)) for i, name in enumerate(by)))
        for frame in frames
    ]
    numbers = _side_by_side(columns)
    if numbers is None:
        # Between the children of one authority and the next, numbers are left free: without them it may fit.
        apart = {"AREA": pl.col("KEY") // _KEY_STEP, "PERSON": pl.col("KEY") & (_KEY_STEP - 1)}
        numbers = _side_by_side([frame.select(**apart).hstack(frame.drop("KEY")) for frame in columns])
    return numbers


def _side_by_side(frames: Sequence[pl.DataFrame]) -> list[pl.Series] | None:
    """Columns of whole numbers in one, the first the most significant; None where they do not fit into 63 bits."""
    bounds = pl.concat(
        [part for frame in frames for part in (frame.min(), frame.max())], how="vertical_relaxed"
    )
    lows, highs = bounds.min().row(0), bounds.max().row(0)
    result, width = pl.lit(0, dtype=pl.Int64), 0
    for name, low, high in zip(bounds.columns, lows, highs, strict=True):
        low, high = low or 0, high or 0
        bits = (high + 1 - low).bit_length()
        width += bits
        if width > 63:
            return None
        result = result * 2**bits + (pl.col(name).cast(pl.Int64).fill_null(high + 1) - low)
    return [frame.select(result.alias("packed"))["packed"] for frame in frames]


def _whole_number(frame: pl.DataFrame, name: str) -> pl.Expr:
    column = pl.col(name).cast(pl.Categorical) if frame[name].dtype == pl.String else pl.col(name)
    return column.to_physical()


def row_order(frame: pl.DataFrame, by: Sequence[str]) -> pl.Series:
    """Positions of the rows in order of KEY and further columns, nulls last."""
    numbers = packed(frame, by)
    if numbers is None:
        return frame.select(pl.arg_sort_by("KEY", *by, nulls_last=True)).to_series()
    return numbers.arg_sort()


def sort_rows(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Sort by KEY and further columns, nulls last."""
    return frame[row_order(frame, by)]


def neighbours_once(frame: pl.DataFrame) -> pl.DataFrame:
    """KEY, once for rows of a child that follow each other, which is most of the repeats."""
    return frame.select("KEY").filter((pl.col("KEY") != pl.col("KEY").shift(1)).fill_null(value=True))


def distinct_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """KEY, once each."""
    return neighbours_once(frame).unique()
