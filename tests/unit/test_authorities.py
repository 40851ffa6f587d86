"""The authorities of England: every code leads to one authority, and changes are where they belong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import csc_outcomes as csc
from csc_outcomes.definitions.authorities import ENGLAND, REGIONS, every, find, lookup, region
from csc_outcomes.definitions.tables import year_ending
from csc_outcomes.errors import InputError, UnknownNameError

NOW = [one for one in every().values() if one.until is None]


def test_there_are_153_authorities_and_those_that_ended() -> None:
    assert len(NOW) == 153
    assert {one.code for one in every().values() if one.until} == {
        "820", "835", "836", "837", "875", "909", "928",
    }  # fmt: skip
    assert [sum(one.region_code == code for one in NOW) for code in REGIONS] == [
        12, 24, 15, 10, 14, 11, 0, 19, 15, 14, 19,
    ]  # fmt: skip


def test_codes_are_well_formed_and_none_is_two_authorities() -> None:
    held = [code.code for one in every().values() for code in one.codes]
    assert len(held) == len(set(held))
    assert all(code[0] == "E" and code[1:].isdigit() and len(code) == 9 for code in held)
    assert all(len(code) == 3 and code.isdigit() and every()[code].code == code for code in every())
    assert {one.region_code for one in every().values()} == set(REGIONS) - {"E12000007"}
    assert all(REGIONS[one.region_code] == one.region_name for one in every().values())
    assert [one.code for one in every().values() if not one.codes] == ["820", "875"]


def test_codes_follow_each_other_without_gap_or_overlap() -> None:
    for one in every().values():
        for before, after in zip(one.codes, one.codes[1:], strict=False):
            assert before.until is not None
            assert after.since == before.until + timedelta(days=1)
        if one.codes:
            assert (one.codes[0].since, one.codes[-1].until) == (one.since, one.until)


def test_predecessors_and_successors_mirror_each_other_and_meet() -> None:
    for one in every().values():
        for code in one.successors:
            assert one.code in every()[code].predecessors
            assert one.until is not None
            assert every()[code].since == one.until + timedelta(days=1)
        for code in one.predecessors:
            assert one.code in every()[code].successors
        assert (one.until is None) == (not one.successors)
        assert all(one.code in every()[code].returned_with for code in one.returned_with)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("301", "301"),
        ("E09000002", "301"),
        (" e09000002 ", "301"),
        ("E08000020", "390"),
        ("E08000037", "390"),
        ("E06000048", "929"),
        ("E10000002", "825"),
        ("E10000023", "815"),
        ("E06000066", "933"),
        ("E08000016", "370"),
        ("E08000039", "373"),
        ("Bristol", "801"),
        ("Bristol, City of", "801"),
        ("City of Bristol", "801"),
        ("bristol city council", "801"),
        ("City of London", "201"),
        ("St Helens", "342"),
        ("Barking & Dagenham", "301"),
        ("Bedford Borough", "822"),
        ("Dorset", "838"),
        ("835", "835"),
        ("E10000009", "835"),
        ("Poole", "836"),
        ("Northamptonshire", "928"),
        ("Cumbria", "909"),
        ("Bournemouth", "837"),
        ("Bournemouth, Christchurch and Poole", "839"),
    ],
)
def test_found_by_codes_of_any_time_and_by_name(text: str, code: str) -> None:
    assert find(text).code == code


def test_what_is_not_there_is_an_error_with_near_names() -> None:
    with pytest.raises(UnknownNameError, match="'Gatshead' does not exist; did you mean Gateshead"):
        find("Gatshead")
    assert lookup("999") is lookup("E06900001") is lookup("") is None
    with pytest.raises(InputError, match="needed a code or name as text, found int"):
        find(301)  # type: ignore[arg-type]


def test_the_code_of_a_day() -> None:
    north_yorkshire = find("815")
    assert north_yorkshire.ons_code_on(date(2023, 3, 31)) == "E10000023"
    assert north_yorkshire.ons_code_on(date(2023, 4, 1)) == "E06000065"
    assert north_yorkshire.ons_code == "E06000065"
    assert find("909").ons_code_on(date(2024, 3, 31)) is None
    assert find("942").ons_code_on(date(2023, 3, 31)) is None


def test_years_are_return_years() -> None:
    assert (find("909").first_year, find("909").last_year) == (None, 2023)
    assert (find("942").first_year, find("942").last_year) == (2024, None)
    assert year_ending(date(2024, 3, 31)) == 2024
    assert year_ending(date(2024, 4, 1)) == 2025
    assert find("838").existed(date(2019, 4, 1), date(2020, 3, 31))
    assert not find("838").existed(date(2018, 4, 1), date(2019, 3, 31))
    assert find("835").existed(date(2018, 4, 1), date(2019, 3, 31))
    assert not find("835").existed(date(2019, 4, 1), date(2020, 3, 31))


def test_regions_by_code_and_name() -> None:
    assert [region(name) for name in REGIONS.values()] == list(REGIONS)
    assert region("Yorkshire and the Humber") == "E12000003"
    assert region("London (Inner)") == "E13000001"
    assert region("e92000001") == region("England") == ENGLAND
    assert region("Barnsley") is None


def test_the_frame_says_it_all() -> None:
    frame = csc.authorities().set_index("code")
    assert len(frame) == len(every())
    assert list(frame.columns) == [
        "ons_code", "name", "region_code", "region_name", "first_year", "last_year", "predecessors", "successors",
        "returned_with", "ons_codes",
    ]  # fmt: skip
    assert frame.loc["839", "predecessors"] == "835, 836, 837"
    assert frame.loc["835", "successors"] == "838, 839"
    assert frame.loc["940", "returned_with"] == "941"
    assert frame.loc["390", "ons_codes"] == "E08000020 to 2013-03-31; E08000037 from 2013-04-01"
    assert frame["last_year"].notna().sum() == 7
    assert frame.loc["928", "last_year"] == 2021
    assert frame.loc["201", "name"] == "City of London"
