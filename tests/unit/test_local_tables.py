"""Local tables: which rows can be used, how local files become tables, and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.errors import InputError, UnknownNameError
from csc_outcomes.sources.events_tables import TABLES
from csc_outcomes.sources.mapping import link, local_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

YEAR = csc.Window("2023-04-01", "2024-03-31")


def table(text: str) -> pd.DataFrame:
    """Rows written one a line, the columns first; `-` is a blank and `~` a space."""
    header, *rows = (line.split() for line in text.strip().splitlines())
    cells = [[None if cell == "-" else cell.replace("~", " ") for cell in row] for row in rows]
    return pd.DataFrame(cells, columns=header, dtype=object)


def local(**tables: str | pd.DataFrame) -> csc.Data:
    return csc.Data({name: table(rows) if isinstance(rows, str) else rows for name, rows in tables.items()})


def found(data: csc.Data, code: str) -> list[tuple[str, int, int]]:
    """Table, rows and rows set aside of the problems of one code."""
    rows = data.problems[data.problems["code"] == code]
    return [(r.table, r.rows, r.set_aside) for r in rows.itertuples()]


def number(data: csc.Data, measure: str = "yp_arrested_number", **parameters: Any) -> Any:
    (value,) = csc.calculate(measure, data, YEAR, parameters=parameters).frame["numerator"]
    return value


COHORT = "LA CHILD DOB\nA 1 2010-01-01\nA 2 2010-01-01\nB 1 2010-01-01"
ARRESTS = "LA CHILD event start\nA 1 arrest 2023-05-01\nA 2 arrest 2023-06-01\nB 1 arrest 2023-06-01"


# ---- rows that can be used ------------------------------------------------------------------------------


def test_rows_that_repeat_another_count_once() -> None:
    cohort = table("LA CHILD DOB\nA 1 2010-01-01\nA 1 2010-01-01")
    cohort["remark"] = ["one", "two"]  # a column that is not declared makes no difference
    data = local(cohort=cohort, events=ARRESTS)
    assert found(data, "duplicate_row") == [("cohort", 1, 1)]
    assert len(data.local("local.members")) == 1
    assert data.tables.set_index("table").loc["cohort", ["rows", "rows_kept"]].tolist() == [2, 1]


def test_a_blank_role_is_filled_before_rows_are_compared() -> None:
    data = local(cohort="LA CHILD role\nA 1 -\nA 1 CHILD\nA 2 parent")
    assert found(data, "duplicate_row") == [("cohort", 1, 1)]
    assert sorted(data.local("local.members")["ROLE"]) == ["child", "parent"]


def test_rows_that_contradict_each_other_are_all_left_out() -> None:
    data = local(
        cohort="LA CHILD DOB arm\nA 1 2010-01-01 x\nA 1 2010-01-01 y\nA 2 2010-01-01 x\nB 1 2010-01-01 -",
        events=ARRESTS,
        absence="LA CHILD start end possible authorised unauthorised school\n"
        "A 1 2023-09-01 2023-12-31 10 0 0 -\nA 1 2023-09-01 2023-12-31 10 0 1 -\nA 1 2023-09-01 2023-12-31 10 0 1 X",
        external="LA measure start end numerator\nA neet_16_17_pct 2023-12-01 2024-02-29 1\n"
        "A neet_16_17_pct 2023-12-01 2024-02-29 2\nA neet_16_17_pct 2023-12-01 2024-02-28 2",
    )
    assert found(data, "conflicting_rows") == [("cohort", 2, 2), ("absence", 2, 2), ("external", 2, 2)]
    assert number(data) == 2
    assert len(data.local("local.absence")) == 1
    assert len(data.local("local.external")) == 1


def test_three_rows_of_one_key_are_all_left_out() -> None:
    data = local(cohort="LA CHILD arm\nA 1 x\nA 1 x\nA 1 y\nA 2 y")
    assert found(data, "duplicate_row") == [("cohort", 1, 1)]
    assert found(data, "conflicting_rows") == [("cohort", 2, 2)]
    assert len(data.local("local.members")) == 1


def test_of_one_day_s_events_one_that_qualifies_is_enough_but_there_is_one_status() -> None:
    data = local(
        events="LA CHILD event start detail level name\n"
        "A 1 homeless 2023-05-01 presented - -\nA 1 homeless 2023-05-01 self_reported - -\n"
        "A 1 eet_status 2023-05-01 education - -\nA 1 eet_status 2023-05-01 neet - -\n"
        "A 1 risk_assessment 2023-05-01 - 1 T\nA 1 risk_assessment 2023-05-01 - 2 T\n"
        "A 1 risk_assessment 2023-05-01 - 3 S"
    )
    assert found(data, "conflicting_rows") == [("events", 4, 4)]
    assert sorted(data.local("local.events")["EVENT"]) == ["homeless", "homeless", "risk_assessment"]


def test_the_same_child_id_of_two_authorities_is_two_children() -> None:
    assert number(local(cohort=COHORT, events=ARRESTS)) == 3


def test_rows_that_end_before_they_start_are_left_out() -> None:
    data = local(
        cohort="LA CHILD DOB start end\nA 1 2010-01-01 2023-05-01 2023-04-30\nA 2 2010-01-01 2023-06-01 2023-06-01",
        events="LA CHILD event start end\nA 2 arrest 2023-06-01 2023-05-31\nA 2 arrest 2023-06-01 -",
    )
    assert found(data, "end_before_start") == [("cohort", 1, 1), ("events", 1, 1)]
    assert number(data) == 1


def test_rows_without_what_identifies_them_are_left_out() -> None:
    data = local(
        events="LA CHILD event start\nA - arrest 2023-05-01\nA 1 - 2023-05-01\nA 1 arrest -\n- 1 arrest 2023-05-01"
    )
    assert [found(data, f"missing_{name}") for name in ("child", "event", "start", "la")] == [
        [("events", 1, 1)]
    ] * 4
    assert len(data.local("local.events")) == 0


def test_a_date_that_cannot_be_read_is_no_blank() -> None:
    # A blank end goes on for ever; an unreadable one must not.
    data = local(
        cohort="LA CHILD DOB end\nA 1 2010-01-01 31.12.2022\nA 2 2010-01-01 -\nA 3 2010-01-01 2024-02-30",
        events="LA CHILD event start\nA 1 arrest 2023-05-01\nA 2 arrest 2023-05-01\nA 2 arrest May~2023",
    )
    assert found(data, "unreadable_date") == [("cohort", 2, 2), ("events", 1, 1)]
    assert number(data) == 1


@pytest.mark.parametrize(
    "start",
    [
        "2023-05-01", "2023-05-01T23:59:59", "2023-05-01~23:59", "2023-05-01T00:00:00.000", "01/05/2023~7:05",
        "2023-05-01T10:00:00+01:00", "2023-05-01T10:00:00Z", "01/05/2023~11:30~PM", "~2023-05-01~",
    ],
)  # fmt: skip
def test_times_of_day_are_dropped(start: str) -> None:
    data = local(events=f"LA CHILD event start\nA 1 arrest {start}")
    assert data.problems.empty
    assert data.local("local.events")["START"].to_list() == [dt.date(2023, 5, 1)]


def test_times_of_day_are_dropped_from_timestamps() -> None:
    moment = pd.Timestamp("2023-05-01 23:59:59")
    events = pd.DataFrame({"LA": ["A"], "CHILD": [1], "event": ["arrest"], "start": [moment]})
    assert local(events=events).local("local.events")["START"].to_list() == [dt.date(2023, 5, 1)]
    typed = pl.DataFrame({"LA": ["A"], "CHILD": [1], "event": ["arrest"], "start": [dt.date(2023, 5, 1)]})
    assert csc.Data({"events": typed}).local("local.events")["START"].to_list() == [dt.date(2023, 5, 1)]


def test_names_and_columns_are_read_without_regard_to_case() -> None:
    data = local(
        cohort="la child dob Role\nA 1 2010-01-01 Child", events="LA Child EVENT Start\nA 1 ARREST 2023-05-01"
    )
    assert number(data) == 1


def test_what_is_in_no_list_is_counted_and_never_quoted() -> None:
    data = local(
        cohort="LA CHILD role\nA 1 neighbour",
        events="LA CHILD event start detail level\nA 1 sighting 2023-05-01 - -\nA 1 homeless 2023-05-01 caravan -\n"
        "A 1 ae_attendance 2023-05-01 first_unplanned 7\nA 1 arrest 2023-05-01 burglary 9",
        absence="LA CHILD start end possible authorised unauthorised\nA 1 2023-09-01 2023-09-30 10 6 5\n"
        "A 2 2023-09-01 2023-09-30 10 - 5\nA 3 2023-09-01 2023-09-30 10 1.5 5\nA 4 2023-09-01 2023-09-30 10 -1 5\n"
        "A 5 2023-09-01 2023-09-30 10 5 5",
    )
    assert found(data, "unknown_code") == [("cohort", 1, 0), ("events", 1, 0)]
    assert found(data, "unknown_event") == [("events", 1, 0)]
    assert found(data, "level_not_in_list") == [("events", 1, 0)]
    assert found(data, "invalid_sessions") == [("absence", 4, 0)]
    text = " ".join(data.problems["message"])
    assert [word for word in ("neighbour", "sighting", "caravan", "burglary") if word in text] == []


def test_spans_of_cover_that_touch_are_joined() -> None:
    data = local(
        cover="LA event start end\nA arrest 2023-06-01 2023-12-31\nA arrest 2023-01-01 2023-05-31\n"
        "A arrest 2023-02-01 2023-03-01\nA arrest 2024-01-02 -\nA victim - 2023-12-31\nB arrest 2023-06-01 2023-01-01\n"
        "B victim 2023-01-01 soon"
    )
    spans = data.local("local.cover").with_columns(pl.col("LA").cast(pl.String)).sort("LA", "EVENT", "FROM")
    joined = spans.filter(pl.col("FROM").is_not_null()).rows()
    assert joined == [
        ("A", "arrest", dt.date(2023, 1, 1), dt.date(2023, 12, 31)),
        ("A", "arrest", dt.date(2024, 1, 2), dt.date(2099, 12, 31)),
    ]
    # Whoever spoke of a kind of event without readable dates holds nothing of it, rather than everything.
    undated = spans.filter(pl.col("FROM").is_null()).select("LA", "EVENT").rows()
    assert undated == [("A", "victim"), ("B", "arrest"), ("B", "victim")]


def test_a_cover_without_dates_covers_nothing() -> None:
    data = local(cohort=COHORT, events=ARRESTS, cover="LA event start end\nA arrest 2023-01-01 soon")
    result = csc.calculate("yp_arrested_number", data, YEAR, by="LA").frame
    assert result.set_index("area")["status"].to_dict() == {"all": "incomplete", "A": "incomplete", "B": "ok"}


def test_a_spell_without_end_goes_on_and_a_person_without_dates_is_always_observed() -> None:
    data = local(
        cohort="LA CHILD DOB\nA 1 2000-01-01",
        events="LA CHILD event start detail\nA 1 eet_status 2020-01-01 education",
    )
    frame = csc.calculate("cohort_eet_pct", data, csc.Window.snapshot("2090-01-01")).frame
    assert frame["value"].tolist() == [100]


def test_tables_are_declared_with_their_key_and_their_person() -> None:
    assert {name: entry.person for name, entry in TABLES.items()} == {
        "cohort": "CHILD", "events": "CHILD", "absence": "CHILD", "external": "", "cover": "",
    }  # fmt: skip
    assert [name for name, entry in TABLES.items() if not set(entry.key) <= set(entry.required)] == []


# ---- what can be asked ----------------------------------------------------------------------------------

EXTERNAL = "LA measure start end numerator denominator deducted\nA {} 2023-04-01 2024-03-31 {} {} 0"


@pytest.mark.parametrize(
    ("measure", "parameters", "message"),
    [
        (
            "ae_attendances_number",
            {"departments": (5,)},
            "parameter 'departments': needed some of (1, 2, 3, 4)",
        ),
        (
            "ae_attendances_number",
            {"departments": ()},
            "parameter 'departments': needed some of (1, 2, 3, 4)",
        ),
        ("yp_arrested_pct", {"min_age": 18}, "needed ages from 0, the youngest first, found 18 and 17"),
        ("yp_arrested_number", {"min_age": -1}, "needed ages from 0"),
        ("camhs_in_treatment_pct", {"contacts": 0}, "parameter 'contacts': needed a number of 1 or more"),
        ("cohort_eet_pct", {"min_age": -1}, "parameter 'min_age': needed an age of 0 or more"),
        (
            "persistent_absence_pct",
            {"threshold": 0},
            "parameter 'threshold': needed a percentage from 1 to 100",
        ),
        ("cse_risk_level_change", {"tool": "Z"}, "no row of event risk_assessment has the name 'Z'"),
        ("homeless_yp_pct", {"definition": "sofa"}, "parameter 'definition' takes one of"),
        ("yp_arrested_pct", {"arm": "x"}, "no row of table cohort has the arm 'x'"),
    ],
)
def test_values_that_make_no_figure_are_refused(
    measure: str, parameters: dict[str, Any], message: str
) -> None:
    kinds = ("arrest", "homeless", "ae_attendance", "camhs_contact", "eet_status", "risk_assessment")
    events = "LA CHILD event start\n" + "\n".join(f"A 1 {kind} 2023-05-01" for kind in kinds)
    absence = "LA CHILD start end possible authorised unauthorised\nA 1 2023-09-01 2023-09-30 10 6 1"
    data = local(cohort=COHORT, events=events, absence=absence)
    with pytest.raises(InputError) as caught:
        csc.calculate(measure, data, YEAR, parameters={measure: parameters})
    assert message in str(caught.value)


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 10), (1, -10)])
def test_negative_figures_of_other_bodies_are_refused(numerator: int, denominator: int) -> None:
    data = local(external=EXTERNAL.format("first_time_entrants_rate_100k", numerator, denominator))
    with pytest.raises(InputError, match="1 rows of first_time_entrants_rate_100k hold negative numbers"):
        csc.calculate("first_time_entrants_rate_100k", data, YEAR)


def test_figures_of_other_bodies_have_no_windows_per_child() -> None:
    data = local(cohort=COHORT, external=EXTERNAL.format("first_time_entrants_rate_100k", 1, 10))
    cohort = table("LA CHILD index_date\nA 1 2023-06-01")
    with pytest.raises(InputError, match="not about persons"):
        csc.calculate("first_time_entrants_rate_100k", data, csc.Windows.per_child(cohort))


def test_a_blank_denominator_is_told_from_a_table_without_rows() -> None:
    data = local(external=EXTERNAL.format("first_time_entrants_rate_100k", 1, "-"))
    by_area = csc.calculate("first_time_entrants_rate_100k", data, YEAR, by="LA").frame.set_index("area")
    assert by_area.loc["A", "status"] == "no_population"
    other = csc.calculate("cautioned_or_sentenced_rate_10k", data, YEAR).frame
    assert other["status"].tolist() == ["no_data"]


def test_children_with_windows_of_their_own_are_told_apart_by_the_cover() -> None:
    cohort = table("LA CHILD DOB index_date\nA 1 2010-01-01 2023-01-01\nA 2 2010-01-01 2023-06-01")
    data = local(cohort=cohort, events=ARRESTS, cover="LA event start end\nA arrest 2022-01-01 2023-12-31")
    result = csc.calculate("yp_arrested_pct", data, csc.Windows.per_child(cohort))
    follow_up = result.frame.query("window == 'follow_up'").iloc[0]
    assert (follow_up["numerator"], follow_up["denominator"]) == (1, 1)
    notes = result.notes.query("window == 'follow_up' and kind == 'exclusion'")
    assert [(row.count_, row.text) for row in notes.rename(columns={"count": "count_"}).itertuples()] == [
        (1, "the extract does not hold the whole window (table cover)")
    ]


def test_arms_of_windows_per_child_are_the_spells_own() -> None:
    members = table("LA CHILD DOB arm\nA 1 2010-01-01 here\nA 2 2010-01-01 -")
    spells = table("LA CHILD index_date arm\nA 1 2023-04-01 there\nA 2 2023-04-01 there")
    data = local(cohort=members, events=ARRESTS)
    frame = csc.calculate("yp_arrested_pct", data, csc.Windows.per_child(spells), by="arm").frame
    groups = (
        frame.query("window == 'follow_up' and breakdown == 'arm'")
        .set_index("group")["denominator"]
        .to_dict()
    )
    assert groups == {"there": 2, "unknown": 0}


# ---- local files ----------------------------------------------------------------------------------------

FILE = "Person ref,Date of arrest,Type\np1,01/05/2023 14:30,ARR\np2,2023-06-01,VIC\n"
COLUMNS = {"CHILD": "person ref", "start": "Date of arrest", "event": "Type"}
CODES = {"event": {"arr": "arrest", "VIC": "victim"}}
TOML = """
[columns]
CHILD = "Person ref"
start = "Date of arrest"
event = "Type"

