"""Code lists of the SSDA903 return, year ending 2017 to 2027, as data.

Source: Department for Education, *Children looked after by local authorities in England: guide to the SSDA903
collection*, editions 2016-17 to 2023-24, and the public validation rules for 2024-25 to 2026-27. Retired codes
stay in the lists with their last year: authorities re-submit history with them.

Each entry is code, label, group, first year, last year (year ending; None: still valid).
"""

from __future__ import annotations

from csc_outcomes.definitions.tables import Code, CodeList


def _list(name: str, *entries: tuple[str, str, str, int, int | None]) -> CodeList:
    return CodeList(name, tuple(Code(*entry) for entry in entries))


SEX = _list(
    "SEX",
    ("1", "Male", "male", 2017, 2024),
    ("2", "Female", "female", 2017, 2024),
    ("M", "Male", "male", 2025, None),
    ("F", "Female", "female", 2025, None),
    ("U", "Unknown", "unknown", 2025, None),
)

ETHNIC = _list(
    "ETHNIC",
    ("WBRI", "White British", "White", 2017, None),
    ("WIRI", "White Irish", "White", 2017, None),
    ("WOTH", "Other White", "White", 2017, None),
    ("WIRT", "Traveller of Irish heritage", "White", 2017, None),
    ("WROM", "Gypsy/Roma", "White", 2017, None),
    ("MWBC", "White and Black Caribbean", "Mixed", 2017, None),
    ("MWBA", "White and Black African", "Mixed", 2017, None),
    ("MWAS", "White and Asian", "Mixed", 2017, None),
    ("MOTH", "Other mixed", "Mixed", 2017, None),
    ("AIND", "Indian", "Asian", 2017, None),
    ("APKN", "Pakistani", "Asian", 2017, None),
    ("ABAN", "Bangladeshi", "Asian", 2017, None),
    ("AOTH", "Other Asian", "Asian", 2017, None),
    ("CHNE", "Chinese", "Asian", 2017, None),
    ("BCRB", "Caribbean", "Black", 2017, None),
    ("BAFR", "African", "Black", 2017, None),
    ("BOTH", "Other Black", "Black", 2017, None),
    ("OOTH", "Other ethnic group", "Other", 2017, None),
    ("REFU", "Refused", "Unknown", 2017, None),
    ("NOBT", "Not yet obtained", "Unknown", 2017, None),
)

UPN_UNKNOWN = _list(
    "UPN_UNKNOWN",
    ("UN1", "Not of school age, no UPN yet", "unknown_upn", 2017, None),
    ("UN2", "Never attended a maintained school in England", "unknown_upn", 2017, None),
    ("UN3", "Educated outside England", "unknown_upn", 2017, None),
    ("UN4", "Newly looked after, UPN not yet known", "unknown_upn", 2017, None),
    ("UN5", "Sources disagree, no reliable match", "unknown_upn", 2017, None),
)

MOTHER = _list(
    "MOTHER",
    ("0", "Not a mother", "", 2017, None),
    ("1", "Is a mother", "", 2017, None),
)

RNE = _list(
    "RNE",
    ("S", "Started to be looked after", "start", 2017, None),
    ("L", "Legal status changed only", "legal", 2017, None),
    ("P", "Placement and carer changed", "placement", 2017, None),
    ("T", "Placement changed, same carer", "placement_same_carer", 2017, None),
    ("B", "Legal status, placement and carer changed", "both", 2017, None),
    ("U", "Legal status and placement changed, same carer", "both_same_carer", 2017, None),
)

