"""Annex A workbooks: what is recognised, what fills tables, which years are covered, and what is refused."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.feeding import unanswered
from csc_outcomes.sources.annex_a import read_workbook
from csc_outcomes.sources.annex_a_tables import whole_years
from csc_outcomes.sources.registry import TABLES
from workbooks import DISABLED, HEADINGS, Row, sheet, workbook

if TYPE_CHECKING:
    from pathlib import Path

LA = "E06000001"
DAY = dt.date(2024, 3, 31)
D = dt.date


BORN = D(2012, 5, 4)


def person(child: Any, born: Any = BORN, age: Any = 11, **more: Any) -> dict[str, Any]:
    gender, ethnicity = more.pop("gender", "a) Male"), more.pop("ethnicity", "a) WBRI")
    return {
        "Child Unique ID": child, "Gender": gender, "Ethnicity": ethnicity, "Date of Birth": born,
        "Age of Child (Years)": age,
    }  # fmt: skip


def referral(child: Any, date: Any, nfa: Any = "b) No", source: Any = "q) 6: Police", **more: Any) -> Row:
    return {
        **person(child, **more),
        "Date of referral": date,
        "Referral Source": source,
        "Referral NFA?": nfa,
    }


def need(
    child: Any, start: Any, *, end: Any = None, reason: Any = None, code: Any = "N1 - Abuse or neglect"
) -> Row:
    return {
        **person(child), "CIN Start Date": start, "Primary Need Code": code, "CIN Closure Date": end,
        "Reason for Closure": reason, "Case Status": "c) Child in need plan",
    }  # fmt: skip


def plan(child: Any, start: Any, end: Any = None, previous: Any = 0, category: Any = "a) Neglect") -> Row:
    return {
        **person(child), "Child Protection Plan Start Date": start, "Child Protection Plan End Date": end,
        "Initial Category of Abuse": category, "Latest Category of Abuse": "Physical abuse",
        "Number of Previous Child Protection Plans": previous,
    }  # fmt: skip


def assessment(child: Any, start: Any, authorised: Any = None) -> Row:
    return {
        **person(child), "Continuous Assessment Start Date": start,
        "Continuous Assessment Date of Authorisation": authorised,
    }  # fmt: skip


def enquiry(child: Any, start: Any, conference: Any = None, unnecessary: Any = "b) No") -> Row:
    return {
        **person(child), "Strategy discussion initiating Section 47 Enquiry Start Date": start,
        "Was an Initial Child Protection Conference deemed unnecessary?": unnecessary,
        "Date of Initial Child Protection Conference": conference,
    }  # fmt: skip


Lists = Mapping[int, list[Row]]


def book(path: Path, lists: Lists, name: str = "List_{}") -> Path:
    return workbook(path, {name.format(number): sheet(number, *rows) for number, rows in lists.items()})


def read(place: Path, lists: Lists, date: Any = DAY, **options: Any) -> csc.Data:
    return csc.read_annex_a(book(place / "annex_a.xlsx", lists), la=LA, date=date, **options)


def rows(data: csc.Data, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Cells of a given table, codes as text, in order."""
    frame = data.local(f"raw:{table}").with_columns(pl.col(pl.Categorical).cast(pl.String))
    return sorted(frame.select(columns).rows(), key=lambda row: tuple(map(str, row)))


def problems(data: csc.Data) -> dict[str, int]:
    return dict(zip(data.problems["code"], data.problems["rows"], strict=True))


def answer(data: csc.Data, measure: str, until: str = "2024-03-31") -> tuple[Any, ...]:
    """Numerator, denominator, status and reason of one measure over a year."""
    result = csc.calculate(measure, data, csc.Window.year_to(until))
    row = result.frame.iloc[0]
    why = result.notes.query("kind == 'status' and area == 'all'")["text"]
    return row["numerator"], row["denominator"], row["status"], "".join(why)


# ---- recognition ------------------------------------------------------------------------------------------


def every_list() -> dict[str, list[list[Any]]]:
    """All eleven lists with one row each, under names that say nothing."""
    return {
        f"Sheet{number}": sheet(number, {HEADINGS[number][0]: "7", HEADINGS[number][3]: None})
        for number in HEADINGS
    }


