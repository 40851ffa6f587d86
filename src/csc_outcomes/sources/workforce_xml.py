"""The Children's Social Work Workforce census as XML: one file, root Message, collection CSWW, read as a stream.

Layouts of 2021 to 2025 (Department for Education, *Children's social work workforce*, XML schemas). Entities are
not resolved, documents with a DTD are refused, and nothing is fetched. What has been read of a worker is released
at once. Other collections share the root, so the file is known by its collection and by what stands in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import define, field

from csc_outcomes.errors import ReadError
from csc_outcomes.sources.workforce_tables import TABLES
from csc_outcomes.sources.xml_files import SAFE, OtherXMLError, bare, check_root, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lxml import etree

ROOT, COLLECTION = "Message", "CSWW"
_HEADER = "Header"
_BLOCKS = {"CSWWWorker": "worker", "LALevelVacancies": "la_level", "LALevel": "la_level"}
"""Elements of a row, with their table; the authority's own was renamed in 2025."""
_LA_DIGITS = 3
_DATED = re.compile(r"\d{4}-")
_STEP = 10_000


@define
class _Return:
    """What has been read of a return: its rows by table, and what the header states of all of them."""

    name: str
    la: str | None = None
    year: str | None = None
    rows: dict[str, list[tuple[str | None, ...]]] = field(factory=lambda: {name: [] for name in TABLES})

    def frames(self) -> dict[str, pl.DataFrame]:
        """Text frames by table, with LA and YEAR where they are known."""
        stated = {"LA": self.la, "YEAR": self.year}
        known = [pl.lit(value).alias(name) for name, value in stated.items() if value is not None]
        return {
            name: pl.DataFrame(
                rows, schema=dict.fromkeys(TABLES[name].names, pl.String), orient="row"
            ).with_columns(known)
            for name, rows in self.rows.items()
            if rows
        }


def read_xml(path: Path, progress: Callable[[int], None] | None = None) -> dict[str, pl.DataFrame]:
    """Read a return into text frames by table name (`worker`, `la_level`); a table without a row is absent.

    LA is the three-digit number of the authority (LEA), YEAR the year ending 30 September; a column is absent
    where the header does not state it.

    Args:
        path: the file.
        progress: called with the number of workers read so far, every 10,000.

    Raises:
        OtherXMLError: another root or another collection.
        ReadError: the file cannot be opened, is not well-formed, has a DTD, no worker, an element twice in one
            worker, or a header that contradicts itself.
    """
    from lxml import etree

    found = _Return(path.name)
    workers = found.rows["worker"]
    is_census = False
    with readable(path):
        for element in _blocks(path, etree):
            is_census |= _take(element, found)
            if progress and workers and len(workers) % _STEP == 0:
                progress(len(workers))
    if not is_census:
        raise OtherXMLError(f"{path.name}: needed the collection {COLLECTION}, found no sign of it")
    if not workers:
        raise ReadError(f"{path.name}: needed CSWWWorker elements under {ROOT}, found none")
    return found.frames()


def _blocks(path: Path, etree: Any) -> Iterator[etree._Element]:
    """Each element directly under the root in turn; released when the next one is asked for."""
    depth = 0
    with path.open("rb") as stream:
        for event, element in etree.iterparse(stream, events=("start", "end"), **SAFE):
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                check_root(path, element, ROOT)
            elif event == "start" and depth == 2:
                _check_block(path, bare(element))
            elif event == "end" and depth == 1:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def _check_block(path: Path, tag: str) -> None:
    """Stop at the first element of another collection: its file may be large."""
    if tag != _HEADER and tag not in _BLOCKS:
        needed = ", ".join((_HEADER, *_BLOCKS))
        raise OtherXMLError(f"{path.name}: needed {needed} under {ROOT}, found {tag[:40]}")


def _take(element: etree._Element, found: _Return) -> bool:
    """Sort one element into the return; say whether it shows that this is the census."""
    tag = bare(element)
    if tag == _HEADER:
        return _take_header(element, found)
    table = _BLOCKS[tag]
    fields = _fields(element, found.name, tag)
    found.rows[table].append(tuple(fields.get(name) for name in TABLES[table].names))
    return True


def _take_header(header: etree._Element, found: _Return) -> bool:
    collections = _texts(header, "Collection")
    if any(text.upper() != COLLECTION for text in collections):
        raise OtherXMLError(f"{found.name}: needed the collection {COLLECTION}, found another one")
    authorities, years = _texts(header, "LEA"), _texts(header, "Year")
    years |= {text[:4] for text in _texts(header, "ReferenceDate") if _DATED.match(text)}
    for values, what in ((authorities, "LEA"), (years, "Year and ReferenceDate")):
        if len(values) > 1:
            raise ReadError(f"{found.name}: needed one {what} in the header, found {len(values)} that differ")
    found.la = next((text.zfill(_LA_DIGITS) for text in authorities), None)
    found.year = next(iter(years), None)
    return bool(collections)


def _texts(header: etree._Element, tag: str) -> set[str]:
    """The different texts of all elements of a name, blanks left out."""
    texts = {(element.text or "").strip() for element in header.iter(f"{{*}}{tag}")}
    return texts - {""}


def _fields(element: etree._Element, file: str, tag: str) -> dict[str, str | None]:
    """Texts of the fields by name; which of two that contradict each other holds would be a guess."""
    fields: dict[str, str | None] = {}
    for item in element:
        name = bare(item)
        if name in fields:
            raise ReadError(
                f"{file}: needed each field once in {tag}, found one twice (line {item.sourceline})"
            )
        fields[name] = (item.text or "").strip() or None
    return fields
