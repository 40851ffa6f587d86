"""Rounding half away from zero on the decimal as printed."""

from __future__ import annotations

import time
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csc_outcomes.engine.rounding import round_half_up
from csc_outcomes.errors import InputError

WIDE = Context(prec=800)


def by_decimals(value: float, places: int) -> float:
    """The slow way: write the number out, round the decimal, read it back."""
    last_place = Decimal((0, (1,), -places))
    return float(Decimal(repr(value)).quantize(last_place, rounding=ROUND_HALF_UP, context=WIDE))


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (12.35, 1, "12.4"),
        (0.285, 2, "0.29"),
        (22.5, 0, "23"),
        (62.5, 0, "63"),
        (2.675, 2, "2.68"),
        (-22.5, 0, "-23"),
        (-0.5, 0, "-1"),
        (-0.4, 0, "0"),
        (25, -1, "30"),
        (104, -1, "100"),
        (105, -1, "110"),
        (4, -1, "0"),
        (-25, -1, "-30"),
        (81_774, -1, "81770"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("0.28499999999999999999"), 2, "0.28"),
        (2**60 + 5, -1, "1152921504606846980"),
        (np.float32(0.285), 2, "0.29"),
        (np.int64(35), -1, "40"),
        (np.array(2.5), 0, "3"),
    ],
)
def test_a_number_gives_the_decimal_rounded_away_from_zero(value: object, places: int, expected: str) -> None:
    rounded = round_half_up(value, places)  # type: ignore[call-overload]
    assert isinstance(rounded, Decimal)
    assert str(rounded) == str(Decimal(expected).quantize(Decimal(10) ** -max(places, 0)))


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, np.float32("nan"), pd.NA, Decimal("NaN")])
def test_a_missing_number_gives_none(value: object) -> None:
    assert round_half_up(value, 1) is None  # type: ignore[call-overload]


# Rounding of counts to 5 and 10 in official statistics; to 5 is to 10 of twice the number.
@pytest.mark.parametrize(
    ("count", "to_5", "to_10"),
    [
        (3, 5, 0), (7, 5, 10), (8, 10, 10), (12, 10, 10), (13, 15, 10), (22, 20, 20), (25, 25, 30),
        (35, 35, 40), (45, 45, 50), (104, 105, 100), (105, 105, 110), (2, 0, 0),
    ],
)  # fmt: skip
def test_counts_round_to_tens_and_fives(count: int, to_5: int, to_10: int) -> None:
    assert round_half_up(count, -1) == to_10
    assert round_half_up(2 * count, -1) == 2 * to_5


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)), st.integers(-22, 22))
def test_arrays_agree_with_decimals_on_any_float(values: list[float], places: int) -> None:
    rounded = round_half_up(np.array(values, dtype=np.float64), places)
    assert rounded.tolist() == [by_decimals(value, places) for value in values]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(-(10**15), 10**15), st.integers(0, 8)), min_size=1),
    st.integers(-6, 8),
    st.sampled_from([-1, 0, 1]),
)
def test_arrays_agree_with_decimals_at_ties_and_beside_them(
    digits: list[tuple[int, int]], places: int, step: int
) -> None:
    """Decimals of up to 15 digits that end in 5 at the place rounded away, and the floats next to them."""
    ties = [float((Decimal(whole) + Decimal("0.5")).scaleb(-places)) for whole, _ in digits]
    short = [float(Decimal(whole).scaleb(-shift)) for whole, shift in digits]
    values = np.array(ties + short)
    if step:
        values = np.nextafter(values, step * np.inf)
    assert round_half_up(values, places).tolist() == [by_decimals(value, places) for value in values.tolist()]


@settings(deadline=None)
@given(st.integers(0, 5_000), st.integers(1, 5_000), st.integers(0, 2))
def test_percentages_of_counts_round_as_exact_fractions_do(part: int, extra: int, places: int) -> None:
    whole = part + extra
    exact = Context(prec=60).divide(Decimal(100 * part), Decimal(whole))
    expected = exact.quantize(Decimal(10) ** -places, rounding=ROUND_HALF_UP)
    assert round_half_up(np.array([100 * part / whole]), places)[0] == float(expected)


