"""Pages of the sources: tables, columns, code lists and years, made from the declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalogue_pages import MADE, joined, table

from csc_outcomes.definitions.tables import FIRST_YEAR
from csc_outcomes.sources import ssda903

if TYPE_CHECKING:
    from csc_outcomes.definitions.tables import Code, CodeList, Column, Table

_LAST_YEAR = 2027


def pages() -> dict[str, str]:
    """Path below docs/ to text."""
    return {"sources/ssda903.md": _ssda903()}


def _ssda903() -> str:
    tables = list(ssda903.SOURCE.tables.values())
    lists = {column.codes.name: column.codes for entry in tables for column in entry.coded if column.codes}
    return joined(
        MADE,
        "# The SSDA903 return",
        "Children looked after by local authorities in England: one header per child, one row per episode "
        "of care, and modules. Source: Department for Education, *Children looked after by local "
        "authorities in England: guide to the SSDA903 collection*. The tables and codes below are those "
        f"of the returns for the years ending {FIRST_YEAR} to {_LAST_YEAR}; a code valid from {FIRST_YEAR} "
        "may be older.",
        "Beside the columns below every table has `LA`, the authority, and `YEAR`, the return year (year "
        "ending 31 March). [Reading returns](../reading-returns.md) says where they come from.",
        [f"- [`ssda903.{entry.name}`](#ssda903{entry.name}): {entry.title}" for entry in tables],
        "## Tables",
        *(_table(entry) for entry in tables),
        "## Derived tables",
        "Measures read these instead of the rows themselves; each is derived once per `Data`, when it is "
        "first needed. [Add a measure](../add-a-measure.md) lists their columns.",
        table(("table", "derived from", "and, where at hand"), _derived()),
        "## Code lists",
        "A code is kept as it is whatever its year; `csc.read` reports codes outside their years and codes "
        "that are in no list.",
        *(_codes(codes) for codes in lists.values()),
    )


def _table(entry: Table) -> str:
    since = f" From the return of {_academic(entry.first_year)} on." if entry.first_year > FIRST_YEAR else ""
    keys = ", ".join(f"`{name}`" for name in entry.key)
    rows = [
        (
            f"`{column.name}`",
            column.type.value,
            "yes" if column.required else "no",
            "yes" if column.nullable else "no",
            f"[{column.codes.name}](#{column.codes.name.lower()})" if column.codes else "",
            _column_years(column),
            column.note,
        )
        for column in entry.columns
    ]
    return joined(
        f"### ssda903.{entry.name}",
        f"{entry.title}.{since} A row is identified by {keys} within an authority and a return.",
        table(("column", "type", "must be there", "may be blank", "codes", "returns", "note"), rows),
    ).strip()


def _academic(year: int) -> str:
    return f"{year - 1}-{year % 100:02}"


def _span(first: int, last: int | None) -> str:
    if last is None:
        return "all" if first <= FIRST_YEAR else f"from {_academic(first)}"
    return f"to {_academic(last)}" if first <= FIRST_YEAR else f"{_academic(first)} to {_academic(last)}"


def _column_years(column: Column) -> str:
    return _span(column.first_year, column.last_year)


def _codes(codes: CodeList) -> str:
    def row(entry: Code) -> tuple[str, ...]:
        return f"`{entry.code}`", entry.label, entry.group, _span(entry.first_year, entry.last_year)

    rows = [row(entry) for entry in codes.codes]
    return joined(f"### {codes.name}", table(("code", "label", "group", "returns"), rows)).strip()


def _derived() -> list[tuple[str, str, str]]:
    def named(names: tuple[str, ...]) -> str:
        return ", ".join(f"`{name.removeprefix('raw:')}`" for name in names)

    return [
        (f"`{name}`", named(builder.needs), named(builder.optional))
        for name, builder in ssda903.SOURCE.builders.items()
    ]
