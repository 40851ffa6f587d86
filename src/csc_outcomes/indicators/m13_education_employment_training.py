"""Measures of outcome 13, education, employment and training, that rest on the SSDA903 return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

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
