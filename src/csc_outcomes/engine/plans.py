"""Plans: for one measure and one window, the dates a selection sees and what the data can say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import field, frozen

from csc_outcomes.definitions.measure import Measure, Parameters, Status, When
from csc_outcomes.definitions.tables import year_ending
from csc_outcomes.engine.cases import ARM, SPELL, WINDOW_END, WINDOW_START, Cases, WindowDates
from csc_outcomes.engine.cover import Judge
from csc_outcomes.engine.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import narwhals.stable.v2 as nw

    from csc_outcomes.engine.data import Data
    from csc_outcomes.engine.windows import PerChild, Window, Windows

ALL = "all"


@frozen
class Note:
    """One line of `Result.notes`, before measure and version are known."""

    kind: str
    code: str
    text: str
    window: str = ""
    area: str = ALL
    count: int = 0


@frozen
class Plan:
    """What is computed for one window.

    Attributes:
        label: the window's.
        window: its dates; None for windows per child.
        dates: the dates as a selection sees them.
        verdicts: what the data can say, by authority and for `all`.
        spells: KEY, SPELL, ARM and each spell's own dates, of the spells that the data cover.
        notes: what to say about the cohort.
    """

    label: str
    window: Window | None
    dates: WindowDates
    verdicts: dict[str, Verdict]
    spells: pl.DataFrame | None = field(default=None, eq=False)
    notes: tuple[Note, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether any authority can be answered for."""
        return any(v.status in (None, Status.NO_POPULATION) or v.partly for v in self.verdicts.values())


def plans_for(measure: Measure, parameters: Parameters, data: Data, windows: Windows) -> list[Plan]:
    """One plan per window; a measure about a day uses a period's last day."""
    judge = Judge.of(measure, parameters, data)
    plans = []
    for window in windows:
        day = window.last_day if measure.when is When.DAY else window
        year = year_ending(day.end) if measure.when is When.RETURN_YEAR else None
        dates = WindowDates.of(day.start, day.end, measure.lookback_months, year)
        verdicts = _verdicts(judge, _asked(measure, day), data)
        plans.append(Plan(window.label, day, dates, {**verdicts, ALL: _overall(verdicts, judge)}))
    if windows.cohort is not None:
        cohort = data.keys(windows.cohort)
        plans += [_per_child_plan(measure, judge, data, cohort, entry) for entry in windows.per_child_windows]
    return plans


def _verdicts(judge: Judge, window: Window, data: Data) -> dict[str, Verdict]:
    """What can be said of each authority; those with the same returns at hand are judged once."""
    judged: dict[tuple[frozenset[int] | None, ...], Verdict] = {}
    said = _said(judge, window, data)
    verdicts = {}
    for area in data.areas:
        at_hand = tuple(cover.get(area) for cover in judge.covers.values())
        if at_hand not in judged:
            judged[at_hand] = judge.judge(area, window)
        verdict = judged[at_hand]
        verdicts[area] = verdict if verdict.status is Status.NO_DATA else said.get(area, verdict)
    return verdicts


def _said(judge: Judge, window: Window | None, data: Data) -> dict[str, Verdict]:
    """What the measure itself says of tables that have no return years."""
    if judge.measure.says is None or judge.refusal():
        return {}
    said: dict[str, Verdict] = judge.measure.says(PlanTables(data), window, judge.parameters)
    return said


def _asked(measure: Measure, window: Window) -> Window:
    """A return year asked for by its last day is judged as the year that it is."""
    if measure.when is When.RETURN_YEAR and window.is_day:
        return type(window).year_to(window.end, label=window.label)
    return window


def _overall(verdicts: dict[str, Verdict], judge: Judge) -> Verdict:
    """What `all` can say: what one authority lacks makes the whole incomplete, never smaller."""
    if not verdicts:
        return Verdict(Status.NO_DATA, judge.refusal() or "the data hold no authority")
    verdicts = {area: v for area, v in verdicts.items() if not is_national(area)} or verdicts
    blocked = [v for v in verdicts.values() if v.status is not None and not v.partly]
    if judge.measure.adds_nobody and len(blocked) < len(verdicts):
        return Verdict()
    same = len(blocked) == len(verdicts) and len({v.status for v in blocked}) == 1
    if same and blocked[0].status is not Status.INCOMPLETE:
        return Verdict(blocked[0].status, blocked[0].why)
    if blocked:
        why = f"{len(blocked)} of {len(verdicts)} authorities cannot be answered for: {blocked[0].why}"
        return Verdict(Status.INCOMPLETE, why)
    partly = [v for v in verdicts.values() if v.partly]
    return Verdict(Status.INCOMPLETE, partly[0].why, partly=True) if partly else Verdict()


def is_national(area: str) -> bool:
    """Whether an area is England or a region: shown beside authorities, never added to them."""
    return area.startswith(("E92", "E12", "E13"))


