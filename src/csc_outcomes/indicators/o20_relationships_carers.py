"""Outcome 20 of the 2017 checklist: relationships with parents, carers and social workers."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction

RELATIONSHIPS_CARERS = Indicator(
    number=20,
    name="relationships_carers",
    title=(
        "Improving the quality of relationships between young people and parents, carers and social workers"
    ),
    definition=(
        "Relationships are better as told by both sides: young people are heard, supported and helped."
    ),
    direction=Direction.HIGHER,
    hoped_for="The checklist hoped for better relationships.",
    rise="Better relationships; or answers only from those who were willing to give them.",
    fall="Worse relationships; or young people who now feel safe to be critical.",
    unintended_consequences="Young people tend to agree when the worker hands out the form.",
    data_quality="Who answers (child, parent, carer or worker) and who hands out the form must be stated.",
    crosswalk=(
        "Children's Social Care National Framework: outcome 3, children and young people are supported "
        "by their family network."
    ),
)
