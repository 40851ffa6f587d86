"""Calculate, explain and compare on small returns, every figure worked by hand."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft202012Validator

import csc_outcomes as csc
from csc_outcomes.definitions.measure import Status
from csc_outcomes.engine.compare import COMPARED
from csc_outcomes.engine.estimate import INTERVALS
from csc_outcomes.engine.rows import BOOTSTRAP, COLUMNS, ORDER_STATISTICS
from csc_outcomes.errors import InputError, UnknownNameError
from csc_outcomes.schemas import schema
from small_returns import cells, data

EPISODES = """
    A 1 2023 2022-05-01 S C2 N1 U4 -          -
    A 1 2024 2022-05-01 S C2 N1 U4 -          -
    A 2 2024 2023-06-01 S V2 N1 K2 -          -
    A 3 2024 2023-07-01 S C2 N8 U1 2023-12-01 E4A
    B 1 2024 2023-05-01 S C1 N1 U4 -          -
"""
HEADER = """
    A 1 2024 1 2010-05-01 WBRI
    A 2 2024 2 2023-06-01 MWBC
    A 3 2024 1 2015-01-01 WBRI
"""
"""A returns two years, B one. On 31 March 2024: A 1 (aged 13) and A 2 (aged 0, K2), and B 1, who has no header."""

MARCH = csc.Window.snapshot("2024-03-31")
BEFORE = csc.Window.snapshot("2023-03-31")
YEAR = csc.Window.year_to("2024-03-31")
AGES = ["under 1", "1-4", "5-9", "10-15", "16+", "unknown"]
SEXES = ["male", "female", "unknown"]


@pytest.fixture(scope="module")
def returns() -> csc.Data:
    return data(EPISODES, header=HEADER, population="A 2022 1000\nA 2023 2000\nB 2022 500\nB 2023 500")


def notes(result: csc.Result, kind: str, *columns: str) -> list[tuple[Any, ...]]:
    found = result.notes[result.notes["kind"] == kind]
    return list(found[list(columns)].itertuples(index=False, name=None))


# ---- the table ----------------------------------------------------------------------------------------


def test_the_table_has_always_the_same_columns(returns: csc.Data) -> None:
    result = csc.calculate("cla_stock_number", returns, MARCH)
    assert tuple(result.frame.columns) == COLUMNS == (
        "measure", "version", "window", "start", "end", "area", "breakdown", "group",
        "numerator", "denominator", "value", "lower", "upper", "interval", "unit", "status",
    )  # fmt: skip
    row = result.frame.iloc[0]
    assert (row["measure"], row["version"], row["unit"], row["interval"]) == (
        "cla_stock_number", 1, "child", "exact Poisson",
    )  # fmt: skip
    assert row["start"] == row["end"] == pd.Timestamp("2024-03-31")
    kinds = {name: dtype.kind for name, dtype in result.frame.dtypes.items()}
    assert [kinds[name] for name in ("version", "start", "end", "numerator", "value", "lower")] == list(
        "iMMfff"
    )


def test_measures_come_in_the_order_asked_for_and_once(returns: csc.Data) -> None:
    asked = ["residential_share_dfe_pct", "cla_stock_number", "residential_share_dfe_pct"]
    result = csc.calculate(asked, returns, MARCH)
    assert list(result.frame["measure"]) == ["residential_share_dfe_pct", "cla_stock_number"]
    assert cells(result, "numerator", "denominator", "value") == [(1, 3, 100 / 3), (3, None, 3)]


def test_the_grid_is_complete_and_in_order(returns: csc.Data) -> None:
    result = csc.calculate(["cla_stock_number"], returns, [BEFORE, MARCH], by=["LA", "age_band", "sex"])
    rows = [("all", "all"), *(("age_band", age) for age in AGES), *(("sex", sex) for sex in SEXES)]
    expected = [
        (window, area, *row)
        for window in ("2023-03-31", "2024-03-31")
        for area in ("all", "A", "B")
        for row in rows
    ]
    assert cells(result, "window", "area", "breakdown", "group") == expected
    assert len(result.frame) == 60


def test_nobody_is_0_and_not_a_gap(returns: csc.Data) -> None:
    result = csc.calculate("cla_stock_number", returns, MARCH, by=["LA", "age_band", "sex", "age_band x sex"])

    def groups(area: str, breakdown: str) -> list[Any]:
        return [value for (value,) in cells(result, "value", area=area, breakdown=breakdown)]

    assert groups("all", "all") == [3]
    assert groups("all", "age_band") == [1, 0, 0, 1, 0, 1]
    assert groups("A", "age_band") == [1, 0, 0, 1, 0, 0]
    assert groups("B", "age_band") == [0, 0, 0, 0, 0, 1]
    assert groups("all", "sex") == [1, 1, 1]
    assert set(result.frame["status"]) == {"ok"}
    crossed = cells(result, "group", "value", area="all", breakdown="age_band x sex")
    assert [group for group, _ in crossed] == [f"{age} x {sex}" for age in AGES for sex in SEXES]
    assert [pair for pair in crossed if pair[1]] == [
        ("under 1 x female", 1), ("10-15 x male", 1), ("unknown x unknown", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        (None, [("all", "all")]),
        ([], [("all", "all")]),
        ("LA", [("all", "all"), ("A", "all"), ("B", "all")]),
        (["LA", "LA"], [("all", "all"), ("A", "all"), ("B", "all")]),
        ("sex", [("all", "all"), *(("all", sex) for sex in SEXES)]),
        (["sex", "sex"], [("all", "all"), *(("all", sex) for sex in SEXES)]),
        (("sex",), [("all", "all"), *(("all", sex) for sex in SEXES)]),
        (
            "sex x uasc",
            [("all", "all"), *(("all", f"{s} x {u}") for s in SEXES for u in ("UASC", "not UASC", "unknown"))],
        ),
    ],
)  # fmt: skip
def test_ways_to_ask_for_groups(by: Any, rows: list[tuple[str, str]]) -> None:
    found = data(EPISODES, header=HEADER, uasc="A 1 2024 -")
    result = csc.calculate("cla_stock_number", found, MARCH, by=by)
    assert cells(result, "area", "group") == rows


def test_groups_of_the_episode_and_of_the_child() -> None:
    found = data(EPISODES, header=HEADER, uasc="A 1 2024 2024-03-31\nA 2 2024 2024-04-01")
    result = csc.calculate(
        "cla_stock_number",
        found,
        MARCH,
        by=["legal_status", "placement_type", "need", "uasc", "ethnicity_group"],
    )
    assert [row for row in cells(result, "breakdown", "group", "value") if row[2] and row[0] != "all"] == [
        ("legal_status", "interim care order", 1),
        ("legal_status", "full care order", 1),
        ("legal_status", "accommodated under section 20", 1),
        ("placement_type", "foster placements", 2),
        ("placement_type", "secure and children's homes", 1),
        ("need", "abuse or neglect", 3),
        ("uasc", "UASC", 1),
        ("uasc", "not UASC", 2),
        ("ethnicity_group", "White", 1),
        ("ethnicity_group", "Mixed", 1),
        ("ethnicity_group", "unknown", 1),
    ]


def test_a_stock_asked_for_over_a_period_is_that_of_its_last_day(returns: csc.Data) -> None:
    result = csc.calculate(
        "cla_stock_number", returns, csc.Window("2023-04-01", "2024-03-31", label="the year")
    )
    (row,) = cells(result, "window", "start", "end", "value")
    assert row == ("the year", pd.Timestamp("2024-03-31"), pd.Timestamp("2024-03-31"), 3)


def test_value_is_per_times_numerator_over_denominator_on_every_row(returns: csc.Data) -> None:
    ids = [
        "cla_stock_rate_10k",
        "cla_starts_rate_10k",
        "residential_share_dfe_pct",
        "placement_moves_per_100_care_years",
        "placements_12m_mean",
    ]
    windows = [YEAR, csc.Window("2023-04-01", "2023-09-30")]
    result = csc.calculate(ids, returns, windows, by=["LA", "legal_status"])
    frame = result.frame[result.frame["value"].notna()]
    per = frame["measure"].map({name: csc.measure(name).per for name in ids})
    assert len(frame) > 40
    np.testing.assert_allclose(frame["value"], per * frame["numerator"] / frame["denominator"], rtol=1e-12)


# ---- statuses -----------------------------------------------------------------------------------------

STATUS_COLUMNS = ("area", "numerator", "denominator", "value", "status")


def test_ok() -> None:
    result = csc.calculate(
        "cla_stock_rate_10k", data(EPISODES, population="A 2023 2000\nB 2023 500"), MARCH, by="LA"
    )
    assert cells(result, *STATUS_COLUMNS) == [
        ("all", 3, 2500, 12, "ok"), ("A", 2, 2000, 10, "ok"), ("B", 1, 500, 20, "ok"),
    ]  # fmt: skip


def test_no_data_where_a_table_is_missing() -> None:
    result = csc.calculate("cla_stock_excl_uasc_rate_10k", data(EPISODES), MARCH, by="LA")
    assert cells(result, *STATUS_COLUMNS) == [
        (area, None, None, None, "no_data") for area in ("all", "A", "B")
    ]
    assert {text for (text,) in notes(result, "status", "text")} == {"table ssda903.uasc is not in the data"}


def test_no_data_where_an_authority_has_no_row() -> None:
    """B has no OC2; what all authorities together would say is incomplete, not a smaller mean."""
    episodes = "A 1 2024 2020-05-01 S C2 N1 U4 - -\nB 1 2024 2020-05-01 S C2 N1 U4 - -"
    oc2 = "A 1 2024 14 - 0 - 1 1 1 0"
    header = "A 1 2024 1 2010-05-01 WBRI"
    result = csc.calculate("sdq_mean", data(episodes, header=header, oc2=oc2), YEAR, by="LA")
    assert cells(result, *STATUS_COLUMNS) == [
        ("all", None, None, None, "incomplete"), ("A", 14, 1, 14, "ok"), ("B", None, None, None, "no_data"),
    ]  # fmt: skip
    assert notes(result, "status", "area", "text")[0] == (
        "all", "1 of 2 authorities cannot be answered for: no row of ssda903.oc2 for this authority",
    )  # fmt: skip


def test_no_population() -> None:
    result = csc.calculate("cla_stock_rate_10k", data(EPISODES, population="A 2023 2000"), MARCH, by="LA")
    assert cells(result, *STATUS_COLUMNS) == [
        ("all", 3, None, None, "no_population"), ("A", 2, 2000, 10, "ok"), ("B", 1, None, None, "no_population"),
    ]  # fmt: skip
    assert cells(csc.calculate("cla_stock_rate_10k", data(EPISODES), MARCH), *STATUS_COLUMNS) == [
        ("all", 3, None, None, "no_population"),
    ]  # fmt: skip


def test_incomplete_where_a_return_is_missing(returns: csc.Data) -> None:
    result = csc.calculate("cla_stock_number", returns, BEFORE, by="LA")
    assert cells(result, *STATUS_COLUMNS) == [
        ("all", None, None, None, "incomplete"), ("A", 1, None, 1, "ok"), ("B", None, None, None, "incomplete"),
    ]  # fmt: skip
    assert ("B", "ssda903.care has no return for the year ending 2023") in notes(
        result, "status", "area", "text"
    )


def test_undefined_where_nothing_is_there_to_divide_by(returns: csc.Data) -> None:
    """On 15 April 2023 A 1 is in care and nobody of B."""
    result = csc.calculate("residential_share_dfe_pct", returns, csc.Window.snapshot("2023-04-15"), by="LA")
    assert cells(result, *STATUS_COLUMNS) == [
        ("all", 0, 1, 0, "ok"), ("A", 0, 1, 0, "ok"), ("B", 0, 0, None, "undefined"),
    ]  # fmt: skip
    assert notes(result, "status", "area", "code", "text") == [("B", "undefined", "the denominator is zero")]


def test_the_order_of_statuses() -> None:
    """No data before no population before incomplete before undefined."""
    nothing = data(EPISODES)
    both = csc.calculate("cla_stock_excl_uasc_rate_10k", nothing, MARCH)
    assert cells(both, "status") == [("no_data",)]
    without = csc.calculate("cla_stock_rate_10k", nothing, BEFORE, by="LA")
    assert cells(without, *STATUS_COLUMNS)[2] == ("B", None, None, None, "no_population")
    nobody = csc.calculate("residential_share_dfe_pct", nothing, csc.Window.snapshot("2023-03-30"), by="LA")
    assert cells(nobody, "area", "status")[2] == ("B", "incomplete")
    assert [status.value for status in Status] == [
        "no_data", "no_population", "incomplete", "undefined", "low_precision", "ok",
    ]  # fmt: skip


def test_a_year_in_the_future_or_the_past_is_not_0(returns: csc.Data) -> None:
    windows = [csc.Window.snapshot(day) for day in ("2098-03-31", "2024-04-01", "2001-03-31")]
    result = csc.calculate("cla_stock_number", returns, windows)
    assert cells(result, "value", "status") == [(None, "incomplete")] * 3
    flows = csc.calculate("cla_starts_number", returns, csc.Window.year_to("2025-03-31"), by="LA")
    assert cells(flows, "value", "status") == [(None, "incomplete")] * 3


HOLE = """
    A 1 2022 2021-05-01 S C2 N1 U4 -          -
    A 2 2022 2021-05-01 S C2 N1 U4 2021-11-01 E4A
    A 1 2024 2021-05-01 S C2 N1 U4 -          -
