"""Care leavers around their 17th to 21st birthdays (OC3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic import exits, rates
from csc_outcomes.synthetic.days import birthday, return_year
from csc_outcomes.synthetic.draws import pick, uniform
from csc_outcomes.synthetic.episodes import labelled
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.rates import Kind
from csc_outcomes.synthetic.yearly import table

if TYPE_CHECKING:
    import polars as pl

    from csc_outcomes.synthetic.draws import Bools, Floats, Ints, Keys
    from csc_outcomes.synthetic.histories import Histories

_LEAST_NIGHTS = 91
_NOT_LEAVERS = ("E11", "E12", "E2", "E3", "E15")
_HOME = ("E4A", "E4B")
_SPLIT_WORK = 2022
"""Return year from which apprenticeships are told from other training and work."""

_LASTING = 0.5
"""Share of young people whose answer of one year follows from that of another."""


def oc3(histories: Histories) -> pl.DataFrame:
    """One row per young person who has left care and reaches 17 to 21 in the return's year.

    They were looked after for at least 13 weeks since 14 and at some time since 16. Those adopted, who
    died, went to another authority, or proved to be adults are not care leavers here.
    """
    child, year, age, last_row = birthdays(histories)
    key = histories.children.key[child]
    went_home = np.isin(histories.rows.rec[last_row], [exits.CODES.index(code) for code in _HOME])
    contact = _contact(key, age, went_home)
    gone = np.isin(contact, [tuple(rates.CONTACT).index(name) for name in ("RHOM", "DIED")])
    silent = ~gone & (contact != 0) & (uniform(key, "nothing known", age) < rates.UNKNOWN_WITHOUT_CONTACT)
    unknown = gone | silent
    return table(
        histories,
        child,
        year,
        {
            "IN_TOUCH": labelled(tuple(rates.CONTACT), contact),
            "ACTIV": _activity(key, age, year, unknown),
            "ACCOM": _accommodation(key, age, unknown, _fostered(histories, last_row)),
        },
    )


def birthdays(histories: Histories) -> tuple[Ints, Ints, Ints, Ints]:
    """Care leavers' 17th to 21st birthdays in the returns: child, return year, age, last row of care."""
    child, last_row, back = _eligible(histories)
    left = histories.rows.end[last_row]
    ages = np.arange(17, 22)
    days = birthday(histories.children.born[child][:, None], ages[None, :])
    years = return_year(days)
    outside = (days >= left[:, None]) & (days < back[:, None])
    who, which = np.nonzero(outside & np.isin(years, np.array(histories.years)))
    return child[who], years[who, which], ages[which], last_row[who]


def _eligible(histories: Histories) -> tuple[Ints, Ints, Ints]:
    """Periods after which a child is a care leaver: child, last row, and the day the child comes back to care."""
    everything = histories.everything
    fourteen = everything.adult - 4 * 365
    nights = np.maximum(everything.end - np.maximum(everything.start, fourteen), 0)
    again = everything.child[1:] == everything.child[:-1]
    total = np.cumsum(nights)
    opening = np.flatnonzero(np.append(True, ~again))
    total -= np.repeat(total[opening] - nights[opening], np.diff(np.append(opening, len(nights))))
    back = np.append(np.where(again, everything.start[1:], NEVER), NEVER)
    total, back = total[histories.shown], back[histories.shown]
    child, last_row = histories.periods.child, histories.final_rows
    since_16 = histories.rows.end[last_row] > birthday(histories.children.born[child], 16)
    excluded = [exits.CODES.index(code) for code in _NOT_LEAVERS]
    eligible = (total >= _LEAST_NIGHTS) & since_16 & ~np.isin(histories.rows.rec[last_row], excluded)
    return child[eligible], last_row[eligible], back[eligible]


def _contact(key: Keys, age: Ints, went_home: Bools) -> Ints:
    found = pick(_lasting(key, "in touch", age), list(rates.CONTACT.values()))
    home = tuple(rates.CONTACT).index("RHOM")
    settled = went_home & (uniform(key, "stays home") < 0.25)
    return np.where(settled, home, np.where((found == home) & ~went_home, 0, found))


def _lasting(key: Keys, purpose: str, age: Ints) -> Floats:
    same = uniform(key, f"{purpose} lasts", age) < _LASTING
    found: Floats = np.where(same, uniform(key, purpose), uniform(key, purpose, age))
    return found


def _activity(key: Keys, age: Ints, year: Ints, unknown: Bools) -> pl.Series:
    codes = ("F1", "P1", "F2", "P2", "F4", "P4", "F5", "P5", "F3", "P3", "G4", "G5", "G6", "0")
    older = (age >= 19).astype(np.int64)
    shares = np.array(list(rates.ACTIVITY.values())).T
    kind = pick(_lasting(key, "activity", age), shares, older)
    part = (uniform(key, "part time", age) > rates.FULL_TIME).astype(np.int64)
    studies = 2 * kind + part
    works = np.where(year >= _SPLIT_WORK, studies, 8 + part)
    found = np.where(kind >= 4, 10 + kind - 4, np.where(kind >= 2, works, studies))
    return labelled(codes, np.where(unknown, codes.index("0"), found))


def _accommodation(key: Keys, age: Ints, unknown: Bools, fostered: Bools) -> pl.Series:
    letters = tuple(rates.ACCOMMODATION)
    codes = (*(letter + digit for digit in "12" for letter in letters), "Z1", "0")
    older = (age >= 19).astype(np.int64)
    unsuitable = uniform(key, "unsuitable", age) < np.array(rates.UNSUITABLE)[older]
    shares = np.array(list(rates.ACCOMMODATION.values())).T
    # A foyer is for adults, and an unsuitable home is drawn from a list of its own.
    letter = pick(_lasting(key, "home", age), shares, np.where(unsuitable, 2, older))
    letter = np.where((letters.index("T") == letter) & (age < 18), letters.index("D"), letter)
    stays = np.select(
        [age == 18, (age == 19) | (age == 20), age == 21],
        [0.85, rates.STAYING_PUT, 0.10],
        0.0,
    )
    former = (
        fostered & ~unsuitable & (uniform(key, "stays put") < stays / (1 - np.array(rates.UNSUITABLE)[older]))
    )
    found = np.where(former, codes.index("Z1"), letter + unsuitable * len(letters))
    return labelled(codes, np.where(unknown, codes.index("0"), found))


def _fostered(histories: Histories, last_row: Ints) -> Bools:
    """Whether a young person left foster care on the 18th birthday."""
    rows = histories.rows
    kind = histories.spells.kind[rows.spell[last_row]]
    grown = rows.end[last_row] >= histories.periods.adult[rows.period[last_row]]
    return np.isin(kind, (Kind.FOSTER, Kind.KIN)) & grown
