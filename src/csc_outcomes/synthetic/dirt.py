"""Faults planted on purpose, each of a known number, so that it can be checked that every one is found.

Each fault goes to children of its own, who have no missing incidents, and where it can to episodes that
occur in one return only, so that the number planted is the number to be found. The names are those of the
problems that reading the data reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from csc_outcomes.synthetic.draws import integers, mixed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_KEYS = ["LA", "CHILD"]
_EPISODE = ["LA", "CHILD", "DECOM"]
_FEWEST, _ONE_IN, _MOST = 2, 400, 200
_HOME = ("E4A", "E4B", "E13")
_GUARDIANSHIP = {"E45": "E43", "E46": "E43", "E47": "E44", "E48": "E44"}
_RETIRED_FROM = 2019


class _Plot:
    """The data under edit: episodes by row number, and the children still untouched."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], seed: int) -> None:
        self.tables = dict(tables)
        self.seed = seed
        self.episodes = self.tables.pop("ssda903.episodes").with_row_index("row")
        self.clean = _annotated(self.episodes, self.tables["ssda903.header"])
        busy = self.tables["ssda903.missing"].select(_KEYS).unique()
        self.free = self.clean.select(_KEYS).unique().join(busy, on=_KEYS, how="anti")
        children = len(self.clean.select(_KEYS).unique())
        self.number = min(_MOST, max(_FEWEST, children // _ONE_IN))
        self.added: list[pl.DataFrame] = []
        self.unreadable: pl.DataFrame | None = None

    def choose(self, fault: str, where: pl.Expr) -> pl.DataFrame:
        """Rows that satisfy a condition: one per child, no child twice, at most the number asked for."""
        rows = self.clean.filter(where).join(self.free, on=_KEYS, how="semi", maintain_order="left")
        rows = rows.unique(_KEYS, keep="first", maintain_order=True)
        numbers = mixed(rows["row"].to_numpy().astype(np.uint64) + np.uint64(abs(self.seed)))
        order = pl.Series("order", integers(numbers, fault))
        chosen = rows.with_columns(order).sort("order").head(self.number).drop("order")
        self.free = self.free.join(chosen, on=_KEYS, how="anti")
        return chosen

    def put(self, rows: pl.DataFrame, **values: pl.Expr) -> None:
        """Change columns of chosen rows; expressions are over the chosen rows."""
        changed = rows.select("row", **values)
        self.episodes = self.episodes.update(changed, on="row", include_nulls=True)

    def drop(self, rows: pl.DataFrame) -> None:
        """Remove episodes by row number."""
        self.episodes = self.episodes.join(rows.select("row"), on="row", how="anti", maintain_order="left")

    def add(self, rows: pl.DataFrame) -> None:
        """Add episodes."""
        self.added.append(rows)

    def result(self) -> dict[str, pl.DataFrame]:
        """All tables, in the order of the returns."""
        episodes = self.episodes.drop("row")
        extra = [rows.select(episodes.columns).cast(episodes.schema) for rows in self.added]
        whole = pl.concat([episodes, *extra]).sort("LA", "YEAR", maintain_order=True)
        names = ["ssda903.header", "ssda903.episodes", *self.tables]
        return {
            name: whole if name == "ssda903.episodes" else self.tables[name] for name in dict.fromkeys(names)
        }


def planted(
    tables: Mapping[str, pl.DataFrame], faults: Sequence[str], seed: int
) -> tuple[dict[str, pl.DataFrame], dict[str, int], pl.DataFrame | None]:
    """Plant faults: the tables with them, how many of each, and the episodes to be unreadable in files."""
    if not faults:
        return dict(tables), {}, None
    plot = _Plot(tables, seed)
    counts = {fault: _PLANTS[fault](plot, fault) for fault in faults}
    return plot.result(), counts, plot.unreadable


def _annotated(episodes: pl.DataFrame, header: pl.DataFrame) -> pl.DataFrame:
    """Clean rows with their neighbours in the same return and what is known of them in other returns."""
    rows = episodes.filter(~pl.col("LS").is_in(["V3", "V4"])).sort("LA", "CHILD", "YEAR", "DECOM")
    same = (pl.struct(*_KEYS, "YEAR") == pl.struct(*_KEYS, "YEAR").shift(-1)).fill_null(False)
    born = header.select(*_KEYS, "YEAR", "DOB")
    versions = rows.group_by(_EPISODE).agg(versions=pl.len(), known=pl.min("YEAR"), until=pl.max("YEAR"))
    lives = rows.group_by(_KEYS).agg(
        starts=pl.struct("DECOM").filter(pl.col("RNE") == "S").n_unique(),
        first=pl.min("DECOM"),
        last_start=pl.max("DECOM"),
    )
    close = pl.date(pl.col("YEAR"), 3, 31)
    return (
        rows.with_columns(
            next_start=pl.when(same).then(pl.col("DECOM").shift(-1)),
            next_end=pl.when(same).then(pl.col("DEC").shift(-1)),
            close=close,
            nights=(pl.col("DEC") - pl.col("DECOM")).dt.total_days(),
        )
        .join(versions, on=_EPISODE, how="left", maintain_order="left")
        .join(lives, on=_KEYS, how="left", maintain_order="left")
        .join(born, on=[*_KEYS, "YEAR"], how="left", maintain_order="left")
        .with_columns(single=(pl.col("versions") == 1) & pl.col("DEC").is_not_null())
    )


_SINGLE = pl.col("single") & (pl.col("nights") >= 10)
_ORDINARY = _SINGLE & ~pl.col("PLACE").str.starts_with("T")
_LATER = _SINGLE & (pl.col("DECOM") > pl.col("first"))
"""Not the first row of a child: without its dates the child would seem left-censored as well."""
_LEFT_HOME = pl.col("single") & pl.col("REC").is_in(_HOME) & (pl.col("last_start") == pl.col("DECOM"))


def _days(column: str, days: int) -> pl.Expr:
    return pl.col(column) + pl.duration(days=days)


def _unknown_code(plot: _Plot, fault: str) -> int:
    rows = plot.choose(fault, _ORDINARY)
    plot.put(rows, PLACE=pl.lit("Q9"))
    return len(rows)


def _retired_code(plot: _Plot, fault: str) -> int:
    """Special guardianship under the codes of before 2018-19."""
    rows = plot.choose(fault, pl.col("REC").is_in(list(_GUARDIANSHIP)) & (pl.col("YEAR") >= _RETIRED_FROM))
    plot.put(rows, REC=pl.col("REC").replace(_GUARDIANSHIP))
    return len(rows)


def _rec_on_open_row(plot: _Plot, fault: str) -> int:
    rows = plot.choose(fault, _OPEN_AT_THE_END)
    plot.put(rows, REC=pl.lit("X1"))
    return len(rows)


_OPEN_AT_THE_END = pl.col("DEC").is_null() & (pl.col("YEAR") == pl.col("YEAR").max())


def _zero_nights(plot: _Plot, fault: str) -> int:
    rows = plot.choose(fault, _ORDINARY)
    plot.add(
        rows.with_columns(
            _days("DECOM", 5).alias("DECOM"),
            _days("DECOM", 5).alias("DEC"),
            RNE=pl.lit("T"),
            REC=pl.lit("X1"),
            REASON_PLACE_CHANGE=pl.lit(None, pl.String),
        )
    )
    return len(rows)


def _overlap(plot: _Plot, fault: str) -> int:
    follows = (pl.col("next_start") == pl.col("DEC")) & (_days("DEC", 3) <= pl.col("close"))
    lasts = pl.col("next_end").is_null() | (pl.col("next_end") > _days("DEC", 6))
    rows = plot.choose(fault, pl.col("single") & follows & lasts)
    plot.put(rows, DEC=_days("DEC", 3))
    return len(rows)


def _orphan_open_row(plot: _Plot, fault: str) -> int:
    """An episode open in one return, of which the next tells only what came after it."""
    handed_on = (pl.col("versions") == 2) & (pl.col("until") == pl.col("YEAR")) & (pl.col("REC") == "X1")
    follows = pl.col("known") == pl.col("YEAR") - 1
    rows = plot.choose(fault, handed_on & follows & (pl.col("next_start") == pl.col("DEC")))
    plot.drop(rows)
    return len(rows)


def _left_censored(plot: _Plot, fault: str) -> int:
    """The first episode of a period is in no return."""
    first = (pl.col("DECOM") == pl.col("first")) & (pl.col("RNE") == "S") & (pl.col("starts") == 1)
    rows = plot.choose(fault, first & (pl.col("last_start") > pl.col("DECOM")))
    gone = plot.clean.join(rows.select(_EPISODE), on=_EPISODE, how="semi")
    plot.drop(gone)
    return len(rows)


def _dec_before_decom(plot: _Plot, fault: str) -> int:
    rows = plot.choose(fault, _LATER)
    plot.put(rows, DEC=_days("DECOM", -7))
    return len(rows)


def _dec_after_return(plot: _Plot, fault: str) -> int:
    rows = plot.choose(fault, _OPEN_AT_THE_END)
    plot.put(rows, DEC=_days("close", 15), REC=pl.lit("X1"))
    return len(rows)


def _decom_before_birth(plot: _Plot, fault: str) -> int:
    newborn = (pl.col("DECOM") - pl.col("DOB")).dt.total_days() < 90
    rows = plot.choose(fault, pl.col("single") & (pl.col("RNE") == "S") & newborn)
    plot.put(rows, DECOM=_days("DOB", -10))
    return len(rows)


def _child_without_header(plot: _Plot, fault: str) -> int:
    rows = plot.choose(fault, _SINGLE)
    header = plot.tables["ssda903.header"]
    plot.tables["ssda903.header"] = header.join(
        rows.select(_KEYS), on=_KEYS, how="anti", maintain_order="left"
    )
    return len(rows)


def _header_conflict(plot: _Plot, fault: str) -> int:
    """The earliest return gives another sex or date of birth than the later ones."""
    header = plot.tables["ssda903.header"]
    span = header.group_by(_KEYS).agg(earliest=pl.min("YEAR"), returns=pl.len())
    several = plot.clean.join(span.filter(pl.col("returns") > 1), on=_KEYS, how="semi")
    rows = plot.choose(fault, pl.col("row").is_in(several["row"].implode()))
    marked = rows.select(*_KEYS, sex=pl.int_range(pl.len()) % 2 == 0).join(span, on=_KEYS)
    marked = marked.select(*_KEYS, "sex", YEAR="earliest")
    joined = header.join(marked, on=[*_KEYS, "YEAR"], how="left", maintain_order="left")
    other = pl.col("SEX").replace({"1": "2", "2": "1", "M": "F", "F": "M"})
    plot.tables["ssda903.header"] = joined.with_columns(
        SEX=pl.when(pl.col("sex")).then(other).otherwise("SEX"),
        DOB=pl.when(~pl.col("sex")).then(_days("DOB", -31)).otherwise("DOB"),
    ).drop("sex")
    return len(rows)


def _duplicate_row(plot: _Plot, fault: str) -> int:
    rows = plot.choose(fault, _SINGLE)
    plot.add(rows)
    return len(rows)


def _duplicate_key(plot: _Plot, fault: str) -> int:
    """The same child and start twice in one return, with different needs."""
    rows = plot.choose(fault, _SINGLE)
    need = pl.when(pl.col("CIN") == "N1").then(pl.lit("N5")).otherwise(pl.lit("N1"))
    plot.add(rows.with_columns(CIN=need))
    return len(rows)


def _unreadable_date(plot: _Plot, fault: str) -> int:
    """The end of an episode that is no date: only files can hold it, so it appears when they are written."""
    rows = plot.choose(fault, _SINGLE)
    plot.unreadable = rows.select("LA", "YEAR", "CHILD", "DECOM")
    return len(rows)


def _missing_decom(plot: _Plot, fault: str) -> int:
    rows = plot.choose(fault, _LATER & (pl.col("RNE") != "S"))
    plot.put(rows, DECOM=pl.lit(None, pl.Date))
    return len(rows)


def _short_break(plot: _Plot, fault: str) -> int:
    """A short break of a child who had gone home from care: the child has both kinds in one year."""
    rows = plot.choose(fault, _LEFT_HOME & (_days("DEC", 10) <= pl.col("close")))
    none = pl.lit(None, pl.String)
    blank = dict.fromkeys(
        ("HOME_POST", "PL_POST", "PL_LOCATION", "PL_LA", "REASON_PLACE_CHANGE", "URN"), none
    )
    plot.add(
        rows.with_columns(
            _days("DEC", 4).alias("DECOM"),
            _days("DEC", 7).alias("DEC"),
            RNE=pl.lit("S"),
            LS=pl.lit("V3"),
            PLACE=pl.lit("U6"),
            PLACE_PROVIDER=pl.lit("PR1"),
            REC=pl.lit("E4A"),
            PL_DISTANCE=pl.lit(None, pl.Float64),
            **blank,
        )
    )
    return len(rows)


def _module_outside_care(plot: _Plot, fault: str) -> int:
    """A missing incident of a child who had left care."""
    rows = plot.choose(fault, _LEFT_HOME & (_days("DEC", 10) <= pl.col("close")))
    table = plot.tables["ssda903.missing"]
    incidents = rows.select(
        "CHILD",
        "DOB",
        MISSING=pl.lit("M"),
        MIS_START=_days("DEC", 4),
        MIS_END=_days("DEC", 5),
        LA="LA",
        YEAR="YEAR",
    )
    whole = pl.concat([table, incidents.select(table.columns).cast(table.schema)])
    plot.tables["ssda903.missing"] = whole.sort("LA", "YEAR", maintain_order=True)
    return len(rows)


_PLANTS: dict[str, Callable[[_Plot, str], int]] = {
    "unknown_code": _unknown_code,
    "retired_code": _retired_code,
    "rec_on_open_row": _rec_on_open_row,
    "zero_nights": _zero_nights,
    "overlap": _overlap,
    "orphan_open_row": _orphan_open_row,
    "left_censored": _left_censored,
    "dec_before_decom": _dec_before_decom,
    "dec_after_return": _dec_after_return,
    "decom_before_birth": _decom_before_birth,
    "child_without_header": _child_without_header,
    "header_conflict": _header_conflict,
    "duplicate_row": _duplicate_row,
    "duplicate_key": _duplicate_key,
    "unreadable_date": _unreadable_date,
    "missing_decom": _missing_decom,
    "short_break": _short_break,
    "module_outside_care": _module_outside_care,
}
FAULTS = tuple(_PLANTS)
"""All kinds of dirt, in the order in which they are planted."""
