"""Where children are placed: the kind of each placement, its code, provider, carer and location."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, fields, frozen

from csc_outcomes.synthetic import rates
from csc_outcomes.synthetic.days import YEAR, day
from csc_outcomes.synthetic.draws import below, pick, uniform
from csc_outcomes.synthetic.legal import C1, C2, E1, J1, NEVER
from csc_outcomes.synthetic.moves import ADOPT, MOVE, SEMI, STATUS
from csc_outcomes.synthetic.rates import End, Kind

if TYPE_CHECKING:
    from csc_outcomes.synthetic.children import Children
    from csc_outcomes.synthetic.draws import Bools, Floats, Ints
    from csc_outcomes.synthetic.legal import Legal
    from csc_outcomes.synthetic.moves import Changes
    from csc_outcomes.synthetic.periods import Periods

CODES = (
    *("U6", "U5", "U4", "U3", "U2", "U1", "K2", "K1", "H5", "P2", "P1"),
    *("A3", "A4", "A5", "A6", "R1", "R2", "R3", "R5", "S1", "Z1", "T1", "T3", "T4"),
)
"""Codes a placement is stored under. Supported accommodation is H5 or P2, other placements Z1; each return
then shows the code of its own year."""

_INDEX = {code: place for place, code in enumerate(CODES)}
NO_INDEPENDENT = day(date(2023, 10, 28))
"""From this day nothing starts in independent living (P2); supported accommodation is inspected."""

_LONG_TERM = {_INDEX["U6"]: _INDEX["U4"], _INDEX["U5"]: _INDEX["U4"], _INDEX["U3"]: _INDEX["U1"]}
_SETTLED_NIGHTS = 365
_OFTEN_LONG_TERM = 0.55
_AWAY_WITHIN = 600
"""A temporary placement comes this many days after the first month of the one it interrupts, at most."""


@frozen(eq=False)
class Spells:
    """One row per placement status: ordered by period and day; `carer` and `address` say who and where."""

    period: Ints
    day: Ints
    kind: Ints
    code: Ints
    carer: Ints
    """Running number of the carer within the period."""
    address: Ints
    """Running number of the address within the period; a temporary placement keeps the interrupted one's."""
    change: Ints
    """How the spell began (a kind of `moves`)."""
    same_carer: Bools

    def __len__(self) -> int:
        return len(self.day)

    def take(self, rows: Ints | Bools) -> Spells:
        """The spells in these rows."""
        return evolve(self, **{f.name: getattr(self, f.name)[rows] for f in fields(Spells)})


def spells_of(changes: Changes, periods: Periods, legal: Legal, children: Children) -> Spells:
    """Kind and code of every placement, one step of all periods at a time."""
    size = len(changes.day)
    kind, code = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    carer, address = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    same = np.zeros(size, dtype=bool)
    by_step = np.argsort(changes.order, kind="stable")
    edges = np.searchsorted(changes.order[by_step], np.arange(changes.order.max() + 2))
    for step in range(int(changes.order.max()) + 1):
        rows = by_step[edges[step] : edges[step + 1]]
        at = _Step(changes, rows, periods, legal, children)
        if step == 0:
            kind[rows] = _first_kind(at)
            code[rows] = _new_code(at, kind[rows])
            continue
        before = rows - 1
        moved = _next_kind(at, kind[before])
        stays = (at.change == STATUS) | at.adopted_by_carer(kind[before])
        kind[rows] = np.where(at.change == STATUS, kind[before], moved)
        code[rows] = np.where(
            at.change == STATUS, _new_status(at, code[before]), _new_code(at, kind[rows], stays)
        )
        carer[rows] = carer[before] + ~stays
        address[rows] = address[before] + (~stays | (code[rows] == code[before]))
        same[rows] = stays
    return Spells(
        changes.period, changes.day, kind, code, carer, address, np.where(same, STATUS, changes.kind), same
    )


