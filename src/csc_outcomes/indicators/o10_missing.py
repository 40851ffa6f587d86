"""Outcome 10 of the 2017 checklist: children who go missing."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction
from csc_outcomes.indicators.m10_missing import MEASURES

MISSING = Indicator(
    number=10,
    name="missing",
    title="Reducing the number missing",
    definition=(
        "Fewer young people are missing, that is, not where they are expected to be and their "
        "whereabouts not known."
    ),
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for fewer missing young people.",
    rise=(
        "More children going missing; but also better reporting, a change of police policy, or absences "
        "recorded as missing that used to be recorded as away."
    ),
    fall=(
        "Fewer and shorter absences; but also tolerance, incidents that are not reported, or children "
        "moved to distant homes or restrictive settings."
    ),
    unintended_consequences=(
        "Children's liberty may be restricted, or carers may not report. Read this outcome beside "
        "outcome 12 and the distance of placements."
    ),
    data_quality=(
        "These statistics carry a caution of the Department for Education: since 2017 more authorities "
        "record every absence as missing. The Department estimates that in 2023 missing children were "
        "overstated by up to 11%, and children away without authorisation understated by up to 32%. "
        "Only dates are recorded, so an absence of less than a day looks like no time at all."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 2, children and young people are safe in "
        "and outside of their homes. Ofsted's inspection data (Annex A): list 8, missing and absent "
        "episodes in 12 months and return interviews. Hertfordshire's Family Safeguarding indicators: "
        "police involvement."
    ),
    note=(
        "An incident is one row of the return: missing (M), or away from placement without "
        "authorisation (A). The two are never added silently."
    ),
    measures=MEASURES,
)
