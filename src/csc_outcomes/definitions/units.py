"""The closed list of units, on a registry of our own.

Values in frames are plain floats; a unit is a word beside them. What a unit *means* is checked once, when a
measure is created: a rate per 10,000 must be multiplied by 10,000, a rate per 100 care years of events over
days by 36,525.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from csc_outcomes.errors import DefinitionError

if TYPE_CHECKING:
    import pint

_COUNTED = (
    "child", "period", "placement", "move", "incident", "change", "referral", "plan", "assessment", "case",
    "worker", "FTE", "household", "respondent", "event", "attendance", "admission", "session", "score", "GBP",
)  # fmt: skip
_TIME = (
    "day = [time] = day",
    "care_year = 365.25 * day",
    "person_year = 365.25 * day",
    "month = 365.25 / 12 * day",
)
_DERIVED = (
    "percent = 0.01",
    "per_1_000 = 1e-3",
    "per_10_000 = 1e-4",
    "per_100_000 = 1e-5",
    "placement_per_child = placement / child",
    "incident_per_child = incident / child",
    "change_per_child = change / child",
    "case_per_FTE = case / FTE",
    "case_per_worker = case / worker",
    "day_per_child = day / child",
    "score_per_child = score / child",
    "score_per_respondent = score / respondent",
    "move_per_100_care_years = move / (100 * care_year)",
    "incident_per_100_care_years = incident / (100 * care_year)",
    "referral_per_100_children = referral / (100 * child)",
    "referral_per_10_000 = referral / (10000 * child)",
    "attendance_per_1_000_person_years = attendance / (1000 * person_year)",
    "admission_per_10_000 = admission / (10000 * child)",
    "admission_per_100_000 = admission / (100000 * child)",
    "GBP_per_case = GBP / case",
    "GBP_per_day = GBP / day",
    "GBP_per_GBP = 1",
    "GBP_per_child_week = 365 / 7 * GBP / child",
)

LABELS = {
    "child": "children", "period": "periods", "placement": "placements", "incident": "incidents",
    "percent": "%", "per_10_000": "per 10,000 children", "day_per_child": "days",
    "score_per_child": "score", "score_per_respondent": "score", "respondent": "respondents",
    "placement_per_child": "placements per child",
    "incident_per_child": "incidents per child", "change_per_child": "changes per child",
    "move_per_100_care_years": "moves per 100 care years",
    "incident_per_100_care_years": "incidents per 100 care years",
    "case_per_worker": "cases per worker",
    "attendance": "attendances", "household": "households",
    "referral_per_10_000": "referrals per 10,000 children",
    "referral_per_100_children": "referrals per 100 children (or person-years)",
    "attendance_per_1_000_person_years": "attendances per 1,000 person-years",
    "admission_per_10_000": "admissions per 10,000 children",
    "admission_per_100_000": "admissions per 100,000 children",
    "GBP_per_child_week": "pounds per child and week",
    "GBP": "pounds", "GBP_per_case": "pounds per case", "GBP_per_day": "pounds per day in care",
    "GBP_per_GBP": "pounds per pound", "month": "months",
}  # fmt: skip
"""How a unit is written for a reader."""


@cache
def registry() -> pint.UnitRegistry[float]:
    """Return the library's own registry; pint's default units are not in it."""
    import pint

    ureg: pint.UnitRegistry[float] = pint.UnitRegistry(None, cache_folder=None)
    for name in _COUNTED:
        ureg.define(f"{name} = [{name}_count]")
    for definition in (*_TIME, *_DERIVED):
        ureg.define(definition)
    return ureg


def names() -> tuple[str, ...]:
    """All units a measure may have."""
    return (*_COUNTED, *(entry.split(" = ")[0] for entry in (*_TIME, *_DERIVED)))


def label(unit: str) -> str:
    """Write a unit for a reader, e.g. `per_10_000` as 'per 10,000 children'."""
    return LABELS.get(unit, unit.replace("_", " "))


def check(measure: str, unit: str, per: float, counted: str, over: str) -> None:
    """Check that `per` turns `counted` / `over` into `unit`.

    Raises:
        DefinitionError: the unit is not in the closed list, or one counted thing over one unit of the
            denominator, expressed in `unit`, is not `per`.
    """
    known = names()
    foreign = [name for name in (unit, counted, over) if name and name not in known]
    if foreign:
        raise DefinitionError(f"measure {measure!r}: unknown unit {foreign[0]!r}; known: {', '.join(known)}")
    ureg = registry()
    quantity = ureg.Quantity(1, counted) / ureg.Quantity(1, over or "dimensionless")
    target = ureg.Unit(unit)
    if not quantity.is_compatible_with(target):
        raise DefinitionError(f"measure {measure!r}: {counted} over {over or 'nothing'} is no {unit}")
    found = float(quantity.to(target).magnitude)
    if abs(found - per) > 1e-9 * abs(found):
        raise DefinitionError(f"measure {measure!r}: per={per:g} is wrong for {unit}; it must be {found:g}")
