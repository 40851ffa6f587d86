"""The value of a measure and its limits, from numerator and denominator: plain numbers in, plain numbers out.

Which limits a kind of measure gets follows "PHEindicatormethods" (Office for Health Improvement and
Disparities, version 2.1.0): Byar's method for rates and counts of 10 events or more, exact Poisson limits
below, Wilson's score limits for proportions. A census of all children is no sample: limits say how far
another year with the same underlying level might lie from this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from csc_outcomes.engine.rounding import is_scalar, positions, read_numbers
from csc_outcomes.errors import InputError, all_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Codes: TypeAlias = NDArray[np.int8]
    Bools: TypeAlias = NDArray[np.bool_]

Kind: TypeAlias = Literal["count", "rate", "proportion", "ratio", "mean"]
Method: TypeAlias = Literal["byar", "exact", "none"]
KINDS: tuple[str, ...] = get_args(Kind)

STATUSES = ("ok", "undefined", "no_data")
OK, UNDEFINED, NO_DATA = range(3)

INTERVALS = ("", "exact Poisson", "Byar's", "Wilson", "t")
NO_INTERVAL, EXACT_POISSON, BYAR, WILSON, STUDENT = range(5)

# From this many events on Byar's approximation is used; below, exact limits (PHEindicatormethods, phe_rate).
BYAR_FROM = 10


class Limits(NamedTuple):
    """Values with limits as arrays of one length, one element per row.

    Attributes:
        value: per * numerator / denominator; NaN unless the status is ok.
        lower: lower limit in the unit of the value; NaN where none is given.
        upper: upper limit, likewise.
        interval: codes, positions in the tuple of method names (`INTERVALS` for estimates).
        status: codes, positions in `STATUSES`.
    """

    value: Floats
    lower: Floats
    upper: Floats
    interval: Codes
    status: Codes


def estimate(
    kind: Kind,
    numerator: Any,
    denominator: Any = None,
    *,
    per: float = 1,
    confidence: float = 0.95,
    sd: Any = None,
    method: Method | None = None,
) -> pd.DataFrame:
    """Compute values with limits, one row per element.

    Args:
        kind: `count` (no denominator), `rate` (events per population or time), `proportion` (part of a
            whole), `ratio` (any two quantities; no limits) or `mean` (numerator the sum, denominator the
            number of values).
        numerator: a number or a one-dimensional sequence; missing values allowed.
        denominator: likewise; a scalar goes with every element of an array.
        per: multiplier, 100 for per cent, 10,000 for rates per 10,000: value = per * numerator / denominator.
        confidence: between 0 and 1.
        sd: for means, the sample standard deviation (n - 1 in its denominator), in the unit of the values.
        method: for rates and counts `exact` or `byar` forces one; for any kind `none` gives values without
            limits, and then a count may be negative (a net change) and numbers need not be whole.

    Returns:
        A pandas frame with the columns value, lower, upper, interval (the method's name, empty where no
        limits are given) and status: `ok`; `undefined` where the denominator is zero; `no_data` where a
        component is missing. Values and limits are missing unless the status is ok. The index of a Series is
        kept.

    Raises:
        InputError: all problems at once: negative or fractional events, a proportion's numerator above its
            denominator, unequal lengths, indexes that differ, options out of range, text or booleans.
    """
    index = common_index("estimate", {"numerator": numerator, "denominator": denominator, "sd": sd})
    result = limits(kind, numerator, denominator, per, confidence, sd, method)
    return as_frame(result, INTERVALS, index)


def limits(
    kind: Kind,
    numerator: Any,
    denominator: Any = None,
    per: float = 1,
    confidence: float = 0.95,
    sd: Any = None,
    method: Method | None = None,
) -> Limits:
    """Compute what `estimate` computes, as arrays without pandas; arguments and errors are the same."""
    problems = _option_problems(kind, per, confidence, method)
    problems += _part_problems(kind, denominator, sd)
    parts = read_parts({"numerator": numerator, "denominator": denominator, "sd": sd}, problems)
    all_at_once("estimate", problems)
    x, n, spread = parts["numerator"], parts["denominator"], parts["sd"]
    all_at_once("estimate", _number_problems(kind, x, n, spread, method))

    status = _status(kind, x, n)
    ok = status == OK
    scaled = per * x[ok]
    value = scaled if kind == "count" else scaled / n[ok]
    tail = (1 - confidence) / 2
    lower, upper, interval = _limits_of(kind, x[ok], n[ok], spread[ok], per, tail, method)
    return Limits(
        value=_in_place(value, ok, np.nan),
        lower=_in_place(lower, ok, np.nan),
        upper=_in_place(upper, ok, np.nan),
        interval=_in_place(interval, ok, NO_INTERVAL),
        status=status,
    )


def as_frame(result: Limits, intervals: Sequence[str], index: pd.Index[Any] | None = None) -> pd.DataFrame:
    """Turn arrays and codes into a frame with the columns value, lower, upper, interval and status."""
    import pandas as pd

    columns = {
        "value": result.value,
        "lower": result.lower,
        "upper": result.upper,
        "interval": np.array(intervals, dtype=object)[result.interval],
        "status": np.array(STATUSES, dtype=object)[result.status],
    }
    return pd.DataFrame(columns, index=index)


def common_index(heading: str, parts: dict[str, Any]) -> pd.Index[Any] | None:
    """Return the index of the pandas Series among the arguments; refuse Series that are indexed differently.

    Rows are matched by position, so two Series in different orders would give wrong numbers that look right.
    """
    import pandas as pd

    series = {name: part for name, part in parts.items() if isinstance(part, pd.Series)}
    if not series:
        return None
    first, *others = series
    index = series[first].index
    differ = [
        f"{first} and {name} have different indexes; rows are matched by position, so align the two first"
        for name in others
        if len(series[name]) == len(index) and not series[name].index.equals(index)
    ]
    all_at_once(heading, differ)
    return index


def read_parts(parts: dict[str, Any], problems: list[str]) -> dict[str, Floats]:
    """Read arguments as float arrays of one length; None is missing everywhere, a scalar is repeated.

    What cannot be read is added to `problems`; the arrays are usable only if nothing was.
    """
    arrays: dict[str, Floats] = {}
    sizes: dict[str, int] = {}
    for name, part in parts.items():
        try:
            arrays[name] = read_numbers(part, name).astype(np.float64, copy=False)
        except InputError as error:
            problems.append(str(error))
            arrays[name] = np.full(1, np.nan)
        else:
            if not is_scalar(part):
                sizes[name] = arrays[name].size
    if len(set(sizes.values())) > 1:
        found = ", ".join(f"{name} {size:,}" for name, size in sizes.items())
        problems.append(f"needed sequences of one length, found {found}")
        return arrays
    size = next(iter(sizes.values()), 1)
    return {name: array if name in sizes else np.repeat(array, size) for name, array in arrays.items()}


def confidence_problems(confidence: object) -> list[str]:
    """Say what is wrong with a confidence level; nothing if nothing is."""
    if isinstance(confidence, int | float | np.number) and 0 < confidence < 1:
        return []
    return [f"confidence: needed a number between 0 and 1 such as 0.95, found {confidence!r}"]


def per_problems(per: object) -> list[str]:
    """Say what is wrong with a multiplier; nothing if nothing is."""
    number = isinstance(per, int | float | np.number) and not isinstance(per, bool)
    if number and 0 < per < float("inf"):  # type: ignore[operator]  # it is a number by now
        return []
    return [f"per: needed a positive number such as 100 or 10000, found {per!r}"]


def part_of_whole(name: str, whole: str, x: Floats, n: Floats) -> list[str]:
    """Say where a proportion's numerator is above its denominator; nothing if it is nowhere."""
    above = x > n
    if not above.any():
        return []
    return [
        f"{name}: needed a part of {whole}, found it larger in {positions(above)}; use a rate if it may be"
    ]


