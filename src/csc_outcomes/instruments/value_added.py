"""The added-value score of the parent's SDQ: change beyond what is expected without treatment.

Formula, effect size and limits: Ford and others, British Journal of Psychiatry 194, 2009; Youthinmind,
sdqinfo.org. It holds for children at high risk, referred or with a disorder, with the parent's form at
both points and the follow-up form about six months later; for groups, not for single children. The
SSDA903 return has neither impact nor emotional score, and a year between its totals: it does not apply there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from csc_outcomes.engine.estimate import common_index, read_parts
from csc_outcomes.engine.rounding import positions
from csc_outcomes.errors import all_at_once

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

SD = 5.0  # fixed by the authors
Z = 1.96
CAVEAT = (
    "Added-value scores hold for children at high risk, with the parent's form at both points and about six months "
    "between them; a mean over a group says something, a single child's score does not."
)
_HIGHEST = {"t1_total": 40, "t1_impact": 10, "t1_emotional": 10, "t2_total": 40}


def added_value(t1_total: Any, t1_impact: Any, t1_emotional: Any, t2_total: Any) -> pd.DataFrame:
    """Compute the SDQ added-value score, one row per child.

    2.3 + 0.8 * t1_total + 0.2 * t1_impact - 0.3 * t1_emotional - t2_total; positive where a child improved more
    than expected. `added_value_mean` gives the mean of a group.

    Args:
        t1_total: total difficulties at the start, 0 to 40; a number or a one-dimensional sequence.
        t1_impact: impact score at the start, 0 to 10.
        t1_emotional: emotional score at the start, 0 to 10.
        t2_total: total difficulties on the follow-up form, 0 to 40.

    Returns:
        A pandas frame: added_value in points, lower and upper (95%, for one child about 10 points either
        way), effect_size (added_value / 5) and status: `ok`, or `no_data` where a score is missing.
        `attrs["warnings"]` says when it holds.

    Raises:
        InputError: all problems at once: scores out of range or not whole, an emotional score above the total it is
            part of, unequal lengths, indexes that differ, text or booleans.
    """
    import pandas as pd

    given = dict(zip(_HIGHEST, (t1_total, t1_impact, t1_emotional, t2_total), strict=True))
    index = common_index("added_value", given)
    score = _scores(given)
    frame = pd.DataFrame(
        {
            "added_value": score,
            "lower": score - Z * SD,
            "upper": score + Z * SD,
            "effect_size": score / SD,
            "status": np.where(np.isnan(score), "no_data", "ok").astype(object),
        },
        index=index,
    )
    frame.attrs["warnings"] = [CAVEAT]
    return frame


def added_value_mean(t1_total: Any, t1_impact: Any, t1_emotional: Any, t2_total: Any) -> pd.DataFrame:
    """Compute the mean added-value score of a group of children; arguments and errors as for `added_value`.

    Returns:
        A pandas frame of one row: n_children (given), n (with all four scores), added_value (their mean), lower and
        upper (95%: 1.96 * 5 / sqrt(n) either way), effect_size (mean / 5) and status: `ok`, or `no_data`
        without a complete child. `attrs["warnings"]` says when it holds.
    """
    import pandas as pd

    each = added_value(t1_total, t1_impact, t1_emotional, t2_total)
    scores = each["added_value"].dropna().to_numpy()
    n = scores.size
    mean = float(scores.mean()) if n else float("nan")
    reach = Z * SD / np.sqrt(n) if n else float("nan")
    row = {
        "n_children": len(each),
        "n": n,
        "added_value": mean,
        "lower": mean - reach,
        "upper": mean + reach,
        "effect_size": mean / SD,
        "status": "ok" if n else "no_data",
    }
    frame = pd.DataFrame([row])
    frame.attrs["warnings"] = [CAVEAT]
    return frame


def _scores(given: dict[str, Any]) -> Floats:
    problems: list[str] = []
    parts = read_parts(given, problems)
    all_at_once("added_value", problems)
    for name, numbers in parts.items():
        outside = (numbers < 0) | (numbers > _HIGHEST[name])
        if outside.any():
            problems.append(f"{name}: needed 0 to {_HIGHEST[name]}, found others in {positions(outside)}")
        if (numbers % 1 > 0).any():
            problems.append(f"{name}: needed whole numbers, found fractions in {positions(numbers % 1 > 0)}")
    total, impact, emotional, follow_up = parts.values()
    if (emotional > total).any():
        problems.append(
            f"t1_emotional: found above t1_total, which it is part of, in {positions(emotional > total)}"
        )
    all_at_once("added_value", problems)
    # In tenths, so that 3.3 is 3.3.
    tenths: Floats = 23 + 8 * total + 2 * impact - 3 * emotional - 10 * follow_up
    return tenths / 10
