"""What every twin starts from: the rows of the returns, dates, ages, and which return wins."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Key = tuple[str, str]  # (LA, CHILD): a CHILD id is unique only within its authority
Figure = tuple[int, int | None]  # numerator and denominator; None where the measure has no denominator

FAR = date.max  # stands for "still open" where dates are put in order, and nowhere else


@dataclass
class Returns:
    """Rows of stacked SSDA903 returns, one list per table.

    A row is a dict of the return's own field names plus LA (str) and YEAR (int, year ending 31 March).
    Dates are `datetime.date` or None, codes are str or None, SDQ_SCORE is int or None.
    Episodes may also have PL_LOCATION ("IN", "OUT" or None) and PL_DISTANCE (miles, float or None).
    """

    episodes: list[Row] = field(default_factory=list)
    header: list[Row] = field(default_factory=list)
    uasc: list[Row] = field(default_factory=list)
    oc2: list[Row] = field(default_factory=list)
    oc3: list[Row] = field(default_factory=list)
    missing: list[Row] = field(default_factory=list)
    sw_episodes: list[Row] = field(default_factory=list)

    def of(self, la: str) -> Returns:
        """The rows of one authority, so that a figure can be checked area by area."""
        return Returns(**{f.name: [r for r in getattr(self, f.name) if r["LA"] == la] for f in fields(self)})

    def authorities(self) -> list[str]:
        """Authorities with a row in any table, in order."""
        return sorted({row["LA"] for f in fields(self) for row in getattr(self, f.name)})


def key_of(row: Row) -> Key:
    """The child a row is about."""
    return row["LA"], row["CHILD"]


def latest_year(returns: Returns, la: str) -> int:
    """The newest return year at hand for one authority, whatever the table."""
    return max(row["YEAR"] for f in fields(returns) for row in getattr(returns, f.name) if row["LA"] == la)


# ---- dates ----------------------------------------------------------------------------------------------


def year_end(year: int) -> date:
    """31 March of a return year."""
    return date(year, 3, 31)


def return_year(day: date) -> int:
    """The return year a day lies in: 1 April 2023 to 31 March 2024 is 2024."""
    return day.year + 1 if day.month >= 4 else day.year


def plus_months(day: date, months: int) -> date:
    """Calendar months later (or earlier, if negative); the day number clamps to the end of the month (C1)."""
    count = day.year * 12 + (day.month - 1) + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def days_between(first: date, last: date) -> list[date]:
    """Every day from first to last, both included."""
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def birthday(born: date, year: int) -> date:
    """The birthday in a year; someone born on 29 February has it on 1 March where there is no 29th (C6)."""
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1)
    return date(year, born.month, born.day)


def age(born: date, on: date) -> int:
    """Completed years on a day."""
    years = on.year - born.year
    return years if on >= birthday(born, on.year) else years - 1


# ---- one row per child: the latest return wins (R11) ----------------------------------------------------


def latest_rows(rows: list[Row]) -> dict[Key, Row]:
    """The row of the latest return for every child."""
    best: dict[Key, Row] = {}
    for row in rows:
        if key_of(row) not in best or row["YEAR"] > best[key_of(row)]["YEAR"]:
            best[key_of(row)] = row
    return best


def age_on(returns: Returns, key: Key, day: date) -> int | None:
    """Age of a child on a day; None without a header row or without a date of birth in it."""
    row = latest_rows(returns.header).get(key)
    if row is None or row["DOB"] is None:
        return None
    return age(row["DOB"], day)


def aged(returns: Returns, key: Key, day: date, youngest: int, oldest: int) -> bool:
    """True when the age is known and within the two ages, both included."""
    years = age_on(returns, key, day)
    return years is not None and youngest <= years <= oldest


def under(returns: Returns, key: Key, day: date, limit: int) -> bool:
    """True when the age is known and below the limit."""
    years = age_on(returns, key, day)
    return years is not None and years < limit


def children_only(returns: Returns, days: dict[Key, date]) -> set[Key]:
    """Of children with a day each, those not known to be 18 or over on it; unknown age stays."""
    return {
        key for key, day in days.items() if age_on(returns, key, day) is None or under(returns, key, day, 18)
    }


def is_uasc_on(returns: Returns, key: Key, day: date) -> bool:
    """In the UASC table with no DUC or a DUC still to come (C6); DUC on the day itself is not UASC."""
    row = latest_rows(returns.uasc).get(key)
    return row is not None and (row["DUC"] is None or row["DUC"] > day)
