"""Measures of money: the library and its slow twin agree on drawn ledgers, and what must hold for any holds."""

from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import csc_outcomes as csc
from csc_outcomes.sources.costs_tables import TABLES
from csc_outcomes.sources.ssda903_codes import PLACE
from reference.base import return_year
from reference.money_twin import (
    INCOMPLETE,
    NO_DATA,
    TWINS,
    Asked,
    Money,
    Unanswerable,
    payback_months,
    placement_spend_per_cla_day,
)
from strategies import settled_returns

from .drawn import examples, frames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reference.base import Returns

Row = dict[str, Any]
INDEX = {"2014-15": Fraction(974, 10), "2016-17": Fraction(1039, 10)}
FIRST = date(2016, 3, 1)
SELDOM = 80  # one draw of so many is blank: most ledgers must have an answer
ITEMS = ("foster_week", "arrest", "wellbeing", "unpriced")

areas = st.sampled_from(["A", "A", "B"])
days = st.integers(0, 90).map(lambda n: FIRST + timedelta(n))
money = st.integers(0, 40_000).map(lambda n: Fraction(n, 4))
years = st.sampled_from(sorted(INDEX))


def maybe(strategy: st.SearchStrategy[Any], blank: int = 10) -> st.SearchStrategy[Any]:
    """A value, or a blank in one of so many draws."""
    return st.integers(1, blank).flatmap(lambda n: st.none() if n == blank else strategy)


def spans() -> st.SearchStrategy[tuple[date | None, date | None]]:
    """First and last day; seldom blank, seldom in the wrong order."""
    return st.tuples(days, st.integers(-1, 40)).flatmap(
        lambda drawn: st.tuples(
            maybe(st.just(drawn[0]), SELDOM), maybe(st.just(drawn[0] + timedelta(drawn[1])), SELDOM)
        )
    )


def rows(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
    """Rows with a span and the columns named."""
    made = st.fixed_dictionaries({"LA": areas, "span": spans(), **columns})
    return made.map(
        lambda row: {
            "start": row["span"][0],
            "end": row["span"][1],
            **{name: value for name, value in row.items() if name != "span"},
        }
    )


def lines() -> st.SearchStrategy[Row]:
    """Lines of a ledger; `share` of the gross amount is displaced."""
    drawn = rows(
        item=st.just("line"),
        kind=st.sampled_from(["staff", "travel"]),
        gross=maybe(money, SELDOM),
        price_year=years,
        displaced=maybe(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]), 3),
        behaviour=st.sampled_from(["fixed", "variable", None]),
        in_kind=st.sampled_from([False, True, None]),
    )

    def with_part(row: Row) -> Row:
        part = row["displaced"]
        return {**row, "displaced": None if part is None else part * (row["gross"] or 0)}

    return drawn.map(with_part)


def outcomes() -> st.SearchStrategy[Row]:
    return rows(
        team=st.sampled_from(["north", "south", None]),
        outcome=st.sampled_from([*ITEMS[:3] * 10, ITEMS[3]]),
        exposed=maybe(st.integers(0, 50).map(Fraction), SELDOM),
        observed=maybe(st.integers(0, 20).map(Fraction), SELDOM),
        comparator_events=maybe(st.integers(0, 20).map(Fraction), SELDOM),
        comparator_exposed=maybe(st.integers(0, 40).map(Fraction), SELDOM),
        counterfactual=maybe(st.sampled_from(["matched", "own_history"]), SELDOM),
        duration=maybe(st.integers(0, 8).map(lambda n: Fraction(n, 2)), 3),
        judged=st.sampled_from([False, False, True, None]),
    )


def teams() -> st.SearchStrategy[Row]:
    return rows(
        team=st.sampled_from(["north", "south", None]),
        cases=maybe(st.integers(0, 8).map(Fraction)),
        benefit=maybe(money),
        throughput=maybe(st.integers(0, 8).map(Fraction)),
        running_cost=maybe(money, 4),
    )


