"""Published figures on looked after children and care leavers, recomputed from their published components.

Sources: "Children looked after in England including adoptions" (2021 to 2025) and "Stability measures for
children looked after in England" (2020 to 2024), Department for Education, Open Government Licence v3.0. The
files lie beside the repository and are not part of it. Authorities' counts are published unrounded: their
percentages and rates must come out equal. Regions' and England's counts are rounded to the nearest 10 while
their percentages and rates come from unrounded ones: there some counts within 5 of the published ones must
give the figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csc_outcomes.engine.estimate import Kind, estimate
from csc_outcomes.engine.rounding import round_half_up

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "data" / "published"
pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_dir(),
    reason="needs the published files in ../shared/data/published beside the repository",
)

PLACE = ["time_period", "geographic_level", "old_la_code", "la_name", "region_code"]
# c suppressed, z not applicable, x not available, u unreliable, k rounds to 0 but is not 0.
SYMBOLS = {"c", "z", "x", "u", "k"}


@dataclass(frozen=True, eq=False)
class Published:
    """How one file's figures are computed from its rows.

    `total` names the row, in the same table of the same place and year, whose count is the denominator: one
    name for all rows, or a name for each value of the column `total_by`; values that are not listed (an
    average score) are not shares. None where the denominator stands in a column of its own.
    """

    name: str
    table: list[str]
    row: str
    count: str
    figure: str
    total: str | dict[str, str] | None
    # Rows with a published figure and both components in this data set: at least so many must be compared.
    authorities: int
    others: int
    total_by: str = ""
    denominator: str = ""
    kind: Kind = "proportion"
    per: float = 100


HEALTH_TOTALS = {
    "Total ages 0 to 4 years": "Total ages 0 to 4 years",
    "Development assessments up to date": "Total ages 0 to 4 years",
    "Total ages 10 to 17 years": "Total ages 10 to 17 years",
    "Convicted or subject to youth cautions, or youth conditional cautions during the year": (
        "Total ages 10 to 17 years"
    ),
    "Total all ages": "Total all ages",
    "Had their annual health assessment": "Total all ages",
    "Had their immunisations up to date": "Total all ages",
    "Had their teeth checked by a dentist": "Total all ages",
    "Identified as having a substance misuse problem": "Total all ages",
    # Interventions are shares of the children with a problem, not of all children.
    "Received an intervention for their substance misuse problem": (
        "Identified as having a substance misuse problem"
    ),
    "Offered intervention but refused it": "Identified as having a substance misuse problem",
    "Total ages 5 to 16 years": "Total ages 5 to 16 years",
    "SDQ score was received": "Total ages 5 to 16 years",
    # Bands are shares of the scores received, not of all children.
    "SDQ score is normal": "SDQ score was received",
    "SDQ score is borderline": "SDQ score was received",
    "SDQ score is a cause for concern": "SDQ score was received",
}
NEW_PLACEMENT_TOTALS = {
    "Location of new placements during the year": "Total new placements",
    "Reason for placement change during the year": "Total placements changing",
}

FILES = [
    Published(
        name="cla_number_and_rate.csv",
        table=[],
        row="population_type",
        count="children_count",
        figure="rate_per_10000",
        total=None,
        denominator="population_estimate",
        kind="rate",
        per=10_000,
        authorities=1_712,
        others=180,
    ),
    Published(
        name="cla_31_march_characteristics.csv",
        table=["cla_group"],
        row="characteristic",
        count="number",
        figure="percentage",
        total="Total",
        authorities=28_288,
        others=3_240,
    ),
    Published(
        name="cla_started_characteristics.csv",
        table=["cla_group"],
        row="characteristic",
        count="number",
        figure="percentage",
        total="Total",
        authorities=16_411,
        others=1_888,
    ),
    Published(
        name="cla_ceased_reason_age.csv",
        table=["cla_group"],
        row="characteristic",
        count="number",
        figure="percentage",
        total="Total",
        authorities=14_023,
        others=1_729,
    ),
    Published(
        name="cla_placement_stability.csv",
        table=["cla_group"],
        row="placement_stability",
        count="children_count",
        figure="children_percent",
        total="Total children",
        authorities=3_387,
        others=360,
    ),
    Published(
        name="cla_new_placements_in_year.csv",
        table=["characteristic"],
        row="breakdown",
        count="children_count",
        figure="children_percent",
        total=NEW_PLACEMENT_TOTALS,
        total_by="characteristic",
        authorities=8_373,
        others=987,
    ),
    Published(
        name="care_leavers_activity.csv",
        table=["care_leaver_age"],
        row="breakdown",
        count="care_leaver_count",
        figure="care_leaver_percent",
        total="Total",
        authorities=9_220,
        others=1_290,
    ),
    Published(
        name="care_leavers_accommodation.csv",
        table=["care_leaver_age"],
        row="breakdown",
        count="care_leaver_count",
        figure="care_leaver_percent",
        total="Suitability total",
        authorities=3_445,
        others=478,
    ),
    Published(
        name="cla_convictions_health_sdq.csv",
        table=["characteristic"],
        row="breakdown",
        count="children_count",
        figure="children_percent",
        total=HEALTH_TOTALS,
        total_by="breakdown",
        authorities=8_279,
        others=1_020,
    ),
    Published(
        name="cla_school_moves.csv",
        table=["cla_group", "move_measure"],
        row="school_stability",
        count="number",
        figure="percentage",
        total="Total children",
        authorities=3_573,
        others=384,
    ),
    Published(
        name="cla_three_or_more_social_workers.csv",
        table=["cla_group"],
        row="sw_stability",
        count="number",
        figure="percentage",
        total="Total children",
        authorities=228,
        others=24,
    ),
]
by_file = pytest.mark.parametrize("published", FILES, ids=[published.name for published in FILES])


def numbers(text: pd.Series[str]) -> pd.Series[float]:
    """Figures as floats, symbols as missing; a text that is neither fails."""
    figure = text.str.fullmatch(r"[0-9]+([.][0-9]+)?")
    unknown = set(text[~figure]) - SYMBOLS
    assert not unknown, f"neither figure nor symbol: {unknown}"
    return text.where(figure).astype(float)


@cache
def read(published: Published) -> pd.DataFrame:
    """One row per figure of the file: count, denominator, figure and symbol, none filled in."""
    text = pd.read_csv(PUBLISHED / published.name, dtype=str, keep_default_na=False)
    if "region_code" not in text:
        text["region_code"] = ""
    key = PLACE + published.table
    assert not text.duplicated([*key, published.row]).any()
    if published.total is None:
        whole = text[published.denominator]
    else:
        total = text[published.total_by].map(published.total) if published.total_by else published.total
        counts = text[[*key, published.row, published.count]]
        counts = counts.set_axis([*key, "total", "whole"], axis=1)
        whole = text.assign(total=total).merge(counts, how="left", on=[*key, "total"], validate="m:1")[
            "whole"
        ]
        is_total = text[published.row].eq(total)
        assert is_total.any()
        assert whole[is_total].equals(text.loc[is_total, published.count].rename("whole"))
        assert set(text.loc[whole.isna(), published.row]) <= {"SDQ average score"}
        whole = whole.fillna("z")
    return pd.DataFrame(
        {
            "authority": text["geographic_level"] == "Local authority",
            "count": numbers(text[published.count]),
            "whole": numbers(whole),
            "figure": numbers(text[published.figure]),
            "symbol": text[published.figure],
        }
    )


def comparable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with a published figure and both components, the denominator not zero."""
    return rows[rows["whole"] != 0].dropna(subset=["count", "whole", "figure"])


