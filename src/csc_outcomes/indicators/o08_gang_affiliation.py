"""Outcome 8 of the 2017 checklist: gang affiliation."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction

GANG_AFFILIATION = Indicator(
    number=8,
    name="gang_affiliation",
    title="Reducing gang affiliation",
    definition="Young people are less involved with gangs.",
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for less involvement with gangs.",
    rise="More involvement; or more disclosure, more screening and more awareness among practitioners.",
    fall=(
        "Less involvement; but also fear of disclosure, or assessors who use the newer factor of "
        "criminal exploitation instead of gangs."
    ),
    unintended_consequences=(
        "Young people may be labelled as gang members, and information shared with the police may harm trust."
    ),
    data_quality=(
        "What young people report differs with the way they are asked. Factors found in assessments "
        "describe assessments, not children, and depend on practice. Child criminal exploitation has "
        "been published as a factor of its own since 2022, while gangs fell from 14,700 in 2020 to "
        "8,860 in 2025."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 2, children and young people are safe in "
        "and outside of their homes."
    ),
)
