"""Outcome 21 of the 2017 checklist: relationships with peers."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction

RELATIONSHIPS_PEERS = Indicator(
    number=21,
    name="relationships_peers",
    title="Improving the quality of relationships between young people and their peers",
    definition="Young people have one or more good friendships.",
    direction=Direction.HIGHER,
    hoped_for="The checklist hoped for more and better friendships.",
    rise="More or better friendships, which may include harmful peers.",
    fall="Friends lost through moves of placement or school.",
    unintended_consequences="Risky groups of peers may be encouraged.",
    data_quality="Only the young people's own account is available, and samples are small.",
    crosswalk=(
        "No counterpart in the Children's Social Care National Framework, in Ofsted's inspection data "
        "(Annex A) or in Hertfordshire's Family Safeguarding indicators."
    ),
)
