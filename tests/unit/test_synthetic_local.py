"""The invented project: the same on every run, in step with the returns, with the effects that it claims."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import csc_outcomes as csc
from csc_outcomes.errors import InputError
from csc_outcomes.instruments import score
from csc_outcomes.sources import costs_tables, events_tables, scores_tables
from csc_outcomes.synthetic import Authority, LocalEffect, synthesise, synthesise_local, write_local
from csc_outcomes.synthetic.local_scores import SDQ_DRIFT, dealt

TABLES = {**events_tables.TABLES, **scores_tables.TABLES, **costs_tables.TABLES}
GO_LIVE = date(2022, 4, 1)
EFFECT = LocalEffect(sdq=-3.0, arrests=0.5, missing_from_home=0.4)
SINCE, UNTIL = date(2020, 4, 1), date(2024, 3, 31)
KEYS = ["LA", "CHILD"]
WINDOWS = csc.Windows.around(GO_LIVE)
LOCAL = [
    measure
    for measure in csc.catalogue()
    if any(need.split(".")[0] in ("local", "scores", "money") for need in measure.needs)
]
ASKED = {
    "homeless_yp_number": [{"definition": code} for code in events_tables.DETAILS["homeless"].names],
    "homeless_yp_pct": [{"definition": code} for code in events_tables.DETAILS["homeless"].names],
    "sdq_paired_change": [{"informant": who} for who in ("carer", "parent", "self")],
    "ghq12_mean": [{"scoring": "likert"}],
}
"""Parameters that have no default, and the values that the invented data can answer for."""


@pytest.fixture(scope="module")
def made():
    return synthesise(3, range(2020, 2025), children=2100, seed=5, returns=("ssda903",))


@pytest.fixture(scope="module")
def local(made):
    return synthesise_local(made, GO_LIVE, effect=EFFECT)


@pytest.fixture(scope="module")
def plain(made):
    """The same project without any effect."""
    return synthesise_local(made, GO_LIVE)


@pytest.fixture(scope="module")
def data(made, local):
    return csc.Data({**made.tables, **local, "population": made.population_by_age})


def children(local):
    return local["cohort"].filter(pl.col("role") == "child")


def of_kind(local, kind):
    return local["events"].filter(pl.col("event") == kind)


def in_care(made, rows, day):
    """The rows whose child is in care on the day in a column, from the episodes themselves."""
    episodes = made.tables["ssda903.episodes"].filter(~pl.col("LS").is_in(["V3", "V4"]))
    latest = episodes.sort("YEAR").unique([*KEYS, "DECOM"], keep="last")
    spans = latest.select(*KEYS, "DECOM", pl.col("DEC").fill_null(date(2099, 12, 31)))
    joined = rows.with_row_index().join(spans, on=KEYS)
    held = joined.filter(pl.col("DECOM") <= pl.col(day), pl.col("DEC") > pl.col(day))
    return rows.with_row_index().join(held.select("index").unique(), on="index", how="semi")


def none(rows):
    assert len(rows) == 0, rows.head(5)


# --- the same data every time ------------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_tables(made, local):
    again = synthesise_local(made, GO_LIVE, effect=EFFECT)
    assert list(again) == list(local)
    for name, frame in local.items():
        assert_frame_equal(frame, again[name])


def test_another_seed_gives_another_project(made, local):
    other = synthesise_local(made, GO_LIVE, effect=EFFECT, seed=1)
    for name in ("cohort", "events", "absence", "scores", "survey", "external"):
        assert not local[name].equals(other[name])


def test_an_authority_does_not_depend_on_the_others():
    one = Authority("E06900801", 60_000, old_code="801")
    two = Authority("E06900802", 90_000, 1.3, old_code="802")
    alone, both = (
        synthesise_local(synthesise(some, (2021, 2022, 2023), seed=5, returns=("ssda903",)), date(2022, 4, 1))
        for some in ([one], [two, one])
    )
    for name, frame in alone.items():
        mine = both[name].filter(pl.col("LA") == one.code) if "LA" in frame.columns else both[name]
        order = frame.columns
        assert_frame_equal(frame.sort(order), mine.sort(order))


# --- in step with the returns ------------------------------------------------------------------------------


def test_a_project_has_the_size_of_one(local):
    sizes = children(local).group_by("LA", "arm").len()
    assert set(sizes["arm"]) == {"intervention", "comparison"}
    for _, arms in sizes.group_by("LA"):
        assert 80 <= arms["len"].sum() <= 320
        assert arms["len"].min() / arms["len"].max() > 0.6


def test_children_of_the_returns_have_the_birthday_of_the_header(made, local):
    header = made.tables["ssda903.header"].select(*KEYS, BORN="DOB").unique()
    joined = children(local).join(header, on=KEYS)
    assert joined.height > 250
    none(joined.filter(pl.col("DOB") != pl.col("BORN")))
    others = children(local).join(header, on=KEYS, how="anti")
    assert others.height > 150
    none(others.filter(~pl.col("CHILD").str.starts_with("H")))


def test_every_id_is_one_person(made, local):
    assert not local["cohort"].select(KEYS).is_duplicated().any()
    header = made.tables["ssda903.header"].select(KEYS).unique()
    none(local["cohort"].filter(pl.col("role") != "child").join(header, on=KEYS, how="semi"))
    residents = local["events"].join(local["cohort"], on=KEYS, how="anti")
    none(residents.filter(~pl.col("event").str.starts_with("school_")).join(header, on=KEYS, how="semi"))
    for name in ("absence", "scores", "survey"):
        none(local[name].join(local["cohort"], on=KEYS, how="anti"))


def test_children_of_the_returns_are_in_care_or_left_within_a_year_before(made, local):
    returned = children(local).filter(~pl.col("CHILD").str.starts_with("H"))
    eve = returned.with_columns(EVE=GO_LIVE - timedelta(days=1))
    cared = in_care(made, eve, "EVE")
    assert 0.5 < cared.height / returned.height < 1
    gone = eve.join(cared, on=KEYS, how="anti")
    recent = pl.col("DEC").is_between(GO_LIVE - timedelta(days=366), GO_LIVE)
    left = made.tables["ssda903.episodes"].filter(recent).select(KEYS).unique()
    none(gone.join(left, on=KEYS, how="anti"))


def test_dates_of_the_cohort_follow_from_the_day_of_going_live(local):
    rows = children(local)
    assert rows["index_date"].min() >= GO_LIVE
    assert rows["index_date"].max() < GO_LIVE + timedelta(days=120)
    assert rows["index_date"].null_count() == 0
    none(rows.filter(pl.col("end") <= pl.col("index_date")))
    none(rows.filter(pl.col("closed") <= pl.col("index_date")))
    none(rows.filter(pl.col("closed").is_not_null(), pl.col("arm") == "comparison"))


def test_nobody_is_missing_from_home_while_in_care(made, local):
    missing = of_kind(local, "missing_from_home")
    none(in_care(made, missing, "start"))
    returned = missing.join(made.tables["ssda903.header"].select(KEYS).unique(), on=KEYS, how="semi")
    assert returned.height > 50  # children who are home again


def test_events_lie_in_the_span_and_on_observed_days(local):
    events = local["events"]
    assert events["start"].min() >= SINCE
    assert events["start"].max() <= UNTIL
    none(events.filter(pl.col("end") < pl.col("start")))
    joined = events.join(local["cohort"].select(*KEYS, first="start", last="end"), on=KEYS)
    joined = joined.filter(~pl.col("event").str.starts_with("school_"))
    none(joined.filter(pl.col("start") < pl.col("first")))
    none(joined.filter(pl.col("start") > pl.col("last")))


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [("arrest", 10, 99), ("victim", 10, 99), ("homeless", 16, 99), ("missing_from_home", 8, 17)],
)
def test_people_are_of_the_age_for_what_happens_to_them(local, kind, low, high):
    rows = of_kind(local, kind)
    day, born = (
        (pl.col(name).dt.month().cast(pl.Int32) * 100 + pl.col(name).dt.day(), pl.col(name).dt.year())
        for name in ("start", "DOB")
    )
    years = (day[1] - born[1] - (day[0] < born[0]).cast(pl.Int32)).cast(pl.Int64)
    aged = rows.with_columns(years=pl.coalesce(years, "age"))
    assert aged["years"].null_count() == 0
    assert aged["years"].min() == low
    assert aged["years"].max() <= high
    assert (rows["age"].null_count() == rows.height) == (kind == "homeless")


def test_statuses_follow_one_another_without_gaps_from_the_16th_birthday_on(local):
    rows = of_kind(local, "eet_status").sort(*KEYS, "start")
    following = pl.col("start").shift(-1).over(KEYS)
    gaps = rows.with_columns(NEXT=following).filter(pl.col("NEXT").is_not_null())
    assert gaps.height > 200
    none(gaps.filter(pl.col("end").is_null() | (pl.col("NEXT") != pl.col("end") + timedelta(days=1))))
    last = rows.unique(KEYS, keep="last", maintain_order=True)
    assert last.filter(pl.col("end").is_null()).height > 0.8 * last.height
    none(rows.filter(pl.col("start") < pl.col("DOB").dt.offset_by("16y")))


def test_each_school_move_ends_one_enrolment_and_begins_the_next(made, local):
    moves, spells = of_kind(local, "school_move"), of_kind(local, "school_enrolment")
    assert moves.height > 200
    assert moves.join(spells, on=[*KEYS, "start"], how="semi").height == moves.height
    ends = spells.select(*KEYS, start=pl.col("end") + timedelta(days=1))
    assert moves.join(ends, on=[*KEYS, "start"], how="semi").height == moves.height
    header = made.tables["ssda903.header"].select(KEYS).unique()
    none(spells.join(header, on=KEYS, how="anti"))


def test_sessions_missed_are_some_of_those_possible(local):
    rows = local["absence"]
    none(rows.filter(pl.col("authorised") + pl.col("unauthorised") > pl.col("possible")))
    none(rows.filter(pl.min_horizontal("possible", "authorised", "unauthorised") < 0))
    assert set(rows["group"]) == {"at home", "looked after"}


def test_who_is_looked_after_in_a_term_is_in_care_on_its_first_day(made, local):
    cared = local["absence"].filter(pl.col("group") == "looked after")
    assert in_care(made, cared, "start").height == cared.height
    none(in_care(made, local["absence"].filter(pl.col("group") == "at home"), "start"))


def test_figures_of_other_bodies_hold_the_children_of_the_returns(data, local):
    costs = local["external"].filter(pl.col("measure") == "cla_weekly_unit_cost", pl.col("end") == UNTIL)
    stock = csc.calculate("cla_stock_number", data, csc.Window.snapshot(UNTIL), by=["LA"]).frame
    counted = dict(zip(stock["area"], stock["value"], strict=True))
    assert {row["LA"]: row["denominator"] for row in costs.to_dicts()} == {
        area: value for area, value in counted.items() if area != "all"
    }


def test_what_was_avoided_is_counted_from_the_events(local):
    first = local["avoided"].filter(pl.col("outcome") == "arrest", pl.col("start") == GO_LIVE)
    year = of_kind(local, "arrest").join(children(local).drop("start", "DOB"), on=KEYS)
    year = year.filter(pl.col("start").is_between(GO_LIVE, date(2023, 3, 31)))
    year = year.filter(pl.col("start") >= pl.col("index_date"))
    for row in first.to_dicts():
        own = year.filter(pl.col("LA") == row["LA"])
        assert row["observed"] == own.filter(pl.col("arm") == "intervention").height
        assert row["comparator_events"] == own.filter(pl.col("arm") == "comparison").height
        arms = children(local).filter(pl.col("LA") == row["LA"])
        assert row["exposed"] == arms.filter(pl.col("arm") == "intervention").height
        assert row["comparator_exposed"] == arms.filter(pl.col("arm") == "comparison").height


# --- tables that the library reads -------------------------------------------------------------------------


def test_every_table_has_declared_columns_and_those_it_must_have(local):
    assert set(local) == set(TABLES)
    for name, frame in local.items():
        declared = {*TABLES[name].names, "LA"}
        assert set(frame.columns) <= declared
        assert set(TABLES[name].required) <= set(frame.columns)


def test_every_kind_of_event_with_every_code_is_there(local):
    events = local["events"]
    assert set(events["event"]) == set(events_tables.EVENTS.names)
    for kind, codes in events_tables.DETAILS.items():
        assert set(of_kind(local, kind)["detail"]) == set(codes.names)
    for kind, levels in events_tables.LEVELS.items():
        assert set(of_kind(local, kind)["level"]) == set(levels)


def test_surveys_hold_every_role_refusals_and_people_who_did_not_answer(local):
    survey = local["survey"]
    assert set(survey["role"]) == set(scores_tables.ROLES)
    assert survey.filter(pl.col("refused") == 1)["answer"].null_count() > 0
    silent = survey.filter(pl.col("returned") == 0)
    assert silent.height > 50
    assert silent["question"].null_count() == silent.height
    answered = survey.filter(pl.col("answer").is_not_null())
    none(answered.filter(pl.col("scale_max").is_not_null(), pl.col("answer") > pl.col("scale_max")))


def test_the_tables_are_read_without_a_problem(data):
    data_problems = data.problems
    assert len(data_problems[data_problems["table"].isin(list(TABLES))]) == 0
    kept = data.tables.set_index("table")
    for name in TABLES:
        assert kept.loc[name, "rows"] == kept.loc[name, "rows_kept"] > 0


def test_files_hold_the_same_tables(made, local, tmp_path):
    write_local(local, tmp_path / "local")
    made.population_by_age.write_csv(tmp_path / "population.csv")
    read = csc.read(tmp_path)
    problems = read.problems
    assert len(problems) == 0, problems
    given = csc.Data({**local, "population": made.population_by_age})
    wanted = ["yp_arrested_number", "overall_absence_pct", "cyrm_total_mean", "net_saving"]
    assert csc.calculate(wanted, read, WINDOWS, by=["LA"]).frame.equals(
        csc.calculate(wanted, given, WINDOWS, by=["LA"]).frame
    )


def test_every_measure_of_local_data_can_be_calculated(data):
    """In every authority, for the year after at least; with each value of what has no default."""
    failed = []
    for measure in LOCAL:
        for parameters in ASKED.get(measure.id, [{}]):
            frame = csc.calculate(measure.id, data, WINDOWS, by=["LA"], parameters=parameters).frame
            after = frame[frame["window"] == "follow_up"]
            if set(after["status"]) != {"ok"} or set(after["area"]) != {"all", *data.areas}:
                failed.append((measure.id, parameters, sorted(set(after["status"]))))
    assert failed == []
    assert len(LOCAL) >= 53


def test_parameters_without_default_are_those_that_are_given():
    required = {m.id for m in LOCAL for p in m.parameters if p.required}
    assert required == set(ASKED)


# --- effects -----------------------------------------------------------------------------------------------


def totals(local):
    """Total difficulties by child, informant and point, scored by the instrument's own rules, with the arm."""
    rows = local["scores"].filter(pl.col("instrument") == "sdq")
    items = rows.select(f"i{item}" for item in range(1, 26)).with_row_index("respondent").to_pandas()
    scored = score("sdq", items, informant="parent")
    found = pl.from_pandas(scored[scored["scale"] == "total"][["respondent", "score"]])
    rows = rows.with_row_index("respondent").with_columns(pl.col("respondent").cast(pl.Int64))
    joined = rows.join(found.with_columns(pl.col("respondent").cast(pl.Int64)), on="respondent")
    arms = children(local).select(*KEYS, arm_of="arm")
    return joined.join(arms, on=KEYS).select(
        *KEYS,
        "informant",
        "point",
        total="score_right" if "score_right" in joined.columns else "score",
        arm="arm_of",
    )


