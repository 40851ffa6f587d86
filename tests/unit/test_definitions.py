"""What every definition must say, what contradicts itself, parameters, and fingerprints."""

from __future__ import annotations

import ast
import datetime as dt
import json
import os
import re
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from jsonschema import Draft202012Validator

import csc_outcomes as csc
from catalogued import OF_SSDA903
from csc_outcomes.definitions import units
from csc_outcomes.definitions.catalogue import Collection
from csc_outcomes.definitions.fingerprint import _normal, fingerprint
from csc_outcomes.definitions.measure import (
    Basis,
    Direction,
    Kind,
    Limits,
    Measure,
    Parameter,
    Reference,
    When,
    resolve_parameters,
)
from csc_outcomes.errors import DefinitionError, InputError, UnknownNameError
from csc_outcomes.indicators import CHECKLIST, collection
from csc_outcomes.schemas import schema
from csc_outcomes.sources.registry import BUILDERS, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from csc_outcomes.definitions.indicator import Indicator

MEASURES = list(collection())
EACH = pytest.mark.parametrize("measure", MEASURES, ids=[measure.id for measure in MEASURES])
EVERY = pytest.mark.parametrize("indicator", CHECKLIST, ids=[indicator.name for indicator in CHECKLIST])
AT_HAND = {*BUILDERS, *TABLES}


# ---- the registry -------------------------------------------------------------------------------------


@EACH
def test_a_measure_says_what_it_is(measure: Measure) -> None:
    indicator = collection().indicator_of(measure.id)
    caveat = indicator.caveat_of(measure)
    assert re.fullmatch(r"A rise can mean: .{10,} A fall can mean: .{10,}", caveat, re.DOTALL)
    assert measure.unit in units.names()
    assert [*indicator.references, *measure.references]
    for words in (measure.label, measure.numerator, measure.denominator, measure.formula):
        assert len(words) > 4
    assert measure.numerator.endswith(".")
    assert measure.denominator.endswith(".")
    assert (measure.denominator == "None.") == (measure.kind in (Kind.COUNT, Kind.TOTAL, Kind.NUMBER))


@EACH
def test_a_measure_reads_tables_that_exist(measure: Measure) -> None:
    assert {*measure.needs, *measure.uses} <= AT_HAND
    assert measure.needs


@EACH
def test_a_measure_says_what_its_parameters_mean(measure: Measure) -> None:
    names = [parameter.name for parameter in measure.parameters]
    assert len(set(names)) == len(names)
    for parameter in measure.parameters:
        assert parameter.note.endswith(".")
        assert parameter.required or parameter.problem(parameter.default) == ""


@EACH
def test_words_of_the_workshop_stay_out(measure: Measure) -> None:
    # Numbers of rules (W5, R30, C12); R1 or C2 are codes of the return.
    text = " ".join((measure.label, measure.numerator, measure.denominator, measure.formula, measure.edges))
    assert not re.search(r"\bseed\b|TODO|\bW[1-9]\b|\bR\d\d\b|\bC1\d\b", text)
    assert not re.search(r"\b(better|worse)\b", measure.label)


def test_there_are_24_outcomes_in_order() -> None:
    assert [indicator.number for indicator in csc.checklist] == list(range(1, 25))
    assert len(csc.checklist) == 24
    assert len({indicator.name for indicator in csc.checklist}) == 24
    assert csc.checklist[1] is csc.indicators.children_looked_after
    assert csc.checklist["staff_knowledge"] is csc.checklist[24]


@EVERY
def test_an_outcome_says_what_a_change_can_mean_both_ways(indicator: Indicator) -> None:
    assert indicator.rise != indicator.fall
    texts = {
        name: getattr(indicator, name)
        for name in (
            "title", "definition", "hoped_for", "rise", "fall", "unintended_consequences", "data_quality",
            "crosswalk", "note",
        )
    }  # fmt: skip
    assert [name for name, text in texts.items() if "seed" in text.lower()] == []
    assert [name for name in texts if len(texts[name]) < 12 and name not in ("note", "crosswalk")] == []
    assert {reference.year for reference in indicator.references} >= {"2017"}


@EVERY
def test_an_outcome_is_found_in_the_package_by_its_name(indicator: Indicator) -> None:
    assert getattr(csc.indicators, indicator.name) is indicator


