"""Levels of risk by a tool of assessment, before and after: pairs of assessments of the members of a cohort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.measure import Parameter, Statistic
from csc_outcomes.engine.cases import Cases
from csc_outcomes.indicators import local

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates
    from csc_outcomes.engine.verdict import Verdict
    from csc_outcomes.engine.windows import Window

c = nw.col

ASSESSMENT = "risk_assessment"
LEVELS = (0.0, 1.0, 2.0, 3.0)
"""None, low, medium, high."""
TOOL = Parameter(
    "tool",
    "Name of the tool of assessment. None: of each child the tool of the follow-up.",
    default=None,
)


def _assessed(tables: Tables, window: WindowDates, parameters: Parameters) -> nw.LazyFrame[Any]:
    """Assessments of members up to the end of the window, with a level of the list, by the tool asked for."""
    people = local.members(tables, parameters).select(*window.keys, "INDEX_DATE")
    rows = local.one_arm(tables[local.EVENTS]).filter(c("EVENT") == ASSESSMENT, c("LEVEL").is_in(LEVELS))
    rows = rows.with_columns(TOOL=c("NAME").fill_null(""))
    if parameters.tool is not None:
        rows = rows.filter(c("TOOL") == parameters.tool)
    return rows.join(people, on=window.keys, how="inner").filter(c("START") <= window.end)


def _last(rows: nw.LazyFrame[Any], keys: list[str]) -> nw.LazyFrame[Any]:
    """Of the rows that agree in the keys those of the latest day."""
    latest = rows.group_by(keys).agg(LATEST=c("START").max())
    return rows.join(latest, on=keys, how="inner").filter(c("START") == c("LATEST"))


def _pairs(tables: Tables, window: WindowDates, parameters: Parameters) -> nw.LazyFrame[Any]:
    """Members with an assessment: the last follow-up in the window, the last baseline by the same tool."""
    keys, rows = window.keys, _assessed(tables, window, parameters)
    before, after = rows.filter(c("START") <= c("INDEX_DATE")), rows.filter(c("START") > c("INDEX_DATE"))
    followed = (
        _last(after.filter(c("START") >= window.start), keys)
        .group_by(keys)
        .agg(
            TOOLS=c("TOOL").n_unique(),
            TOOL=c("TOOL").min(),
            FOLLOW_UP=c("LEVEL").max(),
            FOLLOWED=c("START").min(),
        )
    )
    same_tool = before.join(followed.select(*keys, "TOOL"), on=[*keys, "TOOL"], how="inner")
    baselines = _last(same_tool, keys).group_by(keys).agg(BASELINE=c("LEVEL").max())
    undated = rows.filter(c("INDEX_DATE").is_null(), c("START") >= window.start)
    seen = nw.concat([frame.select(keys) for frame in (before, followed, undated)], how="vertical")
    people = local.members(tables, parameters).join(seen.unique(), on=keys, how="semi")
    return people.join(followed, on=keys, how="left").join(baselines, on=keys, how="left")


def change(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select children assessed before and after; numerator the change of level."""
    cases = Cases(
        _pairs(tables, window, parameters),
        on=c("FOLLOWED"),
        numerator=c("FOLLOW_UP") - c("BASELINE"),
        denominator=nw.lit(1),
    )
    cases = local.with_cover(cases, tables, window, ASSESSMENT)
    cases = cases.keep(~c("INDEX_DATE").is_null(), "no index date, so neither baseline nor follow-up")
    cases = cases.keep(~c("FOLLOWED").is_null(), "a baseline, but no follow-up in the window")
    cases = cases.keep(c("TOOLS") == 1, "two tools on the day of the follow-up; parameter tool chooses one")
    cases = cases.keep(~c("BASELINE").is_null(), "a follow-up, but no baseline by the same tool")
    return local.with_arms(cases, parameters)


def says(tables: Tables, window: Window | None, parameters: Parameters) -> dict[str, Verdict]:
    """Authorities without assessments or without a cohort; a tool that no row names is refused."""
    if parameters.tool is not None:
        local.check_name(tables, ASSESSMENT, parameters.tool, "tool")
    return local.says_events(tables, window, parameters, kinds=(ASSESSMENT,), members_needed=True)


def _share(chosen: Any, weights: Any) -> tuple[float | None, float | None, float | None]:
    number, total = float(weights[chosen].sum()), float(weights.sum())
    return (number, total, 100 * number / total) if total else (None, None, None)


def _down(values: Any, weights: Any, _second: Any) -> tuple[float | None, float | None, float | None]:
    return _share(values < 0, weights)


def _same(values: Any, weights: Any, _second: Any) -> tuple[float | None, float | None, float | None]:
    return _share(values == 0, weights)


def _up(values: Any, weights: Any, _second: Any) -> tuple[float | None, float | None, float | None]:
    return _share(values > 0, weights)


SHARES = (Statistic("share_down", _down), Statistic("share_same", _same), Statistic("share_up", _up))
"""Children whose level fell, stayed and rose, in per cent of the pairs."""
