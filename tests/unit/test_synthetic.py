"""The invented returns: the same on every run, lawful in structure, and with the effects and faults they claim."""

from __future__ import annotations

import csv
from datetime import date
from functools import partial

import polars as pl
import pytest
from attrs import evolve
from lxml import etree
from polars.testing import assert_frame_equal

from csc_outcomes.definitions.tables import ColumnType
from csc_outcomes.errors import InputError
from csc_outcomes.sources.ssda903_tables import TABLES
from csc_outcomes.synthetic import Authority, Effect, invented
from csc_outcomes.synthetic import synthesise as synthesise_all
from csc_outcomes.synthetic.dirt import FAULTS
from csc_outcomes.synthetic.margins import BY_RETURN, PERCENT, compare, report
from csc_outcomes.synthetic.writers import NOT_A_DATE

synthesise = partial(synthesise_all, returns=("ssda903",))
KEYS = ["LA", "CHILD"]
RETURN = ["LA", "CHILD", "YEAR"]
YEARS = tuple(range(2016, 2028))
TEMPORARY = pl.col("PLACE").str.starts_with("T")
SHORT = pl.col("LS").is_in(["V3", "V4"])
ADOPTION = ["A3", "A4", "A5", "A6"]


def table(made, name):
    return made.tables[f"ssda903.{name}"]


def first_day():
    return pl.date(pl.col("YEAR") - 1, 4, 1)


def last_day():
    return pl.date(pl.col("YEAR"), 3, 31)


def none(rows):
    """No row may be left; the message shows some that are."""
    assert len(rows) == 0, rows.head(5)


def neighbours(episodes):
    """Rows of a child within one return, in order, with those before and after."""
    rows = episodes.sort(*RETURN, "DECOM")
    columns = ["RNE", "LS", "PLACE", "PL_POST", "URN", "PLACE_PROVIDER", "DECOM", "DEC", "REC", "CIN"]
    same = pl.struct(RETURN) == pl.struct(RETURN).shift()
    follows = pl.struct(RETURN) == pl.struct(RETURN).shift(-1)
    return rows.with_columns(
        pl.col(columns).shift().name.prefix("WAS_"),
        pl.col(columns).shift(-1).name.prefix("NEXT_"),
        HAS_BEFORE=same.fill_null(False),
        HAS_NEXT=follows.fill_null(False),
    )


@pytest.fixture(scope="module")
def made():
    return synthesise(3, YEARS, children=1500, seed=7)


@pytest.fixture(scope="module")
def episodes(made):
    return table(made, "episodes")


@pytest.fixture(scope="module")
def ordinary(episodes):
    return neighbours(episodes.filter(~SHORT))


@pytest.fixture(scope="module")
def stacked(episodes):
    """One row per episode from its latest return, short breaks left out."""
    rows = episodes.filter(~SHORT).sort(*KEYS, "DECOM", "YEAR")
    return rows.unique([*KEYS, "DECOM"], keep="last", maintain_order=True)


# --- the same data every time ------------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_data():
    first = synthesise(2, (2022, 2023), children=200, seed=3, dirt=["all"])
    again = synthesise(2, (2022, 2023), children=200, seed=3, dirt=["all"])
    assert first.dirt == again.dirt
    for name, frame in first.tables.items():
        assert_frame_equal(frame, again.tables[name])
    assert_frame_equal(first.population, again.population)


def test_another_seed_gives_other_data():
    first = synthesise(1, (2023,), children=100, seed=1)
    other = synthesise(1, (2023,), children=100, seed=2)
    assert not table(first, "episodes").equals(table(other, "episodes"))


def test_an_authority_does_not_depend_on_the_others():
    one = Authority("E06900801", 30_000, old_code="801")
    two = Authority("E06900802", 90_000, 1.3, old_code="802")
    alone, both = synthesise([one], seed=5), synthesise([two, one], seed=5)
    for name, frame in alone.tables.items():
        assert_frame_equal(frame, both.tables[name].filter(pl.col("LA") == one.code))


def test_asking_for_more_years_does_not_change_a_return():
    few, many = synthesise(1, (2023,), children=300), synthesise(1, range(2018, 2026), children=300)
    for name, frame in few.tables.items():
        assert_frame_equal(frame, many.tables[name].filter(pl.col("YEAR") == 2023))


def test_a_year_may_be_left_out():
    whole, holed = synthesise(1, (2021, 2022, 2023), children=150), synthesise(1, (2021, 2023), children=150)
    for name, frame in holed.tables.items():
        assert_frame_equal(frame, whole.tables[name].filter(pl.col("YEAR") != 2022))


# --- shape -------------------------------------------------------------------------------------------------


def test_every_declared_table_has_its_declared_columns_and_types(made):
    assert list(made.tables) == [f"ssda903.{name}" for name in TABLES]
    for name, declared in TABLES.items():
        frame = table(made, name)
        assert frame.columns == [*declared.names, "LA", "YEAR"]
        for column in declared.columns:
            wanted = {ColumnType.DATE: pl.Date, ColumnType.INTEGER: pl.Int64, ColumnType.NUMBER: pl.Float64}
            assert frame.schema[column.name] == wanted.get(column.type, pl.String), (name, column.name)
            if not column.nullable:
                assert frame[column.name].null_count() == 0, (name, column.name)
        assert len(frame) > 0, name
        assert frame["YEAR"].min() >= max(declared.first_year if declared.first_year > 2017 else 0, YEARS[0])
        assert frame.select("LA", "YEAR", *declared.key).is_duplicated().sum() == 0, name