def test_an_unknown_outcome_is_named_with_near_ones() -> None:
    with pytest.raises(UnknownNameError, match="did you mean stability"):
        csc.checklist["stabilty"]
    with pytest.raises(UnknownNameError, match="'25' does not exist"):
        csc.checklist[25]
    with pytest.raises(KeyError, match="did you mean cla_stock_number"):
        csc.measure("cla_stock_numbr")


def test_a_checklist_shows_its_outcomes() -> None:
    lines = repr(csc.checklist).splitlines()
    assert len(lines) == 24
    assert lines[0].startswith(" 1 children_looked_after: ")


def test_no_measure_id_is_used_twice() -> None:
    ids = [measure.id for measure in MEASURES]
    assert len(set(ids)) == len(ids) == len(collection())
    twice = attrs.evolve(CHECKLIST[0], number=99)
    with pytest.raises(DefinitionError, match="ids used twice: cla_any_in_year_number"):
        Collection("mine", (CHECKLIST[0], twice))


def test_a_collection_finds_its_measures() -> None:
    own = collection()
    assert own["cla_stock_number"].id == "cla_stock_number"
    assert "cla_stock_number" in own
    assert "cla_stock" not in own
    assert own.indicator_of("cla_stock_number").number == 1
    for ask in (own.__getitem__, own.indicator_of):
        with pytest.raises(UnknownNameError, match="'cla_stock' does not exist; did you mean cla_stock_n"):
            ask("cla_stock")


def test_definitions_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        MEASURES[0].per = 7  # type: ignore[misc]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        CHECKLIST[0].rise = ""  # type: ignore[misc]


# ---- the catalogue ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(csc.catalogue().to_json())


def problems(name: str, instance: Any) -> list[str]:
    found = Draft202012Validator(schema(name)).iter_errors(instance)
    return ["/".join(map(str, error.path)) + ": " + error.message for error in found]


def test_the_catalogue_is_as_its_schema_says(document: Any) -> None:
    Draft202012Validator.check_schema(schema("catalogue"))
    assert problems("catalogue", document) == []
    assert [entry["id"] for entry in document["measures"]] == [measure.id for measure in csc.catalogue()]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "percentage"}, "kind"),
        ({"unit": "per 10,000"}, "unit"),
        ({"extra": 1}, "Additional properties"),
        ({"fingerprint": "0907F50AC3F29E22"}, "fingerprint"),
        ({"caveat": "A rise can mean: more."}, "caveat"),
        ({"references": []}, "references"),
        ({"kind": "proportion", "per": 100}, "unit"),
        ({"annualised": True}, "population"),
        ({"version": 0}, "version"),
        ({"direction": "better"}, "direction"),
    ],
)
def test_the_schema_of_the_catalogue_refuses(document: Any, change: dict[str, Any], complaint: str) -> None:
    (entry,) = [entry for entry in document["measures"] if entry["id"] == "cla_stock_number"]
    found = problems("catalogue", document | {"measures": [entry | change]})
    assert found
    assert all(complaint in problem for problem in found)


def test_the_schema_of_the_catalogue_wants_every_field(document: Any) -> None:
    entry = document["measures"][0]
    for name in entry:
        short = {key: value for key, value in entry.items() if key != name}
        assert f"'{name}' is a required property" in " ".join(
            problems("catalogue", document | {"measures": [short]})
        )


def test_the_schemas_know_the_closed_lists() -> None:
    catalogue, result = schema("catalogue")["$defs"], schema("result")["$defs"]
    assert tuple(catalogue["unit"]["enum"]) == units.names() == tuple(result["unit"]["enum"])
    fields = catalogue["measure"]["properties"]
    for name, kind in (
        ("kind", Kind), ("when", When), ("limits", Limits), ("basis", Basis), ("direction", Direction),
    ):  # fmt: skip
        assert fields[name]["enum"] == [entry.value for entry in kind]


def test_an_unknown_schema_is_named_with_near_ones() -> None:
    with pytest.raises(UnknownNameError, match="schema 'results' does not exist; did you mean result"):
        schema("results")


