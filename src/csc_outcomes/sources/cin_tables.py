"""Tables of the children in need census (England), declared once as data.

Source: Department for Education, *Children in need census: guide*, 2016-17 to 2025-26, and the public validation
rules for 2026-27. The census is one XML file per authority and year; here each repeating group of it is a table.
Field names are the return's own. `CINdetailsID`, `AssessmentID` and `CPPID` are counters (1, 2, ...) in document
order that begin again inside their parent: they join the tables of one return and mean nothing beyond it.
"""

from __future__ import annotations

from csc_outcomes.definitions.tables import Column, ColumnType, Table
from csc_outcomes.sources import cin_codes as codes

PERSON = "LAchildID"

_CHILD = Column(
    PERSON, ColumnType.IDENTIFIER, xml="ChildIdentifiers/LAchildID", note="unique within the authority only"
)


def _date(name: str, note: str = "", *, required: bool = False, xml: str = "") -> Column:
    return Column(name, ColumnType.DATE, required=required, nullable=True, xml=xml, note=note)


def _counter(name: str, note: str, *, required: bool) -> Column:
    return Column(name, ColumnType.INTEGER, required=required, note=note)


def _episode(*, required: bool) -> Column:
    return _counter(
        "CINdetailsID", "counter of the child's CINdetails blocks; not in the XML", required=required
    )


def _yes_no(name: str, xml: str, *, required: bool = False, note: str = "") -> Column:
    return Column(
        name, ColumnType.CODE, codes=codes.YES_NO, required=required, nullable=True, xml=xml, note=note
    )


_HEADER = Table(
    "Header",
    "One row per return",
    (
        Column("Collection", ColumnType.TEXT, required=False, xml="CollectionDetails/Collection", note="CIN"),
        Column(
            "ReferenceDate",
            ColumnType.DATE,
            required=False,
            xml="CollectionDetails/ReferenceDate",
            note="31 March of the return's year",
        ),
        Column("SourceLevel", ColumnType.TEXT, required=False, xml="Source/SourceLevel", note="L"),
        Column(
            "LEA", ColumnType.IDENTIFIER, required=False, xml="Source/LEA", note="three digits; becomes LA"
        ),
        Column("SoftwareCode", ColumnType.TEXT, required=False, nullable=True, xml="Source/SoftwareCode"),
        Column("Release", ColumnType.TEXT, required=False, nullable=True, xml="Source/Release"),
        Column("SerialNo", ColumnType.TEXT, required=False, nullable=True, xml="Source/SerialNo"),
        Column("DateTime", ColumnType.TEXT, required=False, nullable=True, xml="Source/DateTime"),
        Column(
            "BlocksOutOfOrder",
            ColumnType.INTEGER,
            required=False,
            note="counted while the file is read: blocks whose elements are not in the schema's order",
        ),
        Column(
            "UnknownElements",
            ColumnType.INTEGER,
            required=False,
            note="counted while the file is read: elements that no schema has; they are left out",
        ),
    ),
    key=(),
    person="",
)

_IDENTIFIERS = Table(
    "ChildIdentifiers",
    "One row per child",
    (
        _CHILD,
        Column("UPN", ColumnType.TEXT, required=False, nullable=True, xml="ChildIdentifiers/UPN"),
        Column("FormerUPN", ColumnType.TEXT, required=False, nullable=True, xml="ChildIdentifiers/FormerUPN"),
        Column(
            "UPNunknown",
            ColumnType.CODE,
            codes=codes.UPN_UNKNOWN,
            required=False,
            nullable=True,
            xml="ChildIdentifiers/UPNunknown",
        ),
        _date(
            "PersonBirthDate",
            "blank for an unborn child",
            required=True,
            xml="ChildIdentifiers/PersonBirthDate",
        ),
        _date(
            "ExpectedPersonBirthDate",
            "for an unborn child, instead of the date of birth",
            xml="ChildIdentifiers/ExpectedPersonBirthDate",
        ),
        Column(
            "GenderCurrent",
            ColumnType.CODE,
            codes=codes.SEX,
            required=False,
            nullable=True,
            xml="ChildIdentifiers/GenderCurrent",
            last_year=2024,
            note="1/2/0/9 to 2023-24",
        ),
        Column(
            "Sex",
            ColumnType.CODE,
            codes=codes.SEX,
            required=False,
            nullable=True,
            xml="ChildIdentifiers/Sex",
            first_year=2025,
            note="M/F/U from 2024-25",
        ),
        _date("PersonDeathDate", xml="ChildIdentifiers/PersonDeathDate"),
    ),
    key=(PERSON,),
    person=PERSON,
)

