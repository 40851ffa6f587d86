"""Outcome 16 of the 2017 checklist: resilience."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction, Measure, Parameter
from csc_outcomes.indicators import questionnaires as asked
from csc_outcomes.instruments.cyrm import JEFFERIES_2018

CYRM_R = asked.Questionnaire("cyrm_r", ranges={5: (17, 85), 3: (17, 51)}, told_by="points")

_POINTS = Parameter(
    "points",
    "Number of response points of the form: sums of the form with 3 and of the one with 5 cannot be compared. A row "
    "that does not say is taken as 5.",
    default=5,
    choices=(5, 3),
)
_PARAMETERS = (_POINTS, asked.INFORMANT, asked.FORM, asked.ARM_ASKED)
_UNITS = (
    "17 items, all worded positively: the score is their sum, 17 to 85 with five response points, 17 to 51 with three. "
    "Any unanswered item leaves it missing. Versions of the measure with 28 or 12 items are other instruments."
)

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="cyrm_total_mean",
        label="Child and Youth Resilience Measure (CYRM-R): mean total score",
        **asked.mean_of(CYRM_R),
        numerator="Sum of the total scores of the denominator.",
        denominator="People with a valid total score dated in the window.",
        formula=f"{asked.MEAN_FORMULA} A higher score is better.",
        edges=f"{_UNITS} {asked.MEAN_EDGES}",
        references=(JEFFERIES_2018,),
        parameters=_PARAMETERS,
    ),
    Measure(
        id="cyrm_paired_change",
        label="Child and Youth Resilience Measure (CYRM-R): mean change of people with both scores",
        **asked.change_of(CYRM_R),
        numerator=asked.CHANGE_NUMERATOR,
        denominator=asked.CHANGE_DENOMINATOR,
        formula=f"{asked.CHANGE_FORMULA} A positive change is better.",
        edges=f"{_UNITS} {asked.CHANGE_EDGES}",
        references=(JEFFERIES_2018,),
        parameters=_PARAMETERS,
        rise=f"More resources around the person; but {asked.ATTRITION}",
        fall="New adversity; or greater candour once trust is built.",
    ),
)

RESILIENCE = Indicator(
    number=16,
    name="resilience",
    title="Improving young people's and families' resilience",
    definition=(
        "Young people and families cope better with difficulty and recover better from it. Resilience "
        "has many definitions in the literature."
    ),
    direction=Direction.HIGHER,
    hoped_for="The checklist hoped for more resilience.",
    rise=(
        "More resources around the child; but also answers that shift with what people expect of "
        "themselves, another way of asking, or the loss of those who do worst."
    ),
    fall="New adversity; or greater candour once trust is built.",
    unintended_consequences=(
        "Low resilience may be treated as the child's failing, and measurement may take the place of help."
    ),
    data_quality=(
        "Those who answer at both points are not a random part of those who started. Versions of a "
        "scale (28, 26, 17 or 12 items; three or five answers) are not interchangeable."
    ),
    crosswalk=(
        "No counterpart in the Children's Social Care National Framework, in Ofsted's inspection data "
        "(Annex A) or in Hertfordshire's Family Safeguarding indicators."
    ),
    measures=MEASURES,
)
