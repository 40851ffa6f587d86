"""Item answers from a frame: read, checked, and everything wrong with them said at once."""

from __future__ import annotations

import re
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen

from csc_outcomes.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from csc_outcomes.instruments.choices import Key
    from csc_outcomes.instruments.definition import Instrument

    Floats: TypeAlias = NDArray[np.float64]

RESPONDENT = "respondent"
_ITEM = re.compile(r"i[0-9]+")
_GATE_HIGHEST = 3
_GRID = 1e-6  # what reading 6.2 as a float may leave behind
_TEXT, _BOOLEANS, _OTHER = "text", "true or false", "dates or other things"


@frozen(eq=False)
class Answers:
    """Answers by item in units of the last decimal that they may have; a missing answer is NaN."""

    respondents: pd.Index[Any]
    items: Mapping[int, Floats]
    gate: Floats | None


def column_problems(frame: Any, instrument: Instrument) -> list[str]:
    """Say what is wrong with the columns of a frame: items missing or too many, columns nobody asked for."""
    names = list(map(str, frame.columns))
    wanted = {f"i{item}": item for item in range(1, instrument.n_items + 1)}
    needed = [name for name, item in wanted.items() if item not in instrument.unscored]
    allowed = {*wanted, RESPONDENT} | ({instrument.gate} if instrument.gate else set())
    extra = [name for name in names if name not in allowed]
    problems = []
    if missing := [name for name in needed if name not in names]:
        found = len(set(names) & set(wanted))
        problems.append(
            f"items: needed {instrument.n_items} columns i1 to i{instrument.n_items}, one per item, found {found}; "
            f"missing are {_listed(missing)}; an item that nobody answered is an empty column"
        )
    if surplus := [name for name in extra if _ITEM.fullmatch(name)]:
        problems.append(
            f"items: {instrument.name} has {instrument.n_items} items, found {_listed(surplus)} as well"
        )
    if strangers := [name for name in extra if not _ITEM.fullmatch(name)]:
        problems.append(
            f"columns that are neither items nor {RESPONDENT!r}: {_listed(strangers)}; leave them out"
        )
    if len(set(names)) < len(names):
        problems.append("columns: a name is used twice")
    return problems


def check_frame(items: Any) -> None:
    """Refuse what is no pandas or Polars frame."""
    import pandas as pd
    import polars as pl

    if not isinstance(items, pd.DataFrame | pl.DataFrame):
        raise InputError(
            "items: needed a pandas or Polars frame with one row per respondent and the columns i1, i2 ..., "
            f"found {type(items).__name__}"
        )


def read_answers(frame: Any, key: Key) -> tuple[Answers, list[str]]:
    """Read the answers of a frame whose columns are right; the answers can be used only without problems."""
    instrument = key.instrument
    unit = 10**instrument.places
    respondents, problems = _respondents(frame)
    found: dict[str, dict[str, int]] = {}
    items = {}
    for item in range(1, instrument.n_items + 1):
        if f"i{item}" in frame.columns:
            numbers, wrong = read_column(frame[f"i{item}"])
            items[item], refused = _in_units(numbers, key.low, key.high, unit)
            wrong |= refused
            for kind, count in wrong.items():
                found.setdefault(kind, {})[f"item {item}"] = count
    gate = None
    if instrument.gate and instrument.gate in frame.columns:
        gate, wrong = read_column(frame[instrument.gate])
        gate, refused = _in_units(gate, 0, _GATE_HIGHEST, 1)
        wrong |= refused
        problems += _value_sentences({kind: {instrument.gate: count} for kind, count in wrong.items()})
    problems += _value_sentences(found)
    return Answers(respondents, items, gate), problems


def _respondents(frame: Any) -> tuple[pd.Index[Any], list[str]]:
    """Who answered: the column `respondent`, else the index of a pandas frame, else row numbers from 0."""
    import pandas as pd

    if RESPONDENT in frame.columns:
        column = frame[RESPONDENT]
        index = pd.Index(column if isinstance(column, pd.Series) else column.to_pandas())
        where = f"column {RESPONDENT!r}"
    elif isinstance(frame, pd.DataFrame):
        index, where = frame.index, "index"
    else:
        index, where = pd.RangeIndex(len(frame)), "rows"
    if isinstance(index, pd.MultiIndex):
        index = index.to_flat_index()
    problems = []
    if index.hasnans:
        problems.append(f"{where}: {int(np.count_nonzero(index.isna())):,} respondents without a name")
    if not index.is_unique:
        twice = int(index.duplicated().sum())
        problems.append(
            f"{where}: needed one row per respondent, found {twice:,} rows of respondents who have one already"
        )
    return index, problems


