"""Every published file at hand, read cell by cell, and comparators recomputed from them in plain Python.

Sources: the open data files named in the data set's README (Department for Education, Office for National
Statistics, Office for Health Improvement and Disparities, Ministry of Housing, Communities and Local Government; Open
Government Licence v3.0). They lie beside the repository and are not part of it.

What can be checked here and what cannot. No file at hand prints a median or mean of neighbours, and 38 authorities
have no rows from 2021 on. So medians of children looked after rates 2021 to 2025 cannot be held against the
Department's own; they are recomputed independently from the rows at hand. Of the 1,725 that each model allows (115
authorities, three series, five years) 15 rest on all ten neighbours, those of one authority; the others lack one to six
neighbours, nearly all of them held out, a few without a figure, and 18 (2021 model) or 30 (2025 model) lack so many
that they get none. Of 1,506 medians from before 2021 in the interactive tool's file, 1,254 rest on all ten; the others
have neighbours that were formed later.
"""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import csc_outcomes as csc
from csc_outcomes.engine.rounding import round_half_up
from csc_outcomes.sources.published import Symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from csc_outcomes.evaluation.comparators import Method

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "data" / "published"
pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_dir(),
    reason="needs the published files in ../shared/data/published beside the repository",
)

TEXT = {
    "time_period", "geographic_level", "region_code", "region_name", "old_la_code", "new_la_code", "la_name",
    "social_care_group", "care_leaver_age", "breakdown", "category", "cla_group", "characteristic", "population_type",
    "placement_stability", "move_measure", "school_stability", "sw_stability", "value_note", "model",
    "neighbour_old_la_code", "closeness", "measure", "year", "area", "la_code", "class", "service_line",
    "in_2025_neighbour_model", "held_out_from_2021", "Measure_short", "Topic", "Measure", "Polarity", "Year_Type",
}  # fmt: skip
# How often each is printed in place of a figure, over all files; counted with grep.
SYMBOLS = {"c": 45_700, "k": 636, "z": 8_702, "x": 9_541, "u": 113, "low": 11, "[x]": 252}
NO_RETURN = {"spending_2024_25.csv": {"cs_share_percent", "cost_per_child"}}
SERIES = {
    "Children looked after on 31 March each year": "LAC",
    "Children starting to be looked after each year": "LAC_Start_Rate",
    "Children ceasing to be looked after each year": "LAC_Cease_Rate",
}
AUTHORITIES = ("Local authority", "Counties & UAs (from Apr 2023)")
HELD_OUT = 38
FILES = sorted(file.name for file in PUBLISHED.glob("*.csv"))
by_file = pytest.mark.parametrize("name", FILES)
by_model = pytest.mark.parametrize("model", ["2021", "2025"])


