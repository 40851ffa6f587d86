"""Code lists of the children in need census, year ending 2017 to 2027, as data.

Source: Department for Education, *Children in need census: guide*, editions 2016-17 to 2025-26, and the public
validation rules for 2026-27. Retired codes stay in the lists with their last year: authorities re-submit
history with them.

Each entry is code, label, group, first year, last year (year ending; None: still valid).
"""

from __future__ import annotations

from csc_outcomes.definitions.tables import Code, CodeList


def _list(name: str, *entries: tuple[str, str, str, int, int | None]) -> CodeList:
    return CodeList(name, tuple(Code(*entry) for entry in entries))


NO_FACTOR = "21"
"""The factor that says that an assessment found none; it stands alone."""

NOT_IN_NEED = ("RC8", "RC9")
"""Reasons for closure after an assessment that found the child not in need."""

FACTORS = _list(
    "FACTORS",
    ("1A", "Alcohol misuse: child", "alcohol_misuse", 2017, None),
    ("1B", "Alcohol misuse: parent or carer", "alcohol_misuse", 2017, None),
    ("1C", "Alcohol misuse: other person in household", "alcohol_misuse", 2017, None),
    ("2A", "Drug misuse: child", "drug_misuse", 2017, None),
    ("2B", "Drug misuse: parent or carer", "drug_misuse", 2017, None),
    ("2C", "Drug misuse: other person in household", "drug_misuse", 2017, None),
    ("3A", "Domestic abuse: child", "domestic_abuse", 2017, None),
    ("3B", "Domestic abuse: parent or carer", "domestic_abuse", 2017, None),
    ("3C", "Domestic abuse: other person in household", "domestic_abuse", 2017, None),
    ("4A", "Mental health: child", "mental_health", 2017, None),
    ("4B", "Mental health: parent or carer", "mental_health", 2017, None),
    ("4C", "Mental health: other person in household", "mental_health", 2017, None),
    ("5A", "Learning disability: child", "learning_disability", 2017, None),
    ("5B", "Learning disability: parent or carer", "learning_disability", 2017, None),
    ("5C", "Learning disability: other person in household", "learning_disability", 2017, None),
    ("6A", "Physical disability or illness: child", "physical_disability", 2017, None),
    ("6B", "Physical disability or illness: parent or carer", "physical_disability", 2017, None),
    ("6C", "Physical disability or illness: other person in household", "physical_disability", 2017, None),
    ("7A", "Young carer", "young_carer", 2017, None),
    ("8B", "Privately fostered: overseas child who will return", "privately_fostered", 2017, None),
    ("8C", "Privately fostered: overseas child who will stay", "privately_fostered", 2017, None),
    ("8D", "Privately fostered: UK child in educational placement", "privately_fostered", 2017, None),
    (
        "8E",
        "Privately fostered: UK child in alternative family arrangement",
        "privately_fostered",
        2017,
        None,
    ),
    ("8F", "Privately fostered: other", "privately_fostered", 2017, None),
    ("9A", "Unaccompanied asylum-seeking child", "uasc", 2017, None),
    ("10A", "Going or being missing", "going_missing", 2017, None),
    ("11A", "Child sexual exploitation", "cse", 2017, None),
    ("12A", "Trafficking", "trafficking", 2017, None),
    ("13A", "Gang involvement", "gangs", 2017, None),
    ("14A", "Socially unacceptable behaviour", "socially_unacceptable_behaviour", 2017, None),
    ("15A", "Self-harm", "self_harm", 2017, None),
    ("16A", "Neglect", "neglect", 2017, None),
    ("17A", "Emotional abuse", "emotional_abuse", 2017, None),
    ("18A", "Physical abuse: perpetrator not split", "physical_abuse", 2017, 2024),
    ("18B", "Physical abuse: by another child", "physical_abuse", 2021, None),
    ("18C", "Physical abuse: by an adult", "physical_abuse", 2021, None),
    ("19A", "Sexual abuse: perpetrator not split", "sexual_abuse", 2017, 2024),
    ("19B", "Sexual abuse: by another child", "sexual_abuse", 2021, None),
    ("19C", "Sexual abuse: by an adult", "sexual_abuse", 2021, None),
    ("20", "Other factor", "other", 2017, None),
    ("21", "No factors identified", "none", 2017, None),
    ("22A", "Female genital mutilation", "fgm", 2017, None),
    ("23A", "Abuse linked to faith or belief", "faith_linked_abuse", 2017, None),
    ("24A", "Child criminal exploitation", "cce", 2022, None),
)