def _per_child_plan(
    measure: Measure, judge: Judge, data: Data, cohort: pl.DataFrame, entry: PerChild
) -> Plan:
    """Spells whose window, look-back or follow-up is not covered leave here, counted, before any join."""
    dated = cohort.with_columns(
        pl.col("INDEX_DATE").dt.offset_by(f"{entry.washout - entry.before}mo").alias(WINDOW_START),
        pl.col("INDEX_DATE")
        .dt.offset_by(f"{entry.washout + entry.after}mo")
        .dt.offset_by("-1d")
        .alias(WINDOW_END),
    )
    covered = _covered(dated, judge, entry.label)
    kept = dated.filter(covered)
    known = pl.DataFrame(data.children().select("KEY").collect("polars").to_native())
    strangers = kept.join(known, on="KEY", how="anti").height
    notes = [
        Note("cohort", "spells", f"{cohort.height} spells in the cohort", entry.label, count=cohort.height),
    ]
    lost = dated.height - kept.height
    if lost:
        text = (
            f"{lost} spells leave: their window, look-back or follow-up is not covered by the returns at hand"
        )
        notes.append(Note("exclusion", "not_covered", text, entry.label, count=lost))
    if strangers:
        text = f"{strangers} spells are of children who are not in the data"
        notes.append(Note("cohort", "not_found", text, entry.label, count=strangers))
    refusal = judge.refusal()
    missing = Verdict(Status.NO_DATA, refusal) if refusal else None
    nobody = Verdict(Status.INCOMPLETE, "no spell of the cohort is covered by the returns at hand")
    # An authority of whose spells none is left would otherwise show 0 as if it had been counted.
    lost_areas = set(cohort["LA"].cast(pl.String)) - set(kept["LA"].cast(pl.String))
    said = _said(judge, None, data)
    verdicts = {
        area: missing or (nobody if area in lost_areas else said.get(area, Verdict())) for area in data.areas
    }
    verdicts[ALL] = missing or (nobody if kept.is_empty() else _of_cohort(said, cohort, judge))
    return Plan(
        entry.label,
        None,
        WindowDates.per_child(measure.lookback_months),
        verdicts,
        kept.select("KEY", SPELL, ARM, WINDOW_START, WINDOW_END),
        tuple(notes),
    )


def _of_cohort(said: Mapping[str, Verdict], cohort: pl.DataFrame, judge: Judge) -> Verdict:
    """What can be said of a cohort as a whole: of its own authorities."""
    areas = cohort["LA"].cast(pl.String).unique().drop_nulls().to_list()
    return _overall({area: said.get(area, Verdict()) for area in sorted(areas)}, judge)


def _covered(dated: pl.DataFrame, judge: Judge, label: str) -> pl.Series:
    """Whether each spell's dates can be answered for, judged once per authority and pair of dates."""
    from csc_outcomes.engine.windows import FIRST_DAY, LAST_DAY, Window

    about_a_day = judge.measure.when is When.DAY
    combinations = dated.select(pl.col("LA").cast(pl.String), WINDOW_START, WINDOW_END).unique()
    fine = [
        start >= FIRST_DAY
        and end <= LAST_DAY
        and judge.judge(area, Window(end if about_a_day else start, end, label=label)).status is None
        for area, start, end in combinations.iter_rows()
    ]
    judged = combinations.with_columns(pl.Series("FINE", fine, dtype=pl.Boolean))
    joined = dated.with_columns(pl.col("LA").cast(pl.String)).join(
        judged, on=["LA", WINDOW_START, WINDOW_END], how="left", maintain_order="left"
    )
    return joined["FINE"].fill_null(value=False)


@frozen
class PlanTables:
    """The tables a selection sees; with a cohort, its children's rows, each with its window's dates."""

    data: Data
    spells: pl.DataFrame | None = None

    @property
    def areas(self) -> tuple[str, ...]:
        """Codes of the authorities in the data."""
        return self.data.areas

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.data.has(name)

    def get(self, name: str) -> nw.LazyFrame[Any] | None:
        """A table that a selection can do without; None where it is not at hand."""
        return self[name] if self.data.has(name) else None

    def __getitem__(self, name: str) -> nw.LazyFrame[Any]:
        table = self.data.table(name)
        if self.spells is None or "KEY" not in table.collect_schema().names():
            return table
        own = [name for name in table.collect_schema().names() if name != ARM]
        return table.select(own).join(self.data.beside(self.spells), on="KEY", how="inner")

    def __iter__(self) -> Iterator[str]:
        raise TypeError("a selection asks for its tables by name")

    def __len__(self) -> int:
        raise TypeError("a selection asks for its tables by name")


def cases_of(measure: Measure, parameters: Parameters, data: Data, plan: Plan) -> Cases:
    """Run the selection of a measure for one window."""
    cases = measure.select(PlanTables(data, plan.spells), plan.dates, parameters)
    assert isinstance(cases, Cases), f"{measure.id}: select must return Cases"
    return cases
