"""Episodes of care as the SSDA903 return has them, from care, placement and legal status spells of the dataset.

Some case systems give a row of care per episode of the return (one placement, one legal status); others one per
period of care. The first is told by reasons that only an episode has (RNE L, P, T, B or U, REC X1): its rows get the
placement and legal status of their first day. The second is cut wherever either changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from attrs import frozen

from csc_outcomes.engine.door import Problem
from csc_outcomes.sources import spellings
from csc_outcomes.sources import ssda903_codes as codes
from csc_outcomes.sources.feeds import year_of

if TYPE_CHECKING:
    from collections.abc import Mapping

c = pl.col
EPISODES = "ssda903.episodes"
CARE, PLACEMENTS, LEGAL = "ssd_cla_episodes", "ssd_cla_placement", "ssd_legal_status"
ENOUGH = 0.95
"""Share of rows that must be readable for a table to be filled: a few slips are reported, more are another meaning."""
_CHANGES = ("L", "P", "T", "B", "U")
_SAME_CARER = "PLACE"
"""Reason for a change of placement that leaves the carer the same: only the status of the placement changes."""

STARTS: Mapping[str, str] = {
    "STARTED TO BE LOOKED AFTER": "S",
    "CHANGE OF LEGAL STATUS ONLY": "L",
    "CHANGE OF PLACEMENT AND CARER": "P",
    "CHANGE OF PLACEMENT (BUT SAME CARER": "T",
    "CHANGE OF LEGAL STATUS AND PLACEMENT AND CARER": "B",
    "CHANGE OF LEGAL STATUS AND CHANGE OF PLACEMENT": "U",
}
"""Reasons for a new episode in the words of the return's guide."""
STATUSES: Mapping[str, str] = {
    "INTERIM CARE ORDER": "C1",
    "FULL CARE ORDER": "C2",
    "FREEING ORDER": "D1",
    "PLACEMENT ORDER": "E1",
    "SINGLE PERIOD OF ACCOMMODATION": "V2",
    "EMERGENCY PROTECTION ORDER": "L2",
}
"""Legal statuses in the words of the return's guide; a text that names none of care is no status of care."""


@frozen
class Care:
    """Episodes, or why there are none."""

    rows: pl.DataFrame | None
    why: str = ""
    problems: tuple[Problem, ...] = ()


def episodes(tables: Mapping[str, pl.DataFrame], missing: Mapping[str, str], last: int) -> Care:
    """SSDA903 episodes; `last` is the return year of the day of the extract, in which open rows are."""
    lacking = [name for name in (CARE, PLACEMENTS, LEGAL) if name not in tables]
    if lacking:
        why = "; ".join(missing[name] for name in lacking)
        return Care(None, f"{why}, and an episode of the return needs care, placement and legal status")
    found: list[Problem] = []
    care = _care(tables[CARE], found)
    for column, share in (
        ("start", _read(care, "RNE", codes.RNE.names)),
        ("ceased", _read(care, "REC", codes.REC.names)),
    ):
        if share < ENOUGH:
            return Care(None, f"{CARE}: the episodes' {column} reasons are not the codes of the return")
    placements, legal = _placements(tables[PLACEMENTS], care), _legal(tables[LEGAL])
    by_episode = care.filter((c("REC") == "X1") | c("RNE").is_in(_CHANGES)).height > 0
    rows = _whole(care, placements, legal, found) if by_episode else _cut(care, placements, legal)
    for column, table in (("PLACE", PLACEMENTS), ("LS", LEGAL)):
        blank = rows[column].null_count()
        if rows.height and blank > (1 - ENOUGH) * rows.height:
            return Care(None, f"{table} does not tell {_WORDS[column]} of {blank} of {rows.height} episodes")
        if blank:
            text = f"{blank} episodes have no {_WORDS[column]} in {table}; they fall in no group of it"
            found.append(Problem(f"no_{column.lower()}", EPISODES, blank, text))
    return Care(_as_returned(rows, last), problems=tuple(found))


_WORDS = {"PLACE": "placement", "LS": "legal status"}


def _read(care: pl.DataFrame, column: str, names: tuple[str, ...]) -> float:
    return spellings.readable(care[column], names)


# ---- spells -----------------------------------------------------------------------------------------------