LS = _list(
    "LS",
    ("C1", "Interim care order", "care_order", 2017, None),
    ("C2", "Full care order", "care_order", 2017, None),
    ("D1", "Freeing order", "freeing_order", 2017, None),
    ("E1", "Placement order", "placement_order", 2017, None),
    ("V2", "Section 20 single period of accommodation", "voluntary", 2017, None),
    ("V3", "Agreed series of short breaks, each break recorded", "short_breaks", 2017, None),
    ("V4", "Agreed series of short breaks, agreement recorded only", "short_breaks", 2017, None),
    ("L1", "Police protection in LA accommodation", "protection", 2017, None),
    ("L2", "Emergency protection order", "protection", 2017, None),
    ("L3", "Child assessment order in LA accommodation", "protection", 2017, None),
    ("J1", "Remanded to LA or youth detention accommodation", "youth_justice", 2017, None),
    ("J2", "PACE detention in LA accommodation", "youth_justice", 2017, None),
    ("J3", "Youth rehabilitation order with residence/intensive fostering", "youth_justice", 2017, None),
)

CIN = _list(
    "CIN",
    ("N1", "Abuse or neglect", "abuse_neglect", 2017, None),
    ("N2", "Child's disability or illness", "disability", 2017, None),
    ("N3", "Parental illness or disability", "parental_illness", 2017, None),
    ("N4", "Family in acute stress", "acute_stress", 2017, None),
    ("N5", "Family dysfunction", "dysfunction", 2017, None),
    ("N6", "Socially unacceptable behaviour", "behaviour", 2017, None),
    ("N7", "Low income", "low_income", 2017, None),
    ("N8", "Absent parenting", "absent_parenting", 2017, None),
)

PLACE = _list(
    "PLACE",
    ("A3", "Placed for adoption by consent with current foster carer", "adoption_current_carer", 2017, None),
    ("A4", "Placed for adoption by consent, not with current foster carer", "adoption_new_carer", 2017, None),
    (
        "A5",
        "Placed for adoption under placement order with current foster carer",
        "adoption_current_carer",
        2017,
        None,
    ),
    (
        "A6",
        "Placed for adoption under placement order, not with current foster carer",
        "adoption_new_carer",
        2017,
        None,
    ),
    ("H5", "Semi-independent living outside children's homes regulations", "semi_independent", 2017, 2024),
    ("K1", "Secure children's home", "secure", 2017, None),
    ("K2", "Children's home under children's homes regulations", "childrens_home", 2017, None),
    ("K3", "Registered supported accommodation", "registered_supported", 2025, None),
    ("P1", "With own parents or others with parental responsibility", "parents", 2017, None),
    ("P2", "Independent living (flat, lodgings, B&B, friends)", "independent_living", 2017, 2024),
    ("P3", "Residential employment", "residential_employment", 2017, None),
    ("R1", "Residential care home", "care_home", 2017, None),
    ("R2", "NHS or other medical/nursing establishment", "health", 2017, None),
    ("R3", "Family centre or mother-and-baby unit", "family_centre", 2017, None),
    ("R5", "Young offender institution", "yoi", 2017, None),
    ("S1", "Residential school (not dual registered as children's home)", "residential_school", 2017, None),
    ("T0", "Temporary move, any type", "temporary", 2017, None),
    ("T1", "Temporary: in hospital (max 6 weeks)", "temporary", 2017, None),
    ("T2", "Temporary: child on holiday", "temporary", 2017, None),
    ("T3", "Temporary: usual foster carer on holiday (max 3 weeks)", "temporary", 2017, None),
    ("T4", "Temporary: up to 7 days, other reason", "temporary", 2017, None),
    ("U1", "Foster care with relative/friend, long term", "foster_kinship", 2017, None),
    (
        "U2",
        "Foster care with relative/friend, fostering-for-adoption/concurrent",
        "foster_kinship",
        2017,
        None,
    ),
    ("U3", "Foster care with relative/friend, other", "foster_kinship", 2017, None),
    ("U4", "Foster care with other carer, long term", "foster_other", 2017, None),
    ("U5", "Foster care with other carer, fostering-for-adoption/concurrent", "foster_other", 2017, None),
    ("U6", "Foster care with other carer, other", "foster_other", 2017, None),
    ("Z1", "Other placement (scheduled to DfE)", "other", 2017, 2025),
    ("Z11", "Other placement, subtype 1 of the split of Z1", "other_z11", 2026, None),
    ("Z12", "Other placement, subtype 2 of the split of Z1", "other_z12", 2026, None),
    ("Z13", "Other placement, subtype 3 of the split of Z1", "other_z13", 2026, None),
    ("Z14", "Other placement, subtype 4 of the split of Z1", "other_z14", 2026, None),
)

