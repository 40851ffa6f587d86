"""Windows: their dates, lengths and labels, the named rules, and windows per child, worked by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.engine.windows import PerChild
from csc_outcomes.errors import InputError, UnknownNameError

Span = tuple[str, str, str]


def spans(windows: csc.Windows) -> list[Span]:
    return [(window.label, str(window.start), str(window.end)) for window in windows]


# ---- one window ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day",
    [
        "2024-03-31",
        dt.date(2024, 3, 31),
        dt.datetime(2024, 3, 31, 13, 30),
        pd.Timestamp("2024-03-31"),
        "2024-03-31T00:00:00",
    ],
)
def test_a_date_is_a_date_or_text_year_first(day: Any) -> None:
    window = csc.Window.snapshot(day)
    assert (window.start, window.end) == (dt.date(2024, 3, 31), dt.date(2024, 3, 31))
    assert type(window.end) is dt.date


@pytest.mark.parametrize(
    "day",
    ["31/03/2024", "03/04/2024", "2024-3-31", "2024-02-30", "", "today", None, 20240331, 2024.0, pd.NaT,
     np.datetime64("2024-03-31")],
)  # fmt: skip
def test_anything_else_is_no_date(day: Any) -> None:
    with pytest.raises(InputError, match="needed a date such as '2024-03-31'"):
        csc.Window.snapshot(day)


def test_a_snapshot_starts_and_ends_on_its_day() -> None:
    window = csc.Window.snapshot("2024-03-31")
    assert window.is_day
    assert window.label == "2024-03-31"
    assert window.last_day == window
    assert window.months is None


def test_a_period_has_both_ends_in_it() -> None:
    window = csc.Window("2023-01-01", "2023-06-30", label="pilot")
    assert not window.is_day
    assert (window.label, window.months, window.years) == ("pilot", 6, 0.5)
    assert csc.Window("2023-01-01", "2023-06-30").label == "2023-01-01 to 2023-06-30"
    assert spans(csc.Windows.of(window.last_day)) == [("pilot", "2023-06-30", "2023-06-30")]


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("2024-03-31", "2024-03-30", "needed an end on or after the start, found 2024-03-31 to 2024-03-30"),
        ("1948-07-04", "2024-03-31", "needed dates from 1948-07-05 to 2098-12-31"),
        ("2024-03-31", "2099-01-01", "needed dates from 1948-07-05 to 2098-12-31"),
    ],
)
def test_impossible_windows_are_refused(start: str, end: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        csc.Window(start, end)


def test_the_first_and_the_last_possible_day() -> None:
    assert csc.Window("1948-07-05", "2098-12-31").start.year == 1948


@pytest.mark.parametrize(
    ("end", "start"),
    [
        ("2024-03-31", "2023-04-01"),
        ("2023-12-31", "2023-01-01"),
        ("2023-10-14", "2022-10-15"),
        ("2024-02-29", "2023-03-01"),
        ("2023-02-28", "2022-03-01"),
        ("2024-02-28", "2023-02-28"),  # the day after is the 29th, and a year before it the 28th
    ],
)
def test_a_year_to_a_day_is_twelve_months_and_exactly_one_year(end: str, start: str) -> None:
    window = csc.Window.year_to(end)
    assert str(window.start) == start
    assert (window.months, window.years) == (12, 1.0)


def test_a_year_to_a_day_may_have_a_label() -> None:
    assert csc.Window.year_to("2024-03-31", label="last year").label == "last year"


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2023-04-01", "2023-04-30", 1),
        ("2024-02-01", "2024-02-29", 1),
        ("2023-02-01", "2023-02-28", 1),
        ("2023-04-15", "2023-07-14", 3),
        ("2023-01-31", "2023-02-27", 1),  # the 31st a month later is the 28th
        ("2022-02-15", "2023-10-14", 20),
        ("2021-04-01", "2024-03-31", 36),
        ("2023-04-01", "2023-04-29", None),
        ("2023-04-01", "2023-05-01", None),
        ("2023-04-15", "2023-07-15", None),
    ],
)
def test_whole_calendar_months(start: str, end: str, months: int | None) -> None:
    window = csc.Window(start, end)
    assert window.months == months
    if months is not None:
        assert window.years == months / 12


@pytest.mark.parametrize(
    ("start", "end", "days", "year"),
    [
        ("2022-04-01", "2022-07-09", 100, 365),
        ("2023-04-01", "2023-07-09", 100, 366),  # 29 February 2024 lies in the year from 1 April 2023
        ("2024-04-01", "2024-07-09", 100, 365),
        ("2023-03-01", "2024-02-28", 365, 366),
        ("2023-04-01", "2024-04-01", 367, 366),
        ("2024-03-31", "2024-03-31", 1, 365),
    ],
)
def test_other_lengths_in_days_of_their_year(start: str, end: str, days: int, year: int) -> None:
    assert csc.Window(start, end).years == days / year


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2023-04-01", "2024-03-31", True),
        ("2024-03-31", "2024-03-31", True),
        ("2023-01-01", "2023-12-31", False),
        ("2022-04-01", "2024-03-31", False),
        ("2023-04-02", "2024-03-31", False),
        ("2024-03-30", "2024-03-30", False),
    ],
)
def test_return_years(start: str, end: str, expected: bool) -> None:
    assert csc.Window(start, end).is_return_year is expected


# ---- several windows ----------------------------------------------------------------------------------

DAY = csc.Window.snapshot("2024-03-31")
YEAR = csc.Window.year_to("2024-03-31")


def test_windows_are_taken_one_by_one_or_together() -> None:
    assert list(csc.Windows.of(DAY)) == [DAY]
    assert list(csc.Windows.of([DAY, YEAR])) == [DAY, YEAR]
    assert list(csc.Windows.of((YEAR,))) == [YEAR]
    both = csc.Windows((DAY, YEAR))
    assert csc.Windows.of(both) is both
    around = csc.Windows.around("2023-04-01")
    assert len(csc.Windows.of([DAY, around])) == 3
    assert both["2024-03-31"] is DAY


@pytest.mark.parametrize("windows", ["2024-03-31", ["2024-03-31"], None, 2024, [DAY, None], {"a": DAY}])
def test_other_things_are_no_windows(windows: Any) -> None:
    with pytest.raises(InputError, match=r"needed csc\.Window.*write csc\.Window\.snapshot"):
        csc.Windows.of(windows)


def test_no_window_is_refused() -> None:
    with pytest.raises(InputError, match="needed at least one window, found none"):
        csc.Windows.of([])


def test_labels_must_differ() -> None:
    with pytest.raises(InputError, match="labels must differ, found twice: 2024-03-31"):
        csc.Windows.of([DAY, csc.Window.snapshot("2024-03-31")])
    with pytest.raises(InputError, match="found twice: baseline, follow_up"):
        csc.Windows.of([csc.Windows.around("2023-04-01"), csc.Windows.around("2022-04-01")])


def test_an_unknown_label_is_named_with_near_ones() -> None:
    with pytest.raises(UnknownNameError, match="window 'follow-up' does not exist; did you mean follow_up"):
        csc.Windows.around("2023-04-01")["follow-up"]


# ---- the named rules ----------------------------------------------------------------------------------

BEFORE: Span = ("baseline", "2022-10-15", "2023-10-14")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, [BEFORE, ("follow_up", "2023-10-15", "2024-10-14")]),
        ({"months": 12}, [BEFORE, ("follow_up", "2023-10-15", "2024-10-14")]),
        ({"rule": "immediate"}, [BEFORE, ("follow_up", "2023-10-15", "2024-10-14")]),
        ({"rule": "immediate", "washout_months": 3}, [BEFORE, ("follow_up", "2024-01-15", "2025-01-14")]),
        (
            {"months": 6},
            [("baseline", "2022-10-15", "2023-04-14"), ("follow_up", "2023-10-15", "2024-04-14")],
        ),
        (
            {"rule": "seasonal", "months": 6, "washout_months": 2},
            [("baseline", "2022-12-15", "2023-06-14"), ("follow_up", "2023-12-15", "2024-06-14")],
        ),
        (
            {"rule": "seasonal", "months": 6, "washout_months": 6},
            [("baseline", "2023-04-15", "2023-10-14"), ("follow_up", "2024-04-15", "2024-10-14")],
        ),
        (
            {"rule": "extended_20m"},
            [("baseline", "2022-02-15", "2023-10-14"), ("follow_up", "2023-10-15", "2025-06-14")],
        ),
        (
            {"rule": "extended_20m", "washout_months": 1},
            [("baseline", "2022-02-15", "2023-10-14"), ("follow_up", "2023-11-15", "2025-07-14")],
        ),
        (
            {"rule": "history_3y"},
            [
                ("baseline_1", "2020-10-15", "2021-10-14"),
                ("baseline_2", "2021-10-15", "2022-10-14"),
                ("baseline_3", "2022-10-15", "2023-10-14"),
                ("follow_up", "2023-10-15", "2024-10-14"),
            ],
        ),
        (
            {"rule": "history_3y", "follow_up_years": 2, "washout_months": 6},
            [
                ("baseline_1", "2020-10-15", "2021-10-14"),
                ("baseline_2", "2021-10-15", "2022-10-14"),
                ("baseline_3", "2022-10-15", "2023-10-14"),
                ("follow_up_1", "2024-04-15", "2025-04-14"),
                ("follow_up_2", "2025-04-15", "2026-04-14"),
            ],
        ),
        (
            {"rule": "reporting_year"},
            [
                ("baseline", "2022-04-01", "2023-03-31"),
                ("partial", "2023-04-01", "2024-03-31"),
                ("follow_up", "2024-04-01", "2025-03-31"),
            ],
        ),
        (
            {"rule": "reporting_year", "washout_months": 8},
            [
                ("baseline", "2022-04-01", "2023-03-31"),
                ("partial_1", "2023-04-01", "2024-03-31"),
                ("partial_2", "2024-04-01", "2025-03-31"),
                ("follow_up", "2025-04-01", "2026-03-31"),
            ],
        ),
        (
            {"rule": "snapshot"},
            [
                ("baseline", "2023-03-31", "2023-03-31"),
                ("partial", "2024-03-31", "2024-03-31"),
                ("follow_up", "2025-03-31", "2025-03-31"),
            ],
        ),
        (
            {"rule": "snapshot", "washout_months": 6},  # the first day from 15 April 2025 on
            [
                ("baseline", "2023-03-31", "2023-03-31"),
                ("partial_1", "2024-03-31", "2024-03-31"),
                ("partial_2", "2025-03-31", "2025-03-31"),
                ("follow_up", "2026-03-31", "2026-03-31"),
            ],
        ),
    ],
    ids=str,
)
def test_rules_around_15_october_2023(arguments: dict[str, Any], expected: list[Span]) -> None:
    assert spans(csc.Windows.around("2023-10-15", **arguments)) == expected


@pytest.mark.parametrize(
    ("anchor", "rule", "expected"),
    [
        # A reporting year that ends on the anchor contains it: it is exposed for a day.
        (
            "2023-03-31",
            "reporting_year",
            [
                ("baseline", "2021-04-01", "2022-03-31"),
                ("partial", "2022-04-01", "2023-03-31"),
                ("follow_up", "2023-04-01", "2024-03-31"),
            ],
        ),
        (
            "2023-04-01",
            "reporting_year",
            [("baseline", "2022-04-01", "2023-03-31"), ("follow_up", "2023-04-01", "2024-03-31")],
        ),
        # Strictly before the anchor, and twelve months after it to the day.
        (
            "2023-03-31",
            "snapshot",
            [
                ("baseline", "2022-03-31", "2022-03-31"),
                ("partial", "2023-03-31", "2023-03-31"),
                ("follow_up", "2024-03-31", "2024-03-31"),
            ],
        ),
        (
            "2023-04-01",
            "snapshot",
            [
                ("baseline", "2023-03-31", "2023-03-31"),
                ("partial", "2024-03-31", "2024-03-31"),
                ("follow_up", "2025-03-31", "2025-03-31"),
            ],
        ),
        (
            "2024-02-29",
            "immediate",
            [("baseline", "2023-02-28", "2024-02-28"), ("follow_up", "2024-02-29", "2025-02-27")],
        ),
        (
            "2023-05-31",
            "extended_20m",  # 20 months before 31 May 2023 is 30 September 2021
            [("baseline", "2021-09-30", "2023-05-30"), ("follow_up", "2023-05-31", "2025-01-30")],
        ),
    ],
)
def test_rules_at_the_edges(anchor: str, rule: Any, expected: list[Span]) -> None:
    assert spans(csc.Windows.around(anchor, rule)) == expected


def test_both_sides_of_29_february_are_years() -> None:
    assert [window.years for window in csc.Windows.around("2024-02-29")] == [1.0, 1.0]


def test_windows_of_twenty_months_admit_rates_only() -> None:
    windows = csc.Windows.around("2023-10-15", "extended_20m")
    assert [window.rates_only for window in windows] == [True, True]
    assert "no counts" in windows.notes[0]
    assert [window.rates_only for window in csc.Windows.around("2023-10-15")] == [False, False]


def test_rules_say_what_is_partial() -> None:
    assert "partial" in csc.Windows.around("2023-10-15", "reporting_year").notes[0]
    assert csc.Windows.around("2023-04-01", "reporting_year").notes == ()
    assert "never pooled" in csc.Windows.around("2023-10-15", "history_3y").notes[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rule": "immediate", "months": 6}, "use rule='seasonal' for a shorter follow-up"),
        ({"rule": "seasonal"}, "needs months=, the length of the follow-up, of 12 at most"),
        ({"rule": "seasonal", "months": 13}, "of 12 at most"),
        ({"rule": "seasonal", "months": 6, "washout_months": 7}, "no seasonal baseline"),
        ({"rule": "history_3y", "follow_up_years": 0}, "needed follow_up_years of 1 or more, found 0"),
        ({"months": 0}, "months of 1 or more"),
        ({"washout_months": -1}, "washout_months of 0 or more"),
    ],
)
def test_rules_refuse_lengths_that_do_not_fit(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        csc.Windows.around("2023-10-15", **arguments)


def test_an_unknown_rule_is_named_with_near_ones() -> None:
    with pytest.raises(UnknownNameError, match="rule 'seasonel' does not exist; did you mean seasonal"):
        csc.Windows.around("2023-10-15", "seasonel")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="anchor: needed a date"):
        csc.Windows.around("15/10/2023")


# ---- windows per child --------------------------------------------------------------------------------

COHORT = {"LA": ["A", "A", "B"], "CHILD": [1, 2, 1], "index_date": ["2023-05-01", "15/06/2023", "2023-07-01"]}


def test_windows_per_child() -> None:
    windows = csc.Windows.per_child(
        pd.DataFrame(COHORT), follow_up_months=6, baseline_months=3, washout_months=1
    )
    assert windows.per_child_windows == (PerChild("baseline", 3, 0, 0), PerChild("follow_up", 0, 6, 1))
    assert (len(windows), list(windows)) == (2, [])
    assert windows.cohort is not None
    assert windows.cohort.sort("SPELL").to_dicts() == [
        {"SPELL": 0, "LA": "A", "CHILD": "1", "INDEX_DATE": dt.date(2023, 5, 1), "ARM": "unknown"},
        {"SPELL": 1, "LA": "A", "CHILD": "2", "INDEX_DATE": dt.date(2023, 6, 15), "ARM": "unknown"},
        {"SPELL": 2, "LA": "B", "CHILD": "1", "INDEX_DATE": dt.date(2023, 7, 1), "ARM": "unknown"},
    ]
    assert windows.arms == []


def test_the_baseline_is_as_long_as_the_follow_up_unless_said_otherwise() -> None:
    windows = csc.Windows.per_child(pd.DataFrame(COHORT), follow_up_months=9)
    assert [(entry.before, entry.after) for entry in windows.per_child_windows] == [(9, 0), (0, 9)]


@pytest.mark.parametrize("kind", ["pandas", "polars", "upper case", "floats", "dates"])
def test_a_cohort_comes_in_any_frame(kind: str) -> None:
    frame = pd.DataFrame(COHORT | {"arm": ["pilot", "comparison", " "]})
    frames: dict[str, Any] = {
        "pandas": frame,
        "polars": pl.DataFrame(frame),
        "upper case": frame.rename(columns=str.upper),
        "floats": frame.astype({"CHILD": float}),
        "dates": frame.assign(index_date=pd.to_datetime(["2023-05-01", "2023-06-15", "2023-07-01"])),
    }
    windows = csc.Windows.per_child(frames[kind])
    assert windows.cohort is not None
    assert windows.cohort["CHILD"].to_list() == ["1", "2", "1"]
    assert windows.cohort["INDEX_DATE"].to_list() == [
        dt.date(2023, 5, 1),
        dt.date(2023, 6, 15),
        dt.date(2023, 7, 1),
    ]
    assert windows.cohort["ARM"].to_list() == ["pilot", "comparison", "unknown"]
    assert windows.arms == ["comparison", "pilot"]


def test_a_child_may_be_in_the_cohort_twice_but_not_on_one_day() -> None:
    twice = pd.DataFrame({"LA": "A", "CHILD": "1", "index_date": ["2023-05-01", "2023-09-01"]})
    assert csc.Windows.per_child(twice).cohort is not None
    same = pd.concat([twice, twice.head(1)])
    with pytest.raises(InputError, match="1 rows repeat a child and index date"):
        csc.Windows.per_child(same)


def test_columns_that_a_cohort_lacks_are_named() -> None:
    with pytest.raises(InputError, match=r"found LA, START; missing: CHILD, INDEX_DATE"):
        csc.Windows.per_child(pd.DataFrame({"LA": ["A"], "start": ["2023-05-01"]}))


def test_what_is_wrong_with_a_cohort_is_named_at_once_without_values() -> None:
    frame = pd.DataFrame(
        {
            "LA": ["A", None, "A"],
            "CHILD": ["", "secretive", "secretive"],
            "index_date": ["soon", "2023-05-01", None],
        }
    )
    with pytest.raises(InputError, match="3 problems") as caught:
        csc.Windows.per_child(frame)
    text = str(caught.value)
    assert "1 rows without a (readable) LA" in text
    assert "1 rows without a (readable) CHILD" in text
    assert "2 rows without a (readable) INDEX_DATE" in text
    assert "secretive" not in text
    assert "soon" not in text


def test_an_empty_cohort_is_refused() -> None:
    with pytest.raises(InputError, match="cohort cannot be used as given: no row"):
        csc.Windows.per_child(pd.DataFrame(COHORT).head(0))
    with pytest.raises(InputError, match="needed a pandas, Polars"):
        csc.Windows.per_child([("A", "1", "2023-05-01")])


@pytest.mark.parametrize("months", [{"follow_up_months": 0}, {"baseline_months": 0}, {"washout_months": -1}])
def test_lengths_below_a_month_are_refused(months: dict[str, int]) -> None:
    with pytest.raises(InputError, match="at least 1 month"):
        csc.Windows.per_child(pd.DataFrame(COHORT), **months)


def test_a_cohort_stands_alone() -> None:
    with pytest.raises(InputError, match=r"needed csc\.Window"):
        csc.Windows.of([DAY, csc.Windows.per_child(pd.DataFrame(COHORT))])


def test_windows_given_in_a_list_keep_what_there_is_to_say_of_them() -> None:
    rule = csc.Windows.around("2023-10-01", rule="extended_20m")
    assert csc.Windows.of([rule]).notes == rule.notes != ()
