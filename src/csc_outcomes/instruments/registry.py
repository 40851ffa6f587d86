"""The instruments that come with the library, in the order of the outcomes they serve, and other packages'."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING

from csc_outcomes.definitions.catalogue import offers
from csc_outcomes.errors import InputError, unknown
from csc_outcomes.instruments import (
    cprs,
    cyrm,
    friendship,
    ghq,
    harter,
    outcome_rating,
    rosenberg,
    sdq,
    secure_base,
    wemwbs,
)
from csc_outcomes.instruments.definition import Instrument

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    import pandas as pd

INSTRUMENTS: tuple[Instrument, ...] = (
    *cyrm.INSTRUMENTS,
    *sdq.INSTRUMENTS,
    *wemwbs.INSTRUMENTS,
    *outcome_rating.INSTRUMENTS,
    *rosenberg.INSTRUMENTS,
    *ghq.INSTRUMENTS,
    *secure_base.INSTRUMENTS,
    *cprs.INSTRUMENTS,
    *harter.INSTRUMENTS,
    *friendship.INSTRUMENTS,
)


@cache
def known() -> dict[str, Instrument]:
    """Instruments by name: the library's own, then those that other packages offer with their measures.

    A name that is taken is left out with a warning; so is a package that cannot be loaded (`csc.catalogue()` says
    why).
    """
    found = {instrument.name: instrument for instrument in INSTRUMENTS}
    for entry in offers():
        for instrument in _offered(entry):
            if instrument.name in found:
                text = f"collection {entry.name!r}: instrument {instrument.name!r} is left out: the name is taken"
                warnings.warn(text, stacklevel=2)
            else:
                found[instrument.name] = instrument
    return found


def _offered(entry: EntryPoint) -> tuple[Instrument, ...]:
    try:
        instruments: tuple[Instrument, ...] = entry.load()().instruments
    except Exception:  # a third party's fault must not stop everybody else
        return ()
    return instruments


def get(name: str | Instrument) -> Instrument:
    """Return an instrument by its name; one that is an `Instrument` already is returned as it is.

    Raises:
        UnknownNameError: no instrument has the name; the nearest names are shown.
        InputError: neither a name nor an instrument.
    """
    if isinstance(name, Instrument):
        return name
    if not isinstance(name, str):
        raise InputError(f"instrument: needed a name or an Instrument, found {type(name).__name__}")
    if name not in known():
        raise unknown("instrument", [name], known())
    return known()[name]


def catalogue() -> pd.DataFrame:
    """List the instruments, one row each.

    Returns:
        A pandas frame: name, version, title, n_items, scales, informants, needs (choices without a default),
        scorings, points, bands, ages, state, unconfirmed, licence, references, note.
    """
    import pandas as pd

    return pd.DataFrame([_row(instrument) for instrument in known().values()])


def _row(instrument: Instrument) -> dict[str, object]:
    return {
        "name": instrument.name,
        "version": instrument.version,
        "title": instrument.title,
        "n_items": instrument.n_items,
        "scales": ", ".join(subscale.name for subscale in instrument.subscales),
        "informants": ", ".join(instrument.informants),
        "needs": ", ".join(needs(instrument)),
        "scorings": ", ".join(scoring.name for scoring in instrument.scorings),
        "points": ", ".join(map(str, instrument.points)),
        "bands": ", ".join(dict.fromkeys(bands.scheme for bands in instrument.bands)),
        "ages": instrument.ages,
        "state": instrument.state.value,
        "unconfirmed": instrument.unconfirmed,
        "licence": instrument.licence,
        "references": "; ".join(map(str, instrument.references)),
        "note": instrument.note,
    }


def needs(instrument: Instrument) -> list[str]:
    """Choices that a user must make because the instrument has no default for them."""
    required = {
        "informant": instrument.informant_required,
        "scoring": bool(instrument.scorings) and not instrument.default_scoring,
        "reverse": instrument.reverse_required,
        "key": instrument.keyless,
    }
    return [name for name, wanted in required.items() if wanted]