class _Step:
    """What is known of the periods that change placement in one step."""

    def __init__(
        self, changes: Changes, rows: Ints, periods: Periods, legal: Legal, children: Children
    ) -> None:
        self.period = changes.period[rows]
        self.day = changes.day[rows]
        self.change = changes.kind[rows]
        self.order = changes.order[rows]
        self.key = periods.key[self.period]
        self.destination = periods.destination[self.period]
        child = periods.child[self.period]
        self.uasc = children.uasc[child]
        self.age = (self.day - children.born[child]) / YEAR
        self.status = legal.on(self.period, self.day)
        self.consent = legal.consent[self.period]
        self.planned = legal.decision[self.period] < NEVER
        self.nights = self.day - periods.start[self.period]

    def u(self, purpose: str) -> Floats:
        return uniform(self.key, purpose, self.order)

    @property
    def band(self) -> Ints:
        return np.searchsorted(rates.PLACE_EDGES, self.age, side="right") - 1

    def adopted_by_carer(self, before: Ints) -> Bools:
        fostered = np.isin(before, (Kind.FOSTER, Kind.KIN))
        chance = uniform(self.key, "adopted by carer") < rates.FOSTER_TO_ADOPT
        found: Bools = (self.change == ADOPT) & fostered & chance
        return found


def _first_kind(at: _Step) -> Ints:
    kind = pick(at.u("kind of placement"), rates.FIRST_PLACE, at.band)
    kind = np.where(at.uasc, _alone(at, rates.UASC_FIRST_PLACE), kind)
    remand = pick(at.u("kind of placement"), rates.REMAND_PLACE)
    kind = np.where((at.status == J1) & (at.age >= 12), remand, kind)
    return _allowed(at, kind)


def _next_kind(at: _Step, before: Ints) -> Ints:
    kind = pick(at.u("kind of placement"), rates.NEXT_PLACE, at.band)
    kind = np.where(at.uasc, _alone(at, rates.UASC_NEXT_PLACE), kind)
    # Who is in supported accommodation mostly stays in it, who is at home with parents does not move to
    # parents.
    stays = (before == Kind.SEMI) & (uniform(at.key, "semi again", at.order) < 0.5)
    kind = np.where(stays | (at.change == SEMI), Kind.SEMI, kind)
    kind = np.where((before == Kind.PARENTS) & (kind == Kind.PARENTS), Kind.FOSTER, kind)
    kind = _allowed(at, kind)
    return np.where(at.change == ADOPT, Kind.ADOPTION, kind)


def _alone(at: _Step, shares: Floats) -> Ints:
    kind = pick(at.u("kind of placement"), shares)
    return np.where((kind == Kind.SEMI) & (at.age < 16), Kind.FOSTER, kind)


def _allowed(at: _Step, kind: Ints) -> Ints:
    """Parents only under a care order and without a plan for adoption; supported accommodation from 16."""
    under_order = np.isin(at.status, (C1, C2)) & ~at.planned
    kind = np.where((kind == Kind.PARENTS) & ~under_order, Kind.FOSTER, kind)
    return np.where((kind == Kind.SEMI) & (at.age < 16), Kind.HOME, kind)


