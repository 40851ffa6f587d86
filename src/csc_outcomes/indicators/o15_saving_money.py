"""Outcome 15 of the 2017 checklist: saving money."""

from __future__ import annotations

from functools import partial

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Reference, When
from csc_outcomes.indicators import external, money
from csc_outcomes.indicators.common import LAIT

GUIDANCE = Reference(
    "Supporting public service transformation: cost benefit analysis guidance for local partnerships",
    "HM Treasury, Public Service Transformation Network and New Economy",
    "2014",
)
GREEN_BOOK = Reference(
    "The Green Book: central government guidance on appraisal and evaluation", "HM Treasury", "2022"
)
CALCULATOR = Reference(
    "Costs and consequences of placing children in care (H. Ward, L. Holmes and J. Soper)",
    "Jessica Kingsley Publishers",
    "2008",
)

SECTION_251 = Reference(
    "Planned and actual expenditure on schools, education, children and young people's services (section 251)",
    "Department for Education",
    "2025",
)

_ONE_PRICE_YEAR = (
    "All amounts are pounds of one price year, the same for every window and authority of a calculation; the notes "
    "name it. Amounts of several price years are an error unless `price_year` and `index` are given. Nothing is "
    "discounted."
)
_LEFT_OUT = (
    "A row without readable dates, or that ends before it starts, is left out and counted in the notes. What "
    "belongs into the figure and cannot be computed makes it incomplete, never smaller, and the notes say what is "
    "missing. An authority without any row is no data; one with rows, but none in the window, is 0. The figure for "
    "all authorities is their sum."
)
_COST = (
    "Of every line of the ledger `costs`, the gross amount less what it displaces. A fixed line counts by the share "
    "of its days that lie in the window, both ends included. A variable line counts once for every case supported "
    "on a day that the line and the window share."
)
_CASES = (
    "Cases are the children of the cohort in the arm intervention (a blank arm is the intervention's) with an index "
    "date on or before the last day and no last day of support before the first."
)
_BENEFIT = (
    "For every row of `avoided` wholly inside the window: (comparator_events / comparator_exposed x exposed - "
    "observed) x duration x the unit cost of the outcome. Negative where there was more than expected."
)
_COMPARED = (
    "A comparison is required and named (matched, own_history or business_as_usual). What practitioners judged to "
    "have been avoided is kept apart and counts on request only. Only benefits of the categories asked for count, "
    "by default fiscal ones. Two rows of one outcome, team and period that differ contradict each other: neither is "
    "used."
)
_MORE_AVOIDED = (
    "More adverse outcomes avoided, or dearer ones; or a comparator that was worse off to begin with."
)
_LESS_AVOIDED = (
    "Fewer adverse outcomes avoided, or cheaper ones; or a comparator that was nearer to the cases."
)

INTERVENTION_COST_TOTAL = Measure(
    id="intervention_cost_total",
    label="Cost of the intervention",
    kind=Kind.TOTAL,
    unit="GBP",
    counted="GBP",
    when=When.PERIOD,
    needs=(money.LINES,),
    uses=(money.MEMBERS,),
    select=money.cost_total,
    says=money.says_costs,
    fractional=True,
    cohort_windows=False,
    numerator="Staff, training, buildings, travel, accommodation, overheads and other costs in the window, in pounds.",
    denominator="None.",
    formula=_COST,
    edges=(
        f"{_CASES} A line that is per case needs a cohort: without a child of the intervention in it the figure is "
        f"incomplete. {_ONE_PRICE_YEAR} {_LEFT_OUT}"
    ),
    basis=Basis.CHOICE,
    references=(GUIDANCE,),
    parameters=(money.PRICE_YEAR, money.INDEX, money.IN_KIND),
    direction=Direction.LOWER,
)

INTERVENTION_COST_PER_CASE = Measure(
    id="intervention_cost_per_case",
    label="Cost per case",
    kind=Kind.RATIO,
    unit="GBP_per_case",
    counted="GBP",
    over="case",
    when=When.PERIOD,
    needs=(money.LINES, money.MEMBERS),
    select=money.cost_per_case,
    says=money.says_cost_per_case,
    fractional=True,
    cohort_windows=False,
    numerator="Cost of the intervention in the window, as `intervention_cost_total` has it.",
    denominator="Cases supported in the window.",
    formula=f"Cost divided by cases. {_COST} {_CASES}",
    edges=(
        "A child of the cohort without an index date is left out of the cases and counted in the notes. "
        f"{_ONE_PRICE_YEAR} {_LEFT_OUT}"
    ),
    basis=Basis.CHOICE,
    references=(GUIDANCE,),
    parameters=(money.PRICE_YEAR, money.INDEX, money.IN_KIND),
    direction=Direction.LOWER,
)