def not_negative(name: str, numbers: Floats) -> list[str]:
    """Say where there are negative numbers; nothing if there are none."""
    negative = numbers < 0
    return [f"{name}: needed 0 or more, found negatives in {positions(negative)}"] if negative.any() else []


def whole_numbers(name: str, numbers: Floats) -> list[str]:
    """Say where there are fractions; nothing if there are none."""
    fractions = numbers % 1 > 0
    return (
        [f"{name}: needed whole numbers, found fractions in {positions(fractions)}"]
        if fractions.any()
        else []
    )


def _option_problems(kind: object, per: object, confidence: object, method: object) -> list[str]:
    problems = confidence_problems(confidence) + per_problems(per)
    if kind not in KINDS:
        return [*problems, f"kind: needed one of {', '.join(KINDS)}, found {kind!r}"]
    allowed = ("byar", "exact", "none") if kind in ("count", "rate") else ("none",)
    if method is not None and method not in allowed:
        problems.append(f"method: needed {' or '.join(allowed)} for kind {kind}, found {method!r}")
    return problems


def _part_problems(kind: str, denominator: object, sd: object) -> list[str]:
    problems = []
    if kind == "count" and denominator is not None:
        problems.append("denominator: a count has none; leave it out or choose kind rate")
    if kind != "count" and denominator is None:
        problems.append(f"denominator: needed for kind {kind}, found nothing")
    if kind != "mean" and sd is not None:
        problems.append(f"sd: used for means only, found it with kind {kind}")
    return problems


