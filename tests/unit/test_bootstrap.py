"""Limits by resampling children: what they depend on, and agreement with limits of independent events."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csc_outcomes.engine.bootstrap import bootstrap_limits
from csc_outcomes.engine.estimate import estimate
from csc_outcomes.errors import InputError

INCIDENTS = ([0, 1, 2, 5, 12], [365, 365, 200, 300, 90], [400, 60, 20, 10, 3])


def resampled(
    table: Any = INCIDENTS, seed: Any = "missing_incidents 2024", **options: Any
) -> tuple[float, float]:
    return bootstrap_limits(*table, **{"per": 36_525, "confidence": 0.95, "seed": seed, **options})


def test_bootstrap_limits_depend_on_the_seed_text_alone() -> None:
    assert resampled() == resampled()
    assert resampled() != resampled(seed="missing_incidents 2023")
    lower, upper = resampled()
    top = sum(x * count for x, _, count in zip(*INCIDENTS, strict=True))
    bottom = sum(n * count for _, n, count in zip(*INCIDENTS, strict=True))
    assert lower < 36_525 * top / bottom < upper


@pytest.mark.parametrize("with_denominators", [True, False])
@settings(deadline=None)
@given(order=st.permutations(range(5)), split=st.integers(0, 3), nobody=st.integers(0, 9))
def test_bootstrap_limits_ignore_how_the_table_is_written(
    with_denominators: bool, order: list[int], split: int, nobody: int
) -> None:
    x, n, count = (np.array(part)[order] for part in INCIDENTS)
    place = order.index(4)
    count[place] -= split
    x, n, count = np.append(x, [12, 77]), np.append(n, [90, 10]), np.append(count, [split, 0])
    again = np.roll(np.arange(7), nobody)
    table = (x[again], n[again] if with_denominators else None, count[again])
    whole = INCIDENTS if with_denominators else (INCIDENTS[0], None, INCIDENTS[2])
    assert resampled(table, draws=200) == resampled(whole, draws=200)


def test_cells_computed_together_have_the_limits_they_have_alone() -> None:
    """Also those without children, without limits, and with a few resamples that have no denominator."""
    gappy = ([1, 2], [0, 5], [40, 5])
    tables = [INCIDENTS, ([], [], []), gappy, ([3], [10], [50]), INCIDENTS]
    seeds = [f"cell {number}" for number in range(len(tables))]
    alone = [resampled(table, seed) for table, seed in zip(tables, seeds, strict=True)]
    sizes = [len(table[0]) for table in tables]
    together = [
        np.concatenate([np.asarray(table[part], dtype=float) for table in tables]) for part in range(3)
    ]
    cells = np.repeat(np.arange(len(tables)), sizes)
    mixed = np.random.default_rng(0).permutation(len(cells))
    lower, upper = bootstrap_limits(
        *(part[mixed] for part in together), 36_525, 0.95, seeds, cells=cells[mixed]
    )
    np.testing.assert_array_equal(np.column_stack([lower, upper]), alone)
    assert np.isnan(lower).tolist() == [False, True, False, True, False]


def test_no_cells_have_no_limits() -> None:
    lower, upper = bootstrap_limits([], [], [], 1, 0.95, [], cells=np.array([], dtype=int))
    assert lower.size == upper.size == 0


def test_a_bootstrap_of_single_events_agrees_with_poisson_limits() -> None:
    """Where no child has two events, events are independent and both ways answer the same question."""
    lower, upper = bootstrap_limits([1], None, [400], 1, 0.95, "a", draws=20_000)
    row = estimate("count", 400).iloc[0]
    assert [lower, upper] == pytest.approx([row["lower"], row["upper"]], rel=0.01)


def test_children_without_events_do_not_change_the_limits_of_a_number_of_events() -> None:
    few = bootstrap_limits([1, 3], None, [40, 5], 1, 0.95, "a")
    many = bootstrap_limits([0, 1, 3], None, [10_000, 40, 5], 1, 0.95, "a")
    assert few == many


def test_a_bootstrap_of_whole_children_agrees_with_wilson() -> None:
    lower, upper = bootstrap_limits([0, 1], [1, 1], [600, 400], 100, 0.95, "a", draws=20_000)
    row = estimate("proportion", 400, 1_000, per=100).iloc[0]
    assert [lower, upper] == pytest.approx([row["lower"], row["upper"]], abs=0.15)


def test_children_with_many_events_make_limits_wider_than_poisson() -> None:
    lower, upper = bootstrap_limits([0, 20], None, [100, 10], 1, 0.95, "a")
    row = estimate("count", 200).iloc[0]
    assert upper - lower > 3 * (row["upper"] - row["lower"])


def test_drawing_children_and_drawing_pairs_agree() -> None:
    """900 children: as 900 different pairs, drawn one by one, and as 9 pairs, drawn by their numbers."""
    x, n = np.arange(900) % 9, np.full(900, 10.0)
    apart = bootstrap_limits(x, n + np.arange(900) * 1e-9, 1, 1, 0.95, "a", draws=20_000)
    together = bootstrap_limits(x, n, 1, 1, 0.95, "b", draws=20_000)
    assert apart == pytest.approx(together, rel=0.01)


@pytest.mark.parametrize(
    "table",
    [
        ([], [], []),
        ([3], [10], [1]),
        ([3], [10], [50]),
        ([0, 0], [10, 20], [5, 5]),
        ([1, 2], [0, 0], [5, 5]),
        ([1, 2], [0, 5], [9, 2]),
        ([3], None, [1]),
        ([0], None, [50]),
    ],
)
def test_where_resampling_says_nothing_there_are_no_limits(table: Any) -> None:
    assert all(math.isnan(limit) for limit in resampled(table))


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        (([1, None], [1, 1], [1, 1]), {}, "numerators: found missing"),
        (([1, 1], [1, None], [1, 1]), {}, "denominators: found missing"),
        (([1, 1], [1, 1], [1, -1]), {}, "counts: needed 0 or more"),
        (([1, 1], [1, 1, 1], [1, 1]), {}, "numerators 2, denominators 3"),
        (INCIDENTS, {"draws": 30}, "draws: 30 are too few"),
        (INCIDENTS, {"seed": 5}, "seed: needed text"),
        (INCIDENTS, {"seed": ["a", 5], "cells": [0, 0, 0, 1, 1]}, "seed: needed text"),
        (INCIDENTS, {"seed": ["a", "b"], "cells": [0, 0, 0, 1, 2]}, "cells: needed one whole number below 2"),
        (INCIDENTS, {"seed": ["a", "b"], "cells": [0, 1]}, "cells: needed one whole number below 2"),
        (INCIDENTS, {"confidence": 2}, "confidence: needed"),
        (INCIDENTS, {"per": -1}, "per: needed"),
    ],
)
def test_bootstraps_that_make_no_sense_are_refused(table: Any, options: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        resampled(table, **options)
