"""Files as they come: what `csc.read` makes of them, and what it says where it can make nothing of them."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.reading import recognised
from csc_outcomes.sources.csv_files import read_csv
from csc_outcomes.sources.registry import TABLES

LA = "E06000001"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\n"
STAYS = "1,01/05/2023,S,C2,N1,U4,,\n"
LEFT = "2,02/06/2023,S,V2,N1,U6,01/02/2024,E4A\n"
PLAIN = EPISODES + STAYS + LEFT
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
OC3 = "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM\n9,01/01/2004,YES,F2,B1\n"

Files = Mapping[str, str | bytes]


def folder(place: Path, files: Files) -> Path:
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return place


def read(place: Path, files: Files, *, la: str | None = LA, **options: Any) -> csc.Data:
    """What is read from a folder of such files."""
    return csc.read(folder(place, files), la=la, **options)


def rows(data: csc.Data, *columns: str, table: str = "raw:ssda903.episodes") -> list[tuple[Any, ...]]:
    """Cells of a table, codes as text, in the order of the children."""
    frame = data.local(table).with_columns(pl.col(pl.Categorical).cast(pl.String))
    return sorted(frame.select(columns).rows(), key=lambda row: tuple(map(str, row)))


def problems(data: csc.Data) -> dict[str, int]:
    """Rows concerned, by code of the problem."""
    return dict(zip(data.problems["code"], data.problems["rows"], strict=True))


def counts(data: csc.Data, table: str = "episodes") -> tuple[int, int, int]:
    """Rows read, kept and set aside."""
    row = data.tables.set_index("table").loc[f"ssda903.{table}"]
    return row["rows"], row["rows_kept"], row["rows_set_aside"]


def years(data: csc.Data, table: str) -> list[tuple[str, int]]:
    return sorted(set(rows(data, "CHILD", "YEAR", table=f"raw:ssda903.{table}")))


BOTH = [
    ("1", dt.date(2023, 5, 1), "S", "C2", "N1", "U4", None, None),
    ("2", dt.date(2023, 6, 2), "S", "V2", "N1", "U6", dt.date(2024, 2, 1), "E4A"),
]
CELLS = EPISODES.strip().split(",")


# ---- the same table, however it is written --------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(PLAIN.encode(), id="plain"),
        pytest.param(PLAIN.strip().encode(), id="no final newline"),
        pytest.param(b"\n\n" + PLAIN.encode(), id="blank lines first"),
        pytest.param(PLAIN.replace("\n", "\n\n").encode(), id="blank lines between"),
        pytest.param(PLAIN.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(PLAIN.replace("\n", "\r").encode(), id="CR"),
        pytest.param(PLAIN.encode("utf-8-sig"), id="UTF-8 with mark"),
        pytest.param(PLAIN.encode("utf-16"), id="UTF-16 with mark"),
        pytest.param(b"\xfe\xff" + PLAIN.encode("utf-16-be"), id="UTF-16 BE with mark"),
        pytest.param(PLAIN.encode("utf-16-le"), id="UTF-16 LE"),
        pytest.param(PLAIN.encode("utf-16-be"), id="UTF-16 BE"),
        pytest.param(PLAIN.replace(",", ";").encode(), id="semicolons"),
        pytest.param(PLAIN.replace(",", "\t").encode(), id="tabs"),
        pytest.param(PLAIN.replace("C2", '"C2"').encode(), id="quoted"),
        pytest.param(PLAIN.replace("CHILD,DECOM", '"child", Decom ').encode(), id="names in other case"),
        pytest.param(PLAIN.replace("C2", " c2 ").replace("E4A", "e4a").encode(), id="codes in other case"),
        pytest.param(
            PLAIN.replace("01/05/2023", "2023-05-01").replace("02/06/2023", "2023-06-02 00:00:00").encode(),
            id="ISO dates",
        ),
    ],
)
def test_ways_of_writing_the_same_table(tmp_path: Path, content: bytes) -> None:
    data = read(tmp_path, {"x.csv": content})
    assert rows(data, *CELLS) == BOTH
    assert data.problems.empty


def test_windows_1252_is_read_and_mentioned(tmp_path: Path) -> None:
    data = read(tmp_path, {"x.csv": (PLAIN + "é3,01/05/2023,S,C2,N1,U4,,\n").encode("cp1252")})
    assert [row[0] for row in rows(data, "CHILD")] == ["1", "2", "é3"]
    assert problems(data) == {"encoding": 3}


def test_the_file_s_name_and_further_columns_do_not_matter(tmp_path: Path) -> None:
    content = (
        "NOTES," + EPISODES.strip() + ",AGE\n" + "".join(f"n,{line},7\n" for line in (STAYS + LEFT).split())
    )
    data = read(tmp_path, {"sub/reviews.CSV": content})
    assert list(data.tables["table"]) == ["ssda903.episodes"]
    assert rows(data, *CELLS) == BOTH
    assert "AGE" not in data.local("raw:ssda903.episodes").columns


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_recognised_by_its_columns(name: str) -> None:
    table = TABLES[name]
    columns = [column.upper() for column in table.names]
    assert recognised(columns) == (name, [])
    assert recognised([*columns, "LA", "YEAR", "SOMETHING"]) == (name, [])
    as_collected = [column for column in columns if not column.startswith("PL_L") and column != "PL_DISTANCE"]
    assert recognised(as_collected) == (name, [])
    for column in table.required:
        found, lacking = recognised([other for other in as_collected if other != column.upper()])
        assert found != name or lacking in ([column], [])


def test_a_local_table_is_recognised_by_the_file_s_name_too() -> None:
    assert recognised(["LA", "CHILD", "ARM"], "cohort") == ("cohort", [])
    assert recognised(["LA", "CHILD", "ARM"], "children of the pilot") == ("", [])
    assert recognised(["LA", "CHILD", "START"], "events") == ("events", ["event"])


# ---- lines that are not as long as the header -----------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        pytest.param("3,01/05/20", 1, id="cut off"),
        pytest.param("3,01/05/2023,S,C2,N1,U4,,,\n", 1, id="a comma too many"),
        pytest.param("3,01/05/2023,S,C2,N1,U4,\n4,01/05/2023,S,C2,N1,U4,,,\n", 2, id="long and short"),
        pytest.param('"3\n4\n5",01/05/2023\n', 3, id="a quoted cell over three lines, and cut off"),
    ],
)
def test_uneven_lines_are_set_aside_and_counted(tmp_path: Path, line: str, lines: int) -> None:
    for content in (PLAIN + line, EPISODES + line.rstrip("\n") + "\n" + STAYS + LEFT):
        data = read(tmp_path, {"x.csv": content})
        assert rows(data, *CELLS) == BOTH
        assert problems(data) == {"uneven_line": lines}
        assert counts(data) == (2 + lines, 2, lines)


def test_one_line_too_long_and_one_too_short_do_not_cancel_out(tmp_path: Path) -> None:
    data = read(
        tmp_path, {"x.csv": EPISODES + "1,01/05/2023,S,C2,N1,U4,\n2,02/06/2023,S,V2,N1,U6,01/02/2024,E4A,\n"}
    )
    assert counts(data) == (2, 0, 2)


def test_quoted_commas_and_line_breaks_are_part_of_a_cell(tmp_path: Path) -> None:
    upns = (
        HEADER + '1,1,01/01/2010,WBRI,"A,1 ""x""",,\n2,2,01/01/2011,WBRI,"B\nC",,\n3,2,01/01/2012,WBRI,D,,\n'
    )
    data = read(tmp_path, {"header.csv": upns, "episodes.csv": PLAIN})
    assert rows(data, "UPN", table="raw:ssda903.header") == [('A,1 "x"',), ("B\nC",), ("D",)]
    assert problems(data) == {"joined_line": 1}


