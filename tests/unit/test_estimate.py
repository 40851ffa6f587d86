"""Values and limits: worked examples, statsmodels and SciPy as a second route, refusals, medians.

The worked examples were computed by two routes; those of Byar's method and of Wilson's limits at 99.8% are
known answers in the test data of PHEindicatormethods 2.1.0 (Office for Health Improvement and Disparities).
"""

from __future__ import annotations

import inspect
import math
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from csc_outcomes.engine.estimate import (
    INTERVALS,
    STATUSES,
    estimate,
    limits,
    median_limits,
    quantile_from_counts,
)
from csc_outcomes.errors import InputError

HOSPITAL = (
    Path(__file__).parents[2].parent / "shared" / "data" / "published" / "hospital_admissions_injury_0_14.csv"
)


def one(kind: Any, numerator: Any, denominator: Any = None, **options: Any) -> pd.Series[Any]:
    frame = estimate(kind, numerator, denominator, **options)
    assert len(frame) == 1
    return frame.iloc[0]


def same(first: float, second: float) -> bool:
    return first == second or (math.isnan(first) and math.isnan(second))


# Worked examples


@pytest.mark.parametrize(
    ("x", "confidence", "lower", "upper"),
    [
        (65, 0.95, 50.163188, 82.849139),
        (1045, 0.95, 982.593202, 1110.331213),
        (1, 0.95, 0.013072, 5.563756),
        (65, 0.998, 42.880261, 94.000291),
        (10, 0.998, 2.916318, 24.193725),
        (1045, 0.998, 947.940704, 1148.806161),
        (1, 0.998, math.nan, 9.362180),
    ],
)
def test_byars_limits_of_counts(x: int, confidence: float, lower: float, upper: float) -> None:
    row = one("count", x, confidence=confidence, method="byar")
    assert row["interval"] == "Byar's"
    assert row["status"] == "ok"
    assert [row["value"], row["lower"], row["upper"]] == pytest.approx(
        [x, lower, upper], abs=5e-7, nan_ok=True
    )


@pytest.mark.parametrize(
    ("x", "n", "per", "options", "value", "lower", "upper", "interval"),
    [
        (20, 100, 100, {}, 20, 12.211429, 30.889880, "Byar's"),
        (5, 100, 100, {}, 5, 1.623486, 11.668332, "exact Poisson"),
        (65, 1, 1, {"method": "exact"}, 65, 50.165628, 82.847836, "exact Poisson"),
        (412, 68_300, 10_000, {}, 60.322108, 54.637144, 66.437828, "Byar's"),
        (412, 68_300, 10_000, {"method": "exact"}, 60.322108, 54.637267, 66.437731, "exact Poisson"),
        (7, 12_500, 10_000, {}, 5.6, 2.251490, 11.538140, "exact Poisson"),
        (0, 12_500, 10_000, {}, 0, 0, 2.951104, "exact Poisson"),
    ],
)
def test_rates(
    x: int, n: int, per: float, options: Any, value: float, lower: float, upper: float, interval: str
) -> None:
    row = one("rate", x, n, per=per, **options)
    assert row["interval"] == interval
    assert [row["value"], row["lower"], row["upper"]] == pytest.approx([value, lower, upper], abs=6e-7)


def test_exact_upper_limit_of_no_events_is_minus_the_logarithm_of_the_tail() -> None:
    assert one("count", 0)["upper"] == pytest.approx(-math.log(0.025), rel=1e-14)
    assert one("count", 0)["lower"] == 0


@pytest.mark.parametrize(
    ("x", "n", "per", "confidence", "value", "lower", "upper"),
    [
        (14_320, 33_790, 100, 0.95, 42.379402, 41.8534, 42.9071),
        (65, 100, 1, 0.95, 0.65, 0.552544, 0.736358),
        (65, 100, 1, 0.998, 0.65, 0.495495, 0.778354),
        (0, 30, 1, 0.95, 0, 0, 0.113513),
        (30, 30, 1, 0.95, 1, 0.886487, 1),
        (9, 40, 1, 0.95, 0.225, 0.123161, 0.375031),
    ],
)
def test_wilsons_limits_of_proportions(
    x: int, n: int, per: float, confidence: float, value: float, lower: float, upper: float
) -> None:
    row = one("proportion", x, n, per=per, confidence=confidence)
    assert row["interval"] == "Wilson"
    assert [row["value"], row["lower"], row["upper"]] == pytest.approx(
        [value, lower, upper], abs=5e-5 / (101 - per)
    )


