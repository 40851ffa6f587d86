"""Local files made into the library's own tables: columns renamed, fixed values added, codes translated.

A mapping is written once for an extract and kept beside it, as keyword arguments or as a TOML file::

    [columns]                     # the table's column = the file's column
    CHILD = "Person reference"
    start = "Date of arrest"

    [values]                      # what the file does not say
    LA = "E08000003"
    event = "arrest"

    [codes.detail]                # the file's code = the table's code
    "Duty owed" = "statutory_duty_owed"

Linkage gives rows of a register with ids of its own the children's ids of the returns. No message holds a value
of a row.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import field, frozen

from csc_outcomes.engine.door import to_polars
from csc_outcomes.errors import InputError, all_at_once, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csc_outcomes.definitions.tables import Table

_NEEDED = {
    "columns": "the name of one column",
    "values": "one value for every row",
    "codes": "pairs of the file's code and the table's code",
}
_SECTIONS = tuple(_NEEDED)
_LA = "LA"
_LOCAL_ID = "local_id"


@frozen
class ColumnMap:
    """How a file's columns become a table's: by the table's column, the file's column, a value, or codes."""

    columns: Mapping[str, str] = field(factory=dict)
    values: Mapping[str, Any] = field(factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(factory=dict)


def local_table(
    source: Any,
    kind: str,
    *,
    mapping: str | Path | Mapping[str, Any] | None = None,
    columns: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
    codes: Mapping[str, Mapping[str, str]] | None = None,
) -> pl.DataFrame:
    """Make a local extract into one of the library's tables, ready for `csc.Data`.

    Args:
        source: a frame (pandas, Polars, PyArrow or DuckDB), or the path of a CSV file.
        kind: the table it becomes, such as `cohort`, `events`, `absence`, `external` or `cover`.
        mapping: path of a TOML file, or a mapping, with the sections columns, values and codes.
        columns: the table's column -> the file's column. Columns that have the table's name already need no entry.
        values: the table's column -> one value for every row.
        codes: the table's column -> {the file's code: the table's code}; a code without an entry stays as it is.

    Returns:
        A Polars frame with the table's columns, as far as the file or the mapping gives them, and LA. The cells
        are typed, checked and counted when the frame enters `csc.Data`.

    Raises:
        UnknownNameError: no such table.
        InputError: everything that is wrong with the mapping or the file, at once.
    """
    table = _table(kind)
    frame, name = _frame(source, kind)
    asked, problems = _read(mapping, columns, values, codes)
    present = _by_name(frame)
    problems += [*_wrong_names(asked, table), *_wrong_columns(asked, present, name)]
    problems += _wrong_codes(asked, table) + _lacking(asked, table, present)
    all_at_once(f"table {kind!r} cannot be made of {name}", problems)
    return _mapped(frame, asked, table, present)


def _table(kind: str) -> Table:
    from csc_outcomes.sources.registry import TABLES

    if kind not in TABLES:
        raise unknown("table", [kind], TABLES)
    return TABLES[kind]


def _frame(source: Any, kind: str) -> tuple[pl.DataFrame, str]:
    """The rows, and how messages name them."""
    if isinstance(source, (str, Path)):
        from csc_outcomes.sources.csv_files import read_csv

        path = Path(source)
        return read_csv(path).frame, path.name
    return to_polars(source, kind), "the frame"


# ---- reading the mapping --------------------------------------------------------------------------------


def _read(
    mapping: str | Path | Mapping[str, Any] | None,
    columns: Mapping[str, str] | None,
    values: Mapping[str, Any] | None,
    codes: Mapping[str, Mapping[str, str]] | None,
) -> tuple[ColumnMap, list[str]]:
    """One mapping of a file and of arguments, an argument winning over the file, and what is wrong with it."""
    written = _toml(Path(mapping)) if isinstance(mapping, (str, Path)) else dict(mapping or {})
    problems = [
        f"section {name!r} is not known; there are {', '.join(_SECTIONS)}"
        for name in written
        if name not in _SECTIONS
    ]
    sections: dict[str, dict[str, Any]] = {}
    for name, given in (("columns", columns), ("values", values), ("codes", codes)):
        entries = {**_section(written.get(name), name, problems), **(given or {})}
        sections[name] = {key: entry for key, entry in entries.items() if _fits(name, entry)}
        problems += [
            f"{name}.{key}: needed {_NEEDED[name]}, found {type(entry).__name__}"
            for key, entry in entries.items()
            if key not in sections[name]
        ]
    return ColumnMap(**sections), problems


def _fits(section: str, entry: Any) -> bool:
    """Whether an entry has the form that its section needs."""
    if section == "columns":
        return isinstance(entry, str)
    if section == "codes":
        return hasattr(entry, "items")
    return not isinstance(entry, (list, tuple, dict, set))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError(
            f"mapping {path.name}: needed a TOML file that can be read, found: {reason}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"mapping {path.name}: needed TOML, found something else: {error}") from None


def _section(entry: Any, name: str, problems: list[str]) -> dict[str, Any]:
    if entry is None:
        return {}
    if not hasattr(entry, "items"):
        problems.append(f"section {name!r}: needed pairs of names, found {type(entry).__name__}")
        return {}
    return dict(entry.items())


# ---- checking it against table and file -----------------------------------------------------------------


def _spellings(table: Table) -> dict[str, str]:
    """Declared names by their upper case; LA belongs to every table."""
    return {name.upper(): name for name in (_LA, *table.names)}


def _by_name(frame: pl.DataFrame) -> dict[str, str]:
    """The file's columns by their names without regard to case and space around."""
    return {column.replace("\ufeff", "").strip().upper(): column for column in frame.columns}


