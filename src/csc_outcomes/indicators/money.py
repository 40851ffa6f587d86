"""Selections of money: what interventions cost, what was avoided, and returns on the one by the other.

A sum of pounds from which a part is missing looks like any other sum. So everything that a figure would need and
that is not there makes the figure incomplete; nothing is left out of it silently. All amounts of a figure are
pounds of one price year, the same for every window of a calculation.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
from attrs import frozen

from csc_outcomes.definitions.measure import Parameter, Status
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases, WindowDates
from csc_outcomes.engine.verdict import Verdict
from csc_outcomes.errors import InputError, all_at_once
from csc_outcomes.indicators.common import care_days
from csc_outcomes.sources.costs_prices import NEEDED, factors, price_year
from csc_outcomes.sources.costs_tables import CATEGORIES as CATEGORY_CODES
from csc_outcomes.sources.ssda903_codes import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables
    from csc_outcomes.engine.windows import Window

    Verdicts = dict[str, Verdict]

c = nw.col

LINES, UNIT_COSTS, AVOIDED = "money.lines", "money.unit_costs", "money.avoided"
SERVICE, FLOWS, MEMBERS, CARE = "money.service", "money.flows", "local.members", "ssda903.care"
_INTERVENTION = "intervention"

PRICE_YEAR = Parameter(
    "price_year",
    "The price year of the figure, such as '2014-15'. By default the only one in the tables that the measure "
    "reads; where there are several, it must be given, with `index`.",
    default=None,
)
INDEX = Parameter(
    "index",
    "Price level by price year, such as {'2014-15': 97.4, '2016-17': 103.9}, for example the GDP deflators of HM "
    "Treasury. Amounts of another price year than the figure's are multiplied by index[figure] / index[amount].",
    default=None,
)
IN_KIND = Parameter(
    "in_kind",
    "True counts what no budget pays for, such as time or rooms that another body gives; False leaves it out.",
    default=True,
    choices=(False, True),
)
CATEGORIES = Parameter(
    "categories",
    "Whose benefits count: a list of fiscal, economic and social. They are never added silently.",
    default=["fiscal"],
)
JUDGED = Parameter(
    "include_judged",
    "True counts what practitioners judged to have been avoided beside what a comparison shows.",
    default=False,
    choices=(False, True),
)

UNDATED, STRADDLING, UNASKED, UNINDEXED = 1, 2, 3, 4
_UNDATED = "rows without a readable start and end, or that end before they start"
_STRADDLING = "rows only partly inside the window"
_UNASKED = "avoided in the judgement of practitioners, which counts on request only"
_UNINDEXED = "cohort members without a readable index date"
_TEXTS = {UNDATED: _UNDATED, STRADDLING: _STRADDLING, UNASKED: _UNASKED, UNINDEXED: _UNINDEXED}


# ---- price years ----------------------------------------------------------------------------------------


@frozen
class Prices:
    """The price year of a figure (None where there is no amount), and what amounts of each year are multiplied by."""

    target: str | None
    factors: dict[str, float]

    @property
    def factor(self) -> nw.Expr:
        """The factor of a row's PRICE_YEAR."""
        expression: Any = nw.lit(None, dtype=nw.Float64())
        for year, factor in self.factors.items():
            expression = nw.when(c("PRICE_YEAR") == year).then(nw.lit(factor)).otherwise(expression)
        return expression  # type: ignore[no-any-return]  # an expression all along

    def said(self, cases: Cases) -> Cases:
        """Mention the price year."""
        if self.target is None:
            return cases
        return cases.report(~c("KEY").is_null(), f"in {self.target} prices")


def _years(frame: nw.LazyFrame[Any]) -> set[str]:
    found = frame.select("PRICE_YEAR").unique().collect("polars").get_column("PRICE_YEAR").to_list()
    return {str(year) for year in found if year is not None}