_CHARACTERISTICS = Table(
    "ChildCharacteristics",
    "One row per child",
    (
        _CHILD,
        Column("Ethnicity", ColumnType.CODE, codes=codes.ETHNICITY, xml="ChildCharacteristics/Ethnicity"),
    ),
    key=(PERSON,),
    person=PERSON,
)

_DISABILITIES = Table(
    "Disabilities",
    "One row per disability of a child",
    (
        _CHILD,
        Column(
            "Disability",
            ColumnType.CODE,
            codes=codes.DISABILITY,
            xml="ChildCharacteristics/Disabilities/Disability",
        ),
    ),
    key=(PERSON, "Disability"),
    person=PERSON,
)

_DETAILS = Table(
    "CINdetails",
    "Referrals: one row per block, that is, per referral and the episode of need that follows it",
    (
        _CHILD,
        _episode(required=False),
        Column(
            "CINreferralDate",
            ColumnType.DATE,
            xml="CINdetails/CINreferralDate",
            note="may lie years before the return: every case open at any time in the year is in it",
        ),
        Column(
            "ReferralSource",
            ColumnType.CODE,
            codes=codes.REFERRAL_SOURCE,
            required=False,
            nullable=True,
            xml="CINdetails/ReferralSource",
        ),
        Column(
            "PrimaryNeedCode",
            ColumnType.CODE,
            codes=codes.PRIMARY_NEED,
            required=False,
            nullable=True,
            xml="CINdetails/PrimaryNeedCode",
            note="needed unless the referral led to no further action",
        ),
        _date("CINclosureDate", "blank while open", required=True, xml="CINdetails/CINclosureDate"),
        Column(
            "ReasonForClosure",
            ColumnType.CODE,
            codes=codes.REASON,
            nullable=True,
            xml="CINdetails/ReasonForClosure",
            note="present if and only if CINclosureDate is",
        ),
        _date(
            "DateOfInitialCPC",
            "initial child protection conference without an enquiry in the block",
            xml="CINdetails/DateOfInitialCPC",
        ),
        _yes_no(
            "ReferralNFA",
            "CINdetails/ReferralNFA",
            required=True,
            note="1: no further action after the initial decision; the block holds nothing else",
        ),
    ),
    key=(PERSON, "CINreferralDate"),
    person=PERSON,
)

_ASSESSMENTS = Table(
    "Assessments",
    "Assessments",
    (
        _CHILD,
        _episode(required=True),
        _counter("AssessmentID", "counter of the block's assessments; not in the XML", required=True),
        _date(
            "AssessmentActualStartDate",
            required=True,
            xml="CINdetails/Assessments/AssessmentActualStartDate",
        ),
        _date(
            "AssessmentInternalReviewDate",
            xml="CINdetails/Assessments/AssessmentInternalReviewDate",
        ),
        _date(
            "AssessmentAuthorisationDate",
            "the assessment's end; blank while it goes on",
            required=True,
            xml="CINdetails/Assessments/AssessmentAuthorisationDate",
        ),
    ),
    key=(PERSON, "CINdetailsID", "AssessmentID"),
    person=PERSON,
)

_FACTORS = Table(
    "AssessmentFactorsList",
    "Factors found at the end of an assessment",
    (
        _CHILD,
        _episode(required=True),
        _counter("AssessmentID", "as in Assessments", required=True),
        Column(
            "AssessmentFactor",
            ColumnType.CODE,
            codes=codes.FACTORS,
            xml="CINdetails/Assessments/FactorsIdentifiedAtAssessment/AssessmentFactors",
            note="text such as 10A or 20, never a number",
        ),
    ),
    key=(PERSON, "CINdetailsID", "AssessmentID", "AssessmentFactor"),
    person=PERSON,
)

_PLAN_DATES = Table(
    "CINplanDates",
    "Child in need plans",
    (
        _CHILD,
        _episode(required=False),
        _date("CINPlanStartDate", required=True, xml="CINdetails/CINPlanDates/CINPlanStartDate"),
        _date(
            "CINPlanEndDate", "blank while open", required=True, xml="CINdetails/CINPlanDates/CINPlanEndDate"
        ),
    ),
    key=(PERSON, "CINPlanStartDate"),
    first_year=2022,
    person=PERSON,
)