def test_two_stray_quotation_marks_that_swallow_rows_do_not_go_unnoticed(tmp_path: Path) -> None:
    swallowing = EPISODES + '1,01/05/2023,S,C2,N1,U4,,"\n' + LEFT + 'x",01/05/2023,S,C2,N1,U4,,\n' + LEFT
    data = read(tmp_path, {"x.csv": swallowing})
    found = problems(data)
    assert found.get("uneven_line", 0) + found.get("joined_line", 0) >= 2


@pytest.mark.parametrize("more", [1, 20_000])
def test_a_quotation_mark_that_is_never_closed_is_refused(tmp_path: Path, more: int) -> None:
    """It would swallow the rest of the file as one cell, however long."""
    with pytest.raises(csc.ReadError, match=r"x\.csv: a quotation mark from line 4 on is never closed"):
        read(tmp_path, {"x.csv": PLAIN + '"3,01/05/2023,S,C2,N1,U4,,\n' + LEFT * more})


def test_lines_are_told_apart_exactly(tmp_path: Path) -> None:
    """The quick count of separators finds the same lines as a reader that looks at each."""
    widths = (1, 2, 3)
    patterns = [[a, b, c] for a in widths for b in widths for c in widths]
    for number, pattern in enumerate(patterns):
        text = "A,B\n" + "\n".join(",".join("xyz"[:width]) for width in pattern)
        for ending in ("", "\n"):
            path = tmp_path / f"{number}.csv"
            path.write_text(text + ending)
            content = read_csv(path)
            assert (content.frame.height, content.uneven) == (pattern.count(2), 3 - pattern.count(2)), pattern


# ---- files that cannot be read --------------------------------------------------------------------------

XLSX = b"PK\x03\x04" + bytes(100)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("", r"needed a header line, found an empty file", id="empty"),
        pytest.param("\n \n", r"needed a header line, found an empty file", id="blank"),
        pytest.param("a,b,c\n1,2,3\n", r"not recognised .* 3 columns, .* know none", id="another file"),
        pytest.param("just some words\n", r"not recognised", id="prose"),
        pytest.param(XLSX, r"found an Excel workbook; save each sheet as a CSV file", id="workbook"),
        pytest.param(PLAIN.encode("utf-16")[:-1], r"bytes that are no UTF-16", id="half a character"),
        pytest.param(b"CHILD,DECOM\n\x81\x8d\n", r"UTF-8, UTF-16 or Windows-1252, found neither", id="bytes"),
        pytest.param(
            PLAIN.replace(",CIN", "").replace(",N1", ""),
            r"looks like table 'episodes' but lacks column CIN, which exists in returns from 2016-17",
            id="a column missing",
        ),
        pytest.param(
            PLAIN.replace("CIN", " rne "), r"columns 3 and 5 have the same name", id="a column twice"
        ),
        pytest.param(
            "CHILD,DOB,SW_DECOM,SW_DEC,SW_REASON\n",
            r"'sw_episodes' but lacks column SW_ID, which exists in returns from 2023-24",
            id="a column of later years missing",
        ),
    ],
)
def test_a_file_that_was_named_and_cannot_be_used(tmp_path: Path, content: str | bytes, message: str) -> None:
    folder(tmp_path, {"x.csv": content})
    with pytest.raises(csc.ReadError, match=rf"x\.csv: .*{message}"):
        csc.read(tmp_path / "x.csv", la=LA)


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    files = {"a.csv": "", "b.csv": "CHILD,SEX,ETHNIC,UPN\n", "c.xml": "<EXPSSDA903>", "d.csv": PLAIN}
    with pytest.raises(csc.ReadError, match="5 problems") as raised:
        csc.read(folder(tmp_path, files), tmp_path / "e.csv", la=LA, population=tmp_path / "d.csv")
    text = str(raised.value)
    for part in ("a.csv: needed a header", "'header' but lacks column DOB", "c.xml: needed well-formed XML"):
        assert part in text
    assert f"{tmp_path / 'e.csv'}: needed a file or folder, found nothing there" in text
    assert "d.csv: needed a population file (authority code, year, estimate)" in text