PLACE_PROVIDER = _list(
    "PLACE_PROVIDER",
    ("PR0", "Parents or others with parental responsibility", "parents", 2017, None),
    ("PR1", "Own local authority (incl. hosted regional adoption agency)", "own_la", 2017, None),
    ("PR2", "Other local authority", "other_la", 2017, None),
    ("PR3", "Other public body (e.g. NHS)", "public", 2017, None),
    ("PR4", "Private", "private", 2017, None),
    ("PR5", "Voluntary or third sector", "voluntary", 2017, None),
)

REC = _list(
    "REC",
    ("X1", "Episode ends, next one starts the same day (still looked after)", "continues", 2017, None),
    ("E11", "Adopted, application unopposed", "adopted", 2017, None),
    ("E12", "Adopted, consent dispensed with", "adopted", 2017, None),
    ("E2", "Died", "died", 2017, None),
    ("E3", "Care taken over by another UK local authority", "transfer", 2017, None),
    (
        "E4A",
        "Returned to parents/relatives/others with parental responsibility, planned",
        "returned_home",
        2017,
        None,
    ),
    (
        "E4B",
        "Returned to parents/relatives/others with parental responsibility, unplanned",
        "returned_home",
        2017,
        None,
    ),
    (
        "E13",
        "Left to live with parents/relatives/others without parental responsibility",
        "lives_with_relatives_no_pr",
        2017,
        None,
    ),
    ("E41", "Residence order or child arrangements order granted", "residence_or_cao", 2017, None),
    ("E43", "Special guardianship to former foster carers", "sgo", 2017, 2018),
    ("E44", "Special guardianship to carers other than former foster carers", "sgo", 2017, 2018),
    ("E45", "Special guardianship to former foster carer who is relative/friend", "sgo", 2019, None),
    ("E46", "Special guardianship to former foster carer, not relative/friend", "sgo", 2019, None),
    ("E47", "Special guardianship to other carer who is relative/friend", "sgo", 2019, None),
    ("E48", "Special guardianship to other carer, not relative/friend", "sgo", 2019, None),
    ("E5", "Independent living with formal support", "independent_living", 2017, None),
    ("E6", "Independent living without formal support", "independent_living", 2017, None),
    ("E7", "Moved to residential care funded by adult services", "adult_services", 2017, None),
    ("E8", "Ceased for any other reason", "other", 2017, None),
    ("E9", "Sentenced to custody", "custody", 2017, None),
    ("E14", "Accommodation on remand ended", "remand_ended", 2017, None),
    ("E15", "Age assessed as 18 or over", "age_assessed_adult", 2017, None),
    ("E16", "Moved abroad", "abroad", 2017, None),
    ("E17", "Turned 18 and stayed with current carers", "staying_put", 2017, None),
)

REASON_PLACE_CHANGE = _list(
    "REASON_PLACE_CHANGE",
    ("CARPL", "Change to or implementation of care plan", "planned", 2017, None),
    ("CLOSE", "Carer resigned or provision closed", "provider", 2017, None),
    ("ALLEG", "Allegation under section 47", "safeguarding", 2017, None),
    ("STAND", "Concern about standards of care", "safeguarding", 2017, None),
    ("APPRR", "Approval or registration removed", "provider", 2017, None),
    ("CREQB", "Carer asked to end: child's behaviour", "carer_request", 2017, None),
    ("CREQO", "Carer asked to end: other reason", "carer_request", 2017, None),
    ("CHILD", "Child asked to end placement", "child_request", 2017, None),
    ("LAREQ", "Responsible/area authority asked to end", "authority_request", 2017, None),
    ("PLACE", "Status of placement changed only, same carer", "status_only", 2017, None),
    ("CUSTOD", "Admitted to custody", "custody", 2019, None),
    ("OTHER", "Other", "other", 2017, None),
)

