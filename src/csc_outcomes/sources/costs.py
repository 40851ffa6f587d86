"""Money: what interventions cost, what unit costs are, and what was avoided.

Tables are declared in `costs_tables`; this module says what is derived from them. Nothing here is of a return
year: a measure says itself what its tables can answer for. Unit costs are joined where they are used, because
they belong to no authority.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.source import Builder, Source
from csc_outcomes.sources.costs_prepare import prepare
from csc_outcomes.sources.costs_tables import COUNTERFACTUALS, PLACEMENT, TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csc_outcomes.engine.door import Problem
    from csc_outcomes.engine.source import Frames

NAME = "money"
_DAYS_OF = {"day": 1, "week": 7}
"""Days that a price for time covers, where it can be turned into a price a day."""


def _dated() -> pl.Expr:
    """Whether a row says when it was: without dates, or with an end before the start, it is left out."""
    return (pl.col("end") >= pl.col("start")).fill_null(value=False)


def _first_of(reasons: list[tuple[pl.Expr, str]]) -> pl.Expr:
    """What a row lacks: the first reason that applies, null where none does."""
    given = [pl.when(wrong).then(pl.lit(text)) for wrong, text in reasons]
    return pl.coalesce("lacks", *given)


def _lines(costs: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    """One row per line of the ledger: net of what it displaces, in pounds of PRICE_YEAR."""
    frame = costs.with_row_index("LINE").select(
        "KEY",
        "LA",
        pl.col("LINE").cast(pl.Int64),
        START="start",
        END="end",
        NET=pl.col("gross") - pl.col("displaced"),
        VARIABLE=pl.col("behaviour") == "variable",
        IN_KIND="in_kind",
        PRICE_YEAR="price_year",
        DATED=_dated(),
        LACKS=_first_of([(pl.col("gross").is_null(), "a line without its gross cost")]),
    )
    return {"money.lines": frame}, []


def _unit_costs(unit_costs: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    """One row per item: pounds of PRICE_YEAR, and whose benefit it is. PLACE and DAYS where it prices days."""
    item = pl.col("item")
    frame = unit_costs.select(
        "KEY",
        "LA",
        ITEM=item,
        VALUE="value",
        CATEGORY="category",
        PRICE_YEAR="price_year",
        PLACE=pl.when(item.str.starts_with(PLACEMENT)).then(item.str.slice(len(PLACEMENT))),
        DAYS=pl.col("per").replace_strict(_DAYS_OF, default=None, return_dtype=pl.Int64),
        LACKS=_first_of([(pl.col("value").is_null(), "a unit cost without its value")]),
    )
    return {"money.unit_costs": frame}, []


def _avoided(avoided: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    """One row per outcome, team and period: how many events fewer than expected, times their duration."""
    known = pl.col("counterfactual").is_in(list(COUNTERFACTUALS.names)).fill_null(value=False)
    exposed = pl.col("comparator_exposed")
    expected = pl.col("comparator_events") / exposed * pl.col("exposed")
    reasons = [
        (pl.col("outcome").is_null(), "a row without its outcome"),
        (~known, "a row without its counterfactual"),
        (pl.any_horizontal(pl.col("exposed", "observed").is_null()), "a row without its cases"),
        (
            pl.any_horizontal(pl.col("comparator_events").is_null(), exposed.is_null(), exposed == 0),
            "a row without its comparator",
        ),
    ]
    frame = avoided.select(
        "KEY",
        "LA",
        OUTCOME="outcome",
        START="start",
        END="end",
        UNITS=(expected - pl.col("observed")) * pl.col("duration"),
        JUDGED="judged",
        DATED=_dated(),
        LACKS=_first_of(reasons),
    )
    return {"money.avoided": frame}, []


def _service(service: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    """One row per team and period: the benefit of its whole throughput at the mean of its cases."""
    team, throughput, cases = (pl.col(name) for name in ("team", "throughput", "cases"))
    some = pl.any_horizontal(*(pl.col(name).fill_null(0) != 0 for name in ("throughput", "cases", "benefit")))
    mean_unknown = (cases.fill_null(0) == 0) | pl.col("benefit").is_null()
    reasons = [
        (team.is_null() & some, "a row with cases and without its team"),
        (team.is_not_null() & throughput.is_null(), "a team without its throughput"),
        (team.is_not_null() & (throughput > 0) & mean_unknown, "a team without its cases or their benefit"),
    ]
    whole = throughput * pl.col("benefit") / cases
    frame = service.select(
        "KEY",
        "LA",
        TEAM="team",
        START="start",
        END="end",
        WORTH=pl.when(team.is_not_null() & (throughput > 0)).then(whole).otherwise(0.0),
        RUNNING="running_cost",
        DATED=_dated(),
        LACKS=_first_of(reasons),
    )
    return {"money.service": frame}, []


def _flows(flows: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    """One row per month: MONTH is its first day."""
    frame = flows.select("KEY", "LA", MONTH="month", COST="cost", WORTH="benefit", LACKS="lacks")
    return {"money.flows": frame}, []


BUILDERS: Mapping[str, Builder] = {
    "money.lines": Builder(("costs",), _lines),
    "money.unit_costs": Builder(("unit_costs",), _unit_costs),
    "money.avoided": Builder(("avoided",), _avoided),
    "money.service": Builder(("service",), _service),
    "money.flows": Builder(("flows",), _flows),
}
"""Derived tables of money: how each is made. LACKS says why a row is of no use; null where it is of use."""

SOURCE = Source(
    NAME,
    tables=TABLES,
    builders=BUILDERS,
    base="costs",
    own_cover=frozenset(),
    checked=(),
    prepare=prepare,
    yearly=False,
)
"""Money as the engine knows it."""
