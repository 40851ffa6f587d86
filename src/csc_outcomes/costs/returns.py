"""Fiscal return on investment: benefits over costs, for observed cases or for a whole service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve, frozen

from csc_outcomes.costs.avoiding import COST_ITSELF, Avoided
from csc_outcomes.costs.coverage import NOT_STATED, Coverage
from csc_outcomes.costs.money import NONE, Amounts, decimal_of, one_price_year, pounds, read_amounts
from csc_outcomes.engine.rounding import is_scalar, round_half_up
from csc_outcomes.errors import all_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

Scope = Literal["observed_cases", "whole_service"]
SCOPES = ("observed_cases", "whole_service")
_POOLED = (
    "one mean benefit is applied to the throughput of the whole service, as if teams did not differ; give cases and "
    "benefit_per_case team by team"
)
_SEVERAL = "the limits of several outcomes avoided do not add up, so none are given"
_SPANS_ZERO = "the limits of the benefit include 0: the return may be a loss altogether"


@frozen(kw_only=True)
class Froi:
    """A fiscal return on investment.

    Attributes:
        froi: benefit over cost, gross: 1.84 means that 84 pence are gained for each pound, not 1.84.
        net: benefit minus cost, in pounds.
        net_roi: net over cost.
        benefit, cost: in pounds, summed over teams.
        scope: `observed_cases` (the cases looked at, at the cost of supporting them) or `whole_service` (a
            year's throughput at running cost with overheads). Figures of different scope do not compare.
        lower, upper: limits of `froi` where the benefit has limits, else None.
        price_year: of all amounts, None where they were given without.
        coverage: which cases and which period, and what is left out.
        warnings: what a reader must be told.
    """

    froi: float
    net: float
    net_roi: float
    benefit: float
    cost: float
    scope: str
    lower: float | None = None
    upper: float | None = None
    price_year: str | None = None
    coverage: Coverage = NOT_STATED
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        limits = "" if self.lower is None else f" ({_two(self.lower)} to {_two(self.upper)})"
        prices = f" in {self.price_year} prices" if self.price_year else ""
        first = (
            f"Return of {_two(self.froi)}{limits} for each pound, gross, {self.scope.replace('_', ' ')}: benefit "
            f"{pounds(self.benefit)}, cost {pounds(self.cost)}{prices}"
        )
        lines = [
            first,
            f"Net {pounds(self.net)}, that is {_two(self.net_roi)} for each pound",
            f"Covers {self.coverage}",
            *(f"Warning: {text}" for text in self.warnings),
        ]
        return "\n".join(lines)


def froi(
    *,
    cost: Any,
    benefit: Any = None,
    cases: Any = None,
    benefit_per_case: Any = None,
    scope: Scope,
    coverage: Coverage | None = None,
) -> Froi:
    """Compute a fiscal return on investment: benefit / cost.

    Teams are given as sequences of one length; their benefits and their costs add up before one is divided by
    the other. A mean over all teams is never taken for them silently.

    Args:
        cost: pounds (numbers or `GBP`), one amount or one a team.
        benefit: pounds, one amount or one a team, or what `avoided` gives; instead of it
        cases: how many cases (for a whole service, its throughput), one number or one a team, with
        benefit_per_case: mean benefit of a case in pounds, likewise.
        scope: `observed_cases` or `whole_service`.
        coverage: which cases and which period, and what is left out.

    Returns:
        A `Froi` with froi, net, net_roi, benefit, cost, scope and warnings; lower and upper where the benefit
        has limits.

    Raises:
        InputError: all problems at once: no benefit or two, teams of different number, missing or negative
            costs, a cost of 0 altogether, price years mixed or given in part.

    Source: HM Treasury, Public Service Transformation Network and New Economy, *Supporting public service
    transformation: cost benefit analysis guidance for local partnerships*, 2014.
    """
    problems: list[str] = []
    if scope not in SCOPES:
        problems.append(f"scope: needed {' or '.join(SCOPES)}, found {scope!r}")
    spent = read_amounts(cost, "cost", problems, least=0, money=True)
    if spent is not NONE and not problems and spent.total == 0:
        problems.append("cost: needed more than 0 altogether, found 0")
    gained, warnings = _gained(benefit, cases, benefit_per_case, scope, problems)
    if not (spent.single or gained.single) and len(spent.numbers) != len(gained.numbers):
        found = f"cost {len(spent.numbers)}, benefit {len(gained.numbers)}"
        problems.append(f"teams: needed sequences of one length, found {found}")
    year = one_price_year({"cost": spent, "benefit": gained}, problems)
    all_at_once("froi", problems)
    total, price = gained.total, spent.total
    result = Froi(
        froi=float(total / price),
        net=float(total - price),
        net_roi=float((total - price) / price),
        benefit=float(total),
        cost=float(price),
        scope=scope,
        price_year=year,
        coverage=coverage or _coverage(benefit, cases),
        warnings=tuple(warnings),
    )
    return _limited(result, benefit, float(price))


def _gained(
    benefit: Any, cases: Any, per_case: Any, scope: str, problems: list[str]
) -> tuple[Amounts, list[str]]:
    """The benefit, one amount or one a team, with what must be said of it."""
    parts = [name for name, given in (("cases", cases), ("benefit_per_case", per_case)) if given is not None]
    if benefit is None and len(parts) == 2:
        return _multiplied(cases, per_case, scope, problems)
    if benefit is None or parts:
        given = [*(["benefit"] if benefit is not None else []), *parts]
        found = " and ".join(given) or "neither"
        problems.append(f"benefit: needed either benefit, or cases with benefit_per_case, found {found}")
        return NONE, []
    warnings = _warnings_of(benefit)
    return read_amounts(_values(benefit), "benefit", problems, money=True), warnings


def _multiplied(cases: Any, per_case: Any, scope: str, problems: list[str]) -> tuple[Amounts, list[str]]:
    count = read_amounts(cases, "cases", problems, least=0)
    each = read_amounts(per_case, "benefit_per_case", problems, money=True)
    sizes = {len(part.numbers) for part in (count, each) if not part.single}
    if len(sizes) > 1:
        found = f"cases {len(count.numbers)}, benefit_per_case {len(each.numbers)}"
        problems.append(f"teams: needed sequences of one length, found {found}")
        return NONE, []
    size = sizes.pop() if sizes else 1
    products = [n * value for n, value in zip(count.spread(size), each.spread(size), strict=True)]
    pooled = scope == "whole_service" and len(each.numbers) == 1
    single = count.single and each.single
    return Amounts(tuple(products), single, each.price_year), [_POOLED] if pooled else []


def _values(benefit: Any) -> Any:
    """The benefit as amounts; costs avoided stand for their value."""
    if isinstance(benefit, Avoided):
        return benefit.amount
    if is_scalar(benefit):
        return benefit
    return [part.amount if isinstance(part, Avoided) else part for part in benefit]


def _outcomes(benefit: Any) -> Sequence[Avoided]:
    parts = [benefit] if is_scalar(benefit) else benefit
    return [part for part in parts if isinstance(part, Avoided)]


def _warnings_of(benefit: Any) -> list[str]:
    found = _outcomes(benefit)
    warnings = [text for part in found for text in part.warnings]
    return list(dict.fromkeys(warnings + ([_SEVERAL] if len(found) > 1 else [])))


def _coverage(benefit: Any, cases: Any) -> Coverage:
    """What can be said without being told."""
    found = _outcomes(benefit) if benefit is not None else []
    if len(found) == 1:
        covered = found[0].coverage
        return evolve(covered, left_out=[text for text in covered.left_out or () if text != COST_ITSELF])
    if cases is None:
        return Coverage()
    number = read_amounts(cases, "cases", [], least=0)
    return Coverage(cases=f"{decimal_of(number.total):,f} cases")


def _limited(result: Froi, benefit: Any, cost: float) -> Froi:
    """Add limits where the benefit is one outcome's, simulated: the cost is taken as known."""
    if not isinstance(benefit, Avoided):
        return result
    warnings = result.warnings
    if benefit.lower <= 0 <= benefit.upper:
        warnings = (*warnings, _SPANS_ZERO)
    return evolve(result, lower=benefit.lower / cost, upper=benefit.upper / cost, warnings=warnings)


def _two(number: float | None) -> str:
    return f"{round_half_up(number or 0.0, 2):,.2f}"
