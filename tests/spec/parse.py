"""Reads the worked examples: Markdown sections with small returns as text tables and what must come out.

A section is headed `## measure_id` or `## measure_id: title`, has an explanation and one fenced block. The
block holds paragraphs, parted by blank lines: tables (a name, a header, rows; `-` is a blank cell), settings
(`window:`, `by:`, `parameters:`), and what is expected (`expected`, all rows; `expected, some rows`;
`expected notes`; `expected error`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Row = dict[str, str | None]

TEXT_COLUMNS = (
    "measure",
    "window",
    "start",
    "end",
    "area",
    "breakdown",
    "group",
    "interval",
    "unit",
    "status",
)
NUMBER_COLUMNS = ("version", "numerator", "denominator", "value", "lower", "upper")
NOTE_COLUMNS = ("window", "area", "kind", "code", "count", "text")
SETTINGS = ("window", "by", "parameters")
_HEADING = re.compile(r"## ([a-z][a-z0-9_]*)(?:: *(.+))?")
_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)?")
_TOLERANCE = Fraction(1, 10**9)


class SpecError(ValueError):
    """A worked example is not written as it must be."""


@dataclass(frozen=True)
class Window:
    """A window as written: a day (`end` None) or both ends of a period, with an optional label."""

    start: str
    end: str | None = None
    label: str | None = None


@dataclass
class Spec:
    """One worked example."""

    file: str
    measure: str
    title: str
    explanation: str
    tables: dict[str, list[Row]] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    parameters: dict[str, bool | int | str] = field(default_factory=dict)
    expected: list[Row] | None = None
    all_rows: bool = True
    notes: list[Row] = field(default_factory=list)
    error: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """File, measure and title, for messages and test ids."""
        return f"{self.file}: {self.measure}" + (f": {self.title}" if self.title else "")


def read_folder(folder: Path) -> list[Spec]:
    """All worked examples of a folder, file by file in order of name."""
    return [spec for path in sorted(folder.glob("[0-9][0-9]_*.md")) for spec in read(path)]


def read(path: Path) -> list[Spec]:
    """The worked examples of one file."""
    return parse(path.read_text(encoding="utf-8"), path.name)


def parse(text: str, file: str) -> list[Spec]:
    """The worked examples of one text.

    Raises:
        SpecError: a section without a block, a table whose rows do not fit its header, or an unknown setting.
    """
    sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    return [_section(section, file) for section in sections if section.startswith("## ")]


def _section(text: str, file: str) -> Spec:
    heading, _, body = text.partition("\n")
    match = _HEADING.fullmatch(heading.strip())
    if not match:
        raise SpecError(f"{file}: heading {heading!r} is not '## measure_id' or '## measure_id: title'")
    before, *fenced = re.split(r"^```.*$", body, flags=re.MULTILINE)
    spec = Spec(file, match[1], (match[2] or "").strip(), " ".join(before.split()))
    if len(fenced) != 2:
        raise SpecError(f"{spec.name}: needed one fenced block, found {len(fenced) // 2}")
    for paragraph in re.split(r"\n\s*\n", fenced[0].strip()):
        _paragraph(spec, [line.strip() for line in paragraph.strip().splitlines()])
    if not spec.windows or (spec.expected is None and not spec.error):
        raise SpecError(f"{spec.name}: needs at least one window and something expected")
    return spec


def _paragraph(spec: Spec, lines: list[str]) -> None:
    head = lines[0]
    if head in ("expected", "expected, some rows"):
        spec.expected = _table(spec, lines[1:], (*TEXT_COLUMNS, *NUMBER_COLUMNS))
        spec.all_rows = head == "expected"
    elif head == "expected notes":
        spec.notes = _table(spec, lines[1:], NOTE_COLUMNS)
    elif head == "expected error":
        spec.error = lines[1:]
    elif all(line.partition(":")[0] in SETTINGS for line in lines):
        for line in lines:
            _setting(spec, *(part.strip() for part in line.split(":", 1)))
    elif _TABLE_NAME.fullmatch(head) and len(lines) > 1:
        spec.tables[head] = _table(spec, lines[1:])
    else:
        raise SpecError(f"{spec.name}: cannot read the paragraph that begins {head!r}")


def _table(spec: Spec, lines: list[str], known: Iterable[str] = ()) -> list[Row]:
    if not lines:
        raise SpecError(f"{spec.name}: a table has no header")
    header, *rows = ([cell.strip() for cell in line.split("|")] for line in lines)
    strangers = [name for name in header if known and name not in set(known)]
    uneven = [number for number, row in enumerate(rows, 1) if len(row) != len(header)]
    if strangers or uneven or len(set(header)) < len(header):
        raise SpecError(f"{spec.name}: header {header}: unknown {strangers}, rows of another length {uneven}")
    return [
        {name: None if cell == "-" else cell for name, cell in zip(header, row, strict=True)} for row in rows
    ]


def _setting(spec: Spec, name: str, value: str) -> None:
    if name == "window":
        label, _, dates = value.rpartition("=")
        start, _, end = (part.strip() for part in dates.partition(" to "))
        spec.windows.append(Window(start, end or None, label.strip() or None))
    elif name == "by":
        spec.by += [part.strip() for part in value.split(",") if part.strip()]
    else:
        pairs = (part.split("=", 1) for part in value.split(",") if part.strip())
        spec.parameters |= {key.strip(): _value(text.strip()) for key, text in pairs}


def _value(text: str) -> bool | int | str:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?\d+", text) else text


# ---- comparing ----------------------------------------------------------------------------------------


def number(text: str | None) -> Fraction | None:
    """A number as written: an integer, a decimal, or a fraction such as `200/3`; None for a blank."""
    return None if text is None else Fraction(text.replace(" ", ""))


def differences(expected: list[Row], found: list[dict[str, Any]], *, all_rows: bool = True) -> list[str]:
    """Say which expected rows are not found and, if all rows are meant to be given, which are too many."""
    left = list(found)
    problems = []
    for row in expected:
        match = next((candidate for candidate in left if _equal(row, candidate)), None)
        if match is None:
            problems.append(f"expected, not found: {row}")
        else:
            left.remove(match)
    columns = list(expected[0]) if expected else ["area", "breakdown", "group", "value", "status"]
    if problems or all_rows:
        problems += [f"found, not expected: { {name: row.get(name) for name in columns} }" for row in left]
    return problems


def _equal(expected: Row, found: dict[str, Any]) -> bool:
    return all(_same(name, text, found.get(name)) for name, text in expected.items())


def _same(name: str, text: str | None, value: Any) -> bool:
    blank = value is None or str(value) in ("", "nan", "NaT", "<NA>")
    if text is None or blank:
        return text is None and blank
    if name in (*NUMBER_COLUMNS, "count"):
        wanted, got = number(text), Fraction(float(value))
        assert wanted is not None
        return abs(wanted - got) <= _TOLERANCE * max(Fraction(1), abs(wanted))
    if name == "text":
        return text in str(value)
    return str(value).removesuffix(" 00:00:00") == text
