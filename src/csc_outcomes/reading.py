"""Read files and folders: each table is recognised by its content, whatever the file is called."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import define, field

from csc_outcomes.engine.data import POPULATION, POSTCODES, Data
from csc_outcomes.engine.door import Problem, parsed_date
from csc_outcomes.errors import InputError, ReadError, all_at_once
from csc_outcomes.sources.csv_files import read_csv
from csc_outcomes.sources.population import is_population
from csc_outcomes.sources.ssda903_tables import TABLES
from csc_outcomes.sources.ssda903_xml import read_xml
from csc_outcomes.sources.ssda903_years import inferred_years

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from csc_outcomes.definitions.tables import Table
    from csc_outcomes.engine.source import Cover

    PathLike = str | Path

_ONS_CODE = re.compile(r"[EWSN]\d{8}")
_ACADEMIC = re.compile(r"(?<!\d)20(\d\d)[-_/](?:20)?(\d\d)(?!\d)")
_DERIVED_COLUMNS = {"PL_LOCATION", "PL_LA", "PL_DISTANCE"}


@define
class _Found:
    """One file's rows of one table."""

    path: Path
    table: str
    frame: pl.DataFrame
    la: str | None = None
    year: int | None = None


@define
class _Reading:
    """What has been read so far, and what was odd."""

    found: list[_Found] = field(factory=list)
    population: list[pl.DataFrame] = field(factory=list)
    problems: list[Problem] = field(factory=list)
    faults: list[str] = field(factory=list)


def read(
    *paths: PathLike,
    la: str | None = None,
    year: int | None = None,
    population: PathLike | Any = None,
    postcodes: PathLike | Any = None,
    progress: Callable[[str], None] | None = None,
) -> Data:
    """Read SSDA903 returns: files or folders, CSV or XML, any number of years and authorities.

    A table is recognised by its columns. The return year of a file is told from the dates of the episodes
    beside it; the authority from `la`, a column LA, or an ONS code in the path.

    Args:
        paths: files, or folders that are searched through.
        la: authority code of everything that states none.
        year: return year (year ending 31 March) of everything read; default: told from the dates.
        population: file (or frame) of mid-year estimates; also found in a folder.
        postcodes: file (or frame) with ONS Postcode Directory columns.
        progress: called with the name of each file.

    Returns:
        The tables as `csc.Data`; `data.problems` lists everything odd.

    Raises:
        ReadError: files that cannot be read as any table; all of them at once.
        InputError: the authority is not known, or tables cannot be used.
    """
    reading = _Reading()
    files = list(_files(paths, reading))
    for path, named in files:
        if progress:
            progress(path.name)
        _read_file(path, reading, named=named)
    if isinstance(population, (str, Path)):
        _read_population(Path(population), reading)
    directory = _frame_or_file(postcodes, reading)
    all_at_once("files cannot be read", reading.faults, ReadError)
    if not reading.found:
        raise ReadError(
            f"no SSDA903 table found in {len(files)} files: needed CSV files with the return's columns (CHILD, DECOM, "
            "RNE ...) or XML with the root EXPSSDA903"
        )
    _place(reading, la, year)
    tables: dict[str, Any] = {f"ssda903.{name}": frame for name, frame in _stacked(reading.found).items()}
    if population is not None and not isinstance(population, (str, Path)):
        tables[POPULATION] = population
    elif reading.population:
        tables[POPULATION] = pl.concat(reading.population, how="diagonal")
    if directory is not None:
        tables[POSTCODES] = directory
    return Data(tables, la=la).noted(reading.problems, _returned(reading.found))


def _files(paths: Sequence[PathLike], reading: _Reading) -> Iterable[tuple[Path, bool]]:
    """Files in order, with whether they were named themselves rather than found in a folder."""
    if not paths:
        raise InputError("read: needed at least one file or folder, found none")
    seen: set[Path] = set()
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted(
                p for p in path.rglob("*") if p.suffix.lower() in (".csv", ".xml") and p.is_file()
            )
            candidates = [(p, False) for p in inside if not p.name.startswith((".", "~"))]
        elif path.is_file():
            candidates = [(path, True)]
        else:
            reading.faults.append(f"{path}: needed a file or folder, found nothing there")
            continue
        for candidate, named in candidates:
            if candidate.resolve() not in seen:
                seen.add(candidate.resolve())
                yield candidate, named


def _read_file(path: Path, reading: _Reading, *, named: bool) -> None:
    try:
        if path.suffix.lower() == ".xml":
            frames = read_xml(path)
            reading.found += [_Found(path, name, frame) for name, frame in frames.items()]
        else:
            _read_table(path, reading, named=named)
    except ReadError as error:
        reading.faults.append(str(error))


def _read_table(path: Path, reading: _Reading, *, named: bool) -> None:
    content = read_csv(path)
    if is_population(content.frame.columns) and "CHILD" not in _names(content.frame):
        reading.population.append(_as_text(content.frame))
        return
    table, lacking = recognised(_names(content.frame))
    if table is None:
        text = f"{path.name}: not recognised as a table of the return by its columns"
        if named:
            found = ", ".join(_names(content.frame)[:15])
            reading.faults.append(f"{text}; found {found}")
        else:
            reading.problems.append(Problem("not_recognised", "", content.frame.height, text))
        return
    if lacking:
        listed = "; ".join(f"{name}, which exists in {table[name].years}" for name in lacking)
        reading.faults.append(f"{path.name}: looks like table {table.name!r} but lacks column {listed}")
        return
    reading.problems += content.problems(f"ssda903.{table.name}")
    if not content.frame.height:
        text = f"{path.name}: has a header and no row"
        reading.problems.append(Problem("no_rows", f"ssda903.{table.name}", 0, text))
    reading.found.append(_Found(path, table.name, content.frame))


