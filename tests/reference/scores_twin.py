"""Slow, plain-Python twins of the measures over scores and surveys, written from the definitions alone.

A row is a dict of the table's own column names; dates are `datetime.date`, numbers are int or Fraction, blanks None.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from . import instrument_twin as instruments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

Row = dict[str, Any]
Key = tuple[str, str]
Figure = tuple[Fraction, int]
ITEMS = [f"i{number}" for number in range(1, 61)]


class SeveralError(Exception):
    """Scores of several informants, or forms, and nobody says which."""


@dataclass
class Local:
    """What a project keeps: scores, answers to surveys, and who is in the cohort."""

    scores: list[Row] = field(default_factory=list)
    survey: list[Row] = field(default_factory=list)
    cohort: list[Row] = field(default_factory=list)

    def areas(self) -> list[str]:
        return sorted({row["LA"] for table in (self.scores, self.survey, self.cohort) for row in table})

    def member(self, row: Row) -> Row:
        mine = [m for m in self.cohort if (m["LA"], m["CHILD"]) == (row["LA"], row["CHILD"])]
        return mine[0] if mine else {"index_date": None, "arm": None}


def person(row: Row) -> Key:
    return row["LA"], row["CHILD"]


# ---- rows ---------------------------------------------------------------------------------------------------


def undisputed(rows: Iterable[Row], key: Iterable[str]) -> list[Row]:
    """Equal rows once; rows of one key that differ elsewhere not at all."""
    distinct: list[Row] = []
    for row in rows:
        if row not in distinct:
            distinct.append(row)
    by_key = defaultdict(list)
    for row in distinct:
        by_key[tuple(row.get(name) for name in ("LA", "CHILD", *key))].append(row)
    return [mine[0] for mine in by_key.values() if len(mine) == 1]


def point_of(local: Local, row: Row) -> str | None:
    """As written; else told by the index date, which is a baseline itself."""
    index = local.member(row)["index_date"]
    if row["point"] is not None or index is None:
        return row["point"]
    return "baseline" if row["date"] <= index else "follow_up"


def arm_of(local: Local, row: Row) -> str | None:
    found = local.member(row)["arm"]
    return row["arm"] if found is None else found


# ---- scores -------------------------------------------------------------------------------------------------

SCORE_KEY = ("date", "instrument", "scale", "informant", "points", "scoring", "form")
LENGTHS = {"cyrm_r": 17, "sdq": 25, "ghq12": 12, "cprs_short": 15, "fqq": 41, "secure_base": 5}
ANSWERS = {
    "cyrm_r": (1, 5), "sdq": (0, 2), "ghq12": (0, 3), "cprs_short": (1, 5), "fqq": (0, 4),
    "secure_base": (1, 5),
}  # fmt: skip
WHO_ANSWERS = {
    "cyrm_r": ("self", "parent", "carer", "teacher", "worker"),
    "cprs_short": ("parent", "carer"),
    "fqq": ("self",),
    "secure_base": ("worker", "carer", "parent", "self"),
    "ghq12": ("self", "parent", "carer", "teacher", "worker"),
    "sdq": ("parent", "carer", "teacher", "self"),
}


def from_answers(row: Row) -> dict[str, Fraction | None]:
    """Scores by scale of a row that has answers; empty where it cannot be scored."""
    name = row["instrument"]
    if name not in LENGTHS:
        return {}
    answers = [row.get(item) for item in ITEMS[: LENGTHS[name]]]
    low, high = ANSWERS[name]
    if name == "cyrm_r" and row["points"] == 3:
        high = 3
    there = [answer for answer in answers if answer is not None]
    too_long = any(row.get(item) is not None for item in ITEMS[LENGTHS[name] :])
    if too_long or any(not low <= answer <= high or answer % 1 for answer in there):
        return {}
    who = row["informant"]
    if (who is None and name == "sdq") or (who is not None and who not in WHO_ANSWERS[name]):
        return {}
    if name == "cyrm_r" and row["points"] not in (3, 5):
        return {}
    if name == "ghq12":
        if row["scoring"] not in ("likert", "ghq", "modified_likert", "c_ghq"):
            return {}
        found = instruments.ghq12(answers, row["scoring"])
    elif name == "fqq" and row["scoring"] is not None:
        return {}
    else:
        make: Callable[[Any], Any] = getattr(instruments, name)
        found = make(answers)
    scores = {scale: one.score for scale, one in found.items()}
    if row["scale"] == "total" and "total" not in scores:
        return scores
    return {row["scale"]: scores[row["scale"]]} if row["scale"] in scores else {}


def filled(row: Row) -> Row:
    return {**row, "scale": row["scale"] or "total", "points": 5 if row["points"] is None else row["points"]}


def scores_of(local: Local) -> list[Row]:
    """Undisputed rows that have a score, stored or made from the answers."""
    found: list[Row] = []
    for row in undisputed(map(filled, local.scores), SCORE_KEY):
        made = {row["scale"]: row["score"]}
        if row["score"] is None and any(row.get(item) is not None for item in ITEMS):
            made = from_answers(row)
        bare = {name: value for name, value in row.items() if name not in ITEMS}
        found += [{**bare, "scale": s, "score": score} for s, score in made.items() if score is not None]
    # A score made of answers can repeat one that is stored on its scale, or contradict it.
    single = undisputed(found, SCORE_KEY)
    return [{**row, "point": point_of(local, row), "arm": arm_of(local, row)} for row in single]


@dataclass
class Asked:
    """What a measure over scores asks for."""

    instrument: str
    scales: tuple[str, ...] = ("total",)
    low: Fraction | int | None = None
    high: Fraction | int | None = None
    whole: bool = False
    points: int | None = None
    scoring: str | None = None

    def valid(self, row: Row) -> bool:
        in_range = self.low is None or self.low <= row["score"] <= self.high
        return in_range and not (self.whole and row["score"] % 1)


def rows_asked(local: Local, asked: Asked, informant: str | None, form: str | None) -> list[Row]:
    """Valid rows of a measure, of one informant and one form."""
    rows = [
        row
        for row in scores_of(local)
        if row["instrument"] == asked.instrument
        and row["scale"] in asked.scales
        and asked.points in (None, row["points"])
        and asked.scoring in (None, row["scoring"])
    ]
    wanted = {"informant": informant, "form": form}
    rows = [row for row in rows if all(v is None or row[name] == v for name, v in wanted.items())]
    if any(v is None and len({row[name] for row in rows}) > 1 for name, v in wanted.items()):
        raise SeveralError
    return [row for row in rows if asked.valid(row)]


def last(rows: list[Row], *values: str) -> Row | None:
    """The row of the last day; None where there is none, or where that day has several different values."""
    if not rows:
        return None
    day = max(row["date"] for row in rows)
    of_day = [row for row in rows if row["date"] == day]
    return of_day[0] if len({tuple(row[name] for name in values) for row in of_day}) == 1 else None


def by_person(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[person(row)].append(row)
    return found


Span = tuple["date", "date"]


def inside(row: Row, span: Span) -> bool:
    return span[0] <= row["date"] <= span[1]


def last_scores(
    local: Local, asked: Asked, span: Span, *, informant: str | None, form: str | None, arm: str | None
) -> list[Row]:
    rows = [row for row in rows_asked(local, asked, informant, form) if inside(row, span)]
    mine = by_person(row for row in rows if arm in (None, row["arm"]))
    return [found for own in mine.values() if (found := last(own, "score"))]


def mean(rows: list[Row], value: str = "score") -> Figure:
    return sum((Fraction(row[value]) for row in rows), Fraction()), len(rows)


def mean_score(
    local: Local,
    asked: Asked,
    span: Span,
    *,
    informant: str | None = None,
    form: str | None = None,
    arm: str | None = None,
) -> dict[str, list[Fraction]]:
    """Scores by scale, each person's last."""
    rows_asked(local, asked, informant, form)
    found = {}
    for scale in asked.scales:
        one = Asked(
            asked.instrument, (scale,), asked.low, asked.high, asked.whole, asked.points, asked.scoring
        )
        rows = last_scores(local, one, span, informant=informant, form=form, arm=arm)
        found[scale] = [Fraction(row["score"]) for row in rows]
    return found


