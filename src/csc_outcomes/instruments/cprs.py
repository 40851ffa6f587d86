"""Child-Parent Relationship Scale: the short form of 15 items and the full form of 30."""

from __future__ import annotations

from csc_outcomes.definitions.measure import Reference
from csc_outcomes.instruments.definition import Instrument
from csc_outcomes.instruments.parts import Direction, Reliability, State, Subscale

PIANTA_1992 = Reference("Child-Parent Relationship Scale", "Pianta, University of Virginia", "1992")
DRISCOLL_2011 = Reference(
    "Mothers' and fathers' perceptions of conflict and closeness in parent-child relationships during early "
    "childhood",
    "Driscoll and Pianta, Journal of Early Childhood and Infant Psychology 7",
    "2011",
)
WORSE, BETTER = Direction.HIGHER_IS_WORSE, Direction.HIGHER_IS_BETTER
LICENCE = "Distributed free by the author's university for research; copyright is kept by the author."
CONFLICT = (2, 4, 8, 10, 11, 12, 13, 14)
CLOSENESS = (1, 3, 5, 6, 7, 9, 15)


def _alpha(scale: str, value: float, of: str) -> Reliability:
    source = f"A review of: {DRISCOLL_2011}"
    return Reliability(scale=scale, kind="alpha", value=value, of=of, source=source, state=State.UNVERIFIED)


CPRS_SHORT = Instrument(
    name="cprs_short",
    title="Child-Parent Relationship Scale, short form",
    n_items=15,
    low=1,
    high=5,
    subscales=(
        Subscale("conflict", CONFLICT, direction=WORSE, state=State.UNVERIFIED),
        Subscale("closeness", CLOSENESS, direction=BETTER, state=State.UNVERIFIED),
        Subscale(
            "positive_total",
            range(1, 16),
            direction=BETTER,
            reverse=CONFLICT,
            own=True,
            state=State.UNVERIFIED,
        ),
    ),
    informants=("parent", "carer"),
    licence=LICENCE,
    references=(PIANTA_1992, DRISCOLL_2011),
    reliability=(
        _alpha("conflict", 0.84, "mothers at 54 months and in grade 1"),
        _alpha("conflict", 0.90, "fathers at 54 months"),
        _alpha("conflict", 0.78, "fathers in grade 1"),
        _alpha("closeness", 0.69, "mothers at 54 months"),
        _alpha("closeness", 0.64, "mothers in grade 1"),
        _alpha("closeness", 0.72, "fathers at 54 months"),
        _alpha("closeness", 0.74, "fathers in grade 1"),
    ),
    ages="3 to 12",
    unconfirmed="which items make the two scales: known from a review of a paper only",
    note=(
        "Conflict and closeness are reported apart. `positive_total` (closeness and reversed conflict) "
        "is this library's, not the author's."
    ),
)

CPRS_FULL = Instrument(
    name="cprs_full",
    title="Child-Parent Relationship Scale, full form",
    n_items=30,
    low=1,
    high=5,
    subscales=(
        Subscale("conflict", direction=WORSE, wants=12, state=State.UNVERIFIED),
        Subscale("positive_aspects", direction=BETTER, wants=10, state=State.UNVERIFIED),
        Subscale("dependence", direction=WORSE, wants=4, state=State.UNVERIFIED),
    ),
    informants=("parent", "carer"),
    licence=LICENCE,
    references=(PIANTA_1992,),
    ages="3 to 12",
    unconfirmed="the key: 12, 10 and 4 items are reported, which ones is not confirmed",
    note="Needs a key from the holder of the form: `get('cprs_full').with_key({...}, reverse=[...])`.",
)

INSTRUMENTS = (CPRS_SHORT, CPRS_FULL)
