"""General Health Questionnaire with 12 and with 28 items.

Answers are coded by the column on the form, 0 to 3 from left to right: 3 is the worst answer to every item,
so nothing is reversed.
"""

from __future__ import annotations

from csc_outcomes.definitions.measure import Reference
from csc_outcomes.instruments.definition import Instrument
from csc_outcomes.instruments.parts import Bands, Direction, Scoring, State, Subscale, steps

GOLDBERG_1979 = Reference(
    "A scaled version of the General Health Questionnaire",
    "Goldberg and Hillier, Psychological Medicine 9, 139",
    "1979",
)
GOLDBERG_1988 = Reference(
    "A user's guide to the General Health Questionnaire", "Goldberg and Williams, NFER-Nelson", "1988"
)
WORSE = Direction.HIGHER_IS_WORSE
LICENCE = "Commercial: copyright GL Assessment; a licence is needed, and items must not be passed on."

LIKERT = Scoring(name="likert")
BIMODAL = Scoring(name="ghq", codes=(0, 0, 1, 1))
MODIFIED = Scoring(name="modified_likert", codes=(0, 0, 1, 2))
# Positively worded items keep the bimodal points; in negatively worded ones answer 1 counts too.
CORRECTED = Scoring(
    name="c_ghq",
    codes=(0, 0, 1, 1),
    other_items=(2, 5, 6, 9, 10, 11),
    other_codes=(0, 1, 1, 1),
    state=State.UNVERIFIED,
)

_THRESHOLDS = (
    "No threshold is built in, for they differ by setting and by form: pass one, for instance bands=4."
)

GHQ12 = Instrument(
    name="ghq12",
    title="General Health Questionnaire, 12 items",
    n_items=12,
    low=0,
    high=3,
    subscales=(Subscale("total", range(1, 13), direction=WORSE),),
    scorings=(LIKERT, BIMODAL, MODIFIED, CORRECTED),
    licence=LICENCE,
    references=(GOLDBERG_1988,),
    ages="16 and over",
    unconfirmed="which items are worded positively, on which c_ghq scoring rests",
    note=f"A screen for mental distress. {_THRESHOLDS}",
)

# Four scales of seven are published; that they follow one another on the form is not confirmed.
_PART = State.UNVERIFIED
_LEVELS = ("level 1 of 4", "level 2 of 4", "level 3 of 4", "level 4 of 4")

GHQ28 = Instrument(
    name="ghq28",
    title="General Health Questionnaire, 28 items",
    n_items=28,
    low=0,
    high=3,
    subscales=(
        Subscale("somatic", range(1, 8), direction=WORSE, state=_PART),
        Subscale("anxiety_insomnia", range(8, 15), direction=WORSE, state=_PART),
        Subscale("social_dysfunction", range(15, 22), direction=WORSE, state=_PART),
        Subscale("severe_depression", range(22, 29), direction=WORSE, state=_PART),
        Subscale("total", range(1, 29), direction=WORSE),
    ),
    scorings=(LIKERT, BIMODAL, MODIFIED),
    bands=(
        Bands(
            scheme="iran_severity",
            cuts={
                "total": steps(_LEVELS, 0, 23, 41, 61),
                **dict.fromkeys(
                    ("somatic", "anxiety_insomnia", "social_dysfunction", "severe_depression"),
                    steps(_LEVELS, 0, 7, 12, 17),
                ),
            },
            scorings=("likert",),
            country="Iran",
            source="A published Iranian study; no norm for the United Kingdom",
            state=State.VERIFIED,
        ),
    ),
    licence=LICENCE,
    references=(GOLDBERG_1979,),
    ages="16 and over",
    unconfirmed="the order of the four scales on the form",
    note=(
        f"{_THRESHOLDS} Corrected scoring is not offered: which of the 28 items are worded positively is "
        "not known here."
    ),
)

INSTRUMENTS = (GHQ12, GHQ28)