@pytest.mark.parametrize("suffix", ["csv", "xml"])
def test_a_file_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    folder(tmp_path, {f"x.{suffix}": PLAIN})

    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(
        csc.ReadError, match=rf"x\.{suffix}: needed a file that can be read, found: permission denied"
    ):
        csc.read(tmp_path / f"x.{suffix}", la=LA)


def test_no_path_and_no_table(tmp_path: Path) -> None:
    with pytest.raises(csc.InputError, match="needed at least one file or folder"):
        csc.read(la=LA)
    with pytest.raises(csc.ReadError, match="no table found in 0 files"):
        csc.read(tmp_path, la=LA)
    with pytest.raises(csc.ReadError, match=r"no table found in 1 files(.|\n)*x\.csv: not recognised"):
        read(tmp_path, {"x.csv": "a,b\n1,2\n"})


def test_strangers_in_a_folder_are_ignored_and_mentioned(tmp_path: Path) -> None:
    strangers = {
        "stock.csv": "a,b\n1,2\n3,4\n",
        "cin/census.xml": "<Message><Children/></Message>",
        "episodes.xlsx": XLSX,
        "LICENSE": "free",
    }
    hidden = {
        ".cache/episodes.csv": PLAIN,
        "~$episodes.csv": PLAIN,
        ".episodes.csv": "",
        "a/.git/b/x.csv": PLAIN,
    }
    data = read(tmp_path, {"episodes.csv": PLAIN, **strangers, **hidden})
    assert counts(data) == (2, 2, 0)
    found = data.problems.set_index("code")["message"]
    assert list(found.index) == ["not_recognised", "not_recognised", "not_read"]
    assert "census.xml: needed the root element EXPSSDA903" in found.iloc[0]
    assert "stock.csv: not recognised" in found.iloc[1]
    assert "2 files" in found["not_read"] and ".xlsx" in found["not_read"]
    with pytest.raises(csc.ReadError, match=r"census\.xml: needed the root element"):
        csc.read(tmp_path / "episodes.csv", tmp_path / "cin/census.xml", la=LA)


def test_a_header_without_rows(tmp_path: Path) -> None:
    data = read(tmp_path, {"episodes.csv": PLAIN, "oc3.csv": OC3.split("\n")[0]})
    assert counts(data, "oc3") == (0, 0, 0)
    assert problems(data) == {"no_rows": 0}
    result = csc.calculate(
        ["care_leaver_suitable_accom_pct", "cla_stock_number"], data, csc.Window.year_to("2024-03-31")
    )
    assert list(result.frame["status"]) == ["no_data", "ok"]
    nothing = csc.calculate(
        "cla_stock_number", read(tmp_path / "empty", {"x.csv": EPISODES}), csc.Window.snapshot("2024-03-31")
    )
    assert list(nothing.frame["status"]) == ["no_data"]


def test_a_file_is_read_once_however_often_it_is_named(tmp_path: Path) -> None:
    folder(tmp_path, {"x.csv": PLAIN})
    assert counts(csc.read(tmp_path, tmp_path / "x.csv", tmp_path / ".." / tmp_path.name, la=LA)) == (2, 2, 0)


# ---- dates ----------------------------------------------------------------------------------------------


def test_text_where_a_date_belongs(tmp_path: Path) -> None:
    data = read(
        tmp_path, {"x.csv": PLAIN + "3,soon,S,C2,N1,U4,,\n" + "4,01/05/2023,S,C2,N1,U4,31/02/2024,E4A\n"}
    )
    assert problems(data)["unreadable_date"] == 1
    assert list(data.problems["code"]).count("unreadable_date") == 2
    assert counts(data) == (4, 3, 1)
    assert ("4", None) in rows(data, "CHILD", "DEC")


def test_years_of_two_digits_are_no_dates(tmp_path: Path) -> None:
    data = read(tmp_path, {"x.csv": PLAIN.replace("/2023", "/23").replace("/2024", "/24")})
    assert counts(data) == (2, 0, 2)
    assert (
        csc.calculate("cla_stock_number", data, csc.Window.snapshot("2024-03-31")).frame["status"][0]
        == "no_data"
    )