def test_all_eleven_lists_are_recognised_by_their_headings(tmp_path: Path) -> None:
    found = read_workbook(workbook(tmp_path / "a.xlsx", every_list()))
    assert {number: entry.sheet for number, entry in found.lists.items()} == {
        number: f"Sheet{number}" for number in HEADINGS
    }
    assert {number: entry.columns for number, entry in found.lists.items()} == {
        number: len(headings) for number, headings in HEADINGS.items()
    }
    assert all(
        entry.frame.width == entry.columns and entry.frame.height == 1 for entry in found.lists.values()
    )
    assert found.problems == ()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(str.upper, id="upper case"),
        pytest.param(lambda text: f" {text}\xa0 ", id="spaces around"),
        pytest.param(lambda text: text.replace(" ", "\n", 1), id="broken over two lines"),
        pytest.param(lambda text: text.replace("\u2019", "'").replace("?", ""), id="straight marks"),
        pytest.param(lambda text: text.replace("(Y/N)", "(Y/N))"), id="a bracket too many"),
        pytest.param(lambda text: "Age" if text.startswith("Age") else text, id="another heading for age"),
    ],
)
def test_headings_are_recognised_however_they_are_spelt(tmp_path: Path, change: Any) -> None:
    sheets = {name: [[change(cell) for cell in cells[0]], *cells[1:]] for name, cells in every_list().items()}
    found = read_workbook(workbook(tmp_path / "a.xlsx", sheets))
    assert {number: entry.frame.width for number, entry in found.lists.items()} == {
        number: len(headings) for number, headings in HEADINGS.items()
    }


def test_titles_may_stand_above_the_headings_and_columns_in_another_order(tmp_path: Path) -> None:
    cells = sheet(3, referral("1", D(2024, 1, 9)), above=[["List 3: Referral"], [], ["as of the day"]])
    turned = [row[::-1] for row in cells]
    data = csc.read_annex_a(workbook(tmp_path / "a.xlsx", {"x": turned}), la=LA, date=DAY)
    assert rows(data, "cin.CINdetails", "LAchildID", "CINreferralDate") == [("1", D(2024, 1, 9))]


def test_two_sheets_of_one_list_are_stacked(tmp_path: Path) -> None:
    sheets = {name: sheet(3, referral(name, D(2024, 1, 9))) for name in ("1", "2")}
    data = csc.read_annex_a(workbook(tmp_path / "a.xlsx", sheets), la=LA, date=DAY)
    assert rows(data, "cin.CINdetails", "LAchildID") == [("1",), ("2",)]


def test_an_unknown_sheet_is_mentioned(tmp_path: Path) -> None:
    sheets = {
        "Notes": [["Gender", "Ethnicity"], ["a) Male", "x"]],
        "3": sheet(3, referral("1", D(2024, 1, 9))),
    }
    data = csc.read_annex_a(workbook(tmp_path / "a.xlsx", sheets), la=LA, date=DAY)
    text = data.problems.set_index("code").loc["not_recognised", "message"]
    assert text == "a.xlsx: 1 sheets are none of the eleven lists and are not read ('Notes')"


def test_a_list_that_lacks_a_column_is_not_read_and_says_so(tmp_path: Path) -> None:
    cells = sheet(3, referral("1", D(2024, 1, 9)))
    at = HEADINGS[3].index("Date of referral")
    sheets = {"3": [[*row[:at], *row[at + 1 :]] for row in cells], "7": sheet(7, plan("1", D(2024, 1, 9)))}
    data = csc.read_annex_a(workbook(tmp_path / "a.xlsx", sheets), la=LA, date=DAY)
    reason = "sheet '3' looks like list 3 but has no column 'date of referral'"
    assert data.feed.absent["cin.CINdetails"] == reason
    assert problems(data)["list_incomplete"] == 0
    assert answer(data, "rereferral_pct")[2:] == (
        "no_data",
        f"table cin.CINdetails is not in the data: {reason}",
    )


def test_a_workbook_without_any_list_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Sheet1": [["a", "b"], [1, 2]]})
    with pytest.raises(
        csc.ReadError, match=r"a\.xlsx: needed sheets headed as the lists of Annex A .* found none"
    ):
        csc.read_annex_a(path, la=LA, date=DAY)


