"""The door: every kind of frame gives the same figures, nothing is guessed, and no value of a row leaks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import csc_outcomes as csc
from catalogued import OF_SSDA903
from csc_outcomes.errors import InputError, UnknownNameError
from csc_outcomes.sources.ssda903 import TABLES
from small_returns import cells, data, frame

if TYPE_CHECKING:
    from collections.abc import Callable

    Frames = dict[str, Any]

EPISODES = """
    A 10 2023 2021-05-01 S C2 N1 U4 -          -
    A 11 2023 2022-06-01 S C2 N1 K2 2022-09-01 E4A
    A 10 2024 2021-05-01 S C2 N1 U4 2023-08-01 X1
    A 10 2024 2023-08-01 P C2 N1 K2 -          -
    A 12 2024 2023-05-15 S V2 N1 U4 2023-12-24 E13
    A 13 2024 2023-11-11 S C1 N2 U1 -          -
    B 10 2024 2023-04-01 S E1 N1 A4 -          -
"""
HEADER = """
    A 10 2024 1 2010-05-01 WBRI
    A 12 2024 2 2023-01-31 MWBC
    A 13 2024 2 2015-02-28 -
    B 10 2024 1 2020-02-29 ABAN
"""
MISSING = """
    A 10 2024 M 2023-06-01 2023-06-03
    A 10 2024 M 2023-07-01 -
    A 13 2024 A 2023-12-01 2023-12-02
"""
OC2 = """
    A 10 2024 14 - 0 - 1 1 1 0
"""
YEAR = csc.Window.year_to("2024-03-31")
BY = ["LA", "age_band x sex", "legal_status"]
MEASURES = ["cla_stock_number", "cla_ceased_number", "residential_share_dfe_pct", "missing_children_pct"]
DATES = ("DECOM", "DEC", "DOB", "MIS_START", "MIS_END")


def text_frames() -> Frames:
    texts = {"episodes": EPISODES, "header": HEADER, "missing": MISSING, "oc2": OC2}
    return {f"ssda903.{name}": frame(f"ssda903.{name}", text) for name, text in texts.items()}


def figures(frames: Frames, **options: Any) -> pd.DataFrame:
    return csc.calculate(MEASURES, csc.Data(frames, **options), YEAR, by=BY).frame


@pytest.fixture(scope="module")
def reference() -> pd.DataFrame:
    return figures(text_frames())


def test_the_reference_is_right(reference: pd.DataFrame) -> None:
    """On 31 March 2024: A 10 and A 13, B 10. Ceased in the year: A 12. In K2: A 10. Missing: A 10 of A's three."""
    totals = reference[
        (reference["breakdown"] == "all") & (reference["window"] == "2023-04-01 to 2024-03-31")
    ]
    found = totals[["measure", "area", "numerator", "denominator"]].astype(object).where(totals.notna(), None)
    assert list(found.itertuples(index=False, name=None)) == [
        ("cla_stock_number", "all", 3, None),
        ("cla_stock_number", "A", 2, None),
        ("cla_stock_number", "B", 1, None),
        ("cla_ceased_number", "all", 1, None),
        ("cla_ceased_number", "A", 1, None),
        ("cla_ceased_number", "B", 0, None),
        ("residential_share_dfe_pct", "all", 1, 3),
        ("residential_share_dfe_pct", "A", 1, 2),
        ("residential_share_dfe_pct", "B", 0, 1),
        ("missing_children_pct", "all", 1, 4),
        ("missing_children_pct", "A", 1, 3),
        ("missing_children_pct", "B", 0, 1),
    ]


# ---- kinds of frames ----------------------------------------------------------------------------------


