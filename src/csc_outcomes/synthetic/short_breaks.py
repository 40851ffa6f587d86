"""Short breaks (legal status V3 and V4), which published statistics leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic.addresses import registrations
from csc_outcomes.synthetic.days import YEAR
from csc_outcomes.synthetic.draws import below, expand, mixed, uniform
from csc_outcomes.synthetic.episodes import dates

if TYPE_CHECKING:
    import polars as pl

    from csc_outcomes.synthetic.children import Children
    from csc_outcomes.synthetic.draws import Bools, Ints, Keys
    from csc_outcomes.synthetic.histories import Histories

LONGEST_AGREEMENT = 4.0
_AGREEMENT_ONLY = 0.2
"""Share of agreements of which no single break is recorded (V4)."""
_BETWEEN = 21
"""Days from one break to the next. With at most four nights each that stays under 75 days a year."""


def short_breaks(histories: Histories) -> pl.DataFrame:
    """Episodes of children who only have short breaks: each is a start and an end, without postcodes."""
    import polars as pl

    child, start, end, status = _breaks(histories.children)
    who = histories.who[child]
    key = histories.children.key[child]
    home = pl.Series(uniform(key, "where") < 0.4)
    size = len(child)
    none = pl.Series([None], dtype=pl.String).new_from_index(0, size)
    illness = pl.Series(from_illness(key))
    return pl.DataFrame(
        {
            "LA": who["LA"],
            "CHILD": who["CHILD"],
            "HOME_POST": none,
            "child": child,
            "start": start,
            "end": end,
            "DECOM": dates(start),
            "RNE": pl.Series(["S"]).new_from_index(0, size),
            "LS": pl.Series(["V3", "V4"]).gather(status),
            "CIN": pl.Series(["N4"]).new_from_index(0, size).set(illness, "N2"),
            "DEC": dates(end),
            "REC": pl.Series(["E4A"]).new_from_index(0, size),
            "REASON_PLACE_CHANGE": none,
            "PLACE": pl.Series(["U6"]).new_from_index(0, size).set(home, "K2"),
            "PLACE_PROVIDER": pl.Series(["PR1"]).new_from_index(0, size),
            "PL_POST": none,
            "URN": registrations(mixed(key)),
            "PL_LOCATION": none,
            "PL_LA": none,
            "PL_DISTANCE": pl.Series([None], dtype=pl.Float64).new_from_index(0, size),
            "inspected": np.ones(size, dtype=bool),
        }
    )


def agreements(children: Children) -> tuple[Ints, Ints, Ints]:
    """Row of the child, first day and last day of every agreement on short breaks."""
    who = np.flatnonzero(children.short)
    years = 1 + (LONGEST_AGREEMENT - 1) * uniform(children.key[who], "agreement")
    begins = children.start[who]
    return who, begins, np.minimum(begins + (years * YEAR).astype(np.int64), children.adult[who] - 1)


def from_illness(key: Keys) -> Bools:
    """Whether a child's need is an illness or disability (N2); otherwise it is family stress (N4)."""
    found: Bools = uniform(key, "why") < 0.85
    return found


def _breaks(children: Children) -> tuple[Ints, Ints, Ints, Ints]:
    """Child, first day, last day and kind (0: V3, 1: V4) of every row."""
    who, begins, ends = agreements(children)
    key = children.key[who]
    only = uniform(key, "agreement only") < _AGREEMENT_ONLY
    row, number = expand(np.where(only, 1, (ends - begins) // _BETWEEN))
    start = begins[row] + number * _BETWEEN + below(key[row], "break", 10, number)
    nights = 1 + below(key[row], "nights", 4, number)
    start = np.where(only[row], begins[row], start)
    end = np.where(only[row], ends[row], start + nights)
    fits = (end > start) & (end <= ends[row])
    return who[row][fits], start[fits], end[fits], only[row][fits].astype(np.int64)
