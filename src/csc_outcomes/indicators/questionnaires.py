"""Scores of questionnaires, selected in one way for all outcomes: means, and changes of people with both points.

Source: the library's own table `scores`. A row of it that a figure cannot use is no silence: it is a case that
leaves with a reason. So is everyone who was asked before and not after.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
from attrs import field, frozen

from csc_outcomes.definitions.measure import Basis, Kind, Parameter, Status, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import ARM, Cases
from csc_outcomes.engine.verdict import Verdict
from csc_outcomes.errors import InputError, all_at_once
from csc_outcomes.sources.scores_tables import BASELINE, FOLLOW_UP, INFORMANTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col
SCORES = "scores.valid"
NEEDS = (SCORES,)
_UNKNOWN = "unknown"
NEITHER_POINT = "neither_point"
_NO_SCALE = "total"
"""What stands in the table where no scale is named."""

FAULTS = {
    "other_arm": "of another arm than the one asked for",
    "conflict": "rows that share what identifies them and differ elsewhere",
    "other_form": "of another informant, form, number of response points or way of scoring",
    "no_score": "without a score: nothing answered, too little, or items that cannot be scored",
    "no_scale": "with a score that does not say of which scale of the instrument it is",
    "outside": "score outside the range of the scale",
    NEITHER_POINT: "neither baseline nor follow-up: no point is written and no index date tells it, or later",
    "earlier": "an earlier score of a person: the last one in the window counts",
    "several": "several different scores of a person on the day that counts",
}
"""Why a row is not used, and how it is said, in the order in which it is asked."""

UNVERIFIED = "scored here from answers by rules that are not confirmed against the developer's own"

# ---- parameters -----------------------------------------------------------------------------------------

ARM_ASKED = Parameter(
    "arm",
    "Only people of this arm (of the cohort, else of the row). None: everyone; the notes say how many are of which.",
    default=None,
)
FORM = Parameter(
    "form",
    "Form of the instrument, or version of the test. None: the only one in the table; with several the figure is "
    "refused.",
    default=None,
)
INFORMANT = Parameter(
    "informant",
    "Who answered. None: the only informant in the table; with several the figure is refused, because scores of "
    "different informants are never pooled.",
    default=None,
    choices=(None, *INFORMANTS),
)
REQUIRED_INFORMANT = Parameter(
    "informant",
    "Who answered, at both points: the informant is part of what is measured.",
    choices=INFORMANTS,
)


def instrument_parameter(default: str) -> Parameter:
    """Make the parameter `instrument` of a measure whose test is the project's own."""
    return Parameter(
        "instrument", "Name of the instrument or test, as in the table of scores.", default=default
    )


# ---- what measures say in the same words -------------------------------------------------------------------

MEAN_FORMULA = (
    "Mean: numerator / denominator. Everybody counts once, with the last valid score in the window."
)
SCORED = (
    "A stored score is used as it is. Where it is blank and the answers are there, it is made from them by the "
    "instrument's own rules, the one for unanswered items included."
)
LEFT_OUT = (
    "A row without a score, with one outside the range, of another informant or form, or that contradicts another "
    "row of the same person, day and scale is left out and counted in the notes. There is no age limit."
)
MEAN_EDGES = f"{SCORED} {LEFT_OUT}"
CHANGE_NUMERATOR = "Sum over the pairs of follow-up score minus baseline score."
CHANGE_DENOMINATOR = (
    "Pairs: people with a valid follow-up score dated in the window and a valid baseline score dated before "
    "that one."
)
CHANGE_FORMULA = (
    "Mean of the changes: numerator / denominator. The follow-up is the person's last one in the window, the baseline "
    "the last one before that follow-up, in the window or not."
)
CHANGE_EDGES = (
    "Both scores of a pair are of the same instrument, scale, informant, form, number of response points and way of "
    "scoring. Where no point is written, a score up to and on the person's index date is a baseline and one after it "
    f"a follow-up. The notes say how many have a baseline, a follow-up, both, and how many were lost, by arm. {SCORED} "
    f"{LEFT_OUT}"
)
ATTRITION = "those who do worst may be lost before the follow-up, and extreme scores move to the middle by themselves."

# ---- what is asked --------------------------------------------------------------------------------------


