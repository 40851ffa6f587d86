"""Every measure of the catalogue over invented returns and local tables, with what each needs to be asked for."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

import csc_outcomes as csc
from csc_outcomes.definitions.measure import When
from csc_outcomes.synthetic import synthesise, synthesise_local

if TYPE_CHECKING:
    import polars as pl

GO_LIVE = date(2023, 4, 1)
CATALOGUE = {measure.id: measure for measure in csc.catalogue()}
GIVEN: dict[str, Any] = {
    "caseload_over_threshold_pct": {"threshold": 16},
    "ghq12_mean": {"scoring": "likert"},
    "homeless_yp_number": {"definition": "presented"},
    "homeless_yp_pct": {"definition": "presented"},
    "sdq_paired_change": {"informant": "carer"},
}
"""Values of the parameters that have no default."""

YEAR, CENSUS = csc.Window.year_to("2024-03-31"), csc.Window.year_to("2023-09-30")
DAY = csc.Window.snapshot("2024-03-31")
Tables = dict[str, Any]


@cache
def invented(children: int = 150) -> dict[str, pl.DataFrame]:
    """Two authorities over five years: all returns, and a project that begins in the third."""
    made = synthesise(2, years=range(2021, 2026), children=children, seed=3)
    local = synthesise_local(made, GO_LIVE, seed=3)
    return {**made.tables, **local, "population": made.population_by_age}


def window_of(name: str) -> csc.Window:
    measure = CATALOGUE[name]
    if measure.needs and measure.needs[0].startswith("workforce."):
        return CENSUS
    return DAY if measure.when is When.DAY else YEAR


def calculated(tables: Tables, names: list[str] | None = None) -> pd.DataFrame:
    """Measures (all unless named) over the windows that suit them, by authority and sex."""
    data = csc.Data(tables)
    by_window: dict[csc.Window, list[str]] = {}
    for name in names or CATALOGUE:
        by_window.setdefault(window_of(name), []).append(name)
    frames = [
        csc.calculate(asked, data, window, ["LA", "sex"], {n: GIVEN[n] for n in asked if n in GIVEN}).frame
        for window, asked in by_window.items()
    ]
    return pd.concat(frames, ignore_index=True)
