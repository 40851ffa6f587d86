"""Published workforce figures, recomputed from their published components.

Source: "Children's social work workforce" (2017 to 2025), Department for Education, Open Government Licence v3.0. The
file lies beside the repository and is not part of it. Headcounts are published as they are: rates of headcounts must
come out equal. FTE and days are published with one decimal, while their rates come from unrounded ones: there some
components within 0.05 of the published ones must give the published rate. Rates that are measures are computed from the
table `workforce.authority`, the others with `csc.estimate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csc_outcomes as csc

FILE = Path(__file__).parents[2].parent / "shared" / "data" / "published" / "csww_indicators.csv"
pytestmark = pytest.mark.skipif(
    not FILE.is_file(),
    reason="needs the published file ../shared/data/published/csww_indicators.csv beside the repository",
)

YEARS = range(2017, 2026)
HALF = 0.05  # of the last published decimal of FTE, days and rates
EPSILON = 1e-9


@dataclass(frozen=True)
class Rate:
    """A published rate: per x numerator / (sum of the denominators, times days where it is of days)."""

    column: str
    numerator: str
    denominators: tuple[str, ...]
    measure: str = ""  # the measure that computes it, if one does
    per: float = 100
    of_days: bool = False
    # Of so many authority rows with all figures, so many come out equal after rounding to one decimal.
    rows: int = 0
    equal: int = 0

    @property
    def whole(self) -> bool:
        """Whether all components are counts."""
        return self.column.endswith("headcount")


RATES = [
    Rate("caseload_fte", "cases", ("case_holders_fte",), "avg_caseload_fte", per=1, rows=1161, equal=1141),
    Rate(
        "vacancy_rate_fte",
        "vacancy_fte",
        ("vacancy_fte", "inpost_fte"),
        "vacancy_rate_fte_pct",
        rows=1164,
        equal=1131,
    ),
    Rate("turnover_rate_fte", "leavers_fte", ("inpost_fte",), "turnover_rate_fte_pct", rows=1162, equal=1067),
    Rate(
        "agency_rate_fte",
        "agency_fte",
        ("agency_fte", "inpost_fte"),
        "agency_rate_fte_pct",
        rows=1155,
        equal=1110,
    ),
    Rate(
        "vacancy_agency_cover_rate_fte",
        "agency_cover_fte",
        ("vacancy_fte",),
        "vacancy_agency_cover_pct",
        rows=1117,
        equal=998,
    ),
    Rate(
        "absence_rate_fte",
        "working_days_lost_fte",
        ("inpost_fte",),
        "sickness_absence_rate_pct",
        of_days=True,
        rows=1155,
        equal=1147,
    ),
    Rate("agency_cover_rate_fte", "agency_cover_fte", ("agency_fte",), rows=1107, equal=1009),
    Rate("turnover_rate_headcount", "leavers_headcount", ("inpost_headcount",), rows=1164, equal=1164),
    Rate(
        "agency_rate_headcount",
        "agency_headcount",
        ("agency_headcount", "inpost_headcount"),
        rows=1163,
        equal=1163,
    ),
]
MEASURED = [rate for rate in RATES if rate.measure]
OTHERS = [rate for rate in RATES if not rate.measure]


@cache
def published() -> pd.DataFrame:
    """Rows of authorities, with the library's names of authority and year."""
    frame = csc.read_published(FILE, required=[rate.column for rate in RATES])
    frame = frame.rename(columns={"time_period": "YEAR", "old_la_code": "LA"})
    rows = frame[frame["geographic_level"] == "Local authority"].copy()
    rows["YEAR"] = rows["YEAR"].astype(int)
    assert not rows.duplicated(["LA", "YEAR"]).any() and rows["LA"].notna().all()
    return rows


@cache
def calculated() -> pd.DataFrame:
    """All measures of the published parts, by authority and year: the whole file goes in, regions and England too."""
    frame = csc.read_published(FILE).rename(columns={"time_period": "YEAR", "old_la_code": "LA"})
    data = csc.Data({"workforce.authority": frame})
    windows = [csc.Window.year_to(f"{year}-09-30", label=str(year)) for year in YEARS]
    result = csc.calculate([rate.measure for rate in MEASURED], data, windows, by="LA").frame
    return result[result["area"] != "all"].assign(YEAR=result["window"].astype(int), LA=result["area"])


def with_figures(rate: Rate) -> pd.DataFrame:
    """Rows in which the rate and all its components are figures."""
    rows = published()
    names = [rate.column, rate.numerator, *rate.denominators]
    return rows[rows[names].notna().all(axis=1) & (rows[list(rate.denominators)].sum(axis=1) > 0)]


def days(rate: Rate, rows: pd.DataFrame) -> pd.Series[float]:
    """Working days of the year of absence rates: one more where the year holds a 29 February."""
    leap = rows["YEAR"].isin([2020, 2024])
    return (253.0 + leap) if rate.of_days else pd.Series(1.0, index=rows.index)


