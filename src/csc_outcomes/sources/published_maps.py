"""Which publication prints which of our measures, in which rows and columns: declarations, nothing else.

A publication is recognised by the columns that its files must have and, where several publications share their
columns, by the names of rows that only one of them has. An entry says where a measure's figure stands, and where
its numerator and denominator do. Where a publication prints the parts of a measure and not the figure itself, the
entry has no value: a share that nobody published is not made up here.

Sources: the open data files of "Children looked after in England including adoptions", "Stability measures for
children looked after in England", "Characteristics of children in need", "Children's social work workforce" and
"Outcomes for children in need, including children looked after by local authorities in England" (Department for
Education, 2025), the "Local Authority Interactive Tool" (Department for Education, 2026), and indicator 90284 of
"Fingertips" (Office for Health Improvement and Disparities, 2025).
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum

from attrs import frozen


class Span(Enum):
    """The days that a published figure is about, counted from the year that its period ends in."""

    MARCH_DAY = "31 March"
    MARCH_YEAR = "year to 31 March"
    SEPTEMBER_DAY = "30 September"
    SEPTEMBER_YEAR = "year to 30 September"
    SCHOOL_YEAR = "school year, September to August"
    WINTER = "December to February"

    def days(self, year: int) -> tuple[date, date]:
        """First and last day, both included, of the span that ends in `year`."""
        march, september = date(year, 3, 31), date(year, 9, 30)
        return {
            Span.MARCH_DAY: (march, march),
            Span.MARCH_YEAR: (date(year - 1, 4, 1), march),
            Span.SEPTEMBER_DAY: (september, september),
            Span.SEPTEMBER_YEAR: (date(year - 1, 10, 1), september),
            Span.SCHOOL_YEAR: (date(year - 1, 9, 1), date(year, 8, 31)),
            Span.WINTER: (date(year - 1, 12, 1), date(year, 3, 1) - timedelta(days=1)),
        }[self]


@frozen
class Amount:
    """A number of a publication: the sum of columns over rows.

    Attributes:
        columns: columns that are added up.
        rows: names of rows that are added up, each in all its spellings; empty for a file without named rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()


@frozen
class Entry:
    """Where a publication prints one measure.

    Attributes:
        measure: id of the measure.
        span: what the figure is about.
        decimals: of the printed figure.
        value: the figure; None where only its parts are printed.
        numerator: None where it is not printed.
        denominator: likewise.
        where: columns and the name that a row must have in them; "" is a blank cell.
        parameters: `name=value` where the figure is not that of the measure's defaults.
        count: whether the figure is a number of children or referrals, which the rounding of counts applies to.
        step: to what the printed figure is a multiple of, where decimals do not say it.
    """

    measure: str
    span: Span
    decimals: int
    value: Amount | None = None
    numerator: Amount | None = None
    denominator: Amount | None = None
    where: tuple[tuple[str, str], ...] = ()
    parameters: str = ""
    count: bool = False
    step: float = 0


@frozen
class Publication:
    """A kind of published file.

    Attributes:
        title: publication and table.
        columns: columns by which a file is recognised; it may have others.
        entries: the measures in it.
        row: the column that names rows; "" where each place and period has one row.
        marks: names in the column `marked`, of which a file has at least one; they tell apart publications with
            the same columns.
        marked: the column of the marks.
        period: the column of the period.
        steps: what printed counts of authorities, and of regions and England, are rounded to; 1 is unrounded.
        note: a column that says that a row is about two authorities together.
        joined: what that column says, and the three-digit codes of the two.
    """

    title: str
    columns: tuple[str, ...]
    entries: tuple[Entry, ...]
    row: str = ""
    marks: tuple[str, ...] = ()
    marked: str = ""
    period: str = "time_period"
    steps: tuple[float, float] = (1, 10)
    note: str = ""
    joined: tuple[tuple[str, str], ...] = ()


def _share(
    measure: str,
    count: str,
    percent: str,
    row: str,
    of: str,
    span: Span = Span.MARCH_DAY,
    *,
    where: tuple[tuple[str, str], ...] = (),
    parameters: str = "",
) -> Entry:
    """A published percentage: one row's count of another row's count."""
    return Entry(
        measure, span, 0, Amount((percent,), ((row,),)), Amount((count,), ((row,),)), Amount((count,), ((of,),)),
        where, parameters,
    )  # fmt: skip