def test_every_code_is_valid_in_its_year(made):
    for name, declared in TABLES.items():
        frame = table(made, name)
        for column in declared.coded:
            for (year,), rows in frame.group_by("YEAR"):
                # Code lists begin with 2016-17; the year before is taken to have the same.
                valid = column.codes.valid_in(max(year, 2017))
                used = set(rows[column.name].drop_nulls())
                assert used <= set(valid), (name, column.name, year, used - set(valid))


def test_codes_that_changed_are_those_of_the_year(made, episodes):
    supported = episodes.filter(pl.col("PLACE").is_in(["H5", "P2", "K3"]))
    assert set(supported.filter(pl.col("YEAR") <= 2024)["PLACE"]) == {"H5", "P2"}
    assert set(supported.filter(pl.col("YEAR") >= 2025)["PLACE"]) == {"K3"}
    assert len(set(episodes.filter(pl.col("YEAR") >= 2026)["PLACE"]) & {"Z11", "Z12", "Z13", "Z14"}) == 4
    sex = table(made, "header")
    assert set(sex.filter(pl.col("YEAR") <= 2024)["SEX"]) == {"1", "2"}
    assert set(sex.filter(pl.col("YEAR") >= 2025)["SEX"]) == {"M", "F"}
    assert table(made, "sw_episodes")["YEAR"].min() == 2024
    assert table(made, "dolo")["YEAR"].min() == 2027


def test_identifiers_are_well_formed(made, episodes):
    header = table(made, "header")
    none(header.filter(~pl.col("CHILD").str.contains(r"^[A-Z0-9]{1,10}$")))
    none(header.filter(~pl.col("UPN").str.contains(r"^([A-HJ-NP-RT-Z][0-9]{12}|UN[1-5])$")))
    none(episodes.filter(~pl.col("URN").str.contains(r"^(SC[0-9]{6}|[0-9]{7}|X{7})$")))
    for column in ("PL_POST", "HOME_POST"):
        none(episodes.filter(~pl.col(column).str.contains(r"^[A-Z]{2}[0-9]{1,2} [0-9][A-Z]{2}$")))


# --- the header and the modules ----------------------------------------------------------------------------


def test_one_header_per_child_and_return_that_never_contradicts_itself(made):
    header = table(made, "header")
    assert header.select(RETURN).is_duplicated().sum() == 0
    fixed = header.with_columns(pl.col("SEX").replace({"M": "1", "F": "2"}))
    values = fixed.group_by(KEYS).agg(pl.n_unique("SEX", "DOB", "ETHNIC", "UPN"))
    none(values.filter(pl.any_horizontal(pl.col("SEX", "DOB", "ETHNIC", "UPN") > 1)))
    male = header.filter(pl.col("SEX").is_in(["1", "M"]))
    assert male["MOTHER"].null_count() == len(male)
    assert (header["MC_DOB"].is_not_null() == (header["MOTHER"] == "1").fill_null(False)).all()
    none(header.filter(pl.col("MC_DOB") > last_day()))


def test_every_child_of_a_return_is_in_its_header_with_the_same_birthday(made):
    header = table(made, "header").select(*RETURN, BORN="DOB")
    for name in TABLES:
        rows = table(made, name)
        none(rows.join(header, on=RETURN, how="anti"))
        if "DOB" in rows.columns:
            none(rows.join(header, on=RETURN).filter(pl.col("DOB") != pl.col("BORN")))


def test_oc2_holds_exactly_the_children_looked_after_all_year(made, episodes):
    rows = episodes.with_columns(
        broken=SHORT
        | ((pl.col("REC") != "X1") & (pl.col("DEC") < last_day()))
        | ((pl.col("RNE") == "S") & (pl.col("DECOM") > first_day()))
    )
    rows = rows.join(table(made, "header").select(*RETURN, "DOB"), on=RETURN)
    adult = rows["DOB"].dt.offset_by("18y") <= rows.select(last_day()).to_series()
    wanted = (
        rows.filter(~adult).group_by(RETURN).agg(pl.any("broken")).filter(~pl.col("broken").fill_null(False))
    )
    oc2 = table(made, "oc2")
    assert_frame_equal(wanted.select(RETURN).sort(RETURN), oc2.select(RETURN).sort(RETURN))