def _number_problems(kind: str, x: Floats, n: Floats, spread: Floats, method: str | None) -> list[str]:
    """Say everything that is wrong with the numbers; comparisons with a missing value are false."""
    problems = []
    limited = method != "none"
    if kind in ("rate", "proportion") or (kind == "count" and limited):
        problems += not_negative("numerator", x)
    # Fractions of events have limits only in the gamma form of the exact method, and only as rates.
    if limited and (kind in ("count", "proportion") or (kind == "rate" and method == "byar")):
        problems += whole_numbers("numerator", x)
    if kind in ("rate", "proportion", "mean"):
        problems += not_negative("denominator", n)
    if limited and kind in ("proportion", "mean"):
        problems += whole_numbers("denominator", n)
    if kind == "proportion":
        problems += part_of_whole("numerator", "the denominator", x, n)
    if kind == "mean":
        problems += not_negative("sd", spread)
    return problems


def _status(kind: str, x: Floats, n: Floats) -> Codes:
    status = np.full(x.size, OK, dtype=np.int8)
    if kind == "count":
        status[np.isnan(x)] = NO_DATA
        return status
    status[n == 0] = UNDEFINED
    status[np.isnan(x) | np.isnan(n)] = NO_DATA
    return status


def _in_place(part: NDArray[Any], ok: Bools, missing: float) -> NDArray[Any]:
    """Put the results of the rows that are ok back among all rows."""
    whole = np.full(ok.size, missing, dtype=part.dtype)
    whole[ok] = part
    return whole


def _limits_of(
    kind: str, x: Floats, n: Floats, spread: Floats, per: float, tail: float, method: str | None
) -> tuple[Floats, Floats, Codes]:
    """Limits in the unit of the value; every row has its components here."""
    if method == "none" or kind == "ratio":
        return np.full(x.size, np.nan), np.full(x.size, np.nan), _codes(x.size, NO_INTERVAL)
    if kind == "mean":
        return _student_limits(x, n, spread, per, tail)
    if kind == "proportion":
        lower, upper = wilson(x, n, tail)
        return per * lower, per * upper, _codes(x.size, WILSON)
    lower, upper, interval = _event_limits(x, tail, method)
    if kind == "count":
        return per * lower, per * upper, interval
    return per * lower / n, per * upper / n, interval


def _codes(size: int, code: int) -> Codes:
    return np.full(size, code, dtype=np.int8)


def _event_limits(x: Floats, tail: float, method: str | None) -> tuple[Floats, Floats, Codes]:
    """Limits of numbers of events: Byar's, with exact ones in their place where few or where not whole."""
    by_rule = (x < BYAR_FROM) | (x % 1 > 0)
    exact = by_rule if method is None else np.full(x.size, method == "exact")
    lower, upper = byar(np.where(exact, 1.0, x), tail)
    lower[exact], upper[exact] = exact_poisson(x[exact], tail)
    return lower, upper, np.where(exact, EXACT_POISSON, BYAR).astype(np.int8)


def byar(x: Floats, tail: float) -> tuple[Floats, Floats]:
    """Byar's limits of Poisson counts (Breslow and Day, Statistical Methods in Cancer Research II, 1987).

    Args:
        x: numbers of events, 0 or more.
        tail: probability left out on each side, 0.025 for 95% limits.

    Returns:
        Lower and upper limits of the number of events. The lower one is missing where the approximation
        falls below zero or does not exist (few events or none), as in PHEindicatormethods.
    """
    z = normal_quantile(tail)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
        lower[~(lower >= 0)] = np.nan
    above = x + 1
    upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return lower, upper


