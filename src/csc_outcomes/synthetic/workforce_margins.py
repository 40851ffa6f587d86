"""National margins of the workforce census, year ending 30 September 2025.

Source: Department for Education, *Children's social work workforce*, 2025 (CSWW).
"""

from __future__ import annotations

from csc_outcomes.synthetic.margin import COUNT, MEAN, PERCENT, block

_BLOCK = "workforce on 30 September"

MARGINS = (
    *block(_BLOCK, COUNT, {"in post": 36_186.3, "starters": 5_837.8}, "CSWW"),
    *block(
        _BLOCK,
        PERCENT,
        {
            "turnover rate": 11.8,
            "agency rate": 13.0,
            "vacancy rate": 14.2,
            "vacancies covered": 73.6,
            "workers with cases": 50.7,
            "absence rate": 3.5,
        },
        "CSWW",
    ),
    *block(_BLOCK, MEAN, {"caseload": 15.2}, "CSWW"),
    *block(
        "workforce: authorities' caseload",
        MEAN,
        {"p10": 12.7, "median": 15.2, "p90": 18.1},
        "CSWW",
        spread=True,
    ),
    *block("workforce: authorities' vacancy rate", PERCENT, {"p10": 3.2, "p90": 27.4}, "CSWW"),
)
