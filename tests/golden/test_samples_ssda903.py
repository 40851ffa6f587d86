"""Sample returns of public projects, read and counted as their description counts them.

Sources: invented children from csc-validator-be-903 and cs-demand-model (data-to-insight), liia-tools and
liia-tools-pipeline (SocialFinanceDigitalLabs), all MIT licensed. The files lie beside the repository and are
not part of it; their README counts rows and children with pandas. What it does not count is counted here by
loops over the lines of the files.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import csc_outcomes as csc
from catalogued import OF_SSDA903
from csc_outcomes.definitions.measure import Status, When

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "ssda903"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="needs the sample returns in ../shared/samples/ssda903 beside the repository"
)

LA = "E08000003"
SHORT = ("V3", "V4")
ONE_YEAR, FIVE_YEARS = SAMPLES / "lac-validator", SAMPLES / "cs-demand-model"
XML = ONE_YEAR / "fake_903.xml"
FIXES = SAMPLES / "liia-tools" / "SSDA903_episodes_for_testing_fixes_INPUT.csv"
PLANTED = SAMPLES / "liia-tools-pipeline"
YEARS = range(2018, 2023)  # year ending; the files of cs-demand-model are named after the year before


# ---- what is read ---------------------------------------------------------------------------------------


@cache
def one_year() -> csc.Data:
    """The CSV files of lac-validator; the deliberately wrong copy of one of them stays out."""
    files = sorted(path for path in ONE_YEAR.glob("*.csv") if "errors" not in path.name)
    return csc.read(*files, la=LA)


@cache
def xml() -> csc.Data:
    return csc.read(XML, la=LA)


@cache
def single(year: int) -> csc.Data:
    return csc.read(*sorted(FIVE_YEARS.glob(f"{year - 1}-*.csv")), la=LA)


@cache
def stacked() -> csc.Data:
    return csc.read(FIVE_YEARS, la=LA)


@cache
def fixes() -> csc.Data:
    return csc.read(FIXES)


@cache
def planted() -> csc.Data:
    return csc.read(PLANTED, la=LA)


ALL = [
    one_year,
    xml,
    stacked,
    fixes,
    planted,
    *(pytest.param(lambda y=y: single(y), id=str(y)) for y in YEARS),
]


def sizes(data: csc.Data) -> dict[str, int]:
    names = data.tables["table"].str.removeprefix("ssda903.")
    return dict(zip(names, data.tables["rows"].tolist(), strict=True))


def problems(data: csc.Data, table: str = "episodes") -> dict[str, int]:
    """Rows concerned, by code, of one table."""
    found = data.problems[data.problems["table"] == f"ssda903.{table}"]
    counts: Counter[str] = Counter()
    for code, rows in zip(found["code"], found["rows"], strict=True):
        counts[code] += rows
    return dict(counts)


def stock(data: csc.Data, day: date) -> float:
    """Children looked after on a day, as the measure counts them."""
    result = csc.calculate("cla_stock_number", data, csc.Window.snapshot(day))
    assert list(result.frame["status"]) == ["ok"]
    return float(result.frame["numerator"][0])


def everyone(data: csc.Data, day: date) -> int:
    """Children on a day, those on short breaks included."""
    care = data.local("ssda903.care").filter(pl.col("FROM") <= day, pl.col("TO") > day)
    breaks = data.local("ssda903.short_breaks").filter(pl.col("START") <= day, pl.col("END") > day)
    return pl.concat([care.select("KEY"), breaks.select("KEY")]).n_unique()


# ---- what the lines of the files say --------------------------------------------------------------------

Row = dict[str, Any]


def lines(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def day_of(text: str | None) -> date | None:
    if not text:
        return None
    return datetime.strptime(text, "%d/%m/%Y" if "/" in text else "%Y-%m-%d").date()


def episodes(*paths: Path, years: list[int] | None = None) -> list[Row]:
    """Rows of episode files with dates, END (the far future while open) and YEAR."""
    found = []
    for number, path in enumerate(paths):
        for line in lines(path):
            year = years[number] if years else int(line["YEAR"])
            start, end = day_of(line["DECOM"]), day_of(line["DEC"])
            row = {**line, "LA": line.get("LA"), "YEAR": year, "DECOM": start, "DEC": end}
            found.append(
                {**row, "END": end or date.max, "REC": line["REC"] if end else "", "STATED": line["REC"]}
            )
    return found


def latest(rows: list[Row]) -> list[Row]:
    """The row of the newest return for each child and start; none of these files has two in one return."""
    newest: dict[Any, Row] = {}
    for row in sorted(rows, key=lambda row: row["YEAR"]):
        newest[row["LA"], row["CHILD"], row["DECOM"]] = row
    return list(newest.values())


def closed(rows: list[Row]) -> tuple[list[Row], int]:
    """Rows left open in a return that is not the authority's last are closed; how many there were."""
    last = {row["LA"]: 0 for row in rows}
    for row in rows:
        last[row["LA"]] = max(last[row["LA"]], row["YEAR"])
    made, orphans = [], 0
    for row in rows:
        if row["DEC"] or row["YEAR"] == last[row["LA"]]:
            made.append(row)
            continue
        orphans += 1
        later = [
            other["DECOM"]
            for other in rows
            if (other["LA"], other["CHILD"]) == (row["LA"], row["CHILD"])
            and other["DECOM"] > row["DECOM"]
            and other["YEAR"] > row["YEAR"]
        ]
        end = min(later) if later else date(row["YEAR"], 3, 31)
        made.append({**row, "END": end, "REC": "X1" if later else "", "CENSORED": not later})
    return made, orphans


