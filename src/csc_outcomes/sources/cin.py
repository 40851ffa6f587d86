"""The children in need census: referrals, assessments and child protection in England, 2016-17 to 2026-27.

Source: Department for Education, *Children in need census: guide*. Every referral of the year, and every case
that was open in it, with assessments, enquiries, conferences and plans. Tables and code lists are declared in
`cin_tables` and `cin_codes`; this module says what is derived from what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_outcomes.engine.source import Builder, Frames, Source
from csc_outcomes.sources import cin_derived as derived
from csc_outcomes.sources.cin_checks import check
from csc_outcomes.sources.cin_prepare import DETAILS, NAME, prepare
from csc_outcomes.sources.cin_tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from csc_outcomes.engine.door import Problem

_Made = tuple[Frames, "list[Problem]"]
_CHILDREN, _COVER, _REFERRALS = "cin.children", "cin.cover", "cin.referrals"
_PLANS, _ENQUIRIES, _ASSESSMENTS = "cin.plans", "cin.section47", "cin.assessments"


def _cover(details: pl.DataFrame) -> _Made:
    return {_COVER: derived.cover(details)}, []


def _children(identifiers: pl.DataFrame, characteristics: pl.DataFrame | None) -> _Made:
    return {_CHILDREN: derived.children(identifiers, characteristics)}, []


def _referrals(details: pl.DataFrame, cover: pl.DataFrame, children: pl.DataFrame | None) -> _Made:
    frame, problems = derived.referrals(details, cover, children)
    return {_REFERRALS: frame}, problems


def _closures(referrals: pl.DataFrame, cover: pl.DataFrame) -> _Made:
    return {"cin.closures": derived.closures(referrals, cover)}, []


def _needs(referrals: pl.DataFrame, cover: pl.DataFrame) -> _Made:
    return {"cin.needs": derived.needs(referrals, cover)}, []


def _plans(frame: pl.DataFrame, cover: pl.DataFrame, children: pl.DataFrame | None) -> _Made:
    plans, problems = derived.plans(frame, cover, children)
    return {_PLANS: plans}, problems


def _section_47(frame: pl.DataFrame, cover: pl.DataFrame, children: pl.DataFrame | None) -> _Made:
    enquiries, problems = derived.section_47(frame, cover, children)
    return {_ENQUIRIES: enquiries}, problems


def _conferences(
    details: pl.DataFrame, enquiries: pl.DataFrame | None, children: pl.DataFrame | None
) -> _Made:
    return {"cin.conferences": derived.conferences(details, enquiries, children)}, []


def _assessments(
    frame: pl.DataFrame, factors: pl.DataFrame, details: pl.DataFrame, children: pl.DataFrame | None
) -> _Made:
    assessments, listed, problems = derived.assessments(frame, factors, details, children)
    return {_ASSESSMENTS: assessments, "cin.factors": listed}, problems


_OF_ASSESSMENTS = Builder(
    ("cin.Assessments", "cin.AssessmentFactorsList", DETAILS), _assessments, (_CHILDREN,)
)

BUILDERS: Mapping[str, Builder] = {
    _COVER: Builder((DETAILS,), _cover),
    _CHILDREN: Builder(("cin.ChildIdentifiers",), _children, ("cin.ChildCharacteristics",)),
    _REFERRALS: Builder((DETAILS, _COVER), _referrals, (_CHILDREN,)),
    "cin.closures": Builder((_REFERRALS, _COVER), _closures),
    "cin.needs": Builder((_REFERRALS, _COVER), _needs),
    _PLANS: Builder(("cin.ChildProtectionPlans", _COVER), _plans, (_CHILDREN,)),
    _ENQUIRIES: Builder(("cin.Section47", _COVER), _section_47, (_CHILDREN,)),
    "cin.conferences": Builder((DETAILS,), _conferences, ("cin.Section47", _CHILDREN)),
    _ASSESSMENTS: _OF_ASSESSMENTS,
    "cin.factors": _OF_ASSESSMENTS,
}
"""Derived tables of the census: how each is made."""

SOURCE = Source(
    NAME,
    tables={f"{NAME}.{name}": table for name, table in TABLES.items()},
    builders=BUILDERS,
    base=DETAILS,
    own_cover=frozenset(),
    checked=(_REFERRALS, _PLANS, _ENQUIRIES, _ASSESSMENTS),
    prepare=prepare,
    check=check,
)
"""The census as the engine knows it."""
