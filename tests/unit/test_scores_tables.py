"""Scores and surveys: what is read, what is left out and counted, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes import instruments
from csc_outcomes.errors import InputError
from csc_outcomes.indicators.questionnaires import hedges_g
from csc_outcomes.instruments.registry import INSTRUMENTS
from csc_outcomes.sources import scores_tables

WINDOW = csc.Window("2024-01-01", "2024-06-30")


def score(child: str, **cells: Any) -> dict[str, Any]:
    return {"LA": "A", "CHILD": child, "date": "2024-03-01", "instrument": "cyrm_r", **cells}


def answer(child: str, **cells: Any) -> dict[str, Any]:
    row = {"LA": "A", "survey": "s", "CHILD": child, "date": "2024-03-01", "role": "young_person"}
    return {**row, "question": "gang_involvement", **cells}


def items(*answers: Any) -> dict[str, Any]:
    return {f"i{number}": given for number, given in enumerate(answers, start=1)}


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, dtype=object)


def data(rows: list[dict[str, Any]], table: str = "scores", **more: list[dict[str, Any]]) -> csc.Data:
    return csc.Data({table: frame(rows), **{name: frame(given) for name, given in more.items()}})


def valid(given: csc.Data, table: str = "scores.valid") -> list[dict[str, Any]]:
    return pl.DataFrame(given.table(table).collect().to_native()).to_dicts()


def problems(given: csc.Data) -> dict[str, tuple[int, int]]:
    """Rows and rows set aside by code."""
    found = given.problems.groupby("code")[["rows", "set_aside"]].sum()
    return {str(code): (int(rows), int(aside)) for code, rows, aside in found.itertuples()}


def row_of(name: str, given: csc.Data, **options: Any) -> dict[str, Any]:
    result = csc.calculate(name, given, options.pop("window", WINDOW), **options)
    return dict(result.frame.iloc[0])


def figure(name: str, given: csc.Data, **options: Any) -> tuple[Any, Any, Any]:
    found = row_of(name, given, **options)
    return found["numerator"], found["denominator"], found["status"]


def notes(name: str, given: csc.Data, **options: Any) -> dict[str, int]:
    found = csc.calculate(name, given, options.pop("window", WINDOW), **options).notes
    return dict(zip(found["text"], found["count"], strict=True))


def note(text: str, found: dict[str, int]) -> int:
    (count,) = [count for whole, count in found.items() if text in whole]
    return count


# ---- what is declared ---------------------------------------------------------------------------------------


def test_the_tables_have_a_place_for_every_item_and_informant() -> None:
    assert max(instrument.n_items for instrument in INSTRUMENTS) <= scores_tables.MOST_ITEMS
    assert set(scores_tables.INFORMANTS) == set(instruments.INFORMANTS)


def test_items_are_read_whatever_the_case_of_their_columns() -> None:
    rows = [{**score("1"), **{f"I{number}": 3 for number in range(1, 18)}}]
    assert figure("cyrm_total_mean", data(rows)) == (51, 1, "ok")


def test_a_table_with_neither_scores_nor_answers_is_refused() -> None:
    with pytest.raises(InputError, match="needed a column score, or columns i1, i2"):
        data([score("1", informant="self")])


def test_columns_that_cannot_be_left_out_are_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        csc.Data({"survey": pd.DataFrame({"LA": ["A"], "CHILD": ["1"], "answer": [1]})})
    assert [name for name in ("'survey'", "'date'", "'role'") if name not in str(caught.value)] == []


# ---- cells that cannot be read ------------------------------------------------------------------------------


def test_rows_without_a_date_are_left_out_and_counted() -> None:
    rows = [score("1", score=50), score("2", score=60, date=None), score("3", score=70, date="31/02/2024")]
    given = data(rows)
    assert figure("cyrm_total_mean", given) == (50, 1, "ok")
    assert problems(given) == {"missing_date": (1, 1), "unreadable_date": (1, 1)}


def test_times_of_day_are_dropped() -> None:
    rows = [score("1", score=50, date="2024-06-30 23:59:00"), score("2", score=60, date="2024-01-01T08:00")]
    assert figure("cyrm_total_mean", data(rows)) == (110, 2, "ok")


@pytest.mark.parametrize("column", ["score", "points", "i3"])
def test_text_where_a_number_should_be_leaves_the_row_out(column: str) -> None:
    row = {**score("1"), **items(*[3] * 17), "score": None, "points": 5}
    rows = [{**row, column: "secret"}, {**row, "CHILD": "2"}]
    given = data(rows)
    assert figure("cyrm_total_mean", given) == (51, 1, "ok")
    assert problems(given) == {"unreadable_number": (1, 1)}
    assert f"({column} 1)" in given.problems["message"].iloc[0]
    assert not given.problems["message"].str.contains("secret").any()


@pytest.mark.parametrize("column", ["answer", "scale_max", "refused", "invited", "returned"])
def test_a_survey_row_with_an_unreadable_cell_is_no_answer(column: str) -> None:
    given = data([answer("1", answer=1), {**answer("2", answer=1), column: "yes"}], "survey")
    assert figure("gang_self_report_pct", given) == (1, 1, "ok")
    assert problems(given) == {"unreadable_number": (1, 1)}


@pytest.mark.parametrize("column", ["refused", "invited", "returned"])
def test_flags_are_0_or_1(column: str) -> None:
    given = data([answer("1", answer=1), {**answer("2", answer=1), column: 2}], "survey")
    assert figure("gang_self_report_pct", given) == (1, 1, "ok")
    assert problems(given) == {"bad_flag": (1, 1)}


@pytest.mark.parametrize("given", [math.inf, "inf", "nan"])
def test_numbers_without_end_are_no_scores(given: Any) -> None:
    rows = [score("1", instrument="tasar", score=4), score("2", instrument="tasar", score=given)]
    found = data(rows)
    assert figure("sex_relationship_attitudes_score", found) == (4, 1, "ok")
    assert problems(found) == {"unreadable_number": (1, 1)}


# ---- items --------------------------------------------------------------------------------------------------


def test_answers_out_of_range_are_never_clipped_and_cost_the_row_its_score() -> None:
    good = items(*[3] * 17)
    rows = [{**score("1"), **good}, {**score("2"), **good, "i4": 6}, {**score("3"), **good, "i4": 2.5}]
    given = data(rows)
    assert figure("cyrm_total_mean", given) == (51, 1, "ok")
    assert problems(given) == {"items_not_scored": (2, 2)}
    assert note("without a score", notes("cyrm_total_mean", given)) == 2


def test_a_stored_score_stands_beside_answers_that_say_something_else() -> None:
    assert figure("cyrm_total_mean", data([{**score("1", score=40), **items(*[3] * 17)}])) == (40, 1, "ok")


def test_a_blank_score_without_answers_is_counted() -> None:
    given = data([score("1", score=50), score("2", score=None)])
    assert problems(given) == {"missing_score": (1, 1)}
    assert figure("cyrm_total_mean", given) == (50, 1, "ok")


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({"instrument": "own_scale"}, "no key here"),
        ({"instrument": "cprs_full"}, "licence holder's key"),
        ({"instrument": "harter_sppa"}, "order of the form"),
        ({"instrument": "sdq"}, "do not say"),
        ({"instrument": "ghq12"}, "do not say"),
        ({"instrument": "ghq12", "scoring": "own"}, "do not say"),
        ({"points": 4}, "do not say"),
        ({"informant": "neighbour"}, "do not say"),
        ({"scale": "hope"}, "a scale that it does not have"),
    ],
)
def test_answers_that_cannot_be_scored_are_counted_with_the_reason(cells: dict[str, Any], text: str) -> None:
    given = data([{**score("1"), **items(*[2] * 12), **cells}])
    (message,) = given.problems.query("code == 'items_not_scored'")["message"]
    assert text in message
    assert not any(found["score"] for found in valid(given))


def test_a_form_that_is_too_long_is_another_form() -> None:
    given = data([{**score("1"), **items(*[3] * 18)}])
    assert problems(given) == {"items_not_scored": (1, 1)}


def test_answers_without_a_scale_give_every_scale_where_there_is_no_total() -> None:
    given = data([{**score("1", instrument="cprs_short"), **items(*[1] * 15)}])
    found = {row["scale"]: (row["score"], row["unverified"]) for row in valid(given)}
    assert found == {"conflict": (8, True), "closeness": (7, True), "positive_total": (47, True)}
    named = data([{**score("1", instrument="cprs_short", scale="conflict"), **items(*[1] * 15)}])
    assert [row["scale"] for row in valid(named)] == ["conflict"]
    total = data([{**score("1"), **items(*[1] * 17)}])
    assert [(row["scale"], row["score"], row["unverified"]) for row in valid(total)] == [("total", 17, False)]


def test_a_score_made_here_can_contradict_one_that_is_stored() -> None:
    made = {**score("1", instrument="cprs_short"), **items(*[1] * 15)}
    stored = score("1", instrument="cprs_short", scale="conflict", score=9)
    again = score("1", instrument="cprs_short", scale="closeness", score=7)
    given = data([made, stored, again])
    assert figure("cprs_conflict", given) == (0, 0, "undefined")
    assert figure("cprs_closeness", given) == (7, 1, "ok")
    assert problems(given) == {"conflicting_rows": (2, 0)}
    assert "not confirmed" not in " ".join(notes("cprs_closeness", given))  # the stored one stays


# ---- rows that repeat ---------------------------------------------------------------------------------------


def test_equal_rows_count_once_and_rows_that_differ_not_at_all() -> None:
    rows = [score("1", score=50), score("1", score=50), score("2", score=60), score("2", score=61)]
    given = data(rows)
    assert figure("cyrm_total_mean", given) == (50, 1, "ok")
    assert problems(given) == {"duplicate_row": (1, 1), "conflicting_rows": (2, 2)}
    assert note("share what identifies them", notes("cyrm_total_mean", given)) == 2


def test_blank_points_are_five_before_rows_are_compared() -> None:
    given = data([score("1", score=50, points=None), score("1", score=51, points=5)])
    assert figure("cyrm_total_mean", given) == (0, 0, "undefined")


def test_rows_that_differ_in_what_nobody_declared_are_equal() -> None:
    given = data([score("1", score=50, typed_by="a"), score("1", score=50, typed_by="b")])
    assert figure("cyrm_total_mean", given) == (50, 1, "ok")


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [score(str(n % 3), score=20 + n, date=f"2024-0{1 + n % 5}-1{n % 4}") for n in range(12)]
    assert figure("cyrm_total_mean", data(rows)) == figure("cyrm_total_mean", data(rows[::-1]))


def test_what_comes_in_is_left_as_it_is() -> None:
    given = frame([{**score("1"), **items(*[3] * 17)}])
    before = given.copy(deep=True)
    valid(csc.Data({"scores": given}))
    pd.testing.assert_frame_equal(given, before)


# ---- words --------------------------------------------------------------------------------------------------


def test_words_are_read_in_any_case_and_strange_ones_are_reported() -> None:
    rows = [
        score("1", score=40, point="Baseline", informant="Self"),
        score("1", score=45, point="FOLLOW_UP", informant="self", date="2024-05-01"),
        score("2", score=40, point="before", informant="self"),
    ]
    given = data(rows)
    assert figure("cyrm_paired_change", given) == (5, 1, "ok")
    assert problems(given) == {"unknown_word": (1, 0)}


def test_a_blank_role_is_of_no_figure_about_a_role() -> None:
    given = data([answer("1", answer=1), {**answer("2", answer=1), "role": None}], "survey")
    assert figure("gang_self_report_pct", given) == (1, 1, "ok")
    assert figure("survey_response_pct", given, parameters={"role": "any"}) == (2, 2, "ok")
    assert problems(given) == {"missing_role": (1, 0)}


# ---- informants, forms, points ------------------------------------------------------------------------------


def test_mixed_informants_are_refused_by_name_and_all_at_once() -> None:
    rows = [
        score("1", score=50, informant="self", form="a"),
        score("2", score=50, informant="parent", form="b"),
        score("3", score=50, form="b"),
    ]
    with pytest.raises(InputError) as caught:
        figure("cyrm_total_mean", data(rows))
    for text in ("3 values of informant (not stated, parent, self)", "2 values of form (a, b)"):
        assert text in str(caught.value)
    chosen = {"informant": "parent", "form": "b"}
    assert figure("cyrm_total_mean", data(rows), parameters=chosen) == (50, 1, "ok")


def test_informants_of_other_measures_rows_do_not_matter() -> None:
    rows = [
        score("1", score=50, informant="self"),
        score("2", score=40, informant="parent", points=3),
        score("3", score=9, informant="teacher", instrument="sdq"),
        score("4", score=9, informant="worker", scale="personal"),
    ]
    assert figure("cyrm_total_mean", data(rows)) == (50, 1, "ok")


def test_the_notes_say_whose_answers_and_which_form_a_figure_is_of() -> None:
    found = notes("cyrm_total_mean", data([score("1", score=50, informant="self", form="youth")]))
    assert (note("informant: self", found), note("form: youth", found)) == (1, 1)


def test_required_choices_are_asked_for_before_anything_is_computed() -> None:
    with pytest.raises(InputError) as caught:
        csc.calculate(["sdq_paired_change", "ghq12_mean"], data([score("1", score=1)]), WINDOW)
    assert "sdq_paired_change needs parameter 'informant'" in str(caught.value)
    assert "ghq12_mean needs parameter 'scoring'" in str(caught.value)


# ---- points in time -----------------------------------------------------------------------------------------


def pair(child: str, before: float, after: float, **cells: Any) -> list[dict[str, Any]]:
    first = score(child, score=before, point="baseline", date="2023-10-01", **cells)
    return [first, score(child, score=after, point="follow_up", **cells)]


def test_of_two_baselines_the_last_one_before_the_follow_up_counts() -> None:
    rows = [*pair("1", 40, 50), score("1", score=44, point="baseline", date="2023-12-01")]
    assert figure("cyrm_paired_change", data(rows)) == (6, 1, "ok")
    rows.append(score("1", score=20, point="baseline", date="2024-04-01"))
    assert figure("cyrm_paired_change", data(rows)) == (6, 1, "ok")


def test_two_baselines_of_one_day_that_differ_leave_the_earlier_one() -> None:
    rows = [*pair("1", 40, 50)]
    rows += [score("1", score=n, point="baseline", date="2023-12-01") for n in (44, 45)]
    assert figure("cyrm_paired_change", data(rows)) == (10, 1, "ok")


def test_without_point_and_index_date_a_score_is_in_no_pair() -> None:
    rows = [score("1", score=40, date="2023-10-01"), score("1", score=50)]
    found = notes("cyrm_paired_change", data(rows))
    assert note("neither baseline nor follow-up", found) == 2
    cohort = [{"LA": "A", "CHILD": "1", "index_date": "2023-10-01", "arm": "x"}]
    assert figure("cyrm_paired_change", data(rows, cohort=cohort)) == (10, 1, "ok")


def test_children_of_two_authorities_with_one_id_are_two_children() -> None:
    first, second = pair("1", 40, 50)
    assert figure("cyrm_paired_change", data([first, {**second, "LA": "B"}])) == (0, 0, "undefined")


def test_two_scores_of_one_day_and_unlike_forms_make_no_pair() -> None:
    rows = [*pair("1", 5, 9, instrument="sdq", informant="self")]
    rows.append({**rows[1], "scoring": "other"})
    found = notes("sdq_paired_change", data(rows), parameters={"informant": "self"})
    assert note("several different scores", found) == 1


def test_lost_and_paired_are_told_by_arm() -> None:
    rows = [*pair("1", 40, 50, arm="x"), pair("2", 30, 35, arm="x")[0], pair("3", 30, 35, arm="y")[0]]
    found = notes("cyrm_paired_change", data(rows))
    counts = {text.split(":")[0] + text[-9:]: n for text, n in found.items() if "of arm" in text}
    assert counts == {
        "baseline of arm x": 2, "baseline of arm y": 1, "follow-up of arm x": 1, "paired of arm x": 1,
        "lost of arm x": 1, "lost of arm y": 1,
    }  # fmt: skip


def test_a_pair_takes_the_arm_of_the_baseline_where_the_follow_up_names_none() -> None:
    rows = pair("1", 40, 50, arm="x")
    rows[1]["arm"] = None
    assert figure("cyrm_paired_change", data(rows), parameters={"arm": "x"}) == (10, 1, "ok")
    assert figure("cyrm_paired_change", data(rows), parameters={"arm": "y"}) == (0, 0, "undefined")


def test_the_arm_unknown_is_no_arm() -> None:
    given = data([score("1", score=50, arm="unknown"), score("2", score=60, arm="x")])
    result = csc.calculate("cyrm_total_mean", given, WINDOW, by="arm").frame
    assert dict(zip(result["group"], result["denominator"], strict=True)) == {"all": 2, "x": 1, "unknown": 1}


def test_windows_per_child_hold_each_childs_own_scores_and_arm() -> None:
    rows = [*pair("1", 40, 50, arm="z"), *pair("2", 30, 20, arm="z")]
    cohort = pd.DataFrame(
        {"LA": "A", "CHILD": ["1", "2"], "index_date": ["2024-01-01", "2024-04-01"], "arm": ["x", "y"]}
    )
    windows = csc.Windows.per_child(cohort, follow_up_months=6)
    result = csc.calculate("cyrm_total_mean", data(rows), windows, by="arm").frame
    found = {
        (w, g): n for w, g, n in zip(result["window"], result["group"], result["numerator"], strict=True)
    }
    # The score of 1 March lies in the follow-up of child 1 and in the baseline of child 2.
    assert (found["baseline", "x"], found["baseline", "y"]) == (40, 20)
    assert (found["follow_up", "x"], found["follow_up", "y"]) == (50, 0)


def test_one_day_is_no_window_for_scores() -> None:
    with pytest.raises(InputError, match="was asked for on a day"):
        figure("cyrm_total_mean", data([score("1", score=50)]), window=csc.Window.snapshot("2024-03-01"))


# ---- effect size --------------------------------------------------------------------------------------------


def test_hedges_g_counts_equal_pairs_as_often_as_they_are() -> None:
    # Baselines 10, 10, 14 and changes 2, 2, 5: mean 3; variance of the baselines 16 / 3, n = 3.
    g = hedges_g([2.0, 5.0, 0.0], [2, 1, 4], [10.0, 14.0, math.nan])
    assert g[:2] == (None, 3.0)
    assert g[2] == pytest.approx(3 / math.sqrt(16 / 3) * (1 - 3 / 7), rel=1e-15)


@pytest.mark.parametrize(
    ("changes", "weights", "baselines", "pairs"),
    [([1.0], [1], [5.0], 1), ([1.0, 2.0], [1, 1], [5.0, 5.0], 2), ([0.0], [3], [math.nan], 0)],
)
def test_hedges_g_needs_two_pairs_with_different_baselines(
    changes: list[float], weights: list[int], baselines: list[float], pairs: int
) -> None:
    assert hedges_g(changes, weights, baselines) == (None, pairs, None)


# ---- surveys ------------------------------------------------------------------------------------------------


def test_refusals_blanks_and_other_scales_are_counted_apart() -> None:
    rows = [
        answer("1", answer=1),
        answer("2", answer=None, refused=1),
        answer("3", answer=0, refused=1),
        answer("4", answer=None),
        answer("5", answer=2),
        answer("6", answer=1, scale_max=5),
        answer("7", answer=0, scale_max=1),
    ]
    given = data(rows, "survey")
    assert figure("gang_self_report_pct", given) == (1, 2, "ok")
    found = notes("gang_self_report_pct", given)
    assert note("refused to answer", found) == 2
    assert note("left blank", found) == 1
    assert note("off the scale", found) == 1
    assert note("another scale", found) == 1


def test_what_a_return_is_follows_from_what_is_in_the_row() -> None:
    rows = [
        answer("1", answer=1),
        answer("2", refused=1),
        answer("3"),
        answer("4", answer=1, returned=0),
        answer("5", returned=1),
        answer("6", answer=0, invited=0),
    ]
    given = data(rows, "survey")
    assert figure("survey_response_pct", given, parameters={"role": "young_person"}) == (3, 5, "ok")
    assert problems(given) == {"returned_contradiction": (1, 0)}


def test_a_person_invited_to_two_rounds_is_two_invitations() -> None:
    given = data([answer("1", answer=1), answer("1", answer=0, survey="t", date="2024-05-01")], "survey")
    assert figure("survey_response_pct", given, parameters={"role": "young_person"}) == (2, 2, "ok")
    assert figure("gang_self_report_pct", given) == (0, 1, "ok")


def test_the_response_beside_a_figure_is_that_of_rounds_with_the_question() -> None:
    rows = [
        answer("1", answer=1),
        answer("2", question=None, returned=0),
        answer("3", survey="other", question="one_good_friend", answer=1),
        answer("4", survey="other", question=None, returned=0),
    ]
    found = notes("gang_self_report_pct", data(rows, "survey"))
    assert (note("invited:", found), note("returned:", found)) == (2, 1)


def test_nothing_at_all_is_no_data_and_other_questions_are() -> None:
    assert figure("gang_self_report_pct", data([answer("1", question=None)], "survey"))[2] == "no_data"
    assert figure("gang_self_report_pct", data([score("1", score=50)]))[2] == "no_data"
    outside = data([answer("1", answer=1, date="2023-03-01")], "survey")
    assert figure("gang_self_report_pct", outside) == (0, 0, "undefined")


def test_explain_shows_why_a_row_is_not_in_a_figure() -> None:
    given = data([score("1", score=50), score("1", score=40, date="2024-02-01"), score("2", score=99)])
    cases = csc.calculate("cyrm_total_mean", given, WINDOW).explain("cyrm_total_mean").cases
    reasons = dict(zip(cases["numerator"], cases["reason"], strict=True))
    assert reasons[50] == "counted"
    assert "earlier score" in reasons[40]
    assert "outside the range" in reasons[99]