def test_files_that_cannot_be_read_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("CHILD,DOB")
    with pytest.raises(csc.ReadError) as error:
        csc.read_annex_a([tmp_path / "text.xlsx", tmp_path / "none.xlsx"], la=LA)
    assert "2 problems" in str(error.value)
    assert "text.xlsx: needed an Excel workbook, found a file that cannot be read as one" in str(error.value)
    assert "none.xlsx: needed a workbook, found nothing there" in str(error.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(csc.InputError, match="needed at least one workbook, found none"):
        csc.read_annex_a(tmp_path, la=LA)


def test_without_python_calamine_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(
        csc.InputError, match=r"python-calamine, which is not installed; pip install 'csc-outcomes\[excel\]'"
    ):
        csc.read_annex_a(book(tmp_path / "a.xlsx", {3: [referral("1", D(2024, 1, 9))]}), la=LA, date=DAY)


def test_python_calamine_is_imported_only_when_a_workbook_is_read() -> None:
    code = "import sys, csc_outcomes as csc; csc.read_annex_a; assert 'python_calamine' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# ---- cells ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(D(2024, 1, 9), id="date"),
        pytest.param("09/01/2024", id="DD/MM/YYYY"),
        pytest.param(" 9/1/2024 ", id="without zeros"),
        pytest.param("2024-01-09", id="ISO"),
        pytest.param("2024-01-09 10:30:00", id="with a time"),
        pytest.param("09/01/2024 10:30", id="with a time of day"),
        pytest.param(45300, id="day number"),
    ],
)
def test_dates_are_read_in_every_form_that_a_sheet_has(tmp_path: Path, cell: Any) -> None:
    data = read(tmp_path, {3: [referral("1", cell), referral("2", "x")]})
    assert rows(data, "cin.CINdetails", "LAchildID", "CINreferralDate") == [("1", D(2024, 1, 9))]


@pytest.mark.parametrize("cell", ["31/02/2024", "01/13/2024", "9.1.24", "unknown", 7])
def test_a_date_that_cannot_be_read_is_counted_and_its_row_set_aside(tmp_path: Path, cell: Any) -> None:
    data = read(tmp_path, {3: [referral("1", D(2024, 1, 9)), referral("2", cell)]})
    assert rows(data, "cin.CINdetails", "LAchildID") == [("1",)]
    assert problems(data)["unreadable_date"] == 1
    assert problems(data)["missing_cinreferraldate"] == 1
    assert not data.problems["message"].str.contains(str(cell), regex=False).any() or cell == 7


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("a) WBRI", "WBRI"), ("k) APKN", "APKN"), ("wbri", "WBRI"), ("WBRI - White British", "WBRI"),
        ("a) White", "WHITE"),
    ],
)  # fmt: skip
def test_a_code_is_taken_by_its_pattern_and_never_from_a_group(tmp_path: Path, cell: str, code: str) -> None:
    data = read(tmp_path, {3: [referral("1", D(2024, 1, 9), ethnicity=cell)]})
    assert rows(data, "cin.ChildCharacteristics", "Ethnicity") == [(code,)]
    assert ("unknown_code" in problems(data)) is (code == "WHITE")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("q) 6: Police", "6"), ("n) 5A: LA services", "5A"), ("u) 10: Unknown", "10"), ("Police", "6"),
        ("g) Police", "6"), ("b) Schools", "2A"), ("Individual", "INDIVIDUAL"), (6, "6"),
    ],
)  # fmt: skip
def test_sources_of_referral(tmp_path: Path, cell: Any, code: str) -> None:
    """A group with several codes gives none of them."""
    data = read(tmp_path, {3: [referral("1", D(2024, 1, 9), source=cell)]})
    assert rows(data, "cin.CINdetails", "ReferralSource") == [(code,)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("a) Yes", "1"),
        ("Yes", "1"),
        ("y", "1"),
        ("b) No", "0"),
        ("No", "0"),
        (None, None),
        ("c) Unknown", None),
    ],
)
def test_yes_and_no(tmp_path: Path, cell: Any, code: str | None) -> None:
    data = read(tmp_path, {3: [referral("1", D(2024, 1, 9), nfa=cell)]})
    assert rows(data, "cin.CINdetails", "ReferralNFA") == [(code,)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("a) Male", "1"),
        ("b) Female", "2"),
        ("Female", "2"),
        ("c) Not stated/recorded (or unborn)", "0"),
        ("d) Neither", "0"),
    ],
)
def test_gender_in_a_year_of_numbers(tmp_path: Path, cell: str, code: str) -> None:
    data = read(tmp_path, {3: [referral("1", D(2024, 1, 9), gender=cell)]})
    assert rows(data, "cin.ChildIdentifiers", "GenderCurrent", "Sex") == [(code, None)]


