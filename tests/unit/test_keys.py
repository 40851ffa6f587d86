"""Keys: one for each child of an authority, the same in every table, whatever the order of the rows."""

from __future__ import annotations

import gc
import random

import polars as pl
import pytest

from csc_outcomes.engine.door import Coder, packed
from csc_outcomes.sources.cin_keys import numbered

AUTHORITIES, CHILDREN = 7, 150


def people() -> list[tuple[str, str]]:
    return [(f"E0{area}", str(child)) for area in range(AUTHORITIES) for child in range(CHILDREN)]


def keys(coder: Coder, rows: list[tuple[str | None, str | None]]) -> list[int]:
    frame = pl.DataFrame(rows, schema={"LA": pl.String, "CHILD": pl.String}, orient="row")
    coded = coder.code(frame.with_columns(pl.col("LA").cast(pl.Categorical)))
    assert coded["LA"].to_list() == frame["LA"].to_list()
    found: list[int] = coded["KEY"].to_list()
    return found


def test_a_key_is_one_child_of_one_authority() -> None:
    everyone = people()
    assert len(set(keys(Coder(), everyone))) == AUTHORITIES * CHILDREN


@pytest.mark.parametrize("seed", range(5))
def test_keys_are_the_same_in_a_table_of_scattered_rows(seed: int) -> None:
    """Sorted by authority each one's rows stand together; mixed they are sorted first."""
    coder, everyone = Coder(), people()
    known = dict(zip(everyone, keys(coder, everyone), strict=True))
    mixed = random.Random(seed).choices(everyone, k=3_000)
    assert keys(coder, mixed) == [known[child] for child in mixed]


def test_keys_outlive_the_tables_they_were_made_for() -> None:
    coder = Coder()
    first = dict(zip(people(), keys(coder, people()), strict=True))
    gc.collect()
    others = people()[::-3]
    assert keys(coder, others) == [first[child] for child in others]


def test_authorities_are_numbered_as_they_appear() -> None:
    """Tables in order of KEY are then in the same order in every run."""
    order = [f"E{number * 37 % 101:02}" for number in range(100)]
    found = keys(Coder(), [(area, "1") for area in order])
    assert found == sorted(found)


def test_a_table_without_rows_has_no_keys() -> None:
    assert keys(Coder(), []) == []


def test_rows_of_no_person_have_the_key_of_their_authority() -> None:
    coder = Coder()
    children = keys(coder, people())
    places = coder.code(pl.DataFrame({"LA": ["E00", "E01", "E00"]}))["KEY"].to_list()
    assert places[0] == places[2] != places[1]
    assert not set(places) & set(children)


def test_one_integer_keeps_the_order_of_key_and_columns() -> None:
    """Narrow enough for one integer as it is, or only without the numbers that children leave free."""
    wide = pl.DataFrame(
        {
            "KEY": [3 << 32, (3 << 32) + 1, 0, (3 << 32) + 1, 0, 3 << 32],
            "DAY": [5, 40_000, None, 7, 9, 5],
            "NUMBER": [1, 5_000, 2, None, 2, 0],
        }
    )
    for columns in (["DAY"], ["DAY", "NUMBER"]):
        numbers = packed(wide, columns)
        assert numbers is not None
        expected = wide.select(pl.arg_sort_by("KEY", *columns, nulls_last=True)).to_series()
        assert wide[numbers.arg_sort()].equals(wide[expected])
        assert (numbers.n_unique() == wide.height) == (wide.n_unique(["KEY", *columns]) == wide.height)


def test_what_is_too_wide_for_one_integer_is_told_so() -> None:
    frame = pl.DataFrame({"KEY": [0, 1], "A": [0, 2**40], "B": [0, 2**40]})
    assert packed(frame, ["A", "B"]) is None


@pytest.mark.parametrize("key", [1, 2**62 - 1, "E01|a"], ids=["packed", "too wide to be packed", "text"])
def test_rows_of_several_tables_have_one_number_where_they_agree(key: int | str) -> None:
    """Missing values agree; the tables differ in their types and in what they hold."""
    first = pl.DataFrame({"KEY": [key] * 4, "YEAR": [2024, 2024, None, 2025], "ID": [1, 2, 1, None]})
    other = pl.DataFrame({"KEY": [key] * 3, "YEAR": [2025, None, 1990], "ID": [None, 1, 1]})
    frames = [first, other.with_columns(pl.col("ID").cast(pl.Int32)), other.clear()]
    if isinstance(key, int):
        frames[1] = pl.concat([frames[1], frames[1].with_columns(KEY=pl.lit(0, dtype=pl.Int64))])
    numbers = numbered(frames, ("YEAR", "ID"))
    assert [len(number) for number in numbers] == [frame.height for frame in frames]
    rows = [row for frame in frames for row in frame.iter_rows()]
    found = [number for series in numbers for number in series.to_list()]
    for place, row in enumerate(rows):
        same = [number for other_row, number in zip(rows, found, strict=True) if other_row == row]
        assert set(same) == {found[place]} and found.count(found[place]) == len(same)
