"""The embedded database: as root and as a normal user, shared, in odd folders, and after kill -9 of everything."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from fairdue.foundation.localdb.server import UNPRIVILEGED, LocalServer

STARTED = []
pytestmark = [pytest.mark.no_database, pytest.mark.slow]
AS_ROOT = os.geteuid() == 0
SCRIPT = """
import os, pwd, shutil, subprocess, sys, tempfile
from pathlib import Path
import psycopg
from fairdue.foundation.localdb.server import UNPRIVILEGED, LocalServer

user, folder = sys.argv[1:3]
if user and os.geteuid() == 0:
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
server = LocalServer(Path(folder), durable=user != UNPRIVILEGED)
url = server.start()

def count():
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        (rows,) = connection.execute("SELECT count(*) FROM kept").fetchone()
        print(rows, flush=True)

count()
for line in sys.stdin:
    count()
server.release()
"""


@pytest.fixture
def folder(request):
    """A data folder: in a folder that everybody may enter, in one that only we may, in a path with a space."""
    place = Path(tempfile.mkdtemp(prefix="fairdue test " if "space" in request.param else "fairdue-test-"))
    place.chmod(0o700 if request.param == "private" else 0o755)
    yield place / "data"
    while STARTED:
        STARTED.pop().kill()
    server = LocalServer(place / "data")
    server.stop("immediate")
    shutil.rmtree(place)
    shutil.rmtree(server.socket, ignore_errors=True)
    if server.home.is_relative_to("/var/lib/fairdue"):
        shutil.rmtree(server.home)


@pytest.fixture
def user(request):
    return request.param


class Process:
    """A process that uses the database: says how many rows there are, once at its start and once a line."""

    def __init__(self, folder, user=""):
        self.child = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, user, str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        STARTED.append(self)

    def kill(self):
        self.child.kill()
        self.child.communicate()

    def rows(self):
        line = self.child.stdout.readline()
        assert line, self.child.stderr.read()
        return int(line)

    def ask(self):
        self.child.stdin.write("\n")
        self.child.stdin.flush()
        return self.rows()

    def end(self):
        _, errors = self.child.communicate(timeout=60)
        STARTED.remove(self)
        assert (self.child.returncode, errors) == (0, "")


def once(folder, user=""):
    process = Process(folder, user)
    rows = process.rows()
    process.end()
    return rows


def give(folder, user):
    if user:
        folder.parent.chmod(0o755)
        folder.mkdir()
        shutil.chown(folder, user)


def data_of(folder, user=""):
    server = LocalServer(folder)
    return folder / "postgres" / "data" if user else server.data


def postmaster(folder, user=""):
    return int((data_of(folder, user) / "postmaster.pid").read_text().splitlines()[0])


def children(pid):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


def kill(*pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@pytest.mark.parametrize(
    "folder, user",
    [("reachable", UNPRIVILEGED if AS_ROOT else ""), ("private", ""), ("with a space", "")],
    indirect=True,
)
def test_it_starts_twice_in_a_row_and_keeps_its_rows(folder, user):
    give(folder, user)
    before = stat.S_IMODE(folder.parent.stat().st_mode)
    assert once(folder, user) == 1
    assert not (data_of(folder, user) / "postmaster.pid").exists()
    assert once(folder, user) == 2
    assert stat.S_IMODE(folder.parent.stat().st_mode) == before
    assert stat.S_IMODE(data_of(folder, user).stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "postgres.password").stat().st_mode) == 0o600


@pytest.mark.parametrize("folder, user", [("with a space", "")], indirect=True)
def test_two_processes_share_it_and_the_last_one_stops_it(folder, user):
    give(folder, user)
    first, second = Process(folder, user), Process(folder, user)
    assert sorted([first.rows(), second.rows()]) == [1, 2]
    pid = postmaster(folder, user)
    first.end()
    assert second.ask() == 3
    assert postmaster(folder, user) == pid
    second.end()
    assert not (data_of(folder, user) / "postmaster.pid").exists()


@pytest.mark.parametrize("folder, user", [("reachable", "")], indirect=True)
@pytest.mark.parametrize("victims", ["the postmaster", "everything"])
def test_it_recovers_after_kill_9(folder, user, victims):
    give(folder, user)
    process = Process(folder, user)
    assert (process.rows(), process.ask()) == (1, 2)
    pid = postmaster(folder, user)
    if victims == "everything":
        kill(process.child.pid, pid, *children(pid))
        process.child.communicate()
    else:
        kill(pid)
    assert once(folder, user) == 3
    if victims == "the postmaster":
        kill(process.child.pid)
        process.child.communicate()
    assert once(folder, user) == 4


@pytest.mark.parametrize("folder", ["reachable"], indirect=True)
def test_an_initialisation_that_was_cut_short_is_begun_again(folder):
    data = LocalServer(folder).data
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18")
    assert once(folder) == 1


@pytest.mark.parametrize("folder", ["reachable"], indirect=True)
def test_rows_are_never_deleted_because_a_password_is_gone(folder):
    assert (once(folder), once(folder)) == (1, 2)
    (folder / "postgres.password").unlink()
    assert once(folder) == 1
    (aside,) = LocalServer(folder).home.glob("data-*")
    assert (aside / "PG_VERSION").exists()


@pytest.mark.parametrize("folder", ["reachable"], indirect=True)
def test_nobody_else_may_use_it(folder):
    import psycopg

    process = Process(folder)
    process.rows()
    server = LocalServer(folder)
    assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    with pytest.raises(psycopg.OperationalError, match="no password supplied|authentication failed"):  # noqa: RUF043
        psycopg.connect(f"postgresql://fairdue_admin@/postgres?host={server.socket}")
    with psycopg.connect(server.url) as admin:
        assert admin.execute("SHOW listen_addresses").fetchone() == ("",)
        assert admin.execute("SHOW data_checksums").fetchone() == ("on",)
        assert admin.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert admin.execute("SHOW fsync").fetchone() == ("on",)
    process.end()