REVIEW_CODE = _list(
    "REVIEW_CODE",
    ("PN0", "Child under 4 at the review", "under_4", 2017, None),
    ("PN1", "Attends and speaks for self", "attended", 2017, None),
    ("PN2", "Attends, advocate speaks", "attended", 2017, None),
    ("PN3", "Attends, conveys views symbolically", "attended", 2017, None),
    ("PN4", "Attends, no contribution", "attended", 2017, None),
    ("PN5", "Absent, advocate briefed", "views_only", 2017, None),
    ("PN6", "Absent, views by another medium", "views_only", 2017, None),
    ("PN7", "Absent, views not conveyed", "not_involved", 2017, None),
)

SDQ_REASON = _list(
    "SDQ_REASON",
    ("SDQ1", "Child under 4 or over 16 at latest assessment", "age", 2017, None),
    ("SDQ2", "Carer refused", "refusal", 2017, None),
    ("SDQ3", "Not possible, severity of disability", "disability", 2017, None),
    ("SDQ4", "Other", "other", 2017, None),
    ("SDQ5", "Child refused", "refusal", 2017, None),
)

CONVICTED = _list(
    "CONVICTED",
    ("0", "No: convicted or cautioned in the year", "", 2017, None),
    ("1", "Yes: convicted or cautioned in the year", "", 2017, None),
)

HEALTH_CHECK = _list(
    "HEALTH_CHECK",
    ("0", "No: health promotion/surveillance checks up to date", "", 2017, None),
    ("1", "Yes: health promotion/surveillance checks up to date", "", 2017, None),
)

IMMUNISATIONS = _list(
    "IMMUNISATIONS",
    ("0", "No: immunisations up to date", "", 2017, None),
    ("1", "Yes: immunisations up to date", "", 2017, None),
)

TEETH_CHECK = _list(
    "TEETH_CHECK",
    ("0", "No: teeth checked by dentist", "", 2017, None),
    ("1", "Yes: teeth checked by dentist", "", 2017, None),
)

HEALTH_ASSESSMENT = _list(
    "HEALTH_ASSESSMENT",
    ("0", "No: had annual health assessment", "", 2017, None),
    ("1", "Yes: had annual health assessment", "", 2017, None),
)

SUBSTANCE_MISUSE = _list(
    "SUBSTANCE_MISUSE",
    ("0", "No: identified with substance misuse problem", "", 2017, None),
    ("1", "Yes: identified with substance misuse problem", "", 2017, None),
)

INTERVENTION_RECEIVED = _list(
    "INTERVENTION_RECEIVED",
    ("0", "No: received substance misuse intervention", "", 2017, None),
    ("1", "Yes: received substance misuse intervention", "", 2017, None),
)

INTERVENTION_OFFERED = _list(
    "INTERVENTION_OFFERED",
    ("0", "No: offered intervention but refused", "", 2017, None),
    ("1", "Yes: offered intervention but refused", "", 2017, None),
)

IN_TOUCH = _list(
    "IN_TOUCH",
    ("YES", "In touch", "in_touch", 2017, None),
    ("NO", "Not in touch", "not_in_touch", 2017, None),
    ("DIED", "Died after leaving care", "died", 2017, None),
    ("REFU", "Refuses contact", "refused", 2017, None),
    ("NREQ", "No longer requires services", "not_required", 2017, None),
    ("RHOM", "Returned to parents/person with PR for 6+ months", "returned_home", 2017, None),
)

