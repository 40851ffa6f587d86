"""Code lists of the Children's Social Work Workforce census, 2017 to 2025, as data.

Sources: Department for Education, *Children's social work workforce*: XML schemas of the collection, 2021 to 2025,
and methodology, 2025. A list that every one of these schemas has is taken to hold for 2017 to 2020 as well.

Each entry is code, label, group, first year, last year (year ending 30 September; None: still valid).
"""

from __future__ import annotations

from csc_outcomes.definitions.tables import Code, CodeList


def _list(name: str, *entries: tuple[str, str, str, int, int | None]) -> CodeList:
    return CodeList(name, tuple(Code(*entry) for entry in entries))


AGENCY_WORKER = _list(
    "AGENCY_WORKER",
    ("0", "Employed and paid by the authority", "employed", 2017, None),
    ("1", "Agency worker (incl. self-employed)", "agency", 2017, None),
)

GENDER_CURRENT = _list(
    "GENDER_CURRENT",
    ("0", "Not known", "unknown", 2017, 2023),
    ("1", "Male", "male", 2017, 2023),
    ("2", "Female", "female", 2017, 2023),
    ("9", "Not specified", "unknown", 2017, 2023),
)

SEX = _list(
    "SEX",
    ("M", "Male", "male", 2024, None),
    ("F", "Female", "female", 2024, None),
)

ETHNICITY = _list(
    "ETHNICITY",
    ("WBRI", "White British", "white", 2017, None),
    ("WIRI", "White Irish", "white", 2017, None),
    ("WOTH", "Other White", "white", 2017, None),
    ("MWBC", "White and Black Caribbean", "mixed", 2017, None),
    ("MWBA", "White and Black African", "mixed", 2017, None),
    ("MWAS", "White and Asian", "mixed", 2017, None),
    ("MOTH", "Other mixed", "mixed", 2017, None),
    ("AIND", "Indian", "asian", 2017, None),
    ("APKN", "Pakistani", "asian", 2017, None),
    ("ABAN", "Bangladeshi", "asian", 2017, None),
    ("AOTH", "Other Asian", "asian", 2017, None),
    ("CHNE", "Chinese", "asian", 2017, None),
    ("BCRB", "Black Caribbean", "black", 2017, None),
    ("BAFR", "Black African", "black", 2017, None),
    ("BOTH", "Other Black", "black", 2017, None),
    ("OOTH", "Other ethnic group", "other", 2017, None),
    ("REFU", "Refused", "unknown", 2017, None),
    ("NOBT", "Not yet obtained", "unknown", 2017, None),
)

QUAL_LEVEL = _list(
    "QUAL_LEVEL",
    ("1", "Undergraduate", "undergraduate", 2017, None),
    ("2", "Postgraduate", "postgraduate", 2017, None),
    ("3", "Other", "other", 2017, None),
)

YES_NO = _list(
    "YES_NO",
    ("0", "No", "false", 2017, None),
    ("1", "Yes", "true", 2017, None),
)

ORG_ROLE = _list(
    "ORG_ROLE",
    ("1", "Senior manager", "manager", 2017, None),
    ("2", "Middle manager", "manager", 2017, None),
    ("3", "First line manager", "manager", 2017, None),
    ("4", "Senior practitioner", "senior_practitioner", 2017, None),
    ("5", "Case holder", "case_holder", 2017, None),
    ("6", "Qualified without cases", "qualified_without_cases", 2017, None),
)

START_ORIGIN = _list(
    "START_ORIGIN",
    ("1", "Newly qualified", "newly_qualified", 2017, None),
    ("2", "Social worker, other English authority", "la_social_work", 2017, None),
    ("3", "Social worker outside England", "outside_england", 2017, None),
    ("4", "Agency or consultancy social work (England)", "agency", 2017, None),
    ("5", "Other non-LA social work (England)", "other_social_work", 2017, None),
    ("6", "Other social care role (England)", "social_care", 2017, None),
    ("7", "Non-social-care, abroad, not employed or career break", "outside_sector", 2017, None),
    ("8", "Other", "other", 2017, None),
    ("9", "Not known", "unknown", 2017, None),
    ("10", "Not yet collected", "unknown", 2017, None),
)

LEAVER_DESTINATION = _list(
    "LEAVER_DESTINATION",
    ("1", "Social worker, other English authority", "la_social_work", 2017, None),
    ("2", "Social worker outside England", "outside_england", 2017, None),
    ("3", "Agency or consultancy social work (England)", "agency", 2017, None),
    ("4", "Other non-LA social work (England)", "other_social_work", 2017, None),
    ("5", "Other social care role (England)", "social_care", 2017, None),
    ("6", "Non-social-care, abroad, not employed or career break", "outside_sector", 2017, None),
    ("7", "Other", "other", 2017, None),
    ("8", "Not known", "unknown", 2017, None),
    ("9", "Not yet collected", "unknown", 2017, None),
)

REASON_LEAVE = _list(
    "REASON_LEAVE",
    ("1", "Resigned", "voluntary", 2017, None),
    ("2", "Voluntary redundancy", "redundancy", 2017, None),
    ("3", "Compulsory redundancy", "redundancy", 2017, None),
    ("4", "Dismissed", "dismissed", 2017, None),
    ("5", "Retired", "retired", 2017, None),
    ("6", "Died", "died", 2017, None),
    ("7", "Moved to a non-child-and-family role in the authority", "internal_move", 2017, None),
    ("8", "Other", "other", 2017, None),
    ("9", "Not known", "unknown", 2017, None),
    ("10", "Not yet collected", "unknown", 2017, None),
)

REASON_ABSENCE = _list(
    "REASON_ABSENCE",
    ("MAT", "Maternity or paternity", "parental", 2017, None),
    ("OTH", "Other paid authorised", "authorised", 2017, None),
    ("PUB", "Public duties", "authorised", 2017, None),
    ("SIC", "Sickness", "sickness", 2017, None),
    ("TRN", "Training", "authorised", 2017, None),
    ("UNA", "Unauthorised", "unauthorised", 2017, None),
    ("UNP", "Unpaid authorised", "authorised", 2017, None),
)

CFKSS_STATUS = _list(
    "CFKSS_STATUS",
    ("1", "ASYE (newly qualified first year)", "asye", 2017, 2024),
    ("2", "Frontline practitioner", "frontline", 2017, 2024),
    ("3", "Practice supervisor", "supervisor", 2017, 2024),
    ("4", "Practice leader", "leader", 2017, 2024),
)

PAY_OFFER = _list(
    "PAY_OFFER",
    ("0", "Not offered", "none", 2025, None),
    ("1", "Offered, all LA-employed social workers eligible", "all", 2025, None),
    ("2", "Offered, some LA-employed social workers eligible", "some", 2025, None),
)
