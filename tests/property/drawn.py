"""Drawn returns as frames, and how many of them a run draws."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

import csc_outcomes as csc
from reference.base import Returns
from strategies import returns as drawn_returns
from strategies import settled_returns

if TYPE_CHECKING:
    from collections.abc import Callable

    from reference.base import Row

PROFILE = os.environ.get("CSC_OUTCOMES_PROFILE", "ci")
"""`ci`: few examples, the same in every run, shown as drawn when they fail.

`long`: many examples, other ones every time, made as small as possible when they fail (which takes minutes).
"""

_IDENTITY = {"LA": pl.String, "CHILD": pl.String, "YEAR": pl.Int64}
_FLAGS = (
    "CONVICTED",
    "HEALTH_CHECK",
    "IMMUNISATIONS",
    "TEETH_CHECK",
    "HEALTH_ASSESSMENT",
    "SUBSTANCE_MISUSE",
)
_CODES = ("RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "REC", "REASON_PLACE_CHANGE")
_POSTS = ("HOME_POST", "PL_POST", "URN", "PL_LOCATION")
SCHEMAS: dict[str, dict[str, Any]] = {
    "episodes": {
        **_IDENTITY,
        **dict.fromkeys(("DECOM", "DEC"), pl.Date),
        **dict.fromkeys((*_CODES, *_POSTS), pl.String),
        "PL_DISTANCE": pl.Float64,
    },
    "header": {**_IDENTITY, "SEX": pl.String, "DOB": pl.Date, "ETHNIC": pl.String},
    "uasc": {**_IDENTITY, "SEX": pl.String, "DOB": pl.Date, "DUC": pl.Date},
    "oc2": {
        **_IDENTITY,
        "DOB": pl.Date,
        "SDQ_SCORE": pl.Int64,
        **dict.fromkeys(("SDQ_REASON", *_FLAGS), pl.String),
    },
    "oc3": {**_IDENTITY, "DOB": pl.Date, **dict.fromkeys(("IN_TOUCH", "ACTIV", "ACCOM"), pl.String)},
    "missing": {**_IDENTITY, "DOB": pl.Date, "MISSING": pl.String, "MIS_START": pl.Date, "MIS_END": pl.Date},
    "sw_episodes": {
        **_IDENTITY,
        **dict.fromkeys(("DOB", "SW_DECOM", "SW_DEC"), pl.Date),
        **dict.fromkeys(("SW_ID", "SW_REASON"), pl.String),
    },
}
"""Columns of each table and their types; a table without rows still has them."""


def examples(ci: int, *, long: int) -> settings:
    """Settings of a test that draws `ci` examples in a common run and `long` ones in a long one."""
    return settings(
        max_examples=ci if PROFILE == "ci" else long,
        deadline=None,
        derandomize=PROFILE == "ci",
        database=None,
        phases=[Phase.generate] if PROFILE == "ci" else [Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


class Several(Returns):
    """Returns of several authorities; shown row by row only where that can be read."""

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """What Hypothesis shows of a failing example."""
        rows = [(table, row) for table in SCHEMAS for row in getattr(self, table)]
        text = f"<returns of {len(self.authorities())} authorities, {len(rows)} rows>"
        if len(rows) <= 60:
            known = [
                (table, {name: str(x) for name, x in row.items() if x is not None}) for table, row in rows
            ]
            text = "\n".join([text, *(f"{table}: {row}" for table, row in known)])
        printer.text(text)


@st.composite
def several_returns(draw: st.DrawFn, most: int = 6) -> Returns:
    """Several drawn returns as one, each with authorities of its own; some of which lack a return in between.

    What is computed for one authority and for thirty takes nearly the same time, so one example holds many
    histories. Children of different authorities share their ids.
    """
    joined = Several()
    least = min(3, most) if PROFILE == "ci" else 1  # where examples are made small, one is enough
    lists = st.lists(drawn_returns(same_years=False), min_size=least, max_size=most)
    for number, drawn in enumerate(draw(lists)):
        lost = draw(st.sampled_from((False, False, False, True)))
        for la in drawn.authorities():
            _add(joined, drawn.of(la), f"{la}-{number}", lost=lost)
    _add(joined, draw(settled_returns()), "E10000001-S", lost=False)
    return joined


def _add(joined: Returns, drawn: Returns, la: str, *, lost: bool) -> None:
    """Add the rows of one authority under another code, without those of its second return if that is lost."""
    years = sorted({row["YEAR"] for row in drawn.episodes})
    hole = years[1] if lost and len(years) > 2 else None
    for table in SCHEMAS:
        rows = [row for row in getattr(drawn, table) if row["YEAR"] != hole]
        getattr(joined, table).extend({**row, "LA": la} for row in rows)


def as_polars(rows: list[Row], table: str) -> pl.DataFrame:
    """Rows as a Polars frame, typed."""
    schema = SCHEMAS[table]
    return pl.DataFrame([[row.get(name) for name in schema] for row in rows], schema=schema, orient="row")


def as_pandas(rows: list[Row], table: str) -> pd.DataFrame:
    """Rows as a pandas frame the way a file gives it: text throughout, days first, blanks missing."""

    def text(value: Any) -> str | None:
        if value is None:
            return None
        return value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else str(value)

    schema = SCHEMAS[table]
    return pd.DataFrame(
        [[text(row.get(name)) for name in schema] for row in rows], columns=list(schema), dtype=object
    )


def residents(returns: Returns) -> dict[tuple[str, int], int]:
    """Residents aged 0 to 17 by authority and year of the 30 June; no two numbers are alike."""
    areas = enumerate(returns.authorities(), start=1)
    return {(area, year): 10_000 * number + year for number, area in areas for year in range(2018, 2026)}


def frames(returns: Returns, make: Callable[[list[Row], str], Any] = as_polars) -> dict[str, Any]:
    """Frames by table name, with a population."""
    made = {f"ssda903.{table}": make(getattr(returns, table), table) for table in SCHEMAS}
    people = [(la, year, number) for (la, year), number in residents(returns).items()]
    schema = {"LA": pl.String, "YEAR": pl.Int64, "population": pl.Int64}
    return {**made, "population": pl.DataFrame(people, schema=schema, orient="row")}


def data_of(returns: Returns, make: Callable[[list[Row], str], Any] = as_polars) -> csc.Data:
    """Drawn returns as data."""
    return csc.Data(frames(returns, make))