def test_the_sdq_moves_by_the_effect_in_the_intervention_arm_only(local, plain):
    key = [*KEYS, "informant", "point", "arm"]
    both = totals(local).join(totals(plain), on=key, suffix="_plain")
    moved = both.with_columns(by=pl.col("total") - pl.col("total_plain"))
    treated = (pl.col("arm") == "intervention") & (pl.col("point") == "follow_up")
    assert moved.filter(treated)["by"].mean() == pytest.approx(EFFECT.sdq, abs=0.1)
    assert set(moved.filter(~treated)["by"].drop_nulls()) == {0}


def test_the_measure_finds_the_change_of_the_sdq(data):
    def change(arm):
        result = csc.calculate(
            "sdq_paired_change", data, WINDOWS["follow_up"], parameters={"informant": "carer", "arm": arm}
        )
        return result.frame.iloc[0]

    comparison, intervention = change("comparison"), change("intervention")
    assert comparison["lower"] < SDQ_DRIFT < comparison["upper"]
    assert intervention["lower"] < SDQ_DRIFT + EFFECT.sdq < intervention["upper"]
    assert intervention["upper"] < SDQ_DRIFT


@pytest.mark.parametrize(
    ("kind", "size"), [("arrest", EFFECT.arrests), ("missing_from_home", EFFECT.missing_from_home)]
)
def test_events_fall_by_the_effect_in_the_intervention_arm_from_the_index_date_on(local, plain, kind, size):
    arms = children(local).select(*KEYS, "arm", "index_date")
    with_effect, without = (of_kind(tables, kind).join(arms, on=KEYS) for tables in (local, plain))
    key = [*KEYS, "start", "detail"]
    none(with_effect.join(without, on=key, how="anti", nulls_equal=True))
    touched = (pl.col("arm") == "intervention") & (pl.col("start") >= pl.col("index_date"))
    assert_frame_equal(with_effect.filter(~touched), without.filter(~touched))
    expected = without.filter(touched).height
    assert expected > 60
    share = with_effect.filter(touched).height / expected
    assert abs(share - size) < 3 * (size * (1 - size) / expected) ** 0.5


