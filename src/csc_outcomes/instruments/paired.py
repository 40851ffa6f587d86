"""Change between two measurements of the same people.

An uncontrolled change is no effect of anything: people who start out far from the mean come back towards it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from csc_outcomes.engine.estimate import normal_quantile
from csc_outcomes.instruments.pairs import Pairs, read_pairs

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

_TAIL = 0.025
_NAN = float("nan")


def change(before: Any, after: Any) -> pd.DataFrame:
    """Summarise paired change, after minus before: one row, or one per scale where frames of `score` are given.

    The same data have several standardised changes; each column names its own. `dz` is the mean change over
    the standard deviation of the change, `d_pre` over that of the scores before, `d_av` over the mean of the
    two standard deviations; `d_rm` is dz times the root of 2 (1 - correlation). `g_pre` is d_pre with Hedges'
    correction, 1 - 3 / (4 df - 1) with df one less than the pairs; its limits rest on the variance
    2 (1 - correlation) / n + d_pre squared / 2n (Becker, British Journal of Mathematical and Statistical
    Psychology 41, 1988; Hedges, Journal of Educational Statistics 6, 1981). Signs are those of the change:
    whether a fall is good is the scale's `direction`.

    Args:
        before: scores at the first point. Frames of `score` are paired by respondent and scale; pandas Series
            by their index (two that are merely numbered, by place); other sequences by place.
        after: scores at the second point, of the same kind. A missing score at either point leaves its pair
            out of everything but the numbers of scores.

    Returns:
        A pandas frame: scale, direction, rule_id (empty for bare numbers), n_before, n_after, n_paired,
        mean_before, mean_after, mean_change with its 95% limits lower and upper (t), sd_before, sd_after,
        sd_change (n - 1 in the denominator), correlation, t, p, dz, d_pre, d_av, d_rm, g_pre, g_lower, g_upper
        and status: `ok`; `undefined` where some figure has no value (fewer than three pairs, or scores or
        changes that do not vary); `no_data` without a pair. Means and standard deviations are of the
        pairs, in points of the scale.

    Raises:
        InputError: all problems at once: kinds or lengths that differ, a respondent twice, frames scored by
            different rules, text or booleans.
    """
    import pandas as pd

    rows = [_summary(pairs) for pairs in read_pairs("change", before, after)]
    return pd.DataFrame(rows, columns=_COLUMNS)


_NUMBERS = (
    "mean_before",
    "mean_after",
    "mean_change",
    "lower",
    "upper",
    "sd_before",
    "sd_after",
    "sd_change",
    "correlation",
    "t",
    "p",
    "dz",
    "d_pre",
    "d_av",
    "d_rm",
    "g_pre",
    "g_lower",
    "g_upper",
)
_COLUMNS = ["scale", "direction", "rule_id", "n_before", "n_after", "n_paired", *_NUMBERS, "status"]


def _summary(pairs: Pairs) -> dict[str, Any]:
    both = pairs.paired
    first, second = pairs.before[both], pairs.after[both]
    numbers = dict.fromkeys(_NUMBERS, _NAN)
    if first.size:
        numbers |= _means(first, second)
    if first.size > 1:
        numbers |= _spreads(first, second)
        numbers |= _test(first.size, numbers["mean_change"], numbers["sd_change"])
        numbers |= _effects(first.size, numbers)
    complete = not any(math.isnan(number) for number in numbers.values())
    return {
        "scale": pairs.scale,
        "direction": pairs.direction,
        "rule_id": pairs.rule_id,
        "n_before": int((~np.isnan(pairs.before)).sum()),
        "n_after": int((~np.isnan(pairs.after)).sum()),
        "n_paired": int(first.size),
        **numbers,
        "status": "no_data" if not first.size else "ok" if complete else "undefined",
    }


def _means(first: Floats, second: Floats) -> dict[str, float]:
    return {
        "mean_before": float(first.mean()),
        "mean_after": float(second.mean()),
        "mean_change": float((second - first).mean()),
    }


def _spreads(first: Floats, second: Floats) -> dict[str, float]:
    largest = float(max(np.abs(first).max(), np.abs(second).max()))
    sd_first, sd_second, sd_change = (_spread(part, largest) for part in (first, second, second - first))
    correlation = _NAN
    if sd_first and sd_second:
        covariance = float(((first - first.mean()) * (second - second.mean())).sum()) / (first.size - 1)
        correlation = min(max(covariance / (sd_first * sd_second), -1.0), 1.0)
    return {"sd_before": sd_first, "sd_after": sd_second, "sd_change": sd_change, "correlation": correlation}


def _spread(numbers: Floats, largest: float) -> float:
    """Standard deviation; what decimals leave where all numbers are equal (0.3 - 0.1 is not 0.2) counts as none."""
    found = float(numbers.std(ddof=1))
    return found if found > 1e-12 * largest else 0.0


def _test(n: int, mean: float, spread: float) -> dict[str, float]:
    """The t test of no change, and limits of the mean change; without spread there is neither."""
    from scipy import special

    if not spread:
        return {}
    error = spread / math.sqrt(n)
    reach = -float(special.stdtrit(n - 1, _TAIL)) * error
    t = mean / error
    return {
        "lower": mean - reach,
        "upper": mean + reach,
        "t": t,
        "p": 2 * float(special.stdtr(n - 1, -abs(t))),
    }


def _effects(n: int, numbers: dict[str, float]) -> dict[str, float]:
    mean, r = numbers["mean_change"], numbers["correlation"]
    before, after, spread = numbers["sd_before"], numbers["sd_after"], numbers["sd_change"]
    effects = {"d_av": mean / ((before + after) / 2)} if before and after else {}
    if spread:
        effects["dz"] = mean / spread
        effects["d_rm"] = effects["dz"] * math.sqrt(2 * (1 - r))
    if before:
        effects["d_pre"] = mean / before
        effects |= _corrected(n, effects["d_pre"], r)
    return effects


def _corrected(n: int, d_pre: float, correlation: float) -> dict[str, float]:
    """Hedges' correction; with two pairs it would make any change 0, so there is none."""
    if n < 3:
        return {}
    g_pre = (1 - 3 / (4 * (n - 1) - 1)) * d_pre
    reach = normal_quantile(_TAIL) * math.sqrt(2 * (1 - correlation) / n + d_pre**2 / (2 * n))
    return {"g_pre": g_pre, "g_lower": g_pre - reach, "g_upper": g_pre + reach}