def test_wilsons_limits_end_exactly_at_nothing_and_at_everything() -> None:
    for confidence in np.linspace(0.5, 0.999, 50):
        nothing, everything = limits("proportion", [0, 7], 7, 100, confidence)[1:3]
        assert nothing[0] == 0
        assert everything[1] == 100


def test_a_mean_has_limits_by_students_t() -> None:
    """Paired changes of ten children: mean -3.5, sd 2.013841 (a worked example); SciPy as second route."""
    before = np.array([22, 18, 25, 15, 20, 19, 27, 16, 23, 21])
    change = np.array([17, 16, 20, 14, 15, 18, 21, 15, 19, 16]) - before
    row = one("mean", change.sum(), 10, sd=change.std(ddof=1))
    low, high = stats.t.interval(0.95, 9, loc=change.mean(), scale=stats.sem(change))
    assert row["interval"] == "t"
    assert [row["value"], row["lower"], row["upper"]] == pytest.approx([-3.5, low, high], rel=1e-12)
    assert change.std(ddof=1) == pytest.approx(2.013841, abs=5e-7)


def test_published_limits_of_injury_admissions_are_byars() -> None:
    """Hospital admissions for injuries, ages 0 to 14 (Fingertips 90284): the years with unrounded counts."""
    if not HOSPITAL.is_file():
        pytest.skip(
            "needs ../shared/data/published/hospital_admissions_injury_0_14.csv beside the repository"
        )
    text = pd.read_csv(HOSPITAL, dtype=str, keep_default_na=False)
    years = text[text["time_period"].isin(["2010/11", "2011/12"]) & (text["count"] != "")]
    rows = years[["count", "denominator", "value", "lower95", "upper95"]].astype(float)
    assert len(rows) >= 200
    frame = estimate("rate", rows["count"], rows["denominator"], per=10_000)
    given = frame[["value", "lower", "upper"]].to_numpy()
    assert given == pytest.approx(rows[["value", "lower95", "upper95"]].to_numpy(), abs=5e-5)


# Second route


def test_exact_limits_agree_with_statsmodels() -> None:
    x = np.arange(0, 200)
    for confidence in (0.5, 0.9, 0.95, 0.998):
        frame = estimate("count", x, confidence=confidence, method="exact")
        low, high = confint_poisson(x, 1, method="exact-c", alpha=1 - confidence)
        assert frame["lower"].to_numpy() == pytest.approx(np.nan_to_num(low), rel=1e-10)
        assert frame["upper"].to_numpy() == pytest.approx(high, rel=1e-10)


def test_byars_limits_stay_close_to_exact_ones_from_ten_events() -> None:
    x = np.arange(10, 3_000)
    by_rule, exact = estimate("count", x), estimate("count", x, method="exact")
    assert set(by_rule["interval"]) == {"Byar's"}
    for limit in ("lower", "upper"):
        assert (by_rule[limit] / exact[limit] - 1).abs().max() < 0.002


def test_wilsons_limits_agree_with_statsmodels() -> None:
    x, n = (grid.ravel() for grid in np.meshgrid(np.arange(0, 41), np.arange(40, 200, 7)))
    for confidence in (0.8, 0.95, 0.998):
        frame = estimate("proportion", x, n, confidence=confidence)
        low, high = proportion_confint(x, n, alpha=1 - confidence, method="wilson")
        assert frame["lower"].to_numpy() == pytest.approx(low, abs=1e-12)
        assert frame["upper"].to_numpy() == pytest.approx(high, abs=1e-12)


