"""PostgreSQL's own tools: the ones of the server's release where there are some, else newer ones."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation.database import Address
from fairdue.foundation.localdb.binaries import folders


def _major(folder: Path) -> int:
    done = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\s(\d+)", done.stdout)
    return int(found[1]) if found else 0


def tools(server: int) -> tuple[int, Path]:
    """Return the release and the folder of pg_dump, pg_restore and psql for a server of release `server`.

    pg_dump reads servers of its own release and older ones, never newer ones.
    """
    known = [(_major(folder), folder) for folder in folders() if (folder / "pg_dump").is_file()]
    fitting = [(major, folder) for major, folder in known if major >= server]
    if not fitting:
        words = f"The client programs of PostgreSQL {server} or newer are needed (pg_dump, pg_restore, psql)."
        raise refuse("backup.tools", "", words)
    return min(fitting, key=lambda one: one[0])


def environment(place: Address) -> dict[str, str]:
    """Return the variables by which the tools reach a database; the password stands in no command line."""
    query = dict(pair.partition("=")[::2] for pair in place.query.split("&") if pair)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    given = {
        "PGHOST": place.host, "PGPORT": place.port, "PGUSER": place.user, "PGPASSWORD": place.password,
        "PGDATABASE": place.name, "PGSSLMODE": query.get("sslmode", ""), "PGSSLROOTCERT": query.get("sslrootcert", ""),
        "PGAPPNAME": "fairdue backup", "PGCONNECT_TIMEOUT": "10",
    }  # fmt: skip
    return kept | {name: value for name, value in given.items() if value}


class Tool:
    """A running tool whose complaints are kept in a file, so that no pipe can fill up unread."""

    def __init__(self, command: list[str | Path], place: Address | None, *, reads: bool, writes: bool) -> None:
        self.complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the tool
        self.process = subprocess.Popen(
            command, env=environment(place) if place else None,
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.PIPE if writes else subprocess.DEVNULL, stderr=self.complaints,
        )  # fmt: skip
        self.name = Path(command[0]).name

    @property
    def input(self) -> IO[bytes]:
        """The pipe that the tool reads."""
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def output(self) -> IO[bytes]:
        """The pipe that the tool writes."""
        assert self.process.stdout is not None
        return self.process.stdout

    def failed(self) -> RefusedError:
        """Return the refusal that carries what the tool complained of."""
        self.complaints.seek(0)
        said = self.complaints.read().decode(errors="replace").strip()[-1500:]
        return refuse("backup.failed", self.name, said or f"{self.name} ended with {self.process.returncode}.")

    def end(self) -> None:
        """Wait for a good end; refuse with the complaints otherwise."""
        if self.process.wait():
            raise self.failed()

    def close(self) -> None:
        """Stop the tool if it still runs, and give back what it held."""
        if self.process.poll() is None:
            self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:  # unsent bytes of a tool that is gone
                    continue
        self.process.wait()
        self.complaints.close()
