"""Reliable change of individuals, and cut-offs between two populations.

Jacobson and Truax, Clinical significance: a statistical approach to defining meaningful change in psychotherapy
research, Journal of Consulting and Clinical Psychology 59, 1991.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from csc_outcomes.engine.estimate import common_index, read_parts
from csc_outcomes.engine.rounding import positions
from csc_outcomes.errors import all_at_once
from csc_outcomes.instruments.paired import check_direction, gains
from csc_outcomes.instruments.pairs import Pairs, read_pairs

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

Z = 1.96  # as the authors have it
RESULTS = ("improved", "no_reliable_change", "worse")


def reliable_change(
    before: Any, after: Any, *, sd: float, reliability: float, direction: str
) -> pd.DataFrame:
    """Count respondents whose change is larger than the error of measuring explains.

    The standard error of a difference is sd * sqrt(2) * sqrt(1 - reliability); a change of 1.96 times it or
    more is reliable. Neither number has a default: they belong to an instrument, an informant and a
    population, and a retest over months gives a larger error than the agreement of the items.

    Args:
        before: scores of one scale at the first point; paired as in `change`.
        after: scores at the second point.
        sd: standard deviation of the scale before treatment or in a norm sample, above 0, in its points.
        reliability: between 0 and 1, of the same scale.
        direction: higher_is_better or higher_is_worse; a frame of `score` must agree with it.

    Returns:
        A pandas frame of one row: n_paired, improved, no_reliable_change, worse, criterion (the least reliable
        change, in points), standard_error (of a difference), sd, reliability, direction and status: `ok`, or
        `no_data` without a pair.

    Raises:
        InputError: all problems at once: an option out of range, several scales, and as for `change`.
    """
    import pandas as pd

    pairs, error = _prepared(before, after, sd, reliability, direction)
    results = _results(pairs, error, direction)[pairs.paired]
    counts = {name: int((results == name).sum()) for name in RESULTS}
    row = {
        "n_paired": int(results.size),
        **counts,
        "criterion": Z * error,
        "standard_error": error,
        "sd": float(sd),
        "reliability": float(reliability),
        "direction": direction,
        "status": "ok" if results.size else "no_data",
    }
    return pd.DataFrame([row])


def reliable_change_each(
    before: Any, after: Any, *, sd: float, reliability: float, direction: str
) -> pd.DataFrame:
    """Say of each respondent whether the change is reliable; arguments and errors are those of `reliable_change`.

    Returns:
        A pandas frame, one row per respondent: respondent, change (after minus before, in points), rci (the change
        in standard errors of a difference), result (improved, no_reliable_change, worse; missing without a pair)
        and status: `ok` or `no_data`.
    """
    import pandas as pd

    pairs, error = _prepared(before, after, sd, reliability, direction)
    difference = pairs.after - pairs.before
    return pd.DataFrame(
        {
            "respondent": pairs.respondents,
            "change": difference,
            "rci": difference / error,
            "result": _results(pairs, error, direction),
            "status": np.where(pairs.paired, "ok", "no_data").astype(object),
        }
    )


def _prepared(before: Any, after: Any, sd: float, reliability: float, direction: str) -> tuple[Pairs, float]:
    heading = "reliable_change"
    found = read_pairs(heading, before, after)
    problems = []
    if len(found) != 1:
        scales = ", ".join(pairs.scale for pairs in found) or "none"
        problems.append(f"scales: needed one, for sd and reliability are a scale's own; found {scales}")
    if not _is_number(sd) or sd <= 0:
        problems.append(f"sd: needed a number above 0, found {sd!r}")
    if not _is_number(reliability) or not 0 < reliability < 1:
        problems.append(f"reliability: needed a number between 0 and 1, found {reliability!r}")
    all_at_once(heading, problems)
    check_direction(heading, direction, found)
    return found[0], float(sd) * math.sqrt(2 * (1 - float(reliability)))


def _results(pairs: Pairs, error: float, direction: str) -> NDArray[np.object_]:
    gained = gains(pairs.after - pairs.before, direction)
    # A change of exactly the criterion is reliable, whatever its decimals leave behind.
    least = Z * error * (1 - 1e-9)
    results = np.full(gained.size, None, dtype=object)
    with np.errstate(invalid="ignore"):
        results[pairs.paired] = RESULTS[1]
        results[gained >= least] = RESULTS[0]
        results[gained <= -least] = RESULTS[2]
    return results


def _is_number(value: object) -> bool:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return number and math.isfinite(value)  # type: ignore[arg-type]  # it is a number by now


def cut_offs(*, mean_clinical: Any, sd_clinical: Any, mean_norm: Any, sd_norm: Any) -> pd.DataFrame:
    """Compute where a score is nearer to the norm than to the clinical population, one row per element.

    Args:
        mean_clinical: mean of the population in treatment; a number or a one-dimensional sequence.
        sd_clinical: its standard deviation, above 0.
        mean_norm: mean of the norm sample, different from the clinical one.
        sd_norm: its standard deviation, above 0.

    Returns:
        A pandas frame in points of the scale: a, two standard deviations from the clinical mean towards the norm;
        b, two standard deviations from the norm's mean towards the clinical one; c, between the two, each mean
        weighted by the other population's standard deviation. c is for populations that overlap.

    Raises:
        InputError: all problems at once: missing numbers, standard deviations of 0 or less, equal means.
    """
    import pandas as pd

    given = {
        "mean_clinical": mean_clinical,
        "sd_clinical": sd_clinical,
        "mean_norm": mean_norm,
        "sd_norm": sd_norm,
    }
    index = common_index("cut_offs", given)
    problems: list[str] = []
    parts = read_parts(given, problems)
    all_at_once("cut_offs", problems)
    for name, part in parts.items():
        if np.isnan(part).any():
            problems.append(f"{name}: found missing ones in {positions(np.isnan(part))}")
        if name.startswith("sd_") and (part <= 0).any():
            problems.append(f"{name}: needed numbers above 0, found others in {positions(part <= 0)}")
    ill, sd_ill, well, sd_well = parts.values()
    if (ill == well).any():
        problems.append(f"means: needed different ones, found equal ones in {positions(ill == well)}")
    all_at_once("cut_offs", problems)
    towards = np.sign(well - ill)
    columns = {
        "a": ill + towards * 2 * sd_ill,
        "b": well - towards * 2 * sd_well,
        "c": (sd_ill * well + sd_well * ill) / (sd_ill + sd_well),
    }
    return pd.DataFrame(columns, index=index)