@cache
def plain(name: str) -> list[dict[str, str]]:
    with (PUBLISHED / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@cache
def published(name: str) -> pd.DataFrame:
    return csc.read_published(PUBLISHED / name)


def expected(name: str, column: str, printed: str) -> tuple[float | None, str | None]:
    """Number and symbol of a cell, by the words of the README."""
    if printed in SYMBOLS or not printed:
        return None, printed or None
    number = float(printed)
    return (None, "[x]") if number == -300 and column in NO_RETURN.get(name, ()) else (number, None)


def cleared(column: Iterable[object]) -> list[object]:
    """A column with None for what is missing."""
    return [None if pd.isna(cell) else cell for cell in column]  # type: ignore[call-overload]


# ---- reading --------------------------------------------------------------------------------------------


def test_there_are_files() -> None:
    assert len(FILES) == 26


@by_file
def test_rows_and_columns_are_kept_in_order(name: str) -> None:
    frame, rows = published(name), plain(name)
    wanted = []
    for column in rows[0]:
        wanted += [column] if column in TEXT else [column, f"{column}_symbol"]
    assert list(frame) == wanted
    assert len(frame) == len(rows)


@by_file
def test_every_cell_is_the_number_the_symbol_or_the_text_printed(name: str) -> None:
    frame, rows = published(name), plain(name)
    for column in rows[0]:
        printed = [row[column] for row in rows]
        if column in TEXT:
            assert frame[column].fillna("").tolist() == printed
            continue
        cells = [expected(name, column, cell) for cell in printed]
        assert list(zip(cleared(frame[column]), cleared(frame[f"{column}_symbol"]), strict=True)) == cells


def test_symbols_are_counted_as_printed() -> None:
    found: Counter[str] = Counter()
    for name in FILES:
        frame = published(name)
        for column in set(plain(name)[0]) - TEXT:
            found.update(frame[f"{column}_symbol"].dropna())
    no_return = 6  # cells of the spending file that print -300
    assert found == {**SYMBOLS, "[x]": SYMBOLS["[x]"] + no_return}
    assert all(Symbol.read(symbol) for symbol in found)


def test_a_printed_zero_is_zero_and_nothing_else_is() -> None:
    printed = found = 0
    for name in FILES:
        for column in set(plain(name)[0]) - TEXT:
            printed += sum(row[column] in ("0", "0.0") for row in plain(name))
            found += int((published(name)[column] == 0).sum())
    assert printed > 1_000
    assert found == printed


# ---- comparators ----------------------------------------------------------------------------------------


def neighbours(model: str) -> pd.DataFrame:
    frame = published("statistical_neighbours.csv")
    return frame[frame["model"] == model]


def compared(
    name: str, value: str, by: list[str], model: str = "2025", method: Method = "median"
) -> pd.DataFrame:
    return csc.comparators(
        published(name),
        value,
        by=by,
        neighbours=neighbours(model),
        areas=published("la_lookup.csv"),
        method=method,
    )


@cache
def by_hand(name: str, value: str, code: str, by: tuple[str, ...]) -> dict[tuple[str, ...], Decimal]:
    """Published figures by authority and group, from the file as text."""
    return {
        (row[code], *(row[column] for column in by)): Decimal(row[value])
        for row in plain(name)
        if row[code] and row[value] and row[value] not in SYMBOLS
    }


def check(
    result: pd.DataFrame,
    figures: dict[tuple[str, ...], Decimal],
    by: list[str],
    model: str,
    statistic: Callable,
) -> pd.Series:
    """Compare each row's neighbours with a computation in plain Python; give how many neighbours each had."""
    near: dict[str, list[str]] = {}
    for row in plain("statistical_neighbours.csv"):
        if row["model"] == model:
            near.setdefault(row["old_la_code"], []).append(row["neighbour_old_la_code"])
    for row in result.itertuples():
        group = tuple(getattr(row, column) for column in by)
        values = [
            figures[other, *group] for other in near.get(row.old_la_code, []) if (other, *group) in figures
        ]
        assert row.neighbours_n == len(values)
        if len(values) < 5:
            assert pd.isna(row.neighbours)
        else:
            assert row.neighbours == float(statistic(values))
            assert round_half_up(row.neighbours, 0) == round_half_up(statistic(values), 0)
    return result["neighbours_n"].value_counts()


@by_model
@pytest.mark.parametrize(("method", "statistic"), [("median", median), ("mean", mean)])
def test_rates_of_neighbours_2021_to_2025(model: str, method: Method, statistic: Callable) -> None:
    name, value, by = "cla_number_and_rate.csv", "rate_per_10000", ["time_period", "population_type"]
    result = compared(name, value, by, model, method=method)
    counts = check(result, by_hand(name, value, "old_la_code", tuple(by)), by, model, statistic)
    assert counts[10] == 15
    assert len(result[result["old_la_code"].isin(neighbours(model)["old_la_code"])]) == 1_725
    assert result["neighbours"].notna().sum() == {"2021": 1_725 - 18, "2025": 1_725 - 30}[model]
    assert set(result["method"]) == {method}
    assert set(result["model"]) == {model}


def test_medians_of_rates_from_before_any_authority_is_held_out() -> None:
    """Only neighbours that did not exist yet are missing: two formed in 2019, two in 2021."""
    frame = published("lait_csc_long.csv")
    early = frame[
        frame["measure"].isin(SERIES.values()) & frame["year"].isin(["2017", "2018", "2019", "2020"])
    ]
    result = csc.comparators(
        early,
        "value",
        by=["measure", "year"],
        neighbours=neighbours("2021"),
        areas=published("la_lookup.csv"),
    )
    figures = by_hand("lait_csc_long.csv", "value", "la_code", ("measure", "year"))
    counts = check(result, figures, ["measure", "year"], "2021", median)
    assert (len(result), int(counts[10])) == (1_506, 1_254)
    formed_later = neighbours("2021")["neighbour_old_la_code"].isin(["838", "839", "940", "941"])
    others = set(neighbours("2021")["old_la_code"]) - set(neighbours("2021")[formed_later]["old_la_code"])
    assert (result[result["old_la_code"].isin(others)]["neighbours_n"] == 10).all()


def test_the_median_and_the_mean_differ() -> None:
    """Between the two statistics lie 5 or more per 10,000 children for about a third of the authorities."""
    both = {
        method: compared(
            "cla_number_and_rate.csv", "rate_per_10000", ["time_period", "population_type"], method=method
        )
        for method in ("median", "mean")
    }
    stock = (both["median"]["population_type"] == next(iter(SERIES))) & (
        both["median"]["time_period"] == "2025"
    )
    apart = (both["median"]["neighbours"] - both["mean"]["neighbours"])[stock].abs() >= 5
    assert (int(apart.sum()), int(both["mean"]["neighbours"][stock].notna().sum())) == (36, 113)


PUBLICATIONS = [
    ("cla_number_and_rate.csv", "rate_per_10000", ["time_period", "population_type"]),
    ("cla_31_march_characteristics.csv", "percentage", ["time_period", "cla_group", "characteristic"]),
    ("cin_referrals_rereferrals.csv", "rereferral_percent", ["time_period"]),
    ("csww_indicators.csv", "caseload_fte", ["time_period"]),
    ("hospital_admissions_injury_0_14.csv", "value", ["time_period"]),
    ("spending_2024_25.csv", "cost_per_child", ["time_period"]),
    ("absence_social_care_groups.csv", "pt_overall", ["time_period", "social_care_group"]),
]
by_publication = pytest.mark.parametrize(
    ("name", "value", "by"), PUBLICATIONS, ids=[name for name, _, _ in PUBLICATIONS]
)


@by_publication
def test_own_region_and_england_are_the_published_rows(name: str, value: str, by: list[str]) -> None:
    rows = {}
    for row in plain(name):
        national = row["geographic_level"] in ("National", "England")
        place = "England" if national else row["old_la_code"] or row.get("region_name") or row["la_name"]
        rows[place, *(row[column] for column in by)] = row[value]
    regions = {row["old_la_code"]: row["region_name"] for row in plain("la_lookup.csv")}
    result = compared(name, value, by)
    assert len(result) == sum(row["geographic_level"] in AUTHORITIES for row in plain(name))
    for row in result.itertuples():
        group = tuple(getattr(row, column) for column in by)
        region = regions[row.old_la_code[:3]]
        assert row.region_name == region
        printed = [
            expected(name, value, rows.get((at, *group), "")) for at in (row.old_la_code, region, "England")
        ]
        numbers = cleared([row.own, row.region, row.england])
        symbols = cleared([row.own_symbol, row.region_symbol, row.england_symbol])
        assert list(zip(numbers, symbols, strict=True)) == printed
    regional = any(row["geographic_level"] == "Regional" for row in plain(name))
    assert result["region"].notna().any() == regional
    assert result["england"].notna().any()


def test_england_of_the_release() -> None:
    result = compared("cla_number_and_rate.csv", "rate_per_10000", ["time_period", "population_type"])
    stock = result[result["population_type"] == next(iter(SERIES))]
    england = stock.groupby("time_period")["england"].agg(["min", "max"])
    assert england.to_numpy().tolist() == [[69, 69], [70, 70], [70, 70], [69, 69], [67, 67]]


def test_two_publications_give_an_authority_the_same_region_and_england() -> None:
    """The interactive tool names places in another way, has other codes for regions and no column of levels."""
    frame = published("lait_csc_long.csv")
    tool = csc.comparators(
        frame[frame["measure"].isin(SERIES.values())],
        "value",
        by=["measure", "year"],
        neighbours=neighbours("2025"),
        areas=published("la_lookup.csv"),
    )
    file = compared("cla_number_and_rate.csv", "rate_per_10000", ["time_period", "population_type"])
    file = file.assign(measure=file["population_type"].map(SERIES), year=file["time_period"])
    both = file.merge(tool, on=["old_la_code", "measure", "year"], suffixes=("", "_tool"), validate="1:1")
    shown = both.dropna(subset=["region", "region_tool", "england", "england_tool"])
    assert len(shown) == 1_712
    assert (shown["region"] == shown["region_tool"]).all()
    assert (shown["england"] == shown["england_tool"]).all()
    assert shown.groupby("region_name")["region"].size().index.size == 10


@by_publication
def test_neighbours_in_other_publications(name: str, value: str, by: list[str]) -> None:
    figures = by_hand(name, value, "old_la_code", tuple(by))
    no_return = value in NO_RETURN.get(name, ())
    figures = {key: number for key, number in figures.items() if not (no_return and number == -300)}
    result = compared(name, value, by)
    check(result, figures, by, "2025", median)
    assert result["neighbours"].notna().any()


def test_authorities_that_the_workforce_census_joins_have_a_region_and_no_neighbours() -> None:
    result = compared("csww_indicators.csv", "caseload_fte", ["time_period"])
    joined = result[result["old_la_code"].str.contains("/")]
    assert joined["region_name"].value_counts().to_dict() == {"Outer London": 9, "East Midlands": 5}
    assert (joined["neighbours_n"] == 0).all()
    assert joined["neighbours"].isna().all()


def test_held_out_authorities_are_why_neighbours_are_missing() -> None:
    held = [row["old_la_code"] for row in plain("la_lookup.csv") if row["held_out_from_2021"] == "yes"]
    assert len(held) == HELD_OUT
    result = compared("cla_number_and_rate.csv", "rate_per_10000", ["time_period", "population_type"])
    assert set(held).isdisjoint(result["old_la_code"])
    near = neighbours("2025")
    lost = near[near["neighbour_old_la_code"].isin(held)].groupby("old_la_code").size()
    current = result[(result["time_period"] == "2025") & result["old_la_code"].isin(near["old_la_code"])]
    missing = 10 - current.set_index("old_la_code")["neighbours_n"]
    assert (missing >= lost.reindex(missing.index, fill_value=0)).all()


def test_two_models_at_once_are_refused() -> None:
    with pytest.raises(csc.InputError, match="one neighbour model, found 2"):
        csc.comparators(
            published("cla_number_and_rate.csv"),
            "rate_per_10000",
            by=["time_period", "population_type"],
            neighbours=published("statistical_neighbours.csv"),
            areas=published("la_lookup.csv"),
        )
