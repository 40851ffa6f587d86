"""An instrument: how the answers to one questionnaire become scores, as a frozen object.

Items are numbers only. Wording belongs to the developers and is neither needed nor kept here.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen
from attrs.validators import ge, matches_re, min_len

from csc_outcomes.errors import DefinitionError, InputError, all_at_once
from csc_outcomes.instruments.parts import (
    INFORMANTS,
    Bands,
    Combine,
    Fill,
    MissingRule,
    Reliability,
    Reversal,
    Scoring,
    State,
    Subscale,
    is_whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from csc_outcomes.definitions.measure import Reference


def _as_subscales(given: Iterable[Subscale]) -> tuple[Subscale, ...]:
    return tuple(given)


def _as_bands(given: Iterable[Bands]) -> tuple[Bands, ...]:
    return tuple(given)


@frozen(kw_only=True)
class Instrument:
    """One questionnaire, or a scale of one's own.

    A scale of one's own takes a few lines, and is passed to `score` in place of a name:

        confidence = Instrument(
            name="confidence", n_items=6, low=1, high=5,
            subscales=[Subscale("total", range(1, 7), direction="higher_is_better", reverse=[4])],
        )

    Attributes:
        name: what the user passes; part of `rule_id`.
        version: of the key; a changed key is a new version.
        title: full name.
        n_items: number of items on the form, scored or not.
        low, high: lowest and highest answer.
        places: decimals that an answer may have; 0: whole numbers.
        subscales: the scales, in the order of the output.
        informants: who can fill it in; empty: not recorded, any of `INFORMANTS` may be named.
        informant_required: whether key or bands depend on the informant.
        points: numbers of response points that exist, the usual one first; `high` is that of the first.
        scorings: ways of turning answers into points; `default_scoring` is used where none is asked for.
        reverse_required: whether the user must say which items are reversed; `reversals` are named sets.
        bands: bands that exist; `default_bands` is the scheme used where none is asked for.
        gate: name of an optional column whose 0 says that the items were rightly skipped and the score is 0.
        licence: who holds the rights, and on what terms the form may be used.
        references: where key and properties were published.
        reliability: published reliabilities.
        ages: whom it is for.
        unconfirmed: what of it is not confirmed, in words.
        note: what a user must know.
        key_id, missing_id: set where a user supplied a key or chose a rule; part of `rule_id`.
    """

    name: str = field(validator=matches_re(r"[a-z][a-z0-9_]*"))
    version: int = 1
    title: str = ""
    n_items: int = field(validator=ge(1))
    low: int
    high: int
    places: int = field(default=0, validator=ge(0))
    subscales: tuple[Subscale, ...] = field(converter=_as_subscales, validator=min_len(1))
    informants: tuple[str, ...] = ()
    informant_required: bool = False
    points: tuple[int, ...] = ()
    scorings: tuple[Scoring, ...] = ()
    default_scoring: str = ""
    reverse_required: bool = False
    reversals: tuple[Reversal, ...] = ()
    bands: tuple[Bands, ...] = field(default=(), converter=_as_bands)
    default_bands: str = ""
    gate: str = ""
    licence: str = "The user's own instrument."
    references: tuple[Reference, ...] = ()
    reliability: tuple[Reliability, ...] = ()
    ages: str = ""
    unconfirmed: str = ""
    note: str = ""
    key_id: str = ""
    missing_id: str = ""

    def __attrs_post_init__(self) -> None:
        """Check what fields say against each other; an instrument that contradicts itself is refused."""
        problems = [*_form_problems(self), *_choice_problems(self)]
        for place, subscale in enumerate(self.subscales):
            problems += _subscale_problems(self, subscale, self.subscales[:place])
        for bands in self.bands:
            problems += _bands_problems(self, bands)
        all_at_once(f"instrument {self.name!r} is declared inconsistently", problems, DefinitionError)

    @property
    def state(self) -> State:
        """Verified only where every scale, scoring, missing-item rule and band is."""
        rules = [s.missing for s in self.subscales]
        states = {
            part.state for group in (self.subscales, rules, self.scorings, self.bands) for part in group
        }
        return State.UNVERIFIED if State.UNVERIFIED in states else State.VERIFIED

    @property
    def keyless(self) -> bool:
        """Whether a scale has no key until the user supplies one."""
        return any(not (subscale.items or subscale.parts) for subscale in self.subscales)

    @property
    def unscored(self) -> tuple[int, ...]:
        """Items of the form that no scale uses; a frame may leave their columns out."""
        used = {item for subscale in self.subscales for item in subscale.items}
        return tuple(item for item in range(1, self.n_items + 1) if item not in used)

    def with_key(self, items: Mapping[str, Iterable[int]], *, reverse: Iterable[int] = ()) -> Instrument:
        """Return the instrument with a key that the licence holder supplied.

        Args:
            items: by scale, the numbers of its items.
            reverse: numbers of the items whose answers are turned round.

        Raises:
            InputError: all problems at once: the instrument has a key, a scale is missing or unknown, a
                number of items that does not fit, an item named twice, outside the form or not whole.
        """
        key = {scale: tuple(numbers) for scale, numbers in items.items()}
        turned = tuple(reverse)
        all_at_once(f"key of {self.name!r}", _key_problems(self, key, turned), InputError)
        digest = sha256(repr((sorted(key.items()), sorted(turned))).encode()).hexdigest()[:8]
        subscales = [
            evolve(s, items=key[s.name], reverse=[item for item in key[s.name] if item in turned])
            for s in self.subscales
        ]
        return evolve(self, subscales=subscales, key_id=digest)

    def with_missing(self, rule: MissingRule) -> Instrument:
        """Return the instrument with another rule for unanswered items, for instance `PRORATE_80`."""
        subscales = [s if s.parts else evolve(s, missing=rule) for s in self.subscales]
        return evolve(self, subscales=subscales, missing_id=rule.name)


def _form_problems(instrument: Instrument) -> list[str]:
    problems = []
    if instrument.low >= instrument.high:
        problems.append("low must be below high")
    names = [subscale.name for subscale in instrument.subscales]
    if len(set(names)) < len(names):
        problems.append("a scale's name is used twice")
    strangers = sorted(set(instrument.informants) - set(INFORMANTS))
    if strangers:
        problems.append(f"informants must be of {', '.join(INFORMANTS)}; found {', '.join(strangers)}")
    if instrument.points and instrument.high != instrument.low + instrument.points[0] - 1:
        problems.append("high must fit the first number of response points")
    return problems


def _choice_problems(instrument: Instrument) -> list[str]:
    problems = []
    names = [scoring.name for scoring in instrument.scorings]
    if instrument.default_scoring and instrument.default_scoring not in names:
        problems.append(f"default scoring {instrument.default_scoring!r} is not among the scorings")
    answers = instrument.high - instrument.low + 1
    for scoring in instrument.scorings:
        if any(codes and len(codes) != answers for codes in (scoring.codes, scoring.other_codes)):
            problems.append(f"scoring {scoring.name!r} needs {answers} codes, one for each answer")
        problems += _outside(instrument, f"scoring {scoring.name!r}", scoring.other_items)
    for reversal in instrument.reversals:
        problems += _outside(instrument, f"reversal {reversal.name!r}", reversal.items)
    if instrument.default_bands and not any(b.scheme == instrument.default_bands for b in instrument.bands):
        problems.append(f"default bands {instrument.default_bands!r} are not among the bands")
    return problems


def _subscale_problems(
    instrument: Instrument, subscale: Subscale, earlier: tuple[Subscale, ...]
) -> list[str]:
    what = f"scale {subscale.name!r}"
    problems = _outside(instrument, what, subscale.items)
    if sum(map(bool, (subscale.items, subscale.parts))) != 1 and not subscale.wants:
        problems.append(f"{what} needs either items or parts")
    if not set(subscale.reverse) <= set(subscale.items):
        problems.append(f"{what} reverses items that it does not have")
    simple = {s.name for s in earlier if not s.parts}
    if not set(subscale.parts) <= simple:
        problems.append(f"{what} adds up scales that are not declared before it")
    if subscale.missing.fill is Fill.HALF_UP and (instrument.places or subscale.combine is Combine.MEAN):
        problems.append(f"{what} cannot be rounded half up: that is for sums of whole answers")
    sums = len(subscale.items) * (instrument.high - instrument.low) + 1
    if subscale.table and (len(subscale.table) != sums or instrument.places):
        problems.append(f"{what} needs a table of {sums} scores, one for each sum")
    if subscale.table and (
        subscale.missing.fill is not Fill.NONE or instrument.scorings or instrument.points
    ):
        problems.append(f"{what}: a table holds only for complete answers coded in one way")
    return problems


def _bands_problems(instrument: Instrument, bands: Bands) -> list[str]:
    what = f"bands {bands.scheme!r}"
    problems = []
    for scale, cuts in bands.cuts.items():
        starts = [start for _, start in cuts]
        if scale not in {subscale.name for subscale in instrument.subscales}:
            problems.append(f"{what} are for a scale {scale!r} that does not exist")
        if not cuts or starts != sorted(set(starts)):
            problems.append(f"{what} of {scale!r} must ascend")
    return problems


def _outside(instrument: Instrument, what: str, items: Iterable[int]) -> list[str]:
    numbers = list(items)
    problems = []
    if any(not is_whole(item) or not 1 <= item <= instrument.n_items for item in numbers):
        problems.append(f"{what} names items outside 1 to {instrument.n_items}")
    if len(set(numbers)) < len(numbers):
        problems.append(f"{what} names an item twice")
    return problems


def _key_problems(
    instrument: Instrument, key: Mapping[str, tuple[int, ...]], reverse: tuple[int, ...]
) -> list[str]:
    wanted = {subscale.name: subscale.wants for subscale in instrument.subscales if subscale.wants}
    if not wanted:
        return ["the instrument has a key of its own; none can be supplied"]
    problems = [
        f"scale {name!r} is missing; it has {count} items"
        for name, count in wanted.items()
        if name not in key
    ]
    problems += [
        f"scale {name!r} does not exist; known: {', '.join(wanted)}" for name in key if name not in wanted
    ]
    problems += [
        f"scale {name!r} needs {wanted[name]} items, found {len(items)}"
        for name, items in key.items()
        if name in wanted and len(items) != wanted[name]
    ]
    every = [item for items in key.values() for item in items]
    problems += _outside(instrument, "the key", every)
    if not set(reverse) <= set(every):
        problems.append("reverse names items that the key does not have")
    return problems
