"""National margins of the children in need census, year ending 31 March 2025.

Sources: Department for Education, *Characteristics of children in need*, 2025 (CIN); figures of that year in the
Department's *Local Authority Interactive Tool*, 2026 (LAIT).
"""

from __future__ import annotations

from csc_outcomes.synthetic.margin import COUNT, PERCENT, RATE, block

MARGINS = (
    *block("referrals", COUNT, {"referrals": 632_830, "children referred": 557_810}, "CIN"),
    *block("referrals", RATE, {"rate": 519.4}, "CIN"),
    *block(
        "referrals",
        PERCENT,
        {
            "re-referrals": 22.6,
            "children re-referred": 21.0,
            "no further action": 6.5,
            "assessed, not in need": 30.8,
        },
        "CIN",
    ),
    *block(
        "referrals: authorities' referrals",
        COUNT,
        {"p10": 1572, "median": 3367, "p90": 6519},
        "CIN",
        spread=True,
    ),
    *block("referrals: authorities' re-referrals", PERCENT, {"p10": 15, "median": 20, "p90": 26}, "CIN"),
    *block("referrals: source", PERCENT, {"police": 28, "schools": 21, "health": 15}, "CIN"),
    *block(
        "episodes of need",
        COUNT,
        {
            "open on 31 March": 402_400,
            "started": 396_870,
            "ended": 353_720,
            "children at any time": 704_430,
            "children started": 371_550,
            "children ended": 334_060,
        },
        "CIN",
    ),
    *block("episodes of need", RATE, {"rate": 330.3}, "CIN"),
    *block(
        "episodes of need: duration of open",
        PERCENT,
        {
            "under 3 months": 26.7,
            "3-6 months": 11.0,
            "6-12 months": 13.1,
            "1-2 years": 13.7,
            "2 years and more": 35.6,
        },
        "CIN",
    ),
    *block(
        "episodes of need: duration of closed",
        PERCENT,
        {
            "under 3 months": 47.0,
            "3-6 months": 14.8,
            "6-12 months": 16.0,
            "1-2 years": 12.1,
            "2 years and more": 10.1,
        },
        "CIN",
    ),
    *block("assessments", PERCENT, {"within 45 working days": 85.7}, "CIN"),
    *block("assessments", COUNT, {"episodes with a factor": 513_250}, "CIN"),
    *block(
        "assessments: factors",
        PERCENT,
        {
            "mental health, parent": 33.5,
            "domestic abuse, parent": 31.7,
            "emotional abuse": 19.0,
            "neglect": 17.6,
            "mental health, child": 17.6,
            "alcohol, parent": 14.3,
            "drugs, parent": 14.1,
            "physical abuse by an adult": 12.0,
            "self-harm": 5.0,
            "going missing": 3.3,
            "criminal exploitation": 3.2,
            "sexual exploitation": 2.4,
            "gangs": 1.7,
            "trafficking": 0.4,
        },
        "CIN",
    ),
    *block("enquiries and conferences", RATE, {"enquiries": 189.3, "conferences": 59.2}, "LAIT"),
    *block("enquiries and conferences", PERCENT, {"conferences within 15 working days": 81.4}, "LAIT"),
    *block("child protection plans", COUNT, {"on 31 March": 49_420, "started": 61_840}, "CIN"),
    *block("child protection plans", RATE, {"rate": 40.6}, "CIN"),
    *block(
        "child protection plans",
        PERCENT,
        {"second or later": 24.5, "ceased after 2 years and more": 4.4},
        "CIN",
    ),
    *block(
        "child protection plans: duration of open",
        PERCENT,
        {
            "under 3 months": 31.5,
            "3-6 months": 25.5,
            "6-12 months": 26.3,
            "1-2 years": 14.4,
            "2 years and more": 2.3,
        },
        "CIN",
    ),
)
