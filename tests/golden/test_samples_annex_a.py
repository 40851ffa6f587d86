"""Sample workbooks of public projects, read and counted as their description counts them.

Sources: fake data of liia-tools-pipeline (SocialFinanceDigitalLabs) and the template of Ofsted's Annex A inside
AnnexA_CiNCensus_Cleaner (CSCDP), both MIT licensed. The files lie beside the repository and are not part of it; what
their README does not count is counted here by hand from the sheets.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.sources.annex_a import Workbook, read_workbook

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "annex_a"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(),
    reason="needs the sample workbooks in ../shared/samples/annex_a beside the repository",
)

LA = "E08000003"
DAY = dt.date(2021, 3, 16)
FILLED = SAMPLES / "liia_Annex_A_2024_Jan.xlsx"
TEMPLATE = SAMPLES / "fddc_annex_a_2016-02-sample.xlsx"
ROWS = dict(enumerate((5, 5, 6, 5, 5, 5, 7, 5, 6, 5, 5), 1))
COLUMNS = dict(enumerate((7, 8, 11, 12, 14, 14, 17, 34, 17, 16, 19), 1))


@cache
def sample() -> Workbook:
    return read_workbook(FILLED)


@cache
def data() -> csc.Data:
    return csc.read_annex_a(FILLED, la=LA, date=DAY)


def test_every_list_has_the_rows_and_columns_of_the_description() -> None:
    found = sample().lists
    assert {number: entry.frame.height for number, entry in found.items()} == ROWS
    assert {number: entry.columns for number, entry in found.items()} == COLUMNS
    assert {number: entry.frame.width for number, entry in found.items()} == COLUMNS
    assert {number: entry.sheet for number, entry in found.items()} == {n: f"List {n}" for n in ROWS}
    assert sample().problems == ()


def test_the_template_has_all_lists_and_no_row() -> None:
    template = read_workbook(TEMPLATE)
    assert {number: entry.sheet for number, entry in template.lists.items()} == {n: f"List_{n}" for n in ROWS}
    assert {entry.frame.height for entry in template.lists.values()} == {0}
    assert [problem.code for problem in template.problems] == ["not_recognised"]
    assert "4 sheets" in template.problems[0].message


def test_fractional_ages_agree_on_a_day_and_list_10_does_not() -> None:
    """Lists 1 to 9 were aged on 16 March 2021; list 10 has other children's whole ages, so the day is asked for."""
    ages = pl.concat([sample().lists[n].frame.select("DOB", "AGE") for n in range(1, 10)]).drop_nulls()
    days = ages.select(c=pl.col("DOB") + pl.duration(days=(pl.col("AGE") * 365.25).round()))
    assert days["c"].unique().to_list() == [DAY]
    with pytest.raises(csc.InputError, match="give date="):
        csc.read_annex_a(FILLED, la=LA)


def test_what_the_sample_fills() -> None:
    """Six referrals and the five open episodes of list 6, which began years before them."""
    rows = data().tables.set_index("table")["rows_kept"].to_dict()
    assert rows == {
        "cin.CINdetails": 11,
        "cin.Section47": 5,
        "cin.ChildProtectionPlans": 7,
        "cin.ChildIdentifiers": 27,
        "cin.ChildCharacteristics": 27,
        "cin.Assessments": 0,
        "ssda903.placed_for_adoption": 5,
        "ssda903.ad1": 5,
    }
    plans = data().local("raw:cin.ChildProtectionPlans")
    assert plans["InitialCategoryOfAbuse"].cast(pl.String).value_counts().sort("count").rows() == [
        ("PHY", 3),
        ("EMO", 4),
    ]
    assert plans["NumberOfPreviousCPP"].to_list().count(1) == 2
    details = data().local("raw:cin.CINdetails")
    assert details["ReferralNFA"].cast(pl.String).to_list() == ["0"] * 11
    assert sorted(details["ReferralSource"].cast(pl.String).drop_nulls().to_list()) == [
        "2A",
        "3D",
        "6",
        "6",
        "6",
        "8",
    ]
    enquiries = data().local("raw:cin.Section47")
    assert sorted(enquiries["ICPCnotRequired"].cast(pl.String).to_list()) == ["0", "0", "0", "1", "1"]
    assert enquiries["DateOfInitialCPC"].null_count() == 2


def test_oddities_are_reported() -> None:
    found = dict(zip(data().problems["code"], data().problems["rows"], strict=True))
    assert found["unknown_code"] == 1  # a need of adult services
    assert found["assessment_without_referral"] == 5
    assert "unreadable_date" not in found


def test_six_months_answer_for_no_year() -> None:
    result = csc.calculate(["rereferral_pct", "cpp_subsequent_pct"], data(), csc.Window.year_to("2021-03-31"))
    assert list(result.frame["status"]) == ["incomplete", "incomplete"]
    stock = csc.calculate("cla_stock_number", data(), csc.Window.snapshot("2021-03-16"))
    assert list(stock.frame["status"]) == ["no_data"]