ACTIV = _list(
    "ACTIV",
    ("F1", "Higher education, full time", "higher_education", 2017, None),
    ("P1", "Higher education, part time", "higher_education", 2017, None),
    ("F2", "Other education, full time", "other_education", 2017, None),
    ("P2", "Other education, part time", "other_education", 2017, None),
    ("F3", "Training or employment, full time", "training_employment", 2017, 2021),
    ("P3", "Training or employment, part time", "training_employment", 2017, 2021),
    ("F4", "Apprenticeship, full time", "apprenticeship", 2022, None),
    ("P4", "Apprenticeship, part time", "apprenticeship", 2022, None),
    ("F5", "Training or employment excl. apprenticeship, full time", "training_employment", 2022, None),
    ("P5", "Training or employment excl. apprenticeship, part time", "training_employment", 2022, None),
    ("G4", "NEET: illness or disability", "neet_illness", 2017, None),
    ("G5", "NEET: other circumstances", "neet_other", 2017, None),
    ("G6", "NEET: pregnancy or parenting", "neet_parenting", 2017, None),
    ("0", "Activity not known (or died/returned home)", "unknown", 2017, None),
)

ACCOM = _list(
    "ACCOM",
    ("B1", "With parents or relatives, suitable", "parents_relatives", 2017, None),
    ("B2", "With parents or relatives, unsuitable", "parents_relatives", 2017, None),
    ("C1", "Community home or other residential care, suitable", "residential", 2017, None),
    ("C2", "Community home or other residential care, unsuitable", "residential", 2017, None),
    (
        "D1",
        "Semi-independent/transitional accommodation (registered supported accommodation from 2023-24), suitable",
        "semi_independent",
        2017,
        None,
    ),
    (
        "D2",
        "Semi-independent/transitional accommodation (registered supported accommodation from 2023-24), unsuitable",
        "semi_independent",
        2017,
        None,
    ),
    ("E1", "Supported lodgings, suitable", "supported_lodgings", 2017, None),
    ("E2", "Supported lodgings, unsuitable", "supported_lodgings", 2017, None),
    ("G1", "Gone abroad, suitable", "abroad", 2017, None),
    ("G2", "Gone abroad, unsuitable", "abroad", 2017, None),
    ("H1", "Deported, suitable", "deported", 2017, None),
    ("H2", "Deported, unsuitable", "deported", 2017, None),
    ("K1", "Ordinary lodgings without formal support, suitable", "lodgings", 2017, None),
    ("K2", "Ordinary lodgings without formal support, unsuitable", "lodgings", 2017, None),
    ("R1", "Residence not known, suitable", "unknown_residence", 2017, None),
    ("R2", "Residence not known, unsuitable", "unknown_residence", 2017, None),
    ("S1", "No fixed abode/homeless, suitable", "homeless", 2017, None),
    ("S2", "No fixed abode/homeless, unsuitable", "homeless", 2017, None),
    ("T1", "Foyer or similar (18+ only from 2023-24), suitable", "foyer", 2017, None),
    ("T2", "Foyer or similar (18+ only from 2023-24), unsuitable", "foyer", 2017, None),
    ("U1", "Independent living (tenancy, college housing, sharing), suitable", "independent", 2017, None),
    ("U2", "Independent living (tenancy, college housing, sharing), unsuitable", "independent", 2017, None),
    ("V1", "Emergency accommodation, suitable", "emergency", 2017, None),
    ("V2", "Emergency accommodation, unsuitable", "emergency", 2017, None),
    ("W1", "Bed and breakfast, suitable", "bed_and_breakfast", 2017, None),
    ("W2", "Bed and breakfast, unsuitable", "bed_and_breakfast", 2017, None),
    ("X1", "In custody, suitable", "custody", 2017, None),
    ("X2", "In custody, unsuitable", "custody", 2017, None),
    ("Y1", "Other accommodation, suitable", "other", 2017, None),
    ("Y2", "Other accommodation, unsuitable", "other", 2017, None),
    ("Z1", "With former foster carers (not for age 17), suitable", "former_foster_carer", 2017, None),
    ("Z2", "With former foster carers (not for age 17), unsuitable", "former_foster_carer", 2017, None),
    ("0", "Accommodation not known (or died/returned home)", "no_information", 2017, None),
)

