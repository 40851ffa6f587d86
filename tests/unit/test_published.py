"""Published files: figures become numbers, symbols stand beside them, and no symbol ever becomes a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csc_outcomes as csc
from csc_outcomes.errors import ReadError
from csc_outcomes.sources.population import population
from csc_outcomes.sources.published import Symbol, read_published

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SPELLINGS = {
    Symbol.SUPPRESSED: ["c", "[c]", "C"],
    Symbol.ROUNDS_TO_ZERO: ["k", "low", "[k]", "[low]", "~", "[LOW]"],
    Symbol.NOT_APPLICABLE: ["z", "[z]"],
    Symbol.NOT_AVAILABLE: ["x", "[x]", ":", "..", "-"],
    Symbol.UNRELIABLE: ["u", "[u]"],
}
ALL_SPELLINGS = [spelling for spellings in SPELLINGS.values() for spelling in spellings]

TIDY = """\
time_period,geographic_level,region_code,old_la_code,la_name,population_type,children_count,rate_per_10000
202425,National,,,,Looked after,"81,770",67
202425,Regional,E12000001,,,Looked after,6010,111
202425,Local authority,,301,Fictown,Looked after,0,0
202425,Local authority,,302,"Saint, Fictown",Looked after,c,c
202425,Local authority,,303,Fictham,Looked after,,k
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """Write a file and read it."""

    def written(content: str | bytes, **options: object) -> pd.DataFrame:
        file = tmp_path / "figures.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_published(file, **options)  # type: ignore[arg-type]

    return written


def cells(column: pd.Series[object]) -> list[object]:
    return [None if pd.isna(cell) else cell for cell in column]  # type: ignore[call-overload]


# ---- rows, columns, kinds -------------------------------------------------------------------------------


def test_columns_keep_their_order_and_each_column_of_figures_has_its_symbols_beside_it(read) -> None:
    assert list(read(TIDY)) == [
        "time_period",
        "geographic_level",
        "region_code",
        "old_la_code",
        "la_name",
        "population_type",
        "children_count",
        "children_count_symbol",
        "rate_per_10000",
        "rate_per_10000_symbol",
    ]


def test_figures_are_numbers_and_symbols_and_blanks_are_missing(read) -> None:
    frame = read(TIDY)
    assert frame["children_count"].dtype == float
    assert cells(frame["children_count"]) == [81770, 6010, 0, None, None]
    assert cells(frame["children_count_symbol"]) == [None, None, None, "c", None]
    assert cells(frame["rate_per_10000"]) == [67, 111, 0, None, None]
    assert cells(frame["rate_per_10000_symbol"]) == [None, None, None, "c", "k"]


def test_codes_periods_and_names_stay_text(read) -> None:
    frame = read(TIDY)
    assert cells(frame["time_period"]) == ["202425"] * 5
    assert cells(frame["old_la_code"]) == [None, None, "301", "302", "303"]
    assert cells(frame["region_code"]) == [None, "E12000001", None, None, None]
    assert frame["la_name"][3] == "Saint, Fictown"


@pytest.mark.parametrize(
    "name",
    ["la_code", "LAD code", "school_urn", "Time period Sortable", "year", "Indicator ID", "age", "model", "date",
     "academic_year", "neighbour_old_la_code", "school_laestab", "geographic_level"],
)  # fmt: skip
def test_a_column_with_an_identifiers_name_stays_text(read, name: str) -> None:
    frame = read(f"{name},figure\n301,1\n302,2\n")
    assert cells(frame[name]) == ["301", "302"]
    assert list(frame) == [name, "figure", "figure_symbol"]


@pytest.mark.parametrize(
    "name", ["placements_during_year", "average_age", "3_months_or_less", "paid", "aged_16"]
)
def test_a_figure_whose_name_resembles_an_identifiers_is_a_figure(read, name: str) -> None:
    assert cells(read(f"la_code,{name}\n301,1.5\n302,x\n")[name]) == [1.5, None]


