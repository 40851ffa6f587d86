"""Breakdowns: the groups in which a figure can be given.

Source of the age bands and groups: Department for Education, *Children looked after in England including
adoptions*, 2025.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import polars as pl
from attrs import evolve, field, frozen

from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import ARM
from csc_outcomes.errors import InputError, unknown
from csc_outcomes.sources.ssda903_codes import CIN, PLACE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from csc_outcomes.definitions.measure import Measure
    from csc_outcomes.engine.data import Data

UNKNOWN = "unknown"
AREA, PART = "LA", "CASE_PART"
CROSS = " x "
c = nw.col


@frozen
class Breakdown:
    """How a case finds its group.

    Attributes:
        name: as written in `by`.
        groups: the declared groups, in order; a case that falls in none is `unknown`.
        table: where its characteristic is, joined on `join`: 'KEY' (of the child) or 'ROW' (of the episode
            that describes the case); '' where the case itself has it.
        columns: columns taken from the table.
        trait: makes what cases are counted by (a code, an age in years) out of these columns and the date of the
            case.
        group: makes the group's name (null: unknown) out of the trait. Cases are counted by trait and named
            afterwards, because a name for every case of every window would cost more than everything else.
        complete: whether every case falls in one of the groups, so that there is no `unknown`.
    """

    name: str
    title: str
    groups: tuple[str, ...]
    trait: Callable[[nw.Expr], nw.Expr] = field(repr=False)
    group: Callable[[pl.Expr], pl.Expr] = field(repr=False)
    table: str = ""
    join: str = ""
    columns: tuple[str, ...] = ()
    complete: bool = False


def _column(name: str) -> Callable[[nw.Expr], nw.Expr]:
    return lambda _on: c(name)


def _age(on: nw.Expr) -> nw.Expr:
    return kit.age("DOB", on)


def _uasc(on: nw.Expr) -> nw.Expr:
    return kit.flag(c("UASC_EVER") & (c("DUC").is_null() | (c("DUC") > on)))


def _mapped(groups: Mapping[Any, str]) -> Callable[[pl.Expr], pl.Expr]:
    def group(trait: pl.Expr) -> pl.Expr:
        codes = pl.String if all(isinstance(code, str) for code in groups) else pl.Int64
        return trait.cast(codes).replace_strict(dict(groups), default=None, return_dtype=pl.String)

    return group


def _banded(bands: Mapping[str, tuple[int, int]]) -> Callable[[pl.Expr], pl.Expr]:
    return _mapped({age: name for name, (low, high) in bands.items() for age in range(low, high + 1)})


AGE_BANDS = {"under 1": (0, 0), "1-4": (1, 4), "5-9": (5, 9), "10-15": (10, 15), "16+": (16, 130)}
_AGE_GROUPS = {"under 17": (0, 16), "17-18": (17, 18), "19-21": (19, 21), "22+": (22, 130)}
_LEGAL = {
    "C1": "interim care order", "C2": "full care order", "D1": "freeing order", "E1": "placement order",
    "V2": "accommodated under section 20", "L1": "detained for child protection",
    "L2": "detained for child protection", "L3": "detained for child protection",
    "J1": "youth justice", "J2": "youth justice", "J3": "youth justice",
}  # fmt: skip
_PLACEMENT_GROUPS = {
    "foster placements": ("foster_kinship", "foster_other"),
    "placed for adoption": ("adoption_current_carer", "adoption_new_carer"),
    "placed with parents": ("parents",),
    "secure and children's homes": ("secure", "childrens_home"),
    "supported and independent living": ("semi_independent", "registered_supported", "independent_living"),
    "residential schools": ("residential_school",),
    "other residential": ("care_home", "health", "family_centre", "yoi"),
    "other placements": (
        "residential_employment",
        "other",
        "other_z11",
        "other_z12",
        "other_z13",
        "other_z14",
    ),
}
_PLACEMENT = {
    entry.code: group
    for group, kinds in _PLACEMENT_GROUPS.items()
    for entry in PLACE.codes
    if entry.group in kinds
}
_NEED = {entry.code: entry.label.lower() for entry in CIN.codes}
_SEXES, _ETHNICITIES = ("male", "female"), ("White", "Mixed", "Asian", "Black", "Other")
_CHILDREN, MEMBERS = "ssda903.children", "local.members"
_PEOPLE = {"ssda903": _CHILDREN, "cin": "cin.children", "local": MEMBERS, "scores": MEMBERS}
"""By source: the table that describes the persons of its cases."""
_SHARED = {_CHILDREN: tuple(_PEOPLE.values()), MEMBERS: (MEMBERS,)}
"""Tables that can stand in for one another where a person is described."""
_ROWS = "ssda903.rows"

BREAKDOWNS: dict[str, Breakdown] = {
    entry.name: entry
    for entry in (
        Breakdown(
            "age_band", "age", tuple(AGE_BANDS), _age, _banded(AGE_BANDS),
            table=_CHILDREN, join="KEY", columns=("DOB",),
        ),
        Breakdown(
            "age_group", "age group of care leavers", tuple(_AGE_GROUPS), _age, _banded(_AGE_GROUPS),
            table=_CHILDREN, join="KEY", columns=("DOB",),
        ),
        Breakdown(
            "sex", "sex", _SEXES, _column("SEX"), _mapped({name: name for name in _SEXES}),
            table=_CHILDREN, join="KEY", columns=("SEX",),
        ),
        Breakdown(
            "ethnicity_group", "ethnicity", _ETHNICITIES, _column("ETHNICITY"), _mapped({n: n for n in _ETHNICITIES}),
            table=_CHILDREN, join="KEY", columns=("ETHNICITY",),
        ),
        Breakdown(
            "legal_status", "legal status", tuple(dict.fromkeys(_LEGAL.values())), _column("LS"), _mapped(_LEGAL),
            table=_ROWS, join="ROW", columns=("LS",),
        ),
        Breakdown(
            "need", "category of need", tuple(_NEED.values()), _column("CIN"), _mapped(_NEED),
            table=_ROWS, join="ROW", columns=("CIN",),
        ),
        Breakdown(
            "placement_type", "placement", tuple(_PLACEMENT_GROUPS), _column("PLACE"), _mapped(_PLACEMENT),
            table=_ROWS, join="ROW", columns=("PLACE",),
        ),
        Breakdown(
            "uasc", "unaccompanied asylum-seeking children", ("UASC", "not UASC"),
            _uasc, _mapped({1: "UASC", 0: "not UASC"}),
            table="ssda903.uasc", join="KEY", columns=("DUC", "UASC_EVER"),
        ),
        Breakdown(
            "arm", "arm of the cohort", (), _column(ARM), lambda trait: trait.cast(pl.String),
            table=MEMBERS, join="KEY", columns=(ARM,),
        ),
    )
}  # fmt: skip


@frozen
class By:
    """What `by` asked for: a row per authority or not, the crossed or single breakdowns, and whether totals."""

    areas: bool
    rows: tuple[tuple[Breakdown, ...], ...]
    totals: bool = True

    @property
    def blocks(self) -> tuple[tuple[Breakdown, ...], ...]:
        """Breakdowns of a result in order, the total first (as no breakdown)."""
        return ((), *self.rows) if self.totals else self.rows

    def suited(self, measure: Measure) -> By:
        """For one measure: persons are described by its own source, and its parts are told apart in every row."""
        source = (measure.needs or ("ssda903",))[0].split(".")[0]
        people = _PEOPLE.get(source, MEMBERS)
        rows = tuple(tuple(_described(b, people) for b in row) for row in self.rows)
        if not measure.part:
            return evolve(self, rows=rows)
        part = Breakdown(
            measure.part, measure.part, measure.parts, _column(PART), lambda trait: trait, complete=True
        )
        return evolve(self, rows=((part,), *((part, *row) for row in rows)), totals=False)

    @property
    def dimensions(self) -> tuple[Breakdown, ...]:
        """Every breakdown that is used, once."""
        return tuple(dict.fromkeys(breakdown for row in self.rows for breakdown in row))


def _described(breakdown: Breakdown, people: str) -> Breakdown:
    return evolve(breakdown, table=people) if breakdown.table == _CHILDREN else breakdown


def parse_by(by: Sequence[str] | str | None, data: Data, *, cohort: bool) -> tuple[By, list[str]]:
    """Read `by`; also say what the data lack for it.

    Raises:
        UnknownNameError: names that are no breakdown, with near ones.
        InputError: LA crossed with a breakdown: every area has rows of its own.
    """
    names = [by] if isinstance(by, str) else list(by or ())
    parts = [tuple(part.strip() for part in name.split(" x ")) for name in names]
    strangers = [p for row in parts for p in row if p not in BREAKDOWNS and p != AREA]
    if strangers:
        raise unknown("breakdown", strangers, [AREA, *BREAKDOWNS])
    crossed = [name for name, row in zip(names, parts, strict=True) if AREA in row and len(row) > 1]
    if crossed:
        raise InputError(
            f"by: {', '.join(crossed)}: LA is not crossed; by=['LA', 'sex'] gives every area its groups"
        )
    rows = tuple(dict.fromkeys(tuple(BREAKDOWNS[p] for p in row) for row in parts if row != (AREA,)))
    wanted = By((AREA,) in parts, rows)
    problems = [
        f"breakdown {breakdown.name!r} needs table {breakdown.table!r}, which is not in the data"
        for breakdown in wanted.dimensions
        if breakdown.table
        and breakdown.name != "arm"
        and not any(data.has(table) for table in _SHARED.get(breakdown.table, (breakdown.table,)))
    ]
    by_arm = any(breakdown.name == "arm" for breakdown in wanted.dimensions)
    if by_arm and not cohort and not data.arms:
        problems.append(
            "breakdown 'arm' needs windows per child of a cohort with a column arm, or a table with it"
        )
    return wanted, problems


def with_traits(frame: nw.LazyFrame[Any], by: By, data: Data) -> nw.LazyFrame[Any]:
    """Add a column per breakdown, named after it, with the trait by which the case is counted.

    The frame holds CASE_ON, the date of the case, and CASE_ROW, the episode that describes it.
    """
    joined: set[tuple[str, str]] = set()
    for breakdown in by.dimensions:
        if breakdown.table and (breakdown.table, breakdown.join) not in joined:
            columns = {c_ for b in by.dimensions if b.table == breakdown.table for c_ in b.columns}
            frame = _joined(frame, breakdown, sorted(columns), data)
            joined.add((breakdown.table, breakdown.join))
    return frame.with_columns(b.trait(c("CASE_ON")).alias(b.name) for b in by.dimensions)


def grouped(frame: pl.DataFrame, by: By) -> pl.DataFrame:
    """Replace the traits by the names of their groups ('unknown' where there is none)."""
    return frame.with_columns(b.group(pl.col(b.name)).fill_null(UNKNOWN).alias(b.name) for b in by.dimensions)


def _nothing(column: str) -> nw.Expr:
    return nw.lit(None, dtype=nw.Date() if column in ("DOB", "DUC") else nw.String())


def _joined(frame: nw.LazyFrame[Any], b: Breakdown, columns: list[str], data: Data) -> nw.LazyFrame[Any]:
    """Bring in a table's columns, replacing those of the same name that the case happens to have."""
    present = set(frame.collect_schema().names())
    # A measure may know the child's birth better than header does (OC3 has a date of its own).
    columns = [name for name in columns if not (name in ("DOB", ARM) and name in present)]
    if not columns:
        return frame
    frame = frame.drop([name for name in columns if name in present])
    known = data.table(b.table).collect_schema().names() if data.has(b.table) else []
    lacking = [name for name in columns if name not in known and name != "UASC_EVER"]
    frame = frame.with_columns(_nothing(name).alias(name) for name in lacking)
    columns = [name for name in columns if name not in lacking]
    if not columns:
        return frame
    table = data.table(b.table)
    if "UASC_EVER" in columns:
        table = table.with_columns(UASC_EVER=nw.lit(value=True))
    if b.join == "KEY":
        joined = frame.join(table.select("KEY", *columns), on="KEY", how="left")
    else:
        keyed = table.select("KEY", *columns, CASE_ROW=c("ROW"))
        joined = frame.join(keyed, on=["KEY", "CASE_ROW"], how="left")
    if "UASC_EVER" in columns:
        joined = joined.with_columns(c("UASC_EVER").fill_null(value=False))
    return joined
