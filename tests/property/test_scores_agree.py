"""Engine and plain-Python twin give the same figures of drawn scores and surveys."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

import csc_outcomes as csc
from csc_outcomes.errors import InputError
from csc_outcomes.indicators import collection
from reference import scores_twin as twin
from reference.scores_twin import Asked, Local, Row, SeveralError

from .drawn import examples

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow
DAYS = [date(2024, month, day) for month in (1, 2, 3, 4) for day in (1, 15)]
SPANS = [(date(2024, 2, 1), date(2024, 3, 15)), (date(2024, 3, 2), date(2024, 4, 15))]
SCALES = {
    "cyrm_r": ("total", None),
    "sdq": ("total", None, None, "emotional"),
    "ghq12": ("total", None),
    "cprs_short": ("closeness", "conflict", None),
    "harter_sppa": ("close_friendship",),
    "fqq": ("companionship", "conflict_betrayal", None),
    "secure_base": ("availability", "acceptance", None),
    "tasar": (None,),
    "knowledge": (None,),
    "self_efficacy": (None,),
}
EDGES = {
    "cyrm_r": (16, 17, 51, 52, 85, 86),
    "sdq": (-1, 0, 12, 12.5, 40, 41),
    "ghq12": (0, 12, 13, 36, 37),
    "cprs_short": (6, 7, 8, 35, 36, 40, 41),
    "harter_sppa": (0.5, 1, 2.25, 4, 4.5),
    "fqq": (0, 1.5, 4, 4.5),
    "secure_base": (0, 1, 3, 5, 7),
}
YES_NO, FIVE = (0, 1, 1, 2, None), (1, 2, 4, 5, 3.5, 0, None)
REPLIES = {
    "gang_involvement": YES_NO, "cse_experience": YES_NO, "one_good_friend": (0, 1, 3, 0.5, -1, None),
    "relationship_satisfaction": FIVE, "relationship_scaling": (0, 3.5, 10, 11, None),
    "job_satisfaction": FIVE, "intention_to_leave": (*YES_NO, *FIVE),
}  # fmt: skip
FREE = (-3, 0, 2.5, 7, 100)
OPTIONS = {"cyrm_r": ("self",), "sdq": ("parent", "parent", "parent", "teacher"), "fqq": ("self",)}


def score_rows(rng: Random, name: str) -> list[Row]:
    """Rows of one questionnaire: mostly one informant and form, so that most figures are given."""
    usual = OPTIONS.get(name, (None,))
    strange = rng.random() < 0.1
    rows = [
        {
            "LA": rng.choice("AAB"),
            "CHILD": rng.choice("123"),
            "date": rng.choice(DAYS),
            "instrument": name,
            "scale": rng.choice(SCALES[name]),
            "score": rng.choice((None, *2 * EDGES.get(name, FREE))),
            "informant": rng.choice((*usual, *((None, "worker") if strange else ()))),
            "points": rng.choice((None, 5, 3) if name == "cyrm_r" else (None, None, 5, 5, 5, 3)),
            "scoring": rng.choice(("likert", "likert", "ghq", None) if name == "ghq12" else (None,)),
            "form": rng.choice((None, "a") if strange else ("a",)),
            "point": rng.choice((None, "baseline", "baseline", "follow_up", "follow_up", "later")),
            "arm": rng.choice((None, "x", "y")),
        }
        for _ in range(rng.randint(10, 45))
    ]
    return [_answered(rng, row) for row in rows]


def _answered(rng: Random, row: Row) -> Row:
    """Answers where there is no score: most of them whole and of the form."""
    name = row["instrument"]
    if row["score"] is not None or name not in twin.LENGTHS:
        return row
    low, high = twin.ANSWERS[name]
    highest = 3 if name == "cyrm_r" and row["points"] == 3 else high
    answers: list[Any] = [rng.randint(low, highest) for _ in range(twin.LENGTHS[name])]
    for _ in range(rng.choice((0, 0, 1, 3))):
        answers[rng.randrange(len(answers))] = rng.choice((None, None, None, high + 1, 1.5))
    return {**row, **dict(zip(twin.ITEMS, answers, strict=False))}


def survey_rows(rng: Random) -> list[Row]:
    asked = rng.sample(sorted(REPLIES), 5)
    rows = [
        {
            "LA": rng.choice("AAB"),
            "survey": rng.choice(("s1", "s2")),
            "CHILD": rng.choice("1234"),
            "date": rng.choice(DAYS),
            "role": rng.choice(("young_person", "staff")),
            "question": rng.choice((None, *2 * asked)),
            "scale_max": rng.choice((None, None, None, None, 1, 5, 10)),
            "refused": rng.choice((None, None, None, 0, 1)),
            "invited": rng.choice((None, 1, 0)),
            "returned": rng.choice((None, None, 0, 1)),
            "point": rng.choice((None, "baseline", "follow_up")),
            "arm": rng.choice((None, "x", "y")),
        }
        for _ in range(rng.randint(20, 80))
    ]
    return [{**row, "answer": rng.choice(REPLIES.get(row["question"], (None,)))} for row in rows]


def drawn_local(number: int) -> Local:
    """Rows from a drawn seed: evenly spread values meet more often than those Hypothesis draws one by one."""
    rng = Random(number)
    people = [(la, child) for la in "AB" for child in "123" if rng.random() < 0.7]
    cohort = [
        {
            "LA": la,
            "CHILD": child,
            "index_date": rng.choice((None, *DAYS)),
            "arm": rng.choice((None, "x", "y")),
        }
        for la, child in people
    ]
    chosen = rng.sample(sorted(SCALES), 5)
    return Local([row for name in chosen for row in score_rows(rng, name)], survey_rows(rng), cohort)


# ---- as frames ----------------------------------------------------------------------------------------------

NUMBERS = ("score", "points", "answer", "scale_max", "refused", "invited", "returned", *twin.ITEMS)


def frame_of(rows: list[Row]) -> pl.DataFrame:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    kinds = {name: pl.Float64 if name in NUMBERS else pl.String for name in columns}
    kinds |= dict.fromkeys({"date", "index_date"} & set(columns), pl.Date)
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in columns}, schema=kinds)


def data_of(local: Local) -> csc.Data:
    tables = {"scores": local.scores, "survey": local.survey, "cohort": local.cohort}
    return csc.Data({name: frame_of(rows) for name, rows in tables.items() if rows})


def only(local: Local, la: str) -> Local:
    return Local(*([row for row in t if row["LA"] == la] for t in (local.scores, local.survey, local.cohort)))


# ---- figures ------------------------------------------------------------------------------------------------

Rows = dict[tuple[str, str], tuple[Fraction | float | None, int | None, Any]]
"""Numerator, denominator (None: not compared) and value by breakdown and group."""


def one(figure: tuple[Fraction, int], per: int = 1) -> Rows:
    n, d = figure
    return {("all", "all"): (n, d, per * n / d if d else None)}


def by_scale(found: dict[str, list[Fraction]]) -> Rows:
    rows: Rows = {}
    for scale, scores in found.items():
        value = sum(scores, Fraction()) / len(scores) if scores else None
        rows["scale", scale] = (sum(scores, Fraction()), len(scores), value)
    return rows


def medians(found: dict[str, list[Fraction]]) -> Rows:
    rows: Rows = {}
    for scale, scores in found.items():
        ordered, middle = sorted(scores), len(scores) // 2
        value = None
        if ordered:
            value = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
        rows["scale", scale] = (None, len(scores), value)
    return rows


def changed(local: Local, asked: Asked, span: twin.Span, **choices: Any) -> Rows:
    return one(twin.changes(local, asked, span, **choices))


def averaged(local: Local, asked: Asked, span: twin.Span, **choices: Any) -> Rows:
    found = twin.mean_score(local, asked, span, **choices)
    (scores,) = found.values()
    return one((sum(scores, Fraction()), len(scores)))


def with_g(local: Local, asked: Asked, span: twin.Span, **choices: Any) -> Rows:
    squared = twin.g_squared(local, asked, span, **choices)
    pairs = len(twin.pairs(local, asked, span, **choices))
    g = None if squared is None else squared[1] * math.sqrt(squared[0])
    return {**changed(local, asked, span, **choices), ("statistic", "hedges_g"): (None, pairs or None, g)}


Twin = tuple["Callable[..., Rows]", dict[str, Any], str]


def twins() -> dict[str, Twin]:
    """By measure: the twin, the parameter values, and the instrument or question asked for."""
    informed = {"informant": "parent"}
    scores: dict[str, tuple[Callable[..., Rows], Asked, dict[str, Any], dict[str, Any]]] = {
        "cyrm_total_mean": (averaged, twin.cyrm(3), {}, {"points": 3}),
        "cyrm_paired_change": (changed, twin.cyrm(), {}, {}),
        "sdq_paired_change": (changed, twin.SDQ, informed, informed),
        "ghq12_mean": (averaged, twin.ghq("likert"), {}, {"scoring": "likert"}),
        "cprs_closeness": (averaged, twin.CLOSENESS, {}, {}),
        "cprs_conflict": (averaged, twin.CONFLICT, {"arm": "x"}, {"arm": "x"}),
        "harter_close_friendship": (averaged, twin.FRIENDSHIP, {"form": "a"}, {"form": "a"}),
        "sex_relationship_attitudes_score": (averaged, Asked("tasar"), {}, {}),
        "training_knowledge_change": (with_g, Asked("knowledge"), {}, {}),
        "self_efficacy_change": (changed, Asked("self_efficacy"), {"arm": "x"}, {"arm": "x"}),
        "fqq_subscales": (lambda *a, **k: by_scale(twin.mean_score(*a, **k)), twin.FQQ, {}, {}),
        "secure_base_rating": (
            lambda *a, **k: medians(twin.mean_score(*a, **k)), twin.secure_base(0, 7), {}, {"low": 0, "high": 7},
        ),
    }  # fmt: skip
    found: dict[str, Twin] = {}
    for name, (make, asked, choices, values) in scores.items():
        found[name] = (_scores(make, asked, choices), values, asked.instrument)
    for name, question in twin.QUESTIONS.items():
        role = "staff" if name.startswith(("job", "intention")) else "young_person"
        found[name] = (_answers(question, role), {}, question.name)
    found["intention_to_leave_pct"] = (
        _answers(twin.LEAVING_FIVE, "staff", arm="y"), {"answers": "five_point", "arm": "y"}, "intention_to_leave",
    )  # fmt: skip
    paired = {"design": "paired"}
    question = twin.QUESTIONS["gang_self_report_pct"]
    found["gang_self_report_pct"] = (_answers(question, "young_person", **paired), paired, question.name)
    values = {"role": "any", "survey": "s1"}
    found["survey_response_pct"] = (
        lambda local, span: one(twin.response(local, span, **values), 100),
        values,
        "",
    )
    return found


def _scores(make: Callable[..., Rows], asked: Asked, choices: dict[str, Any]) -> Callable[..., Rows]:
    return lambda local, span: make(local, asked, span, **choices)


def _answers(question: twin.Question, role: str, **choices: Any) -> Callable[..., Rows]:
    mean = question.name == "relationship_scaling"

    def figure(local: Local, span: twin.Span) -> Rows:
        make = twin.average if mean else twin.share
        return one(make(local, question, span, role=role, **choices), 1 if mean else 100)

    return figure


def answered_for(name: str, asked: str, local: Local, la: str) -> bool:
    """Whether an authority has any row of what a measure asks for."""
    if name == "survey_response_pct":
        return twin.has_row(local, la, survey="s1")
    is_score = asked in SCALES
    return twin.has_row(local, la, **({"instrument": asked} if is_score else {"question": asked}))


def any_answered(name: str, asked: str, local: Local, area: str) -> bool:
    return any(answered_for(name, asked, local, la) for la in (local.areas() if area == "all" else [area]))


TWINS = twins()
TWINS["job_satisfaction_mean"] = (
    lambda local, span: one(twin.average(local, twin.QUESTIONS["job_satisfaction_mean"], span, role="staff")),
    {},
    "job_satisfaction",
)


def same(found: Any, wanted: Any) -> bool:
    if wanted is None:
        return bool(found != found)
    return math.isclose(found, float(wanted), rel_tol=1e-12, abs_tol=1e-9)


def differences(name: str, local: Local, data: csc.Data, seen: Counter[str]) -> list[str]:
    """Every row in which engine and twin differ."""
    make, values, asked = TWINS[name]
    if not any_answered(name, asked, local, "all"):
        seen[f"{name} lacking"] += 1
        if seen[f"{name} lacking"] > 2:  # the same answer every time: no data
            return []
    windows = [csc.Window(*span) for span in SPANS]
    try:
        wanted = {span: make(local, span) for span in SPANS}
    except SeveralError:
        with pytest.raises(InputError, match="values of"):
            csc.calculate(name, data, windows, parameters={name: values})
        seen[f"{name} refused"] += 1
        return []
    result = csc.calculate(name, data, windows, by="LA", parameters={name: values}).frame
    texts = []
    for span, window in zip(SPANS, windows, strict=True):
        expected = {"all": wanted[span]} | {la: make(only(local, la), span) for la in local.areas()}
        for row in result[result["window"] == window.label].to_dict("records"):
            area, place = row["area"], (row["breakdown"], row["group"])
            if not any_answered(name, asked, local, area):
                if row["status"] != "no_data" or row["value"] == row["value"]:
                    texts.append(f"{name} {window.label} {area} {place}: needed no_data, found {row}")
                continue
            n, d, value = expected[area].pop(place)
            status = "undefined" if value is None else "ok"
            fine = same(row["value"], value) and row["status"] == status
            fine = fine and (d is None or same(row["denominator"], d))
            if not fine or (n is not None and not same(row["numerator"], n)):
                found = [row[key] for key in ("numerator", "denominator", "value", "status")]
                texts.append(
                    f"{name} {values} {window.label} {area} {place}: engine {found}, twin {n, d, value}"
                )
            seen[name] += bool(d)
        left = {la: rows for la, rows in expected.items() if rows and any_answered(name, asked, local, la)}
        texts += [f"{name} {window.label}: rows {rows} of {la} missing" for la, rows in left.items()]
    return texts


def test_every_measure_gives_what_its_twin_gives() -> None:
    seen: Counter[str] = Counter()

    def not_compared() -> list[str]:
        return [name for name in TWINS if seen[name] < 2]

    # Draw on until every measure was compared on figures that are not empty.
    for batch in range(9):

        @seed(batch)
        @examples(8, long=500)
        @given(st.integers(0, 2**32 - 1))
        def agree(number: int) -> None:
            local = drawn_local(number)
            data = data_of(local)
            texts = [text for name in TWINS for text in differences(name, local, data, seen)]
            assert not texts, "\n".join([*texts, *map(str, (local.scores, local.survey, local.cohort))])

        agree()
        if not not_compared():
            return
    assert not_compared() == []


def test_every_measure_of_scores_and_surveys_has_a_twin() -> None:
    own = {m.id for m in collection() if set(m.needs) & {"scores.valid", "scores.answers"}}
    assert own == set(TWINS)