def test_gender_in_a_year_of_letters(tmp_path: Path) -> None:
    data = read(tmp_path, {3: [referral("1", D(2024, 5, 9), gender="b) Female")]}, date=D(2024, 6, 1))
    assert rows(data, "cin.ChildIdentifiers", "GenderCurrent", "Sex") == [(None, "F")]


def test_the_birth_of_an_unborn_child_is_an_expected_one(tmp_path: Path) -> None:
    born = [
        referral("1", D(2024, 1, 9), born=D(2024, 3, 1), age=-1),
        referral("2", D(2024, 1, 9), born=D(2024, 8, 1), age=None),
        referral("3", D(2024, 1, 9), born=D(2023, 8, 1), age=0),
    ]
    data = read(tmp_path, {3: born})
    assert rows(data, "cin.ChildIdentifiers", "LAchildID", "PersonBirthDate", "ExpectedPersonBirthDate") == [
        ("1", None, D(2024, 3, 1)),
        ("2", None, D(2024, 8, 1)),
        ("3", D(2023, 8, 1), None),
    ]


def test_ids_that_a_spreadsheet_made_numbers_of_are_ids_again(tmp_path: Path) -> None:
    lists = {3: [referral(9212044, D(2024, 1, 9))], 7: [plan("9212044", D(2024, 1, 20))]}
    data = read(tmp_path, lists)
    assert rows(data, "cin.ChildIdentifiers", "LAchildID") == [("9212044",)]


# ---- tables -----------------------------------------------------------------------------------------------


def test_list_6_says_what_became_of_a_referral(tmp_path: Path) -> None:
    lists = {
        3: [referral("1", D(2024, 1, 9)), referral("2", D(2024, 1, 10), nfa="a) Yes")],
        6: [
            need("1", D(2024, 1, 9), end=D(2024, 3, 1), reason="RC7 - Services ceased"),
            need("3", D(2019, 6, 1), code="n) N4: Family in acute stress"),
            need("4", D(2024, 2, 2)),
        ],
    }
    data = read(tmp_path, lists)
    found = rows(data, "cin.CINdetails", "LAchildID", "CINreferralDate", "PrimaryNeedCode", "CINclosureDate",
                 "ReasonForClosure", "ReferralNFA")  # fmt: skip
    assert found == [
        ("1", D(2024, 1, 9), "N1", D(2024, 3, 1), "RC7", "0"),
        ("2", D(2024, 1, 10), None, None, None, "1"),
        ("3", D(2019, 6, 1), "N4", None, None, "0"),
    ]
    assert problems(data)["episode_without_referral"] == 1


def test_a_child_s_assessments_follow_its_latest_referral(tmp_path: Path) -> None:
    lists = {
        3: [
            referral("1", D(2023, 11, 1), nfa="a) Yes"),
            referral("1", D(2024, 1, 9)),
            referral("1", D(2024, 3, 1)),
        ],
        4: [
            assessment("1", D(2024, 1, 10), D(2024, 2, 20)),
            assessment("1", D(2024, 3, 2)),
            assessment("1", D(2023, 11, 2)),
            assessment("9", D(2024, 3, 2)),
        ],
    }
    data = read(tmp_path, lists)
    assert rows(data, "cin.CINdetails", "CINdetailsID", "CINreferralDate") == [
        (1, D(2023, 11, 1)), (2, D(2024, 1, 9)), (3, D(2024, 3, 1)),
    ]  # fmt: skip
    assert rows(data, "cin.Assessments", "CINdetailsID", "AssessmentID", "AssessmentActualStartDate") == [
        (2, 1, D(2024, 1, 10)), (3, 1, D(2024, 3, 2)),
    ]  # fmt: skip
    assert problems(data)["assessment_without_referral"] == 2


