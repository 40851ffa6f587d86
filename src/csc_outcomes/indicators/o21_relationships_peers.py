"""Outcome 21 of the 2017 checklist: relationships with peers."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction, Measure, Reference
from csc_outcomes.indicators import questionnaires as asked
from csc_outcomes.indicators import surveys
from csc_outcomes.instruments.friendship import PARKER_1993

HARTER_2012 = Reference(
    "Self-Perception Profile for Adolescents: manual and questionnaires",
    "Harter, University of Denver",
    "2012",
)
CLOSE_FRIENDSHIP = asked.Questionnaire("harter_sppa", ("close_friendship",), {"": (1, 4)})
FQQ = asked.Questionnaire(
    "fqq",
    (
        "validation_caring",
        "conflict_resolution",
        "conflict_betrayal",
        "help_guidance",
        "companionship",
        "intimate_exchange",
    ),
    {"": (0, 4)},
)
GOOD_FRIEND = surveys.Question("one_good_friend", 0, None, scale_max=None)

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="harter_close_friendship",
        label="Harter Self-Perception Profile for Adolescents: mean of close friendship",
        **asked.mean_of(CLOSE_FRIENDSHIP),
        numerator="Sum of the close friendship scores of the denominator, each the mean of its items (1 to 4).",
        denominator="Adolescents with a valid close friendship score dated in the window.",
        formula=f"{asked.MEAN_FORMULA} 4 is the most adequate.",
        edges="Half of the items are printed the other way round and forms differ in their order, so scores have to be "
        "made beforehand (csc.instruments.score with reverse) and stored: answers without a score are left out and "
        f"counted. {asked.MEAN_EDGES}",
        references=(HARTER_2012,),
        parameters=(asked.FORM, asked.INFORMANT, asked.ARM_ASKED),
    ),
    Measure(
        id="fqq_subscales",
        label="Friendship Quality Questionnaire: mean of each of the six scales",
        **asked.mean_of(FQQ),
        numerator="Sum of the scores of the scale, each the mean of its items (0 to 4).",
        denominator="People with a valid score of the scale dated in the window.",
        formula="Mean: numerator / denominator, one row a scale; there is no overall score. Everybody counts once a "
        "scale, with the last valid score in the window. A higher score is better, but of conflict and betrayal "
        "a lower one.",
        edges="Which items make the scales, and whether some of conflict and betrayal are reversed, is not confirmed: "
        "the notes say how many scores rest on it. The friend whom the answers are about may change from one time to "
        f"the next. {asked.MEAN_EDGES}",
        references=(PARKER_1993,),
        parameters=(asked.INFORMANT, asked.FORM, asked.ARM_ASKED),
    ),
    Measure(
        id="one_good_friend_pct",
        label="Young people with at least one good friend",
        **surveys.share_of(GOOD_FRIEND),
        numerator="Young people of the denominator who name one friend or more on whom they can rely, or say yes.",
        denominator="Young people with a valid answer (a whole number from 0, or yes and no as 1 and 0) dated in the "
        "window.",
        formula="100 x numerator / denominator. The measure closest to the checklist's definition.",
        edges=surveys.ANSWER_EDGES,
        parameters=(surveys.role_parameter("young_person"), surveys.DESIGN, asked.ARM_ASKED),
    ),
)

RELATIONSHIPS_PEERS = Indicator(
    number=21,
    name="relationships_peers",
    title="Improving the quality of relationships between young people and their peers",
    definition="Young people have one or more good friendships.",
    direction=Direction.HIGHER,
    hoped_for="The checklist hoped for more and better friendships.",
    rise="More or better friendships, which may include harmful peers.",
    fall="Friends lost through moves of placement or school.",
    unintended_consequences="Risky groups of peers may be encouraged.",
    data_quality="Only the young people's own account is available, and samples are small.",
    crosswalk=(
        "No counterpart in the Children's Social Care National Framework, in Ofsted's inspection data "
        "(Annex A) or in Hertfordshire's Family Safeguarding indicators."
    ),
    measures=MEASURES,
)