def test_oc2_answers_only_what_is_asked_at_the_age(made):
    rows = table(made, "oc2").with_columns(
        AGE=(pl.col("YEAR") * 10_000 + 331 - pl.col("DOB").dt.strftime("%Y%m%d").cast(pl.Int64)) // 10_000
    )
    answered = pl.col("SDQ_SCORE").is_not_null() != pl.col("SDQ_REASON").is_not_null()
    none(rows.filter(answered != pl.col("AGE").is_between(4, 16)))
    none(rows.filter(pl.col("CONVICTED").is_not_null() != (pl.col("AGE") >= 10)))
    none(rows.filter(pl.col("HEALTH_CHECK").is_not_null() != (pl.col("AGE") < 5)))
    none(rows.filter(pl.col("INTERVENTION_RECEIVED").is_not_null() != (pl.col("SUBSTANCE_MISUSE") == "1")))
    refused = (pl.col("INTERVENTION_RECEIVED") == "0").fill_null(False)
    none(rows.filter(pl.col("INTERVENTION_OFFERED").is_not_null() != refused))
    assert rows["SDQ_SCORE"].min() >= 0
    assert rows["SDQ_SCORE"].max() <= 40


def test_care_leavers_reach_17_to_21_outside_care_and_answer_consistently(made, stacked):
    rows = table(made, "oc3").with_columns(
        AGE=pl.col("YEAR") - pl.col("DOB").dt.offset_by("-3mo").dt.year() - 1
    )
    none(rows.filter(~pl.col("AGE").is_between(17, 21)))
    gone = pl.col("IN_TOUCH").is_in(["DIED", "RHOM"])
    none(rows.filter(gone & ((pl.col("ACTIV") != "0") | (pl.col("ACCOM") != "0"))))
    none(rows.filter((pl.col("IN_TOUCH") == "YES") & ((pl.col("ACTIV") == "0") | (pl.col("ACCOM") == "0"))))
    days = rows.with_columns(DAY=pl.col("DOB").dt.offset_by(pl.format("{}y", "AGE"))).join(stacked, on=KEYS)
    in_care = (pl.col("DECOM") <= pl.col("DAY")) & (pl.col("DEC").is_null() | (pl.col("DEC") > pl.col("DAY")))
    leap = (pl.col("DOB").dt.month() == 2) & (pl.col("DOB").dt.day() == 29)
    none(days.filter(in_care & ~leap))


def test_incidents_lie_in_care_do_not_overlap_and_go_on_in_the_next_return(made, stacked):
    rows = table(made, "missing")
    none(rows.filter(pl.col("MIS_START") > last_day()))
    none(rows.filter(~pl.col("MIS_END").is_between(first_day(), last_day())))
    latest = rows.sort("YEAR").unique([*KEYS, "MISSING", "MIS_START"], keep="last").sort(*KEYS, "MIS_START")
    latest = latest.filter(pl.col("MIS_START") >= date(YEARS[0] - 1, 4, 1))
    same = (pl.struct(KEYS) == pl.struct(KEYS).shift(-1)).fill_null(False)
    none(latest.filter(same & (pl.col("MIS_END") >= pl.col("MIS_START").shift(-1))))
    care = latest.join_where(
        stacked.select(
            IN_LA="LA", IN_CHILD="CHILD", FROM="DECOM", TO=pl.col("DEC").fill_null(date(2099, 1, 1))
        ),
        pl.col("LA") == pl.col("IN_LA"),
        pl.col("CHILD") == pl.col("IN_CHILD"),
        pl.col("MIS_START") >= pl.col("FROM"),
        pl.col("MIS_START") < pl.col("TO"),
    )
    assert len(care) == len(latest)
    unfinished = rows.filter(pl.col("MIS_END").is_null() & (pl.col("YEAR") < max(YEARS)))
    assert len(unfinished) > 0
    again = rows.select(*KEYS, "MISSING", "MIS_START", YEAR=pl.col("YEAR") - 1)
    none(unfinished.join(again, on=[*KEYS, "MISSING", "MIS_START", "YEAR"], how="anti"))


def test_adopted_children_and_only_they_have_adoption_rows(made, episodes):
    adopted = episodes.filter(pl.col("REC").is_in(["E11", "E12"]))
    none(adopted.filter(~pl.col("PLACE").is_in(ADOPTION)))
    ad1 = table(made, "ad1")
    assert_frame_equal(adopted.select(RETURN).sort(RETURN), ad1.select(RETURN).sort(RETURN))
    none(ad1.filter(~(pl.col("DATE_INT") < pl.col("DATE_MATCH"))))
    single = pl.col("NB_ADOPTR") == "1"
    none(ad1.filter(single != pl.col("SEX_ADOPTR").is_in(["M1", "F1"])))
    none(ad1.filter(single != (pl.col("LS_ADOPTR") == "L0")))
    carers = adopted.filter(pl.col("PLACE").is_in(["A3", "A5"])).select(RETURN)
    assert_frame_equal(
        ad1.filter(pl.col("FOSTER_CARE") == "1").select(RETURN).sort(RETURN), carers.sort(RETURN)
    )
    plans = table(made, "placed_for_adoption")
    none(adopted.join(plans, on=RETURN, how="anti"))
    none(plans.filter(pl.col("DATE_PLACED_CEASED").is_null() != pl.col("REASON_PLACED_CEASED").is_null()))
    assert plans["REASON_PLACED_CEASED"].null_count() < len(plans)


