"""Parameters of the simulation, fitted so that a national run meets the margins (see `margins`).

These are not statistics: they are what makes the invented histories add up to the published ones. Ages are
completed years at the start of a period of care; times are in years unless a name says days.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic.days import YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

# --- first entries -----------------------------------------------------------------------------------------

FIRST_ENTRIES = {"other": 23_300.0, "uasc": 6_950.0, "short": 300.0}
"""Children entering care for the first time in the year ending 2025, at the population of England; `short`
are children who only have short breaks."""

UASC_OF_STOCK = 0.08
"""Share of unaccompanied children among those looked after."""

ENTRY_PROFILE = {
    "other": {
        **dict.fromkeys(range(2016, 2020), 1.13),
        2020: 1.10,
        2021: 1.02,
        2022: 1.04,
        2023: 1.05,
        2024: 1.055,
        2025: 1.0,
    },
    "uasc": {
        **dict.fromkeys(range(2016, 2021), 0.49),
        2021: 0.40,
        2022: 0.80,
        2023: 1.12,
        2024: 1.28,
        2025: 1.0,
    },
    "short": {2025: 1.0},
}
"""Entries of a year relative to the year ending 2025; earlier and later years are as the nearest one given.

Follows children starting to be looked after, 2021 to 2025, with and without unaccompanied asylum-seeking
children (Department for Education, *Children looked after in England including adoptions*, 2025), totals
before 2021 likewise.
"""

AGE_EDGES = np.array([0.0, 1.0, 5.0, 10.0, 13.0, 16.0, 17.0, 17.78])
AGE_SHARES = {
    "other": (0.2130, 0.1750, 0.1930, 0.1180, 0.1690, 0.0830, 0.0490),
    "uasc": (0.0, 0.0, 0.005, 0.015, 0.16, 0.44, 0.38),
    "short": (0.0, 0.10, 0.40, 0.25, 0.20, 0.05, 0.0),
}
BIRTH_POWER = 6.0
"""Age in the first year of life is this power of an even draw: most enter soon after birth."""

MALE = {"other": 0.515, "uasc": 0.96, "short": 0.65}

# --- how a period of care ends -----------------------------------------------------------------------------


class End(IntEnum):
    """Where a period of care leads."""

    HOME_SOON = 0
    HOME = 1
    ADOPTION = 2
    GUARDIAN = 3
    ORDER = 4
    STAY = 5
    MOVED_ON = 6
    REMAND = 7
    ALONE = 8
    TRANSFER = 9
    ELSEWHERE = 10
    ADULT = 11


END_EDGES = np.array([0.0, 1.0, 3.0, 5.0, 10.0, 13.0, 16.0, 17.0, 18.0])
END_SHARES = np.array(
    # home within days, home, adoption, special guardianship, other order, care to 18, moved on, remand, alone
    [
        [0.045, 0.245, 0.440, 0.240, 0.025, 0.035, 0.015, 0, 0, 0, 0, 0],
        [0.060, 0.240, 0.285, 0.250, 0.060, 0.095, 0.020, 0, 0, 0, 0, 0],
        [0.060, 0.285, 0.130, 0.265, 0.070, 0.195, 0.020, 0, 0, 0, 0, 0],
        [0.065, 0.300, 0.014, 0.215, 0.075, 0.315, 0.023, 0, 0, 0, 0, 0],
        [0.085, 0.320, 0, 0.115, 0.050, 0.398, 0.025, 0.010, 0, 0, 0, 0],
        [0.110, 0.280, 0, 0.050, 0.025, 0.475, 0.030, 0.045, 0, 0, 0, 0],
        [0.095, 0.190, 0, 0.015, 0.010, 0.600, 0.030, 0.070, 0.030, 0, 0, 0],
        [0.070, 0.095, 0, 0, 0.005, 0.715, 0.030, 0.060, 0.035, 0, 0, 0],
    ]
)
"""Share of each destination by age at the start of the period (rows: `END_EDGES`)."""

UASC_SHARES = np.array([0, 0, 0, 0, 0, 0.57, 0, 0, 0, 0.345, 0.035, 0.05])
"""The same for unaccompanied children: to 18, transfer to another authority, elsewhere, assessed as adult."""

RETURN_CHANCE = {"home": 0.29, "kin": 0.035}
RETURN_MEAN = {"home": 0.75, "kin": 2.0}
"""Chance of ever coming back after home, and after guardianship or an order; and the mean gap."""

_GRID = 4096


@cache
def laws() -> NDArray[np.float64]:
    """Nights in care by destination, at evenly spaced probabilities: one increasing row per `End`.

    A drawn time is read from the row; how many are still in care after t nights is read from it backwards.
    """
    from csc_outcomes.synthetic.draws import exponential, gamma, lognormal

    u = (np.arange(_GRID) + 0.5) / _GRID
    table: NDArray[np.float64] = np.full((len(End), _GRID), np.inf)
    table[End.HOME_SOON] = np.minimum(exponential(1 - u, 5.0), 13)
    table[End.HOME] = 14 + YEAR * lognormal(u, 0.43, 1.22)
    table[End.ADOPTION] = YEAR * (0.78 + gamma(u, 4.0, 1.53))
    table[End.GUARDIAN] = YEAR * (0.1 + lognormal(u, 0.95, 0.85))
    table[End.ORDER] = YEAR * (0.1 + lognormal(u, 0.80, 0.80))
    table[End.MOVED_ON] = YEAR * exponential(1 - u, 1.0)
    table[End.REMAND] = 2 + exponential(1 - u, 60.0)
    table[End.ALONE] = YEAR * exponential(1 - u, 0.8)
    table[End.TRANSFER] = 2 + exponential(1 - u, 25.0)
    table[End.ELSEWHERE] = YEAR * exponential(1 - u, 0.6)
    table[End.ADULT] = 7 + exponential(1 - u, 75.0)
    np.maximum(1.0, table, out=table)
    return table


# --- legal status ------------------------------------------------------------------------------------------

LEGAL = ("V2", "C1", "L1", "L2", "J1", "C2", "E1")
OLDER = 13
"""From this age on, a child who will stay to 18 is treated as an older entrant."""

START_LEGAL = {
    # V2, C1, L1, L2, J1, C2
    "home_soon": (0.56, 0.06, 0.34, 0.04, 0.0, 0.0),
    "home": (0.66, 0.20, 0.12, 0.02, 0.0, 0.0),
    "adoption": (0.12, 0.74, 0.11, 0.03, 0.0, 0.0),
    "kin": (0.24, 0.61, 0.12, 0.02, 0.0, 0.01),
    "stay_younger": (0.31, 0.56, 0.10, 0.015, 0.0, 0.015),
    "stay_older": (0.735, 0.15, 0.08, 0.01, 0.015, 0.01),
    "moved_on": (0.60, 0.30, 0.08, 0.02, 0.0, 0.0),
    "remand": (0.0, 0.0, 0.0, 0.0, 1.0, 0.0),
    "alone": (0.90, 0.10, 0.0, 0.0, 0.0, 0.0),
    "uasc": (1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
}
TO_COURT = {
    "home_soon": 0.0,
    "home": 0.30,
    "adoption": 1.0,
    "kin": 0.70,
    "stay_younger": 0.92,
    "stay_older": 0.68,
    "moved_on": 0.10,
    "remand": 0.0,
    "alone": 0.0,
    "uasc": 0.0,
}
"""Chance that a child accommodated under section 20 becomes subject to care proceedings."""

COURT_WAIT_MEAN = 0.35
PROCEEDINGS_MEAN, PROCEEDINGS_SHAPE = 0.88, 5.0

ADOPTION_STEPS = (0.3155, 0.3495, 0.0205)
"""Entry to decision, to match, to placing, as shares of the time from entry to the adoption order."""
BY_CONSENT, FOSTER_TO_ADOPT = 0.04, 0.13
REVERSED = 0.10
"""Share of children under 5 who will not be adopted but for whom adoption was once the plan."""

# --- moves -------------------------------------------------------------------------------------------------

MOVER_EDGES = np.array([0.0, 1.0, 5.0, 10.0, 13.0, 16.0])
MOVER_SHARES = np.array([0.05, 0.12, 0.23, 0.39, 0.45, 0.40])
"""Share of children who keep moving, by age at the start of the period; of unaccompanied children below."""
UASC_MOVERS, UASC_BRIDGING = 0.16, 0.30
LATER_MOVERS = 0.14
"""Share of the others who begin to move between 11 and 15."""

MOVER_GAP = 0.78
STABLE_GAP = 16.0
BRIDGING = 0.51
BRIDGING_GAP = 0.16
"""Mean years in a placement: of movers (gamma, shape 2), of others, in a first one that only bridges."""

STATUS_RATE = 0.14
"""Changes of a placement's status with the same carer, per year in care."""

