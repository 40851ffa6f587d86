"""`demo`: the whole way once, on invented data with effects of known size."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csc_outcomes.cli.calculating import write, write_csv
from csc_outcomes.cli.options import Folder, wrong_folder
from csc_outcomes.cli.screen import number, out, places_of, plain_table, progress, right, span

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from csc_outcomes.definitions.measure import Measure
    from csc_outcomes.engine.data import Data
    from csc_outcomes.engine.result import Result
    from csc_outcomes.synthetic import Authority, LocalEffect

GO_LIVE = dt.date(2022, 4, 1)
GO_LIVE_WORDS = "1 April 2022"
YEARS = range(2020, 2025)
SEED = 5
ENTRIES = 0.7
"""From the go-live on, the first authority has this share of the entries to care that it would have had."""
SDQ, ARRESTS = -3.0, 0.5
"""What the project does in its intervention arm: points of the SDQ added, and what arrests are multiplied by."""

HEADLINES = (
    "cla_starts_rate_10k",
    "return_home_share_leavers_pct",
    "rereferral_pct",
    "residential_share_dfe_pct",
    "placed_inside_la_pct",
    "placements_3plus_pct",
    "yp_arrested_pct",
    "gang_self_report_pct",
    "care_leaver_suitable_accom_pct",
    "missing_children_pct",
    "ae_attendance_rate",
    "cse_factor_assessment_pct",
    "care_leaver_eet_19_21_pct",
    "avg_caseload_fte",
    "placement_spend_per_cla_day",
    "cyrm_total_mean",
    "sdq_mean",
    "cla_health_assessment_pct",
    "adolescent_same_placement_12m_pct",
    "relationship_satisfaction_pct",
    "one_good_friend_pct",
    "vacancy_rate_fte_pct",
    "job_satisfaction_pct",
    "training_reach_pct",
)
"""One measure of each of the 24 outcomes, in their order."""
CENSUS = ("avg_caseload_fte", "vacancy_rate_fte_pct")
"""Those of the workforce census, which is of 30 September."""
CENSUS_DAYS = ("2021-09-30", "2023-09-30")
"""The last census before the go-live, and the first one after a whole year of it."""
ARMS = ("sdq_paired_change", "yp_arrested_pct")
"""Measures by which the arms of the project are compared."""
COMPARISON, INTERVENTION = "comparison", "intervention"
INPUTS, LOCAL, RESULTS = "inputs", "local", "results.json"


def demo(folder: Folder = Path("demo")) -> None:
    """Try it: invent three authorities over five years, read their files, compare before with after.

    Writes the invented returns and local tables (inputs), results.csv, results.json, comparison.csv, arms.csv
    and notes.csv.
    """
    import csc_outcomes as csc

    # An earlier demo may be written over; anything else is left alone.
    if folder.exists() and not (folder / INPUTS).is_dir():
        wrong_folder(folder)
    invented = authorities()
    _make_inputs(folder / INPUTS, invented)
    with progress("Reading") as step:
        data = csc.read(folder / INPUTS, progress=step)
    with progress("Calculating", total=len(HEADLINES) + 2 * len(ARMS)) as step:
        result, comparison = figures(data, step)
        arms = arms_compared(data, step)
    write(result, folder / RESULTS)
    write_csv(result.frame, folder / "results.csv")
    write_csv(result.notes, folder / "notes.csv")
    write_csv(comparison, folder / "comparison.csv")
    write_csv(arms, folder / "arms.csv")
    show(out(), folder, invented, comparison, arms)


# ---- what is invented ---------------------------------------------------------------------------------


def authorities() -> list[Authority]:
    """Three invented authorities; fewer children enter care in the first from the go-live on."""
    from csc_outcomes.synthetic import Authority, Effect

    return [
        Authority("E06900001", 120_000, effect=Effect(start=GO_LIVE, entries=ENTRIES), name="Ashcombe"),
        Authority("E06900002", 90_000, rate_scale=1.2, name="Brackenby"),
        Authority("E06900003", 150_000, rate_scale=0.8, name="Calderwick"),
    ]


def project() -> LocalEffect:
    """What the invented project changes for the children of its intervention arm."""
    from csc_outcomes.synthetic import LocalEffect

    return LocalEffect(sdq=SDQ, arrests=ARRESTS)


def _make_inputs(folder: Path, invented: list[Authority]) -> None:
    from csc_outcomes.synthetic import synthesise, synthesise_local, write_local

    with progress("Inventing"):
        made = synthesise(invented, list(YEARS), seed=SEED)
        local = synthesise_local(made, GO_LIVE, effect=project(), seed=SEED)
    folder.mkdir(parents=True, exist_ok=True)
    with progress("Writing"):
        made.write(folder, format="csv")
        made.population_by_age.write_csv(folder / "population_by_age.csv")
        write_local(local, folder / LOCAL)


# ---- what is calculated -------------------------------------------------------------------------------


def figures(data: Data, step: Callable[[str], None] | None = None) -> tuple[Result, pd.DataFrame]:
    """Every headline by authority, before and after, and the one compared with the other."""
    import pandas as pd

    import csc_outcomes as csc
    from csc_outcomes.engine.result import Result

    of_year = [name for name in HEADLINES if name not in CENSUS]
    results = [
        csc.calculate(list(names), data, windows, by=["LA"], progress=step)
        for names, windows in ((of_year, csc.Windows.around(GO_LIVE)), (CENSUS, census_windows()))
    ]
    frame, notes, comparison = (
        _in_order(pd.concat(parts, ignore_index=True))
        for parts in (
            [result.frame for result in results],
            [result.notes for result in results],
            [result.compare("baseline", "follow_up") for result in results],
        )
    )
    return Result(frame, notes), comparison


def census_windows() -> Any:
    """The years to the two days of the workforce census."""
    import csc_outcomes as csc

    before, after = CENSUS_DAYS
    return csc.Windows.of(
        [csc.Window.year_to(before, label="baseline"), csc.Window.year_to(after, label="follow_up")]
    )


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of the headlines."""
    place = frame["measure"].map({name: position for position, name in enumerate(HEADLINES)})
    return frame.loc[place.sort_values(kind="stable").index].reset_index(drop=True)


