"""Comparators of published figures, worked by hand on made-up authorities."""

from __future__ import annotations

from decimal import localcontext
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csc_outcomes as csc
from csc_outcomes.errors import InputError

AREAS = pd.DataFrame(
    {
        "old_la_code": ["201", "301", "401", "402", "403", "404", "405", "406"],
        "la_name": list("ABCDEFGH"),
        "region_code": ["E13000001", "E13000002", *["E12000001"] * 6],
        "region_name": ["Inner London", "Outer London", *["North East"] * 6],
    }
)
COLUMNS = ["time_period", "geographic_level", "region_code", "region_name", "old_la_code", "group", "rate",
           "rate_symbol"]  # fmt: skip


def published(*figures: tuple[str, str, float | None], symbols: dict[str, str] | None = None) -> pd.DataFrame:
    """Rows of (group, place, figure): a three-digit code, "England", or the name of a region."""
    codes = {
        "Inner London": "E13000001",
        "Outer London": "E13000002",
        "North East": "E12000001",
        "London": "E12000007",
    }
    rows = []
    for group, place, figure in figures:
        symbol = (symbols or {}).get(place)
        level = "National" if place == "England" else "Regional" if place in codes else "Local authority"
        name = place if place in codes else None
        code = place if level == "Local authority" else None
        rows.append(["2025", level, codes.get(place), name, code, group, figure, symbol])
    return pd.DataFrame(rows, columns=COLUMNS)


def model(*pairs: tuple[str, str], year: str = "2025") -> pd.DataFrame:
    rows = [
        (year, code, number, other) for number, (code, others) in enumerate(pairs) for other in others.split()
    ]
    frame = pd.DataFrame(rows, columns=["model", "old_la_code", "rank", "neighbour_old_la_code"])
    return frame.assign(rank=frame.groupby("old_la_code").cumcount() + 1)


NEIGHBOURS = model(("201", "401 402 403 404"), ("301", "401 402 403"), ("401", "201 301 402 403 404 405"))
FIGURES = published(
    ("stock", "England", 67),
    ("stock", "North East", 111),
    ("stock", "London", 50),
    ("stock", "Inner London", 55),
    ("stock", "Outer London", 45),
    ("stock", "201", 60),
    ("stock", "301", 40),
    ("stock", "401", 100),
    ("stock", "402", 110),
    ("stock", "403", 121),
    ("stock", "404", 200),
    ("starts", "401", 10),
    ("starts", "402", 20),
    ("starts", "England", 26),
)


def compared(frame: Any = FIGURES, **options: Any) -> pd.DataFrame:
    arguments: dict[str, Any] = {"by": ["group"], "neighbours": NEIGHBOURS, "areas": AREAS, "minimum": 1}
    return csc.comparators(frame, "rate", **(arguments | options))


def row(frame: pd.DataFrame, code: str, group: str = "stock") -> dict[str, Any]:
    found = frame[(frame["old_la_code"] == code) & (frame["group"] == group)]
    assert len(found) == 1
    return {name: None if pd.isna(cell) else cell for name, cell in found.iloc[0].items()}


# ---- the figures ----------------------------------------------------------------------------------------


def test_own_neighbours_region_and_england() -> None:
    found = row(compared(), "201")
    assert found == {
        "old_la_code": "201",
        "group": "stock",
        "own": 60,
        "neighbours": 115.5,
        "neighbours_n": 4,
        "region": 55,
        "england": 67,
        "region_name": "Inner London",
        "own_symbol": None,
        "region_symbol": None,
        "england_symbol": None,
        "method": "median",
        "model": "2025",
    }


def test_columns_and_rows_come_in_order() -> None:
    result = compared()
    assert list(result)[:7] == [
        "old_la_code",
        "group",
        "own",
        "neighbours",
        "neighbours_n",
        "region",
        "england",
    ]
    assert list(zip(result["old_la_code"], result["group"], strict=True)) == [
        ("201", "stock"),
        ("301", "stock"),
        ("401", "stock"),
        ("402", "stock"),
        ("403", "stock"),
        ("404", "stock"),
        ("401", "starts"),
        ("402", "starts"),
    ]


def test_the_mean_is_another_statistic_and_is_named() -> None:
    median, mean = row(compared(), "201"), row(compared(method="mean"), "201")
    assert (median["neighbours"], median["method"]) == (115.5, "median")
    assert (mean["neighbours"], mean["method"]) == ((100 + 110 + 121 + 200) / 4, "mean")


