"""Scores made from the answers to items, by the rules of `csc.instruments`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import field, frozen

from csc_outcomes.engine.door import Problem
from csc_outcomes.sources.scores_tables import ITEMS

if TYPE_CHECKING:
    from csc_outcomes.instruments.choices import Choices, Key
    from csc_outcomes.instruments.definition import Instrument

_GRID = 1e-6
_NOTHING = {"AT": pl.UInt32, "scale": pl.String, "score": pl.Float64, "unverified": pl.Boolean}


@frozen
class FromItems:
    """Scores by row and scale: AT (number of the row), scale, score (null: too few answers), unverified.

    `reasons` says why rows have no score, with how many.
    """

    scores: pl.DataFrame
    reasons: dict[str, int] = field(factory=dict)

    @property
    def problems(self) -> list[Problem]:
        """One problem for each reason."""
        return [
            Problem("items_not_scored", "scores", rows, f"{rows} rows {text}", set_aside=rows)
            for text, rows in sorted(self.reasons.items())
        ]


def from_items(rows: pl.DataFrame) -> FromItems:
    """Score rows that have answers and no score; AT numbers them.

    A row is scored on the scale it names. Where it names none (`total`) and the instrument has no total, it is
    scored on all scales of the instrument.
    """
    found, reasons = [pl.DataFrame(schema=_NOTHING)], dict[str, int]()
    # What these columns say decides how answers become scores: a group is scored in one way.
    for (name, informant, points, scoring), group in rows.group_by(
        "instrument", "informant", "points", "scoring", maintain_order=True
    ):
        scored = _scored(group, str(name), str(informant), points, str(scoring))
        found.append(scored.scores)
        for text, count in scored.reasons.items():
            reasons[text] = reasons.get(text, 0) + count
    return FromItems(pl.concat(found), reasons)


def _scored(group: pl.DataFrame, name: str, informant: str, points: Any, scoring: str) -> FromItems:
    from csc_outcomes.instruments.choices import resolve
    from csc_outcomes.instruments.registry import INSTRUMENTS

    instrument = next((entry for entry in INSTRUMENTS if entry.name == name), None)
    if instrument is None:
        return _none(group, "have answers and no score, and their instrument has no key here")
    if instrument.keyless or instrument.reverse_required:
        what = "the licence holder's key" if instrument.keyless else "the order of the form (reverse)"
        return _none(group, f"of {name} need {what}: score them with csc.instruments and give the scores")
    choices = _choices(instrument, informant, points, scoring)
    key, _ = resolve(instrument, choices)
    if key is None:
        return _none(group, f"of {name} do not say, or say oddly, who answered or how the form is scored")
    usable = group.filter(_fitting(key))
    reasons = {}
    if usable.height < group.height:
        lost = group.height - usable.height
        reasons[f"of {name} have an answer that its items cannot have; none is scored"] = lost
    if usable.is_empty():
        return FromItems(pl.DataFrame(schema=_NOTHING), reasons)
    known = [*(scale.name for scale in instrument.subscales), "total"]
    strange = usable.filter(~pl.col("scale").is_in(known)).height
    if strange:
        reasons[f"of {name} name a scale that it does not have"] = strange
    scores = _named_scales(usable, _by_scale(usable, instrument, choices))
    empty = scores.group_by("AT").agg(pl.col("score").is_null().all())["score"].sum()
    if empty:
        reasons[f"of {name} have too few answers for a score"] = int(empty)
    return FromItems(scores, reasons)


def _none(group: pl.DataFrame, why: str) -> FromItems:
    return FromItems(pl.DataFrame(schema=_NOTHING), {why: group.height})


def _choices(instrument: Instrument, informant: str, points: Any, scoring: str) -> Choices:
    """What a row says, of what the instrument asks for."""
    from csc_outcomes.instruments.choices import Choices

    whole = int(points) if float(points).is_integer() else points
    return Choices(
        informant=informant or None,
        scoring=(scoring or None) if instrument.scorings else None,
        points=whole if instrument.points else None,
    )


def _fitting(key: Key) -> pl.Expr:
    """Whether every answer is one that the form has, and no item is answered that the form lacks."""
    wanted = _columns(key.instrument)
    others = [item for item in ITEMS if item not in wanted]
    unit = 10**key.instrument.places
    answers = pl.col(wanted)
    fine = answers.is_between(key.low, key.high) & (
        (answers * unit - (answers * unit).round()).abs() <= _GRID
    )
    return pl.all_horizontal(fine.fill_null(value=True)) & pl.all_horizontal(pl.col(others).is_null())


def _columns(instrument: Instrument) -> list[str]:
    return [f"i{item}" for item in range(1, instrument.n_items + 1)]


def _by_scale(rows: pl.DataFrame, instrument: Instrument, choices: Choices) -> pl.DataFrame:
    """Scores of all scales: AT, scale, score and whether an unverified rule made it."""
    from csc_outcomes.instruments.scoring import score_quietly

    answers = rows.select(pl.col("AT").alias("respondent"), *_columns(instrument))
    scored, _ = score_quietly(instrument, answers, choices)
    frame = pl.DataFrame(
        {name: scored[name].to_numpy() for name in ("respondent", "score", "prorated")}
        | {name: scored[name].to_list() for name in ("scale", "rule_id")}
    )
    # What of a rule is not confirmed stands at the end of its id; bands play no part in a score.
    open_points = pl.col("rule_id").str.extract(r"unverified=(.*)$").fill_null("").str.split("+")
    missing = open_points.list.contains("missing") & pl.col("prorated")
    return frame.select(
        pl.col("respondent").cast(pl.UInt32).alias("AT"),
        "scale",
        pl.col("score").cast(pl.Float64).fill_nan(None),
        unverified=open_points.list.contains("key") | missing,
    )


def _named_scales(rows: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """Of every row the scale it names, or all where it names none and there is no total."""
    named = scores.join(rows.select("AT", NAMED="scale"), on="AT", how="left", maintain_order="left")
    has_total = bool((scores["scale"] == "total").any())
    wanted = pl.col("scale") == pl.col("NAMED")
    if not has_total:
        wanted |= pl.col("NAMED") == "total"
    return named.filter(wanted).drop("NAMED")