def test_enquiries_and_plans(tmp_path: Path) -> None:
    lists = {
        5: [enquiry("1", D(2024, 1, 9), D(2024, 1, 20)), enquiry("2", D(2024, 1, 9), unnecessary="a) Yes")],
        7: [
            plan("1", D(2024, 1, 20), previous=2, category="e) Multiple/not recommended"),
            plan("2", D(2023, 1, 5), D(2024, 2, 1)),
        ],
    }
    data = read(tmp_path, lists)
    assert rows(
        data, "cin.Section47", "LAchildID", "S47ActualStartDate", "DateOfInitialCPC", "ICPCnotRequired"
    ) == [
        ("1", D(2024, 1, 9), D(2024, 1, 20), "0"),
        ("2", D(2024, 1, 9), None, "1"),
    ]
    found = rows(data, "cin.ChildProtectionPlans", "LAchildID", "CPPstartDate", "CPPendDate", "InitialCategoryOfAbuse",
                 "LatestCategoryOfAbuse", "NumberOfPreviousCPP")  # fmt: skip
    assert found == [
        ("1", D(2024, 1, 20), None, "MUL", "PHY", 2),
        ("2", D(2023, 1, 5), D(2024, 2, 1), "NEG", "PHY", 0),
    ]
    # Child 1's plan before may have begun and ended within the six months; child 2's is the first.
    assert problems(data)["plan_replaced"] == 1


