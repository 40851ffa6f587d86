"""One invented story told twice: as yearly returns and as an extract of the Standard Safeguarding Dataset.

Dates, changes and reasons are drawn once; the two ways of writing them down share nothing else.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import polars as pl

DAY = dt.timedelta(days=1)
EXTRACTED = dt.date(2024, 11, 5)
YEARS = range(2020, 2025)
"""Return years of the story: those wholly within six years before the day of the extract."""
FIRST = dt.date(2019, 4, 1)

Rows = list[dict[str, Any]]


def days(start: dt.date, count: int) -> dt.date:
    return start + dt.timedelta(days=count)


def spans(year: int) -> tuple[dt.date, dt.date]:
    return dt.date(year - 1, 4, 1), dt.date(year, 3, 31)


def frame(rows: Rows, columns: tuple[str, ...]) -> pl.DataFrame:
    """Rows as text, as a file has them."""
    cells = {name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in columns}
    return pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String))


# ---- children in need -------------------------------------------------------------------------------------


def needs(seed: int, children: int = 60) -> Rows:
    """Referrals with what followed: closure, reason, assessments with factors, and a plan."""
    draw = Random(seed)
    rows: Rows = []
    for child in range(children):
        at = days(FIRST, draw.randrange(300))
        while at < EXTRACTED:
            nfa = draw.random() < 0.3
            until = None if nfa else days(at, draw.randrange(20, 400))
            until = until if until and until < EXTRACTED else None
            row = {"child": f"c{child}", "referral": at, "nfa": nfa, "close": until, "assessments": []}
            row["reason"] = draw.choice(("RC7", "RC8")) if until else None
            for number in range(0 if nfa else draw.randrange(3)):
                begun = days(at, 2 + 30 * number)
                done = days(begun, draw.randrange(5, 45))
                last = min(until or EXTRACTED, EXTRACTED)
                factors = draw.sample(["13A", "11A", "4A", "3B", "10A", "24A", "21"], draw.randrange(1, 4))
                if begun < last:
                    row["assessments"].append((begun, done if done <= last else None, factors))
            rows.append(row)
            at = days(until or at, draw.randrange(30, 700))
            if not nfa and until is None:
                break
    return rows


def census(story: Rows) -> dict[str, pl.DataFrame]:
    """The story as the census' yearly returns."""
    details: Rows = []
    assessments: Rows = []
    factors: Rows = []
    for year in YEARS:
        start, end = spans(year)
        counters: dict[str, int] = {}
        for row in story:
            last = row["referral"] if row["nfa"] else row["close"] or dt.date.max
            if row["referral"] > end or last < start:
                continue
            counters[row["child"]] = number = counters.get(row["child"], 0) + 1
            closed = row["close"] if row["close"] and row["close"] <= end else None
            block = {"LAchildID": row["child"], "CINdetailsID": number, "YEAR": year}
            details.append(
                {
                    **block, "CINreferralDate": row["referral"], "CINclosureDate": closed,
                    "ReasonForClosure": row["reason"] if closed else None, "ReferralNFA": int(row["nfa"]),
                    "PrimaryNeedCode": None if row["nfa"] else "N1",
                }
            )  # fmt: skip
            for at, (begun, done, codes) in enumerate(row["assessments"], 1):
                if begun > end or (done and done < start):
                    continue
                finished = done if done and done <= end else None
                own = {**block, "AssessmentID": at}
                assessments.append(
                    {**own, "AssessmentActualStartDate": begun, "AssessmentAuthorisationDate": finished}
                )
                if finished:
                    factors += [{**own, "AssessmentFactor": code} for code in codes]
    block_names = ("LAchildID", "YEAR", "CINdetailsID")
    return {
        "cin.CINdetails": frame(
            details,
            (
                *block_names, "CINreferralDate", "CINclosureDate", "ReasonForClosure", "ReferralNFA",
                "PrimaryNeedCode",
            ),
        ),
        "cin.Assessments": frame(
            assessments,
            (*block_names, "AssessmentID", "AssessmentActualStartDate", "AssessmentAuthorisationDate"),
        ),
        "cin.AssessmentFactorsList": frame(factors, (*block_names, "AssessmentID", "AssessmentFactor")),
        "cin.ChildIdentifiers": births(story, "LAchildID", "PersonBirthDate").with_columns(YEAR=pl.lit(YEARS[-1])),
    }  # fmt: skip


