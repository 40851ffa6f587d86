"""The measures of the children in need census as slow, obvious functions; ids are those of the catalogue.

Each is called as `f(census, la, start, end, **parameters)` for one authority and an inclusive window, and gives
(numerator, denominator); the denominator is None for counts and for rates per population. A forward measure
leaves out what the returns at hand do not cover.
Rows are dicts of the return's own field names plus LA and YEAR (int, year ending 31 March).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .base import FAR, Returns, Row, age, plus_months, return_year, year_end
from .care import periods_of_care

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

HOME = {"seed": ("E4A", "E4B", "E4", "E13"), "narrow": ("E4A", "E4B", "E4")}
KNOWN_FACTORS = {"1A", "10A", "11A", "13A", "24A", "21"}  # of those that the tests draw


@dataclass
class Census:
    """Rows of stacked returns, one list per table."""

    details: list[Row] = field(default_factory=list)
    identifiers: list[Row] = field(default_factory=list)
    assessments: list[Row] = field(default_factory=list)
    factors: list[Row] = field(default_factory=list)
    enquiries: list[Row] = field(default_factory=list)
    plans: list[Row] = field(default_factory=list)


# ---- what the returns say -------------------------------------------------------------------------------


def years_at_hand(census: Census, la: str) -> set[int]:
    """Years of which the authority's return is at hand."""
    return {row["YEAR"] for row in census.details if row["LA"] == la}


def covered_until(census: Census, la: str, day: date) -> date | None:
    """Last day of the unbroken run of returns that a day lies in, or None where no return holds the day."""
    years, year = years_at_hand(census, la), return_year(day)
    if year not in years:
        return None
    while year + 1 in years:
        year += 1
    return year_end(year)


def no_action(row: Row) -> bool:
    """The referral led to no further action; a blank says that it did lead to something."""
    return str(row["ReferralNFA"] or "").lower() in ("1", "true")


def best(rows: Iterable[Row], name: str, rank: Any) -> dict[tuple[str, date], Row]:
    """By child and date the row of the newest return, and within a return the highest in rank (R17)."""
    found: dict[tuple[str, date], Row] = {}
    for row in rows:
        slot = (row["CHILD"], row[name])
        if slot not in found or (row["YEAR"], rank(row)) > (found[slot]["YEAR"], rank(found[slot])):
            found[slot] = row
    return found


def referrals(census: Census, la: str) -> dict[tuple[str, date], Row]:
    """Referrals of one authority: one per child and day; of several that day one that led to something."""
    own = [row for row in census.details if row["LA"] == la]
    return best(own, "CINreferralDate", lambda row: (not no_action(row), row["CINclosureDate"] or FAR))


def dates_of(census: Census, la: str, child: str) -> list[date]:
    """Referral dates of one child, in order."""
    return sorted(day for who, day in referrals(census, la) if who == child)


def born(census: Census, la: str, child: str) -> date | None:
    """Date of birth as the newest return that has one says."""
    rows = [r for r in census.identifiers if (r["LA"], r["CHILD"]) == (la, child) and r["PersonBirthDate"]]
    return max(rows, key=lambda r: r["YEAR"])["PersonBirthDate"] if rows else None


def adult(census: Census, la: str, child: str, day: date) -> bool:
    """Known to be 18 or over on a day."""
    birth = born(census, la, child)
    return birth is not None and age(birth, day) >= 18


# ---- re-referrals (R15) ---------------------------------------------------------------------------------


def referred(census: Census, la: str, start: date, end: date) -> list[tuple[str, date]]:
    """Referrals dated in the window."""
    return [slot for slot in referrals(census, la) if start <= slot[1] <= end]


def is_again(census: Census, la: str, slot: tuple[str, date]) -> bool:
    """Whether an earlier referral lies within the 12 months before."""
    child, day = slot
    return any(plus_months(day, -12) <= earlier < day for earlier in dates_of(census, la, child))


def looks_back(census: Census, la: str, start: date, end: date) -> bool:
    """Whether the returns reach 12 months behind the window."""
    needed = range(return_year(plus_months(start, -12)), return_year(end) + 1)
    return set(needed) <= years_at_hand(census, la)


