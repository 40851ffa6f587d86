"""What a table of a return is: its columns, their types, code lists and the years in which they exist.

A source declares its tables once, as data. Reading, checking, documentation and the synthetic generator are
all driven by these declarations. Years are *year ending*: 2018 is the return from 1 April 2017.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from datetime import date

FIRST_YEAR = 2017
"""Year ending of the first return described; a code valid from this year may be older."""


def year_ending(day: date) -> int:
    """Year ending 31 March in which a day lies."""
    return day.year + (day.month >= 4)


class ColumnType(Enum):
    """How a column's text is read."""

    IDENTIFIER = "identifier"
    CODE = "code"
    DATE = "date"
    PARTIAL_DATE = "partial date"
    INTEGER = "integer"
    NUMBER = "number"
    POSTCODE = "postcode"
    TEXT = "text"


@frozen
class Code:
    """One code of a list: what it means, in which group it falls, and the return years that admit it."""

    code: str
    label: str
    group: str = ""
    first_year: int = FIRST_YEAR
    last_year: int | None = None

    def valid_in(self, year: int) -> bool:
        """Whether the return of the year ending `year` admits the code."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)


@frozen
class CodeList:
    """The codes a column may hold."""

    name: str
    codes: tuple[Code, ...]

    def __contains__(self, code: object) -> bool:
        return any(entry.code == code for entry in self.codes)

    @property
    def names(self) -> tuple[str, ...]:
        """All codes of all years, in list order."""
        return tuple(entry.code for entry in self.codes)

    @property
    def groups(self) -> dict[str, str]:
        """Code to group, for codes that have one."""
        return {entry.code: entry.group for entry in self.codes if entry.group}

    def in_group(self, *groups: str) -> tuple[str, ...]:
        """Codes that fall in any of the groups, in list order."""
        return tuple(entry.code for entry in self.codes if entry.group in groups)

    def valid_in(self, year: int) -> tuple[str, ...]:
        """Codes that the return of the year ending `year` admits."""
        return tuple(entry.code for entry in self.codes if entry.valid_in(year))


@frozen
class Column:
    """One column of a table.

    `required` columns must be in a file for the table to be usable; `nullable` cells may be blank.
    `xml` is the element's path inside a child's block where the XML name or place differs from the CSV.
    """

    name: str
    type: ColumnType
    codes: CodeList | None = None
    required: bool = True
    nullable: bool = False
    xml: str = ""
    first_year: int = FIRST_YEAR
    last_year: int | None = None
    note: str = ""

    @property
    def years(self) -> str:
        """Return years in which the column exists, in words."""
        if self.last_year is None:
            return f"returns from {self.first_year - 1}-{self.first_year % 100:02d}"
        return f"returns {self.first_year} to {self.last_year} (year ending)"


@frozen
class Table:
    """A declared frame of a source.

    `key` identifies a row within one authority and one return. `person` is the column that identifies a
    person within an authority ('' where rows are of no person); `authority` says whether rows belong to one.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    first_year: int = FIRST_YEAR
    person: str = "CHILD"
    authority: bool = True

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the return's order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which the table cannot be used."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def dates(self) -> tuple[str, ...]:
        """Columns that hold whole dates."""
        return tuple(column.name for column in self.columns if column.type is ColumnType.DATE)

    @property
    def coded(self) -> tuple[Column, ...]:
        """Columns with a code list."""
        return tuple(column for column in self.columns if column.codes is not None)