def oddities(rows: list[Row]) -> dict[str, int]:
    """Oddities of cleaned rows of care, by code."""
    found: Counter[str] = Counter()
    by_child: dict[Any, list[Row]] = {}
    for row in rows:
        by_child.setdefault((row["LA"], row["CHILD"]), []).append(row)
    for own in by_child.values():
        own.sort(key=lambda row: (row["DECOM"], row["END"]))
        for before, row, after in zip([None, *own], own, [*own[1:], None], strict=False):
            first = starts_period(before, row)
            found["left_censored"] += first and row["RNE"] != "S"
            if before is not None:
                found["overlap"] += row["DECOM"] < before["END"]
                found["start_after_x1"] += row["RNE"] == "S" and before["REC"] == "X1"
                found["no_start_after_exit"] += row["RNE"] != "S" and before["REC"] not in ("X1", "")
            last = after is None or starts_period(row, after)
            found["broken_chain"] += last and row["REC"] == "X1"
            ended = row["END"] != date.max and not row.get("CENSORED")
            found["end_without_reason"] += ended and not row["REC"]
    return {code: rows for code, rows in found.items() if rows}


def starts_period(before: Row | None, row: Row) -> bool:
    return before is None or row["RNE"] == "S" or before["REC"] != "X1" or row["DECOM"] > before["END"]


def without_short_breaks(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["LS"] not in SHORT]


def children_on(rows: list[Row], day: date) -> int:
    return len({(row["LA"], row["CHILD"]) for row in rows if row["DECOM"] <= day < row["END"]})


def five_years() -> list[Row]:
    return episodes(*(FIVE_YEARS / f"{year - 1}-episodes.csv" for year in YEARS), years=list(YEARS))


# ---- rows ------------------------------------------------------------------------------------------------