def rereferral_number(census: Census, la: str, start: date, end: date) -> tuple[int, None]:
    return sum(is_again(census, la, slot) for slot in referred(census, la, start, end)), None


def rereferral_pct(census: Census, la: str, start: date, end: date) -> tuple[int, int]:
    all_of_them = referred(census, la, start, end)
    return sum(is_again(census, la, slot) for slot in all_of_them), len(all_of_them)


def rereferral_child_pct(census: Census, la: str, start: date, end: date) -> tuple[int, int]:
    all_of_them = referred(census, la, start, end)
    again = {slot[0] for slot in all_of_them if is_again(census, la, slot)}
    return len(again), len({child for child, _ in all_of_them})


def closures(census: Census, la: str) -> list[tuple[str, date]]:
    """Children and days on which a case of theirs closed, not before it was opened."""
    rows = referrals(census, la).values()
    days = {(row["CHILD"], row["CINclosureDate"]) for row in rows if row["CINclosureDate"] is not None
            and row["CINclosureDate"] >= row["CINreferralDate"]}  # fmt: skip
    return sorted(days)


def rereferral_forward_12m_pct(
    census: Census, la: str, start: date, end: date, *, index: str = "referral"
) -> tuple[int, int]:
    events = list(referrals(census, la)) if index == "referral" else closures(census, la)
    again = base = 0
    for child in {who for who, _ in events}:
        inside = sorted(day for who, day in events if who == child and start <= day <= end)
        if not inside:
            continue
        limit = plus_months(inside[0], 12)
        until = covered_until(census, la, inside[0])
        if until is None or limit > until or adult(census, la, child, limit):
            continue
        base += 1
        again += any(inside[0] < day <= limit for day in dates_of(census, la, child))
    return again, base


def referral_rate_10k(census: Census, la: str, start: date, end: date) -> tuple[int, None]:
    return len(referred(census, la, start, end)), None


# ---- child protection plans -----------------------------------------------------------------------------


def plans(census: Census, la: str) -> dict[tuple[str, date], Row]:
    """Plans of one authority: one per child and start."""
    own = [row for row in census.plans if row["LA"] == la and row["CPPstartDate"] is not None]
    return best(
        own,
        "CPPstartDate",
        lambda row: (
            row["CPPendDate"] or FAR,
            -1 if row["NumberOfPreviousCPP"] is None else row["NumberOfPreviousCPP"],
        ),
    )


def cpp_subsequent_pct(census: Census, la: str, start: date, end: date) -> tuple[int, int]:
    started = [row for (_, day), row in plans(census, la).items() if start <= day <= end]
    return sum((row["NumberOfPreviousCPP"] or 0) >= 1 for row in started), len(started)


# ---- assessment factors (R16) ---------------------------------------------------------------------------


def completed(census: Census, la: str) -> list[tuple[str, date, date, set[str]]]:
    """Child, referral date, day of authorisation and factors of every completed assessment.

    Of assessments of one referral that started on the same day only those of the newest return count.
    """
    found = []
    for row in census.assessments:
        if row["LA"] != la or row["AssessmentAuthorisationDate"] is None:
            continue
        (details,) = (d for d in census.details if block(d) == block(row))
        factors = {f["AssessmentFactor"] for f in census.factors
                   if block(f) == block(row) and f["AssessmentID"] == row["AssessmentID"]}  # fmt: skip
        found.append((details["CINreferralDate"], row, factors & KNOWN_FACTORS))
    return [
        (row["CHILD"], referral, row["AssessmentAuthorisationDate"], factors)
        for referral, row, factors in found
        if not any(
            other["YEAR"] > row["YEAR"]
            and (other["CHILD"], its_referral, other["AssessmentActualStartDate"])
            == (row["CHILD"], referral, row["AssessmentActualStartDate"])
            for its_referral, other, _ in found
        )
    ]


def block(row: Row) -> tuple[str, str, int, int]:
    """The CINdetails block that a row stands in."""
    return row["LA"], row["CHILD"], row["YEAR"], row["CINdetailsID"]


