"""Uprating: an amount of one price year in the prices of another, by an index that the user brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csc_outcomes.costs.money import given_back, read_amounts
from csc_outcomes.errors import all_at_once
from csc_outcomes.sources.costs_prices import NEEDED, factors, price_year

if TYPE_CHECKING:
    from collections.abc import Mapping


def uprate(value: Any, source: object, target: object, index: Mapping[Any, Any]) -> Any:
    """Express amounts of one price year in the prices of another: value x index[target] / index[source].

    This is not discounting: a flow of a later year may need both.

    Args:
        value: pounds, a number or a sequence, or `GBP`, which must be in prices of `source`.
        source: price year of the amounts, such as `2014-15`.
        target: price year wanted.
        index: price level by price year, a mapping or a Series, for example the GDP deflators of HM Treasury;
            none is bundled.

    Returns:
        A float, an array for a sequence, `GBP` in prices of `target` where the amounts are `GBP`.

    Raises:
        InputError: all problems at once: a year that is none or is not in the index, an index of 0 or less,
            missing amounts, `GBP` of another price year.
    """
    problems: list[str] = []
    amounts = read_amounts(value, "value", problems, money=True)
    years = {"source": price_year(source), "target": price_year(target)}
    for name, given in (("source", source), ("target", target)):
        if years[name] is None:
            problems.append(f"{name}: {NEEDED}, found {given!r}")
    before, after = years["source"] or "", years["target"] or ""
    if amounts.price_year not in (None, before):
        problems.append(f"value: needed pounds in {before} prices, found {amounts.price_year} prices")
    factor = {} if problems else factors([before], after, index, problems)
    all_at_once("uprate", problems)
    numbers = [number * factor[before] for number in amounts.numbers]
    year = None if amounts.price_year is None else after
    return given_back(numbers, single=amounts.single, year=year)
