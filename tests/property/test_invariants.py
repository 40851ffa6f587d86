"""What must hold for every measure at once, whatever the data: on drawn histories and on invented returns."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import csc_outcomes as csc
from csc_outcomes.definitions.measure import Kind, Status, When
from csc_outcomes.engine.breakdowns import BREAKDOWNS, UNKNOWN
from csc_outcomes.synthetic import synthesise
from reference.base import Returns, key_of, year_end
from reference.care import by_child, care_rows, periods_of_care

from .drawn import as_pandas, as_polars, examples, frames, several_returns
from .expected import STATISTICS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reference.base import Key

CATALOGUE = {measure.id: measure for measure in csc.catalogue()}
NAMES = {when: [m.id for m in CATALOGUE.values() if m.when is when] for when in When}
SINGLE = [name for name in BREAKDOWNS if name != "arm"]
CROSSED = "age_band x sex"
PLACE = ["measure", "window", "area", "breakdown", "group"]
NUMBERS = ["numerator", "denominator", "value", "lower", "upper"]

Tables = dict[str, Any]
Windows = dict[When, list[csc.Window]]


# ---- results --------------------------------------------------------------------------------------------


def year_to(year: int) -> csc.Window:
    return csc.Window.year_to(year_end(year))


WINDOWS: Windows = {
    When.DAY: [csc.Window.snapshot("2023-03-31"), csc.Window("2023-03-01", "2024-02-29")],
    When.PERIOD: [
        year_to(2023),
        year_to(2024),
        csc.Window("2021-12-25", "2023-06-14"),
        csc.Window("2023-01-01", "2023-03-31"),
    ],
    When.RETURN_YEAR: [year_to(2023), csc.Window.snapshot("2024-03-31")],
}


def figures(
    tables: Tables, windows: Windows, by: Sequence[str] = ("LA",), leave: Sequence[str] = ()
) -> pd.DataFrame:
    """All measures (but those to leave) over the windows that suit them, as one table."""
    data = csc.Data(tables)
    results = []
    for when, names in NAMES.items():
        asked = [name for name in names if name not in leave]
        if asked and windows[when]:
            results.append(csc.calculate(asked, data, windows[when], by=list(by)).frame)
    return pd.concat(results, ignore_index=True)


@cache
def invented() -> Tables:
    """About 300 children on a day in three authorities, five returns, with residents by age and sex."""
    made = synthesise(3, years=range(2020, 2025), children=300, seed=20)
    return {**made.tables, "population": made.population_by_age}


@cache
def invented_figures() -> pd.DataFrame:
    return figures(invented(), WINDOWS, ["LA", *SINGLE, CROSSED])


def areas_of(tables: Tables) -> list[str]:
    """Codes of the authorities in the tables of the returns."""
    return sorted(
        set().union(*(set(t["LA"].to_list()) for name, t in tables.items() if name.startswith("ssda903")))
    )


# ---- what one result must look like ---------------------------------------------------------------------
# Each check gives the rows that are wrong; an empty frame, or list, is a pass.


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


FORWARD = {name for name, measure in CATALOGUE.items() if measure.followup_months}


@examples(6, long=400)
@given(several_returns(), st.lists(st.sampled_from([*SINGLE, CROSSED]), min_size=1, max_size=2, unique=True))
def test_results_on_drawn_histories_are_sound(returns: Returns, groups: list[str]) -> None:
    tables, by = frames(described(returns)), ["LA", *groups]
    assert faults(figures(tables, WINDOWS, by), tables, WINDOWS, by) == {}


def test_results_on_invented_returns_are_sound() -> None:
    by = ["LA", *SINGLE, CROSSED]
    frame = invented_figures()
    assert faults(frame, invented(), WINDOWS, by) == {}
    assert set(frame["status"]) == {"ok", "undefined", "no_population", "incomplete"}
    assert (
        set(frame.loc[(frame["value"] > 0) & (frame["status"] == "ok"), "measure"])
        == set(CATALOGUE) - FORWARD
    )
    # Every group occurs somewhere, or its sum would prove nothing.
    total = frame[frame["numerator"] > 0].groupby("breakdown")["group"].nunique()
    assert (total[SINGLE] >= 2).all()


def described(returns: Returns) -> Returns:
    """The same histories, with sex, ethnicity and need that differ between children."""
    sexes, origins, needs = (
        ("1", "2", None, "M", "F"),
        ("WBRI", "BCRB", "NOBT", "MWBC"),
        ("N1", "N5", None, "N8"),
    )
    header = [
        {**row, "SEX": sexes[int(row["CHILD"], 36) % 5], "ETHNIC": origins[int(row["CHILD"], 36) % 4]}
        for row in returns.header
    ]
    episodes = [
        {**row, "CIN": needs[row["DECOM"].day % 4 if row["DECOM"] else 0]} for row in returns.episodes
    ]
    return Returns(**{**vars(returns), "header": header, "episodes": episodes})


# ---- what must not matter -------------------------------------------------------------------------------


def returns_only(tables: Tables, change: Callable[[pl.DataFrame], Any]) -> Tables:
    """Change the tables of the returns, and leave the population."""
    return {name: change(frame) if name.startswith("ssda903") else frame for name, frame in tables.items()}


def shuffled(tables: Tables, random: Random) -> Tables:
    """Rows in another order."""
    return returns_only(
        tables, lambda frame: frame.sample(fraction=1, shuffle=True, seed=random.randrange(2**32))
    )


def restacked(tables: Tables, random: Random) -> Tables:
    """Every table as several files, stacked in another order."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        files = frame.with_columns(
            FILE=pl.Series([random.randrange(4) for _ in range(frame.height)], dtype=pl.Int8)
        )
        order = random.sample(range(4), 4)
        return pl.concat([files.filter(pl.col("FILE") == n).drop("FILE") for n in order], rechunk=False)

    return returns_only(tables, change)


