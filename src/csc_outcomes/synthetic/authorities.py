"""Authorities of the invented data, and effects of known size planted in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen

from csc_outcomes.errors import InputError, all_at_once
from csc_outcomes.synthetic.practice import Practice, invented_practices, practice_problems

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NATIONAL = 152
"""Authorities of a national run: England had 153 in 2025, of which one publishes no figure."""

REFERENCE_POPULATION = 12_183_016
"""Children aged 0-17 in England, mid-2024 (Office for National Statistics, mid-year estimates)."""

REFERENCE_STOCK = 81_770
"""Children looked after in England on 31 March 2025 (Department for Education, 2025)."""

# Spread of authorities, 31 March 2025: minimum, 10th, 25th, 50th, 75th, 90th centile, maximum (Department for
# Education, Children looked after in England including adoptions, 2025). The centile .97 of sizes is ours:
# with it the sizes add up to the national number.
_SIZES = ((0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 1.0), (50, 215, 303, 458, 647, 999, 1330, 2317))
_RATES = ((0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0), (27.5, 40.5, 53, 67, 89, 115, 177))
# How far large authorities have high rates: with .165 the sum of sizes over the sum of populations is the
# national rate of 67 per 10,000, well below the mean of the authorities' rates.
_RANK_WEIGHT = 0.165
_GOLDEN = 0.6180339887498949
_ASYLUM_SPREAD, _ASYLUM_LEAN = 1.3, 0.3

MOST = {
    "entries": 3.0,
    "returns_home": 1.5,
    "moves": 2.0,
    "missing": 3.0,
    "rereferrals": 2.0,
    "caseload": 3.0,
    "vacancies": 3.0,
}
"""Largest multiplier that keeps an effect exact; the smallest is 0."""


def _multiplier(_: object, attribute: object, value: float) -> None:
    name = getattr(attribute, "name", "")
    if not 0 <= value <= MOST[name]:
        raise InputError(f"Effect({name}=...) must lie between 0 and {MOST[name]:g}; found {value:g}")


@frozen
class Effect:
    """What changes in one authority from a day on: each number multiplies an expected count, exactly.

    `entries`: periods of care that start. `returns_home`: periods that end at home or with relatives (E4A,
    E4B, E13) of the periods there are; a child who does not return stays to 18. `moves`: moves to another
    carer, placing for adoption and temporary stays apart. `missing`: missing and away incidents that start.
    `rereferrals`: referrals within 12 months of an earlier one of the child. `caseload`: cases that social
    workers hold on 30 September. `vacancies`: vacant posts on 30 September.
    """

    start: date
    entries: float = field(default=1.0, validator=_multiplier)
    returns_home: float = field(default=1.0, validator=_multiplier)
    moves: float = field(default=1.0, validator=_multiplier)
    missing: float = field(default=1.0, validator=_multiplier)
    rereferrals: float = field(default=1.0, validator=_multiplier)
    caseload: float = field(default=1.0, validator=_multiplier)
    vacancies: float = field(default=1.0, validator=_multiplier)


@frozen
class Authority:
    """One authority: `population` is children aged 0-17 in mid-2024; `rate_scale` multiplies all rates.

    `uasc_scale` multiplies the share of unaccompanied asylum-seeking children, at the expense of the others.
    `old_code` is the three-digit code of the population file; by default it is made from the place in the
    list.
    """

    code: str
    population: int
    rate_scale: float = 1.0
    effect: Effect | None = None
    uasc_scale: float = 1.0
    name: str = ""
    old_code: str = ""
    practice: Practice = field(factory=Practice)

    @property
    def expected_stock(self) -> float:
        """Children looked after on 31 March 2025 that the national rate and `rate_scale` lead to expect."""
        return self.population * self.rate_scale * REFERENCE_STOCK / REFERENCE_POPULATION


def invented(count: int) -> tuple[Authority, ...]:
    """`count` authorities whose sizes and rates spread as England's do; codes and names are invented.

    Take these, change one with `attrs.evolve(authority, effect=...)`, and give the list to `synthesise`.
    """
    if not 1 <= count <= 400:
        raise InputError(f"authorities must number from 1 to 400; found {count}")
    # A national set reaches the published minimum and maximum; a small one has no extreme authorities.
    share = np.linspace(0, 1, count) if count >= NATIONAL else (np.arange(count) + 0.5) / count
    shuffled = (np.arange(count) * _GOLDEN) % 1
    ranks = np.argsort(np.argsort(_RANK_WEIGHT * share + (1 - _RANK_WEIGHT) * shuffled))
    sizes = np.exp(np.interp(share, _SIZES[0], np.log(_SIZES[1])))
    rates = np.exp(np.interp(share, _RATES[0], np.log(_RATES[1])))[ranks]
    national = REFERENCE_STOCK / REFERENCE_POPULATION * 10_000
    asylum = _asylum(sizes)
    practices = invented_practices(sizes / rates, rates / national, count >= NATIONAL)
    return tuple(
        Authority(
            f"E06900{number + 1:03d}",
            round(sizes[number] / rates[number] * 10_000),
            float(rates[number] / national),
            uasc_scale=float(asylum[number]),
            practice=practices[number],
        )
        for number in range(count)
    )


def _asylum(sizes: Floats) -> Floats:
    """Relative shares of unaccompanied children: uneven, most authorities have fewer than the average."""
    from scipy.special import ndtri

    place = (np.arange(len(sizes)) * _GOLDEN * _GOLDEN + 0.5) % 1
    place = (1 - _ASYLUM_LEAN) * place + _ASYLUM_LEAN * (np.argsort(np.argsort(sizes)) + 0.5) / len(sizes)
    place = (np.argsort(np.argsort(place)) + 0.5) / len(sizes)
    uneven = np.exp(_ASYLUM_SPREAD * ndtri(np.clip(place, 0.04, 0.96)))
    level: Floats = uneven * sizes.sum() / (uneven * sizes).sum()
    return level


def prepared(
    authorities: int | Sequence[Authority], children: int | None, national: bool
) -> tuple[Authority, ...]:
    """Authorities with names and codes, brought to the size asked for.

    Invented authorities keep their rates and grow or shrink; given ones keep their population, and `children`
    changes their rates.
    """
    if isinstance(authorities, int):
        chosen = invented(NATIONAL if national else authorities)
        wanted = REFERENCE_STOCK if national and children is None else children
        chosen = _resized(chosen, wanted)
    else:
        chosen = _rated(tuple(authorities), children)
    _check(chosen)
    return tuple(
        evolve(
            authority,
            name=authority.name or f"Authority {place + 1} (invented)",
            old_code=authority.old_code or str(500 + place),
        )
        for place, authority in enumerate(chosen)
    )


def _resized(authorities: tuple[Authority, ...], children: int | None) -> tuple[Authority, ...]:
    if children is None:
        return authorities
    factor = children / sum(authority.expected_stock for authority in authorities)
    return tuple(evolve(a, population=max(1, round(a.population * factor))) for a in authorities)


def _rated(authorities: tuple[Authority, ...], children: int | None) -> tuple[Authority, ...]:
    expected = sum(authority.expected_stock for authority in authorities)
    if children is None or not expected:
        return authorities
    return tuple(evolve(a, rate_scale=a.rate_scale * children / expected) for a in authorities)


def _check(authorities: tuple[Authority, ...]) -> None:
    codes = [authority.code for authority in authorities]
    problems = []
    if not codes:
        problems.append("at least one authority is needed; none was given")
    if len(set(codes)) < len(codes):
        problems.append(f"codes must be unique; {len(codes) - len(set(codes))} occur again")
    if any(not code.isalnum() for code in codes):
        problems.append("codes name folders: use letters and digits only")
    problems += practice_problems([authority.practice for authority in authorities])
    for what in ("population", "rate_scale"):
        wrong = sum(getattr(authority, what) < 0 for authority in authorities)
        if wrong:
            problems.append(f"{what} must not be negative; it is for {wrong} authorities")
    all_at_once("authorities cannot be used", problems)