def test_the_order_of_day_and_month_is_never_guessed(tmp_path: Path) -> None:
    """A file of one month-first date among others is not read month first, nor that date day last."""
    data = read(tmp_path, {"x.csv": EPISODES + "1,03/04/2023,S,C2,N1,U4,,\n2,04/25/2023,S,C2,N1,U4,,\n"})
    assert rows(data, "CHILD", "DECOM") == [("1", dt.date(2023, 4, 3))]
    assert problems(data) == {"unreadable_date": 1, "missing_decom": 1}


# ---- whose return it is, and of which year --------------------------------------------------------------


def stay(year: int, child: str = "1") -> str:
    """Episodes of one return: a stay that ends in it."""
    return EPISODES + f"{child},01/05/{year - 1},S,C2,N1,U4,01/02/{year},E4A\n"


@pytest.mark.parametrize(
    "names",
    [
        ("2022-23/{}.csv", "2023-24/{}.csv"),
        ("2022_2023/{}.csv", "2023_2024/{}.csv"),
        ("2022-{}.csv", "2023-{}.csv"),  # as the year it began
        ("{}_2023.csv", "{}_2024.csv"),  # as the year it ended
        ("SSDA903 2022_23 {}.csv", "SSDA903 2023_24 {}.csv"),
        ("first/{}.csv", "second/{}.csv"),
    ],
)
def test_several_years_in_one_folder(tmp_path: Path, names: tuple[str, str]) -> None:
    """Modules without a date of their own go with the episodes beside them."""
    files = {}
    for number, name in enumerate(names):
        files[name.format("episodes")] = stay(2023 + number, str(number))
        files[name.format("oc3")] = OC3
    data = read(tmp_path, files)
    assert years(data, "episodes") == [("0", 2023), ("1", 2024)]
    assert years(data, "oc3") == [("9", 2023), ("9", 2024)]
    assert data.cover("ssda903.oc3") == {LA: frozenset({2023, 2024})}


def test_returns_of_two_years_in_one_folder_without_a_year_in_their_names(tmp_path: Path) -> None:
    """The older file leaves the row open that the newer one closes: the newer one is used."""
    older = EPISODES + "1,01/05/2022,S,C2,N1,U4,,\n2,02/05/2022,S,C2,N1,U4,01/03/2023,E4A\n"
    newer = EPISODES + "1,01/05/2022,S,C2,N1,U4,01/05/2023,E4A\n"
    data = read(tmp_path, {"older.csv": older, "newer.csv": newer})
    assert years(data, "episodes") == [("1", 2023), ("1", 2024), ("2", 2023)]
    stock = csc.calculate("cla_stock_number", data, [csc.Window.snapshot(f"{y}-03-31") for y in (2023, 2024)])
    assert list(stock.frame["numerator"]) == [1, 0]


def test_a_file_without_an_exit_goes_with_the_files_beside_it(tmp_path: Path) -> None:
    data = read(tmp_path, {"a.csv": stay(2024), "b.csv": EPISODES + "7,01/05/2019,S,C2,N1,U4,,\n"})
    assert years(data, "episodes") == [("1", 2024), ("7", 2024)]


def test_an_extract_of_several_years_is_told_apart_from_a_return(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        {"all.csv": EPISODES + "".join(stay(y, str(y)).split("\n", 1)[1] for y in range(2020, 2025))},
    )
    assert problems(data) == {"year_inferred": 5}
    assert data.cover("ssda903.care") == {LA: frozenset(range(2020, 2025))}


def test_the_path_names_the_year_where_no_date_tells_it(tmp_path: Path) -> None:
    assert years(read(tmp_path / "a", {"2023-24/oc3.csv": OC3}), "oc3") == [("9", 2024)]
    assert years(read(tmp_path / "b", {"oc3.csv": OC3}, year=2024), "oc3") == [("9", 2024)]
    for name in ("oc3.csv", "2024/oc3.csv", "2023-09-30 oc3.csv", "2023-25/oc3.csv"):
        with pytest.raises(csc.InputError, match=r"oc3: needed a column YEAR .* give year="):
            read(tmp_path / name.replace("/", " "), {name: OC3})


def test_a_column_or_the_caller_may_state_the_year(tmp_path: Path) -> None:
    stated = PLAIN.replace("REC\n", "REC,YEAR\n").replace(",\n", ",,2025\n").replace("E4A\n", "E4A,2024\n")
    assert years(read(tmp_path, {"x.csv": stated}), "episodes") == [("1", 2025), ("2", 2024)]
    assert years(read(tmp_path / "b", {"x.csv": PLAIN}, year=2025), "episodes") == [("1", 2025), ("2", 2025)]
    with pytest.raises(
        csc.InputError, match=r"YEAR cannot be read in 1 rows; needed the year ending 31 March"
    ):
        read(tmp_path / "c", {"x.csv": stated.replace("2025", "2024-25")})


def test_the_authority_is_told_by_the_path(tmp_path: Path) -> None:
    data = read(tmp_path, {"E08000003/2023-24/x.csv": PLAIN, "E06000001_episodes.csv": PLAIN}, la=None)
    assert data.areas == ("E06000001", "E08000003")
    assert counts(data) == (4, 4, 0)


