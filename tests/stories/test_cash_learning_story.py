"""The first weeks of a new tenant: matching watches, is counted, begins to post, errs, and is switched off again.

Told on a virtual clock and through the doors that people, the API and the jobs use: the command line makes the tenant,
the Monday job counts, and nothing is written beside them.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from fairdue.cash.jobs import recalibrate_rules
from fairdue.cash.models import BankLine, CashProposal, CashRule
from fairdue.cash.policies import in_shadow
from fairdue.cash.quality.selectors import quality
from fairdue.cash.services import accept_all, add_bank_account, refuse_proposal, release_rule, reverse, run_matching
from fairdue.cli import base
from fairdue.cli.main import main
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.models import Fact, Tenant
from fairdue.foundation.verifying import verify_tenant
from tests import make
from tests.rooms.cash.conftest import application, entry, import_file, open_proposal, statement
from tests.wire.camt_files import ACCOUNT

FIRST = date(2026, 3, 2)
RULE = "payer.lump_sum/name round"
"""Money that the customer calls "a conto": shipped as right in 93 of 100, too few to be posted at once."""
_SLUGS = count(1)


class Newcomer:
    """A tenant that was just made, with one client and one customer that pays a conto."""

    def __init__(self, monkeypatch, capsys) -> None:
        monkeypatch.setenv("FAIRDUE_TODAY", FIRST.isoformat())
        slug = f"learning-{next(_SLUGS)}-{id(self)}"
        assert main(["tenant", "create", slug, "--name", "Agency"]) == 0
        capsys.readouterr()
        row = Tenant.objects.get(slug=slug)
        self.ctx = Ctx(TenantId(row.pk), "user:00000000-0000-0000-0000-000000000001")
        with self.ctx.open():
            books = make.books(self.ctx)
            add_bank_account(self.ctx, creditor=books.creditor, number=ACCOUNT, currency="EUR", today=FIRST)
        self.creditor, self._balance, self._monkeypatch = books.creditor, 0, monkeypatch

    def pays(self, times: int, on: date) -> list[BankLine]:
        """The bank tells of payments a conto, and the run of the day looks at them; returns the lines."""
        before = set(BankLine.objects.values_list("id", flat=True))
        entries = [entry("100.00", "a conto", iban="", reference=f"{on}/{at}") for at in range(times)]
        content = statement(*entries, opening=f"{self._balance}.00").replace(b"2026-03-02", on.isoformat().encode())
        import_file(self.ctx, content, today=on)
        self._balance += 100 * times
        run_matching(self.ctx, creditor=self.creditor, today=on)
        return list(BankLine.objects.exclude(id__in=before).order_by("entry"))

    def monday(self, on: date) -> CashRule:
        """The job counts all outcomes; returns the rule of this story."""
        self._monkeypatch.setenv("FAIRDUE_TODAY", on.isoformat())
        recalibrate_rules(self.ctx)
        with self.ctx.open():
            return self.rule()

    def rule(self) -> CashRule:
        return CashRule.objects.get(creditor_id=self.creditor, signature=RULE)

    def accepts(self, lines: list[BankLine], on: date) -> None:
        """The clerk looks at the proposals and accepts them all."""
        accept_all(self.ctx, proposals=[open_proposal(line.id).id for line in lines], today=on)

    def switched(self) -> list[str]:
        facts = Fact.objects.filter(type="cash.rule_switched").order_by("recorded_at", "id")
        return [fact.payload["word"] for fact in facts if fact.payload["signature"] == RULE]


def test_a_new_tenant_watches_learns_posts_and_unlearns(  # noqa: PLR0915 - a story is told in one piece
    database, monkeypatch, capsys
):
    world = Newcomer(monkeypatch, capsys)
    ctx, day = world.ctx, FIRST

    # The agency says that a wrong posting costs it ten looks: then 95 % is sure enough.
    with ctx.open():
        row = Tenant.objects.get(id=ctx.tenant)
        assert row.settings["cash"] == {"shadow_until": (FIRST + timedelta(days=base.WATCHED_DAYS)).isoformat()}
        set_wrong_cost(ctx, world.creditor, 10)

    # In the first week everything is only proposed, also an invoice number with its exact amount.
    with ctx.open():
        make.item(ctx, make.Books(world.creditor, debtor_of(ctx, world.creditor)), 11_900, number="RE-2026-04711")
        import_file(ctx, statement(entry("119.00", "RE-2026-04711"), opening="0.00"), today=day)
        world._balance += 119
        run_matching(ctx, creditor=world.creditor, today=day)
        (sure,) = CashProposal.objects.filter(state="open")
        assert (sure.automatic, sure.shadow, in_shadow(ctx, day, world.creditor)) == (True, True, True)
        seen = quality(ctx, since=day, until=day, today=day, creditor=world.creditor)
        assert seen.shadow.on

        # The clerk refuses one proposal: it does not come again, in this run or another.
        first, *others = world.pays(41, day + timedelta(days=1))
        no = open_proposal(first.id)
        assert (f"{no.source}.{no.step}/{no.grade}", no.automatic) == (RULE, False)
        refuse_proposal(ctx, proposal=no.id, today=day + timedelta(days=1))
        run_matching(ctx, creditor=world.creditor, today=day + timedelta(days=2))
        again = open_proposal(first.id)
        assert again.fingerprint != no.fingerprint
        world.accepts(others, day + timedelta(days=2))

    # On Monday the rule is counted: 40 of 41 is too little to post without a person, and a fact tells.
    rule = world.monday(FIRST + timedelta(days=7))
    assert (rule.was_right, rule.judged, rule.mode) == (40, 41, "manual")
    assert world_switched(world) == ["off"]

    # The clerk accepts a month of them. Its lower bound is at the threshold now: the machine may post it.
    with ctx.open():
        world.accepts(world.pays(260, FIRST + timedelta(days=21)), FIRST + timedelta(days=21))
    rule = world.monday(FIRST + timedelta(days=28))
    assert (rule.was_right, rule.judged, rule.mode) == (300, 301, "automatic")
    assert rule.lower >= 9_400
    assert world_switched(world) == ["off", "on"]

    # The four weeks are over: what comes now is put on account without anybody.
    after = FIRST + timedelta(days=base.WATCHED_DAYS + 1)
    with ctx.open():
        assert not in_shadow(ctx, after, world.creditor)
        posted = world.pays(12, after)
        assert {line.state for line in posted} == {"on_account"}
        assert {application(line.id).how for line in posted} == {"automatic"}

    # The customer protests: these were no advances. Each one that is taken back counts at once, and soon it is off.
    with ctx.open():
        took = 0
        while world.rule().mode == "automatic":
            reverse(ctx, application=application(posted[took].id).id, reason="no advance, he says", today=after)
            took += 1
        assert 1 < took < len(posted)
        assert (world.rule().was_right, world.rule().judged) == (300, 301 + took)
        assert open_lines(ctx, posted[:took]) == {"received"}
        (line,) = world.pays(1, after + timedelta(days=1))
        assert (line.state, open_proposal(line.id).automatic) == ("proposed", False)
    assert world_switched(world) == ["off", "on", "off"]

    # A person may ask the machine to decide again; by the same outcomes it decides the same.
    with ctx.open():
        release_rule(ctx, creditor=world.creditor, signature=RULE, today=after + timedelta(days=2))
        assert world.rule().mode == "manual"
        assert verify_tenant(ctx) == []


def world_switched(world: Newcomer) -> list[str]:
    with world.ctx.open():
        return world.switched()


def open_lines(ctx: Ctx, made: list[BankLine]) -> set[str]:
    del ctx  # its tenant is open
    return set(BankLine.objects.filter(id__in=[line.id for line in made]).values_list("state", flat=True))


def set_wrong_cost(ctx: Ctx, creditor, cost: int) -> None:
    from dataclasses import replace

    from fairdue.cash.posting.policies import policy_settings, set_policy

    policy = replace(policy_settings(ctx, creditor), wrong_cost=cost)
    set_policy(ctx, creditor=creditor, policy=policy, today=FIRST)


def debtor_of(ctx: Ctx, creditor):
    from fairdue.parties.models import Debtor

    del ctx  # its tenant is open
    return Debtor.objects.get(creditor_id=creditor).id
