"""Data: the tables at hand, checked once, never modified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import polars as pl

from csc_outcomes.engine.door import (
    TYPED,
    Coder,
    Problem,
    is_spark,
    standard_names,
    text_key,
    to_polars,
    typed,
)
from csc_outcomes.engine.source import RAW, Cover, Feed
from csc_outcomes.engine.workshop import Workshop
from csc_outcomes.errors import InputError, all_at_once, unknown
from csc_outcomes.sources import population as populations
from csc_outcomes.sources import postcodes as localities
from csc_outcomes.sources.registry import BUILDERS, SOURCES, TABLES, given_tables, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

POPULATION, POSTCODES = "population", "postcodes"


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
        tables = {_known_name(name): frame for name, frame in tables.items()}
        strangers = [name for name in tables if name not in {*TABLES, POPULATION, POSTCODES}]
        if strangers:
            raise unknown("table", strangers, [*TABLES, POPULATION, POSTCODES])
        self._problems: list[Problem] = []
        self._rows_read: dict[str, int] = {}
        self._stated: dict[str, Cover] = {}
        returns = {name: frame for name, frame in tables.items() if name in TABLES}
        returns, spread = _in_one_place(returns)
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
            self._workshop = Workshop(self._typed(returns, la, year))
        self._covers: dict[str, Cover] = {}
        self._areas: dict[str, set[str]] = {}
        self._returned: dict[str, Cover] = {}
        self._feed = Feed()

    def _typed(self, frames: Mapping[str, Any], la: str | None, year: int | None) -> dict[str, pl.DataFrame]:
        assert self._coder is not None
        result: dict[str, pl.DataFrame] = {}
        faults: list[str] = []
        for name, frame in frames.items():
            try:
                table = typed(to_polars(frame, name), TABLES[name], name, la=la, year=year)
            except InputError as error:
                faults.append(str(error).removeprefix(f"{TYPED}: "))
                continue
            result[name] = self._coder.code(table.frame)
            self._rows_read[name] = table.rows_read
            self._problems += table.problems
        all_at_once("data cannot be used as given", faults)
        return self._ready(result)

    def _ready(self, tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Let each source make its own tables ready."""
        ready: dict[str, pl.DataFrame] = {}
        for source in SOURCES.values():
            own = {name: frame for name, frame in tables.items() if name in source.tables}
            prepared = source.prepare(own, self._postcodes)
            self._problems += prepared.problems
            if prepared.cover:
                self._stated[source.base] = prepared.cover
            ready |= prepared.tables
        return ready

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
        for name in self._workshop.typed:
            found |= set(self.cover(name)) if self.yearly(name) else self._local_areas(name)
        return tuple(sorted(found))

    def _local_areas(self, name: str) -> set[str]:
        """Authorities of a table without return years, looked up once."""
        if name not in self._areas:
            self._areas[name] = self._workshop.areas(name)
        return self._areas[name]

    @staticmethod
    def year_end(name: str) -> tuple[int, int]:
        """Month and day on which the return year of a table ends."""
        return source_of(name).year_end

    @staticmethod
    def yearly(name: str) -> bool:
        """Whether a table is of return years."""
        return source_of(name).yearly

    @property
    def arms(self) -> tuple[str, ...]:
        """Arms that the local tables name, in order."""
        names: set[str] = set()
        for table in ("local.members", "scores.valid", "scores.answers"):
            if self.has(table):
                names |= set(self.local(table)["ARM"].cast(pl.String).drop_nulls().to_list())
        return tuple(sorted(names))

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
        needs = BUILDERS[name].rests_on if name in BUILDERS else (f"{RAW}{name}",)
        found = [need.removeprefix(RAW) for need in needs if need.startswith(RAW) and not self.has(need)]
        for need in needs:
            if not need.startswith(RAW):
                found += self.lacking(need)
        return list(dict.fromkeys(found))

    def table(self, name: str) -> nw.LazyFrame[Any]:
        """A table as measures read it, lazily; built on first use.

        Raises:
            UnknownNameError: neither at hand nor derivable from what is.
        """
        if not self.has(name):
            raise unknown("table", [name], [*BUILDERS, *TABLES])
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
        return tuple(f"{RAW}{name}" for name in self._workshop.typed)

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

        A table of a return speaks for every authority and year of which the return is at hand; some, such as
        OC2 and OC3, only for those in which they have rows.
        """
        source = source_of(name)
        if self._feed.cover:
            stated = [self._feed.cover[table] for table in given_tables(name) if table in self._feed.cover]
            if stated or source.base in self._feed.cover:
                common = _common(stated or [self._feed.cover[source.base]])
                if name not in source.own_cover:
                    return common
                rows = self._rows_cover(name)
                return {area: years & common.get(area, frozenset()) for area, years in rows.items()}
        if name in source.own_cover:
            return self._rows_cover(name)
        if name in self._returned:
            return self._returned[name]
        if not source.yearly:
            return {}
        if not self.has(source.base):
            return self._rows_cover(name) if name in self._workshop.typed else {}
        return {**self._rows_cover(source.base), **self._stated.get(source.base, {})}

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
        return self._coder.code(cohort) if self._coder else text_key(cohort)

    @property
    def tables(self) -> pd.DataFrame:
        """What is there: table, rows read, kept and set aside, authorities, first and last return year."""
        import pandas as pd

        aside = self._set_aside()
        rows = []
        for name in self._workshop.typed:
            cover = self.cover(name) if self._feed.cover else self._rows_cover(name)
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

    def set_aside(self, names: Sequence[str]) -> list[Problem]:
        """Rows of local tables that tables rest on and that are in no figure; `problems` tells of returns, too."""
        given = {
            name for name in given_tables(*names, optional=True) if name in TABLES and not self.yearly(name)
        }
        found = [*self._problems, *(() if self.on_spark else self._workshop.problems)]
        counted = [problem for problem in found if problem.code not in self._feed.meaningless]
        return [problem for problem in counted if problem.set_aside and problem.table in given]

    def _set_aside(self) -> dict[str, int]:
        result: dict[str, int] = {}
        for problem in self._all_problems():
            result[problem.table] = result.get(problem.table, 0) + problem.set_aside
        return result

    def _all_problems(self) -> list[Problem]:
        """What was found while reading, what checks find and what deriving the tables finds."""
        found = [*self._problems, *self._workshop.all_problems()]
        return [problem for problem in found if problem.code not in self._feed.meaningless]

    def noted(self, problems: Sequence[Problem], returned: Mapping[str, Cover]) -> Data:
        """Add what was found while the files were read; rows set aside there count as read.

        `returned` says, for tables that a return may leave out, for which authorities and years they were
        there: a return without a file of missing incidents does not say that nobody went missing.
        """
        self._returned = dict(returned)
        self._problems = [*problems, *self._problems]
        for problem in problems:
            if problem.table in self._rows_read:
                self._rows_read[problem.table] += problem.set_aside
        return self

    @property
    def feed(self) -> Feed:
        """What the tables were filled from, where they are not returns themselves."""
        return self._feed

    def fed(self, feed: Feed) -> Data:
        """State what tables were filled from that are not returns themselves.

        Their rows do not show which years are wholly at hand: derived tables of years are stated, too.
        """
        self._feed = feed
        for source in SOURCES.values():
            name = f"{source.name}.cover"
            if name in source.builders and source.base in feed.cover:
                years = [(area, year) for area, found in feed.cover[source.base].items() for year in found]
                stated = pl.DataFrame(years, schema={"LA": pl.String, "YEAR": pl.Int16}, orient="row")
                coded = self._coder.code(stated) if self._coder else stated
                frames, _ = source.builders[name].function(coded)
                self._workshop.state(frames)
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


def _common(covers: Sequence[Cover]) -> Cover:
    """Years that each of several tables has, by authority; an authority that one lacks has none."""
    areas = set().union(*covers)
    return {area: frozenset.intersection(*(c.get(area, frozenset()) for c in covers)) for area in areas}


def _known_name(name: str) -> str:
    """A table's name as declared, whatever its case and underscores."""
    return _SPELLINGS.get(_bare(name), name)


def _bare(name: str) -> str:
    return str(name).replace("_", "").lower()


_SPELLINGS = {_bare(name): name for name in TABLES}


def _in_one_place(frames: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Local data go where the returns are: small beside them, they are sent to Spark or brought from it."""
    spread = {name for name, frame in frames.items() if is_spark(frame)}
    returns_there = [name for name in spread if source_of(name).yearly]
    placed = dict(frames)
    for name in frames:
        if source_of(name).yearly or not spread:
            continue
        if returns_there and name not in spread:
            session = frames[returns_there[0]].sparkSession
            placed[name] = session.createDataFrame(_as_texts(to_polars(frames[name], name)).to_pandas())
        elif not returns_there:
            placed[name] = frames[name].toPandas()
    return placed, [name for name, frame in placed.items() if is_spark(frame)]


def _as_texts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.all().cast(pl.String))


def pd_frame(table: nw.LazyFrame[Any]) -> pd.DataFrame:
    """A small table as a pandas frame."""
    return pl.DataFrame(table.collect("polars").to_native()).to_pandas()
