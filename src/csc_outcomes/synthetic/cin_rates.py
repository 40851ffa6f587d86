"""Parameters of the children in need census, fitted so that a national run meets the margins (see `margins`).

Like `rates`, these are not statistics but what makes the invented histories add up to them. Times are in days
unless a name says years; ages are in years.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from csc_outcomes.synthetic.days import YEAR

# --- who is referred, and when -----------------------------------------------------------------------------

FIRST_REFERRALS = 267_000.0
"""Children referred for the first time in the year ending 2025, at the population of England, of those who are
never looked after."""

REFERRAL_PROFILE = {
    **dict.fromkeys(range(2013, 2017), 0.990),
    2017: 1.021,
    2018: 1.036,
    2019: 1.029,
    2020: 1.016,
    2021: 0.945,
    2022: 1.028,
    2023: 1.012,
    2024: 0.983,
    2025: 1.0,
}
"""Referrals of a year relative to the year ending 2025 (Department for Education, *Characteristics of children in
need*, 2025); earlier and later years are as the nearest one given."""

AGE_EDGES = np.array([-0.42, 0.0, 1.0, 5.0, 10.0, 13.0, 16.0, 17.9])
AGE_SHARES = (0.040, 0.120, 0.235, 0.265, 0.160, 0.140, 0.040)
"""Age at the first referral; below 0: unborn."""
UNBORN_DAYS = 200
"""A child is referred at most so many days before birth."""

MALE = 0.525

AGAIN = 0.50
AGAIN_GAP = 2.4 * YEAR
"""Chance of another referral after the twelve months, and the mean further time to it."""

MOST_CLUSTERS = 7
"""Referrals with those of the twelve months after them, per child, at most."""

# --- referrals within twelve months ------------------------------------------------------------------------

CHAIN = 0.238
CHAIN_OF_CARE = 0.30
"""Chance that a referral is followed by others within twelve months; and, before care, preceded by them."""
CHAIN_SHARES = (0.765, 0.185, 0.040, 0.010)
"""How many others follow: 1, 2, 3, 4."""
CHAIN_DAYS, CHAIN_POWER = (18.0, 363.0), 0.80
"""Between which days they come, and the power of an even draw that spreads them: below 1, later."""

# --- what becomes of a referral ----------------------------------------------------------------------------


class Outcome(IntEnum):
    """What a referral leads to."""

    NFA = 0
    NOT_IN_NEED = 1
    NEED = 2
    PROTECTED = 3


OUTCOMES = (0.064, 0.3910, 0.4230, 0.1220)
"""No further action, assessed and not in need, in need without and with a child protection plan; of the last
referral of its kind. One that is followed within months leads to no plan."""
OUTCOMES_WHEN_FOLLOWED = (0.068, 0.382, 0.550, 0.0)

NEED_LENGTHS = (
    # cumulative share of cases in need without a plan, years from referral to closure
    (0.0, 0.02, 0.12, 0.36, 0.612, 0.718, 0.778, 0.920, 0.979, 0.991, 1.0),
    (0.02, 0.06, 0.12, 0.19, 0.25, 0.36, 0.50, 1.0, 2.0, 4.5, 16.0),
)
DISABLED_LENGTHS = (
    (0.0, 0.12, 0.25, 0.38, 0.46, 0.62, 1.0),
    (0.05, 0.20, 0.50, 1.0, 2.0, 8.0, 17.5),
)
"""The same for children whose need is their disability."""

AFTER_ASSESSMENT = 19.0
"""Mean days from the end of an assessment to the closure of a case that is not in need."""
SHORTEST_GAP = 12
"""A referral that is followed sooner leads to nothing."""

# --- assessments -------------------------------------------------------------------------------------------

ASSESSMENT_DAYS = (
    (0.0, 0.08, 0.22, 0.42, 0.68, 0.915, 0.960, 0.985, 1.0),
    (2.0, 10.0, 20.0, 30.0, 40.0, 46.0, 55.0, 75.0, 120.0),
)
"""Working days from referral to the end of the first assessment: cumulative share, days."""
REASSESSMENT_YEARS = 2.6
"""Mean years between further assessments of a case that stays open, from half a year on."""
NO_FACTOR = 0.18

# --- child protection --------------------------------------------------------------------------------------

PLAN_LEAD, PLAN_LATE_LEAD, PLAN_LATE = 42.0, 330.0, 0.16
"""Mean days from referral to plan: most soon, some late."""
SHORTEST_LEAD = 16
PLAN_LENGTHS = (
    (0.0, 0.010, 0.022, 0.085, 0.300, 0.474, 0.622, 0.728, 0.869, 0.948, 0.981, 1.0),
    (0.06, 0.17, 0.25, 0.33, 0.50, 0.68, 0.85, 1.02, 1.45, 2.0, 2.5, 3.5),
)
"""Length of a plan in years: cumulative share, years."""
AFTER_PLAN = 85.0
"""Mean days from the end of a plan to the closure of the case."""
PLAN_BEFORE_CARE = 0.50
EARLIER_PLANS = np.array([0.0, 0.10, 0.20, 0.26])
EARLIER_PLAN_AGES = np.array([0.0, 1.0, 5.0, 10.0])
"""Chance that a child who comes on a plan was on one before the histories begin, by age."""
ANOTHER_EARLIER = 0.22

TRANSFER_IN = 0.03
"""Share of plans that follow a conference without an enquiry of the authority."""
CONFERENCE_DAYS = (
    (0.0, 0.088, 0.815, 0.905, 0.97, 1.0),
    (4.0, 10.9, 15.9, 20.9, 30.0, 60.0),
)
"""Working days from enquiry to conference: cumulative share, days."""
CONFERENCE_ONLY = 0.042
"""Chance of a conference that leads to no plan, of cases in need without one."""
ENQUIRY_EARLY, ENQUIRY_YEARLY = 0.342, 0.22
"""Enquiries that end without a conference: chance at the start of a case in need, and per further year."""

CATEGORIES = ("NEG", "EMO", "PHY", "SAB", "MUL")
CATEGORY_SHARES = (0.490, 0.375, 0.070, 0.035, 0.030)
CATEGORY_CHANGES = 0.09
FIRST_REVIEW, REVIEW_GAP = 80, 168

# --- plans of children in need -----------------------------------------------------------------------------

CIN_PLAN = 0.72
CIN_PLAN_AFTER = 0.75
"""Chance of a child in need plan: of cases that outlast the assessment, and after a child protection plan."""

# --- children who come into care ---------------------------------------------------------------------------

CARE_HORIZON = 8
"""Years beyond the last return in which children who come into care are simulated: their referrals come before."""
CARE_LEADS = (
    (0.0, 0.20, 0.34, 0.50, 0.66, 0.82, 0.93, 1.0),
    (0.0, 4.0, 40.0, 110.0, 220.0, 500.0, 1000.0, 1300.0),
)
"""Days from referral to the start of care: cumulative share, days."""
LEAVER_OPEN, LEAVER_YEARS, LEAVER_POWER = 0.88, 4.2, 0.35
"""Chance that the case of a young person who leaves care at 18 stays open, for how many years at most, and the
power of an even draw that spreads them."""
TO_ADULT_CARE = 0.15
AFTER_HOME, AFTER_ORDER = 0.50 * YEAR, 0.30 * YEAR
EARLIER_HISTORY, EARLIER_GAP = 0.45, 0.9 * YEAR
"""Chance of a referral before those that led to care, and the mean time between beyond a year."""
LATER_HISTORY, LATER_GAP = 0.34, 1.6 * YEAR

# --- what is recorded --------------------------------------------------------------------------------------

SOURCES = {
    # code: (share of children under 4, share of the others)
    "1A": (0.055, 0.060),
    "1B": (0.007, 0.006),
    "1C": (0.002, 0.010),
    "1D": (0.015, 0.012),
    "2A": (0.035, 0.262),
    "2B": (0.008, 0.021),
    "3A": (0.016, 0.010),
    "3B": (0.070, 0.002),
    "3C": (0.000, 0.008),
    "3D": (0.025, 0.010),
    "3E": (0.055, 0.034),
    "3F": (0.115, 0.047),
    "4": (0.022, 0.012),
    "5A": (0.075, 0.054),
    "5B": (0.033, 0.032),
    "5C": (0.036, 0.028),
    "5D": (0.026, 0.022),
    "6": (0.300, 0.275),
    "7": (0.033, 0.029),
    "8": (0.045, 0.045),
    "9": (0.019, 0.013),
    "10": (0.010, 0.010),
}
"""Sources of referrals. Before 2023 early help is another internal department."""
SCHOOL_AGE = 4.0
FIRST_EARLY_HELP = 2023

NEEDS = ("N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N0")
NEED_SHARES = (0.555, 0.100, 0.030, 0.095, 0.145, 0.022, 0.004, 0.016, 0.025, 0.008)

ETHNICITIES = {
    "WBRI": 0.610,
    "WIRI": 0.004,
    "WOTH": 0.052,
    "WIRT": 0.003,
    "WROM": 0.011,
    "MWBC": 0.030,
    "MWBA": 0.013,
    "MWAS": 0.018,
    "MOTH": 0.036,
    "AIND": 0.013,
    "APKN": 0.030,
    "ABAN": 0.016,
    "AOTH": 0.026,
    "CHNE": 0.003,
    "BCRB": 0.018,
    "BAFR": 0.044,
    "BOTH": 0.015,
    "OOTH": 0.026,
    "REFU": 0.006,
    "NOBT": 0.026,
}

DISABLED = 0.055
"""Chance of a disability where the need is another one."""
DISABILITIES = {
    "AUT": 0.42,
    "LD": 0.42,
    "BEH": 0.25,
    "COMM": 0.24,
    "MOB": 0.17,
    "PC": 0.15,
    "INC": 0.11,
    "HEAR": 0.06,
    "VIS": 0.07,
    "HAND": 0.05,
    "CON": 0.07,
    "DDA": 0.16,
}
"""Disabilities of those who have any: chance of each."""

ENDS = ("RC1", "RC2", "RC3", "RC4", "RC5", "RC6", "RC7", "RC8", "RC9")
DIED = 0.0005
MOVED = 0.035
RESIDENCE = 0.012
"""Of cases in need that close: died, moved to another authority, child arrangements order."""
TO_EARLY_HELP = 0.42
"""Of those not in need: passed to early help (RC9, from 2023)."""
FIRST_RC9 = 2023

FACTORS = {
    # code: (share of episodes with a factor, weight under 5, 5 to 9, 10 to 15, 16 and over)
    "1A": (0.014, 0, 0, 2, 4),
    "1B": (0.143, 1.2, 1, 0.9, 0.7),
    "1C": (0.030, 1, 1, 1, 1),
    "2A": (0.032, 0, 0, 2, 5),
    "2B": (0.141, 1.4, 1, 0.8, 0.6),
    "2C": (0.045, 1, 1, 1, 1),
    "3A": (0.115, 0.9, 1, 1.1, 1.1),
    "3B": (0.317, 1.3, 1, 0.8, 0.6),
    "3C": (0.070, 1, 1, 1, 1),
    "4A": (0.176, 0.05, 0.7, 1.9, 2.4),
    "4B": (0.335, 1.1, 1, 0.9, 0.8),
    "4C": (0.046, 1, 1, 1, 1),
    "5A": (0.105, 0.5, 1.2, 1.2, 1.2),
    "5B": (0.035, 1.2, 1, 0.9, 0.8),
    "5C": (0.014, 1, 1, 1, 1),
    "6A": (0.080, 1, 1, 1, 0.9),
    "6B": (0.060, 1, 1, 1, 0.9),
    "6C": (0.013, 1, 1, 1, 1),
    "7A": (0.029, 0.1, 1, 1.9, 1.5),
    "8D": (0.001, 0, 0.5, 2, 2),
    "8E": (0.001, 0.5, 1, 1.5, 1.5),
    "8F": (0.001, 1, 1, 1, 1),
    "9A": (0.004, 0, 0, 1, 3),
    "10A": (0.033, 0, 0.2, 2.2, 3.2),
    "11A": (0.024, 0, 0.2, 2.2, 2.8),
    "12A": (0.004, 0, 0.2, 1.8, 4.5),
    "13A": (0.017, 0, 0.2, 2.2, 3.4),
    "14A": (0.080, 0.1, 1, 1.9, 1.6),
    "15A": (0.050, 0, 0.3, 2.4, 2.6),
    "16A": (0.176, 1.3, 1.1, 0.8, 0.5),
    "17A": (0.190, 1, 1.1, 1, 0.8),
    "18B": (0.030, 0.5, 1, 1.4, 1.2),
    "18C": (0.120, 0.9, 1.2, 1.0, 0.6),
    "19B": (0.027, 0.3, 1.1, 1.5, 1.1),
    "19C": (0.033, 0.8, 1.1, 1.1, 0.8),
    "20": (0.150, 1, 1, 1, 1),
    "22A": (0.002, 1, 1, 1, 0.5),
    "23A": (0.004, 1, 1, 1, 1),
    "24A": (0.032, 0, 0.3, 2.2, 3.2),
}
"""Factors found at assessments, and how they vary with age."""
FACTOR_AGES = np.array([5.0, 10.0, 16.0])
FACTOR_AGE_SHARES = (0.30, 0.25, 0.355, 0.095)
"""Ages of assessed children, for the weights above."""
SPLIT_ABUSE, FIRST_CRIMINAL = 2021, 2022
"""Return years from which abuse is told apart by who did it (18B, 18C, 19B, 19C; 18A, 19A before), and from which
criminal exploitation is a factor of its own."""
