"""The core is pure: standard library only, whole numbers and decimals, no clock, nothing that can be changed later."""

import ast
import sys
from pathlib import Path

import pytest

import fairdue.core

FOLDER = Path(fairdue.core.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))
OUTSIDE_WORLD = {
    "os", "sys", "io", "socket", "subprocess", "urllib", "http", "time", "random", "secrets", "threading", "asyncio",
    "multiprocessing", "logging", "sqlite3", "shutil", "tempfile", "locale", "pickle", "ctypes",
}  # fmt: skip
RUNNING_STATE = {
    "insurance/fields.py: Node": "the place reached while a file is read",
    "insurance/indemnity.py: _Sheet": "the amount so far while an indemnity is computed",
    "insurance/receipts.py: Open": "what is left of an item while receipts are put against it",
    "law/interest.py: _Run": "the pieces so far while interest is accumulated",
    "mailauth/spf.py: _Read": "what was found so far while a record and its includes are read",
}
"""Dataclasses that change while one function works and are not handed out: they have slots, but are not frozen."""
CLOCKS = {"now", "today", "utcnow", "time", "monotonic", "perf_counter"}


def impurities(source):
    """Return what makes a source text impure, as words."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        found += [f"line {node.lineno}: {word}" for word in _words(node)]
    return found


def _words(node):
    match node:
        case ast.Import(names=names):
            yield from (word for alias in names for word in _imported(alias.name))
        case ast.ImportFrom(module=module, level=level):
            yield from _imported(module or "") if level == 0 else ["a relative import"]
        case ast.Constant(value=float()) | ast.Constant(value=complex()):
            yield f"the float {node.value}"
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            yield "the operator /"
        case ast.Call(func=ast.Name(id="float" | "round" | "open" | "print" | "input" | "eval" | "exec" as name)):
            yield f"{name}()"
        case ast.Name(id="float", ctx=ast.Load()):
            yield "the type float"
        case ast.Attribute(attr=attr, value=ast.Name(id="datetime" | "date" | "dt" | "time")) if attr in CLOCKS:
            yield f"the clock .{attr}"
        case ast.ClassDef(decorator_list=decorators, name=name):
            yield from (f"the dataclass {name} is not {what}" for what in _missing(decorators))
        case ast.Global() | ast.Nonlocal() if isinstance(node, ast.Global):
            yield "a global statement"


def _imported(module):
    top = module.split(".")[0]
    if module.split(".")[:2] == ["fairdue", "core"] or top == "__future__":
        return
    if top not in sys.stdlib_module_names:
        yield f"the import of {module}"
    elif top in OUTSIDE_WORLD:
        yield f"the outside world by {module}"


def _missing(decorators):
    for decorator in decorators:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = call.func if call else decorator
        if (name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")) != "dataclass":
            continue
        given = {k.arg for k in call.keywords if getattr(k.value, "value", None) is True} if call else set()
        yield from sorted({"frozen", "slots"} - given)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_file_of_the_core_is_pure(path):
    name = path.relative_to(FOLDER).as_posix()
    excused = {f"the dataclass {key.split(': ')[1]} is not frozen" for key in RUNNING_STATE if key.startswith(name)}
    assert {word.split(": ", 1)[1] for word in impurities(path.read_text("utf-8"))} == excused


def test_the_core_was_found():
    assert len(FILES) > 50
    assert FOLDER / "money.py" in FILES


@pytest.mark.parametrize(
    "bad, named",
    [
        ("import django", "the import of django"),
        ("from django.db import models", "the import of django.db"),
        ("from fairdue.foundation import clock", "the import of fairdue.foundation"),
        ("import fairdue.receivables.models", "the import of fairdue.receivables.models"),
        ("import lxml.etree", "the import of lxml.etree"),
        ("from . import money", "a relative import"),
        ("import os", "the outside world by os"),
        ("import subprocess", "the outside world by subprocess"),
        ("import random", "the outside world by random"),
        ("def f():\n    import time", "the outside world by time"),
        ("x = 1.5", "the float 1.5"),
        ("x = 1e3", "the float 1000.0"),
        ("x = 1j", "the float 1j"),
        ("x = float('1')", "float()"),
        ("def f(x: float) -> None: ...", "the type float"),
        ("isinstance(x, float)", "the type float"),
        ("y = a / b", "the operator /"),
        ("a /= b", "the operator /"),
        ("x = round(y)", "round()"),
        ("x = round(y, 2)", "round()"),
        ("from datetime import datetime\nx = datetime.now()", "the clock .now"),
        ("from datetime import date\nx = date.today()", "the clock .today"),
        ("from datetime import datetime\nf = datetime.utcnow", "the clock .utcnow"),
        ("open('x')", "open()"),
        ("print('x')", "print()"),
        ("eval('x')", "eval()"),
        ("def f():\n    global X\n    X = 1", "a global statement"),
        ("@dataclass\nclass A: ...", "the dataclass A is not frozen"),
        ("@dataclass\nclass A: ...", "the dataclass A is not slots"),
        ("@dataclass(frozen=True)\nclass A: ...", "the dataclass A is not slots"),
        ("@dataclasses.dataclass(slots=True)\nclass A: ...", "the dataclass A is not frozen"),
        ("@dataclass(frozen=False, slots=True)\nclass A: ...", "the dataclass A is not frozen"),
    ],
)
def test_an_impurity_is_named(bad, named):
    assert any(word.endswith(named) for word in impurities(bad)), impurities(bad)


@pytest.mark.parametrize(
    "good",
    [
        "from __future__ import annotations\nfrom decimal import Decimal\nx = Decimal('1.5')",
        "from fairdue.core.money import Money",
        "x = 7 // 2",
        "from datetime import date\ndef f(today: date) -> date: return today",
        "@dataclass(frozen=True, slots=True)\nclass A: ...",
        "class A: ...",
        "x = round_minor(y)",
    ],
)
def test_what_is_pure_is_not_named(good):
    assert impurities(good) == []


def test_importing_the_whole_core_needs_no_third_party():
    import subprocess

    modules = [
        ".".join(("fairdue", "core", *path.relative_to(FOLDER).with_suffix("").parts)).removesuffix(".__init__")
        for path in FILES
    ]
    script = (
        f"import sys, importlib\nfor name in {modules!r}: importlib.import_module(name)\n"
        "print({name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names - {'fairdue', '__main__'})"
    )
    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=False,
                          env={"PYTHONPATH": str(FOLDER.parent.parent)})  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("set()", "")