def test_permanence_is_asked_of_those_who_start(made, ordinary):
    starts = ordinary.filter(
        (pl.col("RNE") == "S") & (pl.col("DECOM") >= first_day()) & (pl.col("YEAR") >= 2017)
    )
    rows = table(made, "previous_permanence")
    assert_frame_equal(starts.select(RETURN).unique().sort(RETURN), rows.select(RETURN).sort(RETURN))
    known = pl.col("PREV_PERM").is_in(["P1", "P2", "P3"])
    none(rows.filter(known != pl.col("DATE_PERM").is_not_null()))
    none(rows.filter(~pl.col("DATE_PERM").str.contains(r"^([0-9]{2}|zz)/([0-9]{2}|zz)/[0-9]{4}$")))


def test_social_workers_follow_one_another(made):
    rows = table(made, "sw_episodes").sort(*RETURN, "SW_DECOM")
    same = (pl.struct(RETURN) == pl.struct(RETURN).shift(-1)).fill_null(False)
    none(rows.filter(same & (pl.col("SW_DEC") > pl.col("SW_DECOM").shift(-1))))
    none(
        rows.filter(
            same
            & (pl.col("SW_ID") == pl.col("SW_ID").shift(-1))
            & (pl.col("SW_DEC") == pl.col("SW_DECOM").shift(-1))
        )
    )
    none(rows.filter((pl.col("SW_DECOM") >= date(2023, 4, 1)) & pl.col("SW_REASON").is_null()))
    none(rows.filter(~pl.col("SW_DEC").is_between(first_day(), last_day())))


# --- episodes ----------------------------------------------------------------------------------------------


def test_a_return_holds_what_was_current_and_knows_nothing_later(episodes):
    none(episodes.filter(pl.col("DECOM") > last_day()))
    none(episodes.filter(~pl.col("DEC").is_between(first_day(), last_day())))
    none(episodes.filter(pl.col("DEC").is_null() != pl.col("REC").is_null()))
    none(episodes.filter(pl.col("DEC").is_null() & pl.col("REASON_PLACE_CHANGE").is_not_null()))
    none(episodes.filter(pl.col("DEC") <= pl.col("DECOM")))


def test_an_open_episode_comes_again_in_the_next_return(episodes):
    key = [*KEYS, "DECOM"]
    unfinished = episodes.filter(pl.col("DEC").is_null() & (pl.col("YEAR") < max(YEARS)))
    again = episodes.select(*key, "RNE", "LS", YEAR=pl.col("YEAR") - 1)
    none(unfinished.join(again, on=[*key, "RNE", "LS", "YEAR"], how="anti"))
    began_before = episodes.filter((pl.col("DECOM") < first_day()) & (pl.col("YEAR") > min(YEARS)))
    none(began_before.join(unfinished.select(*key, YEAR=pl.col("YEAR") + 1), on=[*key, "YEAR"], how="anti"))


def test_rows_of_a_period_join_and_periods_begin_with_s(ordinary):
    inside = ordinary.filter(pl.col("HAS_BEFORE") & (pl.col("WAS_REC") == "X1"))
    assert len(inside) > 1000
    none(inside.filter((pl.col("WAS_DEC") != pl.col("DECOM")) | (pl.col("RNE") == "S")))
    none(inside.filter(pl.col("WAS_CIN") != pl.col("CIN")))
    restart = ordinary.filter(pl.col("HAS_BEFORE") & (pl.col("WAS_REC") != "X1"))
    assert len(restart) > 10
    none(restart.filter((pl.col("RNE") != "S") | (pl.col("DECOM") <= pl.col("WAS_DEC"))))
    none(ordinary.filter((pl.col("REC") == "X1") & ~pl.col("HAS_NEXT")))


def test_the_reason_for_a_new_episode_is_what_changed(ordinary):
    rows = ordinary.filter(pl.col("HAS_BEFORE") & (pl.col("WAS_REC") == "X1")).with_columns(
        legal=pl.col("LS") != pl.col("WAS_LS"),
        placed=pl.any_horizontal(
            [
                pl.col(name).ne_missing(pl.col(f"WAS_{name}"))
                for name in ("PLACE", "PL_POST", "URN", "PLACE_PROVIDER")
            ]
        ),
    )
    wanted = {
        "L": (True, False),
        "P": (False, True),
        "T": (False, True),
        "B": (True, True),
        "U": (True, True),
    }
    for code, (legal, placed) in wanted.items():
        of_code = rows.filter(pl.col("RNE") == code)
        assert len(of_code) > 0, code
        none(of_code.filter((pl.col("legal") != legal) | (pl.col("placed") != placed)))


def test_the_reason_for_a_move_stands_on_the_row_that_ends(ordinary):
    following = ordinary.filter(pl.col("HAS_NEXT") & (pl.col("REC") == "X1"))
    around = TEMPORARY | pl.col("NEXT_PLACE").str.starts_with("T")
    moved = pl.col("NEXT_RNE").is_in(["P", "T", "B", "U"]) & ~around
    none(following.filter(pl.col("REASON_PLACE_CHANGE").is_not_null() != moved))
    same_carer = pl.col("NEXT_RNE").is_in(["T", "U"])
    none(following.filter(moved & (same_carer != (pl.col("REASON_PLACE_CHANGE") == "PLACE"))))
    none(ordinary.filter((pl.col("REC") != "X1") & pl.col("REASON_PLACE_CHANGE").is_not_null()))


