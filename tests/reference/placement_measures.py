"""Twins of the measures of outcomes 4, 5, 6 and 19: where children are placed, and how often they move."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .base import Figure, Key, Returns, Row, aged, children_only, plus_months, under
from .care import (
    FOSTER,
    Run,
    care_days,
    care_on,
    children_looked_after_on,
    continuously_looked_after,
    placed_on,
    placement_runs,
    run_of_row,
)
from .modules import authorities_with_workers, workers_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

RESIDENTIAL = {
    "seed": {"K1", "K2", "H5"},
    "dfe": {"K1", "K2"},
    "all": {"K1", "K2", "R1", "R2", "R3", "R5", "S1"},
}
SEMI_INDEPENDENT = {"H5", "P2", "K3"}
ADOPTIVE = {"A3", "A4", "A5", "A6"}
DISTANCE_NOT_KNOWN = 999.9

# ---- outcome 4: residential care ------------------------------------------------------------------------


def _placed(returns: Returns, day: date, under_18_only: bool) -> list[Row | None]:
    """The row that says where each child looked after on the day is placed, adults left out if so asked."""
    placed = placed_on(returns, day)
    kept = children_only(returns, dict.fromkeys(placed, day)) if under_18_only else placed
    return [row for key, row in placed.items() if key in kept]


def _placed_in(returns: Returns, day: date, places: Iterable[str], under_18_only: bool) -> Figure:
    rows = _placed(returns, day, under_18_only)
    return sum(row is not None and row["PLACE"] in places for row in rows), len(rows)


def _residential(residential: str, include_k3: bool, include_p3: bool) -> set[str]:
    places = set(RESIDENTIAL[residential])
    if residential == "seed" and include_k3:
        places.add("K3")
    if residential == "all" and include_p3:
        places.add("P3")
    return places


def residential_share_seed_pct(
    returns: Returns, start: date, end: date, *, include_k3: bool = True, under_18_only: bool = False
) -> Figure:
    return _placed_in(returns, end, _residential("seed", include_k3, False), under_18_only)


def residential_share_dfe_pct(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False
) -> Figure:
    return _placed_in(returns, end, RESIDENTIAL["dfe"], under_18_only)


def residential_share_all_pct(
    returns: Returns, start: date, end: date, *, include_p3: bool = False, under_18_only: bool = False
) -> Figure:
    return _placed_in(returns, end, _residential("all", False, include_p3), under_18_only)


def residential_stock_number(
    returns: Returns,
    start: date,
    end: date,
    *,
    residential: str = "seed",
    include_k3: bool = True,
    include_p3: bool = False,
    under_18_only: bool = False,
) -> Figure:
    places = _residential(residential, include_k3, include_p3)
    return _placed_in(returns, end, places, under_18_only)[0], None


def residential_rate_10k(returns: Returns, start: date, end: date, **parameters: Any) -> Figure:
    return residential_stock_number(returns, start, end, **parameters)


def semi_independent_share_pct(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False
) -> Figure:
    return _placed_in(returns, end, SEMI_INDEPENDENT, under_18_only)


def foster_share_pct(returns: Returns, start: date, end: date, *, under_18_only: bool = False) -> Figure:
    return _placed_in(returns, end, FOSTER, under_18_only)


# ---- outcome 5: local placements ------------------------------------------------------------------------


def _location(row: Row | None) -> str | None:
    return None if row is None else row.get("PL_LOCATION")


def _distance(row: Row | None) -> float | None:
    """Miles from home; the portal's 999.9 says that it is not known."""
    miles = None if row is None else row.get("PL_DISTANCE")
    return None if miles == DISTANCE_NOT_KNOWN else miles


def _foster_rows(returns: Returns, day: date, under_18_only: bool) -> list[Row]:
    rows = _placed(returns, day, under_18_only)
    return [row for row in rows if row is not None and row["PLACE"] in FOSTER]


def foster_out_la_number(returns: Returns, start: date, end: date, *, under_18_only: bool = False) -> Figure:
    return sum(_location(row) == "OUT" for row in _foster_rows(returns, end, under_18_only)), None


def foster_out_la_pct(returns: Returns, start: date, end: date, *, under_18_only: bool = False) -> Figure:
    rows = _foster_rows(returns, end, under_18_only)
    known = [_location(row) for row in rows if _location(row) is not None]
    return known.count("OUT"), len(known)


def placed_inside_la_pct(returns: Returns, start: date, end: date, *, under_18_only: bool = False) -> Figure:
    rows = _placed(returns, end, under_18_only)
    known = [_location(row) for row in rows if _location(row) is not None]
    return known.count("IN"), len(known)


def placed_over_20_miles_pct(
    returns: Returns, start: date, end: date, *, known_only: bool = False, under_18_only: bool = False
) -> Figure:
    miles = [_distance(row) for row in _placed(returns, end, under_18_only)]
    if known_only:
        miles = [m for m in miles if m is not None]
    return sum(m is not None and m > 20.0 for m in miles), len(miles)


def placed_over_20_miles_out_la_pct(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False
) -> Figure:
    rows = _placed(returns, end, under_18_only)
    far = [row for row in rows if _distance(row) is not None and _distance(row) > 20.0]
    return sum(_location(row) == "OUT" for row in far), len(rows)


def _moves(same_carer_moves: bool) -> set[str]:
    return {"P", "B", "T", "U"} if same_carer_moves else {"P", "B"}