@settings(deadline=None)
@given(st.lists(st.floats(-1e9, 1e9) | st.none(), max_size=30), st.integers(-3, 6))
def test_every_kind_of_sequence_gives_the_same(values: list[float | None], places: int) -> None:
    expected = [None if (one := round_half_up(value, places)) is None else float(one) for value in values]
    series = pd.Series(values, dtype="Float64", index=range(10, 10 + len(values)), name="rate")
    sequences = {
        "list": round_half_up(values, places),
        "objects": round_half_up(np.array(values, dtype=object), places),
        "array": round_half_up(np.array(values, dtype=np.float64), places),
        "polars": round_half_up(pl.Series(values, dtype=pl.Float64), places),  # type: ignore[call-overload]
        "decimals": round_half_up([v if v is None else Decimal(repr(v)) for v in values], places),
        "series": round_half_up(series, places),
    }
    for name, rounded in sequences.items():
        assert [None if np.isnan(one) else one for one in rounded] == expected, name
    assert isinstance(sequences["series"], pd.Series)
    assert sequences["series"].index.equals(series.index)
    assert sequences["series"].name == "rate"
    assert all(isinstance(sequences[name], np.ndarray) for name in sequences if name != "series")


@pytest.mark.parametrize(
    ("value", "places"),
    [
        (640_592_070_448_239.8, 1),
        (66_246_583_966_074.555, 2),
        (6_945_784_720_881_880.0, 0),
        (2.8422454438745984e16, -1),
        (1.7976931348623157e308, 22),
        (5e-324, 22),
    ],
)
def test_numbers_of_more_digits_than_comparing_floats_can_settle(value: float, places: int) -> None:
    assert round_half_up([value, -value], places).tolist() == [
        by_decimals(value, places),
        by_decimals(-value, places),
    ]


def test_whole_numbers_too_large_for_a_float_are_rounded_as_they_are() -> None:
    large = 144_115_188_075_855_950
    assert float(by_decimals(float(large), -2)) != 144_115_188_075_856_000.0
    for values in (np.array([large]), [large], pd.Series([large])):
        assert list(round_half_up(values, -2)) == [144_115_188_075_856_000.0]


def test_minus_zero_prints_as_zero() -> None:
    assert str(round_half_up(-0.2, 0)) == "0"
    assert str(round_half_up([-0.2], 0)[0]) == "0.0"


def test_short_floats_are_rounded_as_they_print() -> None:
    assert round_half_up(np.array([0.285, 12.35], dtype=np.float32), 2).tolist() == [0.29, 12.35]


def test_empty_sequences_stay_empty() -> None:
    assert round_half_up([], 1).shape == (0,)
    assert round_half_up(pd.Series([], dtype=float), 1).empty


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ("12", "text in 1 of 1 (position 0)"),
        (True, "booleans in 1 of 1 (position 0)"),
        ([1, "c", 3.5, "k"], "text in 2 of 4 (positions 1, 3)"),
        ([1, True], "booleans in 1 of 2 (position 1)"),
        (["1", True], "booleans and text in 2 of 2 (positions 0, 1)"),
        (np.array([True]), "booleans"),
        (np.array(["1"]), "text"),
        (pd.Series(["1", None]), "text in 1 of 2 (position 0)"),
        (pd.Series([True, None], dtype="boolean"), "booleans in 1 of 2 (position 0)"),
        ([[1], [2]], "values of type list in 2 of 2 (positions 0, 1)"),
        (np.array([1j]), "values of type complex128"),
        (np.ones((2, 2)), "found 2"),
        ({1: 2}, "found dict"),
        (float("inf"), "infinite ones in 1 of 1 (position 0)"),
        ([1.0, float("-inf")], "infinite ones in 1 of 2 (position 1)"),
        ([Decimal("Infinity")], "infinite ones in 1 of 1 (position 0)"),
        ([10**400], "too large"),
        (Decimal("1E+2000"), "more than 1,000 digits"),
        (["x"] * 12, "text in 12 of 12 (positions 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more)"),
    ],
)
def test_what_is_not_a_number_is_refused_by_count_and_position(values: object, found: str) -> None:
    with pytest.raises(InputError) as caught:
        round_half_up(values, 1)  # type: ignore[call-overload]
    assert found in str(caught.value)


def test_a_value_is_never_quoted_in_a_message() -> None:
    with pytest.raises(InputError) as caught:
        round_half_up([1.5, "Northtown"], 1)
    assert "Northtown" not in str(caught.value)
    assert "1.5" not in str(caught.value)


@pytest.mark.parametrize("places", [True, 1.5, "1", None, 23, -23])
def test_places_must_be_a_sensible_whole_number(places: object) -> None:
    with pytest.raises(InputError, match="places"):
        round_half_up(1.5, places)  # type: ignore[call-overload]


def test_a_million_values_take_less_than_a_second() -> None:
    """Exact ties included, which a decimal-by-decimal way needs several seconds for."""
    values = np.arange(1_000_000) + 0.5
    took = []
    for _ in range(3):  # the machine may be busy with other things; the best time is the code's own
        start = time.perf_counter()
        rounded = round_half_up(values, 0)
        took.append(time.perf_counter() - start)
    assert min(took) < 1
    assert (rounded == np.arange(1, 1_000_001)).all()
