"""`demo`: the whole way once, on invented data with an effect of known size."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csc_outcomes.cli.calculating import write, write_csv
from csc_outcomes.cli.options import Folder, wrong_folder
from csc_outcomes.cli.screen import number, out, places_of, plain_table, progress, right, span

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from csc_outcomes.definitions.measure import Measure
    from csc_outcomes.engine.result import Result
    from csc_outcomes.synthetic import Authority

GO_LIVE = dt.date(2022, 4, 1)
GO_LIVE_WORDS = "1 April 2022"
YEARS = range(2020, 2025)
SEED = 5
ENTRIES = 0.7
"""From the go-live on, the first authority has this share of the entries to care that it would have had."""

HEADLINES = (
    "cla_starts_rate_10k",
    "cla_stock_rate_10k",
    "return_home_share_leavers_pct",
    "return_home_reentry_pct",
    "residential_share_dfe_pct",
    "placed_inside_la_pct",
    "placements_3plus_pct",
    "placement_moves_per_100_care_years",
    "missing_children_pct",
    "missing_incidents_per_100_care_years",
    "care_leaver_eet_19_21_pct",
    "sdq_mean",
)
INPUTS, RESULTS = "inputs", "results.json"


def demo(folder: Folder = Path("demo")) -> None:
    """Try it: invent three authorities over five years, read their files, compare before with after.

    Writes the invented returns (inputs), results.csv, results.json, comparison.csv and notes.csv.
    """
    import csc_outcomes as csc

    # An earlier demo may be written over; anything else is left alone.
    if folder.exists() and not (folder / INPUTS).is_dir():
        wrong_folder(folder)
    invented = authorities()
    _make_inputs(folder / INPUTS, invented)
    with progress("Reading") as step:
        data = csc.read(folder / INPUTS, progress=step)
    windows = csc.Windows.around(GO_LIVE)
    with progress("Calculating", total=len(HEADLINES)) as step:
        result = csc.calculate(list(HEADLINES), data, windows, by=["LA"], progress=step)
    comparison = result.compare("baseline", "follow_up")
    write(result, folder / RESULTS)
    write_csv(result.frame, folder / "results.csv")
    write_csv(result.notes, folder / "notes.csv")
    write_csv(comparison, folder / "comparison.csv")
    _show(out(), folder, invented, result, comparison)


def authorities() -> list[Authority]:
    """Three invented authorities; fewer children enter care in the first from the go-live on."""
    from csc_outcomes.synthetic import Authority, Effect

    return [
        Authority("E06900001", 120_000, effect=Effect(start=GO_LIVE, entries=ENTRIES), name="Ashcombe"),
        Authority("E06900002", 90_000, rate_scale=1.2, name="Brackenby"),
        Authority("E06900003", 150_000, rate_scale=0.8, name="Calderwick"),
    ]


def _make_inputs(folder: Path, invented: list[Authority]) -> None:
    from csc_outcomes.synthetic import synthesise

    with progress("Inventing"):
        made = synthesise(invented, list(YEARS), seed=SEED)
    folder.mkdir(parents=True, exist_ok=True)
    with progress("Writing"):
        made.write(folder, format="csv")


# ---- what is shown ------------------------------------------------------------------------------------


def _show(
    console: Console, folder: Path, invented: list[Authority], result: Result, comparison: pd.DataFrame
) -> None:
    import csc_outcomes as csc

    measures = {name: csc.catalogue()[name] for name in HEADLINES}
    console.print(
        "[bold]These data are invented: no child, family or authority in them exists.[/bold]\n"
        f"The known effect: from {GO_LIVE_WORDS} on, {ENTRIES:.0%} as many children enter care in "
        f"{invented[0].name} as would have.\n"
        "Nothing else was changed, there or in the two other authorities.\n"
        f"Baseline: the 12 months before {GO_LIVE_WORDS}; follow-up: the 12 months from it.\n"
        "A figure about a day is that of the last day. Beneath each figure: its 95% limits.\n"
    )
    for authority in invented:
        rows = comparison[comparison["area"] == authority.code]
        console.print(_authority_table(authority, rows, result.frame, measures))
    pairs = len(comparison[comparison["area"] != "all"])
    console.print(
        f"Of {pairs} comparisons about one in twenty looks clear by chance alone. Higher and lower are no "
        "judgement:"
    )
    for caveat, labels in _caveats(comparison, measures).items():
        console.print(f"\n[bold]{'; '.join(labels)}[/bold]")
        console.print(caveat, markup=False)
    console.print(
        f"\nWritten to {folder}: results.csv and results.json (exact values), comparison.csv, notes.csv (what "
        "was left out, and why) and the invented returns in inputs.\n"
        "Next: csc-outcomes describe cla_starts_rate_10k",
        markup=False,
    )


def _authority_table(
    authority: Authority, rows: pd.DataFrame, frame: pd.DataFrame, measures: dict[str, Measure]
) -> Table:
    effect = f"{ENTRIES:.0%} of its entries from {GO_LIVE_WORDS}" if authority.effect else "nothing changed"
    title = f"{authority.name} ({authority.code}, invented): {effect}"
    table = plain_table("measure", "baseline", "follow-up", "change", "follow-up is", title=title)
    right(table, 1, 2, 3)
    table.leading = 1
    table.columns[4].max_width = 12
    own = frame[(frame["area"] == authority.code) & (frame["breakdown"] == "all")]
    figures = own.set_index(["measure", "window"]).to_dict("index")
    for row in rows[rows["breakdown"] == "all"].to_dict("records"):
        measure = measures[row["measure"]]
        places = places_of(measure)
        cells = (figures[measure.id, row[side]] for side in ("first", "second"))
        shown = [
            f"{number(cell['value'], places)}\n{span(cell['lower'], cell['upper'], places)}" for cell in cells
        ]
        table.add_row(measure.label, *shown, change(row, measure), row["verdict"])
    return table


def change(row: dict[Any, Any], measure: Measure) -> str:
    """The ratio where it has limits, otherwise the difference; its limits on a second line."""
    ratio = span(row["ratio_lower"], row["ratio_upper"], 2)
    if ratio:
        return f"x {number(row['ratio'], 2)}\n{ratio}"
    places = places_of(measure)
    shown = number(row["difference"], places)
    if shown == "-":
        return shown
    sign = "" if shown.startswith("-") else "+"
    unit = " points" if measure.unit == "percent" else ""
    return f"{sign}{shown}{unit}\n{span(row['difference_lower'], row['difference_upper'], places)}"


def _caveats(comparison: pd.DataFrame, measures: dict[str, Measure]) -> dict[str, list[str]]:
    """Each caveat once, with the measures that it belongs to."""
    pairs = comparison[["measure", "caveat"]].drop_duplicates()
    found: dict[str, list[str]] = {}
    for name, caveat in pairs.itertuples(index=False, name=None):
        found.setdefault(caveat, []).append(measures[name].label)
    return found
