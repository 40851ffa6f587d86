"""Tables of the children in need census from the Standard Safeguarding Dataset.

A referral, assessment, enquiry or plan is one row of the dataset and becomes one row of the census. Its return year is
that in which it ended, or that of the day of the extract while it goes on.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.door import Problem
from csc_outcomes.sources import cin_codes, spellings
from csc_outcomes.sources.feeds import ethnicities, sexes, year_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csc_outcomes.engine.source import Frames

c = pl.col
REFERRALS, ASSESSMENTS, FACTORS = "ssd_cin_episodes", "ssd_cin_assessments", "ssd_assessment_factors"
_ENQUIRIES, _CONFERENCES, _PLANS = "ssd_s47_enquiry", "ssd_initial_cp_conference", "ssd_cp_plans"
_MATCHED = 0.5
"""Share of completed assessments that must have factors: nearly all have, unless the ids of the tables differ."""
OTHER_IDS = (
    f"{FACTORS} and {ASSESSMENTS} do not fit: most completed assessments have no factor under their id"
)


def details(tables: Mapping[str, pl.DataFrame], last: int) -> pl.DataFrame:
    """Referrals with the child's counter, and with REFERRAL, the dataset's id, which other tables go by."""
    rows = tables[REFERRALS]
    rows = rows.with_columns(NFA=spellings.answers(rows["cine_referral_nfa"]))
    ended = pl.when(c("NFA") == "1").then("cine_referral_date").otherwise("cine_close_date")
    conference = _conferences_of_referrals(tables)
    joined = rows.join(
        conference, left_on="cine_referral_id", right_on="REFERRAL", how="left", maintain_order="left"
    )
    return joined.select(
        REFERRAL="cine_referral_id",
        YEAR=_year(ended, last),
        LAchildID="cine_person_id",
        CINdetailsID=c("cine_referral_date").rank("dense").over("cine_person_id").cast(pl.Int32),
        CINreferralDate="cine_referral_date",
        ReferralSource=spellings.coded(rows["cine_referral_source_code"], cin_codes.REFERRAL_SOURCE.names),
        PrimaryNeedCode=spellings.coded(rows["cine_cin_primary_need_code"], cin_codes.PRIMARY_NEED.names),
        CINclosureDate="cine_close_date",
        ReasonForClosure=spellings.coded(rows["cine_close_reason"], cin_codes.REASON.names),
        DateOfInitialCPC="CONFERENCE",
        ReferralNFA="NFA",
    ).with_columns(c("YEAR").max().over("LAchildID", "CINreferralDate"))


def _year(ended: pl.Expr, last: int) -> pl.Expr:
    """Return year of what has ended, or that of the day of the extract."""
    return year_of(ended).fill_null(pl.lit(last, dtype=pl.Int16))


def _conferences(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    columns = ("icpc_s47_enquiry_id", "icpc_referral_id", "icpc_icpc_date", "icpc_icpc_target_date")
    if _CONFERENCES not in tables:
        kinds = (pl.String, pl.String, pl.Date, pl.Date)
        return pl.DataFrame(schema=dict(zip(columns, kinds, strict=True)))
    return tables[_CONFERENCES].select(columns).drop_nulls("icpc_icpc_date")


def _conferences_of_referrals(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Conferences that no enquiry led to (a child who moved in on a plan): the first of each referral."""
    alone = _conferences(tables).filter(c("icpc_s47_enquiry_id").is_null()).drop_nulls("icpc_referral_id")
    return alone.group_by(REFERRAL="icpc_referral_id").agg(CONFERENCE=c("icpc_icpc_date").min())


