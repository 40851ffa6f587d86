"""Twins of the measures of outcomes 1, 2 and 11: who is looked after, starts, leaves and goes home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import (
    Figure,
    Key,
    Returns,
    age_on,
    children_only,
    is_uasc_on,
    latest_year,
    plus_months,
    year_end,
)
from .care import (
    Period,
    children_looked_after_on,
    first_days_looked_after,
    periods_of,
    periods_of_care,
)

if TYPE_CHECKING:
    from datetime import date

HOME = {"narrow": {"E4A", "E4B", "E4"}, "seed": {"E4A", "E4B", "E4", "E13"}}

# ---- outcome 1: children looked after -------------------------------------------------------------------


def cla_stock_number(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False, excl_uasc: bool = False
) -> Figure:
    return len(_stock(returns, end, under_18_only, excl_uasc)), None


def _stock(returns: Returns, day: date, under_18_only: bool = False, excl_uasc: bool = False) -> set[Key]:
    children = children_looked_after_on(returns, day)
    if under_18_only:
        children = children_only(returns, dict.fromkeys(children, day))
    if excl_uasc:
        children = {key for key in children if not is_uasc_on(returns, key, day)}
    return children


def cla_stock_rate_10k(returns: Returns, start: date, end: date, **parameters: Any) -> Figure:
    return cla_stock_number(returns, start, end, **parameters)


def cla_stock_excl_uasc_rate_10k(returns: Returns, start: date, end: date, **parameters: Any) -> Figure:
    return cla_stock_number(returns, start, end, excl_uasc=True, **parameters)


def first_starts(returns: Returns, start: date, end: date) -> dict[Key, Period]:
    """The first period with a known start in the window, of each child that has one."""
    first: dict[Key, Period] = {}
    for period in periods_of_care(returns):  # in order of start
        if period.known and start <= period.start <= end:
            first.setdefault(period.key, period)
    return first


def leavers(returns: Returns, start: date, end: date) -> dict[Key, Period]:
    """The last period that ceased in the window, of each child that has one; of two on a day, the later."""
    last: dict[Key, Period] = {}
    for period in periods_of_care(returns):
        if not period.ceased or not start <= period.end <= end:
            continue
        if period.key not in last or period.end >= last[period.key].end:
            last[period.key] = period
    return last


def _not_adult(returns: Returns, key: Key, day: date) -> bool:
    """Not known to be 18 or over; who is of unknown age stays."""
    return key in children_only(returns, {key: day})


def _starters(returns: Returns, start: date, end: date, under_18_only: bool) -> dict[Key, Period]:
    """First starts in the window; one at 18 or over goes, and no later start takes its place."""
    first = first_starts(returns, start, end)
    if under_18_only:
        first = {key: period for key, period in first.items() if _not_adult(returns, key, period.start)}
    return first


def cla_starts_number(returns: Returns, start: date, end: date, *, under_18_only: bool = False) -> Figure:
    return len(_starters(returns, start, end, under_18_only)), None


def cla_starts_rate_10k(returns: Returns, start: date, end: date, **parameters: Any) -> Figure:
    return cla_starts_number(returns, start, end, **parameters)


def cla_start_periods_number(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False
) -> Figure:
    periods = [p for p in periods_of_care(returns) if p.known and start <= p.start <= end]
    if under_18_only:
        periods = [p for p in periods if _not_adult(returns, p.key, p.start)]
    return len(periods), None


def _last_exits(returns: Returns, start: date, end: date, under_18_only: bool) -> dict[Key, Period]:
    """Last exits in the window; one at 18 or over goes, and no earlier exit takes its place."""
    left = leavers(returns, start, end)
    if under_18_only:
        left = {key: period for key, period in left.items() if _not_adult(returns, key, period.end)}
    return left


def cla_ceased_number(returns: Returns, start: date, end: date, *, under_18_only: bool = False) -> Figure:
    return len(_last_exits(returns, start, end, under_18_only)), None


def cla_ceased_rate_10k(returns: Returns, start: date, end: date, **parameters: Any) -> Figure:
    return cla_ceased_number(returns, start, end, **parameters)


def cla_any_in_year_number(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False
) -> Figure:
    days = first_days_looked_after(returns, start, end)
    return len(children_only(returns, days) if under_18_only else days), None


def cla_net_change_number(returns: Returns, start: date, end: date, *, under_18_only: bool = False) -> Figure:
    before = start.fromordinal(start.toordinal() - 1)
    return len(_stock(returns, end, under_18_only)) - len(_stock(returns, before, under_18_only)), None


# ---- outcome 2: return home -----------------------------------------------------------------------------


def return_home_days(returns: Returns, start: date, end: date, *, home: str = "seed") -> list[int]:
    """Nights of the latest period of leavers who went home; none where the start is not known."""
    return sorted(
        (period.end - period.start).days
        for period in leavers(returns, start, end).values()
        if period.rec in HOME[home] and period.known and period.end >= period.start
    )


def return_home_days_mean(returns: Returns, start: date, end: date, *, home: str = "seed") -> list[int]:
    return return_home_days(returns, start, end, home=home)


def return_home_days_median(returns: Returns, start: date, end: date, *, home: str = "seed") -> list[int]:
    return return_home_days(returns, start, end, home=home)


def return_home_days_range(returns: Returns, start: date, end: date, *, home: str = "seed") -> list[int]:
    return return_home_days(returns, start, end, home=home)


def return_home_share_leavers_pct(
    returns: Returns, start: date, end: date, *, home: str = "narrow", under_18_only: bool = False
) -> Figure:
    left = _last_exits(returns, start, end, under_18_only)
    return sum(period.rec in HOME[home] for period in left.values()), len(left)


def return_home_planned_share_pct(returns: Returns, start: date, end: date) -> Figure:
    reasons = [period.rec for period in leavers(returns, start, end).values()]
    return reasons.count("E4A"), reasons.count("E4A") + reasons.count("E4B")


def _cover_end(returns: Returns, la: str, cover_end: dict[str, date] | None) -> date:
    """Last day that the returns of an authority cover, unless the caller says otherwise."""
    return cover_end[la] if cover_end is not None else year_end(latest_year(returns, la))


def return_home_entrants_12m_pct(
    returns: Returns,
    start: date,
    end: date,
    *,
    months: int = 12,
    home: str = "seed",
    cover_end: dict[str, date] | None = None,
) -> Figure:
    """Entrants known to be 18 when the follow-up ends are out, and those not observed up to then."""
    cohort = []
    for (la, child), period in first_starts(returns, start, end).items():
        limit = plus_months(period.start, months)
        covered = limit <= _cover_end(returns, la, cover_end)
        if covered and _observed(period, limit) and _not_adult(returns, (la, child), limit):
            cohort.append(period.ceased and period.rec in HOME[home] and period.end <= limit)
    return sum(cohort), len(cohort)


def _observed(period: Period, limit: date) -> bool:
    """How the period went up to the limit is known: it broke off neither unexplained nor before it began."""
    if period.end is None:
        return True
    return period.end >= period.start and (period.ceased or period.end > limit)


def _back_in_care(returns: Returns, period: Period, limit: date) -> bool:
    """A later period of the child starts from the day of leaving up to the limit, both included."""
    mine = periods_of(returns, period.key)
    place = next(n for n, other in enumerate(mine) if other.start == period.start)
    return any(period.end <= other.start <= limit for other in mine[place + 1 :])


def return_home_reentry_pct(
    returns: Returns,
    start: date,
    end: date,
    *,
    months: int = 12,
    home: str = "seed",
    cover_end: dict[str, date] | None = None,
) -> Figure:
    """Every return home in the window counts (R3); a child of unknown age stays."""
    cohort = []
    for period in periods_of_care(returns):
        if not period.ceased or period.rec not in HOME[home] or not start <= period.end <= end:
            continue
        limit = plus_months(period.end, months)
        years = age_on(returns, period.key, limit)
        if limit > _cover_end(returns, period.key[0], cover_end) or (years is not None and years >= 18):
            continue
        cohort.append(_back_in_care(returns, period, limit))
    return sum(cohort), len(cohort)


def return_home_sustained_pct(
    returns: Returns,
    start: date,
    end: date,
    *,
    months: int = 12,
    home: str = "seed",
    cover_end: dict[str, date] | None = None,
) -> Figure:
    """Leavers (last cease) with the follow-up covered, those who reach 18 included (R3)."""
    cohort = []
    for period in leavers(returns, start, end).values():
        limit = plus_months(period.end, months)
        if limit <= _cover_end(returns, period.key[0], cover_end):
            cohort.append(period.rec in HOME[home] and not _back_in_care(returns, period, limit))
    return sum(cohort), len(cohort)


# ---- outcome 11: emergency starts -----------------------------------------------------------------------


def cla_emergency_start_pct(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False
) -> Figure:
    first = _starters(returns, start, end, under_18_only)
    statuses = [period.rows[0]["LS"] for period in first.values() if period.rows[0]["LS"] is not None]
    return sum(status in ("L1", "L2") for status in statuses), len(statuses)