def _numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers: CHILD and YEAR as integers, codes that look like numbers as floats with gaps."""
    result = table.copy()
    for name in ("CHILD", "YEAR"):
        result[name] = result[name].astype("int64")
    for name in ("SEX", "SDQ_SCORE", "CONVICTED", "TEETH_CHECK"):
        if name in result:
            result[name] = pd.to_numeric(result[name])
    return result


def _dates(table: pd.DataFrame, convert: Callable[[pd.Series[Any]], Any]) -> pd.DataFrame:
    return table.assign(**{name: convert(table[name]) for name in DATES if name in table})


def _objects(column: pd.Series[Any]) -> pd.Series[Any]:
    values = [None if value is None else dt.date.fromisoformat(value) for value in column]
    return pd.Series(values, index=column.index, dtype=object)


def _reordered(table: pd.DataFrame) -> pd.DataFrame:
    return table[list(table.columns)[::-1]].sample(frac=1, random_state=3).assign(EXTRA="unasked")


KINDS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "numpy": _numbers,
    "object": lambda t: t.astype(object),
    # Before pandas 3 missing values become text, too.
    "str": lambda t: t.astype("str").where(t.notna(), None),
    "nullable": lambda t: _numbers(t).convert_dtypes(),
    "arrow": lambda t: _numbers(t).convert_dtypes(dtype_backend="pyarrow"),
    "categories": lambda t: t.astype("category"),
    "categories of numbers": lambda t: t.assign(CHILD=t["CHILD"].astype(int).astype("category")),
    "child as floats": lambda t: t.assign(CHILD=t["CHILD"].astype(float)),
    "child as text of floats": lambda t: t.assign(CHILD=t["CHILD"] + ".0"),
    "child as decimals": lambda t: t.assign(CHILD=[Decimal(child) for child in t["CHILD"]]),
    "child of several types": lambda t: t.assign(
        CHILD=pd.Series([(str, int, float)[i % 3](child) for i, child in enumerate(t["CHILD"])], dtype=object)
    ),
    "indexed": lambda t: t.set_index(["LA", "CHILD"]),
    "odd index": lambda t: t.set_index(pd.Index(range(100, 100 + len(t)))),
    "datetimes": lambda t: _dates(t, pd.to_datetime),
    "datetimes in ns": lambda t: _dates(t, lambda c: pd.to_datetime(c).astype("datetime64[ns]")),
    "dates": lambda t: _dates(t, _objects),
    "arrow dates": lambda t: _dates(t, lambda c: pd.to_datetime(c).astype("date32[pyarrow]")),
    "day first": lambda t: _dates(t, lambda c: pd.to_datetime(c).dt.strftime("%d/%m/%Y")),
    "text with midnight": lambda t: _dates(t, lambda c: pd.to_datetime(c).dt.strftime("%Y-%m-%d 00:00:00")),
    "mixed dates": lambda t: _dates(
        t, lambda c: [value if i % 2 else _objects(c)[i] for i, value in enumerate(c)]
    ),
    "lower case and spaces": lambda t: t.map(lambda v: f" {v.lower()} " if isinstance(v, str) else v).assign(
        LA=t["LA"]
    ),
    "names": lambda t: t.rename(columns=lambda name: f" {name.lower()}\ufeff"),
    "order": _reordered,
    "polars": pl.DataFrame,
    "polars lazy": lambda t: pl.DataFrame(t).lazy(),
    "polars typed": lambda t: pl.DataFrame(_dates(_numbers(t), pd.to_datetime)),
    "polars categories": lambda t: pl.DataFrame(t).with_columns(pl.all().cast(pl.Categorical)),
    "polars NaN": lambda t: pl.DataFrame(t).with_columns(
        pl.col(name).cast(pl.Float64).fill_null(float("nan")) for name in ("SDQ_SCORE", "SEX") if name in t
    ),
    "pyarrow": lambda t: pa.Table.from_pandas(t, preserve_index=False),
    "pyarrow dictionary": lambda t: pa.Table.from_pandas(t.astype("category"), preserve_index=False),
    "duckdb": lambda t: duckdb.from_df(t),
    "duckdb typed": lambda t: duckdb.from_df(_numbers(_dates(t, pd.to_datetime))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_gives_the_same_figures(kind: str, reference: pd.DataFrame) -> None:
    frames = {name: KINDS[kind](table) for name, table in text_frames().items()}
    found = csc.Data(frames)
    problems = found.problems
    assert (
        list(problems[problems["code"].str.startswith(("unreadable", "missing", "unknown"))]["message"]) == []
    )
    result = csc.calculate(MEASURES, found, YEAR, by=BY).frame
    pd.testing.assert_frame_equal(result, reference)


def test_kinds_may_be_mixed(reference: pd.DataFrame) -> None:
    kinds = ("polars", "arrow", "duckdb", "pyarrow")
    pairs = zip(text_frames().items(), kinds, strict=True)
    pd.testing.assert_frame_equal(figures({name: KINDS[kind](t) for (name, t), kind in pairs}), reference)


def test_what_comes_in_is_not_changed() -> None:
    frames = text_frames()
    before = {name: table.copy(deep=True) for name, table in frames.items()}
    figures(frames)
    for name, table in frames.items():
        pd.testing.assert_frame_equal(table, before[name])


def test_children_of_two_authorities_are_two_children(reference: pd.DataFrame) -> None:
    one = figures({name: table.assign(LA="A") for name, table in text_frames().items()})
    stock = one[(one["measure"] == "cla_stock_number") & (one["area"] == "A") & (one["breakdown"] == "all")]
    assert list(stock["value"]) == [2]  # A 10 and B 10 are one child now


# ---- what cannot be used ------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [None, {"LA": ["A"]}, [["A"]], "episodes.csv", pd.Series([1]), 3])
def test_other_things_are_no_frames(bad: Any) -> None:
    with pytest.raises(InputError, match=r"table 'ssda903\.episodes': needed a"):
        csc.Data({"ssda903.episodes": bad})


def test_an_unknown_table_is_named_with_near_ones() -> None:
    with pytest.raises(
        UnknownNameError, match=r"'ssda903\.episode' does not exist; did you mean ssda903\.episodes"
    ):
        csc.Data({"ssda903.episode": frame("ssda903.episodes", EPISODES)})
    with pytest.raises(UnknownNameError, match=r"table 'ssda903\.oc2' does not exist"):
        data(EPISODES).table("ssda903.oc2")


def test_missing_columns_are_named_with_their_years_all_at_once() -> None:
    episodes = frame("ssda903.episodes", EPISODES).drop(columns=["RNE", "PLACE", "LA"])
    workers = pd.DataFrame({"LA": ["A"], "CHILD": ["1"], "YEAR": [2024]})
    with pytest.raises(InputError) as caught:
        csc.Data({"ssda903.episodes": episodes, "ssda903.sw_episodes": workers})
    text = str(caught.value)
    assert "table 'ssda903.episodes' has no column 'RNE', which exists in returns from 2016-17" in text
    assert "table 'ssda903.episodes' has no column 'PLACE'" in text
    assert "table 'ssda903.episodes' has no column 'LA'; give la= or add the column" in text
    assert "table 'ssda903.sw_episodes' has no column 'SW_ID', which exists in returns from 2023-24" in text


@pytest.mark.parametrize(
    "twice",
    [
        lambda t: pd.concat([t, t["DEC"]], axis=1),
        lambda t: t.assign(dec=None),
        lambda t: pa.Table.from_arrays(
            [*pa.Table.from_pandas(t).columns, pa.array(t["DEC"])], [*t.columns, "DEC"]
        ),
        lambda t: pl.DataFrame(t).with_columns(pl.lit("").alias("dec ")),
    ],
    ids=["pandas", "pandas by case", "pyarrow", "polars by space"],
)
def test_columns_found_twice_are_refused(twice: Callable[[pd.DataFrame], Any]) -> None:
    with pytest.raises(
        InputError, match=r"table 'ssda903\.episodes': columns found twice: DEC; rename or drop one"
    ):
        csc.Data({"ssda903.episodes": twice(frame("ssda903.episodes", EPISODES))})


@pytest.mark.parametrize("year", ["2023-24", "2023/24", 202324, 24, "this", 2024.5])
def test_a_return_year_that_cannot_be_read_is_refused(year: Any) -> None:
    episodes = frame("ssda903.episodes", EPISODES).assign(YEAR=year)
    with pytest.raises(
        InputError, match="YEAR cannot be read in 7 rows; needed the year ending 31 March"
    ) as caught:
        csc.Data({"ssda903.episodes": episodes})
    assert str(year) not in str(caught.value).replace("such as 2024", "")


# ---- authority and year -------------------------------------------------------------------------------


def test_the_authority_may_be_given() -> None:
    episodes = frame("ssda903.episodes", EPISODES)
    for given in ("E08000003", 301):
        found = csc.Data({"ssda903.episodes": episodes.drop(columns="LA")}, la=given)  # type: ignore[arg-type]
        assert found.areas == (str(given),)
    assert csc.Data({"ssda903.episodes": episodes}, la="E08000003").areas == ("A", "B")


def test_blank_authorities_are_filled_with_the_one_given_or_set_aside() -> None:
    episodes = frame("ssda903.episodes", EPISODES)
    episodes.loc[episodes["LA"] == "B", "LA"] = None
    assert csc.Data({"ssda903.episodes": episodes}, la="C").areas == ("A", "C")
    found = csc.Data({"ssda903.episodes": episodes})
    assert found.areas == ("A",)
    assert _problem(found, "missing_la") == (1, 1)


def _problem(found: csc.Data, code: str) -> tuple[int, int]:
    rows = found.problems[found.problems["code"] == code]
    assert len(rows) == 1, list(found.problems["code"])
    return int(rows["rows"].iloc[0]), int(rows["set_aside"].iloc[0])


def test_a_year_may_be_given_for_frames_without_one() -> None:
    episodes = frame("ssda903.episodes", EPISODES).query("YEAR == '2024'").drop(columns="YEAR")
    found = csc.Data({"ssda903.episodes": episodes}, year=2024)
    assert found.cover("ssda903.episodes") == {"A": {2024}, "B": {2024}}
    assert "year_inferred" not in set(found.problems["code"])


def test_the_year_of_one_return_is_told_by_its_exits() -> None:
    """Two exits of the year ending 2024; the starts of 2021 do not count."""
    episodes = frame("ssda903.episodes", EPISODES).query("YEAR == '2024'").drop(columns="YEAR")
    found = csc.Data({"ssda903.episodes": episodes})
    assert found.cover("ssda903.care") == {"A": {2024}, "B": {2024}}
    assert _problem(found, "year_inferred") == (5, 0)
    text = "5 rows without YEAR; taken as year ending 2024 from their authority's dates"
    assert text in set(found.problems["message"])


def test_years_are_told_authority_by_authority() -> None:
    """A's only exit lies in the year ending 2023, B's in the next: neither speaks for the other's year."""
    episodes = """
        A 1 - 2021-05-01 S C2 N1 U4 2022-06-01 E4A
        B 1 - 2022-05-01 S C2 N1 U4 2023-06-01 E4A
    """
    found = csc.Data({"ssda903.episodes": frame("ssda903.episodes", episodes).drop(columns="YEAR")})
    assert found.cover("ssda903.care") == {"A": {2023}, "B": {2024}}


