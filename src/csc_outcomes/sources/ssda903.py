"""The SSDA903 return: children looked after by English local authorities, 2016-17 to 2026-27.

Source: Department for Education, *Children looked after by local authorities in England: guide to the SSDA903
collection*. One header per child, one row per episode of care, and modules. Tables and code lists are declared
in `ssda903_tables` and `ssda903_codes`; this module says what is derived from what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.door import Problem
from csc_outcomes.engine.source import Builder, Frames, Source
from csc_outcomes.sources import ssda903_derived as derived
from csc_outcomes.sources import ssda903_modules as modules
from csc_outcomes.sources.ssda903_checks import check
from csc_outcomes.sources.ssda903_prepare import prepare
from csc_outcomes.sources.ssda903_rows import EPISODES, clean
from csc_outcomes.sources.ssda903_tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "ssda903"


def _cover(episodes: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    return {"ssda903.cover": episodes.select("LA", "YEAR").unique().drop_nulls()}, []


def _children(header: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    frame, problems = modules.children(header)
    return {"ssda903.children": frame}, problems


def _rows(episodes: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    cleaned = clean(episodes)
    rows = derived.resolved(derived.with_runs(cleaned.rows))
    # Placement runs compare the places as returned, so temporary codes are resolved after the numbering.
    return {"ssda903.rows": rows, "ssda903.short_breaks": cleaned.short_breaks}, list(cleaned.problems)


def _periods(
    rows: pl.DataFrame, cover: pl.DataFrame, children: pl.DataFrame | None
) -> tuple[Frames, list[Problem]]:
    frame = derived.periods(rows, cover, children)
    problems = []
    if children is not None:
        early = frame.filter(pl.col("START") < pl.col("DOB")).height
        if early:
            text = (
                f"{early} periods of care start before the child's birth; no duration is computed from them"
            )
            problems.append(Problem("decom_before_birth", EPISODES, early, text))
    return {"ssda903.periods": frame}, problems


def _care(rows: pl.DataFrame, children: pl.DataFrame | None) -> tuple[Frames, list[Problem]]:
    return {"ssda903.care": derived.care(rows, children)}, []


def _placements(variant: str) -> Builder:
    def function(rows: pl.DataFrame, children: pl.DataFrame | None) -> tuple[Frames, list[Problem]]:
        column = derived.RUN_COLUMNS[variant][0]
        return {f"ssda903.{variant}": derived.placements(rows, column, children)}, []

    return Builder(("ssda903.rows",), function, ("ssda903.children",))


def _uasc(frame: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    return {"ssda903.uasc": modules.uasc(frame)}, []


def _incidents(
    missing: pl.DataFrame, periods: pl.DataFrame, cover: pl.DataFrame, children: pl.DataFrame | None
) -> tuple[Frames, list[Problem]]:
    frame, problems = modules.incidents(missing, periods, cover, children)
    return {"ssda903.incidents": frame}, problems


def _oc2(
    frame: pl.DataFrame,
    rows: pl.DataFrame,
    short_breaks: pl.DataFrame,
    periods: pl.DataFrame,
    children: pl.DataFrame | None,
) -> tuple[Frames, list[Problem]]:
    return {"ssda903.oc2": modules.oc2(frame, rows, short_breaks, periods, children)}, []


def _oc3(
    frame: pl.DataFrame,
    periods: pl.DataFrame | None,
    short_breaks: pl.DataFrame | None,
    children: pl.DataFrame | None,
) -> tuple[Frames, list[Problem]]:
    return {"ssda903.oc3": modules.oc3(frame, periods, short_breaks, children)}, []


def _social_workers(frame: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    returns = frame.select("LA", pl.col("YEAR").cast(pl.Int64)).unique().drop_nulls()
    return {
        "ssda903.social_workers": modules.social_workers(frame),
        "ssda903.social_worker_returns": returns,
    }, []


_LATEST_WINS = (
    "header",
    "uasc",
    "missing",
    "previous_permanence",
    "placed_for_adoption",
    "sw_episodes",
    "dolo",
)
_YEARLY = ("oc2", "oc3", "ad1", "reviews")
_REPEATING = (*_LATEST_WINS, *_YEARLY)


def _repeats(*frames: pl.DataFrame | None) -> tuple[Frames, list[Problem]]:
    """Count the rows of modules that another row of the same key stands in for; no measure reads this table."""
    problems: list[Problem] = []
    for name, frame in zip(_REPEATING, frames, strict=True):
        if frame is not None:
            table = TABLES[name]
            problems += modules.repeats(frame, f"{NAME}.{name}", table.key[1:], yearly=name in _YEARLY)
    return {"ssda903.repeats": pl.DataFrame()}, problems


def _known(column: str, name: str) -> Builder:
    """Which authority-years know where placements are; a measure of locality needs it."""

    def function(episodes: pl.DataFrame) -> tuple[Frames, list[Problem]]:
        if column not in episodes.columns:
            return {name: pl.DataFrame(schema={"LA": pl.String, "YEAR": pl.Int16})}, []
        known = episodes.filter(pl.col(column).is_not_null())
        return {name: known.select("LA", "YEAR").unique().drop_nulls()}, []

    return Builder((EPISODES,), function)


BUILDERS: Mapping[str, Builder] = {
    "ssda903.cover": Builder((EPISODES,), _cover),
    "ssda903.children": Builder(("ssda903.header",), _children),
    "ssda903.rows": Builder((EPISODES,), _rows),
    "ssda903.short_breaks": Builder((EPISODES,), _rows),
    "ssda903.periods": Builder(("ssda903.rows", "ssda903.cover"), _periods, ("ssda903.children",)),
    "ssda903.care": Builder(("ssda903.rows",), _care, ("ssda903.children",)),
    **{f"ssda903.{variant}": _placements(variant) for variant in derived.RUN_COLUMNS},
    "ssda903.uasc": Builder(("raw:ssda903.uasc",), _uasc),
    "ssda903.incidents": Builder(
        ("ssda903.missing", "ssda903.periods", "ssda903.cover"), _incidents, ("ssda903.children",)
    ),
    "ssda903.oc2": Builder(
        ("raw:ssda903.oc2", "ssda903.rows", "ssda903.short_breaks", "ssda903.periods"),
        _oc2,
        ("ssda903.children",),
    ),
    "ssda903.oc3": Builder(
        ("raw:ssda903.oc3",), _oc3, ("ssda903.periods", "ssda903.short_breaks", "ssda903.children")
    ),
    "ssda903.social_workers": Builder(("ssda903.sw_episodes",), _social_workers),
    "ssda903.social_worker_returns": Builder(("ssda903.sw_episodes",), _social_workers),
    "ssda903.repeats": Builder((), _repeats, tuple(f"raw:ssda903.{name}" for name in _REPEATING)),
    "ssda903.locality": _known("PL_LOCATION", "ssda903.locality"),
    "ssda903.distance": _known("PL_DISTANCE", "ssda903.distance"),
}
"""Derived tables of the return: how each is made. `raw:` is the typed table that the derived one replaces."""

SOURCE = Source(
    NAME,
    tables={f"{NAME}.{name}": table for name, table in TABLES.items()},
    builders=BUILDERS,
    base=EPISODES,
    own_cover=frozenset({"ssda903.oc2", "ssda903.oc3", "ssda903.locality", "ssda903.distance"}),
    checked=("ssda903.periods", "ssda903.children", "ssda903.incidents", "ssda903.repeats"),
    prepare=prepare,
    check=check,
)
"""The return as the engine knows it."""