"""


@pytest.mark.parametrize(
    ("measure", "window", "status"),
    [
        ("cla_stock_number", csc.Window.snapshot("2022-03-31"), "ok"),
        ("cla_stock_number", csc.Window.snapshot("2023-03-31"), "incomplete"),
        ("cla_stock_number", MARCH, "ok"),
        ("cla_starts_number", csc.Window.year_to("2022-03-31"), "ok"),
        ("cla_starts_number", csc.Window("2021-04-01", "2024-03-31"), "incomplete"),
        ("cla_starts_number", csc.Window("2022-03-31", "2022-04-01"), "incomplete"),
        ("cla_starts_number", YEAR, "ok"),
        ("placements_3plus_pct", MARCH, "ok"),  # twelve months back is 1 April 2023
        ("placements_3plus_pct", csc.Window.snapshot("2024-03-30"), "incomplete"),  # 31 March 2023
        ("return_home_reentry_pct", csc.Window("2021-04-01", "2021-12-31"), "incomplete"),
    ],
)
def test_a_hole_in_the_returns(measure: str, window: csc.Window, status: str) -> None:
    assert cells(csc.calculate(measure, data(HOLE), window), "status") == [(status,)]


# ---- exposure -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "starts", "years"),
    [
        ("2023-04-01", "2024-03-31", 3, 1),
        ("2023-04-01", "2023-09-30", 3, 0.5),
        ("2023-04-01", "2023-06-30", 2, 0.25),
        ("2023-05-15", "2023-08-14", 2, 0.25),
        ("2023-04-01", "2023-07-09", 3, 100 / 366),
    ],
)
def test_flows_are_brought_to_a_year(
    returns: csc.Data, start: str, end: str, starts: int, years: float
) -> None:
    """B 1 starts on 1 May, A 2 on 1 June, A 3 on 1 July 2023; 2,500 or, to 29 June, 1,500 residents."""
    result = csc.calculate("cla_starts_rate_10k", returns, csc.Window(start, end))
    residents = 2500 if end >= "2023-06-30" else 1500
    ((numerator, denominator, value, status),) = cells(result, "numerator", "denominator", "value", "status")
    assert (numerator, status) == (starts, "ok")
    assert denominator == pytest.approx(residents * years, rel=1e-12)
    assert value == pytest.approx(10_000 * starts / (residents * years), rel=1e-12)


def test_less_than_a_quarter_of_a_year_is_not_brought_to_a_year(returns: csc.Data) -> None:
    for window in (csc.Window("2023-04-01", "2023-05-31"), csc.Window("2023-04-01", "2023-06-29")):
        result = csc.calculate(["cla_starts_rate_10k", "cla_starts_number"], returns, window)
        assert cells(result, "value", "status")[0] == (None, "incomplete")
        assert cells(result, "status")[1] == ("ok",)
        ((text,),) = notes(result, "status", "text")
        assert text.endswith("less than a quarter of a year cannot be annualised")


# ---- what is looked forward to ------------------------------------------------------------------------

HOME = """
    A 1 2024 2022-01-01 S C2 N1 U4 2023-06-01 E4A
    A 1 2024 2023-09-01 S C2 N1 U4 -          -
    A 2 2024 2022-01-01 S C2 N1 U4 2023-12-15 E4A
    A 3 2024 2022-01-01 S C2 N1 U4 2023-05-01 E4B