def test_repeated_rows_of_a_module_are_set_aside() -> None:
    """Two equal rows of one return count once; the row of the older return gives way to the newer one's."""
    missing = "A 1 2024 M 2023-05-01 2023-05-02\nA 1 2024 M 2023-05-01 2023-05-02\nA 1 2023 M 2023-05-01 -"
    tables = {
        "ssda903.episodes": frame("ssda903.episodes", EPISODES),
        "ssda903.missing": frame("ssda903.missing", missing),
    }
    found = csc.Data(tables)
    assert _problem(found, "duplicate_row") == (1, 1)
    kept = found.tables.set_index("table").loc["ssda903.missing"]
    assert (kept["rows"], kept["rows_kept"], kept["rows_set_aside"]) == (3, 1, 2)


def test_a_history_without_years_covers_the_years_of_its_exits() -> None:
    history = """
        A 1 - 2019-05-01 S C2 N1 U4 2020-06-01 E4A
        A 2 - 2019-05-01 S C2 N1 U4 2021-06-01 E4A
        A 3 - 2019-05-01 S C2 N1 U4 2022-06-01 E4A
        A 4 - 2023-05-01 S C2 N1 U4 -          -
    """
    found = csc.Data({"ssda903.episodes": frame("ssda903.episodes", history).drop(columns="YEAR")})
    assert found.cover("ssda903.care") == {"A": {2021, 2022, 2023, 2024}}
    assert "taken as years ending 2021 to 2024" in found.problems["message"].iloc[0]
    days = [csc.Window.snapshot(day) for day in ("2020-03-31", "2021-03-31", "2024-03-31")]
    result = csc.calculate("cla_stock_number", found, days)
    assert cells(result, "value", "status") == [(None, "incomplete"), (2, "ok"), (1, "ok")]