def _new_code(at: _Step, kind: Ints, by_carer: Bools | None = None) -> Ints:
    u = at.u("code of placement")
    settled = (at.nights > _SETTLED_NIGHTS) & (u < _OFTEN_LONG_TERM)
    early = (at.destination == End.ADOPTION) & (uniform(at.key, "adopted by carer") < rates.FOSTER_TO_ADOPT)
    foster = _codes(("U6", "U4", "U5"), settled + 2 * early)
    kin = _codes(("U3", "U1", "U2"), settled + 2 * early)
    secure = (u < rates.SECURE) & (at.age >= 10)
    semi = (u < rates.INDEPENDENT) & (at.day < NO_INDEPENDENT)
    carer = np.zeros(len(kind), dtype=bool) if by_carer is None else by_carer
    adoption = _codes(("A6", "A5", "A4", "A3"), carer + 2 * (at.consent | (at.status != E1)))
    # Family centres for the youngest, young offender institutions for the remanded and sentenced.
    detained = (at.age >= 15) & ((at.status == J1) | (u < 0.15))
    residential = _codes(("R1", "R2", "R3", "R5"), np.where(detained, 3, np.where(at.age < 5, 2, u > 0.8)))
    options = {
        Kind.FOSTER: foster,
        Kind.KIN: kin,
        Kind.HOME: _codes(("K2", "K1"), secure),
        Kind.SEMI: _codes(("H5", "P2"), semi),
        Kind.PARENTS: np.full(len(kind), _INDEX["P1"]),
        Kind.ADOPTION: adoption,
        Kind.RESIDENTIAL: residential,
        Kind.SCHOOL: np.full(len(kind), _INDEX["S1"]),
        Kind.OTHER: np.full(len(kind), _INDEX["Z1"]),
    }
    code = np.zeros(len(kind), dtype=np.int64)
    for name, values in options.items():
        code = np.where(kind == name, values, code)
    return code


def _codes(names: tuple[str, ...], which: Ints | Bools) -> Ints:
    found: Ints = np.array([_INDEX[name] for name in names])[
        np.minimum(np.asarray(which, int), len(names) - 1)
    ]
    return found


def _new_status(at: _Step, before: Ints) -> Ints:
    """A foster placement is made long-term once; any other change of status is another address."""
    later = before.copy()
    long_term = (at.nights > 180) & (at.u("made long-term") < 0.7) & ~at.planned
    for plain, settled in _LONG_TERM.items():
        later[(before == plain) & long_term] = settled
    return later


def ends_of(spells: Spells, periods: Periods) -> Ints:
    """The day each spell ends: where the next begins, or with the period."""
    ends = np.append(spells.day[1:], 0)
    last = np.append(spells.period[1:] != spells.period[:-1], True)
    ends[last] = periods.end[spells.period[last]]
    return ends


def with_temporary(spells: Spells, periods: Periods, legal: Legal) -> Spells:
    """Interrupt some placements by a temporary one, after which the child returns to the same carer.

    It lies inside the placement and away from changes of legal status, so that the next row is the return.
    """
    ends = ends_of(spells, periods)
    key = periods.key[spells.period]
    number = np.arange(len(spells)) - np.searchsorted(spells.period, spells.period)
    u = uniform(key, "temporary", number)
    ordinary = ~np.isin(spells.kind, (Kind.ADOPTION, Kind.PARENTS))
    rows = np.flatnonzero((u < rates.TEMPORARY_CHANCE) & ordinary)
    which = below(key[rows], "temporary code", 3, number[rows])
    nights = 1 + below(key[rows], "temporary nights", np.array([40, 20, 7])[which], number[rows])
    away = spells.day[rows] + 30 + below(key[rows], "temporary day", _AWAY_WITHIN, number[rows])
    fits = away + nights < ends[rows] - 1
    rows, which, nights, away = rows[fits], which[fits], nights[fits], away[fits]
    since = legal.since[spells.period[rows]]
    clear = ~((since >= away[:, None]) & (since <= (away + nights)[:, None])).any(axis=1)
    rows, which, nights, away = rows[clear], which[clear], nights[clear], away[clear]
    base = spells.take(rows)
    temporary = evolve(
        base,
        day=away,
        kind=np.full(len(rows), Kind.TEMPORARY),
        code=_codes(("T1", "T3", "T4"), which),
        change=np.full(len(rows), MOVE),
        same_carer=np.zeros(len(rows), dtype=bool),
    )
    back = evolve(temporary, day=away + nights, kind=base.kind, code=base.code)
    joined = [
        np.concatenate([getattr(part, f.name) for part in (spells, temporary, back)]) for f in fields(Spells)
    ]
    both = Spells(*joined)
    return both.take(np.lexsort((both.day, both.period)))