def test_a_column_states_the_authority_and_la_fills_its_blanks(tmp_path: Path) -> None:
    stated = PLAIN.replace("REC\n", "REC,LA\n").replace(",\n", ",,B\n").replace("E4A\n", "E4A,\n")
    assert rows(read(tmp_path / LA, {"x.csv": stated}), "CHILD", "LA") == [("1", "B"), ("2", LA)]
    data = read(tmp_path / LA, {"x.csv": stated}, la=None)
    assert counts(data) == (2, 1, 1)
    assert problems(data) == {"missing_la": 1}


@pytest.mark.parametrize("name", ["x.csv", "E01000001/x.csv", "E060000012/x.csv", "XE06000001.csv"])
def test_an_authority_that_nothing_tells(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        csc.InputError, match=r"authority of 2 tables is not known \((oc3|\w+)\.csv, \w+\.csv\): give la="
    ):
        read(tmp_path, {name: PLAIN, "oc3.csv": OC3}, la=None)


def test_one_authority_given_for_files_of_two(tmp_path: Path) -> None:
    """Their children's ids may be the same and would become one child."""
    files = {f"{code}/x.csv": PLAIN for code in ("E06000001", "E08000003")}
    with pytest.raises(csc.InputError, match=r"paths name 2 \(E06000001, E08000003\): leave la= out"):
        read(tmp_path, files, la="E06000001")


def test_missing_incidents_are_known_only_for_years_that_have_the_file(tmp_path: Path) -> None:
    missing = "CHILD,DOB,MISSING,MIS_START,MIS_END\n"
    files = {"a/episodes.csv": stay(2023), "a/missing.csv": missing, "b/episodes.csv": stay(2024)}
    data = read(tmp_path, files)
    windows = [csc.Window.year_to(f"{year}-03-31") for year in (2023, 2024)]
    found = csc.calculate("missing_children_number", data, windows).frame
    assert list(found["status"]) == ["ok", "incomplete"]
    stated = "".join(f"{line},{tail}\n" for line, tail in (
        (missing.strip(), "LA,YEAR"),
        ("1,01/01/2010,M,01/06/2022,02/06/2022", "B,2023"),
        ("1,01/01/2010,M,01/06/2023,02/06/2023", "B,2024"),
    ))  # fmt: skip
    episodes = "".join(
        stay(y).replace("REC", "REC,LA,YEAR").replace("E4A", f"E4A,B,{y}") for y in (2023, 2024)
    )
    episodes = episodes.replace("E4A,B,2023\nCHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC,LA,YEAR", "E4A,B,2023")
    data = read(tmp_path / "2023-24", {"missing.csv": stated, "episodes.csv": episodes})
    found = csc.calculate("missing_children_number", data, windows, by="LA").frame
    assert list(found["status"]) == ["ok"] * 4
    assert list(found["numerator"]) == [1] * 4


# ---- XML ------------------------------------------------------------------------------------------------

CHILD = (
    "<CHILD><HEADER><CHILDID>007</CHILDID><UPN>UN1</UPN><SEX>1</SEX><DOB>01/05/2006</DOB><ETHNIC>WBRI</ETHNIC>"
    "<UASC>1</UASC><DUC /><AMISSING><MISSING>M</MISSING><MIS_START>01/06/2023</MIS_START><MIS_END /></AMISSING>"
    "<AMISSING><MISSING>A</MISSING><MIS_START>01/07/2023</MIS_START><MIS_END>02/07/2023</MIS_END></AMISSING>"
    "<AREVIEW><REVIEW>03/08/2023</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>"
    "<OC2><SDQ_SCORE>12</SDQ_SCORE><CONVICTED>0</CONVICTED></OC2>"
    "<IN_TOUCH>YES</IN_TOUCH><ACTIV>F2</ACTIV><ACCOM>B1</ACCOM></HEADER>"
    "<EPISODE><DECOM>01/05/2023</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>U4</PL><DEC>01/06/2023</DEC>"
    "<REC>X1</REC></EPISODE><EPISODE><DECOM>01/06/2023</DECOM><RNE>P</RNE><LS>C2</LS><CIN>N1</CIN><PL>K2</PL>"
    "<DEC /><REC></REC></EPISODE></CHILD>"
)
BARE = "<CHILD><HEADER><CHILDID>8</CHILDID><DOB>01/05/2010</DOB></HEADER></CHILD>"
STARTS = [("007", dt.date(2023, 5, 1), "U4", "X1"), ("007", dt.date(2023, 6, 1), "K2", None)]


def xml(children: str, *, before: str = "", root: str = "EXPSSDA903") -> str:
    return f"<?xml version='1.0'?>{before}<{root}>{children}</{root.split()[0]}>"


def starts(data: csc.Data) -> list[tuple[Any, ...]]:
    return rows(data, "CHILD", "DECOM", "PLACE", "REC")


