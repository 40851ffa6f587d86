"""Child and Youth Resilience Measure: 28 items, the revision with 17 (CYRM-R), and the brief form of 12."""

from __future__ import annotations

from csc_outcomes.definitions.measure import Reference
from csc_outcomes.instruments.definition import Instrument
from csc_outcomes.instruments.parts import Direction, Reliability, State, Subscale

JEFFERIES_2018 = Reference(
    "The CYRM-R: a Rasch-validated revision of the Child and Youth Resilience Measure",
    "Jefferies, McGarrigle and Ungar, Journal of Evidence-Informed Social Work",
    "2018",
)
LIEBENBERG_2012 = Reference(
    "Validation of the Child and Youth Resilience Measure-28 (CYRM-28) among Canadian youth",
    "Liebenberg, Ungar and Van de Vijver, Research on Social Work Practice 22",
    "2012",
)
LIEBENBERG_2013 = Reference(
    "The CYRM-12: a brief measure of resilience",
    "Liebenberg, Ungar and LeBlanc, Canadian Journal of Public Health 104",
    "2013",
)
BETTER = Direction.HIGHER_IS_BETTER
LICENCE = (
    "Free for non-profit research and front-line use after registration with the Resilience Research Centre; "
    "commercial use needs permission."
)
_AGES = "child form 5 to 9, youth form 10 to 23; forms about the child for a person who knows it"
_NOTE = (
    "Every item is worded positively: a plain sum. Sums of the form with 3 response points and of the one with 5 "
    "cannot be compared: pass `points`. Any unanswered item leaves the score missing; `PRORATE_80` "
    "may be chosen."
)
_INFORMANTS = ("self", "parent", "carer", "teacher", "worker")


def _part(name: str, *items: int) -> Subscale:
    return Subscale(name, items, direction=BETTER, state=State.UNVERIFIED)


CYRM28 = Instrument(
    name="cyrm28",
    title="Child and Youth Resilience Measure, 28 items",
    n_items=28,
    low=1,
    high=5,
    points=(5, 3),
    subscales=(
        _part("individual", 2, 4, 8, 11, 13, 14, 15, 18, 20, 21, 25),
        _part("caregivers", 5, 6, 7, 12, 17, 24, 26),
        _part("context", 1, 3, 9, 10, 16, 19, 22, 23, 27, 28),
        Subscale("total", range(1, 29), direction=BETTER),
    ),
    informants=_INFORMANTS,
    licence=LICENCE,
    references=(LIEBENBERG_2012,),
    ages=_AGES,
    unconfirmed="which items make the scales individual, caregivers and context",
    note=_NOTE,
)

CYRM_R = Instrument(
    name="cyrm_r",
    title="Child and Youth Resilience Measure, revised, 17 items",
    n_items=17,
    low=1,
    high=5,
    points=(5, 3),
    subscales=(
        _part("personal", 1, 2, 3, 7, 9, 10, 12, 13, 14, 16),
        _part("caregiver", 4, 5, 6, 8, 11, 15, 17),
        Subscale("total", range(1, 18), direction=BETTER),
    ),
    informants=_INFORMANTS,
    licence=LICENCE,
    references=(JEFFERIES_2018,),
    ages=_AGES,
    unconfirmed="which items make the scales personal and caregiver",
    note=f"{_NOTE} The manual's levels are percentiles of its own sample and no bands.",
)

CYRM12 = Instrument(
    name="cyrm12",
    title="Child and Youth Resilience Measure, 12 items",
    n_items=12,
    low=1,
    high=5,
    points=(5, 3),
    subscales=(Subscale("total", range(1, 13), direction=BETTER),),
    informants=_INFORMANTS,
    licence=LICENCE,
    references=(LIEBENBERG_2013,),
    reliability=(
        Reliability(
            scale="total",
            kind="alpha",
            value=(0.754, 0.840),
            of="two samples of Canadian youth",
            source=str(LIEBENBERG_2013),
            state=State.VERIFIED,
        ),
        Reliability(
            scale="total",
            kind="retest",
            value=0.70,
            of="two weeks, Persian form",
            source="A published Persian validation",
            state=State.VERIFIED,
        ),
    ),
    ages=_AGES,
    note=_NOTE,
)

INSTRUMENTS = (CYRM28, CYRM_R, CYRM12)
