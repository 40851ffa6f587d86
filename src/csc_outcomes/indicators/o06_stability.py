"""Outcome 6 of the 2017 checklist: stability of placement and worker."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Limits, Measure, Reference, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.indicators import local
from csc_outcomes.indicators.common import (
    CLA_POPULATION,
    DFE_CLA,
    LAIT,
    UNDER_18_ONLY,
    adults_apart,
    care_days,
    looked_after,
)
from csc_outcomes.indicators.placements import (
    ADOPTIVE,
    CONTINUITY,
    PLACEMENT_TABLES,
    RUN_PARAMETERS,
    RUN_RULES,
    long_in_care,
    placement_runs,
    start_seen,
    with_current_run,
    with_placements,
)

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

DFE_STABILITY = Reference("Stability measures for children looked after", "Department for Education", "2024")

_NO_PLACEMENT = "only temporary placements recorded, counted as no placement"
_MORE_MOVES = (
    "breakdowns and emergency stays; or planned steps to adoption, to relatives or to a better match."
)
_FEWER_MOVES = (
    "better matching and support; children left in poor placements; or many who entered care so recently "
    "that they had little time to move."
)
_MORE_WORKERS = (
    "social workers leaving, agency cover, reorganisation, or handing over between teams by design; or "
    "better recording of who holds a case."
)
_FEWER_WORKERS = (
    "social workers who stay, or teams that keep a child's case throughout; or changes that are not recorded."
)


# ---- placements ---------------------------------------------------------------------------------------


def _placements_mean(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    stock = with_placements(looked_after(tables, window), tables, window, parameters)
    cases = Cases(stock, on=window.end, row="ROW", numerator=c("RUNS"), denominator=nw.lit(1))
    cases = adults_apart(cases, window.end, parameters).report(c("RUNS") == 0, _NO_PLACEMENT)
    cases = cases.report(c("RUNS") == 1, "1 placement").report(c("RUNS") == 2, "2 placements")
    return cases.report(c("RUNS") >= 3, "3 or more placements")


def _three_or_more(
    children: nw.LazyFrame[Any], tables: Tables, window: WindowDates, parameters: Parameters
) -> Cases:
    children = with_placements(children, tables, window, parameters)
    moved = kit.flag(c("RUNS") >= 3)
    cases = Cases(children, on=window.end, row="ROW", numerator=moved, denominator=nw.lit(1))
    return adults_apart(cases, window.end, parameters).report(c("RUNS") == 0, _NO_PLACEMENT)


def _three_in_a_year(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    return _three_or_more(looked_after(tables, window), tables, window, parameters)


def _three_in_two_years(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    children = long_in_care(looked_after(tables, window), tables, window, 24)
    return start_seen(_three_or_more(children, tables, window, parameters))


def _two_years_in_place(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Children under 16 in care for 30 months; 1 for those who have been 24 months in their placement."""
    young = c("DOB").is_null() | ~kit.reached("DOB", 16, window.end)
    children = long_in_care(looked_after(tables, window).filter(young), tables, window, 30)
    children = with_current_run(children, tables, window, parameters)
    since = window.before(24)
    adoptive = c("PLACE").is_in(ADOPTIVE) & (c("PREV_RUN_START") <= since)
    cases = Cases(
        children,
        on=window.end,
        row="ROW",
        numerator=kit.flag((c("RUN_START") <= since) | adoptive),
        denominator=nw.lit(1),
    )
    cases = start_seen(cases).keep(~c("DOB").is_null(), "date of birth unknown")
    return cases.report(
        c("RUN_START").is_null(), "only temporary placements recorded, not in the same placement"
    )


