"""The signing key of a creditor is sealed to its row and signs for its own domain only."""

from __future__ import annotations

from datetime import date

from fairdue.foundation.mail.signing import key_for
from fairdue.parties.models import Creditor
from fairdue.parties.services.mailkeys import make_mail_key


def test_a_key_is_made_sealed_and_found_for_its_own_domain(ctx, books):
    with ctx.open():
        assert key_for(ctx, books.creditor, "ar@nordwind.example") is None
        published = make_mail_key(
            ctx, creditor=books.creditor, domain="Nordwind.example", selector="fairdue", today=date(2026, 3, 2)
        )
        assert published.startswith("v=DKIM1; k=rsa; p=MII")
        assert "PRIVATE" not in str(Creditor.objects.get(id=books.creditor).settings)
        found = key_for(ctx, books.creditor, "Nordwind <ar@nordwind.example>")
        assert (found.selector, "PRIVATE KEY" in found.private) == ("fairdue", True)
        assert key_for(ctx, books.creditor, "ar@other.example") is None
