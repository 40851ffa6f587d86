"""Modules of the SSDA903 return from the Standard Safeguarding Dataset: header, UASC, reviews, missing, outcomes.

A module is filled only where the dataset says what the return asks; for the rest `ABSENT` and `WITHHELD` say why not.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.sources import spellings
from csc_outcomes.sources import ssda903_codes as codes
from csc_outcomes.sources.feeds import ethnicities, sexes, year_of
from csc_outcomes.sources.ssd_care import ENOUGH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from csc_outcomes.engine.source import Frames

c = pl.col
_OPEN = pl.date(2099, 12, 31)
UNACCOMPANIED = ("UASC", "UNACCOMPANIED ASYLUM")
"""How a status of an unaccompanied child begins; a former one begins otherwise."""
MISSING: Mapping[str, str] = {"MISSING": "M", "AWAY": "A", "ABSENT": "A", "UNAUTHORISED ABSENCE": "A"}
CHECKS: Mapping[str, tuple[str, ...]] = {
    "HEALTH_ASSESSMENT": ("HEALTH ASSESSMENT",),
    "TEETH_CHECK": ("DENTAL",),
}
"""Checks of the return by the words with which the dataset names them."""
_STATUSES = ("COMPLETED", "PLANNED", "REFUSED", "CANCELLED")
OUTCOME_TABLES = ("ssd_sdq_scores", "ssd_cla_convictions", "ssd_cla_substance_misuse", "ssd_cla_health")
_UNDER_AGE = 10
"""Age of criminal responsibility: the return asks for convictions from this age."""


def header(persons: pl.DataFrame, made: Frames, last: int) -> pl.DataFrame:
    """Persons who are in any table of the return."""
    there = pl.concat(frame.select(pers_person_id="CHILD") for frame in made.values()).unique()
    rows = persons.join(there, on="pers_person_id", how="semi").unique("pers_person_id", maintain_order=True)
    years = pl.Series("YEAR", [last] * rows.height, dtype=pl.Int16)
    both = sexes(pl.select(pl.coalesce(rows["pers_sex"], rows["pers_gender"])).to_series(), years)
    sex = pl.select(pl.coalesce(*both)).to_series().replace({"0": None})
    return rows.select(
        CHILD="pers_person_id",
        YEAR=years,
        SEX=sex,
        DOB="pers_dob",
        ETHNIC=ethnicities(rows["pers_ethnicity"]),
    )


def uasc(rows: pl.DataFrame, last: int) -> tuple[pl.DataFrame | None, str]:
    """Unaccompanied asylum-seeking children, with the day on which the status ended."""
    status = rows["immi_immigration_status"].map_elements(spellings.plain, return_dtype=pl.String)
    own = pl.any_horizontal(status.str.starts_with(word).fill_null(value=False) for word in UNACCOMPANIED)
    found = rows.filter(own)
    if not found.height:
        return None, "no status in ssd_immigration_status says that a child is unaccompanied"
    return found.select(
        CHILD="immi_person_id", YEAR=pl.lit(last, dtype=pl.Int16), DUC="immi_immigration_status_end_date"
    ), ""


def missing(rows: pl.DataFrame, last: int) -> tuple[pl.DataFrame | None, str]:
    """Incidents of missing and away without authorisation."""
    kind = spellings.coded(rows["miss_missing_episode_type"], codes.MISSING.names, MISSING)
    if spellings.readable(kind, codes.MISSING.names) < ENOUGH:
        return None, "ssd_missing does not tell missing from away without authorisation"
    ended = year_of("miss_missing_episode_end_date").fill_null(pl.lit(last, dtype=pl.Int16))
    return rows.select(
        CHILD="miss_person_id",
        YEAR=ended,
        MISSING=kind,
        MIS_START="miss_missing_episode_start_date",
        MIS_END="miss_missing_episode_end_date",
    ), ""


def reviews(rows: pl.DataFrame, care: pl.DataFrame) -> tuple[pl.DataFrame | None, str]:
    """Reviews that were held, of the children whose periods of care they name."""
    held = rows.filter((spellings.answers(rows["clar_cla_review_cancelled"]) != "1").fill_null(value=True))
    code = spellings.coded(held["clar_cla_review_participation"], codes.REVIEW_CODE.names)
    if spellings.readable(code, codes.REVIEW_CODE.names) < ENOUGH:
        return (
            None,
            "ssd_cla_reviews tells how children took part in other words than the codes of the return",
        )
    owners = care.select(CLA="clae_cla_id", CHILD="clae_person_id").drop_nulls().unique("CLA")
    owned = held.with_columns(CODE=code).join(
        owners, left_on="clar_cla_id", right_on="CLA", maintain_order="left"
    )
    return owned.drop_nulls("clar_cla_review_date").select(
        "CHILD", YEAR=year_of("clar_cla_review_date"), REVIEW="clar_cla_review_date", REVIEW_CODE="CODE"
    ), ""


# ---- outcomes ---------------------------------------------------------------------------------------------


def oc2(
    tables: Mapping[str, pl.DataFrame], episodes: pl.DataFrame, persons: pl.DataFrame, years: Iterable[int]
) -> pl.DataFrame | None:
    """Outcomes of each covered year, for the children in care on its 31 March; measures keep those of 12 months.

    The score is the latest one completed in the year; a conviction or a problem with substances is one dated in it.
    """
    if not set(OUTCOME_TABLES) & set(tables):
        return None
    births = persons.select(CHILD="pers_person_id", DOB="pers_dob").unique("CHILD")
    pieces = [_of_year(tables, episodes, births, year) for year in years]
    return pl.concat(pieces) if pieces else None


def _of_year(
    tables: Mapping[str, pl.DataFrame], episodes: pl.DataFrame, births: pl.DataFrame, year: int
) -> pl.DataFrame:
    ref, april = dt.date(year, 3, 31), dt.date(year - 1, 4, 1)
    in_care = (c("DECOM") <= ref) & (c("DEC").fill_null(_OPEN) >= ref)
    rows = episodes.filter(in_care).select("CHILD").unique(maintain_order=True)
    rows = rows.join(births, on="CHILD", how="left", maintain_order="left")
    rows = _scored(rows, tables.get("ssd_sdq_scores"), april, ref)
    of_age = (c("DOB") <= dt.date(year - _UNDER_AGE, 3, 31)).fill_null(value=False)
    convicted = _dated(
        rows, tables.get("ssd_cla_convictions"), "clac_person_id", "clac_cla_conviction_date", april, ref
    )
    table = tables.get("ssd_cla_substance_misuse")
    misused = _dated(rows, table, "clas_person_id", "clas_substance_misuse_date", april, ref)
    helped = (
        table.filter(spellings.answers(table["clas_intervention_received"]) == "1")
        if table is not None
        else None
    )
    received = _dated(rows, helped, "clas_person_id", "clas_substance_misuse_date", april, ref)
    health = tables.get("ssd_cla_health")
    checked = {
        name: _dated(rows, completed(health, name), "clah_person_id", "clah_health_check_date", april, ref)
        for name in CHECKS
    }
    blank = pl.lit(None, dtype=pl.String)
    return rows.with_columns(
        convicted.alias("WAS"), misused.alias("MISUSED"), received.alias("HELPED")
    ).select(
        "CHILD",
        "DOB",
        "SDQ_SCORE",
        "SDQ_REASON",
        YEAR=pl.lit(year, dtype=pl.Int16),
        CONVICTED=pl.when(of_age).then("WAS"),
        HEALTH_CHECK=blank,
        IMMUNISATIONS=blank,
        TEETH_CHECK=checked["TEETH_CHECK"],
        HEALTH_ASSESSMENT=checked["HEALTH_ASSESSMENT"],
        SUBSTANCE_MISUSE="MISUSED",
        INTERVENTION_RECEIVED=pl.when(c("MISUSED") == "1").then("HELPED"),
        INTERVENTION_OFFERED=blank,
    )


def _scored(rows: pl.DataFrame, scores: pl.DataFrame | None, april: dt.date, ref: dt.date) -> pl.DataFrame:
    """The latest score of the year, or the reason why there is none."""
    if scores is None:
        none = pl.lit(None, dtype=pl.String)
        return rows.with_columns(SDQ_SCORE=none, SDQ_REASON=none)
    reason = spellings.coded(scores["csdq_sdq_reason"], codes.SDQ_REASON.names)
    dated = scores.with_columns(REASON=reason).filter(c("csdq_sdq_completed_date").is_between(april, ref))
    latest = dated.sort(
        "csdq_sdq_completed_date", c("csdq_sdq_score").cast(pl.Float64, strict=False), nulls_last=False
    ).unique("csdq_person_id", keep="last", maintain_order=True)
    told = latest.select(
        CHILD="csdq_person_id",
        SDQ_SCORE="csdq_sdq_score",
        SDQ_REASON=pl.when(c("csdq_sdq_score").is_null()).then("REASON"),
    )
    return rows.join(told, on="CHILD", how="left", maintain_order="left")


def completed(health: pl.DataFrame | None, check: str) -> pl.DataFrame | None:
    """Completed checks of one kind; None where the table does not say of what kind they are, or how they went."""
    if health is None:
        return None
    status = spellings.coded(health["clah_health_check_status"], _STATUSES)
    told = int(status.is_in(_STATUSES).sum())
    kind = spellings.coded(health["clah_health_check_type"], (), dict.fromkeys(CHECKS[check], check))
    own = (kind == check).fill_null(value=False)
    if told < ENOUGH * health.height or not own.any():
        return None
    return health.filter(own & (status == "COMPLETED").fill_null(value=False))


def _dated(
    rows: pl.DataFrame, events: pl.DataFrame | None, person: str, date: str, april: dt.date, ref: dt.date
) -> pl.Series:
    """1 for children with an event in the year, 0 for the others; missing where the extract has no such table."""
    if events is None:
        return pl.Series([None] * rows.height, dtype=pl.String)
    children = events.filter(c(date).is_between(april, ref))[person].unique()
    return rows["CHILD"].is_in(children.implode()).cast(pl.Int8).cast(pl.String)
