"""An authority's published figure beside its statistical neighbours, its region and England.

Sources of the two statistics: the Department for Education's "Children's social care outcomes and enablers"
dashboard prints the median of the ten neighbours' published figures, its "Local Authority Interactive Tool" their
mean (both 2026); both leave missing figures out. The statistics differ a good deal, so the result names the one
used. The neighbour model is an input with a version: the 2021 and the 2025 model give most authorities other
neighbours.
"""

from __future__ import annotations

from decimal import Context, Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import polars as pl
from attrs import frozen

from csc_outcomes.engine.door import to_polars
from csc_outcomes.errors import all_at_once, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    Place: TypeAlias = tuple[str, str]
    Group: TypeAlias = tuple[Any, ...]

Method: TypeAlias = Literal["median", "mean"]

_NATIONAL, _REGIONAL, _AUTHORITY = "national", "regional", "authority"
_LEVELS = {
    "national": _NATIONAL,
    "england": _NATIONAL,
    "regional": _REGIONAL,
    "region": _REGIONAL,
    "local authority": _AUTHORITY,
}
# Fingertips adds the boundaries used: "Counties & UAs (from Apr 2023)".
_AUTHORITY_PREFIX = "counties & uas"
# The Local Authority Interactive Tool has no column of levels; these are its codes.
_TOOL_LEVELS = {"970": _NATIONAL} | {str(code): _REGIONAL for code in range(980, 991)}
_PLACE_COLUMNS = ("geographic_level", "region_code", "region_name", "old_la_code", "new_la_code", "la_name",
                  "la_code", "area")  # fmt: skip
_REGION_COLUMNS = ("region_code", "region_name", "la_name", "area")
_OTHER_SPELLINGS = {"london (inner)": "inner london", "london (outer)": "outer london"}
# London as a whole is published beside its two halves; authorities belong to the halves.
_WHOLE_LONDON = ("e12000007", "london")
_SCHEMA = {
    "old_la_code": pl.String,
    "own": pl.Float64,
    "neighbours": pl.Float64,
    "neighbours_n": pl.Int64,
    "region": pl.Float64,
    "england": pl.Float64,
    "region_name": pl.String,
    "own_symbol": pl.String,
    "region_symbol": pl.String,
    "england_symbol": pl.String,
    "method": pl.String,
    "model": pl.String,
}
# Wide enough for the exact sum of any published figures; the caller's own context may be narrow.
_EXACT = Context(prec=100)


def comparators(
    frame: Any,
    value: str,
    *,
    by: str | Sequence[str],
    neighbours: Any,
    areas: Any,
    method: Method = "median",
    minimum: int = 5,
) -> pd.DataFrame:
    """Put each authority's published figure beside its neighbours', its region's and England's.

    Args:
        frame: published figures as `read_published` gives them: rows of England, regions and authorities, told
            by `geographic_level` and `old_la_code` (or the interactive tool's `la_code` and `area`). Rows of other
            levels are left out.
        value: the column of figures, any unit.
        by: the columns that tell the figures of one place apart, such as `["time_period", "population_type"]`;
            empty where each place has one row.
        neighbours: one neighbour model, a row per authority and neighbour: `old_la_code`,
            `neighbour_old_la_code`, and `model` and `rank` where there are any. With several models in the frame
            choose one first: the neighbours differ.
        areas: a lookup of authorities: `old_la_code`, `region_name`, and `region_code` where there is one. An
            authority of Inner or Outer London is compared with its half of London if the lookup says so.
        method: `median` or `mean` of the neighbours' figures.
        minimum: the least number of neighbours with a figure; below it there is no figure for neighbours.

    Returns:
        A pandas frame with a row per authority of the frame and group, in the frame's order: `old_la_code` (text),
        the columns of `by`, `own`, `neighbours` (exact, in the unit of the figures), `neighbours_n` (neighbours
        with a figure; 0 for an authority outside the model), `region` and `england` (the published figures, never a
        mean of authorities), `region_name`, the symbols printed in place of `own`, `region` and `england`
        (missing too where the file has no such row), `method` and `model`. A suppressed figure is missing,
        never 0, and is left out of the neighbours'. A row for two authorities together ("314 / 318") has no
        neighbours and is nobody's neighbour.

    Raises:
        InputError: columns are missing or hold no figures, `by` does not tell rows apart, several neighbour
            models, authorities or regions that `areas` does not know, or options out of range.
    """
    chosen = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    table = to_polars(frame, "frame")
    pairs, lookup = to_polars(neighbours, "neighbours"), to_polars(areas, "areas")
    found = _option_problems(method, minimum) + _frame_problems(table, value, chosen)
    found += _neighbour_problems(pairs) + _area_problems(lookup)
    all_at_once("comparators", found)
    known = _Areas.of(lookup)
    places = _places(table, known)
    groups = _groups(table, chosen)
    others = _neighbours(pairs)
    all_at_once("comparators", _place_problems(table, chosen, places, groups, known, others))
    figures = _published(table, value, places, groups)
    rows = [row for row, (level, _) in enumerate(places) if level == _AUTHORITY]
    compared = [
        _compared(places[row][1], figures[groups[row]], known, others, method, minimum) for row in rows
    ]
    result = pl.DataFrame(compared, schema=_SCHEMA, orient="row").with_columns(
        pl.lit(method).alias("method"), pl.lit(_model(pairs), dtype=pl.String).alias("model")
    )
    first = result.select("old_la_code")
    return pl.concat(
        [first, table[rows].select(chosen), result.drop("old_la_code")], how="horizontal"
    ).to_pandas()


