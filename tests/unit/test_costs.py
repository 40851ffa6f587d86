"""Costs: exact money, errors all at once, limits by simulation against closed forms, and what must always hold."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import csc_outcomes as csc
from csc_outcomes import costs
from csc_outcomes.errors import InputError

few = settings(max_examples=30, deadline=None, derandomize=True, database=None)
pennies = st.integers(0, 10**9).map(lambda n: n / 100)
SPENT, GAINED = [250_000, 100_000, 0, 0, 0], [0, 300_000, 300_000, 200_000, 100_000]


def gbp(amount: Any, year: str = "2014-15") -> costs.GBP:
    return costs.GBP(amount, year)


# ---- pounds -------------------------------------------------------------------------------------------


def test_pounds_are_exact() -> None:
    assert gbp(0.1) + gbp(0.2) == gbp("0.3")
    assert sum([gbp("0.10")] * 3, start=gbp(0)) == gbp("0.30")
    assert gbp("6218.00") * 121 == 121 * gbp(6218) == gbp(752_378)
    assert gbp(10) - gbp("0.01") == gbp("9.99")
    assert gbp("1,234.50").amount == Decimal("1234.50")
    assert gbp(9) / 4 == gbp("2.25")
    assert gbp(9) / gbp(4) == Decimal("2.25")
    assert -gbp(3) == gbp(-3)
    assert abs(gbp(-3)) == gbp(3)
    assert gbp(1) < gbp(2) <= gbp(2)
    assert gbp(3) > gbp(2) >= gbp(2)
    assert bool(gbp("0.01"))
    assert not gbp(0)
    assert float(gbp("2.5")) == 2.5


@pytest.mark.parametrize("spelling", ["2014-15", "2014/15", "2014-2015", " 2014-15 "])
def test_one_price_year_has_several_spellings(spelling: str) -> None:
    assert gbp(1, spelling).price_year == "2014-15"
    assert str(gbp("6218", spelling)) == "£6,218 in 2014-15 prices"
    assert repr(gbp("6218.50", spelling)) == "GBP('6218.50', '2014-15')"


def test_a_calendar_year_is_another_price_year() -> None:
    assert gbp(1, "2015") == costs.GBP(1, 2015)  # type: ignore[arg-type]
    assert gbp(1, "2015") != gbp(1, "2014-15")


@pytest.mark.parametrize("year", ["2014-16", "14-15", "next", "", None, True, 2014.5])
def test_a_price_year_must_be_one(year: Any) -> None:
    with pytest.raises(InputError, match="needed a price year such as"):
        costs.GBP(1, year)


@pytest.mark.parametrize(
    "amount", [None, float("nan"), float("inf"), True, "ten", "£5", [1], np.array([1.0])]
)
def test_an_amount_must_be_a_number(amount: Any) -> None:
    with pytest.raises(InputError):
        gbp(amount)


@pytest.mark.parametrize("other", [gbp(1, "2016-17"), 1, 0, Decimal(1), 1.5, None])
@pytest.mark.parametrize("operation", ["+", "-", "<", "<=", ">", ">="])
def test_pounds_go_with_pounds_of_one_price_year_only(other: Any, operation: str) -> None:
    for first, second in ((gbp(1), other), (other, gbp(1))):
        with pytest.raises(InputError, match=r"cannot (add|subtract|compare)"):
            eval(f"first {operation} second", {"first": first, "second": second})


def test_pounds_are_not_multiplied_by_pounds_nor_divided_by_nothing() -> None:
    for wrong in (
        lambda: gbp(1) * gbp(1),
        lambda: gbp(1) / 0,
        lambda: gbp(1) / gbp(1, "2015"),
        lambda: gbp(1) * "2",
    ):
        with pytest.raises(InputError, match=r"cannot|needed numbers"):
            wrong()


def test_sums_begin_with_an_amount() -> None:
    with pytest.raises(InputError, match="without price year"):
        sum([gbp(1), gbp(2)])


def test_pounds_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        gbp(1).amount = Decimal(2)  # type: ignore[misc]


# ---- returns on investment ----------------------------------------------------------------------------


def test_teams_add_up_before_dividing() -> None:
    found = costs.froi(
        cost=[300_000, 200_000], cases=[100, 150], benefit_per_case=[6_000, 3_000], scope="whole_service"
    )

    assert (found.benefit, found.cost, found.froi) == (1_050_000, 500_000, 2.1)
    assert found.warnings == ()


def test_teams_may_share_a_cost_and_a_total_may_stand_against_teams() -> None:
    shared = costs.froi(
        cost=500_000, cases=[100, 150], benefit_per_case=[6_000, 3_000], scope="whole_service"
    )
    total = costs.froi(cost=[300_000, 200_000], benefit=1_050_000, scope="whole_service")

    assert shared.froi == total.froi == 2.1


@pytest.mark.parametrize("cases", [250, [100, 150], [250]])
def test_one_mean_for_a_whole_service_is_mentioned(cases: Any) -> None:
    found = costs.froi(cost=500_000, cases=cases, benefit_per_case=5_000, scope="whole_service")

    assert found.froi == 2.5
    assert len(found.warnings) == 1


def test_a_return_of_pounds_has_their_price_year() -> None:
    found = costs.froi(cost=gbp(100), cases=10, benefit_per_case=gbp("12.50"), scope="observed_cases")

    assert (found.froi, found.price_year) == (1.25, "2014-15")
    assert "in 2014-15 prices" in str(found)


def test_a_return_says_what_it_covers() -> None:
    silent = costs.froi(cost=100, benefit=50, scope="observed_cases")
    told = costs.froi(
        cost=100,
        benefit=50,
        scope="observed_cases",
        coverage=costs.Coverage("all cases of 2016", "2016-17", ["buildings", "respite"]),
    )
    nothing = costs.Coverage("all", "2016-17", ())

    assert "Covers cases: not stated; period: not stated; left out: not stated" in str(silent)
    assert "Covers cases: all cases of 2016; period: 2016-17; left out: buildings; respite" in str(told)
    assert str(nothing) == "cases: all; period: 2016-17; left out: none"
    assert (
        costs.froi(cost=1, cases=[2, 3], benefit_per_case=[1, 1], scope="observed_cases").coverage.cases
        == "5 cases"
    )
    assert "-£50" in str(silent)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"cost": 1, "benefit": 1, "scope": "all"}, ["scope: needed observed_cases or whole_service"]),
        ({"cost": 1}, ["found neither"]),
        ({"cost": 1, "cases": 2}, ["found cases"]),
        (
            {"cost": 1, "benefit": 1, "cases": 2, "benefit_per_case": 1},
            ["benefit and cases and benefit_per_case"],
        ),
        ({"cost": 0, "benefit": 1}, ["cost: needed more than 0 altogether"]),
        ({"cost": [-1, 2], "benefit": 1}, ["cost: needed 0 or more, found others in 1 of 2 (position 0)"]),
        ({"cost": [1, 2], "benefit": [1, 2, 3]}, ["cost 2, benefit 3"]),
        ({"cost": 1, "cases": [1, 2], "benefit_per_case": [1, 2, 3]}, ["cases 2, benefit_per_case 3"]),
        (
            {"cost": [1, 1], "cases": [1, 2], "benefit_per_case": [1, None]},
            ["missing ones in 1 of 2 (position 1)"],
        ),
        ({"cost": gbp(1), "benefit": 1}, ["needed one price year", "benefit without price year"]),
        ({"cost": gbp(1), "benefit": gbp(1, "2015")}, ["cost 2014-15, benefit 2015"]),
        ({"cost": [gbp(1), 2], "benefit": gbp(1)}, ["found 1 amounts without one"]),
        (
            {"cost": [gbp(1), gbp(1, "2015")], "benefit": gbp(1)},
            ["needed one price year, found 2014-15, 2015"],
        ),
        ({"cost": 1, "cases": gbp(1), "benefit_per_case": 1}, ["cases: needed plain numbers, found pounds"]),
        (
            {"cost": "£5", "benefit": "1"},
            ["cost: needed numbers, found text", "benefit: needed numbers, found text"],
        ),
        ({"cost": [], "benefit": 1}, ["cost: needed numbers, found nothing"]),
        ({"cost": -1, "benefit": True, "scope": "x"}, ["scope", "cost: needed 0 or more", "booleans"]),
    ],
)
def test_a_return_is_refused_with_everything_that_is_wrong(
    arguments: dict[str, Any], said: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        costs.froi(**{"scope": "observed_cases", **arguments})

    assert [text for text in said if text not in str(caught.value)] == []


@given(st.lists(st.tuples(pennies, pennies), min_size=1, max_size=6))
@few
def test_splitting_costs_and_benefits_changes_nothing(teams: list[tuple[float, float]]) -> None:
    cost, benefit = (list(part) for part in zip(*teams, strict=True))
    total = float(sum(Decimal(str(amount)) for amount in cost))
    if not total:
        return
    whole = float(sum(Decimal(str(amount)) for amount in benefit))
    split = costs.froi(cost=cost, benefit=benefit, scope="observed_cases")
    joined = costs.froi(cost=total, benefit=whole, scope="observed_cases")

    assert (split.froi, split.net, split.cost) == (joined.froi, joined.net, joined.cost)


# ---- net unit cost and benefit ------------------------------------------------------------------------


def test_unit_costs_of_sequences() -> None:
    found = costs.net_unit_cost([100, 200], [10, 50], 3)

    assert found.tolist() == [30, 50]
    assert costs.net_unit_cost(gbp(100), gbp(10), 3) == gbp(30)
    assert costs.net_unit_cost(gbp(90)) == gbp(90)
    assert costs.benefit(cases=[1, 2], unit_value=gbp(3), attribution=0.5) == [gbp("1.5"), gbp(3)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((100, 101), "displaced: needed at most the gross cost"),
        ((-1, 0), "gross: needed 0 or more"),
        ((1, -1), "displaced: needed 0 or more"),
        ((1, 0, 0), "beneficiaries: needed more than 0"),
        ((None,), "gross: needed numbers"),
        (([1, 2], [1, 1, 1]), "gross 2, displaced 3"),
        ((gbp(1), 1), "needed one price year"),
        ((gbp(1), gbp(1, "2015")), "needed one price year"),
    ],
)
def test_net_unit_cost_refuses(arguments: tuple[Any, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        costs.net_unit_cost(*arguments)


def test_deadweight_and_attribution_correct_for_the_same() -> None:
    assert costs.benefit(cases=10, unit_value=100, deadweight=0.25) == 750
    assert costs.benefit(cases=10, unit_value=100, attribution=0.75) == 750
    assert costs.benefit(cases=10, unit_value=100) == 1000
    for deadweight in (0, 0.25):
        with pytest.raises(InputError, match="correct twice"):
            costs.benefit(cases=10, unit_value=100, deadweight=deadweight, attribution=0.75)


@pytest.mark.parametrize("name", ["deadweight", "attribution", "optimism_bias"])
@pytest.mark.parametrize("share", [-0.1, 1.1, 25])
def test_shares_lie_between_0_and_1(name: str, share: float) -> None:
    arguments: dict[str, Any] = {name: share}
    with pytest.raises(InputError, match=name):
        costs.benefit(cases=10, unit_value=100, **arguments)


def test_optimism_grades_say_that_they_are_unverified() -> None:
    assert [float(grade.correction) for grade in costs.OPTIMISM_BIAS] == [0, 0.05, 0.10, 0.15, 0.25, 0.40]
    assert {grade.status for grade in costs.OPTIMISM_BIAS} == {"unverified"}
    assert costs.optimism_bias() == costs.optimism_bias(6) == 0.4
    for grade in (0, 7, True):
        with pytest.raises(InputError, match="grade from 1 to 6"):
            costs.optimism_bias(grade)


# ---- components ---------------------------------------------------------------------------------------


LEDGER = pd.DataFrame(
    {
        "kind": ["staff", "Travel", "staff", "overhead"],
        "gross": [100.10, 50, 20.20, 10],
        "displaced": [10, np.nan, 0.20, np.nan],
        "in_kind": [0, 1, 1, np.nan],
        "price_year": ["2014-15", "2014/15", "2014-15", "2014-15"],
    }
)


def test_cost_by_component() -> None:
    found = costs.intervention_cost(LEDGER, cases=10, coverage=costs.Coverage("ten cases"))
    staff, travel, overhead = found.components

    assert (found.gross, found.displaced, found.net) == (180.3, 10.2, 170.1)
    assert (found.per_case, found.price_year) == (17.01, "2014-15")
    assert (staff.kind, staff.gross, staff.displaced, staff.net, staff.in_kind) == (
        "staff",
        120.3,
        10.2,
        110.1,
        20,
    )
    assert (travel.kind, travel.net, travel.in_kind) == ("travel", 50, 50)
    assert (overhead.kind, overhead.net, overhead.in_kind) == ("overhead", 10, 0)
    assert sum(part.share or 0 for part in found.components) == pytest.approx(1)
    assert "  staff: £110.10" in str(found)
    assert "ten cases" in str(found)


def test_a_ledger_is_refused_with_everything_that_is_wrong() -> None:
    wrong = LEDGER.assign(kind="sweets", gross=-1.0, price_year=["2014-15", "2015", None, "2014"])
    with pytest.raises(InputError) as caught:
        costs.intervention_cost(wrong, cases=0)

    said = (
        "kind: needed one of",
        "found none in 1 lines",
        "found 2014, 2014-15, 2015",
        "gross: needed 0",
        "cases",
    )
    assert [text for text in said if text not in str(caught.value)] == []
    with pytest.raises(InputError, match="displaced: needed at most the gross cost, found more in 1 lines"):
        costs.intervention_cost([{"kind": "staff", "gross": 1, "displaced": 2, "price_year": "2015"}])
    with pytest.raises(InputError, match="needed gross, price_year"):
        costs.intervention_cost(LEDGER[["kind"]])
    with pytest.raises(InputError, match="found no line"):
        costs.intervention_cost([])


@given(
    st.lists(
        st.tuples(st.sampled_from(["staff", "travel"]), pennies, st.integers(1, 4)), min_size=1, max_size=5
    )
)
@few
def test_splitting_a_line_changes_nothing(lines: list[tuple[str, float, int]]) -> None:
    whole = [{"kind": kind, "gross": gross * parts, "price_year": "2015"} for kind, gross, parts in lines]
    whole = [{**row, "gross": round(float(row["gross"]), 2)} for row in whole]
    split = [
        {"kind": kind, "gross": gross, "price_year": "2015"}
        for kind, gross, parts in lines
        for _ in range(parts)
    ]

    assert costs.intervention_cost(split) == costs.intervention_cost(whole)


# ---- later years --------------------------------------------------------------------------------------


def test_the_schedule_is_dated_data() -> None:
    assert costs.SCHEDULES == (costs.GREEN_BOOK,)
    assert costs.schedule_on(dt.date(2026, 1, 1)) is costs.GREEN_BOOK
    assert [float(costs.GREEN_BOOK.rate(year)) for year in (1, 30, 31, 75, 76, 200)] == [
        0.035, 0.035, 0.03, 0.03, 0.025, 0.025,
    ]  # fmt: skip
    with pytest.raises(InputError, match="needed a day from 2003-04-01 on"):
        costs.schedule_on(dt.date(2003, 3, 31))


def test_other_rates() -> None:
    health = costs.Schedule("health", dt.date(2022, 1, 1), ((0, Decimal("0.015")),))

    assert costs.discount_factor(2, schedule=health) == pytest.approx(1.015**-2)
    assert costs.discount_factor(2, schedule=0.015) == costs.discount_factor(2, schedule=health)
    assert costs.present_value(GAINED, schedule=0) == 900_000
    assert costs.present_value({0: 100, 2: 100}) == pytest.approx(100 + 100 / 1.035**2)
    assert costs.present_value([gbp(0), gbp("103.50")]) == gbp(100)


@pytest.mark.parametrize("year", [-1, 1.5, None, "1", True])
def test_a_year_ahead_is_a_whole_number(year: Any) -> None:
    with pytest.raises(InputError, match="year: needed"):
        costs.discount_factor(year)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: costs.present_value([1, None]),
        lambda: costs.present_value({-1: 1}),
        lambda: costs.present_value([gbp(1), gbp(1, "2015")]),
        lambda: costs.present_value([1], schedule=3.5),
        lambda: costs.payback([1, 2], [1]),
        lambda: costs.payback([gbp(1)], [1]),
        lambda: costs.payback([1], [1], schedule=0.015),
    ],
)
def test_flows_are_refused(wrong: Any) -> None:
    with pytest.raises(InputError):
        wrong()


def test_payback() -> None:
    assert costs.payback([0], [0]) == 0
    assert costs.payback([1, 0, 0], [0, 0.5, 0.4]) is None
    assert costs.payback([0.3, 0], [0.1, 0.2]) == 1  # to the penny, whatever floats make of it
    assert costs.payback([100, 0], [0, 103]) == 1
    assert costs.payback([100, 0], [0, 103], discounted=True) is None
    assert costs.payback([100, 0], [0, 103], discounted=True, schedule=0.03) == 1


@given(st.lists(st.tuples(pennies, pennies), min_size=1, max_size=8), st.integers(0, 7), pennies)
@few
def test_payback_comes_no_later_with_more_benefit(
    flows: list[tuple[float, float]], place: int, more: float
) -> None:
    spent, gained = (list(part) for part in zip(*flows, strict=True))
    better = [value + (more if number == place else 0) for number, value in enumerate(gained)]
    before, after = costs.payback(spent, gained), costs.payback(spent, better)

    assert after is not None or before is None
    assert before is None or (after is not None and after <= before)
    cents = [round(100 * (back - cost)) for cost, back in zip(spent, gained, strict=True)]
    reached = [number for number, balance in enumerate(accumulate(cents)) if balance >= 0]
    assert before == next(iter(reached), None)


@given(st.lists(st.tuples(pennies, pennies), min_size=1, max_size=8), st.integers(0, 5))
@few
def test_present_value_is_linear(flows: list[tuple[float, float]], times: int) -> None:
    first, second = (list(part) for part in zip(*flows, strict=True))
    both = [times * a + b for a, b in flows]

    expected = times * costs.present_value(first) + costs.present_value(second)
    assert costs.present_value(both) == pytest.approx(expected, rel=1e-12, abs=1e-9)


def test_horizons() -> None:
    found = costs.horizons(SPENT, GAINED)

    assert found["years"].tolist() == [1, 1, 3, 3, 5, 5]
    assert found["net"].round(2).tolist() == [-250_000, -250_000, 223_289.93, 250_000, 490_822.69, 550_000]
    assert found["payback"].fillna(-1).tolist() == [-1, -1, 2, 2, 2, 2]
    with pytest.raises(InputError, match="years: needed 5 or less"):
        costs.horizons(SPENT, GAINED, years=[6])


# ---- uprating -----------------------------------------------------------------------------------------


def test_uprating_takes_sequences_pounds_and_series() -> None:
    index = pd.Series({"2014-15": 97.4, "2016-17": 103.9})

    assert costs.uprate([97.4, 0], "2014-15", "2016/17", index).tolist() == [103.9, 0]
    assert costs.uprate(gbp("97.4"), "2014/15", "2016-17", index) == gbp("103.9", "2016-17")
    assert costs.uprate(5, 2015, "2015", {2015: 1}) == 5


@given(pennies, st.floats(1, 200), st.floats(1, 200))
@few
def test_uprating_there_and_back(value: float, before: float, after: float) -> None:
    index = {"2014-15": before, "2016-17": after}
    there = costs.uprate(value, "2014-15", "2016-17", index)

    assert costs.uprate(there, "2016-17", "2014-15", index) == pytest.approx(value)


def test_uprating_refuses_with_everything_that_is_wrong() -> None:
    with pytest.raises(InputError) as caught:
        costs.uprate(None, "yesterday", 20, {"2014-15": 1})
    assert [text for text in ("value", "source", "target") if text not in str(caught.value)] == []
    for index in ({"2014-15": 1}, {"2014-15": 1, "2015": 0}, {"2014-15": 1, "2015": "x"}, {}):
        with pytest.raises(InputError, match="index"):
            costs.uprate(1, "2014-15", "2015", index)
    with pytest.raises(InputError, match="found the price year 2014-15 twice"):
        costs.uprate(1, "2014-15", "2015", {"2014-15": 1, "2014/15": 2, "2015": 1})
    with pytest.raises(InputError, match="needed pounds in 2016-17 prices, found 2014-15 prices"):
        costs.uprate(gbp(1), "2016-17", "2014-15", {"2014-15": 1, "2016-17": 1})


# ---- costs avoided ------------------------------------------------------------------------------------


def result(n: float, d: float, measure: str = "placements_3plus_pct", **changed: Any) -> csc.Result:
    row = {
        "measure": measure, "version": 1, "window": "w", "start": "2023-04-01", "end": "2024-03-31", "area": "all",
        "breakdown": "all", "group": "all", "numerator": n, "denominator": d, "value": n / d if d else None,
        "lower": None, "upper": None, "interval": "", "unit": "percent", "status": "ok", **changed,
    }  # fmt: skip
    return csc.Result.from_frame(pd.DataFrame([row]))


RATE = "cla_starts_rate_10k"


def test_value_of_what_was_avoided_is_the_closed_form() -> None:
    found = costs.avoided(
        result(30, 100), result(9, 50), unit_value=575, duration=10, counterfactual="matched"
    )

    assert (found.exposed, found.expected, found.observed, found.avoided) == (50, 15, 9, 6)
    assert found.value == 34_500
    assert found.lower < found.value < found.upper
    assert found.warnings == ()
    assert (found.counterfactual, found.draws, found.seed, found.confidence) == ("matched", 10_000, 0, 0.95)
    assert found.coverage.cases == "area all, 50 exposed, against area all"
    assert found.coverage.left_out == (
        "every outcome but placements_3plus_pct",
        "the cost of the intervention",
    )
    assert "Costs avoided £34,500 (95% limits" in str(found)


def delta(measure: str, n0: float, d0: float, n1: float, d1: float, unit: float, sd: float) -> float:
    """Standard error by the delta method."""
    shares = measure != RATE
    var0, var1 = n0 * (1 - n0 / d0 if shares else 1), n1 * (1 - n1 / d1 if shares else 1)
    fewer = n0 / d0 * d1 - n1
    return float(np.sqrt(unit**2 * (d1**2 * var0 / d0**2 + var1) + (fewer * sd) ** 2))


@pytest.mark.parametrize("measure", ["placements_3plus_pct", RATE])
@pytest.mark.parametrize("sd", [0, 4])
def test_limits_agree_with_the_delta_method(measure: str, sd: float) -> None:
    n0, d0, n1, d1 = 8_000, 20_000, 2_000, 15_000
    found = costs.avoided(
        result(n0, d0, measure),
        result(n1, d1, measure),
        unit_value=100,
        duration=2,
        unit_sd=sd,
        counterfactual="own_history",
        draws=100_000,
        seed=3,
    )
    error = delta(measure, n0, d0, n1, d1, 200, 2 * sd)

    assert found.value == pytest.approx(800_000)
    assert found.upper - found.lower == pytest.approx(2 * 1.959964 * error, rel=0.03)
    # A gamma law of 4% is a little skewed (0.08), which moves the middle by about 0.04 errors; draws add 0.01.
    middle = (found.lower + found.upper) / 2
    assert middle == pytest.approx(found.value, abs=(0.08 if sd else 0.03) * error)


def test_limits_are_exact_quantiles_where_only_one_count_varies() -> None:
    found = costs.avoided(
        result(0, 100, RATE), result(40, 100, RATE), unit_value=10, counterfactual="matched", draws=100_000
    )
    low, high = stats.poisson.ppf([0.025, 0.975], 40)

    assert (found.value, found.lower, found.upper) == (-400, -10 * high, -10 * low)
    assert found.warnings == (
        "no event in the comparator: the limits do not show how uncertain a count of 0 is",
    )
    share = costs.avoided(
        result(0, 100), result(40, 100), unit_value=10, counterfactual="matched", draws=100_000
    )
    low, high = stats.binom.ppf([0.025, 0.975], 100, 0.4)
    assert (share.lower, share.upper) == (-10 * high, -10 * low)


def test_the_same_seed_gives_the_same_limits() -> None:
    def once(seed: int, **options: Any) -> costs.Avoided:
        return costs.avoided(
            result(30, 100),
            result(9, 50),
            unit_value=5,
            counterfactual="matched",
            seed=seed,
            unit_sd=1,
            **options,
        )

    assert once(1) == once(1)
    assert once(1).lower != once(2).lower
    assert once(1).value == once(2).value
    narrow, wide = once(1, confidence=0.5), once(1, confidence=0.99)
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_a_return_on_what_was_avoided_has_limits() -> None:
    saved = costs.avoided(
        result(30, 100), result(9, 50), unit_value=gbp(575), counterfactual="matched", seed=1
    )
    found = costs.froi(benefit=saved, cost=gbp(1_000), scope="observed_cases")

    assert found.froi == pytest.approx(3.45)
    assert (found.lower, found.upper) == (saved.lower / 1_000, saved.upper / 1_000)
    assert found.coverage.cases == saved.coverage.cases
    assert found.coverage.left_out == ("every outcome but placements_3plus_pct",)
    assert saved.amount == gbp(3_450)
    with pytest.raises(InputError, match="needed one price year"):
        costs.froi(benefit=saved, cost=1_000, scope="observed_cases")


def test_limits_that_include_a_loss_are_mentioned_and_those_of_several_outcomes_left_out() -> None:
    vague = costs.avoided(result(3, 10), result(2, 10), unit_value=10, counterfactual="business_as_usual")
    one = costs.froi(benefit=vague, cost=5, scope="observed_cases")
    two = costs.froi(benefit=[vague, vague], cost=5, scope="observed_cases")

    assert one.lower is not None
    assert one.lower < 0 < (one.upper or 0)
    assert any("may be a loss" in text for text in one.warnings)
    assert (two.froi, two.lower, two.upper) == (4, None, None)
    assert any("do not add up" in text for text in two.warnings)


def test_windows_of_different_length_and_children_with_many_events_are_mentioned() -> None:
    half = costs.avoided(
        result(30, 100, end="2023-09-30"), result(9, 50), unit_value=5, counterfactual="own_history"
    )
    leap = costs.avoided(
        result(30, 100, start="2022-04-01", end="2023-03-31"),
        result(9, 50),
        unit_value=5,
        counterfactual="own_history",
    )
    many = csc.catalogue()
    repeated = next(m.id for m in many if m.kind.value == "rate" and m.limits.value == "bootstrap")
    often = costs.avoided(
        result(30, 100, repeated), result(9, 50, repeated), unit_value=5, counterfactual="own_history"
    )

    assert any("differ in length" in text for text in half.warnings)
    assert leap.warnings == ()
    assert any("many events" in text for text in often.warnings)


@pytest.mark.parametrize(
    ("first", "second", "options", "said"),
    [
        (result(1, 2), result(1, 2, RATE), {}, "needed the same measure"),
        (result(1, 2), result(1, 2, version=2), {}, "needed the same version"),
        (result(1, 2), result(1, 2, unit="GBP"), {}, "needed the same unit"),
        (result(1, 2, "cla_stock_number"), result(1, 2, "cla_stock_number"), {}, "found a count"),
        (result(1, 2, "froi"), result(1, 2, "froi"), {}, "found a ratio"),
        (result(1, 2, "mine"), result(1, 2, "mine"), {}, "is not in the catalogue"),
        (result(1, 2, status="incomplete"), result(1, 2), {}, "comparator: needed a row with status ok"),
        (
            result(1, 2),
            result(1, 0),
            {},
            "observed: needed a numerator of 0 or more and a denominator above 0",
        ),
        (result(1, 2), result(3, 2), {}, "observed: needed whole numbers, the numerator within"),
        (result(1, 2), result(0.5, 2), {}, "observed: needed whole numbers"),
        (result(1, 2), 3, {}, "observed: needed a csc.Result of one row"),
        (result(1, 2), result(1, 2), {"counterfactual": "none"}, "counterfactual: needed matched"),
        (result(1, 2), result(1, 2), {"duration": -1}, "duration: needed 0 or more"),
        (result(1, 2), result(1, 2), {"unit_value": -1}, "unit_value: needed 0 or more"),
        (result(1, 2), result(1, 2), {"unit_value": [1, 2]}, "needed one number each"),
        (result(1, 2), result(1, 2), {"unit_sd": -1}, "unit_sd: needed 0 or more"),
        (result(1, 2), result(1, 2), {"unit_sd": 1, "unit_value": 0}, "needed a unit value above 0 to vary"),
        (result(1, 2), result(1, 2), {"draws": 10}, "draws: 10 are too few"),
        (result(1, 2), result(1, 2), {"seed": -1}, "seed: needed a whole number"),
        (result(1, 2), result(1, 2), {"confidence": 95}, "confidence: needed"),
    ],
)
def test_avoided_refuses(first: Any, second: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        costs.avoided(first, second, **{"unit_value": 1, "counterfactual": "matched", **options})


def test_a_result_of_several_rows_is_refused() -> None:
    both = csc.Result.from_frame(pd.concat([result(1, 2).frame, result(1, 2).frame]))
    with pytest.raises(InputError, match="observed: needed a result of one row, found 2 rows"):
        costs.avoided(result(1, 2), both, unit_value=1, counterfactual="matched")


def episodes(placed: int) -> pd.DataFrame:
    rows = [
        {
            "LA": "A", "CHILD": str(child), "YEAR": "2024", "DECOM": "2023-05-01", "RNE": "S", "LS": "C2",
            "CIN": "N1", "PLACE": "K2" if child < placed else "U4", "DEC": None, "REC": None,
        }
        for child in range(10)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_calculated_results_are_compared_with_their_parameters() -> None:
    def calculated(placed: int, **parameters: Any) -> csc.Result:
        data = csc.Data({"ssda903.episodes": episodes(placed)})
        return csc.calculate(
            "residential_share_seed_pct", data, csc.Window.snapshot("2024-03-31"), parameters=parameters
        )

    found = costs.avoided(calculated(5), calculated(2), unit_value=100, counterfactual="matched")
    assert found.value == 300
    with pytest.raises(InputError, match="needed the same parameters"):
        costs.avoided(
            calculated(5), calculated(2, under_18_only=True), unit_value=100, counterfactual="matched"
        )


# ---- sensitivity --------------------------------------------------------------------------------------


def appraisal(**changed: Any) -> costs.Appraisal:
    given: dict[str, Any] = {"cases": 100, "benefit_per_case": 30, "cost": 2_000, "scope": "observed_cases"}
    return costs.Appraisal(**{**given, **changed})


def test_an_appraisal_is_refused_with_everything_that_is_wrong() -> None:
    with pytest.raises(InputError) as caught:
        appraisal(cases=-1, cost=None, scope="x", deadweight=2, attribution=0.5, benefit_per_case=[1, 2])
    said = (
        "cases",
        "scope",
        "deadweight: needed 1 or less",
        "correct twice",
        "benefit_per_case: needed one number",
    )
    assert [text for text in said if text not in str(caught.value)] == []
    with pytest.raises(InputError, match="cost: needed more than 0"):
        appraisal(cost=0)
    with pytest.raises(InputError, match="needed one price year"):
        appraisal(cost=gbp(1))
    assert appraisal(cost=gbp(2_000), benefit_per_case=gbp(30)).froi() == 1.5


def test_one_input_at_a_time() -> None:
    found = costs.one_way(appraisal(deadweight=0.5, cost_per_case=10), ranges={"cost": (500, 5_000)})
    rows = found.set_index("input")

    assert found["swing"].is_monotonic_decreasing
    assert rows.loc["cost", ["low", "high", "froi_low", "froi_high"]].tolist() == [500, 5_000, 1.0, 0.25]
    assert rows.loc["deadweight", ["low", "high", "froi_low", "froi_high"]].tolist() == pytest.approx(
        [0.4, 0.6, 0.6, 0.4]
    )
    assert rows.loc["benefit_per_case", "swing"] == pytest.approx(0.2)
    near_one = costs.one_way(appraisal(deadweight=0.9)).set_index("input").loc["deadweight"]
    assert (near_one["high"], near_one["froi_high"]) == (1, 0)
    with pytest.raises(InputError, match="did you mean"):
        costs.one_way(appraisal(), ranges={"case": (1, 2)})
    with pytest.raises(InputError, match="cost: needed a pair"):
        costs.one_way(appraisal(), ranges={"cost": (2, 1)})


@given(
    st.integers(1, 500), st.integers(1, 10_000), st.integers(1, 100_000), st.integers(0, 99), st.integers(0, 50),
    st.integers(1, 30),
)  # fmt: skip
@few
def test_a_switching_value_gives_the_target(
    cases: int, value: int, cost: int, deadweight: int, each: int, tenths: int
) -> None:
    stated = appraisal(
        cases=cases, benefit_per_case=value, cost=cost, deadweight=deadweight / 100, cost_per_case=each
    )
    target = tenths / 10
    for row in costs.switching_values(stated, target=target).dropna().to_dict("records"):
        assert stated.froi(**{str(row["input"]): row["switching"]}) == pytest.approx(target, rel=1e-6)


def test_there_may_be_no_switching_value() -> None:
    found = costs.switching_values(appraisal(deadweight=0.5, cost_per_case=20)).set_index("input")[
        "switching"
    ]

    assert np.isnan(found["cases"])  # every case costs more than it brings
    assert np.isnan(found["deadweight"])  # even without deadweight cost is higher
    assert np.isnan(found["cost"])
    assert found["benefit_per_case"] == 80


def test_deadweight_and_optimism_off_and_on() -> None:
    found = costs.deadweights(appraisal(deadweight=0.3))

    assert found["deadweight"].tolist() == [0, 0.3, 0.5]
    assert found["froi"].tolist() == pytest.approx([1.5, 1.05, 0.75])
    assert found["net"].tolist() == pytest.approx([1_000, 100, -500])
    assert costs.deadweights(appraisal())["deadweight"].tolist() == [0, 0.5]
    assert costs.optimism(appraisal(optimism_bias=0.4))["froi"].tolist() == pytest.approx([1.5, 0.9])
    with pytest.raises(InputError, match="corrects by attribution"):
        costs.deadweights(appraisal(attribution=0.5))


def test_simulated_cases_agree_with_the_poisson_distribution() -> None:
    stated = appraisal(cases=100, benefit_per_case=21, cost=2_000)
    found = costs.simulate(stated, {"cases": costs.Poisson(100)}, draws=100_000, seed=5)
    counts = stats.poisson(100)

    assert found.froi == 1.05
    assert [found.lower, found.upper] == pytest.approx(counts.ppf([0.05, 0.95]) * 21 / 2_000)
    assert found.p_above_one == pytest.approx(counts.sf(2_000 // 21), abs=0.005)
    assert found.varied == ("cases",)


@pytest.mark.parametrize(
    ("name", "distribution", "law", "decreasing"),
    [
        ("benefit_per_case", costs.Gamma(30, 6), stats.gamma(25, scale=1.2), False),
        ("benefit_per_case", costs.Triangular(10, 30, 50), stats.triang(0.5, 10, 40), False),
        ("deadweight", costs.Beta(20, 80), stats.beta(20, 80), True),
    ],
)
def test_simulated_inputs_agree_with_their_laws(
    name: str, distribution: Any, law: Any, decreasing: bool
) -> None:
    stated = appraisal(deadweight=0.2)
    found = costs.simulate(stated, {name: distribution}, draws=100_000, seed=2)
    ends = sorted(stated.froi(**{name: float(value)}) for value in law.ppf([0.05, 0.95]))
    threshold = costs.switching_values(stated).set_index("input")["switching"][name]

    assert [found.lower, found.upper] == pytest.approx(ends, rel=0.01)
    expected = law.cdf(threshold) if decreasing else law.sf(threshold)
    assert found.p_above_one == pytest.approx(expected, abs=0.01)
    assert found.warnings == ()
    assert distribution.mean == pytest.approx(law.mean())


def test_a_simulation_is_repeatable_and_says_what_is_odd() -> None:
    inputs = {"cost": costs.Gamma(3_000, 100), "cases": costs.Poisson(100)}
    found = costs.simulate(appraisal(), inputs, seed=1)

    assert found == costs.simulate(appraisal(), dict(reversed(inputs.items())), seed=1)
    assert found != costs.simulate(appraisal(), inputs, seed=2)
    assert found.varied == ("cases", "cost")
    assert found.warnings == (
        "cost: the mean of its distribution differs from the stated value by more than 5%",
    )
    assert "90% of the draws from" in str(found)
    assert "cases: 100 cases" in str(found)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "needed a distribution of at least one input"),
        ({"case": costs.Poisson(1)}, "did you mean cases"),
        ({"deadweight": costs.Beta(1, 1)}, "'deadweight' does not exist"),
        ({"cases": 100}, "cases: needed one of Beta, Gamma, Triangular, Poisson, found int"),
        ({"cost": costs.Poisson(0.5)}, "in some draws the cost is 0"),
    ],
)
def test_simulation_refuses(inputs: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        costs.simulate(appraisal(), inputs)


def test_shares_are_drawn_within_0_and_1() -> None:
    for distribution in (costs.Gamma(0.2, 0.1), costs.Triangular(0, 0.2, 1.2)):
        with pytest.raises(InputError, match="deadweight: needed a share"):
            costs.simulate(appraisal(deadweight=0.2), {"deadweight": distribution})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: costs.Beta(0, 1),
        lambda: costs.Gamma(1, 0),
        lambda: costs.Poisson(float("nan")),
        lambda: costs.Triangular(2, 1, 3),
        lambda: costs.Triangular(1, 1, 1),
        lambda: costs.Triangular(-1, 1, 2),
    ],
)
def test_distributions_are_checked(wrong: Any) -> None:
    with pytest.raises(InputError, match="needed"):
        wrong()


@pytest.mark.parametrize("arguments", [(0,), (10, 5), (10, 20, 0), (1.5,)])
def test_samples_are_checked(arguments: tuple[Any, ...]) -> None:
    sample, *rest = arguments
    margin = {"margin": rest.pop()} if len(rest) > 1 else {}
    with pytest.raises(InputError, match="sample_confidence"):
        costs.sample_confidence(sample, *rest, **margin)


# ---- the package --------------------------------------------------------------------------------------


def test_public_names() -> None:
    assert sorted(dir(costs)) == sorted(costs.__all__)
    assert [name for name in costs.__all__ if getattr(costs, name, None) is None] == []
    with pytest.raises(AttributeError, match="no attribute 'frio'"):
        _ = costs.frio


def test_importing_is_light() -> None:
    code = (
        "import sys, csc_outcomes.costs as c; c.froi(cost=1, benefit=2, scope='observed_cases'); "
        "print(sorted({'scipy', 'pandas', 'narwhals', 'csc_outcomes.api'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
