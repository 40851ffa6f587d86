"""Read files and folders: each table is recognised by its content, whatever the file is called."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import define, field

from csc_outcomes.definitions.authorities import lookup
from csc_outcomes.engine.data import POPULATION, POSTCODES, Data
from csc_outcomes.engine.door import Problem, parsed_date
from csc_outcomes.errors import InputError, ReadError, all_at_once
from csc_outcomes.sources.csv_files import Content, read_csv
from csc_outcomes.sources.population import is_population
from csc_outcomes.sources.population import population as mid_year_estimates
from csc_outcomes.sources.registry import TABLES, XML_READERS, source_of
from csc_outcomes.sources.ssda903_years import inferred_years
from csc_outcomes.sources.xml_files import OtherXMLError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from csc_outcomes.engine.source import Cover

    PathLike = str | Path

_ONS_CODE = re.compile(r"(?<![A-Za-z0-9])(?:E0[6-9]|E10|W06|S12|N09)\d{6}(?!\d)")
"""Codes of English upper-tier and single-tier authorities, and of those of the other nations."""
_READ = (".csv", ".xml")
_ACADEMIC = re.compile(r"(?<!\d)20(\d\d)[-_](?:20)?(\d\d)(?!\d)")
_DERIVED_COLUMNS = {"PL_LOCATION", "PL_LA", "PL_DISTANCE"}
_MOST = 0.5
_ORIGIN = {"LA", "YEAR"}
_EPISODES, _MISSING, _HEADER = "ssda903.episodes", "ssda903.missing", "cin.Header"


@define
class _Found:
    """One file's rows of one table, by its full name."""

    path: Path
    table: str
    frame: pl.DataFrame
    la: str | None = None
    year: int | None = None

    @property
    def of_ssda903(self) -> bool:
        """Whether the return year may be told from the dates of episodes beside it."""
        return self.table.startswith("ssda903.")

    @property
    def states_la(self) -> bool:
        """Whether the rows say to which authority they belong, or belong to none."""
        return "LA" in _names(self.frame) or not TABLES[self.table].authority


@define
class _Reading:
    """What has been read so far, and what was odd."""

    found: list[_Found] = field(factory=list)
    population: list[pl.DataFrame] = field(factory=list)
    problems: list[Problem] = field(factory=list)
    faults: list[str] = field(factory=list)
    ignored: list[Path] = field(factory=list)


