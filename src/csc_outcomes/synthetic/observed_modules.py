"""What invented data show of the margins outside the episodes: workers, missing, health, care leavers."""

from __future__ import annotations

from datetime import date

import polars as pl

from csc_outcomes.synthetic.look import KEYS, Look, age

Figures = dict[tuple[str, str], float]
_EET = ("F", "P")
_CONTACT = ("DIED", "RHOM")


def modules(look: Look) -> Figures:
    """Figures from the modules of the year's return."""
    return {**_workers(look), **_missing(look), **_twelve_months(look), **_leavers(look)}


def _percent(frame: pl.DataFrame, condition: pl.Expr, base: pl.Expr | None = None) -> float:
    rows = frame if base is None else frame.filter(base)
    return 100.0 * float(rows.select(condition.fill_null(False).sum()).item()) / max(1, len(rows))


def _workers(look: Look) -> Figures:
    rows = look.of_year("sw_episodes")
    if not len(rows):
        return {}
    count = rows.group_by(KEYS).agg(workers=pl.n_unique("SW_ID"))
    stock = look.in_care.select(KEYS).join(count, on=KEYS, how="left")
    return {("social workers", "3+ in the year"): _percent(stock, pl.col("workers") >= 3)}


def _missing(look: Look) -> Figures:
    rows = look.of_year("missing")
    children = max(1, len(look.any_time))
    missing = rows.filter(pl.col("MISSING") == "M")
    away = rows.filter(pl.col("MISSING") == "A")
    gone = len(missing.select(KEYS).unique())
    return {
        ("missing", "went missing"): 100.0 * gone / children,
        ("missing", "away"): 100.0 * len(away.select(KEYS).unique()) / children,
        ("missing", "incidents per missing child"): len(missing) / max(1, gone),
    }


def _twelve_months(look: Look) -> Figures:
    rows = look.of_year("oc2").with_columns(AGE=age(look.last))
    school = pl.col("AGE").is_between(5, 16)
    scored = school & pl.col("SDQ_SCORE").is_not_null()
    score, misuse = pl.col("SDQ_SCORE"), pl.col("SUBSTANCE_MISUSE") == "1"
    block = "looked after 12 months"
    return {
        (block, "children"): float(len(rows)),
        (block, "convicted, 10-17"): _percent(rows, pl.col("CONVICTED") == "1", pl.col("AGE") >= 10),
        (block, "health assessment"): _percent(rows, pl.col("HEALTH_ASSESSMENT") == "1"),
        (block, "immunised"): _percent(rows, pl.col("IMMUNISATIONS") == "1"),
        (block, "dentist"): _percent(rows, pl.col("TEETH_CHECK") == "1"),
        (block, "development, 0-4"): _percent(rows, pl.col("HEALTH_CHECK") == "1", pl.col("AGE") < 5),
        (block, "substance misuse"): _percent(rows, misuse),
        (block, "intervention received"): _percent(rows, pl.col("INTERVENTION_RECEIVED") == "1", misuse),
        (block, "intervention refused"): _percent(rows, pl.col("INTERVENTION_OFFERED") == "1", misuse),
        (block, "SDQ received, 5-16"): _percent(rows, score.is_not_null(), school),
        (block, "SDQ normal"): _percent(rows, score <= 13, scored),
        (block, "SDQ borderline"): _percent(rows, score.is_between(14, 16), scored),
        (block, "SDQ concern"): _percent(rows, score >= 17, scored),
        (block, "SDQ score"): float(rows.filter(scored).select(score.mean()).item() or 0.0),
    }


def _leavers(look: Look) -> Figures:
    rows = look.of_year("oc3").filter(~pl.col("IN_TOUCH").is_in(_CONTACT))
    rows = rows.with_columns(AGE=age(look.last))
    # The age is that of the birthday in the year, which is the age on the last day.
    found: Figures = {}
    for name, low, high in (("care leavers 17-18", 17, 18), ("care leavers 19-21", 19, 21)):
        group = rows.filter(pl.col("AGE").is_between(low, high))
        activity = pl.col("ACTIV")
        housed = ~pl.col("ACCOM").str.slice(0, 1).is_in(["G", "H", "R"])
        found |= {
            (name, "young people"): float(len(group)),
            (name, "EET"): _percent(group, activity.str.slice(0, 1).is_in(_EET)),
            (name, "NEET"): _percent(group, activity.str.starts_with("G")),
            (name, "activity not known"): _percent(group, activity == "0"),
            (name, "suitable"): _percent(group, pl.col("ACCOM").str.ends_with("1"), housed),
            (name, "unsuitable"): _percent(group, pl.col("ACCOM").str.ends_with("2"), housed),
        }
    found["care leavers", "not in touch"] = _percent(rows, pl.col("IN_TOUCH") == "NO")
    return found | _staying_put(look, rows)


def _staying_put(look: Look, rows: pl.DataFrame) -> Figures:
    """Of those aged 19 or 20 who left foster care at 18, those with former carers; needs four returns."""
    if min(look.years) > look.year - 3:
        return {}
    last = look.episodes.group_by(KEYS).agg(pl.last("PLACE", "DEC"))
    group = rows.filter(pl.col("AGE").is_between(19, 20)).join(last, on=KEYS)
    group = group.filter(pl.col("PLACE").str.starts_with("U") & (age(pl.col("DEC")) >= 18))
    group = group.filter(pl.col("DEC") >= date(look.year - 3, 4, 1))
    return {("care leavers", "staying put, 19-20"): _percent(group, pl.col("ACCOM").str.starts_with("Z"))}
