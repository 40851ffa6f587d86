"""A measure's fingerprint: a hash of everything its numbers depend on.

It covers the declared fields and the source of the selection, of every function and constant of the
same package that the selection uses, directly or through others, and of the builders of the tables it needs,
back to the return. Comments, docstrings and layout do not count.
"""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import inspect
import sys
import textwrap
from enum import Enum
from functools import cache, partial
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from csc_outcomes.definitions.measure import Measure


_NO_MEANING = ("ctx", "kind", "type_comment")
"""Fields of syntax that say nothing about what is computed."""


class TableBuilder(Protocol):
    """How a table is derived: the function that makes it, and the names of the tables that go in."""

    @property
    def function(self) -> Callable[..., Any]:
        """Makes the table."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the tables that it is made from."""


def fingerprint(measure: Measure, builders: Mapping[str, TableBuilder]) -> str:
    """Sixteen hexadecimal digits; equal for equal definitions on every machine."""
    found: dict[str, str] = {}
    functions = (measure.select, measure.says, measure.summary, *(s.function for s in measure.statistics))
    for function in functions:
        if function is not None:
            _collect(function, found)
    for table in _upstream((*measure.needs, *measure.uses), builders):
        _collect(builders[table].function, found)
    text = "\n".join([_declared(measure), *(found[name] for name in sorted(found))])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _declared(measure: Measure) -> str:
    """The declared fields that decide a number; the words that describe it do not."""
    parameters = [(p.name, repr(p.default) if not p.required else "", p.choices) for p in measure.parameters]
    return repr(
        (
            measure.id, measure.version, measure.kind.value, measure.unit, measure.per, measure.when.value,
            measure.needs, measure.population, measure.annualised, measure.lookback_months,
            measure.followup_months, measure.followup_parameter, measure.limits.value, measure.headline,
            measure.uses, measure.adds_nobody, measure.fractional, measure.resident_when, measure.part,
            measure.limits_parameter, measure.parts, [statistic.name for statistic in measure.statistics], parameters,
        )
    )  # fmt: skip


def _upstream(needs: Iterable[str], builders: Mapping[str, TableBuilder]) -> list[str]:
    """Derived tables among the needed ones and among those that they are made from."""
    waiting, seen = [name for name in needs if name in builders], list[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.append(name)
            waiting += [entry for entry in builders[name].inputs if entry in builders]
    return seen


# ---- what a function uses -----------------------------------------------------------------------------


def _collect(function: Any, found: dict[str, str]) -> None:
    """Add a function's source and, in the same package, all that it uses."""
    if isinstance(function, partial):
        _add_value(_name(function.func), (function.args, function.keywords), found)
        function = function.func
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType):
        return
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    for name, value in zip(function.__code__.co_freevars, cells, strict=True):
        _add_value(f"{_name(function)}.{name}", value, found)
    if _name(function) in found:
        return
    tree = _tree(function)
    found[_name(function)] = _normal(tree) if tree else _compiled(function)
    if tree:
        _collect_used(tree, function.__module__, function.__globals__, found)


def _collect_used(tree: ast.AST, module: str, names: Mapping[str, Any], found: dict[str, str]) -> None:
    """Follow the module's names and the attributes of modules, such as `kit.age`, that a source mentions."""
    plain, dotted = _mentioned(tree)
    for name in plain:
        if name in names:
            _collect_value(module, name, names[name], found)
    for owner, name in dotted:
        home = names.get(owner)
        if isinstance(home, ModuleType) and _same_package(home.__name__, module) and hasattr(home, name):
            _collect_value(home.__name__, name, getattr(home, name), found)


def _collect_value(module: str, name: str, value: Any, found: dict[str, str]) -> None:
    target = inspect.unwrap(value) if callable(value) else value
    if isinstance(target, FunctionType):
        if _same_package(target.__module__, module):
            _collect(target, found)
    elif not isinstance(target, (ModuleType, type)) and not _add_value(f"{module}.{name}", target, found):
        _collect_assignment(module, name, found)


