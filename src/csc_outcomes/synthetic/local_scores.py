"""Questionnaires of the cohort: answers to items where the library has a key, stored scores elsewhere.

Answers are made backwards: a score is drawn, and points are dealt out to the items until they add up to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from csc_outcomes.synthetic.draws import below, pick, uniform
from csc_outcomes.synthetic.episodes import dates
from csc_outcomes.synthetic.local_effect import sizes
from csc_outcomes.synthetic.local_people import code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from csc_outcomes.synthetic.draws import Bools, Floats, Ints, Keys
    from csc_outcomes.synthetic.local_effect import LocalEffect
    from csc_outcomes.synthetic.local_people import Members, Span

    Items = dict[str, pl.Series]

BASELINE, FOLLOW_UP = "baseline", "follow_up"
LOST = 0.15
"""Share of those with a baseline of whom there is no follow-up."""
SKIPPED = 0.01
"""Share of items of the SDQ left blank; the other instruments give no score where one is."""
SDQ_DRIFT = -1.0
"""Change of the total difficulties score, on average, without any effect."""

_SDQ_ITEMS = tuple(item for item in range(1, 26) if item not in (1, 4, 9, 17, 20))
_SDQ_TURNED = (7, 11, 14, 21, 25)
_SDQ_SCORED = (0, 40)
_FQQ = {
    "validation_caring": (4, 5, 6, 8, 10, 12, 13, 15, 30, 41),
    "conflict_resolution": (11, 26, 35),
    "conflict_betrayal": (3, 9, 20, 21, 27, 31, 37),
    "help_guidance": (17, 18, 24, 28, 32, 33, 34, 36, 39),
    "companionship": (2, 7, 19, 23, 25),
    "intimate_exchange": (14, 16, 22, 29, 38, 40),
}
_CPRS = {"conflict": (2, 4, 8, 10, 11, 12, 13, 14), "closeness": (1, 3, 5, 6, 7, 9, 15)}


@frozen
class _Form:
    """What all rows of a questionnaire share."""

    instrument: str
    informant: str = ""
    scale: str = ""
    points: int | None = None
    scoring: str = ""
    form: str = ""


def scores_of(
    children: Members,
    adults: Members,
    staff: Members,
    span: Span,
    effects: Sequence[LocalEffect],
    codes: Sequence[str],
) -> pl.DataFrame:
    """The table `scores`."""
    import polars as pl

    age = children.age
    cared = children.take(children.in_care)
    parts = [
        *_sdq(children.take(children.in_care), "carer", span, effects, codes),
        *_sdq(children.take(~children.in_care), "parent", span, effects, codes),
        *_sdq(children.take(age >= 11), "self", span, effects, codes),
        *_pair(children.take(age >= 10), span, codes, _Form("cyrm_r", "self", points=5), _cyrm),
        *_pair(adults, span, codes, _Form("ghq12", "self", scoring="likert"), _ghq),
        *_pair(cared.take(cared.age <= 12), span, codes, _Form("cprs_short", "carer"), _cprs),
        *_pair(cared, span, codes, _Form("secure_base", "worker"), _secure_base),
        *_pair(children.take((age >= 8) & (age <= 12)), span, codes, _Form("fqq", "self"), _fqq),
        *_pair(
            children.take(age >= 13),
            span,
            codes,
            _Form("harter_sppa", "self", scale="close_friendship", form="2012"),
            _harter,
        ),
        *_pair(children.take(age >= 12), span, codes, _Form("tasar", "self"), _stored("tasar", 55, 14, 4, 0, 100)),
        *_pair(staff, span, codes, _Form("knowledge", "self", form="A"), _stored("knowledge", 11, 3, 3.5, 0, 20)),
        *_pair(
            staff, span, codes, _Form("self_efficacy", "self", form="A"), _stored("self_efficacy", 28, 4, 2, 10, 40)
        ),
    ]  # fmt: skip
    frame = pl.concat(parts, how="diagonal")
    items = sorted((name for name in frame.columns if name[1:].isdigit()), key=lambda name: int(name[1:]))
    return frame.select(*(name for name in frame.columns if name not in items), *items)


# ---- when ------------------------------------------------------------------------------------------------


def _pair(
    members: Members,
    span: Span,
    codes: Sequence[str],
    form: _Form,
    answers: Callable[[Keys, int], Items],
) -> list[pl.DataFrame]:
    """Rows of baseline and follow-up; `answers` gives items or scores of persons at a point (0, 1)."""
    return [_at(members, span, codes, form, point, answers(members.persons.key, point)) for point in (0, 1)]


def _at(
    members: Members, span: Span, codes: Sequence[str], form: _Form, point: int, items: Items
) -> pl.DataFrame:
    """The rows of one point: in the 60 days before the project begins, or 150 to 239 days after the index."""
    import polars as pl

    key, what = members.persons.key, f"{form.instrument}, {form.informant}"
    if point == 0:
        day = span.go_live - 1 - below(key, f"baseline of {what}", 60)
        there = np.ones(len(key), dtype=bool)
    else:
        day = members.index + 150 + below(key, f"follow-up of {what}", 90)
        there = uniform(key, f"lost to {what}") >= LOST
    there &= (day >= members.start) & (day <= members.end) & (day >= span.since) & (day <= span.until)
    count = len(key)
    frame = pl.DataFrame(
        {
            "LA": code_of(members.persons.authority, codes),
            "CHILD": members.persons.name,
            "date": dates(day),
            "instrument": _word(form.instrument, count),
            "scale": _word(form.scale, count),
            "informant": _word(form.informant, count),
            "points": pl.Series([form.points] * count, dtype=pl.Int64),
            "scoring": _word(form.scoring, count),
            "form": _word(form.form, count),
            "point": _word((BASELINE, FOLLOW_UP)[point], count),
            **items,
        }
    )
    return frame.filter(pl.Series(there, dtype=pl.Boolean))


def _word(text: str, count: int) -> pl.Series:
    import polars as pl

    return pl.Series([text or None] * count, dtype=pl.String)


# ---- what is answered ------------------------------------------------------------------------------------


def _normal(key: Keys, purpose: str) -> Floats:
    from scipy.special import ndtri

    found: Floats = np.asarray(ndtri(uniform(key, purpose)), dtype=np.float64)
    return found


def _whole(key: Keys, purpose: str, values: Floats) -> Ints:
    """Whole numbers that are the values on average."""
    found: Ints = np.floor(values + uniform(key, purpose)).astype(np.int64)
    return found


def dealt(key: Keys, purpose: str, points: Ints, items: int, most: int) -> Ints:
    """Points of each item, 0 to `most`, that add up to `points`: one row per person."""
    slots = np.stack([uniform(key, purpose, slot) for slot in range(items * most)], axis=1)
    rank = np.argsort(np.argsort(slots, axis=1), axis=1)
    filled = rank < np.clip(points, 0, items * most)[:, None]
    found: Ints = filled.reshape(len(key), items, most).sum(axis=2)
    return found


def _columns(key: Keys, purpose: str, answers: dict[int, Ints], skipped: float = 0.0) -> Items:
    """Columns i1, i2 ... with some answers left blank."""
    import polars as pl

    found = {}
    for item in sorted(answers):
        column = pl.Series(f"i{item}", answers[item].astype(np.int64))
        blank: Bools = uniform(key, f"{purpose}, left blank", item) < skipped
        found[f"i{item}"] = column.set(pl.Series(blank), None)
    return found


def _sdq(
    members: Members, informant: str, span: Span, effects: Sequence[LocalEffect], codes: Sequence[str]
) -> list[pl.DataFrame]:
    """Twenty-five items that add up to a total; at follow-up it has moved by the drift and by the effect."""
    key = members.persons.key
    # Children differ, and those who answer about one child do not agree entirely.
    total = _whole(
        key,
        f"sdq, {informant}",
        16 + 4.5 * _normal(key, "difficulties") + 2 * _normal(key, f"sdq of {informant}"),
    )
    added = np.where(members.treated, sizes(effects, "sdq")[members.persons.authority], 0.0)
    moved = SDQ_DRIFT + added + 3.0 * _normal(key, f"change of sdq of {informant}")
    after = total + _whole(key, f"sdq after, {informant}", moved)

    def answers(_key: Keys, point: int) -> Items:
        return _sdq_items(key, f"sdq, {informant}, {point}", (total, after)[point])

    return _pair(members, span, codes, _Form("sdq", informant), answers)


def _sdq_items(key: Keys, purpose: str, total: Ints) -> Items:
    points = dealt(key, purpose, np.clip(total, *_SDQ_SCORED), len(_SDQ_ITEMS), 2)
    answers = {item: points[:, place] for place, item in enumerate(_SDQ_ITEMS)}
    answers |= {item: 2 - answers[item] for item in _SDQ_TURNED}
    kind = pick(uniform(key, f"{purpose}, prosocial"), (0.15, 0.35, 0.5))
    answers |= {
        item: np.clip(kind + below(key, purpose, 2, item) - (item % 2), 0, 2) for item in (1, 4, 9, 17, 20)
    }
    return _columns(key, purpose, answers, SKIPPED)


def _summed(
    key: Keys, purpose: str, scales: dict[str, tuple[int, ...]], low: int, high: int, share: dict[str, float]
) -> Items:
    """Items of scales that are sums or means: each scale's points lie around a share of what is possible."""
    answers: dict[int, Ints] = {}
    for scale, items in scales.items():
        most = high - low
        level = share[scale] + 0.15 * _normal(key, f"level of {purpose.split(',')[0]}, {scale}")
        level += 0.05 * _normal(key, f"{purpose}, {scale}")
        points = np.round(np.clip(level, 0.02, 0.98) * len(items) * most).astype(np.int64)
        own = dealt(key, f"{purpose}, {scale}", points, len(items), most)
        answers |= {item: low + own[:, place] for place, item in enumerate(items)}
    return _columns(key, purpose, answers)


