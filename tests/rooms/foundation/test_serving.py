"""Serving begins with what would stop it, and ends without waiting for anybody's threads."""

import socket
import subprocess
import sys
import threading
import time

import pytest
from django.db import ProgrammingError, connection

from fairdue.cli.main import main
from fairdue.foundation.tenancy.backend.base import DatabaseWrapper, close_pools


def test_a_port_that_is_taken_is_named_before_the_demo_is_loaded(capsys, monkeypatch):
    monkeypatch.setattr("fairdue.cli.base.start", lambda: pytest.fail("it began to load"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["demo", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert "[serve.port]" in said


def asking(statement):
    def ask(_args):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return ask


def test_a_database_without_tables_is_a_sentence(capsys, monkeypatch):
    monkeypatch.setenv("FAIRDUE_DATABASE", "untouched")  # puts it back at the end
    monkeypatch.setattr("fairdue.cli.operate.verify_books", asking("SELECT 1 FROM no_such_table"))
    assert main(["--demo", "verify"]) == 1
    said = capsys.readouterr().err
    assert "the database fairdue_demo holds nothing of this version of Fairdue" in said
    assert "`fairdue migrate`" in said


def test_another_fault_of_the_database_is_not_explained_away(monkeypatch):
    monkeypatch.setattr("fairdue.cli.operate.verify_books", asking("SELECT FROM WHERE"))
    with pytest.raises(ProgrammingError, match="syntax error"):
        main(["verify"])


def test_pools_are_closed_whichever_thread_opened_them(database):
    def ask():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert DatabaseWrapper._connection_pools
    connection.close()
    close_pools()
    assert not DatabaseWrapper._connection_pools
    end = time.monotonic() + 10
    while any(t.name.startswith("pool-") for t in threading.enumerate()) and time.monotonic() < end:
        time.sleep(0.05)
    assert [t.name for t in threading.enumerate() if t.name.startswith("pool-")] == []
    ask()


def test_every_page_is_loaded_before_the_first_visitor_comes():
    words = "import sys, fairdue.wsgi; print({'fairdue.web.urls', 'fairdue.api.application'} <= sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split()[-1] == "True"