def recomputed(published: Published, count: pd.Series[float], whole: pd.Series[float]) -> np.ndarray:
    frame = estimate(published.kind, count, whole, per=published.per)
    assert (frame["status"] == "ok").all()
    return round_half_up(frame["value"], 0).to_numpy()


def within_rounding(published: Published, rows: pd.DataFrame) -> pd.DataFrame:
    """Every pair of counts within 5 of a published pair: the row it belongs to and the figure it gives."""
    steps = pd.DataFrame({"up": np.arange(-5, 6)})
    pairs = rows.reset_index(names="row").merge(steps, how="cross")
    pairs["count"] += pairs.pop("up")
    if published.total is not None:
        pairs = pairs.merge(steps, how="cross")
        pairs["whole"] += pairs.pop("up")
    possible = (pairs["count"] >= 0) & (pairs["whole"] > 0)
    if published.kind == "proportion":
        possible &= pairs["count"] <= pairs["whole"]
    pairs = pairs[possible].reset_index(drop=True)
    return pairs.assign(given=recomputed(published, pairs["count"], pairs["whole"]))


@by_file
def test_every_figure_of_an_authority_is_reproduced(published: Published) -> None:
    rows = comparable(read(published))
    rows = rows[rows["authority"]]
    assert len(rows) >= published.authorities
    given = recomputed(published, rows["count"], rows["whole"])
    differ = given != rows["figure"].to_numpy()
    assert differ.sum() == 0, f"{differ.sum()} of {len(rows)} rows differ"