def exact_poisson(x: Floats, tail: float) -> tuple[Floats, Floats]:
    """Exact limits of Poisson counts by gamma quantiles (Garwood, Biometrika, 1936); the lower one is 0 at 0.

    Args:
        x: numbers of events, 0 or more; the gamma form also takes fractions.
        tail: probability left out on each side.
    """
    from scipy import special

    # Counts repeat a great deal and gamma quantiles are dear.
    distinct, where = np.unique(x, return_inverse=True)
    positive = np.where(distinct > 0, distinct, 1.0)
    lower: Floats = np.where(distinct > 0, special.gammaincinv(positive, tail), 0.0)
    upper: Floats = np.asarray(special.gammainccinv(distinct + 1, tail), dtype=np.float64)
    return lower[where], upper[where]


def wilson(x: Floats, n: Floats, tail: float) -> tuple[Floats, Floats]:
    """Wilson's score limits of proportions, no continuity correction (Wilson, J. Am. Stat. Assoc., 1927).

    Args:
        x: numbers of successes, 0 to n.
        n: numbers of trials, above 0.
        tail: probability left out on each side.

    Returns:
        Lower and upper limits between 0 and 1; exactly 0 at x = 0 and exactly 1 at x = n.
    """
    z = normal_quantile(tail)
    centre = 2 * x + z * z
    reach = z * np.sqrt(z * z + 4 * x * (1 - x / n))
    width = 2 * (n + z * z)
    upper = np.where(x == n, 1.0, (centre + reach) / width)
    return (centre - reach) / width, upper


def _student_limits(
    total: Floats, n: Floats, spread: Floats, per: float, tail: float
) -> tuple[Floats, Floats, Codes]:
    """Limits of means by Student's t on n - 1 degrees of freedom; none below two values or without sd."""
    from scipy import special

    given = (n >= 2) & ~np.isnan(spread)
    distinct, where = np.unique(np.where(given, n, 2.0) - 1, return_inverse=True)
    quantile = -np.asarray(special.stdtrit(distinct, tail))[where]
    reach = np.where(given, per * quantile * spread / np.sqrt(n), np.nan)
    mean = per * total / n
    return mean - reach, mean + reach, np.where(given, STUDENT, NO_INTERVAL).astype(np.int8)


def normal_quantile(tail: float) -> float:
    """Return z with probability `tail` above it: 1.959964 for 0.025."""
    from scipy import special

    return float(-special.ndtri(tail))


def quantile_from_counts(
    values: Any, counts: Any, p: float | Sequence[float], *, cells: ArrayLike | None = None
) -> Any:
    """Quantiles of a table of distinct values with counts, without writing the values out.

    Linear interpolation between order statistics: type 7 of Hyndman and Fan (The American Statistician,
    1996), the default of NumPy, R and spreadsheets.

    Args:
        values: the distinct values in any order, none missing; a value may come several times.
        counts: how often each occurs, whole numbers, 0 or more.
        p: one probability or several, from 0 to 1.
        cells: where the table holds several cells, the cell of each row as whole numbers from 0.

    Returns:
        Without `cells` a float, or an array over p; with `cells` an array over cells, or cells by p. NaN
        where a cell counts nothing.
    """
    wanted = np.atleast_1d(np.asarray(p, dtype=np.float64))
    inside = bool(((wanted >= 0) & (wanted <= 1)).all())
    table = _table(values, counts, cells, [] if inside else ["p: needed probabilities from 0 to 1"])
    place = np.maximum(table.size - 1, 0)[:, None] * wanted[None, :]
    below = np.floor(place)
    low = _order_statistic(table, below)
    high = _order_statistic(table, np.ceil(place))
    result = low + (place - below) * (high - low)
    if np.ndim(p) == 0:
        result = result[:, 0]
    if cells is not None:
        return result
    return float(result[0]) if np.ndim(p) == 0 else result[0]