def read_column(column: Any) -> tuple[Floats, dict[str, int]]:
    """Read a column of pandas or Polars as numbers with NaN for missing; count what is no number, by kind."""
    import pandas as pd

    if not isinstance(column, pd.Series):
        column = _as_pandas(column)
    dtype = column.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return _nothing(len(column)), _counted(_BOOLEANS, int(column.notna().sum()))
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        # 6.2 kept in four bytes is 6.19999981 when widened.
        return (np.round(numbers, 6) if dtype.itemsize < 8 else numbers), {}
    if isinstance(dtype, pd.StringDtype):
        return _nothing(len(column)), _counted(_TEXT, int(column.notna().sum()))
    if pd.api.types.is_object_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype):
        return _read_objects(column.astype(object).tolist())
    return _nothing(len(column)), _counted(_OTHER, int(column.notna().sum()))


def _as_pandas(column: Any) -> pd.Series[Any]:
    import pandas as pd
    import polars as pl

    if column.dtype.is_decimal():
        column = column.cast(pl.Float64)
    if column.dtype == pl.Null:
        return pd.Series(_nothing(len(column)))
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    found: pd.Series[Any] = column.to_pandas()
    return found


def _read_objects(values: list[Any]) -> tuple[Floats, dict[str, int]]:
    """Look at values of mixed types one by one."""
    numbers = _nothing(len(values))
    wrong: dict[str, int] = {}
    for place, value in enumerate(values):
        kind = _kind(value)
        if kind is None:
            try:
                numbers[place] = float(value)
            except OverflowError:
                numbers[place] = np.inf
        elif kind:
            wrong[kind] = wrong.get(kind, 0) + 1
    return numbers, wrong


def _kind(value: Any) -> str | None:
    """Nothing for a number, an empty word for a missing value, else a word for what it is."""
    import pandas as pd

    if isinstance(value, bool | np.bool_):
        return _BOOLEANS
    if isinstance(value, Real | Decimal):
        return None
    if isinstance(value, str | bytes):
        return _TEXT
    return "" if value is None or value is pd.NA or value is pd.NaT else _OTHER


def _nothing(size: int) -> Floats:
    return np.full(size, np.nan)


def _counted(kind: str, count: int) -> dict[str, int]:
    return {kind: count} if count else {}


def _in_units(numbers: Floats, low: int, high: int, unit: int) -> tuple[Floats, dict[str, int]]:
    """Answers in units of the last decimal, and counts of those out of range and finer than the form allows."""
    scaled = numbers * unit if unit > 1 else numbers
    whole = np.rint(scaled)
    lowest, highest = np.fmin.reduce(whole, initial=np.inf), np.fmax.reduce(whole, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        finest = np.fmax.reduce(np.abs(scaled - whole), initial=0)
        # Nearly every column is right: three numbers show it without a count of each kind of fault.
        if low * unit <= lowest and highest <= high * unit and finest <= _GRID:
            return whole, {}
        outside = (numbers < low) | (numbers > high)
        fine = ~outside & (np.abs(scaled - whole) > _GRID)
    grid = "whole numbers" if unit == 1 else f"numbers with {len(str(unit)) - 1} decimal"
    return whole, {
        **_counted(f"answers outside {low} to {high}", int(outside.sum())),
        **_counted(f"answers that are not {grid}", int(fine.sum())),
    }


def _value_sentences(found: Mapping[str, Mapping[str, int]]) -> list[str]:
    """One sentence per kind of problem, with its count by item and no value."""
    return [
        f"{kind}: {', '.join(f'{count:,} in {where}' for where, count in places.items())}; correct them or leave "
        "them empty"
        for kind, places in found.items()
    ]


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    more = f" and {len(shown) - 12} more" if len(shown) > 12 else ""
    return ", ".join(shown[:12]) + more