def months() -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(
        {
            "LA": areas,
            "month": st.tuples(st.integers(1, 6), st.sampled_from([1, 1, 1, 15])).map(
                lambda d: date(2016, *d)
            ),
            "cost": maybe(st.integers(0, 300).map(lambda n: Fraction(n, 100)), 4),
            "benefit": maybe(st.integers(0, 300).map(lambda n: Fraction(n, 100)), 4),
        }
    )


def unit_costs() -> st.SearchStrategy[list[Row]]:
    """A sheet that prices each item at most once."""
    row = st.fixed_dictionaries(
        {
            "value": maybe(money, SELDOM),
            "per": st.sampled_from(["event", "week"]),
            "price_year": years,
            "source": st.just("made up"),
            "category": st.sampled_from(["fiscal", "social", None]),
        }
    )
    return st.lists(row, min_size=3, max_size=3).map(
        lambda found: [{"item": item, **row} for item, row in zip(ITEMS[:3], found, strict=True)]
    )


def people() -> st.SearchStrategy[list[Row]]:
    row = st.fixed_dictionaries(
        {
            "LA": areas,
            "arm": st.sampled_from(["intervention", "Intervention", None, "comparison"]),
            "role": st.sampled_from(["child", "child", None, "parent"]),
            "index_date": maybe(days),
            "closed": maybe(days, 2),
        }
    )
    return st.lists(row, max_size=6).map(
        lambda found: [{"CHILD": str(number), **row} for number, row in enumerate(found)]
    )


def repeated(strategy: st.SearchStrategy[Row], most: int) -> st.SearchStrategy[list[Row]]:
    """Rows, the first of which may be there twice."""
    lists = st.lists(strategy, min_size=1, max_size=most)
    return st.tuples(lists, st.booleans()).map(lambda drawn: drawn[0] + (drawn[0][:1] if drawn[1] else []))


ledgers = st.builds(
    Money,
    costs=repeated(lines(), 5),
    unit_costs=unit_costs(),
    avoided=repeated(outcomes(), 5),
    service=repeated(teams(), 4),
    flows=repeated(months(), 5),
    cohort=people(),
)
windows = st.tuples(days, st.integers(0, 120)).map(lambda d: (d[0] - timedelta(30), d[0] + timedelta(d[1])))
questions = st.builds(
    lambda window, **other: Asked(*window, index=INDEX, **other),
    windows,
    price_year=years,
    in_kind=st.booleans(),
    include_judged=st.booleans(),
    categories=st.sampled_from([("fiscal",), ("social",), ("fiscal", "social")]),
)


