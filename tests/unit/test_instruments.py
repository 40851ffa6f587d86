"""Questionnaires: worked examples, what is refused, bands, change, and what every instrument must declare."""

from __future__ import annotations

import math
import subprocess
import sys
from decimal import Decimal
from typing import Any

import attrs
import numpy as np
import pandas as pd
import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes import instruments
from csc_outcomes.errors import DefinitionError, InputError, UnknownNameError
from csc_outcomes.instruments import Bands, Direction, Instrument, Reversal, State, Subscale, steps
from csc_outcomes.instruments.registry import INSTRUMENTS, needs

quiet = pytest.mark.filterwarnings("ignore::csc_outcomes.instruments.UnverifiedKeyWarning")
pytestmark = quiet


def frame_of(*people: Any) -> pd.DataFrame:
    """Answers per respondent: numbers, or a text of digits with `-` for a missing one."""
    rows = [[None if c == "-" else float(c) for c in p] if isinstance(p, str) else list(p) for p in people]
    columns = [f"i{item}" for item in range(1, len(rows[0]) + 1)]
    return pd.DataFrame(rows, columns=columns, dtype=float)


def scores_of(name: Any, *people: Any, **choices: Any) -> list[list[float]]:
    """Scores per respondent, in the order of the scales."""
    frame = instruments.score(name, frame_of(*people), **choices)
    per_person = len(frame) // len(people)
    return [frame["score"].tolist()[n : n + per_person] for n in range(0, len(frame), per_person)]


def one(name: Any, person: Any, scale: str = "total", **choices: Any) -> pd.Series[Any]:
    frame = instruments.score(name, frame_of(person), **choices)
    return frame[frame["scale"] == scale].iloc[0]


def message(error: type[Exception], call: Any) -> str:
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


# Worked examples: SDQ

NAN = float("nan")
SDQ_SCALES = ["emotional", "conduct", "hyperactivity", "peer", "prosocial", "total"]
SDQ_SCALES += ["internalising", "externalising"]
SDQ_EXAMPLES = {
    "S1": ("0" * 25, [0, 2, 4, 4, 0, 10, 4, 6], "normal"),
    "S2": ("1" * 25, [5, 5, 5, 5, 5, 20, 10, 10], "abnormal"),
    "S3": ("2" * 25, [10, 8, 6, 6, 10, 30, 16, 14], "abnormal"),
    "S4": ("0220220202022022022002220", [10, 10, 10, 10, 0, 40, 20, 20], "abnormal"),
    "S5": ("2002002020200200200220002", [0, 0, 0, 0, 10, 0, 0, 0], "normal"),
    "S6": ("1012002012020001100021020", [4, 3, 4, 4, 5, 15, 8, 7], "borderline"),
    "S7": ("10-2002-12020001100021020", [5, 3, 4, 4, 5, 16, 9, 7], "borderline"),
    "S8": ("10-2002-1202-001100021020", [NAN, 3, 4, 4, 5, NAN, NAN, 7], None),
    "S9": ("00100001000000000000000-0", [3, 2, 4, 4, 0, 13, 7, 6], "normal"),
    "S10": ("002000020000000-0000000-0", [7, 2, 4, 4, 0, 17, 11, 6], "abnormal"),
}


@pytest.mark.parametrize("name", SDQ_EXAMPLES)
def test_sdq_worked_examples(name: str) -> None:
    answers, expected, band = SDQ_EXAMPLES[name]
    frame = instruments.score("sdq", frame_of(answers), informant="parent")
    assert frame["scale"].tolist() == SDQ_SCALES
    assert frame["score"].tolist() == pytest.approx(expected, nan_ok=True)
    total = frame[frame["scale"] == "total"].iloc[0]
    assert (total["band"] == band) if band else pd.isna(total["band"])
    assert total["status"] == ("ok" if band else "too_few_items")


def test_columns_and_types_of_the_result() -> None:
    frame = instruments.score("sdq", frame_of("1" * 25, "-" * 25), informant="parent")
    assert list(frame.columns) == [
        "respondent",
        "scale",
        "score",
        "n_answered",
        "n_items",
        "prorated",
        "band",
        "direction",
        "rule_id",
        "status",
    ]
    assert frame["respondent"].tolist() == [0] * 8 + [1] * 8
    assert frame["prorated"].dtype == bool
    assert frame["score"].isna().tolist() == [False] * 8 + [True] * 8
    nobody = frame[frame["respondent"] == 1]
    assert set(nobody["status"]) == {"too_few_items"}
    assert set(nobody["n_answered"]) == {0}
    assert nobody["band"].isna().all()
    assert not nobody["prorated"].any()
    by_scale = frame.groupby("scale")["direction"].first()
    assert by_scale["prosocial"] == "higher_is_better"
    assert set(by_scale.drop("prosocial")) == {"higher_is_worse"}


def test_a_prorated_scale_is_flagged_and_so_is_the_total_it_is_part_of() -> None:
    frame = instruments.score("sdq", frame_of(SDQ_EXAMPLES["S7"][0]), informant="parent")
    assert frame[frame["prorated"]]["scale"].tolist() == ["emotional", "total", "internalising"]
    assert frame[frame["scale"] == "total"]["n_answered"].tolist() == [18]


@pytest.mark.parametrize(
    ("name", "answers", "informant", "expected"),
    [
        ("sdq_impact", "21301", "parent", 3),
        ("sdq_impact", "01011", "self", 0),
        ("sdq_impact", "33333", "carer", 10),
        ("sdq_impact_teacher", "223", "teacher", 4),
    ],
)
def test_impact_worked_examples(name: str, answers: str, informant: str, expected: int) -> None:
    row = one(name, answers, "impact", informant=informant)
    assert (row["score"], row["status"]) == (expected, "ok")


def test_impact_is_never_prorated() -> None:
    row = one("sdq_impact", "2130-", "impact", informant="parent")
    assert math.isnan(row["score"])
    assert (row["status"], row["n_answered"]) == ("too_few_items", 4)


def test_impact_is_zero_where_the_supplement_was_rightly_skipped() -> None:
    items = frame_of("-----", "01---", "21301", "-----", "01101")
    items["difficulties"] = [0, 0, 0, np.nan, 3]
    with pytest.warns(instruments.UnverifiedKeyWarning) as caught:
        frame = instruments.score("sdq_impact", items, informant="parent")
    assert frame["score"].tolist() == pytest.approx([0, 0, NAN, NAN, 0], nan_ok=True)
    assert frame["status"].tolist() == ["ok", "ok", "contradictory", "too_few_items", "ok"]
    assert not frame["prorated"].any()
    assert any("no difficulties" in str(warning.message) for warning in caught)
    items["difficulties"] = 4
    assert "difficulties" in message(
        InputError, lambda: instruments.score("sdq_impact", items, informant="parent")
    )


