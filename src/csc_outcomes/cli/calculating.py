"""`calculate`: measures over windows, on the screen or in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from csc_outcomes.cli import options
from csc_outcomes.cli.options import (
    Authority,
    OutFile,
    Paths,
    Population,
    Postcodes,
    Year,
    read_data,
    wrong_use,
)
from csc_outcomes.cli.screen import number, out, places_of, plain_table, progress, remark, right, span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from rich.console import Console

    from csc_outcomes.definitions.measure import Measure
    from csc_outcomes.engine.result import Result

ANSWERS = ("ok", "undefined", "low_precision")
"""Statuses with which the data have answered; a denominator of zero is an answer."""
SHOWN_NOTES = ("status", "exclusion", "population", "cohort")


def calculate(
    paths: Paths,
    measure: Annotated[
        list[str], typer.Option("--measure", metavar="ID", help="Id of a measure; repeatable.")
    ],
    window: Annotated[
        list[str], typer.Option("--window", metavar="SPEC", help=f"{options.WINDOW_FORMS}; repeatable.")
    ],
    by: Annotated[
        list[str],
        typer.Option("--by", metavar="NAME", help='LA, age_band, sex ... or "age_band x sex"; repeatable.'),
    ] = [],  # noqa: B006  typer makes a new list from it for every call
    parameter: Annotated[
        list[str],
        typer.Option("--parameter", metavar="NAME=VALUE", help="For one measure: ID.NAME=VALUE; repeatable."),
    ] = [],  # noqa: B006
    population: Population = None,
    la: Authority = None,
    year: Year = None,
    postcodes: Postcodes = None,
    destination: OutFile = None,
) -> None:
    """Compute measures over windows.

    Without --out the figures are shown, rounded for display. Nothing is suppressed: what is shown or written
    is for those who may see the data.
    """
    import csc_outcomes as csc

    catalogue = csc.catalogue()
    chosen = _chosen(measure)
    windows = options.read_windows(window)
    parameters = options.read_parameters(parameter, chosen)
    _check_use(chosen, windows, destination)
    data = read_data(paths, la, year, population, postcodes)
    with progress("Calculating", total=len(chosen)) as step:
        result = csc.calculate(measure, data, windows, by=by, parameters=parameters, progress=step)
    if destination is None:
        for one in chosen:
            _show(out(), result, one, catalogue.indicator_of(one.id).caveat_of(one))
    else:
        write(result, destination)
        remark(f"{len(result.frame)} rows written to {destination}")
    unanswered = _unanswered(result)
    if unanswered:
        remark("The data cannot answer:\n" + "\n".join(f"- {text}" for text in unanswered))
        raise typer.Exit(1)


def _chosen(ids: Sequence[str]) -> list[Measure]:
    import csc_outcomes as csc
    from csc_outcomes.errors import unknown

    catalogue = csc.catalogue()
    strangers = [name for name in ids if name not in catalogue]
    if strangers:
        raise unknown("measure", strangers, [one.id for one in catalogue])
    return [catalogue[name] for name in dict.fromkeys(ids)]


def _check_use(chosen: Sequence[Measure], windows: Any, destination: Path | None) -> None:
    """Refuse what no data could make right, before any file is read."""
    from csc_outcomes.engine.cover import window_problems
    from csc_outcomes.errors import all_at_once

    with wrong_use("--window"):
        problems = [text for one in chosen for text in window_problems(one, list(windows), cohort=False)]
        all_at_once("cannot calculate", problems)
    if destination is not None:
        if destination.suffix.lower() not in (".csv", ".json"):
            raise typer.BadParameter("needed a name that ends in .csv or .json", param_hint="--out")
        if not destination.parent.is_dir():
            raise typer.BadParameter(f"there is no folder {destination.parent}", param_hint="--out")


def write(result: Result, destination: Path) -> None:
    """Write exact values: JSON with the notes, or CSV with the notes in a file beside it."""
    if destination.suffix.lower() == ".json":
        destination.write_text(result.to_json(), encoding="utf-8")
        return
    write_csv(result.frame, destination)
    write_csv(result.notes, destination.with_name(f"{destination.stem}_notes.csv"))


def write_csv(frame: pd.DataFrame, destination: Path) -> None:
    """One frame as CSV: floats with all their digits, missing as blank."""
    frame.to_csv(destination, index=False, encoding="utf-8", lineterminator="\n")


def _show(console: Console, result: Result, measure: Measure, caveat: str) -> None:
    from csc_outcomes.definitions.units import label

    unit = label(measure.unit)
    table = plain_table(
        "window", "area", "breakdown", "group", "numerator", "denominator", unit, "95% limits", "status",
        title=f"{measure.label} ({measure.id}, version {measure.version})",
    )  # fmt: skip
    right(table, 4, 5, 6, 7)
    table.columns[8].no_wrap = True
    places = places_of(measure)
    frame = result.frame
    for row in frame[frame["measure"] == measure.id].to_dict("records"):
        table.add_row(
            row["window"], row["area"], row["breakdown"], row["group"],
            number(row["numerator"], 0), number(row["denominator"], 0), number(row["value"], places),
            span(row["lower"], row["upper"], places), row["status"],
        )  # fmt: skip
    console.print(table)
    notes = result.notes
    for note in notes[notes["measure"].eq(measure.id) & notes["kind"].isin(SHOWN_NOTES)].to_dict("records"):
        count = f"{note['count']:,} " if note["count"] else ""
        area = "" if note["area"] == "all" else note["area"]
        where = " ".join(part for part in (note["window"], area) if part)
        console.print(f"  {where}: {count}{note['text']}", markup=False)
    console.print(f"  {caveat}\n", markup=False)


def _unanswered(result: Result) -> list[str]:
    """Measures that have, for a window, no row with an answer; with the reasons."""
    frame, notes = result.frame, result.notes
    answered = frame["status"].isin(ANSWERS) | frame["value"].notna()
    found = []
    for pair, rows in answered.groupby([frame["measure"], frame["window"]], sort=False):
        if rows.any():
            continue
        name, window = map(str, pair)
        mine = notes["measure"].eq(name) & notes["window"].eq(window) & notes["kind"].eq("status")
        whole = notes[mine & notes["area"].eq("all")]["text"]
        why = "; ".join(dict.fromkeys(whole)) or "no figure"
        found.append(f"{name}, {window}: {why}")
    return found
