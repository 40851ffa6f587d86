"""The table of a run, and the check that all competitors computed the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Medians = Mapping[str, Mapping[str, float]]

KEYS = ["measure", "year", "LA", "band"]
LIBRARY = "csc_outcomes"
TITLES = {
    "a": "All SSDA903 measures, 15 windows, by authority and age band",
    "b": "Eight measures, 15 windows, by authority and age band",
    "c": "Bare scan of the columns of (b)",
    "d": "Reading the CSV files",
    "e": "Import",
    "f": "113,350 rates with limits in one call",
    "g": "Growth of (b): one set of authorities, and ten times as many",
}


def checked(scratch: Path) -> list[str]:
    """Compare every cell of (b) by window, authority and age band; raise where a number differs."""
    ours = _cells(pl.read_parquet(scratch / f"{LIBRARY}.parquet"))
    said = []
    for other in ("csc_outcomes, frames from pandas", "plain pandas", "tuned pandas", "plain Polars"):
        frame = pl.read_parquet(scratch / f"{other}.parquet")
        theirs = _cells(frame) if "status" in frame.columns else frame
        said.append(f"{other}: {_compared(ours, theirs, other):,} cells equal")
    return said


def _cells(frame: pl.DataFrame) -> pl.DataFrame:
    """The library's rows per authority and age band; rows without a number are left out."""
    cells = frame.filter(pl.col("area") != "all", pl.col("breakdown") == "age_band")
    return cells.filter(pl.col("numerator").is_not_null()).select(
        "measure", pl.col("window").alias("year"), pl.col("area").alias("LA"), pl.col("group").alias("band"),
        "numerator", "denominator",
    )  # fmt: skip


def _compared(ours: pl.DataFrame, theirs: pl.DataFrame, name: str) -> int:
    """Number of cells compared; the library also gives the empty ones."""
    typed = theirs.select(
        *(pl.col(key).cast(pl.String) for key in KEYS), pl.col("numerator", "denominator").cast(pl.Float64)
    )
    both = ours.join(typed, on=KEYS, how="full", suffix="_other", coalesce=True)
    found = both.filter(
        (pl.col("numerator").fill_null(0) != pl.col("numerator_other").fill_null(0))
        | (
            pl.col("denominator").fill_nan(None).fill_null(0)
            != pl.col("denominator_other").fill_nan(None).fill_null(0)
        )
    )
    if found.height or not typed.height:
        raise SystemExit(f"{name}: {found.height} of {both.height} cells differ\n{found.head(20)}")
    return both.height


def table(medians: Medians, said: list[str], folder: Path, size: str, repeat: int) -> str:
    lines = [_heading(folder, size, repeat), ""]
    lines += ["| | wall s | CPU s | peak MB | |", "| --- | ---: | ---: | ---: | --- |"]
    for section, title in TITLES.items():
        names = [name for name in medians if name.startswith(section)]
        if names:
            lines.append(f"| **({section}) {title}** | | | | |")
        for name in names:
            found = medians[name]
            figures = f"{found['wall']:.2f} | {found['cpu']:.2f} | {found['memory']:,.0f}"
            lines.append(f"| {name[3:]} | {figures} | {_remark(name, medians)} |")
    if said:
        lines += ["", "Numbers of (b) compared by window, authority and age band: " + "; ".join(said) + "."]
    return "\n".join(lines)


def _heading(folder: Path, size: str, repeat: int) -> str:
    episodes = pl.scan_parquet(folder / "parquet" / "ssda903.episodes.parquet")
    counts = episodes.select(
        rows=pl.len(),
        areas=pl.col("LA").n_unique(),
        years=pl.col("YEAR").n_unique(),
        last=(pl.col("DEC").is_null() & (pl.col("YEAR") == pl.col("YEAR").max())).sum(),
    ).collect()
    n = counts.row(0, named=True)
    return (
        f"Size {size}: {n['rows']:,} stacked episode rows, {n['areas']} authorities, {n['years']} year-ends, "
        f"{n['last']:,} in care at the last; medians of {repeat}."
    )


def _remark(name: str, medians: Medians) -> str:
    """Ratio of wall times, and the target where there is one."""
    against = {
        "a: all measures but the bootstrapped": (
            "b: csc_outcomes",
            "x the eight measures",
            "under 5, under 4,000 MB",
        ),
        "a: bootstrapped measures": ("b: csc_outcomes", "x the eight measures", ""),
        "b: csc_outcomes, frames from pandas": ("b: csc_outcomes", "x csc_outcomes", ""),
        "b: plain pandas": ("b: csc_outcomes", "x csc_outcomes", "at least 5"),
        "b: tuned pandas": ("b: csc_outcomes", "x csc_outcomes", ""),
        "b: plain Polars": ("b: csc_outcomes", "x csc_outcomes", "at least 1"),
        "c: scan with Polars": ("b: csc_outcomes", "x csc_outcomes", ""),
        "c: scan with PyArrow": ("b: csc_outcomes", "x csc_outcomes", ""),
        "d: csc.read": ("d: polars.read_csv", "x polars.read_csv", ""),
        "d: csc.read and data.problems": ("d: polars.read_csv", "x polars.read_csv", "at most 3"),
        "d: pandas.read_csv": ("d: polars.read_csv", "x polars.read_csv", ""),
        "e: import csc_outcomes": ("e: import pandas", "x import pandas", "at most 1"),
        "g: ten times the rows": ("g: one", "x one", "at most 12"),
    }
    if name == "f: csc.estimate, later call":
        return "target: under 0.2 s"
    if name not in against or against[name][0] not in medians:
        return ""
    base, words, target = against[name]
    ratio = medians[name]["wall"] / medians[base]["wall"]
    return f"{ratio:.2f} {words}" + (f" (target: {target})" if target else "")