@pytest.mark.parametrize("mistyped", ["2052-06-01", "1952-06-01"])
def test_a_date_mistyped_by_decades_covers_nothing(mistyped: str) -> None:
    history = f"""
        A 1 - 2019-05-01 S C2 N1 U4 2020-06-01 E4A
        A 2 - 2019-05-01 S C2 N1 U4 2021-06-01 E4A
        A 3 - 2019-05-01 S C2 N1 U4 2022-06-01 E4A
        A 4 - 2019-05-01 S C2 N1 U4 {mistyped} E4A
        A 5 - 2023-05-01 S C2 N1 U4 -          -
    """
    found = csc.Data({"ssda903.episodes": frame("ssda903.episodes", history).drop(columns="YEAR")})
    assert found.cover("ssda903.care") == {"A": {2021, 2022, 2023, 2024}}


def test_oc2_needs_to_know_its_year() -> None:
    frames = text_frames()
    frames["ssda903.oc2"] = frames["ssda903.oc2"].drop(columns="YEAR")
    with pytest.raises(
        InputError, match=r"ssda903\.oc2: needed a column YEAR .* do not show a single return year"
    ):
        csc.Data(frames)
    frames["ssda903.episodes"] = frames["ssda903.episodes"].query("YEAR == '2024'")
    assert csc.Data(frames).cover("ssda903.oc2") == {"A": {2024}}


