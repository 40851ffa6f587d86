"""The workforce census as it comes: files in the layouts of 2021 to 2025, hostile ones, and what is odd in rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.errors import InputError, ReadError
from csc_outcomes.sources.workforce_tables import TABLES
from csc_outcomes.sources.workforce_xml import read_xml
from csc_outcomes.sources.xml_files import OtherXMLError

if TYPE_CHECKING:
    from pathlib import Path

HEADER = """<Header>
  <CollectionDetails><Collection>CSWW</Collection><Year>2024</Year><ReferenceDate>2024-09-30</ReferenceDate></CollectionDetails>
  <Source><SourceLevel>L</SourceLevel><LEA>301</LEA><SoftwareCode>x</SoftwareCode></Source>
</Header>"""
VACANCIES = """<LALevelVacancies>
  <NumberOfVacancies>79.68</NumberOfVacancies><NoAgencyFTE>59.82</NoAgencyFTE><NoAgencyHeadcount>71</NoAgencyHeadcount>
</LALevelVacancies>"""
WORKER = """<CSWWWorker>
  <AgencyWorker>0</AgencyWorker><SWENo>SW1234</SWENo><FTE>0.833333</FTE><PersonBirthDate>1980-02-29</PersonBirthDate>
  <Sex>F</Sex><OrgRole>5</OrgRole><RoleStartDate>2019-01-01</RoleStartDate><FTE30>0.8</FTE30><Cases30>16</Cases30>
