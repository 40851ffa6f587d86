"""Tables of the SSDA903 return (children looked after in England), declared once as data.

Source: Department for Education, *Children looked after by local authorities in England: guide to the SSDA903
collection*, 2016-17 to 2026-27. Field names are the return's own. Column order is the order of the CSV files.
"""

from __future__ import annotations

from csc_outcomes.definitions.tables import Column, ColumnType, Table
from csc_outcomes.sources import ssda903_codes as codes

_CHILD = Column("CHILD", ColumnType.IDENTIFIER, xml="CHILDID", note="the authority's id, stable across years")
_DOB = Column("DOB", ColumnType.DATE, required=False, note="an unknown day of birth is recorded as the 15th")


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "header",
            "One row per child",
            (
                _CHILD,
                Column(
                    "SEX",
                    ColumnType.CODE,
                    codes=codes.SEX,
                    required=False,
                    note="1/2 to 2023-24; M/F/U from 2024-25",
                ),
                Column("DOB", ColumnType.DATE, note="unknown day recorded as the 15th"),
                Column("ETHNIC", ColumnType.CODE, codes=codes.ETHNIC, required=False),
                Column(
                    "UPN",
                    ColumnType.TEXT,
                    required=False,
                    nullable=True,
                    note="a letter (not I, O, S) and 12 digits; not needed where all episodes are V3 or V4",
                ),
                Column(
                    "MOTHER",
                    ColumnType.CODE,
                    codes=codes.MOTHER,
                    required=False,
                    nullable=True,
                    note="females only; not for V3/V4-only children",
                ),
                Column(
                    "MC_DOB",
                    ColumnType.DATE,
                    required=False,
                    nullable=True,
                    note="date of birth of the mother's first child",
                ),
            ),
            key=("CHILD",),
        ),
        Table(
            "episodes",
            "Episodes of care",
            (
                _CHILD,
                Column("DECOM", ColumnType.DATE, note="episode start"),
                Column("RNE", ColumnType.CODE, codes=codes.RNE),
                Column("LS", ColumnType.CODE, codes=codes.LS),
                Column("CIN", ColumnType.CODE, codes=codes.CIN, note="constant within a period of care"),
                Column("PLACE", ColumnType.CODE, codes=codes.PLACE, xml="PL", note="XML tag is PL"),
                Column(
                    "PLACE_PROVIDER",
                    ColumnType.CODE,
                    codes=codes.PLACE_PROVIDER,
                    required=False,
                    nullable=True,
                    note="not for T0-T4, Z11-Z14",
                ),
                Column(
                    "DEC", ColumnType.DATE, nullable=True, note="episode end; blank when open on 31 March"
                ),
                Column(
                    "REC",
                    ColumnType.CODE,
                    codes=codes.REC,
                    nullable=True,
                    note="present if and only if DEC is",
                ),
                Column(
                    "REASON_PLACE_CHANGE",
                    ColumnType.CODE,
                    codes=codes.REASON_PLACE_CHANGE,
                    required=False,
                    nullable=True,
                    note="on the episode that ends, not the one that starts",
                ),
                Column(
                    "HOME_POST",
                    ColumnType.POSTCODE,
                    required=False,
                    nullable=True,
                    note="not for V3/V4; not required for (former) UASC, whose distance must be blank",
                ),
                Column("PL_POST", ColumnType.POSTCODE, required=False, nullable=True, note="not for V3/V4"),
                Column(
                    "URN",
                    ColumnType.TEXT,
                    required=False,
                    nullable=True,
                    note="SCnnnnnn, nnnnnnn or XXXXXXX; some older extracts lack the column",
                ),
                Column(
                    "PL_LOCATION",
                    ColumnType.CODE,
                    codes=codes.PL_LOCATION,
                    required=False,
                    nullable=True,
                    note="IN or OUT of the responsible authority; derived from postcodes, in some extracts",
                ),
                Column(
                    "PL_LA",
                    ColumnType.TEXT,
                    required=False,
                    nullable=True,
                    note="authority of the placement; derived from postcodes, in some extracts",
                ),
                Column(
                    "PL_DISTANCE",
                    ColumnType.NUMBER,
                    required=False,
                    nullable=True,
                    note="miles from home; derived from postcodes, in some extracts",
                ),
            ),
            key=(
                "CHILD",
                "DECOM",
            ),
        ),
        Table(
            "uasc",
            "Unaccompanied asylum-seeking children",
            (
                _CHILD,
                Column("SEX", ColumnType.CODE, codes=codes.SEX, required=False, note="as header"),
                _DOB,
                Column(
                    "DUC",
                    ColumnType.DATE,
                    nullable=True,
                    note="date UASC status ceased; not after 18th birthday. XML also has HEADER/UASC flag",
                ),
            ),
            key=("CHILD",),
        ),
        Table(
            "reviews",
            "Reviews",
            (
                _CHILD,
                _DOB,
                Column("REVIEW", ColumnType.DATE, xml="AREVIEW/REVIEW"),
                Column("REVIEW_CODE", ColumnType.CODE, codes=codes.REVIEW_CODE, xml="AREVIEW/REVIEW_CODE"),
            ),
            key=(
                "CHILD",
                "REVIEW",
            ),
        ),
        Table(
            "oc2",
            "Outcomes of children looked after for at least 12 months",
            (
                _CHILD,
                _DOB,
                Column("SDQ_SCORE", ColumnType.INTEGER, nullable=True, xml="OC2/SDQ_SCORE"),
                Column(
                    "SDQ_REASON",
                    ColumnType.CODE,
                    codes=codes.SDQ_REASON,
                    nullable=True,
                    xml="OC2/SDQ_REASON",
                    note="only when no score",
                ),
                Column(
                    "CONVICTED",
                    ColumnType.CODE,
                    codes=codes.CONVICTED,
                    nullable=True,
                    xml="OC2/CONVICTED",
                    note="age 10+ on 31 March",
                ),
                Column(
                    "HEALTH_CHECK",
                    ColumnType.CODE,
                    codes=codes.HEALTH_CHECK,
                    nullable=True,
                    xml="OC2/HEALTH_CHECK",
                    note="under 5 on 31 March",
                ),
                Column(
                    "IMMUNISATIONS",
                    ColumnType.CODE,
                    codes=codes.IMMUNISATIONS,
                    nullable=True,
                    xml="OC2/IMMUNISATIONS",
                ),
                Column(
                    "TEETH_CHECK",
                    ColumnType.CODE,
                    codes=codes.TEETH_CHECK,
                    nullable=True,
                    xml="OC2/TEETH_CHECK",
                ),
                Column(
                    "HEALTH_ASSESSMENT",
                    ColumnType.CODE,
                    codes=codes.HEALTH_ASSESSMENT,
                    nullable=True,
                    xml="OC2/HEALTH_ASSESSMENT",
                ),
                Column(
                    "SUBSTANCE_MISUSE",
                    ColumnType.CODE,
                    codes=codes.SUBSTANCE_MISUSE,
                    nullable=True,
                    xml="OC2/SUBSTANCE_MISUSE",
                ),
                Column(
                    "INTERVENTION_RECEIVED",
                    ColumnType.CODE,
                    codes=codes.INTERVENTION_RECEIVED,
                    required=False,
                    nullable=True,
                    xml="OC2/INTERVENTION_RECEIVED",
                    note="only if SUBSTANCE_MISUSE=1",
                ),
                Column(
                    "INTERVENTION_OFFERED",
                    ColumnType.CODE,
                    codes=codes.INTERVENTION_OFFERED,
                    required=False,
                    nullable=True,
                    xml="OC2/INTERVENTION_OFFERED",
                    note="only if INTERVENTION_RECEIVED=0",
                ),
            ),
            key=("CHILD",),
        ),
        Table(
            "oc3",
            "Care leavers",
            (
                _CHILD,
                _DOB,
                Column("IN_TOUCH", ColumnType.CODE, codes=codes.IN_TOUCH),
                Column(
                    "ACTIV",
                    ColumnType.CODE,
                    codes=codes.ACTIV,
                    note="F3/P3 to 2020-21; F4/P4/F5/P5 from 2021-22",
                ),
                Column(
                    "ACCOM",
                    ColumnType.CODE,
                    codes=codes.ACCOM,
                    note="letter = type, digit 1 suitable / 2 unsuitable, or 0",
                ),
            ),
            key=("CHILD",),
        ),
        Table(
            "ad1",
            "Children adopted in the year",
            (
                _CHILD,
                _DOB,
                Column("DATE_INT", ColumnType.DATE, note="decision that adoption is in best interests"),
                Column("DATE_MATCH", ColumnType.DATE, note="matched with adopters"),
                Column("FOSTER_CARE", ColumnType.CODE, codes=codes.FOSTER_CARE, required=False),
                Column("NB_ADOPTR", ColumnType.CODE, codes=codes.NB_ADOPTR, required=False),
                Column("SEX_ADOPTR", ColumnType.CODE, codes=codes.SEX_ADOPTR, required=False),
                Column("LS_ADOPTR", ColumnType.CODE, codes=codes.LS_ADOPTR, required=False),
            ),
            key=("CHILD",),
        ),
        Table(
            "placed_for_adoption",
            "Decisions that a child should be placed for adoption",
            (
                _CHILD,
                _DOB,
                Column(
                    "DATE_PLACED",
                    ColumnType.DATE,
                    xml="AD_PLACED/DATE_PLACED",
                    note="date of decision that the child should be placed",
                ),
                Column(
                    "DATE_PLACED_CEASED",
                    ColumnType.DATE,
                    nullable=True,
                    xml="AD_PLACED/DATE_PLACED_CEASED",
                    note="decision reversed",
                ),
                Column(
                    "REASON_PLACED_CEASED",
                    ColumnType.CODE,
                    codes=codes.REASON_PLACED_CEASED,
                    nullable=True,
                    xml="AD_PLACED/REASON_PLACED_CEASED",
                ),
            ),
            key=(
                "CHILD",
                "DATE_PLACED",
            ),
        ),
        Table(
            "previous_permanence",
            "Previous permanence arrangements",
            (
                _CHILD,
                _DOB,
                Column(
                    "PREV_PERM",
                    ColumnType.CODE,
                    codes=codes.PREV_PERM,
                    xml="PERMANENCE/PREV_PERM",
                    note="for children starting care (from 1 April 2016)",
                ),
                Column(
                    "LA_PERM",
                    ColumnType.TEXT,
                    nullable=True,
                    xml="PERMANENCE/LA_PERM",
                    note="three-digit LA number or WAL/SCO/NIR/NUK/999",
                ),
                Column(
                    "DATE_PERM",
                    ColumnType.PARTIAL_DATE,
                    nullable=True,
                    xml="PERMANENCE/DATE_PERM",
                    note="DD/MM/YYYY with unknown parts as zz",
                ),
            ),
            key=("CHILD",),
        ),
        Table(
            "missing",
            "Missing and away without authorisation",
            (
                _CHILD,
                _DOB,
                Column("MISSING", ColumnType.CODE, codes=codes.MISSING, xml="AMISSING/MISSING"),
                Column("MIS_START", ColumnType.DATE, xml="AMISSING/MIS_START"),
                Column(
                    "MIS_END",
                    ColumnType.DATE,
                    nullable=True,
                    xml="AMISSING/MIS_END",
                    note="blank when still missing",
                ),
            ),
            key=(
                "CHILD",
                "MISSING",
                "MIS_START",
            ),
        ),
        Table(
            "sw_episodes",
            "Social workers",
            (
                _CHILD,
                _DOB,
                Column("SW_ID", ColumnType.TEXT, first_year=2024, note="starts SW or XX"),
                Column("SW_DECOM", ColumnType.DATE, first_year=2024),
                Column(
                    "SW_DEC",
                    ColumnType.DATE,
                    nullable=True,
                    first_year=2024,
                    note="blank for the worker on 31 March",
                ),
                Column(
                    "SW_REASON",
                    ColumnType.CODE,
                    codes=codes.SW_REASON,
                    required=False,
                    nullable=True,
                    first_year=2024,
                    note="required when SW_DECOM >= 1 April 2023",
                ),
            ),
            key=(
                "CHILD",
                "SW_ID",
                "SW_DECOM",
            ),
            first_year=2024,
        ),
        Table(
            "dolo",
            "Deprivation of liberty orders",
            (
                _CHILD,
                _DOB,
                Column("DOLO_START", ColumnType.DATE, first_year=2027, note="deprivation of liberty order"),
                Column(
                    "DOLO_END",
                    ColumnType.DATE,
                    nullable=True,
                    first_year=2027,
                    note="after DOLO_START; blank when open",
                ),
            ),
            key=(
                "CHILD",
                "DOLO_START",
            ),
            first_year=2027,
        ),
    )
}
"""The tables of the return by name, in the return's order."""
