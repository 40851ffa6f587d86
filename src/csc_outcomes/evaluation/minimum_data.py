"""Minimum data: the fields that chosen measures need, as a list for a data-sharing agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_outcomes.api import catalogue
from csc_outcomes.engine.source import RAW
from csc_outcomes.errors import unknown
from csc_outcomes.sources.registry import TABLES, given_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from csc_outcomes.definitions.measure import Measure
    from csc_outcomes.definitions.tables import Column
    from csc_outcomes.engine.data import Data

COLUMNS = ("table", "column", "type", "needed", "returns", "codes", "note", "measures")
POPULATION = "population"


def minimum_data(measures: Sequence[str] | str | None = None, data: Data | None = None) -> pd.DataFrame:
    """The tables and columns that measures rest on, and nothing else.

    Args:
        measures: ids; default all of the catalogue.
        data: leave out the tables that these data hold.

    Returns:
        pandas, one row per column of a table as it is returned or kept: table, column, type, needed (`yes`, or
        `if held`: used where it is there), returns (the years in which it exists), codes (name of the code
        list), note, measures (the ids that the table feeds). The population file is a row without a column.

    Raises:
        UnknownNameError: an id that does not exist.
    """
    import pandas as pd

    feeds: dict[str, list[str]] = {}
    ages: dict[str, list[str]] = {}
    for measure in _chosen(measures):
        for table in given_tables(*measure.needs):
            feeds.setdefault(table, []).append(measure.id)
        if measure.population:
            ages.setdefault(measure.population, []).append(measure.id)
    rows = [
        _row(table, column, ids)
        for table, ids in sorted(feeds.items(), key=lambda item: list(TABLES).index(item[0]))
        if data is None or not data.has(f"{RAW}{table}")
        for column in _origin(table, TABLES[table].columns)
    ]
    if data is None or data.population is None:
        note = "mid-year estimates: authority, year, age (or age group), estimate"
        rows += [
            (POPULATION, "", f"residents aged {group}", "yes", "all", "", note, ", ".join(ids))
            for group, ids in ages.items()
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _chosen(measures: Sequence[str] | str | None) -> list[Measure]:
    known = catalogue()
    if measures is None:
        return list(known)
    names = [measures] if isinstance(measures, str) else list(measures)
    strangers = [name for name in names if name not in known]
    if strangers:
        raise unknown("measure", strangers, (measure.id for measure in known))
    return [known[name] for name in names]


def _origin(table: str, columns: Sequence[Column]) -> list[Column | str]:
    """The authority of a row is part of its key; most sources state it once per file."""
    stated = any(column.name == "LA" for column in columns)
    return [*(["LA"] if TABLES[table].authority and not stated else []), *columns]


def _row(table: str, column: Column | str, ids: list[str]) -> tuple[str, ...]:
    listed = ", ".join(ids)
    if isinstance(column, str):
        return table, column, "identifier", "yes", "all", "", "authority; once per file is enough", listed
    needed = "yes" if column.required else "if held"
    codes = column.codes.name if column.codes else ""
    return table, column.name, column.type.value, needed, column.years, codes, column.note, listed
