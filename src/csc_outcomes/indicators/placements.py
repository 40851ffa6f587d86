"""Placement runs and continuous care, as outcomes 6 and 19 select them.

A placement is a run of episodes with the same carer within one period of care. Which rows start a run is
decided once, by the source; here a measure only chooses among the four ready-made sets of runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.measure import Parameter
from csc_outcomes.engine import kit

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Cases, Tables, WindowDates

c = nw.col

FOSTER = ("U1", "U2", "U3", "U4", "U5", "U6")
"""Foster placements, with relatives or friends (U1 to U3) or with other carers (U4 to U6)."""

ADOPTIVE = ("A3", "A4", "A5", "A6")
"""Placements for adoption, with the current foster carer (A3, A5) or with others (A4, A6)."""

_VARIANTS = {
    (False, False): ("ssda903.placements", "RUN"),
    (True, False): ("ssda903.placements_same_carer", "RUN_SAME_CARER"),
    (False, True): ("ssda903.placements_temporary", "RUN_TEMPORARY"),
    (True, True): ("ssda903.placements_all", "RUN_ALL"),
}
"""Table of runs and the column of `ssda903.care` that leads to it, by (same_carer_moves, temporary_moves)."""

PLACEMENT_TABLES = tuple(table for table, _ in _VARIANTS.values())
"""What a measure needs that lets its user choose the runs."""

SAME_CARER_MOVES = Parameter(
    "same_carer_moves",
    "True lets a change of placement with the same carer (reason for new episode T or U) start a new "
    "placement. By default it does not: the Department's long-term measure is about the same carer, and how "
    "its count of 3 or more placements treats these moves is not stated in what was read.",
    default=False,
    choices=(False, True),
)

TEMPORARY_MOVES = Parameter(
    "temporary_moves",
    "True counts temporary placements (T0 to T4: hospital, holiday, respite) as placements, and the return "
    "from one as a further placement. By default they belong to the placement from which the child was away.",
    default=False,
    choices=(False, True),
)

RUN_PARAMETERS = (SAME_CARER_MOVES, TEMPORARY_MOVES)
"""Parameters of every measure of placement runs."""

RUN_RULES = (
    "A placement begins with an episode whose reason for new episode is S, P or B; a legal change (L) or a "
    "move with the same carer (T, U) begins none. Temporary placements (T0 to T4) belong to the placement "
    "before them, which goes on when the child comes back to the same kind of placement at the same "
    "postcode (or the same provider number where a postcode is blank); otherwise the next one is new. "
    "Adoption by the current foster carer (A3, A5) continues that foster placement. A placement of no "
    "nights does not count."
)
"""What a placement is, in words; part of the definition of every measure of placement runs."""

CONTINUITY = (
    "In care continuously means one period of care that had begun by the first of the two dates and had not "
    "ended on the second, with no short break (V3, V4) in between. A child whose period appears in the "
    "returns without its beginning, and only after the first date, leaves both sides and is counted in the "
    "notes."
)
"""What continuous care is, in words."""


# ---- runs ---------------------------------------------------------------------------------------------


def _variant(parameters: Parameters) -> tuple[str, str]:
    return _VARIANTS[parameters.same_carer_moves, parameters.temporary_moves]


def placement_runs(tables: Tables, parameters: Parameters) -> nw.LazyFrame[Any]:
    """All placement runs, as the parameters choose them: one row per run. Needs `PLACEMENT_TABLES`."""
    table, _ = _variant(parameters)
    return tables[table]


def with_placements(
    children: nw.LazyFrame[Any], tables: Tables, window: WindowDates, parameters: Parameters
) -> nw.LazyFrame[Any]:
    """Add `RUNS`: how many placements a child had between the look-back (exclusive) and the last day.

    Placements open at either end count, and so do those of other periods of care of the child. 0 for a child
    of whom only temporary placements are recorded. Needs `PLACEMENT_TABLES`.
    """
    runs = placement_runs(tables, parameters).filter(c("START") <= window.end, c("END") > window.lookback)
    runs = runs.group_by(window.keys).agg(RUNS=nw.len())
    children = children.join(runs, on=window.keys, how="left")
    return children.with_columns(RUNS=c("RUNS").fill_null(0).cast(nw.Int64))


def with_current_run(
    stock: nw.LazyFrame[Any], tables: Tables, window: WindowDates, parameters: Parameters
) -> nw.LazyFrame[Any]:
    """Add `RUN_START` and `PREV_RUN_START`: when the placement of the day, and the one before it, began.

    `stock` has the care rows of one day. Both are null for a child of whom only temporary placements are
    recorded. Needs `PLACEMENT_TABLES`.
    """
    table, column = _variant(parameters)
    runs = tables[table].select(
        *window.keys, c("RUN").alias(column), c("START").alias("RUN_START"), "PREV_RUN_START"
    )
    # Most runs are of other children; without them the join need not sort all runs of all years into a table.
    runs = runs.join(stock.select(window.keys), on=window.keys, how="semi")
    return stock.join(runs, on=[*window.keys, column], how="left")


# ---- continuous care ----------------------------------------------------------------------------------


def long_in_care(
    stock: nw.LazyFrame[Any], tables: Tables, window: WindowDates, months: int
) -> nw.LazyFrame[Any]:
    """Of the children in `stock`, those in care continuously for `months` on the last day, and the doubtful.

    Adds `SEEN`: 1 for a child whose period had begun by then, 0 for one whose period begins later in the
    returns without saying that care started, so that its true start is unknown. `start_seen` parts them.
    Needs `ssda903.periods` and `ssda903.short_breaks`.
    """
    since = window.before(months)
    periods = tables["ssda903.periods"].filter(c("START") <= window.end, c("END") > window.end)
    periods = periods.with_columns(SEEN=kit.flag(c("START") <= since)).filter((c("SEEN") == 1) | ~c("KNOWN"))
    periods = periods.group_by(window.keys).agg(c("SEEN").max())
    breaks = tables["ssda903.short_breaks"].filter(c("START") <= window.end, c("END") > since)
    stock = stock.join(periods, on=window.keys, how="inner")
    return stock.join(breaks.select(*window.keys), on=window.keys, how="anti")


def start_seen(cases: Cases) -> Cases:
    """Leave out, and count, the doubtful of `long_in_care`."""
    return cases.keep(c("SEEN") == 1, "care began before the returns at hand, on an unknown day")