@pytest.mark.parametrize(
    "odd",
    [
        "007",
        "1,23",
        "12 34",
        "3 or more",
        "nan",
        "inf",
        "NA",
        "1e5",
        "1e+999",
        "1.2.3",
        "[r]",
        "*",
        "١٢",
        "--",
    ],
)
def test_a_column_with_a_cell_that_is_neither_number_nor_symbol_stays_text_as_printed(read, odd: str) -> None:
    frame = read(f'la_code,number\n301,12\n302,"{odd}"\n303,c\n')
    assert list(frame) == ["la_code", "number"]
    assert cells(frame["number"]) == ["12", odd, "c"]


@pytest.mark.parametrize(
    ("printed", "number"),
    [("0", 0), ("0.0", 0), ("-0", 0), ("12", 12), ("12.", 12), (".5", 0.5), ("-3.5", -3.5), ("+2", 2),
     ("1,234", 1234), ("1,234,567.8", 1234567.8), ("12.3%", 12.3), ("12 %", 12), (" 7 ", 7), ("1e+05", 100000),
     ("2.5e-03", 0.0025), ("\u22124", -4), ("163909740", 163909740)],
)  # fmt: skip
def test_numbers_as_they_are_printed(read, printed: str, number: float) -> None:
    frame = read(f'la_code,number\n301,"{printed}"\n')
    assert cells(frame["number"]) == [number]
    assert str(frame["number"][0])[0] != "-" or number < 0
    assert cells(frame["number_symbol"]) == [None]


# ---- symbols --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("symbol", Symbol)
def test_every_spelling_of_a_symbol_is_read_as_it(symbol: Symbol) -> None:
    assert {Symbol.read(spelling) for spelling in SPELLINGS[symbol]} == {symbol}
    assert Symbol.read(f" {symbol.value} ") is symbol
    assert symbol.meaning


@pytest.mark.parametrize("other", ["", "0", "1", "cc", "[r]", "[", "[:]", "none", None, float("nan"), 0, 0.0])
def test_nothing_else_is_a_symbol(other: object) -> None:
    assert Symbol.read(other) is None


@pytest.mark.parametrize("spelling", ALL_SPELLINGS)
def test_a_symbol_is_missing_never_a_number_and_is_kept_as_printed(read, spelling: str) -> None:
    frame = read(f"la_code,figure\n301,0\n302, {spelling} \n303,5\n")
    assert cells(frame["figure"]) == [0, None, 5]
    assert cells(frame["figure_symbol"]) == [None, spelling, None]


def test_a_column_of_symbols_alone_is_one_of_figures(read) -> None:
    frame = read("la_code,figure\n301,c\n302,x\n")
    assert frame["figure"].dtype == float
    assert frame["figure"].isna().all()
    assert cells(frame["figure_symbol"]) == ["c", "x"]


SPENDING = "old_la_code,cs_share_percent,cost_per_child,other\n301,12.5,1104,-300\n302,-300.0,-300,5\n"


def test_minus_300_in_the_spending_file_is_no_return(read) -> None:
    frame = read(SPENDING)
    assert cells(frame["cs_share_percent"]) == [12.5, None]
    assert cells(frame["cost_per_child"]) == [1104, None]
    assert cells(frame["cost_per_child_symbol"]) == [None, "[x]"]
    assert cells(frame["cs_share_percent_symbol"]) == [None, "[x]"]


def test_minus_300_is_a_number_anywhere_else(read) -> None:
    assert cells(read(SPENDING)["other"]) == [-300, 5]
    assert cells(read(SPENDING.replace("cs_share_percent", "share"))["cost_per_child"]) == [1104, -300]


# ---- round trips ----------------------------------------------------------------------------------------

numbers = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.integers(0, 10**9).map(lambda number: f"{number:,}"),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-10000, 10000, places=1).map(str),
)


@settings(deadline=None)
@given(st.lists(st.one_of(numbers, st.sampled_from(ALL_SPELLINGS), st.just("")), min_size=1, max_size=30))
def test_numbers_in_are_numbers_out_and_no_symbol_becomes_one(tmp_path_factory, printed: list[str]) -> None:
    file = tmp_path_factory.mktemp("published") / "figures.csv"
    file.write_text("la_code,figure\n" + "".join(f'301,"{cell}"\n' for cell in printed), encoding="utf-8")
    frame = read_published(file)
    expected = [None if cell in ("", *ALL_SPELLINGS) else float(cell.replace(",", "")) for cell in printed]
    assert cells(frame["figure"]) == expected
    assert cells(frame["figure_symbol"]) == [cell if cell in ALL_SPELLINGS else None for cell in printed]


