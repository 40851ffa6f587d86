"""The sources that the library reads, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_outcomes.sources import ssda903

if TYPE_CHECKING:
    from csc_outcomes.definitions.tables import Table
    from csc_outcomes.engine.source import Builder, Source

SOURCES: dict[str, Source] = {source.name: source for source in (ssda903.SOURCE,)}

TABLES: dict[str, Table] = {
    name: table for source in SOURCES.values() for name, table in source.tables.items()
}
"""Declared tables of all sources, by full name."""

BUILDERS: dict[str, Builder] = {
    name: builder for source in SOURCES.values() for name, builder in source.builders.items()
}
"""Derived tables of all sources, by full name."""


_HOMES = {name: source for source in SOURCES.values() for name in (*source.tables, *source.builders)}


def source_of(table: str) -> Source:
    """The source that a table belongs to."""
    return _HOMES[table]
