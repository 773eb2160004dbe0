"""kill -9 of the issuing process, the worker and the database in the middle of their work; then everything adds up.

Runs an installation of its own: embedded database with full durability, worker as a process, a mail server here.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from fairdue.foundation.localdb import LocalServer
from tests.smtp import sink

pytestmark = [pytest.mark.no_database, pytest.mark.slow, pytest.mark.timeout(900)]
ROOT = Path(__file__).parent.parent.parent
INVOICES = 24
PREPARE = """
import json
from fairdue.cli import base
base.start()
from datetime import date
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.migrating import migrate_all
migrate_all()
from fairdue.foundation.models import Tenant
from fairdue.invoicing.services import write_draft
from tests import make
ctx = Ctx(TenantId(Tenant.objects.create(slug="crash", name="Crash").pk))
line = {"id": "1", "name": "Milling", "quantity": "2", "unit": "C62", "price": "50.00", "category": "S", "rate": "19"}
with ctx.open():
    books = make.books(ctx)
    make.able_to_bill(books, email="ar@nordwind.example", bic="SOGEDEFF", settings={"formats": ["ubl"]})
    drafts = [
        write_draft(ctx, creditor=books.creditor, debtor=books.debtor, currency="EUR", today=make.TODAY,
                    content={"lines": [line], "delivery": {"day": "2026-03-01"}})
        for _ in range(%d)
    ]
print(json.dumps({"tenant": ctx.tenant, "creditor": str(books.creditor), "drafts": [str(one) for one in drafts]}))
"""
ISSUE = """
import json, sys
from uuid import UUID
from fairdue.cli import base
base.start()
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.mail import Mail, queue_mail
from fairdue.invoicing.models import Invoice
from fairdue.invoicing.services import issue_invoice
from tests import make
told = json.loads(sys.argv[1])
ctx = Ctx(TenantId(told["tenant"]))
for draft in told["drafts"]:
    with ctx.open():
        invoice = issue_invoice(ctx, draft=UUID(draft), today=make.TODAY, key="issue " + draft)
        number = Invoice.objects.get(id=invoice).number
        mail = Mail("crash", draft, UUID(told["creditor"]), "ap@customer.example", "Invoice " + number, "Dear ...")
        queue_mail(ctx, [mail])
    print(json.dumps([draft, number]), flush=True)
"""


class Installation:
    """The processes of one installation; every one of them may be killed."""

    def __init__(self, folder, port):
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("FAIRDUE_", "DATABASE_"))}
        self.env |= {
            "FAIRDUE_DATA": str(folder), "FAIRDUE_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "FAIRDUE_LOG_LEVEL": "CRITICAL", "DJANGO_SETTINGS_MODULE": "fairdue.settings",
        }  # fmt: skip
        self.server = LocalServer(folder)
        self.acknowledged: dict[str, str] = {}
        self.kills = 0
        self.running: list[subprocess.Popen] = []

    def start(self, *arguments):
        child = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self.env, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        self.running.append(child)
        return child

    def run(self, *arguments):
        child = self.start(*arguments)
        out, errors = child.communicate(timeout=400)
        self.running.remove(child)
        assert child.returncode == 0, errors[-3000:] + out[-3000:]
        return out

    def issue(self, told):
        return self.start("-c", ISSUE, json.dumps(told))

    def worker(self):
        return self.start("-m", "fairdue", "worker")

    def acknowledge(self, issuer, until):
        """Read what the issuer says it has done, until so many invoices are known."""
        while len(self.acknowledged) < until:
            line = issuer.stdout.readline()
            assert line, issuer.stderr.read()[-3000:]
            draft, number = json.loads(line)
            assert self.acknowledged.setdefault(draft, number) == number

    def kill(self, child):
        child.send_signal(signal.SIGKILL)
        rest, _ = child.communicate()
        self.running.remove(child)
        self.kills += 1
        return rest

    def kill_database(self):
        pid = int((self.server.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        self.kills += 1

    def let_time_pass(self):
        """End the leases of messages and jobs that dead processes held."""
        with psycopg.connect(self.server.url, dbname="fairdue", autocommit=True) as admin:
            admin.execute("UPDATE outgoing_mail SET next_at = now() WHERE state IN ('planned', 'sending')")
            admin.execute("UPDATE outbox SET next_at = now() WHERE state = 'pending'")
            admin.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
            admin.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")

    def rows(self, statement):
        with psycopg.connect(self.server.url, dbname="fairdue") as admin:
            return admin.execute(statement).fetchall()

    def end(self):
        for child in tuple(self.running):
            self.kill(child)
        self.server.release()
        self.server.stop("immediate")


@pytest.fixture
def installation():
    place = Path(tempfile.mkdtemp(prefix="fairdue-crash-"))
    place.chmod(0o755)
    with sink() as (handler, port):
        house = Installation(place / "data", port)
        yield house, handler
        house.end()
    shutil.rmtree(place)
    shutil.rmtree(house.server.socket, ignore_errors=True)
    if house.server.home.is_relative_to("/var/lib/fairdue"):
        shutil.rmtree(house.server.home)


def test_after_kill_9_of_everything_numbers_are_gapless_and_nothing_is_sent_twice(installation):
    house, server = installation
    told = json.loads(house.run("-c", PREPARE % INVOICES))
    issuer, worker = house.issue(told), house.worker()
    house.acknowledge(issuer, 6)
    house.kill(issuer)
    issuer = house.issue(told)
    house.acknowledge(issuer, 12)
    house.kill(worker)
    house.kill_database()
    house.kill(issuer)
    worker, issuer = house.worker(), house.issue(told)
    house.acknowledge(issuer, 18)
    house.kill_database()  # this worker stays and must find the database again
    house.kill(issuer)
    issuer = house.issue(told)
    house.acknowledge(issuer, INVOICES)
    assert issuer.wait(timeout=100) == 0, issuer.stderr.read()
    assert worker.poll() is None
    assert len(house.acknowledged) == INVOICES
    house.let_time_pass()
    house.kill(worker)
    house.let_time_pass()
    house.run("-m", "fairdue", "drain", "--timeout", "300")
    verdict = json.loads(house.run("-m", "fairdue", "verify", "--json"))
    house.server.start()  # the last process stopped it; the rows are looked at below
    assert verdict == {"clean": True, "findings": []}
    numbered = house.rows("SELECT draft_id::text, number, counter FROM invoice ORDER BY counter")
    assert [counter for *_, counter in numbered] == list(range(1, INVOICES + 1))
    assert {draft: number for draft, number, _ in numbered} == house.acknowledged
    nothing_was_lost_and_nothing_sent_twice(house, server)


def nothing_was_lost_and_nothing_sent_twice(house, server):
    assert house.rows("SELECT DISTINCT state FROM outgoing_mail") == [("sent",)]
    by_subject = {}
    for message in server.messages:
        by_subject.setdefault(message["Subject"], set()).add(message["Message-ID"])
    assert all(len(ids) == 1 for ids in by_subject.values())
    assert {f"Invoice {number}" for number in house.acknowledged.values()} <= set(by_subject)
    assert len(set(server.ids)) == house.rows("SELECT count(*) FROM outgoing_mail")[0][0]
    # A message may come a second time only under its own Message-ID, where a process died over it.
    twice = [number for number, count in Counter(server.ids).items() if count > 1]
    assert len(twice) <= house.kills
