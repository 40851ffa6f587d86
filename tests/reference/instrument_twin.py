"""Slow, plain-Python scoring of one questionnaire at a time, written from the scoring rules alone.

Answers are a list in the order of the items, `None` where an item was not answered. Arithmetic is in fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Answer = float | int | None
Points = list[Fraction | None]


class Found(NamedTuple):
    """What a scale comes to for one respondent."""

    score: Fraction | None
    answered: int
    items: int
    prorated: bool


def _exact(answer: Answer) -> Fraction | None:
    return None if answer is None else Fraction(str(answer))


def _pick(points: Points, numbers: Iterable[int]) -> Points:
    return [points[number - 1] for number in numbers]


def _there(points: Points) -> list[Fraction]:
    return [point for point in points if point is not None]


# ---- ways of making one number of a scale's points -------------------------------------------------------


def complete_sum(points: Points) -> Found:
    there = _there(points)
    full = len(there) == len(points)
    return Found(sum(there, Fraction()) if full else None, len(there), len(points), False)


def complete_mean(points: Points) -> Found:
    found = complete_sum(points)
    score = None if found.score is None else found.score / found.items
    return found._replace(score=score)


def lenient(points: Points, most_missing: int, make: Callable[[Fraction, int], Fraction]) -> Found:
    """Score from the mean of what was answered, where no more than so many answers are missing."""
    there = _there(points)
    missing = len(points) - len(there)
    if missing > most_missing or not there:
        return Found(None, len(there), len(points), False)
    mean = sum(there, Fraction()) / len(there)
    return Found(make(mean, len(points)), len(there), len(points), missing > 0)


def sdq_scale(points: Points) -> Found:
    return lenient(points, 2, lambda mean, items: Fraction(floor(Fraction(1, 2) + items * mean)))


def person_mean_sum(points: Points, most_missing: int) -> Found:
    return lenient(points, most_missing, lambda mean, items: items * mean)


def harter_scale(points: Points) -> Found:
    return lenient(points, 1, lambda mean, _: mean)


def added(parts: Sequence[Found]) -> Found:
    scores = [part.score for part in parts]
    whole = None if None in scores else sum(_there(scores), Fraction())
    pro = whole is not None and any(part.prorated for part in parts)
    return Found(whole, sum(p.answered for p in parts), sum(p.items for p in parts), pro)


# ---- the instruments --------------------------------------------------------------------------------------


def sdq(answers: Sequence[Answer]) -> dict[str, Found]:
    points = [
        None if answer is None else 2 - answer if number in (7, 11, 14, 21, 25) else answer
        for number, answer in enumerate(map(_exact, answers), start=1)
    ]
    emotional = sdq_scale(_pick(points, (3, 8, 13, 16, 24)))
    conduct = sdq_scale(_pick(points, (5, 7, 12, 18, 22)))
    hyperactivity = sdq_scale(_pick(points, (2, 10, 15, 21, 25)))
    peer = sdq_scale(_pick(points, (6, 11, 14, 19, 23)))
    return {
        "emotional": emotional,
        "conduct": conduct,
        "hyperactivity": hyperactivity,
        "peer": peer,
        "prosocial": sdq_scale(_pick(points, (1, 4, 9, 17, 20))),
        "total": added([emotional, conduct, hyperactivity, peer]),
        "internalising": added([emotional, peer]),
        "externalising": added([conduct, hyperactivity]),
    }


def sdq_impact(answers: Sequence[Answer]) -> dict[str, Found]:
    recoded = {0: 0, 1: 0, 2: 1, 3: 2}
    points = [None if answer is None else Fraction(recoded[int(answer)]) for answer in answers]
    return {"impact": complete_sum(points)}


GHQ_CODES = {
    "likert": (0, 1, 2, 3),
    "ghq": (0, 0, 1, 1),
    "modified_likert": (0, 0, 1, 2),
}


def ghq12(answers: Sequence[Answer], scoring: str) -> dict[str, Found]:
    points: Points = []
    for number, answer in enumerate(answers, start=1):
        if scoring == "c_ghq":
            codes = (0, 0, 1, 1) if number in (1, 3, 4, 7, 8, 12) else (0, 1, 1, 1)
        else:
            codes = GHQ_CODES[scoring]  # type: ignore[assignment]
        points.append(None if answer is None else Fraction(codes[int(answer)]))
    return {"total": complete_sum(points)}


def ghq28(answers: Sequence[Answer], scoring: str) -> dict[str, Found]:
    codes = GHQ_CODES[scoring]
    points: Points = [None if answer is None else Fraction(codes[int(answer)]) for answer in answers]
    return {
        "somatic": complete_sum(points[:7]),
        "anxiety_insomnia": complete_sum(points[7:14]),
        "social_dysfunction": complete_sum(points[14:21]),
        "severe_depression": complete_sum(points[21:]),
        "total": complete_sum(points),
    }


def _sums(answers: Sequence[Answer], scales: Mapping[str, Sequence[int]]) -> dict[str, Found]:
    points = [_exact(answer) for answer in answers]
    return {name: complete_sum(_pick(points, items)) for name, items in scales.items()}


def cyrm28(answers: Sequence[Answer]) -> dict[str, Found]:
    scales = {
        "individual": (2, 4, 8, 11, 13, 14, 15, 18, 20, 21, 25),
        "caregivers": (5, 6, 7, 12, 17, 24, 26),
        "context": (1, 3, 9, 10, 16, 19, 22, 23, 27, 28),
        "total": range(1, 29),
    }
    return _sums(answers, scales)


def cyrm_r(answers: Sequence[Answer]) -> dict[str, Found]:
    scales = {
        "personal": (1, 2, 3, 7, 9, 10, 12, 13, 14, 16),
        "caregiver": (4, 5, 6, 8, 11, 15, 17),
        "total": range(1, 18),
    }
    return _sums(answers, scales)


def cyrm12(answers: Sequence[Answer]) -> dict[str, Found]:
    return _sums(answers, {"total": range(1, 13)})


def cprs_short(answers: Sequence[Answer]) -> dict[str, Found]:
    found = _sums(answers, {"conflict": (2, 4, 8, 10, 11, 12, 13, 14), "closeness": (1, 3, 5, 6, 7, 9, 15)})
    conflict, closeness = found["conflict"], found["closeness"]
    # Six minus each of eight conflict items: 48 less their sum.
    known = conflict.score is not None and closeness.score is not None
    positive = closeness.score + 48 - conflict.score if known else None  # type: ignore[operator]
    found["positive_total"] = Found(positive, conflict.answered + closeness.answered, 15, False)
    return found


SPPC = ("scholastic", "social", "athletic", "appearance", "behavioural_conduct", "global_self_worth")
SPPA = (
    *("scholastic", "social", "athletic", "appearance", "job", "romantic", "behavioural_conduct"),
    *("close_friendship", "global_self_worth"),
)


def harter(answers: Sequence[Answer], scales: Sequence[str], reverse: Iterable[int]) -> dict[str, Found]:
    turned = set(reverse)
    by_scale: dict[str, Points] = {name: [] for name in scales}
    for number, answer in enumerate(map(_exact, answers), start=1):
        point = 5 - answer if answer is not None and number in turned else answer
        by_scale[scales[(number - 1) % len(scales)]].append(point)
    return {name: harter_scale(points) for name, points in by_scale.items()}


def fqq(answers: Sequence[Answer]) -> dict[str, Found]:
    scales = {
        "validation_caring": (4, 5, 6, 8, 10, 12, 13, 15, 30, 41),
        "conflict_resolution": (11, 26, 35),
        "conflict_betrayal": (3, 9, 20, 21, 27, 31, 37),
        "help_guidance": (17, 18, 24, 28, 32, 33, 34, 36, 39),
        "companionship": (2, 7, 19, 23, 25),
        "intimate_exchange": (14, 16, 22, 29, 38, 40),
    }
    points = [_exact(answer) for answer in answers]
    return {name: complete_mean(_pick(points, items)) for name, items in scales.items()}


_METRIC = (
    "7.00 9.51 11.25 12.40 13.33 14.08 14.75 15.32 15.84 16.36 16.88 17.43 17.98 18.59 19.25 19.98 20.73 21.54 "
    "22.35 23.21 24.11 25.03 26.02 27.03 28.13 29.31 30.70 32.55 35.00"
)
METRIC = _METRIC.split()


def swemwbs(answers: Sequence[Answer]) -> dict[str, Found]:
    raw = complete_sum([_exact(answer) for answer in answers])
    metric = None if raw.score is None else Fraction(METRIC[int(raw.score) - 7])
    return {"total": raw._replace(score=metric), "raw": raw}


def wemwbs(answers: Sequence[Answer]) -> dict[str, Found]:
    return {"total": person_mean_sum([_exact(answer) for answer in answers], 3)}


def rosenberg(answers: Sequence[Answer], reverse: Iterable[int], low: int) -> dict[str, Found]:
    turned = set(reverse)
    points = [
        None if answer is None else low + low + 3 - answer if number in turned else answer
        for number, answer in enumerate(map(_exact, answers), start=1)
    ]
    return {"total": complete_sum(points)}


def ors(answers: Sequence[Answer]) -> dict[str, Found]:
    return {"total": complete_sum([_exact(answer) for answer in answers])}


def secure_base(answers: Sequence[Answer]) -> dict[str, Found]:
    names = ("availability", "sensitivity", "acceptance", "co_operation", "family_membership")
    return {name: complete_sum([_exact(a)]) for name, a in zip(names, answers, strict=True)}


# ---- every way of scoring that is compared ----------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """An instrument with choices, the range of its answers, and its twin."""

    name: str
    items: int
    low: int
    high: int
    twin: Callable[[Sequence[Answer]], dict[str, Found]]
    choices: Mapping[str, Any]
    decimals: int = 0

    def __repr__(self) -> str:
        return f"{self.name} {dict(self.choices)}"


_BOOK, _COMMON, _SOME = (3, 5, 8, 9, 10), (2, 5, 6, 8, 9), (2, 3, 7, 20, 33)

CASES = (
    *(Case("sdq", 25, 0, 2, sdq, {"informant": who}) for who in ("parent", "carer", "teacher", "self")),
    *(
        Case("sdq", 25, 0, 2, sdq, {"informant": who, "bands": "four_band"})
        for who in ("parent", "teacher", "self")
    ),
    Case("sdq", 25, 0, 2, sdq, {"informant": "carer", "bands": "dfe"}),
    Case("sdq", 25, 0, 2, sdq, {"informant": "parent", "bands": "three_band_2_4"}),
    *(
        Case("sdq_impact", 5, 0, 3, sdq_impact, {"informant": who, "bands": bands})
        for who in ("parent", "self")
        for bands in ("three_band", "four_band")
    ),
    Case("sdq_impact_teacher", 3, 0, 3, sdq_impact, {"informant": "teacher"}),
    Case("sdq_impact_teacher", 3, 0, 3, sdq_impact, {"informant": "teacher", "bands": "four_band"}),
    *(
        Case("ghq12", 12, 0, 3, lambda a, s=scoring: ghq12(a, s), {"scoring": scoring})
        for scoring in (*GHQ_CODES, "c_ghq")
    ),
    *(
        Case("ghq28", 28, 0, 3, lambda a, s=scoring: ghq28(a, s), {"scoring": scoring})
        for scoring in GHQ_CODES
    ),
    Case("ghq28", 28, 0, 3, lambda a: ghq28(a, "likert"), {"scoring": "likert", "bands": "iran_severity"}),
    Case("cyrm28", 28, 1, 5, cyrm28, {}),
    Case("cyrm28", 28, 1, 3, cyrm28, {"points": 3}),
    Case("cyrm_r", 17, 1, 5, cyrm_r, {"points": 5, "informant": "self"}),
    Case("cyrm_r", 17, 1, 3, cyrm_r, {"points": 3}),
    Case("cyrm12", 12, 1, 5, cyrm12, {}),
    Case("cprs_short", 15, 1, 5, cprs_short, {}),
    Case("harter_sppc", 36, 1, 4, lambda a: harter(a, SPPC, ()), {"reverse": "already_keyed"}),
    Case("harter_sppc", 36, 1, 4, lambda a: harter(a, SPPC, _SOME), {"reverse": _SOME}),
    Case("harter_sppa", 45, 1, 4, lambda a: harter(a, SPPA, ()), {"reverse": ()}),
    Case(
        "harter_sppa",
        45,
        1,
        4,
        lambda a: harter(a, SPPA, _SOME),
        {"reverse": {n: -1 if n in _SOME else 1 for n in range(1, 46)}},
    ),
    Case("fqq", 41, 0, 4, fqq, {}),
    Case("fqq", 41, 1, 5, fqq, {"scoring": "1-5"}),
    Case("swemwbs", 7, 1, 5, swemwbs, {}),
    Case("wemwbs", 14, 1, 5, wemwbs, {}),
    Case("rosenberg", 10, 0, 3, lambda a: rosenberg(a, _COMMON, 0), {"reverse": "common"}),
    Case("rosenberg", 10, 0, 3, lambda a: rosenberg(a, _BOOK, 0), {"reverse": "book_1965"}),
    Case(
        "rosenberg",
        10,
        1,
        4,
        lambda a: rosenberg(a, _COMMON, 1),
        {"reverse": list(_COMMON), "scoring": "1-4"},
    ),
    Case("ors", 4, 0, 10, ors, {"bands": "adult"}, 1),
    Case("ors", 4, 0, 10, ors, {"bands": "adolescent"}, 1),
    Case("cors", 4, 0, 10, ors, {"bands": "child"}, 1),
    Case("secure_base", 5, 1, 5, secure_base, {}),
)

# ---- bands, as printed: ranges from the lowest score to the highest ---------------------------------------

THREE = ("normal", "borderline", "abnormal")
FOUR = ("close to average", "slightly raised", "high", "very high")
FOUR_PROSOCIAL = ("close to average", "slightly lowered", "low", "very low")
_SEVERITY = tuple(f"level {level} of 4" for level in (1, 2, 3, 4))
_CUT_OFF = ("below the cut-off", "at or above the cut-off")

_SCALES = ("total", "emotional", "conduct", "hyperactivity", "peer", "prosocial")
PRINTED: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("sdq", "three_band", "parent"): (
        "0-13 / 14-16 / 17-40",
        "0-3 / 4 / 5-10",
        "0-2 / 3 / 4-10",
        "0-5 / 6 / 7-10",
        "0-2 / 3 / 4-10",
        "6-10 / 5 / 0-4",
    ),
    ("sdq", "three_band", "teacher"): (
        "0-11 / 12-15 / 16-40",
        "0-4 / 5 / 6-10",
        "0-2 / 3 / 4-10",
        "0-5 / 6 / 7-10",
        "0-3 / 4 / 5-10",
        "6-10 / 5 / 0-4",
    ),
    ("sdq", "three_band", "self"): (
        "0-15 / 16-19 / 20-40",
        "0-5 / 6 / 7-10",
        "0-3 / 4 / 5-10",
        "0-5 / 6 / 7-10",
        "0-3 / 4-5 / 6-10",
        "6-10 / 5 / 0-4",
    ),
    ("sdq", "four_band", "parent"): (
        "0-13 / 14-16 / 17-19 / 20-40",
        "0-3 / 4 / 5-6 / 7-10",
        "0-2 / 3 / 4-5 / 6-10",
        "0-5 / 6-7 / 8 / 9-10",
        "0-2 / 3 / 4 / 5-10",
        "8-10 / 7 / 6 / 0-5",
    ),
    ("sdq", "four_band", "teacher"): (
        "0-11 / 12-15 / 16-18 / 19-40",
        "0-3 / 4 / 5 / 6-10",
        "0-2 / 3 / 4 / 5-10",
        "0-5 / 6-7 / 8 / 9-10",
        "0-2 / 3-4 / 5 / 6-10",
        "6-10 / 5 / 4 / 0-3",
    ),
    ("sdq", "four_band", "self"): (
        "0-14 / 15-17 / 18-19 / 20-40",
        "0-4 / 5 / 6 / 7-10",
        "0-3 / 4 / 5 / 6-10",
        "0-5 / 6 / 7 / 8-10",
        "0-2 / 3 / 4 / 5-10",
        "7-10 / 6 / 5 / 0-4",
    ),
}


def band(case: Case, scale: str, score: Fraction | None) -> str | None:
    """The band of a score, looked up in the printed ranges."""
    ranges, labels = _printed(case, scale)
    if score is None or not ranges:
        return None
    for text, label in zip(ranges.split(" / "), labels, strict=True):
        lowest, _, highest = text.partition("-")
        if Fraction(lowest) <= score <= Fraction(highest or lowest):
            return label
    raise AssertionError(f"{score} is in none of {ranges}")


def _printed(case: Case, scale: str) -> tuple[str, tuple[str, ...]]:
    who = str(case.choices.get("informant", ""))
    scheme = case.choices.get("bands") or "three_band"
    if case.name.startswith("sdq_impact"):
        return ("0 / 1 / 2-10", THREE) if scheme == "three_band" else ("0 / 1 / 2 / 3-10", FOUR)
    if case.name == "sdq" and scheme == "dfe":
        return ("0-13 / 14-16 / 17-40" if scale == "total" else ""), (*THREE[:2], "cause for concern")
    if case.name == "sdq" and scheme == "three_band_2_4":
        return {"total": "0-12 / 13-15 / 16-40", "conduct": "0-3 / 4 / 5-10"}.get(scale, ""), THREE
    if case.name == "sdq":
        printed = PRINTED["sdq", scheme, "parent" if who == "carer" else who]
        labels = THREE if scheme == "three_band" else FOUR_PROSOCIAL if scale == "prosocial" else FOUR
        return dict(zip(_SCALES, printed, strict=True)).get(scale, ""), labels
    if scheme == "iran_severity":
        return (
            "0-22 / 23-40 / 41-60 / 61-84" if scale == "total" else "0-6 / 7-11 / 12-16 / 17-21"
        ), _SEVERITY
    if case.name in ("ors", "cors"):
        return {
            "adult": "0-24.9 / 25-40",
            "adolescent": "0-27.9 / 28-40",
            "child": "0-31.9 / 32-40",
        }[scheme], _CUT_OFF
    return "", ()
