"""Harter's Self-Perception Profiles for children and for adolescents."""

from __future__ import annotations

from csc_outcomes.definitions.measure import Reference
from csc_outcomes.instruments.definition import Instrument
from csc_outcomes.instruments.parts import (
    Combine,
    Direction,
    Fill,
    MissingRule,
    Reliability,
    Reversal,
    State,
    Subscale,
)

LICENCE = (
    "Manuals and forms free to download from the University of Denver for research; copyright is kept by "
    "the author."
)
ONE_MISSING = MissingRule("one_missing", Fill.PERSON_MEAN, missing_at_most=1, state=State.UNVERIFIED)
CHILD_SCALES = (
    "scholastic",
    "social",
    "athletic",
    "appearance",
    "behavioural_conduct",
    "global_self_worth",
)
ADOLESCENT_SCALES = (
    "scholastic",
    "social",
    "athletic",
    "appearance",
    "job",
    "romantic",
    "behavioural_conduct",
    "close_friendship",
    "global_self_worth",
)
_EEF = "Education Endowment Foundation, database of attainment measures"
_UNCONFIRMED = (
    "that items run through the scales in turn, which items are printed with the favourable statement on the "
    "other side, and that one item of a scale may be missing"
)
_NOTE = (
    "Each scale is the mean of its items, 1 to 4, and 4 is the most adequate; there is no total. On the form half of "
    "the items are printed the other way round: pass `reverse`, the numbers of those whose answers "
    "must be turned, or 'already_keyed'."
)


def _scales(names: tuple[str, ...], n_items: int) -> tuple[Subscale, ...]:
    """Items run through the scales in turn."""
    return tuple(
        Subscale(
            name,
            range(first, n_items + 1, len(names)),
            direction=Direction.HIGHER_IS_BETTER,
            combine=Combine.MEAN,
            missing=ONE_MISSING,
            state=State.UNVERIFIED,
        )
        for first, name in enumerate(names, start=1)
    )


def _profile(
    name: str, whom: str, scales: tuple[str, ...], n_items: int, alpha: tuple[float, float], ages: str
) -> Instrument:
    title = f"Self-Perception Profile for {whom}"
    reference = Reference(f"{title}: manual and questionnaires", "Harter, University of Denver", "2012")
    return Instrument(
        name=name,
        title=title,
        n_items=n_items,
        low=1,
        high=4,
        subscales=_scales(scales, n_items),
        informants=("self",),
        reverse_required=True,
        reversals=(Reversal("already_keyed", ()),),
        licence=LICENCE,
        references=(reference,),
        reliability=(
            Reliability(
                scale="all", kind="alpha", value=alpha, of="all scales", source=_EEF, state=State.VERIFIED
            ),
        ),
        ages=ages,
        unconfirmed=_UNCONFIRMED,
        note=_NOTE,
    )


HARTER_SPPC = _profile("harter_sppc", "Children", CHILD_SCALES, 36, (0.71, 0.91), "8 to 13")
HARTER_SPPA = _profile("harter_sppa", "Adolescents", ADOLESCENT_SCALES, 45, (0.74, 0.93), "14 to 19")

INSTRUMENTS = (HARTER_SPPC, HARTER_SPPA)
