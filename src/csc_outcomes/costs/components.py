"""What an intervention costs, component by component, net of the spending it replaces."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import frozen

from csc_outcomes.costs.coverage import NOT_STATED, Coverage
from csc_outcomes.costs.money import Amounts, pounds, read_amounts
from csc_outcomes.costs.unit import shares_of
from csc_outcomes.engine.door import to_polars
from csc_outcomes.errors import InputError, all_at_once
from csc_outcomes.sources.costs_prices import NEEDED, price_year

if TYPE_CHECKING:
    from collections.abc import Sequence

COMPONENTS = ("staff", "training", "buildings", "travel", "accommodation", "overhead", "other")
"""Kinds of cost, after the cost items that the evaluations of the Innovation Programme named."""


@frozen
class Component:
    """One kind of cost, in pounds.

    `share` is that of the net total (None where that is 0), `in_kind` the part of net that no budget paid for.
    """

    kind: str
    gross: float
    displaced: float
    net: float
    share: float | None
    in_kind: float


@frozen(kw_only=True)
class InterventionCost:
    """The cost of an intervention.

    Attributes:
        gross, displaced, net: in pounds.
        components: one for each kind that occurs, in the order of `COMPONENTS`.
        per_case: net cost a case, None where the number of cases was not given.
        price_year: of all amounts.
        coverage: which cases and which period, and what is left out.
    """

    gross: float
    displaced: float
    net: float
    components: tuple[Component, ...]
    per_case: float | None
    price_year: str
    coverage: Coverage = NOT_STATED

    def __str__(self) -> str:
        each = "" if self.per_case is None else f", {pounds(self.per_case)} a case"
        first = (
            f"Net cost {pounds(self.net)}{each}, in {self.price_year} prices: gross {pounds(self.gross)}, "
            f"displaced {pounds(self.displaced)}"
        )
        lines = [
            first,
            *(f"  {part.kind}: {pounds(part.net)}" for part in self.components),
            f"Covers {self.coverage}",
        ]
        return "\n".join(lines)


def intervention_cost(
    lines: Any, *, cases: float | None = None, coverage: Coverage | None = None
) -> InterventionCost:
    """Add up cost lines by component.

    Args:
        lines: a frame (pandas or Polars) or a list of mappings, one a line: kind (one of `COMPONENTS`), gross
            (pounds) and price_year; displaced (default 0) and in_kind (0 or 1, default 0) if there are any.
        cases: cases supported, for the cost a case.
        coverage: which cases and which period, and what is left out.

    Returns:
        An `InterventionCost`.

    Raises:
        InputError: all problems at once: no line, columns or price years missing, several price years, kinds
            that are none, negative amounts, displaced above gross, amounts in something else than numbers.
    """
    problems: list[str] = []
    frame = _frame(lines)
    lacking = [name for name in ("kind", "gross", "price_year") if name not in frame.columns]
    if lacking or not frame.height:
        found = f"columns {', '.join(frame.columns)}" if frame.height else "no line"
        needed = ", ".join(lacking) or "at least one line"
        raise InputError(f"intervention_cost: needed {needed}, found {found}")
    kinds = _kinds(frame, problems)
    year = _one_year(frame, problems)
    gross = read_amounts(frame["gross"], "gross", problems, least=0)
    displaced = _optional(frame, "displaced", problems)
    in_kind = _optional(frame, "in_kind", problems, most=1, whole=True)
    shared = None if cases is None else read_amounts(cases, "cases", problems, above=0)
    all_at_once("intervention_cost", problems)
    above = sum(less > whole for whole, less in zip(gross.numbers, displaced.numbers, strict=True))
    if above:
        all_at_once(
            "intervention_cost", [f"displaced: needed at most the gross cost, found more in {above} lines"]
        )
    rows = list(zip(kinds, gross.numbers, displaced.numbers, in_kind.numbers, strict=True))
    total = gross.total - displaced.total
    return InterventionCost(
        gross=float(gross.total),
        displaced=float(displaced.total),
        net=float(total),
        components=_components(rows),
        per_case=None if shared is None else float(total / shared.numbers[0]),
        price_year=year,
        coverage=coverage or Coverage(cases="" if cases is None else f"{cases:,} cases"),
    )


def _frame(lines: Any) -> pl.DataFrame:
    if isinstance(lines, list | tuple):
        return pl.DataFrame(list(lines), strict=False, infer_schema_length=None) if lines else pl.DataFrame()
    return to_polars(lines, "lines")


def _kinds(frame: pl.DataFrame, problems: list[str]) -> list[str]:
    kinds = [(kind or "").strip().lower() for kind in frame["kind"].cast(pl.String).to_list()]
    strangers = sum(kind not in COMPONENTS for kind in kinds)
    if strangers:
        problems.append(f"kind: needed one of {', '.join(COMPONENTS)}, found others in {strangers} lines")
    return kinds


def _one_year(frame: pl.DataFrame, problems: list[str]) -> str:
    years = [price_year(label) for label in frame["price_year"].to_list()]
    lacking = sum(year is None for year in years)
    if lacking:
        problems.append(f"price_year: {NEEDED}, found none in {lacking} lines")
    found = sorted({year for year in years if year})
    if len(found) > 1:
        problems.append(f"price_year: needed one, found {', '.join(found)}; use uprate")
    return found[0] if found else ""


def _optional(frame: pl.DataFrame, name: str, problems: list[str], **limits: Any) -> Amounts:
    if name not in frame.columns:
        return Amounts((Fraction(0),) * frame.height, single=False)
    return read_amounts(frame[name].fill_null(0), name, problems, least=0, **limits)


def _components(rows: Sequence[tuple[str, Fraction, Fraction, Fraction]]) -> tuple[Component, ...]:
    present = [kind for kind in COMPONENTS if any(row[0] == kind for row in rows)]
    sums = []
    for kind in present:
        own = [row for row in rows if row[0] == kind]
        whole = sum((gross for _, gross, _, _ in own), Fraction(0))
        less = sum((displaced for _, _, displaced, _ in own), Fraction(0))
        unpaid = sum(((gross - displaced) * flag for _, gross, displaced, flag in own), Fraction(0))
        sums.append((kind, whole, less, whole - less, unpaid))
    shares = shares_of([net for *_, net, _ in sums])
    return tuple(
        Component(
            kind, float(whole), float(less), float(net), None if part is None else float(part), float(unpaid)
        )
        for (kind, whole, less, net, unpaid), part in zip(sums, shares, strict=True)
    )