</CSWWWorker>"""
AGENCY = "<CSWWWorker><AgencyWorker>1</AgencyWorker><SWENo>SW9</SWENo><FTE>1</FTE></CSWWWorker>"


def message(*blocks: str, root: str = "Message", attributes: str = "") -> str:
    return f"<{root}{attributes}>{''.join(blocks)}</{root}>"


RETURN = message(HEADER, VACANCIES, WORKER, AGENCY)


def file(place: Path, content: str | bytes) -> Path:
    path = place / "census.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(place: Path, content: str | bytes) -> dict[str, pl.DataFrame]:
    return read_xml(file(place, content))


def cells(frame: pl.DataFrame) -> list[dict[str, str]]:
    """Cells that are filled, row by row."""
    return [{name: cell for name, cell in row.items() if cell is not None} for row in frame.to_dicts()]


def worker(**fields: Any) -> dict[str, Any]:
    row = {"LA": "301", "YEAR": "2024", "SWENo": "SW1", "AgencyWorker": "0", "FTE": "1"}
    return {
        **row,
        "RoleStartDate": "2019-01-01",
        "RoleEndDate": None,
        "FTE30": "1",
        "Cases30": "10",
        **fields,
    }


def data_of(*rows: dict[str, Any], **tables: list[dict[str, Any]]) -> csc.Data:
    frames = {"worker": list(rows), **tables}
    return csc.Data({f"workforce.{name}": pl.DataFrame(given) for name, given in frames.items() if given})


def problems(data: csc.Data) -> dict[str, int]:
    """Rows concerned, by code of the problem."""
    return dict(zip(data.problems["code"], data.problems["rows"], strict=True))


def figures(data: csc.Data, *names: str) -> tuple[Any, ...]:
    """Figures of the only authority and year."""
    row = data.local("workforce.parts").select(names).rows()
    assert len(row) == 1
    return row[0]


# ---- XML ------------------------------------------------------------------------------------------------


def test_reads_a_return(tmp_path: Path) -> None:
    frames = read(tmp_path, RETURN)
    assert set(frames) == {"worker", "la_level"}
    assert cells(frames["worker"]) == [
        {
            "AgencyWorker": "0", "SWENo": "SW1234", "FTE": "0.833333", "PersonBirthDate": "1980-02-29", "Sex": "F",
            "OrgRole": "5", "RoleStartDate": "2019-01-01", "FTE30": "0.8", "Cases30": "16", "LA": "301", "YEAR": "2024",
        },
        {"AgencyWorker": "1", "SWENo": "SW9", "FTE": "1", "LA": "301", "YEAR": "2024"},
    ]  # fmt: skip
    assert frames["worker"].columns == [*TABLES["worker"].names, "LA", "YEAR"]
    assert cells(frames["la_level"]) == [
        {
            "NumberOfVacancies": "79.68",
            "NoAgencyFTE": "59.82",
            "NoAgencyHeadcount": "71",
            "LA": "301",
            "YEAR": "2024",
        }
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(RETURN.encode("utf-16"), id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf" + RETURN.encode(), id="UTF-8 with mark"),
        pytest.param(f"<?xml version='1.0' encoding='iso-8859-1'?>{RETURN}".encode("latin-1"), id="Latin-1"),
        pytest.param(RETURN.replace("<Message>", '<Message xmlns="urn:x">'), id="a namespace"),
        pytest.param(RETURN.replace("><", ">\n <"), id="white space"),
        pytest.param(RETURN.replace("<CSWWWorker>", "<!-- x --><CSWWWorker><?x y?>"), id="comments"),
        pytest.param(RETURN.replace("SW9", "<![CDATA[ SW9 ]]>"), id="CDATA"),
        pytest.param(
            RETURN.replace("CSWW</Collection>", "csww </Collection>"), id="collection in other case"
        ),
        pytest.param(RETURN.replace("<Year>2024</Year>", ""), id="year from the reference date"),
        pytest.param(RETURN.replace("2024-09-30", "30/09/2024"), id="a reference date in other words"),
    ],
)
def test_ways_of_writing_the_same_return(tmp_path: Path, content: str | bytes) -> None:
    assert {name: frame.to_dicts() for name, frame in read(tmp_path, content).items()} == {
        name: frame.to_dicts() for name, frame in read(tmp_path, RETURN).items()
    }


def test_layout_of_2025(tmp_path: Path) -> None:
    offers = "<CostDBS>2</CostDBS><OtherAllowances>a &amp; b</OtherAllowances>"
    own = f"<LALevel><NumberOfVacancies>3</NumberOfVacancies>{offers}</LALevel>"
    pay = "<CSWWWorker><AgencyWorker>0</AgencyWorker><SWENo>SW1</SWENo><BaseSalary>41000.50</BaseSalary></CSWWWorker>"
    frames = read(tmp_path, message(HEADER.replace("2024", "2025"), own, pay))
    assert cells(frames["la_level"]) == [
        {"NumberOfVacancies": "3", "CostDBS": "2", "OtherAllowances": "a & b", "LA": "301", "YEAR": "2025"}
    ]
    assert cells(frames["worker"])[0]["BaseSalary"] == "41000.50"


def test_a_return_without_header_or_authority_row(tmp_path: Path) -> None:
    frames = read(tmp_path, message(WORKER))
    assert set(frames) == {"worker"} and not {"LA", "YEAR"} & set(frames["worker"].columns)
    data = csc.Data({"workforce.worker": frames["worker"]}, la="301", year=2024)
    assert figures(data, "LA", "YEAR", "CASES", "VACANCY_FTE") == ("301", 2024, 16.0, None)


def test_elements_that_the_layout_does_not_know_are_left_out(tmp_path: Path) -> None:
    frames = read(tmp_path, RETURN.replace("<FTE>1</FTE>", "<FTE>1</FTE><Shoe><Size>9</Size></Shoe>"))
    assert frames["worker"].to_dicts() == read(tmp_path, RETURN)["worker"].to_dicts()


def test_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[int] = []
    read_xml(file(tmp_path, message(HEADER, *[AGENCY] * 25_000)), told.append)
    assert told == [10_000, 20_000]


OTHER = [
    pytest.param(message(WORKER, root="EXPSSDA903"), "found EXPSSDA903", id="another root"),
    pytest.param(
        message("<Children><Child/></Children>"), "found Children", id="another return of this root"
    ),
    pytest.param(
        message(HEADER.replace("CSWW", "CIN"), "<Children/>"), "found another one", id="another collection"
    ),
    pytest.param(
        message(HEADER.replace("CSWW", "CIN"), WORKER),
        "found another one",
        id="workers of another collection",
    ),
    pytest.param(message(), "found no sign of it", id="nothing"),
    pytest.param(message("<Header/>"), "found no sign of it", id="an empty header"),
]
BROKEN = [
    pytest.param(message(HEADER, VACANCIES), "needed CSWWWorker elements under Message, found none", id="no worker"),
    pytest.param(RETURN[:-30], "needed well-formed XML, found an error at line", id="cut off"),
    pytest.param("", "needed well-formed XML", id="empty"),
    pytest.param("LA,YEAR\n301,2024\n", "needed well-formed XML", id="no XML"),
    pytest.param(b"\x00\xff\xfe\x00" * 50, "needed well-formed XML", id="noise"),
    pytest.param(RETURN.replace("</FTE><", "</FTE><FTE>0</FTE><"), "found one twice (line", id="a field twice"),
    pytest.param(RETURN.replace("</LEA>", "</LEA><LEA>302</LEA>"), "needed one LEA", id="two authorities"),
    pytest.param(RETURN.replace("<Year>2024", "<Year>2023"), "needed one Year and ReferenceDate", id="two years"),
    pytest.param(
        f'<!DOCTYPE Message [<!ENTITY x SYSTEM "file:///etc/passwd">]>{RETURN.replace("SW9", "&x;")}',
        "without a document type", id="an entity of a file",
    ),
    pytest.param(
        '<!DOCTYPE Message [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        + RETURN.replace("SW9", "&b;"),
        "without a document type", id="entities that swell",
    ),
    pytest.param(
        f'<!DOCTYPE Message SYSTEM "http://localhost:1/x.dtd">{RETURN}', "without a document type", id="a DTD",
    ),
    pytest.param(RETURN.replace("SW9", "&nothing;"), "needed well-formed XML", id="an unknown entity"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "text"), OTHER)
def test_files_of_something_else(tmp_path: Path, content: str, text: str) -> None:
    with pytest.raises(OtherXMLError) as caught:
        read(tmp_path, content)
    assert text in str(caught.value) and str(caught.value).startswith("census.xml: needed ")


@pytest.mark.parametrize(("content", "text"), BROKEN)
def test_files_that_cannot_be_read(tmp_path: Path, content: str | bytes, text: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(tmp_path, content)
    assert not isinstance(caught.value, OtherXMLError)
    assert text in str(caught.value) and str(caught.value).startswith("census.xml: needed ")
    assert not any(value in str(caught.value) for value in ("SW1234", "SW9", "0.833333", "root:"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="needed a file that can be read, found: no such file"):
        read_xml(tmp_path / "gone.xml")


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    depth = 5_000
    deep = f"<CSWWWorker><AgencyWorker>{'<a>' * depth}{'</a>' * depth}</AgencyWorker></CSWWWorker>"
    with pytest.raises(ReadError, match="needed well-formed XML"):
        read(tmp_path, message(HEADER, deep))


# ---- rows -----------------------------------------------------------------------------------------------


def test_types_and_names_in_any_case() -> None:
    row = {name.upper(): value for name, value in worker(PersonBirthDate="29/02/1980", FTE=" 0.5 ").items()}
    data = data_of(row)
    typed = data.local("raw:workforce.worker")
    assert typed.select("FTE", "Cases30", "RoleStartDate", "PersonBirthDate", "CHILD").row(0) == (
        0.5, 10, dt.date(2019, 1, 1), dt.date(1980, 2, 29), "SW1",
    )  # fmt: skip
    made = data.local("workforce.workers")
    assert made.select("REF", "DOB", "FTE").row(0) == (dt.date(2024, 9, 30), dt.date(1980, 2, 29), 0.5)
    assert problems(data) == {}


@pytest.mark.parametrize("missing", ["AgencyWorker", "SWENo", "FTE", "RoleStartDate", "RoleEndDate"])
def test_columns_without_which_nothing_can_be_told(missing: str) -> None:
    row = {name: value for name, value in worker().items() if name != missing}
    with pytest.raises(InputError, match=f"no column '{missing}'"):
        data_of(row)


def test_rows_without_year_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        data_of(worker(), worker(YEAR=None), authority=[{"LA": "302", "YEAR": None, "inpost_fte": "1"}])
    assert "workforce.worker (1 rows) and workforce.authority (1 rows): needed a column YEAR" in str(
        caught.value
    )


def test_rows_without_a_number_are_set_aside() -> None:
    data = data_of(worker(), worker(SWENo=None))
    assert problems(data)["missing_sweno"] == 1
    assert figures(data, "IN_POST_FTE") == (1.0,)


def test_regions_and_england_are_set_aside() -> None:
    rows = [{"LA": la, "YEAR": "2024", "inpost_fte": "10", "leavers_fte": "1"} for la in ("301", None)]
    data = data_of(authority=rows)
    assert data.areas == ("301",) and problems(data)["missing_la"] == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"FTE": None}, "fte_missing"),
        ({"FTE": "n/a"}, "unreadable_number"),
        ({"FTE": "37"}, "out_of_range"),
        ({"FTE": "-0.5"}, "out_of_range"),
        ({"FTE": "inf"}, "out_of_range"),
        ({"FTE": "nan"}, "out_of_range"),
        ({"FTE": "0"}, "fte_zero"),
        ({"FTE30": "1.5"}, "out_of_range"),
        ({"FTE30": None}, "fte30_blank"),
        ({"FTE30": "0"}, "cases_without_fte"),
        ({"FTE30": None, "FTE": None}, "cases_without_fte"),
        ({"Cases30": None}, "cases_missing"),
        ({"Cases30": "many"}, "unreadable_integer"),
        ({"Cases30": "7.5"}, "unreadable_integer"),
        ({"Cases30": "-1"}, "out_of_range"),
        ({"RoleEndDate": "2024-03-31"}, "cases_not_in_post"),
        ({"RoleEndDate": "2024-03-31", "FTE": "0"}, "leaver_fte"),
        ({"RoleEndDate": "2024-03-31", "FTE": None}, "leaver_fte"),
        ({"RoleEndDate": "2018-12-31"}, "dates_out_of_order"),
        ({"RoleEndDate": "2018-12-31"}, "end_before_year"),
        ({"RoleEndDate": "2024-10-01"}, "end_after_return"),
        ({"RoleStartDate": "2024-10-01"}, "start_after_return"),
        ({"RoleStartDate": "31/31/2024"}, "unreadable_date"),
        ({"AgencyWorker": None}, "agency_missing"),
        ({"AgencyWorker": "2"}, "unknown_code"),
        ({"OrgRole": "9"}, "unknown_code"),
        ({"GenderCurrent": "1"}, "code_of_other_years"),
        ({"WorkingDaysLost": "-1"}, "out_of_range"),
        ({"WorkingDaysLost": "367"}, "out_of_range"),
    ],
)
def test_what_is_odd_in_a_worker_row_is_counted(fields: dict[str, Any], code: str) -> None:
    data = data_of(worker(SWENo="SW2"), worker(**fields))
    found = problems(data)
    assert found[code] == 1
    said = " ".join(data.problems["message"])
    assert not any(value in said for value in ("SW1", "n/a", "many", "31/31"))
    assert not {"duplicate_row", "several_rows", "shared_number"} & set(found)


def test_codes_of_their_years_are_not_odd() -> None:
    rows = [worker(YEAR="2023", GenderCurrent="2", CFKSSstatus="1", Sex=None), worker(YEAR="2024", Sex="F")]
    data = csc.Data({"workforce.worker": pl.from_dicts(rows)})
    assert problems(data) == {}


def test_numbers_that_cannot_be_add_nothing() -> None:
    data = data_of(
        worker(SWENo="SW1", FTE="37", FTE30="-1", Cases30="-5", WorkingDaysLost="900"),
        worker(SWENo="SW2", FTE="0.5", FTE30="0.25", Cases30="4", WorkingDaysLost="2.5"),
        la_level=[{"LA": "301", "YEAR": "2024", "NumberOfVacancies": "-300", "NoAgencyFTE": "1"}],
    )
    names = ("IN_POST_FTE", "CASES", "HOLDERS_FTE", "DAYS_LOST", "VACANCY_FTE", "COVER_FTE")
    assert figures(data, *names) == (0.5, 4.0, 0.25, 2.5, None, 1.0)


def test_person_with_several_rows() -> None:
    twice = worker(FTE="0.5")
    data = data_of(twice, twice, worker(FTE="0.4", OrgRole="1"), worker(SWENo="SW2"))
    assert problems(data) == {"duplicate_row": 1, "several_rows": 2}
    assert figures(data, "IN_POST_FTE", "CASES") == (pytest.approx(2.4, abs=1e-15), 40.0)


def test_a_leaver_who_is_in_post_in_another_row() -> None:
    data = data_of(worker(RoleEndDate="2024-03-31", Cases30=None), worker(RoleStartDate="2024-04-01"))
    assert problems(data) == {"leaver_in_post": 1}
    assert figures(data, "IN_POST_FTE", "LEAVERS_FTE", "STARTERS_FTE") == (1.0, 1.0, 1.0)


def test_persons_who_share_a_number() -> None:
    rows = [
        worker(PersonBirthDate=day, Cases30=cases)
        for day, cases in (("1980-01-01", "3"), ("1990-01-01", "30"))
    ]
    data = data_of(*rows)
    assert problems(data) == {"shared_number": 2}
    again = data_of(*rows, worker(PersonBirthDate="1990-01-01", YEAR="2023"))
    assert problems(again) == {"shared_number": 2}


def test_authority_rows_that_contradict_each_other() -> None:
    own = {"LA": "301", "YEAR": "2024", "NumberOfVacancies": "3", "NoAgencyFTE": "1"}
    data = data_of(worker(), worker(SWENo="A", AgencyWorker="1"), la_level=[own, own])
    assert problems(data) == {"duplicate_row": 1}
    assert figures(data, "VACANCY_FTE", "COVER_FTE", "AGENCY_FTE") == (3.0, 1.0, 1.0)
    data = data_of(worker(), la_level=[own, {**own, "NumberOfVacancies": "4"}, {**own, "YEAR": "2023"}])
    assert problems(data) == {"conflicting_rows": 2}
    parts = data.local("workforce.parts").sort("YEAR")
    assert parts["VACANCY_FTE"].to_list() == [3.0, None]


def test_agency_workers_who_were_not_returned() -> None:
    own = {"LA": "301", "YEAR": "2024", "NumberOfVacancies": "3", "NoAgencyFTE": "1"}
    data = data_of(worker(), la_level=[own])
    assert problems(data) == {"agency_rows_missing": 1}
    assert figures(data, "AGENCY_FTE") == (None,)
    assert figures(data_of(worker(), la_level=[{**own, "NoAgencyFTE": "0"}]), "AGENCY_FTE") == (0.0,)
    assert figures(data_of(worker()), "AGENCY_FTE") == (0.0,)


def test_published_figures_beside_a_return() -> None:
    figure = {"LA": "301", "YEAR": "2024", "inpost_fte": "99.5", "vacancy_fte": "9.5"}
    data = data_of(worker(), authority=[figure, {**figure, "YEAR": "2023"}])
    assert problems(data) == {"published_not_used": 1}
    parts = data.local("workforce.parts").sort("YEAR")
    columns = ("YEAR", "IN_POST_FTE", "VACANCY_FTE", "OPENING_FTE", "FROM_RETURN")
    assert parts.select(columns).rows() == [(2023, 99.5, 9.5, None, False), (2024, 1.0, None, 99.5, True)]


def test_symbols_of_the_publication_are_missing_and_never_0() -> None:
    rows = [
        {"LA": str(number), "YEAR": "2024", "inpost_fte": "10.0", "leavers_fte": symbol}
        for number, symbol in enumerate(("u", "x", "c", "z", "low", "-300", "0"))
    ]
    data = data_of(authority=rows)
    assert data.local("workforce.parts")["LEAVERS_FTE"].to_list() == [None] * 6 + [0.0]
    assert problems(data) == {"unreadable_number": 5, "out_of_range": 1}


def test_a_year_that_holds_29_february() -> None:
    data = data_of(*(worker(YEAR=str(year)) for year in (2023, 2024, 2025)))
    assert data.local("workforce.parts").sort("YEAR")["WORKING_DAYS"].to_list() == [253, 254, 253]


def test_the_order_of_rows_does_not_matter() -> None:
    ftes = [f"{number / 10:.1f}" for number in range(1, 10)] + ["0.333333", "0.166667"]
    rows = [worker(SWENo=f"SW{number}", FTE=fte, FTE30=None) for number, fte in enumerate(ftes * 20)]
    names = ("IN_POST_FTE", "HOLDERS_FTE")
    found = {
        figures(data_of(*some), *names) for some in (rows, rows[::-1], sorted(rows, key=lambda r: r["FTE"]))
    }
    assert len(found) == 1
    assert found.pop() == (100.0, 100.0)


def test_figures_of_an_authority_are_shown_as_no_workers() -> None:
    own = {"LA": "301", "YEAR": "2024", "NumberOfVacancies": "3", "NoAgencyFTE": "0"}
    data = data_of(worker(Cases30=None), worker(SWENo="SW2"), la_level=[own])
    assert figures(data, "KEY") == data.local("raw:workforce.la_level").select("KEY").row(0)
    assert figures(data_of(worker()), "KEY") == figures(data, "KEY")
    result = csc.calculate("avg_caseload_fte", data, csc.Window.snapshot("2024-09-30"))
    cases = result.explain("avg_caseload_fte").cases
    counted = cases[cases["reason"] == "counted"]
    assert counted[["numerator", "denominator"]].to_numpy().tolist() == [[10.0, 1.0]]
    assert counted["CHILD"].isna().all()
    left_out = cases[cases["reason"] != "counted"]
    assert left_out["CHILD"].tolist() == ["SW1"] and left_out["numerator"].tolist() == [0.0]


def test_data_without_a_workforce_table_have_no_answer() -> None:
    episode = {
        "LA": "301",
        "YEAR": "2024",
        "CHILD": "1",
        "DECOM": "2023-05-01",
        "RNE": "S",
        "LS": "C2",
        "CIN": "N1",
    }
    data = csc.Data(
        {"ssda903.episodes": pl.DataFrame([{**episode, "PLACE": "U4", "DEC": None, "REC": None}])}
    )
    measures = ["avg_caseload_fte", "caseload_per_worker_median", "turnover_rate_fte_pct"]
    frame = csc.calculate(measures, data, csc.Window.year_to("2024-09-30"), by="LA").frame
    assert set(frame["status"]) == {"no_data"} and frame["value"].isna().all()


def test_a_cohort_of_children_is_refused() -> None:
    cohort = pl.DataFrame({"LA": ["301"], "CHILD": ["1"], "INDEX_DATE": [dt.date(2024, 1, 1)]})
    windows = csc.Windows.per_child(cohort, follow_up_months=12)
    with pytest.raises(InputError, match="avg_caseload_fte is not about persons"):
        csc.calculate("avg_caseload_fte", data_of(worker()), windows)


def test_a_file_read_by_name_and_by_content(tmp_path: Path) -> None:
    data = csc.read(file(tmp_path, RETURN))
    row = csc.calculate("avg_caseload_fte", data, csc.Window.snapshot("2024-09-30"), by="LA").frame.iloc[1]
    assert (row["area"], row["numerator"], row["denominator"], row["value"]) == ("E09000002", 16, 0.8, 20)
