"""Ask the package index which advisories name a version in uv.lock; exit 1 names them, 2 says what was not answered.

Run: python tools/advisories.py [--lock uv.lock] [--index https://pypi.org]
It needs the network, so it is no part of the tests. What was not answered was not checked, and is never called clean.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent.parent / "uv.lock"
INDEX = "https://pypi.org"
SECONDS = 20
type Ask = Callable[[str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Advisory:
    """One advisory that names a locked version."""

    package: str
    version: str
    id: str
    fixed_in: tuple[str, ...]
    summary: str


def locked(lock: Path) -> Iterator[tuple[str, str]]:
    """Yield name and version of each package that comes from an index; the product itself does not."""
    for package in tomllib.loads(lock.read_text())["package"]:
        if "registry" in package.get("source", {}):
            yield package["name"], package["version"]


def ask_index(url: str) -> dict[str, Any]:
    """Return what the index says about one version."""
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - the address of the index is the caller's
        said: dict[str, Any] = json.load(answer)
        return said


def advisories(name: str, version: str, said: dict[str, Any]) -> Iterator[Advisory]:
    """Yield the advisories of an answer that still stand."""
    for found in said.get("vulnerabilities", []):
        if not found.get("withdrawn"):
            words = " ".join(str(found.get("summary") or found.get("details") or "").split())
            yield Advisory(name, version, str(found["id"]), tuple(found.get("fixed_in", ())), words[:160])


def look(packages: list[tuple[str, str]], index: str, ask: Ask = ask_index) -> tuple[list[Advisory], list[str]]:
    """Return the advisories, and the packages about which nothing was answered."""
    found: list[Advisory] = []
    unanswered: list[str] = []
    for name, version in packages:
        try:
            found += advisories(name, version, ask(f"{index}/pypi/{name}/{version}/json"))
        except (urllib.error.URLError, TimeoutError, ValueError, KeyError):
            unanswered.append(f"{name} {version}")
    return found, unanswered


def main(arguments: list[str] | None = None, ask: Ask = ask_index) -> int:
    """Print what was found and how much was asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lock", type=Path, default=LOCK)
    parser.add_argument("--index", default=INDEX)
    args = parser.parse_args(arguments)
    packages = list(locked(args.lock))
    found, unanswered = look(packages, args.index, ask)
    for one in found:
        print(
            f"{one.package} {one.version}: {one.id}, fixed in {', '.join(one.fixed_in) or 'nothing yet'}: {one.summary}"
        )
    print(f"{len(packages) - len(unanswered)} of {len(packages)} packages answered, {len(found)} advisories")
    if unanswered:
        print("not checked: " + ", ".join(unanswered))
    return 1 if found else 2 if unanswered else 0


if __name__ == "__main__":
    sys.exit(main())
