"""Outcome 23 of the 2017 checklist: job satisfaction of the workforce."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction

JOB_SATISFACTION = Indicator(
    number=23,
    name="job_satisfaction",
    title="Improving job satisfaction of the workforce",
    definition="Staff and carers feel more satisfied in their role.",
    direction=Direction.HIGHER,
    hoped_for="The checklist hoped for more satisfaction.",
    rise="Better conditions; or unhappy staff who have already left.",
    fall="Worse conditions; or new staff, or another time of the survey.",
    unintended_consequences="Staff may be pressed to answer well.",
    data_quality="Few staff respond, and questions differ from authority to authority.",
    crosswalk=(
        "Children's Social Care National Framework: the enabler that the workforce is equipped and effective."
    ),
)
