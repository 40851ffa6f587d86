"""Outcome 13 of the 2017 checklist: education, employment and training."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction
from csc_outcomes.indicators.m13_education_employment_training import MEASURES

EDUCATION_EMPLOYMENT_TRAINING = Indicator(
    number=13,
    name="education_employment_training",
    title="Increasing the number of young people and families in education, employment and training",
    definition="More young people take part in education, employment or training.",
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for more young people in education, employment or training, and for less "
        "absence from school."
    ),
    rise=(
        "For participation, real progress (young people with whom contact was lost do not count as "
        "taking part, so lost contact lowers the figure); for absence, disengagement, or honest "
        "recording."
    ),
    fall=(
        "For participation, a weaker labour market, or more leavers traced; for absence, better "
        "attendance, but also pupils taken off the roll, part-time timetables, or use of other codes."
    ),
    unintended_consequences=(
        "Exclusion and taking pupils off the roll remove children from the denominator. Training of low "
        "quality counts as participation."
    ),
    data_quality=(
        "Absence follows the academic year and covers only matched pupils of compulsory school age; "
        "2019/20 and 2020/21 are not comparable because of the pandemic. Figures on young people of 16 "
        "and 17 who are not in education, employment or training hide those whose activity is not "
        "known."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 1, children, young people and families stay "
        "together and get the help they need (absence); outcome 4, children in care and care leavers "
        "have stable, loving homes (care leavers). Ofsted's inspection data (Annex A): list 9, activity "
        "status. Hertfordshire's Family Safeguarding indicators: school attendance."
    ),
    measures=MEASURES,
)
