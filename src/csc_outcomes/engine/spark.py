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

from csc_outcomes.engine.door import Problem, missing_columns, text_key, typed
from csc_outcomes.engine.source import RAW
from csc_outcomes.engine.workshop import Workshop
from csc_outcomes.errors import InputError, all_at_once
from csc_outcomes.sources.registry import BUILDERS, SOURCES, TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TABLE = "TABLE"
_PROBLEMS = pl.Schema(
    {"code": pl.String, "table": pl.String, "rows": pl.Int64, "message": pl.String, "set_aside": pl.Int64}
)
_PAIRS = pl.Schema({"KEY": pl.String, "CHILD": pl.String})


@define
class SparkWorkshop:
    """Counterpart of `Workshop` over Spark DataFrames.

    Attributes:
        pieces: the given tables as text, with LA, YEAR and the table's name, and no column but declared ones.
        directory: postcode lookup, or None.
    """

    pieces: dict[str, Any] = field(repr=False)
    directory: pl.DataFrame | None = field(default=None, repr=False)
    _built: dict[str, Any] = field(factory=dict, init=False, repr=False)
    _counts: dict[tuple[str, str, int], int] = field(factory=dict, init=False, repr=False)
    _children: Any = field(default=None, init=False, repr=False)
    _problems: list[Problem] | None = field(default=None, init=False, repr=False)

    @classmethod
    def of(
        cls, frames: Mapping[str, Any], *, la: str | None, year: int | None, directory: pl.DataFrame | None
    ) -> SparkWorkshop:
        """Bring the tables into one form; checks that columns, LA and YEAR are there.

        Raises:
            InputError: everything that is missing, at once.
        """
        problems: list[str] = []
        pieces = {}
        for name, frame in frames.items():
            try:
                pieces[name] = _piece(frame, name, la=la, year=year)
            except InputError as error:
                problems.append(str(error))
        all_at_once("data cannot be used as given", problems)
        workshop = cls(pieces, directory)
        workshop._count_rows()
        return workshop

    @property
    def typed(self) -> tuple[str, ...]:
        """Names of the given tables."""
        return tuple(self.pieces)

    def can(self, name: str) -> bool:
        """Whether a table is at hand or can be derived."""
        bare = name.removeprefix(RAW)
        if name in BUILDERS:
            return all(self.can(need) for need in BUILDERS[name].needs)
        return bare in self.typed

    def get(self, name: str) -> Any:
        """A table as a Spark DataFrame, derived authority by authority and kept."""
        if name not in self._built:
            needed = [table for table in self.typed if table in self._inputs(name)]
            self._built[name] = self._applied(partial(_derived, name), needed).persist()
        return self._built[name]

    def _inputs(self, name: str) -> set[str]:
        """Given tables that a derived one rests on, directly or through others."""
        if name.startswith(RAW) or name not in BUILDERS:
            return {name.removeprefix(RAW)}
        return {table for need in BUILDERS[name].inputs for table in self._inputs(need)}

    def _applied(self, function: Any, tables: Sequence[str]) -> Any:
        """Run a function of the local workshop on each authority's rows."""
        from pyspark.sql import functions as sf

        columns = {name: self.columns[name] for name in tables}
        rows = self.union.filter(sf.col(_TABLE).isin(list(tables)))
        names = [*dict.fromkeys(c for kept in columns.values() for c in kept), "LA", "YEAR", _TABLE]
        empty = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        schema = function(_workshop(empty, columns, self.directory)).schema
        directory = self.directory
        # Spark tells table-wise functions from others by type hints, so this one has none.
        return (
            rows.select(*names)
            .groupBy("LA")
            .applyInArrow(lambda t: _in_worker(t, function, columns, directory, schema), _spark_types(schema))
        )

    def years(self, name: str) -> list[tuple[str, int]]:
        """Authority and return year of which a table has rows."""
        if not self.can(name):
            return []
        if name not in self.typed:
            pairs = self.get(name).select("LA", "YEAR").distinct().collect()
            return [(row["LA"], int(row["YEAR"])) for row in pairs if row["LA"] and row["YEAR"] is not None]
        return [(la, year) for table, la, year in self._row_counts() if table == name and year]

    def rows(self, name: str) -> int:
        """Rows of a given table."""
        return sum(count for (table, _, _), count in self._row_counts().items() if table == name)

    def _row_counts(self) -> dict[tuple[str, str, int], int]:
        if self._counts is None:
            found = self.union.groupBy(_TABLE, "LA", "YEAR").count().collect()
            self._counts = {
                (row[_TABLE], row["LA"] or "", int(float(row["YEAR"] or 0))): int(row["count"])
                for row in found
            }
        return self._counts

    def beside(self, frame: pl.DataFrame) -> nw.LazyFrame[Any]:
        """A small local frame, sent to Spark."""
        schema = _spark_types(_plain(frame).schema)
        local = self.union.sparkSession.createDataFrame(_plain(frame).rows(), schema)
        beside: nw.LazyFrame[Any] = nw.from_native(local).lazy()
        return beside

    def children(self) -> nw.LazyFrame[Any]:
        """KEY and CHILD of everyone, once."""
        pairs = self._applied(_pairs, self.typed).dropDuplicates(["KEY"])
        everyone: nw.LazyFrame[Any] = nw.from_native(pairs).lazy()
        return everyone

    @property
    def problems(self) -> list[Problem]:
        """What was found, authority by authority."""
        found = self._applied(_problems, self.typed).collect()
        return [Problem(r["code"], r["table"], r["rows"], r["message"], r["set_aside"]) for r in found]


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
    return Workshop(tables, BUILDERS), problems


def _derived(name: str, given: tuple[Workshop, list[Problem]]) -> pl.DataFrame:
    return _plain(given[0].get(name))


def _pairs(given: tuple[Workshop, list[Problem]]) -> pl.DataFrame:
    frames = [frame.select("KEY", "CHILD") for frame in given[0].typed.values()]
    return pl.concat([pl.DataFrame(schema=_PAIRS), *frames]).unique()


def _problems(given: tuple[Workshop, list[Problem]]) -> pl.DataFrame:
    workshop, problems = given
    for name in (name for source in SOURCES.values() for name in source.checked):
        if workshop.can(name):
            workshop.get(name)
    areas = {a for frame in workshop.typed.values() for a in frame["LA"].unique().to_list()}
    area = ", ".join(sorted(a for a in areas if a))
    rows = [
        (p.code, p.table, p.rows, f"{area}: {p.message}", p.set_aside)
        for p in [*problems, *workshop.problems]
    ]
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
