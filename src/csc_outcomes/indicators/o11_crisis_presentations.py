"""Outcome 11 of the 2017 checklist: crisis presentations."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction
from csc_outcomes.indicators.m11_crisis_presentations import MEASURES

CRISIS_PRESENTATIONS = Indicator(
    number=11,
    name="crisis_presentations",
    title="Reducing crisis presentations",
    definition="Fewer presentations to health and social care services count as a crisis.",
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for fewer crises.",
    rise="More crises; but also easier access, or injury and self-harm that are better recognised.",
    fall=(
        "Earlier help; but also barriers to emergency departments, visits recorded as same-day "
        "emergency care, or waits elsewhere."
    ),
    unintended_consequences="Families may be discouraged from seeking urgent help.",
    data_quality=(
        "Health data need linkage and consent. An attendance is not an admission. Changes in the "
        "classification of diseases and in the recording of same-day emergency care changed the series "
        "on injuries. Starts of care under emergency powers depend on police practice."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 2, children and young people are safe in "
        "and outside of their homes. Ofsted's inspection data (Annex A): list 7, emergency protection "
        "order or police protection in the last six months. Hertfordshire's Family Safeguarding "
        "indicators: emergency hospital admissions."
    ),
    measures=MEASURES,
)