def _parts(
    measure: str,
    count: str,
    rows: tuple[tuple[str, ...], ...],
    of: tuple[tuple[str, ...], ...],
    span: Span,
    where: tuple[tuple[str, str], ...],
) -> Entry:
    """A share of which only the parts are published: rows of rows."""
    return Entry(measure, span, 0, None, Amount((count,), rows), Amount((count,), of) if of else None, where)


_CLA = "Children looked after in England including adoptions"
_CIN = "Characteristics of children in need"
_PLACE = ("time_period", "geographic_level", "old_la_code", "new_la_code")
DAY, YEAR = Span.MARCH_DAY, Span.MARCH_YEAR

# ---- children looked after ------------------------------------------------------------------------------


def _number_and_rate(number: str, rate: str, row: str, span: Span) -> tuple[Entry, Entry]:
    count, base = Amount(("children_count",), ((row,),)), Amount(("population_estimate",), ((row,),))
    return (
        Entry(number, span, 0, count, count, count=True),
        Entry(rate, span, 0, Amount(("rate_per_10000",), ((row,),)), count, base),
    )


NUMBERS = Publication(
    title=f"{_CLA}: numbers and rates",
    columns=(*_PLACE, "population_type", "population_estimate", "children_count", "rate_per_10000"),
    row="population_type",
    entries=(
        *_number_and_rate(
            "cla_stock_number", "cla_stock_rate_10k", "Children looked after on 31 March each year", DAY
        ),
        *_number_and_rate(
            "cla_starts_number", "cla_starts_rate_10k", "Children starting to be looked after each year", YEAR
        ),
        *_number_and_rate(
            "cla_ceased_number", "cla_ceased_rate_10k", "Children ceasing to be looked after each year", YEAR
        ),
    ),
)

_CHARACTERISTICS = (*_PLACE, "cla_group", "characteristic", "number", "percentage")
_PLACEMENT = (("cla_group", "Placement"),)
_HOMES = "Secure homes and children's homes"
_BY_DISTANCE = "Distance between home and placement"
_BY_BOTH = "Distance between home and placement and locality of placement"


def _characteristic(measure: str, group: str, row: str) -> Entry:
    return _share(measure, "number", "percentage", row, "Total", where=(("cla_group", group),))


ON_31_MARCH = Publication(
    title=f"{_CLA}: children looked after on 31 March by characteristics",
    columns=_CHARACTERISTICS,
    row="characteristic",
    marked="cla_group",
    marks=("Placement", "Age group", "Place providers", "Locality of placement", _BY_DISTANCE, _BY_BOTH),
    entries=(
        _characteristic("residential_share_dfe_pct", "Placement", _HOMES),
        _parts(
            "residential_share_all_pct", "number",
            ((_HOMES,), ("Residential schools",), ("Other residential settings",)), (("Total",),), DAY, _PLACEMENT,
        ),
        Entry(
            "residential_stock_number", DAY, 0, Amount(("number",), ((_HOMES,),)), Amount(("number",), ((_HOMES,),)),
            where=_PLACEMENT, parameters="residential=dfe", count=True,
        ),
        _characteristic(
            "semi_independent_share_pct", "Placement",
            "Independent and semi-independent living arrangements/supported accommodation",
        ),
        _characteristic("foster_share_pct", "Placement", "Foster placements"),
        _characteristic(
            "placed_inside_la_pct", "Locality of placement", "Placed inside the local authority boundary"
        ),
        _characteristic("placed_over_20_miles_pct", _BY_DISTANCE, "Placed more than 20 miles from home"),
        _characteristic(
            "placed_over_20_miles_out_la_pct", _BY_BOTH,
            "4. Placed outside the LA boundary, more than 20 miles from home",
        ),
        _parts(
            "cla_stock_excl_uasc_rate_10k", "number",
            (("Non-UASC", "Children excluding unaccompanied asylum-seeking children"),), (), DAY,
            (("cla_group", "Unaccompanied asylum-seeking children"),),
        ),
    ),
)  # fmt: skip