def test_a_temporary_placement_returns_to_the_same_carer(ordinary):
    rows = ordinary.filter(TEMPORARY)
    assert len(rows) > 50
    none(rows.filter(~pl.col("RNE").is_in(["P", "B"])))
    none(rows.filter(pl.col("PLACE_PROVIDER").is_not_null() | pl.col("URN").is_not_null()))
    none(rows.filter(pl.col("REC").is_not_null() & (pl.col("REC") != "X1")))
    done = rows.filter(pl.col("HAS_NEXT") & pl.col("HAS_BEFORE"))
    back = pl.all_horizontal(
        [pl.col(f"NEXT_{name}") == pl.col(f"WAS_{name}") for name in ("PLACE", "PL_POST")]
    )
    none(done.filter(~back | (pl.col("NEXT_RNE") != "P")))
    nights = (pl.col("DEC") - pl.col("DECOM")).dt.total_days()
    limit = pl.col("PLACE").replace_strict({"T1": 42, "T3": 21, "T4": 7})
    none(rows.filter(nights > limit))


def test_short_breaks_keep_their_rules(made, episodes):
    rows = episodes.filter(SHORT).with_columns(nights=(pl.col("DEC") - pl.col("DECOM")).dt.total_days())
    assert len(rows) > 50
    assert set(rows["LS"]) == {"V3", "V4"}
    none(rows.filter((pl.col("RNE") != "S") | pl.col("PLACE").is_in(["U1", "U4"])))
    none(rows.filter(pl.col("HOME_POST").is_not_null() | pl.col("PL_POST").is_not_null()))
    none(rows.filter((pl.col("LS") == "V3") & (pl.col("nights") > 17)))
    yearly = rows.filter(pl.col("LS") == "V3").group_by(RETURN).agg(pl.sum("nights"))
    none(yearly.filter(pl.col("nights") > 75))
    none(rows.group_by(RETURN).agg(pl.n_unique("LS")).filter(pl.col("LS") > 1))
    only = rows.select(RETURN).unique()
    none(table(made, "reviews").join(only, on=RETURN, how="semi"))
    none(table(made, "header").join(only, on=RETURN, how="semi").filter(pl.col("MOTHER").is_not_null()))


def test_places_fit_provider_status_and_age(made, ordinary):
    none(ordinary.filter((pl.col("PLACE") == "P1") != (pl.col("PLACE_PROVIDER") == "PR0").fill_null(False)))
    none(ordinary.filter((pl.col("PLACE") == "P1") & (pl.col("LS") == "V2")))
    none(ordinary.filter(pl.col("PLACE").is_in(["A5", "A6"]) & (pl.col("LS") != "E1")))
    none(ordinary.filter(pl.col("PLACE").str.starts_with("Z") & pl.col("PLACE_PROVIDER").is_not_null()))
    born = ordinary.join(table(made, "header").select(*RETURN, "DOB"), on=RETURN)
    none(born.filter(pl.col("DECOM") < pl.col("DOB")))
    adult = pl.col("DOB").dt.offset_by("18y")
    leap = (pl.col("DOB").dt.month() == 2) & (pl.col("DOB").dt.day() == 29)
    none(born.filter(~leap & (pl.col("DEC") > adult)))
    grown = born.filter(~leap & (pl.col("DEC") == adult))
    assert set(grown["REC"]) >= {"E5", "E6", "E7", "E17"}
    none(born.filter(~leap & pl.col("REC").is_in(["E17", "E7"]) & (pl.col("DEC") != adult)))
    semi = born.filter(pl.col("PLACE").is_in(["H5", "P2", "K3"]))
    none(semi.filter(pl.col("DECOM") < pl.col("DOB").dt.offset_by("16y").dt.offset_by("-2d")))
    none(ordinary.filter(pl.col("REC").is_in(["E45", "E46"]) & ~pl.col("PLACE").str.starts_with("U")))


def test_distances_belong_to_the_place(ordinary):
    none(ordinary.filter((pl.col("PL_LOCATION") == "IN") != (pl.col("PL_LA") == pl.col("LA"))))
    none(ordinary.filter(~pl.col("PL_DISTANCE").is_between(0, 350)))
    one_home = ordinary.filter(~TEMPORARY).group_by(*KEYS, "PL_POST").agg(pl.n_unique("PL_LA", "PL_LOCATION"))
    none(one_home.filter((pl.col("PL_LA") > 1) | (pl.col("PL_LOCATION") > 1)))


def test_stock_follows_from_starts_and_ends(stacked):
    start = stacked.filter(pl.col("RNE") == "S")
    ended = stacked.filter(pl.col("REC") != "X1")

    def on(day):
        return len(
            stacked.filter((pl.col("DECOM") <= day) & (pl.col("DEC").is_null() | (pl.col("DEC") > day)))
        )

    for year in YEARS[1:]:
        window = (date(year - 1, 4, 1), date(year, 3, 31))
        begun, over = start["DECOM"].is_between(*window).sum(), ended["DEC"].is_between(*window).sum()
        assert begun > 100
        assert over > 100
        assert on(window[1]) == on(date(year - 1, 3, 31)) + begun - over