FOSTER_CARE = _list(
    "FOSTER_CARE",
    ("0", "Not adopted by current foster carer", "", 2017, None),
    ("1", "Adopted by current foster carer", "", 2017, None),
)

NB_ADOPTR = _list(
    "NB_ADOPTR",
    ("1", "One adopter", "", 2017, None),
    ("2", "Two adopters", "", 2017, None),
)

SEX_ADOPTR = _list(
    "SEX_ADOPTR",
    ("M1", "Single male", "single", 2017, None),
    ("F1", "Single female", "single", 2017, None),
    ("MM", "Male couple", "couple", 2017, None),
    ("FF", "Female couple", "couple", 2017, None),
    ("MF", "Male/female couple", "couple", 2017, None),
)

LS_ADOPTR = _list(
    "LS_ADOPTR",
    ("L0", "Single adopter", "single", 2017, None),
    ("L11", "Married couple, different gender", "couple", 2017, None),
    ("L12", "Married couple, same gender", "couple", 2017, None),
    ("L2", "Civil partnership", "couple", 2017, None),
    ("L3", "Unmarried couple, different gender", "couple", 2017, None),
    ("L4", "Same-gender couple, not married or in civil partnership", "couple", 2017, None),
)

REASON_PLACED_CEASED = _list(
    "REASON_PLACED_CEASED",
    ("RD1", "Child's needs changed", "reversal", 2017, None),
    ("RD2", "Court did not make placement order", "reversal", 2017, None),
    ("RD3", "Adopters could not be found", "reversal", 2017, None),
    ("RD4", "Other reason", "reversal", 2017, None),
)

PREV_PERM = _list(
    "PREV_PERM",
    ("P1", "Adoption", "adoption", 2017, None),
    ("P2", "Special guardianship order", "sgo", 2017, None),
    ("P3", "Residence or child arrangements order", "residence_or_cao", 2017, None),
    ("P4", "Unknown whether any", "unknown", 2017, None),
    ("Z1", "No previous permanence option", "none", 2017, None),
)

LA_PERM = _list(
    "LA_PERM",
    ("999", "Authority not known", "unknown", 2017, None),
    ("WAL", "Wales", "outside_england", 2017, None),
    ("SCO", "Scotland", "outside_england", 2017, None),
    ("NIR", "Northern Ireland", "outside_england", 2017, None),
    ("NUK", "Outside the UK", "outside_england", 2017, None),
)

MISSING = _list(
    "MISSING",
    ("M", "Missing: not where expected, whereabouts unknown", "missing", 2017, None),
    ("A", "Away from placement without authorisation: whereabouts known", "away", 2017, None),
)

SW_REASON = _list(
    "SW_REASON",
    ("MANAGE", "Managing caseloads", "organisation", 2024, None),
    ("FCONTA", "First contact or re-referral", "first", 2024, None),
    ("LEFTRL", "Previous worker left role", "staff", 2024, None),
    ("ORGRST", "Organisational restructure", "organisation", 2024, None),
    ("TSPROC", "Standard transfer process", "organisation", 2024, None),
    ("ABSENC", "Absence cover or return", "staff", 2024, None),
    ("CHCHAN", "Child asked for change", "request", 2024, None),
    ("PCCHAN", "Parent/carer asked for change", "request", 2024, None),
    ("SWDIED", "Previous worker died", "staff", 2024, None),
    ("OTHERS", "Other", "other", 2024, None),
)

PL_LOCATION = _list(
    "PL_LOCATION",
    ("IN", "Placed inside the responsible authority boundary (derived)", "in_area", 2017, None),
    ("OUT", "Placed outside the boundary (derived)", "out_of_area", 2017, None),
)
