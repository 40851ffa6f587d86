"""Bands of scores that are stored as such, for instance the SDQ total of the SSDA903 return."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from csc_outcomes.engine.estimate import common_index
from csc_outcomes.engine.rounding import read_numbers
from csc_outcomes.errors import all_at_once
from csc_outcomes.instruments.choices import Choices, resolve
from csc_outcomes.instruments.registry import get
from csc_outcomes.instruments.scoring import UnverifiedKeyWarning, band_codes

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from csc_outcomes.instruments.choices import ScaleKey
    from csc_outcomes.instruments.definition import Instrument

    Floats: TypeAlias = NDArray[np.float64]

STATUSES = ("ok", "no_score", "not_valid")
OK, NO_SCORE, NOT_VALID = range(3)


def band_totals(
    name: str | Instrument,
    scores: Any,
    *,
    scale: str = "total",
    informant: str | None = None,
    scoring: str | None = None,
    points: int | None = None,
    bands: Any = None,
) -> pd.DataFrame:
    """Band stored scores, one row per element: for sources that keep the score and not the answers.

    The score of the SSDA903 return (SDQ_SCORE) is the carer's, on the parent's form, and the Department for
    Education has bands of its own: `band_totals("sdq", scores, informant="carer", bands="dfe")`.

    Args:
        name: an instrument's name, or an `Instrument`.
        scores: a number or a one-dimensional sequence, in points of the scale; missing values allowed. The
            index of a pandas Series says whose they are.
        scale: which scale the scores are of.
        informant: as for `score`.
        scoring: as for `score`.
        points: as for `score`.
        bands: as for `score`.

    Returns:
        A pandas frame: respondent, scale, score, band, direction, rule_id and status: `ok`; `no_score` where it
        is missing; `not_valid` where it is outside the scale's range, or a fraction where scores are whole.
        The score is missing unless the status is ok.

    Raises:
        UnknownNameError: no such instrument.
        InputError: all problems at once: choices, an unknown scale, text or booleans among the scores.
    """
    instrument = get(name)
    choices = Choices(informant=informant, scoring=scoring, points=points, bands=bands, from_items=False)
    key, problems = resolve(instrument, choices)
    known = [subscale.name for subscale in instrument.subscales]
    if scale not in known:
        problems.append(f"scale: needed one of {', '.join(known)}, found {scale!r}")
    all_at_once(f"scores of {instrument.name} cannot be banded", problems)
    assert key is not None
    rule = next(found for found in key.scales if found.subscale.name == scale)
    for sentence in key.warnings:
        warnings.warn(sentence, UnverifiedKeyWarning, stacklevel=2)
    frame = _banded(rule, read_numbers(scores, "scores").astype(np.float64, copy=False))
    index = common_index("scores", {"scores": scores})
    frame.insert(0, "respondent", range(len(frame)) if index is None else index.to_flat_index())
    frame.attrs["warnings"] = list(key.warnings)
    return frame


def _banded(rule: ScaleKey, numbers: Floats) -> pd.DataFrame:
    import pandas as pd

    with np.errstate(invalid="ignore"):
        wrong = (numbers < rule.lowest) | (numbers > rule.highest)
        wrong |= rule.whole & (numbers % 1 > 0)
    status = np.where(np.isnan(numbers), NO_SCORE, np.where(wrong, NOT_VALID, OK))
    valid = np.where(status == OK, numbers, np.nan)
    labels = np.array([None, *(label for label, _ in rule.cuts)], dtype=object)
    return pd.DataFrame(
        {
            "scale": rule.subscale.name,
            "score": valid,
            "band": labels[band_codes(rule.cuts, valid, 1)],
            "direction": rule.subscale.direction.value,
            "rule_id": rule.rule_id,
            "status": np.array(STATUSES, dtype=object)[status],
        }
    )
