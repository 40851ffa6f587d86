"""Outcome 13 of the 2017 checklist: education, employment and training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Parameter, When
from csc_outcomes.engine import kit
from csc_outcomes.indicators import oc3
from csc_outcomes.indicators.common import DFE_CLA, DFE_GUIDE, LAIT
from csc_outcomes.indicators.oc3 import EET, NEET

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Cases, Tables, WindowDates

c = nw.col

KNOWN_ONLY = Parameter(
    "known_only",
    "False keeps young people whose activity is not known in the denominator, as the Department does. True "
    "leaves them out: another figure, not comparable with the published one, and to be labelled as such.",
    default=False,
    choices=(False, True),
)


def _active(tables: Tables, window: WindowDates, parameters: Parameters, ages: str, *wanted: str) -> Cases:
    cases = oc3.leavers(tables, window, ages, kit.flag(kit.is_in("ACTIV", wanted)))
    known = kit.is_in("ACTIV", (*EET, *NEET))
    if parameters.known_only:
        return cases.keep(known, "activity not known")
    return cases.report(~known, "activity not known, kept in the denominator")


def eet_17_18(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select care leavers of 17 and 18; numerator those in education, employment or training."""
    return _active(tables, window, parameters, "17-18", *EET)


def eet_19_21(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select care leavers of 19 to 21; numerator those in education, employment or training."""
    return _active(tables, window, parameters, "19-21", *EET)


def neet_19_21(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select care leavers of 19 to 21; numerator those not in education, employment or training."""
    return _active(tables, window, parameters, "19-21", *NEET)


_EET_NUMERATOR = (
    "Care leavers of the denominator whose ACTIV is F1, P1, F2, P2, F4, P4, F5 or P5 (in returns up to "
    "2020-21 also F3 or P3)."
)
_UNKNOWN = (
    "An activity that is not known (ACTIV 0 or blank) stays in the denominator, as the Department has it; "
    "known_only=True leaves it out and is another figure."
)
_EET_RISE = (
    "More young people in education, work or training; or more of them traced, since an unknown activity "
    "lowers the figure."
)
_EET_FALL = "A harder labour market or less support; or contact lost with young people, active ones included."


def _denominator(ages: str) -> str:
    return f"{oc3.population(ages)} Those whose activity is not known are included."


MEASURES: tuple[Measure, ...] = (
    Measure(
        id="care_leaver_eet_17_18_pct",
        label="Care leavers aged 17 to 18 in education, employment or training",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc3.NEEDS,
        select=eet_17_18,
        numerator=_EET_NUMERATOR,
        denominator=_denominator("17 to 18"),
        formula="Numerator / denominator x 100.",
        edges=f"{_UNKNOWN} {oc3.BASE_EDGES}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: activity of care leavers, England 2025: "
            "9,430 of 14,800, 64%."
        ),
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(KNOWN_ONLY,),
        direction=Direction.HIGHER,
        rise=_EET_RISE,
        fall=_EET_FALL,
    ),
    Measure(
        id="care_leaver_eet_19_21_pct",
        label="Care leavers aged 19 to 21 in education, employment or training",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc3.NEEDS,
        select=eet_19_21,
        numerator=_EET_NUMERATOR,
        denominator=_denominator("19 to 21"),
        formula="Numerator / denominator x 100.",
        edges=f"{_UNKNOWN} {oc3.BASE_EDGES}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: activity of care leavers, England 2025: "
            "20,760 of 38,440, 54%. Local authority interactive tool: 113 CareLeaverEET (high is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(KNOWN_ONLY,),
        direction=Direction.HIGHER,
        rise=_EET_RISE,
        fall=_EET_FALL,
    ),
    Measure(
        id="care_leaver_neet_19_21_pct",
        label="Care leavers aged 19 to 21 not in education, employment or training",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc3.NEEDS,
        select=neet_19_21,
        numerator="Care leavers of the denominator whose ACTIV is G4, G5 or G6.",
        denominator=_denominator("19 to 21"),
        formula=(
            "Numerator / denominator x 100. Together with those in education, employment or training and "
            "those whose activity is not known it makes 100 before rounding."
        ),
        edges=f"{_UNKNOWN} {oc3.BASE_EDGES}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: activity of care leavers, England 2025: "
            "15,290 of 38,440, 40%, with 6% not known. Local authority interactive tool: 221 CareLeaversNEET "
            "(low is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(KNOWN_ONLY,),
        direction=Direction.LOWER,
        rise="A harder labour market, more illness or parenthood; or more young people traced.",
        fall="More young people in education, work or training; or contact lost, which makes them not known.",
    ),
)

EDUCATION_EMPLOYMENT_TRAINING = Indicator(
    number=13,
    name="education_employment_training",
    title="Increasing the number of young people and families in education, employment and training",
    definition="More young people take part in education, employment or training.",
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for more young people in education, employment or training, and for less "
        "absence from school."
    ),
    rise=(
        "For participation, real progress (young people with whom contact was lost do not count as "
        "taking part, so lost contact lowers the figure); for absence, disengagement, or honest "
        "recording."
    ),
    fall=(
        "For participation, a weaker labour market, or more leavers traced; for absence, better "
        "attendance, but also pupils taken off the roll, part-time timetables, or use of other codes."
    ),
    unintended_consequences=(
        "Exclusion and taking pupils off the roll remove children from the denominator. Training of low "
        "quality counts as participation."
    ),
    data_quality=(
        "Absence follows the academic year and covers only matched pupils of compulsory school age; "
        "2019/20 and 2020/21 are not comparable because of the pandemic. Figures on young people of 16 "
        "and 17 who are not in education, employment or training hide those whose activity is not "
        "known."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 1, children, young people and families stay "
        "together and get the help they need (absence); outcome 4, children in care and care leavers "
        "have stable, loving homes (care leavers). Ofsted's inspection data (Annex A): list 9, activity "
        "status. Hertfordshire's Family Safeguarding indicators: school attendance."
    ),
    measures=MEASURES,
)
