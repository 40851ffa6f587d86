"""Outcome 14 of the 2017 checklist: social work caseloads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Parameter, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.errors import InputError
from csc_outcomes.indicators.common import LAIT
from csc_outcomes.indicators.workforce_figures import (
    CENSUS_DAY,
    DFE_CSWW,
    DFE_CSWW_METHODS,
    FTE_RULES,
    IN_POST,
    LAST_DAY,
    NEEDS,
    NO_LIMITS,
    SOURCES,
    USES,
    WORKERS,
    Aside,
    figures_on,
    in_post,
    ratio,
    without_fte,
    workers_on,
)

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

_WITHOUT_FTE = Parameter(
    "cases_without_fte",
    "What becomes of cases held by workers whose FTE is 0 or not known. 'keep' leaves them in the "
    "numerator, as the published definition says word for word; 'exclude' takes them out of it.",
    default="keep",
    choices=("keep", "exclude"),
)
_THRESHOLD = Parameter(
    "threshold",
    "Cases per FTE above which a caseload counts, a number above 0; there is no national one, so it must be given.",
)


def _held_without_fte(parameters: Parameters) -> nw.Expr:
    return in_post(parameters) & (c("CASES") > 0) & (c("CASELOAD_FTE").is_null() | (c("CASELOAD_FTE") == 0))


def _cases_missing(parameters: Parameters) -> Aside:
    return Aside(
        in_post(parameters) & c("CASES").is_null(), "workers in post whose number of cases is missing"
    )


def _average(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    excluded = parameters.cases_without_fte == "exclude"
    fallback = in_post(parameters) & (c("CASES") > 0) & c("FTE30_BLANK") & (c("FTE") > 0)
    return ratio(
        tables,
        window,
        figures_on(tables, window, parameters),
        c("CASES_WITH_FTE") if excluded else c("CASES"),
        c("HOLDERS_FTE"),
        what=("number of cases", "FTE of case holders"),
        asides=(
            _cases_missing(parameters),
            Aside(
                _held_without_fte(parameters),
                "workers with cases whose FTE is 0 or not known" + ("" if excluded else ", cases counted"),
                left_out=excluded,
            ),
            Aside(fallback, "case holders without an FTE of the day, contracted FTE used", left_out=False),
        ),
    )


def _per_fte(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    return ratio(
        tables,
        window,
        figures_on(tables, window, parameters),
        c("CASES"),
        c("IN_POST_FTE") + c("AGENCY_FTE"),
        what=("number of cases", "FTE in post, agency workers included,"),
        asides=(_cases_missing(parameters), without_fte(in_post(parameters), "workers in post")),
    )


def _persons(tables: Tables, window: WindowDates, parameters: Parameters) -> nw.LazyFrame[Any]:
    """Persons in post with a case or of unknown cases: CASES, and the FTE (in millionths) of the posts with cases.

    FTE is returned to six places; whole numbers make its sums, and the comparison with a threshold, exact.
    """
    rows = workers_on(tables, window).filter(in_post(parameters))
    holds = c("CASES") > 0
    millionths = (c("CASELOAD_FTE") * 1_000_000).round(0)
    marked = rows.with_columns(
        CASES=c("CASES").fill_null(0),
        KNOWN=kit.flag(~c("CASES").is_null()),
        FTE=nw.when(holds).then(millionths).otherwise(nw.lit(0.0)).fill_null(0.0).cast(nw.Int64),
        NO_FTE=kit.flag(holds & c("CASELOAD_FTE").is_null()),
    )
    persons = marked.group_by([*window.keys, "LA", "TOLD_APART"]).agg(
        c("CASES").sum(), c("KNOWN").sum(), c("FTE").sum(), c("NO_FTE").sum(), c("REF").min()
    )
    return persons.filter((c("CASES") > 0) | (c("KNOWN") == 0))


def _median(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    persons = _persons(tables, window, parameters)
    cases = Cases(persons, on=c("REF"), numerator=c("CASES"), denominator=nw.lit(1))
    return cases.keep(c("KNOWN") > 0, "workers in post whose number of cases is missing")


def _over_threshold(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    threshold = parameters.threshold
    if isinstance(threshold, bool) or not isinstance(threshold, (int, float)) or not 0 < threshold < math.inf:
        raise InputError(
            f"caseload_over_threshold_pct: needed a number above 0 as parameter 'threshold', found {threshold!r}"
        )
    over = c("CASES") * 1_000_000 > c("FTE") * threshold
    persons = _persons(tables, window, parameters)
    cases = Cases(persons, on=c("REF"), numerator=kit.flag(over), denominator=nw.lit(1))
    cases = cases.keep(c("KNOWN") > 0, "workers in post whose number of cases is missing")
    cases = cases.keep(c("NO_FTE") == 0, "case holders whose FTE is not known")
    return cases.keep(c("FTE") > 0, "case holders with an FTE of 0")


_A_CASE = (
    "Cases are those held on 30 September. A number of cases left blank is missing, not 0: the worker is "
    "left out and counted in the notes."
)
_ANY_ROLE = "Every role counts that holds a case, managers included, and so do agency workers."
_ONE_PERSON = (
    "A person is a register number within an authority (and a date of birth, where several are returned "
    "under one number); a person with several posts counts once, with the cases and the FTE of all posts "
    "that hold cases."
)

_MEASURES = (
    Measure(
        id="avg_caseload_fte",
        label="Average cases per FTE social worker",
        kind=Kind.RATIO,
        unit="case_per_FTE",
        counted="case",
        over="FTE",
        when=When.DAY,
        needs=NEEDS,
        uses=USES,
        select=_average,
        fractional=True,
        cohort_windows=False,
        numerator="Cases held on 30 September by child and family social workers in post, agency workers included.",
        denominator="FTE on 30 September of those of them who hold at least one case and whose FTE is above 0.",
        formula="Numerator / denominator: a ratio of sums, never the mean of the workers' own ratios.",
        edges="FTE is that of 30 September (FTE30), or the contracted FTE where it is blank; the notes "
        "count these workers. Cases of workers whose FTE is 0 or not known stay in the numerator "
        f"(parameter cases_without_fte) and the workers are counted in the notes. {_ANY_ROLE} {_A_CASE} "
        f"{IN_POST} {FTE_RULES} {SOURCES} {NO_LIMITS} {CENSUS_DAY}",
        basis=Basis.DFE_KNOWN,
        published="Children's social work workforce: caseload_fte, cases / case_holders_fte (England 2025: "
        "321,661 / 21,105.4 = 15.2). Local authority interactive tool: average number of cases per "
        "children and family social worker.",
        references=(DFE_CSWW, DFE_CSWW_METHODS, LAIT),
        parameters=(_WITHOUT_FTE, LAST_DAY),
    ),
    Measure(
        id="caseload_per_worker_median",
        label="Median cases per case-holding worker",
        kind=Kind.DISTRIBUTION,
        headline="median",
        unit="case_per_worker",
        counted="case",
        over="worker",
        when=When.DAY,
        needs=(WORKERS,),
        select=_median,
        cohort_windows=False,
        numerator="Cases held on 30 September by a social worker in post, agency workers included.",
        denominator="Social workers in post who hold at least one case.",
        formula="The median of the cases over the workers, with minimum, quartiles and maximum beside it.",
        edges="Workers are counted as persons, whatever their FTE: part-time workers pull the median down. "
        f"{_ONE_PERSON} {_ANY_ROLE} {_A_CASE} {IN_POST} {CENSUS_DAY}",
        basis=Basis.CHOICE,
        references=(DFE_CSWW,),
        parameters=(LAST_DAY,),
    ),
    Measure(
        id="caseload_over_threshold_pct",
        label="Case holders above a caseload threshold",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        counted="worker",
        over="worker",
        when=When.DAY,
        needs=(WORKERS,),
        select=_over_threshold,
        cohort_windows=False,
        numerator="Case holders of the denominator with more cases per FTE than the threshold.",
        denominator="Social workers in post on 30 September, agency workers included, who hold at least "
        "one case and whose FTE is known and above 0.",
        formula="100 x numerator / denominator.",
        edges="A caseload equal to the threshold is not above it. FTE is that of 30 September (FTE30), or "
        "the contracted FTE where it is blank. Holders whose FTE is 0 or not known are left out and "
        f"counted in the notes. {_ONE_PERSON} {_ANY_ROLE} {_A_CASE} {IN_POST} {CENSUS_DAY}",
        basis=Basis.CHOICE,
        references=(DFE_CSWW,),
        parameters=(_THRESHOLD, LAST_DAY),
    ),
    Measure(
        id="cases_per_all_fte",
        label="Cases per FTE of all social workers in post",
        kind=Kind.RATIO,
        unit="case_per_FTE",
        counted="case",
        over="FTE",
        when=When.DAY,
        needs=NEEDS,
        uses=USES,
        select=_per_fte,
        fractional=True,
        cohort_windows=False,
        numerator="Cases held on 30 September by child and family social workers in post, agency workers included.",
        denominator="Contracted FTE of all social workers in post and of all agency workers on 30 "
        "September, whether they hold cases or not.",
        formula="Numerator / denominator: a ratio of sums.",
        edges="Lower than the average caseload of case holders (avg_caseload_fte): never compare the two. "
        f"{_A_CASE} {IN_POST} {FTE_RULES} {SOURCES} {NO_LIMITS} {CENSUS_DAY}",
        basis=Basis.CHOICE,
        published="Not published; it follows from the published cases, inpost_fte and agency_fte.",
        references=(DFE_CSWW, DFE_CSWW_METHODS),
        parameters=(LAST_DAY,),
    ),
)

CASELOADS = Indicator(
    number=14,
    name="caseloads",
    title="Reducing social work caseloads",
    definition="Social workers hold fewer cases each.",
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for smaller caseloads.",
    rise="More children; fewer workers; or fewer case holders because work moved to specialist posts.",
    fall=(
        "More staff, fewer children or faster closure; but also work moved to unqualified staff, or newly "
        "qualified staff with protected caseloads."
    ),
    unintended_consequences=(
        "Averages hide spread: the mean may fall while the highest caseloads grow. Cases may be closed too "
        "early (outcome 3)."
    ),
    data_quality=(
        "The workforce census is taken on 30 September, children in need and children looked after on 31 "
        "March: do not divide one by the other without pairing the dates. Some authorities return together "
        "(Kingston upon Thames with Richmond upon Thames, North with West Northamptonshire), and two "
        "London authorities are absent in 2025."
    ),
    crosswalk=(
        "Children's Social Care National Framework: the enabler that the workforce is equipped and "
        "effective. Ofsted's inspection data (Annex A): columns of the allocated worker, from which a "
        "local caseload can be counted."
    ),
    note=(
        "A case is a child, or a carer's household allocated for fostering or adoption, not a family: "
        "three siblings are three cases."
    ),
    measures=_MEASURES,
)