"""
"""Within six months of the return home: A 1 enters again, A 3 does not, A 2's six months reach June 2024."""


def test_what_is_partly_covered_has_a_value_and_says_so() -> None:
    result = csc.calculate("return_home_reentry_pct", data(HOME), YEAR, parameters={"months": 6}, by="LA")
    assert cells(result, *STATUS_COLUMNS) == [("all", 1, 2, 50, "incomplete"), ("A", 1, 2, 50, "incomplete")]
    text = "follow-up of 6 months reaches 2024-09-30, beyond the returns at hand"
    assert notes(result, "status", "area", "code", "text") == [
        ("all", "incomplete", text),
        ("A", "incomplete", text),
    ]
    assert notes(result, "exclusion", "area", "count", "text") == [
        ("all", 1, "follow-up not covered by the returns"), ("A", 1, "follow-up not covered by the returns"),
    ]  # fmt: skip


def test_what_is_not_covered_at_all_has_none() -> None:
    result = csc.calculate("return_home_reentry_pct", data(HOME), YEAR)
    assert cells(result, *STATUS_COLUMNS) == [("all", 0, 0, None, "incomplete")]


def test_what_is_covered_is_ok() -> None:
    window = csc.Window("2023-04-01", "2023-09-30")
    result = csc.calculate("return_home_reentry_pct", data(HOME), window, parameters={"months": 6})
    assert cells(result, *STATUS_COLUMNS) == [("all", 1, 2, 50, "ok")]


def test_the_anniversary_of_the_last_day_belongs_to_the_follow_up() -> None:
    """Twelve months after 31 March 2023 is the last day of the returns, not a day beyond them."""
    earlier = HOME + "A 4 2023 2022-01-01 S C2 N1 U4 2023-03-31 E4A"
    result = csc.calculate("return_home_reentry_pct", data(earlier), csc.Window.year_to("2023-03-31"))
    assert cells(result, *STATUS_COLUMNS) == [("all", 0, 1, 0, "ok")]
    later = csc.calculate("return_home_reentry_pct", data(earlier), csc.Window("2022-04-01", "2023-04-01"))
    assert cells(later, *STATUS_COLUMNS) == [("all", 0, 1, 0, "incomplete")]


# ---- parameters ---------------------------------------------------------------------------------------

ADULT = """
    A 1 2024 2020-05-01 S C2 N1 U4 -          -
    A 2 2024 2020-05-01 S C2 N1 K2 -          -
    A 3 2024 2020-05-01 S C2 N1 K2 2024-01-01 E13
    A 4 2024 2020-05-01 S C2 N1 K2 2024-01-01 E4A
"""
BORN = """
    A 1 2024 1 2006-03-31 WBRI
    A 2 2024 1 2006-04-01 WBRI
    A 3 2024 1 2012-01-01 WBRI
    A 4 2024 1 2012-01-01 WBRI
"""
"""A 1 is 18 on 31 March 2024, A 2 a day short of it; A 3 leaves to a relative, A 4 to a parent."""


def test_parameters_reach_all_measures_or_one() -> None:
    found = data(ADULT, header=BORN)
    ids = ["cla_stock_number", "residential_share_dfe_pct"]
    asked: list[tuple[Any, list[tuple[Any, ...]]]] = [
        (None, [(2, None), (1, 2)]),
        ({"under_18_only": True}, [(1, None), (1, 1)]),
        ({"cla_stock_number": {"under_18_only": True}}, [(1, None), (1, 2)]),
        ({"under_18_only": True, "cla_stock_number": {"under_18_only": False}}, [(2, None), (1, 1)]),
    ]
    for parameters, expected in asked:
        result = csc.calculate(ids, found, MARCH, parameters=parameters)
        assert cells(result, "numerator", "denominator") == expected
    assert ("under_18_only", "under_18_only = False") in notes(result, "parameter", "code", "text")


def test_a_parameter_changes_what_is_counted() -> None:
    found = data(ADULT, header=BORN)
    for home, returned in (("seed", 2), ("narrow", 1)):
        result = csc.calculate("return_home_share_leavers_pct", found, YEAR, parameters={"home": home})
        assert cells(result, "numerator", "denominator") == [(returned, 2)]
        assert notes(result, "parameter", "text") == [(f"home = {home!r}",), ("under_18_only = False",)]


def test_exclusions_and_mentions_are_counted() -> None:
    found = data(ADULT, header=BORN)
    counted = csc.calculate("cla_stock_number", found, MARCH, by="LA")
    assert notes(counted, "report", "area", "count", "text") == [
        ("all", 1, "aged 18 or over, counted"), ("A", 1, "aged 18 or over, counted"),
    ]  # fmt: skip
    without = csc.calculate("cla_stock_number", found, MARCH, parameters={"under_18_only": True})
    assert notes(without, "exclusion", "area", "count", "text") == [("all", 1, "aged 18 or over")]
    assert notes(without, "report", "text") == []
    assert list(without.notes.columns) == [
        "measure", "version", "window", "area", "kind", "code", "count", "text",
    ]  # fmt: skip


