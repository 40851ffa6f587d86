"""A slow, plain-Python twin of the workforce measures, written from the definitions alone.

Rows are dicts of the census's own field names plus LA (str) and YEAR (int, year ending 30 September). Numbers are
`Fraction` or None, dates `datetime.date` or None, codes str or None. Sums are exact.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]
Number = Fraction | None
Pair = tuple[Fraction, Fraction] | None  # numerator and denominator; None where a figure is not usable


@dataclass
class Census:
    """Rows of stacked censuses, and published figures."""

    worker: list[Row] = field(default_factory=list)
    la_level: list[Row] = field(default_factory=list)
    authority: list[Row] = field(default_factory=list)

    def years(self, la: str) -> set[int]:
        """Years of which an authority has any row."""
        tables = (self.worker, self.la_level, self.authority)
        return {row["YEAR"] for table in tables for row in table if row["LA"] == la}

    def worker_years(self, la: str) -> set[int]:
        """Years of which an authority has rows of workers."""
        return {row["YEAR"] for row in self.worker if row["LA"] == la}


@dataclass(frozen=True)
class Choices:
    """Values of the measures' parameters."""

    ends_on_30_september: str = "leaver"
    cases_without_fte: str = "keep"
    base: str = "closing"
    starters_who_left: str = "include"
    threshold: float = 16


# ---- values that cannot be ------------------------------------------------------------------------------


def between(value: Number, low: int, high: int | None) -> Number:
    """The value if it lies within its limits, else missing."""
    if value is None or value < low or (high is not None and value > high):
        return None
    return value


def fte_of(row: Row) -> Number:
    return between(row["FTE"], 0, 1)


def caseload_fte(row: Row) -> Number:
    """FTE of 30 September, or the contracted one where that is blank."""
    own = between(row["FTE30"], 0, 1)
    return fte_of(row) if own is None else own


def cases_of(row: Row) -> Number:
    return between(row["Cases30"], 0, None)


def days_of(row: Row) -> Number:
    return between(row["WorkingDaysLost"], 0, 366)


# ---- who is who -----------------------------------------------------------------------------------------


def census_day(year: int) -> date:
    return date(year, 9, 30)


def in_year(day: date | None, year: int) -> bool:
    return day is not None and date(year - 1, 10, 1) <= day <= census_day(year)


def employed(row: Row) -> bool:
    return bool(row["AgencyWorker"] == "0")


def agency(row: Row) -> bool:
    return bool(row["AgencyWorker"] == "1")


def begun(row: Row) -> bool:
    """A role that starts after the census day counts nowhere."""
    return row["RoleStartDate"] is None or row["RoleStartDate"] <= census_day(row["YEAR"])


def in_post(row: Row, choices: Choices) -> bool:
    """Employed or of an agency, and at work on 30 September of the row's year."""
    day, last = census_day(row["YEAR"]), row["RoleEndDate"]
    if not (employed(row) or agency(row)) or not begun(row):
        return False
    counts_the_day = choices.ends_on_30_september != "leaver"
    return last is None or last > day or (last == day and counts_the_day)


def starter(row: Row) -> bool:
    return employed(row) and in_year(row["RoleStartDate"], row["YEAR"])


def ended(row: Row) -> bool:
    """Whether an employed worker's role ended in the year."""
    return employed(row) and begun(row) and in_year(row["RoleEndDate"], row["YEAR"])


def leaver(row: Row, choices: Choices) -> bool:
    on_the_day = row["RoleEndDate"] == census_day(row["YEAR"])
    stays = on_the_day and choices.ends_on_30_september == "in_post"
    return ended(row) and not starter(row) and not stays


# ---- sums -----------------------------------------------------------------------------------------------


def rows_of(table: list[Row], la: str, year: int) -> list[Row]:
    return [row for row in table if row["LA"] == la and row["YEAR"] == year]


def fte_sum(rows: list[Row], value: Callable[[Row], Number] = fte_of) -> Number:
    """FTE of some workers; unknown where there are workers and none has an FTE above 0."""
    known = [v for row in rows if (v := value(row)) is not None]
    if rows and not any(v > 0 for v in known):
        return None
    return sum(known, Fraction(0))


def count_sum(rows: list[Row], value: Callable[[Row], Number]) -> Number:
    """Cases or days of some workers; unknown where there are workers and nothing is known of any."""
    known = [v for row in rows if (v := value(row)) is not None]
    if rows and not known:
        return None
    return sum(known, Fraction(0))


def stated(rows: list[Row], name: str) -> Number:
    """A figure of the authority's own row, unless its rows contradict each other."""
    columns = {row_name for row in rows for row_name in row if row_name not in ("LA", "YEAR")}
    distinct = {tuple(between(row.get(column), 0, None) for column in sorted(columns)) for row in rows}
    if len(distinct) != 1:
        return None
    return between(rows[0].get(name), 0, None)


PUBLISHED = {
    "in_post": "inpost_fte",
    "starters": "starters_fte",
    "leavers": "leavers_fte",
    "agency": "agency_fte",
    "vacancies": "vacancy_fte",
    "cover": "agency_cover_fte",
    "cases": "cases",
    "holders": "case_holders_fte",
    "days": "working_days_lost_fte",
}