def test_tables_speak_for_the_returns_at_hand() -> None:
    """B has returned nobody as missing: that is no gap. It has no OC2: that is one."""
    found = csc.Data(text_frames())
    assert found.cover("ssda903.incidents") == {"A": {2023, 2024}, "B": {2024}}
    assert found.cover("ssda903.oc2") == {"A": {2024}}


# ---- values that cannot be read -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "date",
    ["01/05/23", "1 May 2023", "May", "31/02/2023", "2023-02-31", "2023-13-01", "13/13/2023", "00/05/2023",
     "05/31/2023", "20230501", "45047", "0023-05-01", "2123-05-01", "9999-12-31", "?"],
)  # fmt: skip
def test_a_date_that_cannot_be_read_is_counted_never_guessed(date: str) -> None:
    episodes = frame("ssda903.episodes", EPISODES)
    episodes.loc[4, "DECOM"] = date
    found = csc.Data({"ssda903.episodes": episodes})
    assert _problem(found, "unreadable_date") == (1, 0)
    assert _problem(found, "missing_decom") == (1, 1)
    ends = frame("ssda903.episodes", EPISODES)
    ends.loc[4, "DEC"] = date
    open_now = csc.Data({"ssda903.episodes": ends})
    assert _problem(open_now, "unreadable_date") == (1, 0)
    assert cells(csc.calculate("cla_stock_number", open_now, csc.Window.snapshot("2024-03-31")), "value") == [
        (4,)
    ]
    assert not open_now.problems["message"].str.contains(date, regex=False).any()


@pytest.mark.parametrize("blank", ["", "  ", None, float("nan"), pd.NA])
def test_blanks_are_no_problem(blank: Any) -> None:
    episodes = frame("ssda903.episodes", EPISODES)
    episodes["DEC"] = [blank if value is None else value for value in episodes["DEC"]]
    episodes["REC"] = [blank if value is None else value for value in episodes["REC"]]
    found = csc.Data({"ssda903.episodes": episodes})
    assert not found.problems["code"].str.startswith("unreadable").any()
    assert cells(csc.calculate("cla_stock_number", found, csc.Window.snapshot("2024-03-31")), "value") == [
        (3,)
    ]


def test_a_number_that_is_none_is_counted() -> None:
    oc2 = "A 10 2024 high - 0 - 1 1 1 0\nA 11 2024 14.5 - 0 - 1 1 1 0\nA 12 2024 14.0 - 0 - 1 1 1 0"
    found = data(EPISODES, oc2=oc2)
    assert _problem(found, "unreadable_integer") == (2, 0)
    assert found.local("ssda903.oc2").sort("KEY")["SDQ_SCORE"].to_list() == [None, None, 14]


def test_codes_are_read_whatever_their_case_and_space() -> None:
    episodes = frame("ssda903.episodes", EPISODES)
    episodes["PLACE"] = [" u4", "K2 ", "U4", "k2", "u4\t", "U1", "a4"]
    found = csc.Data({"ssda903.episodes": episodes})
    assert "unknown_code" not in set(found.problems["code"])
    result = csc.calculate("foster_share_pct", found, csc.Window.snapshot("2024-03-31"))
    assert cells(result, "numerator", "denominator") == [(1, 3)]


def test_unknown_and_retired_codes_are_kept_and_counted() -> None:
    episodes = frame("ssda903.episodes", EPISODES)
    episodes.loc[:1, "PLACE"] = "X9"
    episodes.loc[4:5, "PLACE"] = "P2"
    found = csc.Data({"ssda903.episodes": episodes.assign(YEAR="2025")})
    said = found.problems.set_index("code")["message"]
    assert said["unknown_code"].startswith("PLACE: 2 rows hold codes that are not in the list")
    assert "X9" not in said["unknown_code"]
    assert said["retired_code"] == "PLACE: 2 rows hold codes (P2) in returns after their years; they are kept"


