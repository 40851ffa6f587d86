"""Calculate: measures, data and windows in; one table of results out.

Each measure selects its cases per window, cases are counted once to the finest cell, and everything else
(areas, groups, the complete grid, populations, limits, statuses) happens on the small table of cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csc_outcomes.definitions.measure import Measure, resolve_parameters
from csc_outcomes.engine.breakdowns import parse_by
from csc_outcomes.engine.cells import Cells
from csc_outcomes.engine.cover import window_problems
from csc_outcomes.engine.plans import cases_of, plans_for
from csc_outcomes.engine.result import Result, Run
from csc_outcomes.engine.rows import RowMaker, notes_of
from csc_outcomes.engine.windows import Window, Windows
from csc_outcomes.errors import InputError, all_at_once, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from csc_outcomes.definitions.catalogue import Collection
    from csc_outcomes.engine.breakdowns import By
    from csc_outcomes.engine.data import Data
    from csc_outcomes.engine.denominators import PopulationPolicy


def calculate(
    catalogue: Collection,
    measures: Sequence[str] | str,
    data: Data,
    windows: Window | Windows | Sequence[Window],
    *,
    by: Sequence[str] | str | None = None,
    parameters: Mapping[str, Any] | None = None,
    population: PopulationPolicy = "dfe",
    confidence: float = 0.95,
    progress: Callable[[str], None] | None = None,
) -> Result:
    """Compute measures over windows. `csc.calculate` is this function with the catalogue given.

    Args:
        catalogue: where the measures are.
        measures: ids, in the order of the result.
        data: the tables at hand.
        windows: one or several, or baseline and follow-up as `csc.Windows` makes them.
        by: `LA` for a row per authority; breakdowns for rows per group; `"a x b"` for crossed groups.
        parameters: values by parameter name, or by measure id a mapping for that measure alone.
        population: `dfe` (latest 30 June on or before the window's end) or `interpolate`.
        confidence: of the limits.
        progress: called with the id of each measure before it is computed.

    Returns:
        A `Result`: `frame` has one row per measure, window, area and group; nothing is rounded or suppressed.

    Raises:
        UnknownNameError: a measure, breakdown or parameter that does not exist.
        InputError: windows that do not suit a measure, missing parameters, tables that a breakdown needs; all
            at once.
    """
    chosen = _chosen(catalogue, [measures] if isinstance(measures, str) else list(measures))
    spans = Windows.of(windows)
    values = resolve_parameters(chosen, parameters)
    wanted, problems = parse_by(by, data, cohort=spans.cohort is not None)
    for measure in chosen:
        problems += window_problems(measure, list(spans), cohort=spans.cohort is not None)
    if population not in ("dfe", "interpolate"):
        problems.append(f"population: needed 'dfe' or 'interpolate', found {population!r}")
    if not 0 < confidence < 1:
        problems.append(f"confidence: needed a number between 0 and 1 such as 0.95, found {confidence!r}")
    all_at_once("cannot calculate", problems)
    runs = []
    for measure in chosen:
        if progress:
            progress(measure.id)
        indicator = catalogue.indicator_of(measure.id)
        run = Run(measure, indicator, values[measure.id], data, spans, wanted)
        runs.append(computed(run, population, confidence))
    return Result.of(runs)


def _chosen(catalogue: Collection, names: Sequence[str]) -> tuple[Measure, ...]:
    if not names:
        raise InputError("measures: needed at least one id, found none; csc.catalogue() lists them")
    strangers = [name for name in names if name not in catalogue]
    if strangers:
        raise unknown("measure", strangers, (measure.id for measure in catalogue))
    return tuple(catalogue[name] for name in dict.fromkeys(names))


def computed(run: Run, policy: PopulationPolicy, confidence: float) -> Run:
    """Compute one measure over all windows of a run."""
    plans = plans_for(run.measure, run.parameters, run.data, run.windows)
    cases = {
        number: cases_of(run.measure, run.parameters, run.data, plan)
        for number, plan in enumerate(plans)
        if plan.answerable
    }
    by, measure = run.by.suited(run.measure), run.measure.as_asked(run.parameters)
    cells = Cells.collect(measure, by, run.data, cases)
    arms = _arms(run.windows, by, run.data)
    maker = RowMaker(measure, run.parameters, run.data, by, plans, cells, arms, policy, confidence)
    rows = maker.rows()
    return run.finished(plans, rows, notes_of(maker, rows, run.parameters.values, run.windows.notes))


def _arms(windows: Windows, by: By, data: Data) -> list[str]:
    """Arms of the cohort, or of the local tables, in order, where they are asked for."""
    if not any(breakdown.name == "arm" for breakdown in by.dimensions):
        return []
    return windows.arms if windows.cohort is not None else list(data.arms)