def limits(rate: Rate, rows: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[float]]:
    """Lowest and highest rate that the rounding of the components leaves open."""

    def half(name: str) -> float:
        return 0 if name in ("cases",) or name.endswith("headcount") else HALF

    found = []
    for sign in (-1, 1):
        numerator = (rows[rate.numerator] + sign * half(rate.numerator)).clip(lower=0)
        rest = [name for name in rate.denominators if name != rate.numerator]
        denominator = sum((rows[name] - sign * half(name)).clip(lower=0) for name in rest) * days(rate, rows)
        if rate.numerator in rate.denominators:
            denominator = denominator + numerator
        with np.errstate(divide="ignore"):
            found.append(rate.per * numerator / denominator)
    return found[0], found[1]


def rounded(values: pd.Series[float]) -> pd.Series[float]:
    return pd.Series(csc.round_half_up(values.to_numpy(), 1), index=values.index).astype(float)


def within_rounding(rate: Rate, rows: pd.DataFrame) -> pd.Series[bool]:
    low, high = limits(rate, rows)
    return (low <= rows[rate.column] + HALF + EPSILON) & (high >= rows[rate.column] - HALF - EPSILON)


@pytest.mark.parametrize("rate", MEASURED, ids=[rate.column for rate in MEASURED])
def test_measure_gives_the_published_rate(rate: Rate) -> None:
    rows = with_figures(rate)
    own = calculated()[calculated()["measure"] == rate.measure]
    joined = rows.merge(own, on=["LA", "YEAR"], how="left", validate="1:1")
    assert len(joined) == rate.rows
    assert set(joined["status"]) == {"ok"}
    assert np.allclose(joined["numerator"], joined[rate.numerator], rtol=1e-12)
    assert within_rounding(rate, joined).all()
    low, high = limits(rate, joined)
    assert joined["value"].between(low - EPSILON, high + EPSILON).all()
    assert (rounded(joined["value"]) == joined[rate.column]).sum() == rate.equal


@pytest.mark.parametrize("rate", OTHERS, ids=[rate.column for rate in OTHERS])
def test_rate_of_published_parts(rate: Rate) -> None:
    rows = with_figures(rate)
    whole = rows[list(rate.denominators)].sum(axis=1)
    kind = "proportion" if rate.numerator in rate.denominators else "ratio"
    found = csc.estimate(kind, rows[rate.numerator].to_numpy(), whole.to_numpy(), per=rate.per)
    values = pd.Series(found["value"].to_numpy(), index=rows.index)
    assert len(rows) == rate.rows
    assert within_rounding(rate, rows).all()
    assert (rounded(values) == rows[rate.column]).sum() == rate.equal
    assert not rate.whole or rate.equal == rate.rows


@pytest.mark.parametrize("rate", MEASURED, ids=[rate.column for rate in MEASURED])
def test_no_rate_where_a_part_is_not_a_figure(rate: Rate) -> None:
    rows = published()
    lacking = rows[rows[[rate.numerator, *rate.denominators]].isna().any(axis=1)]
    own = calculated()[calculated()["measure"] == rate.measure]
    joined = lacking.merge(own, on=["LA", "YEAR"], how="left", validate="1:1")
    assert len(joined) > 0
    assert set(joined["status"]) == {"undefined"} and joined["value"].isna().all()


def test_regions_and_england_are_no_authorities() -> None:
    assert len(calculated()["area"].unique()) == published()["LA"].nunique()


def test_another_number_of_working_days_would_not_do() -> None:
    """253 days in years without a 29 February, 254 in the others: the published rates tell the two apart."""
    rate = next(rate for rate in MEASURED if rate.of_days)
    rows = with_figures(rate)
    swapped = rows.assign(
        YEAR=rows["YEAR"].where(~rows["YEAR"].isin([2020, 2024]), 2019).replace({2021: 2020})
    )
    changed = swapped["YEAR"] != rows["YEAR"]
    assert changed.sum() > 300
    assert within_rounding(rate, rows)[changed].all()
    assert not within_rounding(rate, swapped)[changed].all()


def test_england_leaves_out_an_authority_without_usable_leavers() -> None:
    """England 2024: 13.9 per cent only if the authority whose leavers were not usable is in neither part."""
    frame = csc.read_published(FILE)
    england = frame[(frame["geographic_level"] == "National") & (frame["time_period"] == "2024")].iloc[0]
    left_out = published()[(published()["YEAR"] == 2024) & (published()["leavers_fte_symbol"] == "u")]
    assert len(left_out) == 1 and left_out["la_name"].iloc[0] == "Sunderland"
    own = float(left_out["inpost_fte"].iloc[0])
    table = pd.DataFrame(
        {
            "LA": ["all others", "Sunderland"],
            "YEAR": [2024, 2024],
            "inpost_fte": [england["inpost_fte"] - own, own],
            "leavers_fte": [england["leavers_fte"], np.nan],
        }
    )
    window = csc.Window.year_to("2024-09-30")
    result = csc.calculate("turnover_rate_fte_pct", csc.Data({"workforce.authority": table}), window)
    assert csc.round_half_up(result.frame["value"][0], 1) == Decimal("13.9")
    assert england["turnover_rate_fte"] == 13.9
    assert csc.round_half_up(100 * england["leavers_fte"] / england["inpost_fte"], 1) == Decimal("13.8")
    excluded = result.notes[result.notes["kind"] == "exclusion"]
    assert excluded["count"].tolist() == [1]