class _Figure(NamedTuple):
    """A published figure, or the symbol in its place; neither where the file has no such row."""

    number: Decimal | None = None
    symbol: str | None = None


_NO_ROW = _Figure()


@frozen
class _Areas:
    """Which region an authority lies in, and which region a row of a region is about.

    Attributes:
        regions: region by authority code; regions are known by their plain names.
        spellings: region by each code and name it goes by.
        names: a region's name as the lookup prints it.
    """

    regions: dict[str, str]
    spellings: dict[str, str]
    names: dict[str, str]

    @classmethod
    def of(cls, lookup: pl.DataFrame) -> _Areas:
        """Read a lookup of authorities."""
        printed = [name or "" for name in _text(lookup, "region_name")]
        plain = [_plain(name) for name in printed]
        spellings = dict.fromkeys(_WHOLE_LONDON, "london") | {name: name for name in plain if name}
        if "region_code" in lookup.columns:
            codes = [_plain(code or "") for code in _text(lookup, "region_code")]
            spellings |= {code: name for code, name in zip(codes, plain, strict=True) if code and name}
        authorities = [code or "" for code in _text(lookup, "old_la_code")]
        return cls(
            regions={code: name for code, name in zip(authorities, plain, strict=True) if code},
            spellings=spellings,
            names={name: shown for name, shown in zip(plain, printed, strict=True) if name},
        )

    def region_of(self, authority: str) -> str | None:
        """The region of an authority, or of two authorities in one row if both lie in it; else None."""
        regions = {self.regions.get(code) for code in _single(authority)}
        return regions.pop() if len(regions) == 1 else None

    def region_named(self, *spelled: str | None) -> str | None:
        """The region that the first spelling known stands for."""
        known = (self.spellings.get(_plain(name)) for name in spelled if name)
        return next((region for region in known if region), None)


def _compared(
    authority: str,
    figures: dict[Place, _Figure],
    known: _Areas,
    others: dict[str, list[str]],
    method: Method,
    minimum: int,
) -> tuple[Any, ...]:
    """One row of the result from the figures of its group, in the order of the columns; method and model blank."""
    region = known.region_of(authority) or ""
    own = figures[_AUTHORITY, authority]
    of_region = figures.get((_REGIONAL, region), _NO_ROW)
    of_england = figures.get((_NATIONAL, ""), _NO_ROW)
    near = [figures.get((_AUTHORITY, other), _NO_ROW).number for other in others.get(authority, ())]
    numbers = [number for number in near if number is not None]
    summary = _SUMMARIES[method](numbers) if len(numbers) >= minimum else None
    shown = [_as_float(number) for number in (own.number, summary, of_region.number, of_england.number)]
    symbols = (own.symbol, of_region.symbol, of_england.symbol)
    return (authority, *shown[:2], len(numbers), *shown[2:], known.names.get(region), *symbols, None, None)


def _median(numbers: list[Decimal]) -> Decimal:
    ordered = sorted(numbers)
    middle = ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]
    return _mean(middle)