def test_a_contradiction_is_no_prorated_score() -> None:
    lenient = instruments.get("sdq_impact").with_missing(instruments.PRORATE_80)
    items = frame_of("2130-", "2130-").assign(difficulties=[0, 2])
    frame = instruments.score(lenient, items, informant="parent")
    assert frame["status"].tolist() == ["contradictory", "ok"]
    assert frame["prorated"].tolist() == [False, True]


# Worked examples: other instruments


def test_cyrm_worked_examples() -> None:
    assert scores_of("cyrm_r", "1" * 17, "5" * 17, "45344542434434543", "12345123451234512") == [
        [10, 7, 17],
        [50, 35, 85],
        [38, 27, 65],
        [27, 21, 48],
    ]
    assert scores_of("cyrm28", "3" * 28, ("12345" * 6)[:28], "5" * 28) == [
        [33, 21, 30, 84],
        [36, 17, 28, 81],
        [55, 35, 50, 140],
    ]


def test_cyrm_with_three_response_points() -> None:
    assert scores_of("cyrm_r", "3" * 17, points=3) == [[30, 21, 51]]
    text = message(InputError, lambda: scores_of("cyrm_r", "4" * 17, points=3))
    assert "answers outside 1 to 3" in text
    rules = {one("cyrm_r", "3" * 17, points=points)["rule_id"] for points in (3, 5)}
    assert rules == {"cyrm_r.1:points=3", "cyrm_r.1:points=5"}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("0" * 12, [0, 0, 0, 0]),
        ("1" * 12, [12, 0, 0, 6]),
        ("2" * 12, [24, 12, 12, 12]),
        ("3" * 12, [36, 12, 24, 12]),
        ("121122113012", [17, 5, 6, 6]),
    ],
)
def test_ghq12_worked_examples(answers: str, expected: list[int]) -> None:
    ways = ("likert", "ghq", "modified_likert", "c_ghq")
    assert [one("ghq12", answers, scoring=way)["score"] for way in ways] == expected


def test_ghq28_worked_examples() -> None:
    answers = "2101210" + "2221301" + "1121121" + "0010000"
    assert scores_of("ghq28", answers, "1" * 28, scoring="likert") == [[7, 11, 9, 1, 28], [7, 7, 7, 7, 28]]
    assert scores_of("ghq28", answers, "1" * 28, scoring="ghq") == [[2, 4, 2, 0, 8], [0] * 5]


def test_cprs_worked_examples() -> None:
    people = ("1" * 15, "5" * 15, "515154524121124", "342533242454343", "424244424222224")
    assert scores_of("cprs_short", *people) == [
        [8, 7, 47],
        [40, 35, 43],
        [11, 32, 69],
        [33, 18, 33],
        [16, 28, 60],
    ]
    rule = one("cprs_short", "1" * 15, "positive_total")["rule_id"]
    assert "own scale" in rule.split(":")


def test_harter_worked_examples() -> None:
    child = [[7 * (i - 1) % 4 + 1 for i in range(1, 37)], [(i - 1) // 6 % 4 + 1 for i in range(1, 37)]]
    found = scores_of("harter_sppc", [4] * 36, *child, reverse="already_keyed")
    assert found[0] == [4.0] * 6
    assert found[1] == [2.0, 3.0, 2.0, 3.0, 2.0, 3.0]
    assert found[2] == pytest.approx([13 / 6] * 6)
    adolescent = [3 * (i - 1) % 4 + 1 for i in range(1, 46)]
    expected = [2.2, 2.8, 2.6, 2.4, 2.2, 2.8, 2.6, 2.4, 2.2]
    assert scores_of("harter_sppa", adolescent, reverse=())[0] == pytest.approx(expected)
    friendship = one("harter_sppa", adolescent, "close_friendship", reverse=())
    assert friendship["score"] == pytest.approx(2.4)


def test_harter_allows_one_missing_item_of_a_scale() -> None:
    answers: list[float | None] = [3.0] * 36
    answers[0] = answers[1] = answers[7] = None
    frame = instruments.score("harter_sppc", frame_of(answers), reverse="already_keyed")
    assert frame["score"].tolist() == pytest.approx([3, NAN, 3, 3, 3, 3], nan_ok=True)
    assert frame["prorated"].tolist() == [True, False, False, False, False, False]


def test_friendship_worked_examples() -> None:
    found = scores_of("fqq", [4] * 41, [i % 5 for i in range(1, 42)], [0] * 41)
    assert found[0] == [4.0] * 6
    assert found[1] == pytest.approx([1.4, 2 / 3, 13 / 7, 26 / 9, 2.2, 7 / 3])
    assert found[2] == [0.0] * 6


def test_the_warm_up_of_the_friendship_questionnaire_may_be_left_out() -> None:
    whole = frame_of([i % 5 for i in range(1, 42)])
    without = instruments.score("fqq", whole.drop(columns="i1"))
    pd.testing.assert_frame_equal(without, instruments.score("fqq", whole))
    assert "i2" in message(InputError, lambda: instruments.score("fqq", whole.drop(columns="i2")))


def test_swemwbs_worked_examples() -> None:
    people = ("1111111", "3333333", "3433443", "2231333", "5555555")
    expected = [[7.0, 7], [19.25, 21], [21.54, 24], [16.88, 17], [35.0, 35]]
    assert scores_of("swemwbs", *people) == expected
    row = one("swemwbs", "33-3333")
    assert (row["status"], row["n_answered"]) == ("too_few_items", 6)


def test_wemwbs_takes_the_mean_of_the_person_for_up_to_three_items() -> None:
    row = one("wemwbs", "4" * 11 + "---")
    assert (row["score"], row["prorated"]) == (56, True)
    assert one("wemwbs", "4" * 10 + "----")["status"] == "too_few_items"


def test_rosenberg_worked_examples() -> None:
    people = ("3" * 10, "0" * 10, "3033003003", "2122122112")
    assert scores_of("rosenberg", *people, reverse="common") == [[15], [15], [30], [19]]
    shifted = ["".join(str(int(c) + 1) for c in person) for person in people]
    assert scores_of("rosenberg", *shifted, reverse="common", scoring="1-4") == [[25], [25], [40], [29]]


def test_rosenberg_orders_differ() -> None:
    answers = "3033003003"
    assert one("rosenberg", answers, reverse="book_1965")["score"] != 30
    by_hand = one("rosenberg", answers, reverse=[2, 5, 6, 8, 9])
    assert by_hand["score"] == 30
    assert "reverse=2+5+6+8+9" in by_hand["rule_id"].split(":")


def test_outcome_rating_worked_examples() -> None:
    people = ([6.2, 5.1, 7.0, 6.4], [2.0, 3.5, 4.1, 2.9], [10, 10, 10, 10])
    frame = instruments.score("ors", frame_of(*people), bands="adult")
    assert frame["score"].tolist() == [24.7, 12.5, 40.0]
    below, above = "below the cut-off", "at or above the cut-off"
    assert frame["band"].tolist() == [below, below, above]


def test_decimals_leave_nothing_behind_at_a_cut_off() -> None:
    lines = [2.1, 7.6, 7.6, 7.7]
    assert sum(lines) != 25
    row = one("ors", lines, bands="adult")
    assert (row["score"], row["band"]) == (25.0, "at or above the cut-off")
    narrow = frame_of(lines).astype("float32")
    assert instruments.score("ors", narrow)["score"].tolist() == [25.0]


def test_secure_base_ratings_are_reported_apart() -> None:
    before = instruments.score("secure_base", frame_of("32433", "22222", "33333"))
    after = instruments.score("secure_base", frame_of("43443", "22222", "44444"))
    assert before["scale"].unique().tolist() == list(csc.instruments.secure_base.DIMENSIONS)
    assert "total" not in set(before["scale"])
    found = [
        instruments.sign_test(
            *(part.loc[part["respondent"] == who, "score"].tolist() for part in (before, after)),
            direction="higher_is_better",
        ).iloc[0]
        for who in range(3)
    ]
    assert [(row["improved"], row["unchanged"], row["worse"]) for row in found] == [
        (3, 2, 0),
        (0, 5, 0),
        (5, 0, 0),
    ]
    assert [row["p"] for row in found] == pytest.approx([0.25, 1, 0.0625])


# What is refused


def test_an_unknown_instrument_gets_near_names() -> None:
    assert "ghq12" in message(UnknownNameError, lambda: instruments.score("ghq_12", frame_of("0" * 12)))
    assert "Instrument" in message(InputError, lambda: instruments.score(3, frame_of("0")))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "items", "wanted"),
    [
        ("sdq", 25, ["informant", "parent", "carer", "teacher", "self"]),
        ("ghq12", 12, ["scoring", "likert", "ghq", "modified_likert", "c_ghq"]),
        ("ghq28", 28, ["scoring", "likert", "ghq", "modified_likert"]),
        ("rosenberg", 10, ["reverse", "common", "book_1965"]),
        ("harter_sppa", 45, ["reverse", "already_keyed"]),
        ("cprs_full", 30, ["key", "conflict 12", "positive_aspects 10", "dependence 4"]),
        ("fqs", 23, ["key", "companionship 4", "security 5"]),
    ],
)
def test_choices_that_must_be_made(name: str, items: int, wanted: list[str]) -> None:
    text = message(InputError, lambda: instruments.score(name, frame_of([1] * items)))
    assert all(word in text for word in wanted)


