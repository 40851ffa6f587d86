"""Yearly returns out of histories: which rows each return holds, and how it writes them.

A return holds the episodes current in its year. It knows nothing after its 31 March: an end beyond that day
is blank, and the episode comes again in the next return. Codes are those of the return's own year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic import adoption, health, identity, incidents, leavers, workers
from csc_outcomes.synthetic.draws import below
from csc_outcomes.synthetic.short_breaks import short_breaks
from csc_outcomes.synthetic.yearly import closing, current

if TYPE_CHECKING:
    import polars as pl

    from csc_outcomes.synthetic.draws import Ints
    from csc_outcomes.synthetic.histories import Histories

SUPPORTED = 2025
"""Return year from which supported accommodation is K3; before, H5, or P2 where it was independent living."""
SPLIT_OTHER = 2026
"""Return year from which other placements are Z11 to Z14; before, Z1."""

LOCALITY = ("PL_LOCATION", "PL_LA", "PL_DISTANCE")
"""Columns that the return does not hold: the Department derives them from postcodes."""


def returns_of(histories: Histories) -> dict[str, pl.DataFrame]:
    """All tables, the yearly returns stacked, in the declared columns with LA and YEAR."""
    from csc_outcomes.sources.ssda903_tables import TABLES

    episodes, child, year = _episodes(histories)
    in_care = _distinct(child, year)
    leaver, leaver_year, *_ = leavers.birthdays(histories)
    everyone = _distinct(np.concatenate([child, leaver]), np.concatenate([year, leaver_year]))
    parts = {
        "header": identity.header(histories, *everyone),
        "episodes": episodes,
        "uasc": identity.unaccompanied(histories, *in_care),
        "reviews": workers.reviews(histories),
        "oc2": health.oc2(histories),
        "oc3": leavers.oc3(histories),
        "ad1": adoption.ad1(histories),
        "placed_for_adoption": adoption.placed_for_adoption(histories),
        "previous_permanence": adoption.previous_permanence(histories),
        "missing": incidents.missing(histories),
        "sw_episodes": workers.sw_episodes(histories),
        "dolo": incidents.dolo(histories),
    }
    return {
        f"ssda903.{name}": parts.pop(name)
        .select(*table.names, "LA", "YEAR")
        .sort("LA", "YEAR", maintain_order=True)
        for name, table in TABLES.items()
    }


def _distinct(child: Ints, year: Ints) -> tuple[Ints, Ints]:
    """Each child once per return, in order."""
    packed = np.unique(child * 4096 + year)
    return packed // 4096, packed % 4096


def _episodes(histories: Histories) -> tuple[pl.DataFrame, Ints, Ints]:
    """The stacked episodes, and the child and year of each row."""
    import polars as pl

    whole = pl.concat([histories.episodes(), short_breaks(histories)])
    start, end = whole["start"].to_numpy(), whole["end"].to_numpy()
    rows, year = current(start, end, histories.years)
    child = whole["child"].to_numpy()[rows]
    still = pl.Series(end[rows] > closing(year))
    other = 11 + below(histories.children.key[child], "other placement", 4)
    stacked = whole.drop("start", "end", "child")[rows].with_columns(
        pl.Series("YEAR", year.astype(np.int32)),
        pl.Series("still", still),
        pl.Series("other", [f"Z{number}" for number in range(11, 15)]).gather(other - 11).alias("other"),
    )
    return _as_of_year(stacked), child, year


def _as_of_year(episodes: pl.DataFrame) -> pl.DataFrame:
    """Blank what the return cannot know yet, and show each placement under the code of the return's year."""
    import polars as pl

    place, year = pl.col("PLACE"), pl.col("YEAR")
    semi = place.is_in(["H5", "P2"])
    uninspected = (place == "P2") | (semi & ~pl.col("inspected"))
    ended = pl.col("DEC", "REC", "REASON_PLACE_CHANGE")
    return episodes.with_columns(
        pl.when(~pl.col("still")).then(ended),
        pl.when(semi & (year >= SUPPORTED))
        .then(pl.lit("K3"))
        .when((place == "Z1") & (year >= SPLIT_OTHER))
        .then(pl.col("other"))
        .otherwise(place)
        .alias("PLACE"),
        pl.when(~uninspected | (year >= SUPPORTED)).then(pl.col("URN")).alias("URN"),
    )
