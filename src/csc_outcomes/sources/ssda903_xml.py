"""The SSDA903 return as XML: one file, root EXPSSDA903, read as a stream.

Entities are not resolved, documents with a DTD are refused, and nothing is fetched. Memory stays small: what
has been read of a child is released at once, and rows are packed into columns as they come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import define, field

from csc_outcomes.errors import ReadError
from csc_outcomes.sources.ssda903_tables import TABLES
from csc_outcomes.sources.xml_files import SAFE, check_root, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lxml import etree

ROOT = "EXPSSDA903"
_REPEATED = {"reviews": "AREVIEW", "missing": "AMISSING", "placed_for_adoption": "AD_PLACED"}
_SINGLE = {"previous_permanence": "PERMANENCE", "oc2": "OC2"}
_IN_HEADER = {"ad1": "DATE_INT", "oc3": "IN_TOUCH"}
"""Tables whose fields stand directly in HEADER, with the field that says there is a row."""
_BATCH = 100_000


@define
class _Rows:
    """Rows of one table, packed into frames batch by batch."""

    columns: tuple[str, ...]
    tags: tuple[str, ...]
    _pending: list[tuple[str | None, ...]] = field(factory=list)
    _packed: list[pl.DataFrame] = field(factory=list)

    def add(self, child: str | None, values: dict[str, str | None]) -> None:
        row = tuple(values.get(tag) for tag in self.tags[1:])
        self._pending.append((child, *row))
        if len(self._pending) >= _BATCH:
            self._pack()

    def _pack(self) -> None:
        schema = dict.fromkeys(self.columns, pl.String)
        self._packed.append(pl.DataFrame(self._pending, schema=schema, orient="row"))
        self._pending = []

    def frame(self) -> pl.DataFrame | None:
        if self._pending or not self._packed:
            self._pack()
        frame = pl.concat(self._packed)
        return frame if frame.height else None


def read_xml(path: Path, progress: Callable[[int], None] | None = None) -> dict[str, pl.DataFrame]:
    """Read a return into text frames by table name; tables without a row are absent, header excepted.

    Args:
        path: the file.
        progress: called with the number of children read so far, every 10,000.

    Raises:
        OtherXMLError: the root is another one.
        ReadError: the file cannot be opened, is not well-formed, has a DTD, or no child.
    """
    from lxml import etree

    tables = {
        name: _Rows(
            table.names, tuple((column.xml or column.name).split("/")[-1] for column in table.columns)
        )
        for name, table in TABLES.items()
    }
    count = 0
    with readable(path):
        for element in _children(path, etree):
            _take(element, tables)
            count += 1
            if progress and count % 10_000 == 0:
                progress(count)
    if not count:
        raise ReadError(f"{path.name}: needed CHILD elements under {ROOT}, found none")
    frames = {name: rows.frame() for name, rows in tables.items()}
    return {name: frame for name, frame in frames.items() if frame is not None}


def _children(path: Path, etree: Any) -> Iterator[etree._Element]:
    """Each CHILD in turn, its fields without a namespace; released when the next one is asked for."""
    with path.open("rb") as stream:
        for _, root in etree.iterparse(stream, events=("start",), **SAFE):
            check_root(path, root, ROOT)
            break
    with path.open("rb") as stream:
        # Only these elements become objects: there are a hundred others to each.
        for _, child in etree.iterparse(stream, events=("end",), tag="{*}CHILD", **SAFE):
            if "}" in child.tag:
                for element in child.iter():
                    element.tag = element.tag.rpartition("}")[2]
            yield child
            child.clear()
            while child.getprevious() is not None:
                del child.getparent()[0]


def _take(child: etree._Element, tables: dict[str, _Rows]) -> None:
    """Sort one child's fields into the rows of the tables."""
    header = child.find("HEADER")
    fields = _fields(header)
    key = fields.get("CHILDID")
    tables["header"].add(key, fields)
    if fields.get("UASC") == "1" or fields.get("DUC"):
        tables["uasc"].add(key, fields)
    for name, present in _IN_HEADER.items():
        if fields.get(present):
            tables[name].add(key, fields)
    birth = {"DOB": fields.get("DOB")}
    if header is not None:
        for name, tag in (*_REPEATED.items(), *_SINGLE.items()):
            for block in header.findall(tag):
                tables[name].add(key, birth | _fields(block))
    for block in child.findall("EPISODE"):
        tables["episodes"].add(key, _fields(block))


def _fields(element: etree._Element | None) -> dict[str, str | None]:
    if element is None:
        return {}
    return {str(item.tag): (item.text or "").strip() or None for item in element if len(item) == 0}