def _care(raw: pl.DataFrame, found: list[Problem]) -> pl.DataFrame:
    """Rows of care with the codes of the return; a row that starts on the day care was entered is a start."""
    rne = spellings.coded(raw["clae_cla_episode_start_reason"], codes.RNE.names, STARTS)
    entered = (c("clae_cla_episode_start_date") == c("clae_entered_care_date")).fill_null(value=False)
    rows = raw.with_columns(RNE=rne).select(
        CHILD="clae_person_id",
        CLA="clae_cla_id",
        PLACEMENT="clae_cla_placement_id",
        START="clae_cla_episode_start_date",
        END="clae_cla_episode_ceased_date",
        RNE=pl.when(entered & ~c("RNE").is_in(codes.RNE.names).fill_null(value=False))
        .then(pl.lit("S"))
        .otherwise("RNE"),
        REC=spellings.coded(raw["clae_cla_episode_ceased_reason"], codes.REC.names),
        CIN=spellings.coded(raw["clae_cla_primary_need_code"], codes.CIN.names),
    )
    kept = rows.drop_nulls(["CHILD", "START"]).unique(maintain_order=True)
    lost = rows.height - rows.drop_nulls(["CHILD", "START"]).height
    if lost:
        text = f"{lost} rows of {CARE} have no person or no start and are set aside"
        found.append(Problem("missing_decom", EPISODES, lost, text, set_aside=lost))
    return kept.with_row_index("EPISODE")


def _placements(raw: pl.DataFrame, care: pl.DataFrame) -> pl.DataFrame:
    """Placements with the child; where they name only the period of care, or the episode names them, its child."""
    owners = care.drop_nulls("CLA").select("CLA", OWNER="CHILD").unique("CLA")
    named = care.drop_nulls("PLACEMENT").select("PLACEMENT", NAMED="CHILD").unique("PLACEMENT")
    rows = raw.with_row_index("AT")
    for known, name, key in ((owners, "clap_cla_id", "CLA"), (named, "clap_cla_placement_id", "PLACEMENT")):
        rows = rows.join(known, left_on=name, right_on=key, how="left", maintain_order="left")
    return rows.select(
        CHILD=pl.coalesce("clap_person_id", "OWNER", "NAMED"),
        ID=pl.coalesce("clap_cla_placement_id", c("AT").cast(pl.String)),
        FROM="clap_cla_placement_start_date",
        TO="clap_cla_placement_end_date",
        VALUE=spellings.coded(raw["clap_cla_placement_type"], codes.PLACE.names),
        PROVIDER=spellings.coded(raw["clap_cla_placement_provider"], codes.PLACE_PROVIDER.names),
        CHANGE=spellings.coded(raw["clap_cla_placement_change_reason"], codes.REASON_PLACE_CHANGE.names),
        URN="clap_cla_placement_urn",
        POST="clap_cla_placement_postcode",
    ).filter(c("VALUE").is_not_null())


def _legal(raw: pl.DataFrame) -> pl.DataFrame:
    """Legal statuses of care; others, under which nobody is looked after, are none."""
    status = spellings.coded(raw["lega_legal_status"], codes.LS.names, STATUSES)
    rows = raw.with_columns(VALUE=status).filter(c("VALUE").is_in(codes.LS.names))
    return rows.select(
        "VALUE",
        CHILD="lega_person_id",
        ID="VALUE",  # the renewal of an order is no change of legal status
        FROM="lega_legal_status_start_date",
        TO="lega_legal_status_end_date",
    )


