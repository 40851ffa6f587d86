"""Scores of questionnaires from the answers to their items, for many respondents at once."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen

from csc_outcomes.errors import all_at_once
from csc_outcomes.instruments.answers import check_frame, column_problems, read_answers
from csc_outcomes.instruments.choices import Choices, missing_warning, resolve
from csc_outcomes.instruments.parts import Combine, Fill
from csc_outcomes.instruments.registry import get

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    from numpy.typing import NDArray

    from csc_outcomes.instruments.answers import Answers
    from csc_outcomes.instruments.choices import Key, ScaleKey
    from csc_outcomes.instruments.definition import Instrument
    from csc_outcomes.instruments.parts import Cuts

    Floats: TypeAlias = NDArray[np.float64]
    Counts: TypeAlias = NDArray[np.int64]
    Bools: TypeAlias = NDArray[np.bool_]
    Codes: TypeAlias = NDArray[np.int8]

STATUSES = ("ok", "too_few_items", "contradictory")
OK, TOO_FEW, CONTRADICTORY = range(3)


class UnverifiedKeyWarning(UserWarning):
    """A key, scoring or band that was used is not confirmed against its developer's own source."""


def score(
    name: str | Instrument,
    items: Any,
    *,
    informant: str | None = None,
    scoring: str | None = None,
    points: int | None = None,
    reverse: Any = None,
    bands: Any = None,
) -> pd.DataFrame:
    """Score a questionnaire, one row per respondent and scale.

    Answers are never clipped, and a scale with too few answered items has no score. What counts as too few is
    the instrument's own rule (`get(name)`; of the SDQ, three of the five items of a scale must be
    answered); where none is confirmed every item is needed. `get(name).with_missing(PRORATE_80)` is the
    instrument with the person's mean for up to a fifth of the items.

    Args:
        name: an instrument's name (`catalogue()` lists them), or an `Instrument`.
        items: a pandas or Polars frame with one row per respondent and the columns i1, i2 ... of the form's
            items. A column `respondent`, else the index of a pandas frame, says who answered. Any other
            column is refused. Answers are numbers; an empty cell is an unanswered item.
        informant: who answered: self, parent, carer, teacher or worker. Needed for the SDQ.
        scoring: how answers become points, for instruments with several ways. Needed for the GHQ: likert,
            ghq, modified_likert or c_ghq.
        points: number of response points of the form, for the CYRM: 5 (where nothing is said) or 3.
        reverse: for the Rosenberg and Harter forms, which are printed in several orders: the numbers of the
            items whose answers must be turned round, a mapping of every item to 1 or -1, or a named set
            (Rosenberg: common, book_1965; both: already_keyed).
        bands: a scheme built in (SDQ: three_band where nothing is said, four_band, three_band_2_4, dfe), a
            threshold for the total, or a mapping of scales to a threshold or to labels with the lowest score
            of each band.

    Returns:
        A pandas frame: respondent, scale, score (in points of the scale; missing unless the status is ok),
        n_answered, n_items, prorated, band (missing where the scale has none), direction (higher_is_worse or
        higher_is_better), rule_id (instrument and version, choices, bands, and after `unverified=` what of it
        is not confirmed) and status: `ok`; `too_few_items`; `contradictory` where the supplement of the SDQ
        was answered although it says that there are no difficulties. `attrs["warnings"]` lists what was
        used and is unverified; each is a Python warning as well.

    Raises:
        UnknownNameError: no such instrument.
        InputError: all problems at once: choices that are needed and missing, columns, then answers, with counts
            by item and never a value.
    """
    frame, sentences = score_quietly(
        name,
        items,
        Choices(informant=informant, scoring=scoring, points=points, reverse=reverse, bands=bands),
    )
    for sentence in sentences:
        warnings.warn(sentence, UnverifiedKeyWarning, stacklevel=2)
    return frame