@frozen
class Questionnaire:
    """What a measure reads of the table of scores.

    Attributes:
        instrument: its name; '' where the parameter `instrument` has it.
        scales: scales that are shown; each person has one score of each.
        ranges: lowest and highest score; by value of the parameter `told_by`, or under '' for any.
        told_by: the parameter that decides the range.
        whole: whether only whole scores can be.
    """

    instrument: str
    scales: tuple[str, ...] = ("total",)
    ranges: Mapping[Any, tuple[float, float]] = field(factory=dict)
    told_by: str = ""
    whole: bool = False

    def name(self, parameters: Parameters) -> str:
        """The instrument's name in the table."""
        return self.instrument or str(parameters.instrument).strip().lower()

    def range(self, parameters: Parameters) -> tuple[float, float] | None:
        """Lowest and highest score, both included; None where any number can be."""
        if "low" in parameters.values:
            return parameters.low, parameters.high
        return self.ranges.get(getattr(parameters, self.told_by) if self.told_by else "")


def mean_of(asked: Questionnaire, over: str = "respondent") -> dict[str, Any]:
    """The fields that all mean scores share."""
    return {**_of_scores(asked, over), "kind": Kind.MEAN, "select": partial(mean_score, asked)}


def change_of(asked: Questionnaire, over: str = "respondent") -> dict[str, Any]:
    """The fields that all changes of pairs share."""
    return {**_of_scores(asked, over), "kind": Kind.MEAN, "select": partial(paired_change, asked)}


def rating_of(asked: Questionnaire, over: str) -> dict[str, Any]:
    """The fields of ratings, of which the median is shown scale by scale."""
    return {**_of_scores(asked, over), "kind": Kind.DISTRIBUTION, "headline": "median"}


def _of_scores(asked: Questionnaire, over: str) -> dict[str, Any]:
    parts = {"part": "scale", "parts": asked.scales} if len(asked.scales) > 1 else {}
    return {
        "unit": f"score_per_{over}",
        "counted": "score",
        "over": over,
        "when": When.PERIOD,
        "needs": NEEDS,
        "says": partial(instrument_asked, asked),
        "adds_nobody": True,
        "fractional": True,
        "basis": Basis.SURVEY,
        **parts,
    }


def whole(number: int) -> nw.Expr:
    """A whole number of one width, so that frames made in different ways can be put under one another."""
    return nw.lit(number, dtype=nw.Int64())


def in_window(window: WindowDates) -> nw.Expr:
    """Whether a row's date lies in the window."""
    return (c("date") >= window.start) & (c("date") <= window.end)


def with_fault(frame: nw.LazyFrame[Any], condition: nw.Expr, fault: str) -> nw.LazyFrame[Any]:
    """Give the rows that meet a condition a fault, unless they have one; a null condition is not met."""
    meets = (c("FAULT") == "") & condition.fill_null(value=False)
    return frame.with_columns(FAULT=nw.when(meets).then(nw.lit(fault)).otherwise(c("FAULT")))


def of_arm(frame: nw.LazyFrame[Any], parameters: Parameters) -> nw.LazyFrame[Any]:
    """Mark the rows of other arms than the one asked for, whatever else is wrong with them."""
    if parameters.arm is None:
        return frame
    mine = (c(ARM) == str(parameters.arm)).fill_null(value=False)
    return frame.with_columns(FAULT=nw.when(mine).then(c("FAULT")).otherwise(nw.lit("other_arm")))


def only_arm(frame: nw.LazyFrame[Any], parameters: Parameters) -> nw.LazyFrame[Any]:
    """The rows of the arm asked for."""
    return frame if parameters.arm is None else frame.filter(c(ARM) == str(parameters.arm))


def _rows(
    asked: Questionnaire, tables: Tables, parameters: Parameters
) -> tuple[nw.LazyFrame[Any], dict[str, str]]:
    """All rows of a questionnaire, of any date, with what is wrong with them in FAULT; its informant and form.

    Raises:
        InputError: rows of several informants or forms, and no parameter says which.
    """
    name = asked.name(parameters)
    frame = tables[SCORES]
    # Where an instrument has no total, a row that names no scale cannot be placed, and is not passed over in silence.
    frame = frame.filter(c("instrument") == name, c("scale").is_in([*asked.scales, _NO_SCALE]))
    frame = frame.with_columns(
        FAULT=nw.when(c("unusable") == "conflict").then(c("unusable")).otherwise(nw.lit(""))
    )
    for column in ("points", "scoring"):
        if column in parameters.values:
            frame = with_fault(frame, c(column) != getattr(parameters, column), "other_form")
    known = (c("FAULT") == "") & (c("unusable") == "") & c("scale").is_in(list(asked.scales))
    chosen = _one_of_each(frame.filter(known), name, parameters)
    for column, value in chosen.items():
        frame = with_fault(frame, c(column) != value, "other_form")
    frame = with_fault(frame, c("unusable") == "no_score", "no_score")
    if _NO_SCALE not in asked.scales:
        frame = with_fault(frame, c("scale") == _NO_SCALE, "no_scale")
    limits = asked.range(parameters)
    if limits is not None:
        frame = with_fault(frame, (c("score") < limits[0]) | (c("score") > limits[1]), "outside")
    if asked.whole:
        frame = with_fault(frame, c("score") % 1 != 0, "outside")
    return frame, chosen


