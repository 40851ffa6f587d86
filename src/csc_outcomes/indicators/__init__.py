"""The 24 outcomes of the 2017 data checklist, in its order, one file each."""

# ruff: noqa: N811  a constant in its file, an indicator is found here under its lower-case name
from __future__ import annotations

from csc_outcomes.definitions.catalogue import Collection
from csc_outcomes.indicators.o01_children_looked_after import CHILDREN_LOOKED_AFTER as children_looked_after
from csc_outcomes.indicators.o02_return_home import RETURN_HOME as return_home
from csc_outcomes.indicators.o03_rereferrals import REREFERRALS as rereferrals
from csc_outcomes.indicators.o04_residential_care import RESIDENTIAL_CARE as residential_care
from csc_outcomes.indicators.o05_local_placements import LOCAL_PLACEMENTS as local_placements
from csc_outcomes.indicators.o06_stability import STABILITY as stability
from csc_outcomes.indicators.o07_youth_crime import YOUTH_CRIME as youth_crime
from csc_outcomes.indicators.o08_gang_affiliation import GANG_AFFILIATION as gang_affiliation
from csc_outcomes.indicators.o09_homelessness import HOMELESSNESS as homelessness
from csc_outcomes.indicators.o10_missing import MISSING as missing
from csc_outcomes.indicators.o11_crisis_presentations import CRISIS_PRESENTATIONS as crisis_presentations
from csc_outcomes.indicators.o12_sexual_exploitation import SEXUAL_EXPLOITATION as sexual_exploitation
from csc_outcomes.indicators.o13_education_employment_training import (
    EDUCATION_EMPLOYMENT_TRAINING as education_employment_training,
)
from csc_outcomes.indicators.o14_caseloads import CASELOADS as caseloads
from csc_outcomes.indicators.o15_saving_money import SAVING_MONEY as saving_money
from csc_outcomes.indicators.o16_resilience import RESILIENCE as resilience
from csc_outcomes.indicators.o17_mental_health import MENTAL_HEALTH as mental_health
from csc_outcomes.indicators.o18_physical_health import PHYSICAL_HEALTH as physical_health
from csc_outcomes.indicators.o19_secure_base import SECURE_BASE as secure_base
from csc_outcomes.indicators.o20_relationships_carers import RELATIONSHIPS_CARERS as relationships_carers
from csc_outcomes.indicators.o21_relationships_peers import RELATIONSHIPS_PEERS as relationships_peers
from csc_outcomes.indicators.o22_workforce import WORKFORCE as workforce
from csc_outcomes.indicators.o23_job_satisfaction import JOB_SATISFACTION as job_satisfaction
from csc_outcomes.indicators.o24_staff_knowledge import STAFF_KNOWLEDGE as staff_knowledge

CHECKLIST = (
    children_looked_after,
    return_home,
    rereferrals,
    residential_care,
    local_placements,
    stability,
    youth_crime,
    gang_affiliation,
    homelessness,
    missing,
    crisis_presentations,
    sexual_exploitation,
    education_employment_training,
    caseloads,
    saving_money,
    resilience,
    mental_health,
    physical_health,
    secure_base,
    relationships_carers,
    relationships_peers,
    workforce,
    job_satisfaction,
    staff_knowledge,
)
"""All outcomes, in the checklist's order."""

__all__ = [
    "CHECKLIST",
    "caseloads",
    "children_looked_after",
    "collection",
    "crisis_presentations",
    "education_employment_training",
    "gang_affiliation",
    "homelessness",
    "job_satisfaction",
    "local_placements",
    "mental_health",
    "missing",
    "physical_health",
    "relationships_carers",
    "relationships_peers",
    "rereferrals",
    "residential_care",
    "resilience",
    "return_home",
    "saving_money",
    "secure_base",
    "sexual_exploitation",
    "stability",
    "staff_knowledge",
    "workforce",
    "youth_crime",
]


def collection() -> Collection:
    """The checklist as a collection of measures: what the package's entry point offers."""
    return Collection("checklist", CHECKLIST)