def test_about_one_in_five_comes_back_within_a_year_of_going_home():
    made = synthesise(1, range(2018, 2025), children=20_000)
    rows = table(made, "episodes").filter(~SHORT).sort(*KEYS, "DECOM", "YEAR")
    rows = rows.unique([*KEYS, "DECOM"], keep="last", maintain_order=True)
    same = (pl.struct(KEYS) == pl.struct(KEYS).shift(-1)).fill_null(False)
    gap = (pl.col("DECOM").shift(-1) - pl.col("DEC")).dt.total_days()
    home = rows.with_columns(again=(same & (gap <= 365)).fill_null(False)).filter(
        pl.col("REC").is_in(["E4A", "E4B"]) & pl.col("DEC").is_between(date(2018, 4, 1), date(2023, 3, 31))
    )
    assert home["again"].mean() == pytest.approx(0.20, abs=0.03)


# --- size --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("children", [300, 3000])
def test_the_stock_is_about_what_was_asked_for(children):
    made = synthesise(4, (2025,), children=children, seed=11)
    rows = table(made, "episodes").filter(~SHORT & pl.col("DEC").is_null())
    assert len(rows.unique(KEYS)) == pytest.approx(children, abs=5 * children**0.5)


def test_population_adds_up(made):
    ages = made.population_by_age.group_by("time_period", "new_la_code").agg(pl.sum("population_estimate"))
    whole = made.population.select("time_period", "new_la_code", "population_estimate")
    assert_frame_equal(ages, whole, check_row_order=False)
    assert set(made.population["time_period"]) >= {year - 1 for year in YEARS}
    assert set(made.population["new_la_code"]) == {authority.code for authority in made.authorities}


def test_a_national_run_meets_the_margins():
    made = synthesise(years=range(2022, 2026), national=True, children=20_000, seed=1)
    found = compare(made, 2025)
    shares = found.filter((pl.col("unit") == PERCENT) & (pl.col("block") != "adoption: months"))
    assert len(found) == len(BY_RETURN["ssda903"])
    assert shares["found"].null_count() == 0
    # A quarter of the national size doubles the play of chance: three points where the whole is held to two.
    small_base = pl.col("margin").is_in(["intervention received", "intervention refused"])
    none(shares.filter((pl.col("difference").abs() > 3.0) & ~small_base))
    assert "| went missing | % |" in report(found)


# --- effects -----------------------------------------------------------------------------------------------

BEGIN = date(2022, 7, 1)


def counted(made, what):
    """How often something happened in each of two authorities, before and from the day the effect begins."""
    rows = table(made, "episodes").filter(~SHORT).sort(*KEYS, "DECOM", "YEAR")
    rows = rows.unique([*KEYS, "DECOM"], keep="last", maintain_order=True)
    back = pl.col("PLACE").shift().str.starts_with("T").fill_null(False)
    events = {
        "entries": (rows.filter(pl.col("RNE") == "S"), "DECOM"),
        "returns_home": (rows.filter(pl.col("REC").is_in(["E4A", "E4B", "E13"])), "DEC"),
        "moves": (
            rows.filter(
                ~back & ~TEMPORARY & pl.col("RNE").is_in(["P", "B"]) & ~pl.col("PLACE").is_in(ADOPTION)
            ),
            "DECOM",
        ),
        "missing": (table(made, "missing").unique([*KEYS, "MISSING", "MIS_START"]), "MIS_START"),
    }
    found, day = events[what]
    before = found.filter(pl.col(day).is_between(date(2021, 4, 1), BEGIN, closed="left"))
    return len(before), len(found.filter(pl.col(day) >= BEGIN))


@pytest.fixture(scope="module")
def without():
    return synthesise([Authority("E06900900", 3_000_000)], (2022, 2023), seed=13)


@pytest.mark.parametrize(
    ("what", "size"),
    [
        ("entries", 0.8),
        ("entries", 1.3),
        ("returns_home", 0.7),
        ("returns_home", 1.3),
        ("moves", 0.75),
        ("moves", 1.4),
        ("missing", 0.6),
        ("missing", 1.4),
    ],
)
def test_an_effect_is_recovered_and_begins_on_its_day(without, what, size):
    effect = Effect(BEGIN, **{what: size})
    within = synthesise([Authority("E06900900", 3_000_000, effect=effect)], (2022, 2023), seed=13)
    (same, base), (before, after) = counted(without, what), counted(within, what)
    assert base > 800
    if size < 1 or what != "entries":
        assert before == same
    # Below 1 events are left out of the same histories one by one; above 1 others are added. Incidents come in
    # clusters, and additional entries stand for a new draw of all, so their play of chance is larger.
    spread = (size * (1 - size) if size < 1 else size - 1) / base
    clusters = 12 if what == "missing" else 1
    if what == "entries" and size > 1:
        spread, clusters = (size + size**2) / base, 1
    assert after / base == pytest.approx(size, abs=4 * (spread * clusters) ** 0.5)


