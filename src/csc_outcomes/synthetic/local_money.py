"""Money of an invented project: what it costs, what events cost, what was avoided, throughput and monthly flows.

What was avoided is counted from the invented events: those of the intervention arm beside those of the comparison.
All amounts are pounds of one price year, that of the day of going live.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

_SOURCE = "Invented for this example; of the size of published unit costs"
_UNIT_COSTS: tuple[tuple[str, float, str, str, int, float, str], ...] = (
    ("arrest", 1_200.0, "event", "fiscal", 3, 300.0, "police"),
    ("missing_from_home", 2_400.0, "event", "fiscal", 4, 600.0, "police"),
    ("ae_attendance", 190.0, "event", "fiscal", 2, 30.0, "health"),
    ("residential_week", 5_000.0, "week", "fiscal", 3, 900.0, "local authority"),
    ("neet_year", 5_600.0, "year", "economic", 5, 1_500.0, "individuals"),
)
"""Item, pounds, what it is per, category, grade of confidence, standard deviation, who bears it."""
_WEEKLY = {
    **dict.fromkeys(("R1", "R2", "R3", "R5", "S1"), 4_100.0),
    **dict.fromkeys(("K1", "K2"), 5_000.0),
    **dict.fromkeys(("H5", "K3", "P2"), 1_150.0),
    **dict.fromkeys(("A3", "A4", "A5", "A6"), 120.0),
    **dict.fromkeys(("P1", "P3"), 60.0),
}
"""Pounds a week by placement; every other one costs what a foster placement does."""
_FOSTER_WEEK = 630.0

_LINES: tuple[tuple[str, str, float, float, str, bool, str], ...] = (
    ("practitioners", "staff", 1_900.0, 350.0, "fixed", False, "programme"),
    ("management", "overhead", 330.0, 0.0, "fixed", False, "local authority"),
    ("offices", "buildings", 90.0, 0.0, "fixed", True, "partners"),
    ("travel and activities", "travel", 85.0, 0.0, "variable", False, "local authority"),
    ("respite", "accommodation", 140.0, 40.0, "variable", False, "programme"),
)
"""Item, kind, gross and displaced pounds per case and year, behaviour, in kind, who pays."""
_SET_UP = 260.0
"""Pounds per case for training before the project begins."""
_AVOIDED = ("arrest", "missing_from_home", "ae_attendance")
_YEARS = 2
"""Years after going live of which money is known."""


def price_year(go_live: date) -> str:
    """The financial year of the day, as in 2022-23."""
    first = go_live.year if go_live >= date(go_live.year, 4, 1) else go_live.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def money_of(
    cohort: pl.DataFrame, events: pl.DataFrame, codes: Sequence[str], go_live: date, until: date
) -> dict[str, pl.DataFrame]:
    """The tables `costs`, `unit_costs`, `avoided`, `service` and `flows`."""
    import polars as pl

    children = cohort.filter(pl.col("role") == "child")
    cases = dict(children.filter(pl.col("arm") == "intervention").group_by("LA").agg(pl.len()).iter_rows())
    numbers = [int(cases.get(code, 0)) for code in codes]
    years = _years(go_live, until)
    return {
        "costs": _costs(codes, numbers, go_live, years),
        "unit_costs": _unit_costs(price_year(go_live)),
        "avoided": _avoided(children, events, codes, years),
        "service": _service(codes, numbers, years),
        "flows": _flows(codes, numbers, go_live, until),
    }


def _years(go_live: date, until: date) -> list[tuple[date, date]]:
    """First and last day of each year of the project that the local data hold whole."""
    found = []
    for number in range(_YEARS):
        first = _anniversary(go_live, number)
        last = _anniversary(go_live, number + 1) - timedelta(days=1)
        if last <= until:
            found.append((first, last))
    return found


def _anniversary(day: date, years: int) -> date:
    """The same day some years later; of 29 February the 28th."""
    if (day.month, day.day) == (2, 29):
        day = day - timedelta(days=1)
    return day.replace(year=day.year + years)


def _frame(rows: list[dict[str, Any]], **types: Any) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(rows, schema=types)


def _costs(
    codes: Sequence[str], cases: Sequence[int], go_live: date, years: Sequence[tuple[date, date]]
) -> pl.DataFrame:
    import polars as pl

    priced = price_year(go_live)
    rows = []
    for code, number in zip(codes, cases, strict=True):
        set_up = {"item": "training of the teams", "kind": "training", "gross": _SET_UP * number}
        dated = {"start": go_live - timedelta(days=60), "end": go_live - timedelta(days=1)}
        rows.append({"LA": code, **set_up, **dated, "behaviour": "fixed", "funded_by": "programme"})
        for first, last in years:
            for item, kind, gross, displaced, behaviour, in_kind, payer in _LINES:
                size = number if behaviour == "fixed" else 1
                rows.append(
                    {
                        "LA": code,
                        "item": item,
                        "kind": kind,
                        "start": first,
                        "end": last,
                        "gross": gross * size,
                        "displaced": displaced * size,
                        "behaviour": behaviour,
                        "in_kind": int(in_kind),
                        "funded_by": payer,
                    }
                )
    filled = [{"displaced": 0.0, "in_kind": 0, **row, "price_year": priced} for row in rows]
    return _frame(
        filled,
        LA=pl.String, item=pl.String, kind=pl.String, start=pl.Date, end=pl.Date, gross=pl.Float64,
        price_year=pl.String, displaced=pl.Float64, behaviour=pl.String, in_kind=pl.Int64, funded_by=pl.String,
    )  # fmt: skip


def _unit_costs(priced: str) -> pl.DataFrame:
    import polars as pl

    from csc_outcomes.sources.costs_tables import PLACEMENT
    from csc_outcomes.sources.ssda903_codes import PLACE

    listed = list(_UNIT_COSTS)
    listed += [
        (f"{PLACEMENT}{code}", _WEEKLY.get(code, _FOSTER_WEEK), "week", "fiscal", 4, 0.0, "local authority")
        for code in dict.fromkeys(PLACE.names)
    ]
    rows = [
        {
            "item": item,
            "value": value,
            "per": per,
            "price_year": priced,
            "source": _SOURCE,
            "category": category,
            "confidence": confidence,
            "sd": sd or None,
            "low": round(value * 0.8, 2),
            "high": round(value * 1.2, 2),
            "bearer": bearer,
        }
        for item, value, per, category, confidence, sd, bearer in listed
    ]
    return _frame(
        rows,
        item=pl.String, value=pl.Float64, per=pl.String, price_year=pl.String, source=pl.String,
        category=pl.String, confidence=pl.Int64, sd=pl.Float64, low=pl.Float64, high=pl.Float64, bearer=pl.String,
    )  # fmt: skip


def _avoided(
    children: pl.DataFrame, events: pl.DataFrame, codes: Sequence[str], years: Sequence[tuple[date, date]]
) -> pl.DataFrame:
    """Events of the arms from each child's index date on, year by year; and what practitioners judged."""
    import polars as pl

    followed = events.join(
        children.select("LA", "CHILD", "arm", "index_date", until="end"), on=["LA", "CHILD"]
    ).filter(pl.col("start") >= pl.col("index_date"))
    rows = []
    for first, last in years:
        held = children.filter(
            pl.col("index_date") <= last, pl.col("end").is_null() | (pl.col("end") >= first)
        )
        exposed = _by_arm(held)
        for outcome in _AVOIDED:
            events_of = _by_arm(
                followed.filter(pl.col("event") == outcome, pl.col("start").is_between(first, last))
            )
            rows += [
                {
                    "LA": code,
                    "outcome": outcome,
                    "start": first,
                    "end": last,
                    "exposed": float(exposed.get((code, "intervention"), 0)),
                    "observed": float(events_of.get((code, "intervention"), 0)),
                    "comparator_events": float(events_of.get((code, "comparison"), 0)),
                    "comparator_exposed": float(exposed.get((code, "comparison"), 0)),
                    "counterfactual": "matched",
                    "duration": 1.0,
                    "judged": 0,
                }
                for code in codes
            ]
        rows += [_judged(code, exposed.get((code, "intervention"), 0), first, last) for code in codes]
    return _frame(
        rows,
        LA=pl.String, outcome=pl.String, start=pl.Date, end=pl.Date, exposed=pl.Float64, observed=pl.Float64,
        comparator_events=pl.Float64, comparator_exposed=pl.Float64, counterfactual=pl.String, duration=pl.Float64,
        judged=pl.Int64,
    )  # fmt: skip


