"""Our figures beside the published ones for the same authority and period, and what explains a difference."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from attrs import frozen

from csc_outcomes.api import catalogue
from csc_outcomes.definitions import authorities
from csc_outcomes.definitions.measure import When
from csc_outcomes.engine.result import Result
from csc_outcomes.engine.rounding import round_half_up
from csc_outcomes.errors import InputError, unknown
from csc_outcomes.evaluation.published_figures import AUTHORITY, COLUMNS
from csc_outcomes.sources.published import Symbol
from csc_outcomes.sources.published_maps import PUBLICATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from csc_outcomes.definitions.measure import Measure

EQUAL, WITHIN_ROUNDING, DIFFERENT = "equal", "within rounding", "different"
SUPPRESSED, NOT_PUBLISHED, NOT_COMPUTED = "suppressed", "not published", "not computed"
AGREEMENTS = (EQUAL, WITHIN_ROUNDING, SUPPRESSED, NOT_PUBLISHED, NOT_COMPUTED, DIFFERENT)
RECONCILED = (
    "measure", "area", "start", "end", "ours", "ours_rounded", "published", "symbol", "difference", "agreement",
    "text",
)  # fmt: skip

_ALL, _AGES = "all", "age_group"


def reconcile(result: Any, published: Any, *, whole: str | None = None) -> pd.DataFrame:
    """Put each of our figures beside the published one for the same measure, area and period.

    Areas are matched through the lookup of authorities, whatever code either side uses: a figure for E10000023
    meets the one published for E06000065, both North Yorkshire; old and new Dorset stay apart. Our exact value
    is rounded half away from zero to the decimals that are published. Authorities' figures come from unrounded
    counts and must be equal. Counts of regions and England are published to the nearest 10: a figure that some
    counts within 5 of them give is within rounding.

    Args:
        result: a `Result`, or its frame. Rows of the total (breakdown and group `all`) are compared, and age
            groups of care leavers where a figure is published by age.
        published: what `published_figures` gives.
        whole: the ONS code of England or a region, where the rows `all` of the result are the whole of it.
            Otherwise they are left out: the sum of some authorities is never England.

    Returns:
        A pandas frame with a row per figure of ours and publication that has it, in the order of the result:
        `measure`, `area` (as in the result), `start`, `end`, `ours` (exact), `ours_rounded` (to the published
        decimals; -1 rounds to tens), `published`, `symbol`, `difference` (ours_rounded minus published, in
        the unit of the measure), `agreement` and `text`, which says why. Agreement is `equal`; `within
        rounding`, where rounding explains the difference; `suppressed`; `not published`, where a publication
        has another symbol, no row, no figure but only its parts, or a figure of other parameters; `not
        computed`, where the result has no value; or `different`, which neither rounding nor suppression
        explains.

    Raises:
        InputError: either frame lacks columns.
        UnknownNameError: `whole` is no code of England or a region.
    """
    import pandas as pd

    ours = result if isinstance(result, Result) else Result.from_frame(result)
    _check(published, whole)
    shelf = _Shelf.of(published)
    chosen = _chosen(ours, whole, shelf)
    rows = [line for figure in chosen for line in _lines(figure, shelf, _notes(ours, figure.measure))]
    frame = pd.DataFrame(rows, columns=list(RECONCILED))
    for name in ("start", "end"):
        frame[name] = pd.to_datetime(frame[name])
    numbers = ("ours", "ours_rounded", "published", "difference")
    return frame.astype(dict.fromkeys(numbers, "float64"))


def _check(published: Any, whole: str | None) -> None:
    lacking = [name for name in COLUMNS if name not in getattr(published, "columns", ())]
    if lacking:
        raise InputError(
            f"reconcile: published lacks the columns {', '.join(lacking)}; make it with csc.published_figures"
        )
    known = (authorities.ENGLAND, *authorities.REGIONS)
    if whole is not None and whole not in known:
        raise unknown("area", [whole], known)


# ---- both sides -----------------------------------------------------------------------------------------


class _Ours(NamedTuple):
    """One figure of the result."""

    measure: str
    area: str
    key: str
    start: Any
    end: Any
    group: str
    numerator: float | None
    denominator: float | None
    value: float | None
    status: str


class _Published(NamedTuple):
    """One published figure."""

    level: str
    start: Any
    end: Any
    numerator: float | None
    denominator: float | None
    value: float | None
    symbol: str
    decimals: int
    publication: str
    parameters: str


@frozen
class _Shelf:
    """Published figures by measure and area; areas are three-digit codes, or ONS codes of regions and England.

    `by_age` holds measures and age groups of figures that are published by age.
    """

    figures: dict[tuple[str, str], list[_Published]]
    by_age: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, published: pd.DataFrame) -> _Shelf:
        """Sort published figures by what they are about."""
        import pandas as pd

        figures: dict[tuple[str, str], list[_Published]] = {}
        by_age = set()
        days = {name: pd.to_datetime(published[name]) for name in ("start", "end")}
        for row in published.assign(**days).to_dict("records"):
            level = str(row["level"])
            # A code that came back from a file with blank cells has become a float.
            code = _blank(row["old_la_code"]).removesuffix(".0")
            key = code if level == AUTHORITY else _blank(row["area"])
            one = _Published(
                level, row["start"], row["end"], _number(row["numerator"]), _number(row["denominator"]),
                _number(row["value"]), _blank(row["symbol"]), int(row["decimals"]), str(row["publication"]),
                _blank(row["parameters"]),
            )  # fmt: skip
            figures.setdefault((str(row["measure"]), key), []).append(one)
            if one.parameters.startswith("ages="):
                by_age.add((str(row["measure"]), one.parameters.removeprefix("ages=")))
        return cls(figures, frozenset(by_age))


def _chosen(result: Result, whole: str | None, shelf: _Shelf) -> list[_Ours]:
    """The figures of the result that something can be published about."""
    chosen = []
    for row in result.frame.to_dict("records"):
        total = row["breakdown"] == _ALL
        ages = row["breakdown"] == _AGES and (row["measure"], row["group"]) in shelf.by_age
        area = str(row["area"])
        if not (total or ages) or (area == _ALL and whole is None):
            continue
        key = whole if area == _ALL and whole else _key(area)
        chosen.append(
            _Ours(
                str(row["measure"]), area, key, row["start"], row["end"], "" if total else str(row["group"]),
                _number(row["numerator"]), _number(row["denominator"]), _number(row["value"]), str(row["status"]),
            )
        )  # fmt: skip
    return chosen


@cache
def _key(area: str) -> str:
    one = authorities.lookup(area)
    return one.code if one else area.strip().upper()


def _notes(result: Result, measure: str) -> dict[str, str]:
    """Parameters that the result was computed with, as its notes print them; empty where it has no notes."""
    notes = result.notes
    mine = notes[(notes["measure"] == measure) & (notes["kind"] == "parameter")]
    return {name: value for name, _, value in (text.partition(" = ") for text in mine["text"])}


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _blank(value: Any) -> str:
    return "" if value is None or value != value else str(value)


# ---- one figure -----------------------------------------------------------------------------------------


def _lines(ours: _Ours, shelf: _Shelf, parameters: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """One row for each publication that has the figure, or one that says why none has it."""
    measure = _measure(ours.measure)
    there = shelf.figures.get((ours.measure, ours.key), [])
    then = [one for one in there if _same_days(ours, one, measure)]
    meant = [one for one in then if _comparable(ours, one, measure, parameters)]
    if not meant:
        yield _row(ours, None, NOT_PUBLISHED, _why_none(ours, there, then, parameters))
    for one in meant:
        agreement, text = _judged(ours, one, measure)
        yield _row(ours, one, agreement, text)


@cache
def _measure(name: str) -> Measure | None:
    """The measure of the catalogue, or None for a third party's that is not installed."""
    return next((one for one in catalogue() if one.id == name), None)