def test_a_frame_saved_and_read_again_is_the_same(read) -> None:
    frame = read(TIDY)
    pd.testing.assert_frame_equal(read(frame.to_csv(index=False)), frame)


def test_a_column_of_symbols_that_a_file_keeps_beside_text_stays_text(read) -> None:
    frame = read("la_code,name,name_symbol\n301,A,c\n302,B,\n")
    assert list(frame) == ["la_code", "name", "name_symbol"]
    assert cells(frame["name_symbol"]) == ["c", None]


def test_a_population_file_read_this_way_serves_as_population(read) -> None:
    frame = read(
        "time_period,geographic_level,old_la_code,population_estimate\n2023,Local authority,301,1000\n"
        "2022,Local authority,301,x\n"
    )
    estimates = population(pl.from_pandas(frame)).to_dicts()
    assert [(row["LA"], row["YEAR"], row["POPULATION"]) for row in estimates] == [
        ("301", 2023, 1000),
        ("301", 2022, None),
    ]


# ---- encodings and separators ---------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_line_ends_and_separators(read, encoding: str, ending: str, separator: str) -> None:
    text = "la_code,la_name,figure\n301,Fíctown,12.5\n302,Fictham,c\n"
    frame = read(text.replace(",", separator).replace("\n", ending).encode(encoding))
    assert list(frame) == ["la_code", "la_name", "figure", "figure_symbol"]
    assert cells(frame["la_name"]) == ["Fíctown", "Fictham"]
    assert cells(frame["figure"]) == [12.5, None]


def test_space_around_names_and_nameless_columns_that_hold_nothing_are_left_out(read) -> None:
    assert list(read(" la_code , figure,,\n301,1,,\n")) == ["la_code", "figure", "figure_symbol"]


def test_a_file_without_rows_has_its_columns(read) -> None:
    frame = read("la_code,figure\n")
    assert list(frame) == ["la_code", "figure", "figure_symbol"]
    assert frame.empty


# ---- files that cannot be read --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty file"),
        (b"  \n", "empty file"),
        (b"PK\x03\x04rest", "Excel workbook or zip archive"),
        (b"\x1f\x8b\x08rest", "gzip archive"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook"),
        (b"\xef\xbb\xbf<!DOCTYPE html>\n<html></html>", "web page"),
        (b"a,b\n1,2\n3\n", "1 lines do not have the header's number of fields"),
        (b"Table 1: figures\n\na,b\n1,2\n", "lines above its header"),
        (b"Table 1,,\na,b,c\n1,2,3\n", "2 columns have no name"),
        (b"a,b,A\n1,2,3\n", "columns 1 and 3 have the same name"),
        (b"a\x81b,\x8d\n", "UTF-8, UTF-16 or Windows-1252"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(read, content: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message) as raised:
        read(content)
    assert "figures.csv" in str(raised.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        csc.read_published(tmp_path / "nothing.csv")
    with pytest.raises(ReadError, match="a folder"):
        csc.read_published(tmp_path)


def test_columns_a_caller_relies_on_are_all_named_when_they_are_missing(read) -> None:
    with pytest.raises(ReadError) as raised:
        read(TIDY, required=["rate_per_1000", "old_la_code", "number"])
    assert "column 'rate_per_1000' does not exist; did you mean rate_per_10000" in str(raised.value)
    assert "column 'number' does not exist" in str(raised.value)
    assert "old_la_code' does not" not in str(raised.value)
    assert len(read(TIDY, required=["rate_per_10000", "old_la_code"])) == 5


def test_no_message_shows_a_value(read) -> None:
    with pytest.raises(ReadError) as raised:
        read(b"a,b\nSECRET,2\nSECRET\n")
    assert "SECRET" not in str(raised.value)