STARTED = Publication(
    title=f"{_CLA}: children starting to be looked after by characteristics",
    columns=_CHARACTERISTICS,
    row="characteristic",
    marked="cla_group",
    marks=("Age on starting", "Taken into care"),
    entries=(
        _parts(
            "cla_emergency_start_pct", "number",
            (("Police protection in LA accommodation",), ("Emergency protection order",)), (("Total",),), YEAR,
            (("cla_group", "Legal status"),),
        ),
    ),
)  # fmt: skip

_REASON = (("cla_group", "Reason episode ceased"),)
_HOME = "Returned home to live with parents or other person with parental responsibility which was"
_PLANNED = f"{_HOME} part of the care planning process"
_UNPLANNED = f"{_HOME} not part of the care planning process"
CEASED = Publication(
    title=f"{_CLA}: children ceasing to be looked after by characteristics",
    columns=_CHARACTERISTICS,
    row="characteristic",
    marked="cla_group",
    marks=("Reason episode ceased", "Age on ceasing"),
    entries=(
        _parts(
            "return_home_share_leavers_pct",
            "number",
            ((_PLANNED,), (_UNPLANNED,)),
            (("Total",),),
            YEAR,
            _REASON,
        ),
        _parts(
            "return_home_planned_share_pct",
            "number",
            ((_PLANNED,),),
            ((_PLANNED,), (_UNPLANNED,)),
            YEAR,
            _REASON,
        ),
    ),
)


def _stable(measure: str, group: str, row: str) -> Entry:
    return _share(
        measure, "children_count", "children_percent", row, "Total children", where=(("cla_group", group),)
    )


STABILITY = Publication(
    title=f"{_CLA}: placement stability",
    columns=(*_PLACE, "cla_group", "placement_stability", "children_count", "children_percent"),
    row="placement_stability",
    entries=(
        _stable("placements_3plus_pct", "CLA on 31 March", "With 3 or more placements during the year"),
        _stable(
            "placements_3plus_2yr_pct",
            "CLA 2 years on 31 March",
            "With 3 or more placements during the previous 2 years",
        ),
        _stable(
            "same_placement_2yr_pct",
            "Children looked after continuously for at least 2.5 years on 31 March aged under 16 years",
            "Living with the same carer for at least 2 years",
        ),
    ),
)

_BREAKDOWN = (*_PLACE, "characteristic", "breakdown", "children_count", "children_percent")
_LOCATION = "Location of new placements during the year"
NEW_PLACEMENTS = Publication(
    title=f"{_CLA}: new placements in the year",
    columns=_BREAKDOWN,
    row="breakdown",
    marked="characteristic",
    marks=(_LOCATION, "Reason for placement change during the year"),
    entries=(
        _parts(
            "new_placements_inside_la_pct", "children_count",
            (
                ("Placed inside LA boundary less than 20 miles from home",),
                ("Placed inside LA boundary more than 20 miles from home",),
            ),
            (("Total new placements",),), YEAR, (("characteristic", _LOCATION),),
        ),
    ),
)  # fmt: skip

_SCORED = "Ages 5 to 16 years with SDQ score"
_HEALTH = "Health assessments: Children looked after all ages"
_CONVICTIONS = "Convictions: Children looked after Ages 10 to 17 years"
_DEVELOPMENT = "Development assessments: Children looked after ages 0 to 4 years"
_MISUSE = "Substance misuse: Children looked after all ages"


def _outcome(measure: str, group: str, row: str, of: str) -> Entry:
    where = (("characteristic", group),)
    return _share(measure, "children_count", "children_percent", row, of, YEAR, where=where)


OUTCOMES = Publication(
    title=f"{_CLA}: convictions, health and strengths and difficulties",
    columns=_BREAKDOWN,
    row="breakdown",
    marked="characteristic",
    marks=(_SCORED, _HEALTH, _CONVICTIONS, _DEVELOPMENT, _MISUSE),
    entries=(
        _outcome(
            "cla_convicted_pct", _CONVICTIONS,
            "Convicted or subject to youth cautions, or youth conditional cautions during the year",
            "Total ages 10 to 17 years",
        ),
        # The average stands in the column of counts; the number of scores is its denominator.
        Entry(
            "sdq_mean", YEAR, 1, Amount(("children_count",), (("SDQ average score",),)),
            denominator=Amount(("children_count",), (("SDQ score was received",),)),
            where=(("characteristic", _SCORED),),
        ),
        _outcome("sdq_concern_pct", _SCORED, "SDQ score is a cause for concern", "SDQ score was received"),
        _outcome("sdq_coverage_pct", _SCORED, "SDQ score was received", "Total ages 5 to 16 years"),
        _outcome(
            "cla_health_assessment_pct", _HEALTH, "Had their annual health assessment", "Total all ages"
        ),
        _outcome("cla_dental_check_pct", _HEALTH, "Had their teeth checked by a dentist", "Total all ages"),
        _outcome("cla_immunised_pct", _HEALTH, "Had their immunisations up to date", "Total all ages"),
        _outcome(
            "cla_development_assessment_pct", _DEVELOPMENT, "Development assessments up to date",
            "Total ages 0 to 4 years",
        ),
        _outcome(
            "cla_substance_misuse_pct", _MISUSE, "Identified as having a substance misuse problem", "Total all ages"
        ),
    ),
)  # fmt: skip