def _cyrm(key: Keys, point: int) -> Items:
    return _summed(
        key, f"cyrm, {point}", {"total": tuple(range(1, 18))}, 1, 5, {"total": 0.62 + 0.04 * point}
    )


def _ghq(key: Keys, point: int) -> Items:
    share = {"total": 0.42 - 0.04 * point}
    return _summed(key, f"ghq, {point}", {"total": tuple(range(1, 13))}, 0, 3, share)


def _cprs(key: Keys, point: int) -> Items:
    share = {"conflict": 0.45 - 0.03 * point, "closeness": 0.70 + 0.03 * point}
    return _summed(key, f"cprs, {point}", _CPRS, 1, 5, share)


def _fqq(key: Keys, point: int) -> Items:
    share = dict.fromkeys(_FQQ, 0.62 + 0.02 * point) | {"conflict_betrayal": 0.32}
    return _summed(key, f"fqq, {point}", _FQQ, 0, 4, share)


def _secure_base(key: Keys, point: int) -> Items:
    shares = np.array([(0.06, 0.17, 0.34, 0.30, 0.13), (0.04, 0.13, 0.32, 0.34, 0.17)])[point]
    answers = {item: 1 + pick(uniform(key, f"secure base, {point}", item), shares) for item in range(1, 6)}
    return _columns(key, f"secure base, {point}", answers)


def _harter(key: Keys, point: int) -> Items:
    """Stored: on the form half of the items are printed the other way round, which only a manual tells."""
    import polars as pl

    level = (
        2.9 + 0.05 * point + 0.45 * _normal(key, "friendship") + 0.25 * _normal(key, f"friendship, {point}")
    )
    return {"score": pl.Series(np.round(np.clip(level, 1.0, 4.0) * 5) / 5)}


def _stored(
    name: str, mean: float, spread: float, gain: float, low: float, high: float
) -> Callable[[Keys, int], Items]:
    """Whole scores of a project's own test, within its range."""
    import polars as pl

    def answers(key: Keys, point: int) -> Items:
        level = (
            mean
            + gain * point
            + spread * _normal(key, name)
            + 0.5 * spread * _normal(key, f"{name}, {point}")
        )
        return {"score": pl.Series(np.clip(np.round(level), low, high))}

    return answers
