"""`check`: what the files hold, and everything odd about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from csc_outcomes.cli.options import Authority, Paths, Population, Postcodes, Year, read_data
from csc_outcomes.cli.screen import out, plain_table, right

if TYPE_CHECKING:
    from csc_outcomes.engine.data import Data

MOST_LISTED = 12


def check(
    paths: Paths,
    la: Authority = None,
    year: Year = None,
    population: Population = None,
    postcodes: Postcodes = None,
) -> None:
    """Show tables, years and authorities of the files, and every problem with its count."""
    data = read_data(paths, la, year, population, postcodes)
    console = out()
    tables = plain_table("table", "rows", "kept", "set aside", "authorities", "return years", title="Tables")
    right(tables, 1, 2, 3, 4)
    for name, *counts, years in data.tables.itertuples(index=False, name=None):
        tables.add_row(name, *(f"{count:,}" for count in counts), years)
    console.print(tables)
    cover = plain_table("return years of episodes", "authorities", title="Authorities")
    for years, areas in _areas_by_years(data).items():
        cover.add_row(years, _listed(areas))
    console.print(cover)
    found = data.problems
    if found.empty:
        console.print("Nothing odd was found.")
        return
    problems = plain_table("code", "table", "rows", "set aside", "what", title=f"Problems ({len(found)})")
    right(problems, 2, 3)
    for code, table, rows, message, aside in found.itertuples(index=False, name=None):
        problems.add_row(code, table.removeprefix("ssda903."), f"{rows:,}", f"{aside:,}", escape(message))
    console.print(problems)
    console.print("Rows set aside are in no figure; all others are kept as they are. Nothing was repaired.")


def _areas_by_years(data: Data) -> dict[str, list[str]]:
    """Authorities that have returns for the same years."""
    cover = data.cover("ssda903.episodes")
    groups: dict[str, list[str]] = {}
    for area in data.areas:
        years = sorted(cover.get(area, ()))
        groups.setdefault(", ".join(map(str, years)) or "none", []).append(area)
    return groups


def _listed(areas: list[str]) -> str:
    more = f" and {len(areas) - MOST_LISTED} more" if len(areas) > MOST_LISTED else ""
    return f"{', '.join(areas[:MOST_LISTED])}{more}"