def score_quietly(
    name: str | Instrument, items: Any, choices: Choices
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Score as `score` does, and give the sentences about unverified rules instead of warning."""
    instrument = get(name)
    check_frame(items)
    key, problems = resolve(instrument, choices)
    heading = f"{instrument.name} cannot be scored"
    all_at_once(heading, problems + column_problems(items, instrument))
    assert key is not None
    answers, problems = read_answers(items, key)
    all_at_once(heading, problems)
    scored = _score_scales(key, answers)
    sentences = (*key.warnings, *_used_rules(key, answers, scored))
    frame = _as_frame(key, answers.respondents, scored)
    frame.attrs["warnings"] = list(sentences)
    return frame, sentences


@frozen(eq=False)
class Scored:
    """One scale for all respondents."""

    score: Floats
    answered: Counts
    n_items: int
    prorated: Bools
    status: Codes


def _score_scales(key: Key, answers: Answers) -> list[Scored]:
    scored: dict[str, Scored] = {}
    for scale in key.scales:
        if scale.subscale.parts:
            found = _added_up([scored[name] for name in scale.subscale.parts])
        else:
            found = _from_items(key, scale, answers)
        scored[scale.subscale.name] = found
    return list(scored.values())


def _added_up(parts: list[Scored]) -> Scored:
    """Add the scores of other scales, rounded as they are; missing where one of them is."""
    status = np.max([part.status for part in parts], axis=0)
    return Scored(
        score=np.sum([part.score for part in parts], axis=0),
        answered=np.sum([part.answered for part in parts], axis=0),
        n_items=sum(part.n_items for part in parts),
        prorated=np.any([part.prorated for part in parts], axis=0) & (status == OK),
        status=status,
    )


def _from_items(key: Key, scale: ScaleKey, answers: Answers) -> Scored:
    total, answered = _totals(key, scale, answers)
    n_items = len(scale.subscale.items)
    enough = answered >= scale.subscale.missing.fewest(n_items)
    status = np.where(enough, OK, TOO_FEW).astype(np.int8)
    score = (
        np.where(enough, _combined(key, scale, total, answered, n_items), np.nan) / 10**key.instrument.places
    )
    if answers.gate is not None:
        skipped = answers.gate == 0
        status[skipped] = np.where(total[skipped] == 0, OK, CONTRADICTORY)
        score[skipped] = np.where(total[skipped] == 0, 0.0, np.nan)
    return Scored(
        score=score,
        answered=answered,
        n_items=n_items,
        prorated=enough & (answered < n_items) & (status == OK),
        status=status,
    )


def _totals(key: Key, scale: ScaleKey, answers: Answers) -> tuple[Floats, Counts]:
    """Sum of the points of answered items, in units of the last decimal, and how many were answered."""
    unit = 10**key.instrument.places
    size = len(answers.respondents)
    total, answered = np.zeros(size), np.zeros(size, dtype=np.int64)
    for item in scale.subscale.items:
        given = answers.items[item]
        there = ~np.isnan(given)
        if item in scale.turned:
            given = (key.low + key.high) * unit - given
        if codes := scale.codes[item]:
            place = np.where(there, given, key.low * unit).astype(np.int64) - key.low
            given = np.asarray(codes, dtype=np.float64)[place]
        np.add(total, given, out=total, where=there)
        answered += there
    return total, answered


def _combined(key: Key, scale: ScaleKey, total: Floats, answered: Counts, n_items: int) -> Floats:
    """The score of every respondent with enough answers; what comes out for the others is not used."""
    subscale = scale.subscale
    some: Counts = np.maximum(answered, 1)
    if subscale.table:
        last = len(subscale.table) - 1
        place = np.clip(total - n_items * key.low, 0, last).astype(np.int64)
        table: Floats = np.asarray(subscale.table, dtype=np.float64)
        return table[place]
    if subscale.combine is Combine.MEAN:
        return total / some
    if subscale.missing.fill is Fill.HALF_UP:
        # In whole numbers, so that a half is a half.
        return np.floor((2 * n_items * total + some) / (2 * some))
    if subscale.missing.fill is Fill.PERSON_MEAN:
        return n_items * total / some
    return total


def _used_rules(key: Key, answers: Answers, scored: list[Scored]) -> tuple[str, ...]:
    """Sentences about unverified rules that only some answers call for."""
    pairs = zip(key.scales, scored, strict=True)
    used = [scale.subscale.missing for scale, found in pairs if found.prorated.any()]
    sentences = missing_warning(key.instrument, used)
    if answers.gate is not None and (answers.gate == 0).any():
        name = key.instrument.name
        sentences += (f"{name}: that a score is 0 where there are no difficulties is unverified",)
    return sentences


def _as_frame(key: Key, respondents: pd.Index[Any], scored: list[Scored]) -> pd.DataFrame:
    """One row per respondent and scale: respondents in their order, within each the scales in theirs."""
    import polars as pl

    size, count = len(respondents), len(scored)
    subscales = [scale.subscale for scale in key.scales]
    frame = pl.DataFrame(
        {
            "scale": _repeated([subscale.name for subscale in subscales], size),
            "score": _interleaved([found.score for found in scored]),
            "n_answered": _interleaved([found.answered for found in scored]),
            "n_items": np.tile(np.array([found.n_items for found in scored], dtype=np.int64), size),
            "prorated": _interleaved([found.prorated for found in scored]),
            "band": _band_labels(key, scored),
            "direction": _repeated([subscale.direction.value for subscale in subscales], size),
            "rule_id": _repeated([scale.rule_id for scale in key.scales], size),
            "status": _looked_up(STATUSES, _interleaved([found.status for found in scored])),
        }
    ).to_pandas()
    frame.insert(0, "respondent", respondents.repeat(count))
    return frame


def _interleaved(columns: list[NDArray[Any]]) -> NDArray[Any]:
    return np.column_stack(columns).ravel()


def _repeated(labels: list[str], size: int) -> pl.Series:
    """The labels of the scales, over and over, once for each respondent."""
    return _looked_up(labels, np.tile(np.arange(len(labels)), size))


def _looked_up(labels: Any, codes: NDArray[Any]) -> pl.Series:
    import polars as pl

    return pl.Series(labels, dtype=pl.String).gather(pl.Series(codes.astype(np.uint32)))


def _band_labels(key: Key, scored: list[Scored]) -> pl.Series:
    labels: list[str | None] = [None]
    codes = []
    for scale, found in zip(key.scales, scored, strict=True):
        codes.append(band_codes(scale.cuts, found.score, len(labels)))
        labels += [label for label, _ in scale.cuts]
    return _looked_up(labels, _interleaved(codes))


def band_codes(cuts: Cuts, scores: Floats, first: int) -> Codes:
    """The place of each score's band, counted from `first`; 0 where there is no score or no bands."""
    if not cuts:
        return np.zeros(scores.size, dtype=np.int8)
    starts = np.array([start for _, start in cuts])
    place = np.searchsorted(starts, scores, side="right") - 1 + first
    return np.where(np.isnan(scores), 0, place).astype(np.int8)
