"""The public functions that join catalogue, data and engine."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from csc_outcomes.definitions.catalogue import Collection, discover
from csc_outcomes.definitions.checklist import Checklist
from csc_outcomes.engine.calculate import calculate as _calculate
from csc_outcomes.engine.compare import compared
from csc_outcomes.errors import InputError
from csc_outcomes.indicators import CHECKLIST
from csc_outcomes.sources.registry import BUILDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from csc_outcomes.definitions.measure import Measure
    from csc_outcomes.engine.data import Data
    from csc_outcomes.engine.denominators import PopulationPolicy
    from csc_outcomes.engine.result import Result
    from csc_outcomes.engine.windows import Window, Windows

checklist = Checklist(CHECKLIST)
"""The 24 outcomes of the data checklist, in order, by number or by name."""


@cache
def catalogue() -> Collection:
    """All measures, third parties' included."""
    return discover(Collection("checklist", CHECKLIST, builders=BUILDERS))


def measure(name: str) -> Measure:
    """One measure by its id.

    Raises:
        UnknownNameError: no such measure; suggests near names.
    """
    return catalogue()[name]


def calculate(
    measures: Sequence[str] | str,
    data: Data,
    windows: Window | Windows | Sequence[Window],
    by: Sequence[str] | str | None = None,
    parameters: Mapping[str, Any] | None = None,
    *,
    population: PopulationPolicy = "dfe",
    confidence: float = 0.95,
    progress: Callable[[str], None] | None = None,
) -> Result:
    """Compute measures over windows; see `csc_outcomes.engine.calculate.calculate` for every argument.

    Args:
        measures: ids, in the order of the result.
        data: the tables at hand.
        windows: one `csc.Window`, several, or baseline and follow-up as `csc.Windows` makes them.
        by: `LA` for a row per authority; breakdowns for rows per group; `"a x b"` for crossed groups.
        parameters: values by parameter name, or by measure id a mapping for that measure alone.
        population: `dfe` (latest 30 June on or before the window's end) or `interpolate`.
        confidence: of the limits.
        progress: called with the id of each measure before it is computed.

    Returns:
        A `Result` whose `frame` has one row per measure, window, area and group.
    """
    return _calculate(
        catalogue(),
        measures,
        data,
        windows,
        by=by,
        parameters=parameters,
        population=population,
        confidence=confidence,
        progress=progress,
    )


def compare(first: Result, second: Result, *, confidence: float = 0.95) -> pd.DataFrame:
    """Compare the rows of two results that agree in area and group: second against first.

    Returns:
        The frame that `Result.compare` gives.

    Raises:
        InputError: the results are of different measures, versions or units, or a result has several windows.
    """
    problems = []
    for name in ("measure", "version", "unit"):
        one, two = (list(dict.fromkeys(result.frame[name])) for result in (first, second))
        if one != two:
            problems.append(f"{name} differs: {', '.join(map(str, one))} against {', '.join(map(str, two))}")
    for side, result in (("first", first), ("second", second)):
        labels = list(dict.fromkeys(result.frame["window"]))
        if len(labels) != 1:
            problems.append(f"the {side} result has windows {', '.join(labels)}; choose the rows of one")
    if problems:
        raise InputError("results cannot be compared: " + "; ".join(problems))
    known = {name: catalogue()[name] for name in first.frame["measure"].unique() if name in catalogue()}
    caveats = {name: catalogue().indicator_of(name).caveat_of(m) for name, m in known.items()}
    return compared(first.frame, second.frame, known, caveats, confidence)
