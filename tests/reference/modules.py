"""The small modules of the return: missing incidents, social workers, the OC2 cohort and care leavers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from .base import FAR, Key, Returns, Row, age_on, key_of, latest_year, return_year, year_end
from .care import (
    SHORT_BREAKS,
    backwards,
    care_rows,
    children_looked_after_between,
    continuously_looked_after,
    periods_of_care,
    short_break_rows,
    stacked_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

# ---- missing and away (R4) ------------------------------------------------------------------------------


def incidents(returns: Returns) -> list[Row]:
    """Incidents of children missing or away: one per key, old open ones ended, contained ones merged."""
    best: dict[tuple[str, str, str | None, date], Row] = {}
    for row in returns.missing:
        if row["MIS_START"] is None:
            continue
        slot = (row["LA"], row["CHILD"], row["MISSING"], row["MIS_START"])
        if slot not in best or _missing_rank(row) > _missing_rank(best[slot]):
            best[slot] = row
    ended = [_with_mis_end(row, latest_year(returns, row["LA"])) for row in best.values()]
    return [row for row in ended if not any(_contains(other, row) for other in ended)]


def _missing_rank(row: Row) -> tuple[int, date]:
    return row["YEAR"], row["MIS_END"] or FAR


def _with_mis_end(row: Row, newest: int) -> Row:
    if row["MIS_END"] is None and row["YEAR"] < newest:
        return {**row, "MIS_END": year_end(row["YEAR"])}
    return row


def _contains(outer: Row, inner: Row) -> bool:
    """Same child and type, and every day of `inner` inside `outer`; starts differ, as keys are unique."""
    if outer is inner or key_of(outer) != key_of(inner) or outer["MISSING"] != inner["MISSING"]:
        return False
    return outer["MIS_START"] <= inner["MIS_START"] and (inner["MIS_END"] or FAR) <= (outer["MIS_END"] or FAR)


def incidents_of_care(returns: Returns, kind: str) -> list[Row]:
    """Incidents of one type ("M" or "A") that overlap a period of care of the child, end days included."""
    periods = periods_of_care(returns)
    return [
        row
        for row in incidents(returns)
        if row["MISSING"] == kind
        and any(
            period.key == key_of(row)
            and (period.end is None or row["MIS_START"] <= period.end)
            and (row["MIS_END"] is None or row["MIS_END"] >= period.start)
            for period in periods
        )
    ]


def incidents_in_window(returns: Returns, start: date, end: date, kind: str) -> list[Row]:
    """Incidents overlapping [start, end] of children looked after at any time in it."""
    base = children_looked_after_between(returns, start, end)
    return [
        row
        for row in incidents_of_care(returns, kind)
        if key_of(row) in base
        and row["MIS_START"] <= end
        and (row["MIS_END"] is None or row["MIS_END"] >= start)
    ]


# ---- social workers -------------------------------------------------------------------------------------


def worker_spells(returns: Returns) -> list[Row]:
    """One row per (LA, CHILD, SW_ID, SW_DECOM), latest YEAR, within it the later end; by start, then end."""
    best: dict[tuple[str, str, str, date], Row] = {}
    for row in returns.sw_episodes:
        if row["SW_DECOM"] is None or row["SW_ID"] is None:
            continue
        slot = (row["LA"], row["CHILD"], row["SW_ID"], row["SW_DECOM"])
        if slot not in best or _worker_rank(row) > _worker_rank(best[slot]):
            best[slot] = row
    # Spells with the same two dates have no order of their own: the id decides, so that one result exists.
    return sorted(best.values(), key=lambda row: (row["SW_DECOM"], row["SW_DEC"] or FAR, row["SW_ID"]))


def _worker_rank(row: Row) -> tuple[int, date]:
    return row["YEAR"], row["SW_DEC"] or FAR


def workers_of(returns: Returns, key: Key, after: date, ref: date) -> list[str]:
    """SW_ID of each spell of a child with any day in (after, ref], in order."""
    return [
        row["SW_ID"]
        for row in worker_spells(returns)
        if key_of(row) == key and row["SW_DECOM"] <= ref and (row["SW_DEC"] is None or row["SW_DEC"] > after)
    ]


def authorities_with_workers(returns: Returns, ref: date) -> set[str]:
    """Authorities that sent social workers with the return of the year that `ref` lies in."""
    return {row["LA"] for row in returns.sw_episodes if row["YEAR"] == return_year(ref)}


# ---- OC2: in care for twelve months (C5) ----------------------------------------------------------------


def looked_after_all_year(returns: Returns, ref: date) -> set[Key]:
    """Children in care for the year to 31 March by the return's own rule, leavers of 31 March included."""
    year = return_year(ref)
    first, last = date(year - 1, 4, 1), date(year, 3, 31)
    rows = care_rows(returns)
    breaks = [{**row, "END": row["DEC"]} for row in short_break_rows(returns)]
    present = {key_of(row) for row in [*rows, *breaks] if touches(row, first, last)}
    on_break = {key_of(row) for row in breaks if touches(row, first, last)}
    left = {
        key_of(row)
        for row in rows
        if row["REC"] not in (None, "X1") and row["END"] is not None and first <= row["END"] < last
    }
    began = {key_of(row) for row in rows if row["RNE"] == "S" and first < row["DECOM"] <= last}
    return present - on_break - left - began


def touches(row: Row, first: date, last: date) -> bool:
    """The row has a day in [first, last], its day of leaving included."""
    return row["DECOM"] <= last and (row["END"] is None or row["END"] >= first) and not backwards(row, "END")


def oc2_base(returns: Returns, ref: date, *, oc2_rule: bool = True) -> list[Row]:
    """OC2 rows of the return year of `ref` whose child was looked after all year, by the rule chosen (C5)."""
    strict = continuously_looked_after(returns, year_end(return_year(ref)), 12)
    cohort = looked_after_all_year(returns, ref) if oc2_rule else strict
    return [row for row in returns.oc2 if row["YEAR"] == return_year(ref) and key_of(row) in cohort]


# ---- OC3: care leavers (R9) -----------------------------------------------------------------------------


def care_leavers(returns: Returns, ref: date, ages: Iterable[int]) -> list[Row]:
    """OC3 rows of the return year of `ref` in the published base, by age on 31 March."""
    year = return_year(ref)
    out = transferred(returns) | only_short_breaks(returns)
    return [
        row
        for row in returns.oc3
        if row["YEAR"] == year
        and row["IN_TOUCH"] not in ("DIED", "RHOM")
        and key_of(row) not in out
        and age_on(returns, key_of(row), year_end(year)) in ages
    ]


def transferred(returns: Returns) -> set[Key]:
    """Children whose last period of care ended with E3, care taken over by another authority."""
    last = {period.key: period for period in periods_of_care(returns)}
    return {key for key, period in last.items() if period.ceased and period.rec == "E3"}


def only_short_breaks(returns: Returns) -> set[Key]:
    """Children with stacked rows that are all V3 or V4."""
    rows = stacked_rows(returns)
    return {key_of(row) for row in rows} - {key_of(row) for row in rows if row["LS"] not in SHORT_BREAKS}