SEMI_CHANCE = {"other": 0.36, "uasc": 0.20}
"""Chance that a 16 or 17 year old who stays to 18 is moved to supported accommodation, if not yet there."""

TEMPORARY_CHANCE = 0.05
"""Chance per placement that it is interrupted by one temporary placement, if it lasts long enough."""

# --- placements --------------------------------------------------------------------------------------------


class Kind(IntEnum):
    """Broad kinds of placement."""

    FOSTER = 0
    KIN = 1
    HOME = 2
    SEMI = 3
    PARENTS = 4
    ADOPTION = 5
    RESIDENTIAL = 6
    SCHOOL = 7
    OTHER = 8
    TEMPORARY = 9


PLACE_EDGES = np.array([0.0, 1.0, 5.0, 10.0, 13.0, 16.0, 17.0])
FIRST_PLACE = np.array(
    # foster, kin, home, semi, parents, adoption, residential, school, other
    [
        [0.670, 0.170, 0.000, 0.000, 0.060, 0, 0.095, 0.000, 0.005],
        [0.700, 0.235, 0.000, 0.000, 0.040, 0, 0.020, 0.000, 0.005],
        [0.690, 0.240, 0.025, 0.000, 0.030, 0, 0.005, 0.001, 0.010],
        [0.660, 0.160, 0.120, 0.000, 0.025, 0, 0.008, 0.002, 0.025],
        [0.540, 0.110, 0.260, 0.000, 0.020, 0, 0.015, 0.003, 0.052],
        [0.210, 0.070, 0.180, 0.420, 0.015, 0, 0.025, 0.003, 0.077],
        [0.130, 0.050, 0.120, 0.570, 0.010, 0, 0.030, 0.003, 0.087],
    ]
)
NEXT_PLACE = np.array(
    [
        [0.650, 0.180, 0.000, 0.000, 0.150, 0, 0.015, 0.000, 0.005],
        [0.600, 0.200, 0.002, 0.000, 0.190, 0, 0.003, 0.000, 0.005],
        [0.590, 0.120, 0.090, 0.000, 0.183, 0, 0.005, 0.001, 0.011],
        [0.475, 0.070, 0.265, 0.000, 0.155, 0, 0.010, 0.002, 0.023],
        [0.365, 0.050, 0.385, 0.000, 0.130, 0, 0.018, 0.002, 0.050],
        [0.360, 0.050, 0.300, 0.110, 0.085, 0, 0.025, 0.001, 0.069],
        [0.380, 0.050, 0.250, 0.150, 0.075, 0, 0.025, 0.001, 0.069],
    ]
)
UASC_FIRST_PLACE = np.array([0.260, 0.010, 0.020, 0.630, 0.0, 0, 0.003, 0.0, 0.077])
UASC_NEXT_PLACE = np.array([0.550, 0.010, 0.020, 0.340, 0.0, 0, 0.003, 0.0, 0.077])
"""Kind of placement on entry and after a move, by age (`PLACE_EDGES`) and for unaccompanied children."""

