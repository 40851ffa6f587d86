"""Care as the definitions see it: stacked rows, periods, placement runs, and who is where on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from .base import FAR, Key, Returns, Row, days_between, key_of, latest_year, plus_months, year_end

if TYPE_CHECKING:
    from datetime import date

SHORT_BREAKS = {"V3", "V4"}
TEMPORARY = {"T0", "T1", "T2", "T3", "T4"}
FOSTER = {"U1", "U2", "U3", "U4", "U5", "U6"}
ADOPTED_BY_CARER = {"A3", "A5"}


# ---- rows (R5, R6) --------------------------------------------------------------------------------------


def stacked_rows(returns: Returns) -> list[Row]:
    """One row per (LA, CHILD, DECOM), short breaks included: latest YEAR, and within it the later end.

    Rows without DECOM and rows of zero nights go first, so that neither can win its key. Two different
    rows of one return with the same key and the same end have no defined winner: the first given stays.
    """
    best: dict[tuple[str, str, date], Row] = {}
    for row in returns.episodes:
        if row["DECOM"] is None or row["DEC"] == row["DECOM"]:
            continue
        slot = (row["LA"], row["CHILD"], row["DECOM"])
        if slot not in best or _stack_rank(row) > _stack_rank(best[slot]):
            best[slot] = row
    return list(best.values())


def _stack_rank(row: Row) -> tuple[int, date]:
    return row["YEAR"], row["DEC"] or FAR


def short_break_rows(returns: Returns) -> list[Row]:
    """The stacked rows with legal status V3 or V4; one left open by newer returns ends with its own."""
    rows = [row for row in stacked_rows(returns) if row["LS"] in SHORT_BREAKS]
    left = [row["DEC"] is None and row["YEAR"] < latest_year(returns, row["LA"]) for row in rows]
    return [
        {**row, "DEC": year_end(row["YEAR"])} if old else row for row, old in zip(rows, left, strict=True)
    ]


def care_rows(returns: Returns) -> list[Row]:
    """Rows of care, with END, CENSORED and a REC that means something, by child, DECOM and END.

    Short breaks are out and open rows left behind by a newer return are closed (R5). REC of a row that is
    open is ignored. Rows that end before they start are still here: periods see them, days do not.
    """
    rows = [row for row in stacked_rows(returns) if row["LS"] not in SHORT_BREAKS]
    closed = [_with_end(row, rows, latest_year(returns, row["LA"])) for row in rows]
    kept = [row for row in closed if row["END"] != row["DECOM"]]
    return sorted(kept, key=lambda row: (row["LA"], row["CHILD"], row["DECOM"], row["END"] or FAR))


def _with_end(row: Row, rows: list[Row], newest: int) -> Row:
    if row["DEC"] is not None:
        return {**row, "END": row["DEC"], "CENSORED": False}
    later = [
        other["DECOM"]
        for other in rows
        if key_of(other) == key_of(row) and other["YEAR"] > row["YEAR"] and other["DECOM"] > row["DECOM"]
    ]
    if later:
        return {**row, "END": min(later), "REC": "X1", "CENSORED": False}
    if row["YEAR"] < newest:
        return {**row, "END": year_end(row["YEAR"]), "REC": None, "CENSORED": True}
    return {**row, "END": None, "REC": None, "CENSORED": False}


def by_child(rows: list[Row]) -> dict[Key, list[Row]]:
    """Rows of each child, in the order given."""
    children: dict[Key, list[Row]] = {}
    for row in rows:
        children.setdefault(key_of(row), []).append(row)
    return children


# ---- periods of care (C3) -------------------------------------------------------------------------------


@dataclass
class Period:
    """One period of care: its rows in order; the first gives the start, the last the end."""

    key: Key
    rows: list[Row]

    @property
    def start(self) -> date:
        return self.rows[0]["DECOM"]

    @property
    def known(self) -> bool:
        """False where the history before the first row is missing: no start, no duration."""
        return self.rows[0]["RNE"] == "S"

    @property
    def end(self) -> date | None:
        return self.rows[-1]["END"]

    @property
    def rec(self) -> str | None:
        return self.rows[-1]["REC"]

    @property
    def censored(self) -> bool:
        return self.rows[-1]["CENSORED"]

    @property
    def ceased(self) -> bool:
        """The child left care: closed with a reason that is not "goes on", and not cut off by us."""
        return self.end is not None and not self.censored and self.rec not in (None, "X1")


def periods_of_care(returns: Returns) -> list[Period]:
    """All periods, by child and in the order of their rows."""
    periods: list[Period] = []
    for key, rows in by_child(care_rows(returns)).items():
        previous: Row | None = None
        for row in rows:
            if previous is None or _starts_period(row, previous):
                periods.append(Period(key, [row]))
            else:
                periods[-1].rows.append(row)
            previous = row
    return periods


def _starts_period(row: Row, previous: Row) -> bool:
    if row["RNE"] == "S" or previous["REC"] != "X1":
        return True
    return previous["END"] is not None and row["DECOM"] > previous["END"]


def periods_of(returns: Returns, key: Key) -> list[Period]:
    """The periods of one child, in order."""
    return [period for period in periods_of_care(returns) if period.key == key]


# ---- placement runs (R8, note of outcome 6) -------------------------------------------------------------


@dataclass
class Run:
    """A stay with one carer within one period of care, temporary rows that follow included."""

    key: Key
    period: Period
    rows: list[Row] = field(default_factory=list)
    previous: Run | None = None  # the run just before it in the same period

    @property
    def start(self) -> date:
        return self.rows[0]["DECOM"]

    @property
    def end(self) -> date | None:
        return self.rows[-1]["END"]

    @property
    def rne(self) -> str | None:
        return self.rows[0]["RNE"]


def placement_runs(
    returns: Returns, *, same_carer_moves: bool = False, temporary_moves: bool = False
) -> list[Run]:
    """Runs of at least one night, by child and in order.

    `same_carer_moves` lets RNE T and U start a run; `temporary_moves` makes T0-T4 rows ordinary rows.
    """
    kept: list[Run] = []
    for period in periods_of_care(returns):
        runs = _runs_of_period(period, same_carer_moves, temporary_moves)
        runs = [run for run in runs if run.end is None or run.end > run.start]
        for before, run in pairwise(runs):
            run.previous = before
        kept.extend(runs)
    return kept


def _runs_of_period(period: Period, same_carer_moves: bool, temporary_moves: bool) -> list[Run]:
    runs: list[Run] = []
    ordinary: Row | None = None  # the last ordinary row seen
    away = False  # temporary rows since that row
    for row in period.rows:
        if row["PLACE"] in TEMPORARY and not temporary_moves:
            if runs:  # before the first ordinary row it belongs to no run
                runs[-1].rows.append(row)
                away = True
            continue
        if ordinary is None or _starts_run(row, ordinary, away, same_carer_moves):
            runs.append(Run(period.key, period))
        runs[-1].rows.append(row)
        ordinary, away = row, False
    return runs


def _starts_run(row: Row, before: Row, away: bool, same_carer_moves: bool) -> bool:
    if row["PLACE"] in ADOPTED_BY_CARER and before["PLACE"] in FOSTER:
        return False
    if away:
        return not _same_placement(row, before)
    return row["RNE"] in ({"S", "P", "B", "T", "U"} if same_carer_moves else {"S", "P", "B"})


def _same_placement(row: Row, before: Row) -> bool:
    """Back in the same place? An unknown PLACE, or nothing else to compare, is not the same."""
    if row["PLACE"] is None or row["PLACE"] != before["PLACE"]:
        return False
    if row["PL_POST"] is not None and before["PL_POST"] is not None:
        return row["PL_POST"] == before["PL_POST"]
    return row["URN"] is not None and row["URN"] == before["URN"]


def run_of_row(runs: list[Run], row: Row) -> Run | None:
    """The run a cleaned row belongs to; None for temporary rows that follow no ordinary row."""
    for run in runs:
        if any(key_of(r) == key_of(row) and r["DECOM"] == row["DECOM"] for r in run.rows):
            return run
    return None


# ---- a day, and days ------------------------------------------------------------------------------------


def covers(row: Row, day: date) -> bool:
    """[DECOM, END): the day of leaving is not a day in care (C2)."""
    return row["DECOM"] <= day and (row["END"] is None or row["END"] > day)


def care_on(returns: Returns, day: date) -> dict[Key, Row]:
    """The row that owns the day, for every child looked after on it; where rows overlap, the latest (R7)."""
    return {key_of(row): row for row in care_rows(returns) if covers(row, day)}  # later rows overwrite


def care_row_on(returns: Returns, key: Key, day: date) -> Row | None:
    """The row that owns a child's day; None when the child is not looked after."""
    return care_on(returns, day).get(key)