@pytest.mark.parametrize(
    ("name", "items", "choices", "word"),
    [
        ("sdq", 25, {"informant": "worker"}, "informant"),
        ("sdq", 25, {"informant": "parent", "scoring": "likert"}, "scoring"),
        ("sdq", 25, {"informant": "parent", "points": 5}, "points"),
        ("sdq", 25, {"informant": "parent", "reverse": [7]}, "reverse"),
        ("sdq", 25, {"informant": "teacher", "bands": "dfe"}, "bands"),
        ("sdq", 25, {"informant": "parent", "bands": "five_band"}, "bands"),
        ("sdq_impact", 5, {"informant": "teacher"}, "informant"),
        ("ghq12", 12, {"scoring": "bimodal"}, "scoring"),
        ("ghq28", 28, {"scoring": "c_ghq"}, "scoring"),
        ("ghq28", 28, {"scoring": "ghq", "bands": "iran_severity"}, "bands"),
        ("ghq12", 12, {"scoring": "ghq", "bands": 13}, "bands"),
        ("ghq12", 12, {"scoring": "ghq", "bands": True}, "bands"),
        ("ghq12", 12, {"scoring": "ghq", "bands": {"total": {"low": 1, "high": 4}}}, "bands"),
        ("ghq12", 12, {"scoring": "ghq", "bands": {"totl": 4}}, "bands"),
        ("secure_base", 5, {"bands": 3}, "bands"),
        ("cyrm_r", 17, {"points": 4}, "points"),
        ("cyrm_r", 17, {"informant": "friend"}, "informant"),
        ("rosenberg", 10, {"reverse": "usual"}, "reverse"),
        ("rosenberg", 10, {"reverse": [2, 2]}, "reverse"),
        ("rosenberg", 10, {"reverse": [0]}, "reverse"),
        ("rosenberg", 10, {"reverse": {2: -1}}, "reverse"),
        ("rosenberg", 10, {"reverse": 5}, "reverse"),
    ],
)
def test_choices_that_do_not_exist(name: str, items: int, choices: dict[str, Any], word: str) -> None:
    text = message(InputError, lambda: instruments.score(name, frame_of([1] * items), **choices))
    assert f"{word}: " in text


def test_choices_and_columns_are_complained_about_together() -> None:
    items = frame_of("0" * 26).drop(columns="i4").assign(LA="E1", I5=3)
    text = message(InputError, lambda: instruments.score("sdq", items, bands="none"))
    assert "5 problems" in text
    assert all(
        word in text for word in ("informant", "bands", "missing are i4", "found i26 as well", "LA, I5")
    )


def test_answers_are_complained_about_all_at_once_and_never_shown() -> None:
    items = frame_of("0" * 25, "1" * 25, "2" * 25).astype(object)
    items.loc[0, "i3"] = "certainly"
    items.loc[[0, 2], "i5"] = 77
    items.loc[1, "i7"] = -1
    items.loc[2, "i9"] = 1.25
    items.loc[1, "i11"] = True
    items.loc[1, "i12"] = float("inf")
    items.loc[1, "i13"] = pd.Timestamp("2024-03-31")
    text = message(InputError, lambda: instruments.score("sdq", items, informant="parent"))
    assert "text: 1 in item 3" in text
    assert "answers outside 0 to 2: 2 in item 5, 1 in item 7, 1 in item 12" in text
    assert "answers that are not whole numbers: 1 in item 9" in text
    assert "true or false: 1 in item 11" in text
    assert "1 in item 13" in text
    assert not any(value in text for value in ("certainly", "77", "-1", "1.25", "inf", "2024"))


@pytest.mark.parametrize("value", ["", "1", b"1", True, 10**400, -(10**400), 1j, [1]])
def test_things_that_are_no_answers(value: Any) -> None:
    items = frame_of("0" * 12).astype(object)
    items.at[0, "i2"] = value
    assert "1 in item 2" in message(InputError, lambda: instruments.score("ghq12", items, scoring="ghq"))


@pytest.mark.parametrize("value", [None, np.nan, pd.NA, pd.NaT])
def test_marks_of_missing_answers(value: Any) -> None:
    items = frame_of("0" * 12).astype(object)
    items.at[0, "i2"] = value
    frame = instruments.score("ghq12", items, scoring="ghq")
    assert frame["n_answered"].tolist() == [11]


