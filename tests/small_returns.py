"""Small returns for tests, written one row a line: `A 1 2024 2023-05-01 S C2 N1 U4 - -`; `-` is a blank."""

from __future__ import annotations

from typing import Any

import pandas as pd

import csc_outcomes as csc

COLUMNS = {
    "ssda903.episodes": "LA CHILD YEAR DECOM RNE LS CIN PLACE DEC REC",
    "ssda903.header": "LA CHILD YEAR SEX DOB ETHNIC",
    "ssda903.uasc": "LA CHILD YEAR DUC",
    "ssda903.missing": "LA CHILD YEAR MISSING MIS_START MIS_END",
    "ssda903.oc2": "LA CHILD YEAR SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK "
    "HEALTH_ASSESSMENT SUBSTANCE_MISUSE",
    "population": "LA YEAR population",
}
"""Columns of a row, by table."""


def frame(table: str, text: str) -> pd.DataFrame:
    """One table as text columns, the way a CSV file is read; missing is None."""
    names = COLUMNS[table].split()
    rows = [line.split() for line in text.splitlines() if line.strip()]
    assert all(len(row) == len(names) for row in rows), f"{table}: a row is not {len(names)} cells long"
    cells = [[None if cell == "-" else cell for cell in row] for row in rows]
    return pd.DataFrame(cells, columns=names, dtype=object)


def data(episodes: str = "", **tables: str) -> csc.Data:
    """`Data` of episodes and of further tables of the return, or `population`, by name."""
    texts = {"episodes": episodes, **tables} if episodes else tables
    named = {name if name == "population" else f"ssda903.{name}": text for name, text in texts.items()}
    return csc.Data({name: frame(name, text) for name, text in named.items()})


def cells(result: csc.Result, *columns: str, **where: Any) -> list[tuple[Any, ...]]:
    """Chosen columns of a result's rows, missing as None, of the rows that have the given values."""
    found = result.frame
    for name, value in where.items():
        found = found[found[name] == value]
    plain = found[list(columns)].astype(object)
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in plain.itertuples(index=False)]
