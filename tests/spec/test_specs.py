"""Every worked example comes out as worked out by hand, and every measure has one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.errors import InputError
from csc_outcomes.indicators import collection

from .parse import Spec, SpecError, Window, differences, parse, read_folder

if TYPE_CHECKING:
    from collections.abc import Callable

SPECS = read_folder(Path(__file__).parent)


def as_pandas(rows: list[dict[str, str | None]]) -> pd.DataFrame:
    return pd.DataFrame(rows, dtype=object)


def as_polars(rows: list[dict[str, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))


def window_of(window: Window) -> csc.Window:
    label = {"label": window.label} if window.label else {}
    return csc.Window(window.start, window.end or window.start, **label)


def calculated(spec: Spec, frame: Callable[[list[dict[str, str | None]]], Any]) -> csc.Result:
    data = csc.Data({name: frame(rows) for name, rows in spec.tables.items()})
    windows = [window_of(window) for window in spec.windows]
    return csc.calculate([spec.measure], data, windows, by=spec.by, parameters=spec.parameters)


@pytest.mark.parametrize("frame", [as_pandas, as_polars])
@pytest.mark.parametrize("spec", SPECS, ids=[spec.name for spec in SPECS])
def test_worked_example(spec: Spec, frame: Callable[[list[dict[str, str | None]]], Any]) -> None:
    if spec.error:
        with pytest.raises(InputError) as caught:
            calculated(spec, frame)
        assert [part for part in spec.error if part not in str(caught.value)] == []
        return
    result = calculated(spec, frame)
    assert spec.expected is not None
    found = result.frame.to_dict("records")
    assert not differences(spec.expected, found, all_rows=spec.all_rows)
    assert not differences(spec.notes, result.notes.to_dict("records"), all_rows=False)


@pytest.mark.parametrize("measure", [measure.id for measure in collection()])
def test_every_measure_has_a_worked_example(measure: str) -> None:
    assert [spec for spec in SPECS if spec.measure == measure]


def test_examples_are_of_measures_that_exist() -> None:
    assert {spec.measure for spec in SPECS} <= {measure.id for measure in collection()}


def test_examples_are_named_apart() -> None:
    names = [spec.name for spec in SPECS]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_examples_are_explained() -> None:
    assert [spec.name for spec in SPECS if not spec.explanation] == []


# ---- the reader and the comparison can fail -----------------------------------------------------------

EXAMPLE = """
# Title

## cla_stock_number: one child
One child is in care.
```
ssda903.episodes
LA | CHILD | DEC
A  | 1     | -

window: before = 2024-03-31
window: 2023-04-01 to 2024-03-31
by: LA, age_band
parameters: under_18_only=true, months=6, home=narrow

expected, some rows
area | value
all  | 200/3
```
"""


def test_reads_what_is_written() -> None:
    (spec,) = parse(EXAMPLE, "x.md")
    assert (spec.measure, spec.title, spec.explanation) == (
        "cla_stock_number",
        "one child",
        "One child is in care.",
    )
    assert spec.tables == {"ssda903.episodes": [{"LA": "A", "CHILD": "1", "DEC": None}]}
    assert [(w.start, w.end, w.label) for w in spec.windows] == [
        ("2024-03-31", None, "before"),
        ("2023-04-01", "2024-03-31", None),
    ]
    assert spec.by == ["LA", "age_band"]
    assert spec.parameters == {"under_18_only": True, "months": 6, "home": "narrow"}
    assert spec.expected == [{"area": "all", "value": "200/3"}]
    assert not spec.all_rows


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("A  | 1     | -", "A  | 1", "rows of another length [1]"),
        ("area | value", "area | worth", "unknown ['worth']"),
        ("by: LA", "buy: LA", "cannot read the paragraph"),
        ("expected, some rows", "expected some rows", "cannot read the paragraph"),
        ("window: before = 2024-03-31\nwindow: 2023-04-01 to 2024-03-31\n", "", "at least one window"),
        ("## cla_stock_number: one child", "## The stock", "is not '## measure_id'"),
        ("```\nssda903", "ssda903", "needed one fenced block"),
    ],
)
def test_refuses_what_is_written_badly(old: str, new: str, message: str) -> None:
    assert old in EXAMPLE
    with pytest.raises(SpecError, match=re.escape(message)):
        parse(EXAMPLE.replace(old, new), "x.md")


FOUND = [
    {"area": "all", "value": 66.66666666666667, "denominator": 3.0, "status": "ok"},
    {"area": "A", "value": float("nan"), "denominator": 0, "status": "undefined"},
]


@pytest.mark.parametrize(
    ("expected", "problems"),
    [
        ([{"area": "all", "value": "200/3"}, {"area": "A", "value": None}], 0),
        ([{"area": "all", "value": "66.66667"}, {"area": "A", "value": None}], 2),  # one wrong, one left
        ([{"area": "all", "value": "200/3"}, {"area": "A", "value": "0"}], 2),
        ([{"area": "all", "value": None}, {"area": "A", "value": None}], 2),
        ([{"area": "all", "value": "200/3"}], 1),
        ([{"area": "all"}, {"area": "A"}, {"area": "B"}], 1),
        ([{"area": "A", "status": "ok"}, {"area": "all", "status": "ok"}], 2),
    ],
)
def test_comparison_finds_every_difference(expected: list[dict[str, str | None]], problems: int) -> None:
    assert len(differences(expected, FOUND)) == problems


def test_some_rows_leave_the_rest_alone_but_are_checked() -> None:
    assert differences([{"area": "all", "value": "200/3"}], FOUND, all_rows=False) == []
    assert differences([{"area": "all", "value": "67"}], FOUND, all_rows=False) != []