@pytest.mark.parametrize(
    "dtype", ["int64", "Int64", "float32", "Float64", "int8", "uint8", "category", "object"]
)
def test_types_of_pandas_columns(dtype: str) -> None:
    items = frame_of("121122113012", "000000000000").astype("int64").astype(dtype)
    assert instruments.score("ghq12", items, scoring="likert")["score"].tolist() == [17, 0]


def test_types_of_polars_columns() -> None:
    items = pl.from_pandas(frame_of("121122113012"))
    mixed = items.with_columns(
        pl.col("i1").cast(pl.Int8), pl.col("i2").cast(pl.Decimal(4, 1)), pl.col("i3").cast(pl.Float32)
    )
    assert instruments.score("ghq12", mixed, scoring="likert")["score"].tolist() == [17]
    nothing = items.with_columns(i4=pl.lit(None))
    assert instruments.score("ghq12", nothing, scoring="likert")["n_answered"].tolist() == [11]
    wrong = items.with_columns(
        i1=pl.lit("1"), i2=pl.lit(True), i3=pl.lit("1").cast(pl.Categorical), i4=pl.lit(7).cast(pl.Int16)
    )
    text = message(InputError, lambda: instruments.score("ghq12", wrong, scoring="likert"))
    assert "text: 1 in item 1, 1 in item 3" in text
    assert "true or false: 1 in item 2" in text
    assert "answers outside 0 to 3: 1 in item 4" in text


def test_decimals_of_python_are_numbers() -> None:
    items = frame_of([0, 0, 0, 0]).astype(object)
    items.loc[0] = [Decimal("6.2"), Decimal("5.1"), Decimal(7), Decimal("6.4")]
    assert instruments.score("ors", items)["score"].tolist() == [24.7]
    items.loc[0, "i1"] = Decimal("6.25")
    text = message(InputError, lambda: instruments.score("ors", items))
    assert "answers that are not numbers with 1 decimal: 1 in item 1" in text


def test_what_is_no_frame() -> None:
    for items in ([[0] * 12], {"i1": [0]}, pl.LazyFrame({"i1": [0]}), np.zeros((1, 12))):
        text = message(InputError, lambda items=items: instruments.score("ghq12", items, scoring="ghq"))
        assert "pandas or Polars frame" in text


def test_a_column_twice_is_refused() -> None:
    items = frame_of("0" * 12)
    items.columns = [*items.columns[:-1], "i1"]
    assert "twice" in message(InputError, lambda: instruments.score("ghq12", items, scoring="ghq"))


def test_no_rows_give_no_rows() -> None:
    frame = instruments.score("sdq", frame_of("0" * 25).iloc[:0], informant="parent")
    assert frame.empty
    assert "rule_id" in frame.columns


# Who answered


def test_respondents_come_from_the_column_else_from_the_index() -> None:
    items = frame_of("0" * 12, "1" * 12)
    named = items.set_axis(["b", "a"])
    assert instruments.score("ghq12", named, scoring="ghq")["respondent"].tolist() == ["b", "a"]
    column = named.assign(respondent=["x", "y"])
    assert instruments.score("ghq12", column, scoring="ghq")["respondent"].tolist() == ["x", "y"]
    pairs = items.set_axis(pd.MultiIndex.from_tuples([("E1", "1"), ("E2", "1")], names=["LA", "CHILD"]))
    found = instruments.score("ghq12", pairs, scoring="ghq")["respondent"].tolist()
    assert found == [("E1", "1"), ("E2", "1")]
    polars = pl.from_pandas(items).with_columns(respondent=pl.Series(["x", "y"]))
    assert instruments.score("ghq12", polars, scoring="ghq")["respondent"].tolist() == ["x", "y"]
    assert instruments.score("ghq12", polars.drop("respondent"), scoring="ghq")["respondent"].tolist() == [
        0,
        1,
    ]


def test_one_row_per_respondent() -> None:
    items = frame_of("0" * 12, "1" * 12, "2" * 12)
    twice = items.set_axis(["secret", "secret", "b"])
    text = message(InputError, lambda: instruments.score("ghq12", twice, scoring="ghq"))
    assert "found 1 rows" in text
    assert "secret" not in text
    nameless = items.assign(respondent=["a", None, "b"])
    assert "1 respondents without a name" in message(
        InputError, lambda: instruments.score("ghq12", nameless, scoring="ghq")
    )


# Rules, bands and their confirmation


def test_the_rule_id_names_every_choice_and_what_is_not_confirmed() -> None:
    assert one("sdq", "1" * 25, informant="carer")["rule_id"] == "sdq.1:informant=carer:bands=three_band"
    self_report = one("sdq", "1" * 25, informant="self", bands="four_band")["rule_id"]
    assert self_report == "sdq.1:informant=self:bands=four_band:unverified=bands"
    personal = one("cyrm_r", "1" * 17, "personal")["rule_id"]
    assert personal == "cyrm_r.1:points=5:unverified=key"
    assert one("ghq12", "1" * 12, scoring="ghq", bands=4)["rule_id"] == "ghq12.1:scoring=ghq:bands=from 4"
    assert one("wemwbs", "1" * 14)["rule_id"] == "wemwbs.1:unverified=missing"


@pytest.mark.filterwarnings("error::csc_outcomes.instruments.UnverifiedKeyWarning")
def test_verified_rules_do_not_warn() -> None:
    for name, answers, choices in (
        ("sdq", "1" * 25, {"informant": "parent"}),
        ("sdq", "1" * 25, {"informant": "carer", "bands": "dfe"}),
        ("sdq", "1" * 25, {"informant": "teacher", "bands": "four_band"}),
        ("ghq12", "1" * 12, {"scoring": "likert"}),
        ("cyrm12", "1" * 12, {}),
        ("swemwbs", "1" * 7, {}),
        ("wemwbs", "1" * 14, {}),
        ("ors", "1234", {}),
        ("secure_base", "12345", {}),
    ):
        frame = instruments.score(name, frame_of(answers), **choices)
        assert frame.attrs["warnings"] == []