_CARE_LEAVERS = (*_PLACE, "care_leaver_age", "breakdown", "care_leaver_count", "care_leaver_percent")
_IN_EET = "Total in education, employment or training"


def _leavers(measure: str, age: str, row: str, of: str, parameters: str = "") -> Entry:
    where = (("care_leaver_age", f"{age} years"),)
    count, percent = "care_leaver_count", "care_leaver_percent"
    return _share(measure, count, percent, row, of, YEAR, where=where, parameters=parameters)


ACTIVITY = Publication(
    title=f"{_CLA}: care leavers by activity",
    columns=_CARE_LEAVERS,
    row="breakdown",
    marked="breakdown",
    marks=(_IN_EET, "Total not in education, employment or training"),
    entries=(
        _leavers("care_leaver_eet_17_18_pct", "17 to 18", _IN_EET, "Total"),
        _leavers("care_leaver_eet_19_21_pct", "19 to 21", _IN_EET, "Total"),
        _leavers(
            "care_leaver_neet_19_21_pct",
            "19 to 21",
            "Total not in education, employment or training",
            "Total",
        ),
    ),
)

_SUITABLE = "Accommodation considered suitable"
ACCOMMODATION = Publication(
    title=f"{_CLA}: care leavers by suitability of accommodation",
    columns=_CARE_LEAVERS,
    row="breakdown",
    marked="breakdown",
    marks=(_SUITABLE, "Suitability total"),
    entries=(
        _leavers("care_leaver_suitable_accom_pct", "17 to 18", _SUITABLE, "Suitability total", "ages=17-18"),
        _leavers("care_leaver_suitable_accom_pct", "19 to 21", _SUITABLE, "Suitability total", "ages=19-21"),
    ),
)

SCHOOL_MOVES = Publication(
    title="Stability measures for children looked after in England: school moves",
    columns=(*_PLACE, "cla_group", "move_measure", "school_stability", "number", "percentage"),
    row="school_stability",
    entries=(
        _share(
            "school_midyear_move_pct", "number", "percentage",
            "With one or more mid-year moves during the year", "Total children",
            where=(("cla_group", "CLA on 31 March"), ("move_measure", "Mid-year moves")),
        ),
    ),
)  # fmt: skip

SOCIAL_WORKERS = Publication(
    title="Stability measures for children looked after in England: social workers",
    columns=(*_PLACE, "cla_group", "sw_stability", "number", "percentage"),
    row="sw_stability",
    entries=(
        _share(
            "social_workers_3plus_pct", "number", "percentage",
            "3 or more social workers during the year", "Total children", where=(("cla_group", "CLA on 31 March"),),
        ),
    ),
)  # fmt: skip

# ---- children in need -----------------------------------------------------------------------------------


def _columns(
    measure: str, span: Span, decimals: int, value: str, numerator: str | None, *denominator: str
) -> Entry:
    """A figure whose parts stand in columns of its own row; several columns of the denominator are added."""
    return Entry(
        measure, span, decimals, Amount((value,)) if value else None,
        Amount((numerator,)) if numerator else None, Amount(denominator) if denominator else None,
    )  # fmt: skip


