"""Outcome 7 of the 2017 checklist: youth crime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, When
from csc_outcomes.indicators import oc2
from csc_outcomes.indicators.common import DFE_CLA, DFE_GUIDE, LAIT

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Cases, Tables, WindowDates

AGES = (10, 17)
"""From the age of criminal responsibility to the last year of childhood."""


def convicted(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select children of 10 to 17 in care for twelve months; numerator those convicted or cautioned."""
    return oc2.flagged(tables, window, parameters, "CONVICTED", AGES)


MEASURES: tuple[Measure, ...] = (
    Measure(
        id="cla_convicted_pct",
        label="Looked-after children aged 10 to 17 convicted or cautioned in the year",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc2.NEEDS,
        select=convicted,
        numerator="Children of the denominator whose OC2 row has CONVICTED = 1.",
        denominator=oc2.population("Children aged 10 to 17 on 31 March"),
        formula="Numerator / denominator x 100.",
        edges=f"{oc2.BLANK_IS_MISSING} A child of unknown age is excluded and counted.",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: convictions, England 2025: 800 of 40,990, "
            "2%. Local authority interactive tool: 202 LAC_Convictions (low is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(oc2.OC2_RULE,),
        lookback_months=12,
        direction=Direction.LOWER,
        rise="More offending, more policing, better recording, or fewer informal disposals.",
        fall="Less offending; or more diversion, fewer officers, or convictions not known to the authority.",
    ),
)

YOUTH_CRIME = Indicator(
    number=7,
    name="youth_crime",
    title="Reducing youth crime",
    definition=(
        "Fewer young people come to the youth justice system, as perpetrators or as victims, and there "
        "is less anti-social behaviour."
    ),
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for less youth crime.",
    rise=(
        "More offending, more policing, better recording, or a changed policy of diverting young people "
        "from court."
    ),
    fall=(
        "Less offending; but also diversion through community resolutions, fewer police officers, or "
        "victims who do not report."
    ),
    unintended_consequences=(
        "Children in care may be criminalised when residential staff call the police. Counts of victims "
        "may rise as trust grows."
    ),
    data_quality=(
        "Arrests come from local police extracts, in which ages and residence vary. Home addresses of "
        "first-time entrants to the justice system are partly estimated. The national return covers "
        "only children who were in care for 12 months."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 2, children and young people are safe in "
        "and outside of their homes. Hertfordshire's Family Safeguarding indicators: police "
        "involvement."
    ),
    measures=MEASURES,
)
