"""Strengths and Difficulties Questionnaire: 25 items, and its impact supplement as a form of its own.

Key, keying and the rule for missing items follow the developer's scoring instructions (Goodman, Journal of Child
Psychology and Psychiatry 38, 1997; Youthinmind, sdqinfo.org). Bands are those for England; those of the
Department for Education are applied to the totals of the SSDA903 return.
"""

from __future__ import annotations

from csc_outcomes.definitions.measure import Reference
from csc_outcomes.instruments.definition import Instrument
from csc_outcomes.instruments.parts import (
    Bands,
    Cuts,
    Direction,
    Fill,
    MissingRule,
    Reliability,
    Scoring,
    State,
    Subscale,
    steps,
)

GOODMAN_1997 = Reference(
    "The Strengths and Difficulties Questionnaire: a research note",
    "Goodman, Journal of Child Psychology and Psychiatry 38, 581",
    "1997",
)
GOODMAN_2001 = Reference(
    "Psychometric properties of the Strengths and Difficulties Questionnaire",
    "Goodman, Journal of the American Academy of Child and Adolescent Psychiatry 40, 1337",
    "2001",
)
FORD_2009 = Reference(
    "Strengths and Difficulties Questionnaire added value scores: evaluating effectiveness in child mental "
    "health interventions",
    "Ford and others, British Journal of Psychiatry 194, 552",
    "2009",
)
DFE_DASHBOARD = Reference(
    "Children's social care outcomes dashboard: bands of the SDQ score",
    "Department for Education",
    "2025",
)

WORSE, BETTER = Direction.HIGHER_IS_WORSE, Direction.HIGHER_IS_BETTER
PARENTS = ("parent", "carer")  # a carer fills in the parent's form
LICENCE = (
    "Copyright Youthinmind; not in the public domain. No rewording, no part of the items, no translation without "
    "permission; paper copies free for non-profit bodies that do not charge families; electronic versions "
    "only with prior permission."
)
THREE_OF_FIVE = MissingRule("three_of_five", Fill.HALF_UP, missing_at_most=2)

_THREE = ("normal", "borderline", "abnormal")
_THREE_DOWN = _THREE[::-1]
_FOUR = ("close to average", "slightly raised", "high", "very high")
_FOUR_DOWN = ("very low", "low", "slightly lowered", "close to average")
_AGES = "4 to 17"


def _scale(name: str, *items: int, reverse: tuple[int, ...] = (), direction: Direction = WORSE) -> Subscale:
    return Subscale(name, items, direction=direction, reverse=reverse, missing=THREE_OF_FIVE)


def _sum(name: str, *parts: str) -> Subscale:
    return Subscale(name, direction=WORSE, parts=parts)


def _three_band(informants: tuple[str, ...], starts: dict[str, tuple[int, ...]], state: State) -> Bands:
    cuts = {scale: steps(_THREE, *found) for scale, found in starts.items()}
    return Bands(
        scheme="three_band",
        cuts={**cuts, "prosocial": steps(_THREE_DOWN, 0, 5, 6)},
        informants=informants,
        country="United Kingdom",
        ages=_AGES,
        source="Developer's original three bands (sdqinfo.org)",
        state=state,
    )


def _four_band(
    informants: tuple[str, ...], starts: dict[str, tuple[int, ...]], prosocial: tuple[int, ...], state: State
) -> Bands:
    cuts = {scale: steps(_FOUR, *found) for scale, found in starts.items()}
    return Bands(
        scheme="four_band",
        cuts={**cuts, "prosocial": steps(_FOUR_DOWN, *prosocial)},
        informants=informants,
        country="United Kingdom",
        ages=_AGES,
        source="Developer's newer four bands (sdqinfo.org)",
        state=state,
    )


BANDS = (
    _three_band(
        PARENTS,
        {
            "total": (0, 14, 17),
            "emotional": (0, 4, 5),
            "conduct": (0, 3, 4),
            "hyperactivity": (0, 6, 7),
            "peer": (0, 3, 4),
        },
        State.VERIFIED,
    ),
    _three_band(
        ("teacher",),
        {
            "total": (0, 12, 16),
            "emotional": (0, 5, 6),
            "conduct": (0, 3, 4),
            "hyperactivity": (0, 6, 7),
            "peer": (0, 4, 5),
        },
        State.UNVERIFIED,
    ),
    _three_band(
        ("self",),
        {
            "total": (0, 16, 20),
            "emotional": (0, 6, 7),
            "conduct": (0, 4, 5),
            "hyperactivity": (0, 6, 7),
            "peer": (0, 4, 6),
        },
        State.UNVERIFIED,
    ),
    _four_band(
        PARENTS,
        {
            "total": (0, 14, 17, 20),
            "emotional": (0, 4, 5, 7),
            "conduct": (0, 3, 4, 6),
            "hyperactivity": (0, 6, 8, 9),
            "peer": (0, 3, 4, 5),
        },
        (0, 6, 7, 8),
        State.UNVERIFIED,
    ),
    _four_band(
        ("teacher",),
        {
            "total": (0, 12, 16, 19),
            "emotional": (0, 4, 5, 6),
            "conduct": (0, 3, 4, 5),
            "hyperactivity": (0, 6, 8, 9),
            "peer": (0, 3, 5, 6),
        },
        (0, 4, 5, 6),
        State.VERIFIED,
    ),
    _four_band(
        ("self",),
        {
            "total": (0, 15, 18, 20),
            "emotional": (0, 5, 6, 7),
            "conduct": (0, 4, 5, 6),
            "hyperactivity": (0, 6, 7, 8),
            "peer": (0, 3, 4, 5),
        },
        (0, 5, 6, 7),
        State.UNVERIFIED,
    ),
    # Of the youngest children's cuts only these two were found in print.
    Bands(
        scheme="three_band_2_4",
        cuts={"total": steps(_THREE, 0, 13, 16), "conduct": steps(_THREE, 0, 4, 5)},
        informants=PARENTS,
        country="United Kingdom",
        ages="2 to 4",
        source="Developer's bands for the form for ages 2 to 4",
        state=State.VERIFIED,
    ),
    Bands(
        scheme="dfe",
        cuts={"total": steps(("normal", "borderline", "cause for concern"), 0, 14, 17)},
        informants=PARENTS,
        country="England",
        ages="5 to 16 in the published figures",
        source=str(DFE_DASHBOARD),
        state=State.VERIFIED,
    ),
)


