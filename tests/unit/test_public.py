"""The public names, what importing the package brings in, and what an editor can complete."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import csc_outcomes as csc

HEAVY = ("pandas", "polars", "scipy", "numpy", "pyarrow", "narwhals", "pint", "lxml", "duckdb", "pyspark")
CONTRACT = (
    "Data", "Result", "Window", "Windows", "calculate", "catalogue", "checklist", "compare", "contrast",
    "estimate", "indicators", "measure", "read", "round_half_up",
)  # fmt: skip
"""Names of the first part of the contract that users and other tools rely on."""


def in_a_new_process(code: str) -> Any:
    """What a fresh interpreter prints as JSON."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


def test_the_contract_is_public() -> None:
    assert set(CONTRACT) <= set(csc.__all__)


@pytest.mark.parametrize("name", csc.__all__)
def test_every_public_name_is_there_and_listed(name: str) -> None:
    assert getattr(csc, name) is getattr(csc, name)
    assert name in dir(csc)
    assert isinstance(getattr(csc, name), ModuleType) or getattr(csc, name).__doc__


def test_public_names_are_in_order_and_nothing_else_is_listed() -> None:
    assert list(csc.__all__) == sorted(csc.__all__)
    assert set(dir(csc)) == {*csc.__all__, "__version__"}


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'csc_outcomes' has no attribute 'calculat'"):
        _ = csc.calculat  # type: ignore[attr-defined]


def test_what_type_checkers_see_is_what_is_there() -> None:
    """The imports for type checkers and the homes of the names are two lists of one thing."""
    tree = ast.parse(Path(csc.__file__).read_text(encoding="utf-8"))
    (checked,) = [
        node for node in tree.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    seen = {
        (alias.asname or alias.name): node.module
        for node in ast.walk(checked)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if not (alias.asname or alias.name).startswith("_")
    }
    seen = {name: module for name, module in seen.items() if module and module.startswith("csc_outcomes")}
    assert set(seen) == set(csc.__all__)
    for name, module in seen.items():
        home = f"csc_outcomes.{csc._HOMES[name]}" if csc._HOMES[name] else "csc_outcomes"
        assert home == module, name


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import csc_outcomes, json, sys; print(json.dumps(sorted({n.split('.')[0] for n in sys.modules})))"
    loaded = in_a_new_process(code)
    assert "csc_outcomes" in loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_importing_the_package_imports_none_of_its_own_modules() -> None:
    code = (
        "import csc_outcomes as csc, json, sys; csc.__version__; dir(csc);"
        "print(json.dumps([n for n in sys.modules if n.startswith('csc_outcomes.')]))"
    )
    assert in_a_new_process(code) == []


def test_numbers_alone_need_no_frames_of_returns() -> None:
    """A figure on plain numbers needs neither the catalogue nor the tables of a return."""
    code = (
        "import csc_outcomes as csc, json, sys; value = str(csc.round_half_up(12.35, 1));"
        "print(json.dumps([value, [n for n in ('polars', 'narwhals', 'scipy', 'pint') if n in sys.modules]]))"
    )
    assert in_a_new_process(code) == ["12.4", []]


def test_the_catalogue_needs_no_other_engine() -> None:
    code = (
        "import csc_outcomes as csc, json, sys; label = csc.measure('cla_stock_number').label;"
        "print(json.dumps([label, [n for n in ('duckdb', 'pyspark', 'lxml') if n in sys.modules]]))"
    )
    assert in_a_new_process(code) == ["Children looked after on a day (number)", []]


def test_indicators_can_be_completed() -> None:
    listed = set(dir(csc.indicators))
    assert {indicator.name for indicator in csc.checklist} <= listed
    assert {indicator.name for indicator in csc.checklist} <= set(csc.indicators.__all__)


def test_the_version_is_that_of_the_project() -> None:
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{csc.__version__}"' in project


def test_the_package_is_typed_and_carries_its_schemas() -> None:
    root = Path(csc.__file__).parent
    assert (root / "py.typed").is_file()
    assert {path.name for path in (root / "schemas").glob("*.json")} >= {
        "catalogue.schema.json", "result.schema.json",
    }  # fmt: skip


def test_the_checklist_is_offered_by_an_entry_point() -> None:
    offered = {entry.name: entry for entry in entry_points(group="csc_outcomes.collections")}
    assert [measure.id for measure in offered["checklist"].load()()] == [
        m.id for m in csc.indicators.collection()
    ]


def test_every_part_has_its_layer() -> None:
    """A module that the import contract does not name could import whatever it likes."""
    root = Path(csc.__file__).parent
    declared = Path(__file__).parents[2] / "pyproject.toml"
    project = tomllib.loads(declared.read_text(encoding="utf-8"))
    (layers,) = [
        entry["layers"] for entry in project["tool"]["importlinter"]["contracts"] if "layers" in entry
    ]
    named = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    parts = {path.stem for path in root.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    modules = {path.stem for path in (root / "engine").glob("*.py")}
    expected = {f"csc_outcomes.{name}" for name in parts - {"__init__", "engine"}}
    expected |= {f"csc_outcomes.engine.{name}" for name in modules - {"__init__"}}
    assert expected <= named