# ---- what is asked for wrongly ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"measures": "cla_stock_numbr"},
            "measure 'cla_stock_numbr' does not exist; did you mean cla_stock_number",
        ),
        ({"measures": ["cla_stock_number", "x"]}, "measure 'x' does not exist"),
        ({"by": "age"}, "breakdown 'age' does not exist; did you mean age_band"),
        ({"by": ["LA", "sex x legal"]}, "breakdown 'legal' does not exist; did you mean legal_status"),
        ({"by": "statistic"}, "breakdown 'statistic' does not exist"),
        (
            {"parameters": {"undr_18_only": True}},
            "parameter 'undr_18_only' does not exist; did you mean under_18_only",
        ),
        ({"parameters": {"cla_starts_number": {}}}, "parameter 'cla_starts_number' does not exist"),
    ],
)
def test_unknown_names_are_said_with_near_ones(
    returns: csc.Data, arguments: dict[str, Any], message: str
) -> None:
    asked = {"measures": "cla_stock_number", "data": returns, "windows": MARCH} | arguments
    with pytest.raises(UnknownNameError, match=re.escape(message)):
        csc.calculate(**asked)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"measures": []}, "needed at least one id, found none"),
        ({"windows": "2024-03-31"}, "needed csc.Window"),
        ({"windows": []}, "needed at least one window"),
        ({"by": "LA x sex"}, "by: LA x sex: LA is not crossed; by=['LA', 'sex'] gives every area its groups"),
        ({"by": "arm"}, "breakdown 'arm' needs windows per child of a cohort"),
        ({"by": "uasc"}, "breakdown 'uasc' needs table 'ssda903.uasc', which is not in the data"),
        ({"population": "latest"}, "needed 'dfe' or 'interpolate', found 'latest'"),
        ({"confidence": 95}, "needed a number between 0 and 1 such as 0.95, found 95"),
        ({"parameters": {"under_18_only": "yes"}}, "takes one of (False, True), found 'yes'"),
        ({"parameters": {"cla_stock_number": True}}, "needed a mapping of parameter names to values"),
        (
            {"measures": "cla_starts_number"},
            "counts what happens over a period and was asked for on a day (2024-03-31)",
        ),
        (
            {"measures": "sdq_mean", "windows": csc.Window("2023-01-01", "2023-12-31")},
            "is about a return year",
        ),
        (
            {"measures": "cla_starts_number", "windows": csc.Windows.around("2023-10-01", "extended_20m")},
            "is a count, and window 'baseline' admits rates and shares only",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(returns: csc.Data, arguments: dict[str, Any], message: str) -> None:
    asked = {"measures": "cla_stock_number", "data": returns, "windows": MARCH} | arguments
    with pytest.raises(InputError, match=re.escape(message)):
        csc.calculate(**asked)


def test_everything_wrong_is_said_at_once(returns: csc.Data) -> None:
    with pytest.raises(InputError, match="cannot calculate, 8 problems") as caught:
        csc.calculate(
            ["cla_starts_number", "cla_ceased_number", "sdq_mean"],
            returns,
            [csc.Window.snapshot("2024-01-01"), csc.Window.snapshot("2024-03-30")],
            by=["uasc", "arm"],
        )
    text = str(caught.value)
    for name in ("cla_starts_number", "cla_ceased_number", "sdq_mean"):
        assert text.count(f"- {name} ") == 2
    assert "'uasc' needs table" in text
    assert "'arm' needs windows per child" in text


def test_rates_may_be_asked_over_twenty_months() -> None:
    windows = csc.Windows.around("2023-10-01", "extended_20m")
    ids = ["cla_starts_rate_10k", "cla_stock_number", "residential_share_dfe_pct"]
    result = csc.calculate(ids, data(EPISODES), windows)
    assert len(result.frame) == 6
    assert {text for (text,) in notes(result, "window", "text")} == {
        "windows of 20 months hold unequal seasons: rates and shares only, no counts"
    }


def test_progress_is_told_measure_by_measure(returns: csc.Data) -> None:
    told: list[str] = []
    csc.calculate(["cla_stock_number", "cla_starts_number"], returns, YEAR, progress=told.append)
    assert told == ["cla_stock_number", "cla_starts_number"]


def test_the_width_of_limits_follows_the_confidence(returns: csc.Data) -> None:
    """Exact limits of three events: chi-square quantiles / 2."""
    wide = csc.calculate("cla_stock_number", returns, MARCH)
    narrow = csc.calculate("cla_stock_number", returns, MARCH, confidence=0.8)
    assert cells(wide, "interval") == [("exact Poisson",)]
    ((low, high),) = cells(wide, "lower", "upper")
    assert (low, high) == pytest.approx((0.6186721, 8.7672731), abs=1e-6)
    ((low, high),) = cells(narrow, "lower", "upper")
    assert (low, high) == pytest.approx((1.1020653, 6.6807830), abs=1e-6)


# ---- windows per child --------------------------------------------------------------------------------

SPELLS = """
    A 1 2024 2023-04-10 S C2 N1 U4 2023-09-01 E4A
    A 1 2024 2024-01-10 S C2 N1 U4 -          -
    A 2 2023 2022-06-01 S C2 N1 U4 -          -
    A 2 2024 2022-06-01 S C2 N1 U4 2023-08-01 E4A
    A 3 2024 2023-10-01 S C2 N1 U4 -          -
    B 9 2024 2023-05-01 S C2 N1 U4 -          -
"""
COHORT = pd.DataFrame(
    [
        ("A", "1", "2023-07-01", "pilot"),
        ("A", "1", "2024-01-01", "pilot"),
        ("A", "2", "2023-07-01", "comparison"),
        ("A", "3", "2024-02-15", "comparison"),  # the follow-up reaches May 2024, beyond the returns
        ("A", "77", "2023-07-01", "pilot"),  # not in the returns
        ("B", "9", "2023-05-15", "comparison"),  # the baseline reaches February 2023, before B's return
    ],
    columns=["LA", "CHILD", "index_date", "arm"],
)


def per_child(measures: Any, by: Any = ("LA", "arm"), **options: Any) -> csc.Result:
    windows = csc.Windows.per_child(COHORT, **({"follow_up_months": 3} | options))
    return csc.calculate(measures, data(SPELLS), windows, by=by)


def test_flows_per_child() -> None:
    """Follow-up: A 1 leaves on 1 September and A 2 on 1 August, in their three months; A 1 again in none."""
    result = per_child("cla_ceased_number")
    assert cells(result, "window", "area", "group", "value", "status") == [
        ("baseline", "all", "all", 0, "ok"),
        ("baseline", "all", "comparison", 0, "ok"),
        ("baseline", "all", "pilot", 0, "ok"),
        ("baseline", "all", "unknown", 0, "ok"),
        ("baseline", "A", "all", 0, "ok"),
        ("baseline", "A", "comparison", 0, "ok"),
        ("baseline", "A", "pilot", 0, "ok"),
        ("baseline", "A", "unknown", 0, "ok"),
        *(
            ("baseline", "B", group, None, "incomplete")
            for group in ("all", "comparison", "pilot", "unknown")
        ),
        ("follow_up", "all", "all", 2, "ok"),
        ("follow_up", "all", "comparison", 1, "ok"),
        ("follow_up", "all", "pilot", 1, "ok"),
        ("follow_up", "all", "unknown", 0, "ok"),
        ("follow_up", "A", "all", 2, "ok"),
        ("follow_up", "A", "comparison", 1, "ok"),
        ("follow_up", "A", "pilot", 1, "ok"),
        ("follow_up", "A", "unknown", 0, "ok"),
        ("follow_up", "B", "all", 0, "ok"),
        ("follow_up", "B", "comparison", 0, "ok"),
        ("follow_up", "B", "pilot", 0, "ok"),
        ("follow_up", "B", "unknown", 0, "ok"),
    ]
    assert result.frame["start"].isna().all()
    assert result.frame["end"].isna().all()


def test_a_child_who_is_in_the_cohort_twice_counts_in_each_spell() -> None:
    """Last days of the baselines: A 1 30 June 2023 in care, 31 December not; A 2 in care; A 3 in care;
    B 9 14 May 2023 in care (only that day must be covered, not the months before it).
    Of the follow-ups: A 1 30 September not in care, 31 March 2024 in care; A 2 not; B 9 in care."""
    result = per_child("cla_stock_number")
    totals = cells(result, "window", "group", "value", area="all")
    assert totals == [
        ("baseline", "all", 4), ("baseline", "comparison", 3), ("baseline", "pilot", 1), ("baseline", "unknown", 0),
        ("follow_up", "all", 2), ("follow_up", "comparison", 1), ("follow_up", "pilot", 1), ("follow_up", "unknown", 0),
    ]  # fmt: skip


def test_notes_count_the_spells() -> None:
    result = per_child("cla_ceased_number")
    assert notes(result, "cohort", "window", "code", "count", "text") == [
        ("baseline", "spells", 6, "6 spells in the cohort"),
        ("baseline", "not_found", 1, "1 spells are of children who are not in the data"),
        ("follow_up", "spells", 6, "6 spells in the cohort"),
        ("follow_up", "not_found", 1, "1 spells are of children who are not in the data"),
    ]
    assert notes(result, "exclusion", "window", "code", "count") == [
        ("baseline", "not_covered", 1), ("follow_up", "not_covered", 1),
    ]  # fmt: skip
    reasons = notes(result, "status", "window", "area", "code", "text")
    assert reasons == [
        ("baseline", "B", "incomplete", "no spell of the cohort is covered by the returns at hand"),
    ]  # fmt: skip


def test_a_child_without_a_row_in_one_table_is_still_in_the_data() -> None:
    """Nobody has been missing; that is no reason to say that nobody is known."""
    found = data(SPELLS, missing="A 2 2024 M 2022-06-03 2022-06-04")
    result = csc.calculate("missing_children_pct", found, csc.Windows.per_child(COHORT, follow_up_months=3))
    assert notes(result, "cohort", "count") == [(6,), (1,), (6,), (1,)]


def test_the_washout_belongs_to_neither() -> None:
    """A 1 leaves on 1 September, two months after the index date, A 2 a month after it."""
    for washout, ceased in ((0, 2), (1, 2), (2, 1), (3, 0)):
        result = per_child("cla_ceased_number", by=None, washout_months=washout)
        assert cells(result, "value", window="follow_up") == [(ceased,)]


def test_the_baseline_ends_the_day_before_and_the_follow_up_begins_on_the_day() -> None:
    """A 2 leaves on 1 August 2023."""
    days = {"2023-08-01": (0, 1), "2023-08-02": (1, 0), "2023-09-01": (1, 0), "2023-09-02": (0, 0)}
    for day, expected in days.items():
        cohort = pd.DataFrame({"LA": ["A"], "CHILD": ["2"], "index_date": [day]})
        windows = csc.Windows.per_child(cohort, follow_up_months=1)
        result = csc.calculate("cla_ceased_number", data(SPELLS), windows)
        assert cells(result, "value") == [(number,) for number in expected]


def test_shares_per_child_and_groups_of_the_child() -> None:
    found = data(SPELLS, header="A 1 2024 1 2010-05-01 WBRI\nB 9 2024 2 2012-05-01 WBRI")
    windows = csc.Windows.per_child(COHORT, follow_up_months=3)
    result = csc.calculate("foster_share_pct", found, windows, by=["sex", "arm x sex"])
    rows = cells(result, "group", "numerator", "denominator", "status", window="follow_up")
    assert rows[:4] == [
        ("all", 2, 2, "ok"), ("male", 1, 1, "ok"), ("female", 1, 1, "ok"), ("unknown", 0, 0, "undefined"),
    ]  # fmt: skip
    assert ("pilot x male", 1, 1, "ok") in rows
    assert ("comparison x female", 1, 1, "ok") in rows


def test_a_cohort_has_no_residents() -> None:
    result = csc.calculate(
        "cla_stock_rate_10k",
        data(SPELLS, population="A 2023 1000\nB 2023 1000"),
        csc.Windows.per_child(COHORT, follow_up_months=3),
    )
    assert cells(result, "numerator", "value", "status") == [
        (4, None, "no_population"), (2, None, "no_population"),
    ]  # fmt: skip
    assert ("cohort", "a cohort has no resident population") in notes(result, "population", "code", "text")


def test_a_cohort_of_which_nothing_is_covered_has_no_figure() -> None:
    cohort = COHORT.drop_duplicates(["LA", "CHILD"]).assign(index_date="2030-01-01")
    result = csc.calculate("cla_stock_number", data(SPELLS), csc.Windows.per_child(cohort), by="LA")
    assert cells(result, "value", "status") == [(None, "incomplete")] * 6


def test_index_dates_out_of_every_return_are_not_said() -> None:
    cohort = COHORT.drop_duplicates(["LA", "CHILD"]).assign(index_date="1901-02-03")
    result = csc.calculate("cla_stock_number", data(SPELLS), csc.Windows.per_child(cohort), by="LA")
    assert cells(result, "value", "status") == [(None, "incomplete")] * 6
    assert "1901" not in result.notes.to_csv()


def test_a_cohort_without_arms_has_the_group_unknown() -> None:
    windows = csc.Windows.per_child(COHORT.drop(columns="arm"), follow_up_months=3)
    result = csc.calculate("cla_stock_number", data(SPELLS), windows, by="arm")
    assert cells(result, "window", "group", "value") == [
        ("baseline", "all", 4), ("baseline", "unknown", 4), ("follow_up", "all", 2), ("follow_up", "unknown", 2),
    ]  # fmt: skip


def test_a_return_year_is_none_of_a_childs_own() -> None:
    with pytest.raises(
        InputError, match="sdq_mean is about a return year and cannot be computed for windows per child"
    ):
        per_child("sdq_mean", by=None)


def test_a_table_that_a_cohort_needs_is_missed() -> None:
    result = per_child("missing_children_pct", by=None)
    assert cells(result, "value", "status") == [(None, "no_data")] * 2


# ---- explain ------------------------------------------------------------------------------------------


def test_explain_shows_the_cases_and_the_steps() -> None:
    under_18 = {"under_18_only": True}
    result = csc.calculate("cla_stock_number", data(ADULT, header=BORN), MARCH, parameters=under_18)
    why = result.explain("cla_stock_number")
    assert list(why.steps.itertuples(index=False, name=None)) == [
        ("candidates", 2), ("aged 18 or over", 1), ("counted", 1),
    ]  # fmt: skip
    plain = why.cases.assign(on=why.cases["on"].astype(str).str[:10])
    assert plain.astype(object).where(plain.notna(), None).to_dict("records") == [
        {
            "LA": "A",
            "CHILD": "1",
            "on": "2024-03-31",
            "numerator": 1,
            "denominator": None,
            "reason": "aged 18 or over",
        },
        {
            "LA": "A",
            "CHILD": "2",
            "on": "2024-03-31",
            "numerator": 1,
            "denominator": None,
            "reason": "counted",
        },
    ]
    assert (why.measure, why.window, why.area, why.breakdown, why.group) == (
        "cla_stock_number", "2024-03-31", "all", "all", "all",
    )  # fmt: skip


def test_explain_finds_one_child(returns: csc.Data) -> None:
    why = csc.calculate("cla_stock_number", returns, MARCH).explain("cla_stock_number")
    assert list(why.child("1")["LA"]) == ["A", "B"]
    assert list(why.child("1", la="B")["reason"]) == ["counted"]
    assert why.child("3").empty  # left in December
    assert len(why.child(2)) == 1  # type: ignore[arg-type]


def test_explain_an_area_or_a_group(returns: csc.Data) -> None:
    result = csc.calculate("cla_stock_number", returns, [BEFORE, MARCH], by=["LA", "age_band", "sex"])

    def children(**where: str) -> list[tuple[str, str]]:
        cases = result.explain("cla_stock_number", window="2024-03-31", **where).cases
        return list(cases[["LA", "CHILD"]].itertuples(index=False, name=None))

    assert children() == [("A", "1"), ("A", "2"), ("B", "1")]
    assert children(area="A") == [("A", "1"), ("A", "2")]
    assert children(breakdown="age_band", group="10-15") == [("A", "1")]
    assert children(breakdown="sex", group="unknown") == [("B", "1")]
    assert children(area="A", breakdown="sex", group="unknown") == []
    assert children(breakdown="sex x age_band", group="female x under 1") == [("A", "2")]
    assert children(breakdown="sex") == [("A", "1"), ("A", "2"), ("B", "1")]


def test_every_figure_is_explained_by_its_cases(returns: csc.Data) -> None:
    ids = ["cla_stock_number", "residential_share_dfe_pct", "cla_starts_number"]
    result = csc.calculate(ids, returns, YEAR, by=["LA", "legal_status", "age_band x sex"])
    for row in result.frame.itertuples():
        if row.status != "ok" or (row.numerator == 0 and row.area != "all"):
            continue
        why = result.explain(row.measure, area=row.area, breakdown=row.breakdown, group=row.group)
        counted = why.cases[why.cases["reason"] == "counted"]
        assert counted["numerator"].sum() == row.numerator
        if not pd.isna(row.denominator):
            assert counted["denominator"].sum() == row.denominator


def test_explain_a_quartile_shows_the_cases_of_the_whole() -> None:
    result = csc.calculate("return_home_days_median", data(SPELLS), YEAR)
    why = result.explain("return_home_days_median", breakdown="statistic", group="median")
    # A 1: 10 April to 1 September 2023 is 144 nights; A 2: 1 June 2022 to 1 August 2023 is 426.
    assert list(why.cases["numerator"]) == [144, 426]
    assert cells(result, "value", group="median") == [(285,)]


def test_explain_windows_per_child() -> None:
    why = per_child("cla_stock_number").explain(
        "cla_stock_number", window="follow_up", breakdown="arm", group="pilot"
    )
    assert list(why.cases[["LA", "CHILD"]].itertuples(index=False, name=None)) == [("A", "1")]
    assert str(why.cases["on"].iloc[0])[:10] == "2024-03-31"


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"measure": "cla_starts_number"}, "measure 'cla_starts_number' does not exist"),
        ({"window": "march"}, "window 'march' does not exist; known: 2023-03-31, 2024-03-31"),
        ({"area": "C"}, "area 'C' does not exist"),
        ({"breakdown": "age"}, "breakdown 'age' does not exist; did you mean age_band"),
        ({"breakdown": "sex", "group": "boys"}, "group of sex 'boys' does not exist"),
        ({"group": "male"}, "group of all 'male' does not exist"),
        ({"breakdown": "sex x age_band", "group": "male"}, "group of sex x age_band 'male' does not exist"),
    ],
)
def test_explain_refuses_names_it_does_not_know(
    returns: csc.Data, where: dict[str, str], message: str
) -> None:
    result = csc.calculate("cla_stock_number", returns, [BEFORE, MARCH])
    asked = {"measure": "cla_stock_number", "window": "2024-03-31"} | where
    with pytest.raises(UnknownNameError, match=re.escape(message)):
        result.explain(**asked)