def arms_compared(data: Data, step: Callable[[str], None] | None = None) -> pd.DataFrame:
    """The intervention arm against the comparison arm in the year after the go-live."""
    import csc_outcomes as csc

    after = csc.Windows.around(GO_LIVE)["follow_up"]
    first, second = (
        csc.calculate(
            list(ARMS),
            data,
            after,
            by=["LA"],
            parameters={"arm": arm, "sdq_paired_change": {"informant": "carer"}},
            progress=step,
        )
        for arm in (COMPARISON, INTERVENTION)
    )
    return csc.compare(first, second)


# ---- what is shown ------------------------------------------------------------------------------------


def show(
    console: Console, folder: Path, invented: list[Authority], comparison: pd.DataFrame, arms: pd.DataFrame
) -> None:
    """One table for each outcome, with what a rise and a fall can mean; then the arms of the project."""
    import csc_outcomes as csc

    names = {authority.code: authority.name for authority in invented}
    console.print(_introduction(names))
    for name in HEADLINES:
        rows = comparison[(comparison["measure"] == name) & (comparison["breakdown"] == "all")]
        console.print(_outcome_table(csc.measure(name), names, rows))
        console.print(rows["caveat"].iloc[0] + "\n", markup=False)
    for name in ARMS:
        console.print(_arms_table(csc.measure(name), names, arms[arms["measure"] == name]))
    console.print(
        "Arrests fall from the day on which each child joins: a year that holds days before shows less.\n\n"
        f"Written to {folder}: results.csv and results.json (exact values with limits), comparison.csv, arms.csv, "
        "notes.csv (what was left out, and why), and in inputs the invented returns and, in inputs/local, the local "
        "tables.\n"
        "Next: csc-outcomes describe cla_starts_rate_10k",
        markup=False,
    )