def children_looked_after_on(returns: Returns, day: date) -> set[Key]:
    """Children looked after on a day (C2)."""
    return set(care_on(returns, day))


def children_looked_after_between(returns: Returns, start: date, end: date) -> set[Key]:
    """Children looked after at any time in [start, end]; leaving on its first day is enough."""
    return set(first_days_looked_after(returns, start, end))


def first_days_looked_after(returns: Returns, start: date, end: date) -> dict[Key, date]:
    """First day in [start, end] on which each child looked after in it was looked after, leaving included."""
    days: dict[Key, date] = {}
    for row in care_rows(returns):
        if row["DECOM"] <= end and (row["END"] is None or row["END"] >= start) and not backwards(row, "END"):
            day = max(row["DECOM"], start)
            days[key_of(row)] = min(day, days.get(key_of(row), day))
    return days


def backwards(row: Row, end: str) -> bool:
    """A row that ends before it starts owns no day; `end` names the column of its end."""
    return row[end] is not None and row[end] < row["DECOM"]


def placed_on(returns: Returns, day: date) -> dict[Key, Row | None]:
    """The row that says where each child looked after on the day is placed (C7).

    A temporary row gives way to the last ordinary row before it in its period; None where there is none.
    """
    places: dict[Key, Row | None] = {}
    owners = care_on(returns, day)
    for period in periods_of_care(returns):
        owner = owners.get(period.key)
        ordinary: Row | None = None
        for row in period.rows:
            if row["PLACE"] not in TEMPORARY:
                ordinary = row
            if row == owner:
                places[period.key] = ordinary
    return places


def place_on(returns: Returns, key: Key, day: date) -> str | None:
    """PLACE of a child on a day, temporary placements resolved; None when unknown or not looked after."""
    row = placed_on(returns, day).get(key)
    return None if row is None else row["PLACE"]


def care_days(returns: Returns, start: date, end: date) -> int:
    """Child-days in care in [start, end], each child-day once however many rows cover it (R7)."""
    days = days_between(start, end)
    total = 0
    for rows in by_child(care_rows(returns)).values():
        nearby = [row for row in rows if row["DECOM"] <= end]
        total += sum(any(covers(row, day) for row in nearby) for day in days)
    return total


def continuously_looked_after(returns: Returns, ref: date, months: int) -> set[Key]:
    """In one period of care from `months` before ref or earlier to beyond ref, no short break since (C5)."""
    since = plus_months(ref, -months)
    broken = {
        key_of(row)
        for row in short_break_rows(returns)
        if row["DECOM"] <= ref and (row["DEC"] is None or row["DEC"] > since) and not backwards(row, "DEC")
    }
    return {
        period.key
        for period in periods_of_care(returns)
        if period.start <= since and (period.end is None or period.end > ref) and period.key not in broken
    }
