"""Cells: cases counted once to the finest cell, then rolled up to the rows of a result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
from attrs import frozen

from csc_outcomes.definitions.measure import Kind, Limits, Measure
from csc_outcomes.engine import kit
from csc_outcomes.engine.breakdowns import CROSS, PART, UNKNOWN, Breakdown, By, grouped, with_traits
from csc_outcomes.engine.cases import ARM, Cases
from csc_outcomes.engine.plans import ALL, is_national
from csc_outcomes.errors import DefinitionError

if TYPE_CHECKING:
    from csc_outcomes.engine.data import Data

WINDOW, AREA, GROUP = "WINDOW", "LA", "GROUP"
_REASON, _NUMERATOR, _DENOMINATOR, _ON, _ROW, _SECOND = (
    "CASE_REASON", "CASE_NUMERATOR", "CASE_DENOMINATOR", "CASE_ON", "CASE_ROW", "CASE_SECOND",
)  # fmt: skip
c = nw.col


def marked(cases: Cases, measure: Measure, by: By, data: Data) -> nw.LazyFrame[Any]:
    """One row per case with its reason, numerator, denominator, report flags and traits."""
    return with_traits(_marked(cases, measure, by), by, data)


def _marked(cases: Cases, measure: Measure, by: By) -> nw.LazyFrame[Any]:
    kind: Any = nw.Float64() if measure.fractional else nw.Int64()
    marks: dict[str, nw.Expr] = {
        _REASON: cases.reason,
        _NUMERATOR: cases.numerator.cast(kind),
        _DENOMINATOR: nw.lit(0, dtype=kind) if cases.denominator is None else cases.denominator.cast(kind),
        _ON: cases.on,
    }
    if cases.second is not None:
        marks[_SECOND] = cases.second.cast(nw.Float64)
    if cases.part is not None:
        marks[PART] = cases.part
    if any(breakdown.join == "ROW" for breakdown in by.dimensions):
        marks[_ROW] = c(cases.row) if cases.row else nw.lit(None, dtype=nw.Int64)
    for number, report in enumerate(cases.reports):
        marks[f"REPORT_{number}"] = kit.flag(report.condition)
    present = cases.frame.collect_schema().names()
    return cases.frame.select("KEY", AREA, *(name for name in ("DOB", ARM) if name in present), **marks)


def counted(cases: dict[int, Cases], measure: Measure, by: By, data: Data) -> nw.LazyFrame[Any]:
    """Count the cases of all windows to the finest cell: window, authority, traits and reason.

    The windows' cases are put under one another first: what describes them is then joined once, not once per
    window. A distribution keeps its values apart, a bootstrapped measure of groups its children.
    """
    parts = [
        _marked(found, measure, by).with_columns(nw.lit(number).alias(WINDOW))
        for number, found in cases.items()
    ]
    frame = with_traits(nw.concat(parts, how="vertical") if len(parts) > 1 else parts[0], by, data)
    keys = [WINDOW, AREA, *(breakdown.name for breakdown in by.dimensions), _REASON]
    if measure.kind is Kind.DISTRIBUTION:
        keys.append(_NUMERATOR)
    if measure.limits is Limits.BOOTSTRAP and not _children_apart(measure, by):
        keys.append("KEY")
    sums = {"ROWS": nw.len()}
    if measure.fractional:
        # Fractions are added only at the end, exactly: a sum of sums would depend on the order of rows.
        second = [_SECOND] if next(iter(cases.values())).second is not None else []
        keys = list(dict.fromkeys([*keys, _NUMERATOR, _DENOMINATOR, *second]))
    else:
        sums["D"] = c(_DENOMINATOR).sum()
    if measure.kind is not Kind.DISTRIBUTION and not measure.fractional:
        sums["N"] = c(_NUMERATOR).sum()
    if measure.kind is Kind.MEAN and not measure.fractional:
        sums["SQUARES"] = (c(_NUMERATOR) * c(_NUMERATOR)).sum()
    if measure.kind is Kind.PROPORTION:
        sums["EXCESS"] = kit.flag(c(_NUMERATOR) > c(_DENOMINATOR)).sum()
    reports = next(iter(cases.values())).reports
    sums |= {f"REPORT_{number}": c(f"REPORT_{number}").sum() for number in range(len(reports))}
    return frame.group_by(keys).agg(**sums).with_columns(c(AREA).cast(nw.String))


def _children_apart(measure: Measure, by: By) -> bool:
    """Whether children are counted by themselves for a bootstrap.

    Only where each child is in one cell of a window: told apart by what describes a case, a child may be in several.
    """
    return measure.limits is Limits.BOOTSTRAP and not by.dimensions and not measure.fractional


def alike(cases: dict[int, Cases], measure: Measure, by: By) -> nw.LazyFrame[Any]:
    """How many children have which sums, by window and authority: a bootstrap asks for no more than these few."""
    windows = []
    for number, found in cases.items():
        rows = _marked(found, measure, by).filter(c(_REASON) == 0)
        children = rows.group_by("KEY", AREA).agg(N=c(_NUMERATOR).sum(), D=c(_DENOMINATOR).sum())
        sums = children.group_by(AREA, "N", "D").agg(CHILDREN=nw.len())
        windows.append(sums.with_columns(nw.lit(number).alias(WINDOW), c(AREA).cast(nw.String)))
    return nw.concat(windows, how="vertical") if len(windows) > 1 else windows[0]


def _collected(lazy: nw.LazyFrame[Any]) -> pl.DataFrame:
    frame = pl.DataFrame(lazy.collect("polars").to_native())
    return frame.with_columns(pl.col(pl.Int8, pl.Int16, pl.Int32, pl.UInt32).cast(pl.Int64))


@frozen
class Cells:
    """The finest cells of all windows of one measure.

    Attributes:
        frame: WINDOW (number), LA, one column per breakdown, CASE_REASON, ROWS, N, D, reports, for a mean
            SQUARES; for a distribution CASE_NUMERATOR (the value); for a bootstrap of groups KEY; of a fractional
            measure CASE_NUMERATOR, CASE_DENOMINATOR and CASE_SECOND instead of sums.
        reasons, reports: the texts behind the numbers.
        areas: the authorities that add up to `all`.
        pairs: for a bootstrap without groups WINDOW, LA, the sums N and D of one child, and the number of CHILDREN
            who have them.
    """

    measure: Measure
    frame: pl.DataFrame
    reasons: tuple[str, ...]
    reports: tuple[str, ...]
    areas: tuple[str, ...]
    pairs: pl.DataFrame | None = None

    @classmethod
    def collect(cls, measure: Measure, by: By, data: Data, cases: dict[int, Cases]) -> Cells:
        """Count the cases of every window in one go.

        Raises:
            DefinitionError: a proportion's case counts more in the numerator than in the denominator.
        """
        if not cases:
            return cls(measure, pl.DataFrame(), (), (), ())
        frame = grouped(_collected(counted(cases, measure, by, data)), by)
        pairs = _collected(alike(cases, measure, by)) if _children_apart(measure, by) else None
        first = next(iter(cases.values()))
        kept = frame.filter(pl.col(_REASON) == 0)
        if measure.kind is Kind.PROPORTION and int(kept["EXCESS"].sum() or 0):
            raise DefinitionError(
                f"measure {measure.id!r}: a case counts more in the numerator than the denominator"
            )
        texts = tuple(step.text for step in first.steps), tuple(step.text for step in first.reports)
        if measure.fractional:
            lost = kept.select(pl.col(_NUMERATOR, _DENOMINATOR).null_count()).sum_horizontal().item()
            if lost:
                raise DefinitionError(
                    f"measure {measure.id!r}: counted cases without numerator or denominator"
                )
        areas = tuple(area for area in data.areas if not is_national(area))
        return cls(measure, frame, *texts, areas, pairs)

    @property
    def counted(self) -> pl.DataFrame:
        """Cells of cases that no step removed."""
        return self.frame.filter(pl.col(_REASON) == 0) if self.frame.width else self.frame

    def rolled_up(
        self, row: tuple[Breakdown, ...], *, by_area: bool, extra: tuple[str, ...] = ()
    ) -> pl.DataFrame:
        """Sums per window, area and group of one breakdown; `extra` keeps further columns apart."""
        keys = [WINDOW, AREA, GROUP, *extra]
        sums = [pl.col(name).sum() for name in ("ROWS", "N", "D", "SQUARES") if name in self.frame.columns]
        if not self.frame.width:
            schema = {WINDOW: pl.Int64, AREA: pl.String, GROUP: pl.String, "ROWS": pl.Int64, "N": pl.Int64}
            schema |= {"D": pl.Int64, "SQUARES": pl.Int64, **dict.fromkeys(extra, pl.Int64)}
            return pl.DataFrame(schema=schema)
        labelled = self._placed(self._labelled(row), by_area=by_area)
        if self.measure.fractional:
            return _exact_sums(labelled, keys)
        return labelled.group_by(keys).agg(sums)

    def _labelled(self, row: tuple[Breakdown, ...]) -> pl.DataFrame:
        """Cells that no step removed, with the name of their group."""
        group = pl.concat_str([pl.col(b.name) for b in row], separator=CROSS) if row else pl.lit(ALL)
        return self.counted.with_columns(group.alias(GROUP))

    def children(self, row: tuple[Breakdown, ...], *, areas: bool) -> pl.DataFrame:
        """How many children have which sums: WINDOW, LA, GROUP, N, D, CHILDREN, for `all` and, with `areas`, for each.

        A child is of one authority: the children of `all` are those of its authorities put together.
        """
        keys = [WINDOW, AREA, GROUP]
        if not self.frame.width:
            schema = {WINDOW: pl.Int64, AREA: pl.String, GROUP: pl.String, "N": pl.Int64, "D": pl.Int64}
            return pl.DataFrame(schema={**schema, "CHILDREN": pl.Int64})
        if self.pairs is not None:
            pairs = self.pairs.select(WINDOW, AREA, pl.lit(ALL).alias(GROUP), "CHILDREN", "N", "D")
        else:
            cells, own = self._labelled(row), [*keys, "KEY"]
            exact = self.measure.fractional
            sums = _exact_sums(cells, own) if exact else cells.group_by(own).agg(pl.col("N", "D").sum())
            pairs = sums.select(*keys, pl.lit(1, dtype=pl.Int64).alias("CHILDREN"), "N", "D")
        whole = self._placed(pairs, by_area=False)
        found = pl.concat([whole, pairs]) if areas else whole
        return found.group_by(*keys, "N", "D").agg(pl.col("CHILDREN").sum())

    def values(self, *, by_area: bool) -> pl.DataFrame:
        """Distinct cases of a fractional measure: WINDOW, LA, NUMERATOR, SECOND, ROWS."""
        schema = {
            WINDOW: pl.Int64,
            AREA: pl.String,
            "NUMERATOR": pl.Float64,
            "SECOND": pl.Float64,
            "ROWS": pl.Int64,
        }
        if not self.frame.width:
            return pl.DataFrame(schema=schema)
        second = pl.col(_SECOND) if _SECOND in self.frame.columns else pl.lit(None, dtype=pl.Float64)
        named = self.counted.with_columns(NUMERATOR=_NUMERATOR, SECOND=second)
        keys = [WINDOW, AREA, "NUMERATOR", "SECOND"]
        return self._placed(named, by_area=by_area).group_by(keys).agg(pl.col("ROWS").sum()).sort(keys)

    def _placed(self, cells: pl.DataFrame, *, by_area: bool) -> pl.DataFrame:
        """Cells of every area, or of all authorities as one.

        What is said of `all` is said of the authorities that the data answer for: a stray row of another one, or
        a figure of England or a region, is not added to them.
        """
        if by_area:
            return cells
        return cells.filter(pl.col(AREA).is_in(self.areas)).with_columns(pl.lit(ALL).alias(AREA))

    def removed(self, *, by_area: bool) -> pl.DataFrame:
        """Rows removed per window, area and step: WINDOW, LA, TEXT, ROWS."""
        return self._texts(self.reasons, by_area=by_area, reports=False)

    def mentioned(self, *, by_area: bool) -> pl.DataFrame:
        """Rows that a report mentions, per window and area: WINDOW, LA, TEXT, ROWS."""
        return self._texts(self.reports, by_area=by_area, reports=True)

    def _texts(self, texts: tuple[str, ...], *, by_area: bool, reports: bool) -> pl.DataFrame:
        schema = {WINDOW: pl.Int64, AREA: pl.String, "TEXT": pl.String, "ROWS": pl.Int64}
        if not self.frame.width or not texts:
            return pl.DataFrame(schema=schema)
        pieces = []
        for number, text in enumerate(texts):
            if reports:
                rows = self.counted.select(WINDOW, AREA, ROWS=f"REPORT_{number}")
            else:
                rows = self.frame.filter(pl.col(_REASON) == number + 1).select(WINDOW, AREA, "ROWS")
            pieces.append(rows.with_columns(TEXT=pl.lit(text)))
        found = self._placed(pl.concat(pieces), by_area=by_area)
        sums = found.group_by(WINDOW, AREA, "TEXT").agg(pl.col("ROWS").sum()).filter(pl.col("ROWS") > 0)
        return sums.select(list(schema)).sort(WINDOW, AREA, "TEXT")


def _exact_sums(cells: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Sums that are the nearest float to the true sum, whatever the order of the rows."""
    grouped = cells.group_by(keys).agg(pl.col(_NUMERATOR).alias("N"), pl.col(_DENOMINATOR).alias("D"), "ROWS")
    rows = [
        _summed(*(np.asarray(part, dtype=float) for part in lists))
        for lists in grouped.select("N", "D", "ROWS").iter_rows()
    ]
    sums = pl.DataFrame(rows, schema=dict.fromkeys(("ROWS", "N", "D", "SQUARES"), pl.Float64), orient="row")
    return pl.concat([grouped.select(keys), sums], how="horizontal")


def _summed(numerators: Any, denominators: Any, rows: Any) -> tuple[float, float, float, float]:
    times = rows.astype(int)
    numerators, denominators = np.repeat(numerators, times), np.repeat(denominators, times)
    return float(times.sum()), math.fsum(numerators), math.fsum(denominators), math.fsum(numerators**2)


def group_names(row: tuple[Breakdown, ...], arms: list[str]) -> list[str]:
    """All groups of a breakdown in order, `unknown` last; of a crossed one, all pairs."""
    if not row:
        return [ALL]
    names = [""]
    for breakdown in row:
        own = [*(arms if breakdown.name == "arm" else breakdown.groups)]
        own += [] if breakdown.complete else [UNKNOWN]
        names = [f"{before}{CROSS}{group}" if before else group for before in names for group in own]
    return names