def test_an_effect_touches_no_other_authority():
    pair = [evolve(a, old_code=str(900 + n)) for n, a in enumerate(invented(2))]
    changed = [evolve(pair[0], effect=Effect(BEGIN, entries=0.5, moves=2.0, missing=0.1)), pair[1]]
    plain, treated = synthesise(pair, (2022, 2023)), synthesise(changed, (2022, 2023))
    for name, frame in plain.tables.items():
        other = pl.col("LA") == pair[1].code
        assert_frame_equal(frame.filter(other), treated.tables[name].filter(other))
        if name == "ssda903.episodes":
            assert not frame.equals(treated.tables[name])


# --- files -------------------------------------------------------------------------------------------------


def as_text(frame):
    """Rows as they stand in a file."""
    text = frame.with_columns(pl.col(pl.Date).dt.strftime("%d/%m/%Y"))
    return [{k: v or "" for k, v in row.items()} for row in text.cast(pl.String).iter_rows(named=True)]


@pytest.fixture(scope="module")
def small():
    return synthesise(2, (2024, 2025, 2027), children=250, seed=2)


def of_return(made, name, code, year):
    rows = table(made, name).filter((pl.col("LA") == code) & (pl.col("YEAR") == year))
    return rows.drop("LA", "YEAR")


@pytest.mark.parametrize("locality", [True, False])
def test_csv_files_hold_the_same_rows(small, tmp_path, locality):
    folder = small.write(tmp_path, locality=locality)
    for authority in small.authorities:
        for year in small.years:
            place = folder / authority.code / f"{year - 1}-{year % 100}"
            for name in TABLES:
                rows = of_return(small, name, authority.code, year)
                path = place / f"{name}.csv"
                if name == "episodes" and not locality:
                    rows = rows.drop("PL_LOCATION", "PL_LA", "PL_DISTANCE")
                assert path.exists() == (len(rows) > 0), name
                if path.exists():
                    with path.open(encoding="utf-8", newline="") as file:
                        reader = csv.DictReader(file)
                        assert list(reader) == as_text(rows)
                        assert reader.fieldnames == rows.columns
    with (folder / "population.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == as_text(small.population)


def test_xml_files_hold_the_same_rows(small, tmp_path):
    folder = small.write(tmp_path, "xml")
    for authority in small.authorities:
        for year in small.years:
            root = etree.parse(folder / authority.code / f"{year - 1}-{year % 100}" / "ssda903.xml").getroot()
            assert root.tag == "EXPSSDA903"
            for name, declared in TABLES.items():
                if name in ("sw_episodes", "dolo"):
                    assert not root.findall(".//SW_ID")
                    continue
                rows = of_return(small, name, authority.code, year)
                columns = [c for c in declared.columns if not c.name.startswith("PL_") or c.name == "PL_POST"]
                wanted = sorted(tuple(row[c.name] for c in columns) for row in as_text(rows))
                assert sorted(xml_rows(root, name, columns)) == wanted, name


def xml_rows(root, name, columns):
    """Rows of a table out of the XML: which element gives a row depends on the table."""
    marks = {"header": "CHILDID", "uasc": "UASC", "oc3": "IN_TOUCH", "ad1": "DATE_INT"}
    for child in root:
        header = child.find("HEADER")
        if name == "episodes":
            places = child.findall("EPISODE")
        elif name in marks:
            found = header.findtext(marks[name])
            places = [header] if found and (name != "uasc" or found == "1") else []
        else:
            places = header.findall(columns[-1].xml.split("/")[0])
        for place in places:
            yield tuple(
                (header if c.name in ("CHILD", "DOB", "SEX") else place).findtext(
                    (c.xml or c.name).split("/")[-1]
                )
                or ""
                for c in columns
            )


def test_a_format_that_does_not_exist_is_refused(small, tmp_path):
    with pytest.raises(InputError, match="csv or xml"):
        small.write(tmp_path, "xlsx")


# --- dirt --------------------------------------------------------------------------------------------------


def faults(made):
    """How many faults of each kind the tables show, found without knowing where they were planted."""
    rows = table(made, "episodes").with_columns(key=pl.struct(*KEYS, "DECOM"))
    header, missing = table(made, "header"), table(made, "missing")
    places = set(TABLES["episodes"]["PLACE"].codes.names)
    exact = rows.drop("key").is_duplicated()
    open_row, last = pl.col("DEC").is_null(), max(made.years)
    retired = [code.code for code in TABLES["episodes"]["REC"].codes.codes if code.last_year]
    lasting = rows.filter(
        ~SHORT & pl.col("DECOM").is_not_null() & (pl.col("DEC") > pl.col("DECOM")).fill_null(True)
    )
    ordered = neighbours(lasting.drop("key").unique(maintain_order=True))
    births = header.group_by(KEYS).agg(
        pl.last("DOB"),
        sexes=pl.col("SEX").replace({"M": "1", "F": "2"}).n_unique(),
        births=pl.n_unique("DOB"),
    )
    seen = lasting.group_by(KEYS).agg(
        pl.min("DECOM"), begins=pl.col("RNE").sort_by("DECOM").first(), first=pl.min("YEAR")
    )
    later = lasting.group_by(*KEYS, "DECOM").agg(pl.max("YEAR"), shut=pl.col("DEC").is_not_null().any())
    latest = lasting.filter(pl.col("DEC").is_not_null() & (pl.col("REC") != "X1"))
    care = latest.group_by(KEYS).agg(gone=pl.max("DEC"))
    open_now = lasting.filter(open_row & (pl.col("YEAR") == last)).select(KEYS)
    return {
        "unknown_code": len(rows.filter(~pl.col("PLACE").is_in(list(places)))),
        "retired_code": len(rows.filter(pl.col("REC").is_in(retired) & (pl.col("YEAR") >= 2019))),
        "rec_on_open_row": len(rows.filter(open_row & pl.col("REC").is_not_null())),
        "zero_nights": len(rows.filter(pl.col("DEC") == pl.col("DECOM"))),
        "overlap": len(
            ordered.filter(
                pl.col("HAS_NEXT")
                & (pl.col("DEC") > pl.col("NEXT_DECOM"))
                & (pl.col("DECOM") < pl.col("NEXT_DECOM"))
            )
        ),
        "orphan_open_row": len(later.filter(~pl.col("shut") & (pl.col("YEAR") < last))),
        "left_censored": len(
            seen.filter((pl.col("begins") != "S") & (pl.col("DECOM") >= pl.date(min(made.years) - 1, 4, 1)))
        ),
        "dec_before_decom": len(rows.filter(pl.col("DEC") < pl.col("DECOM"))),
        "dec_after_return": len(rows.filter(pl.col("DEC") > last_day())),
        "decom_before_birth": len(rows.join(births, on=KEYS).filter(pl.col("DECOM") < pl.col("DOB"))),
        "child_without_header": len(rows.join(header, on=KEYS, how="anti").select(KEYS).unique()),
        "header_conflict": len(births.filter((pl.col("sexes") > 1) | (pl.col("births") > 1))),
        "duplicate_row": int(exact.sum()) // 2,
        "duplicate_key": len(
            rows.filter(~exact & pl.col("DECOM").is_not_null()).filter(
                pl.struct(*KEYS, "DECOM", "YEAR").is_duplicated()
            )
        )
        // 2,
        "missing_decom": rows["DECOM"].null_count(),
        "short_break": len(rows.filter(SHORT & ~pl.col("CHILD").str.starts_with("S"))),
        "module_outside_care": len(
            missing.join(care, on=KEYS)
            .join(open_now, on=KEYS, how="anti")
            .filter(pl.col("MIS_START") > pl.col("gone"))
        ),
    }


@pytest.fixture(scope="module")
def plain():
    return synthesise(3, range(2019, 2026), children=1500, seed=4)


def test_clean_data_show_no_fault(plain):
    assert plain.dirt == {}
    assert {name: count for name, count in faults(plain).items() if count} == {}


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "unreadable_date"])
def test_each_fault_is_planted_as_often_as_it_says_and_nothing_else(fault):
    made = synthesise(3, range(2019, 2026), children=1500, seed=4, dirt=[fault])
    assert made.dirt[fault] >= 5
    assert list(made.dirt) == [fault]
    assert {name: count for name, count in faults(made).items() if count} == made.dirt


