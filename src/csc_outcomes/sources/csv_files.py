"""CSV files as authorities export them: any of the usual encodings, every column as text, no line lost."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import polars as pl
from attrs import frozen

from csc_outcomes.engine.door import Problem
from csc_outcomes.errors import ReadError

if TYPE_CHECKING:
    from pathlib import Path

_UTF8_MARK, _UTF16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_PEEK = 4096
_WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@frozen
class Content:
    """A file's rows as text, and what was odd.

    `uneven` counts lines set aside because they have not the header's number of fields, `joined` lines that
    are the rest of a quoted cell begun on a line before.
    """

    name: str
    frame: pl.DataFrame
    encoding: str
    uneven: int = 0
    joined: int = 0

    def problems(self, table: str) -> list[Problem]:
        """What was odd about the file."""
        found = []
        if self.uneven:
            text = (
                f"{self.name}: {self.uneven} lines do not have the header's number of fields (cut off, or a comma "
                "too many); they are set aside"
            )
            found.append(Problem("uneven_line", table, self.uneven, text, set_aside=self.uneven))
        if self.joined:
            text = (
                f"{self.name}: {self.joined} lines are the rest of a quoted cell that began on a line before; a "
                "stray quotation mark joins rows, too"
            )
            found.append(Problem("joined_line", table, self.joined, text))
        if self.encoding == "cp1252":
            text = f"{self.name}: not UTF-8; read as Windows-1252"
            found.append(Problem("encoding", table, self.frame.height, text))
        return found


def read_csv(path: Path) -> Content:
    """Read a CSV file (comma, semicolon or tab) with a header line; blank cells are missing.

    Raises:
        ReadError: the file cannot be opened, is empty, is no text, has a column twice, or a quoted cell in it
            never ends.
    """
    raw = opened(path)
    if not raw[:_PEEK].strip() and not raw.strip():
        raise ReadError(f"{path.name}: needed a header line, found an empty file")
    if raw.startswith(_WORKBOOK_MARKS):
        raise ReadError(f"{path.name}: needed CSV, found an Excel workbook; save each sheet as a CSV file")
    content, encoding = _as_utf8(raw, path)
    content = _lines(content)
    first = io.BytesIO(content).readline().decode("utf-8", "replace").removesuffix("\n")
    separator = max(",;\t", key=first.count)
    header = next(csv.reader([first], delimiter=separator), [])
    _refuse_twice(header, path)
    frame = _parsed_whole(content, separator) if _is_even(content, separator, len(header)) else None
    if frame is not None:
        return Content(path.name, frame, encoding)
    even, uneven, joined = _even_lines(content, separator, len(header), path)
    return Content(path.name, _parsed(even, separator, path), encoding, uneven, joined)


def opened(path: Path) -> bytes:
    """A file's bytes.

    Raises:
        ReadError: it is not there, or may not be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ReadError(f"{path.name}: needed a file that can be read, found: {reason}") from None


def _lines(content: bytes) -> bytes:
    """Lines that end in a line feed alone, without blank ones before the header."""
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return content.lstrip(b"\n") if content.startswith(b"\n") else content


def _refuse_twice(header: list[str], path: Path) -> None:
    """Columns are named by place: what stands in the first line of a file without a header are values."""
    names = [name.strip().upper() for name in header]
    for name in names:
        if name and names.count(name) > 1:
            places = [str(place) for place, other in enumerate(names, 1) if other == name]
            raise ReadError(
                f"{path.name}: columns {' and '.join(places)} have the same name; rename or drop one"
            )


def _as_utf8(raw: bytes, path: Path) -> tuple[bytes, str]:
    if raw.startswith(_UTF8_MARK):
        return raw[len(_UTF8_MARK) :], "utf-8"
    try:
        if raw.startswith(_UTF16_MARKS):
            return raw.decode("utf-16").encode(), "utf-16"
        if b"\x00" in raw[:2000]:
            half = "utf-16-le" if raw[1:2] == b"\x00" else "utf-16-be"
            return raw.decode(half).encode(), half
    except UnicodeDecodeError:
        raise ReadError(f"{path.name}: needed text, found bytes that are no UTF-16") from None
    if raw.isascii():
        return raw, "utf-8"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return raw.decode("cp1252").encode(), "cp1252"
        except UnicodeDecodeError:
            raise ReadError(
                f"{path.name}: needed text in UTF-8, UTF-16 or Windows-1252, found neither"
            ) from None
    return raw, "utf-8"


def _is_even(content: bytes, separator: str, width: int) -> bool:
    """Whether the lines have the header's fields on average; where nothing is quoted counting bytes tells."""
    if width == 1 or b'"' in content:
        return False
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    return content.count(separator.encode()) == lines * (width - 1)


def _parsed_whole(content: bytes, separator: str) -> pl.DataFrame | None:
    """A file whose lines have the header's fields on average, or None where they do not one by one.

    The parser refuses a line that is too long; without such a line none can be too short either.
    """
    try:
        return _parse(content, separator)
    except pl.exceptions.PolarsError:
        return None


def _even_lines(content: bytes, separator: str, width: int, path: Path) -> tuple[bytes, int, int]:
    """Only the rows that have the header's number of fields; how many lines have not, and how many were joined."""
    kept, uneven, joined, before = io.StringIO(newline=""), 0, 0, 0
    writer = csv.writer(kept, delimiter=separator, lineterminator="\n")
    reader = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            lines, before = reader.line_num - before, reader.line_num
            if len(row) == width:
                writer.writerow(row)
                joined += lines - 1
            elif any(cell.strip() for cell in row):
                uneven += lines
    except csv.Error:
        raise ReadError(
            f"{path.name}: a quotation mark from line {before + 1} on is never closed, or closed inside a cell; "
            "rows behind it cannot be told apart"
        ) from None
    return kept.getvalue().encode(), uneven, joined


def _parsed(content: bytes, separator: str, path: Path) -> pl.DataFrame:
    try:
        return _parse(content, separator)
    except pl.exceptions.PolarsError:
        raise ReadError(
            f"{path.name}: needed comma-separated text with a header line, found something else"
        ) from None


def _parse(content: bytes, separator: str) -> pl.DataFrame:
    return pl.read_csv(content, separator=separator, infer_schema=False, null_values=[""])