def _wrong_names(asked: ColumnMap, table: Table) -> list[str]:
    """Entries for columns that the table does not have, or for one column twice."""
    spellings = _spellings(table)
    problems = []
    for section in _SECTIONS:
        names = list(getattr(asked, section))
        strangers = [name for name in names if name.upper() not in spellings]
        problems += [
            f"{section}.{name}: table {table.name!r} has no such column; it has {', '.join(spellings.values())}"
            for name in strangers
        ]
    both = {name.upper() for name in asked.columns} & {name.upper() for name in asked.values}
    problems += [
        f"{spellings.get(name, name)} has both a column and a value; give one" for name in sorted(both)
    ]
    return problems


def _wrong_columns(asked: ColumnMap, present: Mapping[str, str], name: str) -> list[str]:
    """Mapped columns that are not in the file, with what is there."""
    lacking = [
        (ours, theirs) for ours, theirs in asked.columns.items() if theirs.strip().upper() not in present
    ]
    found = ", ".join(present.values())
    return [f"columns.{ours}: {name} has no column {theirs!r}; found {found}" for ours, theirs in lacking]


def _wrong_codes(asked: ColumnMap, table: Table) -> list[str]:
    """Translations into codes that the column's list does not have."""
    spellings = _spellings(table)
    problems = []
    for name, pairs in asked.codes.items():
        declared = spellings.get(name.upper())
        if declared is None or declared == _LA:
            continue
        listed = table[declared].codes
        if listed is None:
            continue
        known = {code.lower() for code in listed.names}
        strangers = sorted({str(ours) for ours in pairs.values() if str(ours).lower() not in known})
        problems += [
            f"codes.{name}: {ours!r} is no code of {declared}; it has {', '.join(listed.names)}"
            for ours in strangers
        ]
    return problems


def _lacking(asked: ColumnMap, table: Table, present: Mapping[str, str]) -> list[str]:
    """Required columns that neither the file nor the mapping gives."""
    spellings = _spellings(table)
    if not asked.columns and not set(spellings) & set(present):
        return [f"no column of the file is used; found {', '.join(present.values())}"]
    given = {name.upper() for name in (*asked.columns, *asked.values)} | set(present)
    return [
        f"needed column {name!r}, found neither an entry in columns or values nor a column of that name"
        for name in table.required
        if name.upper() not in given
    ]


# ---- mapping --------------------------------------------------------------------------------------------