@pytest.mark.parametrize(
    ("name", "answers", "choices", "words"),
    [
        ("sdq", "1" * 25, {"informant": "teacher"}, ["bands", "three_band"]),
        ("sdq", "1" * 25, {"informant": "parent", "bands": "four_band"}, ["bands", "four_band"]),
        ("cyrm_r", "1" * 17, {}, ["key", "personal, caregiver"]),
        ("cprs_short", "1" * 15, {}, ["key", "conflict, closeness"]),
        ("ghq12", "1" * 12, {"scoring": "c_ghq"}, ["scoring", "c_ghq"]),
        ("wemwbs", "1" * 12 + "--", {}, ["pro-rated", "three_missing"]),
        ("rosenberg", "1" * 10, {"reverse": "common"}, ["key", "total"]),
        ("fqq", "1" * 41, {}, ["key", "conflict_betrayal"]),
        ("ors", "1234", {"bands": "adult"}, ["bands", "adult"]),
    ],
)
def test_unverified_rules_warn_in_the_result_too(
    name: str, answers: str, choices: dict[str, Any], words: list[str]
) -> None:
    with pytest.warns(instruments.UnverifiedKeyWarning) as caught:
        frame = instruments.score(name, frame_of(answers), **choices)
    sentences = [str(warning.message) for warning in caught]
    assert frame.attrs["warnings"] == sentences
    assert len(sentences) == 1
    assert all(word in sentences[0] for word in [*words, "unverified"])
    assert caught[0].filename == __file__


def test_a_threshold_of_ones_own() -> None:
    items = frame_of("2222" + "0" * 8, "2220" + "0" * 8)
    frame = instruments.score("ghq12", items, scoring="ghq", bands=4)
    assert frame["band"].tolist() == ["at or above the threshold", "below the threshold"]
    own = {"total": {"few": 0, "some": 1, "many": 4}}
    frame = instruments.score("ghq12", items, scoring="ghq", bands=own)
    assert frame["band"].tolist() == ["many", "some"]
    assert set(frame["rule_id"]) == {"ghq12.1:scoring=ghq:bands=own"}


def test_bands_belong_to_their_informant() -> None:
    answers = "1012002012020001100021020"
    bands = {who: one("sdq", answers, informant=who)["band"] for who in ("parent", "teacher", "self")}
    assert bands == {"parent": "borderline", "teacher": "borderline", "self": "normal"}
    prosocial = one("sdq", answers, "prosocial", informant="parent", bands="four_band")
    assert prosocial["band"] == "very low"


def test_a_rule_for_missing_items_may_be_chosen() -> None:
    lenient = instruments.get("cyrm_r").with_missing(instruments.PRORATE_80)
    fourteen = one(lenient, "4" * 14 + "---")
    assert (fourteen["score"], fourteen["prorated"], fourteen["status"]) == (68, True, "ok")
    assert "missing=prorate_80" in fourteen["rule_id"]
    assert one(lenient, "4" * 13 + "----")["status"] == "too_few_items"
    assert one("cyrm_r", "4" * 14 + "---")["status"] == "too_few_items"


def test_a_key_may_be_supplied() -> None:
    key = {"conflict": range(1, 13), "positive_aspects": range(13, 23), "dependence": range(23, 27)}
    full = instruments.get("cprs_full").with_key(key, reverse=[13])
    answers = [2] * 12 + [5] * 10 + [1] * 4 + [3] * 4
    assert scores_of(full, answers) == [[24, 46, 4]]
    other = instruments.get("cprs_full").with_key({**key, "conflict": [*range(1, 12), 30]}, reverse=[13])
    rules = {one(instrument, answers, "conflict")["rule_id"] for instrument in (full, other)}
    assert len(rules) == 2


def test_a_supplied_key_must_fit() -> None:
    full = instruments.get("cprs_full")
    key = {"conflict": range(1, 13), "positive": [1, 31], "dependence": [13, 14, 15]}
    text = message(InputError, lambda: full.with_key(key, reverse=[29]))
    assert "6 problems" in text
    for word in (
        "'positive_aspects' is missing",
        "'positive' does not",
        "'dependence' needs 4 items, found 3",
        "outside 1 to 30",
        "twice",
        "reverse",
    ):
        assert word in text
    assert "a key of its own" in message(InputError, lambda: instruments.get("sdq").with_key({}))


# A scale of one's own


def test_a_scale_of_ones_own_takes_a_few_lines() -> None:
    confidence = Instrument(
        name="confidence",
        n_items=4,
        low=1,
        high=5,
        subscales=[Subscale("total", range(1, 5), direction="higher_is_better", reverse=[4])],
        bands=[
            Bands(
                scheme="ours",
                cuts={"total": steps(("low", "high"), 4, 12)},
                country="England",
                source="The project",
                state="verified",
            )
        ],
        default_bands="ours",
    )
    row = one(confidence, "5551")
    assert (row["score"], row["band"], row["direction"]) == (20, "high", "higher_is_better")
    assert row["rule_id"] == "confidence.1:bands=ours"
    assert one(confidence, "555-")["status"] == "too_few_items"


def test_answers_may_be_negative() -> None:
    scale = Subscale("total", [1, 2, 3], direction="higher_is_better", reverse=[3])
    own = Instrument(name="own", n_items=3, low=-2, high=2, subscales=[scale])
    assert scores_of(own, [-2, -1, 2], [2, 0, -2]) == [[-5], [4]]
    assert one(own, [-2, -1, None])["status"] == "too_few_items"


def test_another_range_of_ratings() -> None:
    ten = attrs.evolve(instruments.get("secure_base"), low=0, high=10)
    assert scores_of(ten, [0, 10, 5, 6, 7]) == [[0, 10, 5, 6, 7]]


BASE: dict[str, Any] = {"name": "own", "n_items": 3, "low": 0, "high": 2}


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"low": 2}, "below high"),
        ({"subscales": [Subscale("total", [1, 4], direction="higher_is_worse")]}, "outside 1 to 3"),
        ({"subscales": [Subscale("total", [1, 1], direction="higher_is_worse")]}, "twice"),
        ({"subscales": [Subscale("total", direction="higher_is_worse")]}, "either items or parts"),
        ({"subscales": [Subscale("total", [1], direction="higher_is_worse", reverse=[2])]}, "reverses"),
        ({"subscales": [Subscale("total", direction="higher_is_worse", parts=["x"])]}, "before it"),
        ({"subscales": [Subscale("total", [1], direction="higher_is_worse", table=[1, 2])]}, "table of 3"),
        ({"subscales": [Subscale("a", [1], direction="higher_is_worse")] * 2}, "used twice"),
        ({"informants": ("friend",)}, "informants"),
        ({"points": (5,)}, "response points"),
        ({"default_scoring": "x"}, "default scoring"),
        ({"default_bands": "x"}, "default bands"),
        ({"scorings": (instruments.Scoring(name="x", codes=(0, 1)),)}, "3 codes"),
        ({"reversals": (Reversal("x", [9]),)}, "reversal"),
        (
            {"bands": [Bands(scheme="x", cuts={"y": (("a", 0),)}, country="", source="s", state="verified")]},
            "'y'",
        ),
        (
            {
                "bands": [
                    Bands(
                        scheme="x",
                        cuts={"total": (("a", 1), ("b", 0))},
                        country="",
                        source="s",
                        state="verified",
                    )
                ]
            },
            "ascend",
        ),
    ],
)
def test_an_instrument_that_contradicts_itself_is_refused(changed: dict[str, Any], word: str) -> None:
    fields = {"subscales": [Subscale("total", [1, 2, 3], direction="higher_is_worse")], **BASE}
    Instrument(**fields)
    assert word in message(DefinitionError, lambda: Instrument(**{**fields, **changed}))