def _mean(numbers: list[Decimal]) -> Decimal:
    """In decimals, so that a tie of the last digit stays one: (22.5 + 22.6) / 2 is 22.55."""
    return _EXACT.divide(reduce(_EXACT.add, numbers), Decimal(len(numbers)))


_SUMMARIES = {"median": _median, "mean": _mean}


def _as_float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _published(
    table: pl.DataFrame, value: str, places: list[Place], groups: list[Group]
) -> dict[Group, dict[Place, _Figure]]:
    """Figures by group and place, each as the decimal it prints as."""
    beside = f"{value}_symbol"
    symbols = _text(table, beside) if beside in table.columns else [None] * table.height
    figures: dict[Group, dict[Place, _Figure]] = {}
    for place, group, number, symbol in zip(places, groups, table[value], symbols, strict=True):
        printed = None if number is None else Decimal(str(number))
        figures.setdefault(group, {})[place] = _Figure(printed, symbol)
    return figures


def _places(table: pl.DataFrame, known: _Areas) -> list[Place]:
    """What each row is about: its level ("" for any other) and the code or region; "" where it is not known."""
    codes = [code or "" for code in _text(table, _code_column(table))]
    if "geographic_level" in table.columns:
        levels = [_level(level or "") for level in _text(table, "geographic_level")]
    else:
        levels = [_TOOL_LEVELS.get(code, _AUTHORITY) for code in codes]
    named = [_text(table, name) for name in _REGION_COLUMNS if name in table.columns]
    spelled = list(zip(*named, strict=True)) or [()] * table.height
    return [
        (level, _place(level, code, names, known))
        for level, code, names in zip(levels, codes, spelled, strict=True)
    ]


def _place(level: str, code: str, names: tuple[str | None, ...], known: _Areas) -> str:
    if level == _AUTHORITY:
        return code
    return known.region_named(*names) or "" if level == _REGIONAL else ""


def _level(printed: str) -> str:
    plain = _plain(printed)
    return _AUTHORITY if plain.startswith(_AUTHORITY_PREFIX) else _LEVELS.get(plain, "")


def _groups(table: pl.DataFrame, by: list[str]) -> list[Group]:
    return list(zip(*(table[name].to_list() for name in by), strict=True)) or [()] * table.height


def _neighbours(pairs: pl.DataFrame) -> dict[str, list[str]]:
    others: dict[str, list[str]] = {}
    for code, other in zip(_text(pairs, "old_la_code"), _text(pairs, "neighbour_old_la_code"), strict=True):
        if code and other:
            others.setdefault(code, []).append(other)
    return others


def _model(pairs: pl.DataFrame) -> str | None:
    models = _models(pairs)
    return models.pop() if models else None


def _models(pairs: pl.DataFrame) -> set[str]:
    return {model for model in _text(pairs, "model") if model} if "model" in pairs.columns else set()


def _text(table: pl.DataFrame, name: str) -> list[str | None]:
    """A column as text without space around it; whole floats without the '.0' that a blank cell gave them."""
    text = table[name].cast(pl.String).str.strip_chars()
    return text.str.replace(r"^([0-9]+)\.0+$", "$1").to_list()


def _plain(name: str) -> str:
    """A name without differences of case and spelling."""
    plain = " ".join(name.casefold().split())
    return _OTHER_SPELLINGS.get(plain, plain)


def _single(authority: str) -> list[str]:
    """The codes in a row's code: the workforce census joins small authorities, "314 / 318"."""
    return [code.strip() for code in authority.split("/")]


def _code_column(table: pl.DataFrame) -> str:
    return "old_la_code" if "old_la_code" in table.columns else "la_code"


def _option_problems(method: object, minimum: object) -> list[str]:
    problems = []
    if method not in _SUMMARIES:
        problems.append(f"method: needed median or mean, found {method!r}")
    if not isinstance(minimum, int) or isinstance(minimum, bool) or minimum < 1:
        problems.append(f"minimum: needed a whole number of 1 or more, found {minimum!r}")
    return problems