def test_the_catalogue_as_a_frame(document: Any) -> None:
    frame = csc.catalogue().to_frame()
    assert list(frame["id"]) == [entry["id"] for entry in document["measures"]]
    assert {"parameters", "references"}.isdisjoint(frame.columns)
    row = frame[frame["id"] == "cla_stock_excl_uasc_rate_10k"].iloc[0]
    assert row["needs"] == "ssda903.care, ssda903.uasc"


# ---- declarations that contradict themselves ----------------------------------------------------------


def select(tables: Any, window: Any, parameters: Any) -> Any:
    raise NotImplementedError


def made(**fields: Any) -> Measure:
    basis = {
        "id": "made_up", "label": "Made up", "kind": Kind.PROPORTION, "unit": "percent", "per": 100,
        "over": "child", "when": When.DAY, "needs": ("ssda903.care",), "select": select,
        "numerator": "Some.", "denominator": "All.", "formula": "100 x numerator / denominator.",
        "basis": Basis.CHOICE,
    }  # fmt: skip
    return Measure(**(basis | fields))


def test_a_consistent_declaration_is_taken() -> None:
    assert made().direction is None
    assert made(kind="rate", unit="per_10_000", per=10_000, population="0-17").kind is Kind.RATE
    assert made(kind="mean", unit="day_per_child", per=1, counted="day").unit == "day_per_child"
    per_care_years = {"unit": "incident_per_100_care_years", "counted": "incident", "over": "day"}
    assert made(kind="rate", per=36_525, **per_care_years).per == 36_525


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"per": 1}, "per=1 is wrong for percent; it must be 100"),
        ({"unit": "per_10_000", "per": 1000, "kind": "rate"}, "per=1000 is wrong for per_10_000"),
        (
            {
                "unit": "incident_per_100_care_years",
                "per": 36500,
                "kind": "rate",
                "counted": "incident",
                "over": "day",
            },
            "per=36500 is wrong for incident_per_100_care_years; it must be 36525",
        ),
        ({"unit": "percents"}, "unknown unit 'percents'"),
        ({"counted": "person"}, "unknown unit 'person'"),
        ({"over": "day"}, "child over day is no percent"),
        ({"over": ""}, "child over nothing is no percent"),
        ({"unit": "per_10_000", "per": 10_000}, "a proportion has the unit percent"),
        (
            {"kind": "count", "unit": "child", "per": 1, "over": "", "population": "0-17"},
            "a count has no population",
        ),
        (
            {
                "kind": "distribution",
                "unit": "day_per_child",
                "per": 1,
                "counted": "day",
                "population": "0-17",
            },
            "a distribution has no population",
        ),
        ({"annualised": True}, "only a rate per population is annualised"),
        ({"followup_parameter": "months"}, "follow-up parameter 'months' is not declared"),
        ({"needs": ("Days in care",)}, "needs must name tables as 'source.table'"),
        ({"needs": ("ssda903.care", "care of")}, "needs must name tables as 'source.table'"),
        ({"needs": ()}, "needs must name tables as 'source.table'"),
    ],
)
def test_a_contradictory_declaration_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionError, match=re.escape(message)):
        made(**fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [("id", "Stock"), ("id", "1_stock"), ("kind", "share"), ("when", "week"), ("headline", "mode")],
)
def test_values_outside_the_closed_lists_are_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=value):
        made(**{name: value})


def test_contradictions_are_named_all_at_once() -> None:
    with pytest.raises(DefinitionError, match="3 problems") as caught:
        made(
            kind="count",
            unit="child",
            per=1,
            over="",
            population="0-17",
            followup_parameter="m",
            needs=("x y",),
        )
    assert str(caught.value).count("\n- ") == 3


def test_an_outcome_must_say_both_sides() -> None:
    with pytest.raises(ValueError, match="fall"):
        attrs.evolve(CHECKLIST[0], fall="")
    with pytest.raises(ValueError, match="number"):
        attrs.evolve(CHECKLIST[0], number=0)


def test_a_measure_may_have_meanings_of_its_own() -> None:
    indicator = attrs.evolve(CHECKLIST[0], rise="R.", fall="F.", direction=Direction.LOWER)
    assert indicator.caveat == "A rise can mean: R. A fall can mean: F."
    own = made(rise="Mine.", direction=Direction.HIGHER)
    assert indicator.caveat_of(own) == "A rise can mean: Mine. A fall can mean: F."
    assert indicator.direction_of(own) is Direction.HIGHER
    assert indicator.direction_of(made()) is Direction.LOWER


