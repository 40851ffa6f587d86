"""Tables of the dataset from frames or from a database, by whatever case their names are written in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import field, frozen

from csc_outcomes.engine.door import Problem, to_polars
from csc_outcomes.errors import InputError, all_at_once
from csc_outcomes.sources import spellings
from csc_outcomes.sources.ssd_tables import PLACEHOLDER, PREFIX, TABLES, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from csc_outcomes.sources.ssd_tables import SsdColumn, SsdTable

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$#]*")
_CATALOGUE = (
    "SELECT table_schema, table_name, column_name FROM information_schema.columns "
    "WHERE LOWER(table_name) LIKE 'ssd%'"
)


@frozen
class Fetched:
    """Tables at hand with the declared columns, and why others are not.

    A table without a row is not at hand: extracts make all tables and leave empty what they do not fill.
    """

    tables: Mapping[str, pl.DataFrame] = field(repr=False)
    missing: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def fetched(given: Mapping[str, Any] | Any, schema: str | None = None) -> Fetched:
    """The tables that are needed, typed; from a mapping of frames or a connection.

    Raises:
        InputError: no table of the dataset is there, needed columns are missing, or the names of a database are
            ambiguous.
    """
    raw = _of_frames(given) if isinstance(given, Mapping) else _of_database(given, schema)
    faults = [fault for name, frame in raw.items() for fault in _faults(frame.columns, TABLES[name])]
    all_at_once("tables of the dataset cannot be used as given", faults)
    tables: dict[str, pl.DataFrame] = {}
    missing = {name: f"the extract has no table {name}" for name in TABLES if name not in raw}
    problems: list[Problem] = []
    for name, frame in raw.items():
        if frame.height:
            tables[name], found = _typed(frame, TABLES[name])
            problems += found
        else:
            missing[name] = f"table {name} has no row"
    if not tables:
        raise InputError(
            f"read_ssd: needed tables such as ssd_person and ssd_cin_episodes with rows, found none of {len(TABLES)}"
        )
    if missing:
        listed = ", ".join(sorted(missing))
        text = f"{len(missing)} tables of the dataset are not there or have no row ({listed})"
        problems.append(Problem("table_missing", "", 0, text))
    return Fetched(tables, missing, tuple(problems))


# ---- frames -----------------------------------------------------------------------------------------------


def _of_frames(given: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    """Frames by the declared name; names may lack the prefix and differ in case."""
    found: dict[str, pl.DataFrame] = {}
    for name, frame in given.items():
        known = _known(str(name))
        if known in found:
            raise InputError(
                f"read_ssd: table {known!r} is given twice, under names that differ in case or prefix"
            )
        if known:
            found[known] = to_polars(frame, str(name))
    return found


def _known(name: str) -> str:
    bare = name.split(".")[-1].strip().lower()
    return next((full for full in (bare, f"{PREFIX}{bare}") if full in TABLES), "")


# ---- databases --------------------------------------------------------------------------------------------


def _of_database(connection: Any, schema: str | None) -> dict[str, pl.DataFrame]:
    """Ask for the needed columns of each table that the database has."""
    if not (hasattr(connection, "cursor") or hasattr(connection, "exec_driver_sql")):
        raise InputError(
            "read_ssd: needed frames by name, or a DB-API or SQLAlchemy connection; "
            f"found {type(connection).__name__}"
        )
    if schema is not None and not _NAME.fullmatch(schema):
        raise InputError("schema: needed a plain name of a database schema")
    found = {}
    for name, (place, columns) in _places(connection, schema).items():
        wanted = [column for column in columns if column.lower() in _names(TABLES[name])]
        if wanted:
            rows, heads = _run(connection, f"SELECT {', '.join(wanted)} FROM {place}")  # noqa: S608 (catalogue's own names)
            found[name] = pl.DataFrame(
                [spellings.series(head, (row[at] for row in rows)) for at, head in enumerate(heads)]
            )
    return found


def _names(table: SsdTable) -> set[str]:
    return {name for column in table.columns for name in column.names}


def _places(connection: Any, schema: str | None) -> dict[str, tuple[str, list[str]]]:
    """Where each needed table is, and its columns: from the database's catalogue, else by asking each table."""
    try:
        rows, _ = _run(connection, _CATALOGUE)
    except (
        Exception
    ):  # every driver has errors of its own; a database without this catalogue is asked directly
        return _asked(connection, schema)
    columns: dict[str, dict[tuple[str, str], list[str]]] = {}
    for place, table, column in rows:
        known = _known(str(table)) if str(table).lower().startswith(PREFIX) else ""
        if known and (schema is None or str(place).lower() == schema.lower()):
            columns.setdefault(known, {}).setdefault((str(place), str(table)), []).append(str(column))
    several = sorted(name for name, places in columns.items() if len(places) > 1)
    if several:
        raise InputError(
            f"read_ssd: {', '.join(several)} are in several schemas of the database; give schema="
        )
    return {
        name: (f"{place}.{table}", found)
        for name, places in columns.items()
        for (place, table), found in places.items()
        if all(_NAME.fullmatch(word) for word in (place, table, *found))
    }