def _frame_problems(table: pl.DataFrame, value: str, by: list[str]) -> list[str]:
    columns = table.columns
    missing = [name for name in (value, *by) if name not in columns]
    problems = [f"frame: {unknown('column', [name], columns)}" for name in missing]
    if value in columns and not table[value].dtype.is_numeric():
        problems.append(
            f"value: needed a column of figures, found {value!r} as {table[value].dtype}; read the file with "
            "read_published, where a column stays text if some cell is neither a number nor a known symbol"
        )
    places = [name for name in by if name in _PLACE_COLUMNS]
    if places:
        problems.append(
            f"by: needed what tells figures of one place apart, found {', '.join(places)}: leave out"
        )
    taken = [name for name in by if name in _SCHEMA and name not in places]
    if taken:
        problems.append(f"by: {', '.join(taken)} is a column of the result; rename it in the frame")
    if not {"old_la_code", "geographic_level"} <= set(columns) and not {"la_code", "area"} <= set(columns):
        problems.append(
            "frame: needed columns old_la_code and geographic_level (or la_code and area, as in the interactive "
            f"tool), found {', '.join(columns)}"
        )
    return problems


def _neighbour_problems(pairs: pl.DataFrame) -> list[str]:
    problems = _lacking("neighbours", pairs, ["old_la_code", "neighbour_old_la_code"])
    models = len(_models(pairs))
    if models > 1:
        problems.append(
            f"neighbours: needed one neighbour model, found {models}; keep the rows of one: the column `model` says "
            "which is which"
        )
    if problems:
        return problems
    for second in ("neighbour_old_la_code", "rank"):
        if second in pairs.columns and (twice := pairs.select("old_la_code", second).is_duplicated().sum()):
            problems.append(
                f"neighbours: {twice} rows have the same old_la_code and {second}; keep one model's"
            )
    same = sum(code in others for code, others in _neighbours(pairs).items())
    if same:
        problems.append(f"neighbours: {same} authorities are their own neighbour")
    return problems


def _area_problems(lookup: pl.DataFrame) -> list[str]:
    needed = ["old_la_code", "region_name"]
    if problems := _lacking("areas", lookup, needed):
        return problems
    pairs = {pair for pair in zip(*(_text(lookup, name) for name in needed), strict=True) if pair[0]}
    twice = len(pairs) - len({code for code, _ in pairs})
    return (
        [f"areas: {twice} authorities have more than one region_name; keep one row of each"] if twice else []
    )


def _lacking(name: str, table: pl.DataFrame, needed: list[str]) -> list[str]:
    missing = [column for column in needed if column not in table.columns]
    return (
        [f"{name}: needed columns {', '.join(missing)}, found {', '.join(table.columns)}"] if missing else []
    )


def _place_problems(
    table: pl.DataFrame,
    by: list[str],
    places: list[Place],
    groups: list[Group],
    known: _Areas,
    others: dict[str, list[str]],
) -> list[str]:
    """What is wrong with the rows: whom they are about, and whether each is about one figure."""
    authorities = {code for level, code in places if level == _AUTHORITY}
    if not authorities:
        return ["frame: needed rows of the level Local authority, found none"]
    problems = []
    strangers = sum(any(code not in known.regions for code in _single(area)) for area in authorities)
    if strangers:
        problems.append(
            f"areas: {strangers} of {len(authorities)} authorities of the frame have no row in it; old_la_code is the "
            "three-digit code of the Department for Education"
        )
    regions = places.count((_REGIONAL, ""))
    if regions:
        problems.append(
            f"areas: {regions} rows of regions in the frame have no region_code or name that it knows"
        )
    if authorities.isdisjoint(others):
        problems.append("neighbours: none of the frame's authorities is in it; both need old_la_code")
    cells = [cell for cell in zip(places, groups, strict=True) if cell[0][0]]
    twice = len(cells) - len(set(cells))
    if twice and not regions:  # regions that are not known look like one place
        problems.append(_not_apart(table, by, twice))
    return problems


def _not_apart(table: pl.DataFrame, by: list[str], twice: int) -> str:
    """Say that `by` leaves several figures to a place, and which columns may be missing from it."""
    kept = [
        name for name in table.columns if name not in (*_PLACE_COLUMNS, *by) and not name.endswith("_symbol")
    ]
    varied = [name for name in kept if table[name].dtype == pl.String and table[name].n_unique() > 1]
    hint = f"; columns that may tell them apart: {', '.join(varied)}" if varied else ""
    return f"by: {twice} rows are about the same place and group as another{hint}"
