"""Typed tables of the return made ready: return years filled in, placements located."""

from __future__ import annotations

import polars as pl

from csc_outcomes.engine.door import Problem
from csc_outcomes.engine.source import Cover, Frames, Prepared
from csc_outcomes.errors import InputError
from csc_outcomes.sources import postcodes
from csc_outcomes.sources.ssda903_rows import EPISODES
from csc_outcomes.sources.ssda903_years import inferred_years, with_year

_YEARLY = ("ssda903.oc2", "ssda903.oc3")
"""Tables whose rows mean nothing without their return year."""


def prepare(tables: Frames, directory: pl.DataFrame | None) -> Prepared:
    """Fill years and locate placements.

    Raises:
        InputError: a yearly table has no YEAR, and the episodes do not show a single return year.
    """
    dated, problems, cover = _dated(tables)
    if EPISODES in dated:
        episodes = dated[EPISODES]
        placed = postcodes.located(episodes, directory) if directory is not None else episodes
        dated = {**dated, EPISODES: postcodes.from_authority(placed)}
    return Prepared(dated, tuple(problems), cover)


def _dated(tables: Frames) -> tuple[Frames, list[Problem], Cover]:
    """Fill return years that no column states: an authority's episodes tell theirs, its modules follow."""
    if not any(frame["YEAR"].null_count() for frame in tables.values()):
        return tables, [], {}
    episodes = tables.get(EPISODES)
    inferred: dict[str, list[int]] = {}
    years: dict[str, list[int]] = {}
    problems: list[Problem] = []
    if episodes is not None:
        undated = episodes.filter(pl.col("YEAR").is_null())
        inferred = {area: inferred_years(rows) for area, rows in _by_area(undated)}
        stated = {area: sorted(set(rows["YEAR"].drop_nulls().to_list())) for area, rows in _by_area(episodes)}
        years = {**stated, **inferred}
        if undated.height:
            told = sorted({year for found in inferred.values() for year in found})
            text = (
                f"{undated.height} rows without YEAR; taken as {_in_words(told)} from their authority's dates"
            )
            problems.append(Problem("year_inferred", EPISODES, undated.height, text))
    _check_yearly(tables, years)
    last = {area: max(found) for area, found in years.items() if found}
    filled = {name: with_year(frame, last) for name, frame in tables.items()}
    return filled, problems, {a: frozenset(found) for a, found in inferred.items() if len(found) > 1}


def _by_area(frame: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    columns = frame.select(pl.col("LA").cast(pl.String), "YEAR", "DECOM", "DEC")
    return [(str(area), rows) for (area,), rows in columns.group_by("LA")]


def _check_yearly(tables: Frames, years: dict[str, list[int]]) -> None:
    """A yearly module without YEAR is refused unless its authority's episodes show a single return year."""
    unclear = {area for area, found in years.items() if len(found) != 1}
    needing = []
    for name in _YEARLY:
        if name in tables:
            undated = tables[name].filter(pl.col("YEAR").is_null())["LA"].cast(pl.String).unique().to_list()
            if any(area in unclear or area not in years for area in undated):
                needing.append(name)
    if needing:
        raise InputError(
            f"{' and '.join(needing)}: needed a column YEAR (year ending 31 March), found none, and the "
            "episodes do not show a single return year; add the column or give year="
        )


def _in_words(years: list[int]) -> str:
    if not years:
        return "no year"
    return f"year ending {years[0]}" if len(years) == 1 else f"years ending {years[0]} to {years[-1]}"
