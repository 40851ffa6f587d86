"""Answers to surveys, selected in one way for all outcomes, and how many of the invited answered.

Source: the library's own table `survey`. A refusal, a blank and an answer off the scale are no answers: they leave
with a reason. The people who were invited are counted beside every figure.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
from attrs import frozen

from csc_outcomes.definitions.measure import Basis, Kind, Parameter, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import ARM, Cases
from csc_outcomes.indicators.questionnaires import (
    arms_in,
    in_window,
    lacking,
    of_arm,
    only_arm,
    whole,
    with_arms,
    with_fault,
    with_last,
    without_faults,
)
from csc_outcomes.sources.scores_tables import BASELINE, FOLLOW_UP

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates
    from csc_outcomes.engine.verdict import Verdict

c = nw.col
ANSWERS = "scores.answers"
NEEDS = (ANSWERS,)
ANY = "any"

FAULTS = {
    "other_arm": "of another arm than the one asked for",
    "conflict": "rows that share what identifies them and differ elsewhere",
    "other_scale": "asked on another scale",
    "refused": "refused to answer",
    "blank": "question left blank",
    "off_scale": "answer off the scale",
    "earlier": "an earlier answer of a person: the last one in the window counts",
    "several": "several different answers of a person on the day that counts",
    "unpaired": "without a valid answer at both points, which the design paired asks for",
}
"""Why a row is not used, and how it is said, in the order in which it is asked."""

DESIGN = Parameter(
    "design",
    "'cross_section' takes everyone who answered in the window. 'paired' keeps, of those, the people with a valid "
    "answer at baseline and one at follow-up, on any dates. Windows that are compared need one design.",
    default="cross_section",
    choices=("cross_section", "paired"),
)


def role_parameter(default: str, *others: str) -> Parameter:
    """Make the parameter `role`: whose answers the figure holds, one role at a time."""
    return Parameter(
        "role",
        "Whose answers count. Those of different roles are never in one figure.",
        default=default,
        choices=(default, *others),
    )


@frozen
class Question:
    """A question of a survey and the answers it admits.

    Attributes:
        name: as in the table.
        low, high: lowest and highest answer; high None: no limit.
        scale_max: top of the scale that rows must have, or leave blank; None: any.
        counts_from: the least answer that counts, where shares are asked for.
        whole: whether only whole numbers are answers.
    """

    name: str
    low: float
    high: float | None
    scale_max: float | None
    counts_from: float = 1
    whole: bool = True


ANSWER_EDGES = (
    "Everybody counts once, with the last valid answer in the window. A refusal, a blank, an answer off the scale and "
    "one on another scale are no answers: they are left out of both sides and counted in the notes, and so are rows "
    "that contradict one another. The notes also say how many were invited and how many returned anything."
)


def share_of(question: Question) -> dict[str, Any]:
    """The fields that all shares of answers share."""
    fields = {"kind": Kind.PROPORTION, "unit": "percent", "per": 100, "select": partial(share, question)}
    return {**_of_answers(question), **fields}


def average_of(question: Question) -> dict[str, Any]:
    """The fields that all mean answers share."""
    fields = {"kind": Kind.MEAN, "unit": "score_per_respondent", "counted": "score", "fractional": True}
    return {**_of_answers(question), **fields, "select": partial(average, question)}


def _of_answers(question: Question) -> dict[str, Any]:
    return {
        "counted": "respondent",
        "over": "respondent",
        "when": When.PERIOD,
        "needs": NEEDS,
        "says": partial(question_asked, question),
        "adds_nobody": True,
        "basis": Basis.SURVEY,
    }


def share(question: Question, tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select each person's last valid answer in the window; numerator the answers that count."""
    return _cases(question, tables, window, parameters, kit.flag(c("answer") >= question.counts_from))