def test_an_odd_number_of_neighbours_gives_the_middle_one() -> None:
    assert row(compared(), "301")["neighbours"] == 110


def test_a_group_is_compared_within_itself() -> None:
    found = row(compared(), "401", "starts")
    assert (found["own"], found["neighbours"], found["neighbours_n"], found["england"]) == (10, 20, 1, 26)
    assert found["region"] is None


def test_missing_neighbours_are_left_out_and_never_zero() -> None:
    """405 has no row; 403 is suppressed; a printed 0 counts."""
    frame = published(
        *[("stock", code, figure) for code, figure in {"201": 8.0, "301": 0.0, "401": 9, "402": 4}.items()],
        ("stock", "403", None),
        ("stock", "404", 2),
        symbols={"403": "c"},
    )
    found = row(compared(frame), "401")
    assert (found["neighbours"], found["neighbours_n"]) == (3, 4)
    assert row(compared(frame, method="mean"), "401")["neighbours"] == 3.5


@pytest.mark.parametrize(("minimum", "neighbours"), [(4, 115.5), (5, None)])
def test_fewer_neighbours_than_the_minimum_give_no_figure_but_their_number(
    minimum: int, neighbours: Any
) -> None:
    found = row(compared(minimum=minimum), "201")
    assert (found["neighbours"], found["neighbours_n"], found["own"]) == (neighbours, 4, 60)


def test_five_is_the_least_number_unless_another_is_given() -> None:
    result = csc.comparators(FIGURES, "rate", by=["group"], neighbours=NEIGHBOURS, areas=AREAS)
    assert row(result, "201")["neighbours"] is None
    assert row(result, "401")["neighbours_n"] == 5
    assert row(result, "401")["neighbours"] == 110


def test_an_authority_outside_the_model_has_no_neighbours() -> None:
    found = row(compared(), "404")
    assert (found["neighbours"], found["neighbours_n"], found["region"]) == (None, 0, 111)


def test_the_region_is_the_published_one_never_the_mean_of_authorities() -> None:
    without = FIGURES[FIGURES["region_name"] != "North East"]
    assert row(compared(), "401")["region"] == 111
    assert row(compared(without), "401")["region"] is None
    assert row(compared(FIGURES[FIGURES["geographic_level"] != "National"]), "401")["england"] is None


def test_london_authorities_are_compared_with_their_half_of_london() -> None:
    assert [row(compared(), code)["region"] for code in ("201", "301")] == [55, 45]
    whole = FIGURES[~FIGURES["region_name"].isin(["Inner London", "Outer London"])]
    assert row(compared(whole), "201")["region"] is None


def test_a_lookup_that_knows_one_london_is_followed() -> None:
    one = AREAS.replace({"E13000001": "E12000007", "E13000002": "E12000007", "Inner London": "London",
                         "Outer London": "London"})  # fmt: skip
    halves = ["Inner London", "Outer London"]
    found = compared(FIGURES[~FIGURES["region_name"].isin(halves)], areas=one)
    assert [row(found, code)["region"] for code in ("201", "301")] == [50, 50]


def test_symbols_in_place_of_a_figure_are_shown() -> None:
    symbols = {"201": "c", "Inner London": "u", "England": "x"}
    frame = published(
        *[("stock", place, None) for place in symbols],
        ("stock", "401", 3),
        ("stock", "301", 3),
        symbols=symbols,
    )
    found = row(compared(frame), "201")
    assert (found["own"], found["region"], found["england"]) == (None, None, None)
    assert (found["own_symbol"], found["region_symbol"], found["england_symbol"]) == ("c", "u", "x")
    assert row(compared(frame), "301")["region_symbol"] is None


# ---- exactness ------------------------------------------------------------------------------------------


def test_a_tie_of_the_last_digit_stays_one() -> None:
    """In floats (8.1 + 8.2) / 2 is 8.149999999999999 and would round down."""
    frame = published(("stock", "401", 8.1), ("stock", "402", 8.2), ("stock", "301", 1))
    found = row(compared(frame, neighbours=model(("301", "401 402"))), "301")["neighbours"]
    assert (8.1 + 8.2) / 2 != 8.15
    assert found == 8.15
    assert csc.round_half_up(found, 1) == csc.round_half_up(8.15, 1)