def _one_of_each(frame: nw.LazyFrame[Any], name: str, parameters: Parameters) -> dict[str, str]:
    """The informant and the form of a figure: as asked for, else the only one there is."""
    open_columns = [column for column in ("informant", "form") if getattr(parameters, column) is None]
    chosen = {
        column: str(getattr(parameters, column)).strip()
        for column in ("informant", "form")
        if column not in open_columns
    }
    frame = frame.filter(*(c(column) == value for column, value in chosen.items())) if chosen else frame
    problems = []
    for column in open_columns:
        found = sorted(frame.select(column).unique().collect("polars")[column].to_list())
        if len(found) > 1:
            listed = ", ".join(value or "not stated" for value in found)
            problems.append(
                f"the scores of {name} have {len(found)} values of {column} ({listed}), which are never pooled; "
                f"give parameter {column!r}"
            )
        if found:
            chosen[column] = found[0]
    all_at_once("cannot calculate", problems, InputError)
    return chosen


# ---- the last one ---------------------------------------------------------------------------------------


def last_of(frame: nw.LazyFrame[Any], keys: Sequence[str], columns: Sequence[str]) -> nw.LazyFrame[Any]:
    """Keys, LAST (number of the row) and SEVERAL (whether a column has several values) of each one's last day."""
    days = frame.group_by(*keys).agg(DAY=c("date").max())
    of_day = frame.join(days, on=[*keys], how="inner").filter(c("date") == c("DAY"))
    lowest = {f"LOWEST_{column}": c(column).min() for column in columns}
    highest = {f"HIGHEST_{column}": c(column).max() for column in columns}
    found = of_day.group_by(*keys).agg(LAST=c("row").max(), **lowest, **highest)
    differ = nw.any_horizontal(
        *(c(f"LOWEST_{column}") < c(f"HIGHEST_{column}") for column in columns), ignore_nulls=False
    )
    return found.select(*keys, "LAST", SEVERAL=differ)


def with_last(frame: nw.LazyFrame[Any], keys: Sequence[str], value: str) -> nw.LazyFrame[Any]:
    """Of the rows without fault each person's last one stays; of the others the fault says why not."""
    last = last_of(frame.filter(c("FAULT") == ""), keys, [value])
    joined = frame.join(last, on=[*keys], how="left")
    joined = with_fault(joined, c("row") != c("LAST"), "earlier")
    return with_fault(joined, c("SEVERAL"), "several")


def without_faults(cases: Cases, faults: Mapping[str, str]) -> Cases:
    """Leave out, and count by reason, the rows that have a fault."""
    for fault, text in faults.items():
        cases = cases.keep(c("FAULT") != fault, text)
    return cases


def arms_in(frame: nw.LazyFrame[Any]) -> list[str]:
    """Arms of the rows, in order; empty where there are not several."""
    found = frame.select(ARM).unique().collect("polars")[ARM].to_list()
    names = sorted({_UNKNOWN if arm is None else str(arm) for arm in found})
    return names if len(names) > 1 else []


def of(arm: str) -> nw.Expr:
    """Whether a case is of an arm; people without one are of arm `unknown`."""
    return c(ARM).is_null() if arm == _UNKNOWN else (c(ARM) == arm)


def with_arms(cases: Cases, arms: Sequence[str], counted: nw.Expr) -> Cases:
    """Mention how many of the counted are of which arm, where there are several."""
    for arm in arms:
        cases = cases.report(counted & of(arm), f"of arm {arm}")
    return cases


def _identified(cases: Cases, chosen: Mapping[str, str], counted: nw.Expr) -> Cases:
    """Say of which informant and form the figure is: they are part of what is measured."""
    for column, value in chosen.items():
        if value:
            cases = cases.report(counted, f"{column}: {value}")
    return cases


