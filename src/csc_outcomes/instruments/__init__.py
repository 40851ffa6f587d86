"""Questionnaires: scores from item answers, bands, and change, with the rules as data and no item wording.

Every function returns a pandas frame: one row per respondent and scale, per element, or a single row.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csc_outcomes.instruments.banding import band_totals
    from csc_outcomes.instruments.definition import Instrument
    from csc_outcomes.instruments.paired import change, sign_test
    from csc_outcomes.instruments.parts import (
        COMPLETE,
        INFORMANTS,
        PRORATE_80,
        Bands,
        Combine,
        Direction,
        Fill,
        MissingRule,
        Reliability,
        Reversal,
        Scoring,
        State,
        Subscale,
        steps,
    )
    from csc_outcomes.instruments.registry import catalogue, get
    from csc_outcomes.instruments.reliable import cut_offs, reliable_change, reliable_change_each
    from csc_outcomes.instruments.scoring import UnverifiedKeyWarning, score
    from csc_outcomes.instruments.value_added import added_value, added_value_mean

_HOMES = {
    "Bands": "parts",
    "COMPLETE": "parts",
    "Combine": "parts",
    "Direction": "parts",
    "Fill": "parts",
    "INFORMANTS": "parts",
    "Instrument": "definition",
    "MissingRule": "parts",
    "PRORATE_80": "parts",
    "Reliability": "parts",
    "Reversal": "parts",
    "Scoring": "parts",
    "State": "parts",
    "Subscale": "parts",
    "UnverifiedKeyWarning": "scoring",
    "added_value": "value_added",
    "added_value_mean": "value_added",
    "band_totals": "banding",
    "catalogue": "registry",
    "change": "paired",
    "cut_offs": "reliable",
    "get": "registry",
    "reliable_change": "reliable",
    "reliable_change_each": "reliable",
    "score": "scoring",
    "sign_test": "paired",
    "steps": "parts",
}
__all__ = [
    "COMPLETE",
    "INFORMANTS",
    "PRORATE_80",
    "Bands",
    "Combine",
    "Direction",
    "Fill",
    "Instrument",
    "MissingRule",
    "Reliability",
    "Reversal",
    "Scoring",
    "State",
    "Subscale",
    "UnverifiedKeyWarning",
    "added_value",
    "added_value_mean",
    "band_totals",
    "catalogue",
    "change",
    "cut_offs",
    "get",
    "reliable_change",
    "reliable_change_each",
    "score",
    "sign_test",
    "steps",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
