"""Tables of the Children's Social Work Workforce census, declared once as data.

Sources: Department for Education, *Children's social work workforce*: XML schemas of the collection, 2021 to 2025,
and its open data file of indicators, 2017 to 2025. Field names are the return's own, those of `authority` the
published file's. `YEAR` is the year ending 30 September. FTE is full-time equivalent: 1 is a full-time post.
"""

from __future__ import annotations

from csc_outcomes.definitions.tables import FIRST_YEAR, CodeList, Column, ColumnType, Table
from csc_outcomes.sources import workforce_codes as codes

_LAST_GENDER, _FIRST_SEX, _LAST_2024, _FIRST_2025 = 2023, 2024, 2024, 2025


def _text(name: str, *, last_year: int | None = None, note: str = "") -> Column:
    return Column(name, ColumnType.TEXT, required=False, nullable=True, last_year=last_year, note=note)


def _code(
    name: str,
    allowed: CodeList,
    *,
    first_year: int = FIRST_YEAR,
    last_year: int | None = None,
    note: str = "",
) -> Column:
    return Column(
        name,
        ColumnType.CODE,
        codes=allowed,
        required=False,
        nullable=True,
        first_year=first_year,
        last_year=last_year,
        note=note,
    )


def _date(name: str, note: str, *, required: bool = False) -> Column:
    return Column(name, ColumnType.DATE, required=required, nullable=True, note=note)


def _number(name: str, note: str, *, required: bool = False, first_year: int = FIRST_YEAR) -> Column:
    return Column(name, ColumnType.NUMBER, required=required, nullable=True, first_year=first_year, note=note)


def _whole(name: str, note: str) -> Column:
    return Column(name, ColumnType.INTEGER, required=False, nullable=True, note=note)


def _pay(name: str) -> Column:
    return _number(name, "pounds", first_year=_FIRST_2025)


def _offer(name: str) -> Column:
    return _code(name, codes.PAY_OFFER, first_year=_FIRST_2025)


_WORKER = Table(
    "worker",
    "One row per social worker and post",
    (
        Column("AgencyWorker", ColumnType.CODE, codes=codes.AGENCY_WORKER, note="1 is paid by an agency"),
        Column("SWENo", ColumnType.IDENTIFIER, note="number in the register of Social Work England"),
        _number("FTE", "contracted FTE from 0 to 1; of a leaver the last one held", required=True),
        _date("PersonBirthDate", "date of birth"),
        _code("GenderCurrent", codes.GENDER_CURRENT, last_year=_LAST_GENDER),
        _code("Sex", codes.SEX, first_year=_FIRST_SEX),
        _code("Ethnicity", codes.ETHNICITY),
        _text("QualInst", last_year=_LAST_2024, note="institution of the social work qualification"),
        _code("QualLevel", codes.QUAL_LEVEL),
        _code("StepUpGrad", codes.YES_NO, note="graduate of Step Up to Social Work"),
        _code("OrgRole", codes.ORG_ROLE, note="a lower code is a more senior role"),
        _date("RoleStartDate", "start in the role at the authority", required=True),
        _code("StartOrigin", codes.START_ORIGIN),
        _date("RoleEndDate", "leavers only", required=True),
        _code("LeaverDestination", codes.LEAVER_DESTINATION),
        _code("ReasonLeave", codes.REASON_LEAVE),
        _number("FTE30", "FTE on 30 September from 0 to 1; the base of the caseload"),
        _whole("Cases30", "cases held on 30 September"),
        _number("WorkingDaysLost", "days of sickness absence in the year"),
        _number("ContractWeeks", "length of an agency contract in weeks"),
        _code("FrontlineGrad", codes.YES_NO, note="graduate of Frontline"),
        _code("Absat30Sept", codes.YES_NO, note="absent on 30 September"),
        _code("ReasonAbsence", codes.REASON_ABSENCE),
        _code("CFKSSstatus", codes.CFKSS_STATUS, last_year=_LAST_2024, note="voluntary"),
        _pay("BaseSalary"),
        _pay("RRPayments"),
        _pay("OtherPayments"),
    ),
    key=("SWENo",),
    person="SWENo",
)

_LA_LEVEL = Table(
    "la_level",
    "What the authority returns as a whole",
    (
        _number("NumberOfVacancies", "FTE of vacancies on 30 September", required=True),
        _number("NoAgencyFTE", "FTE of agency workers who cover vacancies, not of all agency workers"),
        _whole("NoAgencyHeadcount", "agency workers who cover vacancies"),
        _offer("RecruitmentBonus"),
        _offer("RetentionBonus"),
        _offer("PerformanceAward"),
        _offer("CarAllowance"),
        _offer("RelocationPackage"),
        _offer("RegionalWeighting"),
        _offer("CostSWE"),
        _offer("CostDBS"),
        _text("OtherAllowances"),
    ),
    key=(),
    person="",
)

_AUTHORITY = Table(
    "authority",
    "Published figures of an authority and year",
    (
        _number("inpost_fte", "FTE in post on 30 September, without agency workers", required=True),
        _number("inpost_headcount", "persons in post on 30 September"),
        _number("starters_fte", "FTE of starters in the year"),
        _number("starters_headcount", "persons who started in the year"),
        _number("leavers_fte", "FTE of leavers in the year"),
        _number("leavers_headcount", "persons who left in the year"),
        _number("agency_fte", "FTE of agency workers on 30 September"),
        _number("agency_headcount", "agency workers on 30 September"),
        _number("agency_cover_fte", "FTE of agency workers who cover vacancies"),
        _number("vacancy_fte", "FTE of vacancies on 30 September"),
        _number("case_holders_fte", "FTE of workers with a case, agency workers among them"),
        _number("cases", "cases held on 30 September"),
        _number("working_days_lost_fte", "days of sickness absence in the year"),
    ),
    key=(),
    person="",
)

TABLES: dict[str, Table] = {table.name: table for table in (_WORKER, _LA_LEVEL, _AUTHORITY)}
"""The tables by name: two of the return, and the published figures for those without returns."""
