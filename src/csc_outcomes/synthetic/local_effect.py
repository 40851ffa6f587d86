"""Effects of known size that an invented project has on the children of its intervention arm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from csc_outcomes.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.draws import Floats

MOST = 3.0
"""Largest multiplier of events."""
_MOST_POINTS = 10.0


def _multiplier(_: object, attribute: object, value: float) -> None:
    if not 0 <= value <= MOST:
        name = getattr(attribute, "name", "")
        raise InputError(f"LocalEffect({name}=...) must lie between 0 and {MOST:g}; found {value:g}")


def _points(_: object, __: object, value: float) -> None:
    if not abs(value) <= _MOST_POINTS:
        raise InputError(f"LocalEffect(sdq=...) must lie within {_MOST_POINTS:g} points; found {value:g}")


@frozen
class LocalEffect:
    """What the project changes in its intervention arm, from each child's index date on.

    `sdq`: points added to the total difficulties score at follow-up, whoever answers (below 0: fewer
    difficulties; only a total that would leave 0 to 40 moves by less). `arrests`, `missing_from_home`: what the
    expected number of these events is multiplied by, from 0 to 3.
    """

    sdq: float = field(default=0.0, validator=_points)
    arrests: float = field(default=1.0, validator=_multiplier)
    missing_from_home: float = field(default=1.0, validator=_multiplier)


Effects = LocalEffect | Mapping[str, LocalEffect] | None


def effects_by_authority(effect: Effects, authorities: Sequence[Authority]) -> tuple[LocalEffect, ...]:
    """The effect in each authority; one that a mapping does not name has none.

    Raises:
        InputError: a mapping names an authority that is not there.
    """
    codes = [authority.code for authority in authorities]
    if not isinstance(effect, Mapping):
        return (effect or LocalEffect(),) * len(codes)
    strangers = [code for code in effect if code not in codes]
    if strangers:
        raise InputError(
            f"effect: needed codes of the invented authorities ({', '.join(codes)}), "
            f"found {', '.join(strangers)}"
        )
    return tuple(effect.get(code, LocalEffect()) for code in codes)


def sizes(effects: Sequence[LocalEffect], name: str) -> Floats:
    """One size of the effect in each authority."""
    return np.array([getattr(effect, name) for effect in effects], dtype=np.float64)
