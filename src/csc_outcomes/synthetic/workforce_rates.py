"""Parameters of the workforce census, fitted so that a national run meets the margins (see `margins`).

Full-time equivalents, days and cases of England by year ending 30 September (Department for Education, *Children's
social work workforce*, 2025); earlier and later years are as the nearest one given. Those in post in 2024 and 2025
are moved by less than half a percent, so that starters, leavers and those in post add up.
"""

from __future__ import annotations

import numpy as np

FIRST, LAST = 2017, 2025
IN_POST = (28482.6, 29464.9, 30683.8, 31852.3, 32502.0, 31634.1, 33119.1, 34465.0, 36000.0)
LEAVERS = (3811.8, 4451.6, 4607.5, 4294.2, 4994.5, 5422.0, 5254.6, 4728.7, 4276.3)
AGENCY = (5343.2, 5356.3, 5753.5, 5800.9, 5969.5, 6759.7, 7178.5, 6520.7, 5415.9)
VACANCIES = (5822.6, 5812.4, 6036.6, 6112.6, 6521.9, 7912.9, 7722.7, 7188.6, 5965.4)
CASELOAD = (17.7, 17.4, 16.9, 16.3, 16.3, 16.6, 16.0, 15.4, 15.2)
HOLDERS = (17840.6, 18787.3, 20003.8, 20530.8, 20548.9, 20206.0, 21111.4, 20803.5, 21105.4)
DAYS_LOST = (224856.9, 234873.6, 241345.6, 231354.1, 257240.9, 283440.5, 270451.0, 285778.4, 322786.3)
COVER = 0.811
"""Share of agency workers who cover vacancies."""

PART_TIME, PART = 0.145, (0.35, 0.95)
"""Chance to work part time, and between which full-time equivalents."""
PART_TIME_AGENCY = 0.07

ANCHOR = 1980
"""Workers are simulated from this year on, whatever returns are asked for."""
AGENCY_LEAVING = 0.9
"""Rate at which agency workers leave, per year."""

ROLES = ("6", "5", "4", "3", "2", "1")
EXPERIENCE = np.array([0.0, 1.0, 3.0, 7.0, 14.0])
"""Years since qualifying, lower edges."""
ROLE_SHARES = np.array(
    [
        [0.145, 0.855, 0.0, 0.0, 0.0, 0.0],
        [0.145, 0.775, 0.08, 0.0, 0.0, 0.0],
        [0.145, 0.495, 0.28, 0.08, 0.0, 0.0],
        [0.145, 0.275, 0.32, 0.20, 0.05, 0.01],
        [0.145, 0.185, 0.25, 0.26, 0.11, 0.05],
    ]
)
"""Roles by experience, from the least to the most senior; the same draw decides each year, so that who changes role
is promoted."""
AGENCY_ROLE_SHARES = (0.05, 0.74, 0.12, 0.07, 0.02, 0.0)

HOLDING = {"6": 0.0, "5": 0.865, "4": 0.42, "3": 0.10, "2": 0.02, "1": 0.0}
HOLDING_AGENCY = {"6": 0.0, "5": 0.92, "4": 0.70, "3": 0.18, "2": 0.0, "1": 0.0}
"""Chance that a worker holds cases, by role, in the year ending 2025."""
LOAD = {"6": 0.0, "5": 1.065, "4": 0.93, "3": 0.35, "2": 0.25, "1": 0.0}
"""Cases of a worker relative to the average, by role."""
NEW_LOAD = 0.78
"""The same in the first year after qualifying."""
UNEVEN_LOAD = 14.0
"""How even workers' cases are: shape of a gamma distribution."""

NO_ABSENCE = 0.44
ABSENCE_SIGMA, MOST_ABSENCE, ABSENCE_LEVEL = 1.55, 230.0, 1.10
"""Share without sickness; spread and cap of the days of the others, and what makes up for the cap."""
AWAY = 0.055
ABSENCES = {"MAT": 0.50, "SIC": 0.33, "OTH": 0.06, "UNP": 0.05, "TRN": 0.04, "PUB": 0.01, "UNA": 0.01}

NEWLY_QUALIFIED = 0.36
ORIGINS = {"2": 0.38, "4": 0.20, "3": 0.02, "5": 0.06, "6": 0.12, "7": 0.13, "8": 0.06, "9": 0.03}
"""Where those come from who are not newly qualified."""
DESTINATIONS = {
    "1": 0.36,
    "3": 0.13,
    "2": 0.02,
    "4": 0.06,
    "5": 0.11,
    "6": 0.14,
    "7": 0.08,
    "8": 0.09,
    "9": 0.01,
}
REASONS = {
    "1": 0.72,
    "2": 0.01,
    "3": 0.005,
    "4": 0.02,
    "5": 0.08,
    "6": 0.003,
    "7": 0.092,
    "8": 0.05,
    "9": 0.02,
}
RETIREMENT, RETIRED = 73.0, 1.015
"""Age by which all have left, and what makes up for it in those in post."""
MALE = 0.125
ETHNICITIES = {
    "WBRI": 0.68,
    "WIRI": 0.015,
    "WOTH": 0.045,
    "MWBC": 0.016,
    "MWBA": 0.008,
    "MWAS": 0.006,
    "MOTH": 0.010,
    "AIND": 0.022,
    "APKN": 0.024,
    "ABAN": 0.010,
    "AOTH": 0.012,
    "CHNE": 0.003,
    "BCRB": 0.036,
    "BAFR": 0.082,
    "BOTH": 0.010,
    "OOTH": 0.008,
    "REFU": 0.006,
    "NOBT": 0.007,
}
LEVELS = {"1": 0.47, "2": 0.51, "3": 0.02}
STEP_UP, FRONTLINE = 0.05, 0.06
SALARIES = {"6": 44_000, "5": 41_000, "4": 47_500, "3": 52_500, "2": 62_000, "1": 82_000}
OFFERS = (0.45, 0.25, 0.30)


def of_year(series: tuple[float, ...], year: int) -> float:
    """The value of a year, or of the nearest one known."""
    return series[min(max(year, FIRST), LAST) - FIRST]