REFERRALS = Publication(
    title=f"{_CIN}: C1 referrals and re-referrals",
    columns=(
        *_PLACE, "referral_count", "rereferral_count", "rereferral_percent", "referral_child_count",
        "rereferral_child_count", "rereferral_child_percent",
    ),
    entries=(
        Entry(
            "rereferral_number", YEAR, 0, Amount(("rereferral_count",)), Amount(("rereferral_count",)), count=True
        ),
        _columns("rereferral_pct", YEAR, 1, "rereferral_percent", "rereferral_count", "referral_count"),
        _columns(
            "rereferral_child_pct", YEAR, 1, "rereferral_child_percent", "rereferral_child_count",
            "referral_child_count",
        ),
        _columns("referral_rate_10k", YEAR, 1, "", "referral_count"),
    ),
)  # fmt: skip

REPEAT_PLANS = Publication(
    title=f"{_CIN}: D3 second or subsequent child protection plans",
    columns=(*_PLACE, "CPP_start", "CPP_subsequent", "CPP_subsequent_percent"),
    entries=(
        _columns("cpp_subsequent_pct", YEAR, 1, "CPP_subsequent_percent", "CPP_subsequent", "CPP_start"),
    ),
)

_ASSESSED = "Episodes_with_assessment_factor"
FACTORS = Publication(
    title=f"{_CIN}: C3 factors identified at the end of assessment",
    columns=(
        *_PLACE, _ASSESSED, "Gangs", "Going_missing", "Child_sexual_exploitation", "Child_criminal_exploitation"
    ),
    entries=(
        _columns("gang_factor_assessment_pct", YEAR, 1, "", "Gangs", _ASSESSED),
        _columns("cce_factor_assessment_pct", YEAR, 1, "", "Child_criminal_exploitation", _ASSESSED),
        _columns("missing_factor_assessment_pct", YEAR, 1, "", "Going_missing", _ASSESSED),
        _columns("cse_factor_assessment_pct", YEAR, 1, "", "Child_sexual_exploitation", _ASSESSED),
    ),
)  # fmt: skip

# ---- workforce, school, health --------------------------------------------------------------------------

_CENSUS, _CENSUS_YEAR = Span.SEPTEMBER_DAY, Span.SEPTEMBER_YEAR
WORKFORCE = Publication(
    title="Children's social work workforce",
    columns=(
        *_PLACE, "inpost_fte", "starters_fte", "leavers_fte", "turnover_rate_fte", "agency_fte", "agency_rate_fte",
        "agency_cover_fte", "vacancy_fte", "vacancy_rate_fte", "vacancy_agency_cover_rate_fte", "case_holders_fte",
        "cases", "caseload_fte", "working_days_lost_fte", "absence_rate_fte",
    ),
    # Full-time equivalents are printed with one decimal, at every level.
    steps=(0.1, 0.1),
    entries=(
        _columns("avg_caseload_fte", _CENSUS, 1, "caseload_fte", "cases", "case_holders_fte"),
        _columns("cases_per_all_fte", _CENSUS, 1, "", "cases", "inpost_fte", "agency_fte"),
        _columns("vacancy_rate_fte_pct", _CENSUS, 1, "vacancy_rate_fte", "vacancy_fte", "vacancy_fte", "inpost_fte"),
        _columns("turnover_rate_fte_pct", _CENSUS_YEAR, 1, "turnover_rate_fte", "leavers_fte", "inpost_fte"),
        _columns("agency_rate_fte_pct", _CENSUS, 1, "agency_rate_fte", "agency_fte", "agency_fte", "inpost_fte"),
        _columns(
            "vacancy_agency_cover_pct", _CENSUS, 1, "vacancy_agency_cover_rate_fte", "agency_cover_fte", "vacancy_fte"
        ),
        _columns("starters_rate_fte_pct", _CENSUS_YEAR, 1, "", "starters_fte", "inpost_fte"),
        # The working days of the year, the other factor of the denominator, are not published.
        _columns("sickness_absence_rate_pct", _CENSUS_YEAR, 1, "absence_rate_fte", "working_days_lost_fte"),
    ),
)  # fmt: skip

_ONE_YEAR_IN_CARE = (("social_care_group", "CLA 12 months at 31 March"),)


def _absence(measure: str, value: str, numerator: str, denominator: str) -> Entry:
    return Entry(
        measure,
        Span.SCHOOL_YEAR,
        1,
        Amount((value,)),
        Amount((numerator,)),
        Amount((denominator,)),
        _ONE_YEAR_IN_CARE,
    )


