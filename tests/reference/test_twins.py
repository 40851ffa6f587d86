"""The twins themselves, against small cases worked out by hand from the definitions' edge cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from strategies import returns as drawn_returns

from .base import Figure, Returns, Row, age, plus_months, year_end
from .ssda903_twin import (
    TWINS,
    care_days,
    care_row_on,
    care_rows,
    children_looked_after_on,
    continuously_looked_after,
    incidents,
    looked_after_all_year,
    periods_of_care,
    place_on,
    placement_runs,
    stacked_rows,
)

YEAR_2024 = (date(2023, 4, 1), date(2024, 3, 31))
YEAR_2023 = (date(2022, 4, 1), date(2023, 3, 31))
REF = date(2024, 3, 31)


def d(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def ep(
    decom: str | None, dec: str | None = None, rne: str | None = "S", rec: str | None = None, **more: Any
) -> Row:
    row = {
        "LA": "A",
        "YEAR": 2024,
        "CHILD": "1",
        "DECOM": d(decom),
        "RNE": rne,
        "LS": "V2",
        "PLACE": "U6",
        "DEC": d(dec),
        "REC": rec,
        "PL_POST": "AB1 1AA",
        "URN": None,
        "PL_LOCATION": None,
        "PL_DISTANCE": None,
    }
    return {**row, **more}


def header(dob: str | None, **more: Any) -> Row:
    return {"LA": "A", "YEAR": 2024, "CHILD": "1", "DOB": d(dob), **more}


def going(start: str, end: str | None = None, kind: str | None = "M", **more: Any) -> Row:
    row = {"LA": "A", "YEAR": 2024, "CHILD": "1", "MISSING": kind}
    return {**row, "MIS_START": d(start), "MIS_END": d(end), **more}


def worker(who: str, start: str, end: str | None = None, **more: Any) -> Row:
    row = {"LA": "A", "YEAR": 2024, "CHILD": "1", "SW_ID": who}
    return {**row, "SW_DECOM": d(start), "SW_DEC": d(end), **more}


def oc2(**more: Any) -> Row:
    flags = (
        "CONVICTED",
        "HEALTH_CHECK",
        "IMMUNISATIONS",
        "TEETH_CHECK",
        "HEALTH_ASSESSMENT",
        "SUBSTANCE_MISUSE",
    )
    row = {"LA": "A", "YEAR": 2024, "CHILD": "1", "SDQ_SCORE": None, "SDQ_REASON": None}
    return {**row, **dict.fromkeys(flags), **more}


def oc3(**more: Any) -> Row:
    return {"LA": "A", "YEAR": 2024, "CHILD": "1", "IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "B1", **more}


def figure(measure: str, returns: Returns, window: tuple[date, date] = YEAR_2024, **parameters: Any) -> Any:
    return TWINS[measure](returns, *window, **parameters)


def of(*episodes: Row, **tables: list[Row]) -> Returns:
    return Returns(episodes=list(episodes), **tables)


def periods(*episodes: Row) -> list[tuple[str, str | None, str | None]]:
    return [
        (str(p.start), None if p.end is None else str(p.end), p.rec) for p in periods_of_care(of(*episodes))
    ]


def runs(*episodes: Row, **parameters: bool) -> list[tuple[str, str | None]]:
    return [
        (str(r.start), None if r.end is None else str(r.end))
        for r in placement_runs(of(*episodes), **parameters)
    ]


# ---- dates and ages -------------------------------------------------------------------------------------


def test_months_clamp_to_the_end_of_the_month() -> None:
    assert plus_months(date(2024, 2, 29), -12) == date(2023, 2, 28)
    assert plus_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert plus_months(date(2023, 11, 30), 15) == date(2025, 2, 28)
    assert plus_months(date(2024, 3, 31), -30) == date(2021, 9, 30)


@pytest.mark.parametrize(
    ("on", "years"),
    [("2022-02-28", 17), ("2022-03-01", 18), ("2024-02-28", 19), ("2024-02-29", 20)],
)
def test_a_leap_day_child_has_a_birthday_on_1_march(on: str, years: int) -> None:
    assert age(date(2004, 2, 29), date.fromisoformat(on)) == years


# ---- stacking -------------------------------------------------------------------------------------------


def test_the_latest_return_wins_its_key() -> None:
    rows = stacked_rows(of(ep("2022-06-01", YEAR=2023), ep("2022-06-01", "2023-06-01", rec="E4A", YEAR=2024)))
    assert [(r["YEAR"], r["DEC"]) for r in rows] == [(2024, date(2023, 6, 1))]


def test_within_a_return_the_later_end_wins_and_open_is_latest() -> None:
    first = ep("2023-06-01", "2023-07-01", rec="E4A")
    second = ep("2023-06-01", "2023-08-01", rec="X1")
    still_open = ep("2023-06-01")
    assert stacked_rows(of(second, first))[0]["DEC"] == date(2023, 8, 1)
    assert stacked_rows(of(second, still_open, first))[0]["DEC"] is None


def test_a_zero_night_row_of_a_newer_return_does_not_win_the_key() -> None:
    rows = care_rows(of(ep("2022-06-01", YEAR=2023), ep("2022-06-01", "2022-06-01", rec="X1", YEAR=2024)))
    assert [r["YEAR"] for r in rows] == [2023]


def test_a_row_recoded_as_a_short_break_by_a_later_return_is_a_short_break() -> None:
    returns = of(ep("2022-06-01", YEAR=2023), ep("2022-06-01", LS="V3", YEAR=2024))
    assert care_rows(returns) == []
    assert figure("cla_stock_number", returns, YEAR_2023) == (0, None)


def test_an_orphan_is_closed_at_the_earliest_later_start_of_a_newer_return_and_goes_on() -> None:
    rows = (
        ep("2022-06-01", YEAR=2023),
        ep("2023-05-01", "2023-07-01", "P", "X1", YEAR=2024),
        ep("2023-07-01", None, "P", YEAR=2024),
    )
    assert next((r["END"], r["REC"]) for r in care_rows(of(*rows))) == (date(2023, 5, 1), "X1")
    assert periods(*rows) == [("2022-06-01", None, None)]


def test_a_later_start_within_the_same_return_closes_no_orphan() -> None:
    rows = (
        ep("2022-06-01", YEAR=2023),
        ep("2022-09-01", None, "P", YEAR=2023),
        ep("2020-01-01", YEAR=2024, CHILD="2"),
    )
    assert [r["END"] for r in care_rows(of(*rows))] == [date(2023, 3, 31), date(2023, 3, 31), None]


def test_an_orphan_without_a_later_row_is_censored_and_no_leaver() -> None:
    returns = of(ep("2022-06-01", rec="E4A", YEAR=2023), ep("2020-01-01", YEAR=2024, CHILD="2"))
    assert ("A", "1") in children_looked_after_on(returns, date(2023, 3, 30))
    assert ("A", "1") not in children_looked_after_on(returns, date(2023, 3, 31))
    assert figure("cla_ceased_number", returns, YEAR_2023) == (0, None)


def test_a_censored_row_that_becomes_zero_nights_goes() -> None:
    returns = of(ep("2023-03-31", YEAR=2023), ep("2020-01-01", YEAR=2024, CHILD="2"))
    assert [r["CHILD"] for r in care_rows(returns)] == ["2"]


def test_newest_is_judged_per_authority() -> None:
    returns = of(ep("2022-06-01", YEAR=2023), ep("2020-01-01", YEAR=2024, LA="B"))
    assert children_looked_after_on(returns, REF) == {("A", "1"), ("B", "1")}


# ---- the stock ------------------------------------------------------------------------------------------


def test_stock_counts_the_day_of_arrival_and_not_the_day_of_leaving() -> None:
    assert figure("cla_stock_number", of(ep("2024-03-31"))) == (1, None)
    assert figure("cla_stock_number", of(ep("2024-01-01", "2024-03-31", rec="E4A"))) == (0, None)
    assert figure("cla_stock_number", of(ep("2024-01-01"), ep("2024-02-01"))) == (1, None)
    assert figure("cla_stock_number", of(ep(None))) == (0, None)


def test_the_same_id_in_two_authorities_is_two_children() -> None:
    assert figure("cla_stock_number", of(ep("2024-01-01"), ep("2024-01-01", LA="B"))) == (2, None)


@pytest.mark.parametrize(
    ("duc", "counted"), [(None, 0), ("2024-04-01", 0), ("2024-03-31", 1), ("2024-03-30", 1)]
)
def test_uasc_until_the_day_before_duc(duc: str | None, counted: int) -> None:
    row = {"LA": "A", "YEAR": 2024, "CHILD": "1", "DUC": d(duc)}
    assert figure("cla_stock_excl_uasc_rate_10k", of(ep("2024-01-01"), uasc=[row])) == (counted, None)


def test_eighteen_year_olds_count_unless_asked_otherwise() -> None:
    returns = of(ep("2020-01-01"), header=[header("2006-03-31")])
    assert figure("cla_stock_number", returns) == (1, None)
    assert figure("cla_stock_number", returns, under_18_only=True) == (0, None)


def test_only_those_known_to_be_eighteen_leave_where_children_only_are_asked_for() -> None:
    returns = of(ep("2020-01-01"), ep("2020-01-01", CHILD="2"), header=[header(None)])
    assert figure("cla_stock_number", returns, under_18_only=True) == (2, None)


@pytest.mark.parametrize(
    ("dob", "counted"), [("2005-04-01", 0), ("2005-04-02", 1), ("2005-05-01", 1), ("2006-01-01", 1)]
)
def test_in_a_window_age_is_that_of_its_first_day_in_care(dob: str, counted: int) -> None:
    returns = of(ep("2020-01-01"), header=[header(dob)], missing=[going("2023-06-01", "2023-06-02")])
    for name in ("cla_any_in_year_number", "missing_children_number", "missing_incidents_number"):
        assert figure(name, returns, under_18_only=True) == (counted, None)
    assert figure("missing_children_pct", returns, under_18_only=True) == (counted, counted)


def test_of_two_starts_the_first_decides_and_of_two_exits_the_last() -> None:
    early, late = ep("2023-05-01", "2023-06-01", rec="E4A"), ep("2023-07-01", "2023-08-01", rec="E4A")
    returns = of(early, late, header=[header("2005-06-15")])
    assert figure("cla_starts_number", returns, under_18_only=True) == (1, None)
    assert figure("cla_start_periods_number", returns, under_18_only=True) == (1, None)
    assert figure("cla_ceased_number", returns, under_18_only=True) == (0, None)


def test_leaving_on_the_first_day_of_the_window_is_enough_for_any_time_in_it() -> None:
    assert figure("cla_any_in_year_number", of(ep("2022-01-01", "2023-04-01", rec="E8"))) == (1, None)
    assert figure("cla_any_in_year_number", of(ep("2022-01-01", "2023-03-31", rec="E8"))) == (0, None)
    assert figure("cla_any_in_year_number", of(ep("2023-05-09", "2023-05-01", rec="E8"))) == (0, None)


def test_net_change_is_from_the_day_before_the_window() -> None:
    left, came = ep("2022-01-01", "2023-04-01", rec="E8"), ep("2023-04-01", CHILD="2")
    stays = ep("2023-03-31", CHILD="3")
    assert figure("cla_net_change_number", of(left, came, stays)) == (0, None)
    assert figure("cla_net_change_number", of(left, stays)) == (-1, None)


def test_the_header_of_the_latest_return_gives_the_age() -> None:
    rows = [header("2000-01-01", YEAR=2023), header("2010-01-01"), header("2001-01-01", YEAR=2022)]
    assert figure("cla_stock_number", of(ep("2020-01-01"), header=rows), under_18_only=True) == (1, None)


# ---- periods of care ------------------------------------------------------------------------------------


def test_x1_continues_and_an_exit_ends_a_period() -> None:
    assert periods(ep("2023-05-01", "2023-06-01", rec="X1"), ep("2023-06-01", "2023-07-01", "P", "E4A")) == [
        ("2023-05-01", "2023-07-01", "E4A")
    ]
    assert len(periods(ep("2023-05-01", "2023-06-01", rec="E4A"), ep("2023-06-01", None, "P"))) == 2


def test_rne_s_after_x1_a_gap_after_x1_and_a_blank_rec_each_start_a_period() -> None:
    first = ep("2023-05-01", "2023-06-01", rec="X1")
    assert len(periods(first, ep("2023-06-01", None, "S"))) == 2
    assert len(periods(first, ep("2023-06-02", None, "P"))) == 2
    assert len(periods(ep("2023-05-01", "2023-06-01"), ep("2023-06-01", None, "P"))) == 2


def test_rec_of_an_open_row_is_ignored() -> None:
    rows = ep("2023-05-01", None, rec="X1"), ep("2023-06-01", "2023-07-01", "P", "E4A")
    assert periods(*rows) == [("2023-05-01", None, None), ("2023-06-01", "2023-07-01", "E4A")]


def test_short_breaks_leave_before_periods_are_built() -> None:
    rows = (
        ep("2023-05-01", "2023-06-01", rec="X1"),
        ep("2023-05-10", "2023-05-12", rec="E8", LS="V3"),
        ep("2023-06-01", "2023-07-01", "P", "E4A"),
    )
    assert periods(*rows) == [("2023-05-01", "2023-07-01", "E4A")]


def test_a_period_ends_with_its_last_row_even_when_an_earlier_row_is_longer() -> None:
    rows = ep("2023-05-01", "2024-01-01", rec="X1"), ep("2023-06-01", "2023-07-01", "L", "E4A")
    assert periods(*rows) == [("2023-05-01", "2023-07-01", "E4A")]


def test_starts_first_per_child_events_all_and_unknown_starts_none() -> None:
    returns = of(
        ep("2023-05-01", "2023-06-01", rec="E4A"),
        ep("2023-06-01", "2023-09-01", rec="E4A"),
        ep("2023-05-01", None, "P", CHILD="2"),
    )
    assert figure("cla_starts_number", returns) == (1, None)
    assert figure("cla_start_periods_number", returns) == (2, None)
    assert figure("cla_ceased_number", returns) == (1, None)


def test_a_broken_chain_is_no_leaver() -> None:
    assert figure("cla_ceased_number", of(ep("2023-05-01", "2023-06-01", rec="X1"))) == (0, None)
    assert figure("cla_ceased_number", of(ep("2023-05-01", "2023-06-01"))) == (0, None)


def test_emergency_start_reads_the_first_row_of_the_first_start() -> None:
    police = ep("2023-05-01", "2023-05-03", rec="X1", LS="L1")
    later = ep("2023-05-03", None, "L", LS="V2")
    other = ep("2023-05-01", None, CHILD="2", LS="L3")
    assert figure("cla_emergency_start_pct", of(police, later, other)) == (1, 2)
    second = ep("2023-06-01", None, LS="L2")
    assert figure("cla_emergency_start_pct", of(ep("2023-05-01", "2023-05-03", rec="E4A"), second)) == (0, 1)
    assert figure("cla_emergency_start_pct", of(police, later, ep("2023-05-01", CHILD="3", LS=None))) == (
        1,
        1,
    )


# ---- return home ----------------------------------------------------------------------------------------


def test_days_are_of_the_last_period_that_ceased_in_the_window() -> None:
    rows = ep("2023-04-02", "2023-04-12", rec="E4A"), ep("2023-06-01", "2023-06-04", rec="E4B")
    assert figure("return_home_days_mean", of(*rows)) == [3]
    assert figure("return_home_days_median", of(*rows), (date(2023, 4, 1), date(2023, 5, 31))) == [10]


def test_no_days_without_a_known_start_or_with_an_end_before_the_start() -> None:
    assert figure("return_home_days_range", of(ep("2023-04-02", "2023-04-12", "P", "E4A"))) == []
    assert figure("return_home_days_range", of(ep("2023-04-12", "2023-04-02", "S", "E4A"))) == []
    assert figure("cla_ceased_number", of(ep("2023-04-12", "2023-04-02", "S", "E4A"))) == (1, None)


def test_home_is_seed_for_days_and_narrow_for_the_share() -> None:
    returns = of(ep("2023-04-02", "2023-04-12", rec="E13"))
    assert figure("return_home_days_mean", returns) == [10]
    assert figure("return_home_days_mean", returns, home="narrow") == []
    assert figure("return_home_share_leavers_pct", returns) == (0, 1)
    assert figure("return_home_share_leavers_pct", returns, home="seed") == (1, 1)


def test_planned_share_leaves_out_e13_and_the_old_e4() -> None:
    returns = of(
        *(
            ep("2023-04-02", "2023-04-12", rec=rec, CHILD=str(n))
            for n, rec in enumerate(["E4A", "E4A", "E4B", "E4", "E13"])
        )
    )
    assert figure("return_home_planned_share_pct", returns) == (2, 3)


def entrants(dob: str | None, dec: str, months: int = 12) -> Figure:
    row = ep("2022-06-15", dec, rec="E4A", YEAR=2023)
    returns = of(row, ep("2020-01-01", CHILD="2"), header=[header(dob)])
    return figure("return_home_entrants_12m_pct", returns, YEAR_2023, months=months)


def test_entrants_the_anniversary_is_within_twelve_months() -> None:
    assert entrants("2010-01-01", "2023-06-15") == (1, 1)
    assert entrants("2010-01-01", "2023-06-16") == (0, 1)


def test_entrants_of_17_are_out_and_unknown_ages_stay() -> None:
    assert entrants("2005-06-15", "2023-01-01") == (0, 0)
    assert entrants("2005-06-16", "2023-01-01") == (1, 1)
    assert entrants("2004-12-15", "2022-08-01", months=6) == (0, 0)
    assert entrants("2004-12-16", "2022-08-01", months=6) == (1, 1)
    assert entrants(None, "2023-01-01") == (1, 1)


@pytest.mark.parametrize(("rec", "dec"), [("X1", "2022-08-01"), (None, "2022-08-01"), ("E4A", "2022-06-01")])
def test_entrants_whose_period_breaks_off_within_the_follow_up_are_out(rec: str | None, dec: str) -> None:
    known, stay = [header("2010-01-01")], ep("2020-01-01", CHILD="2")
    odd = ep("2022-06-15", dec, rec=rec, YEAR=2023)
    assert figure("return_home_entrants_12m_pct", of(odd, stay, header=known), YEAR_2023) == (0, 0)
    later = ep("2022-06-15", "2023-06-16", rec="X1")
    assert figure("return_home_entrants_12m_pct", of(later, stay, header=known), YEAR_2023) == (0, 1)


def test_entrants_without_covered_follow_up_are_out() -> None:
    known = [header("2010-01-01")]
    assert figure("return_home_entrants_12m_pct", of(ep("2023-04-01"), header=known)) == (0, 0)
    returns = of(ep("2023-03-31"), header=known)
    assert figure("return_home_entrants_12m_pct", returns, YEAR_2023) == (0, 1)


def again(start: str, dob: str | None = "2010-01-01") -> Figure:
    home = ep("2022-01-01", "2022-06-15", rec="E4A", YEAR=2023)
    rows = home, ep(start), ep("2020-01-01", CHILD="2")
    return figure("return_home_reentry_pct", of(*rows, header=[header(dob)]), YEAR_2023)


def test_re_entry_on_the_same_day_and_on_the_anniversary_counts() -> None:
    assert again("2022-06-15") == (1, 1)
    assert again("2023-06-15") == (1, 1)
    assert again("2023-06-16") == (0, 1)


def test_re_entry_drops_those_who_reach_18_and_keeps_unknown_ages() -> None:
    assert again("2022-07-01", "2005-06-15") == (0, 0)
    assert again("2022-07-01", "2005-06-16") == (1, 1)
    assert again("2022-07-01", None) == (1, 1)


def test_a_short_break_is_no_re_entry_and_a_child_may_return_twice() -> None:
    first = ep("2022-01-01", "2022-06-15", rec="E4A", YEAR=2023)
    stay = ep("2020-01-01", CHILD="2")
    pause = ep("2022-07-01", "2022-07-03", rec="E8", LS="V3", YEAR=2023)
    assert figure("return_home_reentry_pct", of(first, pause, stay), YEAR_2023) == (0, 1)
    second = ep("2022-08-01", "2022-09-01", rec="E13", YEAR=2023)
    assert figure("return_home_reentry_pct", of(first, second, stay), YEAR_2023) == (1, 2)
    assert figure("return_home_sustained_pct", of(first, second, stay), YEAR_2023) == (1, 1)


def test_a_period_that_ends_before_it_starts_is_not_its_own_re_entry() -> None:
    rows = ep("2022-06-20", "2022-06-15", rec="E4A", YEAR=2023), ep("2020-01-01", CHILD="2")
    assert figure("return_home_reentry_pct", of(*rows), YEAR_2023) == (0, 1)


def test_sustained_counts_all_leavers_those_who_reach_18_included() -> None:
    rows = (
        ep("2022-01-01", "2022-06-15", rec="E4A", YEAR=2023),
        ep("2022-01-01", "2022-06-15", rec="E3", YEAR=2023, CHILD="2"),
        ep("2023-01-01", "2023-03-31", rec="E4A", YEAR=2023, CHILD="3"),
        ep("2020-01-01", CHILD="4"),
    )
    assert figure("return_home_sustained_pct", of(*rows, header=[header("2004-07-01")]), YEAR_2023) == (2, 3)
    assert figure("return_home_sustained_pct", of(*rows), cover_end={"A": date(2024, 3, 30)}) == (0, 0)


# ---- place on a day -------------------------------------------------------------------------------------


def test_where_rows_overlap_the_later_start_owns_the_day_and_the_long_row_comes_back() -> None:
    long, short = ep("2023-05-01", None, PLACE="K2"), ep("2023-06-01", "2023-06-10", "P", "X1", PLACE="U1")
    returns = of(long, short)
    assert place_on(returns, ("A", "1"), date(2023, 6, 5)) == "U1"
    assert place_on(returns, ("A", "1"), date(2023, 6, 10)) == "K2"
    assert care_row_on(returns, ("A", "1"), date(2023, 4, 30)) is None


def test_a_temporary_place_gives_way_to_the_row_before_it_with_its_location() -> None:
    home = ep("2023-05-01", "2024-03-20", rec="X1", PLACE="U4", PL_LOCATION="OUT", PL_DISTANCE=20.1)
    hospital = ep("2024-03-20", None, "P", PLACE="T1", PL_LOCATION="IN", PL_DISTANCE=1.0)
    returns = of(home, hospital)
    assert figure("foster_share_pct", returns) == (1, 1)
    assert figure("foster_out_la_number", returns) == (1, None)
    assert figure("placed_over_20_miles_out_la_pct", returns) == (1, 1)


def test_a_temporary_place_without_a_row_before_it_in_its_period_is_unknown() -> None:
    before = ep("2023-05-01", "2024-03-20", rec="E4A", PLACE="K2")
    returns = of(before, ep("2024-03-20", None, "S", PLACE="T1"))
    assert place_on(returns, ("A", "1"), REF) is None
    assert figure("residential_share_dfe_pct", returns) == (0, 1)


def test_groups_of_residential_places() -> None:
    places = ["K1", "K2", "K3", "H5", "R1", "S1", "P3", "P2", "U1", None]
    returns = of(*(ep("2023-05-01", CHILD=str(n), PLACE=place) for n, place in enumerate(places)))
    assert figure("residential_share_seed_pct", returns) == (4, 10)
    assert figure("residential_share_seed_pct", returns, include_k3=False) == (3, 10)
    assert figure("residential_share_dfe_pct", returns) == (2, 10)
    assert figure("residential_share_all_pct", returns) == (4, 10)
    assert figure("residential_share_all_pct", returns, include_p3=True) == (5, 10)
    assert figure("residential_stock_number", returns, residential="all") == (4, None)
    assert figure("residential_rate_10k", returns) == (4, None)
    assert figure("semi_independent_share_pct", returns) == (3, 10)


def test_unknown_location_leaves_locality_and_unknown_distance_stays() -> None:
    spots = [("IN", 20.0), ("OUT", 20.1), (None, 25.0), (None, None), ("OUT", 999.9)]
    returns = of(
        *(
            ep("2023-05-01", CHILD=str(n), PL_LOCATION=where, PL_DISTANCE=miles)
            for n, (where, miles) in enumerate(spots)
        )
    )
    assert figure("placed_inside_la_pct", returns) == (1, 3)
    assert figure("foster_out_la_pct", returns) == (2, 3)
    assert figure("placed_over_20_miles_pct", returns) == (2, 5)
    assert figure("placed_over_20_miles_pct", returns, known_only=True) == (2, 3)
    assert figure("placed_over_20_miles_out_la_pct", returns) == (1, 5)


# ---- runs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rne", "number"), [("P", 2), ("B", 2), ("L", 1), ("T", 1), ("U", 1), (None, 1)])
def test_only_a_change_of_carer_starts_a_run(rne: str | None, number: int) -> None:
    rows = ep("2023-05-01", "2023-06-01", rec="X1"), ep("2023-06-01", None, rne, PLACE="K2")
    assert len(runs(*rows)) == number
    assert len(runs(*rows, same_carer_moves=True)) == (2 if rne in ("T", "U") else number)


def hospital_stay(**back: Any) -> list[tuple[str, str | None]]:
    return runs(
        ep("2023-05-01", "2023-06-01", rec="X1"),
        ep("2023-06-01", "2023-06-08", "P", "X1", PLACE="T1", PL_POST=None),
        ep("2023-06-08", None, "P", **back),
    )


def test_coming_back_from_a_temporary_place_continues_the_run() -> None:
    whole, two = [("2023-05-01", None)], [("2023-05-01", "2023-06-08"), ("2023-06-08", None)]
    assert hospital_stay() == whole
    assert hospital_stay(PL_POST="AB1 2BB") == two
    assert hospital_stay(PLACE="U1") == two
    assert hospital_stay(PL_POST=None) == two  # no URN to compare either


def test_two_unknown_places_are_not_the_same_place() -> None:
    rows = (
        ep("2023-05-01", "2023-06-01", rec="X1", PLACE=None),
        ep("2023-06-01", "2023-06-08", "P", "X1", PLACE="T1"),
        ep("2023-06-08", None, "P", PLACE=None),
    )
    assert len(runs(*rows)) == 2


def test_urn_decides_where_a_postcode_is_blank() -> None:
    def stay(urn: str) -> int:
        return len(
            runs(
                ep("2023-05-01", "2023-06-01", rec="X1", PL_POST=None, URN="SC000001"),
                ep("2023-06-01", "2023-06-08", "P", "X1", PLACE="T1"),
                ep("2023-06-08", None, "P", URN=urn),
            )
        )

    assert (stay("SC000001"), stay("SC000002")) == (1, 2)


def test_a_run_keeps_the_temporary_rows_after_it_and_leading_ones_are_no_run() -> None:
    rows = (
        ep("2023-05-01", "2023-05-03", rec="X1", PLACE="T4"),
        ep("2023-05-03", "2023-06-01", "P", "X1"),
        ep("2023-06-01", "2023-06-08", "P", "E4A", PLACE="T1"),
    )
    assert runs(*rows) == [("2023-05-03", "2023-06-08")]
    assert len(runs(*rows, temporary_moves=True)) == 3


def test_adoption_by_the_carer_joins_only_a_foster_run() -> None:
    def adopted(before: str) -> int:
        return len(
            runs(
                ep("2023-05-01", "2023-06-01", rec="X1", PLACE=before),
                ep("2023-06-01", None, "P", PLACE="A3"),
            )
        )

    assert (adopted("U5"), adopted("K2")) == (1, 2)


def test_a_run_that_ends_before_it_starts_is_no_run() -> None:
    rows = ep("2023-05-01", "2023-06-01", rec="X1"), ep("2023-06-01", "2023-05-20", "P", "E4A")
    assert runs(*rows) == [("2023-05-01", "2023-06-01")]
    assert runs(rows[0], ep("2023-06-01", "2023-05-01", "L", "E4A")) == []


def three_placements(first_leaves: str) -> Figure:
    rows = (
        ep("2023-01-01", first_leaves, rec="X1"),
        ep(first_leaves, "2023-09-01", "P", "X1", PLACE="U4"),
        ep("2023-09-01", None, "P", PLACE="K2"),
    )
    return figure("placements_3plus_pct", of(*rows))


def test_a_placement_counts_when_it_ends_after_the_first_day_of_the_look_back() -> None:
    assert three_placements("2023-04-01") == (1, 1)
    assert three_placements("2023-03-31") == (0, 1)


def test_placements_of_all_periods_count_and_only_for_those_still_in_care() -> None:
    rows = (
        ep("2023-05-01", "2023-06-01", rec="E4A"),
        ep("2023-08-01"),
        ep("2023-05-01", "2023-06-01", rec="E4A", CHILD="2"),
    )
    assert figure("placements_12m_mean", of(*rows)) == (2, 1)


def test_two_year_measure_needs_unbroken_care() -> None:
    rows = [
        ep("2022-03-31", "2022-05-01", rec="X1"),
        ep("2022-05-01", "2022-06-01", "P", "X1", PLACE="U4"),
        ep("2022-06-01", None, "P", PLACE="K2"),
    ]
    assert figure("placements_3plus_2yr_pct", of(*rows)) == (1, 1)
    rows[0]["DECOM"] = date(2022, 4, 1)
    assert figure("placements_3plus_2yr_pct", of(*rows)) == (0, 0)


def test_continuous_care_is_broken_by_a_short_break_and_by_leaving_on_the_day() -> None:
    care = ep("2023-03-31")
    pause = ep("2023-03-20", "2023-04-01", rec="E8", LS="V3")
    earlier = ep("2023-03-20", "2023-03-31", rec="E8", LS="V3")
    assert continuously_looked_after(of(care), REF, 12) == {("A", "1")}
    assert continuously_looked_after(of(care, pause), REF, 12) == set()
    assert continuously_looked_after(of(care, earlier), REF, 12) == {("A", "1")}
    assert continuously_looked_after(of(ep("2023-03-31", "2024-03-31", rec="E8")), REF, 12) == set()


def long_term(dob: str | None, moved: str, place: str = "U4", start: str = "2021-09-30") -> Figure:
    rows = (
        ep(start, moved, rec="X1"),
        ep(moved, None, "P", PLACE=place),
    )
    return figure("same_placement_2yr_pct", of(*rows, header=[header(dob)]))


def test_long_term_stability_two_years_in_the_run_or_with_the_one_before_adoption() -> None:
    assert long_term("2010-01-01", "2022-03-31") == (1, 1)
    assert long_term("2010-01-01", "2022-04-01") == (0, 1)
    assert long_term("2010-01-01", "2022-04-01", "A4") == (1, 1)
    assert long_term("2008-03-31", "2022-03-31") == (0, 0)
    assert long_term("2008-04-01", "2022-03-31") == (1, 1)
    assert long_term(None, "2022-03-31") == (0, 0)
    assert long_term("2010-01-01", "2022-03-31", start="2021-10-01") == (0, 0)


def test_adolescents_in_the_same_placement() -> None:
    rows = ep("2021-01-01", "2023-04-01", rec="X1"), ep("2023-04-01", None, "P")
    assert figure("adolescent_same_placement_12m_pct", of(*rows, header=[header("2010-01-01")])) == (0, 1)
    same = ep("2023-03-31")
    assert figure("adolescent_same_placement_12m_pct", of(same, header=[header("2013-03-31")])) == (1, 1)
    assert figure("adolescent_same_placement_12m_pct", of(same, header=[header("2013-04-01")])) == (0, 0)


def test_moves_per_day_in_care_count_each_child_day_once() -> None:
    rows = (
        ep("2023-03-01", "2023-04-11", rec="X1"),
        ep("2023-04-09", "2023-04-21", "P", "E4A"),
        ep("2023-04-20", "2023-04-10", "P", "X1", CHILD="2"),
    )
    assert care_days(of(*rows), *YEAR_2024) == 20
    assert figure("placement_moves_per_100_care_years", of(*rows)) == (1, 20)


def test_new_placements_are_runs_started_by_a_move_unknown_location_kept() -> None:
    rows = (
        ep("2023-05-01", "2023-06-01", rec="X1", PL_LOCATION="IN"),
        ep("2023-06-01", "2023-07-01", "P", "X1", PL_LOCATION="OUT"),
        ep("2023-07-01", "2023-08-01", "L", "X1", PL_LOCATION="IN"),
        ep("2023-08-01", None, "B"),
    )
    assert figure("new_placements_inside_la_pct", of(*rows)) == (1, 3)


# ---- social workers -------------------------------------------------------------------------------------


def test_three_workers_are_three_ids_and_changes_are_passages() -> None:
    spells = [
        worker("SW1", "2022-01-01", "2023-04-01"),
        worker("SW2", "2023-04-01", "2023-09-01"),
        worker("SW1", "2023-09-01"),
        worker("SW3", "2022-01-01", "2023-03-31"),
    ]
    returns = of(ep("2023-12-01"), sw_episodes=spells)
    assert figure("social_workers_3plus_pct", returns) == (0, 1)
    assert figure("social_worker_changes_mean", returns) == (2, 1)


def test_authorities_without_workers_leave_and_children_without_stay() -> None:
    returns = of(
        ep("2023-12-01"),
        ep("2023-12-01", CHILD="2"),
        ep("2023-12-01", LA="B"),
        sw_episodes=[worker("SW1", "2023-12-01"), worker("SW1", "2023-12-01", LA="B", YEAR=2023)],
    )
    assert figure("social_workers_3plus_pct", returns) == (0, 2)


# ---- missing --------------------------------------------------------------------------------------------


def test_incidents_are_unique_ended_when_left_open_and_merged_when_contained() -> None:
    rows = [
        going("2023-03-20", YEAR=2023),
        going("2023-03-20", "2023-04-02", YEAR=2024),
        going("2023-03-22", "2023-04-02", YEAR=2024),
        going("2023-03-22", "2023-03-23", "A", YEAR=2024),
        going("2023-03-25", None, CHILD="2", YEAR=2023),
    ]
    found = [
        (r["CHILD"], r["MISSING"], str(r["MIS_START"]), str(r["MIS_END"]))
        for r in incidents(of(missing=rows))
    ]
    assert found == [
        ("1", "M", "2023-03-20", "2023-04-02"),
        ("1", "A", "2023-03-22", "2023-03-23"),
        ("2", "M", "2023-03-25", "2023-03-31"),
    ]


def test_incidents_carried_over_count_in_the_year_but_are_not_new_ones() -> None:
    returns = of(
        ep("2022-01-01"), missing=[going("2023-03-30", "2023-04-01"), going("2023-05-01", "2023-05-01")]
    )
    assert figure("missing_incidents_number", returns) == (2, None)
    assert figure("missing_children_number", returns) == (1, None)
    assert figure("missing_children_pct", returns) == (1, 1)
    assert figure("missing_incidents_per_missing_child", returns) == (2, 1)
    assert figure("missing_incidents_per_100_care_years", returns) == (1, 366)
    assert figure("away_children_pct", returns) == (0, 1)


def test_incidents_outside_care_do_not_count() -> None:
    stay = ep("2023-05-01", "2023-06-01", rec="E4A")
    assert figure("missing_incidents_number", of(stay, missing=[going("2023-06-01", "2023-06-02")])) == (
        1,
        None,
    )
    assert figure("missing_incidents_number", of(stay, missing=[going("2023-06-02", "2023-06-03")])) == (
        0,
        None,
    )
    assert figure("missing_incidents_number", of(stay, missing=[going("2023-04-20", "2023-05-01")])) == (
        1,
        None,
    )


# ---- OC2 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "inside"),
    [
        ([ep("2023-04-01")], True),
        ([ep("2023-04-02")], False),
        ([ep("2023-04-02", None, "P")], True),
        ([ep("2020-01-01", "2024-03-31", rec="E4A")], True),
        ([ep("2020-01-01", "2024-03-30", rec="E4A")], False),
        ([ep("2020-01-01", "2023-03-31", rec="X1")], False),
        ([ep("2020-01-01"), ep("2023-03-20", "2023-03-25", rec="E8", LS="V3")], True),
        ([ep("2020-01-01"), ep("2023-05-20", "2023-05-25", rec="E8", LS="V3")], False),
    ],
)
def test_the_year_in_care_follows_the_rule_of_the_return(rows: list[Row], inside: bool) -> None:
    assert looked_after_all_year(of(*rows), REF) == ({("A", "1")} if inside else set())


def test_sdq_is_scored_at_5_to_16_from_0_to_40_without_a_reason() -> None:
    def scores(dob: str | None, **more: Any) -> tuple[Any, Any]:
        returns = of(ep("2020-01-01"), header=[header(dob)], oc2=[oc2(**more)])
        return figure("sdq_mean", returns), figure("sdq_coverage_pct", returns)

    assert scores("2010-01-01", SDQ_SCORE=17) == ((17, 1), (1, 1))
    assert scores("2010-01-01", SDQ_SCORE=41) == ((0, 0), (0, 1))
    assert scores("2010-01-01", SDQ_SCORE=10, SDQ_REASON="SDQ2") == ((0, 0), (0, 1))
    assert scores("2019-04-01", SDQ_SCORE=17) == ((0, 0), (0, 0))
    assert scores("2007-04-01", SDQ_SCORE=0) == ((0, 1), (1, 1))
    assert scores("2007-03-31", SDQ_SCORE=0) == ((0, 0), (0, 0))
    assert scores(None, SDQ_SCORE=0) == ((0, 0), (0, 0))


def test_sdq_concern_starts_at_17() -> None:
    episodes = [ep("2020-01-01", CHILD=str(n)) for n in range(3)]
    headers = [header("2010-01-01", CHILD=str(n)) for n in range(3)]
    rows = [oc2(CHILD=str(n), SDQ_SCORE=score) for n, score in enumerate([16, 17, 40])]
    assert figure("sdq_concern_pct", of(*episodes, header=headers, oc2=rows)) == (2, 3)


def test_blank_flags_leave_both_sides_and_ages_are_those_of_31_march() -> None:
    def flags(dob: str, **more: Any) -> list[Figure]:
        returns = of(ep("2020-01-01"), header=[header(dob)], oc2=[oc2(**more)])
        return [
            figure(m, returns)
            for m in ("cla_convicted_pct", "cla_development_assessment_pct", "cla_immunised_pct")
        ]

    assert flags("2014-03-31", CONVICTED="1", HEALTH_CHECK="1") == [(1, 1), (0, 0), (0, 0)]
    assert flags("2014-04-01", CONVICTED="1", IMMUNISATIONS="0") == [(0, 0), (0, 0), (0, 1)]
    assert flags("2019-04-01", CONVICTED="1", HEALTH_CHECK="1") == [(0, 0), (1, 1), (0, 0)]


def test_the_strict_rule_of_twelve_months_leaves_out_those_who_leave_on_31_march() -> None:
    base = {"header": [header("2010-01-01")], "oc2": [oc2(HEALTH_ASSESSMENT="1")]}
    leaving = of(ep("2020-01-01", "2024-03-31", rec="E4A"), **base)
    assert figure("cla_health_assessment_pct", leaving) == (1, 1)
    assert figure("cla_health_assessment_pct", leaving, oc2_rule=False) == (0, 0)
    assert figure("cla_health_assessment_pct", of(ep("2023-03-31"), **base), oc2_rule=False) == (1, 1)
    assert figure("cla_health_assessment_pct", of(ep("2023-04-01"), **base)) == (1, 1)
    assert figure("cla_health_assessment_pct", of(ep("2023-04-01"), **base), oc2_rule=False) == (0, 0)


def test_oc2_rows_of_another_year_do_not_count() -> None:
    returns = of(ep("2020-01-01"), oc2=[oc2(TEETH_CHECK="1", YEAR=2023), oc2(TEETH_CHECK="0")])
    assert figure("cla_dental_check_pct", returns) == (0, 1)
    assert figure("cla_dental_check_pct", returns, YEAR_2023) == (1, 1)


# ---- care leavers ---------------------------------------------------------------------------------------


def leaver(dob: str | None = "2004-06-01", episodes: tuple[Row, ...] = (), **more: Any) -> Returns:
    return of(*episodes, header=[header(dob)], oc3=[oc3(**more)])


def test_care_leavers_not_known_stay_and_the_dead_and_returned_leave() -> None:
    assert figure("care_leaver_eet_19_21_pct", leaver()) == (1, 1)
    assert figure("care_leaver_eet_19_21_pct", leaver(ACTIV="0")) == (0, 1)
    assert figure("care_leaver_eet_19_21_pct", leaver(ACTIV=None)) == (0, 1)
    assert figure("care_leaver_eet_19_21_pct", leaver(ACTIV="0"), known_only=True) == (0, 0)
    assert figure("care_leaver_eet_19_21_pct", leaver(ACTIV="G5"), known_only=True) == (0, 1)
    assert figure("care_leaver_neet_19_21_pct", leaver(ACTIV="G5", IN_TOUCH="REFU")) == (1, 1)
    assert figure("care_leaver_eet_19_21_pct", leaver(IN_TOUCH="DIED")) == (0, 0)
    assert figure("care_leaver_eet_19_21_pct", leaver(IN_TOUCH="RHOM")) == (0, 0)
    assert figure("care_leaver_eet_17_18_pct", leaver("2005-04-01")) == (1, 1)
    assert figure("care_leaver_eet_17_18_pct", leaver("2005-03-31")) == (0, 0)
    assert figure("care_leaver_eet_19_21_pct", leaver(None)) == (0, 0)


def test_suitable_and_homeless_have_the_accommodation_base() -> None:
    assert figure("care_leaver_suitable_accom_pct", leaver(ACCOM="S1")) == (1, 1)
    assert figure("care_leaver_suitable_accom_pct", leaver(ACCOM="B2")) == (0, 1)
    assert figure("care_leaver_suitable_accom_pct", leaver(ACCOM="0")) == (0, 1)
    assert figure("care_leaver_suitable_accom_pct", leaver(ACCOM=None)) == (0, 1)
    assert figure("care_leaver_suitable_accom_pct", leaver(ACCOM="R1")) == (0, 0)
    assert figure("care_leaver_suitable_accom_pct", leaver(), ages="17-18") == (0, 0)
    assert figure("care_leaver_homeless_pct", leaver(ACCOM="V2")) == (0, 1)
    assert figure("care_leaver_homeless_pct", leaver(ACCOM="V2"), homeless="wide") == (1, 1)
    assert figure("care_leaver_homeless_pct", leaver(ACCOM="G2")) == (0, 0)


def test_transfers_and_children_of_short_breaks_only_are_no_care_leavers() -> None:
    def base(*episodes: Row) -> int:
        return figure("care_leaver_eet_19_21_pct", leaver(episodes=episodes))[1]

    moved = ep("2019-01-01", "2020-01-01", rec="E3")
    assert base(moved) == 0
    assert base(moved, ep("2020-06-01", "2021-01-01", rec="E5")) == 1
    assert base(ep("2019-01-01", "2019-01-05", rec="E8", LS="V4")) == 0


def test_every_measure_of_the_return_has_a_twin() -> None:
    assert len(TWINS) == 60
    empty = of(ep("2023-05-01", "2023-05-01", rec="X1"))
    for name, twin in TWINS.items():
        assert twin(empty, *YEAR_2024) in ([], (0, None), (0, 0)), name


# ---- on drawn data --------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(drawn_returns())
def test_care_days_are_the_stock_of_every_day(returns: Returns) -> None:
    start, end = date(2022, 3, 20), date(2022, 4, 9)
    stock = [len(children_looked_after_on(returns, start + timedelta(n))) for n in range(21)]
    assert care_days(returns, start, end) == sum(stock)


@settings(max_examples=60, deadline=None)
@given(drawn_returns(same_years=False))
def test_drawn_data_keep_their_promises(returns: Returns) -> None:
    ends: dict[tuple[Any, ...], Row] = {}
    for row in returns.episodes:
        if row["DECOM"] is None:
            continue
        assert row["DECOM"] <= year_end(row["YEAR"])
        assert row["DEC"] is None or row["DEC"] <= year_end(row["YEAR"])
        slot = (row["LA"], row["CHILD"], row["DECOM"], row["YEAR"], row["DEC"])
        assert ends.setdefault(slot, row) == row
    for la in returns.authorities():
        mine = returns.of(la)
        years = {row["YEAR"] for row in mine.episodes}
        assert years == set(range(min(years), max(years) + 1)) == {row["YEAR"] for row in mine.header}
