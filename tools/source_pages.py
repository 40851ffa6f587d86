"""Pages of the sources: tables, columns, code lists and years, made from the declarations."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from catalogue_pages import MADE, joined, table

from csc_outcomes.definitions.tables import FIRST_YEAR
from csc_outcomes.sources.registry import SOURCES

if TYPE_CHECKING:
    from csc_outcomes.definitions.tables import Code, CodeList, Column, Table
    from csc_outcomes.engine.source import Source

_LAST_YEAR = 2027
_YEARLY = (
    "Beside the columns below every table has `LA`, the authority, and `YEAR`, the return year (year ending "
    "{end}). [Reading returns](../reading-returns.md) says where they come from."
)
_LOCAL = (
    "Beside the columns below every table has `LA`, the authority, unless it says otherwise. The names are the "
    "keys of `csc.Data({...})`; frames may be pandas, Polars, DuckDB or Spark, and `csc.read` takes CSV files of "
    "these names. Undeclared columns are kept out of the way."
)
_INTRODUCTIONS = {
    "ssda903": (
        "The SSDA903 return",
        (
            "Children looked after by local authorities in England: one header per child, one row per episode "
            "of care, and modules. Source: Department for Education, *Children looked after by local "
            "authorities in England: guide to the SSDA903 collection*."
        ),
    ),
    "cin": (
        "The children in need census",
        (
            "Referrals, assessments, section 47 enquiries, conferences and child protection plans of an authority "
            "and year. Source: Department for Education, *Children in need census: guide for local authorities*."
        ),
    ),
    "workforce": (
        "The children's social work workforce census",
        (
            "Social workers in children's services on 30 September: one row per worker, and what the authority "
            "states of its vacancies. Source: Department for Education, *Children's social work workforce census*."
        ),
    ),
    "local": (
        "Local tables: cohort, events, absence, external figures",
        "What no national return holds, in one row per person and event, as a project or an authority records it.",
    ),
    "scores": (
        "Questionnaires and surveys",
        (
            "Scores of questionnaires, one row per person, day, instrument and scale; and answers to surveys, one row "
            "per person and question. Wording of items is never kept: items go by their number."
        ),
    ),
    "money": (
        "Costs and benefits",
        "A ledger of costs, unit costs with their price year and source, and what was avoided, in pounds.",
    ),
}
"""By source: title and first words of its page."""


def pages() -> dict[str, str]:
    """Path below docs/ to text."""
    return {f"sources/{source.name}.md": _page(source) for source in SOURCES.values()}


def _page(source: Source) -> str:
    title, words = _INTRODUCTIONS[source.name]
    tables = source.tables
    coded = [column.codes for entry in tables.values() for column in entry.coded]
    lists = {codes.name: codes for codes in coded if codes}
    return joined(
        MADE,
        f"# {title}",
        words + (_of_years() if source.yearly else ""),
        _YEARLY.format(end=_end(source)) if source.yearly else _LOCAL,
        [f"- [`{name}`](#{name.replace('.', '').lower()}): {entry.title}" for name, entry in tables.items()],
        "## Tables",
        *(_table(name, entry, yearly=source.yearly) for name, entry in tables.items()),
        "## Derived tables",
        "Measures read these instead of the rows themselves; each is derived once per `Data`, when it is "
        "first needed. [Add a measure](../add-a-measure.md) says how they are used.",
        table(("table", "derived from", "and, where at hand"), _derived(source)),
        *(_code_lists(lists) if lists else ()),
    )


def _of_years() -> str:
    return (
        f" The tables and codes below are those of the returns for the years ending {FIRST_YEAR} to {_LAST_YEAR}; "
        f"a code valid from {FIRST_YEAR} may be older."
    )


def _end(source: Source) -> str:
    month, day = source.year_end
    return f"{day} {dt.date(2000, month, day):%B}"


def _code_lists(lists: dict[str, CodeList]) -> list[str]:
    return [
        "## Code lists",
        (
            "A code is kept as it is whatever its year; codes outside their years and codes that are in no list are "
            "reported."
        ),
        *(_codes(codes) for codes in lists.values()),
    ]


def _table(name: str, entry: Table, *, yearly: bool) -> str:
    since = f" From the return of {_academic(entry.first_year)} on." if entry.first_year > FIRST_YEAR else ""
    keys = ", ".join(f"`{name}`" for name in entry.key)
    rows = [
        (
            f"`{column.name}`",
            column.type.value,
            "yes" if column.required else "no",
            "yes" if column.nullable else "no",
            f"[{column.codes.name}](#{column.codes.name.lower().replace(' ', '-')})" if column.codes else "",
            _column_years(column),
            column.note,
        )
        for column in entry.columns
    ]
    return joined(
        f"### {name}",
        f"{entry.title}.{since} {_identified(keys, entry, yearly=yearly)}",
        table(("column", "type", "must be there", "may be blank", "codes", "returns", "note"), rows),
    ).strip()


def _identified(keys: str, entry: Table, *, yearly: bool) -> str:
    if not keys:
        return "Equal rows are rows of their own."
    within = " within an authority" if entry.authority else ""
    return f"A row is identified by {keys}{within}{' and a return' if yearly else ''}."


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


def _derived(source: Source) -> list[tuple[str, str, str]]:
    def named(names: tuple[str, ...]) -> str:
        return ", ".join(f"`{name.removeprefix('raw:')}`" for name in names)

    return [
        (f"`{name}`", named(builder.needs), named(builder.optional))
        for name, builder in source.builders.items()
    ]