def test_the_callers_decimal_context_changes_nothing() -> None:
    with localcontext(prec=2):
        assert row(compared(), "201")["neighbours"] == 115.5
        assert row(compared(method="mean"), "201")["neighbours"] == 132.75


CODES = ["301", "401", "402", "403", "404", "405", "406"]
figures = st.one_of(st.none(), st.integers(0, 2000).map(lambda tenths: tenths / 10))


@settings(deadline=None)
@given(st.lists(figures, min_size=7, max_size=7), st.integers(1, 7))
def test_any_neighbours_agree_with_a_count_by_hand(values: list[float | None], minimum: int) -> None:
    frame = published(
        ("stock", "201", 1), *[("stock", code, v) for code, v in zip(CODES, values, strict=True)]
    )
    pairs = model(("201", " ".join(CODES)))
    known = sorted(round(value * 10) for value in values if value is not None)
    enough = len(known) >= minimum
    found = row(compared(frame, neighbours=pairs, minimum=minimum), "201")
    assert found["neighbours_n"] == len(known)
    if not enough:
        assert found["neighbours"] is None
        return
    middle = known[(len(known) - 1) // 2] + known[len(known) // 2]
    assert found["neighbours"] == middle / 20
    mean = row(compared(frame, neighbours=pairs, minimum=minimum, method="mean"), "201")["neighbours"]
    assert mean == pytest.approx(sum(known) / len(known) / 10, abs=1e-12)


def test_the_order_of_rows_changes_no_figure() -> None:
    key = ["old_la_code", "group"]
    turned = compared(FIGURES[::-1], neighbours=NEIGHBOURS[::-1], areas=AREAS[::-1])
    pd.testing.assert_frame_equal(
        turned.sort_values(key, ignore_index=True), compared().sort_values(key, ignore_index=True)
    )


# ---- shapes of the inputs -------------------------------------------------------------------------------


def test_nothing_given_is_changed() -> None:
    before = [FIGURES.copy(), NEIGHBOURS.copy(), AREAS.copy()]
    compared()
    for frame, copy in zip([FIGURES, NEIGHBOURS, AREAS], before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_codes_as_numbers_mean_the_same() -> None:
    """As pandas reads them: floats where a blank stands in the column, else integers."""
    frame = FIGURES.assign(old_la_code=FIGURES["old_la_code"].astype(float))
    pairs = NEIGHBOURS.astype({"old_la_code": int, "neighbour_old_la_code": int, "model": int})
    areas = AREAS.astype({"old_la_code": int})
    pd.testing.assert_frame_equal(compared(frame, neighbours=pairs, areas=areas), compared())


def test_polars_frames_come_in_too() -> None:
    given_frames = {"neighbours": pl.from_pandas(NEIGHBOURS), "areas": pl.from_pandas(AREAS)}
    pd.testing.assert_frame_equal(compared(pl.from_pandas(FIGURES), **given_frames), compared())


def test_a_file_without_groups() -> None:
    stock = FIGURES[FIGURES["group"] == "stock"]
    result = compared(stock, by=[])
    assert list(result)[:2] == ["old_la_code", "own"]
    assert list(result["neighbours"][:2]) == [115.5, 110]
    pd.testing.assert_frame_equal(compared(by="group"), compared(by=["group"]))


def test_region_rows_may_carry_names_in_the_column_of_authorities() -> None:
    name = FIGURES["region_name"].str.upper()
    frame = FIGURES.drop(columns=["region_code", "region_name"]).assign(la_name=name)
    pd.testing.assert_frame_equal(compared(frame), compared())


def test_the_interactive_tools_long_file() -> None:
    codes = {
        "England": "970",
        "North East": "980",
        "London": "986",
        "Inner London": "987",
        "Outer London": "988",
    }
    places = FIGURES["region_name"].fillna("England")
    code = FIGURES["old_la_code"].fillna(places.map(codes))
    area = places.replace({"Inner London": "London (Inner)", "Outer London": "London (Outer)"})
    frame = pd.DataFrame(
        {"group": FIGURES["group"], "year": 2025, "area": area, "la_code": code, "rate": FIGURES["rate"]}
    )
    pd.testing.assert_frame_equal(compared(frame), compared())


def test_other_levels_are_left_out() -> None:
    school = FIGURES.tail(1).assign(geographic_level="School", rate=1000)
    pd.testing.assert_frame_equal(compared(pd.concat([FIGURES, school])), compared())


def test_levels_as_fingertips_prints_them() -> None:
    levels = {
        "Local authority": "Counties & UAs (from Apr 2023)",
        "National": "England",
        "Regional": "Region",
    }
    frame = FIGURES.assign(geographic_level=FIGURES["geographic_level"].map(levels))
    pd.testing.assert_frame_equal(compared(frame), compared())


def test_two_authorities_in_one_row_are_nobodys_neighbour_and_share_a_region() -> None:
    joined = {"402": "402 / 403", "301": "201 / 301"}
    frame = FIGURES[~FIGURES["old_la_code"].isin(["403", "201"])]
    frame = frame.assign(old_la_code=frame["old_la_code"].replace(joined))
    result = compared(frame)
    both = row(result, "402 / 403")
    assert (both["own"], both["neighbours_n"], both["region"], both["region_name"]) == (
        110,
        0,
        111,
        "North East",
    )
    assert row(result, "201 / 301")["region"] is None
    assert row(result, "401")["neighbours_n"] == 1


def test_a_model_without_year_is_unnamed() -> None:
    assert row(compared(neighbours=NEIGHBOURS.drop(columns=["model", "rank"])), "201")["model"] is None


# ---- refusals -------------------------------------------------------------------------------------------


def test_several_neighbour_models_are_refused() -> None:
    both = pd.concat([NEIGHBOURS, NEIGHBOURS.assign(model="2021")])
    with pytest.raises(InputError, match="needed one neighbour model, found 2"):
        compared(neighbours=both)
    assert row(compared(neighbours=both[both["model"] == "2021"]), "201")["model"] == "2021"


def test_several_models_without_their_year_are_refused() -> None:
    other = model(("201", "301 405 406"))
    with pytest.raises(InputError, match="6 rows have the same old_la_code and rank"):
        compared(neighbours=pd.concat([NEIGHBOURS, other]).drop(columns="model"))
    with pytest.raises(InputError, match="same old_la_code and neighbour_old_la_code"):
        compared(neighbours=pd.concat([NEIGHBOURS, NEIGHBOURS]))


def test_rows_that_by_does_not_tell_apart_are_refused_with_a_hint() -> None:
    with pytest.raises(InputError, match=r"3 rows are about the same place.*tell them apart: group"):
        compared(by=["time_period"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "mode"}, "method: needed median or mean"),
        ({"minimum": 0}, "minimum: needed a whole number"),
        ({"minimum": 2.5}, "minimum: needed a whole number"),
        ({"minimum": True}, "minimum: needed a whole number"),
        ({"by": ["grup"]}, "column 'grup' does not exist; did you mean group"),
        ({"by": ["group", "old_la_code"]}, "found old_la_code: leave out"),
        (
            {"neighbours": NEIGHBOURS.drop(columns="neighbour_old_la_code")},
            "needed columns neighbour_old_la_code",
        ),
        ({"areas": AREAS.drop(columns="region_name")}, "areas: needed columns region_name"),
        ({"areas": AREAS[1:]}, "areas: 1 of 6 authorities of the frame have no row"),
        (
            {"areas": pd.concat([AREAS, AREAS.head(1).assign(region_name="South")])},
            "areas: 1 authorities have more",
        ),
        ({"neighbours": model(("406", "405"))}, "none of the frame's authorities is in it"),
        ({"neighbours": model(("201", "201 401"))}, "1 authorities are their own neighbour"),
        (
            {"frame": FIGURES.drop(columns="geographic_level")},
            "needed columns old_la_code and geographic_level",
        ),
        ({"frame": FIGURES.drop(columns="rate")}, "column 'rate' does not exist"),
        ({"frame": FIGURES.assign(rate="c")}, "needed a column of figures"),
        (
            {"frame": FIGURES.rename(columns={"time_period": "own"}), "by": ["group", "own"]},
            "own is a column of the",
        ),
        (
            {"frame": FIGURES[FIGURES["geographic_level"] != "Local authority"]},
            "rows of the level Local authority",
        ),
        (
            {"frame": FIGURES.replace({"North East": "Nordost", "E12000001": "E12"})},
            "areas: 1 rows of regions in the frame",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        compared(**options)


def test_all_problems_are_reported_at_once_and_without_values() -> None:
    with pytest.raises(InputError) as raised:
        compared(FIGURES.assign(rate="SECRET"), method="mode", minimum=0, by=["nothing"])
    assert "4 problems" in str(raised.value)
    assert "SECRET" not in str(raised.value)
