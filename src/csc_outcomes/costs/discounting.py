"""Discounting: the Green Book's dated schedule, present values, and payback.

Source: HM Treasury, *The Green Book: central government guidance on appraisal and evaluation*, 2022; the rates
were confirmed in the terms of reference of their review, HM Treasury, 16 December 2025. Rates are real: flows
are in prices of one year before they are discounted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias

from attrs import frozen

from csc_outcomes.costs.money import Amounts, given_back, one_price_year, read_amounts
from csc_outcomes.errors import InputError, all_at_once

Step: TypeAlias = tuple[int, Decimal]


@frozen
class Schedule:
    """Discount rates by year ahead.

    Attributes:
        name: how it is called.
        valid_from: first day of appraisals that use it.
        steps: from which year on which rate holds, in order; year 0 is not discounted.
        source: title, publisher and year.
    """

    name: str
    valid_from: dt.date
    steps: tuple[Step, ...]
    source: str = ""

    def rate(self, year: int) -> Decimal:
        """The rate of one year, as a share a year."""
        return next(rate for first, rate in reversed(self.steps) if year >= first)


GREEN_BOOK = Schedule(
    "Green Book, social time preference rate",
    dt.date(2003, 4, 1),
    ((0, Decimal("0.035")), (31, Decimal("0.030")), (76, Decimal("0.025"))),
    "HM Treasury, The Green Book: central government guidance on appraisal and evaluation, 2022",
)
"""3.5% for years 0 to 30, 3.0% for years 31 to 75, 2.5% after."""

SCHEDULES: tuple[Schedule, ...] = (GREEN_BOOK,)
"""All schedules, oldest first. A changed rate is a further one: appraisals of before keep theirs."""


def schedule_on(day: dt.date) -> Schedule:
    """The schedule for appraisals made on a day.

    Raises:
        InputError: a day before the first schedule.
    """
    valid = [schedule for schedule in SCHEDULES if schedule.valid_from <= day]
    if not valid:
        raise InputError(f"schedule: needed a day from {SCHEDULES[0].valid_from} on, found {day}")
    return valid[-1]


def _chosen(schedule: Schedule | float | Decimal | None, problems: list[str]) -> Schedule:
    """A schedule, the newest if none is named; a number is one rate for all years."""
    if schedule is None:
        return SCHEDULES[-1]
    if isinstance(schedule, Schedule):
        return schedule
    rate = read_amounts(schedule, "schedule", problems, least=0, most=1)
    exact = rate.numbers[0]
    steps = ((0, Decimal(exact.numerator) / Decimal(exact.denominator)),)
    return Schedule("one rate", dt.date.min, steps)


@cache
def _factor(schedule: Schedule, year: int) -> Fraction:
    """The factor of one year exactly: one over the growth of all years up to it."""
    factor = Fraction(1)
    for passed in range(1, year + 1):
        factor /= 1 + Fraction(schedule.rate(passed))
    return factor


def discount_factor(year: Any, *, schedule: Schedule | float | Decimal | None = None) -> Any:
    """What a pound of a later year is worth in year 0; year 0 itself is not discounted.

    Args:
        year: whole years ahead, 0 or more; a number or a sequence.
        schedule: a `Schedule`, or one rate for all years (0 for none); default the newest.

    Returns:
        A float, an array for a sequence.

    Raises:
        InputError: a year that is not whole or before 0, a rate outside 0 to 1.
    """
    problems: list[str] = []
    chosen = _chosen(schedule, problems)
    years = read_amounts(year, "year", problems, least=0, most=1000, whole=True)
    all_at_once("discount_factor", problems)
    return given_back([_factor(chosen, int(n)) for n in years.numbers], single=years.single)


def present_value(flows: Any, *, schedule: Schedule | float | Decimal | None = None) -> Any:
    """Add up yearly flows, each discounted to year 0.

    Args:
        flows: pounds (numbers or `GBP`) by year, in the prices of one year: a sequence that begins with
            year 0, or a mapping of years ahead to pounds.
        schedule: a `Schedule`, or one rate for all years (0 for none); default the newest.

    Returns:
        A float, or `GBP` where the flows are.

    Raises:
        InputError: missing flows, price years mixed, years that are not whole or before 0.
    """
    problems: list[str] = []
    chosen = _chosen(schedule, problems)
    years, amounts = _dated(flows, problems)
    all_at_once("present_value", problems)
    pairs = zip(years, amounts.numbers, strict=True)
    value = sum((_factor(chosen, year) * amount for year, amount in pairs), Fraction(0))
    return given_back([value], single=True, year=amounts.price_year)


def _dated(flows: Any, problems: list[str]) -> tuple[list[int], Amounts]:
    if not isinstance(flows, Mapping):
        amounts = read_amounts(flows, "flows", problems, money=True)
        return list(range(len(amounts.numbers))), amounts
    amounts = read_amounts(list(flows.values()), "flows", problems, money=True)
    years = read_amounts(list(flows), "years of flows", problems, least=0, most=1000, whole=True)
    return [int(year) for year in years.numbers], amounts


def payback(
    costs: Any, benefits: Any, *, discounted: bool = False, schedule: Schedule | float | Decimal | None = None
) -> int | None:
    """Find the first period in which all benefits so far are at least all costs so far.

    Args:
        costs: pounds (numbers or `GBP`) by period, the first of which is 0.
        benefits: likewise, as many.
        discounted: whether flows are discounted first; periods are then years.
        schedule: of the discounting; default the newest.

    Returns:
        The number of the period, counted from 0; None where it is not reached.

    Raises:
        InputError: sequences of different length, missing flows, price years mixed, a schedule without
            discounting.
    """
    problems: list[str] = []
    spent = read_amounts(costs, "costs", problems, money=True)
    gained = read_amounts(benefits, "benefits", problems, money=True)
    if len(spent.numbers) != len(gained.numbers):
        found = f"costs {len(spent.numbers)}, benefits {len(gained.numbers)}"
        problems.append(f"needed sequences of one length, found {found}")
    if schedule is not None and not discounted:
        problems.append("schedule: used with discounted=True only")
    one_price_year({"costs": spent, "benefits": gained}, problems)
    chosen = _chosen(schedule, problems) if discounted else Schedule("none", dt.date.min, ((0, Decimal(0)),))
    all_at_once("payback", problems)
    balance = Fraction(0)
    for period, (cost, back) in enumerate(zip(spent.numbers, gained.numbers, strict=True)):
        balance += _factor(chosen, period) * (back - cost)
        if balance >= 0:
            return period
    return None
