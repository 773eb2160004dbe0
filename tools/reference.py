"""Write the reference pages that the code itself knows best: facts and commands. `--check` only compares."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "docs/reference"


def facts() -> str:
    """Return the page of fact types: what each says on the timeline, and who answers it."""
    from fairdue.foundation.facts.registry import CONSUMERS, FACT_TYPES

    rows = [
        f"| `{one.name}` | {one.sentence} | {one.area} | "
        f"{', '.join(f'`{c.name}`' for c in CONSUMERS.values() if one.name in c.types)} |"
        for one in sorted(FACT_TYPES.values(), key=lambda one: one.name)
    ]
    head = (
        "# Facts\nEvery kind of fact that is recorded, how the timeline says it, and which consumers answer it. "
        "Amounts in payloads are `{minor, currency}`.\n\n| fact | sentence | area | answered by |\n|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def _usage(parser: argparse.ArgumentParser, name: str) -> list[str]:
    lines = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, child in action.choices.items():
                lines += _usage(child, f"{name} {word}")
            return lines
    options = []
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        word = action.option_strings[-1] if action.option_strings else (action.metavar or action.dest)
        options.append(f"`{word}`" + (f" {action.help}" if action.help else ""))
    described = (parser.description or "").strip().split("\n")[0]
    return [f"## {name}", described, *(f"- {option}" for option in options), ""]


def commands() -> str:
    """Return the page of the command line."""
    from fairdue.cli.main import parser

    statuses = "Exit status: 0 done, 1 refused with findings, 2 usage. `fairdue COMMAND --help` says the same."
    head = ["# Commands", statuses, ""]
    return "\n".join([*head, *_usage(parser(), "fairdue")]).rstrip() + "\n"


def main() -> int:
    """Write or compare the pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairdue.settings")
    os.environ.setdefault("FAIRDUE_SECRET_KEY", "only for reading the registries")
    os.environ["COLUMNS"] = "100"
    import django

    django.setup()
    stale = []
    for name, text in (("facts.md", facts()), ("commands.md", commands())):
        path = FOLDER / name
        if "--check" in sys.argv:
            if not path.exists() or path.read_text() != text:
                stale.append(name)
        else:
            path.write_text(text)
    if stale:
        print(f"out of date: {', '.join(stale)}; run tools/reference.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
