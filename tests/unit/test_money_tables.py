"""Tables of money: what is read, filled, set aside and refused, and price years of whole calculations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.errors import InputError

APRIL = csc.Window("2016-04-01", "2016-04-30")
MAY = csc.Window("2016-05-01", "2016-05-31")
INDEX = {"2014-15": 97.4, "2016/17": 103.9}


def line(**changed: Any) -> dict[str, Any]:
    given = {
        "LA": "A", "item": "x", "kind": "staff", "start": "2016-04-01", "end": "2016-04-30", "gross": 300,
        "price_year": "2016-17",
    }  # fmt: skip
    return {**given, **changed}


def unit(**changed: Any) -> dict[str, Any]:
    given = {"item": "arrest", "value": 100, "per": "event", "price_year": "2016-17", "source": "made up"}
    return {**given, **changed}


def outcome(**changed: Any) -> dict[str, Any]:
    given = {
        "LA": "A", "outcome": "arrest", "start": "2016-04-01", "end": "2016-04-30", "exposed": 10, "observed": 2,
        "comparator_events": 4, "comparator_exposed": 10, "counterfactual": "matched",
    }  # fmt: skip
    return {**given, **changed}


def data(**tables: list[dict[str, Any]]) -> csc.Data:
    return csc.Data({name: pd.DataFrame(rows) for name, rows in tables.items()})


def value(measure: str, given: csc.Data, window: csc.Window = APRIL, **parameters: Any) -> float:
    return float(csc.calculate(measure, given, window, parameters=parameters).frame["value"].iloc[0])


# ---- reading ------------------------------------------------------------------------------------------


def test_numbers_dates_and_flags_come_in_many_forms() -> None:
    frame = pd.DataFrame(
        {
            "la": ["A"] * 3,
            "Item": ["x", "y", "z"],
            "KIND": pd.Categorical(["Staff", "travel", "TRAINING"]),
            "start": pd.to_datetime(["2016-04-01"] * 3),
            "end": ["30/04/2016", "2016-04-30", "2016-04-30 00:00:00"],
            "gross": [100.0, 200.0, 300.0],
            "displaced": [np.nan, 50.5, 0],
            "in_kind": [True, False, None],
            "price_year": ["2016-17", "2016/2017", "2016/17"],
        }
    )
    given = csc.Data({"costs": frame})

    assert given.problems.empty
    assert value("intervention_cost_total", given) == 549.5
    assert value("intervention_cost_total", given, in_kind=False) == 449.5
    assert value("intervention_cost_total", csc.Data({"costs": pl.from_pandas(frame)})) == 549.5


def test_amounts_with_thousands_are_read_where_text_is_expected() -> None:
    assert value("intervention_cost_total", data(costs=[line(gross=2_000, displaced="1,500")])) == 500


def test_rows_that_cannot_be_used_are_counted() -> None:
    rows = [
        line(),
        line(start=None),
        line(end="soon"),
        line(start="2016-05-01", end="2016-04-01"),
        line(kind="sweets"),
    ]
    problems = data(costs=rows).problems.set_index("code")

    assert problems["rows"].to_dict() == {
        "missing_start": 1,
        "missing_end": 1,
        "end_before_start": 1,
        "unknown_code": 1,
        "unreadable_date": 1,
    }
    assert problems["set_aside"].sum() == 3


def test_repeats_count_once_and_contradictions_not_at_all() -> None:
    given = csc.Data(
        {
            "unit_costs": pd.DataFrame([unit(), unit(), unit(item="a"), unit(item="a", value=5)]),
            "avoided": pd.DataFrame(
                [outcome(), outcome(), outcome(team="one"), outcome(team="one", observed=3)]
            ),
            "flows": pd.DataFrame([{"LA": "A", "month": "2016-04-01", "cost": 1, "benefit": 1}] * 2),
        }
    )
    found = {(row.table, row.code): row.set_aside for row in given.problems.itertuples()}

    assert found == {
        ("unit_costs", "duplicate_row"): 1,
        ("unit_costs", "conflicting_rows"): 2,
        ("avoided", "duplicate_row"): 1,
        ("avoided", "conflicting_rows"): 2,
        ("flows", "duplicate_row"): 1,
    }


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"costs": [line(displaced=301)]}, "costs', displaced: needed at most gross"),
        ({"costs": [line(displaced="many")]}, "costs', displaced: needed a number"),
        ({"costs": [line(gross=-1)]}, "costs', gross: needed 0 or more"),
        ({"costs": [line(gross="inf")]}, "costs', gross: needed a number that ends"),
        ({"costs": [line(behaviour="odd")]}, "costs', behaviour: needed one of fixed, variable"),
        ({"costs": [line(in_kind="perhaps")]}, "costs', in_kind: needed 0 or 1"),
        ({"costs": [line(price_year="last")]}, "costs', price_year: needed a price year"),
        ({"unit_costs": [unit(price_year=None)]}, "unit_costs', price_year: needed a price year"),
        ({"unit_costs": [unit(source=" ")]}, "unit_costs', source: needed title"),
        ({"unit_costs": [unit(per="fortnight")]}, "unit_costs', per: needed one of event"),
        ({"unit_costs": [unit(per=None)]}, "unit_costs', per: needed one of event"),
        ({"unit_costs": [unit(category="other")]}, "unit_costs', category: needed one of fiscal"),
        ({"unit_costs": [unit(value=-5)]}, "unit_costs', value: needed 0 or more"),
        ({"unit_costs": [unit(confidence=7)]}, "unit_costs', confidence: needed a grade from 1 to 6"),
        ({"unit_costs": [unit(cashable_share=1.5)]}, "unit_costs', cashable_share: needed a share"),
        ({"unit_costs": [unit(low=2, high=1)]}, "unit_costs', low: needed at most high"),
        ({"avoided": [outcome(duration=-1)]}, "avoided', duration: needed 0 or more"),
        ({"avoided": [outcome(duration="long")]}, "avoided', duration: needed a number"),
        ({"avoided": [outcome(judged="yes")]}, "avoided', judged: needed 0 or 1"),
        ({"avoided": [outcome(observed=-1)]}, "avoided', observed: needed 0 or more"),
        (
            {"flows": [{"LA": "A", "month": "2016-04-01", "cost": "x", "benefit": 1}]},
            "flows', cost: needed a number",
        ),
        ({"costs": [{"LA": "A", "item": "x"}]}, "has no column 'gross'"),
    ],
)
def test_what_cannot_be_meant_is_refused(tables: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        data(**tables)
    assert said in str(caught.value)


def test_everything_is_refused_at_once_and_no_value_is_shown() -> None:
    with pytest.raises(InputError) as caught:
        data(costs=[line(gross=-4321, price_year="xyz")], unit_costs=[unit(source=None, per="blue")])
    text = str(caught.value)

    assert [part for part in ("gross", "price_year", "source", "per:") if part not in text] == []
    assert [shown for shown in ("4321", "xyz", "blue") if shown in text] == []


def test_unit_costs_belong_to_no_authority() -> None:
    given = data(unit_costs=[unit()], avoided=[outcome(), outcome(LA="B")])

    assert given.areas == ("A", "B")
    assert value("costs_avoided_total", given) == 400


# ---- price years --------------------------------------------------------------------------------------


def test_a_figure_has_one_price_year() -> None:
    given = data(
        costs=[line(price_year="2014-15"), line()],
        unit_costs=[unit(price_year="2014-15")],
        avoided=[outcome()],
    )
    up = 103.9 / 97.4

    assert value("intervention_cost_total", given, price_year="2016-17", index=INDEX) == pytest.approx(
        300 + 300 * up
    )
    assert value("costs_avoided_total", given) == pytest.approx(200)
    assert value("costs_avoided_total", given, price_year="2016-17", index=INDEX) == pytest.approx(200 * up)
    assert value("net_saving", given, price_year="2016-17", index=INDEX) == pytest.approx(-100 * up - 300 + 0)
    assert value("froi", given, price_year="2014-15", index=INDEX) == pytest.approx(200 / (300 + 300 / up))


def test_the_price_year_is_mentioned() -> None:
    given = data(costs=[line(price_year="2014/15")])
    notes = csc.calculate("intervention_cost_total", given, [APRIL, MAY]).notes

    assert "in 2014-15 prices" in set(notes["text"])


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "needed one for the figure, found 2014-15, 2016-17; give price_year, and index"),
        ({"price_year": "2016-17"}, "index: needed the price levels of 2014-15 and of 2016-17, found none"),
        ({"price_year": "16-17", "index": INDEX}, "price_year: needed a price year such as"),
        (
            {"price_year": "2016-17", "index": {"2014-15": 1}},
            "index: needed the price years 2016-17, found 2014-15",
        ),
        ({"price_year": "2016-17", "index": 3}, "index: needed a mapping"),
        ({"price_year": "2016-17", "index": {"2014-15": 1, "2016-17": 0}}, "index: needed a number above 0"),
    ],
)
@pytest.mark.parametrize("window", [APRIL, MAY])
def test_several_price_years_are_an_error_in_every_window(
    window: csc.Window, parameters: dict[str, Any], said: str
) -> None:
    given = data(costs=[line(price_year="2014-15"), line()])
    with pytest.raises(InputError) as caught:
        value("intervention_cost_total", given, window, **parameters)
    assert said in str(caught.value)


def test_costs_and_benefits_of_different_price_years_are_not_set_against_each_other() -> None:
    given = data(costs=[line()], unit_costs=[unit(price_year="2014-15")], avoided=[outcome()])

    assert value("intervention_cost_total", given) == 300
    assert value("costs_avoided_total", given) == 200
    for measure in ("froi", "net_saving"):
        with pytest.raises(InputError, match="found 2014-15, 2016-17"):
            value(measure, given)


def test_prices_of_placements_are_uprated() -> None:
    episodes = {
        "LA": "A", "CHILD": "1", "YEAR": "2017", "DECOM": "2016-04-01", "RNE": "S", "LS": "C2", "CIN": "N1",
        "PLACE": "U4", "DEC": None, "REC": None,
    }  # fmt: skip
    sheet = [
        unit(item=" PLACEMENT: u4", value=974, per="Day", price_year="2014-15"),
        unit(item="placement:K1"),
    ]
    given = csc.Data({"ssda903.episodes": pd.DataFrame([episodes]), "unit_costs": pd.DataFrame(sheet)})

    found = value("placement_spend_per_cla_day", given, price_year="2016-17", index=INDEX)
    assert found == pytest.approx(1_039)


# ---- parameters and windows ---------------------------------------------------------------------------


def test_categories_are_asked_for() -> None:
    given = data(
        unit_costs=[unit(), unit(item="calm", category="Social", value=1)],
        avoided=[outcome(), outcome(outcome="calm")],
    )

    assert value("costs_avoided_total", given) == 200
    assert value("costs_avoided_total", given, categories=["fiscal", "social"]) == 202
    assert value("costs_avoided_total", given, categories=["social"]) == 2
    for wrong in (["fisc"], []):
        with pytest.raises(InputError, match="categories: needed a list of fiscal, economic, social"):
            value("costs_avoided_total", given, categories=wrong)


@pytest.mark.parametrize("measure", [measure.id for measure in csc.checklist[15].measures])
def test_money_is_about_periods_and_not_about_persons(measure: str) -> None:
    cohort = pd.DataFrame({"LA": ["A"], "CHILD": ["1"], "index_date": ["2016-04-01"]})
    given = data(costs=[line()])
    with pytest.raises(InputError, match="windows per child"):
        csc.calculate(measure, given, csc.Windows.per_child(cohort, follow_up_months=12))


def test_a_table_that_is_not_there_is_named() -> None:
    notes = csc.calculate("froi", data(costs=[line()]), APRIL).notes
    said = set(notes[notes["kind"] == "status"]["text"])

    assert said == {"table avoided, unit_costs is not in the data"}