def _same_days(ours: _Ours, one: _Published, measure: Measure | None) -> bool:
    if ours.end != one.end:
        return False
    # Measures of a return year take the year or its last day: both mean the same return.
    return bool(ours.start == one.start or (measure is not None and measure.when is When.RETURN_YEAR))


def _comparable(ours: _Ours, one: _Published, measure: Measure | None, parameters: dict[str, str]) -> bool:
    """Whether the published figure is of the parameters that ours was computed with."""
    wanted = dict([one.parameters.split("=", 1)]) if one.parameters else {}
    if ours.group:
        return wanted == {"ages": ours.group}
    if measure is None:
        return not wanted
    for parameter in measure.parameters:
        default = repr(parameter.default)
        published = repr(wanted[parameter.name]) if parameter.name in wanted else default
        if parameters.get(parameter.name, default) != published:
            return False
    return True


def _why_none(
    ours: _Ours, there: Sequence[_Published], then: Sequence[_Published], parameters: dict[str, str]
) -> str:
    if then:
        published = ", ".join(sorted({one.parameters or "the defaults" for one in then}))
        given = ", ".join(f"{name}={value}" for name, value in parameters.items()) or "not stated"
        return f"Published with {published}; the parameters here are {given}."
    if there:
        return "Nothing is published for this period in the tables given."
    one = authorities.lookup(ours.key)
    if one is None and ours.key not in (authorities.ENGLAND, *authorities.REGIONS):
        return "The area is no authority or region of England known here."
    if one and not _isnull(ours.start) and not one.existed(ours.start.date(), ours.end.date()):
        return f"{one.name} did not exist in this period."
    if one and one.returned_with:
        others = " and ".join(authorities.every()[code].name for code in one.returned_with)
        return f"Nothing is published for this authority alone; in workforce figures it stands with {others}."
    return "Nothing is published for this measure and area in the tables given."