def factor_share(
    census: Census, la: str, start: date, end: date, wanted: set[str], episodes: str
) -> tuple[int, int]:
    """Episodes with any of the factors, of those assessed in the window."""
    per_episode: dict[tuple[str, date], set[str]] = {}
    for child, referral, authorised, factors in completed(census, la):
        if start <= authorised <= end:
            per_episode.setdefault((child, referral), set()).update(factors)
    sets = list(per_episode.values())
    if episodes == "with_factor":
        sets = [factors for factors in sets if factors - {"21"}]
    return sum(bool(factors & wanted) for factors in sets), len(sets)


def gang_factor_assessment_pct(
    census: Census,
    la: str,
    start: date,
    end: date,
    *,
    episodes: str = "with_factor",
    with_exploitation: bool = False,
) -> tuple[int, int]:
    wanted = {"13A", "24A"} if with_exploitation else {"13A"}
    return factor_share(census, la, start, end, wanted, episodes)


def cce_factor_assessment_pct(
    census: Census, la: str, start: date, end: date, *, episodes: str = "with_factor"
) -> tuple[int, int]:
    return factor_share(census, la, start, end, {"24A"}, episodes)


def missing_factor_assessment_pct(
    census: Census, la: str, start: date, end: date, *, episodes: str = "with_factor"
) -> tuple[int, int]:
    return factor_share(census, la, start, end, {"10A"}, episodes)


def cse_factor_assessment_pct(
    census: Census, la: str, start: date, end: date, *, episodes: str = "with_factor"
) -> tuple[int, int]:
    return factor_share(census, la, start, end, {"11A"}, episodes)


# ---- after a return home (R19) --------------------------------------------------------------------------


def return_home_adverse_12m_pct(
    census: Census,
    la: str,
    start: date,
    end: date,
    *,
    returns: Returns,
    care_until: date,
    home: str = "seed",
) -> tuple[int, int]:
    """`returns` are those of looked-after children; `care_until` is the last day that they cover."""
    periods = [period for period in periods_of_care(returns) if period.key[0] == la]
    harmed = base = 0
    for period in periods:
        if not period.ceased or period.rec not in HOME[home] or not start <= period.end <= end:
            continue
        child, left, limit = period.key[1], period.end, plus_months(period.end, 12)
        until = covered_until(census, la, left)
        known = any(day <= left for day in dates_of(census, la, child))
        if (
            until is None
            or limit > min(until, care_until)
            or not known
            or adult_by(returns, la, child, limit)
        ):
            continue
        base += 1
        back = any(
            p.key == period.key and p.start > period.start and left <= p.start <= limit for p in periods
        )
        harmed += back or any(left < day <= limit for day in harms(census, la, child))
    return harmed, base


def adult_by(returns: Returns, la: str, child: str, day: date) -> bool:
    """Known by the return of looked-after children to be 18 or over."""
    births = [r["DOB"] for r in returns.header if (r["LA"], r["CHILD"]) == (la, child) and r["DOB"]]
    return bool(births) and age(births[-1], day) >= 18


def harms(census: Census, la: str, child: str) -> list[date]:
    """Days of referrals that led to something, of enquiries and of plans of one child."""
    acted = [day for (who, day), row in referrals(census, la).items() if who == child and not no_action(row)]
    planned = [day for who, day in plans(census, la) if who == child]
    asked = [
        row["S47ActualStartDate"] for row in census.enquiries if (row["LA"], row["CHILD"]) == (la, child)
    ]
    return acted + planned + [day for day in asked if day is not None]


BACKWARD = {
    "rereferral_number": rereferral_number,
    "rereferral_pct": rereferral_pct,
    "rereferral_child_pct": rereferral_child_pct,
}
FORWARD = {"rereferral_forward_12m_pct": rereferral_forward_12m_pct}
PLAIN = {
    "referral_rate_10k": referral_rate_10k,
    "cpp_subsequent_pct": cpp_subsequent_pct,
    "gang_factor_assessment_pct": gang_factor_assessment_pct,
    "cce_factor_assessment_pct": cce_factor_assessment_pct,
    "missing_factor_assessment_pct": missing_factor_assessment_pct,
    "cse_factor_assessment_pct": cse_factor_assessment_pct,
}
