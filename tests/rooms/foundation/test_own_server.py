"""A PostgreSQL of another release that somebody else runs: by a superuser's address, and by roles made by hand."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from fairdue.foundation.database import Address
from fairdue.foundation.localdb import LocalServer
from fairdue.foundation.localdb.binaries import folders

pytestmark = [pytest.mark.no_database, pytest.mark.slow, pytest.mark.timeout(900)]
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/howto/own-postgresql.md"
SUITES = ("tests/attack", "tests/rooms/receivables")
"""What rests most on the database itself."""


def another_release():
    """Return the programs of a release other than the packaged one, if the system has some."""
    packaged, *others = folders()
    return next((folder for folder in others if (folder / "postgres").is_file() and folder != packaged), None)


@pytest.fixture(scope="module")
def server():
    """The address of a superuser of a fresh server: FAIRDUE_TEST_PG15, or one started with the system's programs."""
    if given := os.environ.get("FAIRDUE_TEST_PG15"):
        yield given
        return
    programs = another_release()
    if programs is None:
        pytest.skip("no PostgreSQL of another release: set FAIRDUE_TEST_PG15 or install the package postgresql-15")
    place = Path(tempfile.mkdtemp(prefix="fairdue-other-"))
    place.chmod(0o755)
    own = LocalServer(place)
    own.programs = programs
    yield own.start()
    own.release()
    shutil.rmtree(own.socket, ignore_errors=True)
    shutil.rmtree(place)


def run(arguments, folder, check=0, **settings):
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL" and not k.startswith(("FAIRDUE_", "PYTEST_"))}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], env=kept | {"FAIRDUE_DATA": str(folder)} | settings, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == check, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def fairdue(folder, *arguments, **settings):
    return run(["-m", "fairdue", *arguments], folder, **settings)


def well(told):
    return [line for line in told.splitlines() if line.startswith("fail")] == []


def test_it_carries_the_product_by_a_superusers_address(server, tmp_path):
    # The address names a database that is not there yet.
    url = replace(Address.parse(server), name="house").url()
    settings = {"DATABASE_URL": url, "FAIRDUE_ROLE_PREFIX": "house"}
    fairdue(tmp_path, "migrate", **settings)
    fairdue(tmp_path, "seed", "--tenants", 2, "--debtors", 20, "--items", 200, **settings)
    assert fairdue(tmp_path, "verify", **settings) == "clean\n"
    assert well(fairdue(tmp_path, "doctor", **settings))
    fairdue(tmp_path, "backup", tmp_path / "one.fairdue", **settings)
    told = fairdue(tmp_path, "restore", tmp_path / "one.fairdue", **settings | {"FAIRDUE_DATABASE": "second"})
    assert "Every invariant holds." in told


def test_it_holds_tenants_apart_and_the_heart_together(server, tmp_path):
    told = run(["-m", "pytest", *SUITES, "-q", "-p", "no:randomly"], tmp_path, DATABASE_URL=server)
    assert re.search(r"\[100%\]", told)


def test_roles_made_by_hand_as_the_page_says_are_enough(server, tmp_path):
    *_, statements = [block for block in re.findall(r"```\n(.*?)```", PAGE.read_text(), re.DOTALL) if "ROLE" in block]
    with psycopg.connect(server, autocommit=True) as admin:
        for statement in filter(str.strip, statements.split(";")):
            admin.execute(statement)
    place = replace(Address.parse(server), name="fairdue")
    settings = {
        f"FAIRDUE_{kind.upper()}_URL": replace(place, user=f"fairdue_{kind}", password=password).url()
        for kind, password in (("owner", "one"), ("app", "two"), ("loader", "three"))
    }
    fairdue(tmp_path, "migrate", **settings)
    fairdue(tmp_path, "seed", "--tenants", 1, "--debtors", 5, "--items", 20, **settings)
    assert well(fairdue(tmp_path, "doctor", **settings))
    fairdue(tmp_path, "backup", tmp_path / "one.fairdue", **settings)
    told = fairdue(tmp_path, "restore", tmp_path / "one.fairdue", "--replace", **settings)
    assert "Every invariant holds." in told
    assert not (tmp_path / "postgres").exists()
