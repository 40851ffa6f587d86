"""Spark: tables of the returns that stay where they are.

Everything about a return is known within one authority, so an authority's rows are typed, cleaned and derived
together by the very code that serves local frames, inside Spark's workers. Measures then run on the derived
tables as Spark queries, and only finished cells come back.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import polars as pl
from attrs import define, field

from csc_outcomes.engine.door import TYPED, Problem, missing_columns, standard_names, text_key, typed
from csc_outcomes.engine.source import RAW
from csc_outcomes.engine.workshop import Workshop
from csc_outcomes.errors import InputError, all_at_once
from csc_outcomes.sources.registry import BUILDERS, SOURCES, TABLES, given_tables, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TABLE = "TABLE"
_ORIGIN = ("LA", "YEAR", _TABLE)
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2100
_EXACT = 1e15  # whole numbers below are exact in a float
_PROBLEMS = pl.Schema(
    {"code": pl.String, "table": pl.String, "rows": pl.Int64, "message": pl.String, "set_aside": pl.Int64}
)
_PAIRS = pl.Schema({"KEY": pl.String, "CHILD": pl.String})
_RETURNS = pl.Schema({_TABLE: pl.String, "LA": pl.String, "YEAR": pl.Int64})


@define
class SparkWorkshop:
    """Counterpart of `Workshop` over Spark DataFrames.

    Attributes:
        pieces: the given tables, all columns as text: declared ones, LA, YEAR and the table's name.
        directory: postcode lookup, or None.
    """

    pieces: dict[str, Any] = field(repr=False)
    directory: pl.DataFrame | None = field(default=None, repr=False)
    _rows: dict[str, int] = field(factory=dict, init=False, repr=False)
    _built: dict[str, Any] = field(factory=dict, init=False, repr=False)
    _returns: list[tuple[str, str, int]] | None = field(default=None, init=False, repr=False)
    _found: list[Problem] | None = field(default=None, init=False, repr=False)
    _everyone: Any = field(default=None, init=False, repr=False)
    _sent: tuple[pl.DataFrame, Any] | None = field(default=None, init=False, repr=False)

    @classmethod
    def of(
        cls, frames: Mapping[str, Any], *, la: str | None, year: int | None, directory: pl.DataFrame | None
    ) -> SparkWorkshop:
        """Bring the tables into one form; checks that columns, LA and return years are there.

        Raises:
            InputError: everything that is missing or cannot be read, at once.
        """
        problems: list[str] = []
        pieces = {}
        for name, frame in frames.items():
            try:
                pieces[name] = _piece(frame, name, la, year)
            except InputError as error:
                problems.append(str(error).removeprefix(f"{TYPED}: "))
        all_at_once("data cannot be used as given", problems)
        workshop = cls(pieces, directory)
        all_at_once("data cannot be used as given", workshop._counted())
        return workshop

    @property
    def typed(self) -> tuple[str, ...]:
        """Names of the given tables."""
        return tuple(self.pieces)

    def can(self, name: str) -> bool:
        """Whether a table is at hand or can be derived."""
        bare = name.removeprefix(RAW)
        if name in BUILDERS:
            return BUILDERS[name].ready(self.can)
        return bare in self.pieces

    def get(self, name: str) -> Any:
        """A table as a Spark DataFrame, derived authority by authority and kept."""
        if name not in self._built:
            inputs = given_tables(name, optional=True)
            needed = [table for table in self.pieces if table in inputs]
            self._built[name] = self._applied(partial(_derived, name), needed).persist()
        return self._built[name]

    def _applied(self, function: Any, tables: Sequence[str]) -> Any:
        """Run a function of the local workshop on each authority's rows."""
        columns = {name: tuple(c for c in self.pieces[name].columns if c not in _ORIGIN) for name in tables}
        names = [*dict.fromkeys(c for kept in columns.values() for c in kept), *_ORIGIN]
        empty = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        schema = function(_workshop(empty, columns, self.directory)).schema
        directory = self.directory
        # Spark tells table-wise functions from others by type hints, so this one has none.
        return (
            self._union(tables)
            .select(*names)
            .groupBy("LA")
            .applyInArrow(lambda t: _in_worker(t, function, columns, directory, schema), _spark_types(schema))
        )

    def _union(self, tables: Sequence[str]) -> Any:
        """Tables one below the other; of no more tables than needed, because every plan repeats them."""
        first, *others = (self.pieces[name] for name in tables)
        for piece in others:
            first = first.unionByName(piece, allowMissingColumns=True)
        return first

    def years(self, name: str) -> list[tuple[str, int]]:
        """Authority and return year of which a table has rows that can be used."""
        if name not in self.typed and not self.can(name):
            return []
        if name not in self.pieces:
            pairs = self.get(name).select("LA", "YEAR").distinct().collect()
            return [(row["LA"], int(row["YEAR"])) for row in pairs if row["LA"] and row["YEAR"] is not None]
        if self._returns is None:
            found = self._applied(_authority_years, self.typed).collect()
            self._returns = [(row[_TABLE], row["LA"], row["YEAR"]) for row in found]
        return [(la, year) for table, la, year in self._returns if table == name]

    def areas(self, name: str) -> set[str]:
        """Authorities of which a table as given has rows."""
        codes = self.pieces[name].select("LA").distinct().collect()
        return {row["LA"] for row in codes if row["LA"]}

    def rows(self, name: str) -> int:
        """Rows of a given table, those included that cannot be used."""
        return self._rows[name]

    def _counted(self) -> list[str]:
        """Count the rows of every table; say where a return year is blank or cannot be read."""
        from pyspark.sql import functions as sf

        self._rows = dict.fromkeys(self.pieces, 0)
        lost = dict.fromkeys(self.pieces, 0)
        grouped = self._union(self.typed).groupBy(_TABLE, "YEAR").agg(sf.count("*").alias("ROWS"))
        for row in grouped.collect():
            self._rows[row[_TABLE]] += row["ROWS"]
            usable = _is_year(row["YEAR"]) or not source_of(row[_TABLE]).yearly
            lost[row[_TABLE]] += 0 if usable else row["ROWS"]
        return [
            f"table {name!r}: YEAR is blank or cannot be read in {rows} rows; needed the year ending 31 March "
            "as a number such as 2024 in every row"
            for name, rows in lost.items()
            if rows
        ]

    def beside(self, frame: pl.DataFrame) -> nw.LazyFrame[Any]:
        """A small local frame, sent to Spark; one that is asked for again and again is sent once."""
        if self._sent is None or self._sent[0] is not frame:
            plain = _plain(frame)
            session = next(iter(self.pieces.values())).sparkSession
            self._sent = frame, session.createDataFrame(plain.rows(), _spark_types(plain.schema))
        beside: nw.LazyFrame[Any] = nw.from_native(self._sent[1]).lazy()
        return beside

    def children(self) -> nw.LazyFrame[Any]:
        """KEY and CHILD of everyone, once."""
        if self._everyone is None:
            self._everyone = self._applied(_pairs, self.typed).persist()
        everyone: nw.LazyFrame[Any] = nw.from_native(self._everyone).lazy()
        return everyone

    def all_problems(self) -> list[Problem]:
        """What was found, authority by authority."""
        if self._found is None:
            rows = self._applied(_problems, self.typed).collect()
            found = [Problem(r["code"], r["table"], r["rows"], r["message"], r["set_aside"]) for r in rows]
            self._found = sorted(found, key=lambda problem: (problem.table, problem.code, problem.message))
        return self._found


