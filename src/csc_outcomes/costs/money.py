"""Pounds with a price year, and the one way in which the functions of this package read amounts."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import field, frozen

from csc_outcomes.engine.rounding import is_scalar, positions, read_numbers, round_half_up
from csc_outcomes.errors import InputError
from csc_outcomes.sources.costs_prices import NEEDED, price_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    Number: TypeAlias = int | float | Decimal

# Sums and products of amounts as people write them are exact in this many digits; quotients need not be.
_WIDE = Context(prec=60)


def _amount(value: object) -> Decimal:
    if isinstance(value, str):
        try:
            value = Decimal(value.strip().replace(",", ""))
        except ArithmeticError:
            raise InputError(
                "GBP: needed an amount such as 6218 or '10.10', found text that is none"
            ) from None
    (number,) = read_numbers(value, "GBP") if is_scalar(value) else (None,)
    exact = None if number is None else Decimal(str(number))
    if exact is None or not exact.is_finite():
        raise InputError(f"GBP: needed one amount such as 6218 or '10.10', found {type(value).__name__}")
    return exact


def _year(label: object) -> str:
    year = price_year(label)
    if year is None:
        raise InputError(f"GBP: {NEEDED}, found {label!r}")
    return year


@frozen(order=False, repr=False)
class GBP:
    """An amount of pounds sterling in the prices of one year; arithmetic is exact, in decimals.

    Amounts of one price year are added, subtracted and compared with each other; a number multiplies or
    divides an amount; an amount divided by an amount is a number. Everything else raises: pounds of 2014-15
    and of 2016-17 are not the same thing (see `uprate`), and neither is a number without price year.
    A sum starts with an amount: `sum(lines, start=GBP(0, "2014-15"))`.

    Args:
        amount: int, Decimal, text, or a float, which is taken as it prints: 0.1 is a tenth.
        price_year: a financial year (`2014-15`) or a calendar year (`2015`).
    """

    amount: Decimal = field(converter=_amount)
    price_year: str = field(converter=_year)

    def __add__(self, other: object) -> GBP:
        return GBP(_WIDE.add(self.amount, self._same(other, "add").amount), self.price_year)

    def __radd__(self, other: object) -> GBP:
        return self + other

    def __sub__(self, other: object) -> GBP:
        return GBP(_WIDE.subtract(self.amount, self._same(other, "subtract").amount), self.price_year)

    def __rsub__(self, other: object) -> GBP:
        return self._same(other, "subtract") - self

    def __mul__(self, other: Number) -> GBP:
        return GBP(_WIDE.multiply(self.amount, _factor(other, "multiply")), self.price_year)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        """A number divides an amount (GBP); an amount divided by one of the same price year is a Decimal."""
        if isinstance(other, GBP):
            return _WIDE.divide(self.amount, self._same(other, "divide").amount)
        return GBP(_WIDE.divide(self.amount, _factor(other, "divide")), self.price_year)

    def __neg__(self) -> GBP:
        return GBP(-self.amount, self.price_year)

    def __abs__(self) -> GBP:
        return GBP(abs(self.amount), self.price_year)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __float__(self) -> float:
        return float(self.amount)

    def __lt__(self, other: object) -> bool:
        return self.amount < self._same(other, "compare").amount

    def __le__(self, other: object) -> bool:
        return self.amount <= self._same(other, "compare").amount

    def __gt__(self, other: object) -> bool:
        return self.amount > self._same(other, "compare").amount

    def __ge__(self, other: object) -> bool:
        return self.amount >= self._same(other, "compare").amount

    def __str__(self) -> str:
        return f"{pounds(self.amount)} in {self.price_year} prices"

    def __repr__(self) -> str:
        return f"GBP('{self.amount:f}', '{self.price_year}')"

    def _same(self, other: object, what: str) -> GBP:
        if not isinstance(other, GBP):
            raise InputError(
                f"cannot {what}: needed pounds in {self.price_year} prices, found {type(other).__name__} without "
                "price year; make it a GBP"
            )
        if other.price_year != self.price_year:
            raise InputError(
                f"cannot {what} pounds in {self.price_year} prices and pounds in {other.price_year} prices; bring "
                "them to one price year with uprate"
            )
        return other


def _factor(value: object, what: str) -> Decimal:
    if isinstance(value, GBP):
        raise InputError(f"cannot {what} pounds by pounds")
    (number,) = read_numbers(value, what) if is_scalar(value) else (None,)
    exact = None if number is None else Decimal(str(number))
    if exact is None or not exact.is_finite() or (what == "divide" and not exact):
        raise InputError(
            f"cannot {what} pounds by {type(value).__name__}: needed a number that is not missing"
        )
    return exact


def pounds(amount: Number | Fraction) -> str:
    """Pounds for a reader, with pence where there are any: 6218 as £6,218, 2074.38 as £2,074.38."""
    exact = decimal_of(amount) if isinstance(amount, Fraction) else Decimal(str(amount))
    rounded = round_half_up(exact, 2)
    assert rounded is not None
    text = f"{abs(rounded):,.2f}".removesuffix(".00")
    return f"-£{text}" if rounded < 0 else f"£{text}"


def decimal_of(number: Fraction) -> Decimal:
    """A fraction as a decimal; exact where it ends within 60 digits."""
    return _WIDE.divide(Decimal(number.numerator), Decimal(number.denominator))


@frozen
class Amounts:
    """What an argument holds, read: exact numbers, whether it was one value, and the price year if it has one."""

    numbers: tuple[Fraction, ...]
    single: bool
    price_year: str | None = None

    @property
    def total(self) -> Fraction:
        """The sum."""
        return sum(self.numbers, Fraction(0))

    def spread(self, size: int) -> tuple[Fraction, ...]:
        """The numbers, a single one repeated."""
        return self.numbers * size if self.single else self.numbers


NONE = Amounts((Fraction(0),), single=True)
"""Stands for what could not be read, after the problem was noted."""


def read_amounts(
    value: object,
    what: str,
    problems: list[str],
    *,
    least: int | None = None,
    above: int | None = None,
    most: int | None = None,
    whole: bool = False,
    money: bool = False,
) -> Amounts:
    """Read one number or a sequence of numbers exactly; what is wrong is added to `problems`.

    Args:
        value: numbers; with `money`, also `GBP`, one or several of one price year.
        what: the argument's name.
        problems: gets a line for everything that is wrong.
        least: the smallest number admitted.
        above: every number must be larger than this.
        most: the largest number admitted.
        whole: whether fractions are refused.
        money: whether amounts of pounds are admitted.
    """
    single = is_scalar(value)
    items: Any = [value] if single else value
    year = None
    if any(isinstance(item, GBP) for item in items):
        found = _years(items, what, money, problems)
        if found is None:
            return NONE
        year = found
        items = [item.amount for item in items]
    try:
        array = read_numbers(items, what)
    except InputError as error:
        problems.append(str(error))
        return NONE
    missing = np.array([number is None or number != number for number in array], dtype=np.bool_)
    if missing.any() or not array.size:
        where = f"missing ones in {positions(missing)}" if array.size else "nothing"
        problems.append(f"{what}: needed numbers, found {where}")
        return NONE
    numbers = tuple(Fraction(Decimal(str(number))) for number in array)
    problems += _range_problems(numbers, what, least, above, most, whole)
    return Amounts(numbers, single, year)


def _years(items: Sequence[Any], what: str, money: bool, problems: list[str]) -> str | None:
    if not money:
        problems.append(f"{what}: needed plain numbers, found pounds")
        return None
    bare = sum(not isinstance(item, GBP) for item in items)
    years = sorted({item.price_year for item in items if isinstance(item, GBP)})
    if bare:
        problems.append(f"{what}: needed a price year throughout, found {bare} amounts without one")
    if len(years) > 1:
        problems.append(f"{what}: needed one price year, found {', '.join(years)}; use uprate")
    return None if bare or len(years) > 1 else years[0]


def _range_problems(
    numbers: tuple[Fraction, ...],
    what: str,
    least: int | None,
    above: int | None,
    most: int | None,
    whole: bool,
) -> list[str]:
    checks = [
        (least is not None, f"{least} or more", [least is not None and n < least for n in numbers]),
        (above is not None, f"more than {above}", [above is not None and n <= above for n in numbers]),
        (most is not None, f"{most} or less", [most is not None and n > most for n in numbers]),
        (whole, "whole numbers", [n.denominator != 1 for n in numbers]),
    ]
    return [
        f"{what}: needed {needed}, found others in {positions(np.array(wrong))}"
        for asked, needed, wrong in checks
        if asked and any(wrong)
    ]


def one_price_year(parts: dict[str, Amounts], problems: list[str]) -> str | None:
    """The price year of all amounts of one figure; None where none has any. A mixture is a problem."""
    years = {name: part.price_year for name, part in parts.items()}
    if len(set(years.values())) > 1:
        found = ", ".join(f"{name} {year or 'without price year'}" for name, year in years.items())
        problems.append(
            f"needed one price year, found {found}; use GBP throughout, and uprate where years differ"
        )
    return next(iter(years.values()), None)


def given_back(numbers: Sequence[Fraction], *, single: bool, year: str | None = None) -> Any:
    """Numbers as they came: a float or a float array, pounds where the amounts had a price year."""
    if year is not None:
        amounts = [GBP(decimal_of(number), year) for number in numbers]
        return amounts[0] if single else amounts
    if single:
        return float(numbers[0])
    return np.array([float(number) for number in numbers], dtype=np.float64)