def test_units_are_written_for_readers() -> None:
    assert units.label("per_10_000") == "per 10,000 children"
    assert units.label("case_per_FTE") == "case per FTE"


def test_a_reference_is_written_in_one_line() -> None:
    assert str(Reference("T", "P", "2024")) == "P, T, 2024"


# ---- parameters ---------------------------------------------------------------------------------------

HOME = Parameter("home", "Which.", default="seed", choices=("seed", "narrow"))
MONTHS = Parameter("months", "How long.", default=12, choices=(6, 12))
THRESHOLD = Parameter("threshold", "How many.")
FREE = Parameter("free", "Any whole number.", default=3)
FIRST = made(id="first", parameters=(HOME, MONTHS))
SECOND = made(id="second", parameters=(HOME,))
THIRD = made(id="third", parameters=(THRESHOLD, FREE))


def test_parameters_reach_every_measure_that_has_the_name() -> None:
    found = resolve_parameters((FIRST, SECOND), {"home": "narrow"})
    assert dict(found["first"].values) == {"home": "narrow", "months": 12}
    assert dict(found["second"].values) == {"home": "narrow"}


def test_what_is_given_for_one_measure_wins() -> None:
    found = resolve_parameters((FIRST, SECOND), {"home": "narrow", "second": {"home": "seed"}, "months": 6})
    assert (found["first"].home, found["second"].home, found["first"].months) == ("narrow", "seed", 6)


def test_defaults_hold_where_nothing_is_said() -> None:
    assert dict(resolve_parameters((FIRST,), None)["first"].values) == {"home": "seed", "months": 12}
    assert FIRST.defaults() == {"home": "seed", "months": 12}
    assert THIRD.defaults() == {"free": 3}
    assert (
        made(followup_parameter="months", parameters=(MONTHS,)).followup(
            resolve_parameters((FIRST,), {"months": 6})["first"]
        )
        == 6
    )


def test_a_required_parameter_is_asked_for() -> None:
    with pytest.raises(InputError, match="third needs parameter 'threshold': How many"):
        resolve_parameters((THIRD,), None)
    assert resolve_parameters((THIRD,), {"threshold": "anything"})["third"].threshold == "anything"
    assert THRESHOLD.required
    assert not FREE.required


def test_a_parameter_that_nobody_has_is_refused_with_near_names() -> None:
    with pytest.raises(UnknownNameError, match="'hme' does not exist; did you mean home") as caught:
        resolve_parameters((FIRST,), {"hme": 1, "month": 2})
    assert "'month' does not exist; did you mean months" in str(caught.value)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [(HOME, "wide"), (MONTHS, 12.0), (MONTHS, 7), (MONTHS, True), (FREE, "3"), (FREE, True), (FREE, 3.0)],
)
def test_a_value_that_does_not_fit_is_refused(parameter: Parameter, value: Any) -> None:
    with pytest.raises(InputError, match=f"third: parameter '{parameter.name}' takes"):
        resolve_parameters((made(id="third", parameters=(parameter,)),), {parameter.name: value})


def test_parameter_problems_are_named_all_at_once() -> None:
    given = {"home": "wide", "months": 7, "second": {"months": 6}, "third": 5}
    with pytest.raises(InputError, match="6 problems") as caught:
        resolve_parameters((FIRST, SECOND, THIRD), given)
    for text in (
        "first: parameter 'home'", "first: parameter 'months'", "second has no parameter 'months'",
        "second: parameter 'home'", "third: needed a mapping", "third needs parameter 'threshold'",
    ):  # fmt: skip
        assert text in str(caught.value)


def test_a_selection_cannot_read_a_parameter_it_did_not_declare() -> None:
    with pytest.raises(AttributeError, match="no parameter 'moths'; known: home, months"):
        _ = resolve_parameters((FIRST,), None)["first"].moths


# ---- fingerprints -------------------------------------------------------------------------------------