def test_fractions_of_events_use_the_gamma_form_whatever_their_size() -> None:
    row = one("rate", 20.5, 100, per=100)
    assert row["interval"] == "exact Poisson"
    assert row["lower"] == pytest.approx(stats.gamma.ppf(0.025, 20.5), rel=1e-12)
    assert row["upper"] == pytest.approx(stats.gamma.ppf(0.975, 21.5), rel=1e-12)


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(1, 400), st.floats(0.5, 0.999))
def test_limits_enclose_the_value_and_widen_with_confidence(x: int, n: int, confidence: float) -> None:
    for kind, part in (("rate", x), ("proportion", min(x, n))):
        row = one(kind, part, n, per=100, confidence=confidence)
        wider = one(kind, part, n, per=100, confidence=(1 + confidence) / 2)
        assert wider["lower"] <= row["lower"] <= row["value"] <= row["upper"] < wider["upper"] or (
            row["upper"] == wider["upper"] == 100
        )


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_percentage_is_the_float_nearest_to_the_fraction(x: int, n: int) -> None:
    """100 * n / d and never n / d * 100, which misses the nearest float and with it many ties."""
    assert one("ratio", x, n, per=100)["value"] == float(Fraction(100 * x, n))


# Kinds, statuses, shapes


def test_the_rule_switches_at_ten_events() -> None:
    frame = estimate("rate", [9, 10], [1_000, 1_000])
    assert frame["interval"].tolist() == ["exact Poisson", "Byar's"]


def test_statuses_say_what_is_missing_and_nothing_is_zero_instead() -> None:
    frame = estimate("rate", [5, 5, None, 0, None, 0], [100, 0, 100, 0, 0, None], per=100)
    assert frame["status"].tolist() == ["ok", "undefined", "no_data", "undefined", "no_data", "no_data"]
    assert frame.loc[1:, ["value", "lower", "upper"]].isna().all(axis=None)
    assert frame.loc[1:, "interval"].eq("").all()
    assert frame.loc[0, "value"] == 5
    assert estimate("count", [None, 3])["status"].tolist() == ["no_data", "ok"]
    assert one("count", None)["status"] == "no_data"
    assert one("proportion", 0, 0)["status"] == "undefined"


def test_a_mean_of_one_value_or_without_sd_has_no_limits() -> None:
    frame = estimate("mean", [4, 8, 9, 5], [1, 2, 3, 1], sd=[math.nan, None, 1.0, 2.0])
    assert frame["value"].tolist() == [4, 4, 3, 5]
    assert frame["interval"].tolist() == ["", "", "t", ""]
    assert frame["lower"].isna().tolist() == [True, True, False, True]
    assert frame["status"].eq("ok").all()
    assert one("mean", 4, 2)["interval"] == ""


def test_a_ratio_has_no_limits_and_may_have_any_sign() -> None:
    frame = estimate("ratio", [-5.5, 12, 3], [2, -4, 0])
    assert frame["value"].tolist()[:2] == [-2.75, -3]
    assert frame["status"].tolist() == ["ok", "ok", "undefined"]
    assert frame[["lower", "upper"]].isna().all(axis=None)
    assert frame["interval"].eq("").all()


def test_a_rate_may_exceed_one_event_each() -> None:
    assert one("rate", 250, 220)["value"] == 250 / 220


def test_without_limits_a_net_change_may_be_negative() -> None:
    row = one("count", -3, method="none")
    assert row["value"] == -3
    assert row["interval"] == ""
    assert row["status"] == "ok"
    assert math.isnan(row["lower"])
    assert math.isnan(row["upper"])
    assert one("proportion", 2.5, 10, per=100, method="none")["value"] == 25


def test_byars_lower_limit_is_missing_only_when_forced() -> None:
    forced = estimate("count", [0, 1, 2], confidence=0.998, method="byar")
    assert forced["lower"].isna().tolist() == [True, True, False]
    assert forced["upper"].notna().all()
    by_rule = estimate("count", np.arange(0, 100), confidence=1 - 1e-12)
    assert by_rule["lower"].notna().all()
    assert (by_rule["lower"] >= 0).all()