REMAND_PLACE = np.array([0.10, 0.02, 0.22, 0.10, 0.0, 0, 0.50, 0.0, 0.06])
SECURE, INDEPENDENT = 0.03, 0.20
"""Of children's homes those that are secure; of supported accommodation what was independent living (P2)."""

PROVIDERS = ("PR1", "PR2", "PR3", "PR4", "PR5")
PROVIDER_SHARES = {
    Kind.FOSTER: (0.490, 0.008, 0.0, 0.430, 0.072),
    Kind.KIN: (0.985, 0.010, 0.0, 0.003, 0.002),
    Kind.HOME: (0.130, 0.010, 0.0, 0.805, 0.055),
    Kind.SEMI: (0.090, 0.010, 0.0, 0.720, 0.180),
    Kind.ADOPTION: (0.760, 0.050, 0.0, 0.0, 0.190),
    Kind.RESIDENTIAL: (0.150, 0.010, 0.0, 0.700, 0.140),
    Kind.SCHOOL: (0.100, 0.020, 0.0, 0.630, 0.250),
}

LOCATIONS = (
    "inside, near",
    "outside, near",
    "inside, far",
    "outside, far",
    "inside, unknown",
    "outside, unknown",
)
LOCATION_SHARES = {
    Kind.FOSTER: (0.533, 0.264, 0.046, 0.153, 0.002, 0.002),
    Kind.KIN: (0.533, 0.264, 0.046, 0.153, 0.002, 0.002),
    Kind.HOME: (0.350, 0.190, 0.050, 0.406, 0.002, 0.002),
    Kind.SEMI: (0.600, 0.210, 0.050, 0.136, 0.002, 0.002),
    Kind.PARENTS: (0.720, 0.180, 0.030, 0.066, 0.002, 0.002),
    Kind.ADOPTION: (0.290, 0.290, 0.050, 0.350, 0.010, 0.010),
    Kind.RESIDENTIAL: (0.380, 0.230, 0.050, 0.330, 0.005, 0.005),
    Kind.SCHOOL: (0.250, 0.200, 0.050, 0.490, 0.005, 0.005),
    Kind.OTHER: (0.470, 0.230, 0.050, 0.240, 0.005, 0.005),
    Kind.TEMPORARY: (0.500, 0.250, 0.050, 0.190, 0.005, 0.005),
}
"""Where a placement lies by kind; the same for foster care with and without relatives, so that a carer who
becomes an adopter stays in place."""
UASC_INSIDE = 0.50