def median_limits(
    values: Any, counts: Any, confidence: float = 0.95, *, cells: ArrayLike | None = None
) -> tuple[Any, Any]:
    """Limits of a median from the binomial distribution of the number of values below it.

    The r-th smallest and the r-th largest value, with the greatest r whose coverage is still at least the
    confidence (Conover, Practical Nonparametric Statistics, 1999). Nothing is assumed about the shape of the
    distribution; tied values can only raise the coverage.

    Args:
        values: the distinct values in any order, none missing.
        counts: how often each occurs, whole numbers, 0 or more.
        confidence: between 0 and 1.
        cells: where the table holds several cells, the cell of each row as whole numbers from 0.

    Returns:
        Lower and upper limit: floats, or with `cells` arrays over cells. NaN where there are too few values
        for two-sided limits (below 6 at 95%).
    """
    table = _table(values, counts, cells, confidence_problems(confidence))
    rank = _median_rank(table.size, (1 - confidence) / 2)
    enough = rank >= 1
    first = np.where(enough, rank - 1, 0)
    last = np.where(enough, table.size - rank, 0)
    both = _order_statistic(table, np.column_stack([first, last]))
    both[~enough] = np.nan
    lower, upper = both.T
    return (lower, upper) if cells is not None else (float(lower[0]), float(upper[0]))


class _Table(NamedTuple):
    """Values in order within their cells, counts cumulated over all of them; size and offset of each cell."""

    value: Floats
    cumulated: Floats
    size: Floats
    offset: Floats


def _table(values: Any, counts: Any, cells: ArrayLike | None, problems: list[str]) -> _Table:
    parts = read_parts({"values": values, "counts": counts}, problems)
    value, count = parts["values"], parts["counts"]
    code = read_cells(cells, value.size, problems)
    problems += count_problems(count) + missing_problems("values", value)
    all_at_once("table of values and counts", problems)
    order = np.lexsort((value, code))
    size = np.asarray(np.bincount(code, weights=count, minlength=1), dtype=np.float64)
    return _Table(value[order], np.cumsum(count[order]), size, np.cumsum(size) - size)


def read_cells(
    cells: ArrayLike | None, rows: int, problems: list[str], seeds: int | None = None
) -> NDArray[Any]:
    """Read the cell of each row, all of one where none is given; what is wrong is added to `problems`.

    Cells count from 0; where each has a seed there are no more than seeds.
    """
    code = np.zeros(rows, dtype=np.int64) if cells is None else np.asarray(cells)
    beyond = np.inf if seeds is None else seeds
    if code.shape != (rows,) or code.dtype.kind not in "iu" or ((code < 0) | (code >= beyond)).any():
        which = "of 0 or more" if seeds is None else f"below {seeds:,}, the seeds,"
        problems.append(f"cells: needed one whole number {which} for each of {rows:,} rows")
    return code


def count_problems(count: Floats) -> list[str]:
    """Say what is wrong with how often something occurs; nothing if nothing is."""
    return [
        *missing_problems("counts", count),
        *not_negative("counts", count),
        *whole_numbers("counts", count),
    ]


def missing_problems(name: str, numbers: Floats) -> list[str]:
    """Say where numbers are missing that must not be; nothing if none is."""
    missing = np.isnan(numbers)
    return [f"{name}: found missing ones in {positions(missing)}; leave them out"] if missing.any() else []


def _order_statistic(table: _Table, place: Floats) -> Floats:
    """Values at places counted from 0 within each cell; `place` is cells by places; NaN in empty cells."""
    if not table.value.size:
        return np.full(place.shape, np.nan)
    row = np.searchsorted(table.cumulated, table.offset[:, None] + place, side="right")
    found = table.value[np.minimum(row, table.value.size - 1)]
    return np.where(table.size[:, None] > 0, found, np.nan)


def _median_rank(size: Floats, tail: float) -> Floats:
    """Greatest r with P(Binomial(size, 1/2) < r) <= tail; 0 where there is none."""
    from scipy import special

    distinct, where = np.unique(size, return_inverse=True)
    trials = np.maximum(distinct, 1).astype(np.int64)
    guess = np.nan_to_num(np.floor(special.bdtrik(tail, trials, 0.5)))
    rank = np.zeros(distinct.size)
    # The inverse is not exact at whole numbers; the distribution function settles it, where a confidence met
    # exactly (15 values, 1023 of 1024) must not fail on the last bit.
    for step in (-1, 0, 1):
        below = guess + step
        share = special.bdtr(np.clip(below, 0, trials), trials, 0.5)
        fits = (below >= 0) & (share <= tail * (1 + 1e-12))
        rank = np.where(fits, below + 1, rank)
    return np.where(distinct > 0, rank, 0)[where]
