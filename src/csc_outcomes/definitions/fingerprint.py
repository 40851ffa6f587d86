"""A measure's fingerprint: a hash of everything its numbers depend on.

It covers the declared fields and the source of the selection, of every function and constant of the
same package that the selection uses, directly or through others, and of the builders of the tables it needs.
Comments, docstrings and layout do not count.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from csc_outcomes.definitions.measure import Measure


def fingerprint(measure: Measure, builders: Mapping[str, Callable[..., Any]]) -> str:
    """Sixteen hexadecimal digits; equal for equal definitions on every machine."""
    found: dict[str, str] = {}
    _collect(measure.select, found)
    for need in sorted(measure.needs):
        if need in builders:
            _collect(builders[need], found)
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
            parameters,
        )
    )  # fmt: skip


def _collect(function: Callable[..., Any], found: dict[str, str]) -> None:
    if not isinstance(function, FunctionType) or _name(function) in found:
        return
    found[_name(function)] = _source(function)
    package = function.__module__.split(".")[0]
    used = {node.id for node in ast.walk(ast.parse(found[_name(function)])) if isinstance(node, ast.Name)}
    for name in sorted(used & function.__globals__.keys()):
        _collect_value(f"{function.__module__}.{name}", function.__globals__[name], package, found)
    for value in _attributes(function):
        _collect(value, found)


def _collect_value(name: str, value: Any, package: str, found: dict[str, str]) -> None:
    if isinstance(value, FunctionType):
        if value.__module__.split(".")[0] == package:
            _collect(value, found)
    elif isinstance(value, (str, int, float, tuple, frozenset, list, dict, set)):
        found.setdefault(name, _stable(value))


def _attributes(function: FunctionType) -> list[FunctionType]:
    """Functions reached through a module, such as `kit.age`."""
    package = function.__module__.split(".")[0]
    reached = []
    for node in ast.walk(ast.parse(_source(function))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = function.__globals__.get(node.value.id)
            value = getattr(module, node.attr, None)
            if (
                isinstance(module, ModuleType)
                and isinstance(value, FunctionType)
                and (value.__module__.split(".")[0] == package)
            ):
                reached.append(value)
    return reached


def _stable(value: Any) -> str:
    return repr(sorted(value, key=repr)) if isinstance(value, (set, frozenset)) else repr(value)


def _name(function: FunctionType) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _source(function: FunctionType) -> str:
    """Normalised source; of a function typed at a prompt, which has none, its code and constants."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return repr((function.__code__.co_code, function.__code__.co_consts))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_docstring(body[0]):
            node.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.unparse(tree)


def _is_docstring(statement: Any) -> bool:
    value = getattr(statement, "value", None)
    return (
        isinstance(statement, ast.Expr) and isinstance(value, ast.Constant) and isinstance(value.value, str)
    )