def _mapped(frame: pl.DataFrame, asked: ColumnMap, table: Table, present: Mapping[str, str]) -> pl.DataFrame:
    spellings = _spellings(table)
    columns = {
        spellings[name.upper()]: present[theirs.strip().upper()] for name, theirs in asked.columns.items()
    }
    values = {spellings[name.upper()]: value for name, value in asked.values.items()}
    codes = {spellings[name.upper()]: pairs for name, pairs in asked.codes.items()}
    for upper, name in spellings.items():
        if name not in columns and name not in values and upper in present:
            columns[name] = present[upper]
    made = [pl.col(theirs).alias(ours) for ours, theirs in columns.items()]
    result = frame.select(*made, *(pl.lit(value).alias(name) for name, value in values.items()))
    order = [name for name in spellings.values() if name in result.columns]
    return result.with_columns(
        _translated(name, pairs) for name, pairs in codes.items() if name in result.columns
    ).select(order)


def _translated(name: str, pairs: Mapping[str, str]) -> pl.Expr:
    """The table's codes, found without regard to case and space around; others stay."""
    text = pl.col(name).cast(pl.String)
    known = {str(theirs).strip().lower(): str(ours) for theirs, ours in pairs.items()}
    found = (
        text.str.strip_chars().str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.String)
    )
    return pl.coalesce(found, text).alias(name)


# ---- linkage --------------------------------------------------------------------------------------------


@frozen
class Linked:
    """Rows of a register with the ids of the returns.

    Attributes:
        frame: the rows that could be linked, with LA and CHILD of the table of ids.
        rows: how many rows there were; `unlinked`: how many have an id that is not in the table, or none.
        report: what happened, in words.
    """

    frame: pl.DataFrame = field(repr=False)
    rows: int
    unlinked: int

    @property
    def report(self) -> str:
        """What happened, in words."""
        linked = self.rows - self.unlinked
        text = f"{linked} of {self.rows} rows are linked to a person of the returns"
        if not self.unlinked:
            return text
        return (
            f"{text}; {self.unlinked} are not, and are left out: their id is blank or not in the table of ids"
        )


def link(frame: Any, ids: Any, *, by: str = _LOCAL_ID) -> Linked:
    """Give rows of a register the children's ids of the returns, by a table of ids.

    Args:
        frame: rows with the column `by`; where they have LA too, an id is looked up within its authority.
        ids: one row per id: `by`, LA and CHILD.
        by: name of the column with the register's own id.

    Returns:
        The linked rows and the numbers of those linked and not; the frame's own CHILD and the column `by` are gone.

    Raises:
        InputError: columns that are missing, or ids that stand for two persons; everything at once.
    """
    rows = _standard(to_polars(frame, "frame"), "frame", by)
    table = _standard(to_polars(ids, "ids"), "ids", by)
    problems = (
        [f"frame has no column {by!r}; found {', '.join(rows.columns)}"] if by not in rows.columns else []
    )
    lacking = [name for name in (by, _LA, "CHILD") if name not in table.columns]
    if lacking:
        problems.append(f"ids has no column {' or '.join(lacking)}; found {', '.join(table.columns)}")
    all_at_once("rows cannot be linked", problems)
    within = [by, _LA] if _LA in rows.columns else [by]
    pairs = table.select(_clean(name) for name in (by, _LA, "CHILD")).drop_nulls().unique()
    twice = int(pairs.select(pl.struct(within).is_duplicated().sum()).item())
    if twice:
        raise InputError(
            f"rows cannot be linked: {twice} rows of ids give one {by} to two persons; an id must be of one person"
        )
    prepared = rows.with_columns(_clean(name) for name in within).drop("CHILD", strict=False)
    joined = prepared.join(pairs, on=within, how="inner", maintain_order="left")
    return Linked(joined.drop(by), rows.height, rows.height - joined.height)


def _standard(frame: pl.DataFrame, what: str, by: str) -> pl.DataFrame:
    """LA, CHILD and the id's column in the spelling that is used here, whatever that of the frame."""
    wanted = {name.upper(): name for name in (by, _LA, "CHILD")}
    names = {column: wanted.get(name, column) for name, column in _by_name(frame).items()}
    if len(names) < len(frame.columns):
        raise InputError(f"rows cannot be linked: {what} has columns of the same name; rename or drop one")
    return frame.rename(names)


def _clean(name: str) -> pl.Expr:
    """Ids as text; a whole number that went through floats is written without its '.0'."""
    text = pl.col(name).cast(pl.String).str.strip_chars().str.replace(r"^(\d+)\.0+$", "$1")
    return pl.when(text != "").then(text).alias(name)
