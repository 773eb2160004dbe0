"""The tool that asks for advisories: what it finds it names, what is not answered it never calls clean."""

import importlib.util
import sys
import urllib.error
from pathlib import Path

import pytest

TOOL = Path(__file__).parent.parent / "tools/advisories.py"
LOCK = """
[[package]]
name = "fairdue"
version = "0.1"
source = { editable = "." }

[[package]]
name = "lxml"
version = "6.1.3"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "nh3"
version = "0.3.7"
source = { registry = "https://pypi.org/simple" }
"""
SAID = {"vulnerabilities": [
    {"id": "PYSEC-1", "fixed_in": ["6.1.4"], "summary": "Reads\nfiles", "withdrawn": None},
    {"id": "PYSEC-2", "fixed_in": [], "summary": "Taken back", "withdrawn": "2026-01-01"},
]}  # fmt: skip


@pytest.fixture
def tool(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("advisories", TOOL)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    (tmp_path / "uv.lock").write_text(LOCK)
    return module


def ask(answers):
    def answer(url):
        name = url.split("/")[4]
        if name not in answers:
            raise urllib.error.URLError("no way there")
        return answers[name]

    return answer


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ({"lxml": {}, "nh3": {}}, 0, "2 of 2 packages answered, 0 advisories"),
        ({"lxml": SAID, "nh3": {}}, 1, "lxml 6.1.3: PYSEC-1, fixed in 6.1.4: Reads files"),
        ({"nh3": {}}, 2, "not checked: lxml 6.1.3"),
        ({}, 2, "0 of 2 packages answered"),
    ],
)
def test_what_is_not_answered_is_not_clean(tool, tmp_path, capsys, answers, code, said):
    assert tool.main(["--lock", str(tmp_path / "uv.lock")], ask(answers)) == code
    printed = capsys.readouterr().out
    assert said in printed
    assert "PYSEC-2" not in printed
