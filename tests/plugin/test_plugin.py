"""Other packages add measures through an entry point; what they do wrong stays theirs."""

from __future__ import annotations

import importlib
import json
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from jsonschema import Draft202012Validator

import csc_outcomes as csc
from csc_outcomes.definitions.catalogue import ENTRY_POINTS
from csc_outcomes.errors import UnknownNameError
from csc_outcomes.indicators import CHECKLIST, collection
from csc_outcomes.instruments.registry import known
from csc_outcomes.schemas import schema
from small_returns import cells, data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DUMMY = Path(__file__).parent / "csc_outcomes_dummy"
OWN = [measure.id for measure in collection()]
RETURN = """
    A 1 2024 2023-05-01 S C2 N1 U4 - -
    A 2 2024 2023-05-01 S C2 N1 U4 - -
    A 3 2024 2023-05-01 S C2 N1 U4 - -
    B 1 2024 2023-05-01 S C2 N1 U4 - -
"""
CHILDREN = """
    A 1 2024 1 2020-03-31 WBRI
    A 2 2024 1 2019-03-31 WBRI
    A 3 2024 1 -          WBRI
    B 1 2024 2 2023-04-30 WBRI
"""
"""On 31 March 2024 the first two of A are 4 and 5 years old, one is of unknown age; B's is under 1."""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Make entry points known the way an installer does: a .dist-info beside importable modules."""

    def install(distribution: str, **entries: str) -> None:
        folder = tmp_path / f"{distribution}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        lines = [f"{name} = {target}" for name, target in entries.items()]
        (folder / "entry_points.txt").write_text("\n".join([f"[{ENTRY_POINTS}]", *lines, ""]))
        importlib.invalidate_caches()

    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.syspath_prepend(str(DUMMY))
    modules = set(sys.modules)
    csc.catalogue.cache_clear()
    known.cache_clear()
    yield install
    csc.catalogue.cache_clear()
    known.cache_clear()
    for name in set(sys.modules) - modules:
        if name.startswith(("csc_outcomes_", "plugin_")):
            del sys.modules[name]


@pytest.fixture
def dummy(installed: Callable[..., None]) -> Callable[..., None]:
    """The dummy package, installed as its own pyproject.toml says."""
    project = tomllib.loads((DUMMY / "pyproject.toml").read_text())["project"]
    installed(project["name"].replace("-", "_"), **project["entry-points"][ENTRY_POINTS])
    return installed


def module(folder: str, name: str, body: str) -> None:
    (Path(folder) / f"{name}.py").write_text(body)


def test_the_checklist_offers_itself_by_the_same_entry_point() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["entry-points"][ENTRY_POINTS]["checklist"] == "csc_outcomes.indicators:collection"
    assert [measure.id for measure in csc.catalogue()] == OWN


def test_a_measure_of_another_package_is_found(dummy: Callable[..., None]) -> None:
    catalogue = csc.catalogue()
    assert [measure.id for measure in catalogue] == [*OWN, "dummy_young_share_pct"]
    assert csc.measure("dummy_young_share_pct").label == "Young children among the looked after"
    assert catalogue.indicator_of("dummy_young_share_pct").name == "dummy_young_children"
    assert [indicator.number for indicator in csc.checklist] == list(range(1, 25))
    with pytest.raises(UnknownNameError, match="did you mean dummy_young_share_pct"):
        csc.measure("dummy_young_share")


def test_an_instrument_of_another_package_is_found(dummy: Callable[..., None]) -> None:
    """Answers 5, 1, 4, 3: item 2 is reversed to 5, so 17."""
    answers = pd.DataFrame([[5, 1, 4, 3]], columns=["i1", "i2", "i3", "i4"])
    assert csc.instruments.score("dummy_hope", answers)["score"].to_list() == [17]
    assert list(csc.instruments.catalogue()["name"])[-1] == "dummy_hope"
    assert csc.catalogue().instruments[0].name == "dummy_hope"


def test_an_instrument_whose_name_is_taken_is_left_out(
    installed: Callable[..., None], tmp_path: Path
) -> None:
    lines = [
        "from csc_outcomes.definitions.catalogue import Collection",
        "from csc_outcomes.instruments import Instrument, Subscale",
        "scale = Subscale('total', [1], direction='higher_is_better')",
        "own = Instrument(name='sdq', n_items=1, low=0, high=1, subscales=[scale])",
        "def offer():",
        "    return Collection('other', (), instruments=(own,))",
    ]
    module(str(tmp_path), "plugin_names", "\n".join(lines))
    installed("names", names="plugin_names:offer")
    with pytest.warns(UserWarning, match="instrument 'sdq' is left out: the name is taken"):
        assert csc.instruments.get("sdq").n_items == 25


def test_it_is_in_the_catalogue_as_the_schema_says(dummy: Callable[..., None]) -> None:
    document = json.loads(csc.catalogue().to_json())
    assert not list(Draft202012Validator(schema("catalogue")).iter_errors(document))
    entry = document["measures"][-1]
    assert (entry["id"], entry["outcome"], entry["basis"]) == ("dummy_young_share_pct", 101, "local")
    assert entry["references"] == ["Ourselves, Our own plan, 2024"]
    assert list(csc.catalogue().to_frame()["id"])[-1] == "dummy_young_share_pct"


def test_its_fingerprint_covers_its_own_code_and_the_tables_it_needs(
    dummy: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from csc_outcomes.sources import ssda903_rows

    before = csc.catalogue().fingerprint("dummy_young_share_pct")
    monkeypatch.setattr(ssda903_rows, "SHORT_BREAKS", ())
    assert csc.catalogue().fingerprint("dummy_young_share_pct") != before


def test_it_computes(dummy: Callable[..., None]) -> None:
    """All: ages 4, 5 and 0, two of three below 5; with `younger_than` 6 all three. One is of unknown age."""
    returns = data(RETURN, header=CHILDREN)
    day = csc.Window.snapshot("2024-03-31")
    result = csc.calculate(["dummy_young_share_pct", "cla_stock_number"], returns, day, by=["LA", "sex"])
    rows = cells(result, "measure", "area", "group", "numerator", "denominator", "status", breakdown="all")
    assert rows == [
        ("dummy_young_share_pct", "all", "all", 2, 3, "ok"),
        ("dummy_young_share_pct", "A", "all", 1, 2, "ok"),
        ("dummy_young_share_pct", "B", "all", 1, 1, "ok"),
        ("cla_stock_number", "all", "all", 4, None, "ok"),
        ("cla_stock_number", "A", "all", 3, None, "ok"),
        ("cla_stock_number", "B", "all", 1, None, "ok"),
    ]
    assert cells(result, "value", measure="dummy_young_share_pct", area="all", group="all") == [(200 / 3,)]
    excluded = result.notes[result.notes["kind"] == "exclusion"]
    assert list(excluded[["area", "text", "count"]].itertuples(index=False, name=None)) == [
        ("all", "age unknown", 1), ("A", "age unknown", 1),
    ]  # fmt: skip
    older = csc.calculate("dummy_young_share_pct", returns, day, parameters={"younger_than": 6})
    assert cells(older, "numerator", "denominator", "value") == [(3, 3, 100)]
    cases = result.explain("dummy_young_share_pct", area="A").child("3")
    assert list(cases["reason"]) == ["age unknown"]


def test_it_can_be_compared_with_its_caveat(dummy: Callable[..., None]) -> None:
    days = [
        csc.Window.snapshot("2023-06-30", label="before"),
        csc.Window.snapshot("2024-03-31", label="after"),
    ]
    result = csc.calculate("dummy_young_share_pct", data(RETURN, header=CHILDREN), days)
    row = result.compare("before", "after").iloc[0]
    assert row["caveat"] == (
        "A rise can mean: More babies at risk; or fewer older children. "
        "A fall can mean: Families helped; or babies overlooked."
    )


BROKEN = {
    "cannot be imported": ("import a_module_that_is_not_there", "collection", "a_module_that_is_not_there"),
    "has no such function": ("x = 1", "collection", "collection"),
    "raises": ("def collection():\n    raise OSError('no disk')", "collection", "no disk"),
    "offers something else": ("def collection():\n    return [1]", "collection", "indicators"),
    "is no function": ("collection = 3", "collection", "not callable"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_package_is_left_out_with_a_warning(
    fault: str, dummy: Callable[..., None], tmp_path: Path
) -> None:
    body, name, complaint = BROKEN[fault]
    module(str(tmp_path), "plugin_broken", body)
    dummy("broken", broken=f"plugin_broken:{name}")
    with pytest.warns(UserWarning, match="collection 'broken' is left out") as caught:
        catalogue = csc.catalogue()
    assert len(caught) == 1
    assert complaint in str(caught[0].message)
    assert [measure.id for measure in catalogue] == [*OWN, "dummy_young_share_pct"]


def test_a_warning_is_given_once(installed: Callable[..., None], tmp_path: Path) -> None:
    installed("broken", broken="plugin_nowhere:collection")
    with pytest.warns(UserWarning, match="left out"):
        first = csc.catalogue()
    assert csc.catalogue() is first  # a second warning would be an error here


CLASH = """
from attrs import evolve
from csc_outcomes.definitions.catalogue import Collection
from csc_outcomes_dummy import YOUNG, YOUNG_CHILDREN