def test_every_block_goes_to_its_table(tmp_path: Path) -> None:
    data = read(tmp_path, {"x.xml": xml(CHILD + BARE)})
    assert starts(data) == STARTS
    sizes = dict(zip(data.tables["table"].str.removeprefix("ssda903."), data.tables["rows"], strict=True))
    assert sizes == {"header": 2, "episodes": 2, "uasc": 1, "reviews": 1, "oc2": 1, "oc3": 1, "missing": 2}
    assert rows(data, "CHILD", "DOB", "SDQ_SCORE", "CONVICTED", "YEAR", table="raw:ssda903.oc2") == [
        ("007", dt.date(2006, 5, 1), 12, "0", 2024)
    ]
    assert rows(data, "MISSING", "MIS_END", table="raw:ssda903.missing") == [
        ("A", dt.date(2023, 7, 2)),
        ("M", None),
    ]
    assert rows(data, "CHILD", "SEX", "UPN", table="raw:ssda903.header") == [
        ("007", "1", "UN1"),
        ("8", None, None),
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(xml(CHILD, root='EXPSSDA903 xmlns="http://example.org/903"'), id="namespace"),
        pytest.param(
            xml(CHILD, root='n:EXPSSDA903 xmlns:n="http://example.org/903"')
            .replace("<CHILD>", "<n:CHILD>").replace("</CHILD>", "</n:CHILD>"),
            id="namespace prefix",
        ),
        pytest.param(
            xml("<!-- a --><?go on?>" + CHILD.replace("<RNE>P", "<!-- b --><RNE><!-- c -->P<?go on?>"))
            .replace("<CHILDID>007", "<CHILDID>0<!-- d -->07")
            .replace("<EXPSSDA903>", "<?x y?><EXPSSDA903>"),
            id="comments and instructions",
        ),
        pytest.param(xml(CHILD.replace("007", "<![CDATA[007]]>").replace("K2", " K2\n")), id="CDATA and space"),
        pytest.param(xml(CHILD.replace("007", "&#48;07")), id="character reference"),
        pytest.param("\ufeff" + xml(CHILD), id="mark"),
        pytest.param(xml(CHILD).replace("'1.0'", "'1.0' encoding='utf-16'").encode("utf-16"), id="UTF-16"),
        pytest.param(xml(CHILD.replace("><", ">\n\t<")), id="indented"),
    ],
)  # fmt: skip
def test_ways_of_writing_the_same_xml(tmp_path: Path, content: str | bytes) -> None:
    data = read(tmp_path, {"x.xml": content})
    assert starts(data) == STARTS
    assert counts(data, "missing") == (2, 2, 0)


ENTITIES = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            xml(CHILD.replace("007", "&i;"), before=f'<!DOCTYPE EXPSSDA903 [<!ENTITY a "ha">{ENTITIES}]>'),
            r"without a document type \(DTD\), found one",
            id="a billion laughs",
        ),
        pytest.param(
            xml(
                CHILD.replace("007", "&e;"), before='<!DOCTYPE EXPSSDA903 [<!ENTITY e SYSTEM "secret.txt">]>'
            ),
            r"without a document type",
            id="external entity",
        ),
        pytest.param(
            xml(CHILD, before='<!DOCTYPE EXPSSDA903 SYSTEM "http://127.0.0.1:9/x.dtd">'),
            r"without a document type",
            id="external DTD",
        ),
        pytest.param(xml(CHILD, before="<!DOCTYPE EXPSSDA903>"), r"without a document type", id="DTD"),
        pytest.param(xml(CHILD.replace("007", "&e;")), r"needed well-formed XML", id="unknown entity"),
        pytest.param(
            xml(CHILD, root="Message"),
            r"needed the root element EXPSSDA903, found Message",
            id="root",
        ),
        pytest.param(xml(CHILD)[:-30], r"needed well-formed XML, found an error at line 1", id="cut off"),
        pytest.param(xml(CHILD)[:400], r"needed well-formed XML", id="cut off in a child"),
        pytest.param(xml(CHILD + "<CHILD>"), r"needed well-formed XML", id="not closed"),
        pytest.param(xml(""), r"needed CHILD elements under EXPSSDA903, found none", id="no children"),
        pytest.param("", r"needed well-formed XML, found none", id="empty"),
        pytest.param(PLAIN, r"needed well-formed XML", id="CSV"),
    ],
)
def test_xml_that_cannot_be_read(tmp_path: Path, content: str, message: str) -> None:
    folder(tmp_path, {"x.xml": content, "secret.txt": "the secret"})
    with pytest.raises(csc.ReadError, match=rf"x\.xml: needed .*{message.removeprefix('needed ')}") as raised:
        csc.read(tmp_path / "x.xml", la=LA)
    assert "secret" not in str(raised.value).replace("x.xml", "")


def test_a_child_without_an_id_is_set_aside(tmp_path: Path) -> None:
    data = read(tmp_path, {"x.xml": xml(CHILD.replace("<CHILDID>007</CHILDID>", "") + CHILD)})
    assert counts(data) == (4, 2, 2)
    assert counts(data, "header") == (2, 1, 1)


def test_each_xml_file_is_a_return_of_its_own(tmp_path: Path) -> None:
    older = CHILD.replace("2023", "2022")
    data = read(tmp_path, {"a.xml": xml(CHILD), "b.xml": xml(older), "episodes.csv": stay(2021, "3")})
    assert years(data, "episodes") == [("007", 2023), ("007", 2024), ("3", 2021)]
    assert years(data, "oc3") == [("007", 2023), ("007", 2024)]


LARGE = """
import resource, sys
from pathlib import Path
import polars, pyarrow, lxml.etree
from csc_outcomes.sources.ssda903_xml import read_xml
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
tables = read_xml(Path(sys.argv[1]))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(after - before, tables["episodes"].height, tables["header"].height)
"""