CATEGORY = _list(
    "CATEGORY",
    ("NEG", "Neglect", "neglect", 2017, None),
    ("PHY", "Physical abuse", "physical", 2017, None),
    ("SAB", "Sexual abuse", "sexual", 2017, None),
    ("EMO", "Emotional abuse", "emotional", 2017, None),
    ("MUL", "Multiple categories (use discouraged)", "multiple", 2017, None),
)

DISABILITY = _list(
    "DISABILITY",
    ("NONE", "No disability", "none", 2017, None),
    ("MOB", "Mobility", "disabled", 2017, None),
    ("HAND", "Hand function", "disabled", 2017, None),
    ("PC", "Personal care", "disabled", 2017, None),
    ("INC", "Incontinence", "disabled", 2017, None),
    ("COMM", "Communication", "disabled", 2017, None),
    ("LD", "Learning", "disabled", 2017, None),
    ("HEAR", "Hearing", "disabled", 2017, None),
    ("VIS", "Vision", "disabled", 2017, None),
    ("BEH", "Behaviour", "disabled", 2017, None),
    ("CON", "Consciousness", "disabled", 2017, None),
    ("AUT", "Autism or Asperger", "disabled", 2017, None),
    ("DDA", "Other disability under the disability legislation", "disabled", 2017, None),
)

ETHNICITY = _list(
    "ETHNICITY",
    ("WBRI", "White British", "White", 2017, None),
    ("WIRI", "White Irish", "White", 2017, None),
    ("WIRT", "Traveller of Irish heritage", "White", 2017, None),
    ("WOTH", "Other White", "White", 2017, None),
    ("WROM", "Gypsy or Roma", "White", 2017, None),
    ("MWBC", "White and Black Caribbean", "Mixed", 2017, None),
    ("MWBA", "White and Black African", "Mixed", 2017, None),
    ("MWAS", "White and Asian", "Mixed", 2017, None),
    ("MOTH", "Other mixed", "Mixed", 2017, None),
    ("AIND", "Indian", "Asian", 2017, None),
    ("APKN", "Pakistani", "Asian", 2017, None),
    ("ABAN", "Bangladeshi", "Asian", 2017, None),
    ("AOTH", "Other Asian", "Asian", 2017, None),
    ("CHNE", "Chinese", "Asian", 2017, None),
    ("BCRB", "Black Caribbean", "Black", 2017, None),
    ("BAFR", "Black African", "Black", 2017, None),
    ("BOTH", "Other Black", "Black", 2017, None),
    ("OOTH", "Other ethnic group", "Other", 2017, None),
    ("REFU", "Refused", "Unknown", 2017, None),
    ("NOBT", "Not yet obtained", "Unknown", 2017, None),
)

PRIMARY_NEED = _list(
    "PRIMARY_NEED",
    ("N1", "Abuse or neglect; from 2026 abuse, neglect and exploitation", "abuse_neglect", 2017, None),
    ("N2", "Child's disability or illness", "disability", 2017, None),
    ("N3", "Parent's disability or illness", "parental_illness_disability", 2017, None),
    ("N4", "Family in acute stress", "family_stress", 2017, None),
    ("N5", "Family dysfunction", "family_dysfunction", 2017, None),
    ("N6", "Socially unacceptable behaviour", "behaviour", 2017, None),
    ("N7", "Low income", "low_income", 2017, None),
    ("N8", "Absent parenting", "absent_parenting", 2017, None),
    ("N9", "Cases other than children in need", "not_cin", 2017, None),
    ("N0", "Not stated", "not_stated", 2017, None),
)

