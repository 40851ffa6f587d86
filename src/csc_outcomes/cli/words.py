"""What the fields of a definition are called when people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Direction, Measure

LIMITS = {
    "standard": "those of the kind: Byar's or exact Poisson (counts, rates), Wilson (proportions), "
    "t (means), order statistics (medians)",
    "bootstrap": "bootstrap over children, because one child can yield many events",
    "none": "none",
}
BASIS = {
    "dfe_known": "the published formula of the Department for Education",
    "dfe_partly": "a published figure of which some step is not published",
    "choice": "a choice of this library; nothing published is the same",
    "external": "a figure that another body publishes",
    "local": "data kept locally",
    "survey": "a survey or questionnaire",
}


def time_of(measure: Measure) -> str:
    """The time a measure is about, and the time around it that it needs."""
    parts = [{"day": "a day", "period": "a period", "return_year": "a return year"}[measure.when.value]]
    if measure.lookback_months:
        parts.append(f"needs {measure.lookback_months} months of look-back")
    if measure.followup_months:
        parts.append(f"needs {measure.followup_months} months of follow-up")
    if measure.annualised:
        parts.append("annualised")
    return "; ".join(parts)


def tables_of(measure: Measure) -> str:
    """The tables that a measure reads, and the population that is its denominator."""
    resident = [f"population aged {measure.population}"] if measure.population else []
    return ", ".join([*measure.needs, *resident])


def direction_of(direction: Direction) -> str:
    """What the 2017 checklist hoped for; it is quoted, never used to call a change good."""
    if direction.value == "contested":
        return "differs from measure to measure"
    return f"{direction.value}, as hoped for by the 2017 checklist"