_SECTION_47 = Table(
    "Section47",
    "Enquiries under section 47 of the Children Act 1989",
    (
        _CHILD,
        _episode(required=False),
        _date(
            "S47ActualStartDate",
            "date of the strategy discussion",
            required=True,
            xml="CINdetails/Section47/S47ActualStartDate",
        ),
        _date("InitialCPCtarget", xml="CINdetails/Section47/InitialCPCtarget"),
        _date(
            "DateOfInitialCPC",
            "initial child protection conference",
            xml="CINdetails/Section47/DateOfInitialCPC",
        ),
        _yes_no("ICPCnotRequired", "CINdetails/Section47/ICPCnotRequired", note="1: ended without one"),
    ),
    key=(PERSON,),
    person=PERSON,
)

_PLANS = Table(
    "ChildProtectionPlans",
    "Child protection plans",
    (
        _CHILD,
        _episode(required=False),
        _counter("CPPID", "counter of the block's plans; not in the XML", required=False),
        _date("CPPstartDate", required=True, xml="CINdetails/ChildProtectionPlans/CPPstartDate"),
        _date(
            "CPPendDate", "blank while open", required=True, xml="CINdetails/ChildProtectionPlans/CPPendDate"
        ),
        Column(
            "InitialCategoryOfAbuse",
            ColumnType.CODE,
            codes=codes.CATEGORY,
            required=False,
            nullable=True,
            xml="CINdetails/ChildProtectionPlans/InitialCategoryOfAbuse",
        ),
        Column(
            "LatestCategoryOfAbuse",
            ColumnType.CODE,
            codes=codes.CATEGORY,
            required=False,
            nullable=True,
            xml="CINdetails/ChildProtectionPlans/LatestCategoryOfAbuse",
        ),
        Column(
            "NumberOfPreviousCPP",
            ColumnType.INTEGER,
            nullable=True,
            xml="CINdetails/ChildProtectionPlans/NumberOfPreviousCPP",
            note="earlier plans of the child in this authority, however long ago",
        ),
    ),
    key=(PERSON, "CPPstartDate"),
    person=PERSON,
)

_REVIEWS = Table(
    "Reviews",
    "Reviews of child protection plans",
    (
        _CHILD,
        _episode(required=False),
        _counter("CPPID", "as in ChildProtectionPlans", required=False),
        _date("CPPreviewDate", required=True, xml="CINdetails/ChildProtectionPlans/Reviews/CPPreviewDate"),
    ),
    key=(PERSON, "CPPreviewDate"),
    person=PERSON,
)

_BEFORE_COURT = "CINdetails/PreProceedingsandFGDM/"
_PRE_PROCEEDINGS = Table(
    "PreProceedings",
    "Pre-proceedings and family group decision making",
    (
        _CHILD,
        _episode(required=False),
        _date("PPStartDate", required=True, xml=f"{_BEFORE_COURT}PPStartDate"),
        _date("LBPSentDate", "letter before proceedings sent", xml=f"{_BEFORE_COURT}LBPSentDate"),
        _yes_no("FGDMMeetingOffer", f"{_BEFORE_COURT}FGDMMeetingOffer", note="family meeting offered"),
        _yes_no("FGDMMeetingFac", f"{_BEFORE_COURT}FGDMMeetingFac", note="family meeting held"),
        _date("InitialPPMeetingDate", xml=f"{_BEFORE_COURT}InitialPPMeetingDate"),
        Column(
            "ReviewMeetingsCount",
            ColumnType.INTEGER,
            required=False,
            nullable=True,
            xml=f"{_BEFORE_COURT}ReviewMeetingsCount",
        ),
        _date("StepDecisionDate", xml=f"{_BEFORE_COURT}StepDecisionDate"),
        Column(
            "PPOutcome",
            ColumnType.TEXT,
            required=False,
            nullable=True,
            xml=f"{_BEFORE_COURT}PPOutcome",
            note="code set CS131, which is not described here",
        ),
        _date("CourtAppDate", xml=f"{_BEFORE_COURT}CourtAppDate"),
        _date("LetterInitCPDate", xml=f"{_BEFORE_COURT}LetterInitCPDate"),
    ),
    key=(PERSON,),
    first_year=2027,
    person=PERSON,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _HEADER, _IDENTIFIERS, _CHARACTERISTICS, _DISABILITIES, _DETAILS, _ASSESSMENTS, _FACTORS, _PLAN_DATES,
        _SECTION_47, _PLANS, _REVIEWS, _PRE_PROCEEDINGS,
    )
}  # fmt: skip
"""Tables of the return, in the order of its XML."""
