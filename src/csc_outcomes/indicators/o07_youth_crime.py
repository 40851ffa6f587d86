"""Outcome 7 of the 2017 checklist: youth crime."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction
from csc_outcomes.indicators.m07_youth_crime import MEASURES

YOUTH_CRIME = Indicator(
    number=7,
    name="youth_crime",
    title="Reducing youth crime",
    definition=(
        "Fewer young people come to the youth justice system, as perpetrators or as victims, and there "
        "is less anti-social behaviour."
    ),
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for less youth crime.",
    rise=(
        "More offending, more policing, better recording, or a changed policy of diverting young people "
        "from court."
    ),
    fall=(
        "Less offending; but also diversion through community resolutions, fewer police officers, or "
        "victims who do not report."
    ),
    unintended_consequences=(
        "Children in care may be criminalised when residential staff call the police. Counts of victims "
        "may rise as trust grows."
    ),
    data_quality=(
        "Arrests come from local police extracts, in which ages and residence vary. Home addresses of "
        "first-time entrants to the justice system are partly estimated. The national return covers "
        "only children who were in care for 12 months."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 2, children and young people are safe in "
        "and outside of their homes. Hertfordshire's Family Safeguarding indicators: police "
        "involvement."
    ),
    measures=MEASURES,
)
