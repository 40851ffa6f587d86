"""Documentation says what the library does: generated pages are current, every example is run."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from attrs import evolve

import csc_outcomes as csc
from csc_outcomes.definitions.catalogue import Collection
from csc_outcomes.engine.calculate import calculate
from csc_outcomes.synthetic import synthesise
from spec.parse import differences as row_differences
from spec.parse import parse

if TYPE_CHECKING:
    from types import ModuleType

    from csc_outcomes.definitions.indicator import Indicator

ROOT = Path(__file__).parent.parent.parent
WRITTEN = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES = [*WRITTEN, *sorted((ROOT / "docs").glob("*/*.md")), *sorted((ROOT / "changelog.d").glob("*.md"))]
WITH_CODE = [page for page in WRITTEN if "```python" in page.read_text("utf-8")]


def names_of(pages: list[Path]) -> list[str]:
    return [str(page.relative_to(ROOT)) for page in pages]


@pytest.fixture(scope="module")
def tools() -> ModuleType:
    """The maker of the documentation, which is no part of the package."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import make_docs
    finally:
        sys.path.remove(str(ROOT / "tools"))
    return make_docs


@pytest.fixture(scope="module")
def demonstrated(tools: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has been run: what the examples find."""
    folder = tmp_path_factory.mktemp("examples")
    tools.demonstrated(folder)
    return folder


# ---- generated pages ----------------------------------------------------------------------------------


def test_generated_pages_are_current(tools: ModuleType) -> None:
    assert tools.stale() == []


def test_a_page_that_is_not_current_is_found(
    tools: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "DOCS", tmp_path / "docs")
    monkeypatch.setattr(tools, "ROOT", tmp_path)
    for path, text in tools.generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert tools.stale() == []
    (tmp_path / "docs/catalogue/index.md").write_text("old")
    (tmp_path / "docs/catalogue/99_gone.md").write_text("gone")
    (tmp_path / "docs/sources/ssda903.md").unlink()

    assert tools.stale() == [
        "docs/catalogue/index.md is not current",
        "docs/sources/ssda903.md is missing",
        "docs/catalogue/99_gone.md belongs to no definition",
    ]


@pytest.mark.parametrize("indicator", list(csc.checklist), ids=lambda indicator: indicator.name)
def test_every_measure_has_its_page_caveat_and_worked_example(indicator: Indicator) -> None:
    page = ROOT / "docs" / "catalogue" / f"{indicator.number:02}_{indicator.name}.md"
    text = page.read_text("utf-8")
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", text, flags=re.MULTILINE | re.DOTALL))

    assert indicator.rise in text
    assert indicator.fall in text
    assert list(sections) == [measure.id for measure in indicator.measures]
    for measure in indicator.measures:
        assert "#### Worked example" in sections[measure.id]
        assert "\nexpected" in sections[measure.id]


# ---- examples -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", WITH_CODE, ids=names_of(WITH_CODE))
def test_examples_show_what_the_page_says(tools: ModuleType, demonstrated: Path, page: Path) -> None:
    assert tools.differences(page.read_text("utf-8"), page.name, demonstrated) == []


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ("```text\n1\n2\n```\n", 0),
        ("```text\n1\n3\n```\n", 1),
        ("", 1),
        ("Words between.\n\n```text\n1\n2\n```\n", 1),
    ],
)
def test_an_example_that_shows_something_else_is_found(
    tools: ModuleType, tmp_path: Path, shown: str, found: int
) -> None:
    page = f"```python\nx = 1\n```\n\n```python\nprint(x)\nx + 1\n```\n\n{shown}"

    assert len(tools.differences(page, "page.md", tmp_path)) == found


def test_what_examples_show_is_filled_in_once(tools: ModuleType, tmp_path: Path) -> None:
    page = "```python\nprint(1)\n```\n\nWords.\n\n```python\nx = 1\n```\n"
    filled = tools.filled(page, "page.md", tmp_path)

    assert filled == "```python\nprint(1)\n```\n\n```text\n1\n```\n\nWords.\n\n```python\nx = 1\n```\n"
    assert tools.filled(filled, "page.md", tmp_path) == filled


def test_the_example_of_a_new_measure_meets_its_own_specification(
    tools: ModuleType, demonstrated: Path
) -> None:
    """The page shows a worked example and a measure; the one is the test of the other."""
    text = (ROOT / "docs" / "add-a-measure.md").read_text("utf-8")
    (spec,) = parse(text.partition("````markdown\n")[2].partition("````")[0], "add-a-measure.md")
    names: dict[str, Any] = {}
    for example in tools.examples_of(text, "add-a-measure.md")[:2]:
        exec(example.code, names)
    measure = names["CARE_ORDER"]
    mine = Collection("mine", (evolve(csc.checklist[1], measures=(measure,)),))
    data = csc.Data({name: pd.DataFrame(rows, dtype=object) for name, rows in spec.tables.items()})
    result = calculate(mine, spec.measure, data, csc.Window.snapshot(spec.windows[0].start))

    assert spec.measure == measure.id
    assert not row_differences(spec.expected, result.frame.to_dict("records"))
    assert not row_differences(spec.notes, result.notes.to_dict("records"), all_rows=False)


# ---- what the pages name ------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=names_of(PAGES))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        if path.startswith("http"):
            continue
        if not other.exists() or (anchor and anchor not in anchors_of(other)):
            broken.append(target)
    assert broken == []


def anchors_of(page: Path) -> set[str]:
    """Headings as links name them: lower case, without marks, a hyphen for a space."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_problem_that_reading_can_report_is_explained() -> None:
    page = (ROOT / "docs" / "reading-returns.md").read_text("utf-8")
    explained = set(re.findall(r"`([a-z_]+)`", page.partition("| code |")[2]))
    sources = [path.read_text("utf-8") for path in (ROOT / "src" / "csc_outcomes").rglob("*.py")]
    literal = {code for text in sources for code in re.findall(r'\bProblem\(\s*"([a-z_]+)"', text)}
    reported = literal | set(problems_of_dirty_data()["code"])

    assert len(reported) > 20
    assert sorted(reported - explained) == []


def problems_of_dirty_data() -> pd.DataFrame:
    made = synthesise(2, range(2021, 2024), children=400, dirt=["all"])
    return csc.Data(made.tables).problems


def test_readme_and_checks_run_the_tests_in_the_same_way() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    run = (ROOT / ".ci" / "run").read_text("utf-8")

    tests = "-m pytest -n auto --dist loadfile\n"

    assert f".venv/bin/pip install -q '.[dev]' && .venv/bin/python {tests}" in readme
    assert "\"$bin/pip\" install -q '.[dev]'\n" in run
    assert f'"$bin/python" {tests}' in run


def test_readme_counts_what_computes() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    readme_words = " ".join(readme.split())

    assert f"{len(csc.catalogue())} measures compute, of all 24 outcomes" in readme_words
    assert all(indicator.measures for indicator in csc.checklist)
