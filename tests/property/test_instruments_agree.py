"""Scores of questionnaires: the library and its slow twin agree, and what must hold for any answers holds."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import csc_outcomes as csc
from csc_outcomes.instruments.registry import INSTRUMENTS
from reference.instrument_twin import CASES, Answer, Case, band

from .drawn import examples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

pytestmark = pytest.mark.filterwarnings("ignore::csc_outcomes.instruments.UnverifiedKeyWarning")

COMPARED = [
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


def answers_of(case: Case) -> st.SearchStrategy[list[Answer]]:
    """One respondent: mostly answered, so that scores with a missing item or two are common."""
    whole = st.integers(case.low * 10**case.decimals, case.high * 10**case.decimals)
    number: st.SearchStrategy[Answer] = whole.map(lambda n: n / 10**case.decimals if case.decimals else n)
    some_missing = st.integers(0, 11).flatmap(lambda n: st.none() if n == 0 else number)
    size = {"min_size": case.items, "max_size": case.items}
    return st.one_of(st.lists(number, **size), st.lists(some_missing, **size))


questionnaires = st.sampled_from(CASES).flatmap(
    lambda case: st.tuples(st.just(case), st.lists(answers_of(case), min_size=1, max_size=4))
)


def frame_of(people: Sequence[Sequence[Answer]]) -> pd.DataFrame:
    """Answers as pandas holds what a file gives: numbers with gaps."""
    columns = [f"i{item}" for item in range(1, len(people[0]) + 1)]
    frame = pd.DataFrame([list(person) for person in people], columns=columns, dtype=float)
    return frame.set_axis([f"p{number}" for number in range(len(people))])


def scored(case: Case, people: Sequence[Sequence[Answer]], **other: Any) -> pd.DataFrame:
    return csc.instruments.score(case.name, frame_of(people), **{**case.choices, **other})


def by_key(frame: pd.DataFrame) -> dict[tuple[Any, str], dict[str, Any]]:
    return {(row["respondent"], row["scale"]): row for row in frame.to_dict("records")}


def test_every_instrument_with_a_key_has_a_twin() -> None:
    assert {case.name for case in CASES} == {i.name for i in INSTRUMENTS if not i.keyless}


@given(questionnaires)
@examples(250, long=5000)
def test_library_and_twin_agree(drawn: tuple[Case, list[list[Answer]]]) -> None:
    case, people = drawn
    frame = scored(case, people)
    rows = by_key(frame)
    expected = {
        (f"p{number}", scale): found
        for number, person in enumerate(people)
        for scale, found in case.twin(person).items()
    }
    assert list(rows) == list(expected)
    for place, found in expected.items():
        row = rows[place]
        assert (row["n_answered"], row["n_items"]) == (found.answered, found.items)
        assert row["prorated"] == found.prorated
        assert row["status"] == ("ok" if found.score is not None else "too_few_items")
        printed = band(case, place[1], found.score)
        assert pd.isna(row["band"]) if printed is None else row["band"] == printed
        if found.score is None:
            assert math.isnan(row["score"])
        else:
            assert row["score"] == pytest.approx(float(found.score), abs=1e-12)


@given(questionnaires, st.randoms(use_true_random=False))
@examples(60, long=1000)
def test_order_and_engine_do_not_matter(drawn: tuple[Case, list[list[Answer]]], random: Any) -> None:
    case, people = drawn
    frame = frame_of(people)
    expected = csc.instruments.score(case.name, frame, **case.choices)
    columns = list(frame.columns)
    random.shuffle(columns)
    shuffled = csc.instruments.score(case.name, frame[columns], **case.choices)
    pd.testing.assert_frame_equal(shuffled, expected)
    polars = pl.from_pandas(frame.reset_index(names="respondent"))
    from_polars = csc.instruments.score(case.name, polars, **case.choices)
    pd.testing.assert_frame_equal(from_polars[COMPARED], expected[COMPARED])
    # What somebody else answered changes nothing.
    alone = csc.instruments.score(case.name, frame.iloc[-1:], **case.choices)
    last = expected[expected["respondent"] == frame.index[-1]].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, last)


@given(questionnaires)
@examples(100, long=2000)
def test_scores_stay_in_range_and_none_is_made_of_too_few_items(
    drawn: tuple[Case, list[list[Answer]]],
) -> None:
    case, people = drawn
    limits = _limits(case)
    subscales = {s.name: s for s in csc.instruments.get(case.name).subscales}
    for row in scored(case, people).itertuples():
        subscale = subscales[row.scale]
        if math.isnan(row.score):
            assert row.status == "too_few_items"
            assert pd.isna(row.band)
            continue
        assert limits.loc[row.scale, "min"] <= row.score <= limits.loc[row.scale, "max"]
        assert 0 < row.n_answered <= row.n_items
        assert row.prorated == (row.n_answered < row.n_items)
        if not subscale.parts:
            assert row.n_answered >= subscale.missing.fewest(row.n_items)


def _limits(case: Case) -> pd.DataFrame:
    """Lowest and highest score by scale: by hand where items are reversed, else of the extreme answers."""
    if case.name not in ("sdq", "cprs_short", "rosenberg", "harter_sppc", "harter_sppa"):
        ends = [[answer] * case.items for answer in (case.low, case.high)]
        return scored(case, ends).groupby("scale")["score"].agg(["min", "max"])
    ranges = {
        "sdq": {
            **dict.fromkeys(("emotional", "conduct", "hyperactivity", "peer", "prosocial"), (0, 10)),
            "total": (0, 40),
            "internalising": (0, 20),
            "externalising": (0, 20),
        },
        "cprs_short": {"conflict": (8, 40), "closeness": (7, 35), "positive_total": (15, 75)},
        "rosenberg": {"total": (10, 40) if case.low else (0, 30)},
    }.get(case.name) or dict.fromkeys(
        (s.name for s in csc.instruments.get(case.name).subscales), (case.low, case.high)
    )
    return pd.DataFrame(ranges, index=["min", "max"]).T


@given(questionnaires)
@examples(100, long=2000)
def test_prorating_stays_between_the_best_and_the_worst_that_could_have_been_answered(
    drawn: tuple[Case, list[list[Answer]]],
) -> None:
    case, people = drawn
    one = people[:1]
    found = by_key(scored(case, one))
    # Which end is the lower score differs by item where some are reversed: score every gap both ways.
    for scale, row in ((key[1], row) for key, row in found.items()):
        if not row["prorated"]:
            continue
        lowest, highest = _filled(case, one[0], scale)
        assert lowest <= row["score"] <= highest


def _filled(case: Case, person: Sequence[Answer], scale: str) -> tuple[float, float]:
    """Lowest and highest score of a scale over all ways to fill the gaps, each gap at its worst and best."""
    full = list(person)
    best: dict[bool, float] = {}
    for upwards in (False, True):
        filled = full.copy()
        for place, answer in enumerate(person):
            if answer is None:
                trials = []
                for value in (case.low, case.high):
                    trial = [case.low if a is None else a for a in filled]
                    trial[place] = value
                    trials.append((case.twin(trial)[scale].score or Fraction(), value))
                filled[place] = (max if upwards else min)(trials)[1]
        score = case.twin(filled)[scale].score
        assert score is not None
        best[upwards] = float(score)
    return best[False], best[True]


@pytest.mark.parametrize("case", [case for case in CASES if csc.instruments.get(case.name).bands], ids=repr)
def test_every_score_is_in_its_printed_band(case: Case) -> None:
    limits = _limits(case)
    for scale in csc.instruments.get(case.name).subscales:
        steps = range(int(limits.loc[scale.name, "max"]) * 10**case.decimals + 1)
        values = [Fraction(step, 10**case.decimals) for step in steps]
        frame = csc.instruments.band_totals(
            case.name, [float(value) for value in values], scale=scale.name, **case.choices
        )
        assert set(frame["status"]) == {"ok"}
        printed = [band(case, scale.name, value) for value in values]
        assert frame["band"].where(frame["band"].notna(), None).tolist() == printed


REVERSED = [case for case in CASES if "reverse" in case.choices]


@given(
    st.sampled_from(REVERSED).flatmap(lambda case: st.tuples(st.just(case), answers_of(case))),
    st.data(),
)
@examples(60, long=1000)
def test_reversing_twice_changes_nothing(drawn: tuple[Case, list[Answer]], data: st.DataObject) -> None:
    case, person = drawn
    turned = data.draw(st.lists(st.integers(1, case.items), unique=True))
    by_hand = [
        case.low + case.high - answer if answer is not None and number in turned else answer
        for number, answer in enumerate(person, start=1)
    ]
    plain = scored(case, [person], reverse=())
    twice = scored(case, [by_hand], reverse=turned)
    assert twice["score"].tolist() == pytest.approx(plain["score"].tolist(), nan_ok=True)


@given(
    st.lists(st.tuples(*[st.one_of(st.none(), st.integers(0, 40))] * 2), min_size=1, max_size=25),
)
@examples(150, long=3000)
def test_paired_change_turns_round_with_its_points(pairs: list[tuple[int | None, int | None]]) -> None:
    before, after = ([pair[side] for pair in pairs] for side in (0, 1))
    there = csc.instruments.change(before, after).iloc[0]
    back = csc.instruments.change(after, before).iloc[0]
    both = [(one, two) for one, two in pairs if one is not None and two is not None]
    assert there["n_paired"] == back["n_paired"] == len(both)
    assert there["n_before"] == sum(value is not None for value in before)
    if not both:
        assert there["status"] == "no_data"
        return
    assert there["mean_change"] == pytest.approx(np.mean([two - one for one, two in both]))
    for name, other in (("mean_change", "mean_change"), ("dz", "dz"), ("lower", "upper"), ("d_av", "d_av")):
        assert there[name] == pytest.approx(-back[other], nan_ok=True)
    numbers = there.drop(["scale", "direction", "rule_id", "status"]).astype(float)
    assert (there["status"] == "ok") == (not numbers.isna().any())


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=25),
    st.floats(0.5, 15),
    st.floats(0.05, 0.95),
    st.sampled_from(["higher_is_better", "higher_is_worse"]),
)
@examples(100, long=2000)
def test_reliable_changes_add_up_and_turn_round_with_the_direction(
    pairs: list[tuple[int, int]], sd: float, reliability: float, direction: str
) -> None:
    before, after = ([pair[side] for pair in pairs] for side in (0, 1))
    options: Mapping[str, float] = {"sd": sd, "reliability": reliability}
    row = csc.instruments.reliable_change(before, after, direction=direction, **options).iloc[0]
    other = ({"higher_is_better", "higher_is_worse"} - {direction}).pop()
    turned = csc.instruments.reliable_change(before, after, direction=other, **options).iloc[0]
    assert row["improved"] + row["no_reliable_change"] + row["worse"] == row["n_paired"] == len(pairs)
    assert (row["improved"], row["worse"]) == (turned["worse"], turned["improved"])
    moved = sum(
        abs(two - one) / (sd * math.sqrt(2) * math.sqrt(1 - reliability)) >= 1.96 for one, two in pairs
    )
    assert row["improved"] + row["worse"] == moved


def test_the_filter_above_is_needed() -> None:
    """The properties run instruments with unverified keys; the warning they silence exists."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scored(next(case for case in CASES if case.name == "fqq"), [[0] * 41])
    assert [w.category for w in caught] == [csc.instruments.UnverifiedKeyWarning]