SAME = ("informant", "points", "scoring", "form")


def pairs(
    local: Local,
    asked: Asked,
    span: Span,
    *,
    informant: str | None = None,
    form: str | None = None,
    arm: str | None = None,
) -> list[tuple[Row, Row]]:
    """Baseline and follow-up of everyone who has both, the follow-up in the window."""
    found = []
    for rows in by_person(rows_asked(local, asked, informant, form)).values():
        follow_ups = [row for row in rows if row["point"] == "follow_up" and inside(row, span)]
        after = last(follow_ups, "score", *SAME)
        if after is None:
            continue
        before = last(
            [
                row
                for row in rows
                if row["point"] == "baseline"
                and row["date"] < after["date"]
                and all(row[name] == after[name] for name in SAME)
            ],
            "score",
        )
        if before is None or before["score"] is None:
            continue
        # What the cohort does not say, the follow-up says; where it is silent, any row before says it.
        others = [
            r["arm"]
            for r in rows
            if r["arm"] is not None and r["point"] == "baseline" and r["date"] <= span[1]
        ]
        whose = after["arm"] if after["arm"] is not None else max(others, default=None)
        if arm in (None, whose):
            found.append((before, after))
    return found


def changes(local: Local, asked: Asked, span: Span, **choices: Any) -> Figure:
    found = pairs(local, asked, span, **choices)
    return sum((Fraction(b["score"]) - Fraction(a["score"]) for a, b in found), Fraction()), len(found)


