"""The house stands as it is drawn: every import contract breaks when it is violated."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VIOLATIONS = {
    "a pillar imports another": ("collections", "import fairdue.cash"),
    "the heart imports a pillar": ("receivables", "import fairdue.invoicing"),
    "the foundation imports a room": ("foundation", "import fairdue.parties"),
    "a pillar imports an edge": ("insurance", "import fairdue.web"),
    "the core imports Django": ("core", "import django.db"),
    "the core imports the foundation": ("core", "import fairdue.foundation.ids"),
} | {
    f"an edge imports the tables of {room}": ("api", f"import fairdue.{room}.models")
    for room in ("parties", "receivables", "invoicing", "cash", "collections", "insurance")
}


def lint(root):
    linter = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [linter, "--no-cache", "--config", root / "pyproject.toml"],
        cwd=root / "src",
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(root / "src"), "PATH": ""},
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    root = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__", "static", "templates"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.mark.parametrize("room, line", VIOLATIONS.values(), ids=VIOLATIONS.keys())
def test_each_contract_breaks_when_it_is_violated(copy, room, line):
    offender = copy / "src/fairdue" / room / "offender.py"
    offender.write_text(f'"""A violation."""\n\n{line}\n')
    try:
        found = lint(copy)
    finally:
        offender.unlink()
    assert found.returncode != 0, found.stdout[-2000:]
    assert "BROKEN" in found.stdout


def test_the_house_itself_keeps_every_contract(copy):
    found = lint(copy)
    assert found.returncode == 0, found.stdout[-3000:]


def test_every_room_has_its_page():
    rooms = [path.parent for path in (ROOT / "src/fairdue").glob("*/__init__.py")]
    assert len(rooms) >= 12
    assert [room.name for room in rooms if not (room / "README.md").exists()] == []
