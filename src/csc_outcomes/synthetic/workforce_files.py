"""The workforce census of an authority and year as XML."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import polars as pl

from csc_outcomes.sources.workforce_tables import TABLES
from csc_outcomes.synthetic.xml_text import as_text, block, element, write_message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIRST_LA_LEVEL = 2025
"""Census year from which the authority's own element is called LALevel; before, LALevelVacancies."""


def write(tables: Mapping[str, pl.DataFrame], path: Path, year: int, old_code: str) -> None:
    """Write the tables of one return, without LA and YEAR, under the authority's three-digit code."""
    header = (
        "<Header><CollectionDetails><Collection>CSWW</Collection>"
        f"<Year>{year}</Year><ReferenceDate>{year}-09-30</ReferenceDate></CollectionDetails>"
        f"<Source><SourceLevel>L</SourceLevel><LEA>{escape(old_code)}</LEA><SoftwareCode>invented</SoftwareCode>"
        f"<DateTime>{year}-11-30T09:00:00</DateTime></Source></Header>"
    )
    tag = "LALevel" if year >= FIRST_LA_LEVEL else "LALevelVacancies"
    own = as_text(tables["la_level"]).select(_made(tag, "la_level")).item()
    workers = tables.get("worker")
    rows = (
        as_text(workers).select(_made("CSWWWorker", "worker").alias("row"))["row"]
        if workers is not None
        else pl.Series("row", [], dtype=pl.String)
    )
    write_message(path, f"{header}\n{own}", rows)


def _made(tag: str, table: str) -> pl.Expr:
    return block(tag, [element(column.name) for column in TABLES[table].columns])
