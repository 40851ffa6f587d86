"""Outcome 4 of the 2017 checklist: children in residential care."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Parameter, Reference, When
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

RESIDENTIAL: dict[str, tuple[str, ...]] = {
    "seed": ("K1", "K2", "H5"),
    "dfe": ("K1", "K2"),
    "all": ("K1", "K2", "R1", "R2", "R3", "R5", "S1"),
}
"""Placements that are residential care, by value of the parameter `residential`."""

SEMI_INDEPENDENT = ("H5", "P2", "K3")
"""Semi-independent and independent living to 2023-24 (H5, P2), supported accommodation from 2024-25 (K3)."""

RESIDENTIAL_PARAMETER = Parameter(
    "residential",
    "'seed' is what the 2017 checklist means: secure units, residential homes and semi-independent living "
    "(K1, K2, H5, and K3 by `include_k3`). 'dfe' is the published group of secure homes and children's "
    "homes (K1, K2). 'all' is every group setting: K1, K2, residential care homes (R1), health (R2), family "
    "centres (R3), young offender institutions (R5) and residential schools (S1), and P3 by `include_p3`.",
    default="seed",
    choices=tuple(RESIDENTIAL),
)

INCLUDE_K3 = Parameter(
    "include_k3",
    "Whether registered supported accommodation (K3, in the return from 2024-25) belongs to the checklist's "
    "set as the successor of semi-independent living (H5). K3 replaced independent living (P2) too, which "
    "never belonged to the set, so that the set is wider from 2024-25. It does not touch the sets 'dfe' and "
    "'all'.",
    default=True,
    choices=(False, True),
)

INCLUDE_P3 = Parameter(
    "include_p3",
    "Whether residential employment (P3) belongs to the set 'all', as the local authority interactive tool "
    "has it. It does not touch the other sets.",
    default=False,
    choices=(False, True),
)

_UNKNOWN_SHARE = "placement unknown, in the denominator only"
_EDGES = (
    "A temporary placement (T0 to T4) stands for the last ordinary placement of the same period of care. A "
    f"child whose placement is unknown stays in the denominator and is reported. {CLA_POPULATION}"
)
_BREAK = (
    " Supported accommodation (K3) replaced H5 and P2 in the code list of 2024-25; the Department warns "
    "against reading a trend across 2023-24."
)


def _settings(residential: str, include_k3: bool = False, include_p3: bool = False) -> tuple[str, ...]:
    later = ("K3",) if residential == "seed" and include_k3 else ()
    employment = ("P3",) if residential == "all" and include_p3 else ()
    return (*RESIDENTIAL[residential], *later, *employment)


def _share(tables: Tables, window: WindowDates, parameters: Parameters, settings: tuple[str, ...]) -> Cases:
    """All children looked after on the day; 1 for those placed in one of the settings."""
    placed = kit.flag(c("PLACE").is_in(settings))
    cases = Cases(
        looked_after(tables, window), on=window.end, row="ROW", numerator=placed, denominator=nw.lit(1)
    )
    return adults_apart(cases, window.end, parameters).report(c("PLACE").is_null(), _UNKNOWN_SHARE)


def _share_seed(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    return _share(tables, window, parameters, _settings("seed", include_k3=parameters.include_k3))


def _share_dfe(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    return _share(tables, window, parameters, _settings("dfe"))


def _share_all(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    return _share(tables, window, parameters, _settings("all", include_p3=parameters.include_p3))


def _share_semi_independent(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    return _share(tables, window, parameters, SEMI_INDEPENDENT)


def _share_foster(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    return _share(tables, window, parameters, FOSTER)


def _residents(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Children placed on the day in the chosen set; unknown placements are not counted, but mentioned."""
    settings = _settings(parameters.residential, parameters.include_k3, parameters.include_p3)
    unknown = c("PLACE").is_null()
    candidates = looked_after(tables, window).filter(unknown | c("PLACE").is_in(settings))
    cases = adults_apart(Cases(candidates, on=window.end, row="ROW"), window.end, parameters)
    return cases.keep(~unknown, "placement unknown")


