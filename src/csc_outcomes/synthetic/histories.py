"""The simulation of care histories: children, periods of care, legal status, placements and episodes.

Everything runs on whole columns. It starts 23 years before the first return, so that the first day of the
first return sees a full population in care. Times of events are days; histories run on beyond the last
return, which then shows what is known on its last day.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen

from csc_outcomes.synthetic.addresses import area_of, postcodes
from csc_outcomes.synthetic.children import Children, authority_keys, codes_of, first_entries
from csc_outcomes.synthetic.days import YEAR, first_day, last_day
from csc_outcomes.synthetic.draws import below
from csc_outcomes.synthetic.episodes import Rows, dates, episodes_frame, rows_of
from csc_outcomes.synthetic.legal import Legal, legal_of
from csc_outcomes.synthetic.locations import spells_frame
from csc_outcomes.synthetic.moves import changes_of
from csc_outcomes.synthetic.periods import Periods, periods_of
from csc_outcomes.synthetic.places import Spells, spells_of, with_temporary
from csc_outcomes.synthetic.short_breaks import LONGEST_AGREEMENT

if TYPE_CHECKING:
    import polars as pl

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.draws import Bools, Ints

_LEAVER_YEARS = 5.1
"""Care leavers are followed to 21: periods that ended up to so long before the first return matter."""


@frozen(eq=False, slots=False)
class Histories:
    """Simulated histories: `everything` holds all periods of the children, `periods` those with episodes."""

    authorities: tuple[Authority, ...]
    years: tuple[int, ...]
    children: Children
    everything: Periods
    shown: Bools
    """Which of `everything` are `periods`."""
    periods: Periods
    legal: Legal
    spells: Spells
    rows: Rows

    @cached_property
    def who(self) -> pl.DataFrame:
        """LA, CHILD, DOB and HOME_POST (none for unaccompanied children), one row per child."""
        import polars as pl

        c = self.children
        codes = [authority.code for authority in self.authorities]
        home = postcodes(area_of(codes)[c.authority], c.key, below(c.key, "home", 20))
        return pl.DataFrame(
            {
                "LA": pl.Series(codes).gather(c.authority),
                "CHILD": codes_of(c),
                "DOB": dates(c.born),
                "HOME_POST": home.set(pl.Series(c.uasc), None),
            }
        )

    def episodes(self) -> pl.DataFrame:
        """All episodes of `periods`, in the return's columns and with some beside them."""
        spells = spells_frame(self.spells, self.periods, self.children, self.authorities)
        return episodes_frame(self.rows, spells, self.periods, self.children, self.who.drop("DOB"))

    @property
    def first(self) -> int:
        """First day of the first return."""
        return first_day(min(self.years))

    @property
    def last(self) -> int:
        """Last day of the last return."""
        return last_day(max(self.years))

    @cached_property
    def final_rows(self) -> Ints:
        """The last episode of each of `periods`."""
        found: Ints = np.flatnonzero(np.append(self.rows.period[1:] != self.rows.period[:-1], True))
        return found


def simulate(authorities: tuple[Authority, ...], years: tuple[int, ...], seed: int) -> Histories:
    """Simulate all histories that the returns of `years` show, at least in part."""
    keys = authority_keys(seed, authorities)
    children = first_entries(authorities, keys, years)
    everything = periods_of(children, authorities, last_day(max(years)))
    children, everything = _needed(children, everything, first_day(min(years)))
    shown = _shown(everything, first_day(min(years)))
    periods = everything.take(shown)
    child = periods.child
    legal = legal_of(periods, children.born[child], children.uasc[child])
    changes = changes_of(periods, legal, children, authorities)
    spells = with_temporary(spells_of(changes, periods, legal, children), periods, legal)
    return Histories(
        authorities,
        years,
        children,
        everything,
        shown,
        periods,
        legal,
        spells,
        rows_of(periods, legal, spells),
    )


def _needed(children: Children, periods: Periods, first: int) -> tuple[Children, Periods]:
    """Drop children who left care too long ago to be in any return, and renumber the rest."""
    recent = periods.end >= first - int(_LEAVER_YEARS * YEAR)
    kept = np.zeros(len(children), dtype=bool)
    kept[periods.child[recent]] = True
    kept |= children.short & (children.start >= first - int(LONGEST_AGREEMENT * YEAR))
    number = np.cumsum(kept) - 1
    periods = periods.take(kept[periods.child])
    return children.take(kept), evolve(periods, child=number[periods.child])


def _shown(periods: Periods, first: int) -> Bools:
    """Periods with episodes in a return, and those from which care leavers came."""
    leaver = (periods.end >= first - int(_LEAVER_YEARS * YEAR)) & (
        periods.end >= periods.adult - int(2.1 * YEAR)
    )
    return (periods.end >= first) | leaver