def test_list_10_fills_decisions_and_adoptions(tmp_path: Path) -> None:
    decided = "Date of Decision that Child Should be Placed for Adoption"
    lists: Lists = {
        10: [
            {**person("1"), decided: D(2023, 1, 5), "Date of Matching Child and Prospective Adopters": D(2023, 6, 1),
             "Date of Adoption Order": D(2024, 2, 1)},
            {**person("2"), decided: D(2023, 9, 5),
             "Date of Decision that Child Should No Longer be Placed for Adoption": D(2024, 1, 3),
             "Reason Why Child No Longer Placed for Adoption": "RD2 - The Court did not make a placement order"},
        ]
    }  # fmt: skip
    data = read(tmp_path, lists)
    assert rows(data, "ssda903.ad1", "CHILD", "DATE_INT", "DATE_MATCH") == [
        ("1", D(2023, 1, 5), D(2023, 6, 1))
    ]
    columns = ("CHILD", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED")
    assert rows(data, "ssda903.placed_for_adoption", *columns) == [
        ("1", D(2023, 1, 5), None, None),
        ("2", D(2023, 9, 5), D(2024, 1, 3), "RD2"),
    ]


def test_lists_without_a_place_in_the_returns_fill_nothing(tmp_path: Path) -> None:
    one = {"Child Unique ID": "1", DISABLED: "b) No"}
    lists = {
        8: [{**one, "Date Started to be Looked After": D(2023, 1, 1)}],
        9: [{**one, "LA in Touch": "a) Yes"}],
    }
    data = read(tmp_path, lists)
    assert data.tables.empty
    assert answer(data, "cla_starts_number")[2] == "no_data"
    assert "list 8 keeps one row per child" in answer(data, "cla_starts_number")[3]


# ---- several workbooks ------------------------------------------------------------------------------------


def year_of_workbooks(
    place: Path, *, first: Lists, second: Lists, days: tuple[str, str] = ("2023-09-30", "2024-03-31")
) -> csc.Data:
    paths = [book(place / "1.xlsx", first), book(place / "2.xlsx", second)]
    return csc.read_annex_a(paths, la=LA, date=days)


def test_a_row_that_comes_again_is_the_newer_workbook_s(tmp_path: Path) -> None:
    data = year_of_workbooks(
        tmp_path,
        first={5: [enquiry("1", D(2023, 9, 20)), enquiry("2", D(2023, 5, 1))], 7: [plan("1", D(2023, 6, 1))]},
        second={
            5: [enquiry("1", D(2023, 9, 20), D(2023, 10, 2))],
            7: [plan("1", D(2023, 6, 1), D(2024, 2, 1))],
        },
    )
    assert rows(data, "cin.Section47", "LAchildID", "DateOfInitialCPC") == [
        ("1", D(2023, 10, 2)),
        ("2", None),
    ]
    assert rows(data, "cin.ChildProtectionPlans", "LAchildID", "CPPendDate") == [("1", D(2024, 2, 1))]
    assert list(data.problems.query("code == 'superseded'")["table"]) == ["list 5", "list 7"]


def test_a_folder_of_workbooks_is_read_in_order(tmp_path: Path) -> None:
    book(tmp_path / "b.xlsx", {3: [referral("1", D(2024, 1, 9), nfa="a) Yes")]})
    book(tmp_path / "a.xlsx", {3: [referral("1", D(2023, 5, 9))]})
    (tmp_path / "notes.txt").write_text("x")
    data = csc.read_annex_a(tmp_path, la=LA, date=["2023-09-30", "2024-03-31"])
    assert rows(data, "cin.CINdetails", "CINreferralDate", "ReferralNFA") == [
        (D(2023, 5, 9), "0"),
        (D(2024, 1, 9), "1"),
    ]


def test_each_workbook_needs_its_own_day(tmp_path: Path) -> None:
    paths = [book(tmp_path / f"{n}.xlsx", {3: [referral("1", D(2024, 1, 9))]}) for n in "12"]
    with pytest.raises(
        csc.InputError, match="needed one day for each of 2 workbooks, in their order; found 1"
    ):
        csc.read_annex_a(paths, la=LA, date="2024-03-31")


# ---- the day ----------------------------------------------------------------------------------------------


def aged(*ages: tuple[dt.date, float]) -> Lists:
    return {3: [referral(str(n), D(2024, 1, 9), born=born, age=age) for n, (born, age) in enumerate(ages)]}


BIRTHS = (D(2010, 3, 1), D(2015, 7, 9), D(2019, 12, 24))


def test_fractional_ages_tell_the_day(tmp_path: Path) -> None:
    lists = aged(*((born, (D(2024, 3, 31) - born).days / 365.25) for born in BIRTHS))
    assert read_workbook(book(tmp_path / "a.xlsx", lists)).day() == D(2024, 3, 31)
    data = csc.read_annex_a(tmp_path / "a.xlsx", la=LA)
    assert "2024-03-31" in data.feed.short


def test_whole_ages_tell_the_day_where_birthdays_leave_no_other(tmp_path: Path) -> None:
    told = aged((D(2010, 3, 31), 14), (D(2010, 4, 1), 13), (D(2015, 7, 9), 8))
    assert read_workbook(book(tmp_path / "a.xlsx", told)).day() == D(2024, 3, 31)


@pytest.mark.parametrize(
    "ages",
    [
        pytest.param(((BIRTHS[0], 14), (BIRTHS[1], 8), (BIRTHS[2], 4)), id="whole ages leave room"),
        pytest.param(tuple((born, (DAY - born).days / 365.25) for born in BIRTHS[:2]), id="too few"),
        pytest.param(
            tuple((b, (day - b).days / 365.25) for b, day in zip(BIRTHS, (DAY, DAY, D(2024, 2, 1)), strict=True)),
            id="two days",
        ),
        pytest.param((*((born, (DAY - born).days / 365.25) for born in BIRTHS), (D(2010, 1, 1), 9)), id="contradicted"),
        pytest.param(tuple((born, 5.5) for born in BIRTHS), id="ages in halves"),
        pytest.param((), id="no row"),
    ],
)  # fmt: skip
def test_a_day_that_is_not_certain_is_asked_for(
    tmp_path: Path, ages: tuple[tuple[dt.date, float], ...]
) -> None:
    path = book(tmp_path / "a.xlsx", {**aged(*ages), 1: [{"Child Unique ID": "x"}]})
    assert read_workbook(path).day() is None
    with pytest.raises(csc.InputError, match=r"the day of a\.xlsx cannot be told for certain .* give date="):
        csc.read_annex_a(path, la=LA)


def test_a_day_that_is_no_date_is_refused(tmp_path: Path) -> None:
    with pytest.raises(csc.InputError, match="date: needed a day such as '2024-03-31'"):
        read(tmp_path, {3: [referral("1", D(2024, 1, 9))]}, date="31 March")


def test_rows_after_the_day_are_reported(tmp_path: Path) -> None:
    data = read(tmp_path, {3: [referral("1", D(2024, 1, 9)), referral("2", D(2024, 4, 1))]})
    assert problems(data)["after_workbook"] == 1


# ---- cover ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "years"),
    [
        ([("2023-09-30", "2024-03-31")], set()),
        ([("2023-03-30", "2023-09-30"), ("2023-09-30", "2024-03-31")], {2024}),
        ([("2023-04-01", "2023-09-29"), ("2023-09-30", "2024-03-31")], {2024}),
        ([("2023-04-01", "2023-09-28"), ("2023-09-30", "2024-03-31")], set()),
        ([("2023-04-02", "2023-09-29"), ("2023-09-30", "2024-03-31")], set()),
        ([("2023-04-01", "2023-09-29"), ("2023-09-30", "2024-03-30")], set()),
        ([("2023-09-30", "2024-03-31"), ("2022-01-01", "2023-12-31")], {2023, 2024}),
        ([], set()),
    ],
)
def test_a_year_is_covered_where_no_day_is_left_out(spans: list[tuple[str, str]], years: set[int]) -> None:
    days = [(D.fromisoformat(first), D.fromisoformat(last)) for first, last in spans]
    assert whole_years(days) == years


