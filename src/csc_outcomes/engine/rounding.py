"""Rounding half away from zero on the decimal as printed, and the one way numbers are read from arguments.

Official statistics on looked after children round half up in decimals: recomputed from the published counts
of "Children looked after in England including adoptions" (Department for Education, 2021 to 2025), every
exact tie of an authority rounds up. Rounding half to even, as Python and NumPy do, gets half of them wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from operator import index as as_integer
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np

from csc_outcomes.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Scalar: TypeAlias = int | float | Decimal | np.integer[Any] | np.floating[Any] | None
    Floats: TypeAlias = NDArray[np.float64]

# Powers of ten up to 10**22 are exact as floats, which the argument in `_round_floats` rests on.
MOST_PLACES = 22
# Whole numbers of last-place units below this have at most 15 digits with the half of a tie added.
_UNITS_15_DIGITS = 1e14
_EXACT_INTEGER = 2**53
# Wide enough for the largest float written out with 22 decimals.
_WIDE = Context(prec=1000)


@overload
def round_half_up(values: Scalar, places: int) -> Decimal | None: ...
@overload
def round_half_up(values: pd.Series[Any], places: int) -> pd.Series[float]: ...
@overload
def round_half_up(values: NDArray[Any] | Sequence[Any], places: int) -> Floats: ...
def round_half_up(values: Any, places: int) -> Any:
    """Round half away from zero on each number's decimal as printed: 12.35 -> 12.4, 22.5 -> 23, -0.5 -> -1.

    Args:
        values: a number (int, float, Decimal), or a one-dimensional array, list or Series; any unit.
        places: decimals to keep, from -22 to 22; negative places round to tens (-1), hundreds (-2) and so on.

    Returns:
        A `Decimal` for a number, `None` for a missing one. A pandas Series gives a float Series with the same
        index and name, any other sequence a float array of the same length; missing stays missing. Each float
        returned is the one nearest to the rounded decimal.

    Raises:
        InputError: text, booleans, infinite numbers, more than one dimension, or places out of range.
    """
    kept = _check_places(places)
    if is_scalar(values):
        return _round_scalar(values, kept)
    numbers = read_numbers(values, "values")
    if numbers.dtype == np.float64:
        rounded = _round_floats(numbers, kept)
    else:
        rounded = np.array([_as_float(_round_one(number, kept)) for number in numbers], dtype=np.float64)
    return _like(values, rounded)


def is_scalar(values: object) -> bool:
    """Whether `values` is one value (a number, a text, nothing) and not a sequence of values."""
    if isinstance(values, np.ndarray):
        return values.ndim == 0
    return isinstance(values, str | bytes) or not hasattr(values, "__len__")


def read_numbers(values: object, what: str) -> NDArray[Any]:
    """Read one number or a one-dimensional sequence of numbers into an array; missing values become NaN.

    Args:
        values: a scalar (gives one element), list, tuple, array, or a Series of pandas or Polars.
        what: the argument's name, for messages.

    Returns:
        A float64 array; or an object array of int, float, Decimal and None where some number's decimal would
        not survive the way through a float.

    Raises:
        InputError: text, booleans or other things in it, infinite numbers, or more than one dimension. The
            message counts them and gives positions, never values.
    """
    array = _as_array(values, what)
    kind = array.dtype.kind
    if kind == "O":
        array = _read_objects(array, what)
    elif kind in "iu":
        floats = array.astype(np.float64)
        array = array.astype(object) if (np.abs(floats) >= _EXACT_INTEGER).any() else floats
    elif kind == "f" and array.dtype != np.float64:
        # 0.285 kept in four bytes prints as 0.285, but widened it would be 0.28499999642372.
        array = array.astype(np.str_).astype(np.float64)
    elif kind != "f":
        found = {"b": "booleans", "U": "text", "S": "text"}.get(kind, f"values of type {array.dtype}")
        raise InputError(f"{what}: needed numbers, found {found}; convert the column to numbers first")
    _refuse_infinite(array, what)
    return array


def positions(wrong: NDArray[np.bool_]) -> str:
    """Say how many elements are wrong and where (counted from 0), without showing any of them."""
    where = np.flatnonzero(wrong)
    first = ", ".join(str(place) for place in where[:10])
    more = f" and {where.size - 10:,} more" if where.size > 10 else ""
    noun = "position" if where.size == 1 else "positions"
    return f"{where.size:,} of {wrong.size:,} ({noun} {first}{more})"


def _check_places(places: object) -> int:
    if isinstance(places, bool | np.bool_):
        raise InputError("places: needed a whole number, found a boolean")
    try:
        kept = as_integer(places)  # type: ignore[arg-type]  # what it refuses is the point
    except TypeError:
        raise InputError(f"places: needed a whole number, found {type(places).__name__}") from None
    if abs(kept) > MOST_PLACES:
        raise InputError(f"places: needed -{MOST_PLACES} to {MOST_PLACES}, found {kept}")
    return kept


def _round_floats(numbers: Floats, places: int) -> Floats:
    """Round an array of floats by their printed decimals without printing them.

    Why this is exact. Let u be the number of whole last-place units in |x|, T = (u + 1/2) / 10**places the
    tie above them, and c the float nearest to T. `(u + 0.5) / 10**places` is c: both operands are exact
    floats and one division or product is correctly rounded. T has at most 15 significant digits, so T is the
    decimal that c prints as (no two decimals of 15 digits share a float, and a float prints as the shortest
    decimal that reads back as it). Reading decimals is monotone, so x prints as T or more exactly when
    x >= c: comparing two floats decides. u may come out one unit off where x is within an error of computing
    of a whole number of units; the comparison then lands on the same answer from the other side. More than
    15 digits: decimal by decimal.
    """
    size = np.abs(numbers)
    power = 10.0 ** abs(places)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        units = np.floor(size * power if places >= 0 else size / power)
        tie = (units + 0.5) / power if places >= 0 else (units + 0.5) * power
        units += size >= tie
        result = units / power if places >= 0 else units * power
    # Adding zero turns -0.0, which would print as "-0", into 0.0.
    rounded = np.copysign(result, numbers) + 0.0
    wide = units >= _UNITS_15_DIGITS
    if wide.any():
        rounded[wide] = [_as_float(_round_one(float(number), places)) for number in numbers[wide]]
    return rounded


def _round_scalar(value: object, places: int) -> Decimal | None:
    return _round_one(read_numbers(value, "values")[0], places)


def _round_one(value: Scalar, places: int) -> Decimal | None:
    """Round one number; `str` of a float is the shortest decimal that reads back as it."""
    if value is None:
        return None
    printed = value if isinstance(value, Decimal) else Decimal(str(value))
    if printed.is_nan():
        return None
    try:
        rounded = printed.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)
        if places < 0:
            rounded = rounded.quantize(Decimal(1), context=_WIDE)  # 30, not 3E+1
    except InvalidOperation:
        raise InputError("values: found a decimal with more than 1,000 digits; round it first") from None
    return rounded if rounded else rounded.copy_abs()


def _as_float(value: Decimal | None) -> float:
    return float("nan") if value is None else float(value)


def _like(values: object, rounded: Floats) -> Any:
    """Give a pandas Series its index and name back; anything else stays an array."""
    if hasattr(values, "to_numpy"):
        import pandas as pd

        if isinstance(values, pd.Series):
            return pd.Series(rounded, index=values.index, name=values.name)
    return rounded


def _as_array(values: object, what: str) -> NDArray[Any]:
    if is_scalar(values):
        array = np.empty(1, dtype=object)
        array[0] = values[()] if isinstance(values, np.ndarray) else values
        return array
    if isinstance(values, np.ndarray):
        array = values
    elif hasattr(values, "to_numpy"):
        array = np.asarray(values.to_numpy())
    elif isinstance(values, Sequence):
        # As objects: NumPy would turn [1, True] into ones and [1, "2"] into text.
        array = np.fromiter(values, dtype=object, count=len(values))
    else:
        raise InputError(f"{what}: needed numbers or a sequence of numbers, found {type(values).__name__}")
    if array.ndim != 1:
        raise InputError(f"{what}: needed one dimension, found {array.ndim}; pass one column at a time")
    return array


def _read_objects(array: NDArray[Any], what: str) -> NDArray[Any]:
    """Look at values of mixed types: floats where that loses nothing, else numbers with None for missing."""
    types = set(map(type, array))
    refused = {kind: word for kind in types if (word := _not_a_number(kind))}
    if refused:
        wrong = np.fromiter((type(value) in refused for value in array), dtype=np.bool_, count=array.size)
        found = " and ".join(sorted(set(refused.values())))
        where = positions(wrong)
        raise InputError(f"{what}: needed numbers, found {found} in {where}; convert them or leave them out")
    if missing := {kind for kind in types if _is_missing_type(kind)}:
        array = array.copy()
        array[[type(value) in missing for value in array]] = None
    if all(issubclass(kind, float | int | np.integer) or kind in missing for kind in types):
        try:
            floats = array.astype(np.float64)
        except OverflowError:
            raise InputError(f"{what}: found whole numbers too large to calculate with") from None
        if not (np.abs(floats) >= _EXACT_INTEGER).any():
            return floats
    return array


def _not_a_number(kind: type) -> str:
    """Return a word for a type that is not a number; an empty one for numbers and marks of missing values."""
    if issubclass(kind, bool | np.bool_):
        return "booleans"
    if issubclass(kind, str | bytes):
        return "text"
    if issubclass(kind, int | float | Decimal | np.integer | np.floating) or _is_missing_type(kind):
        return ""
    return f"values of type {kind.__name__}"


def _is_missing_type(kind: type) -> bool:
    # pandas.NA by name, so that a list of floats does not cost an import of pandas.
    return kind is type(None) or (kind.__name__ == "NAType" and kind.__module__.startswith("pandas"))


def _refuse_infinite(array: NDArray[Any], what: str) -> None:
    if array.dtype == np.float64:
        infinite = np.isinf(array)
    else:
        infinite = np.array(
            [value is not None and abs(value) == float("inf") for value in array], dtype=np.bool_
        )
    if infinite.any():
        raise InputError(f"{what}: needed finite numbers, found infinite ones in {positions(infinite)}")
