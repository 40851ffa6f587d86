"""Secure Base model: one rating for each of five dimensions of caregiving, reported apart."""

from __future__ import annotations

from csc_outcomes.definitions.measure import Reference
from csc_outcomes.instruments.definition import Instrument
from csc_outcomes.instruments.parts import Direction, Subscale

DIMENSIONS = ("availability", "sensitivity", "acceptance", "co_operation", "family_membership")

SECURE_BASE = Instrument(
    name="secure_base",
    title="Secure Base model: ratings of five dimensions of caregiving",
    n_items=5,
    low=1,
    high=5,
    subscales=tuple(
        Subscale(name, (item,), direction=Direction.HIGHER_IS_BETTER)
        for item, name in enumerate(DIMENSIONS, start=1)
    ),
    informants=("worker", "carer", "parent", "self"),
    licence=(
        "A framework for practice of the University of East Anglia; the terms for using its record forms are not "
        "confirmed here: ask the authors."
    ),
    references=(
        Reference(
            "The Secure Base Model: promoting attachment and resilience in foster care and adoption",
            "Schofield and Beek, British Association for Adoption and Fostering",
            "2014",
        ),
    ),
    ages="any",
    note=(
        "The model is qualitative: it has no published numeric scale or norm. Ratings are the evaluator's own, in "
        "order, here 1 to 5; another range: `attrs.evolve(get('secure_base'), low=..., high=...)`. All five are "
        "reported, never added up."
    ),
)

INSTRUMENTS = (SECURE_BASE,)
