"""The eleven lists of Ofsted's Annex A workbook, declared once as data: what heads each column, and what it holds.

Source: Ofsted, *Annex A: child level data* (lists 1 to 11 with guidance and codes), update of August 2019; the
spellings are those of its editions and of workbooks made from case systems.
"""

from __future__ import annotations

import re
from enum import Enum

from attrs import frozen


class Holds(Enum):
    """How the cells of a column are read."""

    ID = "id"
    DATE = "date"
    NUMBER = "number"
    TEXT = "text"


@frozen
class Heading:
    """One column of a list: its name in this library, and every heading that it goes by."""

    name: str
    holds: Holds
    spellings: tuple[str, ...]


@frozen
class AnnexList:
    """One list: its number, its columns, and those without which a sheet is not this list.

    `months` is how far it reaches back from the day of the workbook.
    """

    number: int
    title: str
    headings: tuple[Heading, ...]
    marks: tuple[str, ...]
    months: int = 6

    @property
    def person(self) -> str:
        """The column that identifies the person."""
        return self.headings[0].name


def simple(heading: object) -> str:
    """A heading without case, marks and what stands in brackets: editions differ in nothing else."""
    text = str(heading).replace("\xa0", " ").lower()
    text = re.sub(r"\([^)]*\)?\)*", " ", text)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", re.sub(r"[\u2018\u2019']", "", text)).split())


def _column(name: str, holds: Holds, *spellings: str) -> Heading:
    return Heading(name, holds, tuple(simple(spelling) for spelling in spellings))


_CHILD = _column(
    "CHILD",
    Holds.ID,
    "Child Unique ID",
    "Child ID",
    "Unique ID",
    "Unique Child ID",
    "Child Unique Identifier",
)
_PERSON = (
    _CHILD,
    _column("GENDER", Holds.TEXT, "Gender", "Sex"),
    _column("ETHNICITY", Holds.TEXT, "Ethnicity"),
    _column("DOB", Holds.DATE, "Date of Birth", "DOB", "Birth Date"),
    _column("AGE", Holds.NUMBER, "Age of Child (Years)", "Age of Child", "Age"),
)
_DISABILITY = _column(
    "DISABILITY",
    Holds.TEXT,
    "Does the Child have a Disability",
    "Disability",
    "Does the child have a disability?",
)
_WORKER = (
    _column("TEAM", Holds.TEXT, "Allocated Team", "Team"),
    _column("WORKER", Holds.TEXT, "Allocated Worker", "Worker", "Allocated Social Worker"),
)

LISTS: tuple[AnnexList, ...] = (
    AnnexList(
        1,
        "Contacts",
        (
            *_PERSON,
            _column("CONTACT", Holds.DATE, "Date of Contact", "Contact Date"),
            _column("SOURCE", Holds.TEXT, "Contact Source", "Source of Contact"),
        ),
        marks=("CONTACT",),
    ),
    AnnexList(
        2,
        "Early help",
        (
            *_PERSON,
            _column("START", Holds.DATE, "Assessment start date", "Early Help Assessment start date"),
            _column("END", Holds.DATE, "Assessment completion date", "Early Help Assessment completion date"),
            _column("ORGANISATION", Holds.TEXT, "Organisation completing assessment"),
        ),
        marks=("START", "ORGANISATION"),
    ),
    AnnexList(
        3,
        "Referrals",
        (
            *_PERSON,
            _column("REFERRAL", Holds.DATE, "Date of referral", "Referral Date"),
            _column("SOURCE", Holds.TEXT, "Referral Source", "Source of Referral"),
            _column("NFA", Holds.TEXT, "Referral NFA?", "Referral NFA", "NFA", "Referral No Further Action"),
            _column(
                "REFERRALS",
                Holds.NUMBER,
                "Number of Referrals in Last 12 Months",
                "Number of Referrals in the Last 12 Months",
            ),
            *_WORKER,
        ),
        marks=("REFERRAL",),
    ),
    AnnexList(
        4,
        "Assessments",
        (
            *_PERSON,
            _DISABILITY,
            _column("START", Holds.DATE, "Continuous Assessment Start Date", "Assessment Actual Start Date"),
            _column("SEEN", Holds.TEXT, "Child Seen During Continuous Assessment"),
            _column(
                "AUTHORISED",
                Holds.DATE,
                "Continuous Assessment Date of Authorisation",
                "Continuous Assessment Authorisation Date",
                "Assessment Authorisation Date",
            ),
            _column(
                "IN_NEED",
                Holds.TEXT,
                "Was the child assessed as requiring LA children's social care support?",
                "Was the child assessed as being in need at assessment?",
            ),
            *_WORKER,
        ),
        marks=("START", "AUTHORISED"),
    ),
    AnnexList(
        5,
        "Section 47 enquiries and initial child protection conferences",
        (
            *_PERSON,
            _DISABILITY,
            _column(
                "START",
                Holds.DATE,
                "Strategy discussion initiating Section 47 Enquiry Start Date",
                "Section 47 Enquiry Start Date",
                "Strategy discussion date",
                "S47 Start Date",
            ),
            _column(
                "NOT_NEEDED",
                Holds.TEXT,
                "Was an Initial Child Protection Conference deemed unnecessary?",
                "Was an ICPC deemed unnecessary?",
            ),
            _column("CONFERENCE", Holds.DATE, "Date of Initial Child Protection Conference", "Date of ICPC"),
            _column(
                "PLAN",
                Holds.TEXT,
                "Did the Initial Child Protection Conference Result in a Child Protection Plan",
                "Did the ICPC Result in a CPP",
            ),
            _column(
                "ENQUIRIES",
                Holds.NUMBER,
                "Number of Section 47 Enquiries in the last 12 months",
                "Number of S47s in the last 12 months",
            ),
            _column("CONFERENCES", Holds.NUMBER, "Number of ICPCs in the last 12 months"),
            *_WORKER,
        ),
        marks=("START", "CONFERENCE"),
    ),
    AnnexList(
        6,
        "Children in need",
        (
            *_PERSON,
            _DISABILITY,
            _column("START", Holds.DATE, "CIN Start Date", "Child in Need Start Date"),
            _column("NEED", Holds.TEXT, "Primary Need Code", "Primary Need"),
            _column("SEEN", Holds.DATE, "Date Child Was Last Seen"),
            _column("CLOSURE", Holds.DATE, "CIN Closure Date", "Child in Need Closure Date"),
            _column("REASON", Holds.TEXT, "Reason for Closure", "CIN Reason for Closure"),
            _column("STATUS", Holds.TEXT, "Case Status"),
            *_WORKER,
        ),
        marks=("START", "CLOSURE"),
    ),
    AnnexList(
        7,
        "Child protection",
        (
            *_PERSON,
            _DISABILITY,
            _column(
                "START",
                Holds.DATE,
                "Child Protection Plan Start Date",
                "CPP Start Date",
                "CP Plan Start Date",
            ),
            _column("INITIAL", Holds.TEXT, "Initial Category of Abuse"),
            _column("LATEST", Holds.TEXT, "Latest Category of Abuse"),
            _column("VISIT", Holds.DATE, "Date of the Last Statutory Visit", "Date of Last Statutory Visit"),
            _column("ALONE", Holds.TEXT, "Was the Child Seen Alone?"),
            _column(
                "REVIEW",
                Holds.DATE,
                "Date of latest review conference",
                "Date of the latest review conference",
            ),
            _column("END", Holds.DATE, "Child Protection Plan End Date", "CPP End Date", "CP Plan End Date"),
            _column(
                "EMERGENCY",
                Holds.TEXT,
                "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)",
            ),
            _column(
                "PREVIOUS",
                Holds.NUMBER,
                "Number of Previous Child Protection Plans",
                "Number of Previous CPPs",
                "Number of Previous CP Plans",
            ),
            *_WORKER,
        ),
        marks=("START", "END"),
    ),
    AnnexList(
        8,
        "Children in care",
        (
            *_PERSON,
            _column(
                "UASC",
                Holds.TEXT,
                "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)",
                "UASC",
            ),
            _DISABILITY,
            _column("START", Holds.DATE, "Date Started to be Looked After"),
            _column("NEED", Holds.TEXT, "Child's Category of Need", "Category of Need"),
            _column(
                "SECOND",
                Holds.TEXT,
                "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)",
                "Is this a second or subsequent episode of being a Looked After Child within the last 12 months (Y/N)",
            ),
            _column("LEGAL_START", Holds.DATE, "Start date of current legal status"),
            _column("LEGAL", Holds.TEXT, "Child's Legal Status", "Legal Status"),
            _column("REVIEW", Holds.DATE, "Date of Latest Statutory Review"),
            _column("VISIT", Holds.DATE, "Date of Last Social Work Visit"),
            _column("PERMANENCE", Holds.TEXT, "What is the permanence plan for this child?"),
            _column("IRO", Holds.DATE, "Date of Last IRO Visit / Contact to the Child"),
            _column("HEALTH", Holds.DATE, "Date of Last Health Assessment"),
            _column("DENTAL", Holds.DATE, "Date of Last Dental Check"),
            _column("PLACEMENTS", Holds.NUMBER, "Number of Placements in the Last 12 months"),
            _column("CEASED", Holds.DATE, "Date Ceased to be Looked After"),
            _column("REASON", Holds.TEXT, "Reason Ceased to be Looked After"),
            _column("PLACEMENT_START", Holds.DATE, "Start Date of Most Recent Placement"),
            _column("PLACEMENT", Holds.TEXT, "Placement Type"),
            _column("PROVIDER", Holds.TEXT, "Placement Provider"),
            _column("POSTCODE", Holds.TEXT, "Placement postcode"),
            _column("URN", Holds.TEXT, "URN of Placement", "Placement URN"),
            _column("LOCATION", Holds.TEXT, "Placement Location"),
            _column("PLACED_BY", Holds.TEXT, "LA of Placement"),
            _column(
                "MISSING",
                Holds.NUMBER,
                "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months",
            ),
            _column(
                "ABSENT",
                Holds.NUMBER,
                "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months",
            ),
            _column(
                "OFFERED",
                Holds.TEXT,
                "Was the child offered a Return Interview after their last missing episode (Y/N)?",
            ),
            _column(
                "ACCEPTED",
                Holds.TEXT,
                "Did the child accept a Return Interview after their last missing episode (Y/N)?",
            ),
            *_WORKER,
        ),
        marks=("START", "CEASED"),
    ),
    AnnexList(
        9,
        "Care leavers",
        (
            *_PERSON,
            _column(
                "UASC",
                Holds.TEXT,
                "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)",
                "UASC",
            ),
            _DISABILITY,
            *_WORKER,
            _column("ADVISOR", Holds.TEXT, "Allocated Personal Advisor"),
            _column("ELIGIBILITY", Holds.TEXT, "Eligibility Category"),
            _column("PATHWAY", Holds.DATE, "Latest Pathway Plan Review Date"),
            _column("IN_TOUCH", Holds.TEXT, "LA In Touch"),
            _column("CONTACT", Holds.DATE, "Latest Date of Contact"),
            _column("ACCOMMODATION", Holds.TEXT, "Type of Accommodation"),
            _column("SUITABILITY", Holds.TEXT, "Suitability of Accommodation"),
            _column("ACTIVITY", Holds.TEXT, "Activity Status"),
        ),
        marks=("IN_TOUCH", "ACTIVITY"),
        months=0,
    ),
    AnnexList(
        10,
        "Adoption",
        (
            _CHILD,
            _column("FAMILY", Holds.ID, "Family identifier"),
            *_PERSON[1:],
            _DISABILITY,
            _column("CARE", Holds.DATE, "Date the Child Entered Care"),
            _column(
                "DECISION",
                Holds.DATE,
                "Date of Decision that Child Should be Placed for Adoption",
                "Date of Decision that the Child Should be Placed for Adoption",
            ),
            _column("ORDER", Holds.DATE, "Date of Placement Order"),
            _column("MATCH", Holds.DATE, "Date of Matching Child and Prospective Adopters"),
            _column("PLACED", Holds.DATE, "Date Placed for Adoption"),
            _column("ADOPTED", Holds.DATE, "Date of Adoption Order"),
            _column(
                "REVERSED",
                Holds.DATE,
                "Date of Decision that Child Should No Longer be Placed for Adoption",
                "Date of Decision that the Child Should No Longer be Placed for Adoption",
            ),
            _column("REASON", Holds.TEXT, "Reason Why Child No Longer Placed for Adoption"),
            _column(
                "FOSTERED",
                Holds.DATE,
                "Date the child was placed for fostering in FFA or concurrent planning placement",
            ),
        ),
        marks=("DECISION",),
        months=12,
    ),
    AnnexList(
        11,
        "Adopters",
        (
            _column("ADOPTER", Holds.ID, "Individual adopter identifier"),
            _column("FAMILY", Holds.ID, "Family identifier"),
            _column("GENDER", Holds.TEXT, "Gender"),
            _column("ETHNICITY", Holds.TEXT, "Ethnicity"),
            _column("DISABILITY", Holds.TEXT, "Disability"),
            _column("FOSTERING", Holds.TEXT, "Is the (prospective) adopter fostering for adoption?"),
            _column("ENQUIRY", Holds.DATE, "Date enquiry received"),
            _column("STAGE_1", Holds.DATE, "Date Stage 1 started"),
            _column("STAGE_1_END", Holds.DATE, "Date Stage 1 ended"),
            _column("STAGE_2", Holds.DATE, "Date Stage 2 started"),
            _column("STAGE_2_END", Holds.DATE, "Date Stage 2 ended"),
            _column("APPLIED", Holds.DATE, "Date application submitted"),
            _column("APPROVED", Holds.DATE, "Date application approved"),
            _column("MATCH", Holds.DATE, "Date adopter matched with child(ren)"),
            _column("PLACED", Holds.DATE, "Date child/children placed with adopter(s)"),
            _column("CHILDREN", Holds.NUMBER, "No. of children placed", "Number of children placed"),
            _column("ADOPTED", Holds.DATE, "Date of Adoption Order"),
            _column("LEFT", Holds.DATE, "Date of leaving adoption process"),
            _column("REASON", Holds.TEXT, "Reason for leaving adoption process"),
        ),
        marks=("ENQUIRY", "STAGE_1"),
        months=12,
    ),
)
"""The lists of the workbook, in its order."""