@pytest.mark.slow
def test_a_large_file_is_read_as_a_stream(tmp_path: Path) -> None:
    """60 MB, which would take more than ten times as much as a tree in memory."""
    path, children = tmp_path / "large.xml", 80_000
    with path.open("w") as stream:
        stream.write("<EXPSSDA903>")
        for number in range(children):
            stream.write(CHILD.replace("007", f"{number:06d}"))
        stream.write("</EXPSSDA903>")
    assert path.stat().st_size > 60e6
    found = subprocess.run(
        [sys.executable, "-c", LARGE, str(path)], capture_output=True, text=True, check=True
    )
    grown, episodes, header = (int(part) for part in found.stdout.split())
    assert (episodes, header) == (2 * children, children)
    assert grown * (1 if sys.platform == "darwin" else 1024) < 500e6


# ---- beside the return ----------------------------------------------------------------------------------

PUBLISHED = (
    "time_period,geographic_level,new_la_code,old_la_code,la_name,population_estimate\n"
    f'2023,Local authority,{LA},841,Somewhere,"20,000"\n2023,National,E92000001,,England,1000000\n'
)


def test_a_population_file_is_found_in_the_folder(tmp_path: Path) -> None:
    wide = f"ladcode23,laname23,age,sex,population_2021,population_2022\n{LA},x,7,F,11,12\n"
    data = read(tmp_path, {"episodes.csv": PLAIN, "mye.csv": PUBLISHED.encode("utf-16"), "ons.csv": wide})
    assert data.population is not None
    found = data.population.filter(pl.col("LA") == LA).select("YEAR", "AGE", "SEX", "POPULATION").rows()
    assert sorted(found) == [
        (2021, 7, "female", 11.0),
        (2022, 7, "female", 12.0),
        (2023, None, None, 20_000.0),
    ]
    rate = csc.calculate("cla_stock_rate_10k", data, csc.Window.snapshot("2024-03-31")).frame
    assert rate["value"][0] == pytest.approx(0.5)


def test_a_population_file_that_is_given_takes_the_place_of_one_found(tmp_path: Path) -> None:
    folder(
        tmp_path,
        {"a/episodes.csv": PLAIN, "a/mye.csv": PUBLISHED, "mine.csv": f"LA,YEAR,population\n{LA},2023,50\n"},
    )
    data = csc.read(tmp_path / "a", la=LA, population=tmp_path / "mine.csv")
    assert data.population is not None and data.population["POPULATION"].to_list() == [50.0]
    frame = pl.DataFrame({"LA": [LA], "YEAR": [2023], "population": [70]})
    data = csc.read(tmp_path / "a", la=LA, population=frame)
    assert data.population is not None and data.population["POPULATION"].to_list() == [70.0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "needed a file that can be read, found: no such file"),
        (PLAIN, r"needed a population file \(authority code, year, estimate\)"),
        ("LA,YEAR,population\n", "no row has the code of an authority"),
        (
            f"LA,YEAR,population\n{LA},2023\n{LA},2022,5\n",
            "1 lines do not have the header's number of fields",
        ),
        (f"LA,YEAR,population\n{LA},2023,1\n{LA},2023,2\n", "two different estimates"),
    ],
)
def test_a_population_file_that_cannot_be_used(tmp_path: Path, content: str | None, message: str) -> None:
    folder(tmp_path, {"episodes.csv": PLAIN} | ({} if content is None else {"p/mye.csv": content}))
    with pytest.raises(csc.ReadError, match=rf"mye\.csv: .*{message}"):
        csc.read(tmp_path / "episodes.csv", la=LA, population=tmp_path / "p/mye.csv")


WHERE = EPISODES.strip() + ",HOME_POST,PL_POST\n"
DIRECTORY = (
    "pcds,oscty,oslaua,oseast1m,osnrth1m\n"
    f"AB1 1AA,E99999999,{LA},400000,300000\n"
    f"AB1 2BB,E99999999,{LA},403000,304000\n"
    "CD1 1AA,E10000002,E07000004,416093,300000\n"
    "EF1 1AA,E99999999,E08000003,,\n"
)


def places(*posts: tuple[str, str]) -> str:
    lines = [
        f"{number},01/05/2023,S,C2,N1,U4,,,{home},{place}\n" for number, (home, place) in enumerate(posts)
    ]
    return WHERE + "".join(lines)


def located(data: csc.Data) -> list[tuple[Any, ...]]:
    return [row[1:] for row in rows(data, "CHILD", "PL_LOCATION", "PL_DISTANCE")]


def test_postcodes_tell_where_placements_are(tmp_path: Path) -> None:
    """3 and 4 km make 5 km, which are 3.107 miles; 16.093 km are 10 miles."""
    posts = (
        ("AB1 1AA", "ab12bb"),
        ("AB1 1AA", "CD1 1AA"),
        ("AB11AA", "AB1 1AA"),
        ("ZZ1 1ZZ", "AB1 2BB"),
        ("AB1 1AA", "ZZ1 1ZZ"),
        ("AB1 1AA", "EF1 1AA"),
        ("", ""),
    )
    expected = [
        ("IN", 3.1),
        ("OUT", 10.0),
        ("IN", 0.0),
        ("IN", None),
        (None, None),
        ("OUT", None),
        (None, None),
    ]
    folder(tmp_path, {"a/x.csv": places(*posts), "onspd.csv": DIRECTORY})
    directories: tuple[Any, ...] = (
        tmp_path / "onspd.csv",
        str(tmp_path / "onspd.csv"),
        pl.read_csv(tmp_path / "onspd.csv"),
    )
    for directory in directories:
        assert located(csc.read(tmp_path / "a", la=LA, postcodes=directory)) == expected
    county = csc.read(tmp_path / "a", la="E10000002", postcodes=tmp_path / "onspd.csv")
    assert [place for place, _ in located(county)] == ["OUT", "IN", "OUT", "OUT", None, "OUT", None]


