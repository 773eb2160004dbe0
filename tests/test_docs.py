"""Docs are code: no dead link, no undocumented setting, reference pages as the code says."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md")),
         *sorted((ROOT / "src").rglob("README.md"))]  # fmt: skip


def test_no_link_is_dead():
    dead = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert len(PAGES) > 40
    assert dead == []


def test_every_setting_is_documented():
    read = set()
    for path in (ROOT / "src").rglob("*.py"):
        read |= set(re.findall(r"environ(?:\.get|\.setdefault)?[\[(]\s*f?\"(FAIRDUE_[A-Z_]+)\"", path.read_text()))
    documented = set(re.findall(r"`(FAIRDUE_[A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text()))
    assert len(read) > 10
    assert read - documented - {"FAIRDUE_PREPARED"} == set()


def test_the_reference_pages_are_what_the_code_says():
    environment = {**os.environ, "FAIRDUE_DATA": str(ROOT / ".var/test")}
    checked = subprocess.run(
        [sys.executable, ROOT / "tools/reference.py", "--check"],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def test_every_rule_page_stands_in_the_overview():
    overview = (ROOT / "docs/README.md").read_text()
    missing = [page.name for page in (ROOT / "docs/rules").glob("*.md") if f"rules/{page.name}" not in overview]
    assert missing == []


def _sessions(page):
    """The `$` lines of a page, each with the lines that its output must contain."""
    for block in re.findall(r"```\n(\$ .*?)```", page.read_text(), re.DOTALL):
        command, *expected = block.strip().split("\n")
        yield command[2:], expected


def test_every_command_of_the_tutorial_says_what_the_tutorial_says():
    sessions = list(_sessions(ROOT / "docs/tutorial/first-hour.md"))
    assert len(sessions) == 2
    for command, expected in sessions:
        done = subprocess.run(
            [sys.executable, "-m", *command.split()], capture_output=True, text=True, check=True, cwd=ROOT / "src"
        )
        assert [line for line in expected if line not in done.stdout.split("\n")] == []
