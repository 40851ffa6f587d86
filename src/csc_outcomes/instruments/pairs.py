"""Two measurements of the same people, put side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen

from csc_outcomes.engine.estimate import read_parts
from csc_outcomes.errors import all_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

_COLUMNS = ("respondent", "scale", "score", "direction", "rule_id")


@frozen(eq=False)
class Pairs:
    """Scores of one scale before and after; a missing score is NaN.

    `scale`, `direction` and `rule_id` are empty where bare numbers were given.
    """

    respondents: pd.Index[Any]
    before: Floats
    after: Floats
    scale: str = ""
    direction: str = ""
    rule_id: str = ""

    @property
    def paired(self) -> NDArray[np.bool_]:
        """Where both scores are there."""
        both: NDArray[np.bool_] = ~(np.isnan(self.before) | np.isnan(self.after))
        return both


def read_pairs(heading: str, before: Any, after: Any) -> list[Pairs]:
    """Pair two measurements: frames of `score` by respondent and scale, Series by their index, else by place.

    Raises:
        InputError: all problems at once: only one of the two a frame or Series, different lengths, a respondent
            twice, frames scored by different rules, text or booleans.
    """
    import pandas as pd

    frames = [isinstance(part, pd.DataFrame) for part in (before, after)]
    if all(frames):
        return list(_pairs_of_frames(heading, before, after))
    series = [isinstance(part, pd.Series) for part in (before, after)]
    if any(frames) or series[0] != series[1]:
        found = f"{type(before).__name__} and {type(after).__name__}"
        all_at_once(heading, [f"before and after: needed two of one kind, found {found}"])
    if all(series) and not _only_numbered(before, after):
        before, after = _aligned(heading, before, after)
    problems: list[str] = []
    parts = read_parts({"before": before, "after": after}, problems)
    all_at_once(heading, problems)
    index = before.index if all(series) else pd.RangeIndex(parts["before"].size)
    return [Pairs(index, parts["before"], parts["after"])]


def _only_numbered(before: pd.Series[Any], after: pd.Series[Any]) -> bool:
    """Whether both indexes are row numbers, which say nothing about who somebody is."""
    import pandas as pd

    return all(isinstance(part.index, pd.RangeIndex) and part.index.start == 0 for part in (before, after))


def _aligned(
    heading: str, before: pd.Series[Any], after: pd.Series[Any]
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    problems = [
        f"{name}: needed an index with each respondent once, found {int(part.index.duplicated().sum()):,} twice"
        for name, part in (("before", before), ("after", after))
        if not part.index.is_unique
    ]
    problems += [
        f"{name}: found respondents without a name in the index"
        for name, part in (("before", before), ("after", after))
        if part.index.hasnans
    ]
    all_at_once(heading, problems)
    everyone = before.index.union(after.index, sort=False)
    return before.reindex(everyone), after.reindex(everyone)


def _pairs_of_frames(heading: str, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Pairs]:
    both = {"before": before, "after": after}
    all_at_once(heading, [text for name, part in both.items() for text in _frame_problems(name, part)])
    scales = list(dict.fromkeys([*before["scale"], *after["scale"]]))
    problems = []
    for scale in scales:
        rules = sorted({*_of(before, scale)["rule_id"], *_of(after, scale)["rule_id"]})
        if len(rules) > 1:
            problems.append(
                f"scale {scale!r}: scored by different rules ({'; '.join(rules)}); compare like with like"
            )
    all_at_once(heading, problems)
    for scale in scales:
        first, second = _of(before, scale), _of(after, scale)
        some = first if len(first) else second
        scores = [part.set_index("respondent")["score"] for part in (first, second)]
        one, two = _aligned(heading, scores[0], scores[1])
        yield Pairs(
            one.index,
            one.to_numpy(dtype=np.float64),
            two.to_numpy(dtype=np.float64),
            scale,
            str(some["direction"].iloc[0]),
            str(some["rule_id"].iloc[0]),
        )


def _of(frame: pd.DataFrame, scale: str) -> pd.DataFrame:
    return frame[frame["scale"] == scale]


def _frame_problems(name: str, frame: pd.DataFrame) -> list[str]:
    if missing := [column for column in _COLUMNS if column not in frame.columns]:
        return [f"{name}: needed a frame of `score`, found none of the columns {', '.join(missing)}"]
    twice = int(frame.duplicated(["respondent", "scale"]).sum())
    return [f"{name}: {twice:,} rows of respondents who have one already"] if twice else []
