"""The children in need census as XML: one file per authority and year, root Message, read as a stream.

Entities are not resolved, documents with a DTD are refused, and nothing is fetched. Memory stays small: what
has been read of a child is released at once, and rows are packed into columns as they come. Elements are taken
by name: text between them is left out, and another order than the schema's is accepted and counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl
from attrs import define, field, frozen

from csc_outcomes.errors import ReadError
from csc_outcomes.sources.cin_tables import PERSON, TABLES
from csc_outcomes.sources.xml_files import SAFE, OtherXMLError, check_root, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lxml import etree

ROOT, COLLECTION = "Message", "CIN"
_FIRST, _LAST = 2000, 2100
_BATCH = 250_000
"""Cells of one table that wait as text before they are packed."""
_REMEMBERED = 20_000
"""Kinds of blocks that are remembered: a return has some hundreds, a hostile file any number."""
_COUNTERS = ("CINdetailsID", "AssessmentID", "CPPID")
_DETAILS = "CINdetails"
_GROUPS = {
    "Assessments": "Assessments",
    "CINPlanDates": "CINplanDates",
    "Section47": "Section47",
    "ChildProtectionPlans": "ChildProtectionPlans",
    "PreProceedingsandFGDM": "PreProceedings",
}
"""Blocks that repeat inside CINdetails, with their tables."""
_LISTED = {
    "Disability": ("ChildCharacteristics", "Disabilities"),
    "AssessmentFactors": ("Assessments", "AssessmentFactorsList"),
    "CPPreviewDate": ("ChildProtectionPlans", "Reviews"),
}
"""Elements of lists: the block in which the list stands, and the table."""
_SHARED = "DateOfInitialCPC"
"""The one field that stands in two blocks: in CINdetails and in Section47."""


def _fields_of(table: str) -> tuple[str, ...]:
    return tuple(name for name in TABLES[table].names if name not in (PERSON, *_COUNTERS))


_ORDERS: dict[str, tuple[str, ...]] = {
    "Child": ("ChildIdentifiers", "ChildCharacteristics", _DETAILS),
    "ChildIdentifiers": TABLES["ChildIdentifiers"].names,
    "ChildCharacteristics": ("Ethnicity", "Disabilities"),
    _DETAILS: (
        "CINreferralDate", "ReferralSource", "PrimaryNeedCode", "CINclosureDate", "ReasonForClosure", _SHARED,
        "Assessments", "CINPlanDates", "Section47", "ReferralNFA", "ChildProtectionPlans", "PreProceedingsandFGDM",
    ),
    "Assessments": (*_fields_of("Assessments"), "FactorsIdentifiedAtAssessment"),
    "CINPlanDates": _fields_of("CINplanDates"),
    "Section47": _fields_of("Section47"),
    "ChildProtectionPlans": (*_fields_of("ChildProtectionPlans"), "Reviews"),
    "PreProceedingsandFGDM": _fields_of("PreProceedings"),
}  # fmt: skip
"""Blocks, with the elements inside each in the schema's order."""
_HOMES = {
    tag: block for block, tags in _ORDERS.items() for tag in tags if tag not in _ORDERS and tag != _SHARED
}
"""Fields, with the block in which each stands."""
_ALWAYS = frozenset(TABLES) - {"Disabilities", "CINplanDates", "PreProceedings"}
"""Tables that a return holds even where they have no row: that nobody was on a plan is an answer too."""

_Fields: TypeAlias = dict[str, Any]


@define
class _Rows:
    """Rows of one table: cells one after the other, packed into columns batch by batch."""

    names: tuple[str, ...]
    cells: list[Any] = field(factory=list)
    _packed: list[pl.DataFrame] = field(factory=list)

    def pack_some(self) -> None:
        """Pack what waits, if it is much."""
        if len(self.cells) >= _BATCH:
            self._pack()

    def _pack(self) -> None:
        width = len(self.names)
        columns = [
            pl.Series(name, self.cells[place::width], dtype=pl.Int32 if name in _COUNTERS else pl.String)
            for place, name in enumerate(self.names)
        ]
        frame = pl.DataFrame(columns).with_columns(pl.col(pl.String).str.strip_chars())
        self._packed.append(frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String))))
        self.cells.clear()

    def frame(self) -> pl.DataFrame:
        """All rows of the table."""
        self._pack()
        return pl.concat(self._packed)


