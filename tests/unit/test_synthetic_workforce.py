"""The invented workforce census: lawful rows, one worker over the years, margins, files and effects."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from attrs import evolve
from lxml import etree
from polars.testing import assert_frame_equal

import csc_outcomes as csc
from csc_outcomes.definitions.tables import ColumnType
from csc_outcomes.sources import workforce_xml
from csc_outcomes.sources.workforce_tables import TABLES
from csc_outcomes.synthetic import Authority, Effect, Practice, invented, synthesise
from csc_outcomes.synthetic.margin import COUNT
from csc_outcomes.synthetic.margins import compare
from csc_outcomes.synthetic.workforce_observed import parts_of

YEARS = tuple(range(2021, 2026))
ENGLAND = 12_183_016
WORKER = ["LA", "SWENo"]
EMPLOYED = pl.col("AgencyWorker") == "0"
HERE = pl.col("RoleEndDate").is_null()


def workforce(authorities, years=YEARS, **rest):
    return synthesise(authorities, years, returns=("workforce",), **rest)


def rows_of(made):
    return made.tables["workforce.worker"]


def first_day():
    return pl.date(pl.col("YEAR") - 1, 10, 1)


def last_day():
    return pl.date(pl.col("YEAR"), 9, 30)


def none(rows):
    """No row may be left; the message shows some that are."""
    assert len(rows) == 0, rows.head(5)


def areas(number, population):
    return [Authority(f"E069008{n:02d}", population, old_code=str(800 + n)) for n in range(number)]


@pytest.fixture(scope="module")
def made():
    return workforce(areas(3, 150_000), seed=7)


@pytest.fixture(scope="module")
def rows(made):
    return rows_of(made)


# --- the same data every time ------------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_data_and_another_seed_gives_other_data():
    first, again, other = (workforce(1, children=200, seed=seed) for seed in (3, 3, 4))
    for name, frame in first.tables.items():
        assert_frame_equal(frame, again.tables[name])
        assert not frame.equals(other.tables[name])


def test_an_authority_does_not_depend_on_the_others_or_on_the_years_asked_for():
    one, two = areas(2, 90_000)
    alone, both = workforce([one], (2023,), seed=5), workforce([two, one], range(2016, 2028), seed=5)
    for name, frame in alone.tables.items():
        own = both.tables[name].filter((pl.col("LA") == one.code) & (pl.col("YEAR") == 2023))
        assert_frame_equal(frame, own)


# --- rows --------------------------------------------------------------------------------------------------


def test_tables_have_their_declared_columns_types_and_codes(made):
    assert list(made.tables) == ["workforce.worker", "workforce.la_level"]
    kinds = {ColumnType.DATE: pl.Date, ColumnType.INTEGER: pl.Int64, ColumnType.NUMBER: pl.Float64}
    for name in ("worker", "la_level"):
        declared, frame = TABLES[name], made.tables[f"workforce.{name}"]
        assert frame.columns == [*declared.names, "LA", "YEAR"]
        for column in declared.columns:
            assert frame.schema[column.name] == kinds.get(column.type, pl.String), column.name
            if column.codes is not None:
                for (year,), of_year in frame.group_by("YEAR"):
                    assert set(of_year[column.name].drop_nulls()) <= set(column.codes.valid_in(year)), (
                        column.name
                    )
            years = frame.filter(pl.col(column.name).is_not_null())["YEAR"]
            assert years.min() is None or years.min() >= column.first_year, column.name
            assert years.max() is None or years.max() <= (column.last_year or 2100), column.name


def test_rows_are_workers_in_post_on_30_september_or_leavers_of_the_year(rows):
    left = ~HERE
    none(rows.filter(pl.col("RoleStartDate") > last_day()))
    none(rows.filter(left & ~pl.col("RoleEndDate").is_between(first_day(), last_day())))
    none(rows.filter(left & ~EMPLOYED))
    none(rows.filter(left & (pl.col("RoleStartDate") >= first_day())))
    for column in ("ReasonLeave", "LeaverDestination"):
        none(rows.filter(left == pl.col(column).is_null()))
    for column in ("FTE30", "Cases30"):
        none(rows.filter(left != pl.col(column).is_null()))
    none(rows.filter(~pl.col("FTE").is_between(0.3, 1)))
    none(rows.filter(pl.col("ContractWeeks").is_null() == (pl.col("AgencyWorker") == "1")))
    none(rows.filter(pl.col("WorkingDaysLost").is_null() == EMPLOYED))
    none(
        rows.filter((pl.col("Absat30Sept") == "1") != pl.col("ReasonAbsence").is_not_null()).filter(
            HERE & EMPLOYED
        )
    )
    age = (pl.col("RoleStartDate") - pl.col("PersonBirthDate")).dt.total_days() / 365.25
    none(rows.filter(~age.is_between(21, 60)))
    assert rows.select(*WORKER, "YEAR").is_duplicated().sum() == 0
    none(rows.filter(~pl.col("SWENo").str.contains(r"^SW9[0-9]{9}$")))


def test_a_worker_is_the_same_person_until_leaving(rows):
    fixed = rows.group_by(WORKER).agg(
        pl.n_unique("PersonBirthDate", "RoleStartDate", "AgencyWorker", "Ethnicity", "FTE", "StartOrigin")
    )
    none(fixed.filter(pl.any_horizontal(pl.exclude(WORKER) > 1)))
    stays = rows.filter(HERE & (pl.col("YEAR") < max(YEARS)) & EMPLOYED)
    again = rows.select(*WORKER, YEAR=pl.col("YEAR") - 1)
    none(stays.join(again, on=[*WORKER, "YEAR"], how="anti"))
    before = rows.filter(EMPLOYED & (pl.col("RoleStartDate") < first_day()) & (pl.col("YEAR") > min(YEARS)))
    none(before.join(stays.select(*WORKER, YEAR=pl.col("YEAR") + 1), on=[*WORKER, "YEAR"], how="anti"))
    roles = rows.sort("YEAR").group_by(WORKER, maintain_order=True).agg(pl.col("OrgRole").cast(pl.Int64))
    none(roles.filter(pl.col("OrgRole").list.diff().list.max() > 0))
    assert len(roles.filter(pl.col("OrgRole").list.n_unique() > 1)) > 20


def test_cases_are_held_by_those_whose_role_it_is(rows):
    holds = rows.filter(HERE).group_by("OrgRole").agg(share=(pl.col("Cases30") > 0).mean(), rows=pl.len())
    share = dict(holds.select("OrgRole", "share").iter_rows())
    assert share["6"] == 0
    assert share["5"] > 0.8 > share["4"] > 0.25 > share["3"]


def test_agency_workers_who_cover_vacancies_are_some_of_them(made, rows):
    level = made.tables["workforce.la_level"]
    agency = rows.filter(~EMPLOYED).group_by("LA", "YEAR").agg(fte=pl.sum("FTE"), heads=pl.len())
    both = level.join(agency, on=["LA", "YEAR"])
    assert len(both) == len(level) == 3 * len(YEARS)
    none(both.filter(pl.col("NoAgencyFTE") > pl.col("fte") + 0.005))
    none(both.filter(pl.col("NoAgencyHeadcount") > pl.col("heads")))


# --- margins -----------------------------------------------------------------------------------------------


def test_the_margins_of_the_workforce_are_met():
    made = workforce(areas(10, 600_000), seed=1)
    found = compare(made, 2025).filter(~pl.col("block").str.contains("authorities"))
    assert set(found["return"]) == {"workforce"}
    assert found["found"].null_count() == 0
    scale = pl.when(pl.col("unit") == COUNT).then(ENGLAND / 6_000_000).otherwise(1.0)
    difference = (pl.col("found") * scale - pl.col("target")).abs()
    # Half of England; the vacancies of ten authorities vary by two percent by chance.
    covered = pl.when(pl.col("margin") == "vacancies covered").then(4.0).otherwise(0.0)
    slack = pl.when(pl.col("unit") == "%").then(covered).otherwise(0.02 * pl.col("target"))
    none(found.filter(difference > pl.col("allowed") + slack))


@pytest.mark.parametrize(
    ("year", "in_post", "turnover", "agency"), [(2021, 32_502, 15.4, 15.5), (2023, 33_119, 15.9, 17.9)]
)
def test_earlier_years_follow_england(year, in_post, turnover, agency):
    total = parts_of(workforce(areas(10, 600_000), seed=1), year).drop("LA").sum().row(0, named=True)
    assert total["in_post"] * ENGLAND / 6_000_000 == pytest.approx(in_post, rel=0.03)
    assert 100 * total["leavers"] / total["in_post"] == pytest.approx(turnover, abs=1)
    assert 100 * total["agency"] / (total["agency"] + total["in_post"]) == pytest.approx(agency, abs=1)


def test_practice_multiplies_what_it_names():
    plain = Authority("E06900801", 4_000_000, old_code="801")
    changed = evolve(
        plain, practice=Practice(staff=0.8, turnover=1.3, vacancies=1.5, agency=0.5, caseload=1.2)
    )
    one, two = (parts_of(workforce([a], (2025,)), 2025).row(0, named=True) for a in (plain, changed))
    assert two["in_post"] / one["in_post"] == pytest.approx(0.8, rel=0.05)
    assert two["vacancies"] / one["vacancies"] == pytest.approx(0.8 * 1.5, rel=0.001)
    assert two["agency"] / one["agency"] == pytest.approx(0.8 * 0.5, rel=0.12)
    assert two["leavers"] / two["in_post"] == pytest.approx(1.3 * one["leavers"] / one["in_post"], rel=0.12)
    assert two["cases"] / two["holders"] == pytest.approx(1.2 * one["cases"] / one["holders"], rel=0.03)


def test_invented_authorities_add_up_to_england_and_spread_as_its_do():
    made = workforce(152, (2025,), national=True)
    found = compare(made, 2025)
    assert found["met"].sum() >= len(found) - 2
    none(found.filter(pl.col("difference").abs() > 1.5 * pl.col("allowed")))


# --- effects -----------------------------------------------------------------------------------------------


def test_effects_on_caseload_and_vacancies_are_recovered_and_begin_on_their_day():
    begin = date(2023, 10, 1)
    plain = areas(2, 2_000_000)
    treated = [evolve(plain[0], effect=Effect(begin, caseload=0.8, vacancies=1.5)), plain[1]]
    before, after = (workforce(a, (2022, 2023, 2024, 2025), seed=9) for a in (plain, treated))
    for year in (2022, 2023, 2024, 2025):
        one, two = (parts_of(made, year).sort("LA").to_dicts() for made in (before, after))
        assert one[1] == two[1]
        if year <= 2023:
            assert one[0] == two[0]
            continue
        # The vacancies are the expected number times the same yearly play of chance.
        assert two[0]["vacancies"] / one[0]["vacancies"] == pytest.approx(1.5, rel=1e-3)
        assert two[0]["cases"] / one[0]["cases"] == pytest.approx(0.8, rel=0.015)
        same = ("in_post", "agency", "leavers", "holders", "cover", "days")
        assert [two[0][name] for name in same] == [one[0][name] for name in same]


def test_the_library_measures_the_same(made):
    names = ["vacancy_rate_fte_pct", "turnover_rate_fte_pct", "agency_rate_fte_pct", "avg_caseload_fte"]
    window = csc.Window.snapshot("2025-09-30")
    year = csc.Window("2024-10-01", "2025-09-30")
    data = csc.Data(made.tables)
    parts = parts_of(made, 2025).drop("LA").sum().row(0, named=True)
    wanted = {
        "vacancy_rate_fte_pct": 100 * parts["vacancies"] / (parts["vacancies"] + parts["in_post"]),
        "turnover_rate_fte_pct": 100 * parts["leavers"] / parts["in_post"],
        "agency_rate_fte_pct": 100 * parts["agency"] / (parts["agency"] + parts["in_post"]),
        "avg_caseload_fte": parts["cases"] / parts["holders"],
    }
    for name in names:
        when = year if name == "turnover_rate_fte_pct" else window
        frame = csc.calculate([name], data, [when]).frame.query("area == 'all' and breakdown == 'all'")
        assert frame["value"].tolist() == [pytest.approx(wanted[name], abs=1e-6)], name


def test_the_library_finds_nothing_to_report(made):
    assert csc.Data(made.tables).problems.empty


# --- files -------------------------------------------------------------------------------------------------


def as_rows(frame):
    number = [pl.col(pl.Float64).round(6)]
    text = frame.with_columns(number).with_columns(pl.col(pl.Date).dt.strftime("%Y-%m-%d")).cast(pl.String)
    return sorted(text.fill_null("").iter_rows())


@pytest.fixture(scope="module")
def small():
    return workforce(areas(2, 20_000), (2022, 2024, 2025), seed=2)


def test_xml_files_hold_the_same_rows_in_the_layout_of_the_year(small, tmp_path):
    small.write(tmp_path, "xml")
    for authority in small.authorities:
        for year in small.years:
            path = tmp_path / authority.code / f"{year - 1}-{year % 100}" / "workforce.xml"
            tags = {element.tag for element in etree.parse(path).getroot().iter()}
            assert ("LALevel" in tags) == (year >= 2025)
            assert ("LALevelVacancies" in tags) == (year < 2025)
            assert ("Sex" in tags) == (year >= 2024)
            assert ("BaseSalary" in tags) == (year >= 2025)
            read = workforce_xml.read_xml(path)
            own = (pl.col("LA") == authority.code) & (pl.col("YEAR") == year)
            for name in ("worker", "la_level"):
                wanted = small.tables[f"workforce.{name}"].filter(own).select(TABLES[name].names)
                known = [column for column in wanted.columns if column in read[name].columns]
                assert all(wanted[column].is_null().all() for column in wanted.columns if column not in known)
                assert as_rows(read[name].select(known)) == as_rows(wanted.select(known))
                assert set(read[name]["YEAR"]) == {str(year)}


@pytest.mark.parametrize("form", ["csv", "xml"])
def test_files_are_read_as_the_tables_are(small, tmp_path, form):
    read, direct = csc.read(small.write(tmp_path, form)), csc.Data(small.tables)
    names = ["vacancy_rate_fte_pct", "avg_caseload_fte", "agency_rate_fte_pct"]
    window = csc.Window.snapshot("2024-09-30")
    one, two = (csc.calculate(names, data, [window]).frame.query("area == 'all'") for data in (read, direct))
    assert one["value"].tolist() == pytest.approx(two["value"].tolist(), abs=1e-9)
    assert (one["value"] > 0).all()


def test_the_workforce_needs_no_children():
    made = workforce(invented(2), (2025,))
    assert set(made.tables) == {"workforce.worker", "workforce.la_level"}
