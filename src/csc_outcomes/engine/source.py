"""What the engine needs to know of a source: its tables, what is derived from them, what its rows speak for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from csc_outcomes.definitions.tables import Table
    from csc_outcomes.engine.door import Problem

Frames: TypeAlias = "dict[str, pl.DataFrame]"
Cover: TypeAlias = dict[str, frozenset[int]]
"""Return years (year ending) at hand, by authority."""

RAW = "raw:"
"""Before a table's name: the table as given, where a derived one of the same name replaces it for measures."""


@frozen
class Builder:
    """How tables are derived: which tables go in, which may be absent, and the function.

    The function takes the input frames by position (None for an absent optional one) and returns the frames
    it makes, by name, with the problems met on the way. Without a needed table, one of the optional ones must
    be there.
    """

    needs: tuple[str, ...]
    function: Callable[..., tuple[Frames, list[Problem]]] = field(repr=False)
    optional: tuple[str, ...] = ()

    def ready(self, can: Callable[[str], bool]) -> bool:
        """Whether the table can be made of the tables that can be had."""
        return all(can(need) for need in self.needs) if self.needs else any(map(can, self.optional))

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Tables without which there is nothing: the needed ones, or else those of which one must be there."""
        return self.needs or self.optional

    @property
    def inputs(self) -> tuple[str, ...]:
        """Needed and optional inputs, in the order of the function's arguments."""
        return (*self.needs, *self.optional)


@frozen
class Prepared:
    """Typed tables made ready: return years filled, odd rows reported.

    `cover` is stated where a frame covers more years than its rows' YEAR says.
    """

    tables: Frames
    problems: tuple[Problem, ...] = ()
    cover: Cover = field(factory=dict)


@frozen
class Feed:
    """What tables were filled from that are not returns themselves, and what they cannot say therefore.

    Attributes:
        name: of what they were filled from, in words; empty where tables are the returns themselves.
        cover: return years that are wholly at hand, by given table.
        short: why there are no more.
        absent: why a table is not filled, by name.
        withheld: why a measure cannot be answered although its tables are there, by id.
        meaningless: codes of problems that tell of returns, and say nothing of tables filled otherwise.
    """

    name: str = ""
    cover: Mapping[str, Cover] = field(factory=dict, repr=False)
    short: str = ""
    absent: Mapping[str, str] = field(factory=dict, repr=False)
    withheld: Mapping[str, str] = field(factory=dict, repr=False)
    meaningless: frozenset[str] = frozenset()


def nothing_odd(_tables: Mapping[str, pl.DataFrame]) -> list[Problem]:
    """The check of a source that reports while it makes its tables ready."""
    return []


@frozen
class Source:
    """One return or data set.

    Attributes:
        name: the part of a table's name before the dot.
        tables: declared tables, by full name.
        builders: derived tables, by full name.
        base: the table whose authority-years are the returns at hand.
        own_cover: tables that speak only for authority-years in which they have rows; all others speak for
            every return at hand.
        checked: derived tables whose making reports what is odd.
        prepare: makes typed and keyed tables ready; its second argument is a postcode directory or None.
        check: what is odd in tables made ready. It sets nothing aside, and is asked only when somebody wants to
            know: no figure depends on it, and it takes as long as many figures.
        year_end: month and day on which the return's year ends.
        yearly: whether its tables are of return years; others answer for dates only as a measure says.
    """

    name: str
    tables: Mapping[str, Table] = field(repr=False)
    builders: Mapping[str, Builder] = field(repr=False)
    base: str
    own_cover: frozenset[str]
    checked: tuple[str, ...]
    prepare: Callable[[Frames, pl.DataFrame | None], Prepared] = field(repr=False)
    check: Callable[[Mapping[str, pl.DataFrame]], list[Problem]] = field(default=nothing_odd, repr=False)
    year_end: tuple[int, int] = (3, 31)
    yearly: bool = True
