"""The workforce census of each year: who is in post on 30 September, who left in the year, and the authority's row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from csc_outcomes.synthetic import workforce_rates as rates
from csc_outcomes.synthetic.children import authority_keys, effect_days, multipliers
from csc_outcomes.synthetic.days import YEAR
from csc_outcomes.synthetic.draws import (
    below,
    gamma,
    integers,
    lognormal,
    pick,
    poisson,
    uniform,
)
from csc_outcomes.synthetic.episodes import dates, labelled
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.workforce_people import (
    People,
    born,
    census_year,
    first_day,
    last_day,
    people_of,
    prior,
    sizes,
)
from csc_outcomes.synthetic.yearly import repeated

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.draws import Bools, Floats, Ints, Keys

LETTERED_SEX = 2024
"""Census year from which Sex is M or F; before, GenderCurrent is 1 or 2."""
FIRST_PAY = 2025
"""Census year from which pay is collected."""
_ROLES = rates.ROLES
_NOISE = 0.07
"""Spread of vacancies and cover between years."""
_SOFTEST = 1e-6


@frozen(eq=False)
class _Rows:
    """One row per worker and return: the worker's row, the census year and what follows from both."""

    people: People
    row: Ints
    year: Ints
    place: Ints
    key: Keys
    agency: Bools
    left: Bools
    """Left in the year; the others are in post on 30 September."""
    experience: Floats
    """Years since qualifying on 30 September."""
    role: Ints
    fte: Floats


def returns_of(
    authorities: tuple[Authority, ...], years: tuple[int, ...], seed: int
) -> dict[str, pl.DataFrame]:
    """Workers and authorities' rows, the yearly returns stacked, in the declared columns with LA and YEAR."""
    from csc_outcomes.sources.workforce_tables import TABLES

    keys = authority_keys(seed, authorities)
    rows = _rows(people_of(authorities, keys, max(years)), years)
    worker = _worker(rows, authorities)
    parts = {"worker": worker, "la_level": _la_level(worker, authorities, keys, years)}
    return {
        f"workforce.{name}": frame.select(*TABLES[name].names, "LA", "YEAR").sort(
            "LA", "YEAR", maintain_order=True
        )
        for name, frame in parts.items()
    }


def _rows(people: People, years: Sequence[int]) -> _Rows:
    last = max(years)
    ended = np.where(people.end == NEVER, last_day(last) + 1, people.end)
    # Agency workers who left are not returned.
    until = np.where(people.agency, census_year(ended) - 1, census_year(ended))
    first = np.maximum(census_year(people.start), min(years))
    row, year = repeated(first, np.minimum(until, last), years)
    key, start, agency = people.key[row], people.start[row], people.agency[row]
    closing = np.array([last_day(y) for y in range(min(years), last + 1)])[year - min(years)]
    experience = prior(key, agency) + (closing - start) / YEAR
    band = np.searchsorted(rates.EXPERIENCE, experience, side="right") - 1
    table = np.vstack([rates.ROLE_SHARES, np.array(rates.AGENCY_ROLE_SHARES)])
    role = pick(uniform(key, "role"), table, np.where(agency, len(table) - 1, band))
    return _Rows(
        people,
        row,
        year,
        people.authority[row],
        key,
        agency,
        people.end[row] <= closing,
        experience,
        role,
        _fte(key, agency),
    )


def _fte(key: Keys, agency: Bools) -> Floats:
    part = uniform(key, "part time") < np.where(agency, rates.PART_TIME_AGENCY, rates.PART_TIME)
    low, high = rates.PART
    share = low + uniform(key, "hours") * (high - low)
    return np.where(part, np.round(share, 2), 1.0)


def _worker(rows: _Rows, authorities: Sequence[Authority]) -> pl.DataFrame:
    import polars as pl

    key, year, employed, left = rows.key, rows.year, ~rows.agency, rows.left
    here = ~left
    lettered = year >= LETTERED_SEX
    sex = (uniform(key, "sex") >= rates.MALE).astype(np.int64)
    away = here & employed & (_yearly(rows, "away") < rates.AWAY)
    blank = pl.Series([None], dtype=pl.String).new_from_index(0, len(key))
    start, end = rows.people.start[rows.row], rows.people.end[rows.row]
    columns = {
        "AgencyWorker": labelled(("0", "1"), rows.agency.astype(np.int64)),
        "SWENo": _register(key),
        "FTE": rows.fte,
        "PersonBirthDate": dates(born(key, start, rows.agency)),
        "GenderCurrent": labelled(("1", "2"), np.where(lettered, -1, sex)),
        "Sex": labelled(("M", "F"), np.where(lettered, sex, -1)),
        "Ethnicity": _coded(key, "ethnicity", rates.ETHNICITIES),
        "QualInst": blank,
        "QualLevel": _coded(key, "level", rates.LEVELS, employed),
        "StepUpGrad": _flag(uniform(key, "step up") < rates.STEP_UP, employed),
        "OrgRole": labelled(_ROLES, rows.role),
        "RoleStartDate": dates(start),
        "StartOrigin": _origin(rows),
        "RoleEndDate": dates(np.where(left, end, NEVER)),
        "LeaverDestination": _coded(key, "destination", rates.DESTINATIONS, left),
        "ReasonLeave": _coded(key, "reason", rates.REASONS, left),
        "FTE30": _numbers(rows.fte, here),
        "Cases30": _cases(rows, authorities, here),
        "WorkingDaysLost": _numbers(_days_lost(rows, authorities), employed),
        "ContractWeeks": _numbers((4 + below(key, "contract", 44)).astype(np.float64), rows.agency),
        "FrontlineGrad": _flag(uniform(key, "frontline") < rates.FRONTLINE, employed),
        "Absat30Sept": _flag(away, here & employed),
        "ReasonAbsence": _coded(key, "absence", rates.ABSENCES, away),
        "CFKSSstatus": _status(rows),
        **_pay(rows),
    }
    codes = [authority.code for authority in authorities]
    area = pl.Series(codes, dtype=pl.String).gather(rows.place)
    return pl.DataFrame({**columns, "LA": area, "YEAR": pl.Series(year.astype(np.int32))})