def sign_test(before: Any, after: Any, *, direction: str) -> pd.DataFrame:
    """Count who improved and who worsened, with the exact two-sided sign test: for ratings in order.

    Args:
        before: scores or ratings at the first point; paired as in `change`.
        after: the same at the second point.
        direction: higher_is_better or higher_is_worse; frames of `score` must agree with it.

    Returns:
        A pandas frame, one row, or one per scale of frames: scale, direction, n_paired, improved, unchanged,
        worse, p (1 where nobody changed) and status: `ok`, or `no_data` without a pair, and then p is missing.

    Raises:
        InputError: as for `change`; or a direction that does not exist or is not the scale's.
    """
    import pandas as pd

    found = read_pairs("sign_test", before, after)
    check_direction("sign_test", direction, found)
    return pd.DataFrame([_signs(pairs, direction) for pairs in found])


def _signs(pairs: Pairs, direction: str) -> dict[str, Any]:
    from scipy import special

    both = pairs.paired
    difference = pairs.after[both] - pairs.before[both]
    better, worse = gains(difference, direction) > 0, gains(difference, direction) < 0
    fewer, changed = int(min(better.sum(), worse.sum())), int(better.sum() + worse.sum())
    p = min(1.0, 2 * float(special.bdtr(fewer, changed, 0.5))) if changed else 1.0
    return {
        "scale": pairs.scale,
        "direction": direction,
        "n_paired": int(both.sum()),
        "improved": int(better.sum()),
        "unchanged": int(both.sum()) - changed,
        "worse": int(worse.sum()),
        "p": p if both.any() else _NAN,
        "status": "ok" if both.any() else "no_data",
    }


def gains(difference: Floats, direction: str) -> Floats:
    """Changes with the sign turned so that more is better."""
    return difference if direction == "higher_is_better" else -difference


def check_direction(heading: str, direction: Any, found: list[Pairs]) -> None:
    """Refuse a direction that does not exist, or that is not that of the frames' scales."""
    from csc_outcomes.errors import all_at_once
    from csc_outcomes.instruments.parts import Direction

    known = [member.value for member in Direction]
    problems = []
    if direction not in known:
        problems.append(f"direction: needed {' or '.join(known)}, found {direction!r}")
    problems += [
        f"direction: scale {pairs.scale!r} is {pairs.direction}, found {direction!r}"
        for pairs in found
        if direction in known and pairs.direction and pairs.direction != direction
    ]
    all_at_once(heading, problems)