def test_explain_asks_for_the_window_where_there_are_several(returns: csc.Data) -> None:
    result = csc.calculate("cla_stock_number", returns, [BEFORE, MARCH])
    with pytest.raises(InputError, match="needed window=, one of 2023-03-31, 2024-03-31"):
        result.explain("cla_stock_number")


def test_explain_says_why_there_are_no_cases(returns: csc.Data) -> None:
    result = csc.calculate("cla_stock_number", returns, csc.Window.snapshot("2030-03-31"))
    with pytest.raises(
        InputError, match="no cases for 2030-03-31: 2 of 2 authorities cannot be answered for"
    ):
        result.explain("cla_stock_number")


# ---- compare ------------------------------------------------------------------------------------------


def many(before: int, after: int, residential: tuple[int, int] = (0, 0)) -> csc.Data:
    """`before` children in care in the year to March 2023 only, `after` in the year to March 2024 only."""
    rows = [
        f"A b{i} 2023 2022-04-{1 + i % 9:02} S C2 N1 {'K2' if i < residential[0] else 'U4'} 2023-04-01 E4A"
        for i in range(before)
    ]
    rows += [
        f"A a{i} 2024 2023-04-{2 + i % 9:02} S C2 N1 {'K2' if i < residential[1] else 'U4'} - -"
        for i in range(after)
    ]
    # A short break a year: a return of which nobody counts is a return all the same.
    rows += [f"A z {year} {year - 1}-05-01 S V4 N1 U4 {year - 1}-05-02 E8" for year in (2022, 2023, 2024)]
    return data("\n".join(rows), population="A 2022 10000\nA 2023 10000\nA 2021 10000")


