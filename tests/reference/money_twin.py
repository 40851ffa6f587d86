"""A slow, plain-Python twin of the measures of money, written from the definitions alone.

Rows are dicts of the tables' own columns, LA included. Amounts are `Fraction` or None, dates `datetime.date` or None,
words str or None. Days are counted one by one; sums are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .base import days_between
from .care import care_on, placed_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from .base import Returns

Row = dict[str, Any]
Figure = tuple[Fraction, Fraction | None]  # numerator and denominator
NO_DATA, INCOMPLETE = "no_data", "incomplete"
COUNTERFACTUALS = ("matched", "own_history", "business_as_usual")


class Unanswerable(Exception):  # noqa: N818  # it is an answer
    """The rows cannot answer: the status says why."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Money:
    """Rows of the local tables, and the windows and choices of one question."""

    costs: list[Row] = field(default_factory=list)
    unit_costs: list[Row] = field(default_factory=list)
    avoided: list[Row] = field(default_factory=list)
    service: list[Row] = field(default_factory=list)
    flows: list[Row] = field(default_factory=list)
    cohort: list[Row] = field(default_factory=list)

    def of(self, table: str, la: str) -> list[Row]:
        """An authority's rows; two that agree in everything are one, except in the ledger."""
        rows = [row for row in getattr(self, table) if row["LA"] == la]
        return rows if table == "costs" else once(rows)

    def authorities(self) -> list[str]:
        """Authorities with a row in any table that has authorities."""
        tables = (self.costs, self.avoided, self.service, self.flows, self.cohort)
        return sorted({row["LA"] for rows in tables for row in rows})


@dataclass(frozen=True)
class Asked:
    """A window, both ends included, and the parameters."""

    start: date
    end: date
    price_year: str
    index: dict[str, Fraction]
    in_kind: bool = True
    include_judged: bool = False
    categories: tuple[str, ...] = ("fiscal",)

    def factor(self, year: str) -> Fraction:
        """What a pound of a price year is worth in the figure's."""
        return self.index[self.price_year] / self.index[year]


def once(rows: list[Row]) -> list[Row]:
    """Rows without exact repeats."""
    kept: list[Row] = []
    for row in rows:
        if row not in kept:
            kept.append(row)
    return kept


def disputed(rows: list[Row], key: tuple[str, ...]) -> list[Row]:
    """Rows that share what identifies them with another."""
    return [row for row in rows if sum(all(row[k] == other[k] for k in key) for other in rows) > 1]


def usable_dates(row: Row) -> bool:
    """Whether a row says when it was."""
    return row["start"] is not None and row["end"] is not None and row["start"] <= row["end"]


def inside(row: Row, asked: Asked) -> bool:
    """Whether a row lies wholly in the window."""
    return usable_dates(row) and asked.start <= row["start"] and row["end"] <= asked.end


# ---- costs ----------------------------------------------------------------------------------------------


def supported(money: Money, la: str, first: date, last: date) -> set[str] | None:
    """Children of the intervention supported between two days; None where the cohort has none at all."""
    children = [
        row
        for row in money.of("cohort", la)
        if (row["role"] or "child") == "child" and (row["arm"] or "intervention").lower() == "intervention"
    ]
    if not children:
        return None
    return {
        row["CHILD"]
        for row in children
        if row["index_date"] is not None
        and row["index_date"] <= last
        and (row["closed"] is None or row["closed"] >= first)
    }


def cost(money: Money, la: str, asked: Asked) -> Fraction:
    """Net cost in the window."""
    if not money.of("costs", la):
        raise Unanswerable(NO_DATA)
    total = Fraction(0)
    for line in money.of("costs", la):
        if not usable_dates(line) or (line["in_kind"] and not asked.in_kind):
            continue
        days = days_between(line["start"], line["end"])
        shared = [day for day in days if asked.start <= day <= asked.end]
        if not shared:
            continue
        if line["gross"] is None:
            raise Unanswerable(INCOMPLETE)
        net = (line["gross"] - (line["displaced"] or 0)) * asked.factor(line["price_year"])
        if line["behaviour"] == "variable":
            cases = supported(money, la, shared[0], shared[-1])
            if cases is None:
                raise Unanswerable(INCOMPLETE)
            total += net * len(cases)
        else:
            total += sum((net / len(days) for _ in shared), Fraction(0))
    return total


def intervention_cost_total(money: Money, la: str, asked: Asked) -> Figure:
    """Cost in the window."""
    return cost(money, la, asked), None


def intervention_cost_per_case(money: Money, la: str, asked: Asked) -> Figure:
    """Cost in the window over the cases supported in it."""
    cases = supported(money, la, asked.start, asked.end)
    if cases is None:
        raise Unanswerable(NO_DATA)
    return cost(money, la, asked), Fraction(len(cases))


# ---- costs avoided --------------------------------------------------------------------------------------


def unit_cost(money: Money, item: str | None) -> Row | None:
    """The row of an item; None where there is none, or two that differ."""
    rows = [row for row in once(money.unit_costs) if row["item"] == item]
    return rows[0] if len(rows) == 1 else None