def _piece(frame: Any, name: str, la: str | None, year: int | None) -> Any:
    """One given table as text under the return's column names.

    Raises:
        InputError: columns that are missing or come twice.
    """
    from pyspark.sql import functions as sf

    table = TABLES[name]
    named = frame.toDF(*_header([str(column) for column in frame.columns], name))
    problems = missing_columns(table, name, named.columns)
    expected = {"LA": table.authority, "YEAR": source_of(name).yearly}
    for column, value in (("LA", la), ("YEAR", year)):
        if expected[column] and column not in named.columns and value is None:
            problems.append(
                f"table {name!r} has no column {column!r}; give {column.lower()}= or add the column"
            )
    all_at_once(TYPED, problems)
    types = {field.name: type(field.dataType).__name__ for field in named.schema.fields}
    texts = {column: _text(sf.col(column), kind) for column, kind in types.items()}
    declared = [texts[column].alias(column) for column in table.names if column in texts]
    stated = sf.lit(None if la is None else str(la)).cast("string")
    own = _identifier(texts["LA"]) if "LA" in texts else sf.lit(None)
    return named.select(
        *declared,
        sf.coalesce(own, stated).alias("LA"),
        texts.get("YEAR", sf.lit(None if year is None else str(year))).cast("string").alias("YEAR"),
        sf.lit(name).alias(_TABLE),
    )


def _header(columns: list[str], name: str) -> list[str]:
    """Column names as the return writes them."""
    if len(set(columns)) < len(columns):
        twice = sorted({column for column in columns if columns.count(column) > 1})
        raise InputError(f"table {name!r}: columns found twice: {', '.join(twice)}; rename or drop one")
    frame = pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return standard_names(frame, name, TABLES[name].names).columns


