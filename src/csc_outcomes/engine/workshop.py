"""The workshop: typed tables in, derived tables out, each built once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import polars as pl
from attrs import define, field

from csc_outcomes.engine.source import RAW
from csc_outcomes.sources.registry import BUILDERS, SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csc_outcomes.engine.door import Problem


@define
class Workshop:
    """Tables of one set of sources, by name.

    Attributes:
        typed: tables as read, typed and keyed; a derived table may carry the name of the typed one it
            replaces for measures.
    """

    typed: Mapping[str, pl.DataFrame]
    _built: dict[str, pl.DataFrame] = field(factory=dict, init=False)
    problems: list[Problem] = field(factory=list, init=False)
    _odd: list[Problem] | None = field(default=None, init=False)

    def can(self, name: str) -> bool:
        """Whether a table is at hand or can be derived from what is."""
        bare = name.removeprefix(RAW)
        if bare in self._built and bare == name:
            return True
        if name in BUILDERS:
            return BUILDERS[name].ready(self.can)
        return bare in self.typed

    def state(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Put derived tables that are stated, instead of deriving them."""
        self._built.update(frames)

    def years(self, name: str) -> list[tuple[str, int]]:
        """Authority and return year of which a table has rows."""
        if name not in self.typed and not self.can(name):
            return []
        frame = self.typed[name] if name in self.typed else self.get(name)
        pairs = frame.select("LA", "YEAR").unique().drop_nulls()
        return list(pairs.select(pl.col("LA").cast(pl.String), "YEAR").iter_rows())

    def areas(self, name: str) -> set[str]:
        """Authorities of which a table as given has rows."""
        codes = self.typed[name]["LA"].unique().drop_nulls()
        return set(codes.cast(pl.String).to_list())

    def beside(self, frame: pl.DataFrame) -> nw.LazyFrame[Any]:
        """A small local frame as measures read it."""
        return nw.from_native(frame.lazy())

    def children(self) -> nw.LazyFrame[Any]:
        """KEY and CHILD of everyone, once."""
        people = [frame for frame in self.typed.values() if "CHILD" in frame.columns]
        pairs = [frame.select("KEY", "CHILD").unique() for frame in people]
        if not pairs:
            return nw.from_native(pl.LazyFrame(schema={"KEY": pl.Int64, "CHILD": pl.String}))
        return nw.from_native(pl.concat(pairs).unique("KEY").lazy())

    def all_problems(self) -> list[Problem]:
        """What is odd in the tables, and what deriving them finds: all are derived first."""
        if self._odd is None:
            self._odd = []
            for source in SOURCES.values():
                own = {name: frame for name, frame in self.typed.items() if name in source.tables}
                self._odd += source.check(own)
                for name in source.checked:
                    if self.can(name):
                        self.get(name)
        return [*self._odd, *self.problems]

    def get(self, name: str) -> pl.DataFrame:
        """A table, built if it must be; the caller has asked `can` first."""
        if name.startswith(RAW):
            return self.typed[name.removeprefix(RAW)]
        if name not in BUILDERS:
            return self.typed[name]
        if name not in self._built:
            builder = BUILDERS[name]
            inputs = [self.get(i) if self.can(i) else None for i in builder.inputs]
            frames, problems = builder.function(*inputs)
            self._built.update(frames)
            self.problems.extend(problems)
        return self._built[name]
