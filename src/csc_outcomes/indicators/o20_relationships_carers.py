"""Outcome 20 of the 2017 checklist: relationships with parents, carers and social workers."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction, Measure
from csc_outcomes.indicators import questionnaires as asked
from csc_outcomes.indicators import surveys
from csc_outcomes.instruments.cprs import DRISCOLL_2011, PIANTA_1992

CLOSENESS = asked.Questionnaire("cprs_short", ("closeness",), {"": (7, 35)})
CONFLICT = asked.Questionnaire("cprs_short", ("conflict",), {"": (8, 40)})
SATISFACTION = surveys.Question("relationship_satisfaction", 1, 5, scale_max=5, counts_from=4)
SCALING = surveys.Question("relationship_scaling", 0, 10, scale_max=10, whole=False)

_SHORT_FORM = (
    "Short form with 15 items rated 1 to 5; closeness (7 items) and conflict (8 items) are shown apart and never "
    "added. Which items make the two scales is known from a review only: the notes say how many scores rest on it. A "
    "stored score needs its scale named in the column scale; answers without a scale are scored on both."
)
_CPRS_PARAMETERS = (asked.INFORMANT, asked.FORM, asked.ARM_ASKED)
_ROLE = surveys.role_parameter("young_person", "parent_carer", "worker")
_SIDES = "Adults' and young people's answers are never in one figure: ask for each role, and show them side by side."

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="cprs_closeness",
        label="Child-Parent Relationship Scale: mean closeness",
        **asked.mean_of(CLOSENESS),
        numerator="Sum of the closeness scores of the denominator (7 to 35 each).",
        denominator="Parents and carers with a valid closeness score dated in the window.",
        formula=f"{asked.MEAN_FORMULA} A higher score is better.",
        edges=f"{_SHORT_FORM} {asked.MEAN_EDGES}",
        references=(PIANTA_1992, DRISCOLL_2011),
        parameters=_CPRS_PARAMETERS,
        rise="Better relationships; or answers only from those who were willing to give them.",
        fall="Worse relationships; or parents and carers who now feel safe to be critical.",
    ),
    Measure(
        id="cprs_conflict",
        label="Child-Parent Relationship Scale: mean conflict",
        **asked.mean_of(CONFLICT),
        numerator="Sum of the conflict scores of the denominator (8 to 40 each).",
        denominator="Parents and carers with a valid conflict score dated in the window.",
        formula=f"{asked.MEAN_FORMULA} A lower score is better.",
        edges=f"{_SHORT_FORM} {asked.MEAN_EDGES}",
        references=(PIANTA_1992, DRISCOLL_2011),
        parameters=_CPRS_PARAMETERS,
        direction=Direction.LOWER,
        rise="More conflict; or parents and carers who now feel safe to say so.",
        fall="Less conflict; or answers only from those who were willing to give them.",
    ),
    Measure(
        id="relationship_satisfaction_pct",
        label="People satisfied with the relationship",
        **surveys.share_of(SATISFACTION),
        numerator="People of the denominator who chose 4 or 5, the top two of five.",
        denominator="People of the role with a valid answer (1 to 5) dated in the window.",
        formula="100 x numerator / denominator.",
        edges=f"{_SIDES} {surveys.ANSWER_EDGES}",
        parameters=(_ROLE, surveys.DESIGN, asked.ARM_ASKED),
    ),
    Measure(
        id="relationship_scaling_mean",
        label="Relationship scaling question (0 to 10): mean",
        **surveys.average_of(SCALING),
        numerator="Sum of the answers of the denominator.",
        denominator="People of the role with a valid answer (0 to 10) dated in the window.",
        formula="Mean: numerator / denominator. A higher answer is better.",
        edges=f"{_SIDES} {surveys.ANSWER_EDGES}",
        parameters=(_ROLE, surveys.DESIGN, asked.ARM_ASKED),
    ),
)

RELATIONSHIPS_CARERS = Indicator(
    number=20,
    name="relationships_carers",
    title=(
        "Improving the quality of relationships between young people and parents, carers and social workers"
    ),
    definition=(
        "Relationships are better as told by both sides: young people are heard, supported and helped."
    ),
    direction=Direction.HIGHER,
    hoped_for="The checklist hoped for better relationships.",
    rise="Better relationships; or answers only from those who were willing to give them.",
    fall="Worse relationships; or young people who now feel safe to be critical.",
    unintended_consequences="Young people tend to agree when the worker hands out the form.",
    data_quality="Who answers (child, parent, carer or worker) and who hands out the form must be stated.",
    crosswalk=(
        "Children's Social Care National Framework: outcome 3, children and young people are supported "
        "by their family network."
    ),
    measures=MEASURES,
)