def _by_arm(rows: pl.DataFrame) -> dict[tuple[str, str], int]:
    import polars as pl

    return {(la, arm): number for la, arm, number in rows.group_by("LA", "arm").agg(pl.len()).iter_rows()}


def _judged(code: str, cases: int, first: date, last: date) -> dict[str, Any]:
    """Weeks in a children's home that practitioners think were avoided: one case in twenty-five, for 26 weeks."""
    return {
        "LA": code,
        "outcome": "residential_week",
        "start": first,
        "end": last,
        "exposed": float(cases),
        "observed": float(cases // 50),
        "comparator_events": float(cases // 25),
        "comparator_exposed": float(max(cases, 1)),
        "counterfactual": "business_as_usual",
        "duration": 26.0,
        "judged": 1,
    }


def _service(codes: Sequence[str], cases: Sequence[int], years: Sequence[tuple[date, date]]) -> pl.DataFrame:
    """Two teams whose benefit is known for some of their cases, and the running cost of both together."""
    import polars as pl

    rows: list[dict[str, Any]] = []
    for code, number in zip(codes, cases, strict=True):
        for first, last in years:
            dated = {"LA": code, "start": first, "end": last}
            for team, share, benefit in (("north", 0.6, 3_100.0), ("south", 0.4, 2_300.0)):
                throughput = max(1, round(number * share))
                known = max(1, round(throughput * 0.7))
                part = {"team": team, "cases": known, "benefit": known * benefit, "throughput": throughput}
                rows.append(dated | part)
            rows.append(dated | {"running_cost": 2_100.0 * max(1, number)})
    return _frame(
        rows,
        LA=pl.String, start=pl.Date, end=pl.Date, cases=pl.Float64, benefit=pl.Float64, throughput=pl.Float64,
        running_cost=pl.Float64, team=pl.String,
    )  # fmt: skip


def _flows(codes: Sequence[str], cases: Sequence[int], go_live: date, until: date) -> pl.DataFrame:
    """Cost and benefit by month from going live on: a set-up, then benefits that grow while cases build up."""
    import polars as pl

    months: list[date] = []
    month = go_live.replace(day=1)
    while month <= until and len(months) < 12 * _YEARS:
        months.append(month)
        month = (month + timedelta(days=31)).replace(day=1)
    rows = [
        {
            "LA": code,
            "month": month,
            "cost": float(max(1, number) * (150 + (800 if step == 0 else 0))),
            "benefit": float(max(1, number) * 95 * min(step, 5)),
        }
        for code, number in zip(codes, cases, strict=True)
        for step, month in enumerate(months)
    ]
    return _frame(rows, LA=pl.String, month=pl.Date, cost=pl.Float64, benefit=pl.Float64)