# ---- cases ----------------------------------------------------------------------------------------------


def mean_score(asked: Questionnaire, tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select the last valid score of each person, and scale, in the window; numerator the score."""
    everything, chosen = _rows(asked, tables, parameters)
    rows = of_arm(everything.filter(in_window(window)), parameters)
    rows = with_last(rows, [*window.keys, "scale"], "score")
    parts = c("scale") if len(asked.scales) > 1 else None
    cases = Cases(rows, on=c("date"), numerator=c("score"), denominator=nw.lit(1), part=parts)
    cases = without_faults(cases, {name: text for name, text in FAULTS.items() if name != NEITHER_POINT})
    cases = _identified(cases, chosen, nw.lit(value=True))
    cases = with_arms(cases, arms_in(everything), nw.lit(value=True))
    return cases.report(c("unverified"), UNVERIFIED)


def paired_change(asked: Questionnaire, tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select everyone with a baseline by the window's end or a follow-up in it; those with both are the pairs.

    Numerator follow-up minus baseline, denominator 1 of a pair; 0 and 0 of the others, who are there to be
    mentioned. The second value is the pair's baseline.
    """
    everything, chosen = _rows(asked, tables, parameters)
    rows = everything.filter(c("date") <= window.end)
    rows = with_fault(rows, ~c("point").is_in([BASELINE, FOLLOW_UP]).fill_null(value=False), NEITHER_POINT)
    people = of_arm(_people(rows.filter(c("FAULT") == ""), window), parameters)
    unused = of_arm(rows.filter(c("FAULT") != ""), parameters)
    nothing = nw.lit(None, dtype=nw.Float64())
    others = unused.select(
        *_identity(window), "FAULT", ON=c("date"), CHANGE=nothing, BEFORE=nothing,
        **{flag: whole(0) for flag in _FLAGS}, MADE=nw.lit(value=False),
    )  # fmt: skip
    frame = nw.concat([people, others], how="vertical")
    paired = c("PAIRED") == 1
    cases = Cases(
        frame,
        on=c("ON"),
        numerator=nw.when(paired).then(c("CHANGE")).otherwise(nw.lit(0.0)),
        denominator=c("PAIRED"),
        second=c("BEFORE"),
    )
    cases = without_faults(cases, {name: text for name, text in FAULTS.items() if name != "earlier"})
    cases = _identified(cases, chosen, paired)
    arms = arms_in(everything)
    for flag, text in _FLAGS.items():
        cases = cases.report(c(flag) == 1, text)
        for arm in arms:
            cases = cases.report((c(flag) == 1) & of(arm), f"{text}; of arm {arm}")
    return cases.report(c("MADE"), UNVERIFIED)


_FLAGS = {
    "HAS_BEFORE": "baseline: people with a baseline score by the end of the window",
    "HAS_AFTER": "follow-up: people with a follow-up score in the window",
    "PAIRED": "paired: people with a baseline score before their follow-up score, on whom the figure rests",
    "LOST": "lost: people with a baseline score and no follow-up score in the window",
}


def _identity(window: WindowDates) -> list[str]:
    return list(dict.fromkeys([*window.keys, "LA", "DOB", ARM]))


def _people(rows: nw.LazyFrame[Any], window: WindowDates) -> nw.LazyFrame[Any]:
    """One row per person of a frame of usable rows, with the pair if there is one."""
    keys = window.keys
    before, after = (
        rows.filter(c("point") == BASELINE),
        rows.filter(c("point") == FOLLOW_UP, in_window(window)),
    )
    last = _chosen(after, keys, "AFTER")
    # What is compared must be the same in all that tells scores apart; the scale is one, and so is the instrument.
    same = [*keys, "points", "scoring", "informant", "form"]
    earlier = before.join(last.select(*same, "AFTER_DATE"), on=same, how="inner")
    first = _chosen(earlier.filter(c("date") < c("AFTER_DATE")), keys, "BEFORE")
    people = _everyone(before, after, window)
    people = people.join(last.drop(same[len(keys) :]), on=[*keys], how="left")
    people = people.join(first.drop(same[len(keys) :]), on=[*keys], how="left")
    if ARM not in window.keys:
        own = nw.when(~c("AFTER_OWN_ARM").is_null()).then(c("AFTER_OWN_ARM"))
        people = people.with_columns(own.otherwise(c("BEFORE_ARM")).alias(ARM))
    paired = ~c("AFTER").is_null() & ~c("BEFORE").is_null()
    several = c("AFTER_SEVERAL").fill_null(value=False) | c("BEFORE_SEVERAL").fill_null(value=False)
    made = c("AFTER_MADE").fill_null(value=False) | c("BEFORE_MADE").fill_null(value=False)
    return people.select(
        *_identity(window),
        FAULT=nw.when(several).then(nw.lit("several")).otherwise(nw.lit("")),
        ON=c("ON"),
        CHANGE=c("AFTER") - c("BEFORE"),
        BEFORE=c("BEFORE"),
        HAS_BEFORE=c("HAS_BEFORE"),
        HAS_AFTER=c("HAS_AFTER"),
        PAIRED=kit.flag(paired),
        LOST=c("HAS_BEFORE") * (1 - c("HAS_AFTER")),
        MADE=paired & made,
    )


def _everyone(before: nw.LazyFrame[Any], after: nw.LazyFrame[Any], window: WindowDates) -> nw.LazyFrame[Any]:
    """Everyone with a baseline or a follow-up, once; where the windows do not tell, BEFORE_ARM is the baseline's."""
    columns = [*window.keys, "LA", "DOB", "date"]
    unknown = nw.lit(None, dtype=nw.String())
    both = nw.concat(
        [
            before.select(*columns, B=whole(1), A=whole(0), BEFORE_ARM=c(ARM)),
            after.select(*columns, B=whole(0), A=whole(1), BEFORE_ARM=unknown),
        ],
        how="vertical",
    )
    return both.group_by(*window.keys, "LA").agg(
        DOB=c("DOB").max(),
        ON=c("date").max(),
        HAS_BEFORE=c("B").max(),
        HAS_AFTER=c("A").max(),
        BEFORE_ARM=c("BEFORE_ARM").max(),
    )


def _chosen(rows: nw.LazyFrame[Any], keys: Sequence[str], name: str) -> nw.LazyFrame[Any]:
    """Each person's last row of a frame: the score under a name, its date, what tells it apart, and doubts."""
    # Two scores of one day that are not of one form could each be the pair's.
    last = last_of(rows, keys, ["score", "points", "scoring"])
    last = rows.join(last, on=[*keys], how="inner").filter(c("row") == c("LAST"))
    return last.select(
        *keys, "points", "scoring", "informant", "form",
        c("score").alias(name),
        c("date").alias(f"{name}_DATE"),
        c("SEVERAL").alias(f"{name}_SEVERAL"),
        c("unverified").alias(f"{name}_MADE"),
        c(ARM).alias(f"{name}_OWN_ARM"),
    )  # fmt: skip


# ---- what can be answered for ---------------------------------------------------------------------------


def instrument_asked(
    asked: Questionnaire, tables: Tables, _window: object, parameters: Parameters
) -> dict[str, Verdict]:
    """Say which authorities have no row of the instrument, of whatever scale, person or date."""
    name = asked.name(parameters)
    return lacking(tables, SCORES, c("instrument") == name, f"no row of the instrument {name!r}")


def lacking(tables: Tables, name: str, rows: nw.Expr, why: str) -> dict[str, Verdict]:
    """A verdict `no_data` for every authority of which a table has no such row."""
    found = tables[name].filter(rows).select(c("LA").cast(nw.String)).unique().collect("polars")["LA"]
    with_rows = set(found.to_list())
    return {area: Verdict(Status.NO_DATA, why) for area in tables.areas if area not in with_rows}


# ---- effect size ----------------------------------------------------------------------------------------


def hedges_g(changes: Any, weights: Any, baselines: Any) -> tuple[None, float, float | None]:
    """Mean change over the standard deviation of the pairs' baselines, corrected for few pairs.

    Numerator none, denominator the number of pairs; no value below two pairs, or where all baselines are equal.
    """
    pairs = [
        (float(change), float(baseline))
        for change, weight, baseline in zip(changes, weights, baselines, strict=True)
        for _ in range(int(weight))
        if not math.isnan(baseline)
    ]
    number = len(pairs)
    if number < 2:
        return None, float(number), None
    mean = math.fsum(baseline for _, baseline in pairs) / number
    variance = math.fsum((baseline - mean) ** 2 for _, baseline in pairs) / (number - 1)
    if variance == 0:
        return None, float(number), None
    change = math.fsum(change for change, _ in pairs) / number
    return None, float(number), change / math.sqrt(variance) * (1 - 3 / (4 * number - 5))
