"""What one case costs and brings: net unit cost, and the benefit of a number of cases."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from csc_outcomes.costs.money import Amounts, given_back, one_price_year, read_amounts
from csc_outcomes.errors import all_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence


def net_unit_cost(gross: Any, displaced: Any = 0, beneficiaries: Any = 1) -> Any:
    """Compute what one beneficiary costs, net of the spending that the service replaces.

    Args:
        gross: pounds (numbers or `GBP`), one amount or a sequence.
        displaced: spending that ceases because of it, from 0 to the gross cost.
        beneficiaries: who shares the cost, more than 0.

    Returns:
        (gross - displaced) / beneficiaries: a float, an array for sequences, `GBP` where the amounts are.

    Raises:
        InputError: all problems at once: displaced above gross, negative or missing amounts, no beneficiary,
            sequences of different length, price years mixed or given in part.
    """
    problems: list[str] = []
    parts = {
        "gross": read_amounts(gross, "gross", problems, least=0, money=True),
        "displaced": read_amounts(displaced, "displaced", problems, least=0, money=True),
        "beneficiaries": read_amounts(beneficiaries, "beneficiaries", problems, above=0),
    }
    nothing_displaced = isinstance(displaced, int | float) and displaced == 0
    amounts = {name: parts[name] for name in ("gross", "displaced")}
    year = one_price_year({"gross": parts["gross"]} if nothing_displaced else amounts, problems)
    size = common_size(parts, problems)
    all_at_once("net_unit_cost", problems)
    rows = list(zip(*(part.spread(size) for part in parts.values()), strict=True))
    above = sum(less > whole for whole, less, _ in rows)
    if above:
        all_at_once("net_unit_cost", [f"displaced: needed at most the gross cost, found more in {above}"])
    values = [(whole - less) / shared for whole, less, shared in rows]
    return given_back(values, single=all(part.single for part in parts.values()), year=year)


def benefit(
    *,
    cases: Any,
    unit_value: Any,
    deadweight: Any = None,
    attribution: Any = None,
    optimism_bias: Any = 0,
) -> Any:
    """Compute the benefit of a number of cases: cases x value, less what would have happened anyway.

    Deadweight and attribution correct for the same counterfactual, so one of the two is given. Both are left
    out only where `unit_value` is already net of what would have happened anyway.

    Args:
        cases: how many, 0 or more; a number or a sequence.
        unit_value: pounds (numbers or `GBP`) a case.
        deadweight: share (0-1) of the benefit that would have come without the intervention.
        attribution: share (0-1) of the benefit that is owed to the intervention.
        optimism_bias: share (0-1) by which benefits are cut for weak evidence; see `OPTIMISM_BIAS`.

    Returns:
        cases x unit_value x (1 - deadweight) or attribution x (1 - optimism_bias): a float, an array for
        sequences, `GBP` where the values are.

    Raises:
        InputError: all problems at once: deadweight and attribution together, shares outside 0 to 1, negative
            or missing numbers, sequences of different length, price years mixed.

    Source: HM Treasury, Public Service Transformation Network and New Economy, *Supporting public service
    transformation: cost benefit analysis guidance for local partnerships*, 2014.
    """
    problems: list[str] = []
    parts = {
        "cases": read_amounts(cases, "cases", problems, least=0),
        "unit_value": read_amounts(unit_value, "unit_value", problems, money=True),
        "optimism_bias": read_amounts(optimism_bias, "optimism_bias", problems, least=0, most=1),
    }
    if deadweight is not None:
        parts["deadweight"] = read_amounts(deadweight, "deadweight", problems, least=0, most=1)
    if attribution is not None:
        parts["attribution"] = read_amounts(attribution, "attribution", problems, least=0, most=1)
    if deadweight is not None and attribution is not None:
        problems.append(BOTH)
    size = common_size(parts, problems)
    all_at_once("benefit", problems)
    spread = {name: part.spread(size) for name, part in parts.items()}
    values = [product(dict(zip(spread, row, strict=True))) for row in zip(*spread.values(), strict=True)]
    return given_back(
        values, single=all(part.single for part in parts.values()), year=parts["unit_value"].price_year
    )


BOTH = (
    "deadweight and attribution: needed one of the two, found both; they correct for the same counterfactual, and "
    "together they correct twice"
)


def product(row: dict[str, Any]) -> Any:
    """The benefit from its factors; absent ones change nothing."""
    owed = row.get("attribution", 1) * (1 - row.get("deadweight", 0))
    return row["cases"] * row["unit_value"] * owed * (1 - row.get("optimism_bias", 0))


def common_size(parts: dict[str, Amounts], problems: list[str]) -> int:
    """The one length of all sequences; different lengths are a problem."""
    sizes = {name: len(part.numbers) for name, part in parts.items() if not part.single}
    if len(set(sizes.values())) > 1:
        found = ", ".join(f"{name} {size}" for name, size in sizes.items())
        problems.append(f"needed sequences of one length, found {found}")
    return max(sizes.values(), default=1)


def shares_of(amounts: Sequence[Fraction]) -> list[Fraction | None]:
    """Each amount's share of the sum; None where the sum is 0."""
    total = sum(amounts, Fraction(0))
    return [amount / total if total else None for amount in amounts]
