"""Outcome 18 of the 2017 checklist: physical health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Parameter, When
from csc_outcomes.indicators import oc2
from csc_outcomes.indicators import questionnaires as asked
from csc_outcomes.indicators.common import DFE_CLA, DFE_GUIDE, LAIT
from csc_outcomes.instruments.ghq import GOLDBERG_1988

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Cases, Tables, WindowDates

UNDER_FIVE = (0, 4)


def health_assessment(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select children in care for twelve months; numerator those whose health was assessed."""
    return oc2.flagged(tables, window, parameters, "HEALTH_ASSESSMENT")


def dental_check(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select children in care for twelve months; numerator those whose teeth were checked."""
    return oc2.flagged(tables, window, parameters, "TEETH_CHECK")


def immunised(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select children in care for twelve months; numerator those whose immunisations are up to date."""
    return oc2.flagged(tables, window, parameters, "IMMUNISATIONS")


def development_assessment(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select children under five in care for twelve months; numerator those with checks up to date."""
    return oc2.flagged(tables, window, parameters, "HEALTH_CHECK", UNDER_FIVE)


def substance_misuse(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select children in care for twelve months; numerator those with a substance misuse problem."""
    return oc2.flagged(tables, window, parameters, "SUBSTANCE_MISUSE")


_ALL_AGES = oc2.population("Children of all ages")
_ADULTS = "Young people of 18 or over on 31 March count and their number is reported."
_CHECK_RISE = "Better planning of care; or records entered more completely or earlier."
_CHECK_FALL = "Gaps in services, or refusals (recorded as not done); or records entered late."

GHQ12 = asked.Questionnaire("ghq12", ranges={"likert": (0, 36), "ghq": (0, 12)}, told_by="scoring")
_SCORING = Parameter(
    "scoring",
    "How answers become points; scores made in two ways are never mixed.",
    choices=("likert", "ghq"),
)

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="cla_health_assessment_pct",
        label="Looked-after children who had their annual health assessment",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc2.NEEDS,
        select=health_assessment,
        numerator="Children of the denominator whose OC2 row has HEALTH_ASSESSMENT = 1.",
        denominator=_ALL_AGES,
        formula="Numerator / denominator x 100.",
        edges=(
            f"{oc2.BLANK_IS_MISSING} {_ADULTS} Children under five need two assessments in the year; the "
            "return's flag already says so."
        ),
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: annual health assessment, England 2025: "
            "52,580 of 58,530, 90%. Local authority interactive tool: 3 LACHealth% (high is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(oc2.OC2_RULE,),
        lookback_months=12,
        direction=Direction.HIGHER,
        rise=_CHECK_RISE,
        fall=_CHECK_FALL,
    ),
    Measure(
        id="cla_dental_check_pct",
        label="Looked-after children whose teeth were checked by a dentist",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc2.NEEDS,
        select=dental_check,
        numerator="Children of the denominator whose OC2 row has TEETH_CHECK = 1.",
        denominator=_ALL_AGES,
        formula="Numerator / denominator x 100.",
        edges=f"{oc2.BLANK_IS_MISSING} {_ADULTS}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: dental check, England 2025: 47,320 of "
            "58,530, 81%. Local authority interactive tool: 3 LACDental% (high is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(oc2.OC2_RULE,),
        lookback_months=12,
        direction=Direction.HIGHER,
        rise=_CHECK_RISE,
        fall=_CHECK_FALL,
    ),
    Measure(
        id="cla_immunised_pct",
        label="Looked-after children whose immunisations are up to date",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc2.NEEDS,
        select=immunised,
        numerator="Children of the denominator whose OC2 row has IMMUNISATIONS = 1.",
        denominator=_ALL_AGES,
        formula="Numerator / denominator x 100.",
        edges=f"{oc2.BLANK_IS_MISSING} {_ADULTS}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: immunisations up to date, England 2025: "
            "49,160 of 58,530, 84%. Local authority interactive tool: 3 LACVaccinations% (high is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(oc2.OC2_RULE,),
        lookback_months=12,
        direction=Direction.HIGHER,
        rise=_CHECK_RISE,
        fall=_CHECK_FALL,
    ),
    Measure(
        id="cla_development_assessment_pct",
        label="Looked-after children under five whose development assessments are up to date",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc2.NEEDS,
        select=development_assessment,
        numerator="Children of the denominator whose OC2 row has HEALTH_CHECK = 1.",
        denominator=oc2.population("Children aged 0 to 4 on 31 March"),
        formula="Numerator / denominator x 100.",
        edges=f"{oc2.BLANK_IS_MISSING} A child of unknown age is excluded and counted.",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: development assessments up to date, "
            "England 2025: 5,580 of 6,360, 88%."
        ),
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(oc2.OC2_RULE,),
        lookback_months=12,
        direction=Direction.HIGHER,
        rise=_CHECK_RISE,
        fall=_CHECK_FALL,
    ),
    Measure(
        id="cla_substance_misuse_pct",
        label="Looked-after children identified with a substance misuse problem",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc2.NEEDS,
        select=substance_misuse,
        numerator=(
            "Children of the denominator whose OC2 row has SUBSTANCE_MISUSE = 1. Tobacco does not count."
        ),
        denominator=_ALL_AGES,
        formula="Numerator / denominator x 100.",
        edges=(
            f"{oc2.BLANK_IS_MISSING} {_ADULTS} Shares of interventions received or refused would have the "
            "children with a problem as denominator."
        ),
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: substance misuse problem, England 2025: "
            "1,780 of 58,530, 3%. Local authority interactive tool: 239 LACSubstance (low is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(oc2.OC2_RULE,),
        lookback_months=12,
        direction=Direction.LOWER,
        rise="More young people with a problem; or screening improved and finds more of them.",
        fall="Fewer young people with a problem; or they are asked less.",
    ),
    Measure(
        id="ghq12_mean",
        label="General Health Questionnaire with 12 items: mean score",
        **asked.mean_of(GHQ12),
        numerator="Sum of the scores of the denominator.",
        denominator="People with a valid score, scored in the way asked for, dated in the window.",
        formula=f"{asked.MEAN_FORMULA} A lower score is better. No share above a threshold is given: thresholds differ "
        "by setting.",
        edges=(
            "A screen for mental distress, filed under physical health by the checklist. Two ways of scoring, never "
            "mixed: 'likert' adds up the answers 0 to 3 (0 to 36); 'ghq' counts the two worse answers as 1 (0 to 12). "
            "A row that does not say how it was scored is in no figure. Any unanswered item leaves the score missing. "
            f"{asked.MEAN_EDGES}"
        ),
        references=(GOLDBERG_1988,),
        parameters=(_SCORING, asked.INFORMANT, asked.FORM, asked.ARM_ASKED),
        direction=Direction.LOWER,
        rise="More distress; or the most distressed now answer.",
        fall="Less distress; or the most distressed no longer answer.",
    ),
)

PHYSICAL_HEALTH = Indicator(
    number=18,
    name="physical_health",
    title="Improving young people's physical health",
    definition=(
        "Physical health is better, health services are used more, and risky behaviour is less common."
    ),
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for more health checks, and for less distress and less misuse of substances."
    ),
    rise=(
        "For checks, better planning of care, or records entered late; for misuse of substances, more "
        "of it, or better screening."
    ),
    fall=(
        "For checks, gaps in services, or refusals, which are recorded as not done; for misuse of "
        "substances, a real fall, or nobody asking."
    ),
    unintended_consequences=(
        "Counts of checks reward process. Older children may refuse, and their consent matters."
    ),
    data_quality=(
        "The national return covers only children looked after for 12 months. A refusal counts as not "
        "received. The checklist files a scale of mental distress, the General Health Questionnaire, "
        "under physical health; it is kept here, and belongs to outcome 17 as well."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes. Ofsted's inspection data (Annex A): list 8, last health assessment and "
        "last dental check. Hertfordshire's Family Safeguarding indicators: emergency hospital "
        "admissions and misuse of substances."
    ),
    measures=MEASURES,
)