def _prices(years: Iterable[str], parameters: Parameters) -> Prices:
    """One price year for all amounts of a measure.

    Raises:
        InputError: several price years without a target or an index, or an index that lacks one of them.
    """
    found = sorted(set(years))
    problems: list[str] = []
    target = None if parameters.price_year is None else price_year(parameters.price_year)
    if parameters.price_year is not None and target is None:
        problems.append(f"price_year: {NEEDED}, found {parameters.price_year!r}")
    if parameters.index is not None and not hasattr(parameters.index, "items"):
        kind = type(parameters.index).__name__
        problems.append(f"index: needed a mapping of price years to price levels, found {kind}")
    if len(found) > 1 and parameters.price_year is None:
        hint = "give price_year, and index with the price level of each"
        problems.append(f"price_year: needed one for the figure, found {', '.join(found)}; {hint}")
    all_at_once("price years", problems)
    target = target or next(iter(found), None)
    others = [year for year in found if year != target]
    if others and parameters.index is None:
        problems.append(f"index: needed the price levels of {', '.join(others)} and of {target}, found none")
    exact = factors(others, str(target), parameters.index, problems) if others and not problems else {}
    all_at_once("price years", problems)
    return Prices(target, {year: float(exact.get(year, 1)) for year in found})


# ---- costs ----------------------------------------------------------------------------------------------


def _ledger(tables: Tables, parameters: Parameters) -> nw.LazyFrame[Any]:
    lines = tables[LINES]
    return lines if parameters.in_kind else lines.filter(~c("IN_KIND"))


def _touching(frame: nw.LazyFrame[Any], start: nw.Expr, end: nw.Expr) -> nw.LazyFrame[Any]:
    """Rows with a day in the window, and those of which nobody can say."""
    return frame.filter(~c("DATED") | ((c("START") <= end) & (c("END") >= start)))


def beneficiaries(tables: Tables) -> nw.LazyFrame[Any]:
    """Children of the cohort whom the intervention serves; a blank arm is the intervention's."""
    arm = c("ARM").str.to_lowercase()
    served = c("ARM").is_null() | (arm == _INTERVENTION)
    return tables[MEMBERS].filter(c("ROLE") == "child", served)


def _supported(first: nw.Expr | str, last: nw.Expr | str) -> nw.Expr:
    """Whether a case is supported on a day from the first to the last."""
    first, last = (c(day) if isinstance(day, str) else day for day in (first, last))
    return (c("INDEX_DATE") <= last) & (c("CLOSED").is_null() | (c("CLOSED") >= first))


def _cost_rows(
    tables: Tables, window: WindowDates, parameters: Parameters, prices: Prices
) -> nw.LazyFrame[Any]:
    """One row per line of the ledger that has a day in the window: AMOUNT in pounds of the figure's price year.

    A fixed line counts by the share of its days that lie in the window; a variable one once for every case that
    is supported on a day of both.
    """
    lines = _touching(_ledger(tables, parameters), window.start, window.end).filter(c("LACKS").is_null())
    lines = lines.with_columns(FIRST=kit.later("START", window.start), LAST=kit.earlier("END", window.end))
    lines = lines.with_columns(DAYS=kit.days("FIRST", "LAST") + 1, WHOLE=kit.days("START", "END") + 1)
    if MEMBERS in tables:
        lines = lines.join(_cases_of_lines(lines, beneficiaries(tables)), on=["LA", "LINE"], how="left")
    else:
        lines = lines.with_columns(SUPPORTED=nw.lit(0))
    of_line = c("NET") * c("DAYS") / c("WHOLE")
    of_case = c("NET") * c("SUPPORTED").fill_null(0)
    amount = nw.when(c("VARIABLE")).then(of_case).otherwise(of_line)
    usable = nw.when(c("DATED")).then(nw.lit(0)).otherwise(nw.lit(UNDATED))
    return lines.select("KEY", "LA", AMOUNT=amount * prices.factor, LEFT_OUT=usable, IS_JUDGED=nw.lit(0))