def test_one_workbook_covers_no_year(tmp_path: Path) -> None:
    data = read(tmp_path, {3: [referral("1", D(2024, 1, 9)), referral("1", D(2024, 3, 9))]})
    assert data.cover("cin.referrals") == {LA: frozenset()}
    assert set(data.tables["years"]) == {""}
    numerator, _, status, why = answer(data, "rereferral_pct")
    assert pd_missing(numerator)
    assert status == "incomplete"
    assert "Annex A holds six months to the day it was made" in why


def pd_missing(value: Any) -> bool:
    return bool(value != value)


def two_years(place: Path, plans: Lists | None = None) -> csc.Data:
    """Four workbooks of two years: child 1 comes back after 11 months, child 2 after 13."""
    days = ["2022-09-30", "2023-03-31", "2023-09-30", "2024-03-31"]
    lists: list[Lists] = [
        {3: [referral("1", D(2022, 7, 1)), referral("2", D(2022, 7, 1))]},
        {3: [referral("3", D(2023, 1, 1))]},
        {3: [referral("1", D(2023, 6, 1)), referral("2", D(2023, 8, 1))]},
        {3: [referral("4", D(2024, 1, 1))], **(plans or {})},
    ]
    paths = [book(place / f"{n}.xlsx", entry) for n, entry in enumerate(lists)]
    return csc.read_annex_a(paths, la=LA, date=days)


def test_workbooks_that_together_hold_two_years_answer_for_the_second(tmp_path: Path) -> None:
    data = two_years(tmp_path)
    assert data.cover("cin.referrals") == {LA: frozenset({2023, 2024})}
    assert answer(data, "rereferral_pct") == (1, 3, "ok", "")
    numerator, _, status, why = answer(data, "rereferral_pct", until="2023-03-31")
    assert (pd_missing(numerator), status) == (True, "incomplete")
    assert "2022" in why


def test_a_list_covers_only_what_its_own_sheets_hold(tmp_path: Path) -> None:
    """List 7 is in one workbook of four: referrals are covered, plans are not."""
    data = two_years(tmp_path, {7: [plan("1", D(2024, 1, 20), previous=1)]})
    assert data.cover("cin.plans") == {LA: frozenset()}
    assert answer(data, "cpp_subsequent_pct")[2] == "incomplete"
    assert answer(data, "rereferral_pct")[2] == "ok"


def plans_of_a_year(place: Path) -> csc.Data:
    """Both workbooks of a year with referrals and plans: three plans start, one of them a further one."""
    first = {
        3: [referral("1", D(2023, 5, 1))],
        7: [plan("1", D(2023, 6, 1)), plan("2", D(2023, 7, 1), previous=1)],
    }
    second = {3: [referral("4", D(2024, 1, 1))], 7: [plan("3", D(2024, 2, 1))]}
    return year_of_workbooks(place, first=first, second=second)


def test_repeat_plans_of_a_covered_year(tmp_path: Path) -> None:
    assert answer(plans_of_a_year(tmp_path), "cpp_subsequent_pct") == (1, 3, "ok", "")


def test_without_the_number_of_previous_plans_nothing_is_said_of_repeats(tmp_path: Path) -> None:
    at = HEADINGS[7].index("Number of Previous Child Protection Plans")
    paths = []
    for name, start in (("1", D(2023, 6, 1)), ("2", D(2024, 2, 1))):
        plans = [[*row[:at], *row[at + 1 :]] for row in sheet(7, plan(name, start, previous=None))]
        sheets = {"3": sheet(3, referral(name, start)), "7": plans}
        paths.append(workbook(tmp_path / f"{name}.xlsx", sheets))
    data = csc.read_annex_a(paths, la=LA, date=["2023-09-30", "2024-03-31"])
    numerator, _, status, why = answer(data, "cpp_subsequent_pct")
    assert (pd_missing(numerator), status) == (True, "no_data")
    assert why == "list 7 has no column 'Number of Previous Child Protection Plans'"


