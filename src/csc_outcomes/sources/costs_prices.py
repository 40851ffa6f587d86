"""Price years: how they are written, and what a price of one year is in another.

A price year is a financial year (`2014-15`) or a calendar year (`2015`); the two are different years. No index
is bundled: which series is right, and its release, belong to the question asked.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NEEDED = "needed a price year such as '2014-15' or '2015'"
_YEAR = re.compile(r"(\d{4})(?:\s*[-/\u2013]\s*(\d{2}|\d{4}))?")


def price_year(label: object) -> str | None:
    """A price year in one spelling (`2014/15` and `2014-2015` are `2014-15`), or None where it is none."""
    if isinstance(label, bool):
        return None
    match = _YEAR.fullmatch(str(label).strip())
    if not match:
        return None
    first, second = match[1], match[2]
    if second is None:
        return first
    after = str(int(first) + 1)
    return f"{first}-{after[-2:]}" if second in (after, after[-2:]) else None


def read_index(index: Mapping[Any, Any], problems: list[str]) -> dict[str, Fraction]:
    """A price index by price year in one spelling; what cannot be read is added to `problems`."""
    read: dict[str, Fraction] = {}
    for label, number in dict(index).items():
        year = price_year(label)
        if year is None:
            problems.append(f"index: {NEEDED}, found {label!r}")
        elif year in read:
            problems.append(f"index: found the price year {year} twice")
        elif not _is_positive(number):
            problems.append(f"index: needed a number above 0 for {year}, found {number!r}")
        else:
            read[year] = Fraction(Decimal(str(number)))
    return read


def factors(
    years: Iterable[str], target: str, index: Mapping[Any, Any], problems: list[str]
) -> dict[str, Fraction]:
    """What an amount of each price year is multiplied by to be in prices of `target`, exactly.

    Args:
        years: price years of the amounts, in one spelling.
        target: price year wanted, likewise.
        index: price level by price year; only ratios matter.
        problems: gets what is wrong with the index or lacking in it.
    """
    level = read_index(index, problems)
    wanted = sorted(set(years))
    lacking = [year for year in dict.fromkeys([*wanted, target]) if year not in level]
    if lacking:
        found = ", ".join(level) or "none"
        problems.append(f"index: needed the price years {', '.join(lacking)}, found {found}")
        return {}
    return {year: level[target] / level[year] for year in wanted}


def _is_positive(number: object) -> bool:
    if number is None or isinstance(number, bool | str | bytes):
        return False
    try:
        return math.isfinite(number) and number > 0  # type: ignore[arg-type, operator]  # refused if it cannot
    except TypeError:
        return False