def text(value: Any) -> str | None:
    """A cell as a file has it."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Fraction):
        return repr(float(value))
    return None if value is None else str(value)


def framed(drawn: Money, kind: Any = pd.DataFrame) -> dict[str, Any]:
    """Tables of text, every declared column there even if blank."""
    tables = {}
    for name in (*TABLES, "cohort"):
        found: list[Row] = getattr(drawn, name)
        if found:
            tables[name] = kind([{column: text(value) for column, value in row.items()} for row in found])
    return tables


def parameters_of(asked: Asked) -> dict[str, Any]:
    return {
        "price_year": asked.price_year,
        "index": {year: float(level) for year, level in INDEX.items()},
        "in_kind": asked.in_kind,
        "include_judged": asked.include_judged,
        "categories": list(asked.categories),
    }


def expected(
    drawn: Money, name: str, asked: Asked
) -> dict[str, tuple[str, Fraction | None, Fraction | None]]:
    """Status, numerator and denominator by area, from the twin."""
    found: dict[str, tuple[str, Fraction | None, Fraction | None]] = {}
    for la in drawn.authorities():
        try:
            n, d = TWINS[name](drawn, la, asked)
            found[la] = ("ok" if d != 0 else "undefined", n, d)
        except Unanswerable as reason:
            found[la] = (reason.status, None, None)
    blocked = {status for status, *_ in found.values()} & {NO_DATA, INCOMPLETE}
    if not blocked:
        n = sum((n for _, n, _ in found.values() if n is not None), Fraction(0))
        parts = [d for *_, d in found.values()]
        d = None if None in parts else sum((d for d in parts if d is not None), Fraction(0))
        found["all"] = ("ok" if d != 0 else "undefined", n, d)
    else:
        nobody = all(status == NO_DATA for status, *_ in found.values())
        found["all"] = (NO_DATA if nobody else INCOMPLETE, None, None)
    return found


def same(value: float, exact: Fraction | None) -> bool:
    if exact is None:
        return math.isnan(value)
    return math.isclose(value, float(exact), rel_tol=1e-9, abs_tol=1e-6)


@given(ledgers, questions)
@examples(25, long=2000)
def test_library_and_twin_agree(drawn: Money, asked: Asked) -> None:
    kind = pl.DataFrame if asked.in_kind else pd.DataFrame
    made = framed(
        drawn, lambda found: kind(found) if kind is pd.DataFrame else pl.DataFrame(pd.DataFrame(found))
    )
    data = csc.Data(made)
    window = csc.Window(asked.start, asked.end)
    if window.is_day:
        return
    wanted = parameters_of(asked)
    rows = csc.calculate(list(TWINS), data, window, by=["LA"], parameters=wanted).frame
    for name in TWINS:
        own = rows[rows["measure"] == name].set_index("area").to_dict("index")
        figures = expected(drawn, name, asked)
        assert set(own) == set(figures)
        for area, (status, n, d) in figures.items():
            row = own[area]
            assert (name, area, row["status"]) == (name, area, status)
            assert same(row["numerator"], n), (name, area)
            assert same(row["denominator"], d), (name, area)
            value = None if status != "ok" or n is None else n / d if d else n
            assert same(row["value"], value), (name, area)


@given(ledgers, windows)
@examples(25, long=2000)
def test_payback_agrees(drawn: Money, window: tuple[date, date]) -> None:
    if window[0] == window[1]:
        return
    asked = Asked(*window, price_year="2014-15", index=INDEX)
    data = csc.Data({"flows": framed(drawn)["flows"]})
    frame = csc.calculate("payback_months", data, csc.Window(*window), by=["LA"]).frame
    own = frame.set_index("area")[["value", "status"]].to_dict("index")
    areas = sorted({row["LA"] for row in drawn.flows})
    for area in ["all", *areas]:
        try:
            found = payback_months(drawn, areas if area == "all" else [area], asked)
            status = "undefined" if found is None else "ok"
        except Unanswerable as reason:
            found, status = None, reason.status
        assert (area, own[area]["status"]) == (area, status)
        assert same(own[area]["value"], None if found is None else Fraction(found))


codes = st.sampled_from(PLACE.names)
sheets = st.lists(codes, max_size=3, unique=True)


@given(settled_returns(), sheets, st.integers(0, 20), st.booleans())
@examples(15, long=500)
def test_spend_on_placements_agrees(returns: Returns, lost: list[str], offset: int, weekly: bool) -> None:
    year = max(row["YEAR"] for row in returns.episodes)
    start = date(year - 1, 4, 1) + timedelta(15 * offset)
    end = start + timedelta(6)
    assert return_year(end) == year
    prices = {code: Fraction(100 + number) for number, code in enumerate(PLACE.names) if code not in lost}
    sheet = pl.DataFrame(
        [
            {
                "item": f"placement:{code}", "value": float(price * (7 if weekly else 1)),
                "per": "week" if weekly else "day", "price_year": "2015", "source": "made up",
            }
            for code, price in prices.items()
        ]
    )  # fmt: skip
    data = csc.Data({**frames(returns), "unit_costs": sheet})
    row = csc.calculate("placement_spend_per_cla_day", data, csc.Window(start, end)).frame.iloc[0]
    try:
        n, d = placement_spend_per_cla_day(returns, prices, start, end)
        status = "ok" if d else "undefined"
    except Unanswerable as reason:
        n = d = None
        status = reason.status
    assert row["status"] == status
    assert same(row["numerator"], n)
    assert same(row["denominator"], d)


# ---- what holds for any ledger --------------------------------------------------------------------------


def sound(**columns: Any) -> st.SearchStrategy[list[Row]]:
    """Lines that nothing is wrong with."""
    line = st.fixed_dictionaries(
        {
            "LA": st.just("A"),
            "item": st.just("x"),
            "kind": st.just("staff"),
            "first": st.integers(0, 60),
            "length": st.integers(0, 40),
            "gross": money,
            "price_year": st.just("2015"),
        }
    )

    def with_dates(row: Mapping[str, Any]) -> Row:
        start = FIRST + timedelta(row["first"])
        kept = {name: value for name, value in row.items() if name not in ("first", "length")}
        return {**kept, "start": start, "end": start + timedelta(row["length"]), **columns}

    return st.lists(line.map(with_dates), min_size=1, max_size=5)


def cost_of(ledger: list[Row], *windows: csc.Window) -> list[float]:
    data = csc.Data({"costs": pd.DataFrame([{k: text(v) for k, v in row.items()} for row in ledger])})
    return [float(v) for v in csc.calculate("intervention_cost_total", data, list(windows)).frame["value"]]


@given(sound(), st.integers(2, 60))
@examples(25, long=1000)
def test_windows_that_follow_each_other_add_up(ledger: list[Row], cut: int) -> None:
    middle, last = FIRST + timedelta(cut), FIRST + timedelta(120)
    first, second, whole = cost_of(
        ledger, csc.Window(FIRST, middle), csc.Window(middle + timedelta(1), last), csc.Window(FIRST, last)
    )
    assert first + second == pytest.approx(whole, abs=1e-6)
    assert whole == pytest.approx(float(sum(row["gross"] for row in ledger)), abs=1e-6)


@given(sound(), st.integers(0, 4), st.integers(0, 39))
@examples(25, long=1000)
def test_a_line_split_in_time_or_in_amount_costs_the_same(ledger: list[Row], place: int, cut: int) -> None:
    line = ledger[place % len(ledger)]
    span = (line["end"] - line["start"]).days + 1
    early = min(cut % span + 1, span)
    parts = [{**line, "end": line["start"] + timedelta(early - 1), "gross": line["gross"] * early / span}]
    if early < span:
        rest = line["gross"] - parts[0]["gross"]
        parts.append({**line, "start": line["start"] + timedelta(early), "gross": rest})
    halves = [{**part, "gross": part["gross"] / 2} for part in parts for _ in range(2)]
    others = [row for row in ledger if row is not line]
    window = csc.Window(FIRST + timedelta(10), FIRST + timedelta(50))

    assert cost_of(others + halves, window) == pytest.approx(cost_of(ledger, window), abs=1e-6)


@given(st.permutations(range(6)), st.lists(money, min_size=6, max_size=6))
@examples(15, long=500)
def test_the_order_of_lines_cannot_be_seen(order: list[int], amounts: list[Fraction]) -> None:
    ledger = [
        {
            "LA": "A", "item": "x", "kind": "staff", "start": FIRST, "end": FIRST + timedelta(6 + number),
            "gross": amount / 3, "price_year": "2015",
        }
        for number, amount in enumerate(amounts)
    ]  # fmt: skip
    window = csc.Window(FIRST, FIRST + timedelta(3))

    assert cost_of(ledger, window) == cost_of([ledger[place] for place in order], window)


def test_drawn_data_reach_every_status() -> None:
    """Agreement says nothing where nothing is drawn: every measure must be answered, and refused, in some draw."""
    seen: set[tuple[str, str]] = set()

    @given(ledgers, questions)
    @examples(150, long=150)
    def collect(drawn: Money, asked: Asked) -> None:
        for name in TWINS:
            seen.update((name, status) for status, *_ in expected(drawn, name, asked).values())

    collect()
    lacking = [
        (name, status)
        for name in TWINS
        for status in ("ok", INCOMPLETE, NO_DATA)
        if (name, status) not in seen
    ]
    assert lacking in ([], [("froi_whole_service", NO_DATA)])


def test_the_twin_has_every_measure_of_money() -> None:
    others = {"payback_months", "placement_spend_per_cla_day", "cla_weekly_unit_cost"}
    assert {measure.id for measure in csc.checklist[15].measures} - others == set(TWINS)