def _yearly(rows: _Rows, purpose: str) -> Floats:
    return uniform(rows.key, purpose, rows.year)


def _coded(key: Keys, purpose: str, shares: dict[str, float], where: Bools | None = None) -> pl.Series:
    found = pick(uniform(key, purpose), list(shares.values()))
    return labelled(tuple(shares), found if where is None else np.where(where, found, -1))


def _flag(yes: Bools, asked: Bools) -> pl.Series:
    return labelled(("0", "1"), np.where(asked, yes.astype(np.int64), -1))


def _numbers(values: Floats, known: Bools) -> pl.Series:
    """Values where they are known, blank elsewhere."""
    import polars as pl

    return pl.Series(values.astype(np.float64)).set(pl.Series(~known), None)


def _register(key: Keys) -> pl.Series:
    """Numbers that no register has: they have ten digits."""
    import polars as pl

    digits = pl.Series(integers(key, "register") % np.uint64(10**9)).cast(pl.String).str.zfill(9)
    return "SW9" + digits


def _origin(rows: _Rows) -> pl.Series:
    codes = ("1", *rates.ORIGINS)
    new = uniform(rows.key, "origin") < rates.NEWLY_QUALIFIED
    other = 1 + pick(uniform(rows.key, "other origin"), list(rates.ORIGINS.values()))
    return labelled(codes, np.where(rows.agency, -1, np.where(new, 0, other)))


def _status(rows: _Rows) -> pl.Series:
    """Stage of the national assessment, which was voluntary and ended in 2024."""
    by_role = np.array([1, 1, 1, 2, 3, 3])[rows.role]
    stage = np.where(rows.experience < 1, 0, by_role)
    known = ~rows.agency & (rows.year <= LETTERED_SEX) & (uniform(rows.key, "status") < 0.6)
    return labelled(("1", "2", "3", "4"), np.where(known, stage, -1))


# ---- cases and absence ------------------------------------------------------------------------------------


def _scales(rows: _Rows, authorities: Sequence[Authority], name: str) -> Floats:
    found: Floats = np.array([getattr(a.practice, name) for a in authorities])[rows.place]
    return found


def _cases(rows: _Rows, authorities: Sequence[Authority], here: Bools) -> pl.Series:
    """Cases held on 30 September: blank for leavers, at least one for those who hold any."""
    import polars as pl

    known = sorted(set(rows.year.tolist()))
    place = np.searchsorted(known, rows.year)
    load = np.array([rates.of_year(rates.CASELOAD, y) for y in known])[place]
    shares = np.array([_holding(y) for y in known])[place]
    own = np.array([[table[role] for role in _ROLES] for table in (rates.HOLDING, rates.HOLDING_AGENCY)])
    holds = uniform(rows.key, "holds cases") < own[rows.agency.astype(np.int64), rows.role] * shares
    heavy = np.array([rates.LOAD[role] for role in _ROLES])[rows.role]
    heavy = np.where((rows.experience < 1) & ~rows.agency, heavy * rates.NEW_LOAD, heavy)
    uneven = gamma(uniform(rows.key, "load"), rates.UNEVEN_LOAD, 1.0)
    begins = effect_days(authorities)[rows.place]
    factor = multipliers(authorities, "caseload")[rows.place]
    reference = np.array([last_day(y) for y in known])[place]
    factor = np.where(reference >= begins, factor, 1.0)
    mean = load * _scales(rows, authorities, "caseload") * heavy * uneven * rows.fte * factor
    more = poisson(_yearly(rows, "cases"), np.maximum(mean - 1, _SOFTEST))
    cases = np.where(holds & (factor > 0), 1 + more, 0)
    return pl.Series(cases).set(pl.Series(~here), None)


