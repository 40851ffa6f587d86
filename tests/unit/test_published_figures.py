"""Published files become one long table; what is not a publication is refused with the reason."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import csc_outcomes as csc
from csc_outcomes.definitions.measure import When
from csc_outcomes.errors import InputError, ReadError
from csc_outcomes.sources.published import Symbol
from csc_outcomes.sources.published_maps import NOT_MAPPED, PUBLICATIONS, Span

COLUMNS = [
    "measure", "area", "old_la_code", "level", "period", "start", "end", "numerator", "denominator", "value",
    "symbol", "decimals", "publication", "parameters",
]  # fmt: skip
PAGE = Path(__file__).parents[2] / "docs" / "published-figures.md"
# A download has more columns than are needed; numbers are invented.
RATES = """\
time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,la_name,population_type,population_estimate,children_count,rate_per_10000
2024,Reporting year,National,E92000001,England,,,,,,Children looked after on 31 March each year,1000000,7000,70
2024,Reporting year,Regional,E92000001,England,E12000001,North East,,,,Children looked after on 31 March each year,100000,1000,100
2024,Reporting year,Local authority,E92000001,England,E12000001,North East,390,E08000037,Gateshead,Children looked after on 31 March each year,40000,"1,234",309
2024,Reporting year,Local authority,E92000001,England,E12000001,North East,805,E06000001,Hartlepool,Children looked after on 31 March each year,20000,c,c
2024,Reporting year,Local authority,E92000001,England,E12000001,North East,942,E06000063,Cumberland,Children looked after on 31 March each year,x,z,z
2024,Reporting year,Local authority district,E92000001,England,E12000001,North East,,,,Children looked after on 31 March each year,1,1,1
2024,Reporting year,Local authority,E92000001,England,E12000001,North East,390,E08000037,Gateshead,Children starting to be looked after each year,40000,0,k
"""  # noqa: E501
CHARACTERISTICS = """\
time_period,geographic_level,old_la_code,new_la_code,la_name,cla_group,characteristic,number,percentage
"""
PLACEMENT = "2024,Local authority,301,E09000002,Barking and Dagenham,Placement,"
LEFT = "2024,Local authority,301,E09000002,Barking and Dagenham,Reason episode ceased,"
HOME = "Returned home to live with parents or other person with parental responsibility which was"
TOOL = "measure,year,area,la_code,value\n"


@pytest.fixture
def figures(tmp_path: Path) -> Any:
    """Write files and take their figures."""

    def read(*contents: str) -> pd.DataFrame:
        paths = []
        for number, content in enumerate(contents):
            paths.append(tmp_path / f"file{number}.csv")
            paths[-1].write_text(content)
        return csc.published_figures(*paths)

    return read


def one(frame: pd.DataFrame, measure: str, area: str) -> dict[str, Any]:
    rows = frame[(frame["measure"] == measure) & (frame["area"] == area)].to_dict("records")
    assert len(rows) == 1
    return {name: None if value != value else value for name, value in rows[0].items()}


# ---- one file -------------------------------------------------------------------------------------------


def test_a_download_becomes_a_long_table(figures: Any) -> None:
    frame = figures(RATES)
    assert list(frame.columns) == COLUMNS
    assert set(frame["measure"]) == {
        "cla_stock_number", "cla_stock_rate_10k", "cla_starts_number", "cla_starts_rate_10k",
    }  # fmt: skip
    assert len(frame) == 5 * 2 + 2
    assert one(frame, "cla_stock_rate_10k", "E08000037") == {
        "measure": "cla_stock_rate_10k", "area": "E08000037", "old_la_code": "390", "level": "Local authority",
        "period": "2024", "start": pd.Timestamp("2024-03-31"), "end": pd.Timestamp("2024-03-31"),
        "numerator": 1234, "denominator": 40000, "value": 309, "symbol": "", "decimals": 0,
        "publication": "Children looked after in England including adoptions: numbers and rates", "parameters": "",
    }  # fmt: skip
    flow = one(frame, "cla_starts_number", "E08000037")
    assert (flow["start"], flow["end"]) == (pd.Timestamp("2023-04-01"), pd.Timestamp("2024-03-31"))
    assert (flow["value"], flow["numerator"], flow["denominator"]) == (0, 0, None)


def test_symbols_are_statuses_and_never_numbers(figures: Any) -> None:
    frame = figures(RATES)
    hidden = one(frame, "cla_stock_number", "E06000001")
    assert (hidden["value"], hidden["numerator"], hidden["symbol"]) == (None, None, "c")
    assert one(frame, "cla_stock_rate_10k", "E06000001")["denominator"] == 20000
    absent = one(frame, "cla_stock_rate_10k", "E06000063")
    assert (absent["value"], absent["denominator"], absent["symbol"]) == (None, None, "z")
    # k becomes today's spelling.
    tiny = one(frame, "cla_starts_rate_10k", "E08000037")
    assert (tiny["value"], tiny["symbol"]) == (None, "low")
    assert set(frame["symbol"]) <= {"", *(symbol.value for symbol in Symbol)}
    assert frame.loc[frame["symbol"] != "", "value"].isna().all()


def test_regions_and_england_have_codes_and_rounded_counts(figures: Any) -> None:
    frame = figures(RATES)
    england, region = (one(frame, "cla_stock_number", area) for area in ("E92000001", "E12000001"))
    assert [england["level"], region["level"]] == ["National", "Regional"]
    assert [england["old_la_code"], region["old_la_code"]] == ["", ""]
    assert england["decimals"] == region["decimals"] == -1
    assert one(frame, "cla_stock_number", "E08000037")["decimals"] == 0
    assert one(frame, "cla_stock_rate_10k", "E92000001")["decimals"] == 0


def test_frames_as_read_and_as_text_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(RATES)
    wanted = csc.published_figures(path)
    text = pd.read_csv(path, dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(csc.published_figures(text), wanted)
    pd.testing.assert_frame_equal(csc.published_figures(csc.read_published(path)), wanted)
    pd.testing.assert_frame_equal(csc.published_figures(pd.read_csv(path)), wanted)


def test_sums_of_rows_are_parts_without_a_figure(figures: Any) -> None:
    content = CHARACTERISTICS + "".join(
        f"{LEFT}{row}\n" for row in (f"{HOME} part of the care planning process,12,17",
                                     f"{HOME} not part of the care planning process,4,6", "Total,70,100")
    )  # fmt: skip
    frame = figures(content)
    share = one(frame, "return_home_share_leavers_pct", "E09000002")
    assert (share["numerator"], share["denominator"], share["value"], share["symbol"]) == (16, 70, None, "")
    planned = one(frame, "return_home_planned_share_pct", "E09000002")
    assert (planned["numerator"], planned["denominator"], planned["value"]) == (12, 16, None)

    hidden = figures(content.replace(",4,6", ",c,c"))
    share = one(hidden, "return_home_share_leavers_pct", "E09000002")
    assert (share["numerator"], share["denominator"], share["symbol"]) == (None, 70, "c")
    planned = one(hidden, "return_home_planned_share_pct", "E09000002")
    assert (planned["numerator"], planned["denominator"], planned["symbol"]) == (12, None, "c")


def test_a_file_cut_to_some_rows_gives_their_measures(figures: Any) -> None:
    frame = figures(f"{CHARACTERISTICS}{PLACEMENT}Foster placements,30,68\n")
    foster = one(frame, "foster_share_pct", "E09000002")
    assert (foster["value"], foster["numerator"], foster["denominator"]) == (68, 30, None)
    assert set(frame["measure"]) == {"foster_share_pct"}


def test_several_files_are_one_table(figures: Any) -> None:
    tool = TOOL + "LACnum,2024,Gateshead,390,1234\nLACnum,2024,England,970,7000\nOther,2024,Gateshead,390,1\n"
    frame = figures(RATES, tool)
    assert list(frame.columns) == COLUMNS
    both = frame[(frame["measure"] == "cla_stock_number") & (frame["old_la_code"] == "390")]
    assert both["value"].to_list() == [1234, 1234]
    assert both["publication"].nunique() == 2


def test_the_tool_has_codes_of_the_time_and_regions_by_number(figures: Any) -> None:
    rows = ["LAC,2020,Buckinghamshire,825,40", "LAC,2021,Buckinghamshire,825,41", "LAC,2021,London,986,50",
            "LAC,2021,London (Inner),987,51", "LAC,2021,South West,990,52", "LAC,2021,England,970,53",
            "ReReferral,2021,Buckinghamshire,825,20.5", "LACFinance,2020-21 (OT),Buckinghamshire,825,1005"]  # fmt: skip
    frame = figures(TOOL + "\n".join(rows) + "\n")
    rates = frame[frame["measure"] == "cla_stock_rate_10k"]
    assert rates["area"].to_list() == [
        "E10000002", "E06000060", "E12000007", "E13000001", "E12000009", "E92000001",
    ]  # fmt: skip
    assert rates["level"].to_list() == ["Local authority"] * 2 + ["Regional"] * 3 + ["National"]
    cost = one(frame, "cla_weekly_unit_cost", "E06000060")
    assert (cost["start"], cost["end"]) == (pd.Timestamp("2020-04-01"), pd.Timestamp("2021-03-31"))


def test_two_authorities_in_one_row_are_nobody_alone(figures: Any) -> None:
    header = (
        "Indicator ID,Indicator Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,Time period,Value,"
        "Count,Denominator,Value note\n"
    )
    area, note = "Counties & UAs (from Apr 2023)", "Value for Hackney and City of London combined"
    rows = [
        f"E09000012,Hackney,{area},Persons,<15 yrs,,,2023/24,500,50,1000,{note}",
        f"E06000001,Hartlepool,{area},Persons,<15 yrs,,,2023/24,,,1000,",
        f"E06000001,Hartlepool,{area},Male,<15 yrs,,,2023/24,9,9,1000,",
        "E92000001,England,England,Persons,<15 yrs,,,2023/24,72.5,7,1000,",
        "E92000001,England,England,Persons,<15 yrs,Deprivation,Most deprived,2023/24,1,1,1000,",
    ]
    frame = figures(header + "".join(f"90284,Injuries,{row}\n" for row in rows))
    assert frame["old_la_code"].to_list() == ["201 / 204", "805", ""]
    assert frame["area"].to_list() == ["E09000012", "E06000001", "E92000001"]
    assert frame["value"].to_list()[::2] == [500, 72.5]
    assert frame["end"].to_list() == [pd.Timestamp("2024-03-31")] * 3
    assert (frame["value"].isna().to_list(), set(frame["symbol"])) == ([False, True, False], {""})


@pytest.mark.parametrize(
    ("period", "end"),
    [("2024", "2024"), ("202324", "2024"), ("2023/24", "2024"), ("2023-24", "2024"), ("199900", "2000")],
)
def test_periods_as_written(figures: Any, period: str, end: str) -> None:
    frame = figures(RATES.replace("2024,Rep", f"{period},Rep"))
    assert set(frame["end"]) == {pd.Timestamp(f"{end}-03-31")}
    assert set(frame["period"]) == {period}


# ---- refusals -------------------------------------------------------------------------------------------


def refused(figures: Any, content: str, error: type[Exception] = ReadError) -> str:
    with pytest.raises(error) as found:
        figures(content)
    return str(found.value)


def test_a_changed_column_name_is_told_with_what_was_found(figures: Any) -> None:
    said = refused(figures, RATES.replace("rate_per_10000", "rate_per_10k"))
    assert "lacks column 'rate_per_10000' (found 'rate_per_10k')" in said
    assert "found columns time_period, time_identifier" in said
    assert "numbers and rates" in said


def test_something_else_is_no_publication(figures: Any) -> None:
    said = refused(figures, "CHILD,DECOM\n1,2024-01-01\n")
    assert "not a publication known here" in said
    assert "found columns CHILD, DECOM" in said
    assert "2024-01-01" not in said


def test_a_changed_row_name_is_told_with_what_was_found(figures: Any) -> None:
    said = refused(figures, f"{CHARACTERISTICS}{PLACEMENT}Fostering,30,68\n{PLACEMENT}Total,44,100\n")
    assert "needed rows 'Foster placements' in column 'characteristic' of cla_group 'Placement'" in said
    assert "found Fostering; Total" in said


def test_rows_that_say_which_publication_are_needed(figures: Any) -> None:
    row = "2024,Local authority,301,E09000002,Barking and Dagenham,Legal status,Total,44,100\n"
    said = refused(figures, CHARACTERISTICS + row)
    assert "needed in column 'cla_group' a row by which the publication is known" in said
    both = f"{CHARACTERISTICS}{PLACEMENT}Total,44,100\n{LEFT}Total,70,100\n"
    assert "needed one publication, found rows of 2" in refused(figures, both)


@pytest.mark.parametrize("period", ["March 2024", "202325", "2013/14-15/16", ""])
def test_a_period_that_cannot_be_read_is_refused(figures: Any, period: str) -> None:
    assert "1 of 1 periods cannot be read" in refused(figures, RATES.replace("2024,Rep", f"{period},Rep"))


def test_two_rows_for_one_place_are_refused_unless_they_are_the_same(figures: Any) -> None:
    row = next(line for line in RATES.splitlines() if "Gateshead,Children looked" in line)
    assert len(figures(f"{RATES}{row}\n")) == 12
    said = refused(figures, f"{RATES}{row.replace('309', '310')}\n")
    assert "cla_stock_rate_10k: 1 rows are about the same place and period" in said


def test_text_in_a_column_of_figures_and_unknown_areas_are_refused(figures: Any) -> None:
    said = refused(figures, RATES.replace('"1,234"', "many"))
    assert "column 'children_count': needed figures or symbols" in said
    assert "many" not in said
    assert "1 rows are about an area without a code" in refused(
        figures, RATES.replace("E12000001,North East,,", ",North Sea,,")
    )


def test_every_file_is_named_in_one_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "b.csv").write_text(RATES.replace("children_count", "children"))
    with pytest.raises(ReadError, match=r"(?s)2 problems.*a\.csv.*b\.csv") as found:
        csc.published_figures(tmp_path / "a.csv", tmp_path / "b.csv")
    assert "'children_count' (found 'children')" in str(found.value)
    with pytest.raises(InputError, match="needed at least one file or frame"):
        csc.published_figures()
    with pytest.raises(ReadError, match="no such file"):
        csc.published_figures(tmp_path / "none.csv")


# ---- the declarations -----------------------------------------------------------------------------------

ENTRIES = [(one, entry) for one in PUBLICATIONS for entry in one.entries]
DAYS = {Span.MARCH_DAY, Span.SEPTEMBER_DAY}


@pytest.mark.parametrize(
    ("publication", "entry"), ENTRIES, ids=[f"{p.title}-{e.measure}" for p, e in ENTRIES]
)
def test_an_entry_fits_its_measure_and_its_publication(publication: Any, entry: Any) -> None:
    measure = csc.measure(entry.measure)
    assert (measure.when is When.DAY) == (entry.span in DAYS)
    assert entry.count == measure.unit_is_count
    amounts = [amount for amount in (entry.value, entry.numerator, entry.denominator) if amount]
    assert amounts
    needed = {column for amount in amounts for column in amount.columns} | {name for name, _ in entry.where}
    assert needed <= set(publication.columns)
    assert {bool(amount.rows) for amount in amounts} == {bool(publication.row)}
    assert publication.row in ("", *publication.columns)
    if entry.parameters:
        name, value = entry.parameters.split("=")
        assert value in {parameter.name: parameter.choices for parameter in measure.parameters}[name]


def test_spans_are_days_in_our_windows() -> None:
    assert Span.MARCH_DAY.days(2024) == (date(2024, 3, 31), date(2024, 3, 31))
    assert Span.MARCH_YEAR.days(2024) == (date(2023, 4, 1), date(2024, 3, 31))
    assert Span.SEPTEMBER_DAY.days(2024) == (date(2024, 9, 30), date(2024, 9, 30))
    assert Span.SEPTEMBER_YEAR.days(2024) == (date(2023, 10, 1), date(2024, 9, 30))
    assert Span.SCHOOL_YEAR.days(2024) == (date(2023, 9, 1), date(2024, 8, 31))
    assert Span.WINTER.days(2024) == (date(2023, 12, 1), date(2024, 2, 29))


def test_titles_tell_publications_apart_and_so_do_columns_and_marks() -> None:
    assert len({one.title for one in PUBLICATIONS}) == len(PUBLICATIONS)
    for first in PUBLICATIONS:
        for second in PUBLICATIONS:
            if first is not second and set(first.columns) <= set(second.columns):
                assert first.marked == second.marked != ""
                assert not set(first.marks) & set(second.marks)


def test_what_is_mapped_and_what_is_not_is_every_measure_with_a_publication() -> None:
    mapped = {entry.measure for _, entry in ENTRIES}
    assert not mapped & set(NOT_MAPPED)
    for name in NOT_MAPPED:
        assert csc.measure(name).published
    said = {one.id for one in csc.catalogue() if one.published not in ("", "none")}
    assert sorted(said - mapped - set(NOT_MAPPED)) == []


def test_the_page_says_what_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PAGE.parents[1] / "tools"))
    import published_page

    text = PAGE.read_text("utf-8")
    assert published_page.filled(text) == text
    assert published_page.filled(text.replace("`rate_per_10000`", "`rate`")) == text
    listed = set(re.findall(r"^\| `(\w+)`", text, flags=re.MULTILINE))
    assert {entry.measure for _, entry in ENTRIES} | set(NOT_MAPPED) == listed