ROWS_2018 = {
    "header": 2675, "episodes": 5050, "reviews": 12582, "oc2": 2675, "previous_permanence": 2675, "uasc": 132,
    "oc3": 53, "missing": 43, "ad1": 29, "placed_for_adoption": 29, "sw_episodes": 1, "dolo": 1,
}  # fmt: skip
ROWS_XML = {
    "header": 253, "episodes": 459, "reviews": 1206, "oc2": 253, "previous_permanence": 253, "uasc": 12,
    "oc3": 6, "missing": 6, "ad1": 3, "placed_for_adoption": 3,
}  # fmt: skip
ROWS_FIVE = {
    "header": (819, 572, 362, 226, 144),
    "episodes": (1460, 974, 648, 402, 253),
    "reviews": (3481, 2769, 2103, 1551, 1134),
    "oc2": (670, 572, 362, 226, 144),
    "oc3": (126, 96, 56, 40, 39),
    "previous_permanence": (819, 572, 362, 226, 144),
    "uasc": (31, 23, 16, 8, 4),
    "missing": (3, 1, 1, 1, 1),
}


def test_rows_of_one_year() -> None:
    assert sizes(one_year()) == ROWS_2018
    assert one_year().local("raw:ssda903.episodes")["CHILD"].n_unique() == 2123


def test_rows_of_the_xml_file() -> None:
    assert sizes(xml()) == ROWS_XML
    assert xml().local("ssda903.children").height == 253


def test_no_child_is_in_both() -> None:
    both = csc.read(ONE_YEAR, la=LA)
    adopted = ROWS_2018["placed_for_adoption"] + 30  # the deliberately wrong copy
    wanted = {name: rows + ROWS_XML.get(name, 0) for name, rows in ROWS_2018.items()}
    assert sizes(both) == {**wanted, "placed_for_adoption": adopted + ROWS_XML["placed_for_adoption"]}
    assert both.local("ssda903.children").height == 2675 + 253


@pytest.mark.parametrize("year", YEARS)
def test_rows_of_single_years(year: int) -> None:
    assert sizes(single(year)) == {name: rows[year - YEARS[0]] for name, rows in ROWS_FIVE.items()}
    assert set(single(year).tables["years"]) == {str(year)}


def test_rows_of_stacked_years() -> None:
    assert sizes(stacked()) == {name: sum(rows) for name, rows in ROWS_FIVE.items()}
    assert stacked().local("ssda903.children").height == 820
    assert {"DOB", "UPN"}.isdisjoint(" ".join(stacked().problems["message"]).split())
    assert stacked().cover("ssda903.care") == {LA: frozenset(YEARS)}
    assert problems(stacked())["superseded"] == 910


@pytest.mark.parametrize("data", ALL)
def test_every_row_is_kept_or_set_aside_and_counted(data: Any) -> None:
    tables = data().tables
    assert (tables["rows"] == tables["rows_kept"] + tables["rows_set_aside"]).all()
    assert (tables["rows_kept"] > 0).all()
    kept = dict(zip(tables["table"], tables["rows_kept"], strict=True))
    assert kept["ssda903.episodes"] == data().local("ssda903.rows").height
    if "ssda903.header" in kept:
        assert kept["ssda903.header"] == data().local("ssda903.children").height
    if "ssda903.uasc" in kept:
        assert kept["ssda903.uasc"] == data().local("ssda903.uasc").height
    for name in ("ssda903.oc2", "ssda903.oc3"):
        if name in kept:
            assert kept[name] == data().local(name).height


def test_rows_set_aside_are_the_short_breaks_and_the_superseded() -> None:
    short = [row for row in episodes(ONE_YEAR / "episodes.csv", years=[2018]) if row["LS"] in SHORT]
    tables = one_year().tables.set_index("table")
    assert tables.loc["ssda903.episodes", "rows_set_aside"] == len(short) == 803
    newest = latest(five_years())
    assert len(newest) == 2827
    rest = without_short_breaks(newest)
    assert stacked().tables.set_index("table").loc["ssda903.episodes", "rows_kept"] == len(rest)


# ---- children --------------------------------------------------------------------------------------------


def test_children_on_the_last_day_of_one_year() -> None:
    day = date(2018, 3, 31)
    assert stock(one_year(), day) == 1201
    assert everyone(one_year(), day) == 1419


