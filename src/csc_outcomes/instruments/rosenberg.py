"""Rosenberg Self-Esteem Scale: 10 items that circulate in two orders and two codings."""

from __future__ import annotations

from csc_outcomes.definitions.measure import Reference
from csc_outcomes.instruments.definition import Instrument
from csc_outcomes.instruments.parts import Direction, Reversal, Scoring, State, Subscale

ROSENBERG = Instrument(
    name="rosenberg",
    title="Rosenberg Self-Esteem Scale",
    n_items=10,
    low=0,
    high=3,
    subscales=(
        Subscale("total", range(1, 11), direction=Direction.HIGHER_IS_BETTER, state=State.UNVERIFIED),
    ),
    informants=("self",),
    scorings=(Scoring(name="0-3"), Scoring(name="1-4", low=1)),
    default_scoring="0-3",
    reverse_required=True,
    reversals=(
        Reversal("common", (2, 5, 6, 8, 9)),
        Reversal("book_1965", (3, 5, 8, 9, 10)),
        Reversal("already_keyed", ()),
    ),
    licence="Free for research and education with attribution.",
    references=(Reference("Society and the adolescent self-image", "Rosenberg, Princeton", "1965"),),
    ages="adolescents and adults",
    unconfirmed="which items are reversed in which order of the form",
    note=(
        "Answers 0 to 3 (score 0 to 30), or 1 to 4 with scoring='1-4' (score 10 to 40). The order of the items "
        "differs between the common form and the book of 1965: pass `reverse`. That below 15 of 30 is "
        "low is convention only, and no band."
    ),
)

INSTRUMENTS = (ROSENBERG,)
