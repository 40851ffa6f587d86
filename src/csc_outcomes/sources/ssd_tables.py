"""Tables of the Standard Safeguarding Dataset that fill tables of the returns, declared once as data.

Source: Data to Insight, *Standard Safeguarding Dataset: object definitions* and its extracts to version 1.4 (2026). The
dataset is a relational extract of a case system; names are read without regard to case, and several of them have
changed between versions.
"""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

YEARS = 6
"""How many years an extract reaches back from the day it was made, unless the authority changed it."""
PREFIX = "ssd_"
PLACEHOLDER = "SSD_PH"
"""What extracts write into a column that they do not fill yet."""


class Kind(Enum):
    """How a column is read."""

    ID = "id"
    DATE = "date"
    TEXT = "text"


@frozen
class SsdColumn:
    """A column by its names, the current one first."""

    names: tuple[str, ...]
    kind: Kind = Kind.TEXT
    required: bool = True

    @property
    def name(self) -> str:
        """The current name."""
        return self.names[0]


@frozen
class SsdTable:
    """A table and the columns that are read of it."""

    name: str
    columns: tuple[SsdColumn, ...] = field(repr=False)


def _id(*names: str, required: bool = True) -> SsdColumn:
    return SsdColumn(names, Kind.ID, required)


def _date(*names: str, required: bool = True) -> SsdColumn:
    return SsdColumn(names, Kind.DATE, required)


def _text(*names: str, required: bool = False) -> SsdColumn:
    return SsdColumn(names, Kind.TEXT, required)


TABLES: dict[str, SsdTable] = {
    table.name: table
    for table in (
        SsdTable(
            "ssd_person",
            (
                _id("pers_person_id"),
                _date("pers_dob"),
                _date("pers_expected_dob", required=False),
                _date("pers_death_date", required=False),
                _text("pers_sex"),
                _text("pers_gender"),
                _text("pers_ethnicity"),
            ),
        ),
        SsdTable("ssd_disability", (_id("disa_person_id"), _text("disa_disability_code", required=True))),
        SsdTable(
            "ssd_immigration_status",
            (
                _id("immi_person_id"),
                _text("immi_immigration_status", required=True),
                _date("immi_immigration_status_start_date", required=False),
                _date("immi_immigration_status_end_date"),
            ),
        ),
        SsdTable(
            "ssd_cin_episodes",
            (
                _id("cine_person_id"),
                _id("cine_referral_id"),
                _date("cine_referral_date"),
                _text("cine_referral_source_code", "cine_referral_source"),
                _text("cine_referral_nfa", required=True),
                _text("cine_cin_primary_need_code", "cine_cin_primary_need"),
                _date("cine_close_date"),
                _text("cine_close_reason", required=True),
            ),
        ),
        SsdTable(
            "ssd_cin_assessments",
            (
                _id("cina_person_id"),
                _id("cina_assessment_id"),
                _id("cina_referral_id"),
                _date("cina_assessment_start_date"),
                _date("cina_assessment_auth_date"),
            ),
        ),
        SsdTable(
            "ssd_assessment_factors",
            (_id("cinf_assessment_id"), _text("cinf_assessment_factors_json", required=True)),
        ),
        SsdTable(
            "ssd_cin_plans",
            (
                _id("cinp_person_id"),
                _date("cinp_cin_plan_start_date", "cinp_cin_plan_start"),
                _date("cinp_cin_plan_end_date", "cinp_cin_plan_end"),
            ),
        ),
        SsdTable(
            "ssd_s47_enquiry",
            (
                _id("s47e_person_id"),
                _id("s47e_s47_enquiry_id"),
                _date("s47e_s47_start_date"),
                _text("s47e_s47_nfa"),
            ),
        ),
        SsdTable(
            "ssd_initial_cp_conference",
            (
                _id("icpc_person_id"),
                _id("icpc_s47_enquiry_id"),
                _id("icpc_referral_id", required=False),
                _date("icpc_icpc_date"),
                _date("icpc_icpc_target_date", required=False),
                _text("icpc_icpc_transfer_in"),
            ),
        ),
        SsdTable(
            "ssd_cp_plans",
            (
                _id("cppl_person_id"),
                _id("cppl_cp_plan_id", required=False),
                _date("cppl_cp_plan_start_date"),
                _date("cppl_cp_plan_end_date"),
                _text("cppl_cp_plan_ola"),
                _text("cppl_cp_plan_initial_category"),
                _text("cppl_cp_plan_latest_category"),
            ),
        ),
        SsdTable("ssd_cp_reviews", (_id("cppr_person_id"), _date("cppr_cp_review_date"))),
        SsdTable(
            "ssd_cla_episodes",
            (
                _id("clae_person_id"),
                _id("clae_cla_id", required=False),
                _id("clae_cla_placement_id", required=False),
                _date("clae_cla_episode_start_date", "clae_cla_episode_start"),
                _text("clae_cla_episode_start_reason", required=True),
                _text("clae_cla_primary_need_code", "clae_cla_primary_need"),
                _date("clae_cla_episode_ceased_date", "clae_cla_episode_ceased"),
                _text("clae_cla_episode_ceased_reason", "clae_cla_episode_cease_reason", required=True),
                _date("clae_entered_care_date", required=False),
            ),
        ),
        SsdTable(
            "ssd_cla_placement",
            (
                _id("clap_person_id", required=False),
                _id("clap_cla_id", required=False),
                _id("clap_cla_placement_id", required=False),
                _date("clap_cla_placement_start_date"),
                _date("clap_cla_placement_end_date"),
                _text("clap_cla_placement_type", required=True),
                _text("clap_cla_placement_provider"),
                _text("clap_cla_placement_urn"),
                _text("clap_cla_placement_postcode"),
                _text("clap_cla_placement_change_reason"),
            ),
        ),
        SsdTable(
            "ssd_legal_status",
            (
                _id("lega_person_id"),
                _text("lega_legal_status", required=True),
                _date("lega_legal_status_start_date", "lega_legal_status_start"),
                _date("lega_legal_status_end_date", "lega_legal_status_end"),
            ),
        ),
        SsdTable(
            "ssd_missing",
            (
                _id("miss_person_id"),
                _date("miss_missing_episode_start_date", "miss_missing_episode_start"),
                _date("miss_missing_episode_end_date", "miss_missing_episode_end"),
                _text("miss_missing_episode_type", required=True),
            ),
        ),
        SsdTable(
            "ssd_cla_reviews",
            (
                _id("clar_cla_id"),
                _date("clar_cla_review_date"),
                _text("clar_cla_review_cancelled"),
                _text("clar_cla_review_participation", required=True),
            ),
        ),
        SsdTable(
            "ssd_sdq_scores",
            (
                _id("csdq_person_id"),
                _text("csdq_sdq_score", required=True),
                _text("csdq_sdq_reason"),
                _date("csdq_sdq_completed_date"),
            ),
        ),
        SsdTable("ssd_cla_convictions", (_id("clac_person_id"), _date("clac_cla_conviction_date"))),
        SsdTable(
            "ssd_cla_substance_misuse",
            (_id("clas_person_id"), _date("clas_substance_misuse_date"), _text("clas_intervention_received")),
        ),
        SsdTable(
            "ssd_cla_health",
            (
                _id("clah_person_id"),
                _text("clah_health_check_type", required=True),
                _date("clah_health_check_date"),
                _text("clah_health_check_status", required=True),
            ),
        ),
    )
}
"""Tables that are read, by name."""
