"""Compare: one window against another, in words that leave the judgement to the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from csc_outcomes.errors import InputError, all_at_once

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from csc_outcomes.definitions.measure import Measure

_KEYS = ["measure", "version", "unit", "area", "breakdown", "group"]
COMPARED = (
    "measure", "version", "unit", "area", "breakdown", "group", "first", "second", "first_value", "second_value",
    "difference", "difference_lower", "difference_upper", "ratio", "ratio_lower", "ratio_upper", "method",
    "verdict", "text", "caveat",
)  # fmt: skip
_NO_METHOD = ""


def compared(
    first: pd.DataFrame,
    second: pd.DataFrame,
    measures: Mapping[str, Measure],
    caveats: Mapping[str, str],
    confidence: float,
) -> pd.DataFrame:
    """Compare the rows of two windows, or of two results, that agree in measure, area and group.

    Rates and counts are compared by the log rate ratio, proportions by Newcombe's difference, means by
    Welch's t interval; bootstrapped figures by the width of their limits. Figures without limits get a
    difference only. The verdict is `higher`, `lower` or `no clear difference`, or `not comparable` where a
    value is missing; never better or worse.

    Returns:
        pandas, one row per pair, with the columns of `COMPARED`: differences and ratios are second against
        first, differences in the unit of the measure.

    Raises:
        InputError: counts over windows of different length.
    """
    pairs = _paired(first, second)
    _check_lengths(pairs, measures)
    blocks = [_compare_block(block, name, measures, confidence) for name, block in _blocks(pairs)]
    import pandas as pd

    result = pd.concat(blocks, ignore_index=True) if blocks else pairs.assign(**dict.fromkeys(COMPARED))
    result["caveat"] = [caveats.get(name, "") for name in result["measure"]]
    return result.loc[:, list(COMPARED)]


def _paired(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Rows side by side in the order of the first; an area or group that one side lacks stays, with a blank.

    Measures that only one side has are no pair of anything, and are left out.
    """
    both = set(first["measure"]) & set(second["measure"])
    first, second = (
        frame[frame["measure"].isin(both)].assign(place=range(int(frame["measure"].isin(both).sum())))
        for frame in (first, second)
    )
    pairs = first.merge(second, on=_KEYS, how="outer", suffixes=("_1", "_2"), validate="one_to_one")
    for side, frame in (("_1", first), ("_2", second)):
        labels = frame["window"].unique()
        if len(labels) == 1:
            pairs[f"window{side}"] = labels[0]
        pairs[f"interval{side}"] = pairs[f"interval{side}"].fillna("")
    order = {name: position for position, name in enumerate(dict.fromkeys(first["measure"]))}
    pairs["order"] = pairs["measure"].map(order)
    return pairs.sort_values(["order", "place_1", "place_2"], na_position="last", kind="stable")


def _blocks(pairs: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(name), block) for name, block in pairs.groupby("measure", sort=False)]


def _check_lengths(pairs: pd.DataFrame, measures: Mapping[str, Measure]) -> None:
    """A number of events grows with the window: unequal lengths are refused."""
    days = [(pairs[f"end_{side}"] - pairs[f"start_{side}"]).dt.days for side in (1, 2)]
    # A leap day more or less is no different length.
    unequal = pairs["denominator_1"].isna() & ((days[0] - days[1]).abs() > 1)
    names = list(dict.fromkeys(pairs.loc[unequal, "measure"]))
    problems = [
        f"{name} is a count and the windows differ in length; compare a rate or windows of equal length"
        for name in names
        if name not in measures or measures[name].unit_is_count
    ]
    all_at_once("cannot compare", problems, InputError)


def _compare_block(
    block: pd.DataFrame, name: str, measures: Mapping[str, Measure], confidence: float
) -> pd.DataFrame:
    scale = _scale(block, measures.get(name))
    one, two = (block[f"value_{side}"].to_numpy(float) for side in (1, 2))
    found = _contrasted(block, scale, confidence)
    known = ~np.isnan(one) & ~np.isnan(two)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(known & (one != 0), two / one, np.nan)
    result = block.assign(
        first=block["window_1"], second=block["window_2"], first_value=one, second_value=two,
        difference=two - one, ratio=ratio, **found,
    )  # fmt: skip
    result["verdict"] = _verdicts(known, result)
    names = list(result.columns)
    rows = result.itertuples(index=False, name=None)
    result["text"] = [_sentence(dict(zip(names, row, strict=True))) for row in rows]
    return result


def _scale(block: pd.DataFrame, measure: Measure | None) -> str:
    """How a block is compared, told from the limits that its rows carry."""
    methods = {*block["interval_1"], *block["interval_2"]} - {_NO_METHOD}
    if methods == {"Wilson"}:
        return "proportion"
    if methods and methods <= {"Byar's", "exact Poisson"}:
        return "count" if block["denominator_1"].isna().all() else "rate"
    if methods == {"t"}:
        return "mean"
    if methods == {"bootstrap over children"} and (measure is None or measure.kind.value != "proportion"):
        return "bootstrap"
    return "none"


def _contrasted(block: pd.DataFrame, scale: str, confidence: float) -> dict[str, Any]:
    empty = np.full(len(block), np.nan)
    limits: dict[str, Any] = {
        "difference_lower": empty, "difference_upper": empty, "ratio_lower": empty, "ratio_upper": empty,
        "method": _NO_METHOD,
    }  # fmt: skip
    if scale in ("rate", "count"):
        return limits | _rates(block, scale, confidence)
    if scale == "proportion":
        return limits | _proportions(block, confidence)
    if scale == "mean":
        return limits | _means(block, confidence)
    if scale == "bootstrap":
        return limits | _bootstrapped(block)
    return limits