def _moves(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Moves, each with no day, stacked on days in care, each row with no move."""
    reasons = ("P", "B", "T", "U") if parameters.same_carer_moves else ("P", "B")
    runs = placement_runs(tables, parameters)
    runs = runs.filter(c("START") >= window.start, c("START") <= window.end, c("RNE").is_in(reasons))
    runs = runs.with_columns(ON=c("START"), ROW=c("FIRST_ROW"), MOVES=nw.lit(1), DAYS=nw.lit(0))
    days = care_days(tables, window).with_columns(MOVES=nw.lit(0))
    whole = [c("MOVES").cast(nw.Int64), c("DAYS").cast(nw.Int64)]
    columns = [*window.keys, "LA", "DOB", "ON", "ROW"]
    stacked = nw.concat([runs.select(*columns, *whole), days.select(*columns, *whole)], how="vertical")
    return Cases(stacked, on=c("ON"), row="ROW", numerator=c("MOVES"), denominator=c("DAYS"))


# ---- social workers -----------------------------------------------------------------------------------


def _with_returns(stock: nw.LazyFrame[Any], tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Add SENT and SENT_BEFORE: 1 where the authority returned social workers for the years at either end."""
    returned = tables["ssda903.social_worker_returns"]
    for column, day in (("SENT", window.end), ("SENT_BEFORE", window.after_lookback)):
        years = returned.select("LA", c("YEAR").cast(nw.Int64).alias(f"{column}_YEAR"))
        years = years.with_columns(nw.lit(1).alias(column))
        stock = stock.with_columns(kit.reporting_year(day).alias(f"{column}_YEAR"))
        stock = stock.join(years, on=["LA", f"{column}_YEAR"], how="left")
    return stock


def _spells(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Spells of a social worker with any day in the look-back window, in care or not."""
    spells = tables["ssda903.social_workers"].filter(~c("SW_ID").is_null())
    return spells.filter(c("SW_DECOM") <= window.end, c("SW_DEC") > window.lookback)


def _worker_cases(
    figures: nw.LazyFrame[Any],
    numerator: nw.Expr,
    tables: Tables,
    window: WindowDates,
    parameters: Parameters,
) -> Cases:
    """Children looked after on the day, joined to one row of figures per child with at least one spell."""
    stock = _with_returns(looked_after(tables, window), tables, window)
    stock = stock.join(figures, on=window.keys, how="left")
    cases = Cases(stock, on=window.end, row="ROW", numerator=numerator, denominator=nw.lit(1))
    cases = adults_apart(cases, window.end, parameters)
    cases = cases.keep(c("SENT") == 1, "the authority's return for the year has no social workers")
    cases = cases.report(c("WORKERS").is_null(), "no social worker recorded, counted with 0")
    return cases.report(
        c("SENT_BEFORE").is_null(),
        "the return in which the 12 months begin has no social workers: some may be missing",
    )


def _three_workers(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    workers = _spells(tables, window).group_by(window.keys).agg(WORKERS=c("SW_ID").n_unique())
    return _worker_cases(workers, kit.flag(c("WORKERS") >= 3), tables, window, parameters)


def _worker_changes(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    before = c("SW_ID").shift(1).over(*window.keys, order_by=["SW_DECOM", "SW_DEC", "SW_ID"])
    spells = _spells(tables, window).with_columns(BEFORE=before)
    spells = spells.with_columns(CHANGE=kit.flag(c("BEFORE") != c("SW_ID")))
    changes = spells.group_by(window.keys).agg(c("CHANGE").sum(), WORKERS=c("SW_ID").n_unique())
    return _worker_cases(changes, c("CHANGE").fill_null(0), tables, window, parameters)


# ---- school -------------------------------------------------------------------------------------------

_MOVE, _ENROLMENT = "school_move", "school_enrolment"
_SUMMER = (8, 9)
"""August and September: moves between two school years."""


def _school_moves(tables: Tables, window: WindowDates, _parameters: Parameters) -> Cases:
    """Children looked after on the day who are on a school's roll in the year; numerator those who moved."""
    keys, first = window.keys, kit.plus_months(window.after_end, -12)
    events = local.one_arm(tables[local.EVENTS]).filter(c("START") <= window.end)
    enrolled = events.filter(c("EVENT") == _ENROLMENT, c("END") >= first).select(keys).unique()
    care = tables["ssda903.care"].filter(c("FROM") <= window.end, c("TO") > first)
    entered = care.with_columns(ENTERED=kit.later(c("FROM"), first)).group_by(keys).agg(c("ENTERED").min())
    moves = events.filter(c("EVENT") == _MOVE, c("START") >= first, ~c("START").dt.month().is_in(_SUMMER))
    moves = moves.select(*keys, "START").join(entered, on=keys, how="inner")
    moved = moves.filter(c("START") >= c("ENTERED")).select(keys).unique()
    stock = looked_after(tables, window)
    stock = stock.join(enrolled.with_columns(ENROLLED=nw.lit(1)), on=keys, how="left")
    stock = stock.join(moved.with_columns(MOVED=nw.lit(1)), on=keys, how="left")
    flag = kit.flag(c("MOVED") == 1)
    cases = Cases(stock, on=window.end, row="ROW", numerator=flag, denominator=nw.lit(1))
    cases = cases.keep(c("ENROLLED") == 1, "on no school's roll in the twelve months")
    return cases.report(kit.reached("DOB", 18, window.end), "aged 18 or over, counted")


# ---- measures -----------------------------------------------------------------------------------------

_WORKER_TABLES = ("ssda903.care", "ssda903.social_workers", "ssda903.social_worker_returns")
_WORKER_EDGES = (
    "Social workers have been returned since 2023-24. An authority whose return for the year of the day has "
    "no social workers leaves both sides and is reported. A child without any social worker row stays in "
    f"with 0 and is reported. A spell ends on its last date, which is not one of its days. {CLA_POPULATION}"
)

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="placements_12m_mean",
        label="Placements in the previous 12 months (mean and distribution)",
        kind=Kind.MEAN,
        unit="placement_per_child",
        per=1,
        counted="placement",
        over="child",
        when=When.DAY,
        needs=("ssda903.care", *PLACEMENT_TABLES),
        select=_placements_mean,
        numerator="Placements in the 12 months to the day of all children looked after on the day.",
        denominator="All children looked after on the day.",
        formula="numerator / denominator. The numbers of children with 1, 2, and 3 or more placements are "
        "reported beside it.",
        edges="Placements open at the beginning or at the end of the 12 months count, and so do those of an "
        "earlier period of care. A child in care for a part of the 12 months counts with that part. A child "
        f"of whom only temporary placements are recorded counts with 0 and is reported. {RUN_RULES} "
        f"{CLA_POPULATION}",
        basis=Basis.CHOICE,
        references=(DFE_CLA,),
        parameters=(*RUN_PARAMETERS, UNDER_18_ONLY),
        lookback_months=12,
        direction=Direction.LOWER,
        rise=_MORE_MOVES,
        fall=_FEWER_MOVES,
    ),
    Measure(
        id="placements_3plus_pct",
        label="Looked-after children with 3 or more placements in the year",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=("ssda903.care", *PLACEMENT_TABLES),
        select=_three_in_a_year,
        numerator="Children looked after on the day with 3 or more placements in the 12 months to it.",
        denominator="All children looked after on the day.",
        formula="100 x numerator / denominator.",
        edges="Placements open at the beginning or at the end of the 12 months count, and so do those of an "
        f"earlier period of care. {RUN_RULES} {CLA_POPULATION}",
        basis=Basis.DFE_PARTLY,
        published="Placement stability on 31 March (England 2025: 8,500 of 81,770, 10%): placements of 24 "
        "hours or more, those open on 1 April and on 31 March included; adoption by the current carer is no "
        "change.",
        references=(DFE_CLA, LAIT),
        parameters=(*RUN_PARAMETERS, UNDER_18_ONLY),
        lookback_months=12,
        direction=Direction.LOWER,
        rise=_MORE_MOVES,
        fall=_FEWER_MOVES,
    ),
    Measure(
        id="placements_3plus_2yr_pct",
        label="Children looked after for 2 years with 3 or more placements in them",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=("ssda903.care", "ssda903.periods", "ssda903.short_breaks", *PLACEMENT_TABLES),
        select=_three_in_two_years,
        numerator="Children of the denominator with 3 or more placements in the 24 months to the day.",
        denominator="Children looked after on the day who have been in care continuously for 24 months.",
        formula="100 x numerator / denominator.",
        edges=f"{CONTINUITY} Placements open at the beginning or at the end of the 24 months count. "
        f"{RUN_RULES} {CLA_POPULATION}",
        basis=Basis.DFE_PARTLY,
        published="Children looked after for 2 years on 31 March (England 2025: 13,410 of 59,430, 23%).",
        references=(DFE_CLA,),
        parameters=(*RUN_PARAMETERS, UNDER_18_ONLY),
        lookback_months=24,
        direction=Direction.LOWER,
        rise=_MORE_MOVES,
        fall="better matching and support; or children left in poor placements.",
    ),
    Measure(
        id="same_placement_2yr_pct",
        label="Long-term stability: in the same placement for at least 2 years",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=("ssda903.care", "ssda903.periods", "ssda903.short_breaks", *PLACEMENT_TABLES),
        select=_two_years_in_place,
        numerator="Children of the denominator whose placement on the day began at least 24 calendar months "
        "before it, or who are placed for adoption (A3 to A6) and whose placement just before that one "
        "began at least 24 calendar months before the day.",
        denominator="Children under 16 looked after on the day who have been in care continuously for 30 "
        "calendar months.",
        formula="100 x numerator / denominator.",
        edges=f"Exactly 24 or 30 months is enough. {CONTINUITY} A child whose date of birth is unknown "
        "leaves both sides and is reported. Where adoption is by the current foster carer, the foster "
        "placement and the adoptive one are one placement, and the one before both is the placement before. "
        f"{RUN_RULES} Unaccompanied asylum-seeking children are included.",
        basis=Basis.DFE_KNOWN,
        published="'Living with the same carer for at least 2 years' on 31 March (England 2025: 19,680 of "
        "28,710, 69%).",
        references=(DFE_CLA, LAIT),
        parameters=RUN_PARAMETERS,
        lookback_months=30,
        direction=Direction.HIGHER,
        rise="better matching and support; or children left where they are unhappy.",
        fall="breakdowns; or planned steps to relatives or to a better match.",
    ),
    Measure(
        id="placement_moves_per_100_care_years",
        label="Placement moves per 100 years of care",
        kind=Kind.RATE,
        unit="move_per_100_care_years",
        per=36_525,
        counted="move",
        over="day",
        when=When.PERIOD,
        needs=("ssda903.care", *PLACEMENT_TABLES),
        select=_moves,
        numerator="Placements beginning in the period with a move (reason for new episode P or B).",
        denominator="Days in care in the period, of all children.",
        formula="36,525 x numerator / denominator: moves per 100 years of 365.25 days.",
        edges="The first placement of a period of care is no move. Each day of a child in care counts once; "
        "the day of leaving is no day in care. With `same_carer_moves` reasons T and U are moves as well. "
        "It is the only measure of stability that suits short periods and includes children who left. "
        f"{RUN_RULES} {CLA_POPULATION}",
        basis=Basis.CHOICE,
        references=(DFE_CLA,),
        parameters=RUN_PARAMETERS,
        limits=Limits.BOOTSTRAP,
        direction=Direction.LOWER,
        rise=_MORE_MOVES,
        fall="better matching and support; or children left in poor placements.",
    ),
    Measure(
        id="social_workers_3plus_pct",
        label="Looked-after children with 3 or more social workers in the year",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=_WORKER_TABLES,
        select=_three_workers,
        numerator="Children of the denominator with 3 or more different social workers in the 12 months to "
        "the day.",
        denominator="Children looked after on the day in authorities that returned social workers.",
        formula="100 x numerator / denominator.",
        edges="A social worker who comes back counts once. Social workers of the 12 months before the child "
        f"entered care count. {_WORKER_EDGES}",
        basis=Basis.DFE_KNOWN,
        published="Three or more social workers in the year (England 2024: 22,140 of 83,300, 27%).",
        references=(DFE_STABILITY, LAIT),
        parameters=(UNDER_18_ONLY,),
        lookback_months=12,
        direction=Direction.LOWER,
        rise=_MORE_WORKERS,
        fall=_FEWER_WORKERS,
    ),
    Measure(
        id="social_worker_changes_mean",
        label="Changes of social worker per child in 12 months",
        kind=Kind.MEAN,
        unit="change_per_child",
        per=1,
        counted="change",
        over="child",
        when=When.DAY,
        needs=_WORKER_TABLES,
        select=_worker_changes,
        numerator="Changes from one social worker to a different one in the 12 months to the day.",
        denominator="Children looked after on the day in authorities that returned social workers.",
        formula="numerator / denominator.",
        edges="Spells are put in order by their beginning, then by their end. A social worker who comes "
        f"back after another makes two changes. {_WORKER_EDGES}",
        basis=Basis.CHOICE,
        references=(DFE_STABILITY,),
        parameters=(UNDER_18_ONLY,),
        lookback_months=12,
        direction=Direction.LOWER,
        rise=_MORE_WORKERS,
        fall=_FEWER_WORKERS,
    ),
    Measure(
        id="school_midyear_move_pct",
        label="Looked-after children who moved school during the year",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=("ssda903.care", local.EVENTS),
        uses=(local.COVER, local.HELD),
        select=_school_moves,
        says=partial(local.says_events, kinds=(_ENROLMENT, _MOVE), members_needed=False, months=12),
        numerator="Children of the denominator with at least one event school_move in the twelve months that end "
        "on the day, outside 1 August to 30 September, on or after their first day in care within these months.",
        denominator="Children looked after on the day with a spell on a school's roll (event school_enrolment) that "
        f"touches the twelve months. {CLA_POPULATION}",
        formula="100 x numerator / denominator.",
        edges="Moves before the first day in care of the twelve months do not count; moves between two periods of "
        "care do. Children on no school's roll leave both sides and are counted in the notes. Where the extract "
        "holds no move, or no enrolment, at all, nothing is known: there is no figure, and no 0.",
        basis=Basis.DFE_KNOWN,
        published="Stability measures for children looked after: school stability. Local authority interactive "
        "tool: 395 Stability_School.",
        references=(DFE_STABILITY, LAIT),
        lookback_months=12,
        direction=Direction.LOWER,
        rise="Moves of placement that take the child away from the school; or planned steps to a better school.",
        fall="Schools kept through moves of placement; or children left in a school that does not suit them.",
    ),
)
"""The measures of outcome 6."""

