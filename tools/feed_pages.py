"""The page of the feeds that are no returns: how they are read, and which measures they can answer."""

from __future__ import annotations

from catalogue_pages import MADE, joined, table

import csc_outcomes as csc
from csc_outcomes.engine.data import Data, given_tables
from csc_outcomes.feeding import unanswered

_INTRODUCTION = """\
# Annex A and the Standard Safeguarding Dataset

Two feeds beside the returns fill the same tables, so that the same measures run on them. What a feed does not hold is
not filled and never approximated: a measure that rests on it has the status `no_data`, and the notes of the result say
why."""

_ANNEX_A = """\
## Ofsted's Annex A

```python
data = csc.read_annex_a(
    "annex_a/", la="E08000003", date=["2022-09-30", "2023-03-31", "2023-09-30", "2024-03-31"]
)
```

One workbook, several, or a folder of them (Excel, through python-calamine: `pip install 'csc-outcomes[excel]'`). The
eleven lists are recognised by their headings, wherever these stand and however they are spelt. Codes are taken by
their pattern (`n) 5A: LA services`, `RC7 - ...`); a group of codes is no code. Dates are dates of the spreadsheet, its
day numbers, `DD/MM/YYYY` or `YYYY-MM-DD`.

- **The day.** A workbook is about one day. Give it with `date=`; it may be left out where the ages of the children
  leave no doubt of it.
- **Cover.** A workbook reaches six months back from its day, and figures are of years. A year is covered only where
  workbooks together hold all of it, list by list; re-referrals need the year before, too. For other years the status is
  `incomplete`.
- **Several workbooks.** A row that comes again is taken from the newer workbook.
- **Referrals** are those of list 3. List 6 keeps a child's latest episode of need: it adds need and closure to the
  referral of the same day, and episodes that began before the six months. An assessment is taken to follow the child's
  latest referral before it.
- **Plans** are those of list 7, which keeps a child's latest plan. A plan that began and ended in the same six months,
  before another, is lost; `plan_replaced` in `data.problems` counts the plans before which one may be.
- **Care** cannot be told: list 8 keeps one row per child."""

_SSD = """\
## The Standard Safeguarding Dataset

```python
data = csc.read_ssd(connection, la="E08000003", extracted="2024-11-05")
data = csc.read_ssd(
    {"ssd_person": persons, "ssd_cin_episodes": episodes}, la="E08000003", extracted="2024-11-05"
)
```

Frames by name, or a DB-API or SQLAlchemy connection, which is only asked for the columns that are needed. Names are
read without regard to case. A table without a row counts as missing, because extracts make all tables and leave empty
what they do not fill.

- **Cover.** The extract reaches six years back (`years=` where the authority changed it) from the day it was made
  (`extracted=`). The return years wholly within are covered. The day may be left out where the dates in the extract
  settle these years.
- **Episodes of care** need `ssd_cla_episodes`, `ssd_cla_placement` and `ssd_legal_status`. Rows that are episodes of
  the return (told by reasons such as `X1`) get the placement and legal status of their first day; rows that are whole
  periods of care are cut wherever placement or legal status changes. If more than one in twenty rows stays without
  code, placement or legal status, no episode is filled.
- **Factors** may be a JSON list of codes or an object of code and yes. Years in which assessments belong to referrals
  older than the extract are not covered.
- **Plans**: the dataset has no number of earlier plans, and a missing number is never read as none.
- **Outcomes** (OC2): the SDQ score completed last in the year; convictions, substance misuse, and completed health
  assessments and dental checks dated in it."""


def pages() -> dict[str, str]:
    """Path below docs/ to text."""
    text = joined(MADE, _INTRODUCTION, _ANNEX_A, _SSD, "## Which measures they answer", _WORDS, _measures())
    return {"sources/annex-a-and-ssd.md": text}


_WORDS = (
    "*yes* means: where the years are covered and the feed's own tables are there; whether placements are inside the "
    "authority is told from postcodes (`postcodes=`). Measures of local tables, surveys, "
    "published figures and money come from neither."
)


def _measures() -> list[str]:
    """Measures of the returns by why the feeds cannot answer them."""
    asked = [measure for measure in csc.catalogue() if _of_returns(measure.needs)]
    annex_a, ssd = unanswered("annex_a", asked), unanswered("ssd", asked)
    groups: dict[tuple[str, str], list[str]] = {}
    for measure in asked:
        said = (annex_a.get(measure.id, "yes"), ssd.get(measure.id, "yes"))
        groups.setdefault(said, []).append(f"`{measure.id}`")
    return table(
        ("measures", "Annex A", "the dataset"), [(", ".join(ids), *said) for said, ids in groups.items()]
    )


def _of_returns(needs: tuple[str, ...]) -> bool:
    return bool(needs) and all(Data.yearly(name) for need in needs for name in given_tables(need))