def _parts(block: pd.DataFrame, side: int) -> tuple[NDArray[Any], NDArray[Any]]:
    numerator = block[f"numerator_{side}"].to_numpy(float)
    denominator = block[f"denominator_{side}"].to_numpy(float)
    return numerator, denominator


def _per(block: pd.DataFrame, side: int = 1) -> float:
    """The multiplier, told from any row: value = per * numerator / denominator."""
    n, d = _parts(block, side)
    with np.errstate(divide="ignore", invalid="ignore"):
        per = block[f"value_{side}"].to_numpy(float) * d / n
    usable = per[np.isfinite(per) & (n > 0)]
    return float(np.round(np.median(usable), 6)) if usable.size else 1.0


def _rates(block: pd.DataFrame, scale: str, confidence: float) -> dict[str, Any]:
    from csc_outcomes.engine.contrast import contrast

    one, two = _parts(block, 1), _parts(block, 2)
    if scale == "count":
        one, two = (one[0], np.ones(len(block))), (two[0], np.ones(len(block)))
    per = 1.0 if scale == "count" else _per(block)
    ratio = contrast("rate_ratio", two, one, confidence=confidence)
    difference = contrast("rate_difference", two, one, per=per, confidence=confidence)
    return {
        "ratio_lower": ratio["lower"].to_numpy(), "ratio_upper": ratio["upper"].to_numpy(),
        "difference_lower": difference["lower"].to_numpy(), "difference_upper": difference["upper"].to_numpy(),
        "method": ratio["interval"].to_numpy(),
    }  # fmt: skip


def _proportions(block: pd.DataFrame, confidence: float) -> dict[str, Any]:
    from csc_outcomes.engine.contrast import contrast

    found = contrast(
        "proportion_difference", _parts(block, 2), _parts(block, 1), per=100, confidence=confidence
    )
    return {
        "difference_lower": found["lower"].to_numpy(),
        "difference_upper": found["upper"].to_numpy(),
        "method": found["interval"].to_numpy(),
    }


def _means(block: pd.DataFrame, confidence: float) -> dict[str, Any]:
    """Welch's interval; standard errors are read off the t limits that the rows carry."""
    from scipy import stats

    tail = (1 + confidence) / 2
    variance, size = [], []
    for side in (1, 2):
        n = block[f"denominator_{side}"].to_numpy(float)
        with np.errstate(invalid="ignore"):
            half = (block[f"upper_{side}"] - block[f"lower_{side}"]).to_numpy(float) / 2
            variance.append((half / stats.t.ppf(tail, n - 1)) ** 2)
        size.append(n)
    both = variance[0] + variance[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = both**2 / (variance[0] ** 2 / (size[0] - 1) + variance[1] ** 2 / (size[1] - 1))
        half = stats.t.ppf(tail, freedom) * np.sqrt(both)
    difference = (block["value_2"] - block["value_1"]).to_numpy(float)
    return {"difference_lower": difference - half, "difference_upper": difference + half, "method": "Welch t"}


def _bootstrapped(block: pd.DataFrame) -> dict[str, Any]:
    """Ratio limits by the recovery of variance from each figure's own limits, on the log scale."""
    one, two = (block[f"value_{side}"].to_numpy(float) for side in (1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(two / one)
        below = np.hypot(
            np.log(two / block["lower_2"].to_numpy(float)), np.log(block["upper_1"].to_numpy(float) / one)
        )
        above = np.hypot(
            np.log(block["upper_2"].to_numpy(float) / two), np.log(one / block["lower_1"].to_numpy(float))
        )
        lower, upper = np.exp(log - below), np.exp(log + above)
    usable = np.isfinite(lower) & np.isfinite(upper)
    return {
        "ratio_lower": np.where(usable, lower, np.nan),
        "ratio_upper": np.where(usable, upper, np.nan),
        "method": np.where(usable, "bootstrap limits combined", _NO_METHOD),
    }


def _verdicts(known: NDArray[Any], rows: pd.DataFrame) -> list[str]:
    """Higher or lower only where the limits leave out no difference."""
    by_ratio = rows["ratio_lower"].notna().to_numpy()
    low = np.where(by_ratio, rows["ratio_lower"] - 1, rows["difference_lower"])
    high = np.where(by_ratio, rows["ratio_upper"].fillna(np.inf) - 1, rows["difference_upper"])
    higher, lower = known & (low > 0), known & (high < 0)
    limited = known & ~np.isnan(low) & ~np.isnan(high)
    words = np.where(
        higher, "higher", np.where(lower, "lower", np.where(limited, "no clear difference", "no limits"))
    )
    return list(np.where(known, words, "not comparable"))


def _sentence(row: Mapping[str, Any]) -> str:
    place = "" if row["area"] == "all" else f" in {row['area']}"
    group = "" if row["breakdown"] == "all" else f", {row['breakdown']} {row['group']}"
    head = f"{row['measure']}{place}{group}: {row['second']} "
    change = f"{row['first_value']:.4g} to {row['second_value']:.4g}"
    if row["verdict"] == "not comparable":
        return f"{head}and {row['first']} cannot be compared: a figure is missing."
    if row["verdict"] == "no limits":
        return f"{head}against {row['first']}: {change}; no limits can be given."
    if row["verdict"] == "no clear difference":
        return f"{head}shows no clear difference from {row['first']} ({change})."
    return f"{head}is {row['verdict']} than {row['first']} ({change})."