def test_rows_without_a_key_are_set_aside_and_counted() -> None:
    episodes = frame("ssda903.episodes", EPISODES)
    episodes.loc[0, "CHILD"] = " "
    episodes.loc[1, "CHILD"] = None
    episodes.loc[2, "DECOM"] = None
    found = csc.Data({"ssda903.episodes": episodes})
    assert _problem(found, "missing_child") == (2, 2)
    assert _problem(found, "missing_decom") == (1, 1)


def test_a_missing_number_is_no_child() -> None:
    episodes = frame("ssda903.episodes", EPISODES)
    children = pl.Series([10.0, float("nan"), 10.0, 10.0, 12.0, 13.0, 10.0])
    found = csc.Data({"ssda903.episodes": pl.DataFrame(episodes).with_columns(CHILD=children)})
    assert _problem(found, "missing_child") == (1, 1)


# ---- nothing is lost without a word -------------------------------------------------------------------

SPOILT = """
    A 10 2023 2021-05-01 S C2 N1 U4 -          -
    A 10 2024 2021-05-01 S C2 N1 U4 2023-08-01 X1
    A 10 2024 2023-08-01 P C2 N1 K2 -          -
    A 10 2024 2023-08-01 P C2 N1 K2 -          -
    A 11 2024 2023-05-01 S C2 N1 U4 2023-05-01 E4A
    A 12 2024 2023-05-01 S V4 N1 U4 2023-05-03 E8
    A 13 2024 2023-06-01 S C2 N1 U4 2023-07-01 E4A
    A 13 2024 2023-06-01 S C2 N1 U4 2023-06-15 E4A
    A -  2024 2023-06-01 S C2 N1 U4 -          -
    A 14 2024 31/06/2023 S C2 N1 U4 -          -
    - 15 2024 2023-06-01 S C2 N1 U4 -          -
"""
"""Kept: A 10 twice (2024), A 13 once. Set aside: a superseded row, a duplicate, a night of no length, a short
break, a key used twice, and three rows without a key."""


def test_rows_read_are_kept_or_set_aside() -> None:
    found = data(
        SPOILT,
        header="A 10 2024 1 2010-05-01 WBRI\n- 10 2024 1 2010-05-01 WBRI\nA - 2024 1 2010-05-01 WBRI",
        uasc="A 10 2024 -\nA - 2024 -",
        missing="A 10 2024 M 2023-06-01 -\nA 10 2024 M soon -\nA 10 2024 - 2023-06-01 -",
        oc2="A 10 2024 14 - 0 - 1 1 1 0\n- 10 2024 14 - 0 - 1 1 1 0",
    )
    tables = found.tables.set_index("table")
    assert (tables["rows"] == tables["rows_kept"] + tables["rows_set_aside"]).all()
    assert tables["rows"].to_dict() == {
        "ssda903.episodes": 11, "ssda903.header": 3, "ssda903.uasc": 2, "ssda903.missing": 3, "ssda903.oc2": 2,
    }  # fmt: skip
    kept = {name: found.local(name).height for name in ("ssda903.rows", "ssda903.children", "ssda903.uasc")}
    kept |= {"ssda903.missing": found.local("ssda903.incidents").height, "ssda903.oc2": 1}
    assert kept == {
        "ssda903.rows": 3, "ssda903.children": 1, "ssda903.uasc": 1, "ssda903.missing": 1, "ssda903.oc2": 1,
    }  # fmt: skip
    assert tables["rows_kept"].to_list() == list(kept.values())
    codes = found.problems[found.problems["table"] == "ssda903.episodes"].set_index("code")["set_aside"]
    assert codes[codes > 0].to_dict() == {
        "missing_la": 1, "missing_child": 1, "missing_decom": 1, "superseded": 1, "duplicate_row": 1,
        "duplicate_key": 1, "zero_nights": 1, "short_break": 1,
    }  # fmt: skip


def test_every_row_that_is_set_aside_says_so_once() -> None:
    found = data(SPOILT)
    first, again = found.problems, found.problems
    assert first.equals(again)
    assert int(first["set_aside"].sum()) == 8
    assert list(first.columns) == ["code", "table", "rows", "message", "set_aside"]


