"""Fills in what docs/published-figures.md says about publications, from their declarations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from csc_outcomes.sources.published_maps import NOT_MAPPED, PUBLICATIONS

if TYPE_CHECKING:
    from csc_outcomes.sources.published_maps import Amount, Entry, Publication

PAGE = Path(__file__).parent.parent / "docs" / "published-figures.md"


def filled(text: str) -> str:
    """The page with its two lists as they are declared."""
    for name, content in (("measures", mapped()), ("not mapped", not_mapped())):
        pattern = rf"(<!-- {name} -->\n).*?(\n<!-- end -->)"
        text, found = re.subn(pattern, lambda m, c=content: f"{m[1]}{c}{m[2]}", text, flags=re.DOTALL)
        assert found == 1, f"the page needs one place for {name}"
    return text


def mapped() -> str:
    """One table per publication: measures, rows and columns."""
    return "\n\n".join(_table(one) for one in PUBLICATIONS)


def not_mapped() -> str:
    """The measures with a publication that none of its files answers for."""
    rows = (f"| `{name}` | {why} |" for name, why in NOT_MAPPED.items())
    return "\n".join(("| measure | why |", "| --- | --- |", *rows))


def _table(publication: Publication) -> str:
    head = (f"**{publication.title}**", "", "| measure | figure | of | about |", "| --- | --- | --- | --- |")
    return "\n".join((*head, *(_line(entry) for entry in publication.entries)))


def _line(entry: Entry) -> str:
    name = f"`{entry.measure}`" + (f" with `{entry.parameters}`" if entry.parameters else "")
    within = ", ".join(f"`{column}` {what or 'blank'}" for column, what in entry.where)
    figure = entry.value or entry.numerator
    assert figure is not None
    shown = "; ".join(part for part in (within, _amount(figure)) if part)
    if entry.value is None:
        shown += " (parts only)"
    return f"| {name} | {shown} | {_amount(entry.denominator) if entry.denominator else '-'} | {entry.span.value} |"


def _amount(amount: Amount) -> str:
    columns = " + ".join(f"`{column}`" for column in amount.columns)
    rows = " + ".join(" or ".join(spellings) for spellings in amount.rows)
    return f"{rows}: {columns}" if rows else columns