[values]
LA = "E08000003"

[codes.event]
ARR = "arrest"
VIC = "victim"
"""


def frame_of(text: str) -> pd.DataFrame:
    header, *rows = (line.split(",") for line in text.strip().splitlines())
    return pd.DataFrame(rows, columns=header)


@pytest.mark.parametrize("kind", [lambda f: f, pl.from_pandas])
def test_columns_values_and_codes_are_mapped(kind: Callable[[pd.DataFrame], Any]) -> None:
    made = local_table(kind(frame_of(FILE)), "events", columns=COLUMNS, values={"la": "A"}, codes=CODES)
    assert made.columns == ["LA", "CHILD", "event", "start"]
    assert made.rows() == [
        ("A", "p1", "arrest", "01/05/2023 14:30"),
        ("A", "p2", "victim", "2023-06-01"),
    ]
    assert csc.Data({"events": made}).local("local.events")["START"].to_list() == [
        dt.date(2023, 5, 1),
        dt.date(2023, 6, 1),
    ]


def test_a_mapping_can_be_a_file_and_an_argument_wins(tmp_path: Path) -> None:
    mapping, file = tmp_path / "police.toml", tmp_path / "police.csv"
    mapping.write_text(TOML, encoding="utf-8")
    file.write_text(FILE, encoding="utf-8")
    made = local_table(file, "events", mapping=mapping)
    assert made["LA"].to_list() == ["E08000003"] * 2
    assert made["event"].to_list() == ["arrest", "victim"]
    assert local_table(file, "events", mapping=mapping, values={"LA": "B"})["LA"].to_list() == ["B"] * 2


def test_columns_of_the_table_s_own_name_need_no_mapping_and_others_are_left() -> None:
    rows = table("child Start event shoe_size LA\n1 2023-05-01 arrest 44 A")
    assert local_table(rows, "events").to_dicts() == [
        {"LA": "A", "CHILD": "1", "event": "arrest", "start": "2023-05-01"}
    ]


def test_codes_without_a_translation_stay() -> None:
    made = local_table(frame_of(FILE), "events", columns=COLUMNS, codes={"event": {" Arr ": "arrest"}})
    assert made["event"].to_list() == ["arrest", "VIC"]


def test_everything_wrong_with_a_mapping_is_said_at_once_and_no_value_of_a_row() -> None:
    with pytest.raises(InputError) as caught:
        local_table(
            frame_of(FILE),
            "events",
            mapping={"colums": {}, "values": {"LA": ["A"]}},
            columns={"CHILD": "Person", "shoe": "Type", "start": 3},  # type: ignore[dict-item]
            values={"event": "arrest"},
            codes={"detail": {"x": "sofa"}, "event": "ARR"},  # type: ignore[dict-item]
        )
    text = str(caught.value)
    expected = [
        "section 'colums' is not known", "values.LA: needed one value for every row, found list",
        "columns.start: needed the name of one column, found int", "codes.event: needed pairs",
        "columns.shoe: table 'events' has no such column",
        "columns.CHILD: the frame has no column 'Person'; found Person ref, Date of arrest, Type",
        "codes.detail: 'sofa' is no code of detail", "needed column 'start'",
    ]  # fmt: skip
    assert [part for part in expected if part not in text] == []
    assert [value for value in ("p1", "p2", "2023", "VIC") if value in text] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"columns": {**COLUMNS, "LA": "Type"}, "values": {"LA": "A"}}, "LA has both a column and a value"),
        ({"values": {"event": "arrest"}}, "no column of the file is used; found Person ref"),
        ({"columns": {"CHILD": "Person ref"}}, "needed column 'event'"),
    ],
)
def test_mappings_that_cannot_be_used_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        local_table(frame_of(FILE), "events", **arguments)
    assert message in str(caught.value)


def test_files_and_tables_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="table 'event' does not exist; did you mean events"):
        local_table(frame_of(FILE), "event")
    with pytest.raises(InputError, match=r"mapping none\.toml: needed a TOML file that can be read"):
        local_table(frame_of(FILE), "events", mapping=tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[columns\n", encoding="utf-8")
    with pytest.raises(InputError, match="needed TOML"):
        local_table(frame_of(FILE), "events", mapping=broken)


# ---- linkage --------------------------------------------------------------------------------------------


def test_rows_are_linked_by_a_table_of_ids_and_the_rest_is_counted() -> None:
    rows = table("local_id start CHILD\np1 2023-05-01 x\np2 2023-05-01 x\n- 2023-05-01 x\np1 2023-06-01 x")
    ids = table("Local_ID la child\np1 A 1\np1 A 1\np3 A 3\np2 - 2")
    linked = link(rows, ids)
    assert linked.frame.sort("start").to_dicts() == [
        {"start": "2023-05-01", "LA": "A", "CHILD": "1"},
        {"start": "2023-06-01", "LA": "A", "CHILD": "1"},
    ]
    assert (linked.rows, linked.unlinked) == (4, 2)
    assert linked.report == (
        "2 of 4 rows are linked to a person of the returns; 2 are not, and are left out: their id is blank or "
        "not in the table of ids"
    )


def test_an_id_is_looked_up_within_the_authority_where_the_rows_have_one() -> None:
    rows = table("LA nhs start\nA 7 2023-05-01\nB 7 2023-05-02\nC 7 2023-05-03")
    ids = table("LA nhs CHILD\nA 7 1\nB 7 2")
    linked = link(rows, ids, by="nhs")
    assert sorted(linked.frame.select("LA", "CHILD", "start").rows()) == [
        ("A", "1", "2023-05-01"),
        ("B", "2", "2023-05-02"),
    ]
    assert linked.unlinked == 1
    with pytest.raises(InputError, match="2 rows of ids give one nhs to two persons"):
        link(rows.drop(columns="LA"), ids, by="nhs")


def test_numbers_that_went_through_floats_are_the_same_ids() -> None:
    rows = pd.DataFrame({"local_id": [7.0, None], "start": ["2023-05-01"] * 2})
    linked = link(rows, pd.DataFrame({"local_id": [7], "LA": ["A"], "CHILD": [12]}))
    assert linked.frame.to_dicts() == [{"start": "2023-05-01", "LA": "A", "CHILD": "12"}]


def test_linkage_names_the_columns_that_are_missing() -> None:
    rows, ids = table("ref start\np1 2023-05-01"), table("local_id CHILD\np1 1")
    with pytest.raises(InputError) as caught:
        link(rows, ids)
    assert "frame has no column 'local_id'; found ref, start" in str(caught.value)
    assert "ids has no column LA; found local_id, CHILD" in str(caught.value)
    with pytest.raises(InputError, match="frame has columns of the same name"):
        link(table("local_id LOCAL_ID\np1 p2"), table("local_id LA CHILD\np1 A 1"))