def test_rounding_half_up_is_for_whole_sums() -> None:
    half_up = instruments.MissingRule("h", "half_up", missing_at_most=1)
    scale = Subscale("total", [1, 2, 3], direction="higher_is_worse", missing=half_up)
    Instrument(**BASE, subscales=[scale])
    for changed in ({"places": 1}, {"subscales": [attrs.evolve(scale, combine="mean")]}):
        fields = {**BASE, "subscales": [scale], **changed}
        assert "half up" in message(DefinitionError, lambda fields=fields: Instrument(**fields))


def test_a_scale_is_never_scored_from_nothing() -> None:
    nothing = instruments.MissingRule("n", "person_mean", missing_at_most=9)
    scale = Subscale("total", [1, 2, 3], direction="higher_is_worse", missing=nothing)
    own = Instrument(**BASE, subscales=[scale])
    assert one(own, "---")["status"] == "too_few_items"
    assert one(own, "1--")["score"] == 3


# Stored totals


def test_stored_totals_are_banded() -> None:
    totals = pd.Series([0, 13, 14, 16, 17, 40, np.nan, 41, -1, 13.5], index=list("abcdefghij"))
    frame = instruments.band_totals("sdq", totals, informant="carer", bands="dfe")
    normal, borderline, concern = "normal", "borderline", "cause for concern"
    expected = [normal, normal, borderline, borderline, concern, concern]
    assert list(frame.columns) == ["respondent", "scale", "score", "band", "direction", "rule_id", "status"]
    assert frame["respondent"].tolist() == list("abcdefghij")
    assert frame["band"].tolist()[:6] == expected
    assert frame["band"].isna().tolist() == [False] * 6 + [True] * 4
    assert frame["status"].tolist() == ["ok"] * 6 + ["no_score"] + ["not_valid"] * 3
    assert frame["score"].isna().tolist() == [False] * 6 + [True] * 4
    assert set(frame["rule_id"]) == {"sdq.1:informant=carer:bands=dfe"}


def test_stored_totals_agree_with_scores() -> None:
    items = frame_of(*(answers for answers, _, _ in SDQ_EXAMPLES.values()))
    scored = instruments.score("sdq", items, informant="teacher", bands="four_band")
    totals = scored[scored["scale"] == "total"].set_index("respondent")
    banded = instruments.band_totals("sdq", totals["score"], informant="teacher", bands="four_band")
    assert banded["rule_id"].tolist() == totals["rule_id"].tolist()
    pd.testing.assert_series_equal(
        banded["band"].reset_index(drop=True), totals["band"].reset_index(drop=True), check_dtype=False
    )


def test_stored_totals_of_other_instruments() -> None:
    assert instruments.band_totals("ors", 24.7, bands="adult")["band"].tolist() == ["below the cut-off"]
    assert instruments.band_totals("cyrm_r", [17, 52, 85], points=3)["status"].tolist() == [
        "ok",
        "not_valid",
        "not_valid",
    ]
    assert instruments.band_totals("harter_sppa", [2.5, 4.5], scale="social")["status"].tolist() == [
        "ok",
        "not_valid",
    ]
    assert instruments.band_totals("cprs_full", [12, 61], scale="conflict")["status"].tolist() == [
        "ok",
        "not_valid",
    ]
    assert instruments.band_totals("swemwbs", [19.25, 6])["status"].tolist() == ["ok", "not_valid"]
    assert instruments.band_totals("rosenberg", [30, 31])["status"].tolist() == ["ok", "not_valid"]


def test_stored_totals_that_are_refused() -> None:
    text = message(InputError, lambda: instruments.band_totals("sdq", [1], scale="totl"))
    assert "informant" in text
    assert "scale: needed one of emotional" in text
    assert "text" in message(InputError, lambda: instruments.band_totals("sdq", ["12"], informant="parent"))
    with pytest.warns(instruments.UnverifiedKeyWarning) as caught:
        instruments.band_totals("sdq", [12], informant="teacher")
    assert caught[0].filename == __file__


# Change

BEFORE = [22, 18, 25, 15, 20, 19, 27, 16, 23, 21]
AFTER = [17, 16, 20, 14, 15, 18, 21, 15, 19, 16]


def test_paired_change_worked_example() -> None:
    frame = instruments.change(BEFORE, AFTER)
    assert len(frame) == 1
    row = frame.iloc[0]
    assert (row["n_before"], row["n_after"], row["n_paired"], row["status"]) == (10, 10, 10, "ok")
    expected = {
        "mean_change": -3.5,
        "sd_before": 3.806427,
        "sd_after": 2.330951,
        "correlation": 0.894139,
        "sd_change": 2.013841,
        "t": -5.495951,
        "p": 0.000382,
        "dz": -1.737972,
        "d_pre": -0.919497,
        "g_pre": -0.840683,
        "d_av": -1.140552,
        "d_rm": -0.799698,
    }
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, abs=6e-7), name
    assert (row["g_lower"], row["g_upper"]) == pytest.approx((-1.334, -0.347), abs=5e-4)


def test_the_interval_of_the_mean_change_is_that_of_scipy() -> None:
    from scipy import stats

    row = instruments.change(BEFORE, AFTER).iloc[0]
    found = stats.ttest_rel(AFTER, BEFORE)
    limits = found.confidence_interval(0.95)
    assert (row["lower"], row["upper"]) == pytest.approx((limits.low, limits.high))
    assert (row["t"], row["p"]) == pytest.approx((found.statistic, found.pvalue))


def test_scores_without_a_partner_are_counted_and_left_out() -> None:
    before = pd.Series([22, 18, 25, 15, 99, np.nan], index=list("abcdex"))
    after = pd.Series([20, 15, 17, 14, 7], index=list("bacdy"))
    row = instruments.change(before, after).iloc[0]
    assert (row["n_before"], row["n_after"], row["n_paired"]) == (5, 5, 4)
    # By name, not by place: a 22 to 15, b 18 to 20.
    assert row["mean_change"] == pytest.approx(np.mean([-7, 2, -8, -1]))


def test_series_that_are_only_numbered_are_paired_by_place() -> None:
    assert instruments.change(pd.Series([1, 2, 3]), pd.Series([2, 4, 3]))["mean_change"].tolist() == [1.0]
    text = message(InputError, lambda: instruments.change(pd.Series([1, 2, 3]), pd.Series([2, 4])))
    assert "one length" in text