@pytest.mark.parametrize(
    ("year", "children", "with_breaks"),
    list(zip(YEARS, (367, 195, 135, 89, 55), (434, 234, 161, 103, 62), strict=True)),
)
def test_children_of_single_years(year: int, children: int, with_breaks: int) -> None:
    assert stock(single(year), date(year, 3, 31)) == children
    assert everyone(single(year), date(year, 3, 31)) == with_breaks


@pytest.mark.parametrize(("year", "children"), list(zip(YEARS, (466, 288, 178, 102, 55), strict=True)))
def test_children_of_stacked_years(year: int, children: int) -> None:
    assert stock(stacked(), date(year, 3, 31)) == children


@pytest.mark.parametrize(("year", "children"), list(zip(YEARS, (550, 341, 211, 116, 62), strict=True)))
def test_children_of_stacked_years_with_short_breaks(year: int, children: int) -> None:
    assert everyone(stacked(), date(year, 3, 31)) == children


def test_children_of_the_xml_file() -> None:
    """Counted in the file by a tree, not by the library's reader."""
    from xml.etree import ElementTree as ET

    day, found = date(2018, 3, 31), set()
    for child in ET.parse(XML).getroot():
        for episode in child.findall("EPISODE"):
            start, end = (day_of(episode.findtext(tag)) for tag in ("DECOM", "DEC"))
            short = episode.findtext("LS") in SHORT
            if start is not None and start <= day and (end is None or end > day) and not short:
                found.add(child.findtext("HEADER/CHILDID"))
    assert len(found) > 50
    assert stock(xml(), day) == len(found)


# ---- oddities --------------------------------------------------------------------------------------------


def test_reasons_on_open_rows_are_counted_and_ignored() -> None:
    assert problems(one_year())["rec_on_open_row"] == 1413
    assert problems(xml())["rec_on_open_row"] == 133
    assert problems(stacked())["rec_on_open_row"] == 996
    still_open = one_year().local("ssda903.rows").filter(pl.col("END") > date(2090, 1, 1))
    assert still_open.height > 1000
    assert still_open["REC"].null_count() == still_open.height


def test_ends_after_the_return() -> None:
    assert problems(one_year())["dec_after_return"] == 12
    assert problems(single(2018))["dec_after_return"] == 2
    assert problems(single(2020))["dec_after_return"] == 1
    assert problems(stacked())["dec_after_return"] == 3
    assert all("dec_after_return" not in problems(single(year)) for year in (2019, 2021, 2022))


def test_this_count_of_oddities_is_the_one_described() -> None:
    """The description counts short breaks and reasons on open rows, too, and rows behind open ones apart."""
    rows = episodes(ONE_YEAR / "episodes.csv", years=[2018])
    found = oddities([{**row, "REC": row["STATED"]} for row in rows])
    assert (found["overlap"], found["start_after_x1"], found["no_start_after_exit"]) == (62 + 10, 11, 7)
    assert oddities(latest(five_years()))["overlap"] == 40


@pytest.mark.parametrize("year", [*YEARS, 0])
def test_oddities_of_single_returns(year: int) -> None:
    path = FIVE_YEARS / f"{year - 1}-episodes.csv" if year else ONE_YEAR / "episodes.csv"
    data = single(year) if year else one_year()
    rows = without_short_breaks(episodes(path, years=[year or 2018]))
    found = problems(data)
    wanted = oddities(rows)
    assert len(wanted) > 2
    assert {code: found.get(code, 0) for code in wanted} == wanted
    assert set(found) - set(wanted) <= {
        *("rec_on_open_row", "dec_after_return", "short_break"),
        *("early_code", "unknown_code", "retired_code"),
    }


@pytest.mark.parametrize("name", ["stacked", "fixes"])
def test_oddities_of_stacked_returns(name: str) -> None:
    data, rows = (stacked(), five_years()) if name == "stacked" else (fixes(), episodes(FIXES))
    cleaned, orphans = closed(without_short_breaks(latest(rows)))
    found, wanted = problems(data), oddities(cleaned)
    assert len(wanted) > 2
    assert found["orphan_open_row"] == orphans > 0
    assert {code: found.get(code, 0) for code in wanted} == wanted
    assert data.local("ssda903.rows").height == len(cleaned)


