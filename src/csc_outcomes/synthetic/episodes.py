"""Episodes: legal status and placement brought together, one row per change of either.

The rows are whole histories, beyond the end of any return; `returns` cuts them into yearly returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from csc_outcomes.synthetic import exits, rates
from csc_outcomes.synthetic.days import YEAR, return_year
from csc_outcomes.synthetic.draws import pick, uniform
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.moves import ADOPT, SEMI, STATUS
from csc_outcomes.synthetic.places import CODES
from csc_outcomes.synthetic.rates import LEGAL, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.children import Children
    from csc_outcomes.synthetic.draws import Bools, Ints
    from csc_outcomes.synthetic.legal import Legal
    from csc_outcomes.synthetic.periods import Periods
    from csc_outcomes.synthetic.places import Spells

RNE = ("S", "L", "P", "B", "T", "U")
REASONS = (*rates.REASONS, "PLACE", "CUSTOD")
_CARPL, _STATUS, _CUSTODY = (REASONS.index(code) for code in ("CARPL", "PLACE", "CUSTOD"))
_OTHER = REASONS.index("OTHER")
NEW_CUSTODY = 2019
"""Return year from which custody is a reason of its own."""

_DAY_BITS = 16


@frozen(eq=False)
class Rows:
    """One row per episode: days, and indices into periods, spells and lists of codes (-1: none)."""

    period: Ints
    spell: Ints
    start: Ints
    end: Ints
    status: Ints
    rne: Ints
    rec: Ints
    reason: Ints

    def __len__(self) -> int:
        return len(self.start)


def rows_of(periods: Periods, legal: Legal, spells: Spells) -> Rows:
    """Episodes of all periods, ordered by period and day."""
    period, start, status, spell, legal_change, place_change = _merged(legal, spells)
    first = np.append(True, period[1:] != period[:-1])
    last = np.append(first[1:], True)
    end = np.append(start[1:], 0)
    end[last] = periods.end[period[last]]
    rec = np.zeros(len(start), dtype=np.int64)
    rec[last] = _exits(periods, spells, spell[last])
    new_carer = place_change & ~spells.same_carer[spell]
    changed = 2 * place_change + 2 * (place_change & ~new_carer) + legal_change
    rne = np.array([-1, 1, 2, 3, 4, 5])[changed]
    rne[first] = 0
    return Rows(
        period, spell, start, end, status, rne, rec, _reasons(periods, spells, spell, place_change, last)
    )


def _merged(legal: Legal, spells: Spells) -> tuple[Ints, Ints, Ints, Ints, Bools, Bools]:
    """All changes, one row per period and day, with the legal status and spell that hold from then on."""
    at = np.nonzero(legal.since < NEVER)
    status_at, status = legal.since[at], legal.status[at]
    packed = np.concatenate([(at[0] << _DAY_BITS) | status_at, (spells.period << _DAY_BITS) | spells.day])
    status = np.concatenate([status, np.full(len(spells), -1)])
    spell = np.concatenate([np.full(len(status_at), -1), np.arange(len(spells))])
    order = np.argsort(packed, kind="stable")
    packed = packed[order]
    groups = np.flatnonzero(np.append(True, packed[1:] != packed[:-1]))
    status = np.maximum.reduceat(status[order], groups)
    spell = np.maximum.reduceat(spell[order], groups)
    packed = packed[groups]
    legal_change, place_change = status >= 0, spell >= 0
    return (
        packed >> _DAY_BITS,
        packed & ((1 << _DAY_BITS) - 1),
        _filled(status, legal_change),
        _filled(spell, place_change),
        legal_change,
        place_change,
    )


def _filled(values: Ints, known: Bools) -> Ints:
    """Carry known values forward; every period begins with both."""
    found: Ints = values[np.maximum.accumulate(np.where(known, np.arange(len(values)), 0))]
    return found


def _exits(periods: Periods, spells: Spells, last_spell: Ints) -> Ints:
    code = np.array(CODES)[spells.code[last_spell]]
    fostered = np.char.startswith(code, "U")
    kin = np.isin(code, ("U1", "U2", "U3"))
    return exits.reasons(periods, spells.kind[last_spell], fostered, kin, return_year(periods.end))


def _reasons(periods: Periods, spells: Spells, spell: Ints, place_change: Bools, last: Bools) -> Ints:
    """Why the placement of each row ends: on the row that ends, and none around temporary placements."""
    following = np.append(spell[1:], 0)
    change, kind = spells.change[following], spells.kind[following]
    u = uniform(periods.key[spells.period[following]], "reason for move", spells.day[following])
    found = pick(u, rates.REASON_SHARES)
    planned = np.isin(change, (ADOPT, SEMI)) | (kind == Kind.PARENTS)
    found = np.where(planned, _CARPL, found)
    custody = spells.code[following] == CODES.index("R5")
    recent = return_year(spells.day[following]) >= NEW_CUSTODY
    found = np.where(custody, np.where(recent, _CUSTODY, _OTHER), found)
    found = np.where(change == STATUS, _STATUS, found)
    temporary = (kind == Kind.TEMPORARY) | (spells.kind[spell] == Kind.TEMPORARY)
    moved = np.append(place_change[1:], False) & ~last & ~temporary
    return np.where(moved, found, -1)


def need_of(children: Children) -> Ints:
    """Category of need of each child (index into `rates.NEEDS`), the same in all periods."""
    group = np.where(children.uasc, 2, ((children.start - children.born) / YEAR >= 10).astype(np.int64))
    return pick(uniform(children.key, "need"), rates.NEED_SHARES, group)


def labelled(codes: Sequence[str | None], index: Ints) -> pl.Series:
    """Codes by index; -1 is null."""
    import polars as pl

    return pl.Series([*codes, None], dtype=pl.String).gather(np.where(index < 0, len(codes), index))


def dates(days: Ints) -> pl.Series:
    """Days since 1970 as dates; `NEVER` is null."""
    import polars as pl

    column = pl.Series(days.astype(np.int32))
    return column.set(column == NEVER, None).cast(pl.Date)


def episodes_frame(
    rows: Rows, spells: pl.DataFrame, periods: Periods, children: Children, who: pl.DataFrame
) -> pl.DataFrame:
    """The episodes in the return's columns, with what rendering by year needs beside them.

    `spells` holds the columns of `locations.spells_frame`, `who` LA, CHILD and HOME_POST per child.
    """
    child = periods.child[rows.period]
    return (
        who[child]
        .with_columns(
            child=child,
            start=rows.start,
            end=rows.end,
            DECOM=dates(rows.start),
            RNE=labelled(RNE, rows.rne),
            LS=labelled(LEGAL, rows.status),
            CIN=labelled(rates.NEEDS, need_of(children)[child]),
            DEC=dates(rows.end),
            REC=labelled(exits.CODES, rows.rec),
            REASON_PLACE_CHANGE=labelled(REASONS, rows.reason),
        )
        .hstack(spells[rows.spell])
    )