def benefit(money: Money, la: str, asked: Asked) -> Fraction:
    """What was avoided in the window."""
    rows = money.of("avoided", la)
    if not rows:
        raise Unanswerable(NO_DATA)
    contradict = disputed(rows, ("team", "outcome", "start", "end"))
    total = Fraction(0)
    for row in rows:
        if not inside(row, asked) or (row["judged"] and not asked.include_judged and row not in contradict):
            continue
        unit = unit_cost(money, row["outcome"])
        known = [entry for entry in money.unit_costs if entry["item"] == row["outcome"]]
        if known and (known[0]["category"] or "fiscal") not in asked.categories:
            continue
        if row in contradict and all(other["judged"] for other in contradict) and not asked.include_judged:
            continue
        numbers = [row[name] for name in ("exposed", "observed", "comparator_events", "comparator_exposed")]
        if (
            row in contradict
            or unit is None
            or unit["value"] is None
            or row["counterfactual"] not in COUNTERFACTUALS
            or None in numbers
            or numbers[3] == 0
        ):
            raise Unanswerable(INCOMPLETE)
        exposed, observed, events, among = numbers
        duration = 1 if row["duration"] is None else row["duration"]
        fewer = events / among * exposed - observed
        total += fewer * duration * unit["value"] * asked.factor(unit["price_year"])
    return total


def costs_avoided_total(money: Money, la: str, asked: Asked) -> Figure:
    """What was avoided in the window."""
    return benefit(money, la, asked), None


def _both(money: Money, la: str, asked: Asked) -> tuple[Fraction, Fraction]:
    """Benefit and cost; no data of either comes before incomplete data of the other."""
    found: list[Fraction] = []
    failed: list[str] = []
    for part in (benefit, cost):
        try:
            found.append(part(money, la, asked))
        except Unanswerable as reason:
            failed.append(reason.status)
    if failed:
        raise Unanswerable(NO_DATA if NO_DATA in failed else INCOMPLETE)
    return found[0], found[1]


def net_saving(money: Money, la: str, asked: Asked) -> Figure:
    """Costs avoided less cost."""
    gained, spent = _both(money, la, asked)
    return gained - spent, None


def froi(money: Money, la: str, asked: Asked) -> Figure:
    """Costs avoided over cost."""
    return _both(money, la, asked)


# ---- a whole service ------------------------------------------------------------------------------------


def froi_whole_service(money: Money, la: str, asked: Asked) -> Figure:
    """Throughput at each team's mean benefit, over running cost."""
    rows = money.of("service", la)
    if not rows:
        raise Unanswerable(NO_DATA)
    own = [row for row in rows if inside(row, asked)]
    if disputed(own, ("team", "start", "end")):
        raise Unanswerable(INCOMPLETE)
    shared = any(row["team"] is None and row["running_cost"] is not None for row in own)
    worth = spent = Fraction(0)
    for row in own:
        if row["running_cost"] is None and (row["team"] is None or not shared):
            raise Unanswerable(INCOMPLETE)
        spent += row["running_cost"] or 0
        if row["team"] is None:
            if any(row[name] for name in ("cases", "benefit", "throughput")):
                raise Unanswerable(INCOMPLETE)
            continue
        if row["throughput"] is None or (row["throughput"] and (not row["cases"] or row["benefit"] is None)):
            raise Unanswerable(INCOMPLETE)
        if row["throughput"]:
            worth += row["throughput"] * (row["benefit"] / row["cases"])
    return worth, spent


# ---- payback --------------------------------------------------------------------------------------------


def payback_months(money: Money, areas: list[str], asked: Asked) -> int | None:
    """Months until benefits so far are at least costs so far, of the areas together; None if never."""
    balance: dict[tuple[int, int], Fraction] = {}
    for la in areas:
        rows = [{**row, "month": row["month"].replace(day=1)} for row in money.of("flows", la)]
        own = [row for row in once(rows) if asked.start <= row["month"] <= asked.end]
        if disputed(own, ("month",)):
            raise Unanswerable(INCOMPLETE)
        for row in own:
            month = (row["month"].year, row["month"].month)
            balance[month] = balance.get(month, Fraction(0)) + (row["benefit"] or 0) - (row["cost"] or 0)
    so_far = Fraction(0)
    day = min((date(*month, 1) for month in balance), default=asked.end + timedelta(1))
    months = 0
    while day <= asked.end:
        so_far += balance.get((day.year, day.month), Fraction(0))
        if so_far >= 0:
            return months
        months += 1
        day = (day + timedelta(31)).replace(day=1)
    return None


# ---- placements -----------------------------------------------------------------------------------------


def placement_spend_per_cla_day(
    returns: Returns, prices: dict[str, Fraction], start: date, end: date
) -> Figure:
    """Price of the days in care over their number; `prices` are pounds a day by placement code."""
    spend, days = Fraction(0), 0
    for day in days_between(start, end):
        places = placed_on(returns, day)
        for key in care_on(returns, day):
            row = places.get(key)
            place = None if row is None else row["PLACE"]
            if place not in prices:
                raise Unanswerable(INCOMPLETE)
            spend += prices[place]
            days += 1
    return spend, Fraction(days)


TWINS: dict[str, Callable[[Money, str, Asked], Figure]] = {
    function.__name__: function
    for function in (
        intervention_cost_total,
        intervention_cost_per_case,
        costs_avoided_total,
        net_saving,
        froi,
        froi_whole_service,
    )
}
"""Twins of the measures that add up over authorities, by measure id."""