def _reliability(of: str, alpha: float, retest: float | None = None) -> list[Reliability]:
    found = {"alpha": alpha, "retest": retest}
    return [
        Reliability(
            scale="total", kind=kind, value=value, of=of, source=str(GOODMAN_2001), state=State.UNVERIFIED
        )
        for kind, value in found.items()
        if value is not None
    ]


SDQ = Instrument(
    name="sdq",
    title="Strengths and Difficulties Questionnaire",
    n_items=25,
    low=0,
    high=2,
    subscales=(
        _scale("emotional", 3, 8, 13, 16, 24),
        _scale("conduct", 5, 7, 12, 18, 22, reverse=(7,)),
        _scale("hyperactivity", 2, 10, 15, 21, 25, reverse=(21, 25)),
        _scale("peer", 6, 11, 14, 19, 23, reverse=(11, 14)),
        _scale("prosocial", 1, 4, 9, 17, 20, direction=BETTER),
        _sum("total", "emotional", "conduct", "hyperactivity", "peer"),
        _sum("internalising", "emotional", "peer"),
        _sum("externalising", "conduct", "hyperactivity"),
    ),
    informants=("parent", "carer", "teacher", "self"),
    informant_required=True,
    bands=BANDS,
    default_bands="three_band",
    licence=LICENCE,
    references=(GOODMAN_1997, GOODMAN_2001, DFE_DASHBOARD),
    reliability=(
        *_reliability("parent; retest after four to six months", 0.82, 0.72),
        *_reliability("teacher", 0.87),
        *_reliability("self", 0.80),
    ),
    ages="parent and teacher 4 to 17 (another form for 2 to 4), self 11 to 17",
    unconfirmed=(
        "the three bands of teachers and self-reports, and the four bands of parents and self-reports"
    ),
    note=(
        "Total difficulties leave the prosocial scale out. The total of the SSDA903 return is the carer's, on the "
        "parent's form; bands of the returned total: `band_totals` with bands='dfe'. Internalising and "
        "externalising scores are for low-risk samples."
    ),
)

_IMPACT_NOTE = (
    "Answers 0 to 3 count 0, 0, 1, 2. Items in order: distress, then the settings of the form. An optional "
    "column `difficulties` holds the answer that opens the supplement (0 to 3): where it is 0 the items "
    "were rightly skipped and impact is 0. Chronicity and burden are not scored. Never pro-rated."
)


def _impact_bands(scheme: str, cuts: Cuts) -> Bands:
    return Bands(
        scheme=scheme,
        cuts={"impact": cuts},
        country="United Kingdom",
        ages=_AGES,
        source="Developer's bands (sdqinfo.org)",
        state=State.UNVERIFIED,
    )


def _impact(name: str, whom: str, items: int, informants: tuple[str, ...]) -> Instrument:
    return Instrument(
        name=name,
        title=f"Strengths and Difficulties Questionnaire: impact supplement, {whom}",
        n_items=items,
        low=0,
        high=3,
        subscales=(Subscale("impact", range(1, items + 1), direction=WORSE),),
        informants=informants,
        informant_required=True,
        scorings=(Scoring(name="impact", codes=(0, 0, 1, 2)),),
        default_scoring="impact",
        bands=(
            _impact_bands("three_band", steps(_THREE, 0, 1, 2)),
            _impact_bands("four_band", steps(_FOUR, 0, 1, 2, 3)),
        ),
        default_bands="three_band",
        gate="difficulties",
        licence=LICENCE,
        references=(GOODMAN_1997,),
        ages="parent and teacher 4 to 17, self 11 to 17",
        unconfirmed="the bands of the impact score, and that it is 0 where there are no difficulties",
        note=_IMPACT_NOTE,
    )


SDQ_IMPACT = _impact("sdq_impact", "parents and self-reports", 5, ("parent", "carer", "self"))
SDQ_IMPACT_TEACHER = _impact("sdq_impact_teacher", "teachers", 3, ("teacher",))

INSTRUMENTS = (SDQ, SDQ_IMPACT, SDQ_IMPACT_TEACHER)
