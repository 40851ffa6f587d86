"""Provider, place and distance of each placement: the same for all rows with one carer at one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic import rates
from csc_outcomes.synthetic.addresses import area_of, postcodes, registrations
from csc_outcomes.synthetic.authorities import NATIONAL, invented
from csc_outcomes.synthetic.draws import below, exponential, integers, mixed, pick, salt, uniform
from csc_outcomes.synthetic.places import CODES, NO_INDEPENDENT
from csc_outcomes.synthetic.rates import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.children import Children
    from csc_outcomes.synthetic.draws import Bools, Floats, Ints, Keys
    from csc_outcomes.synthetic.periods import Periods
    from csc_outcomes.synthetic.places import Spells

_PROVIDERS = ("PR0", *rates.PROVIDERS)
_ABROAD = ("WAL", "SCO")
_AWAY = 1000
"""Added to the carer and address of a temporary placement, which is somewhere else."""

_NO_URN = ("P1", "R1", "R2", "R5", "Z1", "T1", "T3", "T4")
_AGENCY = (Kind.FOSTER, Kind.KIN, Kind.ADOPTION)
_FARTHEST = 340.0


def spells_frame(
    spells: Spells, periods: Periods, children: Children, authorities: Sequence[Authority]
) -> pl.DataFrame:
    """Columns of the episodes that belong to the placement, one row per spell; `inspected` helps with URN."""
    import polars as pl

    away = _AWAY * (spells.kind == Kind.TEMPORARY)
    key = periods.key[spells.period]
    child = periods.child[spells.period]
    own = children.authority[child]
    carer = spells.carer + away
    provider = _provider(spells, key, carer)
    place = _location(spells, key, carer, children.uasc[child])
    outside, far, unknown = place % 2 == 1, np.isin(place, (2, 3)), place >= 4
    codes, authority = _authority_of_placement(authorities, own, key, carer, outside, far)
    address = spells.address + away
    number = mixed(key ^ integers(key, "address", address))
    last = below(key, "last letter", 20) + spells.address + (spells.kind == Kind.TEMPORARY) * 10
    distance = pl.Series(_distance(key, address, far))
    return pl.DataFrame(
        {
            "PLACE": pl.Series(CODES).gather(spells.code),
            "PLACE_PROVIDER": pl.Series([*_PROVIDERS, None]).gather(provider),
            "PL_POST": postcodes(area_of(codes)[authority], number, last),
            "URN": _urn(
                spells,
                provider,
                np.array([salt(authority.code) for authority in authorities])[own],
                key,
                carer,
                np.isin(authority, _index(codes, _ABROAD)),
            ),
            "PL_LOCATION": pl.Series(["IN", "OUT"]).gather(outside.astype(np.int64)),
            "PL_LA": pl.Series(codes).gather(authority),
            "PL_DISTANCE": distance.set(pl.Series(unknown), None),
            "inspected": spells.day >= NO_INDEPENDENT,
        }
    )


def _index(codes: Sequence[str], names: Sequence[str]) -> list[int]:
    return [codes.index(name) for name in names]


def _provider(spells: Spells, key: Keys, carer: Ints) -> Ints:
    table = np.array([rates.PROVIDER_SHARES.get(kind, (1.0, 0, 0, 0, 0)) for kind in Kind])
    found = 1 + pick(uniform(key, "provider", carer), table, spells.kind)
    public, private = _PROVIDERS.index("PR3"), _PROVIDERS.index("PR4")
    prison = np.where(uniform(key, "provider", carer) < 0.5, public, private)
    found = np.where(spells.code == CODES.index("R2"), public, found)
    found = np.where(spells.code == CODES.index("R5"), prison, found)
    found = np.where(spells.kind == Kind.PARENTS, 0, found)
    none = np.isin(spells.kind, (Kind.OTHER, Kind.TEMPORARY))
    return np.where(none, len(_PROVIDERS), found)


def _location(spells: Spells, key: Keys, carer: Ints, uasc: Bools) -> Ints:
    """Index into `rates.LOCATIONS`; the distance of an unaccompanied child's placement is never known."""
    table = np.array([rates.LOCATION_SHARES[name] for name in Kind])
    u = uniform(key, "location", carer)
    by_carer = np.isin(spells.code, (CODES.index("A3"), CODES.index("A5")))
    kind = np.where(by_carer, Kind.FOSTER, spells.kind)
    return np.where(uasc, np.where(u < rates.UASC_INSIDE, 4, 5), pick(u, table, kind))


def _authority_of_placement(
    authorities: Sequence[Authority], own: Ints, key: Keys, carer: Ints, outside: Bools, far: Bools
) -> tuple[list[str], Ints]:
    """Codes, and the index of each placement's: outside is another of England's, or Wales or Scotland.

    The authorities outside are always drawn from the same invented list, so that one authority's data do not
    depend on which others are made.
    """
    mine = [authority.code for authority in authorities]
    others = [authority.code for authority in invented(NATIONAL)]
    codes = [*mine, *others, *_ABROAD]
    chosen = below(key, "authority of placement", NATIONAL, carer)
    places = {code: place for place, code in enumerate(others)}
    self_index = np.array([places.get(code, -1) for code in mine])[own]
    chosen = np.where(chosen == self_index, (chosen + 1) % NATIONAL, chosen)
    u = uniform(key, "abroad", carer)
    abroad = NATIONAL + (u < 0.01).astype(np.int64)
    chosen = np.where(far & (u < 0.04), abroad, chosen)
    return codes, np.where(outside, len(mine) + chosen, own)


def _distance(key: Keys, address: Ints, far: Bools) -> Floats:
    u = uniform(key, "distance", address)
    near = (20 * u**1.6).clip(0.1)
    away = (20.1 + exponential(u, 38.0)).clip(max=_FARTHEST)
    miles: Floats = np.where(far, away, near)
    return miles.round(1)


def _urn(spells: Spells, provider: Ints, own: Keys, key: Keys, carer: Ints, abroad: Bools) -> pl.Series:
    """Registration numbers: one per fostering or adoption agency, one per home; `XXXXXXX` outside England."""
    import polars as pl

    home = integers(key, "home", carer)
    agency = np.where(provider == 1, own, below(key, "agency", 60, carer).astype(np.uint64))
    shared = mixed((agency * np.uint64(16) + provider.astype(np.uint64)) ^ salt("agency"))
    number = registrations(np.where(np.isin(spells.kind, _AGENCY), shared, home))
    elsewhere = pl.Series(abroad | (spells.kind == Kind.ADOPTION) & (provider == 1))
    none = pl.Series(np.isin(spells.code, [CODES.index(code) for code in _NO_URN]))
    return number.set(elsewhere, "XXXXXXX").set(none, None)
