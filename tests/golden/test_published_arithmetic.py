"""Every mapped measure recomputed from the published parts, over all published files at hand.

Sources: the open data files named in the data set's README (Department for Education, Office for Health Improvement
and Disparities; Open Government Licence v3.0). They lie beside the repository and are not part of it. 38 authorities
have no rows from 2021 on.

Authorities' counts are published unrounded, so their figures must come out equal. Full-time equivalents carry one
decimal, so figures of the workforce must be possible within 0.05 of their parts. Counts of regions and England are
rounded to 10 and their figures are not computed from them: some counts within 5 must give the figure.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import pytest

import csc_outcomes as csc
from csc_outcomes.definitions.measure import Kind
from csc_outcomes.sources.published_maps import PUBLICATIONS, TOOL, WORKFORCE

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "data" / "published"
PAGE = Path(__file__).parents[2] / "docs" / "published-figures.md"
pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_dir(),
    reason="needs the published files in ../shared/data/published beside the repository",
)

NOT_MAPPED = {
    "cin_episodes_and_children.csv", "cpp_duration_at_31_march.csv", "la_lookup.csv", "lait_measures.csv",
    "population_0_17_mid_year.csv", "ro3_children_social_care_2024_25.csv", "spending_2024_25.csv",
    "statistical_neighbours.csv",
}  # fmt: skip
FILES = sorted(file.name for file in PUBLISHED.glob("*.csv") if file.name not in NOT_MAPPED)
LOCAL = "Local authority"

# Figures of authorities that differ from their parts as printed: full-time equivalents have one decimal.
WITHIN_A_TENTH = {
    "avg_caseload_fte": 20, "vacancy_rate_fte_pct": 33, "turnover_rate_fte_pct": 95, "agency_rate_fte_pct": 45,
    "vacancy_agency_cover_pct": 119,
}  # fmt: skip
# Printed figures that were rounded to six decimals and then to five: 128.264565 has become 128.26457.
ROUNDED_TWICE = {"injury_admissions_0_14_rate_10k": 2}
# Figures of regions and England that no parts within their rounding give. In these years an authority's return
# could not be used: it is in the sums and not in the rate, or the other way round.
AUTHORITIES_LEFT_OUT = {
    "cpp_subsequent_pct": {"2022": 2},
    "turnover_rate_fte_pct": {"2022": 2, "2024": 2},
    "agency_rate_fte_pct": {"2023": 3, "2024": 2},
    "vacancy_agency_cover_pct": {"2017": 4, "2018": 3, "2024": 2},
}
WORKING_DAYS = dict.fromkeys(range(2017, 2026), 253) | {2020: 254, 2024: 254}
CLA_RATES = {"cla_stock_rate_10k", "cla_starts_rate_10k", "cla_ceased_rate_10k"}


@cache
def figures() -> pd.DataFrame:
    return csc.published_figures(*(PUBLISHED / name for name in FILES))


@cache
def population() -> pd.DataFrame:
    """Estimates by three-digit code and the year after the one of the estimate."""
    frame = pd.read_csv(PUBLISHED / "population_0_17_mid_year.csv", dtype=str, keep_default_na=False)
    frame = frame[(frame["old_la_code"] != "") & frame["population_estimate"].str.fullmatch("[0-9]+")]
    estimate = frame["population_estimate"].astype(float)
    return pd.DataFrame(
        {
            "old_la_code": frame["old_la_code"],
            "year": frame["time_period"].astype(int) + 1,
            "people": estimate,
        }
    )


def recomputable() -> pd.DataFrame:
    """Figures with both parts and a denominator above zero."""
    frame = figures().dropna(subset=["value", "numerator", "denominator"])
    return frame[frame["denominator"] != 0]


def of(measure: str, numerator: pd.Series[float], denominator: pd.Series[float]) -> pd.Series[float]:
    """The value, as the library computes it."""
    kind = csc.measure(measure).kind
    word = kind.value if kind in (Kind.RATE, Kind.PROPORTION) else "ratio"
    return csc.estimate(word, numerator, denominator, per=csc.measure(measure).per)["value"]


def rounded(values: pd.Series[float], rows: pd.DataFrame) -> np.ndarray:
    (places,) = set(rows["decimals"])
    return csc.round_half_up(values.to_numpy(), int(places))


def differing(measure: str, rows: pd.DataFrame) -> pd.DataFrame:
    given = rounded(of(measure, rows["numerator"], rows["denominator"]), rows)
    return rows[given != rounded(rows["value"], rows)]


def impossible(measure: str, rows: pd.DataFrame, half: float) -> pd.DataFrame:
    """Rows that no numerator and denominator within `half` of the printed ones give."""
    n, d = rows["numerator"], rows["denominator"]
    about = 0.0 if csc.measure(measure).population else half
    if measure in ("vacancy_rate_fte_pct", "agency_rate_fte_pct"):
        about = 0.0  # the numerator is part of the denominator: what it gains the rest can lose
    per = csc.measure(measure).per
    least, most = (
        per * (n - half).clip(lower=0) / (d + about),
        per * (n + half) / (d - about).clip(lower=1e-9),
    )
    value = rounded(rows["value"], rows)
    return rows[(rounded(least, rows) > value) | (rounded(most.clip(upper=1e6), rows) < value)]


PAIRS = sorted({(entry.measure, one.title) for one in PUBLICATIONS for entry in one.entries if entry.denominator
                and entry.value and entry.numerator and "as downloaded" not in one.title})  # fmt: skip


@pytest.mark.parametrize(("measure", "title"), PAIRS)
def test_every_figure_of_an_authority_comes_from_its_parts(measure: str, title: str) -> None:
    rows = recomputable()
    rows = rows[(rows["measure"] == measure) & (rows["publication"] == title) & (rows["level"] == LOCAL)]
    assert len(rows) >= 114
    other = differing(measure, rows)
    assert len(other) == WITHIN_A_TENTH.get(measure, 0) + ROUNDED_TWICE.get(measure, 0)
    if measure in WITHIN_A_TENTH:
        assert impossible(measure, rows, 0.05).empty
    elif len(other):
        sixth = csc.round_half_up(of(measure, other["numerator"], other["denominator"]).to_numpy(), 6)
        assert (csc.round_half_up(sixth, 5) == other["value"].to_numpy()).all()


@pytest.mark.parametrize(("measure", "title"), PAIRS)
def test_figures_of_regions_and_england_come_from_parts_within_their_rounding(
    measure: str, title: str
) -> None:
    rows = recomputable()
    rows = rows[(rows["measure"] == measure) & (rows["publication"] == title) & (rows["level"] != LOCAL)]
    assert len(rows) >= 12
    half = {WORKFORCE.title: 0.05}.get(title, 5)
    found = impossible(measure, rows, half)["period"].value_counts().to_dict()
    assert found == AUTHORITIES_LEFT_OUT.get(measure, {})


def test_sickness_absence_divides_by_working_days() -> None:
    frame = figures()
    frame = frame[(frame["publication"] == WORKFORCE.title) & (frame["level"] == LOCAL)]
    key = ["old_la_code", "period"]
    rows = frame[frame["measure"] == "sickness_absence_rate_pct"].merge(
        frame[frame["measure"] == "turnover_rate_fte_pct"][[*key, "denominator"]],
        on=key,
        suffixes=("", "_fte"),
    )
    rows = rows.dropna(subset=["value", "numerator", "denominator_fte"])
    days = rows["period"].astype(int).map(WORKING_DAYS)
    value = of("sickness_absence_rate_pct", rows["numerator"], rows["denominator_fte"] * days)
    other = rounded(value, rows) != rounded(rows["value"], rows)
    assert len(rows) > 1_100
    assert other.mean() < 0.01
    low = 100 * (rows["numerator"] - 0.05) / ((rows["denominator_fte"] + 0.05) * days)
    high = 100 * (rows["numerator"] + 0.05) / ((rows["denominator_fte"] - 0.05) * days)
    printed = rounded(rows["value"], rows)
    assert ((rounded(low, rows) <= printed) & (printed <= rounded(high, rows))).all()


def test_the_rate_of_referrals_is_the_tools_from_counts_and_population() -> None:
    frame = figures()
    frame = frame[(frame["measure"] == "referral_rate_10k") & (frame["level"] == LOCAL)]
    key = ["old_la_code", "end"]
    counts = frame[frame["publication"] != TOOL.title].dropna(subset=["numerator"])[[*key, "numerator"]]
    rows = frame[frame["publication"] == TOOL.title].drop(columns="numerator").merge(counts, on=key)
    rows = rows.assign(year=rows["end"].dt.year).merge(population(), on=["old_la_code", "year"])
    assert len(rows) > 1_300
    value = of("referral_rate_10k", rows["numerator"], rows["people"])
    assert (rounded(value, rows) == rows["value"]).all()


@pytest.mark.parametrize(
    ("measure", "number"),
    [("cla_stock_rate_10k", "cla_stock_number"), ("cla_starts_rate_10k", "cla_starts_number"),
     ("cla_ceased_rate_10k", "cla_ceased_number")],
)  # fmt: skip
def test_rates_of_the_tool_follow_todays_population_from_2019_on(measure: str, number: str) -> None:
    frame = figures()
    frame = frame[(frame["publication"] == TOOL.title) & (frame["level"] == LOCAL)]
    key = ["old_la_code", "end"]
    counts = frame[frame["measure"] == number][[*key, "value"]].rename(columns={"value": "number"})
    rows = frame[frame["measure"] == measure].merge(counts, on=key)
    rows = rows.assign(year=rows["end"].dt.year).merge(population(), on=["old_la_code", "year"])
    same = rounded(of(measure, rows["number"], rows["people"]), rows) == rows["value"]
    old = rows["year"] < 2019
    assert len(rows[~old]) > 850
    assert same[~old].all()
    # Older rates were not revised with the population estimates.
    assert 0.2 < same[old].mean() < 0.6


def test_the_tool_prints_what_the_publications_print() -> None:
    """What makes it certain which series is which measure: equal wherever both have a figure."""
    frame = figures().dropna(subset=["value"])
    key = ["measure", "parameters", "level", "old_la_code", "start", "end"]
    frame = frame.assign(place=np.where(frame["level"] == LOCAL, "", frame["area"]))
    tool, others = frame[frame["publication"] == TOOL.title], frame[frame["publication"] != TOOL.title]
    both = tool.merge(others, on=[*key, "place"], suffixes=("", "_other"))
    places = both[["decimals", "decimals_other"]].min(axis=1).clip(lower=0).astype(int)
    for digits, rows in both.groupby(places):
        one, other = (csc.round_half_up(rows[name].to_numpy(), digits) for name in ("value", "value_other"))
        assert (one == other).all()
    alone = set(tool["measure"]) - set(both["measure"])
    assert alone == {
        "away_children_pct", "cautioned_or_sentenced_rate_10k", "cla_weekly_unit_cost", "missing_children_pct",
        "mh_inpatient_admission_rate_100k", "neet_16_17_pct", "referral_rate_10k",
    }  # fmt: skip
    assert both.groupby("measure").size().min() >= 126
    assert (both["level"] != LOCAL).sum() > 1_500


def test_weekly_costs_are_multiples_of_five_pounds() -> None:
    costs = figures().query("measure == 'cla_weekly_unit_cost'")["value"]
    assert len(costs) > 1_200
    assert (costs % 5 == 0).all()


def test_injury_rates_are_printed_with_five_decimals_or_more() -> None:
    text = pd.read_csv(PUBLISHED / "hospital_admissions_injury_0_14.csv", dtype=str, keep_default_na=False)[
        "value"
    ]
    decimals = text[text != ""].str.partition(".")[2].str.len()
    assert (decimals > 5).any()
    assert (decimals >= 5).mean() > 0.8  # trailing zeros are not printed
    places = set(figures().query("measure == 'injury_admissions_0_14_rate_10k'")["decimals"])
    assert places == {5, 2}  # Fingertips, and the interactive tool


def test_medians_of_neighbours_are_the_same_from_the_long_table() -> None:
    frame = figures()
    frame = frame[frame["measure"].isin(CLA_RATES) & (frame["publication"] != TOOL.title)]
    pairs = pd.read_csv(PUBLISHED / "statistical_neighbours.csv", dtype=str)
    pairs = pairs[pairs["model"] == "2025"]
    areas = csc.authorities().rename(columns={"code": "old_la_code"})
    place = frame.rename(columns={"level": "geographic_level", "area": "region_code"})
    by = ["measure", "period"]
    compared = csc.comparators(place, "value", by=by, neighbours=pairs, areas=areas)
    known = {
        (row.measure, row.period, row.old_la_code): row.value
        for row in frame[frame["level"] == LOCAL].itertuples()
        if row.value == row.value
    }
    near = pairs.groupby("old_la_code")["neighbour_old_la_code"].agg(list)
    tested = 0
    for row in compared.itertuples():
        values = [
            known[row.measure, row.period, code]
            for code in near.get(row.old_la_code, [])
            if (row.measure, row.period, code) in known
        ]
        if len(values) >= 5:
            assert row.neighbours == median(values)
            tested += 1
        else:
            assert row.neighbours != row.neighbours
    assert tested > 1_600


@pytest.mark.parametrize("measure", ["cla_stock_rate_10k", "rereferral_pct", "foster_share_pct"])
def test_a_result_from_the_same_counts_is_reconciled(measure: str) -> None:
    """Authorities are equal; regions, from counts rounded to 10, are equal or within rounding."""
    rows = recomputable()
    rows = rows[(rows["measure"] == measure) & (rows["publication"] != TOOL.title)].reset_index(drop=True)
    made = pd.DataFrame(
        {"measure": measure, "version": 1, "window": "w", "start": rows["start"], "end": rows["end"]}
    )
    made = made.assign(
        area=rows["area"], breakdown="all", group="all", numerator=rows["numerator"], denominator=rows["denominator"],
        value=of(measure, rows["numerator"], rows["denominator"]), lower=np.nan, upper=np.nan, interval="none", unit="",
        status="ok",
    )  # fmt: skip
    found = csc.reconcile(made, rows)
    assert len(found) == len(rows)
    authority = (rows["level"] == LOCAL).to_numpy()
    assert set(found["agreement"][authority]) == {"equal"}
    assert set(found["agreement"][~authority]) == {"equal", "within rounding"}
    assert (found["difference"][authority] == 0).all()


# ---- the page -------------------------------------------------------------------------------------------


def table() -> str:
    """Exact matches by publication and measure, as the page shows them."""
    rows, lines = recomputable(), []
    for title in dict.fromkeys(one.title for one in PUBLICATIONS):
        mine = sorted(measure for measure, found in PAIRS if found == title)
        if not mine:
            continue
        lines += [
            "", f"**{title}**", "",
            "| measure | authorities | exact | regions and England | exact |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]  # fmt: skip
        for measure in mine:
            chosen = rows[(rows["measure"] == measure) & (rows["publication"] == title)]
            cells = []
            for level in (chosen[chosen["level"] == LOCAL], chosen[chosen["level"] != LOCAL]):
                equal = 1 - len(differing(measure, level)) / len(level)
                cells += [f"{len(level):,}", f"{csc.round_half_up(100 * equal, 1)}%"]
            lines.append(f"| {measure} | {' | '.join(cells)} |")
    return "\n".join(lines[1:])


def test_the_page_shows_the_exact_matches() -> None:
    match = re.search(
        r"<!-- exact matches -->\n(.*?)\n<!-- end -->", PAGE.read_text("utf-8"), flags=re.DOTALL
    )
    assert match is not None
    assert match[1] == table()


def test_the_page_counts_what_was_compared() -> None:
    rows = recomputable()
    authorities = rows[rows["level"] == LOCAL]
    text = " ".join(PAGE.read_text("utf-8").split())
    assert f"{len(authorities):,} figures of authorities" in text
    tenths, twice = sum(WITHIN_A_TENTH.values()), sum(ROUNDED_TWICE.values())
    assert f"{len(authorities) - tenths - twice:,} are equal" in text
    assert f"{tenths} are full-time equivalents" in text
    assert f"{twice} are injury rates" in text


def test_pupils_in_care_for_a_year_are_the_group_of_the_absence_figures() -> None:
    england = figures().query("level == 'National' and period == '202425'")
    value = dict(zip(england["measure"], england["value"], strict=True))
    assert value == {
        "unauthorised_absence_pct": 3.5,
        "overall_absence_pct": 9.0,
        "persistent_absence_pct": 20.3,
    }