def test_an_effect_above_one_adds_events(made, plain):
    more = synthesise_local(made, GO_LIVE, effect=LocalEffect(missing_from_home=2.0))
    arms = children(plain).select(*KEYS, "arm", "index_date")
    touched = (pl.col("arm") == "intervention") & (pl.col("start") >= pl.col("index_date"))
    before, after = (
        of_kind(tables, "missing_from_home").join(arms, on=KEYS).filter(touched).height
        for tables in (plain, more)
    )
    assert after / before == pytest.approx(2.0, abs=0.3)


def test_an_effect_can_be_of_one_authority(made, local, plain):
    code = made.authorities[0].code
    one = synthesise_local(made, GO_LIVE, effect={code: EFFECT})
    for name in ("scores", "events"):
        mine, others = pl.col("LA") == code, pl.col("LA") != code
        assert_frame_equal(one[name].filter(mine), local[name].filter(mine))
        assert_frame_equal(one[name].filter(others), plain[name].filter(others))


def test_points_dealt_to_items_add_up():
    keys = np.arange(50, dtype=np.uint64)
    points = np.arange(50, dtype=np.int64) % 41
    found = dealt(keys, "any", points, 20, 2)
    assert found.shape == (50, 20)
    assert found.sum(axis=1).tolist() == points.tolist()
    assert set(found.ravel()) == {0, 1, 2}


