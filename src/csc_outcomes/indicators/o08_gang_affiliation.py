"""Outcome 8 of the 2017 checklist: gang affiliation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction, Measure, Parameter
from csc_outcomes.indicators import cin, surveys
from csc_outcomes.indicators.questionnaires import ARM_ASKED

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Cases, Tables, WindowDates
    from csc_outcomes.engine.verdict import Verdict
    from csc_outcomes.engine.windows import Window

INVOLVEMENT = surveys.Question("gang_involvement", 0, 1, scale_max=1)

GANGS = "13A"
WITH_EXPLOITATION = Parameter(
    "with_exploitation",
    "True also counts episodes in which child criminal exploitation was found (24A), each episode once: the two "
    "factors overlap, and assessors moved from one to the other. The census has 24A from the year ending 2022.",
    default=False,
    choices=(False, True),
)


def gangs(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select episodes assessed in the window; numerator those with gangs, or exploitation, among the factors."""
    codes = (GANGS, cin.EXPLOITATION) if parameters.with_exploitation else (GANGS,)
    return cin.share_with_factor(tables, window, parameters, codes)


def gangs_asked(tables: Tables, window: Window | None, parameters: Parameters) -> dict[str, Verdict]:
    """Say that exploitation, if it is to be counted too, was not asked about before the year ending 2022."""
    return cin.exploitation_asked(tables, window, parameters) if parameters.with_exploitation else {}


MEASURES: tuple[Measure, ...] = (
    Measure(
        id="gang_self_report_pct",
        label="Young people who report involvement with a gang",
        **surveys.share_of(INVOLVEMENT),
        numerator="Young people of the denominator who report involvement in the period asked about (answer 1).",
        denominator="Young people with a valid answer (1 or 0) dated in the window.",
        formula="100 x numerator / denominator.",
        edges="Wording, period asked about and way of asking must be the same at both points. Show the figure with "
        f"design paired first, and the response at both points. Nothing is imputed. {surveys.ANSWER_EDGES}",
        parameters=(surveys.role_parameter("young_person"), surveys.DESIGN, ARM_ASKED),
        rise="More involvement; or more trust, and more disclosure.",
        fall="Less involvement; or fear of disclosure, and of what is passed to the police.",
    ),
    Measure(
        id="gang_factor_assessment_pct",
        label="Assessed episodes with gangs recorded as a factor",
        **cin.factor_share(GANGS, what="gang involvement (13A)") | {"select": gangs},
        says=gangs_asked,
        published=(
            "Children in need, table C3: episodes with the factor gangs, of episodes with an assessment factor "
            "(England 2025: 8,860 of 513,250, 1.7%). The Department's dashboard shows a rate per 10,000 children."
        ),
        parameters=(cin.EPISODES, WITH_EXPLOITATION),
    ),
    Measure(
        id="cce_factor_assessment_pct",
        label="Assessed episodes with child criminal exploitation recorded as a factor",
        **cin.factor_share(cin.EXPLOITATION, what="child criminal exploitation (24A)"),
        says=cin.exploitation_asked,
        published=(
            "Children in need, table C3: episodes with the factor child criminal exploitation (England 2025: 16,250 "
            "of 513,250)."
        ),
        parameters=(cin.EPISODES,),
        rise="More exploitation; or more screening and awareness, or cases that used to be recorded as gangs.",
        fall="Less exploitation; or fear of disclosure, or assessors who record gangs or trafficking instead.",
    ),
)

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
    measures=MEASURES,
)
