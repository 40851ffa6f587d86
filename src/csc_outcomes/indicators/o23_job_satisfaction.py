"""Outcome 23 of the 2017 checklist: job satisfaction of the workforce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Parameter, When
from csc_outcomes.indicators import surveys
from csc_outcomes.indicators.questionnaires import ARM_ASKED
from csc_outcomes.sources.scores_tables import ROLES

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Cases, Tables, WindowDates

SATISFACTION = surveys.Question("job_satisfaction", 1, 5, scale_max=5, counts_from=4)
LEAVING = {
    "yes_no": surveys.Question("intention_to_leave", 0, 1, scale_max=1),
    "five_point": surveys.Question("intention_to_leave", 1, 5, scale_max=5, counts_from=4),
}
_ROLE = surveys.role_parameter("staff", "foster_carer")
_ANSWERS = Parameter(
    "answers",
    "'yes_no': the answer 1, of 0 and 1, counts. 'five_point': 4 and 5, of 1 to 5.",
    default="yes_no",
    choices=tuple(LEAVING),
)
_SURVEY = Parameter("survey", "Name of the round; 'any' takes all.", default=surveys.ANY)
_CARERS = "Staff and foster carers are never in one figure (parameter role)."


def leaving(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select each person's last valid answer in the window; numerator those who intend to leave."""
    return surveys.share(LEAVING[parameters.answers], tables, window, parameters)


MEASURES: tuple[Measure, ...] = (
    Measure(
        id="job_satisfaction_pct",
        label="Staff satisfied with their job",
        **surveys.share_of(SATISFACTION),
        numerator="People of the denominator who chose 4 or 5, satisfied or very satisfied.",
        denominator="People of the role with a valid answer (1 to 5) dated in the window.",
        formula="100 x numerator / denominator.",
        edges=f"{_CARERS} Scales with four points are another measure. {surveys.ANSWER_EDGES}",
        parameters=(_ROLE, surveys.DESIGN, ARM_ASKED),
    ),
    Measure(
        id="job_satisfaction_mean",
        label="Job satisfaction (1 to 5): mean",
        **surveys.average_of(SATISFACTION),
        numerator="Sum of the answers of the denominator.",
        denominator="People of the role with a valid answer (1 to 5) dated in the window.",
        formula="Mean: numerator / denominator. A higher answer is more satisfied.",
        edges=f"{_CARERS} {surveys.ANSWER_EDGES}",
        parameters=(_ROLE, surveys.DESIGN, ARM_ASKED),
    ),
    Measure(
        id="survey_response_pct",
        label="Survey response rate",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        counted="respondent",
        over="respondent",
        when=When.PERIOD,
        needs=surveys.NEEDS,
        select=surveys.response,
        says=surveys.survey_held,
        adds_nobody=True,
        numerator="Invitations of the denominator of which the person returned anything, in any row.",
        denominator="Invitations: people of the role invited to a round with a date in the window, once a round.",
        formula="100 x numerator / denominator. To be shown beside every survey figure.",
        edges="A person invited to two rounds counts in both. Rows with returned 1 count whatever was answered; a "
        "refusal is a return. Answers of people who were not invited are in no response rate. Rows that contradict "
        "one another are left out.",
        basis=Basis.SURVEY,
        parameters=(
            Parameter(
                "role",
                "Who was asked; 'any' takes everybody.",
                default="staff",
                choices=(surveys.ANY, *ROLES),
            ),
            _SURVEY,
            ARM_ASKED,
        ),
        rise="More of those invited answer; the figures beside it may move for this reason alone.",
        fall="Fewer of those invited answer; the figures beside it may move for this reason alone.",
    ),
    Measure(
        id="intention_to_leave_pct",
        label="Staff who intend to leave within 12 months",
        **{**surveys.share_of(LEAVING["yes_no"]), "select": leaving},
        numerator="People of the denominator who say so: 1 of yes and no; with five points, 4 or 5.",
        denominator="People of the role with a valid answer dated in the window.",
        formula="100 x numerator / denominator. To be checked against turnover a year later.",
        edges="Rows on the other scale than the one asked for (parameter answers) are left out. "
        f"{surveys.ANSWER_EDGES}",
        parameters=(_ANSWERS, surveys.role_parameter("staff"), surveys.DESIGN, ARM_ASKED),
        direction=Direction.LOWER,
        rise="Worse conditions; or staff who now feel free to say so.",
        fall="Better conditions; or those who meant to leave have left.",
    ),
)

JOB_SATISFACTION = Indicator(
    number=23,
    name="job_satisfaction",
    title="Improving job satisfaction of the workforce",
    definition="Staff and carers feel more satisfied in their role.",
    direction=Direction.HIGHER,
    hoped_for="The checklist hoped for more satisfaction.",
    rise="Better conditions; or unhappy staff who have already left.",
    fall="Worse conditions; or new staff, or another time of the survey.",
    unintended_consequences="Staff may be pressed to answer well.",
    data_quality="Few staff respond, and questions differ from authority to authority.",
    crosswalk=(
        "Children's Social Care National Framework: the enabler that the workforce is equipped and effective."
    ),
    measures=MEASURES,
)