def in_pandas(tables: Tables, random: Random) -> Tables:
    """pandas frames of two files each, with the row labels of both."""

    def change(frame: pl.DataFrame) -> pd.DataFrame:
        cut = random.randrange(frame.height + 1)
        return (
            pd.concat([frame[cut:].to_pandas(), frame[:cut].to_pandas()])
            if 0 < cut < frame.height
            else frame.to_pandas()
        )

    return returns_only(tables, change)


def with_other_ids(tables: Tables, random: Random) -> Tables:
    """Other CHILD ids, in another order; a child keeps one id in all tables."""
    pairs = pl.concat(
        [frame.select("LA", "CHILD") for name, frame in tables.items() if name.startswith("ssda903")]
    )
    known = pairs.unique().sort("LA", "CHILD")
    ids = random.sample(range(1, known.height + 1), known.height)
    names = known.with_columns(OTHER=pl.Series([f"{number:07d}X" for number in ids], dtype=pl.String))

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        joined = frame.join(names, on=["LA", "CHILD"], how="left", maintain_order="left")
        return joined.with_columns(CHILD=pl.col("OTHER")).select(frame.columns)

    return returns_only(tables, change)


CHANGES = {change.__name__: change for change in (shuffled, restacked, in_pandas, with_other_ids)}


