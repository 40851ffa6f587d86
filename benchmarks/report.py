"""The table of a run, and the check that all competitors computed the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from competitors import OLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
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
    "h": "Ten measures of the children in need census, ten windows, by authority",
    "i": "Reading the census as XML",
    "j": "Scoring a million questionnaires",
}


def checked(scratch: Path, only: Sequence[str] | None) -> list[str]:
    """Compare every number that several competitors computed; raise where one differs."""
    checks = {"b": _checked_903, "h": _checked_cin, "j": _checked_scores}
    return [
        f"({section}) {said}"
        for section, check in checks.items()
        if only is None or section in only
        for said in check(scratch)
    ]


def _checked_903(scratch: Path) -> list[str]:
    ours = _cells(pl.read_parquet(scratch / f"b-{LIBRARY}.parquet"))
    said = []
    for other, frame in _others(scratch, "b"):
        theirs = _cells(frame) if "status" in frame.columns else frame
        said.append(f"{other}: {_compared(ours, theirs, other, KEYS):,} cells equal")
    return said


def _checked_cin(scratch: Path) -> list[str]:
    ours = _cells(pl.read_parquet(scratch / f"h-{LIBRARY}.parquet"), breakdown="all").drop("band")
    said = []
    for other, theirs in _others(scratch, "h"):
        frame = _cells(theirs, breakdown="all") if "status" in theirs.columns else theirs
        said.append(f"{other}: {_compared(ours, frame, other, KEYS[:3]):,} cells equal")
    return said


def _others(scratch: Path, section: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """What all competitors of a section computed but the library over frames of Polars."""
    for path in sorted(scratch.glob(f"{section}-*.parquet")):
        name = path.stem.removeprefix(f"{section}-")
        if name != LIBRARY:
            yield name, pl.read_parquet(path)


def _checked_scores(scratch: Path) -> list[str]:
    said = []
    for form in ("SDQ", "GHQ-12"):
        ours = pl.read_parquet(scratch / f"j-{form}, csc.instruments.score.parquet")
        theirs = pl.read_parquet(scratch / f"j-{form}, plain pandas.parquet")
        ours, theirs = (
            frame.select(
                pl.col("respondent").cast(pl.Int64),
                pl.col("scale").cast(pl.String),
                pl.col("score").fill_nan(None),
            ).sort("respondent", "scale")
            for frame in (ours, theirs)
        )
        if not ours.equals(theirs):
            raise SystemExit(f"{form}: scores differ")
        said.append(f"{form}: {ours.height:,} scores equal")
    return said


def _cells(frame: pl.DataFrame, breakdown: str = "age_band") -> pl.DataFrame:
    """The library's rows per authority and group; rows without a number are left out."""
    cells = frame.filter(pl.col("area") != "all", pl.col("breakdown") == breakdown)
    return cells.filter(pl.col("numerator").is_not_null()).select(
        "measure", pl.col("window").alias("year"), pl.col("area").alias("LA"), pl.col("group").alias("band"),
        "numerator", "denominator",
    )  # fmt: skip


def _compared(ours: pl.DataFrame, theirs: pl.DataFrame, name: str, keys: list[str]) -> int:
    """Number of cells compared; the library also gives the empty ones."""
    typed = theirs.select(
        *(pl.col(key).cast(pl.String) for key in keys), pl.col("numerator", "denominator").cast(pl.Float64)
    )
    both = ours.join(typed, on=keys, how="full", suffix="_other", coalesce=True)
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
        lines += ["", "Numbers compared one by one: " + "; ".join(said) + "."]
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
        "h: csc_outcomes": ("h: plain Polars", "x plain Polars", "at most 1.5"),
        "h: plain pandas": ("h: csc_outcomes", "x csc_outcomes", "at least 4"),
        "h: csc_outcomes, CSV": ("h: plain Polars, CSV", "x plain Polars", "at most 1.5"),
        "h: plain pandas, CSV": ("h: csc_outcomes, CSV", "x csc_outcomes", "at least 4"),
        "i: read_xml": ("i: bare parse with lxml", "x the bare parse", "at most 2.5"),
        "i: csc.read": ("i: bare parse with lxml", "x the bare parse", ""),
        "j: SDQ, csc.instruments.score": ("j: SDQ, plain pandas", "x plain pandas", ""),
        "j: GHQ-12, csc.instruments.score": ("j: GHQ-12, plain pandas", "x plain pandas", ""),
    }
    if name == "f: csc.estimate, later call":
        return "target: under 0.2 s"
    base, words, target = against.get(name.removesuffix(OLDER), ("", "", ""))
    if base not in medians:
        return ""
    ratio = medians[name]["wall"] / medians[base]["wall"]
    return f"{ratio:.2f} {words}" + (f" (target: {target})" if target else "")