SIDES = [csc.Window.snapshot("2023-03-31", label="before"), csc.Window.snapshot("2024-03-31", label="after")]
YEARS = [csc.Window.year_to("2023-03-31", label="before"), csc.Window.year_to("2024-03-31", label="after")]


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (40, 80, "higher"),
        (80, 40, "lower"),
        (40, 44, "no clear difference"),
        (0, 9, "higher"),
        (9, 0, "lower"),
        (0, 0, "no limits"),
    ],
)
def test_verdicts_of_rates(before: int, after: int, verdict: str) -> None:
    result = csc.calculate("cla_stock_rate_10k", many(before, after), SIDES)
    row = result.compare("before", "after").iloc[0]
    assert (row["first_value"], row["second_value"]) == (before, after)
    assert row["difference"] == after - before
    assert row["verdict"] == verdict
    assert row["ratio"] == after / before if before else np.isnan(row["ratio"])


def test_a_comparison_in_numbers_and_words() -> None:
    """40 and 80 per 10,000: ln 2 +- 1.96 sqrt(1/40 + 1/80); 40 +- 1.96 sqrt(120)."""
    result = csc.calculate("cla_stock_rate_10k", many(40, 80), SIDES)
    table = result.compare("before", "after")
    assert tuple(table.columns) == COMPARED
    row = table.iloc[0]
    assert row["ratio"] == 2
    assert (row["ratio_lower"], row["ratio_upper"]) == pytest.approx((1.36835, 2.92324), abs=2e-5)
    assert (row["difference_lower"], row["difference_upper"]) == pytest.approx((18.5296, 61.4704), abs=2e-4)
    assert row["method"] == "log-Wald"
    assert row["text"] == "cla_stock_rate_10k: after is higher than before (40 to 80)."
    assert row["caveat"].startswith("A rise can mean: More need")
    assert " A fall can mean: " in row["caveat"]


