"""Explain: the cases behind one figure, and how many rows each step removed.

It holds rows about children and stays in memory; nothing is written unless its user writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import polars as pl
from attrs import field, frozen

from csc_outcomes.engine.breakdowns import BREAKDOWNS, CROSS, By, grouped
from csc_outcomes.engine.cells import AREA, group_names, marked
from csc_outcomes.engine.plans import ALL, cases_of
from csc_outcomes.engine.rows import STATISTIC, STATISTICS
from csc_outcomes.engine.source import RAW
from csc_outcomes.errors import InputError, unknown

if TYPE_CHECKING:
    import pandas as pd

    from csc_outcomes.definitions.measure import Measure
    from csc_outcomes.engine.plans import Plan
    from csc_outcomes.engine.result import Run

COUNTED = "counted"


@frozen
class Explanation:
    """What stands behind one figure.

    Attributes:
        cases: pandas, one row per case: LA, CHILD, on, numerator, denominator, reason (`counted`, or the step
            that removed it).
        steps: pandas, one row per step in order: step, rows.
    """

    measure: str
    window: str
    area: str
    breakdown: str
    group: str
    cases: pd.DataFrame = field(repr=False)
    steps: pd.DataFrame
    _run: Run = field(repr=False)

    def child(self, child: str, la: str | None = None) -> pd.DataFrame:
        """The cases of one child: empty if no case of the child was even a candidate (see `history`)."""
        mine = self.cases["CHILD"] == str(child)
        if la is not None:
            mine &= self.cases["LA"] == la
        return self.cases[mine].reset_index(drop=True)

    def history(self, child: str, la: str | None = None) -> dict[str, pd.DataFrame]:
        """Everything the measure could have seen of one child, by table: as returned, and as derived.

        It answers why a child is no candidate: not in care on the day, a short break, a row set aside.
        """
        data = self._run.data
        found = {}
        for name in (*data.given, *self._run.measure.needs):
            if data.has(name):
                rows = data.rows_of(child, name)
                found[name.removeprefix(RAW)] = rows if la is None else rows[rows["LA"] == la]
        return found


def explained(run: Run, window: str | None, area: str, breakdown: str, group: str) -> Explanation:
    """Run the selection for one window again and show its rows instead of counting them."""
    plan = _plan(run, window)
    if area != ALL and area not in run.data.areas:
        raise unknown("area", [area], [ALL, *run.data.areas])
    by = _by(breakdown, run.measure).suited(run.measure)
    _check_group(run, by, breakdown, group)
    if not plan.answerable:
        verdict = plan.verdicts[ALL]
        raise InputError(f"explain: {run.measure.id} has no cases for {plan.label}: {verdict.why}")
    cases = cases_of(run.measure, run.parameters, run.data, plan)
    lazy = marked(cases, run.measure, by, run.data)
    named = lazy.join(run.data.children(), on="KEY", how="left")
    local = named.with_columns(nw.col(AREA).cast(nw.String)).collect("polars")
    frame = grouped(pl.DataFrame(local.to_native()), by)
    if area != ALL:
        frame = frame.filter(pl.col(AREA) == area)
    if by.rows:
        label = pl.concat_str([pl.col(b.name) for b in by.rows[0]], separator=CROSS)
        if group != ALL:
            frame = frame.filter(label == group)
    reasons = [COUNTED, *(step.text for step in cases.steps)]
    texts = pl.DataFrame({"CASE_REASON": range(len(reasons)), "reason": reasons}).with_columns(
        pl.col("CASE_REASON").cast(pl.Int64)
    )
    shown = frame.join(texts, on="CASE_REASON", how="left", maintain_order="left").select(
        LA=AREA,
        CHILD=pl.col("CHILD").cast(pl.String),
        on="CASE_ON",
        numerator="CASE_NUMERATOR",
        denominator="CASE_DENOMINATOR" if cases.denominator is not None else pl.lit(None, dtype=pl.Int64),
        reason="reason",
    )
    shown = shown.sort("LA", "CHILD", "on", "reason")
    counts = dict(shown.group_by("reason").len().iter_rows())
    steps = [("candidates", shown.height), *((text, counts.get(text, 0)) for text in reasons[1:])]
    steps.append((COUNTED, counts.get(COUNTED, 0)))
    return Explanation(
        run.measure.id, plan.label, area, breakdown, group, shown.to_pandas(), _frame(steps), run
    )


def _frame(steps: list[tuple[str, int]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(steps, columns=["step", "rows"])


def _plan(run: Run, window: str | None) -> Plan:
    labels = [plan.label for plan in run.plans]
    if window is None and len(labels) == 1:
        return run.plans[0]
    if window is None:
        raise InputError(f"explain: needed window=, one of {', '.join(labels)}")
    for plan in run.plans:
        if plan.label == window:
            return plan
    raise unknown("window", [window], labels)


def _check_group(run: Run, by: By, breakdown: str, group: str) -> None:
    own = [statistic.name for statistic in run.measure.statistics] or STATISTICS
    known = [ALL, *(own if breakdown == STATISTIC else ())]
    if by.rows:
        known += group_names(by.rows[0], run.windows.arms)
    if group not in known:
        raise unknown(f"group of {breakdown}", [group], known)


def _by(breakdown: str, measure: Measure) -> By:
    if breakdown in (ALL, STATISTIC, measure.part):  # a quartile rests on the cases of the total
        return By(areas=True, rows=())
    parts = [part.strip() for part in breakdown.split(CROSS)]
    strangers = [part for part in parts if part not in BREAKDOWNS]
    if strangers:
        raise unknown("breakdown", strangers, [ALL, *BREAKDOWNS])
    return By(areas=True, rows=(tuple(BREAKDOWNS[part] for part in parts),))
