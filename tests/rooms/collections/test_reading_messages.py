"""A message is read by the team as the customer got it, but for the customer's personal link."""

from datetime import date, timedelta

import pytest

from fairdue.collections import selectors
from fairdue.collections.inviting import without_link
from fairdue.collections.services import run_cadence
from fairdue.foundation.models import OutgoingMail
from fairdue.parties.models import Debtor
from tests import make

TODAY = date(2026, 4, 6)


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_message_is_shown_with_its_tables_and_without_the_personal_link(ctx, books, language):
    with ctx.open():
        Debtor.objects.filter(id=books.debtor).update(language=language)
        make.item(ctx, books, 100_00, issued_on=TODAY - timedelta(days=34), number="RE-9")
        run_cadence(ctx, today=TODAY)
        (row,) = selectors.notices(ctx, debtor=books.debtor)
        found = selectors.notice(ctx, id_=row.id)
        sent = OutgoingMail.objects.get(subject_id=row.id).html
    assert "/p/l/" in sent
    assert "/p/l/" not in found.row.html
    assert "<table" in found.row.html
    assert "RE-9" in found.row.html
    assert found.row.language == language


@pytest.mark.no_database
def test_other_links_of_a_message_stay():
    told = '<p>See our terms:<br><a href="https://nordwind.example">nordwind.example</a></p>'
    assert without_link(told) == told