@pytest.mark.parametrize(
    ("measure", "windows", "method"),
    [
        ("cla_stock_number", SIDES, "log-Wald"),
        ("cla_stock_rate_10k", SIDES, "log-Wald"),
        ("cla_starts_rate_10k", YEARS, "log-Wald"),
        ("residential_share_dfe_pct", SIDES, "Newcombe"),
        ("cla_net_change_number", YEARS, ""),
        ("return_home_days_mean", YEARS, "Welch t"),
        ("return_home_days_median", YEARS, ""),
    ],
)
def test_every_kind_is_compared_in_its_way(measure: str, windows: list[csc.Window], method: str) -> None:
    episodes = """
        A z 2022 2021-04-01 S C2 N1 U4 -          -
        A z 2024 2021-04-01 S C2 N1 U4 -          -
    """ + "\n".join(
        f"A {year}{i} {year} {year - 1}-05-{1 + i:02} S C2 N1 {'K2' if i < 3 else 'U4'} {end}"
        for year, last in ((2023, 8), (2024, 9))
        for i in range(last)
        for end in (f"{year - 1}-11-{10 + i * (year - 2021):02} E4A" if i % 2 else "- -",)
    )
    found = data(episodes, population="A 2021 10000\nA 2022 10000\nA 2023 10000")
    result = csc.calculate(measure, found, windows)
    assert set(result.frame["status"]) == {"ok"}
    row = result.compare("before", "after").query("breakdown == 'all'")
    assert list(row["method"]) == [method]
    if not method:
        assert list(row["verdict"]) == ["no limits"]
        assert "no limits can be given" in row["text"].iloc[0]


def test_children_with_many_events_are_compared_by_their_limits() -> None:
    episodes = "\n".join(
        f"A {i} {year} 2021-05-01 S C2 N1 U4 - -" for year in (2022, 2023, 2024) for i in range(12)
    )
    missing = "\n".join(
        f"A {i} {year} M {year - 1}-0{5 + n}-01 {year - 1}-0{5 + n}-02"
        for year, most in ((2023, 2), (2024, 4))
        for i in range(12)
        for n in range(i % most)
    )
    found = data(episodes, missing=missing)
    result = csc.calculate("missing_incidents_per_100_care_years", found, YEARS)
    assert set(result.frame["interval"]) == {"bootstrap over children"}
    row = result.compare("before", "after").iloc[0]
    assert row["method"] == "bootstrap limits combined"
    assert row["ratio"] == pytest.approx(18 / 6 * (365 / 366), rel=1e-9)
    assert row["ratio_lower"] < row["ratio"] < row["ratio_upper"]


def test_no_comparison_says_better_or_worse() -> None:
    result = csc.calculate(
        ["cla_stock_rate_10k", "cla_stock_number", "residential_share_dfe_pct"],
        many(40, 80, (30, 10)),
        SIDES,
        by="LA",
    )
    table = result.compare("before", "after")
    assert set(table["verdict"]) <= {"higher", "lower", "no clear difference", "no limits", "not comparable"}
    assert list(table.query("measure == 'residential_share_dfe_pct'")["verdict"]) == ["lower", "lower"]
    said = " ".join([*table["text"], *table["verdict"]]).lower()
    assert not re.search(r"better|worse|improv|good|bad|success|fail", said)


def test_a_missing_figure_cannot_be_compared() -> None:
    result = csc.calculate("cla_stock_number", data(EPISODES, header=HEADER), [BEFORE, MARCH], by="LA")
    table = result.compare("2023-03-31", "2024-03-31").set_index("area")
    assert dict(table["verdict"]) == {
        "all": "not comparable",
        "A": "no clear difference",
        "B": "not comparable",
    }
    assert table.loc["B", "text"] == (
        "cla_stock_number in B: 2024-03-31 and 2023-03-31 cannot be compared: a figure is missing."
    )
    assert np.isnan(table.loc["B", "difference"])


def test_counts_over_unequal_windows_are_refused() -> None:
    found = many(40, 80)
    windows = [YEARS[0], csc.Window("2023-04-01", "2023-09-30", label="half")]
    result = csc.calculate(["cla_starts_number", "cla_starts_rate_10k"], found, windows)
    with pytest.raises(InputError, match="cla_starts_number is a count and the windows differ in length"):
        result.compare("before", "half")
    rates = csc.calculate("cla_starts_rate_10k", found, windows)
    assert list(rates.compare("before", "half")["verdict"]) == ["higher"]  # 40 and 2 x 80 a year


def test_a_leap_day_makes_no_other_length() -> None:
    result = csc.calculate("cla_starts_number", many(40, 80), YEARS)
    assert [(window.end - window.start).days for window in YEARS] == [364, 365]
    assert list(result.compare("before", "after")["verdict"]) == ["higher"]


def test_counts_per_child_over_unequal_months_are_refused() -> None:
    result = per_child(["cla_ceased_number", "foster_share_pct"], by=None, baseline_months=2)
    with pytest.raises(
        InputError, match="cla_ceased_number is a count and the windows per child differ in length"
    ):
        result.compare("baseline", "follow_up")
    shares = per_child("foster_share_pct", by=None, baseline_months=2)
    assert len(shares.compare("baseline", "follow_up")) == 1


def test_unknown_windows_are_said_with_near_ones() -> None:
    result = csc.calculate("cla_stock_number", many(1, 1), SIDES)
    with pytest.raises(UnknownNameError, match="window 'befor' does not exist; did you mean before"):
        result.compare("befor", "after")


# ---- two results --------------------------------------------------------------------------------------


def test_two_results_are_compared() -> None:
    first = csc.calculate("cla_stock_rate_10k", many(40, 0), SIDES[0], by="LA")
    second = csc.calculate("cla_stock_rate_10k", many(0, 80), SIDES[1], by="LA")
    table = csc.compare(first, second)
    assert list(table["verdict"]) == ["higher", "higher"]
    assert list(table["text"])[1] == "cla_stock_rate_10k in A: after is higher than before (40 to 80)."
    assert table["caveat"].iloc[0].startswith("A rise can mean: More need")
    saved = csc.compare(csc.Result.from_frame(first.frame), csc.Result.from_frame(second.frame))
    pd.testing.assert_frame_equal(saved, table)


def test_results_that_do_not_go_together_are_refused() -> None:
    found = many(40, 80)
    first = csc.calculate("cla_stock_rate_10k", found, SIDES[0])
    other = csc.calculate("cla_stock_number", found, SIDES[1])
    with pytest.raises(InputError) as caught:
        csc.compare(first, other)
    assert "measure differs: cla_stock_rate_10k against cla_stock_number" in str(caught.value)
    assert "unit differs: per_10_000 against child" in str(caught.value)
    newer = csc.Result.from_frame(first.frame.assign(version=2))
    with pytest.raises(InputError, match="results cannot be compared: version differs: 1 against 2"):
        csc.compare(first, newer)
    with pytest.raises(
        InputError, match="the first result has windows before, after; choose the rows of one"
    ):
        csc.compare(csc.calculate("cla_stock_rate_10k", found, SIDES), first)