def _isnull(day: Any) -> bool:
    return day is None or day != day


def _judged(ours: _Ours, one: _Published, measure: Measure | None) -> tuple[str, str]:
    """Agreement of two figures, and why."""
    if ours.value is None:
        shown = "no figure" if one.value is None else _shown(one.value, one.decimals)
        return NOT_COMPUTED, f"No value here (status {ours.status}); published: {shown}."
    if one.symbol == Symbol.ROUNDS_TO_ZERO.value:
        return _against_zero(ours, one)
    if one.symbol == Symbol.SUPPRESSED.value:
        return SUPPRESSED, "The publication hides this figure, or one from which it could be worked out."
    if one.symbol:
        return NOT_PUBLISHED, f"Published as {one.symbol}: {Symbol(one.symbol).meaning}."
    if one.value is None:
        return NOT_PUBLISHED, _parts_only(ours, one)
    return _numbers_judged(ours, one, one.value, measure)


def _against_zero(ours: _Ours, one: _Published) -> tuple[str, str]:
    value = ours.value or 0.0
    if value > 0 and _rounded(value, one) == 0:
        return EQUAL, "Published as rounding to 0 without being 0; so does the figure here."
    return DIFFERENT, "Published as rounding to 0 without being 0; the figure here does not."


def _numbers_judged(
    ours: _Ours, one: _Published, published: float, measure: Measure | None
) -> tuple[str, str]:
    assert ours.value is not None
    mine, theirs = _rounded(ours.value, one), _rounded(published, one)
    shown = f"{_shown(mine, one.decimals)} here, {_shown(published, one.decimals)} published"
    if mine == theirs:
        return EQUAL, f"{shown}.{_differing_parts(ours, one)}"
    why = _explained(ours, one, mine, theirs, measure)
    if why:
        return WITHIN_ROUNDING, f"{shown}: {why}.{_differing_parts(ours, one)}"
    return DIFFERENT, f"{shown}; rounding does not explain it.{_differing_parts(ours, one)}"