def _collect_assignment(module: str, name: str, found: dict[str, str]) -> None:
    """A constant that cannot be written down, such as an expression: its source, and what that uses."""
    home, tree = _assignment(module, name)
    if tree and f"{home}.{name}" not in found:
        found[f"{home}.{name}"] = _normal(tree)
        _collect_used(tree, home, vars(sys.modules[home]), found)


def _add_value(name: str, value: Any, found: dict[str, str]) -> bool:
    """Write a value down and follow the functions in it; False if it cannot be written down."""
    functions: list[FunctionType] = []
    text = _written(value, functions)
    if text is None:
        return False
    found[f"{name} = {text}"] = text
    for function in functions:
        _collect(function, found)
    return True


def _written(value: Any, functions: list[FunctionType]) -> str | None:
    """A value as text that is the same in every process, or None where there is no such text."""
    if value is None or isinstance(value, (str, bytes, bool, int, float, dt.date)):
        return repr(value)
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, FunctionType):
        functions.append(value)
        return _name(value)
    if isinstance(value, dict):
        parts = [_written(item, functions) for item in value.items()]
    elif isinstance(value, (tuple, list, set, frozenset)):
        parts = [_written(item, functions) for item in value]
    elif attrs.has(type(value)):
        parts = [_written(getattr(value, entry.name), functions) for entry in attrs.fields(type(value))]
    else:
        return None
    texts = [part for part in parts if part is not None]
    if len(texts) < len(parts):
        return None
    ordered = sorted(texts) if isinstance(value, (set, frozenset)) else texts
    return f"{type(value).__name__}({', '.join(ordered)})"


# ---- sources ------------------------------------------------------------------------------------------


def _same_package(first: str, second: str) -> bool:
    return first.split(".")[0] == second.split(".")[0]


def _name(function: Any) -> str:
    return f"{function.__module__}.{function.__qualname__}"


@cache
def _tree(function: FunctionType) -> ast.AST | None:
    """Syntax of a function without docstrings; None of a function typed at a prompt, which has no source."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return None
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_docstring(body[0]):
            node.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]  # it has one: see above
    return tree


def _compiled(function: FunctionType) -> str:
    return repr((function.__code__.co_code, function.__code__.co_consts))


@cache
def _normal(tree: ast.AST) -> str:
    """Syntax as text; `ast.unparse` and `ast.dump` write it differently from one Python to the next."""
    return _branch(tree)


def _branch(value: Any) -> str:
    if isinstance(value, ast.JoinedStr):  # some versions end a format with an empty piece of text
        pieces = [piece for piece in value.values if getattr(piece, "value", None) != ""]
        return f"JoinedStr({_branch(pieces)})"
    if isinstance(value, ast.AST):
        fields = [(name, part) for name, part in ast.iter_fields(value) if name not in _NO_MEANING]
        parts = [f"{name}={_branch(part)}" for name, part in fields if part is not None and part != []]
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, list):
        return f"[{', '.join(_branch(part) for part in value)}]"
    return repr(value)


def _is_docstring(statement: Any) -> bool:
    value = getattr(statement, "value", None)
    return (
        isinstance(statement, ast.Expr) and isinstance(value, ast.Constant) and isinstance(value.value, str)
    )


@cache
def _mentioned(tree: ast.AST) -> tuple[list[str], list[tuple[str, str]]]:
    """Names, and attributes of names, that a source mentions."""
    nodes = list(ast.walk(tree))
    plain = {node.id for node in nodes if isinstance(node, ast.Name)}
    dotted = {
        (node.value.id, node.attr)
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    return sorted(plain), sorted(dotted)


@cache
def _statements(source: str) -> list[ast.stmt]:
    return ast.parse(source).body


def _assignment(module: str, name: str) -> tuple[str, ast.AST | None]:
    """Where a module's constant is assigned, followed through imports of the package, and its syntax."""
    try:
        body = _statements(inspect.getsource(sys.modules[module]))
    except (OSError, KeyError, TypeError):
        return module, None
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return module, getattr(node, "value", None)
        if isinstance(node, ast.ImportFrom) and node.module and _same_package(node.module, module):
            for alias in node.names:
                if name == (alias.asname or alias.name):
                    return _assignment(node.module, alias.name)
    return module, None
