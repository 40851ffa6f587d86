"""Typed tables of the return made ready: return years filled in, placements located, odd rows reported."""

from __future__ import annotations

import polars as pl

from csc_outcomes.engine.door import Problem
from csc_outcomes.engine.source import Cover, Frames, Prepared
from csc_outcomes.errors import InputError
from csc_outcomes.sources import postcodes
from csc_outcomes.sources.ssda903_checks import check
from csc_outcomes.sources.ssda903_rows import EPISODES
from csc_outcomes.sources.ssda903_years import inferred_years, with_year

_YEARLY = ("ssda903.oc2", "ssda903.oc3")
"""Tables whose rows mean nothing without their return year."""


def prepare(tables: Frames, directory: pl.DataFrame | None) -> Prepared:
    """Fill years, locate placements and check codes, dates and children.

    Raises:
        InputError: a yearly table has no YEAR, and the episodes do not show a single return year.
    """
    dated, problems, cover = _dated(tables)
    if EPISODES in dated:
        episodes = dated[EPISODES]
        placed = postcodes.located(episodes, directory) if directory is not None else episodes
        dated = {**dated, EPISODES: postcodes.from_authority(placed)}
    return Prepared(dated, (*problems, *check(dated)), cover)


def _dated(tables: Frames) -> tuple[Frames, list[Problem], Cover]:
    """Fill return years that no column states: episodes tell theirs, modules follow."""
    if not any(frame["YEAR"].null_count() for frame in tables.values()):
        return tables, [], {}
    problems: list[Problem] = []
    cover: Cover = {}
    years: list[int] = []
    episodes = tables.get(EPISODES)
    if episodes is not None:
        undated = episodes.filter(pl.col("YEAR").is_null())
        years = inferred_years(undated) if undated.height else sorted(episodes["YEAR"].unique().to_list())
        if undated.height:
            text = f"no YEAR column; taken as {_in_words(years)} from the dates of its rows"
            problems.append(Problem("year_inferred", EPISODES, undated.height, text))
        if undated.height and len(years) > 1:
            cover = {str(area): frozenset(years) for area in undated["LA"].unique().cast(pl.String).to_list()}
    needing = [name for name in _YEARLY if name in tables and tables[name]["YEAR"].null_count()]
    if needing and len(years) != 1:
        raise InputError(
            f"{' and '.join(needing)}: needed a column YEAR (year ending 31 March), found none, and the "
            "episodes do not show a single return year; add the column or give year="
        )
    return {name: with_year(frame, years) for name, frame in tables.items()}, problems, cover


def _in_words(years: list[int]) -> str:
    if not years:
        return "no year"
    return f"year ending {years[0]}" if len(years) == 1 else f"years ending {years[0]} to {years[-1]}"
