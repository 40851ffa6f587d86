"""Outcome 22 of the 2017 checklist: recruitment and retention of the workforce."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction

WORKFORCE = Indicator(
    number=22,
    name="workforce",
    title="Improving recruitment and retention of the workforce",
    definition="More staff and foster carers are recruited, and fewer leave.",
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for fewer vacancies, less turnover and less agency work, and for more new "
        "staff and foster carers."
    ),
    rise=(
        "For vacancies, posts created by growth as well as staff lost; for turnover, loss, or healthy "
        "renewal; for agency work, cover, or the workers' own choice."
    ),
    fall=(
        "For vacancies, posts filled, or posts deleted; for agency work, permanent staff instead, or "
        "gaps left unfilled; for turnover, staff who stay, or who have nowhere to go."
    ),
    unintended_consequences="Deleting posts, or filling them with unqualified roles, improves the rate.",
    data_quality=(
        "The census counts child and family social workers employed by the authority only. What counts "
        "as a vacancy varies from authority to authority. Turnover is that of the authority, not of the "
        "profession."
    ),
    crosswalk=(
        "Children's Social Care National Framework: the enabler that the workforce is equipped and effective."
    ),
)