def g_squared(local: Local, asked: Asked, span: Span, **choices: Any) -> tuple[Fraction, int] | None:
    """Square of Hedges g and the sign of the change; None where it cannot be had."""
    found = pairs(local, asked, span, **choices)
    n = len(found)
    if n < 2:
        return None
    baselines = [Fraction(before["score"]) for before, _ in found]
    middle = sum(baselines) / n
    variance = sum((b - middle) ** 2 for b in baselines) / (n - 1)
    if not variance:
        return None
    change = changes(local, asked, span, **choices)[0] / n
    return (change * (1 - Fraction(3, 4 * n - 5))) ** 2 / variance, -1 if change < 0 else 1


# ---- surveys ------------------------------------------------------------------------------------------------

ANSWER_KEY = ("survey", "question", "date")


def answers_of(local: Local) -> list[Row]:
    rows = []
    for given in local.survey:
        row = {**given, "refused": given["refused"] or 0}
        row["invited"] = 1 if row["invited"] is None else row["invited"]
        said = row["answer"] is not None or row["refused"] == 1
        row["returned"] = int(said) if row["returned"] is None else row["returned"]
        rows.append(row)
    found = undisputed(rows, ANSWER_KEY)
    return [{**row, "point": point_of(local, row), "arm": arm_of(local, row)} for row in found]


@dataclass
class Question:
    """A question, the answers it admits, and the scale it is asked on."""

    name: str
    admits: Callable[[Any], bool]
    scale_max: int | None
    counts: Callable[[Any], bool] = lambda _answer: True


def valid_answers(local: Local, question: Question, role: str) -> list[Row]:
    return [
        row
        for row in answers_of(local)
        if row["question"] == question.name
        and row["role"] == role
        and not row["refused"]
        and row["answer"] is not None
        and (question.scale_max is None or row["scale_max"] in (None, question.scale_max))
        and question.admits(row["answer"])
    ]


def last_answers(
    local: Local,
    question: Question,
    span: Span,
    *,
    role: str,
    design: str = "cross_section",
    arm: str | None = None,
) -> list[Row]:
    valid = valid_answers(local, question, role)
    mine = by_person(row for row in valid if inside(row, span) and arm in (None, row["arm"]))
    found = [answer for rows in mine.values() if (answer := last(rows, "answer"))]
    if design == "paired":
        at = {
            point: {person(row) for row in valid if row["point"] == point}
            for point in ("baseline", "follow_up")
        }
        found = [row for row in found if person(row) in at["baseline"] & at["follow_up"]]
    return found


