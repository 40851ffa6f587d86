"""From an instrument and the user's choices to the one key that scores a questionnaire.

Everything that can be wrong with the choices is found here, before an answer is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from csc_outcomes.instruments.parts import (
    INFORMANTS,
    Combine,
    Cuts,
    Fill,
    MissingRule,
    Scoring,
    State,
    Subscale,
    is_whole,
)

if TYPE_CHECKING:
    from csc_outcomes.instruments.definition import Instrument

_BELOW, _FROM = "below the threshold", "at or above the threshold"


@frozen(kw_only=True)
class ScaleKey:
    """How one scale is scored, with every choice made.

    Attributes:
        subscale: the scale as declared.
        codes: by item, points for each answer from `Key.low` to `Key.high`; empty where the answer counts.
        turned: items whose answers are turned round first.
        lowest, highest: the scale's range.
        whole: whether every score is a whole number.
        cuts: bands in ascending order; empty where the scale has none.
        rule_id: version of key and bands with the choices made.
    """

    subscale: Subscale
    codes: Mapping[int, tuple[int, ...]]
    turned: frozenset[int]
    lowest: float
    highest: float
    whole: bool
    cuts: Cuts = ()
    rule_id: str = ""


@frozen(kw_only=True)
class Key:
    """How one questionnaire is scored.

    Attributes:
        instrument: what is scored.
        low, high: lowest and highest answer.
        scales: one key per scale, in the order of the output.
        warnings: what of it is not confirmed, in sentences.
    """

    instrument: Instrument
    low: int
    high: int
    scales: tuple[ScaleKey, ...]
    warnings: tuple[str, ...]


@frozen(kw_only=True)
class Choices:
    """What the user chose, as given; `from_items` is false where stored scores are banded, not answers scored."""

    informant: Any = None
    scoring: Any = None
    points: Any = None
    reverse: Any = None
    bands: Any = None
    from_items: bool = True


_NO_SCORING = Scoring(name="answers")


def resolve(instrument: Instrument, choices: Choices) -> tuple[Key | None, list[str]]:
    """Work out the key, or say everything that is wrong with the choices."""
    problems = _informant_problems(instrument, choices.informant)
    if instrument.keyless and choices.from_items:
        wants = ", ".join(f"{s.name} {s.wants} items" for s in instrument.subscales if s.wants)
        problems.append(
            f"key: {instrument.name} has no confirmed key; supply the licence holder's by "
            f"get({instrument.name!r}).with_key({{scale: items}}, reverse=[...]) for {wants}"
        )
    scoring = _scoring(instrument, choices.scoring, problems)
    turned = _turned(instrument, choices, problems)
    points = _points(instrument, choices.points, problems)
    low = instrument.low if scoring.low is None else scoring.low
    high = instrument.high - instrument.low + low if points is None else low + points - 1
    drafts = _draft_scales(instrument, scoring, turned, low, high)
    cuts, scheme, state = _bands(instrument, choices, scoring.name, drafts, problems)
    if problems:
        return None, problems
    named = _named_choices(instrument, choices, scoring, points)
    scales = []
    for draft in drafts:
        own_cuts = cuts.get(draft.subscale.name, ())
        open_points = _open_points(draft.subscale, scoring, state if own_cuts else State.VERIFIED)
        rule = _rule_id(instrument, draft.subscale, named, scheme if own_cuts else "", open_points)
        scales.append(evolve(draft, cuts=own_cuts, rule_id=rule))
    warnings = _warnings(instrument, scales, scoring, scheme, state)
    return Key(instrument=instrument, low=low, high=high, scales=tuple(scales), warnings=warnings), []


def _informant_problems(instrument: Instrument, informant: Any) -> list[str]:
    known = instrument.informants or INFORMANTS
    if informant is None:
        if not instrument.informant_required:
            return []
        return [f"informant: needed one of {', '.join(known)}: key and bands depend on who answered"]
    if informant not in known:
        return [f"informant: needed one of {', '.join(known)}, found {informant!r}"]
    return []


def _scoring(instrument: Instrument, chosen: Any, problems: list[str]) -> Scoring:
    by_name = {scoring.name: scoring for scoring in instrument.scorings}
    choosable = len(by_name) > 1
    name = instrument.default_scoring if chosen is None else chosen
    if isinstance(name, str) and name in by_name:
        return by_name[name]
    if by_name:
        found = "" if chosen is None else f", found {chosen!r}"
        problems.append(f"scoring: needed one of {', '.join(by_name)}{found}")
    elif chosen is not None:
        problems.append(
            f"scoring: {instrument.name} is scored in one way only, found {chosen!r}; leave it out"
        )
    return _NO_SCORING if not choosable else instrument.scorings[0]


def _points(instrument: Instrument, chosen: Any, problems: list[str]) -> int | None:
    """Number of response points; none where the instrument exists with one number only."""
    usual = instrument.high - instrument.low + 1
    known = instrument.points or (usual,)
    if chosen is not None and (not is_whole(chosen) or chosen not in known):
        problems.append(f"points: needed {' or '.join(map(str, known))}, found {chosen!r}")
        return None
    if not instrument.points:
        return None
    return instrument.points[0] if chosen is None else int(chosen)


def _turned(instrument: Instrument, choices: Choices, problems: list[str]) -> frozenset[int]:
    """Items that the user says are reversed."""
    chosen = choices.reverse
    if not instrument.reverse_required:
        if chosen is not None:
            problems.append(f"reverse: the key of {instrument.name} says what is reversed; leave it out")
        return frozenset()
    if not choices.from_items:
        return frozenset()
    named = {reversal.name: reversal.items for reversal in instrument.reversals}
    needed = (
        f"reverse: needed the numbers of the items whose answers are turned round, or one of "
        f"{', '.join(named)}"
    )
    if chosen is None:
        problems.append(f"{needed}; forms differ")
        return frozenset()
    if isinstance(chosen, str):
        if chosen not in named:
            problems.append(f"{needed}; found {chosen!r}")
        return frozenset(named.get(chosen, ()))
    items = _item_numbers(instrument, chosen)
    if items is None:
        problems.append(
            f"{needed}; found something else (numbers are whole, 1 to {instrument.n_items}, each once; a mapping "
            "has all of them with 1 or -1)"
        )
        return frozenset()
    return frozenset(items)


def _item_numbers(instrument: Instrument, chosen: Any) -> list[int] | None:
    """Read item numbers, or a mapping of all items to 1 (as it is) and -1 (turned); none if neither."""
    if not isinstance(chosen, Iterable):
        return None
    every = range(1, instrument.n_items + 1)
    items = list(chosen)
    if not all(is_whole(item) and item in every for item in items) or len(set(items)) < len(items):
        return None
    if not isinstance(chosen, Mapping):
        return items
    if len(items) < instrument.n_items or any(sign not in (1, -1) for sign in chosen.values()):
        return None
    return [item for item in items if chosen[item] == -1]


def _draft_scales(
    instrument: Instrument, scoring: Scoring, turned: frozenset[int], low: int, high: int
) -> list[ScaleKey]:
    drafts: dict[str, ScaleKey] = {}
    for subscale in instrument.subscales:
        codes = {item: scoring.codes_of(item) for item in subscale.items}
        lowest, highest = _range(subscale, codes, low, high, drafts)
        drafts[subscale.name] = ScaleKey(
            subscale=subscale,
            codes=codes,
            turned=frozenset(subscale.reverse) | (turned & frozenset(subscale.items)),
            lowest=lowest,
            highest=highest,
            whole=_is_whole(instrument, subscale, drafts),
        )
    return list(drafts.values())


def _is_whole(instrument: Instrument, subscale: Subscale, earlier: Mapping[str, ScaleKey]) -> bool:
    if subscale.parts:
        return all(earlier[name].whole for name in subscale.parts)
    summed = subscale.combine is Combine.SUM and not subscale.table
    return summed and subscale.missing.fill is not Fill.PERSON_MEAN and not instrument.places


def _range(
    subscale: Subscale,
    codes: Mapping[int, tuple[int, ...]],
    low: int,
    high: int,
    earlier: Mapping[str, ScaleKey],
) -> tuple[float, float]:
    if subscale.parts:
        parts = [earlier[name] for name in subscale.parts]
        return sum(part.lowest for part in parts), sum(part.highest for part in parts)
    if subscale.table:
        return min(subscale.table), max(subscale.table)
    points = list(codes.values()) or [()] * subscale.wants
    lowest = sum(min(given) if given else low for given in points)
    highest = sum(max(given) if given else high for given in points)
    if subscale.combine is Combine.MEAN:
        return lowest / len(points), highest / len(points)
    return lowest, highest


def _bands(
    instrument: Instrument, choices: Choices, scoring: str, drafts: list[ScaleKey], problems: list[str]
) -> tuple[Mapping[str, Cuts], str, State]:
    """Bands by scale, what they are called in `rule_id`, and how far they are confirmed."""
    chosen = choices.bands
    if chosen is None or isinstance(chosen, str):
        return _scheme(instrument, choices, scoring, problems)
    ranges = {draft.subscale.name: (draft.lowest, draft.highest) for draft in drafts}
    if isinstance(chosen, Mapping):
        own = {scale: _own_cuts(given, ranges.get(scale)) for scale, given in chosen.items()}
        label = "own"
    else:
        scale = "total" if "total" in ranges else next(iter(ranges))
        if scale != "total" and len(ranges) > 1:
            problems.append(f"bands: say which scale the threshold is for: {{{scale!r}: threshold}}")
            return {}, "", State.VERIFIED
        own = {scale: _own_cuts(chosen, ranges[scale])}
        label = f"from {chosen:g}" if _is_number(chosen) else ""
    wrong = [str(scale) for scale, cuts in own.items() if not cuts]
    if wrong:
        problems.append(
            f"bands: for {', '.join(wrong)} needed a threshold inside the scale's range, or a "
            "mapping of labels to the lowest score of each band, ascending from the lowest score of all"
        )
    return {scale: cuts for scale, cuts in own.items() if cuts}, label, State.VERIFIED


def _scheme(
    instrument: Instrument, choices: Choices, scoring: str, problems: list[str]
) -> tuple[Mapping[str, Cuts], str, State]:
    name = instrument.default_bands if choices.bands is None else choices.bands
    fitting = {b.scheme: b for b in instrument.bands if b.fits(choices.informant, scoring)}
    if name in fitting:
        return fitting[name].cuts, name, fitting[name].state
    if choices.bands is not None:
        known = ", ".join(fitting) or "none built in for this informant and scoring"
        problems.append(f"bands: needed one of those that exist here ({known}) or own ones, found {name!r}")
    return {}, "", State.VERIFIED


def _own_cuts(given: Any, limits: tuple[float, float] | None) -> Cuts:
    """Read a threshold, or labels with lowest scores; nothing where they make no bands of the scale."""
    if limits is None:
        return ()
    lowest, highest = limits
    if _is_number(given):
        return ((_BELOW, lowest), (_FROM, float(given))) if lowest < given <= highest else ()
    if not isinstance(given, Mapping) or not given or not all(map(_is_number, given.values())):
        return ()
    cuts = tuple((str(label), float(start)) for label, start in given.items())
    starts = [start for _, start in cuts]
    ascending = starts == sorted(set(starts)) and starts[0] == lowest and starts[-1] <= highest
    return cuts if ascending else ()


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _named_choices(
    instrument: Instrument, choices: Choices, scoring: Scoring, points: int | None
) -> list[str]:
    """The choices that tell one rule from another, as they stand in `rule_id`."""
    named = []
    if choices.informant is not None:
        named.append(f"informant={choices.informant}")
    if len(instrument.scorings) > 1:
        named.append(f"scoring={scoring.name}")
    if points is not None:
        named.append(f"points={points}")
    if instrument.reverse_required and choices.from_items:
        named.append(f"reverse={_reverse_label(instrument, choices.reverse)}")
    if instrument.key_id:
        named.append(f"key={instrument.key_id}")
    if instrument.missing_id:
        named.append(f"missing={instrument.missing_id}")
    return named


def _reverse_label(instrument: Instrument, chosen: Any) -> str:
    if isinstance(chosen, str):
        return chosen
    items = sorted(_item_numbers(instrument, chosen) or ())
    return "+".join(map(str, items)) or "none"


def _open_points(subscale: Subscale, scoring: Scoring, bands: State) -> list[str]:
    states = {
        "key": State.UNVERIFIED if State.UNVERIFIED in (subscale.state, scoring.state) else State.VERIFIED,
        "missing": State.VERIFIED if subscale.parts else subscale.missing.state,
        "bands": bands,
    }
    return [name for name, state in states.items() if state is State.UNVERIFIED]


def _rule_id(
    instrument: Instrument, subscale: Subscale, named: list[str], scheme: str, open_points: list[str]
) -> str:
    parts = [f"{instrument.name}.{instrument.version}", *named]
    if subscale.own:
        parts.append("own scale")
    if scheme:
        parts.append(f"bands={scheme}")
    if open_points:
        parts.append(f"unverified={'+'.join(open_points)}")
    return ":".join(parts)


def _warnings(
    instrument: Instrument, scales: list[ScaleKey], scoring: Scoring, scheme: str, bands: State
) -> tuple[str, ...]:
    """What is not confirmed of the rules in use; a rule for missing items warns only once it is used."""
    sentences = []
    detail = f" (not confirmed: {instrument.unconfirmed})" if instrument.unconfirmed else ""
    unsure = [s.subscale.name for s in scales if s.subscale.state is State.UNVERIFIED]
    if unsure:
        sentences.append(f"{instrument.name}: the key of {', '.join(unsure)} is unverified{detail}")
    if scoring.state is State.UNVERIFIED:
        sentences.append(f"{instrument.name}: scoring {scoring.name!r} is unverified{detail}")
    if bands is State.UNVERIFIED:
        sentences.append(f"{instrument.name}: bands {scheme!r} for this informant are unverified")
    return tuple(sentences)


def missing_warning(instrument: Instrument, rules: Iterable[MissingRule]) -> tuple[str, ...]:
    """The sentence for rules for missing items that were used and are not confirmed."""
    names = sorted({rule.name for rule in rules if rule.state is State.UNVERIFIED})
    if not names:
        return ()
    return (f"{instrument.name}: scores were pro-rated by an unverified rule ({', '.join(names)})",)