@by_file
def test_figures_of_regions_and_england_come_from_counts_within_rounding(published: Published) -> None:
    rows = comparable(read(published))
    rows = rows[~rows["authority"]]
    assert len(rows) >= published.others
    pairs = within_rounding(published, rows)
    possible = pairs.loc[pairs["given"] == pairs["figure"], "row"].unique()
    missed = rows.index.difference(possible)
    assert missed.empty, f"{len(missed)} of {len(rows)} rows cannot come from any counts within 5"


def test_a_share_shown_as_k_rounds_to_zero_and_is_not_zero() -> None:
    compared = 0
    for published in FILES:
        rows = read(published)
        rows = rows[rows["symbol"] == "k"].dropna(subset=["count", "whole"])
        authorities, others = rows[rows["authority"]], rows[~rows["authority"]]
        assert (authorities["count"] > 0).all()
        assert (recomputed(published, authorities["count"], authorities["whole"]) == 0).all()
        pairs = within_rounding(published, others)
        possible = pairs.loc[(pairs["given"] == 0) & (pairs["count"] > 0), "row"].unique()
        assert others.index.difference(possible).empty
        compared += len(rows)
    assert compared >= 636


def test_a_zero_denominator_is_undefined_and_published_without_a_figure() -> None:
    """Undefined, and not 0. Four cells of one tiny authority show 0% of no SDQ scores; they are left out."""
    shown = []
    compared = 0
    for published in FILES:
        rows = read(published)
        rows = rows[rows["whole"] == 0].dropna(subset=["count"])
        given = estimate(published.kind, rows["count"], rows["whole"], per=published.per)
        assert (given["status"] == "undefined").all()
        assert given["value"].isna().all()
        shown += [published.name] * int(rows["figure"].notna().sum())
        compared += len(rows)
    assert shown == ["cla_convictions_health_sdq.csv"] * 4
    assert compared >= 22


def test_rounding_half_to_even_would_not_reproduce_them() -> None:
    """The files hold enough exact ties to tell the two ways of rounding apart."""
    ties = half_up = half_even = 0
    for published in FILES:
        rows = comparable(read(published))
        rows = rows[rows["authority"]]
        value = published.per * rows["count"] / rows["whole"]
        tie = (2 * published.per * rows["count"]) % (2 * rows["whole"]) == rows["whole"]
        ties += int(tie.sum())
        half_up += int((round_half_up(value[tie], 0) == rows["figure"][tie]).sum())
        half_even += int((value[tie].round(0) == rows["figure"][tie]).sum())
    assert ties >= 100
    assert half_up == ties
    assert half_even < 0.7 * ties