MEASURES: tuple[Measure, ...] = (
    Measure(
        id="residential_share_seed_pct",
        label="Looked-after children in secure units, residential homes and semi-independent living",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=("ssda903.care",),
        select=_share_seed,
        numerator="Children looked after on the day whose placement is a secure children's home (K1), a "
        "children's home (K2), semi-independent living (H5) or its successor, registered supported "
        "accommodation (K3).",
        denominator="All children looked after on the day.",
        formula="100 x numerator / denominator. State with the figure whether K3 is in it.",
        edges=_EDGES + _BREAK,
        basis=Basis.CHOICE,
        published="Matches the group 'secure units, children's homes and hostels' of the releases of about "
        "2015. Today's tables have two groups that add up to it and independent living (P2), so it cannot "
        "be recomputed from them exactly.",
        references=(DFE_CLA_2015, LAIT),
        parameters=(INCLUDE_K3, UNDER_18_ONLY),
    ),
    Measure(
        id="residential_share_dfe_pct",
        label="Looked-after children in secure homes and children's homes",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=("ssda903.care",),
        select=_share_dfe,
        numerator="Children looked after on the day whose placement is a secure children's home (K1) or a "
        "children's home (K2).",
        denominator="All children looked after on the day.",
        formula="100 x numerator / denominator.",
        edges=_EDGES,
        basis=Basis.DFE_KNOWN,
        published="'Secure homes and children's homes' on 31 March, as a share of all children looked after "
        "(England 2025: 9,480 of 81,770, 12%).",
        references=(DFE_CLA, LAIT),
        parameters=(UNDER_18_ONLY,),
    ),
    Measure(
        id="residential_share_all_pct",
        label="Looked-after children in any group residential setting",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=("ssda903.care",),
        select=_share_all,
        numerator="Children looked after on the day whose placement is a secure children's home (K1), a "
        "children's home (K2), a residential care home (R1), a health establishment (R2), a family centre "
        "or mother-and-baby unit (R3), a young offender institution (R5) or a residential school (S1).",
        denominator="All children looked after on the day.",
        formula="100 x numerator / denominator.",
        edges=_EDGES,
        basis=Basis.CHOICE,
        published="The published groups 'Secure homes and children's homes', 'Residential schools' and "
        "'Other residential settings' added up. The local authority interactive tool puts residential "
        "employment (P3) into the last of them: see `include_p3`.",
        references=(DFE_CLA, LAIT),
        parameters=(INCLUDE_P3, UNDER_18_ONLY),
    ),
    Measure(
        id="residential_stock_number",
        label="Looked-after children in residential care (number)",
        kind=Kind.COUNT,
        unit="child",
        when=When.DAY,
        needs=("ssda903.care",),
        select=_residents,
        numerator="Children looked after on the day whose placement is in the chosen set of residential "
        "settings.",
        denominator="None.",
        formula="Number of children. State with the figure which set it is.",
        edges=(
            "A temporary placement (T0 to T4) stands for the last ordinary placement of the same period of "
            "care. A child whose placement is unknown is not counted, and is reported. "
            f"{CLA_POPULATION}{_BREAK}"
        ),
        basis=Basis.DFE_PARTLY,
        published="Numbers of children beside the published shares; the checklist's own set is not "
        "published.",
        references=(DFE_CLA,),
        parameters=(RESIDENTIAL_PARAMETER, INCLUDE_K3, INCLUDE_P3, UNDER_18_ONLY),
    ),
    Measure(
        id="residential_rate_10k",
        label="Looked-after children in residential care per 10,000 aged 0-17",
        kind=Kind.RATE,
        unit="per_10_000",
        per=10_000,
        over="child",
        when=When.DAY,
        needs=("ssda903.care",),
        population="0-17",
        select=_residents,
        numerator="Children looked after on the day whose placement is in the chosen set of residential "
        "settings.",
        denominator="Resident children aged 0 to 17, mid-year estimate.",
        formula="10,000 x numerator / denominator. To be preferred to the share where the whole care "
        "population changes as well.",
        edges=(
            "A temporary placement (T0 to T4) stands for the last ordinary placement of the same period of "
            "care. A child whose placement is unknown is not counted, and is reported. "
            f"{CLA_POPULATION}{_BREAK}"
        ),
        basis=Basis.CHOICE,
        published="Not published; it can be derived from published numbers and population estimates.",
        references=(DFE_CLA,),
        parameters=(RESIDENTIAL_PARAMETER, INCLUDE_K3, INCLUDE_P3, UNDER_18_ONLY),
    ),
    Measure(
        id="semi_independent_share_pct",
        label="Looked-after children in independent, semi-independent or supported accommodation",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=("ssda903.care",),
        select=_share_semi_independent,
        numerator="Children looked after on the day whose placement is semi-independent living (H5), "
        "independent living (P2) or registered supported accommodation (K3).",
        denominator="All children looked after on the day.",
        formula="100 x numerator / denominator.",
        edges=_EDGES + _BREAK,
        basis=Basis.DFE_PARTLY,
        published="'Independent and semi-independent living arrangements/supported accommodation' on 31 "
        "March (England 2025: 7,520, 9%). The heading is published, its codes are our reading.",
        references=(DFE_CLA, LAIT),
        parameters=(UNDER_18_ONLY,),
        rise="more young people of 16 and over in care, among them unaccompanied asylum-seekers; providers "
        "that register; or a shortage of homes and carers that give care as well as support.",
        fall="more foster and children's homes for older young people, more of them staying put; or "
        "accommodation that is not registered and so recorded as another placement.",
    ),
    Measure(
        id="foster_share_pct",
        label="Looked-after children in foster placements",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=("ssda903.care",),
        select=_share_foster,
        numerator="Children looked after on the day whose placement is with foster carers, relatives and "
        "friends (U1 to U3) or others (U4 to U6).",
        denominator="All children looked after on the day.",
        formula="100 x numerator / denominator.",
        edges=_EDGES,
        basis=Basis.DFE_KNOWN,
        published="'Foster placements' on 31 March (England 2025: 54,820 of 81,770, 67%).",
        references=(DFE_CLA, LAIT),
        parameters=(UNDER_18_ONLY,),
        direction=Direction.HIGHER,
        rise="more foster carers, more kinship care, and children stepping down from residential homes; or "
        "children kept in foster homes that do not suit them because there is no other place.",
        fall="fewer foster carers; older entrants or entrants with greater needs; more unaccompanied "
        "asylum-seekers in supported accommodation; or a deliberate move to specialist homes.",
    ),
)
"""The measures of outcome 4, in catalogue order."""