COSTS_AVOIDED_TOTAL = Measure(
    id="costs_avoided_total",
    label="Costs avoided",
    kind=Kind.TOTAL,
    unit="GBP",
    counted="GBP",
    when=When.PERIOD,
    needs=(money.AVOIDED, money.UNIT_COSTS),
    select=money.costs_avoided,
    says=money.says_avoided,
    fractional=True,
    cohort_windows=False,
    numerator="Adverse outcomes avoided, times their duration and their unit cost, in pounds.",
    denominator="None.",
    formula=_BENEFIT,
    edges=(
        f"{_COMPARED} A row only partly inside the window is left out and counted in the notes. An avoided cost is "
        f"a saving only where the spending can be withdrawn. {_ONE_PRICE_YEAR} {_LEFT_OUT}"
    ),
    basis=Basis.CHOICE,
    references=(GUIDANCE, GREEN_BOOK),
    parameters=(money.CATEGORIES, money.PRICE_YEAR, money.INDEX, money.JUDGED),
    direction=Direction.HIGHER,
    rise=_MORE_AVOIDED,
    fall=_LESS_AVOIDED,
)

NET_SAVING = Measure(
    id="net_saving",
    label="Net saving",
    kind=Kind.TOTAL,
    unit="GBP",
    counted="GBP",
    when=When.PERIOD,
    needs=(money.AVOIDED, money.UNIT_COSTS, money.LINES),
    uses=(money.MEMBERS,),
    select=money.net_saving,
    says=money.says_both,
    fractional=True,
    cohort_windows=False,
    numerator="Costs avoided less the cost of the intervention in the same window, in pounds.",
    denominator="None.",
    formula=f"`costs_avoided_total` - `intervention_cost_total`. {_BENEFIT} {_COST}",
    edges=(
        "State whether it is per child, per family or of a whole project before it is set beside another. "
        f"{_COMPARED} {_CASES} {_ONE_PRICE_YEAR} {_LEFT_OUT}"
    ),
    basis=Basis.CHOICE,
    references=(GUIDANCE, GREEN_BOOK),
    parameters=(money.CATEGORIES, money.PRICE_YEAR, money.INDEX, money.JUDGED, money.IN_KIND),
    direction=Direction.HIGHER,
    rise=f"{_MORE_AVOIDED} Or a cheaper intervention.",
    fall=f"{_LESS_AVOIDED} Or a dearer intervention.",
)

FROI = Measure(
    id="froi",
    label="Fiscal return on investment",
    kind=Kind.RATIO,
    unit="GBP_per_GBP",
    counted="GBP",
    over="GBP",
    when=When.PERIOD,
    needs=(money.AVOIDED, money.UNIT_COSTS, money.LINES),
    uses=(money.MEMBERS,),
    select=money.froi,
    says=money.says_both,
    fractional=True,
    cohort_windows=False,
    numerator="Costs avoided in the window, as `costs_avoided_total` has them.",
    denominator="Cost of the intervention in the same window, as `intervention_cost_total` has it.",
    formula=f"Costs avoided divided by cost; teams add up before dividing. {_BENEFIT} {_COST}",
    edges=(
        "The return is gross: 1.84 means that 84 pence are gained for each pound spent. It is about the cases "
        "observed and does not compare with a return of the whole service. "
        f"{_COMPARED} {_CASES} {_ONE_PRICE_YEAR} {_LEFT_OUT}"
    ),
    basis=Basis.CHOICE,
    references=(GUIDANCE, GREEN_BOOK),
    parameters=(money.CATEGORIES, money.PRICE_YEAR, money.INDEX, money.JUDGED, money.IN_KIND),
    direction=Direction.HIGHER,
)

FROI_WHOLE_SERVICE = Measure(
    id="froi_whole_service",
    label="Fiscal return on investment, whole service with overheads",
    kind=Kind.RATIO,
    unit="GBP_per_GBP",
    counted="GBP",
    over="GBP",
    when=When.PERIOD,
    needs=(money.SERVICE,),
    select=money.froi_whole_service,
    says=money.says_service,
    fractional=True,
    cohort_windows=False,
    numerator="Throughput of each team times the mean benefit of its cases, summed over teams, in pounds.",
    denominator="Running cost of the service with overheads, in pounds.",
    formula=(
        "Over the rows of `service` wholly inside the window: the sum of throughput x benefit / cases, team by team, "
        "divided by the sum of the running costs."
    ),
    edges=(
        "Teams differ in what their cases gain and in how many they serve, so the mean of all cases never stands for "
        "them; where an authority has one team only, the notes say so. A row without a team carries running cost "
        "only. A team whose throughput has no cases or no benefit beside it, and a team without running cost where "
        "no row without a team carries one, make the figure incomplete. A row only partly inside the window is left "
        f"out and counted in the notes. Amounts are taken to be of one price year. {_LEFT_OUT}"
    ),
    basis=Basis.CHOICE,
    references=(GUIDANCE,),
    direction=Direction.HIGHER,
)

