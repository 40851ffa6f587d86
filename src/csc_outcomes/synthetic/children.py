"""Children who enter care for the first time: when, how old, and who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, fields, frozen

from csc_outcomes.synthetic import rates
from csc_outcomes.synthetic.authorities import REFERENCE_POPULATION
from csc_outcomes.synthetic.days import YEAR, birthday, day, first_day, last_day
from csc_outcomes.synthetic.draws import below, expand, mixed, pick, poisson, uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.draws import Bools, Floats, Ints, Keys

KINDS = ("other", "uasc", "short")
BURN_IN = 23
"""Years simulated before the first return: those who reach 21 in it may have entered at birth."""

_NUMBERS = {"other": 0, "uasc": 50_000, "short": 80_000}
"""Where the running numbers of each kind begin within an authority and year."""


@frozen(eq=False)
class Children:
    """One row per child; dates are days since 1970."""

    authority: Ints
    key: Keys
    year: Ints
    number: Ints
    born: Ints
    adult: Ints
    """The 18th birthday."""
    start: Ints
    uasc: Bools
    short: Bools
    """Short breaks only: never looked after in the sense of the published figures."""
    male: Bools

    def __len__(self) -> int:
        return len(self.key)

    def take(self, rows: Ints | Bools) -> Children:
        """The children in these rows."""
        return evolve(self, **{f.name: getattr(self, f.name)[rows] for f in fields(Children)})


def codes_of(children: Children) -> pl.Series:
    """The identifier of each child within the authority, the same in all returns."""
    import polars as pl

    number = pl.Series(children.number).cast(pl.String).str.zfill(5)
    entered = pl.Series(children.year % 100).cast(pl.String).str.zfill(2)
    return pl.Series(["", "S"]).gather(children.short.astype(np.int64)) + entered + number


def authority_keys(seed: int, authorities: Sequence[Authority]) -> Keys:
    """One random key per authority, from the seed and the authority's code alone."""
    keys = [
        np.random.SeedSequence([abs(seed), int(seed < 0), *authority.code.encode()]).generate_state(
            1, np.uint64
        )[0]
        for authority in authorities
    ]
    return np.array(keys, dtype=np.uint64)


def effect_days(authorities: Sequence[Authority]) -> Ints:
    """First day of each authority's effect; far in the future where there is none."""
    return np.array(
        [day(a.effect.start) if a.effect else np.iinfo(np.int32).max for a in authorities], dtype=np.int64
    )


def multipliers(authorities: Sequence[Authority], name: str) -> Floats:
    """Each authority's multiplier of one kind; 1 where there is no effect."""
    return np.array([getattr(a.effect, name) if a.effect else 1.0 for a in authorities], dtype=np.float64)


def first_entries(authorities: Sequence[Authority], keys: Keys, years: Sequence[int]) -> Children:
    """All first entries from `BURN_IN` years before the first return to the end of the last one.

    An effect on entries is exact: from its first day on, children are drawn at the multiplied rate.
    """
    span = np.arange(min(years) - BURN_IN, max(years) + 1)
    parts = [_entries(kind, authorities, keys, span) for kind in KINDS]
    return Children(
        **{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Children)}
    )


def _entries(kind: str, authorities: Sequence[Authority], keys: Keys, span: Ints) -> Children:
    place, year, number = _arrivals(kind, authorities, keys, span)
    offset = _NUMBERS[kind]
    own = mixed(keys[place] ^ (year * 1_000_000 + number + offset).astype(np.uint64))
    opening = np.array([first_day(y) for y in span])[year - span[0]]
    length = np.array([last_day(y) - first_day(y) + 1 for y in span])[year - span[0]]
    start = opening + below(own, "first entry", length)
    born = start - _age_in_days(kind, own)
    children = Children(
        authority=place,
        key=own,
        year=year,
        number=number + offset,
        born=born,
        adult=birthday(born, 18),
        start=start,
        uasc=np.full(len(own), kind == "uasc"),
        short=np.full(len(own), kind == "short"),
        male=uniform(own, "sex") < rates.MALE[kind],
    )
    grown = children.adult <= start + 1
    return children.take(~grown if kind == "short" else ~grown & _kept(children, authorities))


def _arrivals(kind: str, authorities: Sequence[Authority], keys: Keys, span: Ints) -> tuple[Ints, Ints, Ints]:
    """Authority, year and running number of every candidate, before an effect below 1 thins them."""
    profile = rates.ENTRY_PROFILE[kind]
    known = np.clip(span, min(profile), max(profile))
    of_year = np.array([profile[int(year)] for year in known]) * rates.FIRST_ENTRIES[kind]
    size = np.array([a.population * a.rate_scale * _mix(kind, a) for a in authorities]) / REFERENCE_POPULATION
    raised = np.maximum(multipliers(authorities, "entries"), 1.0)
    last = np.array([last_day(y) for y in span])
    touched = (last[None, :] >= effect_days(authorities)[:, None]) & (kind != "short")
    factor = np.where(touched, raised[:, None], 1.0)
    u = np.stack([uniform(keys, f"number of entries, {kind}", int(year)) for year in span], axis=1)
    counts = poisson(u.ravel(), (size[:, None] * of_year[None, :] * factor).ravel())
    cells, number = expand(counts)
    return cells // len(span), span[cells % len(span)], number


def _mix(kind: str, authority: Authority) -> float:
    """What an authority's share of unaccompanied children does to entries of a kind, for the same stock."""
    if kind == "uasc":
        return authority.uasc_scale
    return (1 - rates.UASC_OF_STOCK * authority.uasc_scale) / (1 - rates.UASC_OF_STOCK)


def _age_in_days(kind: str, keys: Keys) -> Ints:
    band = pick(uniform(keys, "age band at entry"), rates.AGE_SHARES[kind])
    within = uniform(keys, "age within band")
    within = np.where(band == 0, within**rates.BIRTH_POWER, within)
    edges = rates.AGE_EDGES
    found: Ints = ((edges[band] + within * (edges[band + 1] - edges[band])) * YEAR).astype(np.int64)
    return found


def _kept(children: Children, authorities: Sequence[Authority]) -> Bools:
    """Thin the candidates of the years an effect touches to the rate of their own day."""
    if not len(children):
        return children.uasc
    factor = multipliers(authorities, "entries")[children.authority]
    begins = effect_days(authorities)[children.authority]
    closing = np.array([last_day(y) for y in range(children.year.min(), children.year.max() + 1)])
    raised = np.where(closing[children.year - children.year.min()] >= begins, np.maximum(factor, 1.0), 1.0)
    rate = np.where(children.start >= begins, factor, 1.0)
    kept: Bools = uniform(children.key, "entry kept") * raised < rate
    return kept
