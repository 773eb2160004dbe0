"""A tenant that has nothing yet: each first screen says what to do next, and leads there."""

from __future__ import annotations

import re

import pytest

FIRST = """
/insurance/policies/new | No client yet                | /settings/clients/new
/invoices/series/new    | No client yet                | /settings/clients/new
/cash/rules/new         | No client yet                | /settings/clients/new
/invoices/orders        | No order yet                 | /imports
/invoices/plans         | No recurring invoice yet     | /invoices/drafts
/invoices/series        | No series yet                | /invoices/series/new
"""
ROWS = [[cell.strip() for cell in row.split("|")] for row in FIRST.strip().splitlines()]


@pytest.mark.parametrize(("path", "says", "leads_to"), ROWS, ids=[row[0] for row in ROWS])
def test_an_empty_screen_says_what_is_missing_and_leads_to_it(sign_in, path, says, leads_to):
    page = sign_in("admin").get(path).content.decode()
    empty = re.search(r'<div class="empty.*?</div></div>', page, re.DOTALL)
    assert empty is not None
    assert says in empty[0]
    assert f'href="{leads_to}"' in empty[0]


@pytest.mark.parametrize("path", ["/invoices/drafts", "/invoices/orders"])
def test_what_is_empty_has_no_filters_unless_a_filter_made_it_so(sign_in, path):
    client = sign_in("admin")
    assert '<form class="filters no-print"' not in client.get(path).content.decode()
    searched = client.get(path + "?q=zzzz").content.decode()
    assert '<form class="filters no-print"' in searched
    assert "Clear filters" in searched