def _text(column: Any, kind: str) -> Any:
    """A column as the text that a local frame's would be read as; `kind` is the name of its Spark type."""
    from pyspark.sql import functions as sf

    if kind in ("DoubleType", "FloatType"):
        whole = (column == sf.rint(column)) & (sf.abs(column) < _EXACT)
        # Spark writes 12345678.0 as 1.2345678E7, and a number that is none as text.
        text = sf.when(whole, sf.format_string("%.0f", column)).otherwise(column.cast("string"))
        return sf.when(~sf.isnan(column), text)
    if kind == "BooleanType":
        return column.cast("int").cast("string")
    if kind in ("TimestampType", "TimestampNTZType"):
        return column.cast("date").cast("string")
    return column.cast("string")


def _identifier(text: Any) -> Any:
    """An authority's code as the door reads it: no space around, no '.0' of a number, blank is missing."""
    from pyspark.sql import functions as sf

    bare = sf.regexp_replace(text, r"^\s+|\s+$", "")
    number = sf.regexp_replace(bare, r"^(-?\d+)\.0+$", "$1")
    return sf.when(number != "", number)


def _is_year(text: str | None) -> bool:
    try:
        number = float(text or "nan")
    except ValueError:
        return False
    return number.is_integer() and _EARLIEST_YEAR <= number <= _LATEST_YEAR


def _workshop(
    rows: pl.DataFrame, columns: Mapping[str, Sequence[str]], directory: pl.DataFrame | None
) -> tuple[Workshop, list[Problem]]:
    """A local workshop over one authority's rows."""
    tables: dict[str, pl.DataFrame] = {}
    problems: list[Problem] = []
    for name, kept in columns.items():
        own = rows.filter(pl.col(_TABLE) == name).select(*kept, "LA", "YEAR")
        table = typed(own, TABLES[name], name, la=None, year=None)
        tables[name] = text_key(table.frame)
        problems += table.problems
    for source in SOURCES.values():
        prepared = source.prepare({n: f for n, f in tables.items() if n in source.tables}, directory)
        tables |= prepared.tables
        problems += prepared.problems
    return Workshop(tables), problems


def _derived(name: str, given: tuple[Workshop, list[Problem]]) -> pl.DataFrame:
    return _plain(given[0].get(name))


def _pairs(given: tuple[Workshop, list[Problem]]) -> pl.DataFrame:
    people = [frame for frame in given[0].typed.values() if "CHILD" in frame.columns]
    frames = [frame.select("KEY", "CHILD") for frame in people]
    return pl.concat([pl.DataFrame(schema=_PAIRS), *frames]).unique()


def _authority_years(given: tuple[Workshop, list[Problem]]) -> pl.DataFrame:
    years = [
        frame.select(
            pl.lit(name).alias(_TABLE), pl.col("LA").cast(pl.String), pl.col("YEAR").cast(pl.Int64)
        ).unique()
        for name, frame in given[0].typed.items()
    ]
    return pl.concat([pl.DataFrame(schema=_RETURNS), *years]).drop_nulls()


def _problems(given: tuple[Workshop, list[Problem]]) -> pl.DataFrame:
    workshop, problems = given
    found = [*problems, *workshop.all_problems()]
    areas = {a for frame in workshop.typed.values() for a in frame["LA"].unique().to_list()}
    area = ", ".join(sorted(a for a in areas if a))
    rows = [(p.code, p.table, p.rows, f"{area}: {p.message}", p.set_aside) for p in found]
    return pl.DataFrame(rows, schema=_PROBLEMS, orient="row")


def _in_worker(
    rows: Any,
    function: Any,
    columns: Mapping[str, Sequence[str]],
    directory: pl.DataFrame | None,
    schema: pl.Schema,
) -> Any:
    """What a Spark worker does with the rows of one authority: Arrow in, Arrow out."""
    frame = pl.DataFrame(pl.from_arrow(rows))
    result = function(_workshop(frame, columns, directory)).select(schema.names())
    return result.to_arrow().cast(_arrow_types(schema))


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Types that every engine has: text instead of categories, one size of integer."""
    whole = (pl.Int8, pl.Int16, pl.Int32, pl.UInt32)
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String), pl.col(*whole).cast(pl.Int64))


def _arrow_types(schema: pl.Schema) -> Any:
    import pyarrow as pa

    types = {pl.String: pa.string(), pl.Int64: pa.int64(), pl.Float64: pa.float64(), pl.Boolean: pa.bool_()}
    return pa.schema(
        [(name, pa.date32() if dtype == pl.Date else types[type(dtype)]) for name, dtype in schema.items()]
    )


def _spark_types(schema: pl.Schema) -> str:
    names = {
        pl.String: "string",
        pl.Int64: "long",
        pl.Float64: "double",
        pl.Boolean: "boolean",
        pl.Date: "date",
    }
    return ", ".join(f"`{name}` {names[type(dtype)]}" for name, dtype in schema.items())