def test_orphans_of_the_stack_are_those_described() -> None:
    newest = latest(five_years())
    assert sum(row["DEC"] is None for row in newest) == 86
    assert closed(newest)[1] == 24
    assert problems(stacked())["orphan_open_row"] == closed(without_short_breaks(newest))[1]


def test_codes_that_are_in_no_list() -> None:
    accommodation = Counter(line["ACCOM"] for line in lines(ONE_YEAR / "oc3.csv"))
    assert problems(one_year(), "oc3")["unknown_code"] == accommodation["01"] + accommodation["02"] == 2
    assert problems(one_year(), "placed_for_adoption")["unknown_code"] == 29
    assert problems(one_year(), "sw_episodes")["unknown_code"] == 1
    later = Counter(line["ACTIV"] for line in lines(FIVE_YEARS / "2021-oc3.csv"))
    assert problems(stacked(), "oc3")["retired_code"] == later["F3"] + later["P3"] > 0
    assert problems(single(2021), "oc3").get("retired_code", 0) == 0


def test_children_who_are_not_in_header() -> None:
    """Their ids are no numbers, their file has a byte order mark, or no final newline."""
    raw = (ONE_YEAR / "sw_episodes.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r\n" in raw
    assert not (ONE_YEAR / "DoLo.csv").read_bytes().endswith(b"\n")
    for name in ("sw_episodes", "dolo"):
        assert problems(one_year(), name)["child_without_header"] == 1
        assert one_year().local(f"raw:ssda903.{name}")["CHILD"].cast(pl.String).to_list() == ["CHILD10"]
    strangers = set(one_year().problems.query("code == 'child_without_header'")["table"])
    assert strangers == {"ssda903.sw_episodes", "ssda903.dolo"}


def test_duplicate_rows_of_modules() -> None:
    reviews = [tuple(line.values()) for line in lines(ONE_YEAR / "reviews.csv")]
    assert problems(one_year(), "reviews")["duplicate_row"] == len(reviews) - len(set(reviews)) == 2
    assert problems(single(2018), "reviews")["duplicate_row"] == 1
    rows = lines(ONE_YEAR / "placed_for_adoption_errors.csv")
    assert len(rows) == 30


def test_flags_written_as_decimals() -> None:
    assert "1.0" in {line["MOTHER"] for line in lines(ONE_YEAR / "header.csv")}
    mothers = one_year().local("raw:ssda903.header")["MOTHER"].cast(pl.String).drop_nulls().unique().to_list()
    assert set(mothers) <= {"0", "1"} and "1" in mothers


# ---- cleaned extracts, and errors planted on purpose ----------------------------------------------------


def test_iso_dates_and_own_columns_for_authority_and_year() -> None:
    rows = episodes(FIXES)
    typed = fixes().local("raw:ssda903.episodes")
    assert typed.select("DECOM", "DEC").rows() == [(row["DECOM"], row["DEC"]) for row in rows]
    assert typed["YEAR"].to_list() == [row["YEAR"] for row in rows]
    assert fixes().areas == tuple(sorted({row["LA"] for row in rows}))
    assert len(fixes().areas) == 3
    assert "unreadable_date" not in problems(fixes())
    assert typed["CHILD"].cast(pl.String).to_list() == [row["CHILD"] for row in rows]


@pytest.mark.parametrize("year", range(2017, 2024))
def test_children_of_the_extract_to_be_fixed(year: int) -> None:
    cleaned, _ = closed(without_short_breaks(latest(episodes(FIXES))))
    day = date(year, 3, 31)
    result = csc.calculate("cla_stock_number", fixes(), csc.Window.snapshot(day), by="LA")
    covered = {row["LA"] for row in episodes(FIXES) if row["YEAR"] == year}
    frame = result.frame[result.frame["area"] != "all"].set_index("area")
    assert set(frame.index[frame["status"] == "ok"]) == covered
    for area in covered:
        own = [row for row in cleaned if row["LA"] == area]
        assert frame.loc[area, "numerator"] == children_on(own, day), area


def test_errors_planted_in_five_rows() -> None:
    assert sizes(planted()) == {"header": 5, "episodes": 5}
    assert set(planted().tables["years"]) == {"2020"}
    assert problems(planted()) == {"unknown_code": 1, "short_break": 2, "left_censored": 1, "broken_chain": 1}
    header = problems(planted(), "header")
    assert header["unknown_code"] == 1
    rows = lines(PLANTED / "SSDA903_2020_header.csv")
    assert Counter(row["CHILD"] for row in rows).most_common(1)[0][1] == 3
    differing = sum(
        len({row[column] for row in rows if row["CHILD"] == child}) > 1
        for column in ("SEX", "DOB", "ETHNIC", "UPN")
        for child in {row["CHILD"] for row in rows}
    )
    assert header["header_conflict"] == differing == 7
    assert planted().local("ssda903.children").height == 2
    typed = planted().local("raw:ssda903.episodes").with_columns(pl.col("PL_POST").cast(pl.String))
    assert "TEST_COLUMN" not in typed.columns
    assert typed["LS"].null_count() == 1
    assert typed["PL_POST"].to_list() == ["T282WB", "C251YT", "C251YT", "2TR", "P132TR"]
    assert "DUMMY" not in " ".join(planted().problems["message"])


# ---- every measure ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ALL)
def test_every_measure_runs(data: Any) -> None:
    years = sorted({year for cover in data().cover("ssda903.care").values() for year in cover})
    windows = [csc.Window.year_to(date(year, 3, 31)) for year in (years[0], years[-1])][: len(years)]
    by = ["LA", *(name for name, table in BREAKDOWNS.items() if data().has(table))]
    measures = [measure.id for measure in OF_SSDA903]
    frame = csc.calculate(measures, data(), windows, by=by).frame
    assert set(frame["measure"]) == set(measures)
    assert set(frame["status"]) <= {status.value for status in Status}
    ok = frame[frame["status"] == "ok"]
    assert ok["value"].notna().all() and ok["numerator"].notna().all()
    assert (
        frame.loc[frame["status"] == "no_data", ["numerator", "denominator", "value"]].isna().all(axis=None)
    )
    shares = ok[ok["unit"] == "percent"]
    assert shares["value"].between(0, 100).all()
    if data not in (planted, fixes):  # their few rows leave some windows without a child
        headline = ok[(ok["area"] == "all") & (ok["breakdown"] == "all") & (ok["numerator"] > 0)]
        counted = headline[headline["measure"].isin(["cla_stock_number", "cla_any_in_year_number"])]
        assert len(counted) == 2 * len(windows)


BREAKDOWNS = {
    "sex": "ssda903.children",
    "age_band": "ssda903.children",
    "placement_type": "ssda903.rows",
    "uasc": "ssda903.uasc",
}


def test_what_these_data_cannot_answer_is_not_answered() -> None:
    """Their postcodes are invented, nobody counted their population, and no social worker but one is named."""
    window = csc.Window.year_to("2022-03-31")
    frame = csc.calculate([measure.id for measure in OF_SSDA903], stacked(), window).frame
    status = dict(zip(frame["measure"], frame["status"], strict=False))
    assert status["placed_over_20_miles_pct"] == status["foster_out_la_pct"] == "no_data"
    assert status["cla_stock_rate_10k"] == "no_population"
    assert status["social_workers_3plus_pct"] == "no_data"
    assert status["return_home_reentry_pct"] == "incomplete"
    answered = [m.id for m in OF_SSDA903 if m.when is not When.DAY and status[m.id] == "ok"]
    assert len(answered) > 20