# ---- results as tables and documents ------------------------------------------------------------------


def test_a_result_is_taken_up_from_its_table(returns: csc.Data, tmp_path: Any) -> None:
    result = csc.calculate(
        ["cla_stock_number", "residential_share_dfe_pct"], returns, [BEFORE, MARCH], by="LA"
    )
    again = csc.Result.from_frame(result.frame.assign(extra=1)[["extra", *COLUMNS[::-1]]])
    pd.testing.assert_frame_equal(again.frame, result.frame)
    assert again.notes.empty
    with pytest.raises(
        InputError, match="this result was made from a frame and holds no cases; calculate it again"
    ):
        again.explain("cla_stock_number")
    result.frame.to_csv(tmp_path / "result.csv", index=False)
    saved = csc.Result.from_frame(pd.read_csv(tmp_path / "result.csv"))
    pd.testing.assert_frame_equal(saved.frame, result.frame, check_dtype=False)
    pd.testing.assert_frame_equal(
        saved.compare("2023-03-31", "2024-03-31").drop(columns="caveat"),
        result.compare("2023-03-31", "2024-03-31").drop(columns="caveat"),
        check_dtype=False,
    )


def test_codes_that_look_like_numbers_survive_a_file(tmp_path: Any) -> None:
    episodes = EPISODES.replace("A ", "301 ").replace("B ", "302 ")
    result = csc.calculate("cla_stock_number", data(episodes), MARCH, by="LA")
    only = result.frame[result.frame["area"] != "all"]
    only.to_csv(tmp_path / "result.csv", index=False)
    saved = csc.Result.from_frame(pd.read_csv(tmp_path / "result.csv"))
    assert list(saved.frame["area"]) == ["301", "302"]


def test_a_table_that_lacks_columns_is_refused(returns: csc.Data) -> None:
    frame = csc.calculate("cla_stock_number", returns, MARCH).frame
    with pytest.raises(InputError, match="needed the columns unit, status, found measure, version"):
        csc.Result.from_frame(frame.drop(columns=["unit", "status"]))


@pytest.fixture(scope="module")
def document() -> Any:
    """Every status, every kind of limits, windows with and without dates."""
    episodes = (
        EPISODES
        + "B 5 2024 2023-05-01 S C2 N1 U4 2023-07-05 E4A\nB 6 2024 2023-06-01 S C2 N1 U4 2023-07-05 E4A"
    )
    header = HEADER + "B 5 2024 1 2000-01-01 WBRI"
    found = data(
        episodes, header=header, population="A 2023 1000", missing="A 1 2024 M 2023-06-03 2023-06-04"
    )
    ids = [
        "cla_stock_number", "cla_stock_rate_10k", "residential_share_dfe_pct", "return_home_days_median",
        "missing_incidents_per_100_care_years", "cla_net_change_number", "return_home_reentry_pct",
        "cla_stock_excl_uasc_rate_10k", "return_home_days_mean", "cla_starts_rate_10k",
    ]  # fmt: skip
    windows = [YEAR, csc.Window("2022-04-01", "2022-06-30")]
    result = csc.calculate(ids, found, windows, by=["LA", "sex"])
    cohort = csc.calculate(
        "cla_ceased_number", found, csc.Windows.per_child(COHORT, follow_up_months=3), by="arm"
    )
    # A local row without a date is set aside, which the notes tell.
    events = pd.DataFrame({"LA": "A", "CHILD": ["1", "2"], "event": "arrest", "start": ["2023-05-01", None]})
    local = csc.calculate(
        "yp_arrested_number", csc.Data({"events": events}), YEAR, parameters={"base": "residents"}
    )
    parts = (result, cohort, local)
    both = csc.Result(pd.concat([r.frame for r in parts]), pd.concat([r.notes for r in parts]))
    return json.loads(both.to_json())


def complaints(instance: Any) -> list[str]:
    found = Draft202012Validator(schema("result")).iter_errors(instance)
    return ["/".join(map(str, error.path)) + ": " + error.message for error in found]


def test_a_result_is_as_its_schema_says(document: Any) -> None:
    Draft202012Validator.check_schema(schema("result"))
    assert complaints(document) == []
    assert {row["status"] for row in document["rows"]} == {
        "ok", "no_data", "no_population", "incomplete", "undefined",
    }  # fmt: skip
    assert len({row["interval"] for row in document["rows"]}) > 4
    assert {note["kind"] for note in document["notes"]} == set(
        schema("result")["$defs"]["note"]["properties"]["kind"]["enum"]
    )
    assert list(document["rows"][0]) == list(COLUMNS)
    assert {row["start"] for row in document["rows"]} == {
        "2023-04-01",
        "2024-03-31",
        "2022-04-01",
        "2022-06-30",
        None,
    }


def test_the_schema_of_results_knows_the_statuses_and_methods() -> None:
    fields = schema("result")["$defs"]["row"]["properties"]
    assert fields["status"]["enum"] == [status.value for status in Status]
    assert fields["interval"]["enum"] == [*INTERVALS, BOOTSTRAP, ORDER_STATISTICS]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"status": "fine"}, "status"),
        ({"status": "no_data"}, "value"),
        ({"status": "no_population"}, "denominator|value"),
        ({"status": "undefined"}, "value"),
        ({"value": None, "status": "ok"}, "value"),
        ({"value": "3"}, "value"),
        ({"interval": "guess"}, "interval"),
        ({"interval": ""}, "lower"),
        ({"lower": None}, "lower"),
        ({"start": "31/03/2024"}, "start"),
        ({"start": None}, "end"),
        ({"unit": "children"}, "unit"),
        ({"note": "extra"}, "note"),
    ],
)
def test_the_schema_of_results_refuses(document: Any, change: dict[str, Any], complaint: str) -> None:
    row = next(
        row for row in document["rows"] if row["interval"] == "exact Poisson" and row["status"] == "ok"
    )
    assert any(re.search(complaint, text) for text in complaints(document | {"rows": [row | change]}))


def test_a_result_shows_itself_as_a_table(returns: csc.Data) -> None:
    result = csc.calculate("cla_stock_number", returns, MARCH)
    assert "<table" in result._repr_html_()


def test_a_comparison_keeps_areas_that_only_one_side_has() -> None:
    def one(area: str, value: float) -> dict[str, Any]:
        return {"measure": "cla_stock_number", "version": 1, "area": area, "numerator": value, "value": value}

    def result(day: str, rows: list[dict[str, Any]]) -> csc.Result:
        shared = {
            "start": day,
            "end": day,
            "window": day,
            "breakdown": "all",
            "group": "all",
            "unit": "child",
        }
        limits = {"denominator": None, "lower": None, "upper": None, "interval": "", "status": "ok"}
        return csc.Result.from_frame(pd.DataFrame([{**row, **shared, **limits} for row in rows]))

    before = result("2023-03-31", [one("A", 5), one("B", 6)])
    after = result("2024-03-31", [one("A", 7), one("C", 8)])
    table = csc.compare(before, after).set_index("area")
    assert list(table.index) == ["A", "B", "C"]
    assert list(table["verdict"]) == ["no limits", "not comparable", "not comparable"]
    assert table.loc["B", ["first", "second"]].tolist() == ["2023-03-31", "2024-03-31"]
    assert np.isnan(table.loc["B", "second_value"]) and table.loc["C", "second_value"] == 8
