"""Outcome 22 of the 2017 checklist: recruitment and retention of the workforce."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

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
    Status,
    When,
)
from csc_outcomes.engine.verdict import Verdict
from csc_outcomes.indicators import external
from csc_outcomes.indicators.common import LAIT
from csc_outcomes.indicators.workforce_figures import (
    CENSUS_DAY,
    CENSUS_YEAR,
    DFE_CSWW,
    DFE_CSWW_METHODS,
    FTE_RULES,
    IN_POST,
    LAST_DAY,
    NEEDS,
    NO_LIMITS,
    SOURCES,
    USES,
    Aside,
    figures_on,
    in_post,
    leaver,
    ratio,
    without_fte,
)

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Cases, Tables, WindowDates
    from csc_outcomes.engine.windows import Window

c = nw.col

_BASE = Parameter(
    "base",
    "FTE in post that flows are divided by. 'closing' is that of 30 September at the end of the year, as "
    "published. 'average' is the mean of it and that of 30 September a year before, which needs the return "
    "of that year too.",
    default="closing",
    choices=("closing", "average"),
)
_STARTERS_WHO_LEFT = Parameter(
    "starters_who_left",
    "Whether starters who left again within the year are starters. The published definition leaves it "
    "open; published figures are taken to include them, and an authority with nothing else is left out "
    "under 'exclude'.",
    default="include",
    choices=("include", "exclude"),
)


def _base(parameters: Parameters) -> nw.Expr:
    if parameters.base == "closing":
        return c("IN_POST_FTE")
    return (c("OPENING_FTE") + c("IN_POST_FTE")) / 2


def _staff_without_fte(parameters: Parameters) -> Aside:
    return without_fte(c("EMPLOYED") & in_post(parameters), "social workers in post")


def _vacancies(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    return ratio(
        tables,
        window,
        figures_on(tables, window, parameters),
        c("VACANCY_FTE"),
        c("VACANCY_FTE") + c("IN_POST_FTE"),
        what=("FTE of vacancies", "FTE in post"),
        asides=(_staff_without_fte(parameters),),
    )


def _turnover(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    left, no_fte = leaver(parameters), c("FTE").is_null()
    asides = (
        Aside(left & no_fte, "leavers whose FTE is not known"),
        _staff_without_fte(parameters),
        Aside(left & (c("FTE") == 0), "leavers with an FTE of 0, who add nothing", left_out=False),
    )
    what = ("FTE of leavers", "FTE in post")
    figures = figures_on(tables, window, parameters)
    return ratio(tables, window, figures, c("LEAVERS_FTE"), _base(parameters), what=what, asides=asides)


def _starters(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    everybody = parameters.starters_who_left == "include"
    starter = c("STARTER") if everybody else c("STARTER") & ~c("LEFT")
    return ratio(
        tables,
        window,
        figures_on(tables, window, parameters),
        c("STARTERS_FTE") if everybody else c("STARTERS_WHO_STAYED_FTE"),
        _base(parameters),
        what=("FTE of starters", "FTE in post"),
        asides=(without_fte(starter, "starters"), _staff_without_fte(parameters)),
    )


def _without_year_before(tables: Tables, window: Window, parameters: Parameters) -> dict[str, Verdict]:
    """Authorities whose average cannot be made, because the census of the year before is not at hand."""
    if parameters.base == "closing":
        return {}
    year = window.end.year
    rows = tables["workforce.parts"].select(c("LA").cast(nw.String), "YEAR").collect("polars").rows()
    before = {area for area, found in rows if found == year - 1}
    why = f"the average needs the census of 30 September {year - 1} as well"
    lacking = {area for area, found in rows if found == year} - before
    return {area: Verdict(Status.INCOMPLETE, why) for area in lacking}


def _agency(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    agency = without_fte(c("AGENCY") & in_post(parameters), "agency workers")
    return ratio(
        tables,
        window,
        figures_on(tables, window, parameters),
        c("AGENCY_FTE"),
        c("AGENCY_FTE") + c("IN_POST_FTE"),
        what=("FTE of agency workers", "FTE in post"),
        asides=(agency, _staff_without_fte(parameters)),
    )


def _cover(tables: Tables, window: WindowDates, _parameters: Parameters) -> Cases:
    what = ("FTE of agency workers who cover vacancies", "FTE of vacancies")
    return ratio(tables, window, figures_on(tables, window), c("COVER_FTE"), c("VACANCY_FTE"), what=what)


def _absence(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    blank = c("EMPLOYED") & (in_post(parameters) | c("LEFT")) & c("DAYS_LOST").is_null()
    return ratio(
        tables,
        window,
        figures_on(tables, window, parameters),
        c("DAYS_LOST"),
        c("IN_POST_FTE") * c("WORKING_DAYS"),
        what=("number of days lost", "FTE in post"),
        asides=(
            _staff_without_fte(parameters),
            Aside(blank, "social workers whose days lost are blank, FTE counted", left_out=False),
        ),
    )


_OWN_STAFF = (
    "Social workers in post are those the authority itself employs; agency workers are not among them."
)
_LEAVERS = (
    "Leavers are social workers employed by the authority whose role ended in the year, whatever the "
    "reason: moves to another authority, to agency work or out of child and family work in the same "
    "authority, career breaks and retirement. Those who started within the same year are no leavers, and "
    "moves between child and family posts of the authority, and the start of maternity or sick leave, are "
    "not returned as leaving."
)
_VACANCY_RISE = "Posts created by growth, as well as staff lost."
_VACANCY_FALL = "Posts filled, or posts deleted."

_FOSTERING = Reference("Fostering in England", "Ofsted", "2025")

_MEASURES = (
    Measure(
        id="vacancy_rate_fte_pct",
        label="Social worker vacancy rate (FTE)",
        kind=Kind.RATIO,
        unit="percent",
        per=100,
        counted="FTE",
        over="FTE",
        when=When.DAY,
        needs=NEEDS,
        uses=USES,
        select=_vacancies,
        fractional=True,
        cohort_windows=False,
        numerator="FTE of vacancies on 30 September.",
        denominator="FTE of vacancies plus FTE of social workers in post on 30 September.",
        formula="100 x numerator / denominator.",
        edges=f"A vacancy covered by an agency worker is still a vacancy. {_OWN_STAFF} {IN_POST} {FTE_RULES} "
        f"{SOURCES} {NO_LIMITS} {CENSUS_DAY}",
        basis=Basis.DFE_KNOWN,
        published="Children's social work workforce: vacancy_rate_fte (England 2025: 5,965.4 / (5,965.4 + "
        "36,186.3) = 14.2 per cent). Local authority interactive tool: vacancy rate, polarity low.",
        references=(DFE_CSWW, DFE_CSWW_METHODS, LAIT),
        parameters=(LAST_DAY,),
        direction=Direction.LOWER,
        rise=_VACANCY_RISE,
        fall=_VACANCY_FALL,
    ),
    Measure(
        id="turnover_rate_fte_pct",
        label="Social worker turnover rate (FTE)",
        kind=Kind.RATIO,
        unit="percent",
        per=100,
        counted="FTE",
        over="FTE",
        when=When.PERIOD,
        needs=NEEDS,
        uses=USES,
        select=_turnover,
        says=_without_year_before,
        fractional=True,
        cohort_windows=False,
        numerator="FTE of leavers in the twelve months to 30 September.",
        denominator="FTE of social workers in post on that 30 September (parameter base).",
        formula="100 x numerator / denominator.",
        edges="The denominator is the stock at the end of the year, not the average of the year. "
        f"{_LEAVERS} The FTE of a leaver is the last one held; leavers returned with an FTE of 0 are "
        f"counted in the notes, because the rate is then too low. {_OWN_STAFF} {IN_POST} {FTE_RULES} "
        f"{SOURCES} {NO_LIMITS} {CENSUS_YEAR}",
        basis=Basis.DFE_KNOWN,
        published="Children's social work workforce: turnover_rate_fte (England 2025: 4,276.3 / 36,186.3 = "
        "11.8 per cent). Local authority interactive tool: turnover rate, polarity low.",
        references=(DFE_CSWW, DFE_CSWW_METHODS, LAIT),
        parameters=(_BASE, LAST_DAY),
        direction=Direction.LOWER,
        rise="Loss, or healthy renewal.",
        fall="Staff who stay, or who have nowhere to go.",
    ),
    Measure(
        id="agency_rate_fte_pct",
        label="Agency social worker rate (FTE)",
        kind=Kind.RATIO,
        unit="percent",
        per=100,
        counted="FTE",
        over="FTE",
        when=When.DAY,
        needs=NEEDS,
        uses=USES,
        select=_agency,
        fractional=True,
        cohort_windows=False,
        numerator="FTE of agency social workers on 30 September.",
        denominator="FTE of agency social workers plus FTE of social workers in post on 30 September.",
        formula="100 x numerator / denominator.",
        edges="A return with agency workers who cover vacancies and no row of an agency worker left them "
        f"out: its agency FTE is not usable. {_OWN_STAFF} {IN_POST} {FTE_RULES} {SOURCES} {NO_LIMITS} "
        f"{CENSUS_DAY}",
        basis=Basis.DFE_KNOWN,
        published="Children's social work workforce: agency_rate_fte (England 2025: 5,415.9 / (5,415.9 + "
        "36,186.3) = 13.0 per cent). Local authority interactive tool: agency worker rate, polarity low.",
        references=(DFE_CSWW, DFE_CSWW_METHODS, LAIT),
        parameters=(LAST_DAY,),
        direction=Direction.LOWER,
        rise="More cover for absence and vacancies, or workers who prefer agency work.",
        fall="Permanent staff instead, or gaps left unfilled.",
    ),
    Measure(
        id="vacancy_agency_cover_pct",
        label="Vacancies covered by agency workers (FTE)",
        kind=Kind.RATIO,
        unit="percent",
        per=100,
        counted="FTE",
        over="FTE",
        when=When.DAY,
        needs=NEEDS,
        select=_cover,
        fractional=True,
        cohort_windows=False,
        numerator="FTE of agency workers who cover vacancies on 30 September.",
        denominator="FTE of vacancies on 30 September.",
        formula="100 x numerator / denominator; it may exceed 100.",
        edges="Another figure than the share of agency workers who cover vacancies, which divides by the "
        f"FTE of agency workers. Both figures are the authority's own totals. {SOURCES} {NO_LIMITS} "
        f"{CENSUS_DAY}",
        basis=Basis.DFE_KNOWN,
        published="Children's social work workforce: vacancy_agency_cover_rate_fte (England 2025: 4,390.8 "
        "/ 5,965.4 = 73.6 per cent). Local authority interactive tool: vacancies covered.",
        references=(DFE_CSWW, DFE_CSWW_METHODS, LAIT),
        direction=Direction.CONTESTED,
        rise="Gaps are filled; or agency work has become the way to fill them.",
        fall="Permanent staff instead of cover; or gaps left unfilled.",
    ),
    Measure(
        id="starters_rate_fte_pct",
        label="Social worker starter rate (FTE)",
        kind=Kind.RATIO,
        unit="percent",
        per=100,
        counted="FTE",
        over="FTE",
        when=When.PERIOD,
        needs=NEEDS,
        uses=USES,
        select=_starters,
        says=_without_year_before,
        fractional=True,
        cohort_windows=False,
        numerator="FTE of social workers who started in the twelve months to 30 September.",
        denominator="FTE of social workers in post on that 30 September (parameter base).",
        formula="100 x numerator / denominator, with the denominator of the turnover rate.",
        edges="Starters who left again within the year are starters (parameter starters_who_left); with "
        "the turnover rate, whose leavers leave them out, the two do not add up to the change of the "
        f"stock. An agency worker's start is none. {_OWN_STAFF} {IN_POST} {FTE_RULES} {SOURCES} {NO_LIMITS} "
        f"{CENSUS_YEAR}",
        basis=Basis.DFE_PARTLY,
        published="Children's social work workforce: starters_fte (England 2025: 5,837.8) and inpost_fte; "
        "the rate is not published. Local authority interactive tool: social work starters.",
        references=(DFE_CSWW, DFE_CSWW_METHODS, LAIT),
        parameters=(_BASE, _STARTERS_WHO_LEFT, LAST_DAY),
        direction=Direction.HIGHER,
        rise="Recruitment, or the replacement of those who left; growth and churn look alike.",
        fall="Fewer posts to fill, because staff stay or posts are deleted; or recruitment that fails.",
    ),
    Measure(
        id="sickness_absence_rate_pct",
        label="Social worker sickness absence rate",
        kind=Kind.RATIO,
        unit="percent",
        per=100,
        counted="day",
        over="day",
        when=When.PERIOD,
        needs=NEEDS,
        uses=USES,
        select=_absence,
        fractional=True,
        cohort_windows=False,
        numerator="Working days lost to sickness in the twelve months to 30 September by social workers "
        "employed by the authority, those who left in the year included.",
        denominator="FTE of social workers in post on that 30 September x 253 working days, or 254 where "
        "the year holds a 29 February.",
        formula="100 x numerator / denominator.",
        edges="The published rate names no number of working days; 253 and 254 are what its figures show. "
        "Days of agency workers do not count. Days left blank add nothing while the worker's FTE counts; "
        f"the notes say how many. One long absence moves the rate of a small authority. {_OWN_STAFF} "
        f"{IN_POST} {FTE_RULES} {SOURCES} {NO_LIMITS} {CENSUS_YEAR}",
        basis=Basis.DFE_KNOWN,
        published="Children's social work workforce: absence_rate_fte (England 2025: 322,786.3 / (36,186.3 "
        "x 253) = 3.5 per cent). Local authority interactive tool: absence rate.",
        references=(DFE_CSWW, DFE_CSWW_METHODS, LAIT),
        parameters=(LAST_DAY,),
        direction=Direction.LOWER,
        rise="More illness or strain; or absence that is recorded better.",
        fall="Healthier staff; or absence not recorded, people at work while ill, or sick staff who have left.",
    ),
    Measure(
        id="foster_carer_net_change",
        label="Fostering households: approvals less deregistrations",
        kind=Kind.COUNT,
        unit="household",
        counted="household",
        when=When.PERIOD,
        needs=external.NEEDS,
        select=partial(external.difference, measure="foster_carer_net_change"),
        says=partial(external.says, measure="foster_carer_net_change", second="DEDUCTED"),
        numerator="Fostering households approved in the year (column numerator) less those deregistered (column "
        f"deducted), as published; it may be negative. {external.ROW}",
        denominator="None.",
        formula="Approvals - deregistrations. A difference of two counts has no limits here.",
        edges=f"{external.SUBTRACTED} Kinship households are counted apart. Services that several authorities run "
        "together report together.",
        basis=Basis.EXTERNAL,
        published="Fostering in England. Local authority interactive tool: 341a (places).",
        references=(_FOSTERING, LAIT),
        fractional=True,
        cohort_windows=False,
        limits=Limits.NONE,
        direction=Direction.HIGHER,
        rise="More households approved or fewer leaving; or carers who come over from an agency.",
        fall="Fewer approved or more leaving; or households struck off that had taken no child for long.",
    ),
)

WORKFORCE = Indicator(
    number=22,
    name="workforce",
    title="Improving recruitment and retention of the workforce",
    definition="More staff and foster carers are recruited, and fewer leave.",
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for fewer vacancies, less turnover and less agency work, and for more new "
        "staff and foster carers."
    ),
    rise=(
        "For vacancies, posts created by growth as well as staff lost; for turnover, loss, or healthy "
        "renewal; for agency work, cover, or the workers' own choice."
    ),
    fall=(
        "For vacancies, posts filled, or posts deleted; for agency work, permanent staff instead, or gaps "
        "left unfilled; for turnover, staff who stay, or who have nowhere to go."
    ),
    unintended_consequences="Deleting posts, or filling them with unqualified roles, improves the rate.",
    data_quality=(
        "The census counts child and family social workers employed by the authority only. What counts as "
        "a vacancy varies from authority to authority. Turnover is that of the authority, not of the "
        "profession."
    ),
    crosswalk=(
        "Children's Social Care National Framework: the enabler that the workforce is equipped and effective."
    ),
    measures=_MEASURES,
)
