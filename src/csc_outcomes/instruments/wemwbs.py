"""Warwick-Edinburgh Mental Well-being Scales: 14 items, and the short form of 7."""

from __future__ import annotations

from csc_outcomes.definitions.measure import Reference
from csc_outcomes.instruments.definition import Instrument
from csc_outcomes.instruments.parts import Direction, Fill, MissingRule, State, Subscale

TENNANT_2007 = Reference(
    "The Warwick-Edinburgh Mental Well-being Scale (WEMWBS): development and UK validation",
    "Tennant and others, Health and Quality of Life Outcomes 5, 63",
    "2007",
)
STEWART_BROWN_2009 = Reference(
    "Internal construct validity of the Warwick-Edinburgh Mental Well-being Scale: a Rasch analysis",
    "Stewart-Brown and others, Health and Quality of Life Outcomes 7, 15",
    "2009",
)
BETTER = Direction.HIGHER_IS_BETTER
LICENCE = (
    "Copyright NHS Health Scotland and the Universities of Warwick and Edinburgh; registration needed, free for "
    "non-commercial use; items must not be changed."
)

# Metric score of each raw sum from 7 to 35.
METRIC = (
    *(7.00, 9.51, 11.25, 12.40, 13.33, 14.08, 14.75, 15.32, 15.84, 16.36),
    *(16.88, 17.43, 17.98, 18.59, 19.25, 19.98, 20.73, 21.54, 22.35, 23.21),
    *(24.11, 25.03, 26.02, 27.03, 28.13, 29.31, 30.70, 32.55, 35.00),
)

WEMWBS = Instrument(
    name="wemwbs",
    title="Warwick-Edinburgh Mental Well-being Scale",
    n_items=14,
    low=1,
    high=5,
    subscales=(
        Subscale(
            "total",
            range(1, 15),
            direction=BETTER,
            missing=MissingRule("three_missing", Fill.PERSON_MEAN, missing_at_most=3, state=State.UNVERIFIED),
        ),
    ),
    licence=LICENCE,
    references=(TENNANT_2007,),
    ages="13 and over",
    unconfirmed="that up to three unanswered items may take the person's mean",
    note="Sum of 14 items, 14 to 70.",
)

SWEMWBS = Instrument(
    name="swemwbs",
    title="Short Warwick-Edinburgh Mental Well-being Scale",
    n_items=7,
    low=1,
    high=5,
    subscales=(
        Subscale("total", range(1, 8), direction=BETTER, table=METRIC),
        Subscale("raw", range(1, 8), direction=BETTER),
    ),
    licence=LICENCE,
    references=(STEWART_BROWN_2009, TENNANT_2007),
    ages="13 and over",
    note=(
        "The score to report is `total`: the raw sum converted to the metric scale, 7 to 35. All seven "
        "items are needed."
    ),
)

INSTRUMENTS = (WEMWBS, SWEMWBS)
