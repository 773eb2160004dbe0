"""Small write-offs are one person's, larger ones need a second."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from fairdue.core.findings import RefusedError
from fairdue.foundation.approvals import decide, pending
from fairdue.foundation.models import Approval
from fairdue.foundation.permissions import ROLES
from fairdue.foundation.verifying import verify_tenant
from fairdue.receivables.services import propose_write_off, write_off
from tests import make

TODAY = make.TODAY


def test_up_to_the_limit_one_person_suffices(ctx, books):
    with ctx.open():
        item = make.item(ctx, books, 30000)
        write_off(ctx, item=item, amount=10000, reason="goodwill", effective_on=TODAY, today=TODAY)
        assert make.residual(item) == 20000
        with pytest.raises(RefusedError, match="second person"):
            write_off(ctx, item=item, amount=10001, reason="goodwill", effective_on=TODAY, today=TODAY)
    assert verify_tenant(ctx) == []


def test_above_the_limit_a_second_person_decides(ctx, books):
    clerk, lead = (
        replace(ctx, actor="user:1", permissions=ROLES["cash_clerk"]),
        replace(ctx, actor="user:2", permissions=ROLES["team_lead"]),
    )
    with ctx.open():
        item = make.item(ctx, books, 50000)
        proposed = propose_write_off(clerk, item=item, amount=50000, reason="insolvent", today=TODAY)
        with pytest.raises(RefusedError, match="waits for approval"):
            propose_write_off(clerk, item=item, amount=1, reason="again", today=TODAY)
        with pytest.raises(RefusedError, match="may not decide"):
            decide(clerk, approval=proposed, approve=True, today=TODAY)
        with pytest.raises(RefusedError, match="Somebody else"):
            decide(replace(lead, actor="user:1"), approval=proposed, approve=True, today=TODAY)
        assert make.residual(item) == 50000
        assert len(pending(ctx)) == 1
        decide(lead, approval=proposed, approve=True, today=TODAY)
        assert make.residual(item) == 0
        assert pending(ctx) == []
    assert verify_tenant(ctx) == []


def test_the_database_refuses_the_same_two_eyes(ctx, books):
    with ctx.open():
        item = make.item(ctx, books, 50000)
        proposed = propose_write_off(ctx, item=item, amount=50000, reason="insolvent", today=TODAY)
        with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
            Approval.objects.filter(id=proposed).update(state="approved", decided_by=ctx.actor)