def figure(census: Census, la: str, year: int, name: str, choices: Choices) -> Number:
    """One figure of an authority and year: of its workers, else published, else of its own row alone."""
    workers = rows_of(census.worker, la, year)
    own = rows_of(census.la_level, la, year)
    published = rows_of(census.authority, la, year)
    of_the_authority = {"vacancies": "NumberOfVacancies", "cover": "NoAgencyFTE"}
    if workers or not published:
        if name in of_the_authority:
            return stated(own, of_the_authority[name])
        return of_workers(workers, name, choices, stated(own, "NoAgencyFTE")) if workers else None
    if name not in of_the_authority and choices.ends_on_30_september != "leaver":
        return None
    return stated(published, PUBLISHED[name]) if name in PUBLISHED else None


def of_workers(workers: list[Row], name: str, choices: Choices, cover: Number) -> Number:
    posts = [row for row in workers if in_post(row, choices)]
    agencies = [row for row in posts if agency(row)]
    with_fte = [row for row in posts if (caseload_fte(row) or 0) > 0]
    if name == "agency" and not agencies and cover:
        return None
    return {
        "in_post": lambda: fte_sum([row for row in posts if employed(row)]),
        "agency": lambda: fte_sum(agencies),
        "starters": lambda: fte_sum([row for row in workers if starter(row)]),
        "starters_who_stayed": lambda: fte_sum([row for row in workers if starter(row) and not ended(row)]),
        "leavers": lambda: fte_sum([row for row in workers if leaver(row, choices)]),
        "cases": lambda: count_sum(posts, cases_of),
        "cases_with_fte": lambda: count_sum(with_fte, cases_of),
        "holders": lambda: fte_sum([row for row in with_fte if (cases_of(row) or 0) > 0], caseload_fte),
        "days": lambda: count_sum([row for row in workers if employed(row) and (row in posts or ended(row))], days_of),
    }[name]()  # fmt: skip


# ---- persons --------------------------------------------------------------------------------------------


def persons(census: Census, la: str, year: int, choices: Choices) -> list[list[Row]]:
    """Rows of each person in post; one number with several dates of birth is several persons."""
    workers = rows_of(census.worker, la, year)
    births: dict[str, set[date]] = {}
    for row in workers:
        if row["PersonBirthDate"] is not None:
            births.setdefault(row["SWENo"], set()).add(row["PersonBirthDate"])
    found: dict[tuple[str, date | None], list[Row]] = {}
    for row in workers:
        if in_post(row, choices):
            apart = row["PersonBirthDate"] if len(births.get(row["SWENo"], ())) > 1 else None
            found.setdefault((row["SWENo"], apart), []).append(row)
    return list(found.values())


def holders(census: Census, la: str, year: int, choices: Choices) -> list[list[Row]]:
    """Persons in post with a case, each with the rows that hold them."""
    with_cases = [
        [row for row in rows if (cases_of(row) or 0) > 0] for rows in persons(census, la, year, choices)
    ]
    return [rows for rows in with_cases if rows]


# ---- measures -------------------------------------------------------------------------------------------


def median_values(census: Census, la: str, year: int, choices: Choices) -> list[int]:
    """Cases of each case holder, in order."""
    return sorted(int(sum(row["Cases30"] for row in rows)) for rows in holders(census, la, year, choices))


def over_threshold(census: Census, la: str, year: int, choices: Choices) -> Pair:
    above = base = 0
    for rows in holders(census, la, year, choices):
        ftes = [caseload_fte(row) for row in rows]
        whole = sum((fte for fte in ftes if fte is not None), Fraction(0))
        if None in ftes or whole == 0:
            continue
        base += 1
        above += sum(row["Cases30"] for row in rows) / whole > Fraction(str(choices.threshold))
    return Fraction(above), Fraction(base)


def stock(census: Census, la: str, year: int, choices: Choices) -> Number:
    """The base of the flows: FTE in post at the end of the year, or the mean with that of the year before."""
    closing = figure(census, la, year, "in_post", choices)
    if choices.base == "closing" or closing is None:
        return closing
    opening = figure(census, la, year - 1, "in_post", choices)
    return None if opening is None else (opening + closing) / 2


def working_days(year: int) -> int:
    """253, or 254 where the twelve months to 30 September hold a 29 February."""
    days = [date(year - 1, 10, 1) + timedelta(n) for n in range(365 + calendar.isleap(year))]
    return 254 if any((day.month, day.day) == (2, 29) for day in days) else 253


def added(*values: Number) -> Number:
    total = Fraction(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total


def ratio(measure: str, census: Census, la: str, year: int, choices: Choices) -> Pair:
    """Numerator and denominator of one measure, authority and year; None where either is not usable."""

    def of(name: str) -> Number:
        return figure(census, la, year, name, choices)

    excluded, stayed = choices.cases_without_fte == "exclude", choices.starters_who_left == "exclude"
    base, post, agencies = stock(census, la, year, choices), of("in_post"), of("agency")
    numerator, denominator = {
        "avg_caseload_fte": (of("cases_with_fte" if excluded else "cases"), of("holders")),
        "cases_per_all_fte": (of("cases"), added(post, agencies)),
        "vacancy_rate_fte_pct": (of("vacancies"), added(of("vacancies"), post)),
        "turnover_rate_fte_pct": (of("leavers"), base),
        "agency_rate_fte_pct": (agencies, added(agencies, post)),
        "vacancy_agency_cover_pct": (of("cover"), of("vacancies")),
        "starters_rate_fte_pct": (of("starters_who_stayed" if stayed else "starters"), base),
        "sickness_absence_rate_pct": (of("days"), None if post is None else post * working_days(year)),
    }[measure]
    return None if numerator is None or denominator is None else (numerator, denominator)