def share(local: Local, question: Question, span: Span, **choices: Any) -> Figure:
    found = last_answers(local, question, span, **choices)
    return Fraction(sum(question.counts(row["answer"]) for row in found)), len(found)


def average(local: Local, question: Question, span: Span, **choices: Any) -> Figure:
    return mean(last_answers(local, question, span, **choices), "answer")


def response(
    local: Local, span: Span, *, role: str = "staff", survey: str = "any", arm: str | None = None
) -> Figure:
    rows = answers_of(local)
    asked = {
        (*person(row), row["survey"])
        for row in rows
        if row["invited"] == 1 and inside(row, span) and role in ("any", row["role"])
        and survey in ("any", row["survey"]) and arm in (None, row["arm"])
    }  # fmt: skip
    back = {(*person(row), row["survey"]) for row in rows if row["returned"] == 1}
    return Fraction(len(asked & back)), len(asked)


# ---- measures -----------------------------------------------------------------------------------------------


def _whole(low: int, high: int | None) -> Callable[[Any], bool]:
    return lambda answer: answer % 1 == 0 and answer >= low and (high is None or answer <= high)


def _from(least: int) -> Callable[[Any], bool]:
    return lambda answer: answer >= least


YES = {"admits": _whole(0, 1), "scale_max": 1, "counts": _from(1)}
TOP_TWO = {"admits": _whole(1, 5), "scale_max": 5, "counts": _from(4)}
QUESTIONS = {
    "gang_self_report_pct": Question("gang_involvement", **YES),
    "cse_self_report_pct": Question("cse_experience", **YES),
    "one_good_friend_pct": Question("one_good_friend", _whole(0, None), None, _from(1)),
    "relationship_satisfaction_pct": Question("relationship_satisfaction", **TOP_TWO),
    "relationship_scaling_mean": Question("relationship_scaling", lambda answer: 0 <= answer <= 10, 10),
    "job_satisfaction_pct": Question("job_satisfaction", **TOP_TWO),
    "job_satisfaction_mean": Question("job_satisfaction", **TOP_TWO),
    "intention_to_leave_pct": Question("intention_to_leave", **YES),
}
LEAVING_FIVE = Question("intention_to_leave", **TOP_TWO)
CYRM_RANGE = {5: (17, 85), 3: (17, 51)}
GHQ_RANGE = {"likert": (0, 36), "ghq": (0, 12)}
FQQ_SCALES = (
    "validation_caring", "conflict_resolution", "conflict_betrayal", "help_guidance", "companionship",
    "intimate_exchange",
)  # fmt: skip
DIMENSIONS = ("availability", "sensitivity", "acceptance", "co_operation", "family_membership")


def cyrm(points: int = 5) -> Asked:
    return Asked("cyrm_r", low=CYRM_RANGE[points][0], high=CYRM_RANGE[points][1], points=points)


def ghq(scoring: str) -> Asked:
    return Asked("ghq12", low=GHQ_RANGE[scoring][0], high=GHQ_RANGE[scoring][1], scoring=scoring)


SDQ = Asked("sdq", low=0, high=40, whole=True)
CLOSENESS = Asked("cprs_short", ("closeness",), 7, 35)
CONFLICT = Asked("cprs_short", ("conflict",), 8, 40)
FRIENDSHIP = Asked("harter_sppa", ("close_friendship",), 1, 4)
FQQ = Asked("fqq", FQQ_SCALES, 0, 4)


def secure_base(low: int = 1, high: int = 5) -> Asked:
    return Asked("secure_base", DIMENSIONS, low, high)


def has_row(local: Local, la: str, *, instrument: str = "", question: str = "", survey: str = "any") -> bool:
    """Whether an authority has any row of what is asked, without which there are no data."""
    if instrument:
        return any(row["LA"] == la and row["instrument"] == instrument for row in local.scores)
    rows = [row for row in local.survey if row["LA"] == la]
    if question:
        return any(row["question"] == question for row in rows)
    return any(survey in ("any", row["survey"]) for row in rows)