REASONS = ("CARPL", "CREQB", "CREQO", "CHILD", "LAREQ", "ALLEG", "CLOSE", "STAND", "APPRR", "OTHER")
REASON_SHARES = (0.280, 0.122, 0.102, 0.045, 0.030, 0.013, 0.012, 0.015, 0.005, 0.376)
"""Reasons of moves, but for those to adoption, parents and supported accommodation: these are planned."""

# --- who the children are ----------------------------------------------------------------------------------

NEEDS = ("N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8")
NEED_SHARES = np.array(
    [
        [0.750, 0.022, 0.025, 0.075, 0.123, 0.000, 0.001, 0.004],
        [0.690, 0.028, 0.023, 0.085, 0.120, 0.047, 0.001, 0.006],
        [0.050, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.950],
    ]
)
"""Category of need: first entered under 10, from 10 on, unaccompanied."""

ETHNICITIES = {
    # code: (other children, unaccompanied children)
    "WBRI": (0.715, 0.0),
    "WIRI": (0.004, 0.0),
    "WOTH": (0.030, 0.05),
    "WIRT": (0.003, 0.0),
    "WROM": (0.010, 0.0),
    "MWBC": (0.037, 0.0),
    "MWBA": (0.012, 0.0),
    "MWAS": (0.020, 0.0),
    "MOTH": (0.051, 0.0),
    "AIND": (0.004, 0.0),
    "APKN": (0.013, 0.0),
    "ABAN": (0.009, 0.01),
    "AOTH": (0.008, 0.22),
    "CHNE": (0.001, 0.01),
    "BCRB": (0.019, 0.0),
    "BAFR": (0.024, 0.37),
    "BOTH": (0.012, 0.02),
    "OOTH": (0.017, 0.30),
    "REFU": (0.003, 0.01),
    "NOBT": (0.008, 0.01),
}

