"""Result rows of one measure: the complete grid of windows, areas and groups, with value, limits and status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from attrs import field, frozen

from csc_outcomes.definitions.measure import Kind, Limits, Measure, Status
from csc_outcomes.engine.bootstrap import bootstrap_limits
from csc_outcomes.engine.cells import AREA, GROUP, WINDOW, Cells, group_names
from csc_outcomes.engine.denominators import estimate_for, latest_year, people
from csc_outcomes.engine.estimate import (
    INTERVALS,
    limits,
    median_limits,
    quantile_from_counts,
)
from csc_outcomes.engine.plans import ALL, Note, Plan, is_national

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.breakdowns import Breakdown, By
    from csc_outcomes.engine.data import Data
    from csc_outcomes.engine.denominators import PopulationPolicy

COLUMNS = (
    "measure", "version", "window", "start", "end", "area", "breakdown", "group",
    "numerator", "denominator", "value", "lower", "upper", "interval", "unit", "status",
)  # fmt: skip
BOOTSTRAP, ORDER_STATISTICS = "bootstrap over children", "order statistics"
STATISTIC = "statistic"
STATISTICS = {"min": 0.0, "p25": 0.25, "median": 0.5, "p75": 0.75, "max": 1.0}
_BLOCKED = {Status.NO_DATA.value, Status.INCOMPLETE.value}


@frozen
class RowMaker:
    """Makes the rows of one measure out of its cells."""

    measure: Measure
    parameters: Parameters
    data: Data
    by: By
    plans: Sequence[Plan] = field(repr=False)
    cells: Cells = field(repr=False)
    arms: list[str] = field(repr=False)
    policy: PopulationPolicy
    confidence: float

    def rows(self) -> pl.DataFrame:
        """All rows, in the order of windows, areas (all first), breakdowns and groups."""
        pieces = []
        for position, row in enumerate(self.by.blocks):
            if self.measure.kind is Kind.DISTRIBUTION and not self.measure.headline and row:
                continue
            pieces.append(self._breakdown(row).with_columns(POSITION=pl.lit(position)))
        if self.measure.kind is Kind.DISTRIBUTION and not self.measure.part:
            statistics = self._statistics().with_columns(POSITION=pl.lit(len(pieces)))
            pieces = [*(pieces if self.measure.headline else []), statistics]
        if self.measure.statistics:
            pieces.append(self._own_statistics().with_columns(POSITION=pl.lit(len(pieces))))
        frame = pl.concat(pieces, how="vertical_relaxed")
        return frame.sort(WINDOW, "AREA_ORDER", "POSITION", "GROUP_ORDER", maintain_order=True)

    @property
    def ages(self) -> str:
        """Ages of the resident population that is the denominator, if it is."""
        return self.measure.ages(self.parameters)

    @property
    def areas(self) -> list[str]:
        """Areas that get rows: all, and the authorities where they were asked for."""
        return [ALL, *(self.data.areas if self.by.areas else ())]

    def _grid(self, groups: Sequence[str]) -> pl.DataFrame:
        """Every window, area and group, with what the data can say."""
        verdicts = [
            (number, order, area, verdict.status.value if verdict.status else "", verdict.partly)
            for number, plan in enumerate(self.plans)
            for order, area in enumerate(self.areas)
            for verdict in [plan.verdicts[area]]
        ]
        schema = {
            WINDOW: pl.Int64,
            "AREA_ORDER": pl.Int64,
            AREA: pl.String,
            "VERDICT": pl.String,
            "PARTLY": pl.Boolean,
        }
        grid = pl.DataFrame(verdicts, schema=schema, orient="row")
        named = pl.DataFrame(
            {GROUP: groups, "GROUP_ORDER": range(len(groups))}, schema_overrides={GROUP: pl.String}
        )
        return grid.join(named, how="cross")

    def _rolled(self, row: tuple[Breakdown, ...], extra: tuple[str, ...] = ()) -> pl.DataFrame:
        whole = self.cells.rolled_up(row, by_area=False, extra=extra)
        if not self.by.areas:
            return whole
        return pl.concat([whole, self.cells.rolled_up(row, by_area=True, extra=extra)])

    def _filled(self, row: tuple[Breakdown, ...]) -> pl.DataFrame:
        """The grid with sums; where nothing was counted they are 0, not missing."""
        grid = self._grid(group_names(row, self.arms))
        cells = self._rolled(row)
        joined = grid.join(cells, on=[WINDOW, AREA, GROUP], how="left", maintain_order="left")
        names = [name for name in ("ROWS", "N", "D", "SQUARES") if name in joined.columns]
        return joined.with_columns(pl.col(names).fill_null(0).cast(pl.Float64))

    def _breakdown(self, row: tuple[Breakdown, ...]) -> pl.DataFrame:
        frame = self._filled(row)
        if self.measure.kind is Kind.DISTRIBUTION:
            frame = self._headline(frame, row)
        elif self.measure.kind is Kind.NUMBER:
            frame = self._summarised(frame)
        else:
            frame = self._valued(self._with_denominator(frame, row), row)
        name = " x ".join(b.name for b in row) if row else ALL
        if row and not self.measure.has_groups and any(b.name != self.measure.part for b in row):
            # The cases are of no persons: to call them all `unknown` would show a sum in one group, 0 in the others.
            frame = frame.with_columns(VERDICT=pl.lit(Status.NO_DATA.value), PARTLY=pl.lit(value=False))
        return self._finished(frame, name)

    # ---- denominators --------------------------------------------------------------------------------

    def _with_denominator(self, frame: pl.DataFrame, row: tuple[Breakdown, ...]) -> pl.DataFrame:
        if self.ages:
            return self._with_population(frame, row)
        if self.measure.kind in (Kind.COUNT, Kind.TOTAL):
            return frame.with_columns(D=pl.lit(None, dtype=pl.Float64), NO_POPULATION=pl.lit(value=False))
        return frame.with_columns(NO_POPULATION=pl.lit(value=False))

    def _with_population(self, frame: pl.DataFrame, row: tuple[Breakdown, ...]) -> pl.DataFrame:
        """Population times exposure, by key only; an authority without an estimate leaves `all` without one."""
        resident = None
        if self.data.population is not None:
            resident = people(self.data.population, self.ages, row)
        pieces = [self._window_population(number, plan, resident) for number, plan in enumerate(self.plans)]
        schema = {WINDOW: pl.Int64, AREA: pl.String, GROUP: pl.String, "PEOPLE": pl.Float64}
        found = pl.concat([piece for piece in pieces if piece is not None] or [pl.DataFrame(schema=schema)])
        joined = frame.drop("D").join(found, on=[WINDOW, AREA, GROUP], how="left", maintain_order="left")
        return joined.with_columns(
            D=pl.col("PEOPLE"), NO_POPULATION=pl.col("PEOPLE").is_null() | (pl.col("PEOPLE") <= 0)
        )

    def _window_population(
        self, number: int, plan: Plan, resident: pl.DataFrame | None
    ) -> pl.DataFrame | None:
        if plan.window is None or resident is None or self.data.population is None:
            return None
        latest = latest_year(self.data.population)
        estimate = estimate_for(plan.window, self.policy, latest)
        exposure = plan.window.years if self.measure.annualised else 1.0
        weights = pl.DataFrame(
            estimate.weights, schema={"YEAR": pl.Int32, "WEIGHT": pl.Float64}, orient="row"
        )
        areas = pl.DataFrame({AREA: self.data.areas}, schema={AREA: pl.String})
        # Sorted, and the exposure last: sums of fractions in another order differ in their last digit.
        local = resident.join(areas, on=AREA).join(weights, on="YEAR").sort(AREA, GROUP, "YEAR")
        weighted = local.group_by(AREA, GROUP, maintain_order=True).agg(
            PEOPLE=(pl.col("POPULATION") * pl.col("WEIGHT")).sum(),
            PARTS=pl.col("YEAR").n_unique(),
            KNOWN=pl.col("POPULATION").is_not_null().all(),
        )
        weighted = weighted.filter(pl.col("KNOWN"), pl.col("PARTS") == len(estimate.weights))
        counted = [area for area in self.data.areas if not is_national(area)]
        added = weighted.filter(pl.col(AREA).is_in(counted))
        whole = added.group_by(GROUP, maintain_order=True).agg(pl.col("PEOPLE").sum(), N=pl.len())
        whole = whole.filter(pl.col("N") == len(counted)).with_columns(pl.lit(ALL).alias(AREA))
        columns = [AREA, GROUP, "PEOPLE"]
        return pl.concat([whole.select(columns), weighted.select(columns)]).select(
            pl.lit(number, dtype=pl.Int64).alias(WINDOW), AREA, GROUP, pl.col("PEOPLE") * exposure
        )

    # ---- values --------------------------------------------------------------------------------------

    def _valued(self, frame: pl.DataFrame, row: tuple[Breakdown, ...]) -> pl.DataFrame:
        mean = self.measure.kind in (Kind.MEAN, Kind.DISTRIBUTION)
        kind: Any = Kind.MEAN.value if mean else self.measure.kind.value
        kind = Kind.COUNT.value if self.measure.kind is Kind.TOTAL else kind
        n, d = frame["N"].to_numpy(), frame["D"].to_numpy()
        options: dict[str, Any] = {"per": self.measure.per, "confidence": self.confidence}
        if self.measure.limits is not Limits.STANDARD or self.measure.kind is Kind.TOTAL:
            kind, options["method"] = ("ratio" if kind in ("rate", "mean") else kind), "none"
        elif mean:
            options["sd"] = _standard_deviation(n, d, frame["SQUARES"].to_numpy())
        found = limits(kind, n, None if kind == Kind.COUNT.value else d, **options)
        intervals = np.array(INTERVALS, dtype=object)[found.interval]
        frame = frame.with_columns(
            VALUE=found.value,
            LOWER=found.lower,
            UPPER=found.upper,
            INTERVAL=pl.Series(list(intervals), dtype=pl.String),
        )
        return self._bootstrapped(frame, row) if self.measure.limits is Limits.BOOTSTRAP else frame

    def _bootstrapped(self, frame: pl.DataFrame, row: tuple[Breakdown, ...]) -> pl.DataFrame:
        """Limits of each cell that has a value: children are drawn, so that one child's events stay together."""
        drawn = self._drawn(self.cells.children(row, areas=self.by.areas).sort(WINDOW, AREA, GROUP))
        joined = frame.join(drawn, on=[WINDOW, AREA, GROUP], how="left", maintain_order="left")
        if self.ages:
            # Of events among residents only the events are drawn; how many people there are is known.
            joined = joined.with_columns(pl.col("LOW", "HIGH") * (self.measure.per / pl.col("D")))
        named = pl.when(pl.col("LOW").is_not_null()).then(pl.lit(BOOTSTRAP)).otherwise(pl.lit(""))
        return joined.with_columns(LOWER="LOW", UPPER="HIGH", INTERVAL=named).drop("LOW", "HIGH")

    def _drawn(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """WINDOW, LA, GROUP and limits, LOW and HIGH, of cells whose children stand together."""
        numerators, denominators, children = (pairs[name].to_numpy() for name in ("N", "D", "CHILDREN"))
        count = self.measure.kind is Kind.COUNT or bool(self.ages)
        counted = pairs.group_by(WINDOW, AREA, GROUP, maintain_order=True).agg(LENGTH=pl.len())
        cells = counted.drop("LENGTH")
        low, high = bootstrap_limits(
            numerators,
            None if count else denominators,
            children,
            1 if self.ages else self.measure.per,
            self.confidence,
            [
                f"{self.measure.id} {self.plans[window].label} {area} {group}"
                for window, area, group in cells.iter_rows()
            ],
            cells=np.repeat(np.arange(cells.height), counted["LENGTH"]),
        )
        columns = [pl.Series(name, limit, nan_to_null=True) for name, limit in (("LOW", low), ("HIGH", high))]
        return cells.hstack(columns)

    def _table(self, frame: pl.DataFrame, row: tuple[Breakdown, ...]) -> tuple[Any, Any, Any]:
        """Distinct values with counts of every cell of a frame of rows, and the number of their cell."""
        numbered = frame.select(WINDOW, AREA, GROUP).with_row_index("CELL")
        values = self._rolled(row, ("CASE_NUMERATOR",)).join(numbered, on=[WINDOW, AREA, GROUP])
        return values["CASE_NUMERATOR"].to_numpy(), values["ROWS"].to_numpy(), values["CELL"].to_numpy()

    def _headline(self, frame: pl.DataFrame, row: tuple[Breakdown, ...]) -> pl.DataFrame:
        """Main rows of a distribution: its median or mean; numerator = value x denominator."""
        values, counts, cells = self._table(frame, row)
        size = np.bincount(cells, counts, frame.height)
        total = np.bincount(cells, values * counts, frame.height)
        frame = frame.with_columns(D=size, N=total, NO_POPULATION=pl.lit(value=False))
        if self.measure.headline == "mean":
            squares = np.bincount(cells, values.astype(float) ** 2 * counts, frame.height)
            return self._valued(frame.with_columns(SQUARES=squares), row)
        median = _padded(quantile_from_counts(values, counts, 0.5, cells=cells), frame.height)
        low, high = median_limits(values, counts, self.confidence, cells=cells)
        low, high = _padded(low, frame.height), _padded(high, frame.height)
        named = np.where(np.isnan(low), "", ORDER_STATISTICS)
        return frame.with_columns(
            N=pl.lit(None, dtype=pl.Float64) if self.measure.part else median * size,
            VALUE=median,
            LOWER=low,
            UPPER=high,
            INTERVAL=pl.Series(list(named), dtype=pl.String),
        )

    def _statistics(self) -> pl.DataFrame:
        """Rows min, p25, median, p75 and max of the totals."""
        frame = self._filled(())
        values, counts, cells = self._table(frame, ())
        size = np.bincount(cells, counts, frame.height)
        found = quantile_from_counts(values, counts, list(STATISTICS.values()), cells=cells)
        pieces = []
        for order, name in enumerate(STATISTICS):
            value = _padded(found[:, order], frame.height)
            none = pl.lit(None, dtype=pl.Float64)
            piece = frame.with_columns(
                pl.lit(name).alias(GROUP), GROUP_ORDER=pl.lit(order), D=size, N=value * size, VALUE=value,
                LOWER=none, UPPER=none, INTERVAL=pl.lit(""), NO_POPULATION=pl.lit(value=False),
            )  # fmt: skip
            pieces.append(piece)
        return self._finished(pl.concat(pieces), STATISTIC)

    def _own_statistics(self) -> pl.DataFrame:
        """The measure's own statistics of the totals."""
        cases = self._cases_by_area()
        found = []
        for window, order, area in self._places():
            arrays = cases.get((window, area))
            for number, statistic in enumerate(self.measure.statistics):
                n, d, value = statistic.function(*arrays) if arrays else (None, None, None)
                found.append((window, area, order, statistic.name, number, n, d, value))
        schema = {
            WINDOW: pl.Int64, AREA: pl.String, "AREA_ORDER": pl.Int64, GROUP: pl.String,
            "GROUP_ORDER": pl.Int64, "N": pl.Float64, "D": pl.Float64, "VALUE": pl.Float64,
        }  # fmt: skip
        frame = pl.DataFrame(found, schema=schema, orient="row")
        grid = self._grid([""]).select(WINDOW, AREA, "VERDICT", "PARTLY")
        joined = frame.join(grid, on=[WINDOW, AREA], how="left", maintain_order="left")
        return self._finished(_bare(joined), STATISTIC)

    def _summarised(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The value that the measure's summary makes of all cases of an area."""
        cases, summary = self._cases_by_area(), self.measure.summary
        assert summary is not None
        values = [
            summary(*cases[place]) if place in cases else None
            for place in frame.select(WINDOW, AREA).iter_rows()
        ]
        none = pl.lit(None, dtype=pl.Float64)
        return _bare(frame.with_columns(N=none, D=none, VALUE=pl.Series(values, dtype=pl.Float64)))

    def _places(self) -> list[tuple[int, int, str]]:
        """Every window and area, with the area's place in the order."""
        return [
            (number, order, area)
            for number in range(len(self.plans))
            for order, area in enumerate(self.areas)
        ]

    def _cases_by_area(self) -> dict[tuple[int, str], tuple[Any, Any, Any]]:
        """By window and area: distinct numerators, how many cases have each, and the second values."""
        frames = [self.cells.values(by_area=False)]
        if self.by.areas:
            frames.append(self.cells.values(by_area=True))
        return {
            (int(str(window)), str(area)): (
                part["NUMERATOR"].to_numpy(), part["ROWS"].to_numpy(), part["SECOND"].to_numpy(),
            )
            for (window, area), part in pl.concat(frames).group_by(WINDOW, AREA, maintain_order=True)
        }  # fmt: skip

    # ---- statuses ------------------------------------------------------------------------------------

    def _finished(self, frame: pl.DataFrame, breakdown: str) -> pl.DataFrame:
        """Decide the status of every row, and show only the numbers that it allows."""
        blocked = pl.col("VERDICT").is_in(list(_BLOCKED)) & ~pl.col("PARTLY")
        no_data = pl.col("VERDICT") == Status.NO_DATA.value
        no_population = pl.col("NO_POPULATION") | (pl.col("VERDICT") == Status.NO_POPULATION.value)
        empty = (pl.col("D").fill_null(1) == 0) | (pl.col("VERDICT") == Status.UNDEFINED.value)
        if self.measure.kind is Kind.NUMBER or breakdown == STATISTIC:
            empty |= pl.col("VALUE").is_null()
        status = (
            pl.when(no_data).then(pl.lit(Status.NO_DATA.value))
            .when(no_population).then(pl.lit(Status.NO_POPULATION.value))
            .when(pl.col("VERDICT") != "").then(pl.col("VERDICT"))
            .when(empty).then(pl.lit(Status.UNDEFINED.value))
            .otherwise(pl.lit(Status.OK.value))
        )  # fmt: skip
        shown = ~blocked & ~no_population & ~empty
        none = pl.lit(None, dtype=pl.Float64)

        def where(condition: pl.Expr, name: str) -> pl.Expr:
            return pl.when(condition).then(pl.col(name).fill_nan(None)).otherwise(none)

        limited = shown & pl.col("LOWER").fill_nan(None).is_not_null()
        return frame.select(
            WINDOW, "AREA_ORDER", "GROUP_ORDER", AREA, GROUP,
            BREAKDOWN=pl.lit(breakdown),
            NUMERATOR=where(~blocked, "N"),
            DENOMINATOR=where(~blocked & ~no_population, "D"),
            VALUE=where(shown, "VALUE"),
            LOWER=where(shown, "LOWER"),
            UPPER=where(shown, "UPPER"),
            INTERVAL=pl.when(limited).then(pl.col("INTERVAL")).otherwise(pl.lit("")),
            STATUS=status,
        )  # fmt: skip


def _standard_deviation(total: Any, number: Any, squares: Any) -> Any:
    """Sample standard deviation from sums; missing below two values."""
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (squares - total**2 / number) / (number - 1)
    return np.where(number > 1, np.sqrt(np.maximum(variance, 0)), np.nan)


def _bare(frame: pl.DataFrame) -> pl.DataFrame:
    """Values without limits."""
    none = pl.lit(None, dtype=pl.Float64)
    return frame.with_columns(LOWER=none, UPPER=none, INTERVAL=pl.lit(""), NO_POPULATION=pl.lit(value=False))


def _padded(values: Any, size: int) -> Any:
    """Cells after the last one with a value have none."""
    array = np.full(size, np.nan)
    array[: len(values)] = values
    return array


def notes_of(
    maker: RowMaker, rows: pl.DataFrame, parameters: Mapping[str, Any], window_notes: Sequence[str]
) -> list[Note]:
    """Everything to say beside the rows: exclusions with counts, statuses, population, parameters."""
    labels = [plan.label for plan in maker.plans]
    notes = [note for plan in maker.plans for note in plan.notes]
    for number, plan in enumerate(maker.plans):
        for area in maker.areas:
            verdict = plan.verdicts[area]
            if verdict.status is not None:
                notes.append(Note("status", verdict.status.value, verdict.why, labels[number], area))
    by_area = maker.by.areas
    for kind, frame in (
        ("exclusion", maker.cells.removed(by_area=False)),
        ("report", maker.cells.mentioned(by_area=False)),
        *(
            (
                ("exclusion", maker.cells.removed(by_area=True)),
                ("report", maker.cells.mentioned(by_area=True)),
            )
            if by_area
            else ()
        ),
    ):
        code = "excluded" if kind == "exclusion" else "counted"
        notes += [
            Note(kind, code, text, labels[w], area, count) for w, area, text, count in frame.iter_rows()
        ]
    notes += _quiet_statuses(maker.measure, rows, labels)
    if maker.ages:
        notes += _population_notes(maker)
    if not maker.measure.has_groups and maker.by.rows:
        text = "the figure is not made of persons and cannot be told apart by what describes a person"
        notes.append(Note("status", Status.NO_DATA.value, text))
    notes += [
        Note("data", problem.code, f"{problem.table}: {problem.message}", count=problem.set_aside)
        for problem in maker.data.set_aside((*maker.measure.needs, *maker.measure.uses))
    ]
    notes += [Note("parameter", name, f"{name} = {value!r}") for name, value in sorted(parameters.items())]
    notes += [Note("window", "rule", text) for text in window_notes]
    return notes


def _quiet_statuses(measure: Measure, rows: pl.DataFrame, labels: Sequence[str]) -> list[Note]:
    """Totals whose status says a denominator is zero or a population missing."""
    number = measure.kind is Kind.NUMBER
    why = {
        Status.UNDEFINED.value: "not reached in the window" if number else "the denominator is zero",
        Status.NO_POPULATION.value: "no population estimate for this area, year or group",
    }
    found = rows.filter(pl.col("STATUS").is_in(list(why)), pl.col("BREAKDOWN") == ALL)
    return [
        Note("status", status, why[status], labels[window], area)
        for window, area, status in found.select(WINDOW, AREA, "STATUS").iter_rows()
    ]


def _population_notes(maker: RowMaker) -> list[Note]:
    notes = []
    for plan in maker.plans:
        if plan.window is None:
            text = "a cohort has no resident population"
            notes.append(Note("population", "cohort", text, plan.label))
        elif maker.data.population is not None:
            latest = latest_year(maker.data.population)
            notes.append(
                Note(
                    "population",
                    maker.policy,
                    estimate_for(plan.window, maker.policy, latest).text,
                    plan.label,
                )
            )
            if maker.measure.annualised and plan.window.months != 12:
                text = f"annualised: exposure of {plan.window.years:g} years"
                notes.append(Note("window", "annualised", text, plan.label))
    return notes
