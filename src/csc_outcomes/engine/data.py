"""Data: the tables at hand, checked once, never modified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import polars as pl

from csc_outcomes.engine.door import Coder, Problem, is_spark, standard_names, to_polars, typed
from csc_outcomes.engine.workshop import Workshop
from csc_outcomes.errors import InputError, all_at_once, unknown
from csc_outcomes.sources import population as populations
from csc_outcomes.sources import postcodes as localities
from csc_outcomes.sources import ssda903
from csc_outcomes.sources.ssda903_checks import check
from csc_outcomes.sources.ssda903_years import inferred_years, with_year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

POPULATION, POSTCODES = "population", "postcodes"
_EPISODES = "ssda903.episodes"
_RETURN_TABLES = {f"ssda903.{name}": table for name, table in ssda903.TABLES.items()}
_ROWS_COVER = ("ssda903.oc2", "ssda903.oc3", "ssda903.locality", "ssda903.distance")
"""Tables that speak only for authority-years in which they have rows; the others for every return at hand."""

Cover = dict[str, frozenset[int]]
"""Return years (year ending) at hand, by authority."""


class Data:
    """Tables of one or several sources, brought into one form, with what was found on the way.

    Args:
        tables: frames by name: `ssda903.episodes`, `ssda903.header` ..., `population`, `postcodes`. pandas,
            Polars, PyArrow or DuckDB frames, or Spark DataFrames (which stay on Spark).
        la: authority code of frames that have no LA column.
        year: return year (year ending) of frames that have no YEAR column.

    Raises:
        InputError: tables that cannot be used as given; all of them at once.
    """

    def __init__(self, tables: Mapping[str, Any], *, la: str | None = None, year: int | None = None) -> None:
        strangers = [name for name in tables if name not in {*_RETURN_TABLES, POPULATION, POSTCODES}]
        if strangers:
            raise unknown("table", strangers, [*_RETURN_TABLES, POPULATION, POSTCODES])
        self._problems: list[Problem] = []
        self._rows_read: dict[str, int] = {}
        returns = {name: frame for name, frame in tables.items() if name in _RETURN_TABLES}
        spread = [name for name, frame in returns.items() if is_spark(frame)]
        if spread and len(spread) < len(returns):
            local = sorted(set(returns) - set(spread))
            raise InputError(
                f"Spark and local frames are mixed: {', '.join(spread)} are on Spark, {', '.join(local)} are not; "
                "give all tables of a return in one kind"
            )
        self._population = self._read_population(tables.get(POPULATION))
        self._postcodes = self._read_postcodes(tables.get(POSTCODES))
        if spread:
            from csc_outcomes.engine.spark import SparkWorkshop

            self._coder: Coder | None = None
            self._workshop: Any = SparkWorkshop.of(returns, la=la, year=year, directory=self._postcodes)
        else:
            self._coder = Coder()
            self._workshop = Workshop(self._typed(returns, la, year), ssda903.BUILDERS)
        self._covers: dict[str, Cover] = {}
        self._incidents: Cover | None = None

    def _typed(self, frames: Mapping[str, Any], la: str | None, year: int | None) -> dict[str, pl.DataFrame]:
        assert self._coder is not None
        result: dict[str, pl.DataFrame] = {}
        faults: list[str] = []
        for name, frame in frames.items():
            try:
                table = typed(to_polars(frame, name), _RETURN_TABLES[name], name, la=la, year=year)
            except InputError as error:
                faults.append(str(error))
                continue
            result[name] = self._coder.code(table.frame)
            self._rows_read[name] = table.rows_read
            self._problems += table.problems
        all_at_once("data cannot be used as given", faults)
        result = self._dated(result)
        if _EPISODES in result and self._postcodes is not None:
            result[_EPISODES] = localities.located(result[_EPISODES], self._postcodes)
        if _EPISODES in result:
            result[_EPISODES] = localities.from_authority(result[_EPISODES])
        self._problems += check(result)
        return result

    def _dated(self, tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Fill return years that no column states: episodes tell theirs, modules follow."""
        if not any(frame["YEAR"].null_count() for frame in tables.values()):
            return tables
        episodes = tables.get(_EPISODES)
        years: list[int] = []
        if episodes is not None and episodes["YEAR"].null_count():
            years = inferred_years(episodes.filter(pl.col("YEAR").is_null()))
            text = f"no YEAR column; taken as {_years_in_words(years)} from the dates of its rows"
            self._problems.append(Problem("year_inferred", _EPISODES, episodes["YEAR"].null_count(), text))
            if len(years) > 1:
                blank = episodes.filter(pl.col("YEAR").is_null())["LA"].unique().cast(pl.String).to_list()
                self._stated_cover = {area: frozenset(years) for area in blank}
        elif episodes is not None:
            years = sorted({int(y) for y in episodes["YEAR"].unique().drop_nulls().to_list()})
        needing = [
            name
            for name in ("ssda903.oc2", "ssda903.oc3")
            if name in tables and tables[name]["YEAR"].null_count()
        ]
        if needing and len(years) != 1:
            raise InputError(
                f"{' and '.join(needing)}: needed a column YEAR (year ending 31 March), found none, and the "
                "episodes do not show a single return year; add the column or give year="
            )
        return {name: with_year(frame, years) for name, frame in tables.items()}

    _stated_cover: Mapping[str, frozenset[int]] | None = None

    def _read_population(self, frame: Any) -> pl.DataFrame | None:
        if frame is None:
            return None
        local = frame.toPandas() if is_spark(frame) else frame
        return populations.population(standard_names(to_polars(local, POPULATION), POPULATION))

    def _read_postcodes(self, frame: Any) -> pl.DataFrame | None:
        if frame is None:
            return None
        return localities.lookup(standard_names(to_polars(frame, POSTCODES), POSTCODES))

    @property
    def on_spark(self) -> bool:
        """Whether the tables stay on Spark."""
        return self._coder is None

    @property
    def areas(self) -> tuple[str, ...]:
        """Codes of the authorities in the data, in order."""
        found: set[str] = set()
        for cover in (self.cover(name) for name in self._workshop.typed):
            found |= set(cover)
        return tuple(sorted(found))

    @property
    def population(self) -> pl.DataFrame | None:
        """The population in long form, or None."""
        return self._population

    def has(self, name: str) -> bool:
        """Whether a table is at hand or can be derived."""
        return bool(self._workshop.can(name))

    def lacking(self, name: str) -> list[str]:
        """Given tables that are not at hand and without which a table cannot be."""
        if self.has(name):
            return []
        needs = ssda903.BUILDERS[name].needs if name in ssda903.BUILDERS else (f"raw:{name}",)
        found = [
            bare for need in needs if need.startswith("raw:") and not self.has(need) for bare in [need[4:]]
        ]
        for need in needs:
            if not need.startswith("raw:"):
                found += self.lacking(need)
        return list(dict.fromkeys(found))

    def table(self, name: str) -> nw.LazyFrame[Any]:
        """A table as measures read it, lazily; built on first use.

        Raises:
            UnknownNameError: neither at hand nor derivable from what is.
        """
        if not self.has(name):
            raise unknown("table", [name], [*ssda903.BUILDERS, *_RETURN_TABLES])
        native = self._workshop.get(name)
        return nw.from_native(native.lazy() if isinstance(native, pl.DataFrame) else native).lazy()

    def beside(self, frame: pl.DataFrame) -> nw.LazyFrame[Any]:
        """A small local frame, brought to where the tables are."""
        beside: nw.LazyFrame[Any] = self._workshop.beside(frame)
        return beside

    def children(self) -> nw.LazyFrame[Any]:
        """KEY and CHILD of everyone in the tables of the returns."""
        everyone: nw.LazyFrame[Any] = self._workshop.children()
        return everyone

    @property
    def given(self) -> tuple[str, ...]:
        """Tables of the returns as they were given, before anything is derived from them."""
        return tuple(f"raw:{name}" for name in self._workshop.typed)

    def rows_of(self, child: str, name: str) -> pd.DataFrame:
        """One child's rows of a table, for every authority that uses the id; empty where a table has no child."""
        table = self.table(name)
        if "KEY" not in table.collect_schema().names():
            return pd_frame(table.filter(nw.lit(value=False)))
        keys = self.children().filter(nw.col("CHILD").cast(nw.String) == str(child)).select("KEY")
        own = table.join(keys, on="KEY", how="semi")
        return pd_frame(own.with_columns(nw.col("LA").cast(nw.String)).drop("KEY"))

    def local(self, name: str) -> pl.DataFrame:
        """A small table as a Polars frame on this machine, wherever it is kept."""
        return pl.DataFrame(self.table(name).collect("polars").to_native())

    def cover(self, name: str) -> Cover:
        """Return years at hand for a table, by authority.

        A table of a return speaks for every authority and year of which episodes are at hand; OC2, OC3 and
        locality only for those in which they have rows.
        """
        if name in _ROWS_COVER:
            return self._rows_cover(name)
        if name == "ssda903.incidents" and self._incidents is not None:
            return self._incidents
        if not self.has(_EPISODES):
            return self._rows_cover(name) if name in self._workshop.typed else {}
        cover = self._rows_cover(_EPISODES)
        return {**cover, **self._stated_cover} if self._stated_cover else cover

    def _rows_cover(self, name: str) -> Cover:
        if name not in self._covers:
            self._covers[name] = self._read_cover(name)
        return self._covers[name]

    def _read_cover(self, name: str) -> Cover:
        pairs = self._workshop.years(name)
        cover: dict[str, set[int]] = {}
        for area, year in pairs:
            cover.setdefault(area, set()).add(year)
        return {area: frozenset(years) for area, years in cover.items()}

    def keys(self, cohort: pl.DataFrame) -> pl.DataFrame:
        """Give a cohort (LA and CHILD as text) the KEY of the tables."""
        from csc_outcomes.engine.door import text_key

        return self._coder.code(cohort) if self._coder else text_key(cohort)

    @property
    def tables(self) -> pd.DataFrame:
        """What is there: table, rows read, kept and set aside, authorities, first and last return year."""
        import pandas as pd

        aside = self._set_aside()
        rows = []
        for name in self._workshop.typed:
            cover = self._rows_cover(name)
            years = sorted(set().union(*cover.values())) if cover else []
            read = self._workshop.rows(name) if self.on_spark else self._rows_read[name]
            rows.append(
                {
                    "table": name, "rows": read, "rows_kept": read - aside.get(name, 0),
                    "rows_set_aside": aside.get(name, 0), "authorities": len(cover),
                    "years": ", ".join(map(str, years)),
                }
            )  # fmt: skip
        if self._population is not None:
            years = sorted(self._population["YEAR"].unique().to_list())
            count = self._population.height
            rows.append(
                {
                    "table": POPULATION, "rows": count, "rows_kept": count, "rows_set_aside": 0,
                    "authorities": self._population["LA"].n_unique(), "years": ", ".join(map(str, years)),
                }
            )  # fmt: skip
        columns = ["table", "rows", "rows_kept", "rows_set_aside", "authorities", "years"]
        return pd.DataFrame(rows, columns=columns)

    def _set_aside(self) -> dict[str, int]:
        result: dict[str, int] = {}
        for problem in self._all_problems():
            result[problem.table] = result.get(problem.table, 0) + problem.set_aside
        return result

    def _all_problems(self) -> list[Problem]:
        """Everything found; deriving the tables finds more, so they are derived first."""
        for name in ("ssda903.periods", "ssda903.children", "ssda903.incidents"):
            if self.has(name):
                self._workshop.get(name)
        return [*self._problems, *self._workshop.problems]

    def noted(self, problems: Sequence[Problem], incidents: Cover | None = None) -> Data:
        """Add what was found while the files were read; rows set aside there count as read.

        `incidents` says for which authorities and years a file of missing incidents was there at all: a return
        without it does not say that nobody went missing.
        """
        self._incidents = incidents
        self._problems = [*problems, *self._problems]
        for problem in problems:
            if problem.table in self._rows_read:
                self._rows_read[problem.table] += problem.set_aside
        return self

    @property
    def problems(self) -> pd.DataFrame:
        """Everything odd: code, table, rows, message, and how many rows were set aside for it."""
        import pandas as pd

        columns = ["code", "table", "rows", "message", "set_aside"]
        rows = [(p.code, p.table, p.rows, p.message, p.set_aside) for p in self._all_problems()]
        return pd.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        names = list(self._workshop.typed)
        return f"Data({', '.join(names)}; {len(self.areas)} authorities)"


def pd_frame(table: nw.LazyFrame[Any]) -> pd.DataFrame:
    """A small table as a pandas frame."""
    return pl.DataFrame(table.collect("polars").to_native()).to_pandas()


def _years_in_words(years: list[int]) -> str:
    if not years:
        return "no year"
    return f"year ending {years[0]}" if len(years) == 1 else f"years ending {years[0]} to {years[-1]}"
