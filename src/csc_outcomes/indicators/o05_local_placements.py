"""Outcome 5 of the 2017 checklist: local placements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import (
    Basis,
    Direction,
    Kind,
    Limits,
    Measure,
    Parameter,
    Reference,
    When,
)
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.indicators.common import (
    CLA_POPULATION,
    DFE_CLA,
    LAIT,
    UNDER_18_ONLY,
    adults_apart,
    looked_after,
)
from csc_outcomes.indicators.placements import FOSTER

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

DFE_CLA_2015 = Reference(
    "Children looked after in England including adoption: 2014 to 2015", "Department for Education", "2015"
)

FAR_MILES = 20.0
"""A placement is far from home when it is more than this many miles away."""

KNOWN_ONLY = Parameter(
    "known_only",
    "True takes children of known distance only as the denominator. The published percentage is of all "
    "children, those of unknown distance included, which makes it lower (England 2025: 22% instead of 24%).",
    default=False,
    choices=(False, True),
)

_LOCALITY = ("ssda903.care", "ssda903.locality")
_DISTANCE = ("ssda903.care", "ssda903.distance")
_LOCALITY_UNKNOWN = "inside or outside the authority is unknown (read with care if more than 5%)"
_DISTANCE_UNKNOWN = "distance from home unknown, in the denominator only (read with care if more than 5%)"
_TEMPORARY = (
    "A temporary placement (T0 to T4) stands, with its place, for the last ordinary placement of the same "
    "period of care."
)
_MORE_OUTSIDE = (
    "local supply running short; specialist need; relatives who live elsewhere; moves to keep a child safe "
    "from exploitation; or dispersal of unaccompanied asylum-seeking children."
)
_FEWER_OUTSIDE = "more local homes and carers; or unsuitable local placements being used."


# ---- selections ---------------------------------------------------------------------------------------


def _fostered(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Children in foster placements, and those of whom nobody knows in what kind of placement they live."""
    return looked_after(tables, window).filter(c("PLACE").is_null() | c("PLACE").is_in(FOSTER))


def _known_place(cases: Cases) -> Cases:
    return cases.keep(~c("PLACE").is_null(), "placement unknown")


