"""Outcome 24 of the 2017 checklist: knowledge, attitudes and self-efficacy of staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import (
    Basis,
    Direction,
    Kind,
    Measure,
    Parameter,
    Reference,
    Statistic,
    When,
)
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.indicators import local
from csc_outcomes.indicators import questionnaires as asked

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates
    from csc_outcomes.engine.verdict import Verdict
    from csc_outcomes.engine.windows import Window

c = nw.col

TRAINING, ANY = "training", "any"
COURSE = Parameter(
    "course",
    "Name of one course; 'any' counts those who completed at least one of any name.",
    default=ANY,
)


def trained(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select staff in post on the last day; numerator those who completed the training in the window."""
    people = local.observed_on(tables, window.end, parameters, "staff")
    rows = local.events_in(tables, window, TRAINING).filter(c("DETAIL") == "completed")
    if parameters.course != ANY:
        rows = rows.filter(c("NAME") == parameters.course)
    completed = rows.select(window.keys).unique().with_columns(COMPLETED=nw.lit(1))
    frame = people.join(completed, on=window.keys, how="left")
    flag = kit.flag(c("COMPLETED") == 1)
    cases = Cases(frame, on=window.end, numerator=flag, denominator=nw.lit(1))
    return local.with_arms(local.with_cover(cases, tables, window, TRAINING), parameters)


def says_training(tables: Tables, window: Window | None, parameters: Parameters) -> dict[str, Verdict]:
    """Authorities without a training log or without a cohort; a course that no row names is refused."""
    if parameters.course != ANY:
        local.check_name(tables, TRAINING, parameters.course, "course")
    return local.says_events(tables, window, parameters, kinds=(TRAINING,), members_needed=True)


HEDGES_1981 = Reference(
    "Distribution theory for Glass's estimator of effect size and related estimators",
    "Hedges, Journal of Educational Statistics 6",
    "1981",
)
OWN_TEST = asked.Questionnaire("")
_OWN = (
    "Tests made for one project: scores are stored, on any scale, and can be compared only where the form is the same. "
    "Groups that cannot be matched person by person are not in the figure."
)

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="training_knowledge_change",
        label="Change of knowledge scores after training",
        **asked.change_of(OWN_TEST),
        statistics=(Statistic("hedges_g", asked.hedges_g),),
        numerator=asked.CHANGE_NUMERATOR,
        denominator=asked.CHANGE_DENOMINATOR,
        formula=f"{asked.CHANGE_FORMULA} The row hedges_g is the mean change over the standard deviation of the pairs' "
        "baseline scores (n - 1), times 1 - 3 / (4n - 5) for n pairs; it needs two pairs whose baselines differ.",
        edges=f"{_OWN} {asked.CHANGE_EDGES}",
        references=(HEDGES_1981,),
        parameters=(
            asked.instrument_parameter("knowledge"),
            asked.FORM,
            asked.INFORMANT,
            asked.ARM_ASKED,
        ),
    ),
    Measure(
        id="self_efficacy_change",
        label="Change of self-efficacy scores",
        **asked.change_of(OWN_TEST),
        numerator=asked.CHANGE_NUMERATOR,
        denominator=asked.CHANGE_DENOMINATOR,
        formula=asked.CHANGE_FORMULA,
        edges=f"{_OWN} A baseline that is asked for afterwards is another measure. {asked.CHANGE_EDGES}",
        parameters=(
            asked.instrument_parameter("self_efficacy"),
            asked.FORM,
            asked.INFORMANT,
            asked.ARM_ASKED,
        ),
        rise="People who feel more able; or answers that please.",
        fall="Staff who judge themselves by a higher standard once they know more.",
    ),
    Measure(
        id="training_reach_pct",
        label="Eligible staff who completed the training",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        counted="worker",
        over="worker",
        when=When.PERIOD,
        needs=(local.EVENTS, local.MEMBERS),
        uses=local.USES,
        select=trained,
        says=says_training,
        numerator=(
            "Staff of the denominator with at least one event training of detail completed that starts in the "
            "window (parameter course: of that name)."
        ),
        denominator="Members of the cohort with the role staff who are in post on the last day of the window.",
        formula="Numerator / denominator x 100.",
        edges=(
            "Staff who completed the training and left before the last day count nowhere. A course completed before "
            "the window does not count. Where a log holds no training at all, nothing is known: there is no figure, "
            "and no 0."
        ),
        basis=Basis.LOCAL,
        parameters=(COURSE, local.ARM_PARAMETER),
        rise="More of the staff were reached; or staff who were not trained left.",
        fall="Fewer were reached; or new staff joined after the training.",
    ),
)

STAFF_KNOWLEDGE = Indicator(
    number=24,
    name="staff_knowledge",
    title="Improving staff knowledge, attitudes and self-efficacy",
    definition=(
        "Staff and carers who were trained know more, hold more positive attitudes and feel more able."
    ),
    direction=Direction.HIGHER,
    hoped_for="The checklist hoped for more knowledge, better attitudes and more self-efficacy.",
    rise="Learning; but also the same test taken twice, or scores that are at their ceiling.",
    fall="Knowledge that fades; or staff who judge themselves by a higher standard.",
    unintended_consequences="Counts of training may take the place of changes in practice.",
    data_quality=(
        "Instruments made for one project are not comparable across projects, unless the form is the same."
    ),
    crosswalk=(
        "Children's Social Care National Framework: the enabler that the workforce is equipped and effective."
    ),
    measures=MEASURES,
)
