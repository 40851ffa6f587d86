"""What any result must look like: each check gives what is wrong, and nothing where all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import csc_outcomes as csc
from catalogued import OF_SSDA903
from csc_outcomes.definitions.measure import Kind, Status, When
from csc_outcomes.engine.breakdowns import BREAKDOWNS, UNKNOWN

from .expected import STATISTICS

if TYPE_CHECKING:
    from collections.abc import Sequence

CATALOGUE = {measure.id: measure for measure in OF_SSDA903}
NAMES = {when: [m.id for m in CATALOGUE.values() if m.when is when] for when in When}
PLACE = ["measure", "window", "area", "breakdown", "group"]
NUMBERS = ["numerator", "denominator", "value", "lower", "upper"]

Tables = dict[str, Any]
Windows = dict[When, list[csc.Window]]


def areas_of(tables: Tables) -> list[str]:
    """Codes of the authorities in the tables of the returns."""
    return sorted(
        set().union(*(set(t["LA"].to_list()) for name, t in tables.items() if name.startswith("ssda903")))
    )


def off_the_grid(frame: pd.DataFrame, tables: Tables, windows: Windows, by: Sequence[str]) -> list[Any]:
    """Every measure, window, area and group is there exactly once, and nothing else."""
    areas = ["all", *(areas_of(tables) if "LA" in by else [])]
    wanted = [
        (name, window.label, area, *group)
        for when, names in NAMES.items()
        for name in names
        for window in windows[when]
        for area in areas
        for group in groups_of(name, by)
    ]
    found = list(frame[PLACE].itertuples(index=False, name=None))
    return sorted(set(wanted) ^ set(found)) + ([] if len(found) == len(set(found)) else ["rows twice"])


def groups_of(name: str, by: Sequence[str]) -> list[tuple[str, str]]:
    """Breakdowns and groups of the rows of a measure."""
    measure = CATALOGUE[name]
    rows = [("all", "all")]
    for asked in by:
        if asked == "LA":
            continue
        groups = [""]
        for part in asked.split(" x "):
            own = [*BREAKDOWNS[part].groups, UNKNOWN]
            groups = [f"{before} x {group}" if before else group for before in groups for group in own]
        rows += [(asked, group) for group in groups]
    if measure.kind is not Kind.DISTRIBUTION:
        return rows
    return [*(rows if measure.headline else []), *(("statistic", name) for name in STATISTICS)]


def ill_stated(frame: pd.DataFrame) -> pd.DataFrame:
    """Statuses are of the closed list, and say truly which numbers are there."""
    forward = frame["measure"].map(lambda name: bool(CATALOGUE[name].followup_months))
    has = {
        name: frame[name].notna() & np.isfinite(frame[name]) for name in ("numerator", "denominator", "value")
    }
    # Residents of a group that the file does not have outrank an authority that cannot answer (precedence).
    area = ["measure", "window", "area"]
    totals = (
        frame[frame["breakdown"].isin(["all", "statistic"])].drop_duplicates(area).set_index(area)["status"]
    )
    own = totals.loc[list(frame[area].itertuples(index=False, name=None))].to_numpy()
    answered = pd.Series(~np.isin(own, ["no_data", "incomplete"]), index=frame.index)
    nothing = ~has["numerator"] & ~has["denominator"] & ~has["value"]
    kind = frame["measure"].map(lambda name: CATALOGUE[name].kind)
    counted = has["numerator"] & (has["denominator"] | (kind == Kind.COUNT))
    empty = frame["denominator"] == 0
    right = {
        Status.OK: has["value"] & counted & ~empty,
        Status.UNDEFINED: ~has["value"] & empty,
        Status.NO_POPULATION: ~has["value"] & ~has["denominator"] & (has["numerator"] == answered),
        Status.NO_DATA: nothing,
        Status.INCOMPLETE: nothing | (forward & has["denominator"] & (has["value"] != empty)),
    }
    fine = pd.Series(False, index=frame.index)
    for status, condition in right.items():
        fine |= (frame["status"] == status.value) & condition
    limits = frame["lower"].notna() == frame["upper"].notna()
    named = (frame["interval"] != "") == frame["lower"].notna()
    return frame[~(fine & limits & named & (frame["lower"].isna() | has["value"]))]


def out_of_bounds(frame: pd.DataFrame) -> pd.DataFrame:
    """Counts are whole and not negative, shares lie in 0 to 100, limits around their value."""
    kind = frame["measure"].map(lambda name: CATALOGUE[name].kind)
    share, net = kind == Kind.PROPORTION, frame["measure"] == "cla_net_change_number"
    whole = frame["numerator"].isna() | (frame["numerator"] % 1 == 0) | (kind == Kind.DISTRIBUTION)
    # Limits of a mean by the t distribution may lie below 0; a mean itself may not.
    low = frame[["numerator", "denominator", "value"]].min(axis=1) < 0
    low |= (frame["lower"] < 0) & (frame["interval"] != "t")
    above = share & (
        (frame[["value", "lower", "upper"]].max(axis=1) > 100) | (frame["numerator"] > frame["denominator"])
    )
    apart = (frame["lower"] > frame["value"] + 1e-9) | (frame["upper"] < frame["value"] - 1e-9)
    return frame[~whole | (low & ~net) | above | apart]


def not_the_quotient(frame: pd.DataFrame) -> pd.DataFrame:
    """value = per x numerator / denominator on every row with a value; a number is its own numerator."""
    per = frame["measure"].map(lambda name: CATALOGUE[name].per)
    number = frame["measure"].map(lambda name: CATALOGUE[name].kind is Kind.COUNT)
    value = (per * frame["numerator"] / frame["denominator"].where(~number, 1.0)).where(
        frame["value"].notna()
    )
    right = np.isclose(value, frame["value"], rtol=1e-12, atol=1e-9) | frame["value"].isna()
    return frame[~(right & (frame["denominator"].isna() | ~number))]


def _sums(parts: pd.DataFrame, keys: list[str], column: str) -> pd.Series[float]:
    return parts.groupby(keys, sort=False)[column].sum(min_count=1)


def _adds_up(name: str, breakdown: str, column: str) -> bool:
    """Whether parts add up to the whole: a median's numerator does not, nor those of other statistics."""
    measure = CATALOGUE[name]
    if measure.kind is not Kind.DISTRIBUTION or column == "denominator":
        return True
    return breakdown != "statistic" and measure.headline == "mean"