def _foster_outside(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Children fostered outside; those of unknown locality are not counted, but mentioned."""
    unknown = c("PL_LOCATION").is_null()
    candidates = _fostered(tables, window).filter(unknown | (c("PL_LOCATION") == "OUT"))
    cases = adults_apart(Cases(candidates, on=window.end, row="ROW"), window.end, parameters)
    return _known_place(cases).keep(~unknown, _LOCALITY_UNKNOWN)


def _located(children: nw.LazyFrame[Any], where: str, window: WindowDates, parameters: Parameters) -> Cases:
    """Children of known locality; 1 for those who are placed `where`."""
    placed = kit.flag(c("PL_LOCATION") == where)
    cases = Cases(children, on=window.end, row="ROW", numerator=placed, denominator=nw.lit(1))
    cases = adults_apart(cases, window.end, parameters)
    return cases.keep(~c("PL_LOCATION").is_null(), _LOCALITY_UNKNOWN)


def _foster_outside_share(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    return _known_place(_located(_fostered(tables, window), "OUT", window, parameters))


def _inside_share(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    return _located(looked_after(tables, window), "IN", window, parameters)


def _far_share(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    far = kit.flag(c("PL_DISTANCE") > FAR_MILES)
    stock = looked_after(tables, window)
    cases = Cases(stock, on=window.end, row="ROW", numerator=far, denominator=nw.lit(1))
    cases = adults_apart(cases, window.end, parameters)
    unknown = c("PL_DISTANCE").is_null()
    if parameters.known_only:
        return cases.keep(~unknown, "distance from home unknown (read with care if more than 5%)")
    return cases.report(unknown, _DISTANCE_UNKNOWN)


def _far_outside_share(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    far = c("PL_DISTANCE") > FAR_MILES
    cases = Cases(
        looked_after(tables, window),
        on=window.end,
        row="ROW",
        numerator=kit.flag(far & (c("PL_LOCATION") == "OUT")),
        denominator=nw.lit(1),
    )
    cases = adults_apart(cases, window.end, parameters)
    cases = cases.report(c("PL_DISTANCE").is_null(), _DISTANCE_UNKNOWN)
    return cases.report(
        far & c("PL_LOCATION").is_null(),
        "more than 20 miles from home, inside or outside the authority unknown, in the denominator only",
    )


def _new_inside(tables: Tables, window: WindowDates, _: Parameters) -> Cases:
    """Placements that begin in the window, with a reason that says so; 1 for those made inside."""
    begun = (c("START") >= window.start) & (c("START") <= window.end)
    runs = tables["ssda903.placements"].filter(begun, c("RNE").is_in(("S", "P", "B")))
    inside = kit.flag(c("PL_LOCATION") == "IN")
    cases = Cases(runs, on=c("START"), row="FIRST_ROW", numerator=inside, denominator=nw.lit(1))
    return cases.report(
        c("PL_LOCATION").is_null(),
        "inside or outside the authority unknown, in the denominator only (read with care if more than 5%)",
    )


# ---- measures -----------------------------------------------------------------------------------------

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="foster_out_la_number",
        label="Foster placements outside the authority's boundary (number)",
        kind=Kind.COUNT,
        unit="child",
        when=When.DAY,
        needs=_LOCALITY,
        select=_foster_outside,
        numerator="Children looked after on the day in a foster placement (U1 to U6) outside the boundary "
        "of their authority.",
        denominator="None.",
        formula="Number of children.",
        edges=f"A child whose placement or locality is unknown is not counted, and is reported. {_TEMPORARY} "
        f"{CLA_POPULATION}",
        basis=Basis.DFE_PARTLY,
        published="Placement by locality, in the national tables; not by placement type for each authority.",
        references=(DFE_CLA,),
        parameters=(UNDER_18_ONLY,),
        direction=Direction.LOWER,
        rise=_MORE_OUTSIDE,
        fall="more local homes and carers; unsuitable local placements being used; or fewer children "
        "fostered.",
    ),
    Measure(
        id="foster_out_la_pct",
        label="Foster placements outside the authority's boundary (proportion)",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=_LOCALITY,
        select=_foster_outside_share,
        numerator="Children looked after on the day in a foster placement (U1 to U6) outside the boundary "
        "of their authority.",
        denominator="Children looked after on the day in a foster placement whose locality is known.",
        formula="100 x numerator / denominator.",
        edges="A child whose placement or locality is unknown leaves both sides and is reported; above 5% "
        f"the figure should be read with care. {_TEMPORARY} {CLA_POPULATION}",
        basis=Basis.CHOICE,
        published="The release of 2015 gave 63% of foster placements inside the boundary, that is 37% "
        "outside.",
        references=(DFE_CLA_2015,),
        parameters=(UNDER_18_ONLY,),
        direction=Direction.LOWER,
        rise=_MORE_OUTSIDE,
        fall=_FEWER_OUTSIDE,
    ),
    Measure(
        id="placed_inside_la_pct",
        label="Looked-after children placed inside the authority's boundary",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=_LOCALITY,
        select=_inside_share,
        numerator="Children looked after on the day who are placed inside the boundary of their authority, "
        "in any type of placement.",
        denominator="Children looked after on the day whose locality is known.",
        formula="100 x numerator / denominator.",
        edges="A child whose locality is unknown leaves both sides and is reported; above 5% the figure "
        f"should be read with care. {_TEMPORARY} {CLA_POPULATION}",
        basis=Basis.DFE_KNOWN,
        published="'Locality of placement' on 31 March (England 2025: inside 56%, outside 44%).",
        references=(DFE_CLA,),
        parameters=(UNDER_18_ONLY,),
        direction=Direction.HIGHER,
        rise=_FEWER_OUTSIDE,
        fall=_MORE_OUTSIDE,
    ),
    Measure(
        id="placed_over_20_miles_pct",
        label="Looked-after children placed more than 20 miles from home",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=_DISTANCE,
        select=_far_share,
        numerator="Children looked after on the day whose placement is more than 20.0 miles from home.",
        denominator="All children looked after on the day, those of unknown distance included.",
        formula="100 x numerator / denominator. Exactly 20.0 miles is not more than 20.",
        edges="A child whose distance is unknown stays in the denominator, as in the published figure, and "
        "is reported; above 5% the figure should be read with care. With `known_only` such a child leaves "
        f"both sides. {_TEMPORARY} {CLA_POPULATION}",
        basis=Basis.DFE_KNOWN,
        published="'Placed more than 20 miles from home' on 31 March (England 2025: 18,120 of 81,770, 22%).",
        references=(DFE_CLA,),
        parameters=(KNOWN_ONLY, UNDER_18_ONLY),
        direction=Direction.LOWER,
        rise=_MORE_OUTSIDE,
        fall="more local homes and carers; unsuitable local placements being used; or more children whose "
        "distance is not known.",
    ),
    Measure(
        id="placed_over_20_miles_out_la_pct",
        label="Looked-after children placed more than 20 miles from home and outside the authority",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=(*_DISTANCE, "ssda903.locality"),
        select=_far_outside_share,
        numerator="Children looked after on the day whose placement is more than 20.0 miles from home and "
        "outside the boundary of their authority.",
        denominator="All children looked after on the day, those of unknown distance or locality included.",
        formula="100 x numerator / denominator. Exactly 20.0 miles is not more than 20.",
        edges="Children of unknown distance, and children placed far away of unknown locality, stay in the "
        f"denominator and are reported; above 5% the figure should be read with care. {_TEMPORARY} "
        f"{CLA_POPULATION}",
        basis=Basis.DFE_KNOWN,
        published="The category 'more than 20 miles from home and outside the boundary' of distance and "
        "locality on 31 March (England 2025: 18%).",
        references=(DFE_CLA, LAIT),
        parameters=(UNDER_18_ONLY,),
        direction=Direction.LOWER,
        rise=_MORE_OUTSIDE,
        fall="more local homes and carers; unsuitable local placements being used; or more children whose "
        "distance or locality is not known.",
    ),
    Measure(
        id="new_placements_inside_la_pct",
        label="New placements made inside the authority",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        counted="placement",
        over="placement",
        when=When.PERIOD,
        needs=("ssda903.placements", "ssda903.locality"),
        select=_new_inside,
        numerator="Placements beginning in the period inside the boundary of the authority.",
        denominator="Placements beginning in the period, those of unknown locality included.",
        formula="100 x numerator / denominator. Placements are counted, not children.",
        edges="A placement begins with an episode whose reason for new episode is S, P or B, once temporary "
        "placements and adoption by the current carer have been joined to the placement before them. Short "
        "breaks (V3, V4) are left out. Locality is that of the placement's first episode.",
        basis=Basis.DFE_PARTLY,
        published="Location of new placements during the year (England 2025: 51% of 90,930 inside). The "
        "Department counts some further new placements.",
        references=(DFE_CLA,),
        limits=Limits.BOOTSTRAP,
        direction=Direction.HIGHER,
        rise=_FEWER_OUTSIDE,
        fall=f"{_MORE_OUTSIDE[:-1]}; or more placements whose locality is not known.",
    ),
)
"""The measures of outcome 5, in catalogue order."""

LOCAL_PLACEMENTS = Indicator(
    number=5,
    name="local_placements",
    title="Increasing the use of local placements",
    definition="A larger share of looked-after children live inside their own authority's boundary.",
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for more children placed inside the boundary, and for fewer outside it or "
        "far away."
    ),
    rise=(
        "For placements outside, local supply running short, specialist need, relatives who live "
        "elsewhere, moves to keep a child safe from exploitation, or dispersal of unaccompanied "
        "asylum-seeking children; for placements inside, work on local supply."
    ),
    fall=(
        "For placements outside, more local homes; but also the effect of a small authority that cannot "
        "place inside, or unsuitable local homes being used; for placements inside, the opposite."
    ),
    unintended_consequences=(
        "Local at any price may worsen matching and safety. A placement outside a London borough may be "
        "one mile away: read boundary and distance together."
    ),
    data_quality=(
        "Place and distance are worked out from the postcodes of home and placement. Adoptive "
        "placements often withhold postcodes, and unaccompanied asylum-seeking children have no "
        "meaningful home postcode. Distance was not known for 9% of looked-after children in England in "
        "2025 (6,990 children)."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes. Ofsted's inspection data (Annex A): list 8, postcode, location and "
        "authority of the placement. Hertfordshire's Family Safeguarding indicators: the usual "
        "children's social care indicators."
    ),
    note=(
        "Inside or outside (PL_LOCATION) and distance (PL_DISTANCE) are derived from postcodes, not "
        "returned. A placement is outside when the upper-tier authority of its postcode is not the "
        "responsible one; Wales, Scotland and Northern Ireland are outside. Distance is a straight line "
        "between grid points, in metres divided by 1,000 and by 1.6093, to one decimal place; more than "
        "20 miles means above 20.0."
    ),
    measures=MEASURES,
)