def _introduction(names: dict[str, str]) -> str:
    """What is invented, what is known of it, and what the columns hold."""
    listed = ", ".join(f"{name} ({code})" for code, name in names.items())
    changed = next(iter(names.values()))
    days = " and ".join(day[:4] for day in CENSUS_DAYS)
    return (
        "[bold]These data are invented: no child, family, worker or authority in them exists.[/bold]\n"
        f"Authorities: {listed}.\n\n"
        "What is known of them:\n"
        f"- From {GO_LIVE_WORDS} on, {ENTRIES:.0%} as many children enter care in {changed} as would have.\n"
        "- A project begins on that day in all three. In its intervention arm, and not in its comparison arm, the "
        f"SDQ moves by {SDQ:+.0f} points, and arrests are {ARRESTS:.0%} of what they would be.\n"
        "- In both arms alike, whoever fills in a questionnaire again reports a little less difficulty; and the "
        "project trains its staff. Nothing else was changed.\n\n"
        f"Baseline: the 12 months before {GO_LIVE_WORDS}; follow-up: the 12 months from it. A figure about a day is "
        "that of the last day. Outcomes 14 and 22 are of the workforce census on 30 September, here of "
        f"{days}. In brackets: 95% limits of the change, where it has limits; about one comparison in twenty looks "
        "clear by chance alone. Higher and lower are no judgement.\n"
    )


def _outcome_table(measure: Measure, names: dict[str, str], rows: pd.DataFrame) -> Table:
    """One measure of an outcome: a row for each authority."""
    import csc_outcomes as csc

    outcome = csc.catalogue().indicator_of(measure.id)
    title = f"{outcome.number}. {outcome.title}\n{_label(measure)}"
    table = _change_table(title, "baseline", "follow-up")
    for row in rows[rows["area"] != "all"].to_dict("records"):
        table.add_row(names[row["area"]], *_cells(row, measure))
    return table


def _arms_table(measure: Measure, names: dict[str, str], rows: pd.DataFrame) -> Table:
    """The arms of the project by one measure: all authorities together, then each."""
    table = _change_table(f"The project, follow-up: {_label(measure)}", COMPARISON, INTERVENTION)
    for row in rows.to_dict("records"):
        table.add_row(names.get(row["area"], "all three"), *_cells(row, measure))
    return table


def _change_table(title: str, first: str, second: str) -> Table:
    table = plain_table("authority", first, second, "change", f"{second} is", title=title)
    right(table, 1, 2, 3)
    return table


def _label(measure: Measure) -> str:
    """The label, with the unit where it does not say it itself."""
    from csc_outcomes.definitions.units import label

    unit = label(measure.unit)
    return f"{measure.label}, {unit}" if unit.startswith(("%", "pounds")) else measure.label


def _cells(row: dict[Any, Any], measure: Measure) -> tuple[str, str, str, str]:
    places = places_of(measure)
    first, second = row["first_value"], row["second_value"]
    return number(first, places), number(second, places), change(row, measure), row["verdict"]


def change(row: dict[Any, Any], measure: Measure) -> str:
    """The ratio where it has limits, otherwise the difference; with its limits."""
    ratio = span(row["ratio_lower"], row["ratio_upper"], 2)
    if ratio:
        return f"x {number(row['ratio'], 2)} ({ratio})"
    places = places_of(measure)
    shown = number(row["difference"], places)
    if shown == "-":
        return shown
    sign = "" if shown.startswith("-") else "+"
    limits = span(row["difference_lower"], row["difference_upper"], places)
    return f"{sign}{shown}" + (f" ({limits})" if limits else "")