def test_scalars_go_with_arrays_and_one_row_comes_of_scalars() -> None:
    frame = estimate("rate", [1, 2, 3], 100, per=100)
    assert frame["value"].tolist() == [1, 2, 3]
    frame = estimate("proportion", 1, [2, 4], per=100)
    assert frame["value"].tolist() == [50, 25]
    assert list(one("count", 5).index) == ["value", "lower", "upper", "interval", "status"]
    assert estimate("count", []).empty
    assert estimate("rate", [], 5).columns.tolist() == ["value", "lower", "upper", "interval", "status"]


def test_the_index_of_a_series_is_kept() -> None:
    index = pd.Index(["E06000001", "E06000002"], name="LA")
    frame = estimate("rate", pd.Series([1, 2], index=index), np.array([10, 10]))
    assert frame.index.equals(index)
    assert frame.index.name == "LA"
    frame = estimate("rate", 5, pd.Series([10.0, 20.0], index=index))
    assert frame.index.equals(index)


def test_series_in_different_orders_are_refused() -> None:
    first = pd.Series([1, 2], index=["a", "b"])
    with pytest.raises(InputError, match="different indexes"):
        estimate("rate", first, first.iloc[::-1])


def test_nullable_and_polars_columns_are_read() -> None:
    frame = estimate("rate", pd.Series([1, None], dtype="Int64"), pl.Series([10, 10]), per=10)
    assert frame["value"].tolist()[0] == 1
    assert frame["status"].tolist() == ["ok", "no_data"]


def test_the_input_is_not_changed() -> None:
    x, n = np.array([1.0, np.nan, 3.0]), np.array([5.0, 5.0, 0.0])
    estimate("rate", x, n)
    assert x.tolist()[::2] == [1, 3]
    assert n.tolist() == [5, 5, 0]


def test_limits_gives_the_same_as_arrays_and_codes() -> None:
    x, n = [3, 30, None, 4], [10, 90, 9, 0]
    frame, arrays = estimate("rate", x, n, per=100), limits("rate", x, n, 100)
    for name in ("value", "lower", "upper"):
        assert all(same(a, b) for a, b in zip(frame[name], getattr(arrays, name), strict=True))
    assert [INTERVALS[code] for code in arrays.interval] == frame["interval"].tolist()
    assert [STATUSES[code] for code in arrays.status] == frame["status"].tolist()
    assert inspect.signature(limits).parameters.keys() == inspect.signature(estimate).parameters.keys()


# Refusals


