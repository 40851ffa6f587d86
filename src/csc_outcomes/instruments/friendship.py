"""Two instruments that are easily confused: the Friendship Quality Questionnaire and the Friendship Qualities Scale."""

from __future__ import annotations

from csc_outcomes.definitions.measure import Reference
from csc_outcomes.instruments.definition import Instrument
from csc_outcomes.instruments.parts import Combine, Direction, Reliability, Scoring, State, Subscale

PARKER_1993 = Reference(
    "Friendship and friendship quality in middle childhood: links with peer group acceptance and feelings of "
    "loneliness and social dissatisfaction",
    "Parker and Asher, Developmental Psychology 29, 611",
    "1993",
)
BUKOWSKI_1994 = Reference(
    "Measuring friendship quality during pre- and early adolescence: the development and psychometric "
    "properties of the Friendship Qualities Scale",
    "Bukowski, Hoza and Boivin, Journal of Social and Personal Relationships 11",
    "1994",
)
WORSE, BETTER = Direction.HIGHER_IS_WORSE, Direction.HIGHER_IS_BETTER


def _scale(name: str, *items: int, direction: Direction = BETTER) -> Subscale:
    return Subscale(name, items, direction=direction, combine=Combine.MEAN, state=State.UNVERIFIED)


def _open(name: str, wants: int, direction: Direction = BETTER) -> Subscale:
    return Subscale(name, direction=direction, combine=Combine.MEAN, wants=wants, state=State.UNVERIFIED)


FQQ = Instrument(
    name="fqq",
    title="Friendship Quality Questionnaire",
    n_items=41,
    low=0,
    high=4,
    subscales=(
        _scale("validation_caring", 4, 5, 6, 8, 10, 12, 13, 15, 30, 41),
        _scale("conflict_resolution", 11, 26, 35),
        _scale("conflict_betrayal", 3, 9, 20, 21, 27, 31, 37, direction=WORSE),
        _scale("help_guidance", 17, 18, 24, 28, 32, 33, 34, 36, 39),
        _scale("companionship", 2, 7, 19, 23, 25),
        _scale("intimate_exchange", 14, 16, 22, 29, 38, 40),
    ),
    informants=("self",),
    scorings=(Scoring(name="0-4"), Scoring(name="1-5", low=1, state=State.UNVERIFIED)),
    default_scoring="0-4",
    licence="Copyright of the authors; ask them for permission, access may be limited.",
    references=(PARKER_1993,),
    reliability=(
        Reliability(
            scale="all",
            kind="alpha",
            value=(0.73, 0.90),
            of="all scales; mean 0.80",
            source="RAND Education Assessment Finder",
            state=State.VERIFIED,
        ),
    ),
    ages="school grades 3 to 6, about 8 to 12",
    unconfirmed="which items make the scales, and whether some of conflict and betrayal are reversed",
    note=(
        "Item 1 is the warm-up and is not scored; its column may be left out. Each scale is a mean; there is no "
        "overall score. Answers run from 0 to 4; a revised form has 1 to 5: pass scoring='1-5'."
    ),
)

FQS = Instrument(
    name="fqs",
    title="Friendship Qualities Scale",
    n_items=23,
    low=1,
    high=5,
    subscales=(
        _open("companionship", 4),
        _open("conflict", 4, WORSE),
        _open("help", 5),
        _open("security", 5),
        _open("closeness", 5),
    ),
    informants=("self",),
    licence="Copyright of the authors; ask them for permission.",
    references=(BUKOWSKI_1994,),
    ages="pre- and early adolescence",
    unconfirmed="the key: the numbers of items are reported, which ones they are is not confirmed",
    note=(
        "Not the Friendship Quality Questionnaire. Needs a key from the holder of the form: "
        "`get('fqs').with_key({...}, reverse=[...])`. Each scale is a mean."
    ),
)

INSTRUMENTS = (FQQ, FQS)