def _explained(ours: _Ours, one: _Published, mine: float, theirs: float, measure: Measure | None) -> str:
    """What about rounding explains that two rounded figures differ; "" where nothing does."""
    assert ours.value is not None
    if _value_step(ours.measure, one) and abs(ours.value - theirs) <= _value_step(ours.measure, one) / 2:
        return f"the published figure is a multiple of {_value_step(ours.measure, one):g}"
    if _is_tie(ours.value, one.decimals) and 0 < mine - theirs <= 10.0**-one.decimals * 1.000001:
        return "a tie of the last digit, which floating-point numbers round either way"
    half = _step(one) / 2
    if one.denominator is None and one.numerator == one.value and one.decimals < 0:
        return _nearest_text(one) if abs(ours.value - theirs) <= half else ""
    if measure is None or one.numerator is None or one.denominator is None or _step(one) == 1:
        return ""
    lower, upper = _possible(one, half, measure)
    return _nearest_text(one) if _rounded(lower, one) <= mine <= _rounded(upper, one) else ""


def _possible(one: _Published, half: float, measure: Measure) -> tuple[float, float]:
    """The least and greatest figure that parts within their rounding give."""
    assert one.numerator is not None
    assert one.denominator is not None
    # Population estimates are published as they are.
    about = 0.0 if measure.population else half
    least = measure.per * max(one.numerator - half, 0) / (one.denominator + about)
    smallest = one.denominator - about
    most = measure.per * (one.numerator + half) / smallest if smallest > 0 else float("inf")
    return least, min(most, 1e15)


def _nearest_text(one: _Published) -> str:
    return f"its parts are published to the nearest {_step(one):g}"


@cache
def _steps() -> dict[str, tuple[float, float]]:
    return {publication.title: publication.steps for publication in PUBLICATIONS}


@cache
def _value_steps() -> dict[tuple[str, str], float]:
    return {(one.title, entry.measure): entry.step for one in PUBLICATIONS for entry in one.entries}


def _step(one: _Published) -> float:
    """To what the publication rounds counts at this level; 1 where it is not known."""
    authority, others = _steps().get(one.publication, (1.0, 1.0))
    return authority if one.level == AUTHORITY else others


def _value_step(measure: str, one: _Published) -> float:
    return _value_steps().get((one.publication, measure), 0.0)


def _rounded(value: float, one: _Published) -> float:
    return float(round_half_up(value, one.decimals) or 0)


def _is_tie(value: float, decimals: int) -> bool:
    scaled = abs(Decimal(str(value))).scaleb(decimals)
    return scaled % 1 == Decimal("0.5")


def _parts_only(ours: _Ours, one: _Published) -> str:
    if one.numerator is None and one.denominator is None:
        return "The cell is blank."
    differing = _differing_parts(ours, one)
    return f"Only its parts are published.{differing or ' They are the same here.'}"


def _differing_parts(ours: _Ours, one: _Published) -> str:
    """Say which parts differ by more than the rounding of counts."""
    if one.denominator is None and one.numerator == one.value:
        return ""  # a count is its own numerator
    half = _step(one) / 2 if _step(one) != 1 else 0.0
    pairs = (("Numerator", ours.numerator, one.numerator), ("denominator", ours.denominator, one.denominator))
    said = [
        f"{name} {mine:,g} here, {theirs:,g} published"
        for name, mine, theirs in pairs
        if mine is not None and theirs is not None and abs(mine - theirs) > half
    ]
    text = "; ".join(said)
    return f" {text[0].upper()}{text[1:]}." if text else ""


def _shown(value: float, decimals: int) -> str:
    return f"{value:,.{max(decimals, 0)}f}"


def _row(ours: _Ours, one: _Published | None, agreement: str, text: str) -> tuple[Any, ...]:
    mine = _rounded(ours.value, one) if one and ours.value is not None else None
    published = one.value if one else None
    difference = None
    if one and mine is not None and published is not None:
        places = max(one.decimals, 0)
        difference = float(round_half_up(mine - _rounded(published, one), places) or 0)
    return (
        ours.measure, ours.area, ours.start, ours.end, ours.value, mine, published, one.symbol if one else "",
        difference, agreement, text,
    )  # fmt: skip