def _names(frame: pl.DataFrame) -> list[str]:
    return [column.replace("\ufeff", "").strip().strip('"').upper() for column in frame.columns]


def recognised(columns: Sequence[str]) -> tuple[Table | None, list[str]]:
    """The table whose declared columns fit a header best, and which required ones the header lacks."""
    present = set(columns)

    def share(table: Table) -> float:
        declared = set(table.names) - _DERIVED_COLUMNS
        return len(declared & present) / len(declared)

    def fits(table: Table) -> int:
        return len(set(table.names) & present)

    complete = [table for table in TABLES.values() if set(table.required) <= present and share(table) >= 0.5]
    if complete:
        return max(complete, key=lambda table: (fits(table), share(table))), []
    best = max(TABLES.values(), key=share)
    if share(best) < 0.5 or "CHILD" not in present:
        return None, []
    return best, [name for name in best.required if name not in present]


def _read_population(path: Path, reading: _Reading) -> None:
    try:
        content = read_csv(path)
    except (ReadError, OSError) as error:
        reading.faults.append(str(error))
        return
    if not is_population(content.frame.columns):
        found = ", ".join(content.frame.columns[:15])
        reading.faults.append(
            f"{path.name}: needed a population file (authority code, year, estimate), found columns {found}"
        )
        return
    reading.population = [_as_text(content.frame)]


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.rename(dict(zip(frame.columns, _names(frame), strict=True)))


def _frame_or_file(given: Any, reading: _Reading) -> Any:
    if not isinstance(given, (str, Path)):
        return given
    try:
        return read_csv(Path(given)).frame
    except (ReadError, OSError) as error:
        reading.faults.append(str(error))
        return None


def _place(reading: _Reading, la: str | None, year: int | None) -> None:
    """Work out authority and return year of every file."""
    groups: dict[str, list[_Found]] = {}
    for item in reading.found:
        groups.setdefault(_group(item), []).append(item)
    unplaced = []
    for items in groups.values():
        years = [year] if year is not None else _years(items)
        for item in items:
            item.year = years[0] if len(years) == 1 else None
            item.la = la or _la_in_path(item.path)
            if item.la is None and "LA" not in _names(item.frame):
                unplaced.append(item.path.name)
    if unplaced:
        listed = ", ".join(sorted(set(unplaced))[:5])
        raise InputError(
            f"read: the authority of {len(unplaced)} tables is not known ({listed}): give la=, a column LA, or put "
            "the files into a folder named by the ONS code"
        )


def _returned(found: Sequence[_Found]) -> dict[str, Cover]:
    """Authorities and years whose return held missing incidents; empty where files do not tell.

    An XML return always holds the module, with or without rows.
    """
    returned: dict[str, set[int]] = {}
    for item in found:
        holds = item.table == "missing" or item.path.suffix.lower() == ".xml"
        if holds and item.la is not None and item.year is not None:
            returned.setdefault(item.la, set()).add(item.year)
        elif holds:
            return {}
    return {"ssda903.incidents": {la: frozenset(years) for la, years in returned.items()}}


def _group(item: _Found) -> str:
    """Files of one return: the same folder, and the same name but for the table's."""
    if item.path.suffix.lower() == ".xml":
        return str(item.path)
    years = re.findall(r"\d{4}(?:[-_]\d{2})?", item.path.stem)
    return f"{item.path.parent}|{'|'.join(years)}"


def _years(items: Sequence[_Found]) -> list[int]:
    """Return years of a group: those of its episodes' dates, else the one its path names."""
    episodes = [item.frame for item in items if item.table == "episodes" and "YEAR" not in _names(item.frame)]
    dated = [_dates(frame) for frame in episodes if frame.height]
    if dated:
        return inferred_years(pl.concat(dated))
    match = _ACADEMIC.search(f"{items[0].path.parent.name}/{items[0].path.name}")
    return [2000 + int(match.group(2))] if match else []


def _dates(frame: pl.DataFrame) -> pl.DataFrame:
    named = frame.rename(dict(zip(frame.columns, _names(frame), strict=True)))
    return named.select(parsed_date(named[name]).alias(name) for name in ("DECOM", "DEC"))


def _la_in_path(path: Path) -> str | None:
    for part in (path.name, *(parent.name for parent in path.parents)):
        match = _ONS_CODE.search(part)
        if match:
            return match.group()
    return None


def _stacked(found: Sequence[_Found]) -> dict[str, pl.DataFrame]:
    """All files of a table, one below the other, with LA and YEAR where the file had none."""
    tables: dict[str, list[pl.DataFrame]] = {}
    for item in found:
        frame = _as_text(item.frame)
        added = [
            pl.lit(value, dtype=pl.String).alias(name)
            for name, value in (("LA", item.la), ("YEAR", str(item.year) if item.year else None))
            if name not in frame.columns
        ]
        tables.setdefault(item.table, []).append(frame.with_columns(added))
    return {name: pl.concat(frames, how="diagonal") for name, frames in tables.items()}