def differences(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """The rows that are not the same in both results, number for number and in the same order; '' if all are."""
    if not before[PLACE].equals(after[PLACE]):
        return shown(pd.concat([before, after])[PLACE].drop_duplicates(keep=False))
    same = (before == after) | (before.isna() & after.isna())
    wrong = before[~same.all(axis=1)].join(after[[*NUMBERS, "status"]].add_suffix(" after"))
    return shown(wrong) if len(wrong) else ""


@examples(3, long=300)
@given(several_returns(), st.sampled_from(SINGLE), st.randoms(use_true_random=False))
def test_order_files_and_ids_of_drawn_rows_do_not_matter(
    returns: Returns, group: str, random: Random
) -> None:
    tables = frames(described(returns))
    before = figures(tables, WINDOWS, ["LA", group])
    for name, change in CHANGES.items():
        assert differences(before, figures(change(tables, random), WINDOWS, ["LA", group])) == "", name


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_order_files_and_ids_of_invented_rows_do_not_matter(
    change: Callable[[Tables, Random], Tables],
) -> None:
    before = invented_figures()
    before = before[before["breakdown"].isin(["all", "statistic", "age_band"])].reset_index(drop=True)
    assert before["interval"].str.contains("bootstrap").any()
    after = figures(change(invented(), Random(3)), WINDOWS, ["LA", "age_band"])
    assert differences(before, after) == ""


def with_other_areas(tables: Tables) -> tuple[Tables, dict[str, str]]:
    """Other codes of the authorities, of the same length and in the opposite order, wherever they occur."""
    codes = areas_of(tables)
    names = {code: f"N{len(codes) - n:0{len(code) - 1}d}" for n, code in enumerate(codes)}

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(
            pl.col(name).replace(names) for name in ("LA", "PL_LA") if name in frame.columns
        )

    changed = {name: change(frame) for name, frame in tables.items()}
    column = "LA" if "LA" in changed["population"].columns else "new_la_code"
    changed["population"] = changed["population"].with_columns(pl.col(column).replace(names))
    return changed, names


def differences_by_area_codes(tables: Tables, before: pd.DataFrame, by: list[str]) -> str:
    """What differs once authorities have other codes."""
    changed, names = with_other_areas(tables)
    after = figures(changed, WINDOWS, by)
    back = {new: old for old, new in names.items()}
    after["area"] = after["area"].replace(back)
    # Resampling starts from the code, so its limits for an authority are another draw.
    for frame in (before, after):
        drawn = frame["interval"].str.contains("bootstrap") & (frame["area"] != "all")
        frame.loc[drawn, ["lower", "upper"]] = np.nan
    ordered = [frame.sort_values(PLACE, ignore_index=True) for frame in (before, after)]
    return differences(*ordered)


@examples(2, long=200)
@given(several_returns(), st.sampled_from(SINGLE))
def test_codes_of_authorities_do_not_matter_on_drawn_histories(returns: Returns, group: str) -> None:
    tables = frames(described(returns))
    assert differences_by_area_codes(tables, figures(tables, WINDOWS, ["LA", group]), ["LA", group]) == ""


def test_codes_of_authorities_do_not_matter_on_invented_returns() -> None:
    frame = invented_figures()
    before = frame[frame["breakdown"].isin(["all", "statistic", "age_band"])].reset_index(drop=True)
    assert differences_by_area_codes(invented(), before, ["LA", "age_band"]) == ""


@pytest.mark.parametrize("kind", ["pandas", "text", "polars"])
@examples(2, long=100)
@given(returns=several_returns(most=3))
def test_what_comes_in_is_not_changed(kind: str, returns: Returns) -> None:
    make = {"pandas": lambda *rows: as_polars(*rows).to_pandas(), "text": as_pandas, "polars": as_polars}[
        kind
    ]
    tables = frames(returns, make)
    kept = {
        name: frame.clone() if isinstance(frame, pl.DataFrame) else frame.copy()
        for name, frame in tables.items()
    }
    figures(tables, WINDOWS, ["LA", "age_band"])
    for name, frame in tables.items():
        assert list(frame.columns) == list(kept[name].columns)
        assert list(frame.dtypes) == list(kept[name].dtypes)
        assert frame.equals(kept[name])
        if isinstance(frame, pd.DataFrame):
            assert frame.index.equals(kept[name].index)


@examples(2, long=200)
@given(several_returns(most=4))
def test_typed_frames_and_text_as_in_files_give_the_same(returns: Returns) -> None:
    typed, text = (figures(frames(returns, make), WINDOWS) for make in (as_polars, as_pandas))
    assert differences(typed, text) == ""


# ---- rows that cannot matter ----------------------------------------------------------------------------

EARLIER: Windows = {
    When.DAY: [csc.Window.snapshot("2022-09-30"), csc.Window.snapshot("2023-03-31")],
    When.PERIOD: [year_to(2023), csc.Window("2022-07-10", "2023-02-20")],
    When.RETURN_YEAR: [year_to(2022), year_to(2023)],
}


def strangers(tables: Tables) -> Tables:
    """Add children of every authority whose whole history lies long before the windows, or after them.

    They come in returns that are at hand, so that what the data cover stays as it is.
    """
    changed = dict(tables)
    for la in areas_of(tables):
        years = sorted(tables["ssda903.episodes"].filter(pl.col("LA") == la)["YEAR"].unique().drop_nulls())
        for year, child, start in (
            (years[0], "LONG AGO", date(2005, 5, 1)),
            (years[-1], "LATER", date(2023, 6, 1)),
        ):
            if start > year_end(year):
                continue
            for name in changed:
                if name.startswith("ssda903"):
                    row = _stranger(name, la, int(year), child, start)
                    at_hand = changed[name].filter(pl.col("LA") == la)["YEAR"].to_list()
                    if row and year in at_hand and not (name in _YEARLY and child == "LONG AGO"):
                        new = pl.DataFrame(
                            [row], schema_overrides=changed[name].schema, infer_schema_length=None
                        )
                        changed[name] = pl.concat([changed[name], new], how="diagonal")
    return changed


_YEARLY = (
    "ssda903.oc2",
    "ssda903.oc3",
)  # their rows are about their return's year, in which a window may lie


def _stranger(name: str, la: str, year: int, child: str, start: date) -> dict[str, Any]:
    who = {"LA": la, "CHILD": child, "YEAR": year}
    end, born = start + timedelta(120), date(2004, 6, 1)
    return {
        "ssda903.episodes": {
            **who, "DECOM": start, "RNE": "S", "LS": "L1", "CIN": "N1", "PLACE": "K2", "DEC": end, "REC": "E4A",
            "PL_LOCATION": "OUT", "PL_DISTANCE": 30.0,
        },
        "ssda903.header": {**who, "SEX": "1", "DOB": born, "ETHNIC": "WBRI"},
        "ssda903.uasc": {**who, "SEX": "1", "DOB": born, "DUC": None},
        "ssda903.missing": {**who, "MISSING": "M", "MIS_START": start, "MIS_END": start + timedelta(3)},
        "ssda903.sw_episodes": {**who, "SW_ID": "SW9", "SW_DECOM": start, "SW_DEC": end},
        "ssda903.oc2": {**who, "SDQ_SCORE": 20, "CONVICTED": "1", "HEALTH_ASSESSMENT": "1"},
        "ssda903.oc3": {**who, "IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "S1"},
    }.get(name, {})  # fmt: skip


def assert_strangers_do_not_matter(tables: Tables) -> None:
    changed = strangers(tables)
    assert changed["ssda903.episodes"].height > tables["ssda903.episodes"].height
    by = ["LA", "age_band", "placement_type"]
    assert differences(figures(tables, EARLIER, by), figures(changed, EARLIER, by)) == ""


@examples(2, long=200)
@given(several_returns())
def test_children_in_care_at_other_times_do_not_matter_to_drawn_histories(returns: Returns) -> None:
    assert_strangers_do_not_matter(frames(returns))


def test_children_in_care_at_other_times_do_not_matter_to_invented_returns() -> None:
    assert_strangers_do_not_matter(invented())


# In clean returns a figure of a time owes nothing to what came after it. The exceptions look ahead, or ask
# whether care passed to another authority in the end (care leavers).
CARE_LEAVERS = {name for name, measure in CATALOGUE.items() if "ssda903.oc3" in measure.needs}
# Nor does it owe anything to earlier returns, unless it needs look-back, or the beginning of a stay that a
# year's return does not hold: the length of a period, whether a placement is a new one or the old one again,
# whether an incident of the past was in care.
NEEDS_THE_PAST = {
    name
    for name, measure in CATALOGUE.items()
    if (measure.lookback_months and measure.when is not When.RETURN_YEAR)
    or measure.kind is Kind.DISTRIBUTION
    or {"ssda903.placements", "ssda903.incidents"} & set(measure.needs)
}
STARTS = {"ssda903.episodes": "DECOM", "ssda903.missing": "MIS_START", "ssda903.sw_episodes": "SW_DECOM"}


def without_later_rows(tables: Tables) -> Tables:
    """No row that starts after 31 March 2023; the returns that hold them stay."""
    return {
        name: frame.filter(pl.col(STARTS[name]) <= year_end(2023)) if name in STARTS else frame
        for name, frame in tables.items()
    }


def without_later_returns(tables: Tables) -> Tables:
    return returns_only(tables, lambda frame: frame.filter(pl.col("YEAR") <= 2023))


def one_return(tables: Tables) -> Tables:
    return returns_only(tables, lambda frame: frame.filter(pl.col("YEAR") == 2023))


ONE_YEAR: Windows = {
    When.DAY: [csc.Window.snapshot("2023-03-31")],
    When.PERIOD: [year_to(2023)],
    When.RETURN_YEAR: [year_to(2023)],
}


@pytest.mark.parametrize(
    ("change", "windows", "exceptions"),
    [
        (without_later_rows, EARLIER, FORWARD | CARE_LEAVERS),
        (without_later_returns, EARLIER, FORWARD | CARE_LEAVERS),
        (one_return, ONE_YEAR, FORWARD | CARE_LEAVERS | NEEDS_THE_PAST),
    ],
)
def test_rows_of_other_times_do_not_matter(
    change: Callable[[Tables], Tables], windows: Windows, exceptions: set[str]
) -> None:
    before, after = (
        figures(t, windows, ["LA", "sex"], sorted(exceptions)) for t in (invented(), change(invented()))
    )
    assert (before["status"] == "ok").sum() > 100
    assert differences(before, after) == ""


# ---- stocks, flows and windows that add up --------------------------------------------------------------


def of_children(returns: Returns, chosen: set[Key]) -> Returns:
    """Their episodes; all other rows stay."""
    return Returns(
        **{**vars(returns), "episodes": [row for row in returns.episodes if key_of(row) in chosen]}
    )


def without_gaps_in_knowledge(returns: Returns) -> set[Key]:
    """Children whose every period has a known start and is not cut off, and whose rows do not overlap."""
    clean = set()
    periods = by_child([{"LA": p.key[0], "CHILD": p.key[1], "PERIOD": p} for p in periods_of_care(returns)])
    for key, rows in by_child(care_rows(returns)).items():
        apart = all(a["END"] is not None and a["END"] <= b["DECOM"] for a, b in pairwise(rows))
        forward = all(row["END"] is None or row["END"] > row["DECOM"] for row in rows)
        known = all(row["PERIOD"].known and not row["PERIOD"].censored for row in periods[key])
        if apart and forward and known:
            clean.add(key)
    return clean


def stock_and_flow(tables: Tables, start: date, end: date) -> tuple[list[int], list[int]]:
    """stock(end), and stock(day before start) + periods started - periods ended, for all and each authority."""
    data, before = csc.Data(tables), csc.Window.snapshot(start - timedelta(1), label="before")
    stocks = csc.calculate(
        "cla_stock_number", data, [before, csc.Window.snapshot(end, label="after")], "LA"
    ).frame
    starts = csc.calculate("cla_start_periods_number", data, csc.Window(start, end), "LA").frame
    at = {name: part.set_index("area")["numerator"] for name, part in stocks.groupby("window")}
    periods = data.table("ssda903.periods").collect().to_native()
    ended = periods.filter(pl.col("END").is_between(start, end)).group_by(pl.col("LA").cast(pl.String)).len()
    counts = dict(ended.iter_rows())
    left = {area: counts.get(area, 0) for area in at["before"].index} | {"all": sum(counts.values())}
    after = at["before"] + starts.set_index("area")["numerator"] - pd.Series(left)
    return list(at["after"]), list(after[at["after"].index])


@examples(25, long=1500)
@given(several_returns(), st.dates(date(2022, 4, 1), date(2022, 10, 1)), st.integers(1, 170))
def test_stock_is_earlier_stock_plus_periods_started_less_periods_ended(
    returns: Returns, start: date, days: int
) -> None:
    settled = of_children(returns, without_gaps_in_knowledge(returns))
    covered = [
        la for la in settled.authorities() if {2022, 2023} <= {r["YEAR"] for r in settled.of(la).episodes}
    ]
    if not covered:
        return
    kept = Returns(**{name: [r for r in rows if r["LA"] in covered] for name, rows in vars(settled).items()})
    stock, sums = stock_and_flow(frames(kept), start, start + timedelta(days))
    assert stock == sums


def test_stock_and_flow_of_invented_returns() -> None:
    episodes = invented()["ssda903.episodes"].to_dicts()
    returns = Returns(episodes=episodes)
    kept = of_children(returns, without_gaps_in_knowledge(returns))
    tables = {"ssda903.episodes": pl.DataFrame(kept.episodes, schema=invented()["ssda903.episodes"].schema)}
    stock, sums = stock_and_flow(tables, date(2022, 4, 1), date(2023, 3, 31))
    assert stock == sums
    assert min(stock) > 20


ADDITIVE = {
    "cla_start_periods_number": ("numerator",),
    "cla_net_change_number": ("numerator",),
    "missing_incidents_per_100_care_years": ("denominator",),
    "new_placements_inside_la_pct": ("numerator", "denominator"),
    "placement_moves_per_100_care_years": ("numerator", "denominator"),
    "return_home_reentry_pct": ("numerator", "denominator"),
}
# Children count once however long the window: a longer one cannot have more of them than its parts together.
AT_MOST = ("cla_starts_number", "cla_ceased_number", "cla_any_in_year_number", "missing_children_number")


def windows_that_do_not_add_up(tables: Tables, start: date, cut: date, end: date) -> list[Any]:
    """Two windows that meet against the one they make, by authority and age."""
    spans = {"whole": (start, end), "first": (start, cut), "second": (cut + timedelta(1), end)}
    windows = [csc.Window(*span, label=label) for label, span in spans.items()]
    by = ["LA", "placement_type"]
    frame = csc.calculate([*ADDITIVE, *AT_MOST], csc.Data(tables), windows, by).frame
    wide = frame.pivot(
        index=[name for name in PLACE if name != "window"], columns="window", values=NUMBERS[:2]
    )
    found: list[Any] = []
    for (name, *place), row in zip(wide.index, wide.itertuples(index=False), strict=True):
        value = dict(zip(wide.columns, row, strict=True))
        for column in ADDITIVE.get(name, ("numerator",)):
            whole, parts = value[column, "whole"], value[column, "first"] + value[column, "second"]
            known = whole == whole and parts == parts
            fits = whole == parts if name in ADDITIVE else place[1] != "all" or whole <= parts
            if known and not fits:
                found.append((name, *place, column, whole, parts))
    return found


@examples(15, long=1000)
@given(
    several_returns(), st.dates(date(2021, 4, 3), date(2022, 9, 1)), st.integers(1, 300), st.integers(2, 300)
)
def test_adjacent_windows_add_up_on_drawn_histories(
    returns: Returns, start: date, first: int, second: int
) -> None:
    cut = start + timedelta(first)
    assert windows_that_do_not_add_up(frames(returns), start, cut, cut + timedelta(second)) == []


def test_adjacent_windows_add_up_on_invented_returns() -> None:
    dates = date(2021, 6, 1), date(2022, 3, 31), date(2022, 12, 24)
    assert windows_that_do_not_add_up(invented(), *dates) == []