ABSENCE = Publication(
    title="Outcomes for children in need, including children looked after: absence",
    columns=(
        *_PLACE, "social_care_group", "t_pupils", "t_sess_possible", "t_sess_overall", "pt_overall",
        "t_sess_unauthorised", "pt_sess_unauthorised", "t_pupils_pa_10_exact", "pt_pupils_pa_10_exact",
    ),
    entries=(
        _absence("unauthorised_absence_pct", "pt_sess_unauthorised", "t_sess_unauthorised", "t_sess_possible"),
        _absence("overall_absence_pct", "pt_overall", "t_sess_overall", "t_sess_possible"),
        _absence("persistent_absence_pct", "pt_pupils_pa_10_exact", "t_pupils_pa_10_exact", "t_pupils"),
    ),
)  # fmt: skip

_INJURIES = "Fingertips, indicator 90284: hospital admissions caused by injuries, ages 0 to 14"
_COMBINED = (
    ("Value for Hackney and City of London combined", "201 / 204"),
    ("Value for Cornwall and Isles of Scilly combined", "420 / 908"),
)
INJURIES = Publication(
    # Printed with 5 decimals or more; the fifth has now and then been rounded twice.
    title=_INJURIES,
    columns=(*_PLACE, "count", "denominator", "value", "lower95", "upper95", "value_note"),
    steps=(5, 5),
    note="value_note",
    joined=_COMBINED,
    entries=(_columns("injury_admissions_0_14_rate_10k", YEAR, 5, "value", "count", "denominator"),),
)
FINGERTIPS_INJURIES = Publication(
    title=f"{_INJURIES} (as downloaded)",
    columns=(
        "Indicator ID", "Area Code", "Area Type", "Sex", "Category", "Time period", "Value", "Count", "Denominator",
        "Value note",
    ),
    marked="Indicator ID",
    marks=("90284",),
    period="Time period",
    steps=(5, 5),
    note="Value note",
    joined=_COMBINED,
    entries=(
        Entry(
            "injury_admissions_0_14_rate_10k", YEAR, 5, Amount(("Value",)), Amount(("Count",)),
            Amount(("Denominator",)), (("Indicator ID", "90284"), ("Sex", "Persons"), ("Category", "")),
        ),
    ),
)  # fmt: skip

# ---- the interactive tool -------------------------------------------------------------------------------


def _tool(
    measure: str, name: str, span: Span, decimals: int = 0, *, parameters: str = "", step: float = 0
) -> Entry:
    """A series of the long file; it prints figures without their parts."""
    where = (("measure", name),)
    return Entry(measure, span, decimals, Amount(("value",)), where=where, parameters=parameters, step=step)


def _tool_count(measure: str, name: str, span: Span) -> Entry:
    return Entry(
        measure, span, 0, Amount(("value",)), Amount(("value",)), where=(("measure", name),), count=True
    )