def test_all_faults_together_touch_different_children():
    made = synthesise(3, range(2019, 2026), children=1500, seed=4, dirt=["all"])
    assert set(made.dirt) == set(FAULTS)
    found = faults(made)
    assert found == {name: made.dirt[name] for name in found}


def test_unreadable_dates_are_in_the_files(tmp_path):
    made = synthesise(2, (2022, 2023), children=300, dirt=["unreadable_date"])
    assert made.dirt["unreadable_date"] >= 2
    assert faults(made) == dict.fromkeys(faults(made), 0)
    for form, pattern in (("csv", "episodes.csv"), ("xml", "ssda903.xml")):
        folder = made.write(tmp_path / form, form)
        text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob(pattern))
        assert text.count(NOT_A_DATE) == made.dirt["unreadable_date"]


# --- arguments ---------------------------------------------------------------------------------------------


def test_what_cannot_be_made_is_refused_all_at_once():
    with pytest.raises(InputError) as error:
        synthesise(2, (), children=0, dirt=["mud"])
    for part in ("years", "children", "mud", "unknown_code"):
        assert part in str(error.value)


def test_effects_and_authorities_are_checked():
    with pytest.raises(InputError, match="between 0 and"):
        Effect(BEGIN, returns_home=3.0)
    with pytest.raises(InputError, match="unique"):
        synthesise([Authority("E1", 1000), Authority("E1", 2000)])
    with pytest.raises(InputError, match="folders"):
        synthesise([Authority("../E1", 1000)])
    with pytest.raises(InputError, match="from 1 to"):
        synthesise(0)
    with pytest.raises(InputError, match="national"):
        synthesise([Authority("E1", 1000)], national=True)