def test_change_of_frames_is_by_respondent_and_scale() -> None:
    first = frame_of("0" * 25, "1" * 25, "2" * 25, "1" * 25).set_axis(list("abcd"))
    second = frame_of("1" * 25, "1" * 25, "2" * 25).set_axis(list("xba"))
    before = instruments.score("sdq", first, informant="parent")
    after = instruments.score("sdq", second, informant="parent")
    frame = instruments.change(before, after).set_index("scale")
    assert frame.index.tolist() == SDQ_SCALES
    total = frame.loc["total"]
    assert (total["n_before"], total["n_after"], total["n_paired"]) == (4, 3, 2)
    assert total["mean_change"] == 10  # a: 10 to 30; b: 20 to 20
    assert total["direction"] == "higher_is_worse"
    assert frame.loc["prosocial", "direction"] == "higher_is_better"


def test_change_compares_like_with_like() -> None:
    items = frame_of("1" * 25)
    parent = instruments.score("sdq", items, informant="parent")
    teacher = instruments.score("sdq", items, informant="teacher")
    text = message(InputError, lambda: instruments.change(parent, teacher))
    assert "scored by different rules" in text
    assert "informant=teacher" in text
    assert "two of one kind" in message(InputError, lambda: instruments.change(parent, [1, 2]))
    assert "two of one kind" in message(InputError, lambda: instruments.change(pd.Series([1]), [1]))
    assert "score" in message(InputError, lambda: instruments.change(parent, parent.drop(columns="score")))
    doubled = pd.concat([parent, parent])
    assert "8 rows" in message(InputError, lambda: instruments.change(parent, doubled))
    twice = pd.Series([1, 2], index=["a", "a"])
    assert "each respondent once" in message(InputError, lambda: instruments.change(twice, twice))


def test_change_without_spread_or_pairs() -> None:
    assert instruments.change([1, None], [None, 2]).iloc[0]["status"] == "no_data"
    assert instruments.change([], []).iloc[0]["status"] == "no_data"
    single = instruments.change([10], [8]).iloc[0]
    assert (single["mean_change"], single["status"]) == (-2, "undefined")
    assert math.isnan(single["sd_change"])
    two = instruments.change([10, 12], [8, 11]).iloc[0]
    assert two["d_pre"] == pytest.approx(-1.5 / math.sqrt(2))
    assert math.isnan(two["g_pre"])
    # 0.1 apart each time, which decimals do not show.
    same = instruments.change([0.1, 0.2, 0.7], [0.2, 0.3, 0.8]).iloc[0]
    assert same["sd_change"] == 0
    assert math.isnan(same["dz"])
    assert math.isnan(same["lower"])
    assert same["mean_change"] == pytest.approx(0.1)
    level = instruments.change([5, 5, 5], [4, 5, 6]).iloc[0]
    assert math.isnan(level["d_pre"])
    assert math.isnan(level["correlation"])
    assert level["status"] == "undefined"


# Reliable change

RELIABLE = [
    (20, 11, 5.8, 0.82, 3.4800, -2.5862, 6.8208, "improved"),
    (20, 13, 5.8, 0.72, 4.3403, -1.6128, 8.5070, "no_reliable_change"),
    (18, 10, 5.8, 0.82, 3.4800, -2.2989, 6.8208, "improved"),
    (15, 14, 6.0, 0.87, 3.0594, -0.3269, 5.9964, "no_reliable_change"),
    (17, 10, 5.2, 0.80, 3.2888, -2.1285, 6.4460, "improved"),
]


@pytest.mark.parametrize(("x1", "x2", "sd", "r", "error", "rci", "criterion", "result"), RELIABLE)
def test_reliable_change_worked_examples(
    x1: int, x2: int, sd: float, r: float, error: float, rci: float, criterion: float, result: str
) -> None:
    options: dict[str, Any] = {"sd": sd, "reliability": r, "direction": "higher_is_worse"}
    row = instruments.reliable_change([x1], [x2], **options).iloc[0]
    assert row["standard_error"] == pytest.approx(error, abs=5e-5)
    assert row["criterion"] == pytest.approx(criterion, abs=5e-5)
    assert row[result] == 1
    assert row["n_paired"] == row["improved"] + row["no_reliable_change"] + row["worse"] == 1
    each = instruments.reliable_change_each([x1], [x2], **options).iloc[0]
    assert each["rci"] == pytest.approx(rci, abs=5e-5)
    assert each["result"] == result
    turned = instruments.reliable_change([x1], [x2], **{**options, "direction": "higher_is_better"}).iloc[0]
    assert turned["worse"] == row["improved"]


def test_a_change_of_exactly_the_criterion_is_reliable() -> None:
    options: dict[str, Any] = {"sd": 5, "reliability": 0.5, "direction": "higher_is_better"}
    assert 24.7 - 14.9 < 9.8
    assert instruments.reliable_change([14.9], [24.7], **options)["improved"].tolist() == [1]
    assert instruments.reliable_change([14.9], [24.6], **options)["improved"].tolist() == [0]


def test_reliable_change_of_frames_and_names() -> None:
    items = [frame_of([6.2, 5.1, 7.0, 6.4]), frame_of([2.0, 3.5, 4.1, 2.9])]
    after, before = (instruments.score("ors", part.set_axis(["a"])) for part in items)
    options: dict[str, Any] = {"sd": 7, "reliability": 0.9}
    row = instruments.reliable_change(before, after, direction="higher_is_better", **options).iloc[0]
    assert (row["improved"], row["status"]) == (1, "ok")
    each = instruments.reliable_change_each(before, after, direction="higher_is_better", **options)
    assert each["respondent"].tolist() == ["a"]
    assert each["change"].tolist() == pytest.approx([12.2])
    text = message(
        InputError,
        lambda: instruments.reliable_change(before, after, direction="higher_is_worse", **options),
    )
    assert "direction" in text


def test_reliable_change_without_pairs() -> None:
    options: dict[str, Any] = {"sd": 5, "reliability": 0.5, "direction": "higher_is_better"}
    row = instruments.reliable_change([1, None], [None, 1], **options).iloc[0]
    assert (row["n_paired"], row["status"]) == (0, "no_data")
    each = instruments.reliable_change_each([1, None], [9, 1], **options)
    assert each["status"].tolist() == ["ok", "no_data"]
    assert each["result"].isna().tolist() == [False, True]


def test_reliable_change_refuses_everything_wrong_at_once() -> None:
    both = instruments.score("cyrm_r", frame_of("1" * 17))
    text = message(
        InputError,
        lambda: instruments.reliable_change(both, both, sd=0, reliability=1, direction="higher_is_better"),
    )
    assert "3 problems" in text
    assert all(word in text for word in ("scales", "sd", "reliability"))
    text = message(
        InputError, lambda: instruments.reliable_change([1], [2], sd=1, reliability=0.5, direction="up")
    )
    assert "higher_is_better or higher_is_worse" in text


