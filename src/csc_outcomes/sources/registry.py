"""Sources the library knows, and where each table belongs. A new return joins by its `Source` in this list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_outcomes.engine.source import RAW
from csc_outcomes.sources import (
    cin,
    cin_xml,
    costs,
    events,
    scores,
    ssda903,
    ssda903_xml,
    workforce,
    workforce_xml,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from csc_outcomes.definitions.tables import Table
    from csc_outcomes.engine.source import Builder, Source

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (ssda903.SOURCE, cin.SOURCE, workforce.SOURCE, events.SOURCE, scores.SOURCE, costs.SOURCE)
}

TABLES: dict[str, Table] = {
    name: table for source in SOURCES.values() for name, table in source.tables.items()
}
"""Declared tables of all sources, by full name."""

BUILDERS: dict[str, Builder] = {
    name: builder for source in SOURCES.values() for name, builder in source.builders.items()
}
"""Derived tables of all sources, by full name."""

XML_READERS: dict[str, Callable[[Path], dict[str, pl.DataFrame]]] = {
    "ssda903": ssda903_xml.read_xml,
    "cin": cin_xml.read_xml,
    "workforce": workforce_xml.read_xml,
}
"""Readers of the returns that come as XML, by source."""

_HOMES = {name: source for source in SOURCES.values() for name in (*source.tables, *source.builders)}


def given_tables(*names: str, optional: bool = False) -> list[str]:
    """Tables as given that others rest on, in order and once each; a name with `raw:` is one itself.

    With `optional` also those that are used where they are at hand.
    """
    found: list[str] = []
    for name in names:
        bare = name.removeprefix(RAW)
        if bare != name or name not in BUILDERS:
            found.append(bare)
        else:
            builder = BUILDERS[name]
            found += given_tables(*(builder.inputs if optional else builder.rests_on), optional=optional)
    return list(dict.fromkeys(found))


def source_of(table: str) -> Source:
    """The source that a table belongs to."""
    return _HOMES[table]
