"""Population files in the shapes in which they are published, and which estimate serves which window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.errors import InputError
from csc_outcomes.sources.population import is_population, population
from small_returns import cells, frame

PUBLISHED = (
    Path(__file__).parents[2].parent / "shared" / "data" / "published" / "population_0_17_mid_year.csv"
)

RETURN = """
    A 1 2023 2022-05-01 S C2 N1 U4 - -
    A 1 2024 2022-05-01 S C2 N1 U4 - -
    B 1 2023 2022-05-01 S C2 N1 U4 - -
    B 1 2024 2022-05-01 S C2 N1 U4 - -
    B 2 2024 2023-05-01 S C2 N1 U4 - -
"""
CHILDREN = """
    A 1 2024 1 2010-05-01 WBRI
    B 1 2024 2 2023-04-02 WBRI
    B 2 2024 2 - WBRI
"""


def rates(estimates: Any, window: Any = "2024-03-31", **options: Any) -> csc.Result:
    tables = {"ssda903.episodes": frame("ssda903.episodes", RETURN), "population": estimates}
    tables["ssda903.header"] = frame("ssda903.header", CHILDREN)
    chosen = csc.Window.snapshot(window) if isinstance(window, str) else window
    return csc.calculate("cla_stock_rate_10k", csc.Data(tables), chosen, **({"by": "LA"} | options))


def denominators(estimates: Any, window: Any = "2024-03-31", **options: Any) -> dict[str, float | None]:
    found = cells(rates(estimates, window, **options), "area", "denominator", breakdown="all")
    return dict(found)  # type: ignore[arg-type]


def plain(*rows: tuple[str, Any, Any]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["LA", "YEAR", "population"])


BOTH = plain(("A", 2023, 1000), ("B", 2023, 4000))
EXPECTED = {"all": 5000, "A": 1000, "B": 4000}

# ---- shapes -------------------------------------------------------------------------------------------

PUBLISHED_COLUMNS = [
    "time_period", "geographic_level", "region_code", "region_name", "old_la_code", "new_la_code", "la_name",
    "population_estimate",
]  # fmt: skip


def published(old: tuple[str, str], new: tuple[str, str]) -> pd.DataFrame:
    rows = [
        ["2023", "National", "", "", "", "", "", "12059476"],
        ["2023", "Regional", "E12000001", "North East", "", "", "", "542710"],
        ["2023", "Regional", "E12000002", "North West", "z", "z", "", "999"],
        ["2023", "Regional", "E12000003", "Yorkshire", "z", "z", "", "1000"],
        ["2023", "Local authority", "E12000001", "North East", old[0], new[0], "First", "1000"],
        ["2023", "Local authority", "E12000001", "North East", old[1], new[1], "Second", "4,000"],
        ["2022", "Local authority", "E12000001", "North East", old[1], new[1], "Second", "3500"],
    ]
    return pd.DataFrame(rows, columns=PUBLISHED_COLUMNS)


def test_the_file_of_the_department_by_either_code() -> None:
    assert denominators(published(("A", "B"), ("E08000001", "E08000002"))) == EXPECTED
    assert denominators(published(("301", "302"), ("A", "B"))) == EXPECTED


def test_old_codes_with_blanks_come_as_floats() -> None:
    estimates = published(("301", "302"), ("E08000001", "E08000002"))
    estimates["old_la_code"] = pd.to_numeric(estimates["old_la_code"], errors="coerce")
    episodes = frame("ssda903.episodes", RETURN)
    episodes["LA"] = episodes["LA"].map({"A": 301, "B": 302})
    data = csc.Data({"ssda903.episodes": episodes, "population": estimates})
    result = csc.calculate("cla_stock_rate_10k", data, csc.Window.snapshot("2024-03-31"), by="LA")
    assert cells(result, "area", "denominator") == [("all", 5000), ("301", 1000), ("302", 4000)]


def single_years(sexes: list[Any], per_sex: dict[str, int], **columns: str) -> pd.DataFrame:
    """The ONS layout, one row per authority, sex and single year of age (0 to 18), long."""
    rows = [
        (la, sex, age, 2023, number) for la, number in per_sex.items() for sex in sexes for age in range(19)
    ]
    named = pd.DataFrame(rows, columns=["ladcode23", "sex", "age", "year", "population"])
    return named.rename(columns=columns)


@pytest.mark.parametrize("sexes", [["M", "F"], [1, 2], ["Males", "females"], [" male", "Female "]], ids=str)
@pytest.mark.parametrize("code", ["ladcode23", "LAD code", "Area code", "Geography code", "Code"])
def test_the_single_year_file_of_the_ons_long(sexes: list[Any], code: str) -> None:
    """36 estimates of 25 and of 100; those of age 18 stay out."""
    estimates = single_years(sexes, {"A": 25, "B": 100}, ladcode23=code)
    assert denominators(estimates) == {"all": 4500, "A": 900, "B": 3600}


def test_the_single_year_file_of_the_ons_wide() -> None:
    wide = single_years(["M", "F"], {"A": 25, "B": 100}).drop(columns="year")
    wide = wide.rename(columns={"population": "population_2023"}).assign(
        population_2022=10, laname23="Somewhere"
    )
    assert denominators(wide) == {"all": 4500, "A": 900, "B": 3600}
    assert denominators(wide, "2023-03-31") == {"all": 720, "A": 360, "B": 360}


@pytest.mark.parametrize("year", ["2023", "Mid-2023", "mid2023", "POPULATION_2023"])
def test_one_column_a_year(year: str) -> None:
    assert denominators(pd.DataFrame({"LA": ["A", "B"], year: ["1,000", "4000"]})) == EXPECTED


@pytest.mark.parametrize("kind", ["pandas", "text", "polars", "upper case", "mark"])
def test_a_plain_frame(kind: str) -> None:
    frames: dict[str, Any] = {
        "pandas": BOTH,
        "text": BOTH.astype(str),
        "polars": pl.DataFrame(BOTH),
        "upper case": BOTH.rename(columns=str.upper),
        "mark": BOTH.rename(columns={"LA": "\ufeffLA "}),
    }
    assert denominators(frames[kind]) == EXPECTED


def test_a_year_may_be_written_as_the_day_of_the_estimate() -> None:
    estimates = BOTH.assign(YEAR="30/06/2023").rename(columns={"YEAR": "Date"})
    assert denominators(estimates) == EXPECTED


def test_ages_for_which_an_estimate_is() -> None:
    rows = [("A", 2023, "0-17", 1000), ("A", 2023, "0 to 15", 900), ("B", 2023, "0 to 17", 4000)]
    estimates = pd.DataFrame(rows, columns=["LA", "YEAR", "age group", "population"])
    assert denominators(estimates) == EXPECTED
    # A long hyphen, as spreadsheets write it.
    assert denominators(estimates.replace({"0 to 17": "0 \u2013 17"})) == EXPECTED


def test_an_estimate_for_other_ages_is_none_for_these() -> None:
    estimates = BOTH.assign(ages="0-15")
    result = rates(estimates)
    assert cells(result, "area", "numerator", "denominator", "value", "status") == [
        ("all", 3, None, None, "no_population"),
        ("A", 1, None, None, "no_population"),
        ("B", 2, None, None, "no_population"),
    ]


def test_a_range_with_a_missing_year_of_age_gives_no_estimate() -> None:
    estimates = single_years(["M", "F"], {"A": 25, "B": 100})
    short = estimates[~((estimates["ladcode23"] == "B") & (estimates["age"] == 7))]
    assert denominators(short) == {"all": None, "A": 900, "B": None}
    # One sex of one age is enough: the sum would be too small by it.
    row = (estimates["ladcode23"] == "B") & (estimates["age"] == 7) & (estimates["sex"] == "F")
    assert denominators(estimates[~row]) == {"all": None, "A": 900, "B": None}
    assert denominators(estimates.assign(population=estimates["population"].mask(row))) == {
        "all": None, "A": 900, "B": None,
    }  # fmt: skip


def test_one_sex_alone_is_not_the_population() -> None:
    women = single_years(["F"], {"A": 25, "B": 100})
    assert denominators(women) == {"all": None, "A": None, "B": None}
    totals = pd.DataFrame(
        [("A", 2023, "F", 480), ("A", 2023, "M", 520), ("B", 2023, "F", 4000)],
        columns=["LA", "YEAR", "sex", "population"],
    )
    assert denominators(totals) == {"all": None, "A": 1000, "B": None}


def test_what_is_no_sex_is_not_taken_for_both() -> None:
    rows = [
        ("A", 2023, "Persons", 1000),
        ("A", 2023, "other", 3),
        ("B", 2023, "all", 4000),
        ("B", 2023, "?", 9),
    ]
    assert denominators(pd.DataFrame(rows, columns=["LA", "YEAR", "sex", "population"])) == EXPECTED


def test_totals_are_used_beside_the_sexes() -> None:
    """A total is not added to its parts."""
    rows = [("A", 2023, sex, number) for sex, number in (("Male", 520), ("Female", 480), ("Persons", 1000))]
    rows += [("B", 2023, "Persons", 4000)]
    assert denominators(pd.DataFrame(rows, columns=["LA", "YEAR", "sex", "population"])) == EXPECTED


def test_regions_and_nations_are_no_authorities() -> None:
    others = [
        "E92000001",
        "E12000001",
        "E13000002",
        "E11000001",
        "K02000001",
        "W92000004",
        "z",
        "x",
        "",
        None,
    ]
    rows = [(code, 2023, number) for code in others for number in (5, 6)]
    estimates = pd.concat([BOTH, plain(*rows)])
    assert denominators(estimates) == EXPECTED
    kept = population(pl.DataFrame(estimates))
    assert sorted(kept["LA"].unique()) == ["A", "B"]
    codes = ["001", "E06000001", "E10000003"]
    assert sorted(population(pl.DataFrame(plain(*((code, 2023, 1) for code in codes))))["LA"]) == codes


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="needs ../shared/data/published beside the repository")
def test_the_published_file_itself() -> None:
    raw = pl.read_csv(PUBLISHED, infer_schema=False)
    found = population(raw)
    local = raw.filter(pl.col("geographic_level") == "Local authority")
    by_new_code = found.filter(pl.col("LA").str.starts_with("E"))
    assert by_new_code.height == local.height == 1976
    assert (
        by_new_code["POPULATION"].sum() == local["population_estimate"].cast(pl.Float64, strict=False).sum()
    )
    assert found.filter(pl.col("LA").str.starts_with("E12")).is_empty()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["LA", "YEAR", "population"], True),
        (PUBLISHED_COLUMNS, True),
        (["\ufeffladcode23", "laname23", "country", "sex", "age", "population_2023"], True),
        (["LA", "YEAR", "CHILD", "DECOM"], False),
        (["LA", "population"], False),
        (["YEAR", "population"], False),
    ],
)
def test_a_population_file_is_told_by_its_columns(columns: list[str], expected: bool) -> None:
    assert is_population(columns) is expected


# ---- what cannot be used ------------------------------------------------------------------------------


def test_columns_that_lack_are_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        rates(pd.DataFrame({"area": ["A"], "people": [1]}))
    text = str(caught.value)
    assert "population: needed an authority code (LA, new_la_code, ...)" in text
    assert "a year (YEAR, time_period, ...)" in text
    assert "an estimate (population, population_estimate, ...); found columns AREA, PEOPLE" in text


def test_columns_found_twice_are_refused() -> None:
    with pytest.raises(InputError, match="columns found twice: YEAR"):
        rates(BOTH.assign(year=2023))


def test_two_estimates_for_one_authority_and_year_are_refused() -> None:
    """Files of two vintages must not be stacked: which one is meant cannot be told."""
    revised = BOTH.assign(population=[1010, 4000])
    with pytest.raises(InputError) as caught:
        rates(pd.concat([BOTH.assign(vintage=2023), revised.assign(vintage=2024)]))
    text = str(caught.value)
    assert "1 combinations of authority, year, age and sex have two different estimates" in text
    assert "keep the rows of one vintage" in text
    assert "1010" not in text


def test_two_estimates_for_one_age_are_refused() -> None:
    estimates = single_years(["M", "F"], {"A": 25, "B": 100})
    revised = estimates[estimates["age"] == 3].assign(population=7)
    with pytest.raises(InputError, match="4 combinations of authority, year, age and sex"):
        rates(pd.concat([estimates, revised]))


def test_the_same_estimate_twice_counts_once() -> None:
    assert denominators(pd.concat([BOTH, BOTH])) == EXPECTED
    assert denominators(pd.concat([BOTH, BOTH.assign(population=None)])) == EXPECTED


@pytest.mark.parametrize("value", ["c", "z", "x", "", None, ":", "low", 0, "0", -5])
def test_a_symbol_a_blank_or_zero_is_no_population(value: Any) -> None:
    estimates = plain(("A", 2023, "1000"), ("B", 2023, value))
    assert cells(rates(estimates), "area", "numerator", "denominator", "value", "status") == [
        ("all", 3, None, None, "no_population"),
        ("A", 1, 1000, 10, "ok"),
        ("B", 2, None, None, "no_population"),
    ]


def test_a_file_without_any_authority_is_refused() -> None:
    for estimates in (plain(("E92000001", 2023, 1)), plain(("A", "latest", 1)), BOTH.head(0)):
        with pytest.raises(InputError, match="no row has the code of an authority and a readable year"):
            rates(estimates)


def test_without_one_authority_there_is_no_whole() -> None:
    """The rate of all never rests on the residents of some."""
    result = rates(plain(("A", 2023, 1000), ("C", 2023, 9)))
    assert cells(result, "area", "denominator", "value", "status") == [
        ("all", None, None, "no_population"),
        ("A", 1000, 10, "ok"),
        ("B", None, None, "no_population"),
    ]
    assert cells(rates(BOTH), "area", "value") == [("all", 6), ("A", 10), ("B", 5)]


def test_notes_say_which_estimate_is_used_and_where_there_is_none() -> None:
    notes = rates(plain(("A", 2023, 1000))).notes
    chosen = notes[notes["kind"].isin(["population", "status"])]
    assert list(chosen[["area", "kind", "code", "text"]].itertuples(index=False, name=None)) == [
        ("all", "status", "no_population", "no population estimate for this area, year or group"),
        ("B", "status", "no_population", "no population estimate for this area, year or group"),
        ("all", "population", "dfe", "population estimate of 30 June 2023"),
    ]


# ---- groups -------------------------------------------------------------------------------------------


def test_rates_by_age_and_sex() -> None:
    """25 or 100 of every age and sex: under 1 once, 1-4 four times, 5-9 five, 10-15 six, 16+ two ages."""
    estimates = single_years(["M", "F"], {"A": 25, "B": 100})
    result = rates(estimates, by=["age_band", "sex", "age_band x sex"])
    by_age = cells(result, "group", "numerator", "denominator", "status", breakdown="age_band")
    assert by_age == [
        ("under 1", 1, 250, "ok"),
        ("1-4", 0, 1000, "ok"),
        ("5-9", 0, 1250, "ok"),
        ("10-15", 1, 1500, "ok"),
        ("16+", 0, 500, "ok"),
        ("unknown", 1, None, "no_population"),
    ]
    by_sex = cells(result, "group", "numerator", "denominator", "value", "status", breakdown="sex")
    assert by_sex == [
        ("male", 1, 2250, 40000 / 9000, "ok"),
        ("female", 2, 2250, 80000 / 9000, "ok"),
        ("unknown", 0, None, None, "no_population"),
    ]
    crossed = cells(result, "group", "numerator", "denominator", breakdown="age_band x sex")
    assert ("under 1 x female", 1, 125) in crossed
    assert ("10-15 x male", 1, 750) in crossed
    assert ("10-15 x female", 0, 750) in crossed
    assert ("unknown x female", 1, None) in crossed


def test_groups_that_the_file_does_not_know_have_no_population() -> None:
    result = rates(BOTH, by=["age_band", "sex", "legal_status", "sex x legal_status"])
    totals = cells(result, "denominator", "value", breakdown="all")
    assert totals == [(5000, 6)]
    grouped = result.frame[result.frame["breakdown"] != "all"]
    assert set(grouped["status"]) == {"no_population"}
    assert grouped["value"].isna().all()
    assert grouped["denominator"].isna().all()
    assert cells(result, "numerator", group="full care order") == [(3,)]


# ---- which estimate -----------------------------------------------------------------------------------

SERIES = plain(
    *(
        (la, year, base + 100 * (year - 2020))
        for la, base in (("A", 1000), ("B", 4000))
        for year in (2021, 2022, 2023)
    )
)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        ("2024-03-31", 2023),
        ("2023-06-30", 2023),
        ("2023-06-29", 2022),
        ("2023-03-31", 2022),
        ("2022-12-31", 2022),
    ],
)
def test_the_latest_30_june_on_or_before_the_day(day: str, year: int) -> None:
    assert denominators(SERIES, day)["A"] == 1000 + 100 * (year - 2020)


def starts(estimates: pd.DataFrame, window: csc.Window, **options: Any) -> csc.Result:
    tables = {"ssda903.episodes": frame("ssda903.episodes", RETURN), "population": estimates}
    return csc.calculate("cla_starts_rate_10k", csc.Data(tables), window, **options)


def test_flows_of_a_year_take_the_estimate_of_its_end() -> None:
    """One child of B starts in the year to 31 March 2024; 10,000 x 1 / (1300 + 4300)."""
    (row,) = cells(starts(SERIES, csc.Window.year_to("2024-03-31")), "numerator", "denominator", "value")
    assert row == (1, 5600, 10_000 / 5600)


def test_flows_of_a_part_of_a_year_are_brought_to_a_year() -> None:
    half = starts(SERIES, csc.Window("2023-04-01", "2023-09-30"))
    assert cells(half, "numerator", "denominator", "value") == [(1, 2800, 10_000 / 2800)]
    hundred = starts(SERIES, csc.Window("2023-04-01", "2023-07-09"))
    ((numerator, denominator, value),) = cells(hundred, "numerator", "denominator", "value")
    assert numerator == 1
    assert denominator == pytest.approx(5600 * 100 / 366, rel=1e-12)
    assert value == pytest.approx(10_000 * 366 / 560_000, rel=1e-12)
    assert list(hundred.notes[hundred.notes["code"] == "annualised"]["text"]) == [
        "annualised: exposure of 0.273224 years"
    ]


TWO_YEARS = plain(
    ("A", 2022, 9635),
    ("A", 2023, 10_000),
    ("A", 2024, 10_366),
    ("B", 2022, 0),
    ("B", 2023, 1),
    ("B", 2024, 1),
)


@pytest.mark.parametrize(
    ("window", "people"),
    [
        # 30 September 2023 is 92 days of 366 after 30 June 2023.
        (csc.Window.year_to("2024-03-31"), 10_000 + 366 * 92 / 366),
        (csc.Window.snapshot("2023-06-30"), 10_000),
        (csc.Window.snapshot("2023-07-01"), 10_001),
        # 31 March 2023 is 274 days of 365 after 30 June 2022.
        (csc.Window.snapshot("2023-03-31"), 9635 + 274),
    ],
)
def test_interpolated_between_two_midyears(window: csc.Window, people: float) -> None:
    result = (
        starts(TWO_YEARS, window, by="LA", population="interpolate")
        if not window.is_day
        else rates(TWO_YEARS, window, population="interpolate")
    )
    ((found,),) = cells(result, "denominator", area="A")
    assert found == pytest.approx(people, rel=1e-12)


def test_the_policies_differ_and_say_so() -> None:
    dfe = rates(TWO_YEARS, "2024-03-31")
    between = rates(TWO_YEARS, "2024-03-31", population="interpolate")
    assert cells(dfe, "denominator", area="A") == [(10_000,)]
    # 31 March 2024 is 275 days of 366 after 30 June 2023.
    assert cells(between, "denominator", area="A") == [(10_275,)]
    text = list(between.notes[between.notes["kind"] == "population"]["text"])
    assert text == ["population interpolated to 2024-03-31 between 30 June 2023 and 2024"]


def test_the_last_estimate_is_carried_forward_and_says_so() -> None:
    result = rates(BOTH, "2024-03-31", population="interpolate")
    assert cells(result, "area", "denominator") == list(EXPECTED.items())
    text = list(result.notes[result.notes["kind"] == "population"]["text"])
    assert text == ["population estimate of 30 June 2023, carried forward"]


def test_an_authority_that_lacks_one_of_two_years_is_not_interpolated() -> None:
    estimates = plain(("A", 2023, 10_000), ("A", 2024, 10_366), ("B", 2023, 4000))
    assert denominators(estimates, population="interpolate") == {"all": None, "A": 10_275, "B": None}


@pytest.mark.parametrize("policy", ["dfe", "interpolate"])
def test_a_year_before_the_file_has_no_population(policy: str) -> None:
    result = rates(BOTH, "2023-03-31", population=policy)
    assert set(result.frame["status"]) == {"no_population"}
    assert result.frame["value"].isna().all()
    assert cells(result, "numerator") == [(2,), (1,), (1,)]


def test_a_year_after_the_file_is_not_guessed() -> None:
    assert denominators(plain(("A", 2021, 1), ("B", 2021, 1))) == {"all": None, "A": None, "B": None}


def test_the_population_is_listed_with_the_tables() -> None:
    tables = csc.Data({"population": SERIES}).tables
    assert tables.to_dict("records") == [
        {"table": "population", "rows": 6, "rows_kept": 6, "rows_set_aside": 0, "authorities": 2,
         "years": "2021, 2022, 2023"}
    ]  # fmt: skip