def _cases_of_lines(lines: nw.LazyFrame[Any], people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """LA, LINE and SUPPORTED: how many cases are supported in the part of a variable line that the window holds."""
    per_case = lines.filter(c("VARIABLE"), c("DATED")).select("LA", "LINE", "FIRST", "LAST")
    pairs = per_case.join(people.select("LA", "INDEX_DATE", "CLOSED"), on="LA", how="inner")
    return pairs.filter(_supported("FIRST", "LAST")).group_by("LA", "LINE").agg(SUPPORTED=nw.len())


def _cost_prices(tables: Tables, parameters: Parameters) -> Prices:
    return _prices(_years(_ledger(tables, parameters)), parameters)


def cost_total(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select the lines of the ledger: what they cost in the window."""
    prices = _cost_prices(tables, parameters)
    rows = _cost_rows(tables, window, parameters, prices)
    return prices.said(_without(Cases(rows, on=window.end, numerator=c("AMOUNT")), UNDATED))


def cost_per_case(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select the lines of the ledger, which cost, and the cases supported in the window, which are counted."""
    prices = _cost_prices(tables, parameters)
    lines = _cost_rows(tables, window, parameters, prices).with_columns(OVER=nw.lit(0))
    still = c("CLOSED").is_null() | (c("CLOSED") >= window.start)
    unknown = c("INDEX_DATE").is_null()
    people = beneficiaries(tables).filter((unknown & still) | _supported(window.start, window.end))
    cases = people.select(
        "KEY",
        "LA",
        AMOUNT=nw.lit(0.0),
        LEFT_OUT=nw.when(unknown).then(nw.lit(UNINDEXED)).otherwise(nw.lit(0)),
        IS_JUDGED=nw.lit(0),
        OVER=nw.lit(1),
    )
    both = nw.concat([lines, cases], how="vertical")
    selected = Cases(both, on=window.end, numerator=c("AMOUNT"), denominator=c("OVER"))
    return prices.said(_without(selected, UNDATED, UNINDEXED))


def _without(cases: Cases, *kinds: int) -> Cases:
    for kind in kinds:
        cases = cases.keep(c("LEFT_OUT") != kind, _TEXTS[kind])
    return cases


# ---- costs avoided --------------------------------------------------------------------------------------


def _chosen(parameters: Parameters) -> list[str]:
    """The categories asked for.

    Raises:
        InputError: none, or one that does not exist.
    """
    asked = parameters.categories
    known = CATEGORY_CODES.names
    listed = [asked] if isinstance(asked, str) else list(asked)
    if not listed or any(name not in known for name in listed):
        raise InputError(f"categories: needed a list of {', '.join(known)}, found {asked!r}")
    return listed


def _outcomes(tables: Tables, parameters: Parameters) -> nw.LazyFrame[Any]:
    """Rows of the categories asked for, with their unit cost; and those whose category nobody can know."""
    unit = tables[UNIT_COSTS].select("ITEM", "VALUE", "CATEGORY", "PRICE_YEAR", UNUSABLE=c("LACKS"))
    unit = unit.with_columns(KNOWN=nw.lit(1))
    rows = tables[AVOIDED].join(unit, left_on="OUTCOME", right_on="ITEM", how="left")
    unpriced = nw.when(c("KNOWN").is_null()).then(nw.lit("an outcome without its unit cost"))
    rows = rows.with_columns(LACKS=nw.coalesce("LACKS", unpriced, c("UNUSABLE")))
    return rows.filter(c("CATEGORY").is_null() | c("CATEGORY").is_in(_chosen(parameters)))


def _avoided_rows(
    tables: Tables, window: WindowDates, parameters: Parameters, prices: Prices
) -> nw.LazyFrame[Any]:
    """One row per outcome that has a day in the window: AMOUNT in pounds; a row counts if it lies wholly inside."""
    rows = _touching(_outcomes(tables, parameters), window.start, window.end).filter(c("LACKS").is_null())
    inside = (c("START") >= window.start) & (c("END") <= window.end)
    asked = ~c("JUDGED") | nw.lit(value=bool(parameters.include_judged))
    left_out = (
        nw.when(~c("DATED"))
        .then(nw.lit(UNDATED))
        .otherwise(
            nw.when(~inside)
            .then(nw.lit(STRADDLING))
            .otherwise(nw.when(~asked).then(nw.lit(UNASKED)).otherwise(nw.lit(0)))
        )
    )
    return rows.select(
        "KEY",
        "LA",
        AMOUNT=c("UNITS") * c("VALUE") * prices.factor,
        LEFT_OUT=left_out,
        IS_JUDGED=nw.when(c("JUDGED")).then(nw.lit(1)).otherwise(nw.lit(0)),
    )


def costs_avoided(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select the outcomes avoided in the window."""
    prices = _prices(_years(_outcomes(tables, parameters)), parameters)
    rows = _avoided_rows(tables, window, parameters, prices)
    return prices.said(_benefits(Cases(rows, on=window.end, numerator=c("AMOUNT"))))


def _benefits(cases: Cases) -> Cases:
    """What leaves the benefits, and what must be said of those that stay."""
    kept = _without(cases, UNDATED, STRADDLING, UNASKED)
    return kept.report(c("IS_JUDGED") == 1, "avoided in the judgement of practitioners, counted on request")


# ---- both -----------------------------------------------------------------------------------------------


def _both(tables: Tables, window: WindowDates, parameters: Parameters) -> tuple[nw.LazyFrame[Any], Prices]:
    """Benefits (WORTH) and costs (COST) under one another, in pounds of one price year."""
    years = _years(_ledger(tables, parameters)) | _years(_outcomes(tables, parameters))
    prices = _prices(years, parameters)
    none = nw.lit(0.0)
    gained = _avoided_rows(tables, window, parameters, prices).with_columns(WORTH=c("AMOUNT"), COST=none)
    spent = _cost_rows(tables, window, parameters, prices).with_columns(WORTH=none, COST=c("AMOUNT"))
    return nw.concat([gained, spent], how="vertical"), prices


def net_saving(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select benefits, which count, and costs, which count against them."""
    rows, prices = _both(tables, window, parameters)
    return prices.said(_benefits(Cases(rows, on=window.end, numerator=c("WORTH") - c("COST"))))


def froi(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select benefits, over costs."""
    rows, prices = _both(tables, window, parameters)
    selected = Cases(rows, on=window.end, numerator=c("WORTH"), denominator=c("COST"))
    return prices.said(_benefits(selected))


# ---- what the tables cannot answer for ------------------------------------------------------------------


def _rows_of(frame: nw.LazyFrame[Any], *columns: str) -> list[dict[str, Any]]:
    rows = frame.with_columns(LA=c("LA").cast(nw.String)).select("LA", *columns).collect("polars")
    return list(rows.iter_rows(named=True))


def _areas_of(frame: nw.LazyFrame[Any]) -> set[str]:
    return {row["LA"] for row in _rows_of(frame.select("LA").unique())}


def _nothing(tables: Tables, frame: nw.LazyFrame[Any], what: str) -> Verdicts:
    """Authorities without any row."""
    present = _areas_of(frame)
    return {
        area: Verdict(Status.NO_DATA, f"{what} for this authority")
        for area in tables.areas
        if area not in present
    }


def _incomplete(rows: Iterable[dict[str, Any]]) -> Verdicts:
    """Authorities with rows that lack something: what, and how many."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        reasons = counts.setdefault(row["LA"], {})
        reasons[row["LACKS"]] = reasons.get(row["LACKS"], 0) + 1
    return {
        area: Verdict(Status.INCOMPLETE, "; ".join(_counted(*reason) for reason in sorted(reasons.items())))
        for area, reasons in counts.items()
    }


def _counted(text: str, rows: int) -> str:
    return f"{text} ({rows} row)" if rows == 1 else f"{text} ({rows} rows)"


def _joined(*verdicts: Verdicts) -> Verdicts:
    """One verdict for each authority: no data before incomplete, then the first."""
    joined: Verdicts = {}
    for found in verdicts:
        for area, verdict in found.items():
            known = joined.get(area)
            if known is None or (known.status is Status.INCOMPLETE and verdict.status is Status.NO_DATA):
                joined[area] = verdict
    return joined


def says_costs(tables: Tables, window: Window, parameters: Parameters) -> Verdicts:
    """Authorities whose cost cannot be known: no ledger, a line without its amount, cases without a cohort."""
    _cost_prices(tables, parameters)
    touching = _touching(_ledger(tables, parameters), nw.lit(window.start), nw.lit(window.end))
    rows = _rows_of(touching.filter(c("DATED")), "LACKS", "VARIABLE")
    lacking = _incomplete(row for row in rows if row["LACKS"])
    served = _areas_of(beneficiaries(tables)) if MEMBERS in tables else set()
    why = "costs are per case, and the cohort has no child of the intervention"
    caseless = {
        row["LA"]: Verdict(Status.INCOMPLETE, why)
        for row in rows
        if row["VARIABLE"] and row["LA"] not in served
    }
    return _joined(_nothing(tables, tables[LINES], "no row of costs"), lacking, caseless)


def says_cost_per_case(tables: Tables, window: Window, parameters: Parameters) -> Verdicts:
    """As `says_costs`, and authorities without a case."""
    nobody = _nothing(tables, beneficiaries(tables), "no child of the intervention in cohort")
    return _joined(says_costs(tables, window, parameters), nobody)


def says_avoided(tables: Tables, window: Window, parameters: Parameters) -> Verdicts:
    """Authorities whose benefit cannot be known: no outcome, or one without unit cost or comparator."""
    outcomes = _outcomes(tables, parameters)
    _prices(_years(outcomes), parameters)
    inside = outcomes.filter(c("DATED"), c("START") >= nw.lit(window.start), c("END") <= nw.lit(window.end))
    asked = inside if parameters.include_judged else inside.filter(~c("JUDGED"))
    lacking = _rows_of(asked.filter(~c("LACKS").is_null()), "LACKS")
    return _joined(_nothing(tables, tables[AVOIDED], "no row of avoided"), _incomplete(lacking))


def says_both(tables: Tables, window: Window, parameters: Parameters) -> Verdicts:
    """Authorities whose benefit or cost cannot be known."""
    return _joined(says_avoided(tables, window, parameters), says_costs(tables, window, parameters))


# ---- a whole service ------------------------------------------------------------------------------------


def froi_whole_service(tables: Tables, window: WindowDates, _parameters: Parameters) -> Cases:
    """Select teams (their throughput at the mean benefit of their cases) over the running cost."""
    rows = _touching(tables[SERVICE], window.start, window.end).filter(c("LACKS").is_null())
    inside = (c("START") >= window.start) & (c("END") <= window.end)
    left_out = (
        nw.when(~c("DATED"))
        .then(nw.lit(UNDATED))
        .otherwise(nw.when(~inside).then(nw.lit(STRADDLING)).otherwise(nw.lit(0)))
    )
    rows = rows.with_columns(LEFT_OUT=left_out)
    named = rows.filter(c("LEFT_OUT") == 0, ~c("TEAM").is_null()).select("LA", "TEAM").unique()
    teams = named.group_by("LA").agg(TEAMS=nw.len())
    rows = rows.join(teams, on="LA", how="left")
    selected = Cases(rows, on=window.end, numerator=c("WORTH"), denominator=c("RUNNING").fill_null(0.0))
    one_team = (c("TEAMS") == 1) & ~c("TEAM").is_null()
    text = (
        "rows of the only team of an authority: its mean benefit stands for all, as if cases did not differ"
    )
    return _without(selected, UNDATED, STRADDLING).report(one_team, text)


def says_service(tables: Tables, window: Window, _parameters: Parameters) -> Verdicts:
    """Authorities whose return cannot be known: a team without its benefit, or without its running cost."""
    inside = tables[SERVICE].filter(
        c("DATED"), c("START") >= nw.lit(window.start), c("END") <= nw.lit(window.end)
    )
    rows = _rows_of(inside, "TEAM", "RUNNING", "LACKS")
    shared = {row["LA"] for row in rows if row["TEAM"] is None and row["RUNNING"] is not None}
    unpaid = [
        {"LA": row["LA"], "LACKS": "a row without its running cost"}
        for row in rows
        if row["RUNNING"] is None and (row["TEAM"] is None or row["LA"] not in shared)
    ]
    lacking = _incomplete([*(row for row in rows if row["LACKS"]), *unpaid])
    return _joined(_nothing(tables, tables[SERVICE], "no row of service"), lacking)


# ---- payback --------------------------------------------------------------------------------------------


def monthly(tables: Tables, window: WindowDates, _parameters: Parameters) -> Cases:
    """Select the flows of the months in the window: benefits, and costs below 0, each with its month's number."""
    rows = tables[FLOWS].filter(c("MONTH") >= window.start, c("MONTH") <= window.end, c("LACKS").is_null())
    number = c("MONTH").dt.year().cast(nw.Int64) * 12 + c("MONTH").dt.month().cast(nw.Int64)
    gained = rows.select("KEY", "LA", AMOUNT=c("WORTH"), NUMBER=number)
    spent = rows.select("KEY", "LA", AMOUNT=c("COST") * -1, NUMBER=number)
    both = nw.concat([gained, spent], how="vertical")
    return Cases(both, on=window.end, numerator=c("AMOUNT"), second=c("NUMBER"))


def months_to_payback(values: Any, weights: Any, second: Any) -> float | None:
    """Number of the first month, from 0, in which all benefits so far are at least all costs so far.

    Amounts are added up as the decimals they print as: a balance of exactly 0 is one.
    """
    balances: dict[int, Decimal] = {}
    for value, weight, month in zip(values.tolist(), weights.tolist(), second.tolist(), strict=True):
        amount = Decimal(str(value)) * int(weight)
        balances[int(month)] = balances.get(int(month), Decimal(0)) + amount
    first, balance = min(balances), Decimal(0)
    for month in sorted(balances):
        balance += balances[month]
        if balance >= 0:
            return float(month - first)
    return None


def says_flows(tables: Tables, window: Window, _parameters: Parameters) -> Verdicts:
    """Authorities whose flows cannot be known: none at all, or a month with two that differ."""
    rows = tables[FLOWS].filter(
        c("MONTH") >= nw.lit(window.start), c("MONTH") <= nw.lit(window.end), ~c("LACKS").is_null()
    )
    return _joined(_nothing(tables, tables[FLOWS], "no row of flows"), _incomplete(_rows_of(rows, "LACKS")))


# ---- placements -----------------------------------------------------------------------------------------


def _placement_prices(tables: Tables) -> nw.LazyFrame[Any]:
    """Unit costs of placements that can be turned into a price a day."""
    usable = tables[UNIT_COSTS].filter(~c("PLACE").is_null(), ~c("DAYS").is_null(), c("LACKS").is_null())
    return usable.select("PLACE", "VALUE", "PRICE_YEAR", UNIT_DAYS=c("DAYS"))


def _priced_days(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    days = care_days(tables, window).with_columns(PLACE=c("PLACE").cast(nw.String))
    return days.join(_placement_prices(tables), on="PLACE", how="left")


def placement_spend(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select the days in care of the window, each at the price of its placement."""
    prices = _prices(_years(_placement_prices(tables)), parameters)
    days = _priced_days(tables, window).filter(~c("VALUE").is_null())
    spend = c("VALUE") * c("DAYS") / c("UNIT_DAYS") * prices.factor
    return prices.said(Cases(days, on=c("ON"), row="ROW", numerator=spend, denominator=c("DAYS")))


def says_placements(tables: Tables, window: Window, parameters: Parameters) -> Verdicts:
    """Authorities with days in care that have no price."""
    _prices(_years(_placement_prices(tables)), parameters)
    days = _priced_days(tables, WindowDates.of(window.start, window.end, 0, None))
    counts: dict[str, int] = {}
    places: dict[str, set[str]] = {}
    for row in _rows_of(days.filter(c("VALUE").is_null()), "PLACE", "DAYS"):
        counts[row["LA"]] = counts.get(row["LA"], 0) + int(row["DAYS"])
        known = row["PLACE"] in PLACE.names
        places.setdefault(row["LA"], set()).add(row["PLACE"] if known else "a code that is none, or blank")
    return {
        area: Verdict(
            Status.INCOMPLETE,
            f"{number} days in care have no unit cost per day or week: {', '.join(sorted(places[area]))}",
        )
        for area, number in counts.items()
    }
