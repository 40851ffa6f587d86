"""Outcome Rating Scale and Child Outcome Rating Scale: four lines of 10 cm, marked to one decimal."""

from __future__ import annotations

from csc_outcomes.definitions.measure import Reference
from csc_outcomes.instruments.definition import Instrument
from csc_outcomes.instruments.parts import Bands, Direction, State, Subscale, steps

MILLER_2003 = Reference(
    "The Outcome Rating Scale: a preliminary study of the reliability, validity, and feasibility of a brief "
    "visual analog measure",
    "Miller and others, Journal of Brief Therapy 2",
    "2003",
)
DUNCAN_2006 = Reference(
    "Giving youth a voice: a preliminary study of the reliability and validity of a brief outcome measure for "
    "children, adolescents, and caretakers",
    "Duncan and others, Journal of Brief Therapy 5",
    "2006",
)
LICENCE = "Free licence for individual practitioners on paper; groups pay."
_LABELS = ("below the cut-off", "at or above the cut-off")
_UNCONFIRMED = "the cut-offs"
_NOTE = "Four lines of 0 to 10 to one decimal, added up: 0 to 40. All four are needed."


def _cut_off(scheme: str, start: int, ages: str, source: Reference) -> Bands:
    return Bands(
        scheme=scheme,
        cuts={"total": steps(_LABELS, 0, start)},
        country="United States",
        ages=ages,
        source=str(source),
        state=State.UNVERIFIED,
    )


def _scale() -> tuple[Subscale, ...]:
    return (Subscale("total", range(1, 5), direction=Direction.HIGHER_IS_BETTER),)


ORS = Instrument(
    name="ors",
    title="Outcome Rating Scale",
    n_items=4,
    low=0,
    high=10,
    places=1,
    subscales=_scale(),
    informants=("self", "parent", "carer"),
    bands=(
        _cut_off("adult", 25, "18 and over", MILLER_2003),
        _cut_off("adolescent", 28, "13 to 17", DUNCAN_2006),
    ),
    licence=LICENCE,
    references=(MILLER_2003, DUNCAN_2006),
    ages="13 and over",
    unconfirmed=_UNCONFIRMED,
    note=f"{_NOTE} Cut-offs differ by age: pass bands='adult' or 'adolescent'.",
)

CORS = Instrument(
    name="cors",
    title="Child Outcome Rating Scale",
    n_items=4,
    low=0,
    high=10,
    places=1,
    subscales=_scale(),
    informants=("self", "parent", "carer"),
    bands=(_cut_off("child", 32, "6 to 12", DUNCAN_2006),),
    licence=LICENCE,
    references=(DUNCAN_2006,),
    ages="6 to 12; the form for younger children is not scored",
    unconfirmed=_UNCONFIRMED,
    note=f"{_NOTE} The child's own cut-off: bands='child'.",
)

INSTRUMENTS = (ORS, CORS)