# --- modules -----------------------------------------------------------------------------------------------

RUNNERS = 0.32
RUN_MEDIAN, RUN_SIGMA, RUN_MOST = 1.8, 1.75, 60.0
"""Children of 11 and over who ever go missing; median, spread and cap of their incidents per year."""
AWAY_CHILDREN, AWAY_SHARE = 0.36, 0.36
"""Of those the share of whose incidents some are recorded as away, and how many of these incidents are."""

WORKER_GAP, FIRST_WORKER_GAP = 0.92, 0.32
"""Mean years with a social worker, and with the first one of a period for half of the children."""

SDQ_EDGES = ((0.0, 0.10, 0.45, 0.58, 0.80, 0.95, 1.0), (-0.5, 3.5, 13.5, 16.5, 22.5, 28.5, 36.5))
"""Cumulative shares of strengths and difficulties scores."""
SDQ_RECEIVED = 0.78
OC2_SHARES = {"IMMUNISATIONS": 0.84, "TEETH_CHECK": 0.81, "HEALTH_ASSESSMENT": 0.90, "HEALTH_CHECK": 0.88}
TEETH_2021 = 0.40
AGES_OF_RISK = np.array([0, 10, 13, 16])
CONVICTED = np.array([0.0, 0.002, 0.022, 0.040])
SUBSTANCE = np.array([0.0, 0.006, 0.046, 0.090])
RECEIVED, REFUSED = 0.41, 0.44

CONTACT = {"YES": 0.910, "NO": 0.042, "REFU": 0.016, "NREQ": 0.020, "RHOM": 0.009, "DIED": 0.003}
UNKNOWN_WITHOUT_CONTACT = 0.80
ACTIVITY = {
    # of those whose activity is known: ages 17-18, ages 19-21
    "higher": (0.030, 0.066),
    "other": (0.513, 0.223),
    "apprenticeship": (0.020, 0.020),
    "work": (0.115, 0.266),
    "G4": (0.037, 0.094),
    "G5": (0.266, 0.286),
    "G6": (0.019, 0.045),
}
FULL_TIME = 0.85
UNSUITABLE = (0.034, 0.055)
STAYING_PUT = 0.365
ACCOMMODATION = {
    # letter: (suitable 17-18, suitable 19-21, unsuitable)
    "B": (0.14, 0.13, 0.10),
    "C": (0.03, 0.02, 0.01),
    "D": (0.38, 0.18, 0.14),
    "E": (0.07, 0.04, 0.01),
    "G": (0.002, 0.004, 0.00),
    "H": (0.0, 0.001, 0.00),
    "K": (0.02, 0.03, 0.05),
    "R": (0.001, 0.002, 0.00),
    "S": (0.0, 0.0, 0.20),
    "T": (0.01, 0.02, 0.01),
    "U": (0.14, 0.45, 0.06),
    "V": (0.01, 0.01, 0.10),
    "W": (0.002, 0.002, 0.07),
    "X": (0.0, 0.0, 0.22),
    "Y": (0.05, 0.06, 0.03),
}
"""Accommodation of those not with former foster carers."""
