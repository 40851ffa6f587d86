"""Invented returns for the benchmarks, made once by the project's own generator and kept outside the repository."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

import cin_data
import csc_outcomes.synthetic as generator
from csc_outcomes.synthetic import Synthetic, synthesise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

YEARS = range(2011, 2026)
"""Year-ends: the returns at hand, and the windows asked for."""

SIZES: dict[str, dict[str, Any]] = {
    "national": {"national": True},
    "small": {"authorities": 8, "children": 4_000},
}
COPIES = 10


def prepared(cache: Path, size: str) -> Path:
    """Folder with `parquet/`, `csv/`, `one/` and `ten/` (the same rows once, and under ten authorities' codes)."""
    folder = cache / f"{size}-{_version()}"
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = synthesise(years=YEARS, returns=("ssda903",), **SIZES[size])
        _write(made, folder)
        (folder / "complete").touch()
    return folder


def prepared_cin(folder: Path, size: str) -> None:
    """Add `cin/`, `cin_csv/` and `cin.xml`: large, and wanted by two sections only."""
    done = folder / f"complete-cin-{_digest([Path(cin_data.__file__)])}"
    if not done.exists():
        cin_data.write(folder, size)
        done.touch()


def _version() -> str:
    """A changed generator makes new data; nobody has to remember to delete the old."""
    return _digest(sorted(Path(next(iter(generator.__path__))).glob("*.py")))


def _digest(sources: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def _write(made: Synthetic, folder: Path) -> None:
    for kind in ("parquet", "csv", "one", "ten"):
        (folder / kind).mkdir(exist_ok=True)
    for name, frame in made.tables.items():
        frame.write_parquet(folder / "parquet" / f"{name}.parquet")
        if frame.height:
            frame.write_csv(folder / "csv" / f"{name}.csv", date_format="%d/%m/%Y")
    made.population.write_parquet(folder / "parquet" / "population.parquet")
    _write_growth(made.tables, folder)


def _write_growth(tables: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """A tenth of the authorities, and these ten times over: exactly ten times the rows and the children."""
    codes = tables["ssda903.episodes"]["LA"].unique().sort()
    some = codes[:: min(COPIES, len(codes))]
    for name in ("ssda903.episodes", "ssda903.header"):
        one = tables[name].filter(pl.col("LA").is_in(some.implode()))
        copies = [one.with_columns(LA=pl.col("LA") + f"-{number}") for number in range(COPIES)]
        one.write_parquet(folder / "one" / f"{name}.parquet")
        pl.concat(copies).write_parquet(folder / "ten" / f"{name}.parquet")