def test_windows_per_child_respect_what_is_covered(tmp_path: Path) -> None:
    import pandas as pd

    cohort = pd.DataFrame({"LA": LA, "CHILD": ["1"], "index_date": ["2024-01-01"]})
    windows = csc.Windows.per_child(cohort, follow_up_months=1)
    data = read(tmp_path, {3: [referral("1", D(2024, 1, 9))]})
    frame = csc.calculate("rereferral_pct", data, windows).frame
    assert set(frame["status"]) == {"incomplete"}
    refused = csc.calculate("cla_starts_number", data, windows)
    assert set(refused.frame["status"]) == {"no_data"}
    assert refused.notes["text"].str.contains("list 8 keeps one row per child").any()


# ---- what is not filled -----------------------------------------------------------------------------------


def test_every_table_of_the_returns_is_filled_or_says_why_not(tmp_path: Path) -> None:
    data = read(tmp_path, {3: [referral("1", D(2024, 1, 9))]})
    filled = set(data.tables["table"])
    returns = {name for name in TABLES if name.split(".")[0] in ("cin", "ssda903", "workforce")}
    assert set(data.feed.absent) == returns - filled
    assert all(data.feed.absent.values())


@pytest.mark.parametrize(
    ("measure", "why"),
    [
        ("cla_stock_number", "list 8 keeps one row per child"),
        ("placements_3plus_pct", "list 8 keeps one row per child"),
        ("gang_factor_assessment_pct", "Annex A holds no assessment factors"),
        ("sdq_mean", "Annex A holds no SDQ scores"),
        ("care_leaver_eet_19_21_pct", "not around their birthday"),
        ("vacancy_rate_fte_pct", "Annex A does not hold it"),
    ],
)
def test_what_the_workbook_cannot_say_is_no_data_with_the_reason(
    tmp_path: Path, measure: str, why: str
) -> None:
    data = read(tmp_path, {3: [referral("1", D(2024, 1, 9))]})
    window = (
        csc.Window.snapshot("2024-03-31")
        if measure != "gang_factor_assessment_pct"
        else csc.Window.year_to("2024-03-31")
    )
    if measure.startswith("vacancy"):
        window = csc.Window.snapshot("2023-09-30")
    result = csc.calculate(measure, data, window)
    assert list(result.frame["status"].unique()) == ["no_data"]
    assert result.frame["value"].isna().all()
    assert result.notes.query("kind == 'status'")["text"].str.contains(why).all()


def test_what_is_said_to_be_unanswered_is_unanswered_and_nothing_else(tmp_path: Path) -> None:
    lists: list[Lists] = [
        {
            3: [referral("1", start)],
            4: [assessment("1", start, start)],
            5: [enquiry("1", start)],
            7: [plan(str(start), start)],
        }
        for start in (D(2022, 7, 1), D(2023, 1, 1), D(2023, 6, 1), D(2024, 1, 1))
    ]
    paths = [book(tmp_path / f"{n}.xlsx", entry) for n, entry in enumerate(lists)]
    data = csc.read_annex_a(paths, la=LA, date=["2022-09-30", "2023-03-31", "2023-09-30", "2024-03-31"])
    asked = [m for m in csc.catalogue() if m.needs and all(csc.Data.yearly(need) for need in m.needs)]
    result = csc.calculate(
        [m.id for m in asked], data, csc.Window.year_to("2024-03-31"), parameters={"threshold": 16}
    )
    refused = set(result.frame.query("status == 'no_data'")["measure"])
    assert refused == set(unanswered("annex_a", asked))
    answered = result.frame.query("status != 'no_data' and breakdown == 'all' and area == 'all'")
    assert dict(zip(answered["measure"], answered["status"], strict=True)) == {
        "rereferral_number": "ok",
        "rereferral_pct": "ok",
        "rereferral_child_pct": "ok",
        "rereferral_forward_12m_pct": "incomplete",
        "referral_rate_10k": "no_population",
        "cpp_subsequent_pct": "ok",
    }