def _holding(year: int) -> float:
    """How many workers hold cases, relative to the last year known."""

    def share(y: int) -> float:
        staff = rates.of_year(rates.IN_POST, y) + rates.of_year(rates.AGENCY, y)
        return rates.of_year(rates.HOLDERS, y) / staff

    return share(year) / share(rates.LAST)


def _days_lost(rows: _Rows, authorities: Sequence[Authority]) -> Floats:
    """Days of sickness in the part of the year that a worker was there: none for many, very many for some."""
    known = sorted(set(rows.year.tolist()))
    place = np.searchsorted(known, rows.year)
    per_fte = [rates.of_year(rates.DAYS_LOST, y) / rates.of_year(rates.IN_POST, y) for y in known]
    opening = np.array([first_day(y) for y in known])[place]
    closing = np.array([last_day(y) for y in known])[place]
    start, end = rows.people.start[rows.row], rows.people.end[rows.row]
    there = (np.minimum(end, closing) - np.maximum(start, opening)) / YEAR
    median = np.array(per_fte)[place] / (1 - rates.NO_ABSENCE) / np.exp(rates.ABSENCE_SIGMA**2 / 2)
    median *= rates.ABSENCE_LEVEL
    median = median * rows.fte * np.clip(there, 0, 1) * _scales(rows, authorities, "absence")
    u = _yearly(rows, "days lost")
    days = lognormal(
        _yearly(rows, "days lost by the sick"), np.maximum(median, _SOFTEST), rates.ABSENCE_SIGMA
    )
    days = np.minimum(days, rates.MOST_ABSENCE * np.maximum(np.clip(there, 0, 1), 0.05))
    return np.where(u < rates.NO_ABSENCE, 0.0, np.round(days * 2) / 2)


# ---- pay, and the authority's own row ---------------------------------------------------------------------


def _pay(rows: _Rows) -> dict[str, pl.Series]:
    asked = (rows.year >= FIRST_PAY) & ~rows.agency
    base = np.array([rates.SALARIES[role] for role in _ROLES])[rows.role]
    salary = np.round(base * (0.9 + 0.2 * uniform(rows.key, "salary")), -1)
    retained = np.where(
        uniform(rows.key, "retention") < 0.25, np.round(3000 * uniform(rows.key, "bonus"), -1), 0.0
    )
    other = np.where(uniform(rows.key, "other pay") < 0.15, 1200.0, 0.0)
    values = {"BaseSalary": salary, "RRPayments": retained, "OtherPayments": other}
    return {name: _numbers(found, asked) for name, found in values.items()}


_OFFERS = ("RecruitmentBonus", "RetentionBonus", "PerformanceAward", "CarAllowance", "RelocationPackage",
           "RegionalWeighting", "CostSWE", "CostDBS")  # fmt: skip


def _la_level(
    worker: pl.DataFrame, authorities: Sequence[Authority], keys: Keys, years: Sequence[int]
) -> pl.DataFrame:
    """Vacancies and agency workers who cover them, one row per authority and year.

    An effect multiplies the expected vacancies.
    """
    import polars as pl

    agency = worker.filter(pl.col("AgencyWorker") == "1").group_by("LA", "YEAR")
    counts = agency.agg(fte=pl.sum("FTE"), heads=pl.len())
    place = np.repeat(np.arange(len(authorities)), len(years))
    year = np.tile(np.array(years), len(authorities))
    own = keys[place]
    expected = np.array([rates.of_year(rates.VACANCIES, int(y)) for y in year]) * sizes(authorities)[place]
    expected = expected * np.array([a.practice.vacancies for a in authorities])[place]
    begun = np.array([last_day(int(y)) for y in year]) >= effect_days(authorities)[place]
    factor = np.where(begun, multipliers(authorities, "vacancies")[place], 1.0)
    median = np.exp(-(_NOISE**2) / 2)
    vacant = expected * factor * lognormal(uniform(own, "vacancies", year), median, _NOISE)
    cover = np.minimum(rates.COVER * lognormal(uniform(own, "cover", year), median, _NOISE), 1.0)
    frame = pl.DataFrame(
        {
            "LA": pl.Series([a.code for a in authorities], dtype=pl.String).gather(place),
            "YEAR": pl.Series(year.astype(np.int32)),
            "NumberOfVacancies": np.round(vacant, 2),
            "cover": cover,
            "OtherAllowances": pl.Series([None], dtype=pl.String).new_from_index(0, len(year)),
            **{name: _offer(own, name, year) for name in _OFFERS},
        }
    )
    joined = frame.join(counts, on=["LA", "YEAR"], how="left", maintain_order="left")
    return joined.with_columns(
        NoAgencyFTE=(pl.col("cover") * pl.col("fte").fill_null(0.0)).round(2),
        NoAgencyHeadcount=(pl.col("cover") * pl.col("heads").fill_null(0)).round().cast(pl.Int64),
    )


def _offer(own: Keys, name: str, year: Ints) -> pl.Series:
    found = pick(uniform(own, f"offer {name}"), rates.OFFERS)
    return labelled(("0", "1", "2"), np.where(year >= FIRST_PAY, found, -1))
