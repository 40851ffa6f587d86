"""National margins of children looked after, year ending 31 March 2025 unless said.

Sources: Department for Education, *Children looked after in England including adoptions*, 2025 (CLA); *Stability
measures for children looked after*, 2024 (STABILITY). Percentages are as published, in whole numbers.
"""

from __future__ import annotations

from csc_outcomes.synthetic.margin import COUNT, MEAN, PERCENT, RATE, block

_STOCK = "31 March"
_START = "starting"
_CEASE = "ceasing"

MARGINS = (
    *block(_STOCK, COUNT, {"children looked after": 81_770}, "CLA"),
    *block(_STOCK, RATE, {"rate": 67.1}, "CLA"),
    *block(
        f"{_STOCK}: authorities' rates",
        RATE,
        {"minimum": 27, "p10": 40, "p25": 53, "median": 67, "p75": 90, "p90": 117, "maximum": 184},
        "CLA",
    ),
    *block(
        f"{_STOCK}: authorities' children",
        COUNT,
        {"p10": 215, "p25": 303, "median": 458, "p75": 647, "p90": 999, "maximum": 2317},
        "CLA",
    ),
    *block(f"{_STOCK}: age", PERCENT, {"under 1": 4, "1-4": 12, "5-9": 18, "10-15": 38, "16+": 27}, "CLA"),
    *block(_STOCK, PERCENT, {"male": 56, "unaccompanied": 8}, "CLA"),
    *block(
        f"{_STOCK}: ethnicity", PERCENT, {"White": 71, "Mixed": 11, "Black": 8, "Asian": 5, "Other": 4}, "CLA"
    ),
    *block(
        f"{_STOCK}: need",
        PERCENT,
        {"N1": 67, "N2": 2, "N3": 2, "N4": 7, "N5": 12, "N6": 1, "N7": 0, "N8": 8},
        "CLA",
    ),
    *block(
        f"{_STOCK}: legal status",
        PERCENT,
        {
            "full care order": 59,
            "interim care order": 16,
            "placement order": 6,
            "section 20": 19,
            "youth justice": 0,
            "protection": 0,
        },
        "CLA",
    ),
    *block(
        f"{_STOCK}: placement",
        PERCENT,
        {
            "foster": 67,
            "secure and children's homes": 12,
            "supported or independent": 9,
            "parents": 6,
            "placed for adoption": 2,
            "other residential": 1,
            "residential schools": 0,
            "other": 3,
        },
        "CLA",
    ),
    *block(
        f"{_STOCK}: locality", PERCENT, {"inside": 56, "over 20 miles": 22, "distance not known": 9}, "CLA"
    ),
    *block(
        f"{_STOCK}: distance and locality",
        PERCENT,
        {
            "inside, to 20 miles": 47,
            "outside, to 20 miles": 22,
            "inside, over 20 miles": 4,
            "outside, over 20 miles": 18,
            "inside, not known": 4,
            "outside, not known": 4,
        },
        "CLA",
    ),
    *block(
        f"{_STOCK}: provider",
        PERCENT,
        {
            "own authority": 43,
            "private": 40,
            "voluntary": 7,
            "parents": 6,
            "not reported": 3,
            "other authority": 1,
            "other public": 0,
        },
        "CLA",
    ),
    *block(_START, COUNT, {"children": 32_270}, "CLA"),
    *block(_START, RATE, {"rate": 26.5}, "CLA"),
    *block(f"{_START}: authorities", COUNT, {"median number": 165}, "CLA"),
    *block(f"{_START}: authorities", RATE, {"median rate": 25.5}, "CLA"),
    *block(f"{_START}: age", PERCENT, {"under 1": 16, "1-4": 14, "5-9": 15, "10-15": 27, "16+": 28}, "CLA"),
    *block(_START, PERCENT, {"male": 60, "unaccompanied": 22, "taken into care": 42}, "CLA"),
    *block(
        f"{_START}: legal status",
        PERCENT,
        {
            "section 20": 57,
            "interim care order": 31,
            "police protection": 9,
            "emergency protection": 1,
            "remand": 2,
            "full care order": 1,
        },
        "CLA",
    ),
    *block(
        f"{_START}: need",
        PERCENT,
        {"N1": 57, "N2": 2, "N3": 2, "N4": 7, "N5": 9, "N6": 2, "N7": 0, "N8": 21},
        "CLA",
    ),
    *block(_CEASE, COUNT, {"children": 34_450}, "CLA"),
    *block(_CEASE, RATE, {"rate": 28.3}, "CLA"),
    *block(
        f"{_CEASE}: age",
        PERCENT,
        {"under 1": 5, "1-4": 18, "5-9": 11, "10-15": 14, "16": 6, "17": 5, "18+": 40},
        "CLA",
    ),
    *block(_CEASE, PERCENT, {"male": 62, "unaccompanied": 23}, "CLA"),
    *block(
        f"{_CEASE}: reason",
        PERCENT,
        {
            "home, planned": 16,
            "home, not planned": 3,
            "relatives without PR": 5,
            "special guardianship": 12,
            "adopted": 9,
            "child arrangements order": 3,
            "18, stayed with carers": 17,
            "independent, supported": 12,
            "independent, unsupported": 3,
            "another authority": 8,
            "other": 7,
            "adult residential": 1,
            "custody": 1,
            "assessed as adult": 1,
            "remand ended": 0,
            "abroad": 0,
            "died": 0,
        },
        "CLA",
    ),
    *block(_CEASE, COUNT, {"adopted": 3_040}, "CLA"),
    *block(
        "adoption: months",
        MEAN,
        {
            "entry to decision": 9,
            "decision to match": 10,
            "match to placed": 1,
            "placed to order": 9,
            "entry to order": 27,
        },
        "CLA",
    ),
    *block("stay", MEAN, {"stock over outflow, years": 2.37}, "CLA"),
    *block("any time in the year", COUNT, {"children": 115_410}, "CLA"),
    *block(
        "moves",
        PERCENT,
        {"3+ placements in the year": 10, "3+ in two years": 23, "same carer 2+ years": 69},
        "CLA",
    ),
    *block("moves", COUNT, {"new placements": 90_930, "placements changing": 59_140}, "CLA"),
    *block(
        "moves", MEAN, {"changes per child-year": 0.72, "changes per child-year, status apart": 0.59}, "CLA"
    ),
    *block(
        "moves: reason",
        PERCENT,
        {
            "care plan": 34,
            "other": 25,
            "status only": 18,
            "carer, behaviour": 8,
            "carer, other": 7,
            "child": 3,
            "authority": 2,
            "allegation": 1,
            "closure": 1,
            "standards": 1,
            "approval removed": 0,
            "custody": 0,
        },
        "CLA",
    ),
    *block(
        "moves: location of new placements",
        PERCENT,
        {
            "inside, to 20 miles": 46,
            "inside, over 20 miles": 5,
            "outside, to 20 miles": 20,
            "outside, over 20 miles": 16,
            "not known": 13,
        },
        "CLA",
    ),
    *block("social workers", PERCENT, {"3+ in the year": 27}, "STABILITY", year=2024),
    *block("missing", PERCENT, {"went missing": 11, "away": 3}, "CLA"),
    *block("missing", MEAN, {"incidents per missing child": 6.8}, "CLA"),
    *block("looked after 12 months", COUNT, {"children": 58_530}, "CLA"),
    *block(
        "looked after 12 months",
        PERCENT,
        {
            "convicted, 10-17": 2,
            "health assessment": 90,
            "immunised": 84,
            "dentist": 81,
            "development, 0-4": 88,
            "substance misuse": 3,
            "intervention received": 41,
            "intervention refused": 44,
            "SDQ received, 5-16": 78,
            "SDQ normal": 45,
            "SDQ borderline": 13,
            "SDQ concern": 42,
        },
        "CLA",
    ),
    *block("looked after 12 months", MEAN, {"SDQ score": 14.9}, "CLA"),
    *block("care leavers 17-18", COUNT, {"young people": 14_800}, "CLA"),
    *block(
        "care leavers 17-18",
        PERCENT,
        {"EET": 64, "NEET": 30, "activity not known": 6, "suitable": 91, "unsuitable": 3},
        "CLA",
    ),
    *block("care leavers 19-21", COUNT, {"young people": 38_440}, "CLA"),
    *block(
        "care leavers 19-21",
        PERCENT,
        {"EET": 54, "NEET": 40, "activity not known": 6, "suitable": 89, "unsuitable": 5},
        "CLA",
    ),
    *block("care leavers", PERCENT, {"not in touch": 4, "staying put, 19-20": 33}, "CLA"),
)