def _on(days: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    """The spell of each child that holds a day: of several the latest begun.

    A spell that ended on the day itself or the day before holds it where no other does: some systems date the end
    with the last day, and a change takes no day. `days` has AT, CHILD and DAY.
    """
    pairs = days.join(spells, on="CHILD").filter(c("FROM") <= c("DAY"))
    holds = (c("TO").is_null() | (c("TO") > c("DAY"))).alias("HOLDS")
    ended = c("TO").dt.offset_by("1d") >= c("DAY")
    near = pairs.with_columns(holds).filter(c("HOLDS") | ended)
    ordered = near.sort("AT", "HOLDS", "FROM", c("TO").fill_null(pl.date(2099, 12, 31)), "ID")
    return ordered.unique("AT", keep="last", maintain_order=True).drop("HOLDS", "CHILD", "DAY")


# ---- rows that are episodes -------------------------------------------------------------------------------


def _whole(
    care: pl.DataFrame, placements: pl.DataFrame, legal: pl.DataFrame, found: list[Problem]
) -> pl.DataFrame:
    """Each row as one episode, with the placement that it names, or else that of its first day."""
    days = care.select(AT="EPISODE", CHILD="CHILD", DAY="START")
    named = care.join(placements.drop("CHILD").unique("ID"), left_on="PLACEMENT", right_on="ID", how="inner")
    by_id = named.select(
        AT="EPISODE",
        ID="PLACEMENT",
        FROM="FROM",
        TO="TO",
        VALUE="VALUE",
        PROVIDER="PROVIDER",
        CHANGE="CHANGE",
        URN="URN",
        POST="POST",
    )
    by_day = _on(days.join(by_id, on="AT", how="anti"), placements).select(by_id.columns)
    placed = pl.concat([by_id, by_day])
    rows = _together(care.rename({"EPISODE": "AT"}), placed, _on(days, legal))
    inside = _changes_inside(rows, legal)
    if inside:
        text = f"{inside} episodes go on through a change of legal status; they keep that of their first day"
        found.append(Problem("change_inside", EPISODES, inside, text))
    return rows


def _changes_inside(rows: pl.DataFrame, legal: pl.DataFrame) -> int:
    """Episodes in which another legal status begins."""
    pairs = rows.select("AT", "CHILD", "START", "END", "LS").join(
        legal.select("CHILD", "FROM", "VALUE"), on="CHILD"
    )
    later = (c("FROM") > c("START")) & (c("FROM") < c("END").fill_null(pl.date(2099, 12, 31)))
    return pairs.filter(later, c("VALUE") != c("LS"))["AT"].n_unique()


# ---- rows that are periods --------------------------------------------------------------------------------


def _cut(care: pl.DataFrame, placements: pl.DataFrame, legal: pl.DataFrame) -> pl.DataFrame:
    """Each period of care cut where the placement or the legal status of the child changes."""
    pieces = _pieces(care, placements, legal)
    days = pieces.select("AT", "CHILD", DAY="START")
    told = _together(pieces, _on(days, placements), _on(days, legal))
    ordered = told.sort("EPISODE", "START")
    first = ordered["EPISODE"] != ordered["EPISODE"].shift(1)
    moved = c("ID").ne_missing(c("ID").shift(1))
    legally = c("LS").ne_missing(c("LS").shift(1))
    marked = ordered.with_columns(FIRST=first.fill_null(value=True), MOVED=moved, LEGALLY=legally)
    same_carer = (c("CHANGE").shift(1) == _SAME_CARER).fill_null(value=False)
    reason = (
        pl.when(~c("MOVED")).then(pl.lit("L"))
        .when(same_carer).then(pl.when("LEGALLY").then(pl.lit("U")).otherwise(pl.lit("T")))
        .otherwise(pl.when("LEGALLY").then(pl.lit("B")).otherwise(pl.lit("P")))
    )  # fmt: skip
    changed = marked.with_columns(RNE=pl.when("FIRST").then("RNE").otherwise(reason))
    kept = changed.filter(c("FIRST") | c("MOVED") | c("LEGALLY"))
    last = (kept["EPISODE"] != kept["EPISODE"].shift(-1)).fill_null(value=True)
    return kept.with_columns(
        END=pl.when(last).then("END").otherwise(c("START").shift(-1)),
        REC=pl.when(last).then("REC").otherwise(pl.lit("X1")),
    )


def _pieces(care: pl.DataFrame, *spells: pl.DataFrame) -> pl.DataFrame:
    """Periods cut at every beginning and end of a spell within them; END stays that of the period."""
    edges = [frame.select("CHILD", DAY=name).drop_nulls() for frame in spells for name in ("FROM", "TO")]
    inside = care.select("EPISODE", "CHILD", "START", "END").join(pl.concat(edges).unique(), on="CHILD")
    within = (c("DAY") > c("START")) & (c("DAY") < c("END").fill_null(pl.date(2099, 12, 31)))
    points = inside.filter(within).select("EPISODE", BEGIN="DAY")
    starts = pl.concat([care.select("EPISODE", BEGIN="START"), points]).unique().sort("EPISODE", "BEGIN")
    rows = starts.join(care, on="EPISODE", maintain_order="left")
    return rows.with_columns(START="BEGIN").drop("BEGIN").with_row_index("AT")


def _together(rows: pl.DataFrame, placed: pl.DataFrame, legal: pl.DataFrame) -> pl.DataFrame:
    """Rows with the placement and the legal status of their first day."""
    place = placed.select("AT", "ID", "PROVIDER", "CHANGE", "URN", "POST", PLACE="VALUE", PLACED_TO="TO")
    with_place = rows.join(place, on="AT", how="left", maintain_order="left")
    return with_place.join(legal.select("AT", LS="VALUE"), on="AT", how="left", maintain_order="left")


def _as_returned(rows: pl.DataFrame, last: int) -> pl.DataFrame:
    """The columns of the return. A reason for a change of placement is that of the row that ends."""
    closed = c("END").is_not_null()
    return rows.select(
        "CHILD",
        "RNE",
        "LS",
        "CIN",
        "PLACE",
        "URN",
        YEAR=pl.when(closed).then(year_of("END")).otherwise(pl.lit(last, dtype=pl.Int16)),
        DECOM="START",
        DEC="END",
        REC=pl.when(closed).then("REC"),
        PLACE_PROVIDER="PROVIDER",
        REASON_PLACE_CHANGE=pl.when(closed & (c("PLACED_TO") == c("END"))).then("CHANGE"),
        PL_POST="POST",
    )