def new_placements_inside_la_pct(
    returns: Returns,
    start: date,
    end: date,
    *,
    same_carer_moves: bool = False,
    temporary_moves: bool = False,
) -> Figure:
    """Runs that start in the window, not children; unknown location stays in the denominator (R13)."""
    runs = placement_runs(returns, same_carer_moves=same_carer_moves, temporary_moves=temporary_moves)
    new = [run for run in runs if start <= run.start <= end and run.rne in {"S", *_moves(same_carer_moves)}]
    return sum(_location(run.rows[0]) == "IN" for run in new), len(new)


# ---- outcomes 6 and 19: stability -----------------------------------------------------------------------


def _looked_after(returns: Returns, ref: date, under_18_only: bool) -> set[Key]:
    children = children_looked_after_on(returns, ref)
    return children_only(returns, dict.fromkeys(children, ref)) if under_18_only else children


def placements_per_child(
    returns: Returns,
    ref: date,
    months: int,
    *,
    same_carer_moves: bool = False,
    temporary_moves: bool = False,
    under_18_only: bool = False,
) -> dict[Key, int]:
    """Placements with a night in (ref - months, ref], of every child looked after on ref."""
    after = plus_months(ref, -months)
    counts = dict.fromkeys(_looked_after(returns, ref, under_18_only), 0)
    for run in placement_runs(returns, same_carer_moves=same_carer_moves, temporary_moves=temporary_moves):
        if run.key in counts and run.start <= ref and (run.end is None or run.end > after):
            counts[run.key] += 1
    return counts


def placements_12m_mean(returns: Returns, start: date, end: date, **parameters: bool) -> Figure:
    counts = placements_per_child(returns, end, 12, **parameters)
    return sum(counts.values()), len(counts)


def placements_3plus_pct(returns: Returns, start: date, end: date, **parameters: bool) -> Figure:
    counts = placements_per_child(returns, end, 12, **parameters)
    return sum(n >= 3 for n in counts.values()), len(counts)


def placements_3plus_2yr_pct(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False, **moves: bool
) -> Figure:
    cohort = continuously_looked_after(returns, end, 24)
    if under_18_only:
        cohort = children_only(returns, dict.fromkeys(cohort, end))
    counts = placements_per_child(returns, end, 24, **moves)
    return sum(counts.get(key, 0) >= 3 for key in cohort), len(cohort)


def current_runs(returns: Returns, day: date, **parameters: bool) -> dict[Key, Run | None]:
    """The run that the row owning the day belongs to, of every child looked after on the day."""
    runs = placement_runs(returns, **parameters)
    return {key: run_of_row(runs, row) for key, row in care_on(returns, day).items()}


def same_placement_2yr_pct(returns: Returns, start: date, end: date, **parameters: bool) -> Figure:
    since = plus_months(end, -24)
    placed = placed_on(returns, end)
    current = current_runs(returns, end, **parameters)
    cohort = [key for key in continuously_looked_after(returns, end, 30) if under(returns, key, end, 16)]
    return sum(_long_in_place(current.get(key), placed.get(key), since) for key in cohort), len(cohort)


def _long_in_place(run: Run | None, row: Row | None, since: date) -> bool:
    """In the run since then; for a child placed for adoption the run just before it counts with it."""
    if run is None:
        return False
    adoptive = row is not None and row["PLACE"] in ADOPTIVE
    first = run.previous if adoptive and run.previous is not None else run
    return min(first.start, run.start) <= since


def adolescent_same_placement_12m_pct(returns: Returns, start: date, end: date, **parameters: bool) -> Figure:
    since = plus_months(end, -12)
    current = current_runs(returns, end, **parameters)
    cohort = [key for key in continuously_looked_after(returns, end, 12) if aged(returns, key, end, 11, 17)]
    stayed = [key for key in cohort if current.get(key) is not None and current[key].start <= since]
    return len(stayed), len(cohort)


def placement_moves_per_100_care_years(
    returns: Returns,
    start: date,
    end: date,
    *,
    same_carer_moves: bool = False,
    temporary_moves: bool = False,
) -> Figure:
    runs = placement_runs(returns, same_carer_moves=same_carer_moves, temporary_moves=temporary_moves)
    moves = sum(start <= run.start <= end and run.rne in _moves(same_carer_moves) for run in runs)
    return moves, care_days(returns, start, end)


def _children_with_workers(returns: Returns, ref: date, under_18_only: bool) -> list[Key]:
    known = authorities_with_workers(returns, ref)
    return [key for key in _looked_after(returns, ref, under_18_only) if key[0] in known]


def social_workers_3plus_pct(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False
) -> Figure:
    after = plus_months(end, -12)
    children = _children_with_workers(returns, end, under_18_only)
    return sum(len(set(workers_of(returns, key, after, end))) >= 3 for key in children), len(children)


def social_worker_changes_mean(
    returns: Returns, start: date, end: date, *, under_18_only: bool = False
) -> Figure:
    """Passages from one worker to another (R10): A-B-A is two changes."""
    after = plus_months(end, -12)
    children = _children_with_workers(returns, end, under_18_only)
    changes = 0
    for key in children:
        workers = workers_of(returns, key, after, end)
        changes += sum(one != other for one, other in pairwise(workers))
    return changes, len(children)