TOOL = Publication(
    title="Local Authority Interactive Tool",
    columns=("measure", "year", "area", "la_code", "value"),
    period="year",
    entries=(
        _tool_count("cla_stock_number", "LACnum", DAY),
        _tool("cla_stock_rate_10k", "LAC", DAY),
        _tool_count("cla_starts_number", "LACnum_Start", YEAR),
        _tool("cla_starts_rate_10k", "LAC_Start_Rate", YEAR),
        _tool_count("cla_ceased_number", "LACceased", YEAR),
        _tool("cla_ceased_rate_10k", "LAC_Cease_Rate", YEAR),
        _tool("rereferral_pct", "ReReferral", YEAR, 1),
        _tool("referral_rate_10k", "CPP_Total_Rateper10,000", YEAR, 1),
        _tool("cpp_subsequent_pct", "PrevRegCPR", YEAR, 1),
        _tool("residential_share_dfe_pct", "LAC_SecHome_And_ChildHome", DAY),
        _tool("semi_independent_share_pct", "LAC_Ind_SInd_Liv_Arr", DAY),
        _tool("foster_share_pct", "LAC_Foster_Placements", DAY),
        _tool("placed_over_20_miles_out_la_pct", "LACDistance", DAY),
        _tool("placements_3plus_pct", "LACStable_2016on", DAY),
        _tool("same_placement_2yr_pct", "LAC_LongStable%", DAY),
        _tool("social_workers_3plus_pct", "Stability_SocialWorker", DAY),
        _tool("school_midyear_move_pct", "Stability_School", DAY),
        _tool("cla_convicted_pct", "LAC_Convictions", YEAR),
        _tool("cautioned_or_sentenced_rate_10k", "YJS_Caution-Sentence10-17_YO", YEAR, 1),
        _tool("care_leaver_suitable_accom_pct", "CareLeaverAcc", YEAR, parameters="ages=19-21"),
        _tool("missing_children_pct", "Children_missing", YEAR),
        _tool("away_children_pct", "Children_Away", YEAR),
        _tool("injury_admissions_0_14_rate_10k", "HospAd0-14", YEAR, 2),
        _tool("mh_inpatient_admission_rate_100k", "CMH_0-17yrs", YEAR, 2),
        _tool("unauthorised_absence_pct", "LAC_Unauth", Span.SCHOOL_YEAR, 1),
        _tool("overall_absence_pct", "LAC_Over_Abs", Span.SCHOOL_YEAR, 1),
        _tool("persistent_absence_pct", "LAC_Pers_Abs", Span.SCHOOL_YEAR, 1),
        _tool("care_leaver_eet_19_21_pct", "CareLeaverEET", YEAR),
        _tool("care_leaver_neet_19_21_pct", "CareLeaversNEET", YEAR),
        _tool("neet_16_17_pct", "16-17 NEET", Span.WINTER, 1),
        _tool("avg_caseload_fte", "Work_Force_AvgNumCase_SW", _CENSUS, 1),
        _tool("vacancy_rate_fte_pct", "Work_Force_Vac_Rate", _CENSUS, 1),
        _tool("turnover_rate_fte_pct", "Work_Force_TO_Rate", _CENSUS_YEAR, 1),
        _tool("agency_rate_fte_pct", "Work_Force_Agecy_Rate", _CENSUS, 1),
        _tool("vacancy_agency_cover_pct", "Vacancies_cover", _CENSUS, 1),
        _tool("sickness_absence_rate_pct", "Work_Force_SWAbsence", _CENSUS_YEAR, 1),
        _tool("cla_weekly_unit_cost", "LACFinance", YEAR, step=5),
        _tool("sdq_mean", "Emotional_LAC", YEAR, 1),
        _tool("cla_health_assessment_pct", "LACHealth%", YEAR),
        _tool("cla_dental_check_pct", "LACDental%", YEAR),
        _tool("cla_immunised_pct", "LACVaccinations%", YEAR),
        _tool("cla_substance_misuse_pct", "LACSubstance", YEAR),
    ),
)

PUBLICATIONS: tuple[Publication, ...] = (
    NUMBERS, ON_31_MARCH, STARTED, CEASED, STABILITY, NEW_PLACEMENTS, OUTCOMES, ACTIVITY, ACCOMMODATION,
    SCHOOL_MOVES, SOCIAL_WORKERS, REFERRALS, REPEAT_PLANS, FACTORS, WORKFORCE, ABSENCE, INJURIES,
    FINGERTIPS_INJURIES, TOOL,
)  # fmt: skip

NOT_MAPPED: dict[str, str] = {
    "cla_any_in_year_number": "stands in the table on missing children, whose layout was not seen",
    "return_home_days_mean": "published for England only, for all reasons of leaving together",
    "return_home_days_median": "published for England only, for all reasons of leaving together",
    "return_home_reentry_pct": "a study, not a publication by authority",
    "residential_share_seed_pct": "today's groups add up to it and to independent living",
    "residential_rate_10k": "not published; its parts stand in two publications",
    "foster_out_la_number": "national tables only, not by authority",
    "foster_out_la_pct": "a figure of the release of 2015, for England only",
    "first_time_entrants_rate_100k": (
        "the interactive tool's series FirstYJS has rows of England that cannot be rates per 100,000 of the same kind"
    ),
    "care_leaver_homeless_pct": "stands in the table of accommodation types, whose layout was not seen",
    "missing_children_number": "stands in the table on missing children, whose layout was not seen",
    "missing_incidents_number": "stands in the table on missing children, whose layout was not seen",
    "missing_incidents_per_missing_child": "stands in the table on missing children, whose layout was not seen",
    "ae_attendances_number": "published with other units and other ages",
    "homeless_yp_number": "published for households, another unit",
    "foster_carer_net_change": "published as places, another unit",
}
"""Measures for which the catalogue names a publication, and why none of its files answers for them."""