def test_cut_offs_worked_example() -> None:
    row = instruments.cut_offs(mean_clinical=19.0, sd_clinical=6.2, mean_norm=8.4, sd_norm=5.8).iloc[0]
    assert (row["a"], row["b"], row["c"]) == pytest.approx((6.6, 20.0, 13.5233), abs=5e-5)


def test_cut_offs_of_scales_on_which_more_is_better() -> None:
    frame = instruments.cut_offs(
        mean_clinical=[19.0, 8.4], sd_clinical=[6.2, 5.8], mean_norm=[8.4, 19.0], sd_norm=[5.8, 6.2]
    )
    assert frame["c"].tolist() == pytest.approx([13.5233, 13.5233], abs=5e-5)
    assert frame.loc[1, ["a", "b"]].tolist() == pytest.approx([20.0, 6.6])


def test_cut_offs_refuse_what_makes_no_sense() -> None:
    text = message(
        InputError,
        lambda: instruments.cut_offs(mean_clinical=8, sd_clinical=0, mean_norm=8, sd_norm=None),
    )
    assert "3 problems" in text


# Added value

AVS = ([20, 15, 10, 25], [4, 2, 0, 8], [6, 3, 2, 9], [14, 15, 12, 25])


def test_added_value_worked_examples() -> None:
    each = instruments.added_value(*AVS)
    assert each["added_value"].tolist() == [3.3, -1.2, -2.3, -3.8]
    assert each["effect_size"].tolist() == pytest.approx([0.66, -0.24, -0.46, -0.76])
    row = instruments.added_value_mean(*AVS).iloc[0]
    assert (row["n"], row["added_value"], row["effect_size"]) == (4, pytest.approx(-1.0), pytest.approx(-0.2))
    assert (row["lower"], row["upper"]) == pytest.approx((-5.9, 3.9))
    single = instruments.added_value(20, 4, 6, 14)
    assert single["added_value"].tolist() == [3.3]
    assert (single["upper"] - single["lower"]).tolist() == pytest.approx([19.6])
    assert "high risk" in single.attrs["warnings"][0]


def test_added_value_with_missing_scores() -> None:
    each = instruments.added_value([20, None], 4, 6, 14)
    assert each["status"].tolist() == ["ok", "no_data"]
    row = instruments.added_value_mean([20, None], 4, 6, 14).iloc[0]
    assert (row["n_children"], row["n"]) == (2, 1)
    assert instruments.added_value_mean([None], 4, 6, 14).iloc[0]["status"] == "no_data"


def test_added_value_refuses_scores_that_cannot_be() -> None:
    text = message(InputError, lambda: instruments.added_value([41, 5], [11, 1.5], [6, 6], [14, 14]))
    assert "4 problems" in text
    for word in (
        "t1_total: needed 0 to 40",
        "t1_impact: needed 0 to 10",
        "fractions",
        "t1_emotional: found above",
    ):
        assert word in text


def test_a_sign_test_of_frames_checks_the_direction() -> None:
    before = instruments.score("secure_base", frame_of("32433", "22222").set_axis(["a", "b"]))
    after = instruments.score("secure_base", frame_of("43443", "22222").set_axis(["a", "b"]))
    frame = instruments.sign_test(before, after, direction="higher_is_better")
    assert frame["improved"].tolist() == [1, 1, 0, 1, 0]
    assert "direction" in message(
        InputError, lambda: instruments.sign_test(before, after, direction="higher_is_worse")
    )
    nobody = instruments.sign_test([None], [1], direction="higher_is_worse").iloc[0]
    assert nobody["status"] == "no_data"
    assert math.isnan(nobody["p"])


# What every instrument must declare


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.name)
def test_every_instrument_is_fully_declared(instrument: Instrument) -> None:
    assert instrument.licence
    assert instrument.licence != attrs.fields(Instrument).licence.default
    assert instrument.title
    assert instrument.references
    assert all(r.title and r.publisher and r.year for r in instrument.references)
    assert instrument.ages
    assert all(isinstance(subscale.direction, Direction) for subscale in instrument.subscales)
    assert isinstance(instrument.state, State)
    # Whoever says that something is not confirmed says what, and the other way round.
    assert bool(instrument.unconfirmed) == (instrument.state is State.UNVERIFIED)
    assert all(bands.source and bands.country for bands in instrument.bands)
    assert all(r.source and r.of for r in instrument.reliability)
    known = {subscale.name for subscale in instrument.subscales} | {"all"}
    assert {r.scale for r in instrument.reliability} <= known


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.name)
def test_no_two_bands_of_an_instrument_compete(instrument: Instrument) -> None:
    for who in instrument.informants or ("self",):
        for scoring in [s.name for s in instrument.scorings] or [""]:
            schemes = [bands.scheme for bands in instrument.bands if bands.fits(who, scoring)]
            assert len(schemes) == len(set(schemes))
    if instrument.default_bands:
        for who in instrument.informants:
            fitting = [b for b in instrument.bands if b.scheme == instrument.default_bands]
            assert any(bands.fits(who, instrument.default_scoring) for bands in fitting)


def test_items_are_numbers_only() -> None:
    for instrument in INSTRUMENTS:
        for subscale in instrument.subscales:
            assert all(type(item) is int for item in (*subscale.items, *subscale.reverse))


def test_which_scales_share_items() -> None:
    """Every scored item belongs to one scale, totals and this library's own scales apart."""
    for instrument in INSTRUMENTS:
        parts = [s for s in instrument.subscales if s.items and not s.own and s.name not in ("total", "raw")]
        used = [item for subscale in parts for item in subscale.items]
        assert len(used) == len(set(used)), instrument.name
        if parts:
            expected = set(range(1, instrument.n_items + 1)) - set(instrument.unscored)
            assert set(used) == expected, instrument.name
    assert instruments.get("fqq").unscored == (1,)


def test_the_list_of_instruments() -> None:
    frame = instruments.catalogue()
    assert frame["name"].is_unique
    assert set(frame["state"]) == {"verified", "unverified"}
    verified = set(frame[frame["state"] == "verified"]["name"])
    assert verified == {"cyrm12", "swemwbs", "secure_base"}
    assert {name: needs(instruments.get(name)) for name in ("sdq", "ghq12", "rosenberg", "fqs")} == {
        "sdq": ["informant"],
        "ghq12": ["scoring"],
        "rosenberg": ["reverse"],
        "fqs": ["key"],
    }


def test_the_package_is_light_until_it_is_used() -> None:
    code = (
        "import sys, csc_outcomes as csc; csc.instruments; "
        "assert 'instruments' in dir(csc) and 'score' in dir(csc.instruments); "
        "heavy = {'pandas', 'polars', 'scipy', 'csc_outcomes.instruments.sdq'} & set(sys.modules); "
        "assert not heavy, heavy; csc.instruments.score"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute"):
        _ = instruments.scores  # type: ignore[attr-defined]
    assert all(getattr(instruments, name) is not None for name in instruments.__all__)
