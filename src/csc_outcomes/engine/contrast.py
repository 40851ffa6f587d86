"""Differences and ratios of two rates or proportions, with limits: plain numbers in, plain numbers out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from csc_outcomes.engine.estimate import (
    NO_DATA,
    OK,
    UNDEFINED,
    Limits,
    as_frame,
    common_index,
    confidence_problems,
    normal_quantile,
    not_negative,
    part_of_whole,
    per_problems,
    read_parts,
    whole_numbers,
    wilson,
)
from csc_outcomes.errors import all_at_once

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Codes: TypeAlias = NDArray[np.int8]

ContrastKind: TypeAlias = Literal["rate_ratio", "rate_difference", "proportion_difference"]
ContrastMethod: TypeAlias = Literal["log-wald", "exact", "score", "wald", "newcombe"]

# The first method of a kind is its default.
METHODS: dict[str, tuple[str, ...]] = {
    "rate_ratio": ("log-wald", "exact", "score"),
    "rate_difference": ("wald",),
    "proportion_difference": ("newcombe",),
}
CONTRAST_INTERVALS = ("", "log-Wald", "exact conditional", "score", "Wald", "Newcombe")
NO_INTERVAL, LOG_WALD, EXACT_CONDITIONAL, SCORE, WALD, NEWCOMBE = range(6)
_NAMES = ("first numerator", "first denominator", "second numerator", "second denominator")


def contrast(
    kind: ContrastKind,
    first: tuple[Any, Any],
    second: tuple[Any, Any],
    *,
    per: float = 1,
    confidence: float = 0.95,
    method: ContrastMethod | None = None,
) -> pd.DataFrame:
    """Compare the first with the second, one row per element: first / second, or first - second.

    Args:
        kind: `rate_ratio`, `rate_difference` (events per population or time) or `proportion_difference`
            (parts of wholes).
        first: numerator and denominator, each a number or a one-dimensional sequence.
        second: likewise, from other children or another time: the two are taken as independent.
        per: for differences, the multiplier of both, 100 for percentage points, 10,000 for rates per 10,000.
        confidence: between 0 and 1.
        method: for rate ratios `log-wald` (default), `exact` (conditional on all events, by the binomial
            distribution) or `score`; differences of rates have `wald`, those of proportions `newcombe`
            (Newcombe, Statistics in Medicine 17, 1998, method 10).

    Returns:
        A pandas frame with the columns value, lower, upper, interval (the method's name, empty where no
        limits are given) and status. A rate ratio with no events on one side has exact limits whatever the
        method: none in the first gives the value 0; none in the second leaves the ratio undefined and gives a
        lower limit only, because it has no upper one. A rate difference with no events at all has no limits,
        because their width would be zero. A zero denominator is `undefined`, a missing component `no_data`.

    Raises:
        InputError: all problems at once: negative or fractional events, a part above its whole, unequal
            lengths, indexes that differ, options that do not exist or do not go together.
    """
    problems = _option_problems(kind, per, confidence, method) + _pair_problems(first, second)
    all_at_once("contrast", problems)
    named = dict(zip(_NAMES, (*first, *second), strict=True))
    index = common_index("contrast", named)
    parts = read_parts(named, problems)
    all_at_once("contrast", problems)
    all_at_once("contrast", _number_problems(kind, parts))
    chosen = method or METHODS[kind][0]
    return as_frame(_compare(kind, parts, per, (1 - confidence) / 2, chosen), CONTRAST_INTERVALS, index)


def _option_problems(kind: object, per: float, confidence: object, method: object) -> list[str]:
    problems = confidence_problems(confidence) + per_problems(per)
    if kind not in METHODS:
        return [*problems, f"kind: needed one of {', '.join(METHODS)}, found {kind!r}"]
    allowed = METHODS[str(kind)]
    if method is not None and method not in allowed:
        problems.append(f"method: needed {' or '.join(allowed)} for kind {kind}, found {method!r}")
    if kind == "rate_ratio" and per != 1:
        problems.append(f"per: a ratio of rates has no multiplier, found {per!r}; leave it out")
    return problems


def _pair_problems(first: object, second: object) -> list[str]:
    return [
        f"{name}: needed a pair (numerator, denominator), found {type(pair).__name__}"
        for name, pair in (("first", first), ("second", second))
        if not isinstance(pair, tuple | list) or len(pair) != 2
    ]


def _number_problems(kind: str, parts: dict[str, Floats]) -> list[str]:
    problems = []
    for name, numbers in parts.items():
        problems += not_negative(name, numbers)
        if kind == "proportion_difference" or name.endswith("numerator"):
            problems += whole_numbers(name, numbers)
    if kind == "proportion_difference":
        for side in ("first", "second"):
            x, n = parts[f"{side} numerator"], parts[f"{side} denominator"]
            problems += part_of_whole(f"{side} numerator", "its denominator", x, n)
    return problems


def _compare(kind: str, parts: dict[str, Floats], per: float, tail: float, method: str) -> Limits:
    """Compute the rows that have all components and positive denominators; leave the others missing."""
    x1, n1, x2, n2 = (parts[name] for name in _NAMES)
    status = np.full(x1.size, OK, dtype=np.int8)
    status[(n1 == 0) | (n2 == 0)] = UNDEFINED
    status[np.isnan(x1) | np.isnan(n1) | np.isnan(x2) | np.isnan(n2)] = NO_DATA
    ok = status == OK
    value, lower, upper = (np.full(x1.size, np.nan) for _ in range(3))
    interval = np.full(x1.size, NO_INTERVAL, dtype=np.int8)
    rows = (x1[ok], n1[ok], x2[ok], n2[ok])
    if kind == "rate_ratio":
        value[ok], lower[ok], upper[ok], interval[ok] = _rate_ratio(*rows, tail, method)
        status[ok & (x2 == 0)] = UNDEFINED
    elif kind == "rate_difference":
        value[ok], lower[ok], upper[ok], interval[ok] = _rate_difference(*rows, per, tail)
    else:
        value[ok], lower[ok], upper[ok], interval[ok] = _proportion_difference(*rows, per, tail)
    return Limits(value, lower, upper, interval, status)


def _rate_ratio(
    c1: Floats, e1: Floats, c2: Floats, e2: Floats, tail: float, method: str
) -> tuple[Floats, Floats, Floats, Codes]:
    none = (c1 == 0) | (c2 == 0)
    # A placeholder of one event keeps rows without events out of divisions; they get exact limits below.
    safe1, safe2 = np.where(none, 1.0, c1), np.where(none, 1.0, c2)
    value = (c1 / e1) / (np.where(c2 == 0, np.nan, c2) / e2)
    if method == "exact":
        code, (lower, upper) = EXACT_CONDITIONAL, _exact_ratio(safe1, e1, safe2, e2, tail)
    elif method == "score":
        code, (lower, upper) = SCORE, _score_ratio(safe1, e1, safe2, e2, tail)
    else:
        code, (lower, upper) = LOG_WALD, _log_wald_ratio(safe1, e1, safe2, e2, tail)
    lower[none], upper[none] = _exact_ratio(c1[none], e1[none], c2[none], e2[none], tail)
    interval = np.where(none, EXACT_CONDITIONAL, code)
    interval[(c1 == 0) & (c2 == 0)] = NO_INTERVAL
    return value, lower, upper, interval.astype(np.int8)


def _log_wald_ratio(c1: Floats, e1: Floats, c2: Floats, e2: Floats, tail: float) -> tuple[Floats, Floats]:
    """Limits of the ratio by a normal approximation on the log scale; its variance is 1/c1 + 1/c2."""
    ratio = (c1 / e1) / (c2 / e2)
    reach = np.exp(normal_quantile(tail) * np.sqrt(1 / c1 + 1 / c2))
    return ratio / reach, ratio * reach


def _exact_ratio(c1: Floats, e1: Floats, c2: Floats, e2: Floats, tail: float) -> tuple[Floats, Floats]:
    """Exact limits: given all events, the first ones are binomial (Clopper and Pearson, Biometrika, 1934)."""
    from scipy import special

    some1, some2 = np.where(c1 > 0, c1, 1.0), np.where(c2 > 0, c2, 1.0)
    low: Floats = np.where(c1 > 0, special.betaincinv(some1, c2 + 1, tail), 0.0)
    high: Floats = np.asarray(special.betainccinv(c1 + 1, some2, tail), dtype=np.float64)
    empty = (c1 == 0) & (c2 == 0)
    lower = np.where(empty, np.nan, _share_to_ratio(low, e1, e2))
    return lower, np.where(c2 == 0, np.nan, _share_to_ratio(high, e1, e2))


def _score_ratio(c1: Floats, e1: Floats, c2: Floats, e2: Floats, tail: float) -> tuple[Floats, Floats]:
    """Score limits: Wilson's for the first rate's share of all events, turned into a ratio of rates."""
    low, high = wilson(c1, c1 + c2, tail)
    return _share_to_ratio(low, e1, e2), _share_to_ratio(high, e1, e2)


def _share_to_ratio(share: Floats, e1: Floats, e2: Floats) -> Floats:
    """Turn the first's share of all events into the ratio of the rates behind it."""
    return share / (1 - share) * (e2 / e1)


def _rate_difference(
    c1: Floats, e1: Floats, c2: Floats, e2: Floats, per: float, tail: float
) -> tuple[Floats, Floats, Floats, Codes]:
    value = per * c1 / e1 - per * c2 / e2
    some = (c1 > 0) | (c2 > 0)
    reach = np.where(some, per * normal_quantile(tail) * np.sqrt(c1 / e1**2 + c2 / e2**2), np.nan)
    return value, value - reach, value + reach, np.where(some, WALD, NO_INTERVAL).astype(np.int8)


def _proportion_difference(
    x1: Floats, n1: Floats, x2: Floats, n2: Floats, per: float, tail: float
) -> tuple[Floats, Floats, Floats, Codes]:
    """Newcombe's limits: the distances from each proportion to its own Wilson limits, added as squares."""
    low1, high1 = wilson(x1, n1, tail)
    low2, high2 = wilson(x2, n2, tail)
    p1, p2 = x1 / n1, x2 / n2
    down = np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    up = np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    value = per * x1 / n1 - per * x2 / n2
    return value, value - per * down, value + per * up, np.full(x1.size, NEWCOMBE, dtype=np.int8)