@pytest.mark.parametrize(
    ("arguments", "options", "messages"),
    [
        (("rate", [-1, 2, -3], [1, 1, 1]), {}, ["numerator: needed 0 or more", "2 of 3 (positions 0, 2)"]),
        (("count", [-1]), {}, ["1 of 1 (position 0)"]),
        (("proportion", [5, 2, 9], [4, 3, 8]), {}, ["larger in 2 of 3 (positions 0, 2)"]),
        (("proportion", 1, 0), {}, ["larger in 1 of 1"]),
        (("proportion", [1, 5], [2, 4]), {"method": "none"}, ["larger in 1 of 2 (position 1)"]),
        (("proportion", [0.5, 1], [2, 2.5]), {}, ["numerator: needed whole", "denominator: needed whole"]),
        (("count", [1.5]), {}, ["numerator: needed whole numbers, found fractions in 1 of 1"]),
        (("rate", [1.5], 2), {"method": "byar"}, ["numerator: needed whole"]),
        (("rate", [1, 2], [3, -3]), {}, ["denominator: needed 0 or more"]),
        (("mean", [1, 2], [3, 2.5]), {"sd": -1}, ["denominator: needed whole", "sd: needed 0 or more"]),
        (("rate", [1, 2], [3, 4, 5]), {}, ["one length", "numerator 2, denominator 3"]),
        (("rate", [1], [3, 4, 5]), {}, ["numerator 1, denominator 3"]),
        (("mean", [1, 2], 3), {"sd": [1, 2, 3]}, ["numerator 2, sd 3"]),
        (("rate", ["1", 2], [True, 4]), {}, ["numerator: needed numbers, found text", "denominator: needed"]),
        (("rate", 1, float("inf")), {}, ["denominator: needed finite"]),
        (("rate", 1), {}, ["denominator: needed for kind rate"]),
        (("count", 1, 2), {"sd": 3}, ["a count has none", "sd: used for means only"]),
        (("share", 1, 2), {}, ["kind: needed one of count, rate", "'share'"]),
        (("rate", 1, 2), {"method": "wald"}, ["byar or exact or none"]),
        (("proportion", 1, 2), {"method": "exact"}, ["needed none for kind proportion"]),
        (("rate", 1, 2), {"per": 0, "confidence": 95}, ["per: needed a positive", "confidence: needed"]),
        (("rate", 1, 2), {"per": True, "confidence": 0}, ["per: needed a positive", "confidence: needed"]),
        (("rate", 1, 2), {"per": float("nan"), "confidence": 1}, ["per: needed", "confidence: needed"]),
        (("rate", 1, 2), {"per": "100", "confidence": "0.95"}, ["per: needed", "confidence: needed"]),
    ],
)
def test_refusals_name_every_problem(arguments: Any, options: Any, messages: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        estimate(*arguments, **options)
    for message in messages:
        assert message in str(caught.value)


def test_a_message_never_shows_a_value() -> None:
    with pytest.raises(InputError) as caught:
        estimate("proportion", [4711, -815], [4, 3])
    assert "4711" not in str(caught.value)
    assert "815" not in str(caught.value)


# Quantiles and medians of tables of values

TABLES = st.lists(st.tuples(st.integers(-50, 400), st.integers(0, 6)), min_size=1, max_size=40).filter(
    lambda rows: sum(count for _, count in rows) > 0
)


def written_out(table: list[tuple[int, int]]) -> list[int]:
    return sorted(value for value, count in table for _ in range(count))


@settings(deadline=None)
@given(TABLES, st.floats(0, 1))
def test_quantiles_agree_with_numpy_on_the_values_written_out(table: list[tuple[int, int]], p: float) -> None:
    values, counts = zip(*table, strict=True)
    wanted = [0, 0.25, 0.5, 0.75, 1, p]
    given = quantile_from_counts(values, counts, wanted)
    assert given.tolist() == pytest.approx(np.quantile(written_out(table), wanted).tolist(), abs=1e-9)
    assert quantile_from_counts(values, counts, p) == given[-1]


def median_limits_by_hand(values: list[int], confidence: Fraction) -> tuple[int, int] | None:
    """Go through all pairs r-th smallest, r-th largest; coverage in whole numbers of the 2**n outcomes."""
    n = len(values)
    best = None
    for r in range(1, n // 2 + 1):
        covered = 2**n - 2 * sum(math.comb(n, k) for k in range(r))
        if Fraction(covered, 2**n) >= confidence:
            best = (values[r - 1], values[n - r])
    return best


USUAL = [Fraction(1, 2), Fraction(9, 10), Fraction(19, 20), Fraction(499, 500)]
MET_EXACTLY_BY_15_AND_BY_23_VALUES = [Fraction(1_023, 1_024), Fraction(2_047, 2_048)]
JUST_MISSED_BY_20_VALUES = [1 - Fraction(5_425, 131_072) * (1 - Fraction(1, 10**11))]
CONFIDENCES = USUAL + MET_EXACTLY_BY_15_AND_BY_23_VALUES + JUST_MISSED_BY_20_VALUES


@pytest.mark.parametrize("confidence", CONFIDENCES, ids=float)
def test_median_limits_agree_with_binomial_coefficients(confidence: Fraction) -> None:
    for n in range(1, 260):
        values = [3 * place for place in range(n)]
        lower, upper = median_limits(values, 1, float(confidence))
        expected = median_limits_by_hand(values, confidence)
        if expected is None:
            assert math.isnan(lower)
            assert math.isnan(upper)
        else:
            assert (lower, upper) == expected


@settings(deadline=None)
@given(TABLES)
def test_median_limits_of_a_table_are_those_of_the_values_written_out(table: list[tuple[int, int]]) -> None:
    values, counts = zip(*table, strict=True)
    lower, upper = median_limits(values, counts)
    expected = median_limits_by_hand(written_out(table), Fraction(19, 20))
    assert (math.isnan(lower) and expected is None) or (lower, upper) == expected


def test_median_limits_of_many_values_cover_what_they_promise() -> None:
    for n in (1_000, 54_321, 1_000_000):
        lower, upper = median_limits(np.arange(n), 1)
        assert upper == n - 1 - lower
        assert 1 - 2 * stats.binom.cdf(lower, n, 0.5) >= 0.95
        assert 1 - 2 * stats.binom.cdf(lower + 1, n, 0.5) < 0.95


def test_median_limits_need_six_values_at_95_per_cent() -> None:
    assert all(math.isnan(limit) for limit in median_limits([1, 2, 3, 4, 5], 1))
    assert median_limits([1, 2, 3, 4, 5, 6], 1) == (1, 6)
    assert median_limits([4], [6]) == (4, 4)


def test_cells_are_computed_side_by_side() -> None:
    cells = np.array([2, 0, 0, 2, 0, 2])
    values, counts = np.array([9, 3, 1, 7, 2, 8]), np.array([4, 5, 5, 4, 5, 0])
    quantiles = quantile_from_counts(values, counts, [0.25, 0.5], cells=cells)
    assert quantiles.shape == (3, 2)
    assert quantiles[0].tolist() == [1, 2]
    assert np.isnan(quantiles[1]).all()
    for cell in (0, 2):
        part = cells == cell
        alone = quantile_from_counts(values[part], counts[part], [0.25, 0.5])
        assert quantiles[cell].tolist() == alone.tolist()
        lower, upper = median_limits(values, counts, cells=cells)
        assert (lower[cell], upper[cell]) == median_limits(values[part], counts[part])
    assert quantile_from_counts(values, counts, 0.5, cells=cells).shape == (3,)


def test_a_table_that_counts_nothing_has_no_quantiles() -> None:
    assert math.isnan(quantile_from_counts([], [], 0.5))
    assert math.isnan(quantile_from_counts([4], [0], 0.5))
    assert all(math.isnan(limit) for limit in median_limits([], []))


@pytest.mark.parametrize(
    ("values", "counts", "p", "options", "message"),
    [
        ([1, None], [1, 1], 0.5, {}, "values: found missing"),
        ([1, 2], [1, -1], 0.5, {}, "counts: needed 0 or more"),
        ([1, 2], [1, 0.5], 0.5, {}, "counts: needed whole"),
        ([1, 2], [1, None], 0.5, {}, "counts: found missing"),
        ([1, 2], [1, 1, 1], 0.5, {}, "values 2, counts 3"),
        ([1, 2], [1, 1], 1.5, {}, "p: needed probabilities"),
        ([1, 2], [1, 1], math.nan, {}, "p: needed probabilities"),
        ([1, 2], [1, 1], 0.5, {"cells": [0]}, "cells: needed"),
        ([1, 2], [1, 1], 0.5, {"cells": [0, -1]}, "cells: needed"),
        ([1, 2], [1, 1], 0.5, {"cells": [0.0, 1.0]}, "cells: needed"),
    ],
)
def test_tables_that_make_no_sense_are_refused(
    values: Any, counts: Any, p: Any, options: Any, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        quantile_from_counts(values, counts, p, **options)


# Speed and weight


def test_rates_of_a_whole_publication_take_a_fifth_of_a_second() -> None:
    generator = np.random.default_rng(1)
    x, n = generator.integers(0, 60, 113_350), generator.integers(1_000, 90_000, 113_350)
    took = []
    for _ in range(5):  # the machine may be busy with other things; the best time is the code's own
        start = time.perf_counter()
        frame = estimate("rate", x, n, per=10_000)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.2
    assert len(frame) == 113_350


def test_importing_the_engine_does_not_import_scipy_or_pandas() -> None:
    code = (
        "import sys, csc_outcomes.engine.estimate, csc_outcomes.engine.contrast;"
        "assert not {'scipy', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