@define
class _Orders:
    """Judges the elements of blocks; blocks that look alike are judged once."""

    out_of_order: int = 0
    unknown: int = 0
    _judged: dict[tuple[str, ...], bool] = field(factory=dict)

    def look(self, block: str, tags: _Fields) -> None:
        """Count a block if the tags inside it do not come in the schema's order."""
        seen = (block, *tags)
        odd = self._judged.get(seen)
        if odd is None:
            places = [_ORDERS[block].index(tag) for tag in tags]
            odd = places != sorted(places)
            if len(self._judged) < _REMEMBERED:
                self._judged[seen] = odd
        self.out_of_order += odd


@frozen
class _Return:
    """Where the parts of a return go while it is read."""

    tables: dict[str, _Rows]
    orders: _Orders = field(factory=_Orders)
    header: dict[str, str] = field(factory=dict)


def read_xml(path: Path, progress: Callable[[int], None] | None = None) -> dict[str, pl.DataFrame]:
    """Read a return into text frames by table name, with LA (the header's LEA) and YEAR.

    Disabilities, CINplanDates and PreProceedings are absent where they have no row. Header has one row, with
    the numbers of blocks whose elements are out of order and of elements that have no place in the schema.

    Args:
        path: the file.
        progress: called with the number of children read so far, every 10,000.

    Raises:
        OtherXMLError: the root, or the collection named in the header, is another one.
        ReadError: the file cannot be opened, is not well-formed, has a DTD, no child, or a header that does
            not name one authority and year.
    """
    from lxml import etree

    found = _Return({name: _Rows(table.names) for name, table in TABLES.items() if name != "Header"})
    count = 0
    with readable(path):
        for child in _children(path, etree, found):
            _take(child, found)
            count += 1
            if count % 1_000 == 0:
                for rows in found.tables.values():
                    rows.pack_some()
            if progress and count % 10_000 == 0:
                progress(count)
    _check_header(path, found.header)
    if not count:
        raise ReadError(f"{path.name}: needed Child elements under {ROOT}/Children, found none")
    return _frames(found)


def _frames(found: _Return) -> dict[str, pl.DataFrame]:
    origin = (pl.lit(found.header["LEA"]).alias("LA"), pl.lit(found.header["Year"]).alias("YEAR"))
    counts = {"BlocksOutOfOrder": found.orders.out_of_order, "UnknownElements": found.orders.unknown}
    texts = {name: [found.header.get(name)] for name in TABLES["Header"].names if name not in counts}
    header = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))
    frames = {"Header": header.with_columns(pl.lit(value).alias(name) for name, value in counts.items())}
    frames |= {name: rows.frame() for name, rows in found.tables.items()}
    return {
        name: frame.with_columns(origin) for name, frame in frames.items() if frame.height or name in _ALWAYS
    }


def _children(path: Path, etree: Any, found: _Return) -> Iterator[etree._Element]:
    """Each Child in turn, tags without a namespace; released when the next one is asked for.

    The header is noted in passing, wherever it stands.
    """
    with path.open("rb") as stream:
        for _, root in etree.iterparse(stream, events=("start",), **SAFE):
            check_root(path, root, ROOT)
            break
    with path.open("rb") as stream:
        # Only these elements become objects: there are dozens of others to each.
        for _, element in etree.iterparse(stream, events=("end",), tag=("{*}Child", "{*}Header"), **SAFE):
            if "}" in element.tag:
                for inner in element.iter():
                    inner.tag = inner.tag.rpartition("}")[2]
            if element.tag == "Header":
                _note_header(path, element, found.header)
                continue
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


# ---- header -----------------------------------------------------------------------------------------------


