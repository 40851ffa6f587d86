"""Outcome 24 of the 2017 checklist: knowledge, attitudes and self-efficacy of staff."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction

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
)