def _asked(connection: Any, schema: str | None) -> dict[str, tuple[str, list[str]]]:
    found = {}
    for name in TABLES:
        place = f"{schema}.{name}" if schema else name
        try:
            _, columns = _run(connection, f"SELECT * FROM {place} WHERE 1 = 0")  # noqa: S608 (declared names)
        except Exception:  # noqa: S112 (the table is not there; it is listed as missing)
            continue
        found[name] = (place, [column for column in columns if _NAME.fullmatch(column)])
    return found


def _run(connection: Any, query: str) -> tuple[list[Sequence[Any]], list[str]]:
    """Rows and column names of a query."""
    if hasattr(connection, "exec_driver_sql"):
        result = connection.exec_driver_sql(query)
        return list(result.fetchall()), [str(name) for name in result.keys()]  # noqa: SIM118 (a result is no dict)
    cursor = connection.cursor()
    try:
        cursor.execute(query)
        return list(cursor.fetchall()), [str(column[0]) for column in cursor.description]
    finally:
        cursor.close()


# ---- columns ----------------------------------------------------------------------------------------------


def _faults(columns: Iterable[str], table: SsdTable) -> list[str]:
    present = {column.strip().lower() for column in columns}
    return [
        f"table {table.name!r} has no column {column.name!r}"
        for column in table.columns
        if column.required and not present & set(column.names)
    ]


def _typed(frame: pl.DataFrame, table: SsdTable) -> tuple[pl.DataFrame, list[Problem]]:
    """The declared columns by their current names; absent ones are blank."""
    lower = {name.strip().lower(): name for name in frame.columns}
    columns, problems = [], []
    for column in table.columns:
        name = next((lower[name] for name in column.names if name in lower), None)
        if name is None:
            kind = pl.Date if column.kind is Kind.DATE else pl.String
            columns.append(pl.Series(column.name, [None] * frame.height, dtype=kind))
            continue
        series, lost = _column(frame[name].alias(column.name), column)
        columns.append(series)
        if lost:
            text = f"{column.name}: date cannot be read in {lost} rows; treated as missing"
            problems.append(Problem("unreadable_date", table.name, lost, text))
    return pl.DataFrame(columns), problems


def _column(raw: pl.Series, column: SsdColumn) -> tuple[pl.Series, int]:
    if column.kind is Kind.DATE:
        return spellings.dates(raw)
    texts = spellings.identifiers(raw) if column.kind is Kind.ID else _texts(raw)
    return texts.replace({PLACEHOLDER: None}), 0


def _texts(raw: pl.Series) -> pl.Series:
    texts = spellings.identifiers(raw) if raw.dtype.is_float() else raw.cast(pl.String).str.strip_chars()
    return texts.replace({"": None})