REASON = _list(
    "REASON",
    ("RC1", "Adopted", "permanence", 2017, None),
    ("RC2", "Died", "died", 2017, None),
    ("RC3", "Child arrangements order", "permanence", 2017, None),
    ("RC4", "Special guardianship order", "permanence", 2017, None),
    ("RC5", "Moved to another local authority's services", "transferred", 2017, None),
    ("RC6", "Moved to adult social care", "transferred", 2017, None),
    ("RC7", "Services ceased, other reason incl. no longer in need", "ceased", 2017, None),
    ("RC8", "Closed after assessment, no further action", "assessed_not_in_need", 2017, None),
    ("RC9", "Closed after assessment, referred to early help", "assessed_not_in_need", 2023, None),
)

REFERRAL_SOURCE = _list(
    "REFERRAL_SOURCE",
    ("1A", "Individual: family member, relative or carer", "individual", 2017, None),
    ("1B", "Individual: acquaintance", "individual", 2017, None),
    ("1C", "Individual: self", "individual", 2017, None),
    ("1D", "Individual: other, including stranger", "individual", 2017, None),
    ("2A", "School", "schools", 2017, None),
    ("2B", "Education service", "education_services", 2017, None),
    ("3A", "Health: GP", "health_services", 2017, None),
    ("3B", "Health: health visitor", "health_services", 2017, None),
    ("3C", "Health: school nurse", "health_services", 2017, None),
    ("3D", "Health: other primary health", "health_services", 2017, None),
    ("3E", "Health: A&E", "health_services", 2017, None),
    ("3F", "Health: other", "health_services", 2017, None),
    ("4", "Housing (authority or association)", "housing", 2017, None),
    ("5A", "LA services: social care (e.g. adults)", "la_services", 2017, None),
    ("5B", "LA services: other internal department", "la_services", 2017, None),
    ("5C", "LA services: external (another authority)", "la_services", 2017, None),
    ("5D", "LA services: early help", "la_services", 2023, None),
    ("6", "Police", "police", 2017, None),
    ("7", "Other legal agency", "other_legal_agency", 2017, None),
    ("8", "Other (incl. voluntary, children's centre)", "other", 2017, None),
    ("9", "Anonymous", "anonymous", 2017, None),
    ("10", "Unknown", "unknown", 2017, None),
)

SEX = _list(
    "SEX",
    ("1", "Male", "male", 2017, 2024),
    ("2", "Female", "female", 2017, 2024),
    ("0", "Not recorded or unborn", "unknown", 2017, 2024),
    ("9", "Indeterminate", "unknown", 2017, 2024),
    ("M", "Male", "male", 2025, None),
    ("F", "Female", "female", 2025, None),
    ("U", "Unknown or unborn", "unknown", 2025, None),
)

UPN_UNKNOWN = _list(
    "UPN_UNKNOWN",
    ("UN1", "Too young, no UPN assigned yet", "no_upn", 2017, None),
    ("UN2", "Never in an English maintained school", "no_upn", 2017, None),
    ("UN3", "Educated outside England", "no_upn", 2017, None),
    ("UN4", "New to services, UPN not yet known", "not_known", 2017, None),
    ("UN5", "Conflicting sources, no reliable match", "not_known", 2017, None),
    ("UN6", "Another reason, which the guides at hand do not describe", "not_known", 2017, None),
    ("UN7", "Referral with no further action", "nfa", 2017, None),
)

YES_NO = _list(
    "YES_NO",
    ("0", "No", "false", 2017, None),
    ("1", "Yes", "true", 2017, None),
    ("FALSE", "No, as some systems write it", "false", 2017, None),
    ("TRUE", "Yes, as some systems write it", "true", 2017, None),
)