PAYBACK_MONTHS = Measure(
    id="payback_months",
    label="Payback period",
    kind=Kind.NUMBER,
    unit="month",
    counted="month",
    when=When.PERIOD,
    needs=(money.FLOWS,),
    select=money.monthly,
    says=money.says_flows,
    summary=money.months_to_payback,
    fractional=True,
    cohort_windows=False,
    numerator="None.",
    denominator="None.",
    formula=(
        "Of the months of `flows` whose first day lies in the window, the number of the first, counted from 0, in "
        "which the benefits of all months so far are at least their costs."
    ),
    edges=(
        "The first month with a row is month 0; months without a row after it count as 0, and so do blank cells. "
        "Where it is not reached within the window the figure is undefined. A month with two rows that differ makes "
        "the figure incomplete, a number that cannot be read is refused. Nothing is discounted; amounts are taken to "
        "be of one price year. For all authorities their flows are added up month by month."
    ),
    basis=Basis.CHOICE,
    references=(GUIDANCE,),
    direction=Direction.LOWER,
    rise="Benefits that come later or are smaller, or a dearer beginning.",
    fall="Benefits that come sooner or are larger, or a cheaper beginning.",
)

PLACEMENT_SPEND_PER_CLA_DAY = Measure(
    id="placement_spend_per_cla_day",
    label="Placement spend per day of care",
    kind=Kind.RATIO,
    unit="GBP_per_day",
    counted="GBP",
    over="day",
    when=When.PERIOD,
    needs=(money.CARE, money.UNIT_COSTS),
    select=money.placement_spend,
    says=money.says_placements,
    fractional=True,
    cohort_windows=False,
    person_groups=True,
    numerator="Days in care in the window, each at the price of its placement, in pounds.",
    denominator="Days in care in the window.",
    formula=(
        "Every day of the window on which a child is looked after, at the unit cost whose item is `placement:` and "
        "the placement code of that day (per day, or a seventh of that per week), summed and divided by the days."
    ),
    edges=(
        "A day on which a child leaves care is no day in care. On a day in temporary placement (T0 to T4) the "
        "placement before it counts. Episodes of a series of short breaks are left out. A day whose placement has "
        f"no unit cost per day or week makes the figure incomplete. {_ONE_PRICE_YEAR}"
    ),
    basis=Basis.CHOICE,
    references=(CALCULATOR,),
    parameters=(money.PRICE_YEAR, money.INDEX),
    direction=Direction.LOWER,
)

CLA_WEEKLY_UNIT_COST = Measure(
    id="cla_weekly_unit_cost",
    label="Weekly unit cost of a looked-after child",
    kind=Kind.RATIO,
    unit="GBP_per_child_week",
    per=7 / 365,
    counted="GBP",
    over="child",
    when=When.PERIOD,
    needs=external.NEEDS,
    select=partial(external.figure, measure="cla_weekly_unit_cost"),
    says=partial(external.says, measure="cla_weekly_unit_cost"),
    fractional=True,
    cohort_windows=False,
    numerator=f"Outturn of the spending line in pounds, as published. {external.ROW}",
    denominator="Children looked after on 31 March, in the same row.",
    formula=(
        "Numerator / denominator x 7 / 365, in the prices of the year. The published figure is rounded to the "
        "nearest 5 pounds; this one is not."
    ),
    edges=(
        f"{external.EDGES} The denominator is the number on one day, not days in care: where the number of "
        "children in care rises or falls in the year the figure is biased."
    ),
    basis=Basis.DFE_KNOWN,
    published="Local authority interactive tool: 294 LACFinance (lines 295 to 299).",
    references=(SECTION_251, LAIT),
    direction=Direction.LOWER,
)

SAVING_MONEY = Indicator(
    number=15,
    name="saving_money",
    title="Saving money",
    definition=(
        "Spending per young person falls, where spending on what replaces it is counted too, so that "
        "new spending does not outweigh the saving."
    ),
    direction=Direction.CONTESTED,
    hoped_for="The checklist hoped for lower cost and for a higher return on what is spent.",
    rise=(
        "For cost, harder cases, price inflation or an investment phase; for the return on investment, "
        "more outcomes achieved, or optimistic unit values."
    ),
    fall=(
        "For cost, real efficiency, but also need that is not met, or costs moved to another agency; "
        "for the return on investment, fewer outcomes, or more cautious unit values."
    ),
    unintended_consequences=(
        "Savings may not be cashable, and cost may move to families, health services or schools. A "
        "service may be cut in spite of a positive return, as the checklist reports of Enfield."
    ),
    data_quality=(
        "In the checklist's studies costs were partly estimated, projects were too short, and data "
        "differed from study to study: 280 pounds per family in Leeds and 66 pounds per child at "
        "Daybreak are not comparable units."
    ),
    crosswalk=(
        "Children's Social Care National Framework: the enabler that leaders drive conditions for "
        "effective practice (spending). Hertfordshire's Family Safeguarding indicators: economic cost "
        "of police and hospital indicators."
    ),
    note=(
        "Every money result states its price year, its currency (pounds sterling), whose costs it "
        "counts (the authority's or all public costs), its horizon, its unit (child, family or case), "
        "the share that is estimated and the sources of its unit costs."
    ),
    measures=(
        INTERVENTION_COST_TOTAL,
        INTERVENTION_COST_PER_CASE,
        COSTS_AVOIDED_TOTAL,
        NET_SAVING,
        FROI,
        FROI_WHOLE_SERVICE,
        PAYBACK_MONTHS,
        PLACEMENT_SPEND_PER_CLA_DAY,
        CLA_WEEKLY_UNIT_COST,
    ),
)
