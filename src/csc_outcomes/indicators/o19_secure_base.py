"""Outcome 19 of the 2017 checklist: a secure, stable base for adolescents."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction
from csc_outcomes.indicators.m19_secure_base import MEASURES

SECURE_BASE = Indicator(
    number=19,
    name="secure_base",
    title="Providing adolescents with complex needs with a secure stable base",
    definition=(
        "Placements give adolescents a reliable base from which to explore and a safe haven in "
        "difficulty (the Secure Base model of Schofield and Beek)."
    ),
    direction=Direction.HIGHER,
    hoped_for="The checklist hoped for more adolescents with a secure base.",
    rise=(
        "Better care; or raters who were trained in the model; or, for length of stay, children who "
        "stay where they are unhappy."
    ),
    fall="Worse care; or stricter rating; or, for length of stay, planned moves to a better match.",
    unintended_consequences="A placement that is stable but unhappy may be held on to.",
    data_quality=(
        "Ratings are qualitative, so agreement between raters must be shown. Time in one placement "
        "stands in for a secure base; it is not the same thing."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes."
    ),
    measures=MEASURES,
)