STABILITY = Indicator(
    number=6,
    name="stability",
    title="Increasing placement and worker stability",
    definition="Children move less between placements, wanted or not, and change worker less.",
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for fewer moves and changes of worker, and for more children who stay in "
        "the same placement."
    ),
    rise=(
        "For moves, breakdowns and emergency stays, or planned steps to adoption, relatives or a better "
        "match; for stable placements, better matching and support, or children left where they are "
        "unhappy."
    ),
    fall=(
        "For moves, better matching and support; but also children left in poor placements, or many who "
        "entered care so recently that they had little time to move; for stable placements, the "
        "opposite."
    ),
    unintended_consequences=(
        "A move that is needed may be avoided to protect the figure, and a child kept with an "
        "unsuitable carer. That a placement is stable says nothing of its quality."
    ),
    data_quality=(
        "Most measures are about children still in care on the day, so children who left after many "
        "moves vanish from them. Moves with the same carer (reasons T and U) inflate moves if counted. "
        "Social workers have been returned only since the year ending 31 March 2024; authorities "
        "without that data drop out."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes; the enabler that the workforce is equipped and effective. Ofsted's "
        "inspection data (Annex A): list 8, number of placements in the last 12 months and allocated "
        "worker. Hertfordshire's Family Safeguarding indicators: the usual children's social care "
        "indicators."
    ),
    note=(
        "A placement is the longest run of episodes with the same carer. A new one starts when the "
        "reason for the new episode is S, P or B. Temporary placements (T0 to T4) are joined to the "
        "placement they interrupt, and adoption by the current foster carer (A3, A5) continues the "
        "placement before it."
    ),
    measures=MEASURES,
)