def clash():
    stock = evolve(YOUNG, id={id!r}, label="Mine")
    return Collection("clash", (evolve(YOUNG_CHILDREN, name="mine", measures=(stock, evolve(YOUNG, id="mine"))),))
"""


def test_an_id_that_is_taken_leaves_the_package_out(installed: Callable[..., None], tmp_path: Path) -> None:
    module(str(tmp_path), "plugin_clash", CLASH.replace("{id!r}", "'cla_stock_number'"))
    installed("clash", clash="plugin_clash:clash")
    with pytest.warns(UserWarning, match="'clash' is left out: .* ids used twice: cla_stock_number"):
        catalogue = csc.catalogue()
    assert [measure.id for measure in catalogue] == OWN
    assert catalogue["cla_stock_number"].label.startswith("Children looked after")
    assert "mine" not in catalogue


def test_of_two_packages_that_clash_the_first_by_name_stays(
    dummy: Callable[..., None], tmp_path: Path
) -> None:
    module(str(tmp_path), "plugin_clash", CLASH.replace("{id!r}", "'dummy_young_share_pct'"))
    dummy("zebra", zebra="plugin_clash:clash")
    with pytest.warns(UserWarning, match="'zebra' is left out: .*dummy_young_share_pct"):
        catalogue = csc.catalogue()
    assert catalogue["dummy_young_share_pct"].label != "Mine"


@pytest.mark.parametrize("backwards", [False, True])
def test_the_order_of_installation_does_not_matter(
    backwards: bool, installed: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module(str(tmp_path), "plugin_clash", CLASH.replace("{id!r}", "'other'"))
    installed("zzz", aaa="plugin_clash:clash")
    installed("aaa", zzz="csc_outcomes_dummy:collection")
    found = sorted(metadata.entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name, reverse=backwards)
    monkeypatch.setattr(metadata, "entry_points", lambda **_: found)
    assert [m.id for m in csc.catalogue()] == [*OWN, "other", "mine", "dummy_young_share_pct"]


def test_the_name_of_an_entry_point_is_free(installed: Callable[..., None]) -> None:
    installed("namesake", checklist="csc_outcomes_dummy:collection")
    assert [m.id for m in csc.catalogue()] == [*OWN, "dummy_young_share_pct"]


def test_a_builder_of_another_package_does_not_replace_ours(
    installed: Callable[..., None], tmp_path: Path
) -> None:
    body = (
        "from csc_outcomes.definitions.catalogue import Collection\n"
        "def offer(): return Collection('p', (), builders={'ssda903.care': 1, 'mine.care': 2})\n"
    )
    module(str(tmp_path), "plugin_builders", body)
    installed("builders", builders="plugin_builders:offer")
    builders: Any = csc.catalogue().builders
    assert builders["mine.care"] == 2
    assert builders["ssda903.care"] != 1


def test_the_checklist_is_complete_without_any_package() -> None:
    assert csc.catalogue().indicators[:24] == CHECKLIST