# --- arguments ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("go_live", [date(2019, 4, 1), date(2024, 4, 1)])
def test_a_day_outside_the_returns_is_refused(made, go_live):
    with pytest.raises(InputError, match="go_live: needed a day of the returns, 2019-04-02 to 2024-03-31"):
        synthesise_local(made, go_live)


def test_returns_without_looked_after_children_are_refused():
    made = synthesise(1, (2023,), children=100, returns=("workforce",))
    with pytest.raises(InputError, match="ssda903"):
        synthesise_local(made, date(2022, 10, 1))


@pytest.mark.parametrize("go_live", [date(2020, 2, 29), date(2022, 11, 16)])
def test_any_day_of_the_returns_will_do(made, go_live):
    local = synthesise_local(made, go_live)
    problems = csc.Data({**local, "population": made.population_by_age}).problems
    assert len(problems) == 0, problems
    assert children(local)["index_date"].min() >= go_live


def test_effects_are_checked(made):
    with pytest.raises(InputError, match="between 0 and 3"):
        LocalEffect(arrests=-0.1)
    with pytest.raises(InputError, match="within 10 points"):
        LocalEffect(sdq=float("nan"))
    with pytest.raises(InputError, match="found E06000001"):
        synthesise_local(made, GO_LIVE, effect={"E06000001": EFFECT})
