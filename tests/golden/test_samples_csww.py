"""The sample workforce census of a public project, read and counted as its description counts it.

Source: invented workers from liia-tools (SocialFinanceDigitalLabs), MIT licensed. The file lies beside the repository
and is not part of it. Its dates and roles are drawn at random, so its figures mean nothing: what is compared is what
the twin makes of the same lines.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.sources.workforce_xml import read_xml
from reference import workforce_twin as twin

SAMPLE = Path(__file__).parents[2].parent / "shared" / "samples" / "csww" / "social_work_workforce_2022.xml"
pytestmark = pytest.mark.skipif(
    not SAMPLE.is_file(), reason="needs the sample census in ../shared/samples/csww beside the repository"
)

LA, YEAR = "301", 2022


@cache
def data() -> csc.Data:
    frames = read_xml(SAMPLE)
    return csc.Data({f"workforce.{name}": frame for name, frame in frames.items()})


@cache
def elements() -> list[dict[str, str]]:
    """Fields of each worker, read without the library."""
    root = ET.parse(SAMPLE).getroot()
    return [{field.tag: field.text or "" for field in worker} for worker in root.iter("CSWWWorker")]


def problems() -> dict[str, int]:
    return dict(zip(data().problems["code"], data().problems["rows"], strict=True))


def test_counts_of_the_description() -> None:
    workers = data().local("raw:workforce.worker").with_columns(pl.col(pl.Categorical).cast(pl.String))
    assert workers.height == len(elements()) == 30
    assert Counter(workers["AgencyWorker"].to_list()) == {"1": 18, "0": 12}
    assert Counter(workers["OrgRole"].drop_nulls().to_list()) == {
        "1": 4,
        "2": 3,
        "3": 2,
        "4": 1,
        "5": 2,
        "6": 5,
    }
    filled = {
        name: workers[name].count() for name in ("FTE30", "Cases30", "WorkingDaysLost", "RoleStartDate")
    }
    assert filled == {"FTE30": 25, "Cases30": 19, "WorkingDaysLost": 23, "RoleStartDate": 26}
    assert workers["Absat30Sept"].count() == 5 and workers["CFKSSstatus"].count() == 22
    ended = workers.filter(pl.col("RoleEndDate").is_not_null())
    assert ended.height == 13 and ended["FTE"].to_list() == [0.0] * 13
    assert workers["FTE"].null_count() == 0 and workers.filter(pl.col("FTE") == 0).height == 13
    assert (ended["RoleEndDate"] == date(2023, 3, 28)).sum() == 11 == problems()["end_after_return"]
    assert set(workers.select("LA", "YEAR").rows()) == {(LA, YEAR)}


def test_the_authoritys_own_row() -> None:
    row = data().local("raw:workforce.la_level")
    assert row.select("NumberOfVacancies", "NoAgencyFTE", "NoAgencyHeadcount").row(0) == (79.68, 59.82, 71)


def test_every_cell_is_what_the_file_says() -> None:
    raw = read_xml(SAMPLE)["worker"].drop("LA", "YEAR")
    found = [{name: cell for name, cell in row.items() if cell is not None} for row in raw.to_dicts()]
    assert found == elements()


def parsed(fields: dict[str, str]) -> dict[str, Any]:
    numbers = ("FTE", "FTE30", "Cases30", "WorkingDaysLost")
    dates = ("PersonBirthDate", "RoleStartDate", "RoleEndDate")
    return {
        "LA": LA, "YEAR": YEAR, "SWENo": fields["SWENo"], "AgencyWorker": fields["AgencyWorker"],
        **{name: Fraction(fields[name]) if name in fields else None for name in numbers},
        **{name: date.fromisoformat(fields[name]) if name in fields else None for name in dates},
    }  # fmt: skip


RATIOS = [
    "avg_caseload_fte", "cases_per_all_fte", "vacancy_rate_fte_pct", "agency_rate_fte_pct",
    "vacancy_agency_cover_pct", "turnover_rate_fte_pct", "starters_rate_fte_pct", "sickness_absence_rate_pct",
]  # fmt: skip


@pytest.mark.parametrize("measure", RATIOS)
def test_ratios_of_the_sample(measure: str) -> None:
    vacancies = {
        "LA": LA,
        "YEAR": YEAR,
        "NumberOfVacancies": Fraction("79.68"),
        "NoAgencyFTE": Fraction("59.82"),
    }
    census = twin.Census([parsed(fields) for fields in elements()], [vacancies])
    pair = twin.ratio(measure, census, LA, YEAR, twin.Choices())
    assert pair is not None
    row = csc.calculate(measure, data(), csc.Window.year_to("2022-09-30")).frame.iloc[0]
    assert row["status"] == "ok"
    assert (row["numerator"], row["denominator"]) == pytest.approx(tuple(map(float, pair)), rel=1e-14)


def test_persons_of_the_sample() -> None:
    census = twin.Census([parsed(fields) for fields in elements()])
    values = twin.median_values(census, LA, YEAR, twin.Choices())
    day = csc.Window.snapshot("2022-09-30")
    frame = csc.calculate("caseload_per_worker_median", data(), day).frame.set_index("group")
    assert frame.loc["max", "value"] == max(values) == 87
    assert frame.loc["all", "denominator"] == len(values) > 5
    over = csc.calculate("caseload_over_threshold_pct", data(), day, parameters={"threshold": 50}).frame
    pair = twin.over_threshold(census, LA, YEAR, twin.Choices(threshold=50))
    assert pair is not None
    assert (over["numerator"][0], over["denominator"][0]) == pair
    assert 0 < pair[0] < pair[1]


def test_other_days_and_years_are_not_answered() -> None:
    days = [csc.Window.snapshot(day) for day in ("2022-03-31", "2021-09-30", "2023-09-30")]
    frame = csc.calculate(["avg_caseload_fte", "caseload_per_worker_median"], data(), days).frame
    assert set(frame["status"]) == {"incomplete"} and frame["value"].isna().all()