def births(story: Rows, name: str, birth: str) -> pl.DataFrame:
    children = sorted({row["child"] for row in story})
    rows = [{name: child, birth: days(dt.date(2004, 1, 1), 97 * n)} for n, child in enumerate(children)]
    return frame(rows, (name, birth))


def extract_of_needs(story: Rows) -> dict[str, pl.DataFrame]:
    """The story as an extract: each thing once, with the ids of the case system."""
    referrals: Rows = []
    assessments: Rows = []
    factors: Rows = []
    for number, row in enumerate(story):
        referrals.append(
            {
                "cine_person_id": row["child"], "cine_referral_id": 1000 + number,
                "cine_referral_date": row["referral"],
                "cine_referral_nfa": "Y" if row["nfa"] else "N", "cine_close_date": row["close"],
                "cine_close_reason": row["reason"], "cine_cin_primary_need_code": "N1",
                "cine_referral_source_code": "6",
            }
        )  # fmt: skip
        for begun, done, codes in row["assessments"]:
            own = len(assessments) + 1
            assessments.append(
                {
                    "cina_person_id": row["child"], "cina_assessment_id": own, "cina_referral_id": 1000 + number,
                    "cina_assessment_start_date": begun, "cina_assessment_auth_date": done or "1900-01-01",
                }
            )  # fmt: skip
            if done:
                listed = "[" + ", ".join(f'"{code}"' for code in codes) + "]"
                factors.append({"cinf_assessment_id": own, "cinf_assessment_factors_json": listed})
    return {
        "ssd_person": births(story, "pers_person_id", "pers_dob"),
        "ssd_cin_episodes": frame(referrals, tuple(referrals[0])),
        "ssd_cin_assessments": frame(assessments, tuple(assessments[0])),
        "ssd_assessment_factors": frame(factors, tuple(factors[0])),
    }


# ---- children looked after --------------------------------------------------------------------------------

_PLACES = ("U1", "U4", "U6", "K2", "P1")


def care(seed: int, children: int = 50) -> Rows:
    """Periods of care, each a chain of episodes: placement, legal status, and why each began and ended."""
    draw = Random(seed)
    periods: Rows = []
    for child in range(children):
        at = days(FIRST, draw.randrange(600))
        while at < EXTRACTED:
            chain: Rows = []
            place, legal = draw.choice(_PLACES), draw.choice(("V2", "C1"))
            for _ in range(draw.randrange(1, 6)):
                chain.append({"from": at, "place": place, "legal": legal, "number": len(chain)})
                at = days(at, draw.randrange(10, 250))
                change = draw.choice(("P", "P", "L", "B"))
                if change in "PB":
                    place = draw.choice([code for code in _PLACES if code != place])
                if change in "LB":
                    legal = "C2" if legal != "C2" else "E1"
                chain[-1]["then"] = change
            left = at if draw.random() < 0.7 else None
            chain = [row for row in chain if row["from"] < EXTRACTED]
            if left and left >= EXTRACTED:
                left = None
            periods.append(
                {"child": f"c{child}", "chain": chain, "left": left, "rec": draw.choice(("E4A", "E13", "E3"))}
            )
            if left is None:
                break
            at = days(left, draw.randrange(30, 500))
    return periods


def episodes(story: Rows) -> Rows:
    """Every episode of the story as it finally was."""
    rows: Rows = []
    for period in story:
        chain = period["chain"]
        for at, entry in enumerate(chain):
            final = at + 1 == len(chain)
            rows.append(
                {
                    "CHILD": period["child"], "DECOM": entry["from"], "RNE": chain[at - 1]["then"] if at else "S",
                    "LS": entry["legal"], "CIN": "N1", "PLACE": entry["place"],
                    "DEC": period["left"] if final else chain[at + 1]["from"],
                    "REC": (period["rec"] if period["left"] else None) if final else "X1",
                    "PL_POST": f"AB1{entry['place']}",
                }
            )  # fmt: skip
    return rows


