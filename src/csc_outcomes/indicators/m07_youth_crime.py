"""Measures of outcome 7, reducing youth crime, that rest on the SSDA903 return."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
