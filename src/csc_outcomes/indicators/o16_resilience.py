"""Outcome 16 of the 2017 checklist: resilience."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction

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
)
