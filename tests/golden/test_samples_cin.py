"""Sample children in need returns of public projects, read and counted as their description counts them.

Sources: invented children from csc-validator-be-cin (data-to-insight) and liia-tools-pipeline
(SocialFinanceDigitalLabs), both MIT licensed. The files lie beside the repository and are not part of it; their
README counts what each holds.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.sources.cin_xml import read_xml

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "cin"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="needs the sample returns in ../shared/samples/cin beside the repository"
)

COUNTED = (
    "ChildIdentifiers", "CINdetails", "Assessments", "AssessmentFactorsList", "CINplanDates", "Section47",
    "ChildProtectionPlans", "Reviews", "PreProceedings",
)  # fmt: skip
COUNTS = {
    "fake_CIN_data.xml": (332, 402, 0, 0, 0, 0, 0, 0, 0),
    "CIN_Census_2021.xml": (1, 1, 1, 2, 1, 1, 1, 1, 0),
    "CIN_Census_2021_copy.xml": (1, 1, 1, 0, 1, 1, 1, 1, 0),
    "CIN_Census_2021_no_assessment_factors.xml": (1, 1, 1, 0, 1, 1, 1, 1, 0),
    "CIN2rows.xml": (1, 1, 1, 0, 1, 1, 2, 2, 0),
    "CIN_Census_2024.xml": (2, 2, 2, 3, 1, 1, 1, 1, 0),
    "CIN_Census_2026.xml": (2, 2, 2, 3, 1, 1, 1, 1, 1),
    "CIN_header_issues_100.xml": (1, 1, 1, 2, 1, 1, 1, 1, 0),
    "CIN_la_issues_2887Q.xml": (1, 1, 1, 2, 1, 1, 1, 1, 0),
    "liia_BAR_cin_2022.xml": (1, 1, 1, 2, 1, 1, 1, 1, 0),
}
"""Rows by table, from the README of the samples."""
HEADERS = {
    "fake_CIN_data.xml": ("975", "2022", "2022-07-21"),
    "CIN_Census_2021.xml": ("201", "2023", "2023-03-31"),
    "CIN_Census_2021_copy.xml": ("201", "2023", "2024-03-31"),
    "CIN_header_issues_100.xml": ("201", "2023", "2023-03-28"),
    "liia_BAR_cin_2022.xml": ("201", "2022", "2022-03-31"),
}


@cache
def fake() -> csc.Data:
    return csc.read(SAMPLES / "fake_CIN_data.xml")


def problems(data: csc.Data) -> dict[str, int]:
    return dict(zip(data.problems["code"], data.problems["rows"], strict=True))


def test_every_file_is_described() -> None:
    assert {path.name for path in SAMPLES.glob("*.xml")} == set(COUNTS)


@pytest.mark.parametrize("name", COUNTS)
def test_rows(name: str) -> None:
    frames = read_xml(SAMPLES / name)
    assert tuple(frames[table].height if table in frames else 0 for table in COUNTED) == COUNTS[name]


@pytest.mark.parametrize("name", HEADERS)
def test_headers(name: str) -> None:
    assert read_xml(SAMPLES / name)["Header"].select("LA", "YEAR", "ReferenceDate").row(0) == HEADERS[name]


@pytest.mark.parametrize("name", COUNTS)
def test_no_file_is_out_of_order_and_a_wrong_reference_date_is_said(name: str) -> None:
    found = problems(csc.read(SAMPLES / name))
    assert not {"out_of_order", "unknown_element"} & set(found)
    right = {"CIN_Census_2021.xml", "liia_BAR_cin_2022.xml", "CIN_la_issues_2887Q.xml"}
    assert ("reference_date" in found) == (name not in right)


def test_the_large_file_as_described() -> None:
    data = fake()
    details = data.local("cin.CINdetails")
    blocks = details.group_by("KEY").len()["len"].value_counts()
    assert dict(blocks.iter_rows()) == {1: 270, 2: 54, 3: 8}
    assert details["CINclosureDate"].null_count() == 150
    assert details.filter(pl.col("CINclosureDate") < pl.col("CINreferralDate")).is_empty()
    assert details["DateOfInitialCPC"].count() == 350
    assert (details["ReferralNFA"].cast(pl.String) == "1").all()
    assert details.filter(pl.col("CINreferralDate") > dt.date(2022, 3, 31)).height == 46
    dates = details["CINreferralDate"]
    assert (dates.dt.year().min(), dates.max()) == (2004, dt.date(2030, 3, 31))
    assert data.local("cin.Disabilities").height == 117
    identifiers = data.local("cin.ChildIdentifiers")
    assert identifiers["PersonDeathDate"].count() == 21
    assert identifiers["UPN"].null_count() == identifiers["PersonBirthDate"].null_count() == 0


def test_the_large_file_has_referrals_and_no_episode_of_need() -> None:
    data = fake()
    assert data.local("cin.referrals").height == 402  # no two of one child on one day
    assert data.local("cin.needs").is_empty()
    assert problems(data)["referral_after_return"] == 46


def test_one_return_gives_no_rereferrals_and_no_share_of_nothing() -> None:
    measures = [
        "rereferral_pct",
        "rereferral_forward_12m_pct",
        "cpp_subsequent_pct",
        "gang_factor_assessment_pct",
    ]
    result = csc.calculate(measures, fake(), csc.Window.year_to("2022-03-31"))
    assert result.frame["status"].to_list() == ["incomplete", "incomplete", "undefined", "undefined"]
    assert result.frame["value"].isna().all()


def test_factors_of_the_cleanest_file() -> None:
    """Its one assessment has two factors; on its date of authorisation they are shares of one episode."""
    data = csc.read(SAMPLES / "liia_BAR_cin_2022.xml")
    factors = sorted(data.local("cin.factors")["FACTOR"].to_list())
    listed = read_xml(SAMPLES / "liia_BAR_cin_2022.xml")["AssessmentFactorsList"]["AssessmentFactor"]
    assert factors == sorted(listed.to_list())
