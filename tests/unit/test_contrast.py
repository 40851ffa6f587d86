"""Ratios and differences of rates and proportions: worked examples, statsmodels as second route, refusals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson_2indep

from csc_outcomes.engine.contrast import contrast
from csc_outcomes.errors import InputError

Z = stats.norm.ppf(0.975)
NUMBERS = ["value", "lower", "upper"]


def one(*arguments: Any, **options: Any) -> pd.Series[Any]:
    frame = contrast(*arguments, **options)
    assert len(frame) == 1
    return frame.iloc[0]


# Worked examples


@pytest.mark.parametrize(
    ("method", "interval", "lower", "upper"),
    [
        (None, "log-Wald", 0.636037, 0.936141),
        ("log-wald", "log-Wald", 0.636037, 0.936141),
        ("score", "score", 0.636227, 0.935861),
        ("exact", "exact conditional", 0.632466, 0.940062),
    ],
)
def test_a_ratio_of_rates(method: Any, interval: str, lower: float, upper: float) -> None:
    row = one("rate_ratio", (180, 52_000), (240, 53_500), method=method)
    assert row["interval"] == interval
    assert row["status"] == "ok"
    assert row[NUMBERS].tolist() == pytest.approx([0.771635, lower, upper], abs=6e-7)


def test_a_difference_of_rates() -> None:
    row = one("rate_difference", (180, 52_000), (240, 53_500), per=10_000)
    assert row["interval"] == "Wald"
    assert row[NUMBERS].tolist() == pytest.approx([-10.244428, -17.845910, -2.642947], abs=6e-7)


def test_a_difference_of_proportions() -> None:
    row = one("proportion_difference", (18, 60), (31, 64))
    assert row["interval"] == "Newcombe"
    assert row[NUMBERS].tolist() == pytest.approx([-0.184375, -0.341088, -0.012386], abs=6e-7)
    points = one("proportion_difference", (18, 60), (31, 64), per=100)
    assert points[NUMBERS].tolist() == pytest.approx([-18.4375, -34.1088, -1.2386], abs=6e-5)


def test_the_arithmetic_of_a_difference_in_differences() -> None:
    """Change in treated authorities against change in others: variances of the two contrasts add up."""
    frame = contrast("rate_ratio", ([180, 1_040], [52_000, 223_000]), ([240, 1_010], [53_500, 221_000]))
    log_se = np.log(frame["upper"] / frame["lower"]) / (2 * Z)
    ratio, se = frame["value"].iloc[0] / frame["value"].iloc[1], np.hypot(*log_se)
    assert [ratio, se] == pytest.approx([0.756158, 0.108046], abs=6e-7)
    assert (ratio * np.exp([-Z * se, Z * se])).tolist() == pytest.approx([0.611848, 0.934504], abs=6e-7)

    frame = contrast(
        "rate_difference", ([180, 1_040], [52_000, 223_000]), ([240, 1_010], [53_500, 221_000]), per=10_000
    )
    value = frame["value"].iloc[0] - frame["value"].iloc[1]
    reach = np.hypot(*((frame["upper"] - frame["lower"]) / 2))
    assert [value, value - reach, value + reach] == pytest.approx(
        [-11.179842, -19.768217, -2.591467], abs=6e-7
    )


# Second route

EVENTS = [
    (180, 52_000, 240, 53_500),
    (1, 90, 7, 50),
    (12, 400.5, 3, 800),
    (55, 1_000, 55, 1_000),
    (300, 7, 2, 9),
]


@pytest.mark.parametrize("events", EVENTS)
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.998])
def test_ratios_and_differences_of_rates_agree_with_statsmodels(events: Any, confidence: float) -> None:
    c1, e1, c2, e2 = events
    for method, theirs, compare in (
        ("log-wald", "wald-log", "ratio"),
        ("score", "score", "ratio"),
        ("wald", "wald", "diff"),
    ):
        kind = "rate_ratio" if compare == "ratio" else "rate_difference"
        row = one(kind, (c1, e1), (c2, e2), method=method, confidence=confidence)
        with np.errstate(invalid="ignore"):  # its search for score limits steps below zero
            expected = confint_poisson_2indep(
                c1, e1, c2, e2, method=theirs, compare=compare, alpha=1 - confidence
            )
        assert [row["lower"], row["upper"]] == pytest.approx(list(expected), rel=1e-6)


@pytest.mark.parametrize("events", EVENTS)
def test_exact_ratios_agree_with_the_binomial_of_statsmodels(events: Any) -> None:
    c1, e1, c2, e2 = events
    row = one("rate_ratio", (c1, e1), (c2, e2), method="exact")
    share = np.array(proportion_confint(c1, c1 + c2, method="beta"))
    assert [row["lower"], row["upper"]] == pytest.approx((share / (1 - share) * e2 / e1).tolist(), rel=1e-10)


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60), st.integers(1, 60))
def test_differences_of_proportions_agree_with_statsmodels(x1: int, x2: int, more1: int, more2: int) -> None:
    n1, n2 = x1 + more1, x2 + more2
    row = one("proportion_difference", (x1, n1), (x2, n2))
    expected = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff")
    assert [row["lower"], row["upper"]] == pytest.approx(list(expected), abs=1e-12)


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 500), st.integers(1, 500))
def test_turning_a_comparison_round_turns_its_limits_round(c1: int, c2: int, e1: int, e2: int) -> None:
    for kind in ("rate_difference", "proportion_difference"):
        first, second = ((c1, c1 + e1), (c2, c2 + e2))
        there, back = one(kind, first, second), one(kind, second, first)
        expected = [-back["value"], -back["upper"], -back["lower"]]
        assert there[NUMBERS].tolist() == pytest.approx(expected, abs=1e-12, nan_ok=True)
    if c1 and c2:
        there, back = one("rate_ratio", (c1, e1), (c2, e2)), one("rate_ratio", (c2, e2), (c1, e1))
        assert there[NUMBERS].tolist() == pytest.approx(
            [1 / back[name] for name in ("value", "upper", "lower")]
        )


# No events, no denominators, nothing at all


@pytest.mark.parametrize("method", [None, "log-wald", "score", "exact"])
def test_no_events_on_one_side_give_exact_limits(method: Any) -> None:
    none_first = one("rate_ratio", (0, 100), (5, 200), method=method)
    assert none_first["status"] == "ok"
    assert none_first["interval"] == "exact conditional"
    assert none_first["value"] == none_first["lower"] == 0
    share = 1 - 0.025 ** (1 / 5)
    assert none_first["upper"] == pytest.approx(share / (1 - share) * 2, rel=1e-12)

    none_second = one("rate_ratio", (5, 200), (0, 100), method=method)
    assert none_second["status"] == "undefined"
    assert none_second["interval"] == "exact conditional"
    assert math.isnan(none_second["value"])
    assert math.isnan(none_second["upper"])
    assert none_second["lower"] == pytest.approx(1 / none_first["upper"], rel=1e-12)


def test_no_events_on_either_side_say_nothing() -> None:
    ratio = one("rate_ratio", (0, 100), (0, 200))
    assert ratio["status"] == "undefined"
    assert ratio["interval"] == ""
    assert np.isnan(ratio[NUMBERS].astype(float)).all()
    difference = one("rate_difference", (0, 100), (0, 200))
    assert difference["status"] == "ok"
    assert difference["value"] == 0
    assert difference["interval"] == ""
    assert math.isnan(difference["lower"])
    assert math.isnan(difference["upper"])


@pytest.mark.parametrize("kind", ["rate_ratio", "rate_difference", "proportion_difference"])
def test_statuses(kind: Any) -> None:
    first = ([1, 0, None, 1, 0, 1], [9, 0, 9, None, 0, 9])
    second = ([1, 1, 0, 1, None, 0], [8, 8, 0, 8, 8, 0])
    frame = contrast(kind, first, second)
    assert frame["status"].tolist() == ["ok", "undefined", "no_data", "no_data", "no_data", "undefined"]
    assert frame.loc[1:, NUMBERS].isna().all(axis=None)
    assert frame.loc[1:, "interval"].eq("").all()
    assert frame.loc[0, NUMBERS].notna().all()


# Shapes and refusals


def test_scalars_go_with_arrays_and_the_index_is_kept() -> None:
    index = pd.Index(["E06000001", "E06000002"], name="LA")
    frame = contrast("rate_ratio", (pd.Series([5, 6], index=index), 100), (10, [50, 60]))
    assert frame.index.equals(index)
    assert frame.columns.tolist() == ["value", "lower", "upper", "interval", "status"]
    assert frame["value"].tolist() == pytest.approx([0.25, 0.36])
    with pytest.raises(InputError, match="different indexes"):
        contrast("rate_ratio", (pd.Series([5, 6], index=index), 100), (pd.Series([1, 2]), 10))


@pytest.mark.parametrize(
    ("arguments", "options", "messages"),
    [
        (("rate_ratio", (-1, 2), (1, -2)), {}, ["first numerator: needed 0", "second denominator: needed 0"]),
        (("rate_ratio", (1.5, 2), (1, 2)), {}, ["first numerator: needed whole"]),
        (
            ("proportion_difference", (3, 2), ([1, 5], 4)),
            {},
            ["first numerator: needed a part", "1 of 2 (position 1)"],
        ),
        (("proportion_difference", (1, 2.5), (1, 2)), {}, ["first denominator: needed whole"]),
        (("rate_difference", ([1, 2], 5), ([1, 2, 3], 5)), {}, ["first numerator 2, second numerator 3"]),
        (
            ("rate_difference", ("5", 5), (True, 5)),
            {},
            ["first numerator: needed numbers", "second numerator: needed"],
        ),
        (("risk_ratio", (1, 2), (1, 2)), {}, ["kind: needed one of rate_ratio"]),
        (("rate_ratio", (1, 2), (1, 2)), {"method": "wald"}, ["method: needed log-wald or exact or score"]),
        (("rate_ratio", (1, 2), (1, 2)), {"per": 100}, ["per: a ratio of rates has no multiplier"]),
        (
            ("rate_difference", (1, 2), (1, 2)),
            {"per": 0, "confidence": 1},
            ["per: needed", "confidence: needed"],
        ),
        (("rate_ratio", (1, 2), 3), {}, ["second: needed a pair"]),
        (("rate_ratio", (1, 2, 3), (1, 2)), {}, ["first: needed a pair"]),
    ],
)
def test_refusals_name_every_problem(arguments: Any, options: Any, messages: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        contrast(*arguments, **options)
    for message in messages:
        assert message in str(caught.value)