def average(question: Question, tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select each person's last valid answer in the window; numerator the answer."""
    return _cases(question, tables, window, parameters, c("answer"))


def _cases(
    question: Question, tables: Tables, window: WindowDates, parameters: Parameters, numerator: nw.Expr
) -> Cases:
    """One case per row of the question in the window, and one of 0 and 0 per person invited, to be mentioned."""
    everything = _rows(question, tables, parameters)
    answers = with_last(of_arm(everything.filter(in_window(window)), parameters), window.keys, "answer")
    if parameters.design == "paired":
        answers = _at_both_points(answers, everything, window)
    rounds = everything.select("LA", "survey").unique()
    invited = _invited(tables, window, parameters).join(rounds, on=["LA", "survey"], how="semi")
    invited = only_arm(invited.with_columns(FAULT=nw.lit("")), parameters)
    columns = [*dict.fromkeys([*window.keys, "LA", "DOB", ARM]), "FAULT"]
    number = numerator.cast(nw.Float64)
    frame = nw.concat(
        [
            answers.select(*columns, ON=c("date"), N=number, D=whole(1), INVITED=whole(0), BACK=whole(0)),
            invited.select(*columns, "ON", N=nw.lit(0.0), D=whole(0), INVITED=whole(1), BACK=c("BACK")),
        ],
        how="vertical",
    )
    cases = without_faults(Cases(frame, on=c("ON"), numerator=c("N"), denominator=c("D")), FAULTS)
    cases = with_arms(cases, arms_in(everything), c("D") == 1)
    cases = cases.report(
        c("INVITED") == 1, "invited: people asked in the window, by rounds that hold the question"
    )
    return cases.report(c("BACK") == 1, "returned: those of the invited who returned the questionnaire")


def _of_role(frame: nw.LazyFrame[Any], parameters: Parameters) -> nw.LazyFrame[Any]:
    return frame if parameters.role == ANY else frame.filter(c("role") == parameters.role)


def _rows(question: Question, tables: Tables, parameters: Parameters) -> nw.LazyFrame[Any]:
    """All rows of a question and a role, of any date, with what is wrong with them in FAULT."""
    frame = _of_role(tables[ANSWERS].filter(c("question") == question.name), parameters)
    frame = frame.with_columns(FAULT=c("unusable"))
    if question.scale_max is not None:
        frame = with_fault(frame, c("scale_max") != question.scale_max, "other_scale")
    frame = with_fault(frame, c("refused") == 1, "refused")
    frame = with_fault(frame, c("answer").is_null(), "blank")
    on_scale = c("answer") >= question.low
    if question.high is not None:
        on_scale = on_scale & (c("answer") <= question.high)
    if question.whole:
        on_scale = on_scale & (c("answer") % 1 == 0)
    return with_fault(frame, ~on_scale, "off_scale")


def _at_both_points(
    answers: nw.LazyFrame[Any], everything: nw.LazyFrame[Any], window: WindowDates
) -> nw.LazyFrame[Any]:
    """Mark the answers of people who lack a valid one at baseline or at follow-up, on any dates."""
    valid = everything.filter(c("FAULT") == "")
    for point, name in ((BASELINE, "AT_BASELINE"), (FOLLOW_UP, "AT_FOLLOW_UP")):
        people = valid.filter(c("point") == point).select(*window.keys).unique()
        answers = answers.join(people.with_columns(whole(1).alias(name)), on=window.keys, how="left")
    return with_fault(answers, c("AT_BASELINE").is_null() | c("AT_FOLLOW_UP").is_null(), "unpaired")


# ---- who was asked --------------------------------------------------------------------------------------


def _invited(tables: Tables, window: WindowDates, parameters: Parameters) -> nw.LazyFrame[Any]:
    """Everyone invited to a round with a date in the window, once per round; BACK 1 if any row is returned."""
    table = tables[ANSWERS].filter(c("unusable") == "")
    asked = _of_role(table, parameters).filter(in_window(window), c("invited") == 1)
    told = {"DOB": c("DOB").max(), "ON": c("date").max()}
    if ARM not in window.keys:
        told[ARM] = c(ARM).max()
    people = asked.group_by(*window.keys, "LA", "survey").agg(**told)
    back = table.filter(c("returned") == 1).select(*window.keys, "survey").unique()
    joined = people.join(back.with_columns(BACK=whole(1)), on=[*window.keys, "survey"], how="left")
    return joined.with_columns(c("BACK").fill_null(0))


def response(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select everyone invited to a round with a date in the window; numerator those who returned anything."""
    people = _invited(tables, window, parameters)
    if parameters.survey != ANY:
        people = people.filter(c("survey") == parameters.survey)
    people = of_arm(people.with_columns(FAULT=nw.lit("")), parameters)
    arms = arms_in(_of_role(tables[ANSWERS], parameters))
    cases = Cases(people, on=c("ON"), numerator=c("BACK"), denominator=whole(1))
    cases = without_faults(cases, {"other_arm": FAULTS["other_arm"]})
    return with_arms(cases, arms, nw.lit(value=True))


# ---- what can be answered for ---------------------------------------------------------------------------


def question_asked(
    question: Question, tables: Tables, _window: object, _parameters: Parameters
) -> dict[str, Verdict]:
    """Say which authorities have no row of the question, of whatever person, role or date."""
    return lacking(
        tables, ANSWERS, c("question") == question.name, f"no row of the question {question.name!r}"
    )


def survey_held(tables: Tables, _window: object, parameters: Parameters) -> dict[str, Verdict]:
    """Say which authorities have no row of the survey asked for."""
    if parameters.survey == ANY:
        return lacking(tables, ANSWERS, ~c("survey").is_null(), "no row of any survey")
    return lacking(tables, ANSWERS, c("survey") == parameters.survey, "no row of the survey asked for")
