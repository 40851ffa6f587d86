"""`list` and `describe`: what is defined, and what a definition says."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  (typer reads it at run time)
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.padding import Padding

from csc_outcomes.cli.options import Authority, PathsIfAny, Population, Postcodes, Year, read_data
from csc_outcomes.cli.screen import out, plain_table, right
from csc_outcomes.cli.words import BASIS, LIMITS, direction_of, tables_of, time_of
from csc_outcomes.definitions.measure import Parameters

if TYPE_CHECKING:
    from rich.console import Console

    from csc_outcomes.definitions.indicator import Indicator
    from csc_outcomes.definitions.measure import Measure, Parameter
    from csc_outcomes.engine.data import Data


def list_measures(
    paths: PathsIfAny = None,
    la: Authority = None,
    year: Year = None,
    population: Population = None,
    postcodes: Postcodes = None,
) -> None:
    """List the outcomes and their measures; with PATHS, say which of them the data can answer."""
    import csc_outcomes as csc

    data = read_data(paths, la, year, population, postcodes) if paths else None
    console = out()
    for indicator in csc.catalogue().indicators:
        table = plain_table("measure", "what it is", "unit", *(["these data"] if data else []))
        for measure in indicator.measures:
            cells = [measure.id, measure.label, measure.unit, *([lacking(measure, data)] if data else [])]
            table.add_row(*cells)
        console.print(f"\n[bold]{indicator.number}  {indicator.title}[/bold]  ({indicator.name})")
        if indicator.measures:
            console.print(table)
        else:
            console.print("   defined; no measure is computed yet", style="dim")
    total = len(csc.catalogue())
    console.print(f"\n{len(csc.checklist)} outcomes, {total} measures. In full: csc-outcomes describe ID")
    if data:
        answered = sum(lacking(measure, data) == YES for measure in csc.catalogue())
        console.print(
            f"These data hold the tables of {answered} of them; csc-outcomes fields lists what the others need."
        )


YES = "yes"


def lacking(measure: Measure, data: Data) -> str:
    """What a measure needs that the data do not hold, or `yes`."""
    absent = [table for need in measure.needs for table in data.lacking(need)]
    if measure.ages(Parameters(measure.defaults())) and data.population is None:
        absent.append("population")
    return f"no: needs {', '.join(dict.fromkeys(absent))}" if absent else YES


def fields(
    measures: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="Ids of measures; default: all.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--out", help="Write the list to this CSV file.", dir_okay=False)
    ] = None,
) -> None:
    """List the minimum data that measures need, field by field, for a data-sharing agreement."""
    import csc_outcomes as csc

    found = csc.minimum_data(measures or None)
    if file is not None:
        found.to_csv(file, index=False)
        out().print(f"{len(found)} fields of {found['table'].nunique()} tables written to {file.name}")
        return
    console = out()
    for name, rows in found.groupby("table", sort=False):
        count = len(rows["measures"].iloc[0].split(", "))
        console.print(f"\n[bold]{name}[/bold]  feeds {count} measures")
        table = plain_table("field", "type", "needed", "returns", "note")
        for row in rows[["column", "type", "needed", "returns", "note"]].itertuples(index=False):
            table.add_row(*map(str, row))
        console.print(table)


def describe(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="Id of a measure, or name or number of an outcome.")
    ],
) -> None:
    """Show a definition in full."""
    import csc_outcomes as csc
    from csc_outcomes.errors import unknown

    catalogue = csc.catalogue()
    console = out()
    if name in catalogue:
        _describe_measure(console, catalogue.indicator_of(name), catalogue[name], catalogue.fingerprint(name))
        return
    for indicator in catalogue.indicators:
        if name in (indicator.name, str(indicator.number)):
            _describe_indicator(console, indicator)
            return
    known = [*(measure.id for measure in catalogue), *(i.name for i in catalogue.indicators)]
    raise unknown("measure or outcome", [name], known)


def _describe_measure(console: Console, indicator: Indicator, measure: Measure, fingerprint: str) -> None:
    console.print(f"[bold]{measure.id}[/bold]  version {measure.version}")
    console.print(measure.label, markup=False)
    rows = [
        ("Outcome", f"{indicator.number} {indicator.title}"),
        ("Definition", indicator.definition),
        ("Numerator", measure.numerator),
        ("Denominator", measure.denominator),
        ("Formula", measure.formula),
        ("Edges", measure.edges),
        ("Kind and unit", f"{measure.kind.value}, {measure.unit} (multiplier {measure.per:g})"),
        ("Time", time_of(measure)),
        ("Tables", tables_of(measure)),
        ("Limits", LIMITS[measure.limits.value]),
        ("Rests on", BASIS[measure.basis.value]),
        ("Published match", measure.published),
        ("Direction", direction_of(indicator.direction_of(measure))),
        ("Caveat", indicator.caveat_of(measure)),
        ("Unintended", indicator.unintended_consequences),
        ("Data quality", indicator.data_quality),
    ]
    _facts(console, rows)
    _parameters(console, measure.parameters)
    console.print("\n[bold]References[/bold]")
    for reference in dict.fromkeys((*indicator.references, *measure.references)):
        console.print(Padding(escape(str(reference)), (0, 0, 0, 2)))
    console.print(f"\nFingerprint {fingerprint}")


def _parameters(console: Console, parameters: tuple[Parameter, ...]) -> None:
    console.print("\n[bold]Parameters[/bold]")
    if not parameters:
        console.print("  none")
    for parameter in parameters:
        default = "must be given" if parameter.required else f"default {parameter.default!r}"
        choices = f"; one of {', '.join(map(repr, parameter.choices))}" if parameter.choices else ""
        console.print(f"  {parameter.name} ({default}{choices})", markup=False)
        console.print(Padding(escape(parameter.note), (0, 0, 0, 4)))


def _describe_indicator(console: Console, indicator: Indicator) -> None:
    console.print(f"[bold]{indicator.number}  {indicator.title}[/bold]  ({indicator.name})")
    rows = [
        ("Definition", indicator.definition),
        ("Note", indicator.note),
        ("Direction", f"{direction_of(indicator.direction)}. {indicator.hoped_for}"),
        ("Caveat", indicator.caveat),
        ("Unintended", indicator.unintended_consequences),
        ("Data quality", indicator.data_quality),
        ("Elsewhere", indicator.crosswalk),
        ("Measures", ", ".join(measure.id for measure in indicator.measures) or "none is computed yet"),
    ]
    _facts(console, rows)


def _facts(console: Console, rows: list[tuple[str, Any]]) -> None:
    table = plain_table("", "")
    table.show_header = False
    right(table, 0)
    for name, text in rows:
        if text:
            table.add_row(f"[bold]{name}[/bold]", escape(str(text)))
    console.print(table)
