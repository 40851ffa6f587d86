"""An appraisal in numbers: the inputs of one return on investment, which sensitivity analyses vary."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import frozen

from csc_outcomes.costs.coverage import NOT_STATED, Coverage
from csc_outcomes.costs.money import one_price_year, read_amounts
from csc_outcomes.costs.returns import SCOPES
from csc_outcomes.costs.unit import BOTH, product
from csc_outcomes.errors import all_at_once

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARES = ("deadweight", "attribution", "optimism_bias")
INPUTS = ("cases", "benefit_per_case", "cost", "cost_per_case", *SHARES)
_MONEY = ("benefit_per_case", "cost", "cost_per_case")


@frozen(kw_only=True)
class Appraisal:
    """What a return on investment is made of.

    Args:
        cases: how many; for a whole service, its throughput.
        benefit_per_case: mean benefit of a case, in pounds (a number or `GBP`).
        cost: cost that does not depend on the number of cases, in pounds.
        cost_per_case: cost of each further case, in pounds.
        scope: `observed_cases` or `whole_service`.
        deadweight: share (0-1) of the benefit that would have come anyway; or
        attribution: share of it that is owed to the intervention.
        optimism_bias: share (0-1) by which benefits are cut.
        coverage: which cases and which period, and what is left out.

    Raises:
        InputError: all problems at once: missing or negative numbers, shares outside 0 to 1, deadweight and
            attribution together, no cost, price years mixed.
    """

    cases: float
    benefit_per_case: Any
    cost: Any
    scope: str
    cost_per_case: Any = None
    deadweight: float | None = None
    attribution: float | None = None
    optimism_bias: float | None = None
    coverage: Coverage = NOT_STATED

    def __attrs_post_init__(self) -> None:
        """Check every input."""
        problems: list[str] = []
        if self.scope not in SCOPES:
            problems.append(f"scope: needed {' or '.join(SCOPES)}, found {self.scope!r}")
        if self.deadweight is not None and self.attribution is not None:
            problems.append(BOTH)
        numbers = self._numbers(problems)
        if not problems and not _cost(numbers):
            problems.append("cost: needed more than 0 altogether, found 0")
        all_at_once("appraisal", problems)
        if self.coverage == NOT_STATED:
            object.__setattr__(self, "coverage", Coverage(cases=f"{self.cases:,} cases"))

    def _numbers(self, problems: list[str]) -> dict[str, Fraction]:
        given = {name: getattr(self, name) for name in INPUTS if getattr(self, name) is not None}
        parts = {
            name: read_amounts(
                value,
                name,
                problems,
                least=None if name == "benefit_per_case" else 0,
                most=1 if name in SHARES else None,
                money=name in _MONEY,
            )
            for name, value in given.items()
        }
        problems += [
            f"{name}: needed one number, found several" for name, part in parts.items() if not part.single
        ]
        one_price_year({name: part for name, part in parts.items() if name in _MONEY}, problems)
        return {name: part.numbers[0] for name, part in parts.items()}

    @property
    def inputs(self) -> dict[str, Fraction]:
        """The inputs that are stated, exactly."""
        return self._numbers([])

    def froi(self, **changed: Fraction | float) -> float:
        """Benefit over cost, with some inputs changed."""
        return float(froi_of({**self.inputs, **{name: Fraction(value) for name, value in changed.items()}}))

    def row(self, **changed: Fraction | float) -> dict[str, float]:
        """Benefit, cost, net and froi with some inputs changed, in pounds."""
        numbers = {**self.inputs, **{name: Fraction(value) for name, value in changed.items()}}
        gained, spent = product(_factors(numbers)), _cost(numbers)
        return {
            "benefit": float(gained),
            "cost": float(spent),
            "net": float(gained - spent),
            "froi": float(gained / spent) if spent else float("nan"),
        }


def _factors(numbers: Mapping[str, Any]) -> dict[str, Any]:
    return {"unit_value" if name == "benefit_per_case" else name: value for name, value in numbers.items()}


def _cost(numbers: Mapping[str, Any]) -> Any:
    return numbers["cost"] + numbers.get("cost_per_case", 0) * numbers["cases"]


def froi_of(numbers: Mapping[str, Any]) -> Any:
    """Benefit over cost from inputs by name, numbers or arrays of draws."""
    return product(_factors(numbers)) / _cost(numbers)