def section_47(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame | None:
    """Enquiries with the conference that each led to."""
    if _ENQUIRIES not in tables:
        return None
    held = _conferences(tables).drop_nulls("icpc_s47_enquiry_id").group_by(ID="icpc_s47_enquiry_id")
    led = held.agg(CONFERENCE=c("icpc_icpc_date").min(), TARGET=c("icpc_icpc_target_date").min())
    rows = tables[_ENQUIRIES].join(
        led, left_on="s47e_s47_enquiry_id", right_on="ID", how="left", maintain_order="left"
    )
    return rows.select(
        LAchildID="s47e_person_id",
        YEAR=year_of(pl.coalesce("s47e_s47_start_date", "CONFERENCE")),
        S47ActualStartDate="s47e_s47_start_date",
        InitialCPCtarget="TARGET",
        DateOfInitialCPC="CONFERENCE",
    )


def plans(tables: Mapping[str, pl.DataFrame], last: int, found: list[Problem]) -> pl.DataFrame | None:
    """Plans of this authority. How many a child had before is not in the dataset, and stays missing."""
    if _PLANS not in tables:
        return None
    rows = tables[_PLANS]
    elsewhere = (spellings.answers(rows["cppl_cp_plan_ola"]) == "1").fill_null(value=False)
    if elsewhere.any():
        count = int(elsewhere.sum())
        text = f"{count} plans are another authority's and are set aside"
        found.append(Problem("other_authority", "cin.ChildProtectionPlans", count, text, set_aside=count))
        rows = rows.filter(~elsewhere)
    names, words = cin_codes.CATEGORY.names, spellings.CATEGORIES
    return rows.select(
        LAchildID="cppl_person_id",
        YEAR=_year(c("cppl_cp_plan_end_date"), last),
        CPPstartDate="cppl_cp_plan_start_date",
        CPPendDate="cppl_cp_plan_end_date",
        InitialCategoryOfAbuse=spellings.coded(rows["cppl_cp_plan_initial_category"], names, words),
        LatestCategoryOfAbuse=spellings.coded(rows["cppl_cp_plan_latest_category"], names, words),
        NumberOfPreviousCPP=pl.lit(None, dtype=pl.Int32),
    )


def simple_tables(tables: Mapping[str, pl.DataFrame], last: int) -> Frames:
    """Tables whose rows are taken as they are: reviews of plans, plans of children in need, disabilities."""
    made: Frames = {}
    if "ssd_cp_reviews" in tables:
        made["cin.Reviews"] = tables["ssd_cp_reviews"].select(
            LAchildID="cppr_person_id",
            YEAR=year_of("cppr_cp_review_date"),
            CPPreviewDate="cppr_cp_review_date",
        )
    if "ssd_cin_plans" in tables:
        made["cin.CINplanDates"] = tables["ssd_cin_plans"].select(
            LAchildID="cinp_person_id",
            YEAR=_year(c("cinp_cin_plan_end_date"), last),
            CINPlanStartDate="cinp_cin_plan_start_date",
            CINPlanEndDate="cinp_cin_plan_end_date",
        )
    if "ssd_disability" in tables:
        rows = tables["ssd_disability"]
        made["cin.Disabilities"] = rows.select(
            LAchildID="disa_person_id",
            YEAR=pl.lit(last, dtype=pl.Int16),
            Disability=spellings.coded(rows["disa_disability_code"], cin_codes.DISABILITY.names),
        )
    return made


def children(persons: pl.DataFrame, made: Frames, last: int) -> Frames:
    """Persons who are in any table of the census."""
    there = pl.concat(frame.select(pers_person_id="LAchildID") for frame in made.values()).unique()
    rows = persons.join(there, on="pers_person_id", how="semi").unique("pers_person_id", maintain_order=True)
    sex = pl.select(pl.coalesce(rows["pers_sex"], rows["pers_gender"])).to_series()
    years = pl.Series("YEAR", [last] * rows.height, dtype=pl.Int16)
    identifiers = rows.select(
        LAchildID="pers_person_id",
        YEAR=years,
        PersonBirthDate="pers_dob",
        ExpectedPersonBirthDate=pl.when(c("pers_dob").is_null()).then("pers_expected_dob"),
        PersonDeathDate="pers_death_date",
    ).with_columns(sexes(sex, years))
    characteristics = rows.select(
        LAchildID="pers_person_id", YEAR=years, Ethnicity=ethnicities(rows["pers_ethnicity"])
    )
    return {"cin.ChildIdentifiers": identifiers, "cin.ChildCharacteristics": characteristics}


# ---- assessments and factors ------------------------------------------------------------------------------


def assessments(tables: Mapping[str, pl.DataFrame], referrals: pl.DataFrame) -> pl.DataFrame | None:
    """Assessments with the counters of their referral, missing where the extract lacks it; ID is the dataset's."""
    if ASSESSMENTS not in tables:
        return None
    blocks = referrals.select("REFERRAL", "CINdetailsID", "YEAR").unique("REFERRAL")
    rows = tables[ASSESSMENTS].unique("cina_assessment_id", maintain_order=True)
    linked = rows.join(
        blocks, left_on="cina_referral_id", right_on="REFERRAL", how="left", maintain_order="left"
    )
    return linked.select(
        "CINdetailsID",
        "YEAR",
        ID="cina_assessment_id",
        LAchildID="cina_person_id",
        AssessmentID=pl.int_range(1, pl.len() + 1).over("cina_person_id").cast(pl.Int32),
        AssessmentActualStartDate="cina_assessment_start_date",
        AssessmentAuthorisationDate="cina_assessment_auth_date",
    )


def factors(
    tables: Mapping[str, pl.DataFrame], linked: pl.DataFrame, found: list[Problem]
) -> tuple[pl.DataFrame | None, str]:
    """Factors of assessments, one row each, or why there are none."""
    rows = tables[FACTORS].drop_nulls(["cinf_assessment_id", "cinf_assessment_factors_json"])
    listed = {text: factor_codes(text) for text in rows["cinf_assessment_factors_json"].unique()}
    unreadable = (
        rows["cinf_assessment_factors_json"].is_in([t for t, codes in listed.items() if codes is None]).sum()
    )
    if unreadable:
        text = f"{unreadable} rows hold no list of factors that can be read; they are left out"
        found.append(Problem("unreadable_factors", "cin.AssessmentFactorsList", int(unreadable), text))
    pairs = [
        (assessment, code)
        for assessment, text in rows.select("cinf_assessment_id", "cinf_assessment_factors_json").iter_rows()
        for code in listed[text] or ()
    ]
    frame = pl.DataFrame(
        pairs, schema={"ID": pl.String, "AssessmentFactor": pl.String}, orient="row"
    ).unique()
    completed = linked.drop_nulls("AssessmentAuthorisationDate")
    matched = completed.join(frame, on="ID", how="semi").height
    if matched < _MATCHED * completed.height:
        return None, OTHER_IDS
    named = linked.select("ID", "LAchildID", "YEAR", "CINdetailsID", "AssessmentID").drop_nulls(
        "CINdetailsID"
    )
    return named.join(frame, on="ID").drop("ID"), ""


def factor_codes(text: str) -> tuple[str, ...] | None:
    """Codes of factors in JSON: a list of codes, or an object of code and yes or no; None if it is neither."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if isinstance(value, dict):
        value = [
            code for code, said in value.items() if spellings.code_in(str(said), (), spellings.ANSWERS) == "1"
        ]
    if not isinstance(value, list):
        return None
    return tuple(dict.fromkeys(spellings.plain(str(code)) for code in value))
