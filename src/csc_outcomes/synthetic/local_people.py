"""Persons of an invented project: children of the returns and others at home, their parents, carers and staff.

Children of the returns keep the id and the date of birth of the header, and their days in care. Everyone else has
an id that no return holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, fields, frozen

from csc_outcomes.synthetic.days import YEAR, age_on
from csc_outcomes.synthetic.draws import below, expand, salt, uniform
from csc_outcomes.synthetic.episodes import dates
from csc_outcomes.synthetic.legal import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.draws import Bools, Ints, Keys

JOINED = 0.2
"""Share of the children in care, or home from it for at most a year, whom the project and its comparison hold."""
AT_HOME = 0.0006
"""Children at home, never looked after, per child aged 0-17 of the authority."""
AGES = (4, 16)
"""Ages on the day of going live, in completed years."""
JOIN_DAYS = 120
"""Index dates lie in so many days from the day of going live on."""
STAFF = 0.0003
"""Staff of the project per child aged 0-17 of the authority."""

_SHORT_BREAKS = ("V3", "V4")
_MOVED_AWAY = 0.04
_DAY_BITS = 20
_DAY_MASK = (1 << _DAY_BITS) - 1


@frozen
class Span:
    """First and last day of the local extracts, and the day on which the project begins."""

    since: int
    until: int
    go_live: int


@frozen(eq=False)
class Persons:
    """One row per person; days are days since 1970. `authority` is a place in the list of authorities."""

    authority: Ints
    name: pl.Series
    key: Keys
    born: Ints

    def __len__(self) -> int:
        return len(self.key)

    def take(self, rows: Ints | Bools) -> Persons:
        """The persons in these rows."""
        chosen = np.flatnonzero(rows) if rows.dtype == bool else rows
        taken = {f.name: getattr(self, f.name)[chosen] for f in fields(Persons) if f.name != "name"}
        return Persons(name=self.name.gather(chosen), **taken)


@frozen(eq=False)
class Care:
    """Days in care: one row per episode, ordered by person and first day; the last day is not one of them."""

    packed: Ints
    end: Ints

    def on(self, person: Ints, day: Ints) -> Bools:
        """Whether each person is in care on the day."""
        if not len(self.packed):
            return np.zeros(len(person), dtype=bool)
        place = np.searchsorted(self.packed, (person << _DAY_BITS) | day, side="right") - 1
        found = self.packed[np.maximum(place, 0)]
        same = (place >= 0) & (found >> _DAY_BITS == person)
        inside: Bools = same & (self.end[np.maximum(place, 0)] > day)
        return inside

    @property
    def person(self) -> Ints:
        """Whose row it is."""
        return self.packed >> _DAY_BITS

    @property
    def start(self) -> Ints:
        """First day of each row."""
        return self.packed & _DAY_MASK


@frozen(eq=False)
class Members:
    """Persons of the cohort. `of_return` is the row among the children of the returns, -1 for all others.

    `treated` is true in the intervention arm; `index` is the index date; observed from `start` to `end`.
    """

    persons: Persons
    of_return: Ints
    treated: Bools
    index: Ints
    start: Ints
    end: Ints
    closed: Ints
    in_care: Bools
    """Whether the child, or the child whom an adult belongs to, is in care on the index date."""

    def __len__(self) -> int:
        return len(self.persons)

    @property
    def age(self) -> Ints:
        """Completed years on the index date."""
        return age_on(self.index, self.persons.born)

    def take(self, rows: Ints | Bools) -> Members:
        """The members in these rows."""
        others = {f.name: getattr(self, f.name)[rows] for f in fields(Members) if f.name != "persons"}
        return Members(persons=self.persons.take(rows), **others)


def keys_of(seed: int, code: Sequence[str], name: Sequence[str]) -> Keys:
    """One random key per person, from the seed, the authority's code and the person's id alone."""
    found = (salt(f"{seed}/{la}/{child}") for la, child in zip(code, name, strict=True))
    return np.fromiter(found, dtype=np.uint64, count=len(name))


def _named(seed: int, codes: Sequence[str], authority: Ints, name: pl.Series, born: Ints) -> Persons:
    code = [codes[place] for place in authority.tolist()]
    return Persons(authority, name, keys_of(seed, code, name.to_list()), born)


# ---- children of the returns ------------------------------------------------------------------------------


def returned(
    tables: Mapping[str, pl.DataFrame], authorities: Sequence[Authority], seed: int
) -> tuple[Persons, Care]:
    """Every child with a header and a date of birth, in order of authority and id, and the days in care."""
    import polars as pl

    codes = [authority.code for authority in authorities]
    places = pl.DataFrame({"LA": codes, "place": np.arange(len(codes), dtype=np.int64)})
    children = (
        tables["ssda903.header"]
        .filter(pl.col("DOB").is_not_null(), pl.col("CHILD").is_not_null())
        .sort("YEAR", maintain_order=True)
        .unique(["LA", "CHILD"], keep="last")
        .join(places, on="LA")
        .sort("place", "CHILD")
        .with_row_index("row")
    )
    persons = _named(
        seed,
        codes,
        children["place"].to_numpy(),
        children["CHILD"],
        children["DOB"].to_physical().cast(pl.Int64).to_numpy(),
    )
    return persons, _care(tables["ssda903.episodes"], children.select("LA", "CHILD", "row"))


def _care(episodes: pl.DataFrame, rows: pl.DataFrame) -> Care:
    import polars as pl

    spans = (
        episodes.filter(~pl.col("LS").is_in(_SHORT_BREAKS), pl.col("DECOM").is_not_null())
        .sort("YEAR", maintain_order=True)
        .unique(["LA", "CHILD", "DECOM"], keep="last")
        .join(rows, on=["LA", "CHILD"])
        .select(
            pl.col("row").cast(pl.Int64),
            start=pl.col("DECOM").to_physical().cast(pl.Int64),
            end=pl.col("DEC").to_physical().cast(pl.Int64).fill_null(NEVER),
        )
        .sort("row", "start")
    )
    return Care((spans["row"].to_numpy() << _DAY_BITS) | spans["start"].to_numpy(), spans["end"].to_numpy())


# ---- the cohort -------------------------------------------------------------------------------------------


def children_of(
    persons: Persons, care: Care, authorities: Sequence[Authority], span: Span, seed: int
) -> Members:
    """Children of the project and of its comparison: some of the returns, some at home."""
    import polars as pl

    chosen = np.flatnonzero(_eligible(persons, care, span))
    home = _at_home(authorities, span, seed)
    joined = Persons(
        np.concatenate([persons.authority[chosen], home.authority]),
        pl.concat([persons.name.gather(chosen), home.name]),
        np.concatenate([persons.key[chosen], home.key]),
        np.concatenate([persons.born[chosen], home.born]),
    )
    of_return = np.concatenate([chosen, np.full(len(home), -1)])
    return _members(joined, of_return, care, span)


def _eligible(persons: Persons, care: Care, span: Span) -> Bools:
    """Of school age on going live, in care the day before or within a year of it, and drawn."""
    age = age_on(np.full(len(persons), span.go_live), persons.born)
    near = (care.start < span.go_live) & (care.end >= span.go_live - int(YEAR))
    known = np.zeros(len(persons), dtype=bool)
    known[care.person[near]] = True
    of_age = (age >= AGES[0]) & (age <= AGES[1])
    chosen: Bools = known & of_age & (uniform(persons.key, "joins the project") < JOINED)
    return chosen


def _at_home(authorities: Sequence[Authority], span: Span, seed: int) -> Persons:
    """Children known to the project who were never looked after."""
    import polars as pl

    place, number = expand(np.array([round(a.population * AT_HOME) for a in authorities], dtype=np.int64))
    name = "H" + pl.Series(number + 1, dtype=pl.Int64).cast(pl.String).str.zfill(4)
    found = _named(seed, [a.code for a in authorities], place, name, np.zeros(len(place), dtype=np.int64))
    years = AGES[0] + 0.1 + uniform(found.key, "age on going live") * (AGES[1] + 0.8 - AGES[0])
    return evolve(found, born=span.go_live - (years * YEAR).astype(np.int64))


def _members(persons: Persons, of_return: Ints, care: Care, span: Span) -> Members:
    key = persons.key
    index = span.go_live + below(key, "index date", JOIN_DAYS)
    treated = uniform(key, "arm") < 0.5
    away = uniform(key, "moves away") < _MOVED_AWAY
    end = np.where(away, index + 60 + below(key, "moved away", 400), NEVER)
    supported = 120 + below(key, "support", 300)
    closed = np.minimum(index + supported, end)
    return Members(
        persons=persons,
        of_return=of_return,
        treated=treated,
        index=index,
        start=np.full(len(key), span.since),
        end=np.where(end > span.until, NEVER, end),
        closed=np.where(treated & (closed <= span.until), closed, NEVER),
        in_care=(of_return >= 0) & care.on(np.maximum(of_return, 0), index),
    )


def adults_of(children: Members, authorities: Sequence[Authority], seed: int) -> Members:
    """One adult per child: the carer of a child in care, the parent of one at home; `in_care` tells which."""
    import polars as pl

    letter = pl.Series(["P", "C"]).gather(children.in_care.astype(np.int64))
    codes = [authority.code for authority in authorities]
    persons = _named(
        seed, codes, children.persons.authority, letter + children.persons.name, children.persons.born
    )
    years = np.where(children.in_care, 28, 19) + uniform(persons.key, "age at birth of the child") * 22
    born = children.persons.born - (years * YEAR).astype(np.int64)
    nobody = np.full(len(persons), -1)
    return evolve(children, persons=evolve(persons, born=born), of_return=nobody)


def staff_of(authorities: Sequence[Authority], span: Span, seed: int) -> Members:
    """Staff of the project: most in post throughout, some who join or leave."""
    import polars as pl

    counts = np.array([max(6, round(a.population * STAFF)) for a in authorities], dtype=np.int64)
    place, number = expand(counts)
    name = "W" + pl.Series(number + 1, dtype=pl.Int64).cast(pl.String).str.zfill(4)
    born = np.full(len(place), span.go_live)
    persons = _named(seed, [a.code for a in authorities], place, name, born)
    key = persons.key
    born = span.go_live - ((23 + 38 * uniform(key, "age")) * YEAR).astype(np.int64)
    late = uniform(key, "joins late") < 0.12
    start = np.where(
        late, span.go_live - 60 + below(key, "joins", 240), span.since - below(key, "in post", 2000)
    )
    leaves = uniform(key, "leaves") < 0.15
    end = np.where(leaves, np.maximum(start, span.go_live) + 60 + below(key, "left", 500), NEVER)
    return Members(
        persons=evolve(persons, born=born),
        of_return=np.full(len(key), -1),
        treated=np.ones(len(key), dtype=bool),
        index=np.full(len(key), span.go_live),
        start=start,
        end=np.where(end > span.until, NEVER, end),
        closed=np.full(len(key), NEVER),
        in_care=np.zeros(len(key), dtype=bool),
    )


@frozen(eq=False)
class Project:
    """Everyone of the project, and all children of the returns with their days in care."""

    returned: Persons
    care: Care
    children: Members
    adults: Members
    staff: Members


def project_of(
    tables: Mapping[str, pl.DataFrame], authorities: Sequence[Authority], span: Span, seed: int
) -> Project:
    """Draw the project."""
    persons, care = returned(tables, authorities, seed)
    children = children_of(persons, care, authorities, span, seed)
    adults = adults_of(children, authorities, seed)
    return Project(persons, care, children, adults, staff_of(authorities, span, seed))


def cohort_table(children: Members, adults: Members, staff: Members, codes: Sequence[str]) -> pl.DataFrame:
    """The table `cohort`. Staff have no arm and no index date."""
    import polars as pl

    carers, parents = adults.take(adults.in_care), adults.take(~adults.in_care)
    parts = [
        _rows(children, "child", codes),
        _rows(parents, "parent", codes),
        _rows(carers, "carer", codes),
        _rows(staff, "staff", codes).with_columns(
            arm=pl.lit(None, dtype=pl.String), index_date=pl.lit(None, dtype=pl.Date)
        ),
    ]
    return pl.concat(parts).sort("LA", "CHILD")


def _rows(members: Members, role: str, codes: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    persons = members.persons
    return pl.DataFrame(
        {
            "LA": code_of(persons.authority, codes),
            "CHILD": persons.name,
            "index_date": dates(members.index),
            "arm": pl.Series(["comparison", "intervention"]).gather(members.treated.astype(np.int64)),
            "start": dates(members.start),
            "end": dates(members.end),
            "closed": dates(members.closed),
            "DOB": dates(persons.born),
            "role": pl.Series([role] * len(persons), dtype=pl.String),
        }
    )


def code_of(authority: Ints, codes: Sequence[str]) -> pl.Series:
    """Code of each authority by its place in the list."""
    import polars as pl

    return pl.Series(list(codes), dtype=pl.String).gather(authority)