def read(
    *paths: PathLike,
    la: str | None = None,
    year: int | None = None,
    population: PathLike | Any = None,
    postcodes: PathLike | Any = None,
    progress: Callable[[str], None] | None = None,
) -> Data:
    """Read returns and local tables: files or folders, CSV or XML, any number of years and authorities.

    SSDA903, the children in need census and the workforce census; local tables (`events`, `cohort`, `scores`
    ...) as CSV. A table is recognised by its columns, a local one also by the file's name. The return year of
    SSDA903 files is told from the dates of the episodes beside it; the authority from `la`, the header of an
    XML file, a column LA, or an ONS code in the path.

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
    reading.problems += _ignored(reading.ignored)
    if isinstance(population, (str, Path)):
        _read_population(Path(population), reading)
    directory = _frame_or_file(postcodes, reading)
    all_at_once("files cannot be read", reading.faults, ReadError)
    if not reading.found:
        needed = (
            "needed CSV files with a return's columns (CHILD, DECOM, RNE ...) or XML of a return (root EXPSSDA903, "
            "or Message with the collection CIN or CSWW)"
        )
        found = [problem.message for problem in reading.problems]
        all_at_once(
            f"no table found in {len(files)} files; {needed}", found or ["nothing to read"], ReadError
        )
    _place(reading, la, year)
    tables: dict[str, Any] = dict(_stacked(reading.found, la))
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
            inside = sorted(p for p in path.rglob("*") if p.is_file() and not _is_hidden(p.relative_to(path)))
            candidates = [(p, False) for p in inside if p.suffix.lower() in _READ]
            reading.ignored += [p for p in inside if p.suffix.lower() not in _READ]
        elif path.is_file():
            candidates = [(path, True)]
        else:
            reading.faults.append(f"{path}: needed a file or folder, found nothing there")
            continue
        for candidate, named in candidates:
            if candidate.resolve() not in seen:
                seen.add(candidate.resolve())
                yield candidate, named


def _is_hidden(path: Path) -> bool:
    """Lock files, and copies that notebooks and version control keep."""
    return any(part.startswith((".", "~")) for part in path.parts)


def _ignored(paths: Sequence[Path]) -> list[Problem]:
    if not paths:
        return []
    kinds = ", ".join(sorted({path.suffix.lower() or "without ending" for path in paths}))
    text = f"{len(paths)} files in the folders are neither .csv nor .xml and are not read ({kinds})"
    return [Problem("not_read", "", 0, text)]


def _read_file(path: Path, reading: _Reading, *, named: bool) -> None:
    try:
        if path.suffix.lower() == ".xml":
            reading.found += _read_xml(path)
        else:
            _read_table(path, reading, named=named)
    except OtherXMLError as error:
        _not_recognised(str(error), 0, reading, named=named)
    except ReadError as error:
        reading.faults.append(str(error))


def _read_xml(path: Path) -> list[_Found]:
    """A file of whichever return it is; each reader tells by the first elements whether it is its own.

    Raises:
        OtherXMLError: it is none of the returns.
        ReadError: it is one of them, and cannot be read.
    """
    reasons = []
    for source, read_xml in XML_READERS.items():
        try:
            frames = read_xml(path)
        except OtherXMLError as error:
            reasons.append(str(error).removeprefix(f"{path.name}: "))
        else:
            return [_Found(path, f"{source}.{name}", frame) for name, frame in frames.items()]
    raise OtherXMLError(f"{path.name}: {'; '.join(reasons)}")


def _not_recognised(text: str, rows: int, reading: _Reading, *, named: bool) -> None:
    """A stranger in a folder is mentioned; a file that was named itself is a fault."""
    if named:
        reading.faults.append(text)
    else:
        reading.problems.append(Problem("not_recognised", "", rows, text))


def _read_table(path: Path, reading: _Reading, *, named: bool) -> None:
    content = read_csv(path)
    names = _names(content.frame)
    if is_population(names) and "CHILD" not in names:
        reading.population.append(_estimates(content))
        return
    name, lacking = recognised(names, path.stem)
    if not name:
        text = f"{path.name}: not recognised as a table of a return by its {_columns_in_words(names)}"
        _not_recognised(text, content.frame.height, reading, named=named)
        return
    if lacking:
        table = TABLES[name]
        listed = "; ".join(f"{column}, which exists in {table[column].years}" for column in lacking)
        reading.faults.append(f"{path.name}: looks like table {table.name!r} but lacks column {listed}")
        return
    reading.problems += content.problems(name)
    if not content.frame.height:
        text = f"{path.name}: has a header and no row"
        reading.problems.append(Problem("no_rows", name, 0, text))
    reading.found.append(_Found(path, name, content.frame))


def _names(frame: pl.DataFrame) -> list[str]:
    return [column.replace("\ufeff", "").strip().strip('"').upper() for column in frame.columns]


def recognised(columns: Sequence[str], stem: str = "") -> tuple[str, list[str]]:
    """The table whose declared columns fit a header best ('' if none), and which required ones the header lacks.

    Some tables have few required columns, which others have too: a file must fit by most of its columns or carry
    the table's name.
    """
    present = set(columns)

    def declared(name: str) -> set[str]:
        return {column.upper() for column in TABLES[name].names} - _DERIVED_COLUMNS

    def required(name: str) -> list[str]:
        known = {} if source_of(name).yearly else {"LA"}
        return [column for column in TABLES[name].required if column.upper() not in known]

    def share(name: str) -> float:
        return len(declared(name) & present) / len(declared(name))

    def fits(name: str) -> tuple[bool, int, float]:
        return _bare(name) == _bare(stem), len(declared(name) & present), share(name)

    lacking = {
        name: [column for column in required(name) if column.upper() not in present] for name in TABLES
    }
    named = [name for name in TABLES if _bare(name) == _bare(stem)]
    complete = [name for name in TABLES if not lacking[name] and (share(name) >= _MOST or name in named)]
    if complete:
        return max(complete, key=fits), []
    best = max(TABLES, key=share)
    person = TABLES[best].person.upper()
    if named:
        likely = max(named, key=share)
        return likely, lacking[likely]
    if share(best) < _MOST or (person and person not in present):
        return "", []
    return best, lacking[best]


def _bare(name: str) -> str:
    return name.rpartition(".")[2].replace("_", "").replace(" ", "").lower()


def _columns_in_words(names: Sequence[str]) -> str:
    """How many columns, and those that returns have: others may be values of a file without a header."""
    known = {name.upper() for table in TABLES.values() for name in table.names} | _ORIGIN
    listed = ", ".join(name for name in names if name in known)
    return f"{len(names)} columns, of which the returns know {listed or 'none'}"


def _read_population(path: Path, reading: _Reading) -> None:
    try:
        content = read_csv(path)
        if not is_population(_names(content.frame)):
            raise ReadError(
                f"{path.name}: needed a population file (authority code, year, estimate), "
                f"found other columns ({content.frame.width} of them)"
            )
        reading.population = [_estimates(content)]
    except ReadError as error:
        reading.faults.append(str(error))


def _estimates(content: Content) -> pl.DataFrame:
    """A population file in long form: two files in one folder may be laid out differently.

    Raises:
        ReadError: it holds no estimate of an authority, or lines are cut off.
    """
    if content.uneven:
        raise ReadError(f"{content.name}: {content.uneven} lines do not have the header's number of fields")
    try:
        return mid_year_estimates(_as_text(content.frame))
    except InputError as error:
        raise ReadError(f"{content.name}: {error}") from None


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.rename(dict(zip(frame.columns, _names(frame), strict=True)))


def _frame_or_file(given: Any, reading: _Reading) -> Any:
    if not isinstance(given, (str, Path)):
        return given
    try:
        return read_csv(Path(given)).frame
    except ReadError as error:
        reading.faults.append(str(error))
        return None


def _place(reading: _Reading, la: str | None, year: int | None) -> None:
    """Work out authority and return year of every file."""
    groups: dict[str, list[_Found]] = {}
    for item in reading.found:
        groups.setdefault(_group(item), []).append(item)
    for items in groups.values():
        _date([item for item in items if item.of_ssda903], year)
        _date_others([item for item in items if not item.of_ssda903], year)
    _assign(reading.found, la)


def _assign(found: Sequence[_Found], la: str | None) -> None:
    """Give every file its authority.

    Raises:
        InputError: it is not known, or one was given for files of several.
    """
    unplaced, codes = [], set()
    for item in found:
        code = _la_in_path(item.path)
        item.la = la or code
        if not item.states_la and code:
            codes.add(code)
        if not item.states_la and item.la is None:
            unplaced.append(item.path.name)
    if unplaced:
        listed = ", ".join(sorted(set(unplaced))[:5])
        raise InputError(
            f"read: the authority of {len(unplaced)} tables is not known ({listed}): give la=, a column LA, or put "
            "the files into a folder named by the ONS code"
        )
    if la and len(codes) > 1:
        raise InputError(
            f"read: la= names one authority, and the paths name {len(codes)} ({', '.join(sorted(codes))}): leave "
            "la= out, or read one authority at a time"
        )


def _date(items: Sequence[_Found], year: int | None) -> None:
    """Give the files of one return their year: as stated, told by dates of episodes, or named by the path.

    A file of episodes is told from its own dates, since returns of two years may lie in one folder; one
    without an exit, and the modules, go with the others.
    """
    if not items:
        return
    dates = {
        number: _dates(item.frame)
        for number, item in enumerate(items)
        if item.table == _EPISODES and item.frame.height and "YEAR" not in _names(item.frame)
    }
    own = {number: inferred_years(frame) for number, frame in dates.items() if frame["DEC"].count()}
    together = sorted({told for years in own.values() for told in years})
    if dates and not own:
        together = inferred_years(pl.concat(dates.values()))
    elif not dates:
        together = _academic_year(items[0].path)
    for number, item in enumerate(items):
        years = [year] if year is not None else own.get(number, together)
        item.year = years[0] if len(years) == 1 else None


def _date_others(items: Sequence[_Found], year: int | None) -> None:
    """Give the files of another return their year: as stated, as a header among them says, or named by the path."""
    headers = [item.frame for item in items if item.table == _HEADER and "YEAR" in _names(item.frame)]
    stated = {text for frame in headers for text in _as_text(frame)["YEAR"].drop_nulls().to_list()}
    for item in items:
        years = [int(text) for text in stated if text.isdecimal()] or _academic_year(item.path)
        item.year = year if year is not None else (years[0] if len(years) == 1 else None)


def _returned(found: Sequence[_Found]) -> dict[str, Cover]:
    """Authorities and years whose return held missing incidents; empty where files do not tell.

    An XML return always holds the module, with or without rows; a file with LA or YEAR of its own may leave
    out those without an incident.
    """
    returned: dict[str, set[int]] = {}
    for item in found:
        if not item.of_ssda903:
            continue
        holds = item.table == _MISSING or item.path.suffix.lower() == ".xml"
        stated = {"LA", "YEAR"} & set(_names(item.frame))
        if holds and not stated and item.la is not None and item.year is not None:
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


def _academic_year(path: Path) -> list[int]:
    """Return year that a path names, such as 2024 for '2023-24'."""
    pairs = _ACADEMIC.findall(path.name) or _ACADEMIC.findall(path.parent.name)
    # '2023-09' is a month: only a year and the next one name a return.
    named = {2000 + int(last) for first, last in pairs if int(last) == int(first) + 1}
    return list(named) if len(named) == 1 else []


def _dates(frame: pl.DataFrame) -> pl.DataFrame:
    named = _as_text(frame)
    return named.select(parsed_date(named[name]).alias(name) for name in ("DECOM", "DEC"))


def _la_in_path(path: Path) -> str | None:
    for part in (path.name, *(parent.name for parent in path.parents)):
        match = _ONS_CODE.search(part)
        if match:
            return match.group()
    return None


def _in_words_of(item: _Found, la: str | None) -> pl.DataFrame:
    """Names in one spelling, and the authority of an XML file by its ONS code, as in other files."""
    frame = _as_text(item.frame)
    if item.path.suffix.lower() != ".xml" or "LA" not in frame.columns:
        return frame
    stated = frame["LA"].drop_nulls().unique().to_list()
    if len(stated) != 1:
        return frame
    known = lookup(stated[0])
    code = la or (known.ons_code if known else None)
    return frame if code is None else frame.with_columns(pl.lit(code).alias("LA"))


def _stacked(found: Sequence[_Found], la: str | None) -> dict[str, pl.DataFrame]:
    """All files of a table, one below the other, with LA and YEAR where the file had none."""
    tables: dict[str, list[pl.DataFrame]] = {}
    for item in found:
        frame = _in_words_of(item, la)
        added = [
            pl.lit(value, dtype=pl.String).alias(name)
            for name, value in (("LA", item.la), ("YEAR", str(item.year) if item.year else None))
            if name not in frame.columns and (name != "YEAR" or source_of(item.table).yearly)
        ]
        tables.setdefault(item.table, []).append(frame.with_columns(added))
    return {name: pl.concat(frames, how="diagonal") for name, frames in tables.items()}
