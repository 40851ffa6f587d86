"""Our figures beside published ones: each kind of agreement, and what is never compared."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import csc_outcomes as csc
from csc_outcomes.definitions.measure import When
from csc_outcomes.errors import InputError, UnknownNameError
from csc_outcomes.evaluation.published_figures import COLUMNS
from csc_outcomes.evaluation.reconcile import AGREEMENTS, RECONCILED

CLA = "Children looked after in England including adoptions: numbers and rates"
HOMES = "Children looked after in England including adoptions: children looked after on 31 March by characteristics"
CENSUS = "Children's social work workforce"
TOOL = "Local Authority Interactive Tool"
DAY, START = "2024-03-31", "2023-04-01"
NAN = float("nan")


def ours(measure: str, value: float | None, area: str = "390", **changes: Any) -> dict[str, Any]:
    """A row of a result: a figure of Gateshead on 31 March 2024, or of the year to it."""
    flow = csc.measure(measure).when is not When.DAY
    row = {
        "measure": measure, "version": 1, "window": "w", "start": START if flow else DAY, "end": DAY, "area": area,
        "breakdown": "all", "group": "all", "numerator": NAN, "denominator": NAN, "value": value, "lower": NAN,
        "upper": NAN, "interval": "", "unit": csc.measure(measure).unit, "status": "no_data" if value is None else "ok",
    }  # fmt: skip
    return row | changes


def published(measure: str, value: float | None, code: str = "390", **changes: Any) -> dict[str, Any]:
    """A published figure of Gateshead."""
    mine = ours(measure, value)
    row = {
        "measure": measure, "area": "E08000037", "old_la_code": code, "level": "Local authority", "period": "2024",
        "start": mine["start"], "end": mine["end"], "numerator": NAN, "denominator": NAN, "value": value,
        "symbol": "", "decimals": 0, "publication": CLA, "parameters": "",
    }  # fmt: skip
    return row | changes


def england(measure: str, value: float | None, **changes: Any) -> dict[str, Any]:
    return published(measure, value, "", area="E92000001", level="National", **changes)


def frames(mine: Any, theirs: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    return (
        pd.DataFrame(mine if isinstance(mine, list) else [mine]),
        pd.DataFrame(theirs if isinstance(theirs, list) else [theirs], columns=list(COLUMNS)),
    )


def reconciled(mine: Any, theirs: Any, **options: Any) -> pd.DataFrame:
    frame = csc.reconcile(*frames(mine, theirs), **options)
    assert list(frame.columns) == list(RECONCILED)
    assert set(frame["agreement"]) <= set(AGREEMENTS)
    assert frame["text"].str.endswith(".").all()
    return frame


def only(mine: Any, theirs: Any, **options: Any) -> dict[str, Any]:
    frame = reconciled(mine, theirs, **options)
    assert len(frame) == 1
    return {name: None if value != value else value for name, value in frame.to_dict("records")[0].items()}


# ---- agreement ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "printed", "rounded", "difference", "agreement"),
    [
        (66.4, 66, 66, 0, "equal"),
        # Half away from zero: half to even would give 66.
        (66.5, 67, 67, 0, "equal"),
        (66.5, 66, 67, 1, "within rounding"),
        (66.6, 66, 67, 1, "different"),
        (66.5, 68, 67, -1, "different"),
        (66.5, 65, 67, 2, "different"),
        (66.4, 70, 66, -4, "different"),
    ],
)
def test_an_authoritys_rate_must_be_equal(
    value: float, printed: float, rounded: float, difference: float, agreement: str
) -> None:
    parts = {"numerator": 300, "denominator": 45000}
    found = only(
        ours("cla_stock_rate_10k", value, **parts), published("cla_stock_rate_10k", printed, **parts)
    )
    assert (found["ours"], found["ours_rounded"], found["published"]) == (value, rounded, printed)
    assert (found["difference"], found["agreement"]) == (difference, agreement)


def test_differences_have_the_published_decimals() -> None:
    found = only(ours("rereferral_pct", 22.5), published("rereferral_pct", 22.6, decimals=1))
    assert found["difference"] == -0.1
    assert found["agreement"] == "different"
    assert found["text"].startswith("22.5 here, 22.6 published; rounding does not explain it.")


def test_parts_that_differ_are_told_even_where_figures_are_equal() -> None:
    mine = ours("cla_stock_rate_10k", 66.6, numerator=300, denominator=45000)
    same = only(mine, published("cla_stock_rate_10k", 67, numerator=300, denominator=45000))
    assert same["text"] == "67 here, 67 published."
    other = only(mine, published("cla_stock_rate_10k", 67, numerator=301, denominator=45000))
    assert (other["agreement"], other["text"]) == (
        "equal", "67 here, 67 published. Numerator 300 here, 301 published.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "printed", "agreement"),
    [(81_768, 81_770, "equal"), (81_765, 81_770, "equal"), (81_765, 81_760, "within rounding"),
     (81_764, 81_770, "different"), (81_776, 81_770, "different")],
)  # fmt: skip
def test_counts_of_england_are_compared_to_tens(value: float, printed: float, agreement: str) -> None:
    mine = ours("cla_stock_number", value, "E92000001", numerator=value)
    found = only(mine, england("cla_stock_number", printed, numerator=printed, decimals=-1))
    assert found["agreement"] == agreement
    assert found["ours_rounded"] == round(value / 10 + 1e-9) * 10


def test_a_count_of_an_authority_is_not_rounded() -> None:
    mine = ours("cla_stock_number", 433, numerator=433)
    assert only(mine, published("cla_stock_number", 433, numerator=433))["agreement"] == "equal"
    found = only(mine, published("cla_stock_number", 430, numerator=430))
    assert (found["agreement"], found["difference"]) == ("different", 3)
    assert found["text"] == "433 here, 430 published; rounding does not explain it."


def test_a_rate_of_a_region_may_come_from_any_counts_within_five() -> None:
    region = {"area": "E12000001", "level": "Regional", "old_la_code": ""}
    parts = {"numerator": 500, "denominator": 2000}
    theirs = published("foster_share_pct", 25, publication=HOMES, **parts) | region

    def agreement(value: float) -> str:
        return str(only(ours("foster_share_pct", value, "E12000001"), theirs)["agreement"])

    # (500 - 5) / (2000 + 5) is 24.7 and (500 + 5) / (2000 - 5) is 25.3: both still round to 25.
    assert [agreement(value) for value in (24.4, 24.6, 25.4, 25.6)] == [
        "different", "equal", "equal", "different",
    ]  # fmt: skip
    small = theirs | {"numerator": 50, "denominator": 200}
    # 45 / 205 is 21.95, 55 / 195 is 28.2.
    frame = reconciled(
        [ours("foster_share_pct", value, "E12000001") for value in (21.4, 21.6, 28.4, 28.6)], small
    )
    assert frame["agreement"].to_list() == ["different", "within rounding", "within rounding", "different"]
    assert "to the nearest 10" in frame["text"][1]


def test_populations_are_exact_when_a_rate_is_judged() -> None:
    # (1,000 - 5) and (1,000 + 5) of 100,000 give 99.5 to 100.5, which round to 100 and 101.
    theirs = england("cla_stock_rate_10k", 100, numerator=1000, denominator=100_000)
    frame = reconciled(
        [ours("cla_stock_rate_10k", value, "E92000001") for value in (99.4, 100.6, 101.6)], theirs
    )
    assert frame["agreement"].to_list() == ["different", "within rounding", "different"]


def test_full_time_equivalents_are_published_to_a_tenth() -> None:
    days = {"start": "2024-09-30", "end": "2024-09-30"}
    mine = ours("turnover_rate_fte_pct", 13.24, start="2023-10-01", end="2024-09-30")
    theirs = published(
        "turnover_rate_fte_pct", 13.3, numerator=5.3, denominator=40.0, decimals=1, publication=CENSUS,
        start="2023-10-01", end="2024-09-30",
    )  # fmt: skip
    # 5.25 / 40.05 is 13.1, 5.35 / 39.95 is 13.4.
    assert only(mine, theirs)["agreement"] == "within rounding"
    assert only(mine | {"value": 13.54}, theirs)["agreement"] == "different"
    assert only(mine | days, theirs)["agreement"] == "not published"


def test_a_weekly_cost_is_published_to_five_pounds() -> None:
    theirs = published("cla_weekly_unit_cost", 1005, publication=TOOL)
    frame = reconciled([ours("cla_weekly_unit_cost", value) for value in (1005.2, 1007.5, 1007.6)], theirs)
    assert frame["agreement"].to_list() == ["equal", "within rounding", "different"]


# ---- no figure on one side ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "agreement", "said"),
    [("c", "suppressed", "hides"), ("z", "not published", "not applicable"), ("x", "not published", "not available"),
     ("u", "not published", "low reliability")],
)  # fmt: skip
def test_symbols_explain_what_is_missing(symbol: str, agreement: str, said: str) -> None:
    found = only(ours("cla_stock_rate_10k", 66.0), published("cla_stock_rate_10k", None, symbol=symbol))
    assert (found["agreement"], found["symbol"], found["published"]) == (agreement, symbol, None)
    assert found["difference"] is None
    assert said in found["text"]


@pytest.mark.parametrize(
    ("value", "agreement"), [(0.3, "equal"), (0.49, "equal"), (0.5, "different"), (0.0, "different")]
)
def test_a_figure_that_rounds_to_zero_without_being_zero(value: float, agreement: str) -> None:
    found = only(ours("foster_share_pct", value), published("foster_share_pct", None, symbol="low"))
    assert found["agreement"] == agreement


def test_a_blank_cell_is_no_figure() -> None:
    found = only(ours("cla_stock_rate_10k", 66.0), published("cla_stock_rate_10k", None))
    assert (found["agreement"], found["text"]) == ("not published", "The cell is blank.")


def test_parts_without_a_figure_are_compared_in_words() -> None:
    theirs = published("return_home_share_leavers_pct", None, numerator=16, denominator=70)
    mine = ours("return_home_share_leavers_pct", 22.9, numerator=16, denominator=70)
    same = only(mine, theirs)
    assert (same["agreement"], same["text"]) == (
        "not published", "Only its parts are published. They are the same here.",
    )  # fmt: skip
    other = only(mine | {"numerator": 15, "denominator": 71}, theirs)
    assert other["text"].endswith("Numerator 15 here, 16 published; denominator 71 here, 70 published.")
    assert other["published"] is None


def test_without_a_value_here_nothing_is_compared() -> None:
    found = only(ours("cla_stock_rate_10k", None), published("cla_stock_rate_10k", 66))
    assert (found["agreement"], found["published"], found["ours_rounded"]) == ("not computed", 66, None)
    assert found["text"] == "No value here (status no_data); published: 66."


# ---- which figures meet ---------------------------------------------------------------------------------


@pytest.mark.parametrize("area", ["390", "E08000020", "E08000037", " e08000037"])
def test_areas_meet_under_any_of_their_codes(area: str) -> None:
    for code in ("E08000020", "E08000037"):
        theirs = published("cla_stock_rate_10k", 66, area=code)
        found = only(ours("cla_stock_rate_10k", 66.0, area), theirs)
        assert (found["agreement"], found["area"]) == ("equal", area)


def test_old_and_new_dorset_stay_apart() -> None:
    theirs = published("cla_stock_rate_10k", 66, "838", area="E06000059")
    assert only(ours("cla_stock_rate_10k", 66.0, "E06000059"), theirs)["agreement"] == "equal"
    old = only(ours("cla_stock_rate_10k", 66.0, "E10000009"), theirs)
    assert (old["agreement"], old["text"]) == ("not published", "Dorset did not exist in this period.")


def test_authorities_published_together_are_nobody_alone() -> None:
    theirs = published(
        "avg_caseload_fte", 15.0, "314 / 318", area="E09000021 / E09000027", publication=CENSUS
    )
    found = only(ours("avg_caseload_fte", 15.0, "314"), theirs)
    assert found["agreement"] == "not published"
    assert "stands with Richmond upon Thames" in found["text"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"end": "2023-03-31", "start": "2023-03-31"}, "Nothing is published for this period"),
        ({"area": "391"}, "Nothing is published for this measure and area"),
        ({"area": "E06900001"}, "no authority or region of England"),
        ({"measure": "foster_share_pct"}, "Nothing is published for this measure and area"),
    ],
)
def test_why_nothing_is_there(changes: dict[str, Any], said: str) -> None:
    found = only(ours("cla_stock_rate_10k", 66.0) | changes, published("cla_stock_rate_10k", 66))
    assert (found["agreement"], found["published"], found["ours_rounded"]) == ("not published", None, None)
    assert said in found["text"]


def test_a_day_is_not_its_year_unless_a_return_year_is_meant() -> None:
    day = {"start": DAY}
    flow = ours("cla_starts_rate_10k", 20.0)
    assert only(flow, published("cla_starts_rate_10k", 20))["agreement"] == "equal"
    assert only(flow | day, published("cla_starts_rate_10k", 20))["agreement"] == "not published"
    convicted = ours("cla_convicted_pct", 2.0)
    for mine in (convicted, convicted | day):
        assert only(mine, published("cla_convicted_pct", 2))["agreement"] == "equal"


def test_totals_are_england_only_where_it_is_said() -> None:
    mine = ours("cla_stock_rate_10k", 67.1, "all")
    theirs = england("cla_stock_rate_10k", 67)
    assert reconciled(mine, theirs).empty
    found = only(mine, theirs, whole="E92000001")
    assert (found["agreement"], found["area"]) == ("equal", "all")
    with pytest.raises(UnknownNameError, match="area 'E08000037' does not exist"):
        csc.reconcile(*frames(mine, theirs), whole="E08000037")


def test_breakdowns_are_left_out_but_for_published_ages() -> None:
    name = "care_leaver_suitable_accom_pct"
    theirs = [published(name, 90, parameters=f"ages={ages}") for ages in ("17-18", "19-21")]
    rows = [
        ours(name, 89.0),
        *(ours(name, 90.2, breakdown="age_group", group=group) for group in ("under 17", "17-18", "19-21")),
        ours(name, 50.0, breakdown="sex", group="female"),
    ]
    frame = reconciled(rows, theirs)
    assert frame["agreement"].to_list() == ["not published", "equal", "equal"]
    assert frame["text"][0].startswith("Published with ages=17-18, ages=19-21;")


def test_each_publication_has_its_row() -> None:
    theirs = [published("cla_stock_rate_10k", 66), published("cla_stock_rate_10k", 65, publication=TOOL)]
    frame = reconciled(ours("cla_stock_rate_10k", 66.0), theirs)
    assert frame["agreement"].to_list() == ["equal", "different"]


def test_files_written_and_read_again_give_the_same() -> None:
    mine, theirs = frames(
        [
            ours("cla_stock_rate_10k", 66.0, interval="Byar's"),
            ours("cla_stock_number", 81_768, "E92000001", interval="Byar's"),
        ],
        [
            published("cla_stock_rate_10k", 66),
            england("cla_stock_number", 81_770, numerator=81_770, decimals=-1),
        ],
    )
    again = [pd.read_csv(pd.io.common.StringIO(frame.to_csv(index=False))) for frame in (mine, theirs)]
    wanted = csc.reconcile(mine, theirs)
    assert wanted["agreement"].to_list() == ["equal", "equal"]
    pd.testing.assert_frame_equal(csc.reconcile(*again), wanted)


def test_columns_that_lack_are_told() -> None:
    mine, theirs = frames(ours("cla_stock_rate_10k", 66.0), published("cla_stock_rate_10k", 66))
    with pytest.raises(InputError, match="published lacks the columns symbol; make it with csc"):
        csc.reconcile(mine, theirs.drop(columns="symbol"))
    with pytest.raises(InputError, match="result frame: needed the columns value"):
        csc.reconcile(mine.drop(columns="value"), theirs)


# ---- a result of the library ----------------------------------------------------------------------------


def data() -> csc.Data:
    """Four children in care in Gateshead on 31 March 2024: one in a home, one in secure accommodation, two fostered."""
    frame = pd.DataFrame(
        {
            "LA": "E08000037", "CHILD": list("ABCD"), "YEAR": 2024, "DECOM": "2023-05-01", "RNE": "S", "LS": "C2",
            "CIN": "N1", "PLACE": ["K2", "K1", "U4", "U4"], "DEC": None, "REC": None,
        }
    )  # fmt: skip
    return csc.Data({"ssda903.episodes": frame})


def test_a_result_is_reconciled_with_the_parameters_it_was_made_with() -> None:
    window = csc.Window.snapshot(DAY)
    theirs = pd.DataFrame(
        [
            published(
                "residential_stock_number", 2, numerator=2, publication=HOMES, parameters="residential=dfe"
            ),
            published("cla_stock_number", 4, numerator=4),
        ]
    )
    measures = ["residential_stock_number", "cla_stock_number"]
    default = csc.calculate(measures, data(), window, by="LA")
    found = csc.reconcile(default, theirs)
    assert found["agreement"].to_list() == ["not published", "equal"]
    assert "Published with residential=dfe; the parameters here are" in found["text"][0]
    assert "residential='seed'" in found["text"][0]

    dfe = csc.calculate(measures, data(), window, by="LA", parameters={"residential": "dfe"})
    assert csc.reconcile(dfe, theirs)["agreement"].to_list() == ["equal", "equal"]
    young = csc.calculate(
        measures, data(), window, by="LA", parameters={"residential": "dfe", "under_18_only": True}
    )
    assert csc.reconcile(young, theirs)["agreement"].to_list() == ["not published", "not published"]
    # Rows of a frame alone do not say what they were made with.
    assert csc.reconcile(dfe.frame, theirs)["agreement"].to_list() == ["not published", "equal"]
