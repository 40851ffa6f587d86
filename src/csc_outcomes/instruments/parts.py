"""What an instrument is made of: scales, choices, missing-item rules, bands and reliabilities, as frozen data."""

from __future__ import annotations

from enum import Enum
from numbers import Integral
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from attrs.validators import ge, le, matches_re, min_len

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

INFORMANTS = ("self", "parent", "carer", "teacher", "worker")
"""Who can fill in a questionnaire; scores of different informants are never pooled or subtracted."""


def as_items(numbers: Iterable[int]) -> tuple[int, ...]:
    """Item numbers as a tuple, from a range, a list or any other iterable of them."""
    return tuple(numbers)


def _as_names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


def _as_scores(scores: Iterable[float]) -> tuple[float, ...]:
    return tuple(scores)


class Direction(Enum):
    """What a higher score on a scale means for the respondent."""

    HIGHER_IS_BETTER = "higher_is_better"
    HIGHER_IS_WORSE = "higher_is_worse"


class State(Enum):
    """How far a rule is confirmed: against a source that its developer stands behind, or not."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


class Combine(Enum):
    """How the answers of a scale become one score."""

    SUM = "sum"
    MEAN = "mean"


class Fill(Enum):
    """What stands in for an unanswered item, where anything may.

    `none`: nothing. `half_up`: the person's mean of the answered items, the scale score then rounded half up
    to a whole number. `person_mean`: the person's mean, not rounded.
    """

    NONE = "none"
    HALF_UP = "half_up"
    PERSON_MEAN = "person_mean"


@frozen
class MissingRule:
    """When a scale may be scored although items are unanswered, and how.

    Attributes:
        name: as shown in `rule_id` where a user chose the rule.
        fill: what stands in for an unanswered item.
        missing_at_most: how many items of a scale may be unanswered.
        percent: instead, the least share of a scale's items that must be answered, in per cent.
        state: whether the rule is confirmed.
    """

    name: str
    fill: Fill = field(default=Fill.NONE, converter=Fill)
    missing_at_most: int = field(default=0, validator=ge(0))
    percent: int = field(default=0, validator=[ge(0), le(100)])
    state: State = field(default=State.VERIFIED, converter=State)

    def fewest(self, items: int) -> int:
        """The least number of answered items with which a scale of `items` items is scored; never 0."""
        if self.percent:
            return max(-(-self.percent * items // 100), 1)
        return max(items - self.missing_at_most, 1)


COMPLETE = MissingRule("complete")
"""Every item must be answered: the rule wherever the developer's own is not confirmed."""

PRORATE_80 = MissingRule("prorate_80", Fill.PERSON_MEAN, percent=80, state=State.UNVERIFIED)
"""The person's mean for unanswered items where at least 80% are answered: common usage, chosen by the user."""


@frozen
class Subscale:
    """One scale of an instrument: which items, how keyed, how combined.

    Either `items` or `parts` is given; a scale with `wants` alone has no published key here, and the user
    must supply one with that many items.

    Attributes:
        name: lower-case name, as in the column `scale`.
        items: item numbers, counted from 1.
        direction: what a higher score means.
        reverse: those of the items whose answers are turned round (lowest + highest - answer).
        parts: names of earlier scales whose scores are added up; missing where one of them is missing.
        combine: sum or mean of the answers.
        missing: the rule for unanswered items.
        table: score for each whole sum from the lowest to the highest, where sums are converted.
        wants: number of items that a supplied key must name.
        own: whether the scale is this library's and not part of the authors' scoring.
        state: whether the key is confirmed.
    """

    name: str = field(validator=matches_re(r"[a-z][a-z0-9_]*"))
    items: tuple[int, ...] = field(default=(), converter=as_items)
    direction: Direction = field(kw_only=True, converter=Direction)
    reverse: tuple[int, ...] = field(default=(), converter=as_items, kw_only=True)
    parts: tuple[str, ...] = field(default=(), converter=_as_names, kw_only=True)
    combine: Combine = field(default=Combine.SUM, converter=Combine, kw_only=True)
    missing: MissingRule = field(default=COMPLETE, kw_only=True)
    table: tuple[float, ...] = field(default=(), converter=_as_scores, kw_only=True)
    wants: int = field(default=0, kw_only=True)
    own: bool = field(default=False, kw_only=True)
    state: State = field(default=State.VERIFIED, converter=State, kw_only=True)


@frozen(kw_only=True)
class Scoring:
    """One way of turning answers into points.

    Attributes:
        name: what the user passes as `scoring`.
        codes: points for each answer from the lowest to the highest; empty: the answer itself.
        other_items, other_codes: items that have codes of their own, and these.
        low: lowest answer, where this way of coding differs from the instrument's.
        state: whether it is confirmed.
    """

    name: str = field(validator=min_len(1))
    codes: tuple[int, ...] = ()
    other_items: tuple[int, ...] = ()
    other_codes: tuple[int, ...] = ()
    low: int | None = None
    state: State = field(default=State.VERIFIED, converter=State)

    def codes_of(self, item: int) -> tuple[int, ...]:
        """Points of one item for each answer; empty where the answer itself counts."""
        return self.other_codes if item in self.other_items else self.codes


@frozen
class Reversal:
    """A named set of items to turn round, for instruments that circulate in more than one order."""

    name: str
    items: tuple[int, ...] = field(converter=as_items)


Cuts = tuple[tuple[str, float], ...]
"""Bands of one scale in ascending order: label and lowest score of each."""


@frozen(kw_only=True)
class Bands:
    """Bands of the scales of one instrument, for the informants and the country they were made for.

    Attributes:
        scheme: what the user passes as `bands`.
        cuts: by scale, label and lowest score of each band, ascending.
        informants: whom the bands are for; empty: anyone.
        scorings: ways of scoring they are for; empty: any.
        country: where the norms come from.
        ages: whom they are meant for.
        source: where they were published.
        state: whether they are confirmed.
    """

    scheme: str = field(validator=min_len(1))
    cuts: Mapping[str, Cuts]
    informants: tuple[str, ...] = ()
    scorings: tuple[str, ...] = ()
    country: str
    ages: str = ""
    source: str = field(validator=min_len(1))
    state: State = field(converter=State)

    def fits(self, informant: str | None, scoring: str) -> bool:
        """Whether the bands are for this informant and way of scoring."""
        return (not self.informants or informant in self.informants) and (
            not self.scorings or scoring in self.scorings
        )


def steps(labels: Iterable[str], *starts: float) -> Cuts:
    """Pair labels with the lowest score of each band, both ascending."""
    return tuple(zip(labels, starts, strict=True))


@frozen(kw_only=True)
class Reliability:
    """A published reliability, to be named by whoever uses it; no function takes one by default.

    Attributes:
        scale: the scale, or `all` where a range over scales was published.
        kind: `alpha` or `retest`.
        value: the coefficient, or the lowest and highest of several.
        of: informant, population or interval it was found with.
        source: where it was published.
        state: whether it is confirmed.
    """

    scale: str
    kind: str
    value: float | tuple[float, float]
    of: str
    source: str
    state: State = field(converter=State)


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number and not a truth value."""
    return isinstance(value, Integral) and not isinstance(value, bool)
