"""Pages of the catalogue, made from the definitions and their worked examples."""

from __future__ import annotations

import inspect
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import csc_outcomes as csc
from csc_outcomes.cli.words import BASIS, LIMITS, direction_of, tables_of, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csc_outcomes.definitions.indicator import Indicator
    from csc_outcomes.definitions.measure import Measure, Parameter

ROOT = Path(__file__).parent.parent
SPECS = ROOT / "tests" / "spec"
MADE = "<!-- Made by tools/make_docs.py from the definitions; edit those, not this page. -->"


def pages() -> dict[str, str]:
    """Path below docs/ to text, for the index and each outcome."""
    made = {f"catalogue/{file_of(indicator)}": _page(indicator) for indicator in csc.checklist}
    return {"catalogue/index.md": _index(), **made}


def file_of(indicator: Indicator) -> str:
    """Name of an outcome's page."""
    return f"{indicator.number:02}_{indicator.name}.md"


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A Markdown table."""
    names = list(header)
    body = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}", *body]


def _cell(text: str) -> str:
    return " ".join(str(text).replace("|", "\\|").split())


def joined(*blocks: str | list[str]) -> str:
    """Blocks with a blank line between them; empty ones are left out."""
    texts = ["\n".join(block) if isinstance(block, list) else block for block in blocks]
    return "\n\n".join(text for text in texts if text.strip()) + "\n"


# ---- the index ----------------------------------------------------------------------------------------


def _index() -> str:
    outcomes = [
        (
            str(indicator.number),
            f"[{indicator.title}]({file_of(indicator)})",
            str(len(indicator.measures)) if indicator.measures else "defined, not computed yet",
        )
        for indicator in csc.checklist
    ]
    measures = [
        (
            f"[`{measure.id}`]({file_of(indicator)}#{measure.id})",
            measure.label,
            measure.unit,
            measure.when.value.replace("_", " "),
        )
        for indicator in csc.checklist
        for measure in indicator.measures
    ]
    computed = sum(bool(indicator.measures) for indicator in csc.checklist)
    return joined(
        MADE,
        "# Catalogue",
        f"The 24 outcomes of the 2017 data checklist, in its order. {computed} of them have measures that "
        f"are computed, {len(measures)} in all; of the others the definition is here and the measures are "
        "not.",
        table(("", "outcome", "measures"), outcomes),
        "## All measures",
        table(("id", "what it is", "unit", "time"), measures),
    )


# ---- an outcome ---------------------------------------------------------------------------------------


def _page(indicator: Indicator) -> str:
    introduction, sections = _worked(indicator)
    measures = [_measure(indicator, measure, sections.get(measure.id, [])) for measure in indicator.measures]
    none = "" if measures else "This outcome is defined and not computed yet: it has no measure."
    about = f"About the worked examples: {introduction}" if introduction else ""
    return joined(
        MADE,
        f"# {indicator.number}. {indicator.title}",
        indicator.definition,
        indicator.note,
        f"**Direction**: {direction_of(indicator.direction)}. {indicator.hoped_for}",
        f"**A rise can mean**: {indicator.rise}",
        f"**A fall can mean**: {indicator.fall}",
        f"**Unintended consequences**: {indicator.unintended_consequences}",
        f"**Data quality**: {indicator.data_quality}",
        f"**Elsewhere**: {indicator.crosswalk}" if indicator.crosswalk else "",
        ["**References**", "", *(f"- {reference}" for reference in indicator.references)],
        "## Measures",
        none,
        about,
        *measures,
    ).replace("\n\n\n", "\n\n")


def _measure(indicator: Indicator, measure: Measure, examples: list[tuple[str, str]]) -> str:
    facts = [
        ("version", str(measure.version)),
        ("kind and unit", f"{measure.kind.value}, `{measure.unit}`, multiplier {measure.per:g}"),
        ("time", time_of(measure)),
        ("tables", tables_of(measure)),
        ("limits", LIMITS[measure.limits.value]),
        ("rests on", BASIS[measure.basis.value]),
        ("published match", measure.published),
        ("direction", direction_of(indicator.direction_of(measure))),
        ("selection", _where(measure)),
    ]
    own = [reference for reference in measure.references if reference not in indicator.references]
    return joined(
        f"### {measure.id}",
        f"{measure.label}.",
        f"**Numerator**: {measure.numerator}",
        f"**Denominator**: {measure.denominator}",
        f"**Formula**: {measure.formula}",
        f"**Edges**: {measure.edges}" if measure.edges else "",
        table(("", ""), facts),
        _parameters(measure.parameters),
        _own_caveat(measure),
        ["**References**", "", *(f"- {reference}" for reference in own)] if own else "",
        *(_example(title, body) for title, body in examples),
    ).strip()


def _own_caveat(measure: Measure) -> str:
    if not (measure.rise or measure.fall):
        return ""
    rise = f"**A rise of this figure can mean**: {measure.rise}" if measure.rise else ""
    fall = f"**A fall of this figure can mean**: {measure.fall}" if measure.fall else ""
    return joined(rise, fall).strip()


def _where(measure: Measure) -> str:
    # Selections that differ in one code only are one function with that code filled in.
    select: Any = measure.select.func if isinstance(measure.select, partial) else measure.select
    module = inspect.getmodule(select)
    assert module is not None
    return f"`{select.__name__}` in `src/{module.__name__.replace('.', '/')}.py`"


def _parameters(parameters: tuple[Parameter, ...]) -> list[str]:
    if not parameters:
        return []
    rows = [
        (
            f"`{parameter.name}`",
            "must be given" if parameter.required else f"`{parameter.default!r}`",
            ", ".join(f"`{choice!r}`" for choice in parameter.choices) or "any",
            parameter.note,
        )
        for parameter in parameters
    ]
    return table(("parameter", "default", "choices", "what it decides"), rows)


def _example(title: str, body: str) -> str:
    heading = f"#### Worked example: {title}" if title else "#### Worked example"
    return f"{heading}\n\n{body}"


# ---- worked examples ----------------------------------------------------------------------------------


def _worked(indicator: Indicator) -> tuple[str, dict[str, list[tuple[str, str]]]]:
    """The introduction of an outcome's worked examples, and title and text of each, by measure."""
    found = sorted(SPECS.glob(f"{indicator.number:02}_*.md"))
    if not found:
        return "", {}
    head, *sections = re.split(r"^## ", found[0].read_text(encoding="utf-8"), flags=re.MULTILINE)
    introduction = head.partition("\n")[2].strip() if head.startswith("# ") else head.strip()
    examples: dict[str, list[tuple[str, str]]] = {}
    for section in sections:
        heading, _, body = section.partition("\n")
        name, _, title = heading.partition(":")
        explanation, block, *_ = re.split(r"^```.*$", body, flags=re.MULTILINE)
        text = f"{explanation.strip()}\n\n```text\n{block.strip()}\n```"
        examples.setdefault(name.strip(), []).append((title.strip(), text))
    return introduction, examples
