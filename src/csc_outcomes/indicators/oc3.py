"""The base of care-leaver measures: who of the return's OC3 table counts as a care leaver of a year.

Shared by the measures of accommodation and of education, employment and training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.measure import Parameter
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.sources import ssda903_codes as codes

if TYPE_CHECKING:
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

NEEDS = ("ssda903.oc3",)

AGES = {"17-21": (17, 21), "17-18": (17, 18), "19-21": (19, 21)}

AGES_PARAMETER = Parameter(
    "ages",
    "Age group, in completed years on 31 March. The Department publishes 17-18 and 19-21 apart; 17-21 is "
    "both together.",
    default="17-21",
    choices=tuple(AGES),
)

BASE_EDGES = (
    "Transfers to another authority and short breaks are known from the episodes: where a young person has "
    "no episodes in the returns at hand they cannot be known, so the young person stays and the notes give "
    "the number. Young people who refuse contact, need no services or are out of touch stay. Someone of "
    "unknown age is excluded and counted."
)

_ACCOM = codes.ACCOM.names

EET = tuple(code for code in codes.ACTIV.names if code[0] in "FP")
"""Activity codes of education, employment or training, those of returns up to 2020-21 included."""

NEET = tuple(code for code in codes.ACTIV.names if code[0] == "G")
"""Activity codes of young people not in education, employment or training."""

SUITABLE = tuple(code for code in _ACCOM if code[0].isalpha() and code[1:] == "1")
"""Accommodation codes judged suitable: a letter for the type, then 1."""

HOMELESS = {"strict": "S", "wide": "SVW"}
"""Types of accommodation that count as homeless: S no fixed abode, V emergency, W bed and breakfast."""

_OUT_OF_ACCOMMODATION = {"G": "gone abroad", "H": "deported", "R": "residence not known"}


def population(ages: str) -> str:
    """Say in words which young people a measure is about."""
    return (
        f"Young people aged {ages} on 31 March with a row in the OC3 table of the return year, except those "
        "who died (IN_TOUCH DIED), who returned home for six months or more (RHOM), whose care passed to "
        "another authority (last exit E3) or who had only short breaks."
    )


def accommodation(types: str) -> tuple[str, ...]:
    """Accommodation codes, suitable or not, whose first letter is one of `types`."""
    return tuple(code for code in _ACCOM if code[0] in types)


def leavers(tables: Tables, window: WindowDates, ages: str, numerator: nw.Expr) -> Cases:
    """Make one case per care leaver of the return year and the age group."""
    youngest, oldest = AGES[ages]
    in_group = (c("AGE") >= youngest) & (c("AGE") <= oldest)
    rows = tables["ssda903.oc3"].filter(c("YEAR") == window.year).filter(c("AGE").is_null() | in_group)
    cases = Cases(rows, on=c("REF"), numerator=numerator, denominator=nw.lit(1))
    return (
        cases.keep(~c("AGE").is_null(), "age unknown")
        .keep(~kit.is_in("IN_TOUCH", ("DIED",)), "died after leaving care")
        .keep(~kit.is_in("IN_TOUCH", ("RHOM",)), "returned home for six months or more")
        .keep(_not_known_to_be("TRANSFERRED"), "care passed to another authority")
        .keep(_not_known_to_be("ONLY_SHORT_BREAKS"), "only short breaks")
        .report(c("TRANSFERRED").is_null(), "could not be removed if transferred: no episodes at hand")
        .report(
            c("ONLY_SHORT_BREAKS").is_null(), "could not be removed if only short breaks: no episodes at hand"
        )
    )


def _not_known_to_be(column: str) -> nw.Expr:
    return c(column).is_null() | ~c(column)


def accommodated(tables: Tables, window: WindowDates, ages: str, numerator: nw.Expr) -> Cases:
    """Make one case per care leaver whose accommodation can be judged.

    Gone abroad, deported and residence not known leave; missing information stays in the denominator.
    """
    cases = leavers(tables, window, ages, numerator)
    for letter, meaning in _OUT_OF_ACCOMMODATION.items():
        cases = cases.keep(~kit.is_in("ACCOM", accommodation(letter)), meaning)
    known = kit.is_in("ACCOM", tuple(code for code in _ACCOM if code != "0"))
    return cases.report(~known, "accommodation not known, kept in the denominator")