def test_what_a_row_states_of_its_place_stays(tmp_path: Path) -> None:
    stated = places(("AB1 1AA", "CD1 1AA"), ("AB1 1AA", "CD1 1AA")).replace(
        "PL_POST\n", "PL_POST,PL_LOCATION,PL_DISTANCE\n"
    )
    stated = stated.replace("CD1 1AA\n", "CD1 1AA,IN,4.5\n", 1).replace("CD1 1AA\n", "CD1 1AA,,\n")
    folder(tmp_path, {"a/x.csv": stated, "onspd.csv": DIRECTORY})
    assert located(csc.read(tmp_path / "a", la=LA, postcodes=tmp_path / "onspd.csv")) == [
        ("IN", 4.5),
        ("OUT", 10.0),
    ]


def test_the_authority_of_a_placement_tells_in_from_out(tmp_path: Path) -> None:
    codes = (LA, "e06000001 ", "E08000003", "SCO", "WAL", "NIR", "NUK", "CON", "841", "")
    lines = [f"{number},01/05/2023,S,C2,N1,U4,,,{code}\n" for number, code in enumerate(codes)]
    data = read(tmp_path, {"x.csv": EPISODES.strip() + ",PL_LA\n" + "".join(lines)})
    found = [row[1] for row in rows(data, "CHILD", "PL_LOCATION")]
    assert found == ["IN", "IN", "OUT", "OUT", "OUT", "OUT", "OUT", None, None, None]


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (None, csc.ReadError, r"onspd\.csv: needed a file that can be read"),
        (PLAIN, csc.InputError, r"needed a postcode \(pcds\) and an authority \(oslaua\) column"),
    ],
)
def test_postcodes_that_cannot_be_used(
    tmp_path: Path, content: str | None, error: type[Exception], message: str
) -> None:
    folder(tmp_path, {"a/x.csv": PLAIN} | ({} if content is None else {"onspd.csv": content}))
    with pytest.raises(error, match=message):
        csc.read(tmp_path / "a", la=LA, postcodes=tmp_path / "onspd.csv")


# ---- what messages may not hold -------------------------------------------------------------------------

VALUES = (
    "QZ71",
    "29/02/2023",
    "QZ72",
    "QZ73",
    "QZ74",
    "QZ75",
    "30/02/2024",
    "QZ76",
    "Q71ZZ",
    "Q72ZZ",
    "QZ77",
)
LINE = ",".join(VALUES)
NAMES = "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC,HOME_POST,PL_POST,URN\n"
TOLD_DATE = LINE.replace("29/02/2023", "28/02/2023")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"{LINE}\n{LINE}\n", id="no header"),
        pytest.param(f"{LINE},QZ71\n{LINE},QZ71\n", id="no header, a value twice"),
        pytest.param(LINE.replace(",", " ") + "\n", id="one column"),
        pytest.param(f"{NAMES}{LINE}\n{TOLD_DATE}\n{LINE},QZ78\n{TOLD_DATE}\n", id="rows of all kinds"),
        pytest.param(f"{NAMES}{TOLD_DATE}\n\"{LINE}\n", id="a quotation mark"),
        pytest.param(f"{NAMES.strip()},YEAR\n{LINE},QZ79\n", id="a return year"),
        pytest.param(NAMES.replace("RNE,", "") + f"{LINE}\n", id="a column missing"),
        pytest.param(f"{LINE}\n{LINE}\n".encode("utf-16"), id="UTF-16"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", ["named", "folder", "population", "postcodes"])
def test_no_message_holds_a_value_of_a_row(tmp_path: Path, content: str | bytes, how: str) -> None:
    folder(tmp_path, {"a/x.csv": content, "b/y.csv": PLAIN})
    asked: dict[str, tuple[Path, dict[str, Any]]] = {
        "named": (tmp_path / "a/x.csv", {}),
        "folder": (tmp_path, {}),
        "population": (tmp_path / "b", {"population": tmp_path / "a/x.csv"}),
        "postcodes": (tmp_path / "b", {"postcodes": tmp_path / "a/x.csv"}),
    }
    path, options = asked[how]
    try:
        data = csc.read(path, la=LA, **options)
        text = "\n".join(data.problems["message"])
    except csc.CscOutcomesError as error:
        text = str(error)
    assert not [value for value in (*VALUES, "QZ7", "/02/202") if value in text]


def test_no_message_about_xml_holds_a_value_of_a_row(tmp_path: Path) -> None:
    secret = (
        CHILD.replace("007", "QZ71")
        .replace("01/05/2023", "QZ72")
        .replace("U4", "QZ73")
        .replace("WBRI", "QZ74")
    )
    data = read(tmp_path, {"x.xml": xml(secret)})
    assert {"unreadable_date", "unknown_code"} <= set(problems(data))
    assert "QZ" not in "\n".join(data.problems["message"])
    for bad in (secret[:-9], secret.replace("QZ73", "<QZ73>"), secret.replace("QZ71", "&QZ71;")):
        with pytest.raises(csc.ReadError) as raised:
            read(tmp_path / "bad", {"x.xml": xml(bad)})
        assert "QZ" not in str(raised.value)