RESIDENTIAL_CARE = Indicator(
    number=4,
    name="residential_care",
    title="Reducing the number of children in residential care",
    definition=(
        "The part of the care population of the area that lives in residential settings becomes smaller."
    ),
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for fewer children in residential care.",
    rise=(
        "Fewer foster carers; older children or children with more complex needs entering care; "
        "unaccompanied asylum-seeking young people; a deliberate move to specialist homes; or, for a "
        "share, fewer children in care altogether while the hardest cases stay."
    ),
    fall=(
        "More foster and kinship care, and moves from residential to family care; but also a lack of "
        "beds, placements in unregistered settings, or placements renamed as supported accommodation."
    ),
    unintended_consequences=(
        "Children may be pushed into unsuitable foster homes, or into distant or unregistered "
        "placements: read this outcome beside outcomes 5 and 6 and the share of other placements (code "
        "Z1)."
    ),
    data_quality=(
        "The codes break: registered supported accommodation (K3) replaced H5, and P2 ended, in the "
        "return of 2024-25, after the duty to register of October 2023. Providers that did not register "
        "are coded Z1, from 2025-26 Z11 to Z14. The Department warns against comparing across 2024. "
        "Matching to Ofsted's register changes what is coded K2 and H5."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes. Ofsted's inspection data (Annex A): list 8, placement type and provider. "
        "Hertfordshire's Family Safeguarding indicators: the usual children's social care indicators."
    ),
    note=(
        "There is no single meaning of residential. The checklist names secure units (K1), children's "
        "homes (K2) and semi-independent living (H5, now K3); the published heading has K1 and K2 only; "
        "a third set adds residential schools, care homes, health settings, family centres and young "
        "offender institutions. A temporary placement on the day counts as the placement the child is "
        "expected to go back to."
    ),
    measures=MEASURES,
)
