"""Outcome 7 of the 2017 checklist: youth crime."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Parameters, Reference, When
from csc_outcomes.indicators import external, local, oc2
from csc_outcomes.indicators.common import DFE_CLA, DFE_GUIDE, LAIT

if TYPE_CHECKING:
    from csc_outcomes.engine.cases import Cases, Tables, WindowDates

AGES = (10, 17)
"""From the age of criminal responsibility to the last year of childhood."""

ARREST, VICTIM = "arrest", "victim"

YOUTH_JUSTICE = Reference("Youth justice statistics", "Youth Justice Board and Ministry of Justice", "2025")


def convicted(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select children of 10 to 17 in care for twelve months; numerator those convicted or cautioned."""
    return oc2.flagged(tables, window, parameters, "CONVICTED", AGES)


def arrested(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select young people arrested in the window, one row each."""
    arrests = local.events_in(tables, window, ARREST)
    return local.persons_number(tables, window, parameters, arrests, ARREST)


def arrested_share(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select young people of the cohort; numerator those arrested in the window."""
    arrests = local.events_in(tables, window, ARREST)
    return local.persons_share(tables, window, parameters, arrests, ARREST)


def victims(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select young people recorded as victims in the window, or all of the cohort; numerator the victims."""
    low, high = AGES
    aged = Parameters({**parameters.values, "min_age": low, "max_age": high})
    rows = local.events_in(tables, window, VICTIM)
    if parameters.base == local.RESIDENTS:
        return local.persons_number(tables, window, aged, rows, VICTIM)
    return local.persons_share(tables, window, aged, rows, VICTIM)


MEASURES: tuple[Measure, ...] = (
    Measure(
        id="cla_convicted_pct",
        label="Looked-after children aged 10 to 17 convicted or cautioned in the year",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc2.NEEDS,
        select=convicted,
        numerator="Children of the denominator whose OC2 row has CONVICTED = 1.",
        denominator=oc2.population("Children aged 10 to 17 on 31 March"),
        formula="Numerator / denominator x 100.",
        edges=f"{oc2.BLANK_IS_MISSING} A child of unknown age is excluded and counted.",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: convictions, England 2025: 800 of 40,990, "
            "2%. Local authority interactive tool: 202 LAC_Convictions (low is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(oc2.OC2_RULE,),
        lookback_months=12,
        direction=Direction.LOWER,
        rise="More offending, more policing, better recording, or fewer informal disposals.",
        fall="Less offending; or more diversion, fewer officers, or convictions not known to the authority.",
    ),
    Measure(
        id="yp_arrested_number",
        label="Young people arrested (number)",
        kind=Kind.COUNT,
        unit="child",
        when=When.PERIOD,
        needs=(local.EVENTS,),
        uses=local.USES,
        select=arrested,
        says=partial(local.says_events, kinds=(ARREST,)),
        numerator=(
            "Young people with at least one event arrest that starts in the window at age 10 to 17 (min_age, "
            "max_age): members of the cohort on a day on which they are observed, or residents (parameter base)."
        ),
        denominator="None.",
        formula="Each person counts once, however often arrested.",
        edges=(
            f"{local.EDGES} Age is that on the day of the arrest. Arrests by another police force are missing "
            "unless the extract holds them. Persons are never annualised."
        ),
        basis=Basis.LOCAL,
        parameters=(local.base_parameter(), *local.age_parameters(*AGES), local.ARM_PARAMETER),
    ),
    Measure(
        id="yp_arrested_pct",
        label="Young people arrested (proportion)",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=(local.EVENTS, local.MEMBERS),
        uses=local.USES,
        select=arrested_share,
        says=partial(local.says_events, kinds=(ARREST,), members_needed=True),
        numerator=(
            "Members of the denominator with at least one event arrest in the window, on a day on which they "
            "are observed and aged 10 to 17 (min_age, max_age)."
        ),
        denominator=local.MEMBERS_OF_AGE.format("10 to 17"),
        formula="Numerator / denominator x 100.",
        edges=(
            f"{local.EDGES} Members who were observed for part of the window count as one each: compare "
            "windows and groups that were observed for equally long."
        ),
        basis=Basis.LOCAL,
        parameters=(*local.age_parameters(*AGES), local.ARM_PARAMETER),
    ),
    Measure(
        id="yp_victim_rate",
        label="Young people recorded as victims of crime",
        kind=Kind.RATE,
        unit="per_1_000",
        per=1000,
        over="child",
        when=When.PERIOD,
        needs=(local.EVENTS,),
        uses=local.USES,
        select=victims,
        says=partial(local.says_events, kinds=(VICTIM,)),
        numerator=(
            "Young people with at least one event victim that starts in the window at age 10 to 17: residents, "
            "or members of the cohort on a day on which they are observed (parameter base)."
        ),
        denominator=(
            "Residents aged 10 to 17 at the mid-year estimate; with base cohort, members of the cohort observed "
            "on at least one day of the window at such an age."
        ),
        formula="Numerator / denominator x 1,000.",
        edges=(
            f"{local.EDGES} Victims are never added to those arrested: one may be the other. Persons are never "
            "annualised, so windows of different length cannot be compared."
        ),
        basis=Basis.LOCAL,
        parameters=(local.base_parameter(local.RESIDENTS), local.ARM_PARAMETER),
        population="10-17",
        resident_when=("base", local.RESIDENTS),
        rise="More victims; or more trust in the police, and better recording.",
        fall="Fewer victims; or young people who do not report.",
    ),
    Measure(
        id="first_time_entrants_rate_100k",
        label="First-time entrants to the youth justice system",
        kind=Kind.RATE,
        unit="per_100_000",
        per=100_000,
        over="child",
        when=When.PERIOD,
        needs=external.NEEDS,
        select=partial(external.figure, measure="first_time_entrants_rate_100k"),
        says=partial(external.says, measure="first_time_entrants_rate_100k"),
        numerator=f"Children with a first caution or conviction in the period, as published. {external.ROW}",
        denominator="Residents aged 10 to 17 at the mid-year estimate, as published in the same row.",
        formula="Numerator / denominator x 100,000.",
        edges=f"{external.EDGES} Rests on the police national computer and on home addresses.",
        basis=Basis.EXTERNAL,
        published="Youth justice statistics. Local authority interactive tool: 111 FirstYJS (low is better).",
        references=(YOUTH_JUSTICE, LAIT),
        fractional=True,
        cohort_windows=False,
        direction=Direction.LOWER,
    ),
    Measure(
        id="cautioned_or_sentenced_rate_10k",
        label="Children cautioned or sentenced",
        kind=Kind.RATE,
        unit="per_10_000",
        per=10_000,
        over="child",
        when=When.PERIOD,
        needs=external.NEEDS,
        select=partial(external.figure, measure="cautioned_or_sentenced_rate_10k"),
        says=partial(external.says, measure="cautioned_or_sentenced_rate_10k"),
        numerator=f"Children cautioned or sentenced in the year, as published. {external.ROW}",
        denominator="Residents aged 10 to 17 at the mid-year estimate, as published in the same row.",
        formula="Numerator / denominator x 10,000.",
        edges=f"{external.EDGES} A child counts once for each youth justice service.",
        basis=Basis.EXTERNAL,
        published=(
            "Youth justice statistics. Local authority interactive tool: 394 YJS_Caution-Sentence10-17_YO (low "
            "is better)."
        ),
        references=(YOUTH_JUSTICE, LAIT),
        fractional=True,
        cohort_windows=False,
        direction=Direction.LOWER,
    ),
)

YOUTH_CRIME = Indicator(
    number=7,
    name="youth_crime",
    title="Reducing youth crime",
    definition=(
        "Fewer young people come to the youth justice system, as perpetrators or as victims, and there "
        "is less anti-social behaviour."
    ),
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for less youth crime.",
    rise=(
        "More offending, more policing, better recording, or a changed policy of diverting young people "
        "from court."
    ),
    fall=(
        "Less offending; but also diversion through community resolutions, fewer police officers, or "
        "victims who do not report."
    ),
    unintended_consequences=(
        "Children in care may be criminalised when residential staff call the police. Counts of victims "
        "may rise as trust grows."
    ),
    data_quality=(
        "Arrests come from local police extracts, in which ages and residence vary. Home addresses of "
        "first-time entrants to the justice system are partly estimated. The national return covers "
        "only children who were in care for 12 months."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 2, children and young people are safe in "
        "and outside of their homes. Hertfordshire's Family Safeguarding indicators: police "
        "involvement."
    ),
    measures=MEASURES,
)
