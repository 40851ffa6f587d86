"""Outcome 17 of the 2017 checklist: mental and emotional health."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction
from csc_outcomes.indicators.m17_mental_health import MEASURES

MENTAL_HEALTH = Indicator(
    number=17,
    name="mental_health",
    title="Improving young people's mental and emotional health",
    definition=(
        "Mental and emotional health is better. The outcome includes how common disorders are and how "
        "much child and adolescent mental health services are used."
    ),
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for lower scores of difficulties; it leaves open whether more or less use "
        "of mental health services is better."
    ),
    rise=(
        "For scores of difficulties, worse health, or more of the worst-off being scored; for use of "
        "services, more need, or need that is better met."
    ),
    fall=(
        "For scores of difficulties, better health, but also fewer children scored; for use of "
        "services, less need, or access that closed."
    ),
    unintended_consequences=(
        "Counting referrals rewards referring, not treating. Labels have effects of their own."
    ),
    data_quality=(
        "The share of children with a score on the Strengths and Difficulties Questionnaire varies (78% "
        "in England in 2025), and only the carer's questionnaire is returned. The published age base is "
        "5 to 16, while the return asks for scores at 4 to 16."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes (average score on the Strengths and Difficulties Questionnaire). "
        "Hertfordshire's Family Safeguarding indicators: use of mental health services."
    ),
    measures=MEASURES,
)
