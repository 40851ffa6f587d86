"""The Standard Safeguarding Dataset: the same figures as from the returns, and a refusal where it cannot give them."""

from __future__ import annotations

import datetime as dt
import sqlite3
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.feeding import unanswered
from csc_outcomes.sources.registry import TABLES as RETURNS
from csc_outcomes.sources.ssd import covered_years
from csc_outcomes.sources.ssd_need import factor_codes
from csc_outcomes.sources.ssd_tables import TABLES
from ssd_stories import (
    EXTRACTED,
    YEARS,
    care,
    census,
    extract_of_care,
    extract_of_needs,
    frame,
    needs,
    returned,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

LA = "E06000001"
D = dt.date
Frames = dict[str, pl.DataFrame]


def read(tables: Mapping[str, Any], extracted: Any = EXTRACTED, **options: Any) -> csc.Data:
    return csc.read_ssd(tables, la=LA, extracted=extracted, **options)


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows that name some columns of one table; the others are blank."""
    names = {name for row in rows for name in row}
    declared = next(t for t in TABLES.values() if names <= {n for c in t.columns for n in c.names})
    blank = (c.name for c in declared.columns if c.required and not names & set(c.names))
    return frame(list(rows), (*blank, *sorted(names)))


def rows(data: csc.Data, name: str, *columns: str) -> list[tuple[Any, ...]]:
    cells = data.local(f"raw:{name}").with_columns(pl.col(pl.Categorical).cast(pl.String))
    return sorted(cells.select(columns).rows(), key=lambda row: tuple(map(str, row)))


def problems(data: csc.Data) -> dict[str, int]:
    return dict(zip(data.problems["code"], data.problems["rows"], strict=True))


def answer(data: csc.Data, measure: str, until: str = "2024-03-31") -> tuple[Any, ...]:
    result = csc.calculate(measure, data, csc.Window.year_to(until))
    row = result.frame.iloc[0]
    return row["numerator"], row["denominator"], row["status"]


def reason(data: csc.Data, measure: str, until: str = "2024-03-31") -> str:
    result = csc.calculate(measure, data, csc.Window.year_to(until))
    assert list(result.frame["status"].unique()) == ["no_data"]
    assert result.frame["value"].isna().all()
    return "".join(result.notes.query("kind == 'status' and area == 'all'")["text"].unique())


# ---- the same figures as from the returns -----------------------------------------------------------------

OF_NEED = [
    "rereferral_number", "rereferral_pct", "rereferral_child_pct", "rereferral_forward_12m_pct",
    "gang_factor_assessment_pct", "cse_factor_assessment_pct", "missing_factor_assessment_pct",
]  # fmt: skip
OF_CARE = [
    "cla_stock_number", "cla_starts_number", "cla_start_periods_number", "cla_ceased_number",
    "cla_net_change_number", "residential_share_seed_pct", "foster_share_pct", "placements_3plus_pct",
    "placement_moves_per_100_care_years", "same_placement_2yr_pct", "return_home_days_mean",
    "return_home_reentry_pct", "return_home_entrants_12m_pct", "cla_emergency_start_pct",
]  # fmt: skip
WINDOWS = [csc.Window.year_to(f"{year}-03-31") for year in YEARS]


def figures(data: csc.Data, measures: list[str]) -> pd.DataFrame:
    columns = [
        "measure",
        "window",
        "area",
        "breakdown",
        "group",
        "numerator",
        "denominator",
        "value",
        "status",
    ]
    return csc.calculate(measures, data, WINDOWS, by=["LA", "age_band"]).frame[columns]


@pytest.mark.parametrize("seed", range(3))
def test_the_same_referrals_and_factors_from_the_census_and_from_the_dataset(seed: int) -> None:
    story = needs(seed)
    from_returns = figures(csc.Data(census(story), la=LA), OF_NEED)
    from_dataset = figures(read(extract_of_needs(story)), OF_NEED)
    pd.testing.assert_frame_equal(from_dataset, from_returns)
    answered = from_returns.query("measure == 'rereferral_pct' and breakdown == 'all' and status == 'ok'")
    assert len(answered) == 2 * (len(YEARS) - 1)  # the first year has no look-back
    assert (answered["numerator"] > 0).all()


@pytest.mark.parametrize("by_episode", [True, False], ids=["by episode", "by period"])
@pytest.mark.parametrize("seed", range(3))
def test_the_same_care_from_the_return_and_from_the_dataset(seed: int, by_episode: bool) -> None:
    story = care(seed)
    from_returns = figures(csc.Data(returned(story), la=LA), OF_CARE)
    from_dataset = figures(read(extract_of_care(story, by_episode=by_episode)), OF_CARE)
    pd.testing.assert_frame_equal(from_dataset, from_returns)
    assert (
        from_returns.query("measure == 'placements_3plus_pct' and breakdown == 'all'")["denominator"] > 5
    ).any()


@pytest.mark.parametrize("by_episode", [True, False], ids=["by episode", "by period"])
def test_the_episodes_are_those_of_the_return(by_episode: bool) -> None:
    story = care(7)
    columns = ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "DEC", "REC", "PL_POST")
    final = csc.Data({"ssda903.episodes": frame(episodes_of(story), (*columns, "YEAR"))}, la=LA)
    made = read(extract_of_care(story, by_episode=by_episode))
    assert rows(made, "ssda903.episodes", *columns) == rows(final, "ssda903.episodes", *columns)


def episodes_of(story: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from ssd_stories import episodes

    return [{**row, "YEAR": 2025} for row in episodes(story)]


# ---- where tables come from -------------------------------------------------------------------------------


def sqlite(tables: Frames, rename: Any = str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for name, held in tables.items():
        columns = ", ".join(rename(column) for column in held.columns)
        connection.execute(f"CREATE TABLE {rename(name)} ({columns})")
        marks = ", ".join("?" * held.width)
        connection.executemany(f"INSERT INTO {rename(name)} VALUES ({marks})", held.rows())
    return connection


def story_tables() -> Frames:
    return {**extract_of_needs(needs(1)), "ssd_s47_enquiry": table(
        {"s47e_person_id": "c1", "s47e_s47_enquiry_id": "1", "s47e_s47_start_date": D(2024, 1, 5)}
    )}  # fmt: skip


def same(first: csc.Data, second: csc.Data) -> None:
    pd.testing.assert_frame_equal(first.tables, second.tables)
    pd.testing.assert_frame_equal(first.problems, second.problems)
    pd.testing.assert_frame_equal(figures(first, OF_NEED), figures(second, OF_NEED))


@pytest.mark.parametrize("rename", [str, str.upper, str.title], ids=["lower", "upper", "title"])
def test_a_database_gives_what_the_frames_give(rename: Any) -> None:
    tables = story_tables()
    same(read(sqlite(tables, rename)), read(tables))


def test_only_the_needed_columns_are_asked_for() -> None:
    tables = story_tables()
    person = tables["ssd_person"].with_columns(pers_surname=pl.lit("x"), pers_nationality=pl.lit("y"))
    connection = sqlite({**tables, "ssd_person": person, "ssd_contacts": person})
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    same(read(connection), read(tables))
    fetching = [query for query in asked if "1 = 0" not in query]
    assert "SELECT pers_person_id, pers_dob FROM ssd_person" in fetching
    assert not any("surname" in query or "contacts" in query for query in fetching)
    assert all(query.startswith("SELECT") for query in asked)


class Alchemy:
    """What is used of an SQLAlchemy connection."""

    def __init__(self, tables: Frames) -> None:
        self._connection = sqlite(tables)

    def exec_driver_sql(self, query: str) -> Any:
        cursor = self._connection.execute(query)
        cursor_keys = [column[0] for column in cursor.description]
        return type("Result", (), {"fetchall": lambda _: cursor.fetchall(), "keys": lambda _: cursor_keys})()


def test_an_sqlalchemy_connection_serves_too() -> None:
    tables = story_tables()
    same(read(Alchemy(tables)), read(tables))


def test_a_database_with_a_catalogue_is_asked_by_it() -> None:
    duckdb = pytest.importorskip("duckdb")
    tables = story_tables()
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA extract")
        for name, held in tables.items():
            connection.register("given", held.to_arrow())
            connection.execute(f"CREATE TABLE extract.{name} AS SELECT * FROM given")
        same(read(connection), read(tables))
        connection.execute("CREATE TABLE main.ssd_person AS SELECT * FROM extract.ssd_person")
        with pytest.raises(
            csc.InputError, match="ssd_person are in several schemas of the database; give schema="
        ):
            read(connection)
        same(read(connection, schema="EXTRACT"), read(tables))


def test_dates_of_a_database_may_have_a_type() -> None:
    tables = story_tables()
    dated = {
        name: held.with_columns(pl.col("^.*(_date|_dob)$").str.to_datetime("%Y-%m-%d", strict=False))
        for name, held in tables.items()
    }
    same(read(dated), read(tables))
    same(read({name: held.to_pandas() for name, held in dated.items()}), read(tables))


def test_names_may_lack_the_prefix_and_differ_in_case() -> None:
    tables = story_tables()
    renamed = {name.removeprefix("ssd_").title(): held.rename(str.upper) for name, held in tables.items()}
    same(read(renamed), read(tables))


def test_older_names_of_columns_are_known() -> None:
    tables = story_tables()
    older = tables["ssd_cin_episodes"].rename(
        {
            "cine_cin_primary_need_code": "cine_cin_primary_need",
            "cine_referral_source_code": "cine_referral_source",
        }
    )
    same(read({**tables, "ssd_cin_episodes": older}), read(tables))


def test_a_table_given_twice_is_refused() -> None:
    held = story_tables()["ssd_person"]
    with pytest.raises(csc.InputError, match="'ssd_person' is given twice"):
        read({"ssd_person": held, "PERSON": held})


def test_missing_columns_are_named_at_once() -> None:
    tables = story_tables()
    tables["ssd_person"] = tables["ssd_person"].drop("pers_dob")
    tables["ssd_cin_episodes"] = tables["ssd_cin_episodes"].drop("cine_referral_nfa")
    with pytest.raises(csc.InputError) as error:
        read(tables)
    assert "table 'ssd_person' has no column 'pers_dob'" in str(error.value)
    assert "table 'ssd_cin_episodes' has no column 'cine_referral_nfa'" in str(error.value)


@pytest.mark.parametrize("given", [{}, {"ssd_contacts": pl.DataFrame({"a": [1]})}])
def test_nothing_of_the_dataset_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(
        csc.InputError, match="needed tables such as ssd_person and ssd_cin_episodes with rows"
    ):
        read(given)


def test_something_else_than_frames_or_a_connection_is_refused() -> None:
    with pytest.raises(
        csc.InputError, match=r"needed frames by name, or a DB-API or SQLAlchemy connection; found int"
    ):
        csc.read_ssd(7, la=LA, extracted=EXTRACTED)


def test_a_schema_is_a_plain_name() -> None:
    with pytest.raises(csc.InputError, match="schema: needed a plain name"):
        read(sqlite(story_tables()), schema="x; DROP TABLE y")


def test_tables_that_are_missing_or_empty_are_listed() -> None:
    tables = {
        **story_tables(),
        "ssd_cp_plans": pl.DataFrame(schema={c.name: pl.String for c in TABLES["ssd_cp_plans"].columns}),
    }
    data = read(tables)
    listed = data.problems.set_index("code").loc["table_missing", "message"]
    assert "ssd_cp_plans" in listed
    assert "ssd_cla_episodes" in listed
    assert "ssd_person" not in listed
    assert data.feed.absent["cin.ChildProtectionPlans"] == "table ssd_cp_plans has no row"
    assert data.feed.absent["ssda903.episodes"].startswith("the extract has no table ssd_cla_episodes")


# ---- children in need -------------------------------------------------------------------------------------


def one_referral(**more: Any) -> dict[str, Any]:
    return {
        "cine_person_id": "1", "cine_referral_id": "10", "cine_referral_date": D(2023, 5, 1), "cine_referral_nfa": "N",
        "cine_close_date": None, "cine_close_reason": None, **more,
    }  # fmt: skip


def one_assessment(**more: Any) -> dict[str, Any]:
    return {
        "cina_person_id": "1", "cina_assessment_id": "100", "cina_referral_id": "10",
        "cina_assessment_start_date": D(2023, 5, 2), "cina_assessment_auth_date": D(2023, 6, 2), **more,
    }  # fmt: skip


def factor_data(text: str, assessment: str = "100") -> csc.Data:
    factors = table({"cinf_assessment_id": assessment, "cinf_assessment_factors_json": text})
    tables = {"ssd_cin_episodes": table(one_referral()), "ssd_cin_assessments": table(one_assessment())}
    return read({**tables, "ssd_assessment_factors": factors})


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('["13A", "4A"]', ("13A", "4A")),
        ('["13a", "13A"]', ("13A",)),
        ('{"13A": "Yes", "4A": "No", "20": true, "3A": ""}', ("13A", "20")),
        ("[]", ()),
        ("{}", ()),
        ('"13A"', None),
        ("13A, 4A", None),
        ("{", None),
    ],
)
def test_factors_in_either_form(text: str, codes: tuple[str, ...] | None) -> None:
    assert factor_codes(text) == codes


def test_factors_reach_the_measures() -> None:
    assert answer(factor_data('["13A"]'), "gang_factor_assessment_pct") == (1, 1, "ok")
    assert answer(factor_data('{"13A": "No", "4A": "Yes"}'), "gang_factor_assessment_pct") == (0, 1, "ok")


def test_factors_that_cannot_be_read_are_counted_and_withheld() -> None:
    data = factor_data("13A and 4A")
    assert problems(data)["unreadable_factors"] == 1
    assert "do not fit" in reason(data, "gang_factor_assessment_pct")


def test_factors_under_other_ids_are_not_filled() -> None:
    data = factor_data('["13A"]', assessment="555")
    assert reason(data, "gang_factor_assessment_pct") == (
        "table cin.AssessmentFactorsList is not in the data: ssd_assessment_factors and ssd_cin_assessments do not "
        "fit: most completed assessments have no factor under their id"
    )


def test_1_january_1900_is_no_date() -> None:
    """Extracts write it for an assessment that is not authorised yet."""
    data = read(
        {
            "ssd_cin_episodes": table(one_referral()),
            "ssd_cin_assessments": table(one_assessment(cina_assessment_auth_date="1900-01-01 00:00:00")),
        }
    )
    assert rows(data, "cin.Assessments", "AssessmentAuthorisationDate") == [(None,)]


def test_years_with_assessments_of_lost_referrals_are_not_covered() -> None:
    assessments = [
        one_assessment(
            cina_assessment_id=str(n), cina_referral_id="10" if n else "9", cina_assessment_auth_date=done
        )
        for n, done in enumerate([D(2023, 6, 2), D(2023, 7, 2), D(2022, 7, 2)])
    ]
    factors = [{"cinf_assessment_id": str(n), "cinf_assessment_factors_json": '["4A"]'} for n in range(3)]
    data = read(
        {
            "ssd_cin_episodes": table(one_referral(cine_referral_date=D(2022, 5, 1))),
            "ssd_cin_assessments": table(*assessments),
            "ssd_assessment_factors": table(*factors),
        }
    )
    assert data.cover("cin.assessments") == {LA: frozenset({2020, 2021, 2022, 2023})}
    assert data.cover("cin.referrals") == {LA: frozenset(YEARS)}
    assert problems(data)["assessment_without_referral"] == 1
    assert answer(data, "gang_factor_assessment_pct")[2] == "incomplete"
    assert answer(data, "gang_factor_assessment_pct", until="2023-03-31") == (0, 1, "ok")


def one_plan(**more: Any) -> dict[str, Any]:
    return {
        "cppl_person_id": "1", "cppl_cp_plan_start_date": D(2023, 5, 20), "cppl_cp_plan_end_date": None,
        "cppl_cp_plan_initial_category": "Neglect", "cppl_cp_plan_latest_category": "Emotional abuse", **more,
    }  # fmt: skip


def test_previous_plans_stay_missing_and_the_share_of_repeats_is_refused() -> None:
    data = read(
        {
            "ssd_cin_episodes": table(one_referral()),
            "ssd_cp_plans": table(one_plan(), one_plan(cppl_person_id="2")),
        }
    )
    assert rows(data, "cin.ChildProtectionPlans", "NumberOfPreviousCPP") == [(None,), (None,)]
    assert "the dataset has no number of earlier plans" in reason(data, "cpp_subsequent_pct")
    assert "previous_plans_blank" not in problems(data)


def test_plans_of_other_authorities_are_set_aside() -> None:
    plans = table(
        one_plan(),
        one_plan(cppl_person_id="2", cppl_cp_plan_ola="Y"),
        one_plan(cppl_person_id="3", cppl_cp_plan_ola="N"),
    )
    data = read({"ssd_cin_episodes": table(one_referral()), "ssd_cp_plans": plans})
    columns = ("LAchildID", "InitialCategoryOfAbuse", "LatestCategoryOfAbuse")
    assert rows(data, "cin.ChildProtectionPlans", *columns) == [("1", "NEG", "EMO"), ("3", "NEG", "EMO")]
    assert problems(data)["other_authority"] == 1


def test_conferences_go_with_their_enquiry_or_their_referral() -> None:
    conferences = table(
        {
            "icpc_person_id": "1",
            "icpc_s47_enquiry_id": "5",
            "icpc_referral_id": "10",
            "icpc_icpc_date": D(2023, 6, 1),
        },
        {
            "icpc_person_id": "1",
            "icpc_s47_enquiry_id": None,
            "icpc_referral_id": "10",
            "icpc_icpc_date": D(2023, 8, 1),
        },
    )
    enquiries = table(
        {"s47e_person_id": "1", "s47e_s47_enquiry_id": "5", "s47e_s47_start_date": D(2023, 5, 20)},
        {"s47e_person_id": "1", "s47e_s47_enquiry_id": "6", "s47e_s47_start_date": D(2023, 9, 20)},
    )
    data = read(
        {
            "ssd_cin_episodes": table(one_referral()),
            "ssd_s47_enquiry": enquiries,
            "ssd_initial_cp_conference": conferences,
        }
    )
    assert rows(data, "cin.CINdetails", "DateOfInitialCPC") == [(D(2023, 8, 1),)]
    assert rows(data, "cin.Section47", "S47ActualStartDate", "DateOfInitialCPC") == [
        (D(2023, 5, 20), D(2023, 6, 1)), (D(2023, 9, 20), None),
    ]  # fmt: skip


def test_simple_tables_and_children() -> None:
    data = read(
        {
            "ssd_person": table(
                {
                    "pers_person_id": "1",
                    "pers_dob": None,
                    "pers_expected_dob": D(2023, 7, 1),
                    "pers_gender": "F",
                    "pers_ethnicity": "A2 - WBRI",
                },
                {"pers_person_id": "nobody", "pers_dob": D(2010, 1, 1)},
            ),
            "ssd_cin_episodes": table(
                one_referral(cine_close_date=D(2024, 1, 1), cine_close_reason="RC7: ceased")
            ),
            "ssd_cin_plans": table(
                {"cinp_person_id": "1", "cinp_cin_plan_start": D(2023, 8, 1), "cinp_cin_plan_end": None}
            ),
            "ssd_cp_reviews": table({"cppr_person_id": "1", "cppr_cp_review_date": D(2023, 9, 1)}),
            "ssd_disability": table({"disa_person_id": "1", "disa_disability_code": "MOB"}),
        }
    )
    assert rows(
        data, "cin.ChildIdentifiers", "LAchildID", "PersonBirthDate", "ExpectedPersonBirthDate", "Sex"
    ) == [("1", None, D(2023, 7, 1), "F")]
    assert rows(data, "cin.CINdetails", "CINclosureDate", "ReasonForClosure", "ReferralNFA") == [
        (D(2024, 1, 1), "RC7", "0")
    ]
    assert rows(data, "cin.CINplanDates", "CINPlanStartDate", "CINPlanEndDate") == [(D(2023, 8, 1), None)]
    assert rows(data, "cin.Reviews", "CPPreviewDate") == [(D(2023, 9, 1),)]
    assert rows(data, "cin.Disabilities", "Disability") == [("MOB",)]


# ---- care -------------------------------------------------------------------------------------------------


def spell(start: Any, end: Any = None, started: str = "S", ceased: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "clae_person_id": "1", "clae_cla_episode_start_date": start, "clae_cla_episode_start_reason": started,
        "clae_cla_episode_ceased_date": end, "clae_cla_episode_ceased_reason": ceased,
        "clae_cla_primary_need_code": "N1", **more,
    }  # fmt: skip


def placement(start: Any, end: Any = None, kind: str = "U6", **more: Any) -> dict[str, Any]:
    return {
        "clap_person_id": "1", "clap_cla_placement_start_date": start, "clap_cla_placement_end_date": end,
        "clap_cla_placement_type": kind, **more,
    }  # fmt: skip


def order(start: Any, end: Any = None, status: str = "C2") -> dict[str, Any]:
    return {
        "lega_person_id": "1", "lega_legal_status": status, "lega_legal_status_start_date": start,
        "lega_legal_status_end_date": end,
    }  # fmt: skip


def looked_after(
    spells: list[Any], placements: list[Any], orders: list[Any], **more: pl.DataFrame
) -> csc.Data:
    persons = table(
        {"pers_person_id": "1", "pers_dob": D(2010, 5, 5)}, {"pers_person_id": "2", "pers_dob": D(2015, 5, 5)}
    )
    return read(
        {
            "ssd_person": persons, "ssd_cla_episodes": table(*spells), "ssd_cla_placement": table(*placements),
            "ssd_legal_status": table(*orders), **more,
        }
    )  # fmt: skip


def made(data: csc.Data) -> list[tuple[Any, ...]]:
    return rows(data, "ssda903.episodes", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC")


def test_a_period_is_cut_where_placement_or_legal_status_changes() -> None:
    data = looked_after(
        [spell(D(2023, 1, 1), D(2023, 12, 1), ceased="E4A")],
        [
            placement(D(2023, 1, 1), D(2023, 3, 1), "U6"),
            placement(D(2023, 3, 1), D(2023, 6, 1), "K2"),
            placement(D(2023, 6, 1), D(2023, 12, 1), "U4"),
        ],
        [
            order(D(2023, 1, 1), D(2023, 2, 1), "V2"),
            order(D(2023, 2, 1), D(2023, 6, 1), "C1"),
            order(D(2023, 6, 1), None, "C2"),
        ],
    )
    assert made(data) == [
        (D(2023, 1, 1), "S", "V2", "U6", D(2023, 2, 1), "X1"),
        (D(2023, 2, 1), "L", "C1", "U6", D(2023, 3, 1), "X1"),
        (D(2023, 3, 1), "P", "C1", "K2", D(2023, 6, 1), "X1"),
        (D(2023, 6, 1), "B", "C2", "U4", D(2023, 12, 1), "E4A"),
    ]


def test_what_is_no_change_cuts_nothing() -> None:
    """An order renewed, a supervision order beside it, and a day between the ends of one spell and the next."""
    data = looked_after(
        [spell(D(2023, 1, 1))],
        [placement(D(2023, 1, 1))],
        [
            order(D(2023, 1, 1), D(2023, 5, 31), "C1"),
            order(D(2023, 6, 1), D(2023, 9, 1), "C1"),
            order(D(2023, 9, 1), None, "C1"),
            order(D(2023, 4, 1), None, "Supervision order"),
        ],
    )
    assert made(data) == [(D(2023, 1, 1), "S", "C1", "U6", None, None)]


def test_an_older_spell_goes_on_when_a_later_one_ends() -> None:
    """A stay in hospital inside a placement, and a remand inside a care order."""
    data = looked_after(
        [spell(D(2023, 1, 1))],
        [placement(D(2023, 1, 1)), placement(D(2023, 3, 1), D(2023, 3, 9), "T1")],
        [order(D(2023, 1, 1)), order(D(2023, 6, 1), D(2023, 7, 1), "J1 - Remanded")],
    )
    assert [row[:4] for row in made(data)] == [
        (D(2023, 1, 1), "S", "C2", "U6"),
        (D(2023, 3, 1), "P", "C2", "T1"),
        (D(2023, 3, 9), "P", "C2", "U6"),
        (D(2023, 6, 1), "L", "J1", "U6"),
        (D(2023, 7, 1), "L", "C2", "U6"),
    ]


def test_a_change_of_status_alone_keeps_the_carer() -> None:
    data = looked_after(
        [spell(D(2023, 1, 1))],
        [
            placement(D(2023, 1, 1), D(2023, 3, 1), "U6", clap_cla_placement_change_reason="PLACE"),
            placement(D(2023, 3, 1), D(2023, 8, 1), "U4", clap_cla_placement_change_reason="PLACE"),
            placement(D(2023, 8, 1), None, "U1"),
        ],
        [order(D(2023, 1, 1), D(2023, 8, 1), "C1"), order(D(2023, 8, 1))],
    )
    assert [row[1] for row in made(data)] == ["S", "T", "U"]
    assert rows(data, "ssda903.episodes", "DECOM", "REASON_PLACE_CHANGE") == [
        (D(2023, 1, 1), "PLACE"), (D(2023, 3, 1), "PLACE"), (D(2023, 8, 1), None),
    ]  # fmt: skip


def test_rows_that_are_episodes_are_not_cut() -> None:
    """The placement began a day before the episode: cutting would make a move of it."""
    data = looked_after(
        [
            spell(D(2023, 1, 1), D(2023, 3, 2), ceased="X1", clae_cla_placement_id="a"),
            spell(D(2023, 3, 2), None, "P", clae_cla_placement_id="b"),
        ],
        [
            placement(D(2023, 1, 1), D(2023, 3, 1), "U6", clap_cla_placement_id="a"),
            placement(D(2023, 3, 1), None, "K2", clap_cla_placement_id="b"),
        ],
        [order(D(2023, 1, 1), D(2023, 5, 1), "C1"), order(D(2023, 5, 1))],
    )
    assert made(data) == [
        (D(2023, 1, 1), "S", "C1", "U6", D(2023, 3, 2), "X1"),
        (D(2023, 3, 2), "P", "C1", "K2", None, None),
    ]
    assert problems(data)["change_inside"] == 1


@pytest.mark.parametrize(
    ("of_care", "of_placement"),
    [
        ({"clae_cla_id": "L"}, {"clap_cla_id": "L"}),
        ({"clae_cla_placement_id": "p"}, {"clap_cla_placement_id": "p"}),
    ],
    ids=["period", "episode"],
)
def test_placements_may_be_named_otherwise_than_by_the_child(of_care: Any, of_placement: Any) -> None:
    placed = placement(D(2023, 1, 1), clap_person_id=None, **of_placement)
    data = looked_after([spell(D(2023, 1, 1), **of_care)], [placed], [order(D(2023, 1, 1))])
    assert made(data) == [(D(2023, 1, 1), "S", "C2", "U6", None, None)]


@pytest.mark.parametrize(
    ("text", "code"),
    [("S", "S"), ("S - Started to be looked after", "S"), ("Started to be looked after", "S"), ("s: x", "S")],
)
def test_reasons_for_a_start(text: str, code: str) -> None:
    data = looked_after(
        [spell(D(2023, 1, 1), started=text)], [placement(D(2023, 1, 1))], [order(D(2023, 1, 1))]
    )
    assert made(data)[0][1] == code


def test_a_row_that_starts_on_the_day_care_was_entered_is_a_start() -> None:
    row = spell(D(2023, 1, 1), started="Accommodated", clae_entered_care_date=D(2023, 1, 1))
    data = looked_after([row], [placement(D(2023, 1, 1))], [order(D(2023, 1, 1))])
    assert made(data)[0][1] == "S"


@pytest.mark.parametrize(
    ("spells", "placements", "orders", "why"),
    [
        pytest.param(
            [spell(D(2023, 1, 1), started="Accommodated")], [placement(D(2023, 1, 1))], [order(D(2023, 1, 1))],
            "the episodes' start reasons are not the codes of the return", id="start reasons",
        ),
        pytest.param(
            [spell(D(2023, 1, 1), D(2023, 5, 1), ceased="Went home")], [placement(D(2023, 1, 1))],
            [order(D(2023, 1, 1))],
            "the episodes' ceased reasons are not the codes of the return", id="ceased reasons",
        ),
        pytest.param(
            [spell(D(2023, 1, 1))], [placement(D(2023, 2, 1))], [order(D(2023, 1, 1))],
            "ssd_cla_placement does not tell placement of 1 of 2 episodes", id="no placement at first",
        ),
        pytest.param(
            [spell(D(2023, 1, 1))], [placement(D(2023, 1, 1))], [order(D(2023, 1, 1), status="Supervision order")],
            "ssd_legal_status does not tell legal status of 1 of 1 episodes", id="no legal status",
        ),
    ],
)  # fmt: skip
def test_care_that_cannot_be_told_is_refused(spells: Any, placements: Any, orders: Any, why: str) -> None:
    data = looked_after(spells, placements, orders)
    assert "ssda903.episodes" not in set(data.tables["table"])
    assert why in reason(data, "cla_starts_number")


@pytest.mark.parametrize("lacking", ["ssd_cla_placement", "ssd_legal_status", "ssd_cla_episodes"])
def test_without_one_of_the_three_tables_there_are_no_episodes(lacking: str) -> None:
    tables = extract_of_care(care(1), by_episode=True)
    data = read({name: held for name, held in tables.items() if name != lacking})
    assert f"the extract has no table {lacking}" in reason(data, "cla_starts_number")
    assert "an episode of the return needs care, placement and legal status" in reason(
        data, "cla_starts_number"
    )


def test_a_few_episodes_without_placement_are_reported() -> None:
    spells = [spell(D(2023, 1, n), clae_person_id=str(n)) for n in range(1, 25)]
    placements = [placement(D(2023, 1, n), clap_person_id=str(n)) for n in range(2, 25)]
    orders = [{**order(D(2023, 1, n)), "lega_person_id": str(n)} for n in range(1, 25)]
    data = looked_after(spells, placements, orders)
    assert problems(data)["no_place"] == 1
    assert len(made(data)) == 24


# ---- modules ----------------------------------------------------------------------------------------------

IN_CARE = ([spell(D(2022, 1, 1)), spell(D(2022, 1, 1), clae_person_id="2")],
           [placement(D(2022, 1, 1)), placement(D(2022, 1, 1), clap_person_id="2")],
           [order(D(2022, 1, 1)), {**order(D(2022, 1, 1)), "lega_person_id": "2"}])  # fmt: skip


def with_modules(**more: pl.DataFrame) -> csc.Data:
    return looked_after(*IN_CARE, **more)


def test_header() -> None:
    assert rows(with_modules(), "ssda903.header", "CHILD", "DOB") == [
        ("1", D(2010, 5, 5)),
        ("2", D(2015, 5, 5)),
    ]


def test_missing_incidents() -> None:
    kinds = ["M", "Missing", "Away from placement without authorisation", "A"]
    incidents = [
        {"miss_person_id": "1", "miss_missing_episode_start_date": D(2023, 6, n), "miss_missing_episode_type": kind,
         "miss_missing_episode_end_date": D(2023, 6, n)}
        for n, kind in enumerate(kinds, 1)
    ]  # fmt: skip
    data = with_modules(ssd_missing=table(*incidents))
    assert rows(data, "ssda903.missing", "MIS_START", "MISSING") == [
        (D(2023, 6, n), code) for n, code in enumerate("MMAA", 1)
    ]
    assert answer(data, "missing_children_pct") == (1, 2, "ok")
    unclear = with_modules(ssd_missing=table({**incidents[0], "miss_missing_episode_type": "Went off"}))
    assert "does not tell missing from away" in reason(unclear, "missing_children_pct")


def test_unaccompanied_children() -> None:
    def status(words: str) -> pl.DataFrame:
        return table(
            {
                "immi_person_id": "1",
                "immi_immigration_status": words,
                "immi_immigration_status_end_date": None,
            }
        )

    data = with_modules(ssd_immigration_status=status("Unaccompanied Asylum Seeking Child"))
    assert rows(data, "ssda903.uasc", "CHILD", "DUC") == [("1", None)]
    former = with_modules(ssd_immigration_status=status("Former UASC"))
    assert "no status in ssd_immigration_status" in former.feed.absent["ssda903.uasc"]


def test_reviews_go_with_the_period_of_care() -> None:
    def review(number: int, code: str, cancelled: str | None = None) -> dict[str, Any]:
        return {
            "clar_cla_id": "L", "clar_cla_review_date": D(2023, number, 1), "clar_cla_review_participation": code,
            "clar_cla_review_cancelled": cancelled,
        }  # fmt: skip

    spells = [spell(D(2022, 1, 1), clae_cla_id="L")]
    rest = ([placement(D(2022, 1, 1))], [order(D(2022, 1, 1))])
    held = looked_after(
        spells, *rest, ssd_cla_reviews=table(review(1, "PN1"), review(2, "PN3", "Y"), review(3, "PN2: x"))
    )
    assert rows(held, "ssda903.reviews", "CHILD", "REVIEW", "REVIEW_CODE") == [
        ("1", D(2023, 1, 1), "PN1"), ("1", D(2023, 3, 1), "PN2"),
    ]  # fmt: skip
    unclear = looked_after(spells, *rest, ssd_cla_reviews=table(review(1, "Attended")))
    assert "other words than the codes" in unclear.feed.absent["ssda903.reviews"]


def outcomes() -> csc.Data:
    scores = [
        ("1", 12, D(2023, 5, 1)),
        ("1", 17, D(2024, 2, 1)),
        ("1", 30, D(2024, 4, 1)),
        ("2", 9, D(2023, 3, 1)),
    ]
    return with_modules(
        ssd_sdq_scores=table(
            *(
                {
                    "csdq_person_id": p,
                    "csdq_sdq_score": s,
                    "csdq_sdq_completed_date": d,
                    "csdq_sdq_reason": "SSD_PH",
                }
                for p, s, d in scores
            )
        ),
        ssd_cla_convictions=table({"clac_person_id": "1", "clac_cla_conviction_date": D(2022, 6, 1)}),
        ssd_cla_substance_misuse=table(
            {
                "clas_person_id": "1",
                "clas_substance_misuse_date": D(2023, 6, 1),
                "clas_intervention_received": "Y",
            }
        ),
        ssd_cla_health=checks(
            ("1", "Health Assessment", D(2023, 9, 1), "Completed"),
            ("1", "Dental Check", D(2023, 9, 1), "Refused"),
            ("2", "Dental check", D(2024, 1, 5), "Completed"),
            ("2", "Health assessment: annual", D(2023, 3, 1), "Completed"),
            ("2", "Health surveillance checks", D(2023, 9, 1), "Planned"),
        ),
    )


def checks(*found: tuple[Any, ...]) -> pl.DataFrame:
    names = ("clah_person_id", "clah_health_check_type", "clah_health_check_date", "clah_health_check_status")
    return table(*(dict(zip(names, cells, strict=True)) for cells in found))


def test_outcomes_of_each_covered_year() -> None:
    """Child 1 is 13 on 31 March 2024, child 2 is 8. A score counts in the year in which it was completed."""
    columns = (
        "YEAR",
        "CHILD",
        "SDQ_SCORE",
        "SDQ_REASON",
        "CONVICTED",
        "SUBSTANCE_MISUSE",
        "INTERVENTION_RECEIVED",
    )
    assert rows(outcomes(), "ssda903.oc2", *columns) == [
        (2022, "1", None, None, "0", "0", None),
        (2022, "2", None, None, None, "0", None),
        (2023, "1", None, None, "1", "0", None),
        (2023, "2", 9, None, None, "0", None),
        (2024, "1", 17, None, "0", "1", "1"),
        (2024, "2", None, None, None, "0", None),
    ]


def test_checks_of_each_covered_year() -> None:
    columns = ("YEAR", "CHILD", "HEALTH_ASSESSMENT", "TEETH_CHECK", "HEALTH_CHECK", "IMMUNISATIONS")
    assert rows(outcomes(), "ssda903.oc2", *columns)[2:] == [
        (2023, "1", "0", "0", None, None),
        (2023, "2", "1", "0", None, None),
        (2024, "1", "1", "0", None, None),
        (2024, "2", "0", "1", None, None),
    ]
    assert answer(outcomes(), "cla_health_assessment_pct") == (1, 2, "ok")
    assert answer(outcomes(), "cla_dental_check_pct") == (1, 2, "ok")


@pytest.mark.parametrize(
    ("kind", "status", "refused"),
    [
        ("Health Assessment", "Done", ["cla_health_assessment_pct", "cla_dental_check_pct"]),
        ("HA", "Completed", ["cla_health_assessment_pct", "cla_dental_check_pct"]),
        ("Health Assessment", "Completed", ["cla_dental_check_pct"]),
    ],
)
def test_checks_in_other_words_are_no_answer(kind: str, status: str, refused: list[str]) -> None:
    data = with_modules(ssd_cla_health=checks(("1", kind, D(2023, 9, 1), status)))
    for measure in ("cla_health_assessment_pct", "cla_dental_check_pct"):
        if measure in refused:
            assert "does not tell which checks of this kind were completed" in reason(data, measure)
        else:
            assert answer(data, measure)[2] == "ok"


def test_outcomes_reach_the_measures_and_the_rest_is_refused() -> None:
    data = outcomes()
    assert answer(data, "sdq_mean") == (17, 1, "ok")
    assert answer(data, "cla_convicted_pct") == (0, 1, "ok")
    assert answer(data, "cla_convicted_pct", until="2023-03-31") == (1, 1, "ok")
    assert answer(data, "cla_substance_misuse_pct") == (1, 2, "ok")
    assert "development checks" in reason(data, "cla_development_assessment_pct")
    assert "in which unit" in reason(data, "placed_over_20_miles_pct")
    assert "present state only" in reason(data, "cla_immunised_pct")
    scores = table({"csdq_person_id": "1", "csdq_sdq_score": 9, "csdq_sdq_completed_date": D(2023, 5, 1)})
    alone = with_modules(ssd_sdq_scores=scores)
    assert answer(alone, "sdq_mean") == (9, 1, "ok")
    assert reason(alone, "cla_convicted_pct") == "the extract has no table ssd_cla_convictions"


@pytest.mark.parametrize(
    ("measure", "why"),
    [
        ("care_leaver_eet_19_21_pct", "not around the birthday"),
        ("social_workers_3plus_pct", "ssd_involvements lists everyone"),
        ("sdq_mean", "the extract has no table ssd_sdq_scores"),
        ("missing_children_pct", "the extract has no table ssd_missing"),
        ("rereferral_pct", "the extract has no table ssd_cin_episodes"),
    ],
)
def test_what_the_dataset_cannot_say_is_no_data_with_the_reason(measure: str, why: str) -> None:
    assert why in reason(with_modules(), measure)


def test_the_workforce_is_not_in_the_dataset() -> None:
    result = csc.calculate("avg_caseload_fte", with_modules(), csc.Window.snapshot("2023-09-30"))
    assert list(result.frame["status"]) == ["no_data"]
    assert result.notes["text"].str.contains("how it counts caseloads is under review").any()


def test_every_table_of_the_returns_is_filled_or_says_why_not() -> None:
    data = outcomes()
    returns = {name for name in RETURNS if name.split(".")[0] in ("cin", "ssda903", "workforce")}
    assert set(data.feed.absent) == returns - set(data.tables["table"])
    assert all(data.feed.absent.values())


def everything() -> csc.Data:
    """An extract with a row in every table."""
    of_care, of_needs = extract_of_care(care(1), by_episode=True), extract_of_needs(needs(1))
    postcodes = pl.DataFrame(
        {"pcds": ["AB1U1", "AB1K2"], "oslaua": LA, "oscty": None, "oseast1m": [1, 2], "osnrth1m": [1, 2]}
    )
    person = pl.concat([of_care["ssd_person"], of_needs["ssd_person"]]).unique("pers_person_id")
    incident = {
        "miss_person_id": "c1", "miss_missing_episode_start_date": D(2023, 6, 1), "miss_missing_episode_type": "M",
        "miss_missing_episode_end_date": D(2023, 6, 2),
    }  # fmt: skip
    status = {
        "immi_person_id": "c1",
        "immi_immigration_status": "UASC",
        "immi_immigration_status_end_date": None,
    }
    score = {"csdq_person_id": "c1", "csdq_sdq_score": 9, "csdq_sdq_completed_date": D(2023, 5, 1)}
    misuse = {"clas_person_id": "c1", "clas_substance_misuse_date": D(2023, 6, 1)}
    enquiry = {"s47e_person_id": "c1", "s47e_s47_enquiry_id": "1", "s47e_s47_start_date": D(2024, 1, 5)}
    tables = {
        **of_care, **of_needs, "ssd_person": person, "ssd_missing": table(incident), "ssd_cp_plans": table(one_plan()),
        "ssd_immigration_status": table(status), "ssd_sdq_scores": table(score), "ssd_s47_enquiry": table(enquiry),
        "ssd_cla_convictions": table({"clac_person_id": "c1", "clac_cla_conviction_date": D(2022, 6, 1)}),
        "ssd_cla_substance_misuse": table(misuse),
        "ssd_cla_health": checks(
            ("c1", "Health Assessment", D(2023, 9, 1), "Completed"), ("c1", "Dental", D(2023, 9, 1), "Completed")
        ),
    }  # fmt: skip
    return read(tables, postcodes=postcodes)


def test_what_is_said_to_be_unanswered_is_unanswered_and_nothing_else() -> None:
    data = everything()
    asked = [m for m in csc.catalogue() if m.needs and all(csc.Data.yearly(need) for need in m.needs)]
    told = unanswered("ssd", asked)
    result = csc.calculate(
        [m.id for m in asked], data, csc.Window.year_to("2024-03-31"), parameters={"threshold": 16}
    )
    refused = set(result.frame.query("status == 'no_data'")["measure"])
    assert refused == set(told)
    notes = result.notes.query("kind == 'status' and code == 'no_data' and area == 'all'")
    reasons = dict(zip(notes["measure"], notes["text"], strict=False))
    assert {name for name in told if told[name] not in reasons[name]} == set()
    assert {"rereferral_pct", "placements_3plus_pct", "sdq_mean", "placed_inside_la_pct"} & refused == set()


# ---- the day of the extract -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "years", "covered"),
    [
        (D(2024, 11, 5), 6, range(2020, 2025)),
        (D(2024, 4, 1), 6, range(2019, 2025)),
        (D(2024, 3, 31), 6, range(2019, 2024)),
        (D(2024, 4, 2), 6, range(2020, 2025)),
        (D(2024, 11, 5), 2, range(2024, 2025)),
        (D(2024, 11, 5), 1, range(0)),
    ],
)
def test_only_years_wholly_within_the_extract_are_covered(day: dt.date, years: int, covered: range) -> None:
    assert covered_years(day, years) == set(covered)


def test_outside_the_extract_nothing_is_answered() -> None:
    data = read(extract_of_needs(needs(1)))
    assert data.cover("cin.referrals") == {LA: frozenset(YEARS)}
    assert answer(data, "rereferral_pct", until="2020-03-31")[2] == "incomplete"  # no look-back
    assert answer(data, "rereferral_pct", until="2025-03-31")[2] == "incomplete"
    assert answer(data, "rereferral_pct", until="2021-03-31")[2] == "ok"


def test_the_day_is_told_where_the_dates_settle_the_years() -> None:
    """The latest beginning is in October 2024, the earliest end kept in November 2018, six years before."""
    tables = {
        "ssd_cin_episodes": table(
            one_referral(
                cine_referral_date=D(2018, 11, 20), cine_close_date=D(2019, 1, 5), cine_close_reason="RC7"
            ),
            one_referral(cine_referral_id="11", cine_referral_date=D(2024, 10, 20)),
        )
    }
    data = csc.read_ssd(tables, la=LA)
    assert data.cover("cin.referrals") == {LA: frozenset(YEARS)}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param(D(2019, 6, 20), D(2024, 10, 20), id="31 March lies between"),
        pytest.param(D(2018, 11, 20), D(2024, 12, 20), id="contradiction"),
    ],
)
def test_a_day_that_is_not_settled_is_asked_for(first: dt.date, last: dt.date) -> None:
    tables = {
        "ssd_cin_episodes": table(
            one_referral(cine_referral_date=first, cine_close_date=D(2020, 1, 5), cine_close_reason="RC7"),
            one_referral(cine_referral_id="11", cine_referral_date=last),
        )
    }
    with pytest.raises(csc.InputError, match="do not settle which return years it covers; give extracted="):
        csc.read_ssd(tables, la=LA)


def test_rows_after_the_day_are_reported() -> None:
    data = read({"ssd_cin_episodes": table(one_referral(cine_referral_date=D(2024, 12, 1)))})
    assert problems(data)["after_extract"] == 1


def test_rates_and_places_take_population_and_postcodes() -> None:
    population = pl.DataFrame({"LA": [LA], "YEAR": [2022], "population": [10_000]})
    postcodes = pl.DataFrame(
        {"pcds": ["AB1 1AA"], "oslaua": [LA], "oscty": ["E99999999"], "oseast1m": [1], "osnrth1m": [1]}
    )
    data = read(
        {
            "ssd_cla_episodes": table(spell(D(2022, 1, 1))),
            "ssd_cla_placement": table(placement(D(2022, 1, 1), clap_cla_placement_postcode="AB1 1AA")),
            "ssd_legal_status": table(order(D(2022, 1, 1))),
        },
        population=population,
        postcodes=postcodes,
    )
    assert rows(data, "ssda903.episodes", "PL_LOCATION") == [("IN",)]
    assert answer(data, "cla_stock_rate_10k", until="2023-03-31") == (1, 10_000, "ok")


def test_without_postcodes_nothing_is_said_of_where_placements_are() -> None:
    data = read(extract_of_care(care(1), by_episode=True))
    assert reason(data, "placed_inside_la_pct") == "no row of ssda903.locality for this authority"