def areas_that_do_not_add_up(frame: pd.DataFrame) -> list[Any]:
    """Numerators and denominators of the authorities make those of all, wherever all of them have some."""
    keys = ["measure", "window", "breakdown", "group"]
    whole, parts = (frame[(frame["area"] == "all") == total].set_index(keys) for total in (True, False))
    wrong: list[Any] = []
    for column in ("numerator", "denominator"):
        known = parts[column].groupby(level=keys, sort=False).agg(["sum", "count", "size"])
        joined = whole.join(known)
        fits = np.isclose(joined[column], joined["sum"], rtol=1e-12) | joined[column].isna()
        fits &= joined[column].isna() | (joined["count"] == joined["size"]) | (joined["count"] == 0)
        wrong += [place for place in joined.index[~fits] if _adds_up(place[0], place[2], column)]
    for name, choose in (("min", "min"), ("max", "max")):
        place = ("statistic", name)
        total = whole[
            (whole.index.get_level_values(2) == place[0]) & (whole.index.get_level_values(3) == name)
        ]
        own = parts.loc[parts.index.isin(total.index), "value"].groupby(level=keys).agg(choose)
        wrong += list(total.index[~((total["value"] == own.reindex(total.index)) | total["value"].isna())])
    return wrong


def groups_that_do_not_add_up(frame: pd.DataFrame) -> list[Any]:
    """Numerators and denominators of the groups of every breakdown make those of the total.

    Residents are known by age and sex at most, and never of unknown age; where they are known for any group
    they add up too.
    """
    keys = ["measure", "window", "area"]
    whole = frame[frame["breakdown"] == "all"].set_index(keys)
    parts = frame[~frame["breakdown"].isin(["all", "statistic"])]
    wrong: list[Any] = []
    for column in ("numerator", "denominator"):
        sums = _sums(parts, [*keys, "breakdown"], column).rename("sum").reset_index(level="breakdown")
        joined = whole[[column]].join(sums, how="right")
        nothing = joined["sum"].isna() & joined[column].isna()
        if column == "denominator":
            resident = joined.index.get_level_values(0).map(lambda name: bool(CATALOGUE[name].population))
            nothing |= joined["sum"].isna() & resident
        fits = np.isclose(joined[column], joined["sum"], rtol=1e-12) | nothing
        lost = joined.index[~fits]
        wrong += [(*place, column) for place in lost if _adds_up(place[0], "all", column)]
    return wrong


def faults(frame: pd.DataFrame, tables: Tables, windows: Windows, by: Sequence[str]) -> dict[str, str]:
    """Everything that is wrong with a result, by name of the check."""
    found = {
        "grid": off_the_grid(frame, tables, windows, by),
        "statuses": ill_stated(frame),
        "bounds": out_of_bounds(frame),
        "quotient": not_the_quotient(frame),
        "areas": areas_that_do_not_add_up(frame),
        "groups": groups_that_do_not_add_up(frame),
    }
    return {name: shown(wrong) for name, wrong in found.items() if len(wrong)}


def shown(wrong: Any) -> str:
    """The first few of what is wrong, in full."""
    if isinstance(wrong, pd.DataFrame):
        known = [name for name in (*PLACE, *NUMBERS, "interval", "status") if name in wrong]
        extra = [name for name in wrong if name.endswith(" after")]
        return f"{len(wrong)} rows\n{wrong.head(8)[known + extra].to_string()}"
    return f"{len(wrong)}: {wrong[:8]}"


def differences(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """The rows that are not the same in both results, number for number and in the same order; '' if all are."""
    if not before[PLACE].equals(after[PLACE]):
        return shown(pd.concat([before, after])[PLACE].drop_duplicates(keep=False))
    same = (before == after) | (before.isna() & after.isna())
    wrong = before[~same.all(axis=1)].join(after[[*NUMBERS, "status"]].add_suffix(" after"))
    return shown(wrong) if len(wrong) else ""