MODULE = '''
from __future__ import annotations
import datetime as dt
import narwhals.stable.v2 as nw
from {package} import tools

LIMIT = 18
CODES = {{"E4A", "E4B", "E13"}}
RULE = nw.lit(LIMIT)


def helper(x):
    """Explains."""
    return x + tools.step(x) + tools.STEP


def select(tables, window, parameters):
    # a remark
    return helper(LIMIT) if window in CODES else RULE
'''
TOOLS = """
import datetime as dt

STEP = 5
DAY = dt.date(2099, 12, 31)


def step(x):
    return x * 2 if x else DAY


def unused(x):
    return x
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Measure]:
    """Write a package of two modules, import it anew and make a measure of its selection."""
    monkeypatch.syspath_prepend(str(tmp_path))
    count = iter(range(1000))

    same = ("", "")

    def write(module: tuple[str, str] = same, tools: tuple[str, str] = same, **fields: Any) -> Measure:
        assert module[0] in MODULE
        assert tools[0] in TOOLS
        root = tmp_path / f"run{next(count)}"
        (root / "fingered").mkdir(parents=True)
        (root / "fingered" / "__init__.py").touch()
        source = MODULE.replace(*module) if module[0] else MODULE
        (root / "fingered" / "body.py").write_text(source.format(package="fingered"))
        (root / "fingered" / "tools.py").write_text(TOOLS.replace(*tools) if tools[0] else TOOLS)
        for name in [name for name in sys.modules if name.split(".")[0] == "fingered"]:
            del sys.modules[name]
        monkeypatch.syspath_prepend(str(root))
        from fingered.body import select as selection  # type: ignore[import-not-found]

        return made(select=selection, **fields)

    return write


@pytest.mark.parametrize(
    "change",
    [
        {"module": ("helper(LIMIT)", "helper(LIMIT + 1)")},  # the selection
        {"module": ("return x + tools", "return x - tools")},  # a helper it uses
        {"module": ("LIMIT = 18", "LIMIT = 17")},  # a constant
        {"module": ('"E13"', '"E4"')},  # a set of codes
        {"module": ("RULE = nw.lit(LIMIT)", "RULE = nw.lit(-LIMIT)")},  # an expression
        {"tools": ("x * 2", "x * 3")},  # a helper's helper in another module
        {"tools": ("STEP = 5", "STEP = 6")},  # a constant of another module
        {"tools": ("2099, 12, 31", "2098, 12, 31")},  # a date
        {"lookback_months": 12},
        {"parameters": (HOME,)},
        {"version": 2},
        {"needs": ("ssda903.periods",)},
    ],
    ids=str,
)
def test_a_fingerprint_changes_with(package: Callable[..., Measure], change: dict[str, Any]) -> None:
    assert fingerprint(package(**change), {}) != fingerprint(package(), {})


@pytest.mark.parametrize(
    "change",
    [
        {"module": ("# a remark", "# another remark, of two\n    # lines")},
        {"module": ('"""Explains."""', '"""Explains it at length."""')},
        {"module": ('    """Explains."""\n', "")},
        {"module": ("helper(LIMIT) if window in", "helper( LIMIT  )   if window in")},
        {"module": ('"E4A", "E4B", "E13"', '"E13", "E4B", "E4A"')},  # a set has no order
        {"tools": ("def unused(x):\n    return x", "def unused(x):\n    return -x")},
        {"label": "Another title", "edges": "More words.", "rise": "A new meaning."},
    ],
    ids=str,
)
def test_a_fingerprint_does_not_change_with(package: Callable[..., Measure], change: dict[str, Any]) -> None:
    assert fingerprint(package(**change), {}) == fingerprint(package(), {})


def test_a_fingerprint_changes_with_a_default() -> None:
    one = made(parameters=(MONTHS,))
    other = made(parameters=(attrs.evolve(MONTHS, default=6),))
    worded = made(parameters=(attrs.evolve(MONTHS, note="In other words."),))
    assert fingerprint(one, {}) != fingerprint(other, {})
    assert fingerprint(one, {}) == fingerprint(worded, {})


def _counting(codes: tuple[str, ...]) -> Callable[..., Any]:
    def chosen(tables: Any, window: Any, parameters: Any) -> Any:
        return tables, codes

    return chosen


def test_a_fingerprint_sees_what_a_selection_was_made_with() -> None:
    prints = {fingerprint(made(select=_counting(codes)), {}) for codes in (("E4A",), ("E4B",), ("E4A",))}
    assert len(prints) == 2
    partials = {fingerprint(made(select=partial(select, parameters=n)), {}) for n in (1, 2, 1)}
    assert len(partials) == 2
    assert fingerprint(made(select=partial(select)), {}) != fingerprint(made(select=partial(_counting)), {})


@attrs.frozen
class Built:
    """A builder as fingerprints see it."""

    function: Callable[..., Any]
    inputs: tuple[str, ...] = ()


def _rows() -> int:
    return 1


def _other_rows() -> int:
    return 2


def _care() -> str:
    return "care"


def test_a_fingerprint_changes_with_the_builders_of_its_tables_and_of_theirs() -> None:
    def printed(**builders: Built) -> str:
        return fingerprint(made(needs=("s.care",)), {f"s.{name}": built for name, built in builders.items()})

    care = Built(_care, ("s.rows", "raw:s.episodes"))
    plain = printed(care=care, rows=Built(_rows))
    assert printed(care=care, rows=Built(_other_rows)) != plain
    assert printed(care=attrs.evolve(care, function=_rows), rows=Built(_rows)) != plain
    assert printed(care=care, rows=Built(_rows), other=Built(_other_rows)) == plain
    assert printed(care=care, rows=Built(_rows, ("s.care",))) == plain  # a circle ends


def test_the_cleaning_of_the_return_is_part_of_every_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    from csc_outcomes.sources import ssda903_rows

    before = {m.id: csc.catalogue().fingerprint(m.id) for m in MEASURES}
    monkeypatch.setattr(ssda903_rows, "SHORT_BREAKS", ("V3",))
    changed = {m.id for m in MEASURES if csc.catalogue().fingerprint(m.id) != before[m.id]}
    cleaned = {m.id for m in MEASURES if any(need.startswith("ssda903.") for need in (*m.needs, *m.uses))}
    assert changed >= {m.id for m in OF_SSDA903}
    assert changed <= cleaned


def test_fingerprints_are_the_same_in_every_process() -> None:
    code = (
        "import csc_outcomes as csc, json; c = csc.catalogue();"
        "names = ('cla_stock_number', 'sdq_mean', 'placements_3plus_pct');"
        "print(json.dumps({name: c.fingerprint(name) for name in names}))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    found = json.loads(done.stdout)
    assert found == {name: csc.catalogue().fingerprint(name) for name in found}
    assert len(set(found.values())) == 3


def test_syntax_is_written_the_same_by_every_python() -> None:
    """What `ast.unparse` and `ast.dump` make of this differs between Python 3.11, 3.12 and 3.13."""
    tree = ast.parse("def f(x):\n    return f'{x[\"a\"]!r}:{x:>{3}}', None")
    subscript = "Subscript(value=Name(id='x'), slice=Constant(value='a'))"
    width = "JoinedStr([Constant(value='>'), FormattedValue(value=Constant(value=3), conversion=-1)])"
    parts = [
        f"FormattedValue(value={subscript}, conversion=114)",
        "Constant(value=':')",
        f"FormattedValue(value=Name(id='x'), conversion=-1, format_spec={width})",
    ]
    returned = f"Return(value=Tuple(elts=[JoinedStr([{', '.join(parts)}]), Constant()]))"
    arguments = "arguments(args=[arg(arg='x')])"
    assert _normal(tree) == (f"Module(body=[FunctionDef(name='f', args={arguments}, body=[{returned}])])")


def test_measures_have_fingerprints_of_their_own() -> None:
    prints = [csc.catalogue().fingerprint(measure.id) for measure in MEASURES]
    assert len(set(prints)) == len(prints)


def test_a_selection_typed_at_a_prompt_has_a_fingerprint() -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec("def one(t, w, p): return 1\ndef two(t, w, p): return 2\n", names)
    prints = {fingerprint(made(select=names[name]), {}) for name in ("one", "two", "one")}
    assert len(prints) == 2


def test_a_table_of_functions_is_followed() -> None:
    rules: dict[str, Any] = {"a": _rows, "on": dt.date(2024, 3, 31), "kinds": (Kind.COUNT, frozenset({1, 2}))}

    def chosen(tables: Any, window: Any, parameters: Any) -> Any:
        return rules

    before = fingerprint(made(select=chosen), {})
    assert fingerprint(made(select=chosen), {}) == before
    rules["a"] = _other_rows
    assert fingerprint(made(select=chosen), {}) != before
