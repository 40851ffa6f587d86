"""The Children's Social Work Workforce census of English local authorities, 2017 to 2025.

Source: Department for Education, *Children's social work workforce*: XML schemas of the collection, 2021 to 2025, and
methodology, 2025. One row per social worker, agency workers among them, and one for the authority; the year ends on
30 September. Tables are declared in `workforce_tables`; this module says what is derived from what. Figures of
authorities whose returns are not at hand may be the published ones (table `workforce.authority`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_outcomes.engine.source import Builder, Frames, Source
from csc_outcomes.sources import workforce_derived as derived
from csc_outcomes.sources.workforce_prepare import AUTHORITY, LA_LEVEL, NAME, WORKER, prepare
from csc_outcomes.sources.workforce_tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from csc_outcomes.engine.door import Problem

WORKERS = "workforce.workers"
PARTS = {
    "leaver": "workforce.parts",
    "in_post": "workforce.parts_in_post",
    "both": "workforce.parts_both",
}
"""Figures by authority and year, by what a role that ends on 30 September counts as."""


def _workers(frame: pl.DataFrame) -> tuple[Frames, list[Problem]]:
    made, problems = derived.workers(frame)
    return {WORKERS: made}, problems


def _parts(last_day: str) -> Builder:
    def function(
        made: pl.DataFrame | None, la_level: pl.DataFrame | None, authority: pl.DataFrame | None
    ) -> tuple[Frames, list[Problem]]:
        frame, problems = derived.parts(made, la_level, authority, derived.LAST_DAYS[last_day])
        # What is odd in the rows is odd under every rule; it is reported once.
        return {PARTS[last_day]: frame}, problems if last_day == "leaver" else []

    return Builder((), function, (WORKERS, LA_LEVEL, AUTHORITY))


BUILDERS: Mapping[str, Builder] = {
    WORKERS: Builder((WORKER,), _workers),
    **{name: _parts(last_day) for last_day, name in PARTS.items()},
}
"""Derived tables of the census: how each is made."""

SOURCE = Source(
    NAME,
    tables={f"{NAME}.{name}": table for name, table in TABLES.items()},
    builders=BUILDERS,
    base=WORKER,
    own_cover=frozenset({WORKER, LA_LEVEL, AUTHORITY, *BUILDERS}),
    checked=(WORKERS, PARTS["leaver"]),
    prepare=prepare,
    year_end=(9, 30),
)
"""The census as the engine knows it; every table speaks for the authorities and years of which it has rows."""
