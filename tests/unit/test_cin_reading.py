"""The children in need census: what the XML reader takes and refuses, what is reported, what is derived."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.sources import cin_xml
from csc_outcomes.sources.cin_tables import TABLES
from csc_outcomes.sources.cin_xml import read_xml
from csc_outcomes.sources.xml_files import OtherXMLError

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "C0FFEE4711"
HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>"
    "<ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails>"
    "<Source><SourceLevel>L</SourceLevel><LEA>201</LEA></Source></Header>"
)
IDENTIFIERS = (
    f"<ChildIdentifiers><LAchildID>{SECRET}</LAchildID><PersonBirthDate>2010-05-01</PersonBirthDate>"
    "<GenderCurrent>2</GenderCurrent></ChildIdentifiers>"
)
TRAITS = (
    "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities><Disability>HEAR</Disability>"
    "<Disability>LD</Disability></Disabilities></ChildCharacteristics>"
)
REFERRAL = (
    "<CINreferralDate>2023-05-01</CINreferralDate><ReferralSource>1A</ReferralSource>"
    "<PrimaryNeedCode>N1</PrimaryNeedCode>"
)
ASSESSMENT = (
    "<Assessments><AssessmentActualStartDate>2023-05-02</AssessmentActualStartDate>"
    "<AssessmentAuthorisationDate>2023-06-01</AssessmentAuthorisationDate>"
    "<FactorsIdentifiedAtAssessment><AssessmentFactors>10A</AssessmentFactors>"
    "<AssessmentFactors>20</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>"
)
ENQUIRY = (
    "<Section47><S47ActualStartDate>2023-06-02</S47ActualStartDate>"
    "<DateOfInitialCPC>2023-06-20</DateOfInitialCPC><ICPCnotRequired>false</ICPCnotRequired></Section47>"
)
NFA = "<ReferralNFA>0</ReferralNFA>"
PLAN = (
    "<ChildProtectionPlans><CPPstartDate>2023-06-20</CPPstartDate>"
    "<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>"
    "<NumberOfPreviousCPP>1</NumberOfPreviousCPP><Reviews><CPPreviewDate>2023-09-01</CPPreviewDate>"
    "<CPPreviewDate>2024-02-01</CPPreviewDate></Reviews></ChildProtectionPlans>"
)
DETAILS = f"<CINdetails>{REFERRAL}{ASSESSMENT}{ENQUIRY}{NFA}{PLAN}</CINdetails>"


def message(*children: str, header: str = HEADER) -> str:
    inside = "".join(f"<Child>{child}</Child>" for child in children)
    return f'<?xml version="1.0" encoding="UTF-8"?><Message>{header}<Children>{inside}</Children></Message>'


def written(place: Path, text: str | bytes, name: str = "cin.xml") -> Path:
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(place: Path, text: str | bytes) -> dict[str, pl.DataFrame]:
    return read_xml(written(place, text))


WHOLE = message(IDENTIFIERS + TRAITS + DETAILS)


# ---- what is read ---------------------------------------------------------------------------------------


def test_every_group_becomes_a_table(tmp_path: Path) -> None:
    frames = read(tmp_path, WHOLE)
    heights = {name: frame.height for name, frame in frames.items()}
    assert heights == {
        "Header": 1, "ChildIdentifiers": 1, "ChildCharacteristics": 1, "Disabilities": 2, "CINdetails": 1,
        "Assessments": 1, "AssessmentFactorsList": 2, "Section47": 1, "ChildProtectionPlans": 1, "Reviews": 2,
    }  # fmt: skip
    for name, frame in frames.items():
        assert tuple(frame.columns) == (*TABLES[name].names, "LA", "YEAR")
        assert frame.select("LA", "YEAR").unique().rows() == [("201", "2024")]
    assert frames["AssessmentFactorsList"].drop("LA", "YEAR").rows() == [
        (SECRET, 1, 1, "10A"),
        (SECRET, 1, 1, "20"),
    ]
    assert frames["Reviews"]["CPPreviewDate"].to_list() == ["2023-09-01", "2024-02-01"]
    assert frames["Header"].select("BlocksOutOfOrder", "UnknownElements").row(0) == (0, 0)


def test_counters_begin_again_in_every_parent(tmp_path: Path) -> None:
    double = f"<CINdetails>{REFERRAL}{ASSESSMENT}{ASSESSMENT}{NFA}{PLAN}{PLAN}</CINdetails>"
    child = IDENTIFIERS + double + DETAILS
    frames = read(tmp_path, message(child, child))
    assert frames["CINdetails"]["CINdetailsID"].to_list() == [1, 2, 1, 2]
    once = [(1, 1), (1, 2), (2, 1)]
    assert frames["Assessments"].select("CINdetailsID", "AssessmentID").rows() == once * 2
    assert frames["ChildProtectionPlans"].select("CINdetailsID", "CPPID").rows() == once * 2


def test_the_conference_of_the_referral_is_not_that_of_the_enquiry(tmp_path: Path) -> None:
    own = "<DateOfInitialCPC>2023-08-08</DateOfInitialCPC>"
    for details in (REFERRAL + own + ENQUIRY + NFA, REFERRAL + ENQUIRY + own + NFA):
        frames = read(tmp_path, message(f"{IDENTIFIERS}<CINdetails>{details}</CINdetails>"))
        assert frames["CINdetails"]["DateOfInitialCPC"].to_list() == ["2023-08-08"]
        assert frames["Section47"]["DateOfInitialCPC"].to_list() == ["2023-06-20"]


def test_another_order_is_read_and_counted(tmp_path: Path) -> None:
    details = f"<CINdetails>{NFA}{PLAN}{ENQUIRY}{ASSESSMENT}{REFERRAL}</CINdetails>"
    turned = read(tmp_path, message(details + TRAITS + IDENTIFIERS))
    usual = read(tmp_path, WHOLE)
    for name in usual:
        if name != "Header":
            assert turned[name].equals(usual[name]), name
    assert turned["Header"]["BlocksOutOfOrder"].item() == 2  # the child's blocks, and the referral's elements


def test_stray_text_comments_and_strange_elements_are_left_out(tmp_path: Path) -> None:
    loose = IDENTIFIERS.replace("<GenderCurrent>", "PersonBirthDate<!-- a note --><GenderCurrent>")
    strange = DETAILS.replace("<ReferralNFA>", "<Colour>red<Shade>dark</Shade></Colour><ReferralNFA>")
    # A field in a block where it does not belong must not stand in for the one that does.
    strange = strange.replace(
        "<S47ActualStartDate>", "<CPPendDate>2020-01-01</CPPendDate><S47ActualStartDate>"
    )
    frames = read(tmp_path, message(loose + TRAITS + strange))
    usual = read(tmp_path, WHOLE)
    assert all(frames[name].equals(usual[name]) for name in usual if name != "Header")
    assert frames["Header"]["UnknownElements"].item() == 3


def test_namespace_blank_and_space(tmp_path: Path) -> None:
    spaced = REFERRAL.replace("2023-05-01", " 2023-05-01\n") + "<CINclosureDate> </CINclosureDate>"
    text = message(f"{IDENTIFIERS}<CINdetails>{spaced}{NFA}</CINdetails>")
    frames = read(tmp_path, text.replace("<Message>", '<Message xmlns="http://example.org/cin">'))
    row = frames["CINdetails"].row(0, named=True)
    assert (row["CINreferralDate"], row["CINclosureDate"], row["ReferralNFA"]) == ("2023-05-01", None, "0")


def test_groups_without_a_row_are_there_where_every_return_holds_them(tmp_path: Path) -> None:
    frames = read(tmp_path, message(f"{IDENTIFIERS}<CINdetails>{REFERRAL}{NFA}</CINdetails>"))
    assert {name for name, frame in frames.items() if frame.is_empty()} == {
        "ChildCharacteristics", "Assessments", "AssessmentFactorsList", "Section47", "ChildProtectionPlans",
        "Reviews",
    }  # fmt: skip


def test_rows_are_packed_batch_by_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children = [IDENTIFIERS.replace(SECRET, f"c{n}") + DETAILS for n in range(2_500)]
    path = written(tmp_path, message(*children))
    whole = read_xml(path)
    monkeypatch.setattr(cin_xml, "_BATCH", 1)
    steps: list[int] = []
    batches = read_xml(path, steps.append)
    assert whole["CINdetails"]["LAchildID"].to_list() == [f"c{n}" for n in range(2_500)]
    assert all(batches[name].equals(whole[name]) for name in whole)
    assert steps == []  # told every 10,000 children


# ---- what is refused ------------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE Message [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
FILE = '<!DOCTYPE Message [<!ENTITY file SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        (WHOLE[:-40], "needed well-formed XML"),
        (WHOLE.replace("</CINdetails>", ""), "needed well-formed XML"),
        ("", "needed well-formed XML"),
        (b"PK\x03\x04 a workbook", "needed well-formed XML"),
        (WHOLE.replace("<Message>", f"{LAUGHS}<Message>"), "without a document type"),
        (WHOLE.replace("<Message>", f"{FILE}<Message>").replace(SECRET, "&file;"), "without a document type"),
        (WHOLE.replace(SECRET, "&unknown;"), "needed well-formed XML"),
        (message(), "needed Child elements"),
        (WHOLE.replace("<LEA>201</LEA>", ""), "found no LEA"),
        (WHOLE.replace("<Year>2024</Year>", "<Year> </Year>"), "found no Year"),
        (WHOLE.replace(HEADER, ""), "needed the collection CIN, found no sign of it"),
        (WHOLE.replace("<LEA>201</LEA>", "<LEA>20</LEA>"), "needed a LEA of three digits"),
        (WHOLE.replace("</LEA>", "</LEA></Source><Source><LEA>202</LEA>"), "found 2 in Header"),
        (WHOLE.replace("<Year>2024", "<Year>next"), "needed in Header the Year"),
        (WHOLE.replace("<Year>2024", "<Year>1066"), "needed in Header the Year"),
    ],
)
def test_refuses_and_says_why(tmp_path: Path, text: str | bytes, needed: str) -> None:
    with pytest.raises(csc.ReadError, match=re.escape(needed)) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith("cin.xml: ")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "<EXPSSDA903><CHILD/></EXPSSDA903>",
        WHOLE.replace("<Collection>CIN</Collection>", "<Collection>CSWW</Collection>"),
        WHOLE.replace("<Collection>CIN</Collection>", ""),
    ],
)
def test_other_returns_are_told_apart(tmp_path: Path, text: str) -> None:
    with pytest.raises(OtherXMLError):
        read(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(csc.ReadError, match="needed a file that can be read"):
        read_xml(tmp_path / "cin.xml")


# ---- as data --------------------------------------------------------------------------------------------


def frame(header: str, *rows: str) -> pl.DataFrame:
    names = header.split()
    cells = [[None if cell == "-" else cell for cell in row.split()] for row in rows]
    return pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")


DETAIL = "LA LAchildID YEAR CINdetailsID CINreferralDate CINclosureDate ReasonForClosure ReferralNFA"


def problems(data: csc.Data) -> dict[tuple[str, str], int]:
    found = data.problems
    return {(row.table.removeprefix("cin."), row.code): row.rows for row in found.itertuples()}


def table(data: csc.Data, name: str, *columns: str) -> list[tuple[Any, ...]]:
    found = data.local(name).with_columns(pl.col(pl.Categorical).cast(pl.String))
    return sorted(found.select(columns).rows(), key=str)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


OPEN = dt.date(2099, 12, 31)


def test_a_file_becomes_data(tmp_path: Path) -> None:
    data = csc.read(written(tmp_path, WHOLE))
    assert data.areas == ("E09000001",)  # the ONS code of LEA 201
    assert table(data, "cin.children", "DOB", "EXPECTED", "SEX", "ETHNICITY") == [
        (day("2010-05-01"), None, "female", "White")
    ]
    assert problems(data) == {}
    window = csc.Window.year_to("2024-03-31")
    result = csc.calculate(["cpp_subsequent_pct", "missing_factor_assessment_pct"], data, window)
    assert result.frame["value"].to_list() == [100, 100]


def test_what_is_odd_is_counted_and_never_shown() -> None:
    data = csc.Data(
        {
            "cin.Header": frame("LA YEAR ReferenceDate BlocksOutOfOrder UnknownElements", "201 2024 2024-03-28 3 1"),
            "cin.CINdetails": frame(
                f"{DETAIL} PrimaryNeedCode DateOfInitialCPC",
                "201 a 2024 1 2023-05-01 2023-04-01 -   0     N1 -",
                "201 a 2024 2 2023-06-01 -          RC7 false -  -",
                "201 a 2024 3 2023-07-01 -          -   -     N2 -",
                "201 b 2024 1 2024-05-01 2022-05-01 RC1 true  NX -",
                "201 b 2024 2 2022-01-01 -          -   1     -  -",
                "201 b 2024 3 -          -          -   1     -  -",
                "201 c 2028 1 2027-05-01 -          -   maybe N1 -",
            ),
            "cin.ChildIdentifiers": frame(
                "LA LAchildID YEAR PersonBirthDate ExpectedPersonBirthDate Sex",
                "201 a 2024 2024-03-01 - M",
                "201 b 2024 - - 1",
                "201 c 2023 2015-01-01 - M",
                "201 c 2028 2015-01-02 - F",
            ),
            "cin.Assessments": frame(
                "LA LAchildID YEAR CINdetailsID AssessmentID AssessmentActualStartDate AssessmentAuthorisationDate",
                "201 b 2024 1 1 2023-06-01 2023-05-01",
                "201 b 2024 1 2 2023-06-01 2024-05-01",
                "201 b 2024 9 1 2023-06-01 2023-07-01",
            ),
            "cin.AssessmentFactorsList": frame(
                "LA LAchildID YEAR CINdetailsID AssessmentID AssessmentFactor",
                "201 b 2024 1 1 21",
                "201 b 2024 1 1 1A",
                "201 b 2024 1 2 18A",
                "201 b 2024 1 2 24A",
                "201 c 2028 1 1 18A",
            ),
            "cin.ChildProtectionPlans": frame(
                "LA LAchildID YEAR CPPstartDate CPPendDate NumberOfPreviousCPP",
                "201 a 2024 2023-05-01 2023-04-01 0",
                "201 a 2024 2023-06-01 2024-03-01 -",
                "201 a 2024 2023-08-01 - 1",
            ),
            "cin.Section47": frame(
                "LA LAchildID YEAR S47ActualStartDate DateOfInitialCPC",
                "201 z 2024 2023-08-01 2023-07-01",
                "201 z 2024 - 2023-07-01",
            ),
        }
    )  # fmt: skip
    found = problems(data)
    assert found == {
        ("Header", "reference_date"): 1,
        ("Header", "out_of_order"): 1,
        ("Header", "unknown_element"): 1,
        ("CINdetails", "missing_cinreferraldate"): 1,
        ("CINdetails", "unknown_code"): 1,
        ("CINdetails", "closure_before_referral"): 2,
        ("CINdetails", "closure_without_reason"): 1,
        ("CINdetails", "reason_without_closure"): 1,
        ("CINdetails", "referral_after_return"): 1,
        ("CINdetails", "closure_outside_return"): 1,
        ("CINdetails", "nfa_blank"): 1,
        ("CINdetails", "need_missing"): 1,
        ("CINdetails", "year_not_described"): 1,
        ("CINdetails", "open_twice"): 1,
        ("CINdetails", "referral_before_birth"): 1,
        ("CINdetails", "referral_while_open"): 1,
        ("ChildIdentifiers", "no_birth"): 1,
        ("ChildIdentifiers", "code_of_other_years"): 2,
        ("ChildIdentifiers", "header_conflict"): 1,
        ("Assessments", "assessment_dates"): 1,
        ("Assessments", "assessment_outside_return"): 1,
        ("Assessments", "assessment_without_factor"): 1,
        ("Assessments", "assessment_without_referral"): 1,
        ("Assessments", "after_no_further_action"): 2,
        ("Assessments", "return_without_rows"): 0,
        ("AssessmentFactorsList", "no_factor_beside_others"): 1,
        ("AssessmentFactorsList", "code_of_other_years"): 1,
        ("ChildProtectionPlans", "plan_dates"): 1,
        ("ChildProtectionPlans", "previous_plans_blank"): 1,
        ("ChildProtectionPlans", "plan_overlap"): 1,
        ("ChildProtectionPlans", "return_without_rows"): 0,
        ("Section47", "child_without_identifiers"): 2,
        ("Section47", "conference_dates"): 1,
        ("Section47", "enquiry_without_start"): 1,
        ("Section47", "return_without_rows"): 0,
    }
    texts = " ".join(data.problems["message"])
    assert not re.search(r"\bNX\b|maybe|2023-0|2015-01", texts)


def test_years_are_told_from_a_single_return() -> None:
    rows = frame(
        "LA LAchildID CINreferralDate CINclosureDate ReasonForClosure ReferralNFA",
        "201 a 2019-05-01 2023-06-01 RC7 0",
        "201 b 2023-05-01 2024-03-31 RC7 0",
    )
    data = csc.Data({"cin.CINdetails": rows})
    assert data.cover("cin.referrals") == {"201": frozenset({2024})}
    assert problems(data)["CINdetails", "year_inferred"] == 2
    longer = pl.concat(
        [
            rows,
            frame(
                " ".join(rows.columns),
                "201 c 2020-05-01 2021-06-01 RC7 0",
                "201 c 2021-07-01 2022-06-01 RC7 0",
            ),
        ]
    )
    with pytest.raises(csc.InputError, match="needed a column YEAR"):
        csc.Data({"cin.CINdetails": longer})


def test_refuses_what_cannot_be_joined() -> None:
    assessments = frame(
        "LA LAchildID YEAR CINdetailsID AssessmentID AssessmentActualStartDate AssessmentAuthorisationDate",
        "201 a 2024 1 1 2023-06-01 2023-06-10",
    )
    details = frame(DETAIL, "201 a 2024 1 2023-05-01 - - 0")
    with pytest.raises(csc.InputError, match="no column CINdetailsID"):
        csc.Data({"cin.CINdetails": details.drop("CINdetailsID"), "cin.Assessments": assessments})
    mixed = pl.concat([details, frame(DETAIL, "201 a 2024 1 2023-05-02 - - 0")])
    with pytest.raises(csc.InputError, match="two versions of a return are mixed"):
        csc.Data({"cin.CINdetails": mixed})


# ---- what is derived ------------------------------------------------------------------------------------

STACKED = frame(
    DETAIL,
    "201 a 2023 1 2022-05-01 -          -   0",
    "201 a 2024 1 2022-05-01 2023-06-01 RC7 0",
    "201 a 2024 2 2023-09-01 2023-12-01 RC7 1",
    "201 a 2024 3 2023-09-01 2023-10-01 RC8 0",
    "201 b 2023 1 2022-06-01 -          -   0",
    "201 c 2024 1 2023-06-01 -          -   1",
    "201 d 2024 1 2023-06-01 -          -   0",
    "301 a 2024 1 2023-07-01 -          -   0",
)


@pytest.mark.parametrize("turned", [False, True])
def test_a_referral_comes_once_as_the_newest_return_has_it(turned: bool) -> None:
    rows = STACKED.reverse() if turned else STACKED
    data = csc.Data({"cin.CINdetails": rows})
    columns = ("YEAR", "REFERRAL", "CLOSURE", "REASON", "NFA", "PREV_REFERRAL", "NEXT_REFERRAL")
    first, second = day("2022-05-01"), day("2023-09-01")
    assert table(data, "cin.referrals", *columns) == [
        (2023, day("2022-06-01"), OPEN, None, False, None, None),
        (2024, first, day("2023-06-01"), "RC7", False, None, second),
        (2024, day("2023-06-01"), OPEN, None, False, None, None),
        (2024, day("2023-06-01"), OPEN, None, True, None, None),
        (2024, day("2023-07-01"), OPEN, None, False, None, None),
        # Of two rows of one day the one that led to something.
        (2024, second, day("2023-10-01"), "RC8", False, first, None),
    ]
    found = problems(data)
    assert (found["CINdetails", "superseded"], found["CINdetails", "same_day"]) == (1, 1)


def test_episodes_of_need() -> None:
    data = csc.Data({"cin.CINdetails": STACKED})
    assert table(data, "cin.needs", "START", "END", "CENSORED") == [
        (day("2022-05-01"), day("2023-06-01"), False),
        (day("2022-06-01"), day("2023-04-01"), True),  # gone from the return of 2024: lost, not closed
        (day("2023-06-01"), OPEN, False),
        (day("2023-07-01"), OPEN, False),
    ]


def test_of_an_assessment_in_two_returns_the_newest_counts() -> None:
    details = frame(
        DETAIL,
        "201 a 2023 1 2023-02-01 - - 0",
        "201 a 2024 1 2022-01-01 2023-05-01 RC7 0",
        "201 a 2024 2 2023-02-01 - - 0",
    )
    assessments = frame(
        "LA LAchildID YEAR CINdetailsID AssessmentID AssessmentActualStartDate AssessmentAuthorisationDate",
        "201 a 2023 1 1 2023-02-02 2023-03-30",
        "201 a 2023 1 2 2023-03-02 2023-03-31",
        "201 a 2024 2 1 2023-02-02 2023-04-03",
        "201 a 2024 2 2 2023-05-02 -",
    )
    factors = frame(
        "LA LAchildID YEAR CINdetailsID AssessmentID AssessmentFactor",
        "201 a 2023 1 1 13A",
        "201 a 2023 1 2 21",
        "201 a 2024 2 1 10A",
        "201 a 2024 2 1 zz",
        "201 a 2024 2 2 11A",
    )
    tables = {
        "cin.CINdetails": details,
        "cin.Assessments": assessments,
        "cin.AssessmentFactorsList": factors,
    }
    data = csc.Data(tables)
    referral, earlier, later = day("2023-02-01"), day("2023-03-31"), day("2023-04-03")
    assert table(data, "cin.assessments", "REFERRAL", "AUTHORISED", "PREV_AUTHORISED") == [
        (referral, earlier, None),
        (referral, later, earlier),
    ]
    assert table(data, "cin.factors", "REFERRAL", "AUTHORISED", "FACTOR", "NONE") == [
        (referral, earlier, "21", True),
        (referral, later, "10A", False),
    ]


def test_plans_enquiries_and_conferences() -> None:
    plans = frame(
        "LA LAchildID YEAR CPPstartDate CPPendDate NumberOfPreviousCPP",
        "201 a 2023 2022-06-01 - 0",
        "201 a 2024 2023-06-01 - -",
        "201 a 2024 2023-06-01 - 2",
        "201 a 2024 2023-06-01 - 1",
    )
    enquiries = frame(
        "LA LAchildID YEAR S47ActualStartDate DateOfInitialCPC ICPCnotRequired",
        "201 a 2024 2023-05-01 2023-05-20 false",
        "201 a 2024 2023-05-01 - true",
        "201 b 2024 - 2023-07-20 -",
    )
    details = frame(
        f"{DETAIL} DateOfInitialCPC",
        "201 a 2023 1 2022-05-01 - - 0 2022-05-20",
        "201 a 2024 1 2023-05-01 - - 0 2023-05-20",
    )
    data = csc.Data(
        {"cin.CINdetails": details, "cin.ChildProtectionPlans": plans, "cin.Section47": enquiries}
    )
    assert table(data, "cin.plans", "START", "END", "PREVIOUS", "CENSORED") == [
        (day("2022-06-01"), day("2023-04-01"), 0, True),
        (day("2023-06-01"), OPEN, 2, False),
    ]
    assert table(data, "cin.section47", "START", "CONFERENCE", "NOT_REQUIRED") == [
        (day("2023-05-01"), day("2023-05-20"), False)
    ]
    assert table(data, "cin.conferences", "DATE", "ENQUIRY") == [
        (day("2022-05-20"), False),
        (day("2023-05-20"), True),
        (day("2023-07-20"), True),
    ]


def test_an_authority_without_referrals_is_in_no_figure() -> None:
    """Which years its rows cover is not known, so they may not be added to those of others."""
    details = frame(DETAIL, "201 a 2024 1 2023-05-01 - - 0")
    plans = frame(
        "LA LAchildID YEAR CPPstartDate CPPendDate NumberOfPreviousCPP",
        "201 a 2024 2023-06-01 - 0",
        "301 a 2024 2023-06-01 - 1",
    )
    data = csc.Data({"cin.CINdetails": details, "cin.ChildProtectionPlans": plans})
    window = csc.Window.year_to("2024-03-31")
    result = csc.calculate("cpp_subsequent_pct", data, window).frame
    assert result[["numerator", "denominator"]].values.tolist() == [[0, 1]]
    assert problems(data)["ChildProtectionPlans", "authority_without_referrals"] == 1


def test_children_as_the_newest_return_knows_them() -> None:
    data = csc.Data(
        {
            "cin.ChildIdentifiers": frame(
                "LA LAchildID YEAR PersonBirthDate ExpectedPersonBirthDate GenderCurrent Sex",
                "201 a 2023 - 2023-05-01 0 -",
                "201 a 2024 2023-05-11 - 2 -",
                "201 a 2025 - - - U",
                "201 b 2024 - 2024-05-01 9 -",
                "201 c 2024 2010-01-01 - 1 -",
                "201 c 2025 2010-01-02 - - M",
            ),
            "cin.ChildCharacteristics": frame(
                "LA LAchildID YEAR Ethnicity", "201 a 2023 MWBC", "201 a 2024 NOBT", "201 d 2024 WBRI"
            ),
        }
    )
    assert table(data, "cin.children", "DOB", "EXPECTED", "SEX", "ETHNICITY") == [
        (None, day("2024-05-01"), None, None),
        (day("2010-01-02"), None, "male", None),
        (day("2023-05-11"), None, "female", "Mixed"),
    ]