def test_tables_say_what_is_there() -> None:
    found = csc.Data(text_frames())
    assert found.tables.to_dict("records")[0] == {
        "table": "ssda903.episodes", "rows": 7, "rows_kept": 6, "rows_set_aside": 1, "authorities": 2,
        "years": "2023, 2024",
    }  # fmt: skip
    assert repr(found) == (
        "Data(ssda903.episodes, ssda903.header, ssda903.missing, ssda903.oc2; 2 authorities)"
    )


def test_a_table_without_rows_is_a_table() -> None:
    frames = text_frames()
    frames["ssda903.missing"] = frames["ssda903.missing"].head(0)
    result = csc.calculate("missing_children_pct", csc.Data(frames), YEAR, by="LA")
    assert cells(result, "area", "numerator", "denominator", "status") == [
        ("all", 0, 4, "ok"), ("A", 0, 3, "ok"), ("B", 0, 1, "ok"),
    ]  # fmt: skip


def test_without_any_row_there_are_no_data() -> None:
    empty = csc.Data({"ssda903.episodes": frame("ssda903.episodes", EPISODES).head(0)})
    assert empty.areas == ()
    result = csc.calculate("cla_stock_number", empty, YEAR, by="LA")
    assert cells(result, "area", "value", "status") == [("all", None, "no_data")]


# ---- no value of a row leaves -------------------------------------------------------------------------

MARK = "ZQX7MARKER"


def _everything(table: str, values: dict[str, Any] | None = None) -> pd.DataFrame:
    """Two rows of a table with the marker in every column that is not part of its key."""
    declared = TABLES[table]
    rows = {name: [MARK, MARK] for name in (*declared.names, "EXTRA")}
    rows |= {name: ["2023-05-01", "2023-05-02"] for name in declared.key if name in declared.dates}
    rows |= {"CHILD": [f"{MARK}1", f"{MARK}2"], "LA": ["A", "A"], "YEAR": ["2024", "2024"]}
    return pd.DataFrame(rows | (values or {}))


def _said(found: csc.Data) -> str:
    cohort = pd.DataFrame(
        {"LA": ["A", "A"], "CHILD": [MARK, f"{MARK}1"], "index_date": ["2023-06-01", "1901-01-01"]}
    )
    texts = [found.problems.to_csv(), found.tables.to_csv(), repr(found)]
    by_needs = {measure.needs: measure.id for measure in OF_SSDA903}
    for spans in (YEAR, csc.Windows.per_child(cohort, follow_up_months=3)):
        ids = list(by_needs.values()) if spans is YEAR else ["cla_stock_number", "missing_children_pct"]
        result = csc.calculate(ids, found, spans, by=["LA", "age_band", "legal_status", "sex"])
        texts += [result.frame.to_csv(), result.notes.to_csv()]
    return "\n".join(texts)


def test_no_value_of_a_row_is_said() -> None:
    frames = {f"ssda903.{name}": _everything(name) for name in TABLES if name != "dolo"}
    text = _said(csc.Data(frames))
    assert "not in the list" in text
    assert "cannot be read" in text
    assert "without a (readable)" not in text
    assert MARK not in text


@pytest.mark.parametrize("column", [*TABLES["episodes"].names, "YEAR", "LA"])
def test_no_value_of_a_row_is_in_an_error(column: str) -> None:
    frames = text_frames()
    frames["ssda903.episodes"][column] = [f"{MARK}{number}" for number in range(7)]
    try:
        found = csc.Data(frames)
    except InputError as error:
        assert MARK not in str(error)
        assert column in str(error)
    else:
        assert MARK not in found.problems.to_csv()


def test_no_value_of_a_population_is_in_an_error() -> None:
    estimates = pd.DataFrame({"LA": [MARK, MARK], "YEAR": [2023, 2023], "population": [f"{MARK}", 5]})
    found = csc.Data({"ssda903.episodes": frame("ssda903.episodes", EPISODES), "population": estimates})
    result = csc.calculate("cla_stock_rate_10k", found, YEAR)
    assert MARK not in result.notes.to_csv() + found.problems.to_csv() + found.tables.to_csv()
    with pytest.raises(InputError) as caught:
        csc.Data({"population": estimates.assign(population=[4, 5])})
    assert MARK not in str(caught.value)
