"""Result: the fixed table that every calculation returns, and what can be asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import define, evolve, field, frozen

from csc_outcomes.engine.cells import AREA, GROUP, WINDOW
from csc_outcomes.engine.plans import ALL
from csc_outcomes.engine.rows import COLUMNS
from csc_outcomes.errors import InputError, all_at_once, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from csc_outcomes.definitions.indicator import Indicator
    from csc_outcomes.definitions.measure import Measure, Parameters
    from csc_outcomes.engine.breakdowns import By
    from csc_outcomes.engine.data import Data
    from csc_outcomes.engine.explain import Explanation
    from csc_outcomes.engine.plans import Note, Plan
    from csc_outcomes.engine.windows import Windows

NOTE_COLUMNS = ("measure", "version", "window", "area", "kind", "code", "count", "text")


@frozen
class Run:
    """One measure of one calculation: what was asked, and what came out."""

    measure: Measure
    indicator: Indicator
    parameters: Parameters
    data: Data = field(repr=False)
    windows: Windows = field(repr=False)
    by: By = field(repr=False)
    plans: tuple[Plan, ...] = field(default=(), repr=False)
    rows: pl.DataFrame | None = field(default=None, eq=False, repr=False)
    notes: tuple[Note, ...] = field(default=(), repr=False)

    def finished(self, plans: Sequence[Plan], rows: pl.DataFrame, notes: Sequence[Note]) -> Run:
        """The same run with its rows and notes."""
        return evolve(self, plans=tuple(plans), rows=rows, notes=tuple(notes))

    def frame(self) -> pl.DataFrame:
        """Rows under the names of the result table."""
        assert self.rows is not None
        days = [(plan.window.start, plan.window.end) if plan.window else (None, None) for plan in self.plans]
        schema = {WINDOW: pl.Int64, "window": pl.String, "start": pl.Date, "end": pl.Date}
        spans = pl.DataFrame(
            [(i, plan.label, *days[i]) for i, plan in enumerate(self.plans)], schema=schema, orient="row"
        )
        named = self.rows.join(spans, on=WINDOW, how="left", maintain_order="left")
        named = named.rename({AREA: "area", GROUP: "group", "STATUS": "status"})
        return named.with_columns(
            measure=pl.lit(self.measure.id),
            version=pl.lit(self.measure.version),
            unit=pl.lit(self.measure.unit),
            breakdown="BREAKDOWN",
            numerator="NUMERATOR",
            denominator="DENOMINATOR",
            value="VALUE",
            lower="LOWER",
            upper="UPPER",
            interval="INTERVAL",
        ).select(COLUMNS)


@define(eq=False)
class Result:
    """Figures with limits and statuses.

    Attributes:
        frame: pandas, one row per measure, window, area and group, always the columns measure, version,
            window, start, end, area, breakdown, group, numerator, denominator, value, lower, upper, interval,
            unit, status. Values are exact: nothing is rounded or suppressed.
        notes: pandas; exclusions with counts, warnings, population vintage and parameters, per measure and
            window: measure, version, window, area, kind, code, count, text.
    """

    frame: pd.DataFrame
    notes: pd.DataFrame = field(repr=False)
    _runs: dict[str, Run] = field(factory=dict, repr=False)

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Result:
        """Join the runs of one calculation."""
        import pandas as pd

        frame = pl.concat([run.frame() for run in runs], how="vertical_relaxed").to_pandas()
        for column in ("start", "end"):
            frame[column] = pd.to_datetime(frame[column])
        notes = [
            (run.measure.id, run.measure.version, n.window, n.area, n.kind, n.code, n.count, n.text)
            for run in runs
            for n in run.notes
        ]
        return cls(
            frame, pd.DataFrame(notes, columns=list(NOTE_COLUMNS)), {run.measure.id: run for run in runs}
        )

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Result:
        """Take up a table of results made before; it cannot be explained.

        Raises:
            InputError: columns are missing; says which and what was found.
        """
        import pandas as pd

        lacking = [column for column in COLUMNS if column not in frame.columns]
        if lacking:
            found = ", ".join(map(str, frame.columns))
            raise InputError(f"result frame: needed the columns {', '.join(lacking)}, found {found}")
        ordered = frame.loc[:, list(COLUMNS)].reset_index(drop=True)
        for column in ("start", "end"):
            ordered[column] = pd.to_datetime(ordered[column])
        # A CSV file holds no empty text, and an authority 301 comes back from it as a number.
        ordered["interval"] = ordered["interval"].astype(object).fillna("").astype(str)
        for column in ("window", "area", "group"):
            ordered[column] = ordered[column].astype(str)
        return cls(ordered, pd.DataFrame(columns=list(NOTE_COLUMNS)))

    def compare(self, first: str, second: str, *, confidence: float = 0.95) -> pd.DataFrame:
        """Second window against first: difference and ratio with limits, in words, with the caveat.

        See `csc_outcomes.engine.compare.compared` for the columns.

        Raises:
            UnknownNameError: a window that the result does not hold.
            InputError: counts over windows of different length.
        """
        from csc_outcomes.engine.compare import compared

        windows = list(dict.fromkeys(self.frame["window"]))
        strangers = [label for label in (first, second) if label not in windows]
        if strangers:
            raise unknown("window", strangers, windows)
        self._check_cohort(first, second)
        rows = self.frame
        caveats = {name: run.indicator.caveat_of(run.measure) for name, run in self._runs.items()}
        kinds = {name: run.measure for name, run in self._runs.items()}
        return compared(
            rows[rows["window"] == first], rows[rows["window"] == second], kinds, caveats, confidence
        )

    def _check_cohort(self, first: str, second: str) -> None:
        """Windows per child have no dates of their own to compare: their lengths in months are known here."""
        problems = []
        for run in self._runs.values():
            months = {entry.label: entry.before + entry.after for entry in run.windows.per_child_windows}
            if months.get(first) != months.get(second) and run.measure.unit_is_count:
                problems.append(f"{run.measure.id} is a count and the windows per child differ in length")
        all_at_once("cannot compare", problems)

    def explain(
        self,
        measure: str,
        *,
        window: str | None = None,
        area: str = ALL,
        breakdown: str = ALL,
        group: str = ALL,
    ) -> Explanation:
        """Show the cases behind one figure, and how many rows each step removed.

        Args:
            measure: its id; `window` may be left out where there is one.
            window: label of the window.
            area: authority code, or `all`.
            breakdown: as in the frame.
            group: as in the frame.

        Raises:
            UnknownNameError: a measure, window, area or group that the result does not hold.
            InputError: a result made from a frame holds no cases.
        """
        from csc_outcomes.engine.explain import explained

        if not self._runs:
            raise InputError(
                "explain: this result was made from a frame and holds no cases; calculate it again"
            )
        if measure not in self._runs:
            raise unknown("measure", [measure], self._runs)
        return explained(self._runs[measure], window, area, breakdown, group)

    def to_json(self) -> str:
        """The frame and the notes as a JSON document that `schemas/result.schema.json` describes."""
        import json

        document = {
            "schema_version": 1,
            "rows": _records(self.frame),
            "notes": _records(self.notes),
        }
        return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)

    def _repr_html_(self) -> str:
        """In a notebook a result shows its frame."""
        return str(self.frame.to_html(index=False))


def _records(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    """Plain records: missing is null, dates are YYYY-MM-DD."""
    plain = frame.copy()
    for column in ("start", "end"):
        if column in plain.columns:
            plain[column] = plain[column].dt.strftime("%Y-%m-%d")
    plain = plain.astype(object).where(plain.notna(), None)
    return [dict(zip(plain.columns, row, strict=True)) for row in plain.itertuples(index=False, name=None)]