EPISODE = ("CHILD", "YEAR", "DECOM", "RNE", "LS", "CIN", "PLACE", "DEC", "REC", "PL_POST")


def returned(story: Rows) -> dict[str, pl.DataFrame]:
    """The story as the SSDA903's yearly returns."""
    rows: Rows = []
    for year in YEARS:
        start, end = spans(year)
        for row in episodes(story):
            if row["DECOM"] <= end and (row["DEC"] is None or row["DEC"] >= start):
                still = row["DEC"] is None or row["DEC"] > end
                rows.append({**row, "YEAR": year, **({"DEC": None, "REC": None} if still else {})})
    header = births(story, "CHILD", "DOB").with_columns(YEAR=pl.lit(YEARS[-1]))
    return {"ssda903.episodes": frame(rows, EPISODE), "ssda903.header": header}


CARE = (
    "clae_person_id", "clae_cla_id", "clae_cla_placement_id", "clae_cla_episode_start_date",
    "clae_cla_episode_start_reason", "clae_cla_primary_need_code", "clae_cla_episode_ceased_date",
    "clae_cla_episode_ceased_reason", "clae_entered_care_date",
)  # fmt: skip
PLACEMENT = (
    "clap_person_id", "clap_cla_id", "clap_cla_placement_id", "clap_cla_placement_start_date",
    "clap_cla_placement_end_date", "clap_cla_placement_type", "clap_cla_placement_postcode",
)  # fmt: skip
LEGAL = ("lega_person_id", "lega_legal_status", "lega_legal_status_start_date", "lega_legal_status_end_date")


def extract_of_care(story: Rows, *, by_episode: bool) -> dict[str, pl.DataFrame]:
    """The story as an extract: placements and legal statuses on their own, care by episode or by period."""
    rows: Rows = []
    placements: Rows = []
    legal: Rows = []
    for number, period in enumerate(story):
        chain, child = period["chain"], period["child"]
        ends = [*(entry["from"] for entry in chain[1:]), period["left"]]
        for entry, end in zip(chain, ends, strict=True):
            for kept, name in ((placements, "place"), (legal, "legal")):
                if kept and kept[-1]["period"] == number and kept[-1]["value"] == entry[name]:
                    kept[-1]["to"] = end
                else:
                    kept.append(
                        {
                            "period": number,
                            "child": child,
                            "value": entry[name],
                            "from": entry["from"],
                            "to": end,
                        }
                    )
            entry["placement"] = f"p{len(placements)}"
        spells = zip(chain, ends, strict=True) if by_episode else [(chain[0], period["left"])]
        for entry, end in spells:
            first, final = entry is chain[0], end == period["left"] and (not by_episode or entry is chain[-1])
            reason = "S" if first else chain[entry["number"] - 1]["then"]
            rows.append(
                dict(
                    zip(
                        CARE,
                        (
                            child, f"l{number}", entry["placement"] if by_episode else None, entry["from"], reason,
                            "N1", end, (period["rec"] if end else None) if final else "X1", chain[0]["from"],
                        ),
                        strict=True,
                    )
                )
            )  # fmt: skip
    placed = []
    for at, row in enumerate(placements, 1):
        place, number = row["value"], row["period"]
        cells = (row["child"], f"l{number}", f"p{at}", row["from"], row["to"], place, f"AB1{place}")
        placed.append(dict(zip(PLACEMENT, cells, strict=True)))
    ordered = [
        dict(zip(LEGAL, (row["child"], row["value"], row["from"], row["to"]), strict=True)) for row in legal
    ]
    return {
        "ssd_person": births(story, "pers_person_id", "pers_dob"),
        "ssd_cla_episodes": frame(rows, CARE),
        "ssd_cla_placement": frame(placed, PLACEMENT),
        "ssd_legal_status": frame(ordered, LEGAL),
    }