def _note_header(path: Path, header: etree._Element, noted: dict[str, str]) -> None:
    """Keep the header's fields; a collection of another name is another return."""
    authorities = set()
    for element in header.iter():
        text = (element.text or "").strip()
        if len(element) or not text:
            continue
        if element.tag == "LEA":
            authorities.add(text)
        noted.setdefault(str(element.tag), text)
    if len(authorities) > 1:
        raise ReadError(
            f"{path.name}: needed the return of one authority, found {len(authorities)} in Header"
        )
    if noted.get("Collection", COLLECTION).upper() != COLLECTION:
        raise OtherXMLError(f"{path.name}: needed the collection {COLLECTION}, found another one in Header")


def _check_header(path: Path, header: dict[str, str]) -> None:
    if "Collection" not in header:
        raise OtherXMLError(f"{path.name}: needed the collection {COLLECTION}, found no sign of it")
    lacking = [name for name in ("LEA", "Year") if name not in header]
    if lacking:
        raise ReadError(f"{path.name}: needed LEA and Year in Header, found no {', '.join(lacking)}")
    if not re.fullmatch(r"[0-9]{3}", header["LEA"]):
        raise ReadError(f"{path.name}: needed a LEA of three digits in Header, found another text")
    year = header["Year"]
    if not re.fullmatch(r"[0-9]{4}", year) or not _FIRST <= int(year) <= _LAST:
        raise ReadError(
            f"{path.name}: needed in Header the Year in which the return's year ends, such as 2024, found none"
        )


# ---- children ---------------------------------------------------------------------------------------------


@define
class _Child:
    """The blocks of one child, in the order in which they come.

    `inside` holds the blocks that are open: fields that stand in none of them are misplaced.
    """

    blocks: list[tuple[str, int, int, _Fields]] = field(factory=list)
    listed: list[tuple[str, int, int, str | None]] = field(factory=list)
    inside: dict[str, _Fields] = field(factory=dict)
    order: _Fields = field(factory=dict)
    details: int = 0
    place: int = 0
    strangers: int = 0

    def begin(self, block: str) -> None:
        """Open a block of the child, or one of the groups inside its CINdetails."""
        fields: _Fields = {}
        if block in _GROUPS:
            outer = self.inside.get(_DETAILS)
            if outer is None:
                self.strangers += 1
                return
            self.place = outer[block] = outer.get(block, 0) + 1
            self.inside = {_DETAILS: outer, block: fields}
        else:
            self.order[block] = None
            self.details += block == _DETAILS
            self.place = 0
            self.inside = {block: fields}
        self.blocks.append((block, self.details, self.place, fields))


def _take(element: etree._Element, found: _Return) -> None:
    """Sort one child's fields into the rows of the tables."""
    child = _Child()
    key: str | None = None
    item: Any
    for item in element.iter():
        tag = item.tag
        home = _HOMES.get(tag)
        if home is None:
            if tag in _ORDERS:
                if tag != "Child":
                    child.begin(tag)
                continue
            if tag in _LISTED:
                home, table = _LISTED[tag]
                if home in child.inside:
                    child.listed.append((table, child.details, child.place, item.text))
                else:
                    child.strangers += 1
                continue
            home = item.getparent().tag if tag == _SHARED else ""
        fields = child.inside.get(home)
        if fields is None:
            child.strangers += 1
            continue
        fields[tag] = item.text
        if tag == PERSON:
            key = item.text
    _put(key, child, found)


def _put(key: str | None, child: _Child, found: _Return) -> None:
    """Add the rows of one child, now that its identifier is known."""
    orders = found.orders
    orders.unknown += child.strangers
    orders.look("Child", child.order)
    for block, details, place, fields in child.blocks:
        orders.look(block, fields)
        rows = found.tables[_GROUPS.get(block, block)]
        fields |= {PERSON: key, "CINdetailsID": details, "AssessmentID": place, "CPPID": place}
        rows.cells.extend(map(fields.get, rows.names))
    for table, details, place, text in child.listed:
        counters = (details, place) if table != "Disabilities" else ()
        found.tables[table].cells.extend((key, *counters, text))
