"""Twins of the measures of outcomes 7, 9, 10, 13, 17 and 18: missing, care leavers, the OC2 cohort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Figure, Key, Returns, Row, aged, children_only, key_of
from .care import care_days, first_days_looked_after
from .modules import care_leavers, incidents_in_window, oc2_base

if TYPE_CHECKING:
    from datetime import date

EET = {"F1", "P1", "F2", "P2", "F3", "P3", "F4", "P4", "F5", "P5"}
NEET = {"G4", "G5", "G6"}
LEAVER_AGES = {"17-21": range(17, 22), "17-18": range(17, 19), "19-21": range(19, 22)}
HOMELESS = {"strict": {"S"}, "wide": {"S", "V", "W"}}
OUT_OF_ACCOMMODATION_BASE = {"G", "H", "R"}

# ---- outcome 10: missing --------------------------------------------------------------------------------


def _incidents_per_child(
    returns: Returns, start: date, end: date, kind: str, under_18_only: bool
) -> dict[Key, int]:
    """Incidents overlapping the window of every child looked after in it; age is that of the first day."""
    days = first_days_looked_after(returns, start, end)
    counts: dict[Key, int] = dict.fromkeys(children_only(returns, days) if under_18_only else days, 0)
    for row in incidents_in_window(returns, start, end, kind):
        if key_of(row) in counts:
            counts[key_of(row)] += 1
    return counts


def _share_with_incident(returns: Returns, start: date, end: date, kind: str, under_18_only: bool) -> Figure:
    counts = _incidents_per_child(returns, start, end, kind, under_18_only)
    return sum(n > 0 for n in counts.values()), len(counts)


def missing_children_number(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False
) -> Figure:
    return _share_with_incident(returns, start, end, "M", under_18_only)[0], None


def missing_children_pct(returns: Returns, start: date, end: date, *, under_18_only: bool = False) -> Figure:
    return _share_with_incident(returns, start, end, "M", under_18_only)


def missing_incidents_number(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False
) -> Figure:
    return sum(_incidents_per_child(returns, start, end, "M", under_18_only).values()), None


def missing_incidents_per_missing_child(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False
) -> Figure:
    counts = _incidents_per_child(returns, start, end, "M", under_18_only)
    return sum(counts.values()), sum(n > 0 for n in counts.values())


def missing_incidents_per_100_care_years(returns: Returns, start: date, end: date) -> Figure:
    started = [row for row in incidents_in_window(returns, start, end, "M") if row["MIS_START"] >= start]
    return len(started), care_days(returns, start, end)


def away_children_pct(returns: Returns, start: date, end: date, *, under_18_only: bool = False) -> Figure:
    return _share_with_incident(returns, start, end, "A", under_18_only)


# ---- outcomes 9 and 13: care leavers --------------------------------------------------------------------


def _active(returns: Returns, end: date, ages: str, codes: set[str], known_only: bool) -> Figure:
    """Activity that is not known stays in the denominator unless only the known are asked for."""
    active = [row["ACTIV"] for row in care_leavers(returns, end, LEAVER_AGES[ages])]
    if known_only:
        active = [code for code in active if code in EET | NEET]
    return sum(code in codes for code in active), len(active)


def care_leaver_eet_17_18_pct(
    returns: Returns, start: date, end: date, *, known_only: bool = False
) -> Figure:
    return _active(returns, end, "17-18", EET, known_only)


def care_leaver_eet_19_21_pct(
    returns: Returns, start: date, end: date, *, known_only: bool = False
) -> Figure:
    return _active(returns, end, "19-21", EET, known_only)


def care_leaver_neet_19_21_pct(
    returns: Returns, start: date, end: date, *, known_only: bool = False
) -> Figure:
    return _active(returns, end, "19-21", NEET, known_only)


def _accommodation(returns: Returns, ref: date, ages: str) -> list[str]:
    """ACCOM of the accommodation base, "0" where blank: information that is missing stays in."""
    codes = [row["ACCOM"] or "0" for row in care_leavers(returns, ref, LEAVER_AGES[ages])]
    return [code for code in codes if code[0] not in OUT_OF_ACCOMMODATION_BASE]


def care_leaver_homeless_pct(
    returns: Returns, start: date, end: date, *, ages: str = "17-21", homeless: str = "strict"
) -> Figure:
    codes = _accommodation(returns, end, ages)
    return sum(code[0] in HOMELESS[homeless] for code in codes), len(codes)


def care_leaver_suitable_accom_pct(
    returns: Returns, start: date, end: date, *, ages: str = "17-21"
) -> Figure:
    codes = _accommodation(returns, end, ages)
    return sum(code[0].isalpha() and code[1:] == "1" for code in codes), len(codes)


# ---- outcomes 7, 17 and 18: the OC2 cohort --------------------------------------------------------------


def _oc2_aged(returns: Returns, end: date, youngest: int, oldest: int, **rule: bool) -> list[Row]:
    return [
        row for row in oc2_base(returns, end, **rule) if aged(returns, key_of(row), end, youngest, oldest)
    ]


def _flagged(rows: list[Row], flag: str) -> Figure:
    """Rows with the flag set among rows where it is not blank (R12)."""
    known = [row[flag] for row in rows if row[flag] is not None]
    return known.count("1"), len(known)


def cla_convicted_pct(returns: Returns, start: date, end: date, **rule: bool) -> Figure:
    return _flagged(_oc2_aged(returns, end, 10, 17, **rule), "CONVICTED")


def _scores(returns: Returns, end: date, **rule: bool) -> list[int]:
    """SDQ scores of 0 to 40 without a reason for having none."""
    rows = [row for row in _oc2_aged(returns, end, 5, 16, **rule) if row["SDQ_REASON"] is None]
    return [row["SDQ_SCORE"] for row in rows if row["SDQ_SCORE"] is not None and 0 <= row["SDQ_SCORE"] <= 40]


def sdq_mean(returns: Returns, start: date, end: date, **rule: bool) -> Figure:
    scores = _scores(returns, end, **rule)
    return sum(scores), len(scores)


def sdq_concern_pct(returns: Returns, start: date, end: date, **rule: bool) -> Figure:
    scores = _scores(returns, end, **rule)
    return sum(score >= 17 for score in scores), len(scores)


def sdq_coverage_pct(returns: Returns, start: date, end: date, **rule: bool) -> Figure:
    return len(_scores(returns, end, **rule)), len(_oc2_aged(returns, end, 5, 16, **rule))


def cla_health_assessment_pct(returns: Returns, start: date, end: date, **rule: bool) -> Figure:
    return _flagged(oc2_base(returns, end, **rule), "HEALTH_ASSESSMENT")


def cla_dental_check_pct(returns: Returns, start: date, end: date, **rule: bool) -> Figure:
    return _flagged(oc2_base(returns, end, **rule), "TEETH_CHECK")


def cla_immunised_pct(returns: Returns, start: date, end: date, **rule: bool) -> Figure:
    return _flagged(oc2_base(returns, end, **rule), "IMMUNISATIONS")


def cla_development_assessment_pct(returns: Returns, start: date, end: date, **rule: bool) -> Figure:
    return _flagged(_oc2_aged(returns, end, 0, 4, **rule), "HEALTH_CHECK")


def cla_substance_misuse_pct(returns: Returns, start: date, end: date, **rule: bool) -> Figure:
    return _flagged(oc2_base(returns, end, **rule), "SUBSTANCE_MISUSE")
